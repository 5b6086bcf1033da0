//! From documents to an engine.

use std::sync::Arc;

use serde_json::Value as Json;

use super::check::blame;
use super::exceptions::Exception;
use super::mutating::Mutating;
use super::rule::{Check, Override, Policy, Rule, action};
use super::{Engine, Settings, autogen, check, needs, vpol};
use crate::field::FieldError;
use crate::json::{items, text};
use crate::judgement::Step;
use crate::refusal::Refusal;

/// What became of the documents.
pub struct Loaded {
    /// The policies that the cluster takes, with their exceptions.
    pub engine: Engine,
    /// The documents that it refuses, in order, in words that are similar to Kyverno's. A name is `name` or
    /// `namespace/name`.
    pub refused: Vec<Refusal>,
    /// What is loaded, but not judged.
    pub not_judged: Vec<NotJudged>,
    /// Exceptions that name no policy which was loaded.
    pub dangling: Vec<usize>,
}

/// A rule or a policy that is not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// Which of the documents.
    pub document: usize,
    /// The policy: `name` or `namespace/name`.
    pub policy: String,
    /// Its rule; empty for a whole policy.
    pub rule: String,
    /// What it does: `mutate`, `generate`, `verifyImages`, `manifests`, or its kind.
    pub why: String,
    /// The place in the document.
    pub path: Vec<Step>,
}

impl NotJudged {
    fn whole(document: usize, policy: String, why: String) -> NotJudged {
        NotJudged { document, policy, rule: String::new(), why, path: vec![Step::Key("kind".into())] }
    }
}

/// Whole kinds that are not judged here.
const OTHERS: [&str; 4] = ["CleanupPolicy", "ClusterCleanupPolicy", "UpdateRequest", "GlobalContextEntry"];

/// Is the document one that [`load`] reads?
pub fn claims(document: &Json) -> bool {
    let group = text(&document["apiVersion"]).split('/').next().unwrap_or_default();
    let kind = text(&document["kind"]);
    vpol::claims(document)
        || group == "kyverno.io"
            && (matches!(kind, "ClusterPolicy" | "Policy" | "PolicyException") || OTHERS.contains(&kind))
}

/// Reads policies and exceptions among `documents`, in any order; documents of other kinds are passed over. Indices in
/// the result are those of `documents`. If a name comes twice the last document counts, as if they were applied.
pub fn load(documents: &[Json], settings: Settings) -> Loaded {
    let mut policies: Vec<Policy> = Vec::new();
    let mut exceptions: Vec<Exception> = Vec::new();
    let mutating = documents.iter().enumerate().filter(|(_, json)| claims(json));
    let mutating: Vec<Mutating> = mutating.filter_map(|(document, json)| Mutating::new(json, document)).collect();
    let (mut refused, mut not_judged) = (Vec::new(), Vec::new());
    let mut validating = Validating::new(documents, &settings);
    for (document, json) in documents.iter().enumerate().filter(|(_, json)| claims(json)) {
        let kind = text(&json["kind"]);
        if vpol::claims(json) {
            validating.read(json, document, &mut refused, &mut not_judged);
            continue;
        }
        let name = key(json);
        match kind {
            "PolicyException" => {
                let read = Exception::new(json, document);
                exceptions.retain(|known| known.key != read.key);
                exceptions.push(read);
            }
            "ClusterPolicy" | "Policy" => match check::policy(json).and_then(|()| policy(json, document)) {
                Err(text) => refused.push(refusal(json, document, name, text)),
                Ok(read) => {
                    not_judged.extend(left_out(json, document, &name));
                    match policies.iter().position(|known| known.key == read.key) {
                        Some(at) => policies[at] = read,
                        None => policies.push(read),
                    }
                }
            },
            kind if kind.contains("Cleanup") => {
                not_judged.push(NotJudged::whole(document, name, kind.to_owned()));
            }
            _ => {}
        }
    }
    let (validating, validating_exceptions) = (validating.policies, validating.exceptions);
    let mutating = mutating.into_iter().filter(|one| !refused.iter().any(|refused| refused.document == one.document));
    let mutating = mutating.collect();
    let engine = Engine { policies, exceptions, validating, validating_exceptions, mutating, settings };
    let dangling = engine.dangling();
    Loaded { engine, refused, not_judged, dangling }
}

/// A refusal, with the field that its text names.
fn refusal(json: &Json, document: usize, name: String, text: String) -> Refusal {
    let path = blame::path(json, &text);
    let errors = vec![FieldError { path, text: text.clone() }];
    Refusal { document, kind: crate::json::text(&json["kind"]).to_owned(), name, text, errors }
}

/// The policies of `policies.kyverno.io`.
struct Validating {
    now: (i64, u32),
    yaml: Arc<podline_jmespath::ReadYaml>,
    policies: Vec<vpol::Policy>,
    exceptions: Vec<vpol::Exception>,
}

