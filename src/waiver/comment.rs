//! Waivers in comments: `# podline: ignore[rule, …] reason (policy=team-*, until=2027-03-31)`.

use memchr::memmem;

use super::error::WaiverError;
use super::terms::Terms;
use crate::manifest::suggest::nearest;
use crate::rules::Catalogue;
use crate::source::span::Span;
use crate::yaml::tree::{Kind, Style, Tree};

/// What a directive begins with.
pub const MARK: &str = "podline:";

/// How a waiver is written.
pub(super) const FORM: &str = "# podline: ignore[rule] reason";

/// A comment that speaks to podline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the mark to the end of the line.
    pub span: Span,
    /// The start of its line.
    pub line: u32,
    /// Whether something stands before it on its line.
    pub trails: bool,
    /// What it says, or what is wrong with that.
    pub terms: Result<Terms, WaiverError>,
}

/// Finds the directives in a part of the text of a document. Text inside of scalars is no comment.
pub fn comments(tree: &Tree<'_>, region: Span, catalogue: &Catalogue) -> Vec<Comment> {
    let text = &tree.text()[..region.end as usize];
    let marks = memmem::find_iter(&text.as_bytes()[region.start as usize..], MARK);
    let scalars = std::cell::LazyCell::new(|| scalars(tree));
    let mut found: Vec<Comment> = Vec::new();
    let mut behind = 0;
    for mark in marks.map(|at| region.start as usize + at) {
        // The rest of a directive is its reason, whatever it mentions.
        if found.last().is_some_and(|last| mark < last.span.end as usize) {
            continue;
        }
        // A line of many marks is looked at once: where the first stands in a scalar, its comment begins behind it.
        if mark < behind {
            continue;
        }
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..mark]).map_or(0, |end| end + 1);
        if !text[line..mark].trim_end_matches([' ', '\t']).ends_with('#') {
            continue;
        }
        let Some(hash) = start_of_comment(&text[line..mark], |at| is_inside(&scalars, text, line + at)) else {
            behind = end_of_scalar(&scalars, mark);
            continue;
        };
        let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[mark..]).map_or(text.len(), |end| mark + end);
        let directive = text[mark..end].trim_end();
        found.push(Comment {
            span: Span::new(mark, mark + directive.len()),
            line: crate::source::span::offset(line),
            trails: !text[line..line + hash].trim_start_matches('\u{FEFF}').trim().is_empty(),
            terms: parse(&directive[MARK.len()..], catalogue),
        });
    }
    found
}

/// Where the scalar that holds a place ends; the place behind it if none does.
fn end_of_scalar(scalars: &[(Span, bool)], at: usize) -> usize {
    let before = scalars.partition_point(|(span, _)| span.start as usize <= at);
    let end = before.checked_sub(1).map_or(0, |last| scalars[last].0.end as usize);
    end.max(at + 1)
}

/// Where the comment of a line begins: a `#` at its start or after a blank, and not inside of a scalar.
fn start_of_comment(line: &str, is_inside: impl Fn(usize) -> bool) -> Option<usize> {
    let starts = memchr::memchr_iter(b'#', line.as_bytes());
    let mut starts = starts.filter(|&at| line[..at].is_empty() || line[..at].ends_with([' ', '\t', '\u{FEFF}']));
    starts.find(|&at| !is_inside(at))
}

/// The places of all scalars, in the order of the text, and whether they are block scalars.
fn scalars(tree: &Tree<'_>) -> Vec<(Span, bool)> {
    let nodes = tree.root().into_iter().flat_map(|root| tree.inside(root));
    let scalars = nodes.filter(|&node| tree.kind(node) == Kind::Scalar);
    let mut scalars: Vec<_> = scalars.map(|node| (tree.span(node), tree.style(node) == Style::Block)).collect();
    scalars.sort_unstable_by_key(|(span, _)| span.start);
    scalars
}

