//! Where the lines of a text stand that is the value of a scalar: a program in a block, or in quotes.

use super::tree::{Kind, NodeId, Style, Tree};
use crate::source::span::{Span, offset};

/// A line of a text: which, from 0, and the bytes of the scalar between which it stands.
struct Line {
    number: usize,
    start: usize,
    end: usize,
}

/// Where a line of the text of a scalar stands, counted from 0. Of several that are folded into one it is the first.
/// `None` for what is no scalar, and where that cannot be told.
pub fn line(tree: &Tree<'_>, node: NodeId, number: usize) -> Option<Span> {
    let span = tree.span(node);
    let written = tree.text().get(span.range()).filter(|_| tree.kind(node) == Kind::Scalar)?;
    let lines = match tree.style(node) {
        Style::Block if written.starts_with('>') => folded(written, tree.raw(node))?,
        Style::Block => literal(written),
        Style::DoubleQuoted => flow(written, true),
        Style::SingleQuoted | Style::Plain | Style::JsonNumber => flow(written, false),
    };
    let Line { start, end, .. } = lines.into_iter().rfind(|line| line.number <= number)?;
    let line = &written[start..end];
    let text = line.trim();
    let start = start + (line.len() - line.trim_start().len());
    Some(Span { start: span.start + offset(start), end: span.start + offset(start + text.len()) })
}

/// The lines of a text, each with the byte at which it begins.
fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn literal(written: &str) -> Vec<Line> {
    let lines = split(written).skip(1).enumerate();
    lines.map(|(number, (start, line))| Line { number, start, end: start + line.len() }).collect()
}

/// What is written is found again in the text, word by word: where lines are folded, blanks stand between.
fn folded(written: &str, text: &str) -> Option<Vec<Line>> {
    let (mut number, mut rest) = (0, text);
    let mut lines: Vec<Line> = Vec::new();
    for (start, line) in split(written).skip(1) {
        let content = line.trim();
        if content.is_empty() {
            continue;
        }
        let blanks = rest.len() - rest.trim_start().len();
        number += memchr::memchr_iter(b'\n', &rest.as_bytes()[..blanks]).count();
        rest = rest[blanks..].strip_prefix(content)?;
        if lines.last().is_none_or(|last| last.number < number) {
            lines.push(Line { number, start, end: start + line.len() });
        }
    }
    Some(lines)
}

/// In quotes, and without any, a line ends at an empty line, and in double quotes at `\n`.
fn flow(written: &str, escapes: bool) -> Vec<Line> {
    let bytes = written.as_bytes();
    let begin = usize::from(written.starts_with(['"', '\'']));
    let end = written.len().saturating_sub(begin).max(begin);
    let mut lines = vec![Line { number: 0, start: begin, end }];
    let mut at = begin;
    let mut add = |from: usize, to: usize, count: usize| {
        let number = lines.last().map_or(0, |last| last.number) + count;
        if let Some(last) = lines.last_mut() {
            last.end = from;
        }
        lines.push(Line { number, start: to, end });
    };
    while let Some(found) = memchr::memchr2(b'\\', b'\n', &bytes[at..end]) {
        let from = at + found;
        if bytes[from] == b'\\' && escapes {
            at = (from + 2).min(end);
            match bytes.get(from + 1) {
                Some(b'n') => add(from, at, 1),
                // The next line goes on here.
                Some(b'\n' | b'\r') => at = after_blanks(bytes, from + 1, end),
                _ => {}
            }
        } else if bytes[from] == b'\n' {
            at = after_blanks(bytes, from, end);
            let breaks = memchr::memchr_iter(b'\n', &bytes[from..at]).count();
            if breaks > 1 {
                add(from, at, breaks - 1);
            }
        } else {
            at = from + 1;
        }
    }
    lines
}

fn after_blanks(bytes: &[u8], from: usize, end: usize) -> usize {
    bytes[from..end].iter().position(|byte| !byte.is_ascii_whitespace()).map_or(end, |blanks| from + blanks)
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::source::file::SourceFile;
    use crate::yaml::parse::parse;
    use crate::yaml::split::split;

    /// What stands at the lines of the text of `k`, and what these lines are.
    fn lines(written: &str) -> (Vec<String>, Vec<String>) {
        let file = SourceFile::new("", format!("a: 1\nk: {written}\nz: 1\n").into_bytes()).expect("a small file");
        let piece = split(&file).remove(0);
        let tree = parse(&file, &piece).expect("sound YAML");
        let node = tree.get(tree.root().expect("a root"), "k").expect("a value");
        let text: Vec<String> = tree.raw(node).lines().map(|line| line.trim().to_owned()).collect();
        let at = |number| line(&tree, node, number).map(|span| file.text()[span.range()].to_owned());
        ((0..text.len()).filter_map(at).collect(), text)
    }

    #[test]
    fn lines_of_a_literal_block_are_lines_of_the_file() {
        for head in ["|", "|-", "|+", "|2", "| # why"] {
            let (found, text) = lines(&format!("{head}\n  package p\n\n    a {{\n  b\n"));
            assert_eq!(found, text, "{head}");
        }
        let (found, text) = lines("|\n\n\n  first\n  second");
        assert_eq!((found, text.len()), (["", "", "first", "second"].map(str::to_owned).to_vec(), 4));
    }

    #[test]
    fn a_folded_line_is_its_first_one() {
        let (found, text) = lines(">\n  package\n  p\n\n  a {\n    b\n    c\n  }\n\n\n  d");
        assert_eq!(text, ["package p", "a {", "b", "c", "}", "", "d"]);
        assert_eq!(found, ["package", "a {", "b", "c", "}", "}", "d"]);
    }

    #[test]
    fn lines_in_double_quotes_end_at_escapes_and_at_empty_lines() {
        let (found, text) = lines("\"package p\\n\\na \\\"x\\\" { \\\\n\\nb\\\n  c\\n\"");
        assert_eq!(text, ["package p", "", "a \"x\" { \\n", "bc"]);
        assert_eq!(found, ["package p", "", "a \\\"x\\\" { \\\\n", "b\\\n  c"]);
        let (found, _) = lines("\"one\n  and\n\n  two\n\n\n  four\"");
        assert_eq!(found, ["one\n  and", "two", "two", "four"]);
    }

    #[test]
    fn lines_in_single_quotes_and_without_end_at_empty_lines() {
        assert_eq!(lines("'one\n\n  t\\n wo'").0, ["one", "t\\n wo"]);
        assert_eq!(lines("one\n\n  two").0, ["one", "two"]);
        assert_eq!(lines("''").0, Vec::<String>::new());
    }
}
