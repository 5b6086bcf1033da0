//! Kyverno: ClusterPolicy, Policy, ValidatingPolicy, NamespacedValidatingPolicy and PolicyException.
//!
//! What Kyverno 1.19 answers in its admission webhook when an object is created, its results and its words.
//!
//! - `match` and `exclude`, preconditions, context, variables and references, `pattern`, `anyPattern`, `deny`, `foreach`,
//!   `podSecurity` (by [`Standards`], or other [`PodSecurityChecks`]), exceptions, the rules that are generated for controllers.
//! - Of two answers of upstream (its webhook's and its command line's) this gives the one that its own documentation means:
//!   whole numbers are whole in patterns and texts, and numbers in JMESPath.
//! - ValidatingPolicy: its CEL with Kyverno's libraries, variables, audit annotations, the rules for controllers.
//! - What no file says is [`Decision::Undecided`]: API calls, registries, who sends the object.
//! - Rules that mutate, generate or verify images are not judged: [`Loaded::not_judged`].
//!
//! # Limits
//! Everything that a policy evaluates about one object has one budget of steps and bytes. What meets it is an error.

mod autogen;
mod blame;
mod cel;
mod check;
mod conditions;
mod context;
mod evaluate;
mod exceptions;
mod fault;
mod images;
mod load;
mod matching;
mod mutating;
mod needs;
mod operators;
mod pattern;
mod pod_security;
mod rule;
mod standards;
mod summary;
mod variables;
mod versions;
mod vpol;
mod walk;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use podline_jmespath::{Budget, Map, ReadYaml, Value};

pub use crate::refusal::Refusal;
pub use fault::Need;
pub use load::{Loaded, NotJudged, claims, key, load};
pub use needs::Unknowable;
pub use pod_security::{BadValue, FailedCheck, FieldError, PodSecurityChecks};
pub use standards::Standards;
pub use summary::{RuleSummary, Summary};
pub use versions::before_1_19;

use crate::cluster::Cluster;
use crate::doubts::{Doubts, Truth, Unknown, doubted};
use crate::engine::{Operation, Review, Subject};
use crate::judgement::{Actions, Decision, Judgement, Mutation, Origin, Rule as RuleName, Violation};
use crate::matching::NAMESPACE;
use crate::meter::steps;
use context::{Context, Environment};
use evaluate::{Response, Status};
use exceptions::Exception;
use matching::{Candidate, namespace_labels, selects};
use rule::{Override, Policy, Rule};

/// What the engine needs from outside.
pub struct Settings {
    /// What `time_now` says: seconds and nanoseconds since 1970.
    pub now: (i64, u32),
    /// Reads YAML for `parse_yaml`.
    pub yaml: Arc<ReadYaml>,
    /// The Standards, as [`Standards`] has them; without them rules with `podSecurity` say nothing.
    pub pod_security: Option<Box<dyn PodSecurityChecks>>,
}

/// All policies that were loaded.
pub struct Engine {
    policies: Vec<Policy>,
    exceptions: Vec<Exception>,
    /// Those of `policies.kyverno.io`.
    validating: Vec<vpol::Policy>,
    validating_exceptions: Vec<vpol::Exception>,
    mutating: Vec<mutating::Mutating>,
    settings: Settings,
}

/// What the rules of an object share.
pub(crate) struct Scene<'a> {
    review: &'a Review<'a>,
    settings: &'a Settings,
    exceptions: &'a [Exception],
    /// The object with whole numbers as such.
    typed: &'a Value,
    /// What nobody knows of it.
    doubts: &'a Doubts<'a>,
}

impl Scene<'_> {
    fn candidate(&self) -> Candidate<'_> {
        Candidate::of(self.review, self.doubts)
    }
}

impl crate::engine::Engine for Engine {
    fn accepts(&self, subject: &Subject<'_>, cluster: &Cluster) -> bool {
        let kind = &subject.resource.kind;
        let lives_in =
            |namespace: &str| namespace.is_empty() || [Some(namespace), Some("")].contains(&subject.namespace);
        let classic = |policy: &Policy| {
            lives_in(&policy.namespace) && rules(policy, &kind.kind).iter().any(|rule| rule.matches.accepts(kind))
        };
        if self.policies.iter().any(classic) {
            return true;
        }
        // A name that is not generated yet may be any.
        let candidate = crate::matching::Candidate::new(*subject, Operation::Create, cluster);
        let validating = |policy: &vpol::Policy| {
            lives_in(&policy.namespace) && (subject.name.is_empty() || policy.accepts(&candidate))
        };
        self.validating.iter().any(validating)
    }

