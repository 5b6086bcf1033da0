//! Files that a walk did not read and that something it read names.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::as_walked::{AsWalked, WalkDecision};
use super::exclude::{BadGlob, Exclude};
use super::{Candidate, Input, PassedOver, WalkOptions, passed, paths};

/// Those of some files that a walk would read if their names ended like those of manifests, and those that are left out.
/// A file that is not there is neither.
///
/// # Errors
/// [`BadGlob`] if one of `options.exclude` is not a glob.
pub fn besides(files: Vec<PathBuf>, options: &WalkOptions) -> Result<(Vec<Input>, Vec<PassedOver>), BadGlob> {
    let cwd = env::current_dir().unwrap_or_default();
    let exclude = Exclude::new(&options.exclude, &cwd)?;
    let walk = AsWalked::new(&cwd, !options.no_ignore);
    let (mut read, mut left) = (Vec::new(), Vec::new());
    for file in files {
        let Ok(metadata) = fs::metadata(&file) else { continue };
        let path = file.strip_prefix(&cwd).unwrap_or(&file).to_path_buf();
        let decision = exclude
            .covers_with_parents(&path, false)
            .map_or_else(|| walk.decide_any_name(&path, Some(&metadata)), WalkDecision::PassedOver);
        match decision {
            WalkDecision::Read { is_link } => read.push(Input::from(Candidate::walked(0, path, is_link, None))),
            WalkDecision::PassedOver(why) => left.push((0, path, why)),
        }
    }
    Ok((read, passed::sorted(left)))
}

/// Whether a walk reads files of this name.
pub fn is_walked(file: &Path) -> bool {
    paths::has_manifest_ending(file)
}
