//! What the expressions of a policy see.

mod support;

use support::{Case, binding, policy, validations};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team}, spec: {list: [1], text: a}}";
const WIDGET: &str =
    "{apiVersion: example.com/v1, kind: Widget, metadata: {name: web, namespace: team}, spec: {list: [1], none: null}}";
const ROLE: &str = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: null}";
const TEAM: &str =
    "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {env: prod}, annotations: {a: b}}}";

fn case(expressions: &[&str]) -> Case {
    Case::of(&validations(expressions)).with(TEAM)
}

/// Do all of the expressions hold for an object?
fn hold(expressions: &[&str], object: &str) {
    let rows = case(expressions).rows(object);
    let passes: Vec<String> = (0..expressions.len()).map(|index| format!("b {index} pass []")).collect();
    assert_eq!(rows, passes);
}

/// The error of an expression.
fn error(expression: &str, object: &str) -> String {
    let row = case(&[expression]).rows(object).remove(0);
    let start = format!("b 0 error [Deny] expression '{expression}' resulted in error: ");
    row.strip_prefix(&start).unwrap_or_else(|| panic!("{row}")).to_owned()
}

#[test]
fn there_is_no_old_object() {
    hold(&["oldObject == null", "!has(oldObject.spec)"], POD);
    assert_eq!(error("oldObject.spec == 1", POD), "no such key: spec");
}

#[test]
fn the_request_tells_what_is_created_by_whom() {
    hold(
        &[
            "request.operation == 'CREATE' && !request.dryRun",
            "request.name == 'web' && request.namespace == 'team'",
            "request.kind.kind == 'Pod' && request.kind.group == '' && request.kind.version == 'v1'",
            "request.resource.resource == 'pods' && request.requestResource.resource == 'pods'",
            "request.userInfo.username == 'alice' && request.userInfo.groups == ['system:authenticated']",
            "!has(request.userInfo.uid) && !has(request.userInfo.extra)",
            "!has(request.subResource)",
            "request.options.kind == 'CreateOptions'",
        ],
        POD,
    );
    assert_eq!(error("request.subResource == ''", POD), "no such key: subResource");
}

#[test]
fn service_accounts_have_their_groups() {
    let groups = "request.userInfo.groups == ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated']";
    let rows = case(&[groups]).by("system:serviceaccount:kube-system:job-controller").rows(POD);
    assert_eq!(rows, ["b 0 pass []"]);
}

#[test]
fn requests_of_cluster_scoped_objects_have_no_namespace_but_those_of_namespaces_have() {
    hold(&["!has(request.namespace)", "namespaceObject == null"], ROLE);
    hold(&["request.namespace == 'team'", "namespaceObject == null"], TEAM);
}

#[test]
fn the_namespace_of_the_object_is_there() {
    hold(
        &[
            "namespaceObject.metadata.name == 'team'",
            "namespaceObject.metadata.labels['env'] == 'prod'",
            "namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'team'",
            "namespaceObject.metadata.annotations == {'a': 'b'}",
            "namespaceObject.spec.finalizers == ['kubernetes'] && namespaceObject.status.phase == 'Active'",
            "!has(namespaceObject.metadata.UID) && !has(namespaceObject.metadata.finalizers)",
        ],
        POD,
    );
}

#[test]
fn a_namespace_that_is_not_in_view_has_its_name() {
    let elsewhere = POD.replace("namespace: team", "namespace: other");
    let labels = "namespaceObject.metadata.labels == {'kubernetes.io/metadata.name': 'other'}";
    hold(&[labels, "!has(namespaceObject.metadata.annotations)"], &elsewhere);
}

#[test]
fn the_time_of_a_namespace_is_no_time() {
    assert!(!error("namespaceObject.metadata.creationTimestamp < timestamp('2030-01-01T00:00:00Z')", POD).is_empty());
}

