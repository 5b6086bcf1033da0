//! What a run judges by, put together once: the same for every command and for the language server.
//!
//! [`Configurations`] says which configuration is for which file, [`Basis`] is what the files of one configuration are
//! judged by, and [`Session`] is all of that for the files of a run. Nothing here prints: what is wrong is returned as
//! [`Problem`]s. Nothing here knows the command line or the protocol of editors.

pub mod above;
mod accepted;
pub mod admission;
pub mod ask;
pub mod basis;
pub mod budget;
pub mod configurations;
mod end;
pub mod engines;
pub mod loosening;
mod nearest;
pub mod patches;
mod placed;
mod policies;
pub mod read;
pub mod rights;
pub mod undecided;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use podline_policies::User;

pub use accepted::AcceptedFile;
pub use ask::{Ask, AskedAdmission, Choice, Decides};
pub use basis::{AskedFiles, Basis};
pub use configurations::Configurations;

use crate::config::settings::Settings;
use crate::finding::FailOn;
use crate::lint::admission::Admission;
use crate::lint::resource_sets::{KIND, ResourceSets};
use crate::lint::{Options, is_rule_judged, lint};
use crate::problem::Problem;
use crate::rules::{Catalogue, RuleId};
use crate::source::discover::{Input, PassedOver};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, ToldPolicy};
use patches::Patches;
use read::{Kept, mentions, of_blank, read_or_kept};

/// What the files of a run are judged by.
pub struct Session {
    /// The files to judge, in their order: without those that only say what is accepted.
    pub inputs: Vec<Input>,
    configurations: Configurations,
    /// One a configuration, by its number; `None` for one that cannot be used.
    bases: Vec<Option<Basis>>,
    /// What files without a configuration are judged by.
    without: Basis,
    patches: Patches,
    /// What namespaces decide by, if they do for some file.
    pub admission: Option<Arc<Admission>>,
    /// Files that cannot be read a second time.
    pub kept: Kept,
    /// Files that were read for their Namespaces only.
    pub others: Vec<Input>,
    /// What the configurations have left out of the files to judge.
    pub excluded: Vec<PassedOver>,
    /// The numbers of the configurations that are for some file.
    used: OnceLock<Vec<Option<usize>>>,
}

/// A file that was judged.
pub struct JudgedFile<'s> {
    /// The file.
    pub file: Cow<'s, SourceFile>,
    /// What was found.
    pub report: FileReport,
}

impl Session {
    /// Finds the configurations of these files, and opens a session for them.
    ///
    /// # Errors
    /// Those of [`Session::open`].
    pub fn find(ask: &Ask, mut inputs: Vec<Input>) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let (configurations, mut problems) = Configurations::find(ask, &mut inputs);
        match Self::open(ask, configurations, inputs) {
            Ok((session, more)) => {
                problems.extend(more);
                Ok((session, problems))
            }
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }

