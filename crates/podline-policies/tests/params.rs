//! Which params a binding takes, and what is said if there are none.

mod support;

use support::{Case, binding, policy};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team}, spec: {}}";
const ROLE: &str = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: null}";
const CONFIG: &str = "paramKind: {apiVersion: v1, kind: ConfigMap}\n";
const LIMIT: &str = "paramKind: {apiVersion: example.com/v1, kind: Limit}\n";
/// A rule that fails with the name of the param.
const RULE: &str = "validations: [{expression: 'false', messageExpression: \"'' + params.metadata.name\"}]";

fn config(name: &str, namespace: &str, labels: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: {namespace}, labels: {labels}}}}}")
}

fn limit(name: &str, namespace: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!("{{apiVersion: example.com/v1, kind: Limit, metadata: {{name: {name}{namespace}}}}}")
}

fn definition(scope: &str) -> String {
    format!(
        "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{name: limits.example.com}}, \
         spec: {{group: example.com, scope: {scope}, names: {{kind: Limit, plural: limits}}, versions: [{{name: v1, served: true}}]}}}}"
    )
}

/// The rows for an object, with a policy of this kind of params, a reference to them, and what is in view.
fn rows(kind: &str, reference: &str, view: &[String], object: &str) -> Vec<String> {
    let reference = if reference.is_empty() { String::new() } else { format!("paramRef: {reference}") };
    let stream = [policy(&format!("{kind}{RULE}")), binding(&reference)].join("\n---\n");
    Case::new(&[&[stream], view].concat().join("\n---\n")).rows(object)
}

#[test]
fn a_name_takes_one_param_in_the_namespace_of_the_object() {
    let view = [config("a", "team", "{}"), config("a", "other", "{}")];
    let found = rows(CONFIG, "{name: a, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(team/a) 0 fail [Deny] a"]);
}

#[test]
fn a_reference_may_name_the_namespace() {
    let view = [config("a", "team", "{}"), config("b", "other", "{}")];
    let found = rows(CONFIG, "{name: b, namespace: other, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(other/b) 0 fail [Deny] b"]);
}

#[test]
fn a_selector_takes_every_param_that_it_selects() {
    let view = [config("a", "team", "{x: z}"), config("b", "team", "{}"), config("c", "team", "{x: z}")];
    let found = rows(CONFIG, "{selector: {matchLabels: {x: z}}, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(team/a) 0 fail [Deny] a", "b(team/c) 0 fail [Deny] c"]);
    let found = rows(CONFIG, "{selector: {}, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found.len(), 3);
}

#[test]
fn none_found_is_an_error_or_nothing() {
    let text = "b - error [Deny] failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";
    assert_eq!(rows(CONFIG, "{name: a, parameterNotFoundAction: Deny}", &[], POD), [text]);
    assert!(rows(CONFIG, "{name: a, parameterNotFoundAction: Allow}", &[], POD).is_empty());
}

#[test]
fn without_reference_params_are_null() {
    let message = "b 0 fail [Deny] failed expression: false";
    assert_eq!(rows(CONFIG, "", &[config("a", "team", "{}")], POD), [message]);
    let stream = format!(
        "{}\n---\n{}",
        policy(&format!("{CONFIG}validations: [{{expression: params == null}}, {{expression: params.data.x == ''}}]")),
        binding("")
    );
    let expected =
        ["b 0 pass []", "b 1 error [Deny] expression 'params.data.x == ''' resulted in error: no such key: data"];
    assert_eq!(Case::new(&stream).rows(POD), expected);
}

#[test]
fn a_reference_is_ignored_by_a_policy_without_param_kind() {
    let stream =
        [policy("validations: [{expression: 'false'}]"), binding("paramRef: {name: a, parameterNotFoundAction: Deny}")];
    assert_eq!(Case::new(&stream.join("\n---\n")).rows(POD), ["b 0 fail [Deny] failed expression: false"]);
}

#[test]
fn cluster_scoped_params_have_no_namespace() {
    let view = [definition("Cluster"), limit("a", "")];
    let found = rows(LIMIT, "{name: a, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(a) 0 fail [Deny] a"]);
    let text = "b - error [Deny] failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`";
    assert_eq!(rows(LIMIT, "{name: a, namespace: x, parameterNotFoundAction: Allow}", &view, POD), [text]);
}

#[test]
fn namespaced_params_need_a_namespace_for_cluster_scoped_objects() {
    let view = [config("a", "team", "{}")];
    let text = "b - error [Deny] failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources";
    assert_eq!(rows(CONFIG, "{name: a, parameterNotFoundAction: Allow}", &view, ROLE), [text]);
    let found = rows(CONFIG, "{name: a, namespace: team, parameterNotFoundAction: Allow}", &view, ROLE);
    assert_eq!(found, ["b(team/a) 0 fail [Deny] a"]);
}

