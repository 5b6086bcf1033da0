//! `--policy` and `--psp-mode`.

use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::read::read as read_input;
use super::terminal::{complain, hint};
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::local::psp::PspMode;
use crate::policy::namespaces;
use crate::policy::policy_file::PolicyFile;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;

/// Reads the files of policies. What is wrong with them is told, and the others judge all the same.
pub(super) fn read(files: &[impl AsRef<Path>], mode: PspMode, inputs: &[Input]) -> (LocalPolicies, Status) {
    let mut reader = Reader { policies: LocalPolicies::new(mode), status: Status::Clean };
    // An empty PODLINE_POLICY names none.
    for path in files.iter().map(AsRef::as_ref).filter(|path| !path.as_os_str().is_empty()) {
        let Some(file) = reader.file(path) else { continue };
        reader.policies.add_psp(file.psp);
        for (entry, place) in file.local {
            reader.entry(path, entry, &place);
        }
    }
    let Reader { mut policies, status } = reader;
    if policies.needs_namespaces() {
        add_namespaces(&mut policies, inputs);
    }
    (policies, status)
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

    fn file(&mut self, path: &Path) -> Option<PolicyFile> {
        let name = path.to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(path).map_err(|error| format!("{name}: cannot be read: {error}"));
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

    /// An entry of `policies:` in the file at `path`.
    fn entry(&mut self, path: &Path, entry: LocalPolicy, place: &str) {
        let added = match &entry.file {
            None => self.policies.add(entry),
            Some(file) => {
                let file = path.parent().unwrap_or(Path::new("")).join(file);
                let Some(read) = self.file(&file) else { return };
                self.policies.add_psp_for(&entry, read.psp)
            }
        };
        if let Err(message) = added {
            self.fail(&format!("{place}: {message}"));
        }
    }
}

/// Makes the Namespaces of the input known. Standard input can be read only once, and is judged then.
fn add_namespaces(policies: &mut LocalPolicies, inputs: &[Input]) {
    let files: Vec<&Input> = inputs.iter().filter(|input| input.source != Source::Stdin).collect();
    let found = files.par_iter().map(|input| {
        // What cannot be read is told when it is to be judged.
        read_input(input).map(|file| namespaces::annotations(&file)).unwrap_or_default()
    });
    for (name, annotations) in found.collect::<Vec<_>>().into_iter().flatten() {
        policies.add_namespace(name, annotations);
    }
}
