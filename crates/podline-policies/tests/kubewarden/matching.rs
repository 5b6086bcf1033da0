//! Which objects a policy is asked about.

use super::{SERVICE, deployment, judge, judge_in, pod, policy};

const NAMESPACES: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {env: prod}}}";
const OWN: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: kubewarden}, spec: {}}";
const ROLE: &str = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: null}";

fn labels(spec: &str) -> String {
    let settings = "settings: {criteria: containsAnyOf, values: [owner]}";
    policy(&format!("module: ghcr.io/kubewarden/policies/labels:v1\n{settings}\n{spec}"))
}

fn is_asked(spec: &str, object: &str) -> bool {
    !judge_in(NAMESPACES, &labels(spec), object).is_empty()
}

fn rule(groups: &str, resources: &str) -> String {
    format!(
        "rules: [{{apiGroups: ['{groups}'], apiVersions: ['*'], operations: [CREATE], resources: ['{resources}']}}]"
    )
}

#[test]
fn only_what_the_rules_name_is_judged() {
    assert!(is_asked(&rule("", "pods"), &pod("")));
    assert!(!is_asked(&rule("", "pods"), &deployment("")));
    assert!(is_asked(&rule("apps", "deployments"), &deployment("")));
    assert!(is_asked(&rule("", "pods/*"), &pod("")));
    assert!(!is_asked(&rule("", "pods/exec"), &pod("")));
    let update = "rules: [{apiGroups: [''], apiVersions: [v1], operations: [UPDATE], resources: [pods]}]";
    assert!(!is_asked(update, &pod("")));
}

#[test]
fn any_rule_suffices() {
    let rules = "rules:\n- {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}\n- {apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [pods]}";
    assert!(is_asked(rules, &pod("")) && is_asked(rules, &deployment("")) && !is_asked(rules, SERVICE));
}

#[test]
fn the_scope_of_a_rule_tells_namespaced_objects_from_others() {
    let rule =
        "rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: Namespaced}]";
    assert!(is_asked(rule, &pod("")));
    assert!(!is_asked(rule, ROLE) && !is_asked(rule, NAMESPACES));
}

#[test]
fn the_controller_drops_match_labels_of_the_namespace_selector() {
    assert!(is_asked("namespaceSelector: {matchLabels: {env: dev}}", &pod("")));
    let expression = |value: &str| {
        format!("namespaceSelector: {{matchExpressions: [{{key: env, operator: In, values: [{value}]}}]}}")
    };
    assert!(is_asked(&expression("prod"), &pod("")));
    assert!(!is_asked(&expression("dev"), &pod("")));
}

#[test]
fn a_policy_that_is_allowed_inside_kubewardens_namespace_selects_as_written() {
    let inside = "allowInsideAdmissionControllerNamespace: true\n";
    assert!(!is_asked(&format!("{inside}namespaceSelector: {{matchLabels: {{env: dev}}}}"), &pod("")));
    assert!(is_asked(&format!("{inside}namespaceSelector: {{matchLabels: {{env: prod}}}}"), &pod("")));
    assert!(is_asked(inside, OWN));
}

#[test]
fn kubewardens_own_namespace_is_left_out() {
    assert!(!is_asked("", OWN));
    assert!(!is_asked("", "{apiVersion: v1, kind: Namespace, metadata: {name: kubewarden}}"));
}

#[test]
fn a_namespace_is_selected_by_its_own_labels_and_other_cluster_scoped_objects_always() {
    let dev = "namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [dev]}]}";
    assert!(!is_asked(dev, NAMESPACES));
    assert!(is_asked(dev, "{apiVersion: v1, kind: Namespace, metadata: {name: new, labels: {env: dev}}}"));
    assert!(is_asked(dev, ROLE));
}

#[test]
fn the_object_selector_looks_at_the_objects_labels() {
    let selector = "objectSelector: {matchLabels: {app: web}}";
    assert!(!is_asked(selector, &pod("")));
    let labelled = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team, labels: {app: web}}, spec: {}}";
    assert!(is_asked(selector, labelled));
}

#[test]
fn a_policy_of_a_namespace_is_asked_about_that_namespace_alone() {
    let own = |namespace: &str| {
        let rules = "rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: ['*']}]";
        let metadata = format!("metadata: {{name: p{namespace}}}");
        labels(rules).replace("ClusterAdmissionPolicy", "AdmissionPolicy").replace("metadata: {name: p}", &metadata)
    };
    assert_eq!(judge(&own(", namespace: team"), &pod("")).len(), 1);
    assert!(judge(&own(", namespace: other"), &pod("")).is_empty());
    assert!(judge(&own(""), &pod("")).is_empty(), "without one it is in default");
}

#[test]
fn all_match_conditions_must_hold() {
    let conditions = |second: &str| {
        format!("matchConditions: [{{name: a, expression: 'true'}}, {{name: b, expression: \"{second}\"}}]")
    };
    assert!(is_asked(&conditions("object.metadata.name == 'web'"), &pod("")));
    assert!(!is_asked(&conditions("object.metadata.name != 'web'"), &pod("")));
    assert!(is_asked(&conditions("request.kind.kind == 'Pod' && request.operation == 'CREATE'"), &pod("")));
}

#[test]
fn a_match_condition_that_breaks_is_an_error_unless_failures_are_ignored() {
    let condition = "matchConditions: [{name: a, expression: object.spec.nothing == 1}]";
    let rows = judge(&labels(&format!("mode: monitor\n{condition}")), &pod(""));
    let text = "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing";
    assert_eq!((rows[0].decision.word(), rows[0].message.as_str()), ("error", text));
    assert_eq!(rows[0].actions, podline_policies::Actions::DENY, "the API server refuses, whatever the mode is");
    assert_eq!(super::path(&rows[0].violations[0].path), "spec.nothing");
    assert_eq!(super::path(&rows[0].origin.path), "spec.matchConditions[0].expression");
    assert!(judge(&labels(&format!("failurePolicy: Ignore\n{condition}")), &pod("")).is_empty());
}

#[test]
fn a_condition_on_the_authorizer_leaves_the_policy_undecided_unless_another_is_false() {
    let asks = "{name: a, expression: \"authorizer.group('').resource('pods').check('create').allowed()\"}";
    let rows = judge(&labels(&format!("matchConditions: [{asks}]")), &pod(""));
    assert_eq!(rows[0].decision.word(), "undecided");
    assert!(
        judge(&labels(&format!("matchConditions: [{asks}, {{name: b, expression: 'false'}}]")), &pod("")).is_empty()
    );
}

#[test]
fn webhooks_are_not_asked_about_webhooks() {
    let webhook = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w}, webhooks: null}";
    assert!(!is_asked("", webhook));
}

#[test]
fn another_version_of_the_resource_is_converted_unless_the_match_is_exact() {
    let rule = "rules: [{apiGroups: [autoscaling], apiVersions: [v1], operations: [CREATE], resources: [horizontalpodautoscalers]}]";
    let object =
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: team}, spec: {}}";
    assert!(is_asked(rule, object));
    assert!(!is_asked(&format!("{rule}\nmatchPolicy: Exact"), object));
}
