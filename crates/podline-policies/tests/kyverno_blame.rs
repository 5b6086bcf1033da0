//! Which field of the object is to blame, and what a rule that passes depends on.

mod support;

use podline_policies::{Cluster, Decision, Judgement, Step, kyverno};
use support::kyverno::{explained, judged, policy, settings};
use support::yaml;

/// Two containers; the second is not sound.
const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {acme.io/owner: ''}}
spec:
  hostNetwork: true
  containers:
  - {name: main, image: 'ghcr.io/acme/web:1', securityContext: {privileged: false}, env: [{name: A, value: '1'}]}
  - {name: log, image: 'docker.io/log:1', securityContext: {privileged: true}, env: [{name: B, value: x}]}
  volumes:
  - {name: data, emptyDir: {}}
  - {name: root, hostPath: {path: /}}
";

fn text(path: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(at) => format!("[{at}]"),
    };
    path.iter().map(step).collect::<String>().trim_start_matches('.').to_owned()
}

fn blamed(row: &Judgement) -> String {
    row.blame().map(|violation| text(&violation.path)).unwrap_or_default()
}

/// What the one rule of these lines blames.
#[track_caller]
fn blame(rule: &str) -> String {
    let rows = judged(&policy(rule), POD);
    assert!(matches!(rows[0].decision, Decision::Fail | Decision::Error), "{rows:#?}");
    blamed(&rows[0])
}

/// The same for a condition of `deny`.
fn denied(key: &str, operator: &str, value: &str) -> String {
    blame(&format!(
        "validate:\n  deny:\n    conditions:\n      any:\n      - {{key: \"{key}\", operator: {operator}, value: {value}}}\n"
    ))
}

#[test]
fn a_pattern_blames_where_it_fails_also_if_kyverno_calls_it_an_error() {
    assert_eq!(blame("validate: {pattern: {spec: {containers: [{image: 'ghcr.io/*'}]}}}"), "spec.containers[1].image");
    let missing = "validate: {pattern: {spec: {'^(initContainers)': [{name: x}], hostNetwork: false}}}";
    assert_eq!(blame(missing), "spec.hostNetwork");
}

#[test]
fn a_condition_blames_the_element_of_the_list_that_decided() {
    let images = "{{ request.object.spec.containers[].image }}";
    assert_eq!(denied(images, "AnyNotIn", "['ghcr.io/*']"), "spec.containers[1].image");
    let privileged = "{{ request.object.spec.containers[].securityContext.privileged }}";
    assert_eq!(denied(privileged, "AnyIn", "[true]"), "spec.containers[1].securityContext.privileged");
    let filtered = "{{ request.object.spec.containers[?securityContext.privileged] | length(@) }}";
    assert_eq!(denied(filtered, "GreaterThan", "0"), "spec.containers[1]");
    let counted = "{{ length(request.object.spec.containers[?securityContext.privileged]) }}";
    assert_eq!(denied(counted, "GreaterThan", "0"), "spec.containers[1]");
}

#[test]
fn a_condition_blames_its_key_rather_than_its_value() {
    let (key, value) = ("{{ request.object.spec.hostNetwork }}", "\"{{ request.object.metadata.name }}\"");
    assert_eq!(denied(key, "NotEquals", value), "spec.hostNetwork");
    assert_eq!(denied("web", "Equals", value), "metadata.name");
}

#[test]
fn a_condition_on_an_entry_of_the_context_blames_what_that_was_computed_of() {
    let context = "context:\n- name: all\n  variable: {jmesPath: 'request.object.spec.containers[].image'}\n";
    let deny =
        "validate:\n  deny: {conditions: {any: [{key: '{{ all }}', operator: AnyNotIn, value: ['ghcr.io/*']}]}}\n";
    assert_eq!(blame(&format!("{context}{deny}")), "spec.containers[1].image");
    let images = "validate:\n  deny: {conditions: {any: [{key: '{{ images.containers.log.registry }}', operator: Equals, value: docker.io}]}}\n";
    assert_eq!(blame(images), "spec.containers[1].image");
}

#[test]
fn an_image_that_cannot_be_read_is_blamed_where_a_rule_asks_for_images() {
    let pod = POD.replace("docker.io/log:1", "docker.io/log:${TAG}");
    let images = "validate:\n  deny: {conditions: {any: [{key: '{{ images.containers.*.tag }}', operator: AnyIn, value: [latest]}]}}\n";
    for rule in [
        images.to_owned(),
        images
            .replace("validate:\n  deny: {conditions:", "preconditions:")
            .replace("}}\n", "}\nvalidate: {deny: {}}\n"),
    ] {
        let row = &judged(&policy(&rule), &pod)[0];
        assert_eq!((row.decision, blamed(row).as_str()), (Decision::Error, "spec.containers[1].image"), "{rule}");
    }
}

#[test]
fn a_foreach_blames_the_element() {
    let pattern =
        "validate:\n  foreach:\n  - list: request.object.spec.volumes\n    pattern: {'X(hostPath)': 'null'}\n";
    assert_eq!(blame(pattern), "spec.volumes[1].hostPath");
    let deny = "validate:\n  foreach:\n  - list: request.object.spec.containers\n    deny: {conditions: {any: [{key: '{{ element.securityContext.privileged }}', operator: Equals, value: true}]}}\n";
    assert_eq!(blame(deny), "spec.containers[1].securityContext.privileged");
    let computed = "validate:\n  foreach:\n  - list: 'request.object.spec.containers[].{i: image}'\n    deny: {conditions: {any: [{key: '{{ element.i }}', operator: NotEquals, value: 'ghcr.io/*'}]}}\n";
    assert_eq!(blame(computed), "spec.containers[1]");
    let nested = "validate:\n  foreach:\n  - list: request.object.spec.containers\n    foreach:\n    - list: element.env\n      deny: {conditions: {any: [{key: '{{ element.value }}', operator: Equals, value: x}]}}\n";
    assert_eq!(blame(nested), "spec.containers[1].env[0].value");
}

#[test]
fn what_is_missing_is_blamed_where_it_would_stand() {
    let row = &judged(
        &policy(
            "validate: {deny: {conditions: {any: [{key: '{{ request.object.metadata.labels.team }}', operator: Equals, value: x}]}}}",
        ),
        POD,
    )[0];
    assert_eq!((row.decision, blamed(row).as_str()), (Decision::Error, "metadata.labels.team"));
    assert!(!row.blame().expect("a field").found);
}

/// What a passing rule of these lines depends on.
fn depends_on(rule: &str) -> Vec<String> {
    let documents = yaml::documents(&policy(rule));
    let rows = explained(&kyverno::load(&documents, settings()), &Cluster::new(), POD);
    assert_eq!(rows[0].decision, Decision::Pass, "{rows:#?}");
    rows[0].violations.iter().map(|violation| text(&violation.path)).collect()
}

#[test]
fn what_passes_says_on_demand_what_it_depends_on() {
    let pattern = depends_on("validate: {pattern: {spec: {containers: [{name: '?*'}]}}}");
    assert_eq!(pattern, ["spec.containers[0].name", "spec.containers[1].name"]);
    let deny = depends_on(
        "validate: {deny: {conditions: {any: [{key: '{{ request.object.spec.containers[].env }}', operator: Equals, value: x}]}}}",
    );
    assert!(deny.contains(&"spec.containers[1].env[0].value".to_owned()), "{deny:?}");
    assert!(!deny.iter().any(|path| path.ends_with("image")), "{deny:?}");
    let quiet = judged(&policy("validate: {pattern: {spec: {hostNetwork: true}}}"), POD);
    assert!(quiet[0].violations.is_empty());
}
