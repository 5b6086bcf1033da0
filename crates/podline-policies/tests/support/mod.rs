//! What several tests share.
#![allow(dead_code)] // each uses some of it

pub mod judged;
pub mod kyverno;
pub mod kyverno_answers;
pub mod refused;
pub mod stored;
pub mod untouched;
pub mod yaml;

use std::io::Read as _;
use std::path::Path;

use podline_policies::{
    Cluster, Engine, GroupVersionKind, Judgement, Meter, Operation, Review, Rule, Subject, User, vap,
};
use serde_json::Value;

/// The cases of a file of vectors, or nothing (with a word) where they are not there.
#[allow(clippy::print_stdout, reason = "a test that skips says so")]
pub fn vectors(name: &str) -> Option<Vec<Value>> {
    let path = format!("{}/../../../shared/vectors/{name}.jsonl.gz", env!("CARGO_MANIFEST_DIR"));
    if !Path::new(&path).exists() {
        println!("skipped: there are no vectors of {name}");
        return None;
    }
    let file = std::fs::File::open(path).expect("the vectors");
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("packed vectors");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect())
}

/// The cases of a file of vectors, each with what `judge` makes of it, or nothing where they are not there. `CASE=name`
/// chooses one.
pub fn judged_cases<T: Send>(name: &str, judge: impl Fn(&Value) -> T + Sync) -> Option<Vec<(Value, T)>> {
    let mut cases = vectors(name)?;
    if let Ok(only) = std::env::var("CASE") {
        cases.retain(|case| case["name"] == only);
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let chunk = cases.len().div_ceil(threads).max(1);
    let judge_all = |cases: &[Value]| cases.iter().map(|case| (case.clone(), judge(case))).collect::<Vec<_>>();
    Some(std::thread::scope(|scope| {
        let running: Vec<_> = cases.chunks(chunk).map(|cases| scope.spawn(|| judge_all(cases))).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    }))
}

/// What an engine says of a review: it accepted the subject before, and says the same again.
pub fn rows_of(engine: &dyn Engine, review: &Review<'_>) -> Vec<Judgement> {
    let rows = engine.judge(review);
    assert!(rows.is_empty() || engine.accepts(&review.subject, review.cluster), "what is judged was accepted");
    assert_eq!(rows, engine.judge(review), "the same review has the same answer");
    rows
}

/// An object, the policies that judge it, and what else is in view.
pub struct Case {
    policies: Vec<Value>,
    cluster: Cluster,
    user: User,
}

impl Case {
    /// Policies, bindings, params and definitions, as one stream of YAML. All of them are sound.
    pub fn new(policies: &str) -> Case {
        let policies = yaml::documents(policies);
        let mut cluster = Cluster::new();
        for document in policies.iter().filter(|document| !vap::claims(document)) {
            cluster.add(document.clone());
        }
        Case { policies, cluster, user: User::named("alice") }
    }

    /// One policy of these lines of its spec, and a binding that denies.
    pub fn of(spec: &str) -> Case {
        Case::new(&format!("{}\n---\n{}", policy(spec), binding("")))
    }

    /// Puts more into view: namespaces.
    pub fn with(mut self, documents: &str) -> Case {
        for document in yaml::documents(documents) {
            self.cluster.add(document);
        }
        self
    }

    /// Who sends the object.
    pub fn by(mut self, user: &str) -> Case {
        self.user = User::named(user);
        self
    }

    /// The judgements of an object, which is given as it is stored.
    pub fn judge(&self, object: &str) -> Vec<Judgement> {
        let loaded = vap::load(&self.policies);
        assert!(loaded.refused.is_empty(), "{:#?}", loaded.refused);
        let object = yaml::documents(object).remove(0);
        review(&loaded.engine, &object, self)
    }

    /// The judgements as lines: binding, param, rule, result, actions, message.
    pub fn rows(&self, object: &str) -> Vec<String> {
        self.judge(object).iter().map(row).collect()
    }
}

/// The lines of a spec with these validations.
pub fn validations(expressions: &[&str]) -> String {
    let lines = |all: String, expression: &&str| all + "- expression: " + &Value::from(*expression).to_string() + "\n";
    expressions.iter().fold("validations:\n".to_owned(), lines)
}

/// A policy named `p` of these lines of its spec; what it matches is added unless they say so.
pub fn policy(spec: &str) -> String {
    let matches = "  matchConstraints:\n    resourceRules:\n    - {apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}\n";
    let matches = if spec.contains("matchConstraints:") { "" } else { matches };
    let head =
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p}\nspec:\n";
    format!("{head}{matches}{}", indented(spec))
}

/// A binding named `b` of the policy `p`, which denies unless the lines say otherwise.
pub fn binding(spec: &str) -> String {
    let actions = if spec.contains("validationActions") { "" } else { "  validationActions: [Deny]\n" };
    let head = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec:\n";
    format!("{head}  policyName: p\n{actions}{}", indented(spec))
}

/// Lines that stand two columns deeper.
pub fn indented(lines: &str) -> String {
    lines.lines().fold(String::new(), |all, line| all + "  " + line + "\n")
}

/// Asks about an object that is created. What is converted gets a field that tells so.
pub fn review_of<T>(object: &Value, cluster: &Cluster, user: &User, ask: impl FnOnce(&Review<'_>) -> T) -> T {
    let convert = |to: &GroupVersionKind| {
        let mut converted = object.clone();
        converted["apiVersion"] = to.api_version().into();
        converted["spec"]["converted"] = true.into();
        Some(converted)
    };
    review_in(object, cluster, user, |review| ask(&Review { convert: &convert, ..*review }))
}

/// Asks about an object that is created, and cannot be converted.
pub fn review_in<T>(object: &Value, cluster: &Cluster, user: &User, ask: impl FnOnce(&Review<'_>) -> T) -> T {
    let text = |key: &str| object[key].as_str().expect("apiVersion and kind");
    let resource = cluster.resource(&GroupVersionKind::new(text("apiVersion"), text("kind")));
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
    let subject = Subject {
        resource: &resource,
        name: object["metadata"]["name"].as_str().unwrap_or_default(),
        namespace: resource.namespaced.then_some(namespace),
    };
    ask(&Review {
        subject,
        object,
        user,
        operation: Operation::Create,
        cluster,
        convert: &|_| None,
        meter: &Meter::default(),
    })
}

fn review(engine: &vap::Engine, object: &Value, case: &Case) -> Vec<Judgement> {
    review_of(object, &case.cluster, &case.user, |review| rows_of(engine, review))
}

/// A judgement as one line.
pub fn row(judgement: &Judgement) -> String {
    let rule = match &judgement.rule {
        Rule::Whole => "-".to_owned(),
        Rule::Validation(index) => index.to_string(),
        Rule::Named(name) => name.to_string(),
    };
    let binding = judgement.binding.as_deref().unwrap_or("-");
    let param = judgement.param.as_deref().map(|param| format!("({param})")).unwrap_or_default();
    let actions: Vec<&str> = judgement.actions.names().collect();
    let (result, message) = (judgement.decision.word(), &judgement.message);
    format!("{binding}{param} {rule} {result} [{}] {message}", actions.join(" ")).trim_end().to_owned()
}
