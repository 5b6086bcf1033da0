//! `--policy` and `--psp-mode`.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Status;
use super::configuration::Configurations;
use super::read::{Kept, read_or_kept};
use super::terminal::{complain, hint};
use crate::cli::Check;
use crate::config::load::Loaded;
use crate::local::namespaces;
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::local::policy_file::PolicyFile;
use crate::local::psp::PspMode;
use crate::source::confine::{Given, Root};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::source::path::read_regular;

/// Reads the policies of every configuration, each with those of the command line, and of the command line alone.
pub(super) fn read_all(options: &Check, configurations: &Configurations) -> (Vec<LocalPolicies>, Status) {
    let (files, mode) = (&options.policy, PspMode::from(options.psp_mode));
    let given = configurations.given();
    let (alone, mut status) = read(files, &Loaded::default(), mode, given);
    let mut all = Vec::new();
    for settings in configurations.each() {
        let configured = settings.map(|settings| &settings.loaded).filter(|loaded| !loaded.policies.is_empty());
        let Some(configured) = configured else {
            all.push(alone.clone());
            continue;
        };
        // What is wrong with the files of the command line has been said.
        let files = if status == Status::Clean { files.as_slice() } else { &[] };
        let (policies, read) = read(files, configured, mode, given);
        status = status.max(read);
        all.push(policies);
    }
    all.push(alone);
    (all, status)
}

/// Reads files of policies and entries of a configuration. What is wrong with them is told, and the others judge all the same.
fn read(files: &[PathBuf], configured: &Loaded, mode: PspMode, given: &Given) -> (LocalPolicies, Status) {
    let mut reader = Reader { policies: LocalPolicies::new(mode), status: Status::Clean };
    for (path, place, entry) in &configured.policies {
        reader.entry(path, configured.root.as_ref(), entry.clone(), place);
    }
    // An empty PODLINE_POLICY names none.
    for path in files.iter().filter(|path| !path.as_os_str().is_empty()) {
        let Some(file) = reader.file(path, std::fs::read(path)) else { continue };
        reader.policies.add_psp(file.psp);
        let root = given.root(path.parent().unwrap_or(Path::new("")));
        for (entry, place) in file.local {
            reader.entry(path, Some(&root), entry, &place);
        }
    }
    (reader.policies, reader.status)
}

struct Reader {
    policies: LocalPolicies,
    status: Status,
}

impl Reader {
    fn fail(&mut self, message: &str) {
        complain(message);
        self.status = Status::Failed;
    }

    fn file(&mut self, path: &Path, bytes: io::Result<Vec<u8>>) -> Option<PolicyFile> {
        let name = path.to_string_lossy().replace('\\', "/");
        let bytes = bytes.map_err(|error| format!("{name}: cannot be read: {error}"));
        let file = bytes
            .and_then(|bytes| SourceFile::new(name.as_str(), bytes).map_err(|message| format!("{name}: {message}")));
        match file {
            Ok(file) => {
                let read = PolicyFile::read(&file);
                read.hints.iter().for_each(|message| hint(message));
                read.errors.iter().for_each(|message| self.fail(message));
                Some(read)
            }
            Err(message) => {
                self.fail(&message);
                None
            }
        }
    }

    /// An entry of `policies:` in the file at `path`; what it names must lie in `root`.
    fn entry(&mut self, path: &Path, root: Option<&Root>, entry: LocalPolicy, place: &str) {
        let added = match &entry.file {
            None => self.policies.add(entry),
            Some(named) => {
                let file = path.parent().unwrap_or(Path::new("")).join(named);
                if let Some(Err(outside)) = root.map(|root| root.inside(&file)) {
                    return self.fail(&format!("{place}: {named} {outside}"));
                }
                let bytes = root.map_or_else(|| read_regular(&file), |root| root.read(&file));
                let Some(read) = self.file(&file, bytes) else { return };
                self.policies.add_psp_for(&entry, read.psp)
            }
        };
        if let Err(message) = added {
            self.fail(&format!("{place}: {message}"));
        }
    }
}

/// Makes the Namespaces of these files, and of others that are read for them only, known to the policies that look for
/// ranges there.
pub(super) fn add_namespaces(all: &mut [LocalPolicies], others: &[Input], inputs: &[Input], kept: &Kept) {
    let mut asking: Vec<&mut LocalPolicies> = all.iter_mut().filter(|policies| policies.needs_namespaces()).collect();
    if asking.is_empty() {
        return;
    }
    let found = others.par_iter().chain(inputs).map(|input| {
        // What cannot be read is told when it is to be judged.
        read_or_kept(input, kept).map(|file| namespaces::annotations(&file)).unwrap_or_default()
    });
    for (name, annotations) in found.collect::<Vec<_>>().into_iter().flatten() {
        for policies in &mut asking {
            policies.add_namespace(name.clone(), annotations.clone());
        }
    }
}