    fn judge(&self, review: &Review<'_>) -> Vec<Judgement> {
        self.judge_by_all(review, &Doubts::default())
    }

    fn judge_and_explain(&self, review: &Review<'_>, unknown: Unknown<'_>) -> Vec<Judgement> {
        self.judge_by_all(review, &Doubts::about(unknown))
    }

    /// Kyverno makes rules for controllers.
    fn judges_pods_of_controllers(&self) -> bool {
        false
    }

    fn has_mutations(&self) -> bool {
        !self.mutating.is_empty()
    }

    fn mutations(&self, review: &Review<'_>) -> Vec<Mutation> {
        self.mutating.iter().filter_map(|one| one.may_change(review)).collect()
    }
}

impl Engine {
    /// What the policies say. Where something is not known, it is said of what passes too which fields it depends on.
    fn judge_by_all(&self, review: &Review<'_>, doubts: &Doubts<'_>) -> Vec<Judgement> {
        let (typed, plain) = (Value::from_typed_json(review.object), Value::from_json(review.object));
        let scene = Scene { review, settings: &self.settings, exceptions: &self.exceptions, typed: &typed, doubts };
        let parsed = RefCell::new(HashMap::new());
        let seen = RefCell::default();
        let mut rows = Vec::new();
        for policy in self.policies.iter().filter(|policy| review.meter.is_open(policy.document)) {
            let budget = Budget::default();
            let environment = Environment {
                seen: doubts.unknown().map(|_| &seen),
                doubts,
                cluster: review.cluster,
                settings: &self.settings,
                budget: &budget,
                object: &plain,
                kind: &review.subject.resource.kind.kind,
                user: review.user,
                parsed: &parsed,
            };
            judge(policy, &scene, &environment, &mut rows);
            let (given, left) = (Budget::default().left(), budget.left());
            let used = steps(given.0.saturating_sub(left.0), given.1.saturating_sub(left.1));
            review.meter.pay(policy.document, used);
        }
        let open = self.validating.iter().filter(|policy| review.meter.is_open(policy.document));
        let validating = |policy| vpol::judge(policy, &self.validating_exceptions, review, doubts);
        rows.extend(open.flat_map(validating));
        // In the order of the documents, whichever kind they are of.
        rows.sort_by_key(|row| row.origin.document);
        rows
    }
}

/// The rules that run for a kind: with generated ones for controllers.
fn rules<'p>(policy: &'p Policy, kind: &str) -> &'p [Rule] {
    policy.generated.iter().find(|(known, _)| *known == kind).map_or(&policy.written, |(_, rules)| rules)
}

fn judge<'a>(policy: &'a Policy, scene: &Scene<'a>, environment: &'a Environment<'a>, rows: &mut Vec<Judgement>) {
    let review = scene.review;
    let namespace = crate::json::text(&review.object["metadata"]["namespace"]);
    let mut open = Vec::new();
    if !policy.namespace.is_empty() {
        let Some(concerned) = lives_in(&policy.namespace, namespace, review, scene.doubts) else { return };
        open = concerned;
    }
    let candidate = scene.candidate();
    let mut context: Option<Context<'a>> = None;
    let mut concerned = None;
    for rule in rules(policy, &review.subject.resource.kind.kind) {
        let matches = rule.matches.matches(&candidate).and(|| rule.excludes.excludes(&candidate).not());
        let mut fields = scene.doubts.settle(matches);
        if matches == Truth::No {
            continue;
        }
        let conditions = || {
            let conditions = policy.match_conditions.as_ref();
            conditions.map_or((true, Vec::new()), |it| it.hold(policy.document, review, scene.doubts))
        };
        let (holds, because) = concerned.get_or_insert_with(conditions);
        if !*holds {
            return;
        }
        fields.extend(open.iter().chain(&*because).cloned());
        let context = context.get_or_insert_with(|| {
            let mut context = Context::new(environment, request(review, environment.object));
            context.checkpoint();
            context
        });
        let Some((response, properties)) = evaluate::respond(rule, policy, context, scene) else { continue };
        let applied = matches!(response.status, Status::Pass | Status::Fail);
        let is_open = !fields.is_empty();
        rows.extend(doubted(vec![row(policy, rule, scene, response, properties.as_ref())], fields.clone()));
        if policy.apply_one && applied {
            if !is_open {
                break;
            }
            // Only if this rule is not for the object are later ones asked.
            open.extend(fields);
        }
    }
}

