//! What is known about a template before it is judged.

use std::collections::HashSet;

use super::unfilled::Unfilled;
use crate::yaml::path::{FieldPath, Segment};

/// What is known about a template before it is judged.
pub(super) struct Completeness<'a> {
    /// Whether the pods are what is written.
    pub complete: bool,
    /// The settings whose values nobody knows yet.
    unfilled: &'a [Unfilled],
    /// The same, to be looked up.
    unknown: Unknown<'a>,
}

/// Where values stand that nobody knows yet, to be looked up: there may be as many of them as questions.
#[derive(Default)]
struct Unknown<'a> {
    /// Their places.
    places: HashSet<&'a [Segment]>,
    /// The lists of capabilities to drop in which some stand: what such a list holds decides what it lacks.
    drops: HashSet<&'a [Segment]>,
    /// The specs of pods whose securityContext is one of them: containers inherit it.
    pods: HashSet<&'a [Segment]>,
}

impl<'a> Completeness<'a> {
    /// Of a template in which these values are not known.
    pub fn new(complete: bool, unfilled: &'a [Unfilled]) -> Self {
        let mut unknown = Unknown::default();
        for one in unfilled {
            let path = one.path.segments();
            unknown.places.insert(path);
            let drops = (0..path.len()).filter(|&at| is_field(&path[at], "drop"));
            unknown.drops.extend(drops.map(|at| &path[..=at]));
            if let [pod @ .., last] = path
                && is_field(last, "securityContext")
                && pod.last().is_some_and(|last| is_field(last, "spec"))
            {
                unknown.pods.insert(pod);
            }
        }
        Self { complete, unfilled, unknown }
    }

    /// Whether all values of its settings are known.
    pub fn knows_all(&self) -> bool {
        self.unfilled.is_empty()
    }

    /// The first value that nobody knows.
    pub fn first_unknown(&self) -> Option<&'a Unfilled> {
        self.unfilled.first()
    }

    /// Whether the value at a path is known.
    pub fn knows(&self, path: impl FnOnce() -> FieldPath) -> bool {
        self.knows_all() || !self.unknown.leaves_open(path().segments())
    }
}

impl Unknown<'_> {
    /// Whether values that nobody knows leave open what stands at a path.
    fn leaves_open(&self, path: &[Segment]) -> bool {
        let is_inherited = |segment: &Segment| {
            ["runAsNonRoot", "runAsUser", "seccompProfile"].iter().any(|name| is_field(segment, name))
        };
        let mut prefixes = (0..=path.len()).map(|end| &path[..end]);
        self.drops.contains(path)
            || prefixes.clone().any(|prefix| self.places.contains(prefix))
            || path.iter().any(is_inherited) && prefixes.any(|prefix| self.pods.contains(prefix))
    }
}

fn is_field(segment: &Segment, name: &str) -> bool {
    matches!(segment, Segment::Field(field) if field == name)
}
