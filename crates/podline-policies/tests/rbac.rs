//! Roles and bindings, one behaviour each.

mod support;

use podline_policies::User;
use podline_policies::rbac::{self, Loaded, Permission, Subject};
use serde_json::json;
use support::yaml;

const USE: Permission<'static> =
    Permission { verb: "use", groups: &["policy", "extensions"], resource: "podsecuritypolicies", name: "strict" };

fn load(stream: &str) -> Loaded {
    rbac::load(&yaml::documents(stream), "default")
}

/// A cluster whose roles and bindings are sound.
fn may_use(stream: &str, user: &User, namespace: &str) -> bool {
    let loaded = load(stream);
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    loaded.rbac.allows(user, namespace, &USE)
}

fn errors(stream: &str) -> Vec<String> {
    let refused = load(stream).refused.into_iter();
    refused.flat_map(|refusal| refusal.errors).map(|error| error.text).collect()
}

const ROLE: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: psp:strict, labels: {psp: strict}}
rules:
- {apiGroups: [policy], resources: [podsecuritypolicies], verbs: [use], resourceNames: [strict]}
---
";

/// A RoleBinding in `shop` to `ROLE`.
fn bound(subject: &str) -> String {
    let head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: shop}\n";
    format!("{ROLE}{head}roleRef: {{kind: ClusterRole, name: psp:strict}}\nsubjects:\n- {subject}\n")
}

#[test]
fn a_role_binding_grants_in_its_namespace_alone() {
    let bound = bound("{kind: ServiceAccount, name: web}");
    let web = User::service_account("shop", "web");
    assert!(may_use(&bound, &web, "shop"));
    assert!(!may_use(&bound, &web, "bank"));
    assert!(!may_use(&bound, &User::service_account("bank", "web"), "shop"));
}

#[test]
fn a_user_by_the_name_of_an_account_is_that_account() {
    let by_name = bound("{kind: User, name: 'system:serviceaccount:shop:web'}");
    assert!(may_use(&by_name, &User::service_account("shop", "web"), "shop"));
    assert!(may_use(
        &bound("{kind: ServiceAccount, name: web}"),
        &User::named("system:serviceaccount:shop:web"),
        "shop"
    ));
}

#[test]
fn an_account_that_a_plugin_makes_up_is_not_authenticated() {
    let authenticated = bound("{kind: Group, name: 'system:authenticated'}");
    assert!(!may_use(&authenticated, &User::service_account("shop", "web"), "shop"));
    assert!(may_use(&authenticated, &User::named("system:serviceaccount:shop:web"), "shop"));
    assert!(may_use(
        &bound("{kind: Group, name: 'system:serviceaccounts:shop'}"),
        &User::service_account("shop", "web"),
        "shop"
    ));
}

#[test]
fn everybody_is_in_one_of_two_groups() {
    let groups = |name: &str, given: &[&str]| {
        let given: Vec<String> = given.iter().map(|&group| group.to_owned()).collect();
        User::in_groups(name, &given).groups
    };
    assert_eq!(groups("jeff", &["ops", "ops"]), ["ops", "system:authenticated"]);
    assert_eq!(groups("system:anonymous", &[]), ["system:unauthenticated"]);
    assert_eq!(groups("jeff", &["system:unauthenticated"]), ["system:unauthenticated"]);
    assert_eq!(groups("system:serviceaccount:a:b:c", &[]), ["system:authenticated"]);
}

#[test]
fn a_long_chain_of_aggregated_roles_is_followed_to_its_end() {
    const LENGTH: usize = 10_000;
    let role = |number: usize| {
        let feeds = json!({"name": format!("r{number:05}"), "labels": {"step": number.to_string()}});
        let selector = json!({"matchLabels": {"step": (number - 1).to_string()}});
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": feeds,
            "aggregationRule": {"clusterRoleSelectors": [selector]},
        })
    };
    let mut documents = yaml::documents(&bound("{kind: User, name: jeff}").replace("psp: strict", "step: '0'"));
    documents[1]["roleRef"]["name"] = json!(format!("r{LENGTH:05}"));
    documents.extend((1..=LENGTH).rev().map(role));
    let loaded = rbac::load(&documents, "default");
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    assert!(loaded.rbac.allows(&User::named("jeff"), "shop", &USE));
}

