//! The rules of Kyverno's engine, one fixture each. The answers are those of Kyverno 1.19.

#![allow(clippy::needless_pass_by_value)] // fixtures read better so

mod support;

use podline_policies::kyverno::{self, BadValue, FailedCheck, FieldError, PodSecurityChecks, Settings};
use podline_policies::{Actions, Cluster, Decision, Step, User};
use serde_json::Value;
use support::kyverno::{DEPLOYMENT, POD, answer, judged, policy, rows, sent_by, settings};
use support::yaml;

fn pattern(pattern: &str) -> (&'static str, String) {
    let pattern = pattern.trim_end().replace('\n', "\n    ");
    answer(&policy(&format!("validate:\n  message: m\n  pattern:\n    {pattern}\n")), POD)
}

#[test]
fn a_pattern_names_the_path_that_fails() {
    let (word, message) = pattern("spec:\n  containers:\n  - image: 'ghcr.io/*'");
    assert_eq!((word, &*message), ("fail", "validation error: m. rule r failed at path /spec/containers/0/image/"));
    assert_eq!(pattern("spec:\n  hostNetwork: true"), ("pass", "validation rule 'r' passed.".to_owned()));
}

#[test]
fn a_failure_points_at_the_field() {
    let rows = judged(&policy("validate:\n  pattern:\n    spec:\n      containers:\n      - image: 'ghcr.io/*'"), POD);
    let blame = rows[0].blame().expect("a field");
    assert_eq!(format!("{:?}", blame.path), r#"[Key("spec"), Key("containers"), Index(0), Key("image")]"#);
    assert!(blame.found);
    assert_eq!(format!("{:?}", rows[0].origin.path), r#"[Key("spec"), Key("rules"), Index(0)]"#);
}

#[test]
fn a_number_is_whole_in_patterns() {
    assert_eq!(pattern("spec:\n  containers:\n  - =(ports):\n    - containerPort: '80*'").0, "pass");
    assert_eq!(pattern("spec:\n  containers:\n  - =(ports):\n    - containerPort: '<1024 | 8080-8090'").0, "pass");
}

#[test]
fn quantities_and_durations_compare_by_value() {
    assert_eq!(pattern("spec:\n  containers:\n  - =(resources):\n      limits:\n        memory: '<=1024Mi'").0, "pass");
    assert_eq!(pattern("spec:\n  containers:\n  - =(resources):\n      limits:\n        memory: '!1Gi'").0, "fail");
}

#[test]
fn a_conditional_anchor_that_does_not_hold_skips() {
    let (word, message) = pattern("spec:\n  (hostPID): true\n  hostNetwork: false");
    assert_eq!(word, "skip");
    assert_eq!(message, "conditional anchor mismatch: conditional anchor key doesn't exist in the resource");
}

#[test]
fn a_negation_anchor_forbids_the_key() {
    let (word, message) = pattern("spec:\n  X(hostNetwork): 'null'");
    assert_eq!((word, &*message), ("fail", "validation error: m. rule r failed at path /spec/hostNetwork/"));
}

#[test]
fn an_existence_anchor_asks_for_one_element() {
    assert_eq!(pattern("spec:\n  ^(containers):\n  - name: log").0, "pass");
    assert_eq!(pattern("spec:\n  ^(containers):\n  - name: other").0, "fail");
}

#[test]
fn wildcards_in_keys_of_labels_are_expanded() {
    assert_eq!(pattern("metadata:\n  labels:\n    'ap?': web").0, "pass");
    assert_eq!(pattern("metadata:\n  labels:\n    'nope*': web").0, "fail");
}

#[test]
fn any_pattern_lists_what_failed() {
    let rule = "validate:\n  anyPattern:\n  - spec: {hostPID: true}\n  - spec: {hostNetwork: false}";
    let (word, message) = answer(&policy(rule), POD);
    assert_eq!(word, "fail");
    assert_eq!(
        message,
        "validation error: rule r[0] failed at path /spec/hostPID/ rule r[1] failed at path /spec/hostNetwork/"
    );
}

fn deny(key: &str, operator: &str, value: &str) -> (&'static str, String) {
    let rule = format!(
        "validate:\n  message: denied\n  deny:\n    conditions:\n      any:\n      - {{key: {key}, operator: {operator}, value: {value}}}"
    );
    answer(&policy(&rule), POD)
}

#[test]
fn deny_fails_where_a_condition_holds() {
    assert_eq!(deny("'{{ request.object.spec.hostNetwork }}'", "Equals", "true"), ("fail", "denied".to_owned()));
    assert_eq!(deny("'{{ request.object.metadata.labels.app }}'", "AnyNotIn", "['w*']").0, "pass");
    assert_eq!(deny("'10'", "LessThan", "'60m'").0, "pass");
    assert_eq!(deny("'{{ request.object.metadata.labels.num }}'", "Equals", "3").0, "pass");
}

#[test]
fn deny_points_at_what_the_condition_reads() {
    let rule = "validate:\n  deny:\n    conditions:\n      any:\n      - {key: '{{ request.object.spec.hostNetwork }}', operator: Equals, value: true}";
    let rows = judged(&policy(rule), POD);
    let blame = rows[0].blame().expect("a field");
    assert_eq!(format!("{:?}", blame.path), r#"[Key("spec"), Key("hostNetwork")]"#);
}

#[test]
fn a_missing_key_is_an_error() {
    let (word, message) = deny("'{{ request.object.spec.nope }}'", "Equals", "x");
    assert_eq!(word, "error");
    assert_eq!(
        message,
        "failed to check deny conditions: failed to substitute variables in condition key: failed to resolve request.object.spec.nope at path : JMESPath query failed: Unknown key \"nope\" in path"
    );
    assert_eq!(deny("\"{{ request.object.spec.nope || 'x' }}\"", "Equals", "x").0, "fail");
}

#[test]
fn preconditions_that_do_not_hold_skip() {
    let rule = "preconditions:\n  all:\n  - {key: a, operator: Equals, value: b, message: why}\nvalidate:\n  pattern:\n    spec: {hostPID: true}";
    assert_eq!(answer(&policy(rule), POD), ("skip", "preconditions not met; why".to_owned()));
}

#[test]
fn foreach_ends_at_the_first_element_that_fails() {
    let rule = "validate:\n  message: m\n  foreach:\n  - list: request.object.spec.containers\n    pattern:\n      image: 'nginx'";
    let (word, message) = answer(&policy(rule), POD);
    assert_eq!(word, "fail");
    assert_eq!(message, "validation failure: validation error: m. rule r failed at path /image/");
    let rows = judged(&policy(rule), POD);
    let blame = rows[0].blame().expect("a field");
    assert_eq!(format!("{:?}", blame.path), r#"[Key("spec"), Key("containers"), Index(1), Key("image")]"#);
}

#[test]
fn foreach_over_what_is_not_there_says_nothing() {
    let rule = "validate:\n  foreach:\n  - list: request.object.spec.volumes\n    pattern: {name: x}";
    assert!(judged(&policy(rule), POD).is_empty());
}

#[test]
fn images_are_taken_apart() {
    assert_eq!(deny("'{{ images.containers.main.registry }}'", "Equals", "docker.io").0, "fail");
    assert_eq!(deny("'{{ images.containers.log.tag }}'", "Equals", "'1'").0, "fail");
}

#[test]
fn context_entries_are_loaded_when_they_are_named() {
    let rule = "context:\n- name: call\n  apiCall: {urlPath: /api}\n- name: v\n  variable: {jmesPath: request.object.metadata.name}\nvalidate:\n  message: '{{ v }}'\n  deny: {}";
    assert_eq!(answer(&policy(rule), POD), ("fail", "web".to_owned()));
}

#[test]
fn what_only_the_cluster_knows_is_undecided() {
    for key in ["'{{ call }}'", "'{{ request.userInfo.username }}'", "\"{{ random('a') }}\""] {
        let rule = format!(
            "context:\n- name: call\n  apiCall: {{urlPath: /api}}\nvalidate:\n  deny:\n    conditions:\n      any:\n      - {{key: {key}, operator: Equals, value: x}}"
        );
        assert_eq!(answer(&policy(&rule), POD).0, "undecided", "{key}");
    }
}

#[test]
fn whoever_sends_the_object_is_known_but_for_roles() {
    let message = |text: &str| {
        let documents = yaml::documents(&policy(&format!("validate:\n  message: \"{text}\"\n  deny: {{}}\n")));
        let user = User::named("system:serviceaccount:ci:deployer");
        let rows = sent_by(&kyverno::load(&documents, settings()), POD, &user);
        (rows[0].decision, rows[0].message.clone())
    };
    let said = message("{{ request.userInfo.username }} {{ serviceAccountNamespace }}/{{ serviceAccountName }}");
    assert_eq!(said, (Decision::Fail, "system:serviceaccount:ci:deployer ci/deployer".to_owned()));
    let roles = message("{{ request.roles }}");
    assert_eq!(roles, (Decision::Undecided, "depends on the cluster".to_owned()));
}

#[test]
fn config_maps_come_from_the_files() {
    let rule = "context:\n- name: cm\n  configMap: {name: settings, namespace: kyverno}\nvalidate:\n  message: '{{ cm.data.level }}'\n  deny: {}";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: kyverno}\ndata: {level: high}";
    let of_message = |policies: &str| answer(policies, POD);
    assert_eq!(of_message(&format!("{}\n---\n{map}", policy(rule))), ("fail", "high".to_owned()));
    assert_eq!(of_message(&policy(rule)).0, "undecided");
}

#[test]
fn rules_for_pods_are_made_into_rules_for_controllers() {
    let rule = "validate:\n  message: '{{ request.object.metadata.labels.app }}'\n  pattern:\n    spec:\n      containers:\n      - image: 'ghcr.io/*'";
    let rows = judged(&policy(rule), DEPLOYMENT);
    assert_eq!(
        rows[0].message,
        "validation error: web. rule autogen-r failed at path /spec/template/spec/containers/0/image/"
    );
    let blame = rows[0].blame().expect("a field");
    assert_eq!(
        format!("{:?}", blame.path),
        r#"[Key("spec"), Key("template"), Key("spec"), Key("containers"), Index(0), Key("image")]"#
    );
}

#[test]
fn a_failure_is_audited_unless_it_is_enforced() {
    let rule = |action: &str| policy(&format!("validate:\n  deny: {{}}\n{action}"));
    assert_eq!(judged(&rule(""), POD)[0].actions, Actions::AUDIT);
    assert_eq!(judged(&rule("  failureAction: Enforce"), POD)[0].actions, Actions::DENY);
    let overridden = "  failureAction: Enforce\n  failureActionOverrides:\n  - {action: Audit, namespaces: ['sh*']}";
    assert_eq!(judged(&rule(overridden), POD)[0].actions, Actions::AUDIT);
}

#[test]
fn an_exception_lets_the_object_pass() {
    let exception = "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: x}\nspec:\n  exceptions: [{policyName: p, ruleNames: ['*']}]\n  match:\n    any:\n    - resources: {kinds: [Pod], names: [web]}";
    let rows = judged(&format!("{}\n---\n{exception}", policy("validate:\n  deny: {}")), POD);
    assert_eq!(rows[0].decision, Decision::Exempt);
    assert_eq!(rows[0].message, "rule is skipped due to policy exceptionsx/e");
}

#[test]
fn cel_rules_are_the_servers_own() {
    let rule =
        "validate:\n  cel:\n    expressions:\n    - {expression: '!object.spec.hostNetwork', message: no host network}";
    assert_eq!(answer(&policy(rule), POD), ("fail", "no host network".to_owned()));
    let broken = "validate:\n  cel:\n    expressions:\n    - {expression: 'object.spec.hostNetwork == '}";
    assert!(answer(&policy(broken), POD).1.starts_with("compilation error: "));
}

#[test]
fn cel_rules_take_or_value_of_what_is_no_optional_value() {
    let rule = "validate:\n  cel:\n    expressions:\n    - expression: object.spec.containers[0].ports.orValue([]).size() == 1";
    assert_eq!(answer(&policy(rule), POD).0, "pass");
}

#[test]
fn what_the_cluster_refuses_is_named() {
    for rule in [
        "validate: {patern: {}}",
        "validate:\n  pattern:\n    metadata: {'+(name)': x}",
        "validate:\n  message: '{{ nope }}'\n  deny: {}",
        "validate:\n  message: '{{ element.name }}'\n  deny: {}",
        "validate:\n  deny:\n    conditions: [{key: a, operator: equals, value: b}]",
        "validate: {message: m}",
        "context: [{name: x}]\nvalidate:\n  deny: {}",
    ] {
        let loaded = kyverno::load(&yaml::documents(&policy(rule)), settings());
        assert_eq!(loaded.refused.len(), 1, "{rule}");
        assert_eq!(loaded.refused[0].name, "p");
    }
}

#[test]
fn a_refusal_stands_at_the_field_that_its_text_names() {
    for (rule, path) in [
        (
            "validate:\n  deny:\n    conditions:\n      all: [{key: '{{ nope.x }}', operator: Equals, value: b}]",
            "spec.rules[0].validate.deny.conditions.all[0].key",
        ),
        (
            "validate:\n  pattern:\n    metadata:\n      annotations: {a.b/c: '{{ nope }}'}",
            "spec.rules[0].validate.pattern.metadata.annotations.a.b/c",
        ),
        ("validate:\n  message: '{{ element.name }}'\n  deny: {}", "spec.rules[0].validate.message"),
        (
            "validate:\n  deny:\n    conditions: [{key: a, operator: equals, value: b}]",
            "spec.rules[0].validate.deny.conditions",
        ),
        ("validate: {message: m}", "spec.rules[0].validate"),
    ] {
        let loaded = kyverno::load(&yaml::documents(&policy(rule)), settings());
        let error = &loaded.refused[0].errors[0];
        let steps = error.path.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Index(at) => format!("[{at}]"),
        });
        assert_eq!(steps.collect::<String>().trim_start_matches('.'), path, "{}", error.text);
    }
}

#[test]
fn what_is_not_judged_is_said() {
    let loaded = kyverno::load(&yaml::documents(&policy("mutate: {patchStrategicMerge: {metadata: {}}}")), settings());
    let said: Vec<(&str, &str)> = loaded.not_judged.iter().map(|one| (&*one.rule, &*one.why)).collect();
    assert_eq!(said, [("r", "mutate")]);
}

/// Answers two fields of a check, whatever the pod.
struct Fake;

impl PodSecurityChecks for Fake {
    fn failed(&self, level: &str, version: &str, pod: &Value) -> Result<Vec<FailedCheck>, String> {
        assert_eq!((level, version), ("baseline", "latest"));
        let fields =
            pod["spec"]["containers"].as_array().into_iter().flatten().enumerate().filter_map(|(at, container)| {
                let port = container["ports"][0]["containerPort"].as_i64()?;
                Some(FieldError {
                    field: format!("spec.containers[{at}].ports[0].hostPort"),
                    required: false,
                    value: BadValue::Int(port),
                })
            });
        let mut failed =
            vec![FailedCheck { id: "hostPorts".into(), reason: "hostPort".into(), errors: fields.collect() }];
        failed.retain(|check| !check.errors.is_empty());
        Ok(failed)
    }
}

#[test]
fn the_standards_are_the_callers() {
    let judged = |lines: &str| {
        let documents = yaml::documents(&policy(&format!(
            "validate:\n  podSecurity:\n    level: baseline\n    version: latest\n{lines}"
        )));
        let settings = Settings { pod_security: Some(Box::new(Fake)), ..settings() };
        let mut rows = rows(&kyverno::load(&documents, settings), &Cluster::new(), POD);
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    };
    let row = judged("");
    assert_eq!(
        row.message,
        "Validation rule 'r' failed. It violates PodSecurity \"baseline:latest\": (Forbidden reason: hostPort, field error list: [spec.containers[0].ports[0].hostPort is forbidden, forbidden values found: 8080])"
    );
    assert_eq!(
        format!("{:?}", row.blame().expect("a field").path),
        r#"[Key("spec"), Key("containers"), Index(0), Key("ports"), Index(0), Key("hostPort")]"#
    );
    assert_eq!(judged("    exclude: [{controlName: Host Ports, images: ['nginx*']}]").decision, Decision::Pass);
    assert_eq!(judged("    exclude: [{controlName: Host Ports, images: ['redis*']}]").decision, Decision::Fail);
    let values = "    exclude: [{controlName: Host Ports, images: ['*'], restrictedField: 'spec.containers[*].ports[*].hostPort', values: ['80*']}]";
    assert_eq!(judged(values).decision, Decision::Pass);
    // Without them such a rule says nothing.
    let loaded = kyverno::load(
        &yaml::documents(&policy("validate:\n  podSecurity: {level: baseline, version: latest}")),
        settings(),
    );
    assert!(rows(&loaded, &Cluster::new(), POD).is_empty());
}

#[test]
fn a_check_without_fields_cannot_be_excluded() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: i, livenessProbe: {tcpSocket: {host: h}}, ports: [{hostPort: 80}]}]}}";
    let documents = yaml::documents(&policy(
        "validate:\n  podSecurity:\n    level: baseline\n    version: v1.25\n    exclude: [{controlName: Host Ports, images: ['*']}]",
    ));
    let settings = Settings { pod_security: Some(Box::new(kyverno::Standards)), ..settings() };
    let rows = rows(&kyverno::load(&documents, settings), &Cluster::new(), pod);
    assert_eq!(
        rows[0].message,
        "Validation rule 'r' failed. It violates PodSecurity \"baseline:v1.25\": (Forbidden reason: probe or lifecycle host, field error list: [])"
    );
    assert!(rows[0].blame().is_none());
}
