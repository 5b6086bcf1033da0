//! Bindings that do something else than they seem to: they open a policy for everybody, or do nothing.

use std::collections::{BTreeMap, BTreeSet};

use podline_policies::Step;
use podline_policies::rbac::{Binding, Rbac, RoleKind, Subject};

use super::rights::permission;
use crate::rules::{RuleId, id};

/// Such a binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// The rule that it breaks.
    pub rule: RuleId,
    /// Which of the documents it is.
    pub document: usize,
    /// The field.
    pub path: Vec<Step>,
    /// What is wrong, behind the kind and name of the binding.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

/// The groups of every controller that creates pods.
const OF_CONTROLLERS: [&str; 3] =
    ["system:serviceaccounts:kube-system", "system:serviceaccounts", "system:authenticated"];

/// The accounts that create pods, and for what.
const CREATORS: [(&str, &str); 5] = [
    ("replicaset-controller", "Deployment and ReplicaSet"),
    ("statefulset-controller", "StatefulSet"),
    ("daemon-set-controller", "DaemonSet"),
    ("job-controller", "Job and CronJob"),
    ("replication-controller", "ReplicationController"),
];

/// Accounts that are bound in the belief that they create pods, and those that do.
const NOT_CREATORS: [(&str, &str); 4] = [
    ("deployment-controller", "replicaset-controller"),
    ("cronjob-controller", "job-controller"),
    ("daemonset-controller", "daemon-set-controller"),
    ("stateful-set-controller", "statefulset-controller"),
];

/// Looks through the bindings that stand in documents, in their order. `policies` are the names of those that can be used.
pub fn find(rbac: &Rbac, policies: &[&str]) -> Vec<Trap> {
    let mut granted: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for policy in policies {
        for document in rbac.grants(&permission(policy)).into_iter().filter_map(|binding| binding.document) {
            granted.entry(document).or_default().insert(policy);
        }
    }
    let mut traps = Vec::new();
    for binding in rbac.bindings() {
        let Some(document) = binding.document else { continue };
        if !rbac.has_role_of(binding) {
            traps.push(missing_role(binding, document, rbac));
        }
        let Some(policies) = granted.get(&document) else { continue };
        for (index, subject) in binding.subjects.iter().enumerate() {
            let found = for_every_workload(binding, subject, policies).or_else(|| no_creator(subject));
            let path = vec![Step::Key("subjects".into()), Step::Index(index), Step::Key("name".into())];
            traps.extend(found.map(|(rule, message, advice)| Trap { rule, document, path, message, advice }));
        }
    }
    traps.sort_by_key(|trap| trap.document);
    traps
}

fn for_every_workload(
    binding: &Binding,
    subject: &Subject,
    policies: &BTreeSet<&str>,
) -> Option<(RuleId, String, String)> {
    if binding.namespace.is_some() {
        return None;
    }
    let (whose, why) = match subject {
        Subject::Group(group) if OF_CONTROLLERS.contains(&group.as_str()) => {
            ("workload", format!("the controllers that create pods are in {group}"))
        }
        Subject::Group(_) => return None,
        Subject::User(_) | Subject::ServiceAccount { .. } => {
            let account = account_of_controllers(subject)?;
            let (_, kinds) = CREATORS.into_iter().find(|(name, _)| *name == account)?;
            (kinds, format!("their pods are created by {account}"))
        }
    };
    let names: Vec<String> = policies.iter().map(|name| format!("{name:?}")).collect();
    let policies = if names.len() == 1 { "PodSecurityPolicy" } else { "PodSecurityPolicies" };
    let message = format!("lets every {whose} in every namespace use {policies} {}: {why}", names.join(", "));
    let advice = "bind the service accounts that need it, by RoleBindings in their namespaces".to_owned();
    Some((id::FOR_EVERY_WORKLOAD, message, advice))
}

/// The name of an account of the namespace of the controllers.
fn account_of_controllers(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::ServiceAccount { namespace, name } if namespace == "kube-system" => Some(name),
        Subject::User(name) => name.strip_prefix("system:serviceaccount:kube-system:"),
        _ => None,
    }
}

fn no_creator(subject: &Subject) -> Option<(RuleId, String, String)> {
    let name = account_of_controllers(subject)?;
    let (wrong, right) = NOT_CREATORS.into_iter().find(|(wrong, _)| *wrong == name)?;
    let message = format!("does nothing for {wrong}: pods are created by {right}");
    Some((id::IDLE_BINDING, message, "bind the service accounts that the pods run as".to_owned()))
}

