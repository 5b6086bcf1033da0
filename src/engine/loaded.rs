//! What became of the documents of policies: the engines that judge by them, what was refused, what does nothing.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use podline_policies::{Actions, Engine, GroupVersionKind, Step, is_built_in};
use serde_json::Value;

use super::document::Document;
use super::editions::Editions;
use super::language::{self, Bound, LANGUAGES, Language, Read, ReadPolicy, ReadRule};
use super::policy::{LoadedBinding, LoadedPolicy, LoadedRule, notes, summary};
use crate::finding::{PolicyNotes, PolicyRef};
use crate::matching::Matcher;
use crate::rules::{Rule, RuleId};
use crate::source::path::normal;

/// An object of a file of policies, and how it came into the run.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The object.
    pub document: Arc<Document>,
    /// What its policies are for: all of these must hold.
    pub within: Vec<Matcher>,
    /// Whether its very file was named, by an option or a configuration, and no directory around it.
    pub is_named: bool,
    /// The last day on which it counts, if it has one.
    pub until: Option<Arc<str>>,
}

/// A document that its system would refuse.
#[derive(Debug)]
pub struct Refused {
    /// How it is named.
    pub reference: Arc<PolicyRef>,
    /// The document.
    pub document: Arc<Document>,
    /// The system's own text.
    pub text: String,
    /// The field that is to blame.
    pub path: Vec<Step>,
    /// Whether its very file was named.
    pub is_named: bool,
}

impl Refused {
    /// What its rule would be called.
    pub fn rule(&self) -> RuleId {
        RuleId::loaded(self.reference.engine.family(), &self.reference.name)
    }
}

/// What was loaded, without what is in view of it.
#[derive(Default)]
pub struct Loaded {
    /// The engines that have policies. Where editions differ, those of all of them.
    engines: Arc<Vec<LoadedEngine>>,
    /// Documents of which only some count for an object.
    editions: Option<Editions>,
    /// The documents of policies and bindings.
    documents: Vec<Brought>,
    /// Objects of the same files that policies may refer to.
    context: Vec<Arc<Document>>,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// Fields that its system drops: the document, what is to be said, and the field.
    pub unknown: Vec<(Arc<Document>, String, Vec<Step>)>,
    /// Bindings whose policy is not there: they do nothing.
    pub dangling: Vec<Arc<Document>>,
    /// Policies and bindings that a later one of their name replaces, as in a cluster: the earlier and the later one.
    pub replaced: Vec<(Arc<Document>, Arc<Document>)>,
    /// Objects of files that were named, to which no policy refers.
    pub unused: Vec<Arc<Document>>,
    /// The types of objects that policies refer to.
    wanted: Vec<(String, String)>,
    /// Whether ConfigMaps among what is judged are to be in view of some policy.
    pub reads_judged: bool,
}

/// An engine with the policies that it has.
pub(super) struct LoadedEngine {
    pub engine: Box<dyn Engine>,
    /// In the order of their documents.
    pub policies: Vec<Arc<LoadedPolicy>>,
    /// Where each stands in that, by its name.
    pub by_name: HashMap<String, usize>,
    /// Where each stands in that, by its document.
    pub by_document: HashMap<usize, usize>,
}

impl LoadedEngine {
    /// Whether its system judges objects as they are written too.
    pub fn answers_as_written(&self) -> bool {
        self.policies.first().is_some_and(|policy| policy.language.answers_as_written())
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.policies().map(|policy| &policy.reference)).finish()
    }
}

/// Whether an object may be of use to a policy that refers to it: params are mostly ConfigMaps or custom resources.
pub fn may_be_referred_to(api_version: &str, kind: &str) -> bool {
    let core = api_version == "v1" && matches!(kind, "Namespace" | "ConfigMap" | "Secret");
    core || kind == "CustomResourceDefinition" || is_custom(api_version, kind)
}

fn is_custom(api_version: &str, kind: &str) -> bool {
    let kind = GroupVersionKind::new(api_version, kind);
    kind.group.contains('.') && !is_built_in(&kind) && !kind.group.ends_with(".k8s.io")
}

