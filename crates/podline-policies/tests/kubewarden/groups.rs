//! Groups of policies.

use podline_policies::kubewarden;

use super::support::yaml;
use super::{answer_of, judge, path, pod};

/// A group whose members are: `priv` (pod-privileged), `pid` (share-pid-namespace), `fill` (would set a field), `sign`
/// (undecided), `odd` (breaks down for what is no Pod).
fn group(expression: &str) -> String {
    let member =
        |name: &str, module: &str| format!("    {name}: {{module: ghcr.io/kubewarden/policies/{module}:v1}}\n");
    let fill = "    fill: {module: ghcr.io/kubewarden/policies/allow-privilege-escalation-psp:v1, settings: {default_allow_privilege_escalation: false}}\n";
    let rules = "  rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]\n";
    format!(
        "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicyGroup\nmetadata: {{name: g}}\nspec:\n{rules}  message: the group says no\n  expression: \"{expression}\"\n  policies:\n{}{}{fill}{}{}",
        member("priv", "pod-privileged"),
        member("pid", "share-pid-namespace-policy"),
        member("sign", "verify-image-signatures"),
        member("odd", "apparmor-psp"),
    )
}

const PRIVILEGED: &str = "containers: [{name: a, securityContext: {privileged: true}}]";
const NO: &str = "fail the group says no";

#[test]
fn a_group_accepts_what_its_expression_accepts() {
    assert_eq!(answer_of(&group("priv() || pid()"), &pod(PRIVILEGED)), "pass");
    assert_eq!(answer_of(&group("priv() && pid()"), &pod(PRIVILEGED)), NO);
    assert_eq!(answer_of(&group("!priv()"), &pod(PRIVILEGED)), "pass");
    assert_eq!(answer_of(&group("priv() == pid()"), &pod(PRIVILEGED)), NO);
}

#[test]
fn a_member_that_wants_to_change_the_object_counts_as_refusing() {
    assert_eq!(answer_of(&group("fill()"), &pod("containers: [{name: a}]")), NO);
    assert_eq!(answer_of(&group("!fill()"), &pod("containers: [{name: a}]")), "pass");
}

#[test]
fn a_member_that_breaks_down_counts_as_refusing() {
    assert_eq!(answer_of(&group("odd()"), super::SERVICE), NO);
}

#[test]
fn what_a_member_cannot_tell_matters_only_if_it_is_asked() {
    assert_eq!(answer_of(&group("pid() || sign()"), &pod("")), "pass");
    assert_eq!(answer_of(&group("sign() || pid()"), &pod("")), "pass");
    let text = "undecided only the registry can tell whether the images are signed";
    assert_eq!(answer_of(&group("pid() && sign()"), &pod("")), text);
    assert_eq!(answer_of(&group("priv() && sign()"), &pod(PRIVILEGED)), NO);
}

#[test]
fn a_refusal_points_at_the_expression_and_at_what_the_members_blame() {
    let rows = judge(&group("priv() && pid()"), &pod(PRIVILEGED));
    assert_eq!(path(&rows[0].origin.path), "spec.expression");
    assert_eq!(path(&rows[0].violations[0].path), "spec.containers[0].securityContext.privileged");
}

#[test]
fn a_group_that_monitors_says_its_own_message() {
    let policy = group("priv()").replace("  message:", "  mode: monitor\n  message:");
    let rows = judge(&policy, &pod(PRIVILEGED));
    assert_eq!((rows[0].message.as_str(), rows[0].actions), ("the group says no", podline_policies::Actions::AUDIT));
}

#[test]
fn the_refused_settings_of_a_member_refuse_the_group() {
    let policy = group("priv()").replace("pod-privileged:v1}", "volumemounts:v1}");
    let loaded = kubewarden::load(&yaml::documents(&policy));
    assert_eq!(loaded.refused[0].text, "volumeMountsNames is empty");
    assert_eq!(path(&loaded.refused[0].errors[0].path), "spec.policies.priv.settings");
}

#[test]
fn a_group_with_a_module_that_nobody_knows_judges_nothing() {
    let policy = group("priv()").replace("pod-privileged:v1}", "home-made:v1}");
    let loaded = kubewarden::load(&yaml::documents(&policy));
    assert_eq!(loaded.not_judged[0].why, "podline does not know the module \"home-made\"");
    assert_eq!(path(&loaded.not_judged[0].path), "spec.policies.priv.module");
    assert_eq!(loaded.engine.summaries().count(), 0);
}

/// The text of the refusal of a group.
fn refusal(policy: &str) -> String {
    let loaded = kubewarden::load(&yaml::documents(policy));
    assert_eq!(loaded.refused.len(), 1, "{policy}");
    loaded.refused[0].text.clone()
}

#[test]
fn an_expression_names_members_and_nothing_else() {
    let text = refusal(&group("priv() && other()"));
    assert!(text.contains("spec.expression: Invalid value: \"priv() && other()\": compilation failed"), "{text}");
    assert!(refusal(&group("")).ends_with("spec.expression: Required value: must be non-empty"));
}

#[test]
fn members_have_names_that_an_expression_can_call() {
    let text = refusal(&group("pid()").replace("    priv:", "    a-b:"));
    assert!(text.ends_with("spec.policies: Invalid value: \"a-b\": policy group member name is invalid"), "{text}");
    assert!(refusal(&group("pid()").replace("    priv:", "    while:")).contains("\"while\""));
}

#[test]
fn a_group_needs_a_message_and_a_member() {
    let text = refusal(&group("pid()").replace("message: the group says no", "message: ''"));
    assert!(text.ends_with("spec.message: Required value: must be non-empty"), "{text}");
    let group = group("true");
    let empty = format!("{}policies: {{}}", group.split("policies:\n").next().expect("a head").trim_end_matches(' '));
    let empty = empty.replace("\npolicies:", "\n  policies:");
    assert!(refusal(&empty).contains("policy groups must have at least one policy member"), "{}", refusal(&empty));
}

#[test]
fn groups_came_after_v1alpha2() {
    let policy = group("pid()").replace("kubewarden.io/v1", "kubewarden.io/v1alpha2");
    let text = "no matches for kind \"ClusterAdmissionPolicyGroup\" in version \"policies.kubewarden.io/v1alpha2\"";
    assert_eq!(refusal(&policy), text);
}

#[test]
fn members_that_nobody_can_answer_for_are_named() {
    let loaded = kubewarden::load(&yaml::documents(&group("priv() || sign()")));
    let summary = loaded.engine.summaries().next().expect("a group");
    let (why, place) = &summary.unknowable[0];
    let text = "only the registry can tell whether the images are signed";
    assert_eq!((*why, path(place).as_str(), summary.unknowable.len()), (text, "spec.policies.sign.module", 1));
}
