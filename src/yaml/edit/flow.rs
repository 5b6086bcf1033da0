//! Edits of a collection between brackets or braces.

use serde_json::Value;

use super::super::tree::{Kind, NodeId, Style};
use super::plan::Group;
use super::{Edit, Editor, IN_LINE, Refused, render};

const COMMENTED: Refused = Refused("a comment stands between brackets or braces where the text must change");

/// How what is around is written.
struct Place {
    quote: Style,
    compact: bool,
    /// The indentation of the members and of the closing bracket, where members stand on lines of their own.
    lines: Option<(String, String)>,
}

/// The edits of one collection.
pub(super) fn edits(
    editor: &Editor<'_, '_>,
    parent: NodeId,
    group: &Group,
    edits: &mut Vec<Edit>,
) -> Result<(), Refused> {
    let heads = editor.heads(parent);
    let place = place(editor, parent, &heads);
    let kept_after = remove(editor, parent, group, &heads, edits)?;
    let is_mapping = editor.tree.kind(parent) == Kind::Mapping;
    let mut members = Vec::new();
    for (key, value) in &group.keys {
        let key = render::flow(&Value::from(key.as_str()), place.quote, false);
        let blank = if place.compact { "" } else { " " };
        members.push(format!("{key}:{blank}{}", place.value(editor, value)));
    }
    members.extend(group.elements.iter().map(|value| place.value(editor, value)));
    debug_assert!(is_mapping || group.keys.is_empty());
    if !members.is_empty() {
        add(editor, parent, &heads, &place, &members, kept_after, edits)?;
    }
    for (&key, value) in &group.filled {
        fill(editor, parent, key, &place, value, edits)?;
    }
    Ok(())
}

impl Place {
    fn value(&self, editor: &Editor<'_, '_>, value: &Value) -> String {
        match &self.lines {
            Some((inner, outer)) if self.quote == Style::DoubleQuoted => {
                let step = inner.strip_prefix(outer.as_str()).unwrap_or("  ");
                render::pretty(value, self.quote, editor.eol, inner, step)
            }
            _ => render::flow(value, self.quote, self.compact),
        }
    }
}

fn place(editor: &Editor<'_, '_>, parent: NodeId, heads: &[NodeId]) -> Place {
    let tree = editor.tree;
    let text = editor.text();
    let is_quoted = heads.iter().take(4).any(|&head| tree.style(head) == Style::DoubleQuoted);
    let quote = if editor.is_json || is_quoted { Style::DoubleQuoted } else { Style::Plain };
    let (Some(&first), Some(&last)) = (heads.first(), heads.last()) else {
        return Place { quote, compact: false, lines: None };
    };
    let between = if tree.kind(parent) == Kind::Mapping {
        &text[tree.span(last).range().end..editor.start_of(editor.value_of(parent, last))]
    } else {
        let second = heads.get(1);
        second.map_or(" ", |&second| &text[editor.end_of(first)..editor.start_of(second)])
    };
    let compact = quote == Style::DoubleQuoted && !between.ends_with(|c: char| c.is_whitespace());
    let opened = editor.start_of(parent);
    let has_lines = text[opened..editor.start_of(first)].contains('\n');
    let lines = has_lines.then(|| {
        let head = &text[editor.line_start(editor.start_of(first))..editor.start_of(first)];
        let line = &text[editor.line_start(opened)..opened];
        let outer: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let inner = head.chars().all(|c| matches!(c, ' ' | '\t')).then(|| head.to_owned());
        (inner.unwrap_or_else(|| format!("{outer}  ")), outer)
    });
    Place { quote, compact, lines }
}

/// Takes members away, each with a comma. Returns whether one is kept.
fn remove(
    editor: &Editor<'_, '_>,
    parent: NodeId,
    group: &Group,
    heads: &[NodeId],
    edits: &mut Vec<Edit>,
) -> Result<bool, Refused> {
    let end = |at: usize| end_of_member(editor, parent, heads[at]);
    let positions: Vec<usize> = group.removed.iter().filter_map(|head| heads.binary_search(head).ok()).collect();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in positions {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == at => run.1 = at,
            _ => runs.push((at, at)),
        }
    }
    for &(first, last) in &runs {
        let (start, stop) = match (first, heads.get(last + 1)) {
            (_, Some(&next)) => (editor.start_of(heads[first]), editor.start_of(next)),
            (0, None) if group.keys.is_empty() && group.elements.is_empty() => {
                (editor.start_of(heads[0]), behind_comma(editor, parent, end(last)))
            }
            (0, None) => (editor.start_of(heads[0]), end(last)),
            (_, None) => (end(first - 1), end(last)),
        };
        let nodes = heads[first].0..editor.tree.node(editor.value_of(parent, heads[last])).next;
        if !super::comments::between(editor.tree, nodes, start..stop).is_empty() {
            return Err(COMMENTED);
        }
        edits.push(Edit { start, end: stop, text: String::new(), depth: IN_LINE });
    }
    Ok(group.removed.len() < heads.len())
}

