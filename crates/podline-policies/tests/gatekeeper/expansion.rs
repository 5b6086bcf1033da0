//! What objects imply.

use super::{DEPLOYMENT, constraint, judge, path, refusal, refusing, stream, template, told};

/// An ExpansionTemplate from one kind (`group/version/Kind`) to another.
fn expansion(name: &str, from: &str, source: &str, to: &str, more: &str) -> String {
    let parts = |kind: &str| kind.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let applies = format!("[{{groups: ['{}'], versions: ['{}'], kinds: ['{}']}}]", from[0], from[1], from[2]);
    let makes = format!("{{group: '{}', version: '{}', kind: '{}'}}", to[0], to[1], to[2]);
    format!(
        "{{apiVersion: expansion.gatekeeper.sh/v1beta1, kind: ExpansionTemplate, metadata: {{name: {name}}}, \
         spec: {{applyTo: {applies}, templateSource: {source}, generatedGVK: {makes}{more}}}}}"
    )
}

fn pods(more: &str) -> String {
    expansion("pods", "apps/v1/Deployment", "spec.template", "/v1/Pod", more)
}

const PODS_ONLY: &str = "match: {kinds: [{kinds: [Pod]}]}";

#[test]
fn without_a_template_a_workload_implies_nothing() {
    assert!(judge(&stream(&[&refusing(), &constraint(PODS_ONLY)]), DEPLOYMENT).is_empty());
}

#[test]
fn what_is_implied_is_told_of_its_owner() {
    let rows = judge(&stream(&[&refusing(), &constraint(PODS_ONLY), &pods("")]), DEPLOYMENT);
    assert_eq!(told(&rows), ["K8sRule/c fail Deny [Implied by pods] never"]);
}

#[test]
fn it_has_a_name_a_namespace_and_an_owner() {
    let shown = "object.kind + ' ' + object.metadata.namespace + '/' + object.metadata.name + ' of ' + \
                 object.metadata.ownerReferences[0].kind";
    let code = format!("validations: [{{expression: 'false', messageExpression: \"{shown}\"}}]");
    let rows = judge(&stream(&[&template(&code), &constraint(PODS_ONLY), &pods("")]), DEPLOYMENT);
    assert_eq!(told(&rows), ["K8sRule/c fail Deny [Implied by pods] Pod shop/web-pod of Deployment"]);
}

#[test]
fn the_action_of_the_template_counts_instead() {
    let rows = judge(&stream(&[&refusing(), &constraint(PODS_ONLY), &pods(", enforcementAction: warn")]), DEPLOYMENT);
    assert_eq!(told(&rows), ["K8sRule/c fail Warn [Implied by pods] never"]);
}

#[test]
fn source_tells_what_is_implied_from_what_is_sent() {
    let of = |source: &str| {
        let constraint = constraint(&format!("match: {{source: {source}}}"));
        told(&judge(&stream(&[&refusing(), &constraint, &pods("")]), DEPLOYMENT))
    };
    assert_eq!(of("Generated"), ["K8sRule/c fail Deny [Implied by pods] never"]);
    assert_eq!(of("Original"), ["K8sRule/c fail Deny never"]);
    assert_eq!(of("All").len(), 2);
}

#[test]
fn templates_make_chains() {
    let cron = "{apiVersion: batch/v1, kind: CronJob, metadata: {name: tick, namespace: shop}, spec: {schedule: '* * * * *', \
                jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}";
    let jobs = expansion("jobs", "batch/v1/CronJob", "spec.jobTemplate", "batch/v1/Job", "");
    let pods = expansion("pods", "batch/v1/Job", "spec.template", "/v1/Pod", "");
    let code = "validations: [{expression: 'has(object.spec.nodeName)', message: never}]";
    let rows = judge(&stream(&[&template(code), &constraint(PODS_ONLY), &pods, &jobs]), cron);
    assert_eq!(told(&rows), ["K8sRule/c fail Deny [Implied by pods] never"]);
    let blame = rows[0].blame().expect("a field");
    assert_eq!(path(&blame.path), "spec.jobTemplate.spec.template.spec.nodeName");
}

#[test]
fn a_failure_points_into_the_owner() {
    let code = "validations: [{expression: '!object.spec.hostNetwork', message: never}]";
    let rows = judge(&stream(&[&template(code), &constraint(PODS_ONLY), &pods("")]), DEPLOYMENT);
    assert_eq!(path(&rows[0].blame().expect("a field").path), "spec.template.spec.hostNetwork");
}

#[test]
fn a_source_that_is_not_there_is_an_error_beside_the_other_rows() {
    let wrong = expansion("wrong", "apps/v1/Deployment", "spec.nothing", "/v1/Pod", "");
    let rows = told(&judge(&stream(&[&refusing(), &constraint("match: {}"), &wrong]), DEPLOYMENT));
    let text = "error expanding resource web: could not find source field \"spec.nothing\" in resource web";
    assert_eq!(rows, ["K8sRule/c fail Deny never".to_owned(), format!("ExpansionTemplate error Deny {text}")]);
}

#[test]
fn templates_without_a_source_or_that_apply_to_what_they_make_are_refused() {
    let source = refusal(&expansion("e", "apps/v1/Deployment", "''", "/v1/Pod", ""));
    assert_eq!(source, ("ExpansionTemplate e has empty source field".to_owned(), "spec.templateSource".to_owned()));
    let (text, _) = refusal(&expansion("e", "/v1/Pod", "spec", "/v1/Pod", ""));
    assert_eq!(text, "ExpansionTemplate e generates GVK /v1, Kind=Pod, but also applies to that same GVK");
}

#[test]
fn the_template_that_closes_a_cycle_is_refused() {
    let back = expansion("back", "/v1/Pod", "spec", "apps/v1/Deployment", "");
    let (text, path) = refusal(&stream(&[&pods(""), &back]));
    assert_eq!(text, "error upserting template back: template forms expansion cycle");
    assert_eq!(path, "spec.generatedGVK");
}