impl Loaded {
    /// Loads objects of files of policies, in any order. `now` is what policies take for the time, in seconds since
    /// 1970.
    pub fn new(brought: Vec<Brought>, now: i64) -> Self {
        let is_claimed = |one: &Brought| language::of(&one.document.api_version, &one.document.kind).is_some();
        let (mut documents, others): (Vec<Brought>, Vec<Brought>) = brought.into_iter().partition(is_claimed);
        let mut loaded = Self::default();
        let mut values = Vec::with_capacity(documents.len());
        documents.retain(|one| {
            let value = one.document.value();
            if value.is_none() {
                loaded.refuse_large(one);
            }
            let is_read = value.is_some();
            values.extend(value);
            is_read
        });
        loaded.replaced = replaced(&documents);
        loaded.documents = documents;
        for language in LANGUAGES {
            let wanted = loaded.wanted.len();
            loaded.wanted.extend(values.iter().flat_map(|value| language.refers_to(value)));
            loaded.reads_judged |= language.reads_judged_config_maps() && loaded.wanted.len() > wanted;
        }
        loaded.editions = Editions::new(&loaded.documents, &values, now);
        loaded.load_all(&values, now);
        let (context, unused): (Vec<Brought>, Vec<Brought>) =
            others.into_iter().partition(|one| loaded.wants(&one.document));
        loaded.context = context.into_iter().map(|one| one.document).collect();
        // What stands beside the policies of a directory may be there for something else.
        let is_param = |one: &Brought| {
            let Document { api_version, kind, .. } = &*one.document;
            one.is_named && may_be_referred_to(api_version, kind) && !language::is_of_an_engine(api_version)
        };
        loaded.unused = unused.into_iter().filter(is_param).map(|one| one.document).collect();
        loaded
    }

    /// Loads all documents. Where editions differ, each document is loaded beside those that are for the same objects.
    fn load_all(&mut self, values: &[Value], now: i64) {
        let mut engines = Vec::new();
        match self.editions.take() {
            None => LANGUAGES.into_iter().for_each(|one| engines.extend(self.take(one, one.load(values, now), values))),
            Some(editions) => {
                let mut idle: HashMap<usize, bool> = HashMap::new();
                for holding in editions.each_alone() {
                    let (values, now) = editions.values(&holding);
                    let before = std::mem::take(&mut self.dangling);
                    for language in LANGUAGES {
                        engines.extend(self.take(language, language.load(&values, now), &values));
                    }
                    let dangling = std::mem::replace(&mut self.dangling, before);
                    for at in (0..values.len()).filter(|at| editions.counts(*at, &holding)) {
                        let is_idle = dangling.iter().any(|one| Arc::ptr_eq(one, &self.documents[at].document));
                        *idle.entry(at).or_insert(true) &= is_idle;
                    }
                }
                // A binding does something if it does in one of them.
                let mut idle: Vec<usize> = idle.into_iter().filter(|(_, is_idle)| *is_idle).map(|(at, _)| at).collect();
                idle.sort_unstable();
                self.dangling.extend(idle.into_iter().map(|at| Arc::clone(&self.documents[at].document)));
                self.editions = Some(editions);
            }
        }
        // What is in several editions is refused in each.
        let mut seen = HashSet::new();
        self.refused.retain(|one| seen.insert((Arc::as_ptr(&one.document), one.text.clone())));
        self.unknown.retain(|(document, text, _)| seen.insert((Arc::as_ptr(document), text.clone())));
        self.engines = Arc::new(engines);
    }

    /// The engines that judge an object. `is_for` tells whether it is one of those that policies are for.
    pub(super) fn engines_for(&self, is_for: impl Fn(&[Matcher]) -> bool) -> Arc<Vec<LoadedEngine>> {
        let Some(editions) = &self.editions else { return Arc::clone(&self.engines) };
        editions.engines(editions.holding(is_for), |holding| {
            let (values, now) = editions.values(holding);
            let of = |language: &'static dyn Language| self.engine(language, language.load(&values, now), &values);
            LANGUAGES.into_iter().filter_map(of).collect()
        })
    }

    /// The engines of all policies.
    pub(super) fn engines(&self) -> &[LoadedEngine] {
        &self.engines
    }

