//! Kubewarden's policies.

#[path = "../support/mod.rs"]
mod support;

mod documents;
mod groups;
mod images;
mod matching;
mod names;
mod others;
mod pods;
mod properties;
mod psp;
mod vectors;
mod verdicts;

use podline_policies::{Cluster, Judgement, Step, User, kubewarden};
use support::{review_of, rows_of, yaml};

/// A policy of the cluster named `p` that is asked about everything, of these lines of its spec.
fn policy(spec: &str) -> String {
    let rules = "  rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]\n";
    let mutating = if spec.contains("mutating:") { "" } else { "  mutating: false\n" };
    let rules = if spec.contains("rules:") { "" } else { rules };
    let head = "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicy\nmetadata: {name: p}\nspec:\n";
    format!("{head}{rules}{mutating}{}", support::indented(spec))
}

/// A policy that names a module of the official registry.
fn of_module(module: &str, settings: &str) -> String {
    policy(&format!("module: ghcr.io/kubewarden/policies/{module}:v1.0.0\nsettings: {settings}"))
}

/// A Pod with these fields of its spec.
fn pod(spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: team}}, spec: {{{spec}}}}}")
}

/// A Deployment with these fields of its pods' spec.
fn deployment(spec: &str) -> String {
    let template = format!("{{spec: {{{spec}}}}}");
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, namespace: team}}, spec: {{template: {template}}}}}"
    )
}

const SERVICE: &str = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: team}, spec: {}}";

/// What sound policies say about an object, which is given as it is stored. `view` holds namespaces.
fn judge_in(view: &str, policies: &str, object: &str) -> Vec<Judgement> {
    let loaded = kubewarden::load(&yaml::documents(policies));
    assert_eq!((&*loaded.refused, &*loaded.not_judged), (&[][..], &[][..]));
    let mut cluster = Cluster::new();
    for document in yaml::documents(view) {
        cluster.add(document);
    }
    review_of(&yaml::documents(object).remove(0), &cluster, &User::named("alice"), |review| {
        rows_of(&loaded.engine, review)
    })
}

fn judge(policies: &str, object: &str) -> Vec<Judgement> {
    judge_in("", policies, object)
}

/// One row as text: its result, and its message.
fn told(row: &Judgement) -> String {
    format!("{} {}", row.decision.word(), row.message).trim_end().to_owned()
}

/// What the one policy says.
fn answer_of(policies: &str, object: &str) -> String {
    let rows = judge(policies, object);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    told(&rows[0])
}

/// What a module says: `pass`, `fail MESSAGE`, `error …`. What it would change is a failure, since it must not.
fn answer(module: &str, settings: &str, object: &str) -> String {
    answer_of(&of_module(module, settings), object).replace(MUTATION, "MUTATION")
}

const MUTATION: &str = "Request rejected by policy clusterwide-p. The policy attempted to mutate the request, but it is currently configured to not allow mutations.";

/// The fields that a module blames; in brackets those that are not there.
fn blamed(module: &str, settings: &str, object: &str) -> Vec<String> {
    let rows = judge(&of_module(module, settings), object);
    let paths = rows[0].violations.iter().map(|violation| (path(&violation.path), violation.found));
    paths.map(|(path, found)| if found { path } else { format!("({path})") }).collect()
}

fn path(steps: &[Step]) -> String {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(index) => format!("[{index}]"),
    });
    steps.collect::<String>().trim_start_matches('.').to_owned()
}

/// Why a module refuses its settings.
fn refusal(module: &str, settings: &str) -> String {
    let loaded = kubewarden::load(&yaml::documents(&of_module(module, settings)));
    assert_eq!(loaded.refused.len(), 1, "{module} takes {settings}");
    assert_eq!(path(&loaded.refused[0].errors[0].path), "spec.settings");
    loaded.refused[0].text.clone()
}
