//! Names with `*` at the start, at the end, or both: gatekeeper `pkg/wildcard`.

/// A name, or a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard(String);

impl Wildcard {
    pub(super) fn new(pattern: &str) -> Wildcard {
        Wildcard(pattern.to_owned())
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        let pattern = self.0.as_str();
        match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            (Some(rest), Some(_)) => name.contains(rest.strip_suffix('*').unwrap_or(rest)),
            (Some(end), None) => name.ends_with(end),
            (None, Some(start)) => name.starts_with(start),
            (None, None) => name == pattern,
        }
    }

    /// Does it match names that begin so, and go on by chance?
    pub(super) fn matches_generated(&self, start: &str) -> bool {
        self.0.ends_with('*') && self.matches(start)
    }

    /// Does it match every name?
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
