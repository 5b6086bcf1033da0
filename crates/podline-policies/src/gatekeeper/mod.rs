//! Gatekeeper: ConstraintTemplates in Rego and CEL, constraints, ExpansionTemplates.
//!
//! What the webhook of Gatekeeper 3.23.1 says when an object is created.
//!
//! # The way of an object
//! `config` (is anybody asked) → `expansion` (what it implies) → `matching` (which constraints concern it) → a
//! template's code, `cel` or `rego` → `judge` (rows, in the order of the constraints' documents).
//!
//! # The inventory
//! Templates in Rego may look at other objects, in `data.inventory`. The caller puts those into
//! [`Cluster::add_to_inventory`] for which [`Engine::wants`](crate::Engine::wants) says yes, before anything is judged:
//! everything of the input and of the cluster, each as it is stored. No other objects are kept.
//!
//! # What lets objects pass
//! There is no row where nobody is asked, but where that is because of a Namespace that is among what is judged: then the
//! rows say so ([`Exemption::Namespace`](crate::Exemption)).
//!
//! # What differs from a cluster
//! - Objects are judged as no mutator changed them ([`Loaded::not_judged`]).
//! - What providers, the time, chance or the network would answer is [`Decision::Undecided`](crate::Decision).
//! - Where Gatekeeper itself fails (HTTP 500) and its webhook lets objects pass, there are errors: of the constraints of
//!   the template that fails, or of the ExpansionTemplate.
//! - `x-kubernetes-validations` and formats in the schemas of parameters are not looked at.

mod cel;
mod config;
mod constraint;
mod enforcement;
mod expansion;
mod judge;
mod judged;
mod load;
mod matching;
mod rego;
mod review;
mod shapes;
mod template;
mod wildcard;

pub use crate::field::FieldError;
pub use crate::refusal::Refusal;
pub use load::{claims, load};
pub use podline_rego::ReadYaml;

use std::sync::Arc;

use crate::cluster::Cluster;
use crate::doubts::{Doubts, Unknown};
use crate::engine::{Review, Subject};
use crate::judgement::{Actions, Judgement, Step};
use crate::matching::GroupVersionKind;
use config::{Exempt, Exemptions};
use constraint::Constraint;
use enforcement::Enforcement;
use expansion::Expansion;
use template::Template;

/// What rows of an ExpansionTemplate that fails name as their policy.
const EXPANSION_TEMPLATE: &str = "ExpansionTemplate";

/// What the engine needs from outside.
#[derive(Clone, Default)]
pub struct Settings {
    /// Reads the first document of a YAML text as `sigs.k8s.io/yaml` does, for `yaml.unmarshal` and `yaml.is_valid`. Without
    /// it they are undecided.
    pub yaml: Option<Arc<ReadYaml>>,
}

/// What became of the documents.
pub struct Loaded {
    /// The templates and constraints that Gatekeeper takes.
    pub engine: Engine,
    /// The documents that it refuses, in order.
    pub refused: Vec<Refusal>,
    /// Fields that no such kind has, by document: the API server drops them.
    pub unknown: Vec<(usize, FieldError)>,
    /// What podline does not do, in order: mutators, providers.
    pub not_judged: Vec<NotJudged>,
    /// The templates that have no constraints: they do nothing.
    pub idle: Vec<usize>,
}

/// A sound document that podline cannot do anything with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// Which of the documents.
    pub document: usize,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub why: &'static str,
    /// The field that says so.
    pub path: Vec<Step>,
}

/// What is to be said about a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<'e> {
    /// The kind.
    pub kind: &'e str,
    /// The name.
    pub name: &'e str,
    /// Which of the documents.
    pub document: usize,
    /// Which document its template is.
    pub template: usize,
    /// What it does at admission; nothing if it is not enforced there.
    pub actions: Actions,
    /// Is its template in CEL?
    pub is_cel: bool,
    /// What only the cluster can tell of what its template asks, for each such thing.
    pub unknowable: Vec<&'static str>,
    /// What it matches: groups and kinds. Nothing is everything.
    pub kinds: Vec<(&'e [String], &'e [String])>,
}

/// All templates and constraints that were loaded.
pub struct Engine {
    templates: Vec<Template>,
    /// In the order of their documents.
    constraints: Vec<Constraint>,
    /// The constraints of each template.
    by_template: Vec<Vec<usize>>,
    expansions: Vec<Expansion>,
    exemptions: Exemptions,
}

impl Engine {
    fn new(
        templates: Vec<Template>,
        mut constraints: Vec<Constraint>,
        expansions: Vec<Expansion>,
        exemptions: Exemptions,
    ) -> Engine {
        constraints.sort_by_key(|constraint| constraint.document);
        let mut by_template = vec![Vec::new(); templates.len()];
        for (at, constraint) in constraints.iter().enumerate() {
            by_template[constraint.template].push(at);
        }
        Engine { templates, constraints, by_template, expansions, exemptions }
    }

    /// The constraints that are loaded.
    pub fn summaries(&self) -> impl Iterator<Item = Summary<'_>> {
        self.constraints.iter().map(|constraint| {
            let template = &self.templates[constraint.template];
            Summary {
                kind: &constraint.kind,
                name: &constraint.name,
                document: constraint.document,
                template: template.document,
                actions: match constraint.enforcement {
                    Enforcement::Does(actions) => actions,
                    Enforcement::Nothing | Enforcement::Nowhere => Actions::NONE,
                },
                is_cel: matches!(template.rules, template::Rules::Cel(_)),
                unknowable: template.unknowable(),
                kinds: constraint.matches.kinds(),
            }
        })
    }

    /// The ExpansionTemplates that are loaded: document, and what is done by them. What cannot be expanded is refused, and
    /// where a template names no action that is all it does.
    pub fn expansions(&self) -> impl Iterator<Item = (usize, Actions)> {
        let action = |expansion: &Expansion| enforcement::action(&expansion.action).unwrap_or(Actions::DENY);
        self.expansions.iter().map(move |expansion| (expansion.document, action(expansion)))
    }
}

impl crate::engine::Engine for Engine {
    fn accepts(&self, subject: &Subject<'_>, cluster: &Cluster) -> bool {
        if self.exemptions.exempts(subject, None, cluster) == Some(Exempt::Unsaid) {
            return false;
        }
        let asks = |constraint: &Constraint| constraint.enforcement != Enforcement::Nowhere;
        self.expansions.iter().any(|expansion| expansion.applies(&subject.resource.kind))
            || self.constraints.iter().any(|constraint| asks(constraint) && constraint.matches.accepts(subject))
    }

    fn judge(&self, review: &Review<'_>) -> Vec<Judgement> {
        self.judge_all(review, &Doubts::default())
    }

    fn judge_and_explain(&self, review: &Review<'_>, unknown: Unknown<'_>) -> Vec<Judgement> {
        self.judge_all(review, &Doubts::about(unknown))
    }

    fn wants_others(&self) -> bool {
        self.templates.iter().any(Template::wants_others)
    }

    fn wants(&self, kind: &GroupVersionKind, namespace: Option<&str>) -> bool {
        self.exemptions.syncs(kind, namespace) && self.templates.iter().any(|template| template.wants(kind))
    }
}
