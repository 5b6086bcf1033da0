//! Policies: those of files that are asked for, and those of a configuration.

use std::path::{Path, PathBuf};

use super::read::{self, Named};
use crate::config::load::{ConfiguredPolicy, Loaded, shown};
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::local::policy_file::PolicyFile;
use crate::local::psp::PspMode;
use crate::matching::Matcher;
use crate::problem::{About, Problem, Spot};
use crate::source::confine::{self, Root};
use crate::source::path::normal;

/// Files of policies may name others. More of them are a mistake, or were written to keep podline busy.
const MOST_FILES: usize = 1000;

/// How many files may name each other in a row.
const DEEPEST: usize = 16;

/// What was read.
pub(super) struct PoliciesRead {
    /// The policies that can be used.
    pub policies: LocalPolicies,
    /// What is wrong with others.
    pub problems: Vec<Problem>,
    /// The files, absolute, whether they can be read or not.
    pub files: Vec<PathBuf>,
}

/// Reads files that are asked for.
pub(super) fn of_files(paths: &[&Path], around: &confine::Given, mode: PspMode) -> PoliciesRead {
    let mut loader = PolicyLoader::new(mode);
    for path in paths {
        let root = around.root(path.parent().unwrap_or(Path::new("")));
        loader.file(path, None, Some(&root), &[]);
    }
    loader.read
}

/// Reads the entries of a configuration, with the files that they name.
pub(super) fn of_entries(loaded: &Loaded, mode: PspMode) -> PoliciesRead {
    let mut policies = PolicyLoader::new(mode);
    for ConfiguredPolicy { entry, spot } in &loaded.policies {
        policies.entry(entry.clone(), spot, loaded.root.as_ref(), &[]);
    }
    policies.read
}

struct PolicyLoader {
    read: PoliciesRead,
    /// The files that are being read, each because of the one before it.
    chain: Vec<PathBuf>,
}

impl PolicyLoader {
    fn new(mode: PspMode) -> Self {
        let read = PoliciesRead { policies: LocalPolicies::new(mode), problems: Vec::new(), files: Vec::new() };
        Self { read, chain: Vec::new() }
    }

    /// An entry of `policies:` for what is `within` all of some matchers. What it names must lie in the root.
    fn entry(&mut self, entry: LocalPolicy, spot: &Spot, root: Option<&Root>, within: &[Matcher]) {
        let added = match &entry.file {
            None => self.read.policies.add_within(within, entry),
            Some(file) => LocalPolicies::matcher(&entry).and_then(|matcher| {
                let path = spot.path().parent().unwrap_or(Path::new("")).join(file);
                if let Some(Err(outside)) = root.map(|root| root.inside(&path)) {
                    return Err(format!("{file} {outside}"));
                }
                self.file(&path, Some(spot), root, &[within, &[matcher]].concat());
                Ok(())
            }),
        };
        if let Err(message) = added {
            self.problem(Problem::at(About::Policies, &spot.file, spot.span, message));
        }
    }

    /// A file, and the entry that names it. What it names itself must lie in the root.
    fn file(&mut self, path: &Path, entry: Option<&Spot>, root: Option<&Root>, within: &[Matcher]) {
        let absolute = normal(path);
        let (name, named) = match entry {
            Some(_) => (shown(path), root.map_or(Named::AsFile, Named::In)),
            None => (path.to_string_lossy().replace('\\', "/"), Named::AsAnything),
        };
        if let Some(spot) = entry
            && let Some(message) = self.refuses(&absolute)
        {
            return self.problem(Problem::at(About::Policies, &spot.file, spot.span, format!("{name}: {message}")));
        }
        self.read.files.push(absolute.clone());
        let file = match read::open(path, &name, named, About::Policies) {
            Ok(file) => file,
            Err(problem) => return self.problem(problem.named_at(entry)),
        };
        let PolicyFile { psp, local, problems } = PolicyFile::read(&file);
        self.read.problems.extend(problems.into_iter().map(|problem| problem.named_at(entry)));
        self.read.policies.add_psp_within(within, psp);
        self.chain.push(absolute);
        for (entry, spot) in local {
            self.entry(entry, &spot, root, within);
        }
        self.chain.pop();
    }

    /// Why a file that another one names is not read.
    fn refuses(&self, path: &Path) -> Option<String> {
        if self.chain.iter().any(|link| link == path) {
            Some("names itself, by itself or by a file that it names".to_owned())
        } else if self.chain.len() >= DEEPEST {
            Some(format!("is not read: more than {DEEPEST} files name each other"))
        } else if self.read.files.len() >= MOST_FILES {
            Some(format!("is not read: there are more than {MOST_FILES} files of policies"))
        } else {
            None
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.read.problems.push(problem);
    }
}
