//! The policies of engines: what is in view of them, and what there is to say of them.

use std::collections::HashSet;
use std::sync::Arc;

use podline_policies::{Step, User};
use rayon::prelude::*;
use serde_json::Value;

use super::Session;
use super::admission::{Decided, keep, others};
use super::ask::Ask;
use super::basis::Basis;
use super::read::read_or_kept;
use crate::engine::loaded::{is_always_in_view, is_config_map};
use crate::engine::{Document, Engines, Loaded, LoadedPolicy, NotJudged, Refused};
use crate::finding::{self, Finding, ReportEntry};
use crate::lint::is_unfilled;
use crate::problem::{About, Problem, ProblemPlace};
use crate::rules::{RuleId, id};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::ToldLoaded;

/// The minor version of Kubernetes that engines follow.
const ENGINES_OF: u32 = 37;

impl Session {
    /// Has the files judged by the policies of engines, with what is in view of them. Costs nothing where there are none.
    pub(super) fn look_at_engines(
        &mut self,
        ask: &Ask,
        decided: &Decided,
        of_cluster: &[Arc<Document>],
    ) -> Vec<Problem> {
        if self.bases().all(|basis| basis.loaded.is_empty()) {
            return Vec::new();
        }
        let older = self.bases().any(|basis| !basis.loaded.is_empty() && basis.options.kubernetes_version < ENGINES_OF);
        keep(&self.inputs, &mut self.kept);
        let of_input = self.documents_of_input();
        let mut problems = Vec::new();
        if older {
            let message = format!(
                "loaded policies are evaluated as Kubernetes 1.{ENGINES_OF} does, whatever the cluster's version"
            );
            problems.push(Problem::new(About::Policies, message).as_note());
        }
        let others = self.others(of_cluster);
        let view = View { of_input: &of_input, of_cluster, others: &others };
        let mut made: Vec<(Arc<Loaded>, Arc<Engines>)> = Vec::new();
        for basis in self.bases_mut().filter(|basis| !basis.loaded.is_empty()) {
            let loaded = &basis.loaded;
            let known = made.iter().find(|(other, _)| Arc::ptr_eq(other, loaded)).map(|(_, engines)| engines.clone());
            let engines = known.unwrap_or_else(|| {
                let engines = engines(loaded, &view, &basis.options.namespace, decided, ask);
                made.push((loaded.clone(), engines.clone()));
                engines
            });
            basis.options.engines = Some(engines);
        }
        problems
    }

    /// The Namespaces and definitions of resources in the files that are judged, and ConfigMaps if some policy reads them:
    /// nothing else of them is in view.
    fn documents_of_input(&self) -> Vec<Arc<Document>> {
        let reads = self.bases().any(|basis| basis.loaded.reads_judged);
        let of = |input: &Input| {
            let file = read_or_kept(input, &self.kept).ok().filter(|_| !self.is_patch(input))?;
            let holds = |kind: &str| memchr::memmem::find(file.text().as_bytes(), kind.as_bytes()).is_some();
            let may = holds("Namespace") || holds("CustomResourceDefinition") || reads && holds("ConfigMap");
            // What cannot be read is told when it is to be judged.
            may.then(|| Document::all(&Arc::new(file.into_owned())).0)
        };
        let found: Vec<Vec<Document>> = self.inputs.par_iter().filter_map(of).collect();
        let is_in_view = |one: &Document| is_always_in_view(one) || reads && is_config_map(one);
        found.into_iter().flatten().filter(is_in_view).map(Arc::new).collect()
    }