/// Where the comma behind the last member ends, if there is one.
fn behind_comma(editor: &Editor<'_, '_>, parent: NodeId, end: usize) -> usize {
    let gap = editor.text().get(end..editor.end_of(parent)).unwrap_or_default();
    if gap.trim_start().starts_with(',') { end + gap.find(',').unwrap_or(0) + 1 } else { end }
}

/// Where a member ends. The blank behind the colon of an empty value belongs to it: `{a:, b: c}` has a key `a:`.
fn end_of_member(editor: &Editor<'_, '_>, parent: NodeId, head: NodeId) -> usize {
    let value = editor.value_of(parent, head);
    let end = editor.end_of(value);
    let is_empty = end == editor.start_of(value) && editor.text()[end..].starts_with(char::is_whitespace);
    end + usize::from(is_empty)
}

/// Adds members behind the last one.
fn add(
    editor: &Editor<'_, '_>,
    parent: NodeId,
    heads: &[NodeId],
    place: &Place,
    members: &[String],
    keeps_some: bool,
    edits: &mut Vec<Edit>,
) -> Result<(), Refused> {
    let Some(&last) = heads.last() else { return Err(Refused("nothing stands between the brackets")) };
    let at = end_of_member(editor, parent, last);
    let close = editor.end_of(parent).saturating_sub(1);
    let gap = editor.text().get(at..close).ok_or(Refused("the end of a collection was not found"))?;
    let has_comma = gap.trim_start().starts_with(',');
    let comment = gap.find('#');
    let separator = match &place.lines {
        Some((inner, _)) => format!("{}{inner}", editor.eol),
        None if place.compact => String::new(),
        None => " ".to_owned(),
    };
    let joined = members.join(&format!(",{separator}"));
    let (first_comma, lead) = match (keeps_some, has_comma) {
        (false, _) => ("", String::new()),
        (true, false) => (",", separator),
        (true, true) => ("", separator),
    };
    let Some(_) = comment else {
        // What takes the place of all members keeps the comma behind them.
        let at = if has_comma && keeps_some { at + gap.find(',').unwrap_or(0) + 1 } else { at };
        edits.push(Edit { start: at, end: at, text: format!("{first_comma}{lead}{joined}"), depth: IN_LINE });
        return Ok(());
    };
    // Behind the comments, on a line of its own.
    if place.lines.is_none() || !keeps_some {
        return Err(COMMENTED);
    }
    if !has_comma {
        edits.push(Edit { start: at, end: at, text: ",".to_owned(), depth: IN_LINE });
    }
    let behind = at + gap.trim_end().len();
    edits.push(Edit { start: behind, end: behind, text: format!("{lead}{joined}"), depth: IN_LINE });
    Ok(())
}

/// Gives a key with a null or empty value another one.
fn fill(
    editor: &Editor<'_, '_>,
    parent: NodeId,
    key: NodeId,
    place: &Place,
    value: &Value,
    edits: &mut Vec<Edit>,
) -> Result<(), Refused> {
    let old = editor.value_of(parent, key);
    let (start, end) = (editor.start_of(old), editor.end_of(old));
    let text = place.value(editor, value);
    if !editor.text()[start..end].bytes().all(|byte| byte != b'#') {
        return Err(COMMENTED);
    }
    if start < end {
        edits.push(Edit { start, end, text, depth: IN_LINE });
        return Ok(());
    }
    if !editor.text()[editor.end_of(key)..start].contains(':') {
        return Err(Refused("a key without a colon cannot be filled"));
    }
    edits.push(Edit { start, end, text: format!(" {text}"), depth: IN_LINE });
    Ok(())
}
