//! A file that several paths lead to is read once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::passed::{self, Why};
use super::{Candidate, paths};

/// Of the candidates that are the same file, keeps the first one, but its own name before a link. Adds the others to what
/// is passed over, unless they are the same entry of the same directory, spelt in another way.
pub(super) fn each_once(mut candidates: Vec<Candidate>, passed_over: &mut Vec<passed::Entry>) -> Vec<Candidate> {
    candidates.sort_by_cached_key(|candidate| (candidate.linked, candidate.order()));
    let mut identities = Identities::default();
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    let mut index_of = HashMap::with_capacity(candidates.len());
    for candidate in candidates {
        match index_of.entry(identities.of(&candidate)) {
            Entry::Occupied(at) => {
                let first: &mut Candidate = &mut kept[*at.get()];
                first.named |= candidate.named;
                if let Some((one, other)) = candidate.source.path().zip(first.source.path())
                    && identities.entry(one) != identities.entry(other)
                {
                    passed_over.push((candidate.place, one.to_owned(), Why::Linked(paths::display(other))));
                }
            }
            Entry::Vacant(at) => {
                at.insert(kept.len());
                kept.push(candidate);
            }
        }
    }
    // A walk tells of a link once for each spelling of what is walked.
    let mut told = HashSet::new();
    passed_over.retain(|(_, path, why)| !matches!(why, Why::Linked(_)) || told.insert(identities.entry(path)));
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
        if let Some(real) = &candidate.real {
            return Some(real.clone());
        }
        // A walked file that is no link: one look at its directory serves all files there.
        Some(if candidate.named || candidate.linked { real(path) } else { self.entry(path) })
    }

    /// The entry of a directory that a path names, whatever it is.
    fn entry(&mut self, path: &Path) -> PathBuf {
        let name = path.file_name().unwrap_or_default();
        let directory = path.parent().unwrap_or(path);
        if let Some(directory) = self.directories.get(directory) {
            return directory.join(name);
        }
        let resolved = real(paths::opened(directory));
        let entry = resolved.join(name);
        self.directories.insert(directory.to_path_buf(), resolved);
        entry
    }
}

/// The real path. What has none (a pipe) is only ever the same as itself.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
