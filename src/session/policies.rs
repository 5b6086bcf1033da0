//! Policies: those of files that are asked for, and those of a configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podline_policies::rbac;
use rayon::prelude::*;

use super::basis::Remark;
use super::end;
use super::read::{self, Named};
use crate::config::find::NAME;
use crate::config::load::{ConfiguredPolicy, Loaded, shown};
use crate::engine::language;
use crate::engine::loaded::is_always_in_view;
use crate::engine::{Brought, Document, Loaded as Policies};
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::local::policy_file::PolicyFile;
use crate::local::psp::PspMode;
use crate::matching::Matcher;
use crate::problem::{About, Problem, ProblemPlace, Spot};
use crate::source::confine::{self, Root};
use crate::source::digest::{DigestError, Pinned};
use crate::source::discover::{Discovered, Input, WalkOptions, Why, discover};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular, relative};
use crate::waiver::date::Date;

/// Files of policies may name others. More of them are a mistake, or were written to keep podline busy.
const MOST_FILES: usize = 1000;

/// How many files may name each other in a row.
const DEEPEST: usize = 16;

/// What was read.
#[derive(Default)]
pub(super) struct PoliciesRead {
    /// The policies that can be used.
    pub policies: LocalPolicies,
    /// What engines read, and what their policies may refer to.
    pub brought: Vec<Brought>,
    /// What is wrong with others.
    pub problems: Vec<Problem>,
    /// What is wrong with policies that only a directory around them has brought: each has a place.
    pub refused: Vec<Problem>,
    /// The files of directories in which there is no policy.
    pub without: Vec<String>,
    /// Files and directories that were named and hold no policy, but what policies may refer to.
    pub contexts: Vec<NamedContext>,
    /// The files, absolute, whether they can be read or not.
    pub files: Vec<PathBuf>,
    /// Entries that have ended, or end soon.
    pub ends: Vec<Remark>,
}

impl PoliciesRead {
    /// Whether something is there to judge by, or was meant to be: what is refused, and roles that say who may use a policy.
    pub fn is_policy_there(&self) -> bool {
        let is_wrong = !self.refused.is_empty() || self.problems.iter().any(Problem::is_error);
        is_wrong || !self.policies.is_empty() || self.brought.iter().any(is_of_policies)
    }
}

/// Whether an object is none that policies only refer to.
fn is_of_policies(one: &Brought) -> bool {
    let Document { api_version, kind, .. } = &*one.document;
    language::of(api_version, kind).is_some() || rbac::claims(api_version)
}

/// A file or a directory that somebody named for its policies, and that holds only what policies may refer to.
pub(super) struct NamedContext {
    /// That it does, as an error.
    note: Problem,
    documents: Vec<Arc<Document>>,
}

impl NamedContext {
    /// What is wrong with it beside these policies: nothing if one of them refers to some of it.
    pub fn note(self, loaded: &Policies) -> Option<Problem> {
        let is_used = |one: &Arc<Document>| loaded.wants(one) && !is_always_in_view(one);
        (!self.documents.iter().any(is_used)).then_some(self.note)
    }
}

/// How much had been read before something was.
struct Mark {
    brought: usize,
    local: usize,
    told: usize,
}

/// Reads files that are asked for.
pub(super) fn of_files(paths: &[&Path], around: &confine::Given, mode: PspMode, today: Date) -> PoliciesRead {
    let mut loader = PolicyLoader::new(mode, today);
    for path in paths {
        let root = around.root(path.parent().unwrap_or(Path::new("")));
        loader.file(path, None, Some(&root), &[]);
    }
    loader.read
}

/// Reads the entries of a configuration, with the files that they name.
pub(super) fn of_entries(loaded: &Loaded, mode: PspMode, today: Date) -> PoliciesRead {
    let mut policies = PolicyLoader::new(mode, today);
    for ConfiguredPolicy { entry, spot } in &loaded.policies {
        policies.entry(entry.clone(), spot, loaded.root.as_ref(), &[]);
    }
    policies.read
}

