//! What can be wrong with an entry.

use globset::{GlobBuilder, GlobMatcher};

use super::configured::Mistake;
use crate::manifest::suggest::nearest;
use crate::manifest::template;

/// Notes what is wrong with an entry.
#[derive(Default)]
pub(super) struct Checker {
    /// All of it.
    pub mistakes: Vec<Mistake>,
}

impl Checker {
    /// Notes a mistake in a field, or in an element of it.
    pub fn wrong(&mut self, field: &'static str, index: Option<usize>, message: String) {
        self.mistakes.push(Mistake { waiver: 0, field, index, message });
    }

    /// What was read of a field, if it could be.
    pub fn some<T>(&mut self, field: &'static str, read: Option<Result<T, String>>) -> Option<T> {
        match read? {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(field, None, message);
                None
            }
        }
    }

    /// A glob of an entry. In one for a path, `*` does not reach into directories.
    pub fn glob(&mut self, field: &'static str, glob: Option<&str>, is_path: bool) -> Option<GlobMatcher> {
        let glob = glob?;
        let glob = if is_path { glob.trim_start_matches("./").trim_end_matches('/') } else { glob };
        let built = GlobBuilder::new(glob).literal_separator(is_path).build();
        let built = built.map_err(|error| format!("{glob:?} is no glob: {}", error.kind()));
        self.some(field, Some(built)).map(|glob| glob.compile_matcher())
    }

    /// A kind that is almost that of a built-in workload would never cover anything. Any other may be a custom one.
    pub fn kind(&mut self, kind: Option<&str>) {
        let is_name = |kind: &&str| kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let Some(kind) = kind.filter(is_name) else { return };
        if template::rows().any(|row| row.kind == kind) {
            return;
        }
        let built_in = template::rows().filter(|row| row.is_built_in());
        if let Some(near) = nearest(kind, built_in.map(|row| row.kind)) {
            let message = format!(
                "no kind is called {kind:?}; did you mean {near}? (a kind of your own is written as a glob: {kind}*)"
            );
            self.wrong("kind", None, message);
        }
    }
}