    fn take(&mut self, language: &'static dyn Language, mut read: Read, values: &[Value]) -> Option<LoadedEngine> {
        for refusal in std::mem::take(&mut read.refused) {
            let Brought { document, is_named, .. } = self.documents[refusal.document].clone();
            let reference = reference(language, &document);
            self.refused.push(Refused { reference, document, text: refusal.text, path: refusal.path, is_named });
        }
        for field in std::mem::take(&mut read.unknown) {
            self.unknown.push((Arc::clone(&self.documents[field.document].document), field.text, field.path));
        }
        let dangling = std::mem::take(&mut read.dangling).into_iter();
        self.dangling.extend(dangling.map(|at| Arc::clone(&self.documents[at].document)));
        self.engine(language, read, values)
    }

    /// The engine that was read, if it has policies.
    fn engine(&self, language: &'static dyn Language, read: Read, values: &[Value]) -> Option<LoadedEngine> {
        let of = |one| self.policy(language, one, values);
        let policies: Vec<Arc<LoadedPolicy>> = read.policies.into_iter().map(of).collect();
        let names = policies.iter().enumerate().rev();
        let by_name = names.map(|(at, policy)| (policy.reference.name.clone(), at)).collect();
        let by_document = policies.iter().enumerate().map(|(at, policy)| (policy.number, at)).collect();
        (!policies.is_empty()).then(|| LoadedEngine { engine: read.engine, policies, by_name, by_document })
    }

    fn policy(&self, language: &'static dyn Language, read: ReadPolicy, values: &[Value]) -> Arc<LoadedPolicy> {
        let document = Arc::clone(&self.documents[read.document].document);
        // Several entries may bring one document, each for other objects.
        let is_it = |one: &&Brought| says_same(&one.document, &document);
        let all = || self.documents.iter().filter(is_it);
        let within = all().map(|one| one.within.clone()).collect();
        // Days are written so that the later one is the greater text.
        let until =
            if all().all(|one| one.until.is_some()) { all().filter_map(|one| one.until.clone()).max() } else { None };
        let (is_bound, actions, bindings) = match read.bound {
            Bound::Itself(actions) => (true, actions, Vec::new()),
            Bound::By(bindings) => {
                let actions = bindings.iter().fold(Actions::NONE, |all, (_, actions)| all.with(*actions));
                (!bindings.is_empty(), actions, bindings)
            }
        };
        let reference = reference(language, &document);
        let of_rule = |rule: ReadRule| LoadedRule {
            id: RuleId::loaded(language.family(), &format!("{}/{}", reference.name, rule.name)),
            path: rule.path,
            summary: rule.summary.split_whitespace().collect::<Vec<_>>().join(" "),
            actions: rule.actions,
        };
        Arc::new(LoadedPolicy {
            rule: RuleId::loaded(language.family(), &reference.name),
            rules: read.rules.into_iter().map(of_rule).collect(),
            reference,
            kind: document.kind.clone(),
            namespace: document.namespace.clone(),
            within,
            until,
            is_bound,
            actions,
            bindings: bindings.into_iter().map(|(at, actions)| self.binding(at, actions)).collect(),
            can_judge: read.can_judge,
            not_judged: read.not_judged,
            remarks: read.remarks,
            matches: read.matches,
            validations: language.validations(&values[read.document]),
            summary: summary(&values[read.document], read.summary.as_deref()),
            number: read.document,
            language,
            document,
        })
    }

    fn binding(&self, document: usize, actions: Actions) -> LoadedBinding {
        LoadedBinding { document: Arc::clone(&self.documents[document].document), actions }
    }

    fn refuse_large(&mut self, brought: &Brought) {
        let Brought { document, is_named, .. } = brought.clone();
        let Some(language) = language::of(&document.api_version, &document.kind) else { return };
        let text = format!("{} {:?} is nested too deep, or too large, to be read", document.kind, document.name);
        let reference = reference(language, &document);
        self.refused.push(Refused { reference, document, text, path: Vec::new(), is_named });
    }

    /// Whether there is nothing to judge by.
    pub fn is_empty(&self) -> bool {
        self.engines.is_empty()
    }

