//! What can be wrong with an entry.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

use super::configured::WaiverMistake;
use super::error::WaiverFault;
use crate::matching::globs::GlobError;
use crate::matching::{Match, MatchMistake, Matcher, Section};

/// Notes what is wrong with an entry.
#[derive(Default)]
pub(super) struct Checker {
    /// All of it.
    pub mistakes: Vec<WaiverMistake>,
}

impl Checker {
    /// Notes a mistake in a field, or in an element of it.
    pub fn wrong(&mut self, field: &'static str, index: Option<usize>, fault: WaiverFault) {
        self.mistakes.push(WaiverMistake { waiver: 0, field, in_match: false, index, fault });
    }

    /// What was read of a field, if it could be.
    pub fn some<T, E: Into<WaiverFault>>(&mut self, field: &'static str, read: Option<Result<T, E>>) -> Option<T> {
        match read? {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(field, None, error.into());
                None
            }
        }
    }

    /// A glob of an entry. In one for a path, `*` does not reach into directories.
    pub fn glob(&mut self, field: &'static str, glob: Option<&str>, is_path: bool) -> Option<GlobMatcher> {
        let glob = glob?;
        let glob = if is_path { glob.trim_start_matches("./").trim_end_matches('/') } else { glob };
        let built = GlobBuilder::new(glob).literal_separator(is_path).build();
        let built = built.map_err(|error| GlobError::of(glob, &error));
        self.some(field, Some(built)).map(|glob| glob.compile_matcher())
    }

    /// Which objects an entry is for. Globs for files are relative to `base`.
    pub fn objects(&mut self, wanted: &Match, base: &Path) -> Matcher {
        // An entry that is only checked has no directory.
        let base = if base.is_absolute() { base } else { Path::new("/") };
        match Matcher::new(wanted, Section::Waivers, base) {
            Ok(matcher) => matcher,
            Err(mistakes) => {
                let mistakes = mistakes.into_iter().map(|MatchMistake { key, index, fault }| WaiverMistake {
                    waiver: 0,
                    field: key,
                    in_match: true,
                    index: Some(index),
                    fault: WaiverFault::Match(fault),
                });
                self.mistakes.extend(mistakes);
                Matcher::default()
            }
        }
    }
}