#[test]
fn an_aggregated_role_is_filled_by_labels_and_loses_its_own_rules() {
    let aggregated = |selector: &str, rules: &str| {
        format!(
            "{ROLE}apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: all}}\n\
             aggregationRule: {{clusterRoleSelectors: [{selector}]}}\nrules: {rules}\n---\n\
             apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\n\
             roleRef: {{kind: ClusterRole, name: all}}\nsubjects: [{{kind: User, name: jeff}}]\n"
        )
    };
    let everything = "[{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]";
    let jeff = User::named("jeff");
    assert!(may_use(&aggregated("{matchLabels: {psp: strict}}", "[]"), &jeff, "shop"));
    assert!(!may_use(&aggregated("{matchLabels: {psp: other}}", everything), &jeff, "shop"));
    // cluster-admin has no such label.
    assert!(may_use(&aggregated("{matchExpressions: [{key: psp, operator: DoesNotExist}]}", "[]"), &jeff, "shop"));
}

#[test]
fn masters_have_what_the_bootstrap_policy_gives_them_unless_it_is_replaced() {
    let master = User::in_groups("admin", &["system:masters".to_owned()]);
    assert!(may_use("", &master, "shop"));
    let replaced = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: cluster-admin}\n\
                    roleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: []\n";
    assert!(!may_use(replaced, &master, "shop"));
}

#[test]
fn of_two_of_a_name_the_later_counts_but_a_binding_keeps_its_role() {
    let twice = format!("{}---\n{}", bound("{kind: User, name: jeff}"), bound("{kind: User, name: alice}"));
    assert!(!may_use(&twice, &User::named("jeff"), "shop"));
    assert!(may_use(&twice, &User::named("alice"), "shop"));
    let other = bound("{kind: User, name: alice}")
        .replace("roleRef: {kind: ClusterRole, name: psp:strict}", "roleRef: {kind: Role, name: x}");
    let twice = format!("{}---\n{other}", bound("{kind: User, name: jeff}"));
    let refused = "roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", \
                   Name:\"x\"}: cannot change roleRef";
    assert_eq!(errors(&twice), [refused]);
    assert!(load(&twice).rbac.allows(&User::named("jeff"), "shop", &USE));
}

#[test]
fn what_cannot_be_decoded_or_is_not_served_is_refused() {
    let role = |version: &str, rest: &str| {
        errors(&format!("apiVersion: rbac.authorization.k8s.io/{version}\nkind: Role\nmetadata: {{name: r}}\n{rest}"))
    };
    assert_eq!(role("v2", ""), ["no matches for kind \"Role\" in version \"rbac.authorization.k8s.io/v2\""]);
    let wrong = "Role in version \"v1beta1\" cannot be handled as a Role: json: cannot unmarshal string into Go struct \
                 field PolicyRule.rules.verbs of type []string";
    assert_eq!(role("v1beta1", "rules: [{verbs: use}]"), [wrong]);
    assert_eq!(role("v1", "rules:\n"), Vec::<String>::new());
}

#[test]
fn a_field_that_the_kind_does_not_have_is_told() {
    let loaded = load(&bound("{kind: User, name: jeff}").replace("subjects:", "subject:"));
    let unknown: Vec<&str> = loaded.unknown.iter().map(|(_, error)| error.text.as_str()).collect();
    assert_eq!(unknown, ["unknown field \"subject\""]);
    assert!(!loaded.rbac.allows(&User::named("jeff"), "shop", &USE));
}

#[test]
fn a_binding_to_a_role_that_is_nowhere_is_known() {
    let missing = |kind: &str, name: &str| {
        let loaded = load(
            &bound("{kind: User, name: jeff}")
                .replace("kind: ClusterRole, name: psp:strict}", &format!("kind: {kind}, name: '{name}'}}")),
        );
        let bindings: Vec<bool> = loaded.rbac.bindings().map(|binding| loaded.rbac.has_role_of(binding)).collect();
        assert_eq!(bindings.len(), 1);
        !bindings[0]
    };
    assert!(missing("Role", "psp:strict"));
    assert!(missing("ClusterRole", "psp:other"));
    assert!(!missing("ClusterRole", "psp:strict"));
    assert!(!missing("ClusterRole", "system:auth-delegator"));
}

#[test]
fn what_grants_says_whom() {
    let loaded = load(&bound("{kind: ServiceAccount, name: web}"));
    let grants = loaded.rbac.grants(&USE);
    let subjects: Vec<&Subject> = grants.iter().flat_map(|binding| &binding.subjects).collect();
    let web = Subject::ServiceAccount { namespace: "shop".to_owned(), name: "web".to_owned() };
    assert_eq!(subjects, [&Subject::Group("system:masters".to_owned()), &web]);
}