    /// Every policy, in the order of the documents of each engine.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<LoadedPolicy>> {
        self.engines.iter().flat_map(|engine| &engine.policies)
    }

    /// Every document that an engine reads.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.iter().map(|one| &one.document)
    }

    /// Whether a document of a file is one that an engine was given, also where its system refuses it.
    pub fn holds(&self, file: &str, index: usize, item: Option<&str>) -> bool {
        if self.documents.is_empty() && self.refused.is_empty() {
            return false;
        }
        let path = normal(file.as_ref());
        let is = |one: &Arc<Document>| {
            one.index == index && one.item.as_deref() == item && normal(one.file.name().as_ref()) == path
        };
        self.documents().chain(self.refused.iter().map(|one| &one.document)).any(is)
    }

    /// One of those, by its number in the origins of judgements.
    pub fn document(&self, number: usize) -> Option<&Arc<Document>> {
        self.documents.get(number).map(|one| &one.document)
    }

    /// Objects of the same files that policies refer to.
    pub fn context(&self) -> &[Arc<Document>] {
        &self.context
    }

    /// Whether an object is to be in view: Namespaces, definitions of resources, and what policies refer to.
    pub fn wants(&self, document: &Document) -> bool {
        let (version, kind) = (&document.api_version, &document.kind);
        let is_wanted = |(api_version, of): &(String, String)| api_version == version && of == kind;
        is_always_in_view(document) || self.wanted.iter().any(is_wanted)
    }

    /// Whether policies look at other objects than the one that they judge, and this may be one of them.
    pub fn looks_at(&self, document: &Document) -> bool {
        let kind = GroupVersionKind::new(&document.api_version, &document.kind);
        // Where it has no namespace, nobody knows yet whether it gets one.
        let namespaces = match document.namespace.as_str() {
            "" => vec![None, Some("default")],
            written => vec![Some(written)],
        };
        self.engines.iter().any(|one| namespaces.iter().any(|namespace| one.engine.wants(&kind, *namespace)))
    }

    /// Whether policies look at other objects at all.
    pub fn looks_at_others(&self) -> bool {
        self.engines.iter().any(|one| one.engine.wants_others())
    }

    /// The rules of the policies.
    pub fn rules(&self) -> Vec<Rule> {
        self.policies().flat_map(|policy| policy.as_rules()).collect()
    }
}

/// Whether two documents are one policy in the same words.
pub(super) fn says_same(one: &Document, other: &Document) -> bool {
    (&one.name, &one.namespace, &one.kind) == (&other.name, &other.namespace, &other.kind) && one.text() == other.text()
}

/// What a later document of the same name replaces by another text: nothing is lost where the two say the same, or are for
/// different objects.
fn replaced(documents: &[Brought]) -> Vec<(Arc<Document>, Arc<Document>)> {
    let mut last: HashMap<_, &Brought> = HashMap::new();
    let look = |one: &Brought| format!("{:?}", one.within);
    let replaces = |later: &Brought, earlier: &Brought| later.within.is_empty() || look(later) == look(earlier);
    let of = |one: &Brought| (one.document.kind.clone(), one.document.namespace.clone(), one.document.name.clone());
    let pairs = documents.iter().filter_map(|one| {
        let earlier = last.insert(of(one), one)?;
        (!says_same(&earlier.document, &one.document) && replaces(one, earlier))
            .then(|| (Arc::clone(&earlier.document), Arc::clone(&one.document)))
    });
    pairs.collect()
}

/// Whether an object is a ConfigMap.
pub fn is_config_map(document: &Document) -> bool {
    (document.api_version.as_str(), document.kind.as_str()) == ("v1", "ConfigMap")
}

/// Whether an object is in view of every policy.
pub fn is_always_in_view(document: &Document) -> bool {
    let version = document.api_version.as_str();
    (version, document.kind.as_str()) == ("v1", "Namespace")
        || document.kind == "CustomResourceDefinition" && version.starts_with("apiextensions.k8s.io/")
}

fn reference(language: &dyn Language, document: &Document) -> Arc<PolicyRef> {
    let (name, file) = (language.name(document), document.file.name().to_owned());
    let notes = PolicyNotes {
        source: language.source(&document.kind),
        ..document.value().as_ref().map(notes).unwrap_or_default()
    };
    Arc::new(PolicyRef { engine: language.engine(), name, file, line: document.line(), notes })
}