    /// Reads all that the configurations and what is asked for refer to. With a problem that is an error the rest is
    /// judged all the same.
    ///
    /// # Errors
    /// Problems with which nothing can be judged at all.
    pub fn open(
        ask: &Ask,
        mut configurations: Configurations,
        mut inputs: Vec<Input>,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let excluded = configurations.take_excluded();
        let decided = admission::decided(ask, configurations.all()).map_err(|problem| vec![problem])?;
        let (asked_files, mut problems) = AskedFiles::read(ask);
        let mut bases = Vec::new();
        for settings in configurations.take() {
            bases.push(settings.map(|settings| {
                let (built, mistakes) = Basis::new(ask, settings, &asked_files);
                problems.extend(mistakes);
                built
            }));
        }
        let mut without = Basis::new(ask, Settings::default(), &asked_files).0;
        problems.extend(basis::contexts(bases.iter().flatten().chain([&without])));
        let all = bases.iter_mut().flatten().chain([&mut without]);
        for (number, one) in all.enumerate() {
            one.number = number;
        }
        let mut session = Self {
            inputs: Vec::new(),
            configurations,
            bases,
            without,
            patches: Patches::default(),
            admission: None,
            kept: Kept::default(),
            others: Vec::new(),
            excluded,
            used: OnceLock::new(),
        };
        let own: HashSet<&Path> = session.accepted().map(|accepted| accepted.path.as_path()).collect();
        if !own.is_empty() {
            let is_own = |path: &Path| own.contains(normal(path).as_path());
            inputs.retain(|input| input.named || !input.source.path().is_some_and(is_own));
        }
        let creator = Arc::new(User::in_groups(&decided.user, &ask.admission.groups));
        session.bases_mut().for_each(|basis| basis.options.creator = Arc::clone(&creator));
        session.patches = Patches::new(&inputs);
        problems.extend(session.patches.problems());
        session.inputs = inputs;
        session.look_for_resource_sets();
        let (is_usable, more) = match session.look_at_namespaces(ask, &decided) {
            Ok(more) => (true, more),
            Err(more) => (false, more),
        };
        problems.extend(more);
        let of_cluster = session.documents_of_cluster(ask, &decided, &mut problems);
        problems.extend(session.look_at_engines(ask, &decided, &of_cluster));
        problems.extend(session.look_at_rights(&decided, &of_cluster));
        // Two configurations may name one file.
        let mut told = HashSet::new();
        problems.retain(|problem| told.insert(problem.to_string()));
        if is_usable { Ok((session, problems)) } else { Err(problems) }
    }

    /// What the files of each configuration are judged by, in the order in which the configurations were met, and at last
    /// what files without any are.
    pub fn bases(&self) -> impl Iterator<Item = &Basis> {
        self.bases.iter().flatten().chain([&self.without])
    }

    fn bases_mut(&mut self) -> impl Iterator<Item = &mut Basis> {
        self.bases.iter_mut().flatten().chain([&mut self.without])
    }

    /// Has what ClusterResourceSets apply judged as such, also where they stand in another file.
    fn look_for_resource_sets(&mut self) {
        let paths: Vec<PathBuf> =
            self.inputs.iter().filter_map(|input| Some(input.source.path()?.to_owned())).collect();
        if paths.len() < 2 {
            return;
        }
        let all = move || {
            let word = memchr::memmem::Finder::new(KIND);
            paths.iter().filter_map(|path| mentions(path, &word)).collect()
        };
        let sets = Arc::new(ResourceSets::new(all));
        for basis in self.bases_mut() {
            basis.options.resource_sets = Some(Arc::clone(&sets));
        }
    }

    /// What an input is judged by; `None` if its configuration cannot be used, so that it must not be judged.
    pub fn basis(&self, input: &Input) -> Option<&Basis> {
        match self.configurations.index(input) {
            Some(index) => self.bases[index].as_ref(),
            None => Some(&self.without),
        }
    }

    /// Whether a file is a patch of kustomize, and holds no objects.
    pub fn is_patch(&self, input: &Input) -> bool {
        self.patches.contains(input)
    }

    /// Whether a file can only be judged as a whole.
    pub fn needs_whole(&self, input: &Input, file: &SourceFile) -> bool {
        self.patches.needs_whole(input, file)
    }

    /// Adds to the report of a part of a file what other files make of it.
    pub fn complete_part(&self, input: &Input, options: &Options, report: &mut FileReport) {
        self.patches.mark(input, options, report);
    }