/// Why a file is not the one that is meant. One that cannot be read is told when it is read.
fn wrong_digest(pinned: &Pinned<'_>, path: &Path) -> Option<DigestError> {
    if !pinned.has_digest() {
        return None;
    }
    pinned.check(&read_regular(path).ok()?).err()
}

struct PolicyLoader {
    read: PoliciesRead,
    /// The files that are being read, each because of the one before it.
    chain: Vec<PathBuf>,
    today: Date,
    /// The last day of what is being read, if it has one.
    until: Option<Date>,
}

impl PolicyLoader {
    fn new(mode: PspMode, today: Date) -> Self {
        let read = PoliciesRead { policies: LocalPolicies::new(mode), ..PoliciesRead::default() };
        Self { read, chain: Vec::new(), today, until: None }
    }

    /// An entry of `policies:` for what is `within` all of some matchers. What it names must lie in the root.
    fn entry(&mut self, entry: LocalPolicy, spot: &Spot, root: Option<&Root>, within: &[Matcher]) {
        let problem = |message: String| Problem::at(About::Policies, &spot.file, spot.span, message);
        let until = match entry.until.as_deref().map(str::parse::<Date>).transpose() {
            Ok(until) => until,
            Err(error) => return self.problem(problem(format!("until: {error}"))),
        };
        if let Some(until) = until {
            self.read.ends.extend(end::remark(&entry, spot, until, self.today));
            if until < self.today {
                return;
            }
        }
        let outer = self.until;
        self.until = outer.into_iter().chain(until).min();
        self.entry_in_force(entry, spot, root, within);
        self.until = outer;
    }

    /// The same of one that has not ended.
    fn entry_in_force(&mut self, entry: LocalPolicy, spot: &Spot, root: Option<&Root>, within: &[Matcher]) {
        let problem = |message: String| Problem::at(About::Policies, &spot.file, spot.span, message);
        let Some(file) = &entry.file else {
            if let Err(error) = self.read.policies.add_at(within, entry, spot) {
                self.problem(problem(error.to_string()));
            }
            return;
        };
        let pinned = Pinned::of(file);
        let path = spot.path().parent().unwrap_or(Path::new("")).join(pinned.path);
        let file = pinned.path;
        match (LocalPolicies::matcher(&entry), root.map(|root| root.inside(&path))) {
            (Err(error), _) => self.problem(problem(error.to_string())),
            (Ok(_), Some(Err(outside))) => self.problem(problem(format!("{file} {outside}"))),
            _ if pinned.has_digest() && path.is_dir() => {
                self.problem(problem(format!("{file} is a directory: only a file has a digest")));
            }
            (Ok(_), Some(Ok(real))) if let Some(error) = wrong_digest(&pinned, &real) => {
                self.problem(problem(format!("{file}: {error}")));
            }
            (Ok(matcher), _) => self.file(&path, Some(spot), root, &[within, &[matcher]].concat()),
        }
    }

    /// A directory with all that is in it, and the entry that names it. Nothing leaves a file of it out.
    fn directory(&mut self, path: &Path, entry: Option<&Spot>, root: Option<&Root>, within: &[Matcher]) {
        let options = WalkOptions { no_ignore: true, ..WalkOptions::default() };
        let Ok(Discovered { mut inputs, problems, passed_over, .. }) = discover(&[path.to_owned()], &options) else {
            return;
        };
        for problem in problems {
            self.problem(Problem::in_file(About::Policies, problem.display, problem.message).named_at(entry));
        }
        for one in
            passed_over.into_iter().filter(|one| matches!(one.why, Why::Outside(_) | Why::Special(_) | Why::Loop))
        {
            self.problem(Problem::in_file(About::Policies, one.display, format!("not read: {}", one.why)).as_note());
        }
        // podline's own configuration judges what it is the configuration of.
        inputs.retain(|one| one.source.path().and_then(Path::file_name).is_none_or(|name| name != NAME));
        let read = inputs.par_iter().map(|input| {
            let file = Arc::new(read::read(input)?);
            let policies = PolicyFile::read_among_others(&file);
            Ok((file, policies))
        });
        let mut holds_policies = false;
        for (input, read) in inputs.iter().zip(read.collect::<Vec<Result<_, Problem>>>()) {
            match read {
                Ok((file, policies)) => {
                    let holds = policies.holds_policies() || !policies.problems.is_empty();
                    holds_policies |= holds;
                    if holds || policies.holds_roles() {
                        self.file_of_directory(input, &file, policies, root, within);
                    } else {
                        self.read.without.push(input.display.clone());
                    }
                }
                Err(problem) => self.problem(Problem { about: About::Policies, ..problem }),
            }
        }
        if !holds_policies {
            let problem =
                Problem::in_file(About::Policies, path.display().to_string(), "no policy is in this directory");
            self.problem(problem.named_at(entry));
        }
    }