    /// The objects that policies look at beside the one that they judge: those of a cluster, and those of the files that are
    /// judged, in an order that does not depend on that of the files.
    fn others(&self, of_cluster: &[Arc<Document>]) -> Vec<Value> {
        let looking: Vec<&Loaded> =
            self.bases().map(|basis| &*basis.loaded).filter(|loaded| loaded.looks_at_others()).collect();
        if looking.is_empty() {
            return Vec::new();
        }
        let is_looked_at = |document: &Document| looking.iter().any(|loaded| loaded.looks_at(document));
        let of = |input: &Input| {
            let file = read_or_kept(input, &self.kept).ok().filter(|_| !self.is_patch(input))?;
            Some(others_of(&Arc::new(file.into_owned()), is_looked_at))
        };
        let mut of_input: Vec<Value> = self.inputs.par_iter().filter_map(of).flatten().collect();
        of_input.sort_by_cached_key(Value::to_string);
        let of_cluster = of_cluster.iter().filter(|document| is_looked_at(document));
        of_cluster.filter_map(|document| document.value()).chain(of_input).collect()
    }

    /// What a cluster holds, where some policies ask for it.
    pub(super) fn documents_of_cluster(
        &mut self,
        ask: &Ask,
        decided: &Decided,
        problems: &mut Vec<Problem>,
    ) -> Vec<Arc<Document>> {
        if self.bases().all(|basis| basis.loaded.is_empty() && !basis.options.policies.has_psp()) {
            return Vec::new();
        }
        let (inputs, more) = others(&decided.cluster, &ask.walk);
        problems.extend(more);
        keep(&inputs, &mut self.kept);
        let of = |input: &Input| {
            let file = Arc::new(read_or_kept(input, &self.kept)?.into_owned());
            let (documents, errors) = Document::all(&file);
            let problem =
                |error: crate::yaml::parse::ParseError| Problem::at(About::Admission, &file, error.span, error.message);
            Ok((documents, errors.into_iter().map(problem).collect::<Vec<_>>()))
        };
        let mut all = Vec::new();
        for read in inputs.par_iter().map(of).collect::<Vec<Result<_, Problem>>>() {
            match read {
                Ok((documents, errors)) => {
                    all.extend(documents.into_iter().map(Arc::new));
                    problems.extend(errors);
                }
                Err(problem) => problems.push(problem),
            }
        }
        all
    }

    /// The policies of engines that some file is judged by, each once.
    pub fn loaded_policies(&self) -> Vec<&Arc<LoadedPolicy>> {
        let mut seen = HashSet::new();
        let all = self.bases().flat_map(|basis| basis.loaded.policies());
        all.filter(|policy| seen.insert(Arc::as_ptr(&policy.document))).collect()
    }

    /// What systems refuse of the policies that some file is judged by, each once.
    pub fn refused_documents(&self) -> Vec<&Refused> {
        let mut seen = HashSet::new();
        let all = self.bases().flat_map(|basis| &basis.loaded.refused);
        all.filter(|one| seen.insert(Arc::as_ptr(&one.document))).collect()
    }

    /// The rules that policies would have brought which their systems refuse.
    pub fn refused_rules(&self) -> Vec<RuleId> {
        self.refused_documents().into_iter().map(Refused::rule).collect()
    }

    /// What was loaded and what was refused, as reports name it.
    pub fn told_loaded(&self) -> Vec<ToldLoaded> {
        let loaded = self.loaded_policies().into_iter().map(|policy| ToldLoaded {
            reference: Arc::clone(&policy.reference),
            kind: policy.kind.clone(),
            namespace: policy.namespace.clone(),
            invalid: Vec::new(),
            not_judged: policy.not_judged.iter().map(|one| (one.rule.clone(), one.why.clone())).collect(),
            is_unjudged: policy.is_unjudged(),
        });
        let refused = self.refused_documents().into_iter().map(|one| ToldLoaded {
            reference: Arc::clone(&one.reference),
            kind: one.document.kind.clone(),
            namespace: one.document.namespace.clone(),
            invalid: vec![one.text.clone()],
            not_judged: Vec::new(),
            is_unjudged: false,
        });
        loaded.chain(refused).collect()
    }

