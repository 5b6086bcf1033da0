//! What a policy server makes of a module's answer.

use podline_policies::Actions;

use super::{MUTATION, SERVICE, answer_of, judge, path, pod, policy, told};

const PRIVILEGED: &str = "containers: [{name: a, securityContext: {privileged: true}}]";
const PLAIN: &str = "containers: [{name: a}]";

fn privileged(spec: &str) -> String {
    policy(&format!("module: registry://ghcr.io/kubewarden/policies/pod-privileged:v1.0.0\n{spec}"))
}

fn no_escalation(spec: &str) -> String {
    let settings = "settings: {default_allow_privilege_escalation: false}";
    policy(&format!("module: ghcr.io/kubewarden/policies/allow-privilege-escalation-psp:v1\n{settings}\n{spec}"))
}

#[test]
fn a_row_has_the_mode_also_if_it_passes() {
    for (mode, actions) in [("protect", Actions::DENY), ("monitor", Actions::AUDIT)] {
        for spec in [PLAIN, PRIVILEGED] {
            assert_eq!(judge(&privileged(&format!("mode: {mode}")), &pod(spec))[0].actions, actions);
        }
    }
}

#[test]
fn a_message_of_the_policy_replaces_that_of_the_module() {
    assert_eq!(answer_of(&privileged("message: see the handbook"), &pod(PRIVILEGED)), "fail see the handbook");
    assert_eq!(answer_of(&privileged("message: see the handbook"), &pod(PLAIN)), "pass");
}

#[test]
fn monitoring_logs_the_modules_words() {
    let policy = privileged("message: see the handbook\nmode: monitor");
    assert_eq!(answer_of(&policy, &pod(PRIVILEGED)), "fail Privileged container is not allowed");
}

#[test]
fn a_module_that_wants_to_change_the_object_is_refused_unless_the_policy_mutates() {
    assert_eq!(answer_of(&no_escalation(""), &pod(PLAIN)), format!("fail {MUTATION}"));
    assert_eq!(answer_of(&no_escalation("mutating: true"), &pod(PLAIN)), "pass");
    assert_eq!(answer_of(&no_escalation("mode: monitor"), &pod(PLAIN)), "pass");
    assert_eq!(answer_of(&no_escalation("message: refused"), &pod(PLAIN)), "fail refused");
}

#[test]
fn the_refusal_of_a_change_names_the_policy_of_a_namespace_with_its_namespace() {
    let rules = "rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]";
    let policy = no_escalation(rules)
        .replace("ClusterAdmissionPolicy", "AdmissionPolicy")
        .replace("{name: p}", "{name: p, namespace: team}");
    assert!(
        answer_of(&policy, &pod(PLAIN)).starts_with("fail Request rejected by policy namespaced-team-p. The policy")
    );
}

#[test]
fn a_module_that_breaks_down_is_an_error() {
    let policy = policy("module: ghcr.io/kubewarden/policies/apparmor-psp:v1");
    let rows = judge(&policy, SERVICE);
    let text = "error internal server error: Guest call failure: invalid value: string \"Service\", expected Pod";
    assert_eq!(told(&rows[0]), text);
}

#[test]
fn what_only_a_registry_or_the_cluster_can_tell_is_undecided() {
    let policy = policy("module: ghcr.io/kubewarden/policies/verify-image-signatures:v1\nsettings: {signatures: []}");
    let text = "undecided only the registry can tell whether the images are signed";
    assert_eq!(answer_of(&policy, &pod(PLAIN)), text);
}

#[test]
fn a_row_points_at_the_settings_or_at_the_module_without_any() {
    let origin = |policy: &str| path(&judge(policy, &pod(PLAIN))[0].origin.path);
    assert_eq!(origin(&no_escalation("")), "spec.settings");
    assert_eq!(origin(&privileged("")), "spec.module");
}

#[test]
fn policies_answer_in_the_order_of_their_documents() {
    let second = privileged("").replace("{name: p}", "{name: a}");
    let rows = judge(&format!("{}\n---\n{second}", privileged("")), &pod(PRIVILEGED));
    assert_eq!(rows.iter().map(|row| &*row.policy).collect::<Vec<_>>(), ["p", "a"]);
}
