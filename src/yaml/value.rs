//! A tree as a JSON value, for what works on JSON.

use serde_json::{Map, Number, Value};

use super::scalar::Scalar;
use super::tree::{Kind, NodeId, Style, Tree};

/// Nothing is made of what is nested deeper than this: whoever works on JSON may recurse. The deepest manifest ever seen
/// had 14 levels.
pub const MAX_DEPTH: usize = 128;
/// Nothing is made of more values than this, aliases carried out.
const MAX_VALUES: usize = 2_000_000;

/// What a node means, aliases and merges carried out; `None` where that is too much.
pub fn to_value(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    let mut left = MAX_VALUES;
    value(tree, node, MAX_DEPTH, &mut left)
}

fn value(tree: &Tree<'_>, node: NodeId, depth: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    let node = tree.resolve(node);
    Some(match tree.kind(node) {
        Kind::Mapping => {
            let mut map = Map::new();
            for entry in tree.entries(node) {
                map.insert(tree.key(entry.key).ok()?.into_owned(), value(tree, entry.value, depth, left)?);
            }
            Value::Object(map)
        }
        Kind::Sequence => {
            Value::Array(tree.elements(node).map(|element| value(tree, element, depth, left)).collect::<Option<_>>()?)
        }
        Kind::Scalar | Kind::Alias => scalar(tree, node)?,
    })
}

fn scalar(tree: &Tree<'_>, node: NodeId) -> Option<Value> {
    if tree.style(node) == Style::JsonNumber {
        let number: Option<Number> = serde_json::from_str(tree.raw(node)).ok();
        // A number beyond any type is compared as it is written.
        return Some(number.map_or_else(|| Value::from(format!("number {}", tree.raw(node))), Value::Number));
    }
    Some(match tree.scalar(node).ok()? {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Int(value) => Value::from(value),
        Scalar::UInt(value) => Value::from(value),
        Scalar::Float(value) => {
            Number::from_f64(value).map_or_else(|| Value::from(format!("number {value}")), Value::Number)
        }
        Scalar::Str(text) => Value::from(text.as_ref()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MAX_DEPTH, to_value};
    use crate::source::file::SourceFile;
    use crate::yaml::parse::parse;
    use crate::yaml::split::split;

    fn read(text: &str) -> Option<serde_json::Value> {
        let file = SourceFile::new("a.yaml", text.as_bytes().to_vec()).expect("a small file");
        let tree = parse(&file, &split(&file)[0]).expect("YAML");
        to_value(&tree, tree.root().expect("a value"))
    }

    #[test]
    fn scalars_aliases_and_merges_are_carried_out() {
        let text = "a: &a {x: yes, z: 0x10}\nb: *a\nc:\n  <<: *a\n  z: 1.5\nd: [~, '1']\n";
        let a = json!({ "x": true, "z": 16 });
        let expected = json!({ "a": a, "b": a, "c": { "x": true, "z": 1.5 }, "d": [null, "1"] });
        assert_eq!(read(text), Some(expected));
    }

    #[test]
    fn what_is_nested_too_deep_is_not_made() {
        assert!(read(&format!("{}1", "- ".repeat(MAX_DEPTH - 1))).is_some());
        assert!(read(&format!("{}1", "- ".repeat(MAX_DEPTH))).is_none());
    }
}