fn missing_role(binding: &Binding, document: usize, rbac: &Rbac) -> Trap {
    let (kind, name) = (binding.role.kind, &binding.role.name);
    let other = match kind {
        RoleKind::Role => RoleKind::ClusterRole,
        RoleKind::ClusterRole => RoleKind::Role,
    };
    let mut turned = binding.clone();
    turned.role.kind = other;
    let advice = if binding.namespace.is_some() && rbac.has_role_of(&turned) {
        format!("there is a {} of this name: roleRef.kind says which is meant", other.name())
    } else {
        format!("give podline the {} too, or mend the name", kind.name())
    };
    let place = binding.namespace.as_ref().filter(|_| kind == RoleKind::Role);
    let place = place.map(|namespace| format!(" in the namespace {namespace:?}")).unwrap_or_default();
    Trap {
        rule: id::MISSING_ROLE,
        document,
        path: vec![Step::Key("roleRef".into()), Step::Key("name".into())],
        message: format!("grants nothing: there is no {} {name:?}{place}", kind.name()),
        advice,
    }
}

#[cfg(test)]
mod tests {
    use podline_policies::rbac;
    use serde_json::{Value, json};

    use super::*;

    fn binding(kind: &str, role: &Value, subjects: &Value) -> Value {
        let metadata = json!({"name": "b", "namespace": "shop"});
        let api_version = "rbac.authorization.k8s.io/v1";
        json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "roleRef": role, "subjects": subjects})
    }

    fn found(binding: Value) -> Vec<(RuleId, String)> {
        let use_psp = json!({"apiGroups": ["policy"], "resources": ["podsecuritypolicies"], "verbs": ["use"]});
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "r"},
            "rules": [use_psp],
        });
        let loaded = rbac::load(&[role, binding], "default");
        assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
        find(&loaded.rbac, &["a", "b"]).into_iter().map(|trap| (trap.rule, trap.message)).collect()
    }

    const ROLE: fn() -> Value = || json!({"kind": "ClusterRole", "name": "r"});

    #[test]
    fn a_group_of_the_controllers_opens_a_policy_for_every_workload() {
        let subjects = json!([{"kind": "Group", "name": "system:serviceaccounts:kube-system"}]);
        let message = "lets every workload in every namespace use PodSecurityPolicies \"a\", \"b\": the controllers that \
                       create pods are in system:serviceaccounts:kube-system";
        let expected = [(id::FOR_EVERY_WORKLOAD, message.to_owned())];
        assert_eq!(found(binding("ClusterRoleBinding", &ROLE(), &subjects)), expected);
        assert_eq!(found(binding("RoleBinding", &ROLE(), &subjects)), []);
    }

    #[test]
    fn the_account_of_one_controller_opens_a_policy_for_all_that_it_makes() {
        for subject in [
            json!({"kind": "ServiceAccount", "name": "replicaset-controller", "namespace": "kube-system"}),
            json!({"kind": "User", "name": "system:serviceaccount:kube-system:replicaset-controller"}),
        ] {
            let message = "lets every Deployment and ReplicaSet in every namespace use PodSecurityPolicies \"a\", \"b\": \
                           their pods are created by replicaset-controller";
            let expected = [(id::FOR_EVERY_WORKLOAD, message.to_owned())];
            assert_eq!(found(binding("ClusterRoleBinding", &ROLE(), &json!([subject]))), expected);
            assert_eq!(found(binding("RoleBinding", &ROLE(), &json!([subject]))), []);
        }
        let elsewhere = json!([{"kind": "ServiceAccount", "name": "replicaset-controller", "namespace": "shop"}]);
        assert_eq!(found(binding("ClusterRoleBinding", &ROLE(), &elsewhere)), []);
    }

    #[test]
    fn the_accounts_that_create_pods_are_those_that_pods_are_judged_as() {
        for (account, kinds) in CREATORS {
            for kind in kinds.split(" and ") {
                let expected = format!("system:serviceaccount:kube-system:{account}");
                assert_eq!(crate::pod_security::admission::pods_user(kind), Some(&*expected));
            }
        }
    }

    #[test]
    fn an_account_that_creates_no_pods_is_bound_for_nothing() {
        for subject in [
            json!({"kind": "ServiceAccount", "name": "deployment-controller", "namespace": "kube-system"}),
            json!({"kind": "User", "name": "system:serviceaccount:kube-system:deployment-controller"}),
        ] {
            let message = "does nothing for deployment-controller: pods are created by replicaset-controller";
            let expected = [(id::IDLE_BINDING, message.to_owned())];
            assert_eq!(found(binding("RoleBinding", &ROLE(), &json!([subject]))), expected);
        }
    }

    #[test]
    fn a_role_is_looked_for_where_the_binding_says_and_nowhere_else() {
        let role = json!({"kind": "Role", "name": "r"});
        let message = "grants nothing: there is no Role \"r\" in the namespace \"shop\"".to_owned();
        assert_eq!(found(binding("RoleBinding", &role, &json!([]))), [(id::MISSING_ROLE, message)]);
    }
}