#[test]
fn built_in_kinds_are_structs_and_custom_resources_are_json() {
    assert_eq!(error("object.spec == 1", POD), "no such overload");
    hold(&["object.spec != 1", "object.spec.list[0] == 1"], POD);
    hold(&["!(object.spec == 1)", "object.spec.list[0u] == 1", "has(object.spec.none)"], WIDGET);
}

#[test]
fn conditions_see_no_namespace() {
    let conditions = "matchConditions: [{name: c, expression: namespaceObject.metadata.name == 'team'}]\nvalidations: [{expression: 'false'}]";
    let text = "b - error [Deny] expression 'namespaceObject.metadata.name == 'team'' resulted in error: no such key: metadata";
    assert_eq!(Case::of(conditions).with(TEAM).rows(POD), [text]);
}

#[test]
fn conditions_see_params() {
    let stream = [
        policy(
            "paramKind: {apiVersion: v1, kind: ConfigMap}\nmatchConditions: [{name: c, expression: params.data.on == 'yes'}]\nvalidations: [{expression: 'false'}]",
        ),
        binding("paramRef: {selector: {}, parameterNotFoundAction: Deny}"),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: team}, data: {'on': 'yes'}}".to_owned(),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: team}, data: {'on': 'no'}}".to_owned(),
    ];
    assert_eq!(Case::new(&stream.join("\n---\n")).rows(POD), ["b(team/a) 0 fail [Deny] failed expression: false"]);
}

#[test]
fn variables_are_evaluated_when_they_are_read() {
    let spec = "variables:\n- {name: broken, expression: object.nope}\n- {name: list, expression: object.spec.list}\n- {name: size, expression: variables.list.size()}\nvalidations:\n- {expression: variables.size == 1}\n- {expression: variables.broken == 1}";
    let expected = [
        "b 0 pass []",
        "b 1 error [Deny] expression 'variables.broken == 1' resulted in error: composited variable \"broken\" fails to evaluate: no such key: nope",
    ];
    assert_eq!(Case::of(spec).rows(POD), expected);
}

#[test]
fn the_field_that_decided_is_told_also_through_variables() {
    let spec = "variables: [{name: spec, expression: object.spec}, {name: text, expression: object.spec.text}]\nvalidations:\n- {expression: object.kind == 'Service' || variables.text.size() > 3}\n- {expression: 'variables.spec.list.all(i, i > 1)'}\n- {expression: has(variables.spec.missing)}\n- {expression: object.kind == 'Service'}";
    let blamed: Vec<String> = Case::of(spec)
        .judge(POD)
        .iter()
        .map(|row| {
            let blame = row.blame().expect("a field");
            format!("{:?} {}", blame.path, blame.found)
        })
        .collect();
    let expected = [
        "[Key(\"spec\"), Key(\"text\")] true",
        "[Key(\"spec\"), Key(\"list\"), Index(0)] true",
        "[Key(\"spec\"), Key(\"missing\")] false",
        "[Key(\"kind\")] true",
    ];
    assert_eq!(blamed, expected);
}

#[test]
fn what_the_request_and_the_namespace_say_stands_in_the_object() {
    let blamed = |expression: &str| format!("{:?}", case(&[expression]).judge(POD)[0].blame().expect("a field").path);
    let namespace = "[Key(\"metadata\"), Key(\"namespace\")]";
    assert_eq!(blamed("request.namespace == 'other'"), namespace);
    assert_eq!(blamed("namespaceObject.metadata.labels['env'] == 'dev'"), namespace);
    assert_eq!(blamed("request.name == 'api'"), "[Key(\"metadata\"), Key(\"name\")]");
    assert_eq!(blamed("request.kind.kind == 'Service'"), "[Key(\"kind\")]");
    assert_eq!(blamed("request.resource.version == 'v2'"), "[Key(\"apiVersion\")]");
}

#[test]
fn the_expression_in_the_policy_is_told() {
    let rows = case(&["true", "false"]).judge(POD);
    assert_eq!(rows[1].origin.document, 0);
    assert_eq!(
        format!("{:?}", rows[1].origin.path),
        "[Key(\"spec\"), Key(\"validations\"), Index(1), Key(\"expression\")]"
    );
}
