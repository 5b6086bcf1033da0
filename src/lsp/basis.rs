//! What an open document is judged by: what its configuration says and refers to, among documents that are not saved yet.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use podline_policies::User;
use serde_json::Value;

use super::namespaces::{Cluster, files_below, with_namespaces};
use super::unsaved::Unsaved;
use crate::config::settings::Settings;
use crate::engine::loaded::is_always_in_view;
use crate::engine::{Document, Loaded};
use crate::lint::{Options, Standing, lint};
use crate::local::namespaces::annotations;
use crate::local::policies::LocalPolicies;
use crate::problem::Problem;
use crate::rules::RuleId;
use crate::session::admission::{decided, others, read_configuration};
use crate::session::basis::contexts;
use crate::session::engines::{View, engines, others_of};
use crate::session::patches::Patches;
use crate::session::{self, Ask, AskedFiles};
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::{normal, way};
use crate::verdict::FileReport;
use crate::waiver::manifest::settle_expired;

/// What the documents of a configuration are judged by.
pub struct DocumentBasis {
    basis: session::Basis,
    /// Where namespaces decide.
    cluster: Option<Cluster>,
    /// Where Namespaces are looked for.
    directories: Vec<PathBuf>,
}

/// What a document is judged among.
#[derive(Clone, Copy)]
pub struct Others<'a> {
    /// The documents that are not saved yet.
    pub unsaved: &'a Unsaved,
    /// The kustomizations of its folder, where they may be for it.
    pub patches: Option<&'a Patches>,
    /// Set when nobody wants the result any more.
    pub abandoned: &'a Arc<AtomicBool>,
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
        problems.extend(contexts([&basis].into_iter()));
        read.append(&mut basis.files);
        let configuration = match decided.config.as_ref().filter(|_| decided.is_on) {
            Some((path, named)) => read_configuration(path, named.as_ref(), &ask.around, read),
            None => Ok(crate::pod_security::admission::Configuration::default()),
        };
        let configuration = configuration.map_err(|more| problems.extend(more)).ok();
        let (mut inputs, more) = others(&decided.cluster, &ask.walk);
        problems.extend(more);
        let cluster = inputs.clone();
        let has_engines = !basis.loaded.is_empty();
        basis.options.creator = Arc::new(User::in_groups(&decided.user, &ask.admission.groups));
        let needs_namespaces = decided.is_on || basis.options.policies.needs_namespaces() || has_engines;
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
        let of_cluster = if has_engines || basis.options.policies.has_psp() {
            let cluster = cluster.iter().filter_map(|input| session::read::read(input).ok());
            let documents = cluster.flat_map(|file| Document::all(&Arc::new(file)).0);
            documents.map(Arc::new).collect()
        } else {
            Vec::new()
        };
        problems.extend(basis.look_at_rights(&of_cluster, !decided.cluster.is_empty()));
        if has_engines {
            let of = |files: &[(PathBuf, SourceFile)]| -> Vec<Arc<Document>> {
                let all = files.iter().flat_map(|(_, file)| Document::all(&Arc::new(file.clone())).0);
                all.map(Arc::new).collect()
            };
            read.extend(files.iter().map(|(path, _)| path.clone()));
            let mut of_input = of(&files);
            of_input.retain(|one| is_always_in_view(one));
            let is_whole = namespaces == NamespaceFiles::Read && basis.loaded.looks_at_others();
            let files = if is_whole { files_below(directory) } else { Vec::new() };
            let others = looked_at(&basis.loaded, &files, &of_cluster, read);
            let view = View { of_input: &of_input, of_cluster: &of_cluster, others: &others };
            let namespace = basis.options.namespace.clone();
            basis.options.engines = Some(engines(&basis.loaded, &view, &namespace, &decided, ask));
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

    /// What is to be said of files of policies that are not judged themselves.
    pub fn said(&self) -> impl Iterator<Item = (RuleId, &Problem, Option<&str>)> {
        self.basis.said()
    }

    /// Whether what is said of namespaces changes what is found.
    pub fn asks_for_namespaces(&self) -> bool {
        self.cluster.is_some() || self.options().policies.needs_namespaces() || self.options().engines.is_some()
    }

    /// Judges a file among others.
    pub fn lint(&self, path: Option<&Path>, file: &SourceFile, others: &Others<'_>) -> FileReport {
        let Others { unsaved, patches, abandoned } = *others;
        let options = self.options();
        let admission = self
            .cluster
            .as_ref()
            .map(|cluster| Arc::new(cluster.for_file(path, file, options, &self.directories, unsaved)));
        let policies = self.policies(file, unsaved);
        let abandoned = Some(Arc::clone(abandoned));
        let options = Options { admission, policies, abandoned, ..options.clone() };
        let judge = |options: &Options| lint(file, Standing::new(false, path), options);
        let mut report = match path.zip(patches) {
            Some((path, patches)) => {
                let source = Source::File(path.to_owned());
                let input = Input { source, display: file.name().to_owned(), named: false, directory: None };
                let options = patches.options(&input, &options);
                let mut report = patches.report(&input, file, &options).unwrap_or_else(|| judge(&options));
                patches.complete(&input, file, &options, &mut report);
                report
            }
            None => judge(&options),
        };
        if let Some(path) = path {
            for accepted in &self.basis.accepted {
                accepted.findings.apply_alone(&way(&accepted.directory, path), &mut report);
            }
            settle_expired(&mut report, options.today);
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

/// The objects of files and of a cluster that policies look at beside the one that they judge. `read` gains the files that
/// hold some.
fn looked_at(loaded: &Loaded, files: &[Input], of_cluster: &[Arc<Document>], read: &mut Vec<PathBuf>) -> Vec<Value> {
    let of_cluster = of_cluster.iter().filter(|document| loaded.looks_at(document));
    let mut all: Vec<Value> = of_cluster.filter_map(|document| document.value()).collect();
    for input in files {
        let Ok(file) = session::read::read(input) else { continue };
        let found = others_of(&Arc::new(file), |document| loaded.looks_at(document));
        if !found.is_empty() {
            read.extend(input.source.path().map(normal));
        }
        all.extend(found);
    }
    all
}
