//! What a run judges by, put together once: the same for every command and for the language server.
//!
//! [`Configurations`] says which configuration is for which file, [`Basis`] is what the files of one configuration are
//! judged by, and [`Session`] is all of that for the files of a run. Nothing here prints: what is wrong is returned as
//! [`Problem`]s. Nothing here knows the command line or the protocol of editors.

pub mod accepted;
pub mod admission;
pub mod ask;
pub mod basis;
pub mod configurations;
mod nearest;
pub mod patches;
mod policies;
pub mod read;

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

pub use accepted::AcceptedFile;
pub use ask::{Ask, AskedAdmission, Choice, Decides};
pub use basis::{AskedFiles, Basis};
pub use configurations::Configurations;

use crate::config::settings::Settings;
use crate::lint::admission::Admission;
use crate::lint::{Options, is_rule_judged, lint};
use crate::problem::Problem;
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::{FileReport, ToldPolicy};
use patches::Patches;
use read::{Kept, read_or_kept};

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
        };
        let own: HashSet<&Path> = session.accepted().map(|accepted| accepted.path.as_path()).collect();
        if !own.is_empty() {
            let is_own = |path: &Path| own.contains(normal(path).as_path());
            inputs.retain(|input| input.named || !input.source.path().is_some_and(is_own));
        }
        session.patches = Patches::new(&inputs);
        session.inputs = inputs;
        let (is_usable, more) = match session.look_at_namespaces(ask, &decided) {
            Ok(more) => (true, more),
            Err(more) => (false, more),
        };
        problems.extend(more);
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

    /// Reads and judges a file; `None` if its configuration cannot be used.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn judge(&self, input: &Input) -> Result<Option<JudgedFile<'_>>, Problem> {
        let Some(basis) = self.basis(input) else { return Ok(None) };
        let file = read_or_kept(input, &self.kept)?;
        let report = self.report(input, &file, &basis.options);
        Ok(Some(JudgedFile { file, report }))
    }

    /// What is to be said about a file that is judged by these options.
    pub fn report(&self, input: &Input, file: &SourceFile, options: &Options) -> FileReport {
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

    /// Whether some file of the run is judged by a rule.
    pub fn judges_by(&self, rule: &str) -> bool {
        self.bases().any(|basis| is_rule_judged(rule, &basis.options))
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

    /// At which levels the files are judged: `at restricted:latest (v1.37)`.
    pub fn judged_by(&self) -> String {
        if self.admission.is_some() {
            let newest = self.bases().map(|basis| basis.options.newest).max().unwrap_or_default();
            return format!("at the levels of their namespaces (latest is v1.{newest})");
        }
        let mut used: Vec<Option<usize>> = self.inputs.iter().map(|input| self.configurations.index(input)).collect();
        used.sort_unstable();
        used.dedup();
        if used.is_empty() {
            used.push(None);
        }
        let of = |index: Option<usize>| index.and_then(|index| self.bases[index].as_ref()).unwrap_or(&self.without);
        let used: Vec<&Basis> = used.into_iter().map(of).collect();
        let mut levels: Vec<String> = used.iter().map(|basis| basis.level()).collect();
        levels.sort_unstable();
        levels.dedup();
        match levels.as_slice() {
            [level] if !used.iter().any(|basis| basis.chooses_levels()) => format!("at {level}"),
            _ => "at the levels of its configuration".to_owned(),
        }
    }
}
