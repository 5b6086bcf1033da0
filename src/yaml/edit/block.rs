//! Edits of a collection in block style.

use serde_json::Value;

use super::super::tree::{Kind, NodeId, Style};
use super::comments::between;
use super::plan::Group;
use super::render::{self, Block};
use super::{Edit, Editor, IN_LINE, Refused};

/// The edits of one collection.
pub(super) fn edits(
    editor: &Editor<'_, '_>,
    parent: NodeId,
    group: &Group,
    edits: &mut Vec<Edit>,
) -> Result<(), Refused> {
    let place = Place { editor, parent, heads: &editor.heads(parent) };
    place.remove(group, edits)?;
    for (&key, value) in &group.filled {
        place.fill(key, value, edits)?;
    }
    place.add(group, edits)
}

struct Place<'p, 'a, 't> {
    editor: &'p Editor<'a, 't>,
    parent: NodeId,
    heads: &'p [NodeId],
}

impl Place<'_, '_, '_> {
    fn style(&self) -> Block {
        Block { eol: self.editor.eol, indent: self.editor.indent, dash_indent: self.editor.dash_indent }
    }

    /// The column at which keys or dashes stand.
    fn column(&self) -> usize {
        self.editor.column(self.parent)
    }

    fn value_of(&self, head: NodeId) -> NodeId {
        self.editor.value_of(self.parent, head)
    }

    fn end_of(&self, head: NodeId) -> usize {
        self.editor.end_of(self.value_of(head))
    }

    /// Where the key, or the dash of the element, at a position stands.
    fn start_of(&self, position: usize) -> Result<usize, Refused> {
        let editor = self.editor;
        let head = editor.start_of(self.heads[position]);
        if editor.tree.kind(self.parent) == Kind::Mapping {
            return Ok(head);
        }
        let Some(before) = position.checked_sub(1) else { return Ok(editor.start_of(self.parent)) };
        let column = self.column();
        let gap = self.end_of(self.heads[before])..head;
        let mut line = editor.line_start(gap.end);
        while line > gap.start {
            let dash = line + column;
            let indent = editor.text().get(line..dash).unwrap_or("x");
            if indent.bytes().all(|byte| byte == b' ') && editor.text()[dash..].starts_with('-') {
                return Ok(dash);
            }
            line = editor.line_start(line - 1);
        }
        Err(Refused("the dash of an element was not found"))
    }

    fn remove(&self, group: &Group, edits: &mut Vec<Edit>) -> Result<(), Refused> {
        let mut positions: Vec<usize> =
            group.removed.iter().filter_map(|head| self.heads.binary_search(head).ok()).collect();
        if positions.first() == Some(&0) && !self.is_whole_line(self.start_of(0)?) {
            let run = positions.iter().enumerate().take_while(|(count, position)| count == *position).count();
            self.remove_first(run, edits)?;
            positions.drain(..run);
        }
        positions.into_iter().try_for_each(|position| self.remove_lines(position, edits))
    }

    fn is_whole_line(&self, start: usize) -> bool {
        self.editor.text()[self.editor.line_start(start)..start].bytes().all(|byte| byte == b' ')
    }

    /// The comments in and behind some members, each on a line of its own.
    fn comments(&self, first: usize, last: usize, start: usize, end: usize) -> Vec<&str> {
        let tree = self.editor.tree;
        between(tree, self.heads[first].0..tree.node(self.value_of(self.heads[last])).next, start..end)
    }

    /// Takes away what fills its lines, and keeps its comments.
    fn remove_lines(&self, position: usize, edits: &mut Vec<Edit>) -> Result<(), Refused> {
        let editor = self.editor;
        let start = self.start_of(position)?;
        let line = editor.line_start(start);
        if !self.is_whole_line(start) || line <= editor.start {
            return Err(Refused("what would be taken away shares its line with something else"));
        }
        let end = editor.line_end(self.end_of(self.heads[position]));
        let newline = if editor.text()[..line].ends_with("\r\n") { 2 } else { 1 };
        let indent = " ".repeat(self.column());
        let comments = self.comments(position, position, start, end).into_iter();
        let text = comments.flat_map(|comment| [editor.eol, &indent, comment]).collect();
        edits.push(Edit { start: line - newline, end, text, depth: IN_LINE });
        Ok(())
    }

    /// Takes away the first `count` keys of a mapping that begins behind a dash.
    fn remove_first(&self, count: usize, edits: &mut Vec<Edit>) -> Result<(), Refused> {
        let editor = self.editor;
        let Some(&next) = self.heads.get(count).filter(|_| editor.tree.kind(self.parent) == Kind::Mapping) else {
            return Err(Refused("what would be taken away shares its line with something else"));
        };
        let (start, end) = (editor.start_of(self.heads[0]), editor.start_of(next));
        let indent = " ".repeat(self.column());
        let comments = self.comments(0, count - 1, start, end).into_iter();
        let text = comments.flat_map(|comment| [comment, editor.eol, &indent]).collect();
        edits.push(Edit { start, end, text, depth: IN_LINE });
        Ok(())
    }

    /// Gives a key with a null or empty value another one.
    fn fill(&self, key: NodeId, value: &Value, edits: &mut Vec<Edit>) -> Result<(), Refused> {
        let editor = self.editor;
        let old = self.value_of(key);
        let (start, end) = (editor.start_of(old), editor.end_of(old));
        let behind_key = &editor.text()[editor.end_of(key)..start];
        if editor.text()[start..end].contains('#') || !behind_key.trim_start().starts_with(':') {
            return Err(Refused("the place of the value was not found"));
        }
        let is_plain = behind_key.trim() == ":" && !behind_key.contains('\n');
        if render::is_flow(value) || !is_plain {
            let text = render::flow(value, Style::Plain, false);
            let text = if start == end { format!(" {text}") } else { text };
            edits.push(Edit { start, end, text, depth: IN_LINE });
            return Ok(());
        }
        let colon = editor.end_of(key) + behind_key.find(':').unwrap_or(0) + 1;
        if colon < end {
            edits.push(Edit { start: colon, end, text: String::new(), depth: IN_LINE });
        }
        let line = editor.line_end(end);
        let column = editor.column(key);
        edits.push(Edit { start: line, end: line, text: self.style().below(value, column), depth: column + 1 });
        Ok(())
    }

    fn add(&self, group: &Group, edits: &mut Vec<Edit>) -> Result<(), Refused> {
        let (editor, style, column) = (self.editor, self.style(), self.column());
        let mut lines: Vec<String> = group.keys.iter().map(|(key, value)| style.entry(key, value, column)).collect();
        lines.extend(group.elements.iter().map(|value| style.element(value, column)));
        let Some(&last) = self.heads.last().filter(|_| !lines.is_empty()) else { return Ok(()) };
        let indent = " ".repeat(column);
        if let Some(at) = self.behind_last(last) {
            let text = lines.iter().flat_map(|line| [editor.eol, &indent, line]).collect();
            edits.push(Edit { start: at, end: at, text, depth: column });
            return Ok(());
        }
        // A line end behind the last line of the file would become a part of its value.
        if editor.tree.kind(self.parent) != Kind::Mapping {
            return Err(Refused("the text ends in a block scalar without a line end"));
        }
        let at = editor.start_of(last);
        let text = lines.iter().flat_map(|line| [line, editor.eol, &indent]).collect();
        edits.push(Edit { start: at, end: at, text, depth: column });
        Ok(())
    }

    /// The end of the line behind which another key or element can stand.
    fn behind_last(&self, head: NodeId) -> Option<usize> {
        let (editor, text) = (self.editor, self.editor.text());
        let last = editor.last_of(self.value_of(head));
        let end = editor.end_of(last);
        let span = editor.tree.span(last);
        let is_block = editor.tree.kind(last) == Kind::Scalar && editor.tree.style(last) == Style::Block;
        if !is_block {
            return Some(editor.line_end(end));
        }
        let whole = span.end as usize;
        let header = text[span.range()].lines().next().unwrap_or_default();
        let header = header.split('#').next().unwrap_or_default();
        if !header.contains('+') {
            let line = editor.line_end(end);
            return (line < text.len() || header.contains('-')).then_some(line);
        }
        // Every blank line behind it is a part of it.
        let before = text[..whole].strip_suffix('\n')?;
        Some(before.strip_suffix('\r').unwrap_or(before).len())
    }
}
