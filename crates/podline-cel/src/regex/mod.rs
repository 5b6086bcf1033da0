//! Regular expressions as Go's `regexp` has them (RE2), run by the crate `regex`.
//!
//! The two agree on what matches first and on linear time. They differ in what patterns mean, so a pattern is
//! read here by Go's rules, refused with Go's words, and written anew for the crate: `\d`, `\w`, `\s` and `\b`
//! are ASCII, `\Q…\E` and octal escapes exist, `&&`, `--`, `~~` and `[` mean nothing in a class, repetitions
//! stop at 1,000. What Go calls too large (by its own count of instructions) is only refused where the crate
//! finds it too large, at 32 MiB.

mod class;
mod translate;

use std::ops::Range;

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex(::regex::bytes::Regex);

/// Is the pattern one that Go compiles?
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    Regex::new(pattern).map(|_| ())
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// In Go's words: `error parsing regexp: …`.
    pub fn new(pattern: &str) -> Result<Regex, String> {
        let translated = translate::translate(pattern).map_err(|error| format!("error parsing regexp: {error}"))?;
        ::regex::bytes::RegexBuilder::new(&translated)
            .size_limit(32 << 20)
            .nest_limit(2_000)
            .build()
            .map(Regex)
            .map_err(|_| format!("error parsing regexp: expression too large: `{pattern}`"))
    }

    /// Does it match anywhere?
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }

    /// The matches from left to right; they do not overlap.
    pub(crate) fn find_all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.matches(text).map(|found| text.get(found).unwrap_or_default())
    }

    /// Where the matches are, from left to right; they do not overlap.
    pub fn matches<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        // The crate sees empty matches between the bytes of a character too.
        self.0.find_iter(text.as_bytes()).map(|found| found.range()).filter(|found| text.is_char_boundary(found.start))
    }

    /// As [`Regex::matches`], each with its groups; the first is the match itself.
    pub fn groups<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Vec<Option<Range<usize>>>> + 't {
        self.captures(text).map(|captures| captures.iter().map(|group| group.map(|group| group.range())).collect())
    }

    fn captures<'t>(&'t self, text: &'t str) -> impl Iterator<Item = ::regex::bytes::Captures<'t>> + 't {
        let whole = |captures: &::regex::bytes::Captures<'_>| captures.get(0).map_or(0, |found| found.start());
        self.0.captures_iter(text.as_bytes()).filter(move |captures| text.is_char_boundary(whole(captures)))
    }

    /// The text with every match replaced; `$1` and `${name}` stand for groups, as Go expands them. `pays` is asked
    /// before so many bytes are added; nothing is returned where it declines.
    pub fn replace_all(&self, text: &str, replacement: &str, pays: impl Fn(usize) -> bool) -> Option<String> {
        let mut out = Vec::new();
        let mut end = 0;
        for captures in self.captures(text) {
            let found = captures.get(0)?;
            let before = out.len();
            out.extend_from_slice(&text.as_bytes()[end..found.start()]);
            captures.expand(replacement.as_bytes(), &mut out);
            end = found.end();
            if !pays(out.len() - before + 16) {
                return None;
            }
        }
        out.extend_from_slice(&text.as_bytes()[end..]);
        Some(String::from_utf8_lossy(&out).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(pattern: &str, text: &str, replacement: &str) -> String {
        Regex::new(pattern).expect(pattern).replace_all(text, replacement, |_| true).expect("paid")
    }

    #[test]
    fn empty_matches_are_between_characters_and_not_between_bytes() {
        assert_eq!(replaced("x*", "aé", "-"), "-a-é-");
        assert_eq!(Regex::new("").expect("a pattern").matches("é").collect::<Vec<_>>(), [0..0, 2..2]);
    }

    #[test]
    fn groups_are_named_in_replacements() {
        assert_eq!(replaced(r"(?P<first>\w)(?<second>\w)", "ab", "${second}${first}$1"), "baa");
        assert_eq!(replaced("(?P<a>x)(?P<a>y)(?P<1>z)", "xyz", "$a$2"), "xy");
    }
}
