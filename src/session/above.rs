//! What the configurations above another one say of what makes a run fail: a nearer one can only add to that.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::config::find::{Place, Places};
use crate::config::load::{self, Loaded};
use crate::config::{DenySetting, FailOnSetting};
use crate::source::confine;
use crate::source::repository::is_root;

/// What a configuration says of what makes a run fail.
type Said = (Option<FailOnSetting>, Vec<DenySetting>);

/// The configurations in the directories above others, each read once.
#[derive(Default)]
pub(super) struct Above {
    places: Places,
    said: HashMap<PathBuf, Said>,
}

impl Above {
    /// Adds to a configuration what those above it say, up to the root of the repository. What is wrong with one of them
    /// is told in a run with files that it is for.
    pub fn tighten(&mut self, path: &Path, loaded: &mut Loaded, around: &confine::Given) {
        for file in self.files(path) {
            let said = self.said.entry(file).or_insert_with_key(|file| {
                let config = load::load(file, around).map(|loaded| loaded.config).unwrap_or_default();
                (config.fail_on, config.deny.0)
            });
            let (fail_on, denied) = said.clone();
            let near = &mut loaded.config;
            near.fail_on = load::stricter(near.fail_on.take(), fail_on);
            near.deny.0.extend(denied);
        }
    }

    /// The configurations above another one, the nearest first.
    fn files(&mut self, path: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut last = path.to_owned();
        // Nothing above the root of a repository is about it.
        while let Some(home) = last.parent().filter(|home| !is_root(home)) {
            let Some(Place::Repository(Some(file))) = home.parent().map(|above| self.places.look(above)) else { break };
            files.push(file.clone());
            last = file;
        }
        files
    }
}
