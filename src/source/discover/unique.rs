//! A file that several paths lead to is read once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Candidate, paths};

/// Of the candidates that are the same file, keeps the first one, but its own name before a link.
pub(super) fn each_once(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_cached_key(|candidate| (candidate.linked, candidate.order()));
    let mut identities = Identities::default();
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    let mut index_of = HashMap::with_capacity(candidates.len());
    for candidate in candidates {
        match index_of.entry(identities.of(&candidate)) {
            Entry::Occupied(at) => {
                let first: &mut Candidate = &mut kept[*at.get()];
                first.named |= candidate.named;
            }
            Entry::Vacant(at) => {
                at.insert(kept.len());
                kept.push(candidate);
            }
        }
    }
    kept
}

/// Tells which paths are the same file. Not by inode: hard links are files of their own, each with its place in the
/// report.
#[derive(Default)]
struct Identities {
    directories: HashMap<PathBuf, PathBuf>,
}

impl Identities {
    /// The real path; none for standard input.
    fn of(&mut self, candidate: &Candidate) -> Option<PathBuf> {
        let path = candidate.source.path()?;
        // What has no real path (a pipe) is only ever the same as itself.
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if let Some(real) = &candidate.real {
            return Some(real.clone());
        }
        if candidate.named || candidate.linked {
            return Some(real(path));
        }
        // A walked file that is no link: one look at its directory serves all files there.
        let name = path.file_name().unwrap_or_default();
        let directory = path.parent().unwrap_or(path);
        if let Some(directory) = self.directories.get(directory) {
            return Some(directory.join(name));
        }
        let resolved = real(paths::opened(directory));
        let file = resolved.join(name);
        self.directories.insert(directory.to_path_buf(), resolved);
        Some(file)
    }
}