impl Validating {
    /// With all exceptions, which may stand anywhere.
    fn new(documents: &[Json], settings: &Settings) -> Validating {
        let is_exception = |json: &Json| vpol::claims(json) && json["kind"] == "PolicyException";
        let exceptions = documents.iter().enumerate().filter(|(_, json)| is_exception(json));
        let exceptions = exceptions.filter_map(|(at, json)| vpol::Exception::new(json, at, settings.now)).collect();
        Validating { now: settings.now, yaml: settings.yaml.clone(), policies: Vec::new(), exceptions }
    }

    fn read(&mut self, json: &Json, document: usize, refused: &mut Vec<Refusal>, not_judged: &mut Vec<NotJudged>) {
        let kind = text(&json["kind"]);
        if kind == "PolicyException" {
            return;
        }
        let name = key(json);
        let reader = vpol::Reader::new(self.now, self.yaml.clone(), &self.exceptions);
        match reader.read(json, document) {
            Err(mut error) => {
                if error.path.is_empty() {
                    error.path = vec![Step::Key("spec".into())];
                }
                let (kind, text) = (kind.to_owned(), error.text.clone());
                refused.push(Refusal { document, kind, name, text, errors: vec![error] });
            }
            Ok(vpol::Read::Not(why)) => not_judged.push(NotJudged::whole(document, name, why)),
            Ok(vpol::Read::Policy(read, others)) => {
                not_judged.extend(others.into_iter().map(|resource| {
                    let path = ["spec", "autogen", "podControllers", "controllers"];
                    let path = path.map(|key| Step::Key(key.into())).to_vec();
                    NotJudged { path, ..NotJudged::whole(document, name.clone(), format!("autogen for {resource}")) }
                }));
                self.policies.retain(|known| (&known.key, &known.kind) != (&read.key, &read.kind));
                self.policies.push(*read);
            }
        }
    }
}

/// How rows name a policy: `name`, or `namespace/name`. A namespaced one that names none lives in `default`.
pub fn key(json: &Json) -> String {
    let (namespace, name) = (text(&json["metadata"]["namespace"]), text(&json["metadata"]["name"]));
    let kind = text(&json["kind"]);
    match namespace {
        "" if kind == "Policy" || kind.starts_with("Namespaced") => format!("default/{name}"),
        "" => name.to_owned(),
        namespace => format!("{namespace}/{name}"),
    }
}

fn left_out(json: &Json, document: usize, name: &str) -> Vec<NotJudged> {
    items(&json["spec"]["rules"])
        .enumerate()
        .filter_map(|(at, rule)| {
            let kinds = ["mutate", "generate", "verifyImages"];
            let why = kinds.into_iter().find(|kind| !rule[*kind].is_null());
            let manifests = (!rule["validate"]["manifests"].is_null()).then_some("manifests");
            let why = why.or(manifests)?.to_owned();
            let rule = text(&rule["name"]).to_owned();
            let path = vec![Step::Key("spec".into()), Step::Key("rules".into()), Step::Index(at)];
            Some(NotJudged { document, policy: name.to_owned(), rule, why, path })
        })
        .collect()
}

fn policy(json: &Json, document: usize) -> Result<Policy, String> {
    let spec = &json["spec"];
    let path = |at: usize| vec![Step::Key("spec".into()), Step::Key("rules".into()), Step::Index(at)];
    let written: Vec<Rule> = items(&spec["rules"]).enumerate().map(|(at, rule)| Rule::new(rule, path(at))).collect();
    let generated = autogen::rules(json)
        .into_iter()
        .map(|(kind, rules)| {
            let rules = rules.into_iter().map(|generated| match generated.rule {
                Some(rule) => Rule::new(&rule, path(generated.index)),
                None => Rule::new(&spec["rules"][generated.index], path(generated.index)),
            });
            (kind, rules.filter(|rule| !matches!(rule.check, Check::Other)).collect())
        })
        .collect();
    let is_policy = json["kind"] == "Policy";
    let namespace = Some(text(&json["metadata"]["namespace"])).filter(|name| !name.is_empty()).unwrap_or("default");
    Ok(Policy {
        key: Arc::from(key(json)),
        kind: if is_policy { "Policy" } else { "ClusterPolicy" },
        unknowable: needs::of_policy(json),
        namespace: if is_policy { namespace.to_owned() } else { String::new() },
        document,
        written: written.into_iter().filter(|rule| !matches!(rule.check, Check::Other)).collect(),
        generated,
        apply_one: spec["applyRules"] == "One",
        scored: json["metadata"]["annotations"]["policies.kyverno.io/scored"] != "false",
        action: action(text(&spec["validationFailureAction"])),
        overrides: Override::all(&spec["validationFailureActionOverrides"]),
        match_conditions: super::cel::MatchConditions::new(&spec["webhookConfiguration"]["matchConditions"])?,
    })
}