    /// What is wrong with policies that only a directory has brought, and what is odd about bindings, by their files.
    pub fn refused(&self) -> Vec<(Arc<SourceFile>, Vec<ReportEntry>)> {
        let mut found: Vec<(Arc<SourceFile>, Vec<ReportEntry>)> = Vec::new();
        let mut told = HashSet::new();
        // What is refused comes first.
        let mut said: Vec<_> = self.bases().flat_map(Basis::said).collect();
        said.sort_by_key(|(rule, ..)| *rule != id::REFUSED);
        for (rule, problem, advice) in said {
            let ProblemPlace::At(spot) = &problem.place else { continue };
            if !told.insert((rule, problem.to_string())) {
                continue;
            }
            let finding = Finding::within(&spot.file, rule, spot.span, problem.message.as_str());
            let finding = finding.advice(advice.map(str::to_owned)).build();
            match found.iter_mut().find(|(file, _)| file.name() == spot.file.name()) {
                Some((_, findings)) => findings.push(finding.into()),
                None => found.push((Arc::clone(&spot.file), vec![finding.into()])),
            }
        }
        for (file, findings) in &mut found {
            findings.sort_by_key(|finding| finding.location.span.start);
            finding::identify(findings, file.name());
        }
        found
    }

    /// The files of directories of policies in which there is none.
    pub fn files_without_policies(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let all = self.bases().flat_map(|basis| &basis.without).map(String::as_str);
        all.filter(|file| seen.insert(*file)).collect()
    }

    /// A file that holds documents of policies, by its name.
    pub fn file_of_policies(&self, name: &str) -> Option<Arc<SourceFile>> {
        let mut documents = self.bases().flat_map(|basis| basis.loaded.documents());
        documents.find(|one| one.file.name() == name).map(|one| Arc::clone(&one.file))
    }

    /// What does nothing, each in a sentence: bindings without their policy, policies that nobody binds, and those that
    /// have judged no object. `judged` says which have.
    pub fn idle(&self, judged: impl Fn(&LoadedPolicy) -> bool) -> Vec<String> {
        let policies = self.loaded_policies();
        let name = |policy: &&Arc<LoadedPolicy>| policy.reference.name.clone();
        let unbound: Vec<String> =
            policies.iter().copied().filter(|policy| !policy.is_bound).map(|one| name(&one)).collect();
        let is_idle = |policy: &&Arc<LoadedPolicy>| policy.is_bound && policy.can_judge && !judged(policy);
        let matched_none: Vec<String> = policies.iter().copied().filter(is_idle).map(|one| name(&one)).collect();
        let mut seen = HashSet::new();
        let dangling = self.bases().flat_map(|basis| &basis.loaded.dangling);
        let dangling = dangling.filter(|one| seen.insert(Arc::as_ptr(one))).map(|one| one.name.clone());
        let dangling: Vec<String> = dangling.collect();
        let sentences =
            [(unbound, "without a binding, so that they do nothing"), (matched_none, "that matched no object")];
        let mut said: Vec<String> =
            sentences.iter().filter_map(|(names, what)| list("policies", names, what)).collect();
        said.extend(list("bindings and exceptions", &dangling, "whose policy was not loaded"));
        let replaced = self.bases().flat_map(|basis| &basis.loaded.replaced);
        let replaced = replaced.filter(|(one, _)| seen.insert(Arc::as_ptr(one))).map(|(earlier, later)| {
            let place = |one: &Document| format!("{}:{}", one.file.name(), one.line());
            format!("{} ({} by {})", earlier.name, place(earlier), place(later))
        });
        said.extend(list(
            "policies and bindings",
            &replaced.collect::<Vec<_>>(),
            "replaced by later ones of their names",
        ));
        let unused = self.bases().flat_map(|basis| &basis.loaded.unused);
        let unused = unused.filter(|one| seen.insert(Arc::as_ptr(one))).map(|one| format!("{} {}", one.kind, one.name));
        said.extend(list("objects", &unused.collect::<Vec<_>>(), "to which no policy refers"));
        said
    }
}

