//! The comments of a document.

use std::ops::Range;

use super::super::tree::{Kind, NodeId, Tree};

/// The comments of a document in a part of the file's text, without their line ends.
///
/// A comment begins with a `#` at the beginning of a line or behind white space, outside of scalars. One behind the
/// head of a block scalar counts as a part of the scalar.
pub fn comments<'t>(tree: &Tree<'t>, part: Range<usize>) -> Vec<&'t str> {
    let nodes = tree.root().map_or(0..0, |root| root.0..tree.node(root).next);
    between(tree, nodes, part)
}

/// Whether something stands on a line that does not begin behind LF: what YAML 1.1 takes for a line end besides (a lone
/// CR, U+0085, U+2028, U+2029) is none where edits are made.
pub fn has_odd_lines(tree: &Tree<'_>) -> bool {
    let is_odd = |c: char| matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let Some(root) = tree.root() else { return false };
    let part = tree.span(root).range();
    // Of the document alone: the text is the whole file's, which may be a stream of many.
    if !tree.text[part.clone()].contains(is_odd) {
        return false;
    }
    let mut at = part.start;
    let nodes = tree.inside(root).filter(|&node| !matches!(tree.kind(node), Kind::Mapping | Kind::Sequence));
    for node in nodes {
        let span = tree.span(node).range();
        let gap = tree.text.get(at..span.start).unwrap_or_default();
        let line = gap.rfind('\n').map_or(gap, |newline| &gap[newline + 1..]);
        if line.contains(is_odd) {
            return true;
        }
        at = at.max(span.end);
    }
    false
}

/// The comments in a part of the text that holds just these nodes.
pub(super) fn between<'t>(tree: &Tree<'t>, nodes: Range<u32>, part: Range<usize>) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut at = part.start;
    for node in nodes.map(NodeId) {
        if matches!(tree.kind(node), Kind::Mapping | Kind::Sequence) {
            continue;
        }
        let span = tree.span(node).range();
        if span.start > at {
            in_gap(tree.text, at..span.start.min(part.end), &mut found);
        }
        at = at.max(span.end);
    }
    if at < part.end {
        in_gap(tree.text, at..part.end, &mut found);
    }
    found
}

fn in_gap<'t>(text: &'t str, gap: Range<usize>, found: &mut Vec<&'t str>) {
    let bytes = text.as_bytes();
    let mut at = gap.start;
    while let Some(hash) = bytes.get(at..gap.end).and_then(|rest| memchr::memchr(b'#', rest)) {
        let start = at + hash;
        at = start + 1;
        if start == 0 || matches!(bytes[start - 1], b' ' | b'\t' | b'\r' | b'\n') || text[..start].ends_with('\u{FEFF}')
        {
            let end = memchr::memchr2(b'\r', b'\n', &bytes[start..gap.end]).map_or(gap.end, |end| start + end);
            found.push(&text[start..end]);
            at = end;
        }
    }
}
