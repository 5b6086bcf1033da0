//! Regular expressions as Go's `regexp` has them (RE2), run by the crate `regex`.
//!
//! The two agree on what matches first and on linear time. They differ in what patterns mean, so a pattern is
//! read here by Go's rules, refused with Go's words, and written anew for the crate: `\d`, `\w`, `\s` and `\b`
//! are ASCII, `\Q…\E` and octal escapes exist, `&&`, `--`, `~~` and `[` mean nothing in a class, repetitions
//! stop at 1,000. What Go calls too large (by its own count of instructions) is only refused where the crate
//! finds it too large, at 32 MiB.

mod class;
mod translate;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Regex(::regex::bytes::Regex);

/// Is the pattern one that Go compiles?
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    Regex::new(pattern).map(|_| ())
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// In Go's words: `error parsing regexp: …`.
    pub(crate) fn new(pattern: &str) -> Result<Regex, String> {
        let translated = translate::translate(pattern).map_err(|error| format!("error parsing regexp: {error}"))?;
        ::regex::bytes::RegexBuilder::new(&translated)
            .size_limit(32 << 20)
            .nest_limit(2_000)
            .build()
            .map(Regex)
            .map_err(|_| format!("error parsing regexp: expression too large: `{pattern}`"))
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }

    /// The matches from left to right; they do not overlap.
    pub(crate) fn find_all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.0.find_iter(text.as_bytes()).map(|found| text.get(found.range()).unwrap_or_default())
    }
}