/// `2 policies without a binding: a, b`
fn list(what: &str, names: &[String], how: &str) -> Option<String> {
    /// More names are not listed.
    const MANY: usize = 8;
    let shown = names.iter().take(MANY).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if names.len() > MANY { format!(" and {} more", names.len() - MANY) } else { String::new() };
    (!names.is_empty()).then(|| format!("{what} {how}: {shown}{more}"))
}

/// The objects of a file that policies look at.
pub fn others_of(file: &Arc<SourceFile>, is_looked_at: impl Fn(&Document) -> bool) -> Vec<Value> {
    let documents = Document::all(file).0;
    documents.iter().filter(|document| is_looked_at(document)).filter_map(Document::value).collect()
}

/// What is in view of policies.
#[derive(Clone, Copy)]
pub struct View<'v> {
    /// The Namespaces and definitions of what is judged, and ConfigMaps that policies read.
    pub of_input: &'v [Arc<Document>],
    /// What a cluster holds. It counts before the former.
    pub of_cluster: &'v [Arc<Document>],
    /// The objects that policies look at beside the one that they judge.
    pub others: &'v [Value],
}

/// Policies with what is in view of them. What stands beside the policies counts before all of it. `namespace` is that of
/// objects that name none.
pub fn engines(loaded: &Arc<Loaded>, view: &View<'_>, namespace: &str, decided: &Decided, ask: &Ask) -> Arc<Engines> {
    let wanted = view.of_cluster.iter().filter(|one| loaded.wants(one));
    let context = wanted.chain(loaded.context());
    let user = User::in_groups(&decided.user, &ask.admission.groups);
    let mut engines = Engines::new(Arc::clone(loaded), (context, view.of_input), user, ask.as_written);
    engines.doubt_labels(is_unfilled);
    engines.look_at(view.others, namespace);
    Arc::new(engines)
}

/// The name of a policy that is known by its kind and its name.
fn without_kind<'n>(kind: &str, name: &'n str) -> &'n str {
    name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name)
}

/// What is wrong with a document that its system refuses.
pub(super) fn refusal(refused: &Refused) -> Problem {
    let Refused { document, text, reference, .. } = refused;
    let span = document.locate(&refused.path).span;
    // A module says nothing of the policy whose settings it refuses.
    let name = format!("{:?}", without_kind(&document.kind, &reference.name));
    let message = if text.contains(&name) { text.clone() } else { format!("{} {name}: {text}", document.kind) };
    Problem::at(About::Policies, &document.file, span, message)
}

/// That podline does not judge by a policy, or by rules of it, and why.
pub(super) fn not_judged(policy: &LoadedPolicy) -> impl Iterator<Item = Problem> {
    let left_out = policy.not_judged.iter().filter(|one| one.is_left_out);
    left_out.map(|one| {
        let NotJudged { rule, why, path, .. } = one;
        let span = policy.document.locate(path).span;
        let named = format!("{} {:?}", policy.kind, without_kind(&policy.kind, &policy.reference.name));
        let message = match rule {
            Some(rule) => format!("{named}: rule {rule:?} judges nothing: {why}"),
            None if policy.can_judge => format!("{named}: not all of it is judged: {why}"),
            None => format!("{named} judges nothing: {why}"),
        };
        Problem::at(About::Policies, &policy.document.file, span, message).as_note()
    })
}

/// What is worth knowing of a field that its system drops.
pub(super) fn unknown_field((document, text, path): &(Arc<Document>, String, Vec<Step>)) -> Problem {
    let span = document.locate(path).span;
    let message = format!("{} {:?}: {text}: Kubernetes ignores it", document.kind, document.name);
    Problem::at(About::Policies, &document.file, span, message).as_note()
}
