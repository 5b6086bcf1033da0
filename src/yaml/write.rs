//! A tree as JSON: what Kubernetes' reader makes of a document.

use super::entries::Entries;
use super::scalar::Scalar;
use super::tree::{Children, Kind, NodeId, Style, Tree};

/// Writes a document as JSON on one line, aliases and merges carried out, keys in the order of the document.
///
/// `quote` writes a string as JSON: the caller knows what may be shown as it is. Keeps its own stack.
pub fn to_json(tree: &Tree<'_>, quote: fn(&str) -> String) -> String {
    value_to_json(tree, tree.root(), quote)
}

/// As [`to_json`], for a part of the document; none is null.
pub fn value_to_json(tree: &Tree<'_>, value: Option<NodeId>, quote: fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut open = Vec::new();
    match value {
        Some(root) => open.extend(begin(tree, root, quote, &mut out)),
        None => out.push_str("null"),
    }
    while let Some(collection) = open.last_mut() {
        let (next, close) = match collection {
            Open::List(elements, first) => (elements.next().map(|value| (None, value, std::mem::take(first))), ']'),
            Open::Mapping(entries, first) => {
                (entries.next().map(|entry| (Some(entry.key), entry.value, std::mem::take(first))), '}')
            }
        };
        let Some((key, value, first)) = next else {
            out.push(close);
            open.pop();
            continue;
        };
        if !first {
            out.push_str(", ");
        }
        if let Some(key) = key {
            out.push_str(&quote(&tree.key(key).unwrap_or_default()));
            out.push_str(": ");
        }
        open.extend(begin(tree, value, quote, &mut out));
    }
    out
}

/// A collection that is being written, and whether its first member is still to come.
enum Open<'a, 't> {
    List(Children<'a, 't>, bool),
    Mapping(Entries<'a, 't>, bool),
}

/// Writes a scalar, or begins a collection.
fn begin<'a, 't>(tree: &'a Tree<'t>, id: NodeId, quote: fn(&str) -> String, out: &mut String) -> Option<Open<'a, 't>> {
    let id = tree.resolve(id);
    match tree.kind(id) {
        Kind::Mapping => {
            out.push('{');
            return Some(Open::Mapping(tree.entries(id), true));
        }
        Kind::Sequence => {
            out.push('[');
            return Some(Open::List(tree.children(id), true));
        }
        Kind::Scalar | Kind::Alias => {}
    }
    if tree.style(id) == Style::JsonNumber {
        out.push_str(tree.raw(id));
        return None;
    }
    // The document was validated: every scalar has a value.
    match tree.scalar(id).unwrap_or(Scalar::Null) {
        Scalar::Null => out.push_str("null"),
        Scalar::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Scalar::Int(value) => out.push_str(&value.to_string()),
        Scalar::UInt(value) => out.push_str(&value.to_string()),
        Scalar::Float(value) => out.push_str(&number(value)),
        Scalar::Str(text) => out.push_str(&quote(&text)),
    }
    None
}

/// A float as Go's JSON writes it: plain between 1e-6 and 1e21, else with an exponent.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) { format!("{value:e}") } else { value.to_string() }
}
