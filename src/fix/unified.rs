//! The edits of a text as a unified diff, in time linear in the text: what changed is known and need not be found.

use std::fmt::Write as _;
use std::ops::Range;

use crate::source::span::Span;
use crate::yaml::edit::TextEdit;

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// A unified diff of `old` and of `new`, which the edits made of it. The names are those of its header; "" if nothing
/// changes.
pub fn unified(old: &str, new: &str, edits: &[TextEdit], names: (&str, &str)) -> String {
    let (old, new) = (Lines::of(old), Lines::of(new));
    let changes = changes(&old, &new, edits);
    let mut diff = String::new();
    // Writing to a string cannot fail.
    if !changes.is_empty() {
        let _ = write!(diff, "--- {}\n+++ {}\n", names.0, names.1);
    }
    for hunk in changes.chunk_by(|one, next| next.old.start - one.old.end <= 2 * CONTEXT) {
        show(&mut diff, &old, &new, hunk);
    }
    diff
}

/// A text as lines, each with its end.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// How many lines there are: what is behind the last line end is one only if it holds something.
    fn count(&self) -> usize {
        self.starts.len() - usize::from(self.text.is_empty() || self.text.ends_with('\n'))
    }

    fn get(&self, line: usize) -> &'t str {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        &self.text[self.starts[line]..end]
    }

    /// The line that holds a place: behind the last line end the empty one there.
    fn at(&self, place: usize) -> usize {
        self.starts.partition_point(|&start| start <= place).saturating_sub(1)
    }

    fn is_start(&self, place: usize) -> bool {
        self.starts[self.at(place)] == place
    }
}

/// Lines of the old text, and the lines of the new one in their place.
struct Change {
    old: Range<usize>,
    new: Range<usize>,
}

/// What changes, in the order of the text. There is an equal line between any two changes.
fn changes(old: &Lines<'_>, new: &Lines<'_>, edits: &[TextEdit]) -> Vec<Change> {
    let mut touched: Vec<Change> = Vec::new();
    // How much longer the new text is before an edit: its start there is `start + added - taken`.
    let (mut added, mut taken) = (0, 0);
    for (at, TextEdit { span: Span { start, end }, text }) in edits.iter().enumerate() {
        let (start, end) = (*start as usize, *end as usize);
        let limit = edits.get(at + 1).map_or(old.text.len(), |next| next.span.start as usize);
        let shift = if start == end { to_next_line(&old.text[end..limit], text) } else { 0 };
        let (old_start, old_end) = (start + shift, end + shift);
        let (new_start, new_end) = (old_start + added - taken, old_end + added - taken + text.len() - (end - start));
        // The line in which an edit ends is another one, unless it ends with a line in both texts.
        let rest = usize::from(!(old.is_start(old_end) && new.is_start(new_end)));
        let change =
            Change { old: old.at(old_start)..old.at(old_end) + rest, new: new.at(new_start)..new.at(new_end) + rest };
        (added, taken) = (added + text.len(), taken + end - start);
        match touched.last_mut() {
            Some(last) if change.old.start < last.old.end || change.new.start < last.new.end => {
                last.old.end = last.old.end.max(change.old.end);
                last.new.end = last.new.end.max(change.new.end);
            }
            _ => touched.push(change),
        }
    }
    // From the last one on, so that each knows how far down it may move.
    let mut changes: Vec<Change> = Vec::with_capacity(touched.len());
    for mut change in touched.into_iter().rev() {
        trim(&mut change, old, new);
        if change.old.is_empty() && change.new.is_empty() {
            continue;
        }
        sink(&mut change, old, new, changes.last().map_or(old.count(), |next| next.old.start));
        match changes.last_mut() {
            Some(next) if next.old.start == change.old.end => {
                (next.old.start, next.new.start) = (change.old.start, change.new.start);
            }
            _ => changes.push(change),
        }
    }
    changes.reverse();
    changes
}

/// How far what is added at the end of a line, with a line end before it, can be shifted, so that it is added before the
/// next line with a line end behind it: that is the same, and leaves the line alone. `rest` is what follows.
fn to_next_line(rest: &str, added: &str) -> usize {
    let ends = ["\n", "\r\n"].into_iter();
    ends.filter(|end| rest.starts_with(end) && added.starts_with(end)).map(str::len).next().unwrap_or(0)
}

/// Leaves the equal lines at both ends out of a change.
fn trim(change: &mut Change, old: &Lines<'_>, new: &Lines<'_>) {
    let within = |lines: &Range<usize>, count: usize| lines.start.min(count)..lines.end.min(count);
    (change.old, change.new) = (within(&change.old, old.count()), within(&change.new, new.count()));
    let is_open = |change: &Change| !change.old.is_empty() && !change.new.is_empty();
    while is_open(change) && old.get(change.old.start) == new.get(change.new.start) {
        change.old.start += 1;
        change.new.start += 1;
    }
    while is_open(change) && old.get(change.old.end - 1) == new.get(change.new.end - 1) {
        change.old.end -= 1;
        change.new.end -= 1;
    }
}