fn is_inside(scalars: &[(Span, bool)], text: &str, at: usize) -> bool {
    let before = scalars.partition_point(|(span, _)| span.start as usize <= at);
    let Some(&(span, is_block)) = before.checked_sub(1).and_then(|last| scalars.get(last)) else { return false };
    // After the | of a block scalar a comment may stand, before its text begins.
    let is_header = is_block && !text[span.start as usize..at].contains('\n');
    at < span.end as usize && !is_header
}

/// Reads what follows the mark.
fn parse(directive: &str, catalogue: &Catalogue) -> Result<Terms, WaiverError> {
    let directive = directive.trim_start();
    let end = directive.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(directive.len());
    let (word, rest) = directive.split_at(end);
    if word != "ignore" {
        return Err(WaiverError::Directive(word.to_owned(), nearest(word, ["ignore"])));
    }
    let Some(rest) = rest.trim_start().strip_prefix('[') else {
        return Err(WaiverError::NoBrackets);
    };
    let (rules, rest) = rest.split_once(']').ok_or(WaiverError::OpenBracket)?;
    Terms::parse(rules, rest, catalogue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::SourceFile;
    use crate::yaml::parse;
    use crate::yaml::split::Piece;

    /// The directives of a document: `|` before those that stand alone on their line, and what is wrong with them.
    fn found(text: &str) -> Vec<String> {
        let file = SourceFile::new("a", text.into()).expect("small");
        let region = Span::new(0, text.len());
        let tree = parse::parse(&file, &Piece::Yaml(region)).expect("YAML");
        let show = |comment: Comment| {
            let alone = if comment.trails { "" } else { "|" };
            match comment.terms {
                Ok(terms) => format!("{alone}{}: {}", terms.rules_text(), terms.reason),
                Err(error) => format!("{alone}! {error}"),
            }
        };
        comments(&tree, region, Catalogue::of_podline()).into_iter().map(show).collect()
    }

    #[test]
    fn a_directive_may_stand_alone_after_a_field_or_behind_another_comment() {
        assert_eq!(
            found("# podline: ignore[privileged] why\na: 1 # podline:ignore[hostPorts=80, pss/*] so\n"),
            ["|privileged: why", "hostPorts=80, pss/*: so"]
        );
        assert_eq!(found("a: | # podline: ignore[privileged] why\n  b\n"), ["privileged: why"]);
        assert_eq!(found("a: b # see there # podline: ignore[privileged] why\n"), ["privileged: why"]);
        assert_eq!(
            found("a: b\n# podline: ignore[privileged] no # podline: here\n"),
            ["|privileged: no # podline: here"]
        );
    }

    #[test]
    fn text_in_scalars_and_prose_are_no_directives() {
        for text in [
            "a: |\n  # podline: ignore[x]\nb: 1\n",
            "a: >-\n  x\n\n  # podline: ignore[x]\n",
            "a: \"x\n  # podline: ignore[x]\"\n",
            "a: ' # podline: ignore[x]'\n",
            "a: x#podline:1\n",
            "a: 1 # as podline: ignore[x] says\n",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn after_a_block_scalar_comments_begin_again() {
        assert_eq!(found("a:\n  b: |\n    x\n  # podline: ignore[privileged] why\n  c: 1\n"), ["|privileged: why"]);
    }

    #[test]
    fn a_malformed_directive_says_what_is_wrong() {
        assert_eq!(
            found("a: 1 # podline: ignore privileged\n"),
            ["! a waiver must name its rules in brackets: # podline: ignore[rule] reason"]
        );
        assert_eq!(
            found("a: 1 # podline: ingore[privileged] x\n"),
            [
                "! podline does not know the directive \"ingore\"; did you mean ignore? (the form is # podline: ignore[rule] reason)"
            ]
        );
        assert_eq!(found("a: 1 # podline: ignore[privileged x\n"), ["! the bracket after ignore is not closed"]);
        assert_eq!(found("a: 1 # podline: ignore[privileged]\n"), ["! a waiver must give a reason"]);
        assert_eq!(found("a: 1 # podline: ignore[] x\n"), ["! a waiver must name a rule"]);
    }
}
