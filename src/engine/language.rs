//! Which engine reads which documents: the registry of engines. An engine is a file with its [`Language`] and a line in
//! [`LANGUAGES`].

use std::fmt;

use podline_policies::{Actions, Engine, Step};
use serde_json::Value;

use super::document::Document;
use super::gatekeeper::Gatekeeper;
use super::kubewarden::Kubewarden;
use super::kyverno::Kyverno;
use super::vap::ValidatingAdmissionPolicies;
use crate::finding::PolicyEngine;
use crate::rules::Family;

/// Every language, in the order in which they are asked.
pub const LANGUAGES: [&dyn Language; 4] = [&ValidatingAdmissionPolicies, &Kyverno, &Gatekeeper, &Kubewarden];

/// What reads the policies of one system.
pub trait Language: Sync + fmt::Debug {
    /// What reports call the engine.
    fn engine(&self) -> PolicyEngine;

    /// What its rules begin with.
    fn family(&self) -> Family;

    /// The API groups of its documents.
    fn groups(&self) -> &'static [&'static str];

    /// Words that tell a broken policy from a broken file of something else.
    fn marks(&self) -> &'static [&'static str] {
        self.groups()
    }

    /// What the system calls itself in policy reports, for a policy of this kind.
    fn source(&self, kind: &str) -> &'static str;

    /// Whether it reads objects of this type: policies, and what belongs to them alone, such as bindings.
    fn claims(&self, api_version: &str, kind: &str) -> bool;

    /// The types of objects that a document refers to, and that are wanted in view: apiVersion and kind.
    fn refers_to(&self, _document: &Value) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Whether the ConfigMaps that a document refers to may stand among what is judged.
    fn reads_judged_config_maps(&self) -> bool {
        false
    }

    /// How rows and rules name a policy.
    fn name(&self, document: &Document) -> String {
        document.name.clone()
    }

    /// What the system calls these actions of a policy of this kind.
    fn actions(&self, kind: &str, actions: Actions) -> Vec<&'static str>;

    /// Loads what it claims of these documents. Indices in the result are theirs. `now` is what they take for the time, in
    /// seconds since 1970.
    fn load(&self, documents: &[Value], now: i64) -> Read;

    /// The validations of a policy, where findings say which one they come from by its index.
    fn validations(&self, _document: &Value) -> Vec<ReadValidation> {
        Vec::new()
    }

    /// Whether its system has a command line that judges objects as they are written, so that its answers may differ from
    /// those of the cluster.
    fn answers_as_written(&self) -> bool {
        false
    }

    /// Whether its rows name an object as it is stored: with the namespace in which it is created, and what its name is
    /// generated from.
    fn names_as_stored(&self) -> bool {
        false
    }

    /// The version of the system that is imitated, for people.
    fn imitates(&self) -> Option<&'static str> {
        None
    }
}

/// What a language made of documents.
pub struct Read {
    /// The policies that can be used.
    pub engine: Box<dyn Engine>,
    /// What is to be said of each, also of those that podline cannot judge by.
    pub policies: Vec<ReadPolicy>,
    /// What its system would refuse.
    pub refused: Vec<ReadRefusal>,
    /// Fields that its system drops: what they were to say is not judged.
    pub unknown: Vec<ReadRefusal>,
    /// Bindings and exceptions whose policy is not there.
    pub dangling: Vec<usize>,
}

/// A policy that its system takes.
#[derive(Debug)]
pub struct ReadPolicy {
    /// Which of the documents.
    pub document: usize,
    /// Whether podline can tell anything by it. If not, `not_judged` says why.
    pub can_judge: bool,
    /// What makes it do something.
    pub bound: Bound,
    /// The rules that it has itself, where the system names them.
    pub rules: Vec<ReadRule>,
    /// What podline will never decide of it.
    pub not_judged: Vec<NotJudged>,
    /// What the system in other versions makes of it.
    pub remarks: Vec<String>,
    /// Which groups and resources it matches: `apps/deployments`.
    pub matches: Vec<String>,
    /// What it says of itself, where nothing describes it.
    pub summary: Option<String>,
}

/// A rule of a policy.
#[derive(Debug)]
pub struct ReadRule {
    /// Its name.
    pub name: String,
    /// Where it stands in the document.
    pub path: Vec<Step>,
    /// What it says of itself; may be empty.
    pub summary: String,
    /// What it does.
    pub actions: Actions,
}

/// A validation of a policy, which has an index and no name.
#[derive(Debug)]
pub struct ReadValidation {
    /// Where it stands in the document.
    pub path: Vec<Step>,
    /// What it evaluates.
    pub expression: String,
    /// What it says where that does not hold; may be empty.
    pub message: String,
}

/// What makes a policy do something.
#[derive(Debug)]
pub enum Bound {
    /// It needs no binding, and does this.
    Itself(Actions),
    /// Its bindings, by their documents, each with what it does. Without any it does nothing.
    By(Vec<(usize, Actions)>),
}

/// What podline will never decide of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// The rule; `None` is all of it.
    pub rule: Option<String>,
    /// The reason.
    pub why: String,
    /// What stands in the way, in the policy.
    pub path: Vec<Step>,
    /// Whether it is passed over, rather than undecided where it is asked for.
    pub is_left_out: bool,
}

impl NotJudged {
    /// The reason, with the rule if it is of one.
    pub fn text(&self) -> String {
        self.rule.as_ref().map_or_else(|| self.why.clone(), |rule| format!("rule {rule:?}: {}", self.why))
    }
}

/// A document that its system would refuse.
pub struct ReadRefusal {
    /// Which of the documents.
    pub document: usize,
    /// The system's own text.
    pub text: String,
    /// The field that is to blame.
    pub path: Vec<Step>,
}

/// The language that reads objects of this type.
pub fn of(api_version: &str, kind: &str) -> Option<&'static dyn Language> {
    LANGUAGES.into_iter().find(|language| language.claims(api_version, kind))
}

/// Whether an apiVersion is of an engine's own group: such an object may configure the engine, and is nobody's param.
pub fn is_of_an_engine(api_version: &str) -> bool {
    let group = api_version.split('/').next().unwrap_or_default();
    LANGUAGES.into_iter().flat_map(Language::groups).any(|own| *own == group)
}

/// Whether a text that cannot be read is about policies of some engine.
pub fn is_about_policies(text: &str) -> bool {
    LANGUAGES.into_iter().flat_map(Language::marks).any(|mark| text.contains(mark))
}

/// The engines, as reports name them: `ValidatingAdmissionPolicy, Kyverno`.
pub fn engines() -> String {
    LANGUAGES.map(|language| language.engine().as_str()).join(", ")
}

/// What rules match, as `group/resource`: the groups and the resources of each.
pub(super) fn matches(rules: &[(&[String], &[String])]) -> Vec<String> {
    let of = |group: &String, resource: &String| match group.as_str() {
        "" => resource.clone(),
        group => format!("{group}/{resource}"),
    };
    let each = rules.iter().flat_map(|(groups, resources)| {
        groups.iter().flat_map(move |group| resources.iter().map(move |resource| of(group, resource)))
    });
    each.collect()
}

/// What a system refuses, or drops of a document.
pub(super) fn refusal(refusal: podline_policies::Refusal) -> ReadRefusal {
    ReadRefusal {
        document: refusal.document,
        text: refusal.text,
        path: refusal.errors.into_iter().next().map(|error| error.path).unwrap_or_default(),
    }
}

/// A field that a system drops of a document.
pub(super) fn unknown((document, error): (usize, podline_policies::FieldError)) -> ReadRefusal {
    ReadRefusal { document, text: error.text, path: error.path }
}
