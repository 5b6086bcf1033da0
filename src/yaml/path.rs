//! Where a field stands inside a document: `spec.containers[0].securityContext.privileged`.

use std::borrow::Cow;
use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// The value of this key of a mapping.
    Field(Cow<'static, str>),
    /// The element at this index of a sequence, from 0.
    Index(usize),
}

/// A path from the root of an object to one of its fields.
///
/// Shown as Kubernetes shows it in its own messages: fields joined by dots, indices in brackets, and keys that
/// are no plain word in brackets and quotes (`metadata.annotations["a.b/c"]`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(Vec<Segment>);

impl FieldPath {
    /// The object itself.
    pub const ROOT: FieldPath = FieldPath(Vec::new());

    /// The path of these steps.
    pub fn new(segments: Vec<Segment>) -> Self {
        Self(segments)
    }

    /// A path of plain field names, joined by dots: `FieldPath::of("spec.template")`.
    pub fn of(dotted: &'static str) -> Self {
        Self::ROOT.fields(dotted)
    }

    /// This path and one field more.
    #[must_use]
    pub fn field(&self, name: impl Into<Cow<'static, str>>) -> Self {
        self.with(Segment::Field(name.into()))
    }

    /// This path and several fields more, joined by dots.
    #[must_use]
    pub fn fields(&self, dotted: &'static str) -> Self {
        let fields = dotted.split('.').map(|name| Segment::Field(Cow::Borrowed(name)));
        let mut path = Vec::with_capacity(self.0.len() + dotted.matches('.').count() + 1);
        path.extend_from_slice(&self.0);
        path.extend(fields);
        Self(path)
    }

    /// This path and one index more.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// This path followed by another.
    #[must_use]
    pub fn join(&self, rest: &FieldPath) -> Self {
        Self([self.0.as_slice(), rest.0.as_slice()].concat())
    }

    /// The first `depth` steps of this path.
    #[must_use]
    pub fn prefix(&self, depth: usize) -> Self {
        Self(self.0[..depth.min(self.0.len())].to_vec())
    }

    /// The steps, from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The first `depth` steps of this path as they are shown: as `prefix(depth).to_string()`, in one piece of memory.
    pub fn text(&self, depth: usize) -> String {
        let segments = &self.0[..depth.min(self.0.len())];
        let length = |segment: &Segment| match segment {
            Segment::Field(name) => name.len() + 1,
            Segment::Index(_) => "[12]".len(),
        };
        let mut text = String::with_capacity(segments.iter().map(length).sum());
        // Writing to a string cannot fail.
        let _ = write(&mut text, segments);
        text
    }

    fn with(&self, segment: Segment) -> Self {
        let mut path = Vec::with_capacity(self.0.len() + 1);
        path.extend_from_slice(&self.0);
        path.push(segment);
        Self(path)
    }
}

/// Whether a key can stand in a path without quotes.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'))
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &self.0)
    }
}

/// Writes steps as they are shown.
fn write(to: &mut impl fmt::Write, segments: &[Segment]) -> fmt::Result {
    for (position, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Field(name) if is_plain(name) => {
                if position > 0 {
                    to.write_str(".")?;
                }
                to.write_str(name)?;
            }
            Segment::Field(name) => write!(to, "[{}]", serde_json::Value::from(name.as_ref()))?,
            Segment::Index(index) => write!(to, "[{index}]")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_keys_are_joined_by_dots_and_odd_keys_are_quoted() {
        let path = FieldPath::of("metadata.annotations").field("a.b/c").field("x").index(2);
        assert_eq!(path.to_string(), r#"metadata.annotations["a.b/c"].x[2]"#);
        assert_eq!(path.text(9), path.to_string());
        assert_eq!(path.text(2), "metadata.annotations");
        assert_eq!(FieldPath::ROOT.to_string(), "");
    }
}
