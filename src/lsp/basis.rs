//! What an open document is judged by: what its configuration says and refers to, among documents that are not saved yet.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::namespaces::{Cluster, files_below, with_namespaces};
use super::unsaved::Unsaved;
use crate::config::settings::Settings;
use crate::lint::{Options, Standing, lint};
use crate::local::namespaces::annotations;
use crate::local::policies::LocalPolicies;
use crate::problem::Problem;
use crate::session::admission::{decided, others, read_configuration};
use crate::session::{self, Ask, AskedFiles};
use crate::source::file::SourceFile;
use crate::source::path::{normal, way};
use crate::verdict::FileReport;

/// What the documents of a configuration are judged by.
pub struct DocumentBasis {
    basis: session::Basis,
    /// Where namespaces decide.
    cluster: Option<Cluster>,
    /// Where Namespaces are looked for.
    directories: Vec<PathBuf>,
}

/// Whether the Namespaces of a directory are read, of which there may be many files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamespaceFiles {
    /// They are.
    Read,
    /// They are not: nothing is judged yet.
    Unread,
}

impl DocumentBasis {
    /// Reads what a configuration refers to. `directory` holds the files that it is for. With a problem that is an error the
    /// rest is judged all the same, unless there is no result. `read` gains the files that were looked at.
    pub fn read(
        ask: &Ask,
        settings: Settings,
        directory: &Path,
        namespaces: NamespaceFiles,
        read: &mut Vec<PathBuf>,
    ) -> (Option<Self>, Vec<Problem>) {
        let decided = match decided(ask, [&settings].into_iter()) {
            Ok(decided) => decided,
            Err(problem) => return (None, vec![problem]),
        };
        let (mut basis, mut problems) = session::Basis::new(ask, settings, &AskedFiles::default());
        read.append(&mut basis.files);
        let configuration = match decided.config.as_ref().filter(|_| decided.is_on) {
            Some((path, named)) => read_configuration(path, named.as_ref(), &ask.around, read),
            None => Ok(crate::pod_security::admission::Configuration::default()),
        };
        let configuration = configuration.map_err(|more| problems.extend(more)).ok();
        let (mut inputs, more) = others(&decided.cluster, &ask.walk);
        problems.extend(more);
        let needs_namespaces = decided.is_on || basis.options.policies.needs_namespaces();
        let files = if namespaces == NamespaceFiles::Read && needs_namespaces {
            inputs.extend(files_below(directory));
            with_namespaces(&inputs)
        } else {
            Vec::new()
        };
        if basis.options.policies.needs_namespaces() {
            let policies = Arc::make_mut(&mut basis.options.policies);
            for (path, file) in &files {
                read.push(path.clone());
                for (name, found) in annotations(file) {
                    policies.add_namespace(name, found);
                }
            }
        }
        let Some(configuration) = configuration else { return (None, problems) };
        let cluster = decided.is_on.then(|| Cluster::new(configuration, decided.user, &files, &basis.options));
        let paths = decided.cluster.iter().map(|path| normal(path));
        let directories = paths.chain([normal(directory)]).collect();
        (Some(Self { basis, cluster, directories }), problems)
    }

    /// What files are judged by, but for namespaces.
    pub fn options(&self) -> &Options {
        &self.basis.options
    }

    /// Whether what is said of namespaces changes what is found.
    pub fn asks_for_namespaces(&self) -> bool {
        self.cluster.is_some() || self.options().policies.needs_namespaces()
    }

    /// Judges a file, among documents that are not saved yet. `abandoned` is set when nobody wants the result any more.
    pub fn lint(
        &self,
        path: Option<&Path>,
        file: &SourceFile,
        unsaved: &Unsaved,
        abandoned: &Arc<AtomicBool>,
    ) -> FileReport {
        let options = self.options();
        let admission = self
            .cluster
            .as_ref()
            .map(|cluster| Arc::new(cluster.for_file(path, file, options, &self.directories, unsaved)));
        let policies = self.policies(file, unsaved);
        let abandoned = Some(Arc::clone(abandoned));
        let options = Options { admission, policies, abandoned, ..options.clone() };
        let mut report = lint(file, Standing::new(false, path), &options);
        if let Some(path) = path {
            for accepted in &self.basis.accepted {
                accepted.baseline.apply_alone(&way(&accepted.directory, path), &mut report);
            }
        }
        report
    }

    /// The policies, with what the open documents say of namespaces.
    fn policies(&self, file: &SourceFile, unsaved: &Unsaved) -> Arc<LocalPolicies> {
        let policies = &self.options().policies;
        if !policies.needs_namespaces() {
            return Arc::clone(policies);
        }
        let mut policies = LocalPolicies::clone(policies);
        let open = unsaved.within(&self.directories).flat_map(|(_, one)| one.annotations.clone());
        for (name, found) in open.chain(annotations(file)) {
            policies.add_namespace(name, found);
        }
        Arc::new(policies)
    }

    /// Whether a change of this file, which none of the others refers to by name, changes how others are judged.
    pub fn depends_on(&self, path: &Path) -> bool {
        self.cluster.as_ref().is_some_and(|cluster| cluster.depends_on(path))
    }
}
