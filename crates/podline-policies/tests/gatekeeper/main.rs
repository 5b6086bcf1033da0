//! Gatekeeper's templates and constraints.

#[path = "../support/mod.rs"]
mod support;

mod cel;
mod config;
mod enforcement;
mod expansion;
mod inventory;
mod matching;
mod parameters;
mod properties;
mod refusals;
mod rego;
mod schemas;
mod vectors;

use std::sync::Arc;

use podline_policies::{Cluster, Judgement, Step, User, gatekeeper};
use serde_json::Value;
use support::stored::stored;
use support::{review_of, rows_of, yaml};

/// A template of the kind `K8sRule` in CEL that lets nothing pass, with these lines behind `parameters:` if any.
fn template(code: &str) -> String {
    let head = "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: k8srule}\nspec:\n";
    let target = "  targets:\n  - target: admission.k8s.gatekeeper.sh\n    code:\n    - engine: K8sNativeValidation\n      source:\n";
    format!("{head}  crd: {{spec: {{names: {{kind: K8sRule}}}}}}\n{target}{}", indented(code, 8))
}

/// A template of the same kind in Rego of version 0, with libraries.
fn rego(module: &str, libraries: &[&str]) -> String {
    let head = template("").split("    code:").next().unwrap_or_default().to_owned();
    let text = |text: &str| format!("|\n{}", indented(text, 8));
    let libraries = libraries.iter().fold(String::new(), |all, library| all + "    - " + &text(library));
    let libraries = if libraries.is_empty() { libraries } else { format!("    libs:\n{libraries}") };
    format!("{head}    rego: {}{libraries}", text(module))
}

/// Lines that stand so many columns deeper.
fn indented(lines: &str, columns: usize) -> String {
    let indentation = " ".repeat(columns);
    lines.lines().fold(String::new(), |all, line| all + &indentation + line + "\n")
}

/// A template that refuses every object.
fn refusing() -> String {
    template("validations: [{expression: 'false', message: never}]")
}

/// A constraint of that kind, of these lines of its spec.
fn constraint(spec: &str) -> String {
    let head = "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sRule\nmetadata: {name: c}\n";
    format!("{head}spec:\n{}", indented(spec, 2))
}

/// Loads documents with all that the engine may need from outside.
fn load(documents: &[Value]) -> gatekeeper::Loaded {
    let first =
        |text: &str| yaml::try_documents(text).map(|mut all| if all.is_empty() { Value::Null } else { all.remove(0) });
    gatekeeper::load(documents, gatekeeper::Settings { yaml: Some(Arc::new(first)) })
}

/// Documents as one stream.
fn stream(documents: &[&str]) -> String {
    documents.join("\n---\n")
}

/// What sound policies say about an object. `view` holds Namespaces.
fn judge_in(view: &str, policies: &str, object: &str) -> Vec<Judgement> {
    let loaded = load(&yaml::documents(policies));
    assert_eq!(loaded.refused, []);
    let mut cluster = Cluster::new();
    for document in yaml::documents(view) {
        let stored = stored(&document, &Cluster::new()).expect("a sound object");
        cluster.add(stored.object().clone());
    }
    let object = stored(&yaml::documents(object).remove(0), &cluster).expect("a sound object");
    review_of(object.object(), &cluster, &User::default(), |review| rows_of(&loaded.engine, review))
}

fn judge(policies: &str, object: &str) -> Vec<Judgement> {
    judge_in("", policies, object)
}

/// The rows as text: constraint, result, actions, message.
fn told(rows: &[Judgement]) -> Vec<String> {
    let row = |row: &Judgement| {
        let actions: Vec<&str> = row.actions.names().collect();
        let (result, message) = (row.decision.word(), &row.message);
        format!("{} {result} {} {message}", row.policy, actions.join("+")).trim_end().to_owned()
    };
    rows.iter().map(row).collect()
}

/// Does a constraint with this `match` concern an object?
fn concerns(view: &str, matches: &str, object: &str) -> bool {
    let policies = stream(&[&refusing(), &constraint(&format!("match: {matches}"))]);
    !judge_in(view, &policies, object).is_empty()
}

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: shop, labels: {app: web}}, \
                   spec: {containers: [{name: c, image: nginx}]}}";
const DEPLOYMENT: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, \
                          spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, \
                          spec: {hostNetwork: true, containers: [{name: c, image: nginx}]}}}}";
const NAMESPACE: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}";
const CLUSTER_ROLE: &str =
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: admin}, rules: []}";

fn path(steps: &[Step]) -> String {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(index) => format!("[{index}]"),
    });
    steps.collect::<String>().trim_start_matches('.').to_owned()
}

/// What is refused: the text, and the first field.
fn refusal(policies: &str) -> (String, String) {
    let loaded = load(&yaml::documents(policies));
    assert!(!loaded.refused.is_empty(), "nothing is refused");
    (loaded.refused[0].text.clone(), path(&loaded.refused[0].errors[0].path))
}