/// Is a policy of a namespace for an object there? Then the fields that leave it open.
fn lives_in(policy: &str, namespace: &str, review: &Review<'_>, doubts: &Doubts<'_>) -> Option<Vec<Violation>> {
    let is_open = review.subject.namespace.is_some() && doubts.is(&NAMESPACE);
    let is_there = namespace == policy && review.subject.namespace.is_some();
    (is_open || is_there).then(|| doubts.settle(if is_open { Truth::Unknown } else { Truth::Yes }))
}

/// `request`, as the webhook gets it for an object that is created.
fn request(review: &Review<'_>, object: &Value) -> Value {
    let kind = &review.subject.resource.kind;
    let text = |text: &str| Value::text(text);
    let map = |entries: Vec<(&str, Value)>| {
        Value::object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
    };
    let gvk = map(vec![("group", text(&kind.group)), ("version", text(&kind.version)), ("kind", text(&kind.kind))]);
    let resource = map(vec![
        ("group", text(&kind.group)),
        ("version", text(&kind.version)),
        ("resource", text(&review.subject.resource.plural)),
    ]);
    let metadata = &review.object["metadata"];
    let mut entries = vec![
        ("uid", text("")),
        ("operation", text(review.operation.name())),
        ("kind", gvk.clone()),
        ("resource", resource.clone()),
        ("requestKind", gvk),
        ("requestResource", resource),
        ("object", object.clone()),
        ("oldObject", Value::Null),
        ("options", Value::Null),
        ("dryRun", Value::Bool(false)),
    ];
    if let Some(name) = metadata["name"].as_str().filter(|name| !name.is_empty()) {
        entries.push(("name", text(name)));
    }
    if let Some(namespace) = review.subject.namespace {
        entries.push(("namespace", text(namespace)));
    }
    if !review.user.name.is_empty() {
        let groups = review.user.groups.iter().map(|group| text(group)).collect();
        entries.push(("userInfo", map(vec![("username", text(&review.user.name)), ("groups", Value::array(groups))])));
    }
    map(entries)
}

fn row(policy: &Policy, rule: &Rule, scene: &Scene<'_>, response: Response, properties: Option<&Value>) -> Judgement {
    let decision = match response.status {
        Status::Pass => Decision::Pass,
        Status::Fail if policy.scored => Decision::Fail,
        Status::Fail => Decision::Warn,
        Status::Error => Decision::Error,
        Status::Skip => Decision::Skip,
        Status::Exempt => Decision::Exempt,
        Status::Unknown(_) => Decision::Undecided,
    };
    let property = |name: &str| {
        let text = properties?.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    let by_status = match response.status {
        Status::Pass => property("passMessage"),
        Status::Fail => property("failMessage"),
        Status::Error => property("errorMessage"),
        Status::Skip | Status::Exempt => property("skipMessage"),
        Status::Unknown(_) => None,
    };
    let message = match response.status {
        Status::Unknown(_) => response.message,
        _ => property("message").or(by_status).unwrap_or(response.message),
    };
    Judgement {
        policy: policy.key.clone(),
        binding: None,
        param: None,
        rule: RuleName::Named(rule.name.clone()),
        decision,
        actions: actions(policy, rule, scene),
        message,
        reason: None,
        converted: None,
        violations: response.violations,
        origin: Origin { document: policy.document, path: rule.path.clone() },
        exempted_by: response.exempted_by,
    }
}

/// Does a failure deny, or is it audited?
fn actions(policy: &Policy, rule: &Rule, scene: &Scene<'_>) -> Actions {
    let labels = namespace_labels(&scene.review.subject, scene.review.cluster);
    let namespace = crate::json::text(&scene.review.object["metadata"]["namespace"]);
    let found = |overrides: &[Override]| {
        overrides
            .iter()
            .find(|one| {
                let named = one.namespaces.is_empty()
                    || one.namespaces.iter().any(|pattern| podline_jmespath::wildcard::matches(pattern, namespace));
                named
                    && one.selector.as_ref().is_none_or(|selector| selects(selector, &labels, |_| false) == Truth::Yes)
            })
            .map(|one| one.action)
    };
    found(&rule.overrides).or(rule.action).or_else(|| found(&policy.overrides)).unwrap_or(policy.action)
}
