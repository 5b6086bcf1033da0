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
        // Such paths are short, and made often.
        let is_dot = |byte: &u8| *byte == b'.';
        let mut path = Vec::with_capacity(self.0.len() + dotted.bytes().filter(is_dot).count() + 1);
        path.extend_from_slice(&self.0);
        let mut rest = dotted;
        while let Some(dot) = rest.bytes().position(|byte| is_dot(&byte)) {
            path.push(Segment::Field(Cow::Borrowed(&rest[..dot])));
            rest = &rest[dot + 1..];
        }
        path.push(Segment::Field(Cow::Borrowed(rest)));
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

    /// Reads a path as it is shown. `None` for a text that shows none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let mut values = serde_json::Deserializer::from_str(inside).into_iter::<serde_json::Value>();
                segments.push(match values.next()?.ok()? {
                    serde_json::Value::String(name) => Segment::Field(name.into()),
                    value => Segment::Index(usize::try_from(value.as_u64()?).ok()?),
                });
                rest = inside[values.byte_offset()..].strip_prefix(']')?;
                continue;
            }
            let rest_of_name = if segments.is_empty() { rest } else { rest.strip_prefix('.')? };
            let end = rest_of_name.find(['.', '[']).unwrap_or(rest_of_name.len());
            let name = &rest_of_name[..end];
            segments.push(is_plain(name).then(|| Segment::Field(name.to_owned().into()))?);
            rest = &rest_of_name[end..];
        }
        Some(Self(segments))
    }

    /// The name of its last step, if that is a field that stands in a path without quotes.
    pub fn last_name(&self) -> Option<&str> {
        match self.0.last()? {
            Segment::Field(name) if is_plain(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it leads into another path, or is it.
    pub fn starts_with(&self, outer: &FieldPath) -> bool {
        self.0.starts_with(&outer.0)
    }

    /// As it is shown, without the numbers in brackets: `spec.containers[].ports[]`. In a quoted key too: it tells
    /// nothing that the value does not.
    pub fn without_indices(&self) -> String {
        without_indices(&self.text(usize::MAX))
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

impl From<&FieldPath> for String {
    fn from(path: &FieldPath) -> Self {
        path.text(usize::MAX)
    }
}

/// As it is shown.
impl PartialEq<str> for FieldPath {
    fn eq(&self, other: &str) -> bool {
        self.text(usize::MAX) == other
    }
}

/// As it is shown.
impl PartialEq<&str> for FieldPath {
    fn eq(&self, other: &&str) -> bool {
        self == *other
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

/// `spec.containers[0].ports[1]` as `spec.containers[].ports[]`. In a quoted key too: it tells nothing that the value
/// does not.
fn without_indices(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open + 1);
        kept.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        rest = if after[digits..].starts_with(']') { &after[digits..] } else { after };
    }
    kept + rest
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

    #[test]
    fn a_path_is_read_as_it_is_shown() {
        let odd = FieldPath::of("metadata.annotations").field("a.b/c\"]").field("x").index(2).index(0).field("y");
        for path in [odd, FieldPath::ROOT, FieldPath::ROOT.field("a b").index(1)] {
            assert_eq!(FieldPath::parse(&path.to_string()), Some(path));
        }
        for text in ["a..b", "a.", "a[", "a[1", "a[-1]", "a[x]", "a[1]b", "a b"] {
            assert_eq!(FieldPath::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_in_brackets_as_a_number_is_left_out() {
        let path = r#"spec.containers[10].x["a[0]b"][3]"#;
        assert_eq!(super::without_indices(path), r#"spec.containers[].x["a[]b"][]"#);
    }
}