    /// Reads and judges a file; `None` if its configuration cannot be used.
    ///
    /// # Errors
    /// It cannot be read, or was asked for and is empty.
    pub fn judge(&self, input: &Input) -> Result<Option<JudgedFile<'_>>, Problem> {
        let Some(basis) = self.basis(input) else { return Ok(None) };
        let file = read_or_kept(input, &self.kept)?;
        if let Some(problem) = of_blank(input, &file) {
            return Err(problem);
        }
        let report = FileReport { fail_on: basis.fail_on, ..self.report(input, &file, &basis.options) };
        Ok(Some(JudgedFile { file, report }))
    }

    /// What a file is judged by: these options, with what kustomizations of the walk make of it.
    pub fn options<'o>(&self, input: &Input, options: &'o Options) -> Cow<'o, Options> {
        self.patches.options(input, options)
    }

    /// What is to be said about a file that is judged by these options.
    pub fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> FileReport {
        let options = &*self.options(input, options);
        let patch = self.patches.report(input, file, options);
        let mut report = patch.unwrap_or_else(|| lint(file, input, options));
        self.patches.complete(input, file, options, &mut report);
        report
    }

    /// What was accepted, each file once: as it is asked for, then in the order of the configurations.
    pub fn accepted(&self) -> impl Iterator<Item = &Arc<AcceptedFile>> {
        let mut seen = HashSet::new();
        self.bases().flat_map(|basis| &basis.accepted).filter(move |accepted| seen.insert(&accepted.path))
    }

    /// From which severity on findings make the run fail that are about no file that is judged.
    pub fn fail_on(&self) -> FailOn {
        let of_used = self.used().into_iter().map(|basis| basis.fail_on);
        of_used.reduce(FailOn::stricter).unwrap_or_default()
    }

    /// Whether some file of the run is judged by a rule.
    pub fn judges_by(&self, rule: RuleId) -> bool {
        self.bases().any(|basis| is_rule_judged(rule, &basis.options))
    }

    /// The rules of the run: those that podline brings, and those of all policies.
    pub fn rules(&self) -> Catalogue {
        Catalogue::new(self.bases().flat_map(|basis| basis.options.rules.loaded()).cloned().collect())
    }

    /// Whether policies of engines judge some file.
    pub fn has_engines(&self) -> bool {
        self.bases().any(|basis| basis.options.engines.is_some())
    }

    /// Whether policies were given, of whatever kind, and whatever became of them.
    pub fn are_policies_given(&self) -> bool {
        self.bases().any(|basis| basis.are_policies_given)
    }

    /// The PodSecurityPolicies of the run, and what is wrong with them.
    pub fn told(&self) -> Vec<ToldPolicy> {
        let mut told = Vec::new();
        for policy in self.bases().flat_map(|basis| basis.options.policies.told()) {
            if !told.contains(&policy) {
                told.push(policy);
            }
        }
        told
    }

    /// The configuration files that the run uses, each once.
    pub fn configuration_files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for file in self.bases().flat_map(|basis| &basis.settings.loaded.files) {
            if !files.contains(file) {
                files.push(file.clone());
            }
        }
        files
    }

    /// What the files are judged by, each once.
    pub fn used(&self) -> Vec<&Basis> {
        let used = self.used.get_or_init(|| {
            let all: BTreeSet<Option<usize>> =
                self.inputs.iter().map(|input| self.configurations.index(input)).collect();
            if all.is_empty() { vec![None] } else { all.into_iter().collect() }
        });
        let of = |index: Option<usize>| index.and_then(|index| self.bases[index].as_ref()).unwrap_or(&self.without);
        used.iter().copied().map(of).collect()
    }

    /// At which levels the files are judged: `at restricted:latest (v1.37)`.
    pub fn judged_by(&self) -> String {
        if self.admission.is_some() {
            let kubernetes_version =
                self.bases().map(|basis| basis.options.kubernetes_version).max().unwrap_or_default();
            return format!("at the levels of their namespaces (latest is v1.{kubernetes_version})");
        }
        let used = self.used();
        let mut levels: Vec<String> = used.iter().map(|basis| basis.level()).collect();
        levels.sort_unstable();
        levels.dedup();
        match levels.as_slice() {
            [level] if !used.iter().any(|basis| basis.chooses_levels()) => format!("at {level}"),
            _ => "at the levels of its configuration".to_owned(),
        }
    }
}