    fn file_of_directory(
        &mut self,
        input: &Input,
        file: &SourceFile,
        policies: PolicyFile,
        root: Option<&Root>,
        within: &[Matcher],
    ) {
        let absolute = normal(file.name().as_ref());
        self.read.files.push(absolute.clone());
        let PolicyFile { psp, local, documents, problems } = policies;
        let is_wrong = |problem: &Problem| problem.is_error() && matches!(problem.place, ProblemPlace::At(_));
        let (refused, others): (Vec<_>, Vec<_>) = problems.into_iter().partition(is_wrong);
        self.read.refused.extend(refused);
        self.read.problems.extend(others);
        self.read.policies.add_psp_within(within, psp);
        self.bring(documents, within, input.named);
        self.chain.push(absolute);
        for (entry, spot) in local {
            self.entry(entry, &spot, root, within);
        }
        self.chain.pop();
    }

    fn bring(&mut self, documents: Vec<Arc<Document>>, within: &[Matcher], is_named: bool) {
        let until: Option<Arc<str>> = self.until.map(|until| until.to_string().into());
        let brought = |document| Brought { document, within: within.to_vec(), is_named, until: until.clone() };
        self.read.brought.extend(documents.into_iter().map(brought));
    }

    fn mark(&self) -> Mark {
        let PoliciesRead { policies, brought, problems, refused, .. } = &self.read;
        Mark { brought: brought.len(), local: policies.len(), told: problems.len() + refused.len() }
    }

    /// Notes a file or a directory of which nothing was read since then but what policies may refer to.
    fn note_context(&mut self, since: &Mark, name: &str, entry: Option<&Spot>) {
        let (now, brought) = (self.mark(), &self.read.brought[since.brought..]);
        let is_more = now.local > since.local || now.told > since.told;
        if is_more || brought.is_empty() || brought.iter().any(is_of_policies) {
            return;
        }
        let note = Problem::in_file(About::Policies, name, "no policy is there, only what policies may refer to");
        let note = note.named_at(entry);
        let documents = brought.iter().map(|one| Arc::clone(&one.document)).collect();
        self.read.contexts.push(NamedContext { note, documents });
    }

    /// A file or a directory, and the entry that names it. What it names itself must lie in the root.
    fn file(&mut self, path: &Path, entry: Option<&Spot>, root: Option<&Root>, within: &[Matcher]) {
        let since = self.mark();
        self.read_file(path, entry, root, within);
        let name = entry.map_or_else(|| path.to_string_lossy().replace('\\', "/"), |_| shown(path));
        self.note_context(&since, &name, entry);
    }

    fn read_file(&mut self, path: &Path, entry: Option<&Spot>, root: Option<&Root>, within: &[Matcher]) {
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
        if path.is_dir() {
            // What a configuration names is called as other files are, wherever the checkout lies.
            let named = entry.map_or_else(|| path.to_owned(), |_| relative(path));
            return self.directory(&named, entry, root, within);
        }
        let file = match read::open(path, &name, named, About::Policies) {
            Ok(file) => file,
            Err(problem) => return self.problem(problem.named_at(entry)),
        };
        let PolicyFile { psp, local, documents, problems } = PolicyFile::read(&file);
        self.bring(documents, within, true);
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