#[test]
fn params_of_a_namespace_are_looked_up_in_itself() {
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: team}}";
    let found = rows(CONFIG, "{name: a, parameterNotFoundAction: Deny}", &[config("a", "team", "{}")], namespace);
    assert_eq!(found, ["b(team/a) 0 fail [Deny] a"]);
}

#[test]
fn an_unknown_kind_of_params_is_an_error_of_the_policy() {
    let text = "- - error [Deny] failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'";
    assert_eq!(rows(LIMIT, "{name: a, parameterNotFoundAction: Allow}", &[], POD), [text]);
    let other = definition("Cluster").replace("name: v1,", "name: v2,");
    assert_eq!(rows(LIMIT, "{name: a, parameterNotFoundAction: Allow}", &[other], POD), [text]);
}

#[test]
fn without_definition_the_params_tell_whether_they_live_in_namespaces() {
    let reference = "{name: a, parameterNotFoundAction: Deny}";
    assert_eq!(rows(LIMIT, reference, &[limit("a", "team")], POD), ["b(team/a) 0 fail [Deny] a"]);
    assert_eq!(rows(LIMIT, reference, &[limit("a", "")], POD), ["b(a) 0 fail [Deny] a"]);
}

#[test]
fn a_namespaced_param_that_names_no_namespace_lives_in_default() {
    let view = [definition("Namespaced"), limit("a", "")];
    let found = rows(LIMIT, "{name: a, namespace: default, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(default/a) 0 fail [Deny] a"]);
    let found = rows(LIMIT, "{selector: {}, namespace: default, parameterNotFoundAction: Deny}", &view, POD);
    assert_eq!(found, ["b(default/a) 0 fail [Deny] a"]);
}

#[test]
fn configuration_errors_deny_whatever_the_binding_says_unless_failures_are_ignored() {
    let stream = |failure: &str| {
        let policy = policy(&format!("failurePolicy: {failure}\n{CONFIG}{RULE}"));
        let binding = binding("validationActions: [Warn]\nparamRef: {name: a, parameterNotFoundAction: Deny}");
        format!("{policy}\n---\n{binding}")
    };
    let actions = |failure: &str| Case::new(&stream(failure)).judge(POD)[0].actions;
    assert_eq!(actions("Fail"), podline_policies::Actions::DENY);
    assert_eq!(actions("Ignore"), podline_policies::Actions::NONE);
}

#[test]
fn a_param_has_what_every_stored_object_has() {
    let expressions = [
        "has(params.metadata.uid) && has(params.metadata.creationTimestamp) && has(params.metadata.resourceVersion)",
        "params.kind == 'ConfigMap' && params.apiVersion == 'v1'",
    ];
    let stream = [
        policy(&format!("{CONFIG}{}", support::validations(&expressions))),
        binding("paramRef: {name: a, parameterNotFoundAction: Deny}"),
        config("a", "team", "{}"),
    ];
    assert_eq!(Case::new(&stream.join("\n---\n")).rows(POD), ["b(team/a) 0 pass []", "b(team/a) 1 pass []"]);
}

#[test]
fn the_last_of_two_params_of_a_name_counts() {
    let data = |value: &str| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, namespace: team}}, data: {{x: {value}}}}}")
    };
    let stream = [
        policy(&format!("{CONFIG}validations: [{{expression: params.data.x == 'new'}}]")),
        binding("paramRef: {name: a, parameterNotFoundAction: Deny}"),
        data("old"),
        data("new"),
    ];
    assert_eq!(Case::new(&stream.join("\n---\n")).rows(POD), ["b(team/a) 0 pass []"]);
}

#[test]
fn a_param_is_pruned_and_defaulted_by_the_schema_of_its_definition() {
    let definition = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: limits.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Limit, plural: limits}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          max: {type: integer, default: 5}
          min: {type: integer, default: 1}
          none: {type: string, nullable: true}
          list: {type: array, items: {type: object, properties: {a: {type: string}}}}
          map: {type: object, additionalProperties: {type: string}}
          any: {type: object, x-kubernetes-preserve-unknown-fields: true}
";
    let param = "
apiVersion: example.com/v1
kind: Limit
metadata: {name: a, labels: {x: z}}
max: 7
min: null
none: null
unknown: gone
list: [{a: b, c: gone}]
map: {anything: stays}
any: {thing: stays}
";
    let expressions = [
        "params.max == 7 && params.min == 1",
        "has(params.none) && params.none == null",
        "!has(params.unknown)",
        "params.list == [{'a': 'b'}]",
        "params.map.anything == 'stays' && params.any.thing == 'stays'",
        "params.kind == 'Limit' && params.metadata.labels.x == 'z'",
    ];
    let stream = [
        policy(&format!("{LIMIT}{}", support::validations(&expressions))),
        binding("paramRef: {name: a, parameterNotFoundAction: Deny}"),
        definition.to_owned(),
        param.to_owned(),
    ];
    let expected: Vec<String> = (0..expressions.len()).map(|index| format!("b(a) {index} pass []")).collect();
    assert_eq!(Case::new(&stream.join("\n---\n")).rows(POD), expected);
}