/// Moves lines that are only added or only taken away down as far as the diff stays true, as other tools do: then a
/// whole block is shown with the line by which it begins, and not with that of the next one.
fn sink(change: &mut Change, old: &Lines<'_>, new: &Lines<'_>, limit: usize) {
    let is_sliding = |change: &Change| match (change.old.is_empty(), change.new.is_empty()) {
        (true, false) => old.get(change.old.end) == new.get(change.new.start),
        (false, true) => old.get(change.old.end) == old.get(change.old.start),
        _ => false,
    };
    while change.old.end < limit && is_sliding(change) {
        change.old = change.old.start + 1..change.old.end + 1;
        change.new = change.new.start + 1..change.new.end + 1;
    }
}

/// Shows changes that stand close together, with the lines around them.
fn show(diff: &mut String, old: &Lines<'_>, new: &Lines<'_>, hunk: &[Change]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let before = first.old.start.min(CONTEXT);
    let after = (old.count() - last.old.end).min(CONTEXT);
    let old_range = range(&(first.old.start - before..last.old.end + after));
    let new_range = range(&(first.new.start - before..last.new.end + after));
    // Writing to a string cannot fail.
    let _ = writeln!(diff, "@@ -{old_range} +{new_range} @@");
    let mut at = first.old.start - before;
    for change in hunk {
        (at..change.old.start).for_each(|line| push(diff, ' ', old.get(line)));
        change.old.clone().for_each(|line| push(diff, '-', old.get(line)));
        change.new.clone().for_each(|line| push(diff, '+', new.get(line)));
        at = change.old.end;
    }
    (at..at + after).for_each(|line| push(diff, ' ', old.get(line)));
}

/// Lines, counted from 1: the first and how many, which is left out where it is one. No lines begin behind the line
/// before them.
fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn push(diff: &mut String, mark: char, line: &str) {
    diff.push(mark);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::super::edited;
    use super::*;

    /// The diff that edits make, given as places and texts.
    fn diff(old: &str, edits: &[(usize, usize, &str)]) -> String {
        let edit =
            |&(start, end, text): &(usize, usize, &str)| TextEdit { span: Span::new(start, end), text: text.into() };
        let edits: Vec<TextEdit> = edits.iter().map(edit).collect();
        unified(old, &edited(old, &edits), &edits, ("a", "b"))
    }

    #[test]
    fn changes_are_shown_with_three_lines_around_them() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n";
        let shown = diff(old, &[(8, 9, "five"), (23, 23, "\n11a")]);
        assert_eq!(
            shown,
            "--- a\n+++ b\n@@ -2,12 +2,13 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n 10\n 11\n+11a\n 12\n 13\n"
        );
    }

    #[test]
    fn what_stands_further_apart_is_shown_apart() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            diff(old, &[(0, 1, "one"), (16, 18, "")]),
            "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n"
        );
    }

    #[test]
    fn a_line_that_is_added_twice_is_shown_below_its_like() {
        assert_eq!(diff("a\nb\nb\nc\n", &[(2, 2, "b\n")]), "--- a\n+++ b\n@@ -1,4 +1,5 @@\n a\n b\n b\n+b\n c\n");
        assert_eq!(diff("a\nb\nb\nc\n", &[(2, 4, "")]), "--- a\n+++ b\n@@ -1,4 +1,3 @@\n a\n b\n-b\n c\n");
    }

    #[test]
    fn a_line_between_two_additions_is_left_alone() {
        let shown = "--- a\n+++ b\n@@ -1,3 +1,5 @@\n a\n+x\n b\n+y\n c\n";
        assert_eq!(diff("a\nb\nc\n", &[(2, 2, "x\n"), (3, 3, "\ny")]), shown);
        assert_eq!(diff("a\nb\nc\n", &[(1, 1, "\nx"), (4, 4, "y\n")]), shown);
        assert_eq!(diff("a\r\nb\r\n", &[(1, 1, "\r\nx")]), "--- a\n+++ b\n@@ -1,2 +1,3 @@\n a\r\n+x\r\n b\r\n");
    }

    #[test]
    fn a_missing_line_end_is_told() {
        let missing = "\\ No newline at end of file\n";
        assert_eq!(diff("a", &[(1, 1, "\nb\n")]), format!("--- a\n+++ b\n@@ -1 +1,2 @@\n-a\n{missing}+a\n+b\n"));
        assert_eq!(diff("", &[(0, 0, "a")]), format!("--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n{missing}"));
        assert_eq!(diff("a\n", &[]), "");
    }
}
