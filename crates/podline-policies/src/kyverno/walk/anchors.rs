//! Anchors: what the keys of a pattern say beside their name.

use podline_jmespath::Value;
use podline_jmespath::text::clean_path;

/// The anchors of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// `(key)`
    Condition,
    /// `<(key)`
    Global,
    /// `X(key)`
    Negation,
    /// `+(key)`
    AddIfNotPresent,
    /// `=(key)`
    Equality,
    /// `^(key)`
    Existence,
}

/// `^(?P<modifier>[+<=X^])?\((?P<key>.+)\)$`
pub(crate) fn anchor(key: &str) -> Option<(Anchor, &str)> {
    let key = key.trim();
    let (kind, rest) = match key.as_bytes().first()? {
        b'+' => (Anchor::AddIfNotPresent, &key[1..]),
        b'<' => (Anchor::Global, &key[1..]),
        b'=' => (Anchor::Equality, &key[1..]),
        b'X' => (Anchor::Negation, &key[1..]),
        b'^' => (Anchor::Existence, &key[1..]),
        _ => (Anchor::Condition, key),
    };
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    (!inner.is_empty() && !inner.contains('\n')).then_some((kind, inner))
}

/// A path without the anchors of its parts.
pub(crate) fn without_anchors(path: &str) -> String {
    let rooted = path.starts_with('/');
    let parts: Vec<&str> = path.split('/').map(|part| anchor(part).map_or(part, |(_, key)| key)).collect();
    let cleaned = clean_path(parts.join("/").trim_start_matches('/'));
    if rooted { format!("/{cleaned}") } else { cleaned }
}

/// Does some key below have an anchor?
pub(super) fn has_anchors(pattern: &Value) -> bool {
    match pattern {
        Value::Object(entries) => entries.iter().any(|(key, value)| {
            matches!(anchor(key), Some((kind, _)) if kind != Anchor::AddIfNotPresent) || has_anchors(value)
        }),
        Value::Array(items) => items.iter().any(has_anchors),
        _ => false,
    }
}
