//! What the API server writes itself: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`. Of its 62 ClusterRoles those
//! four are here that users bind, and that others are filled from.

use std::collections::BTreeMap;

use serde_json::json;

use super::Rbac;
use super::binding::{Binding, RoleKind, RoleRef, Subject};
use super::role::{Role, Rule};
use crate::matching::LabelSelector;

const LABEL: (&str, &str) = ("kubernetes.io/bootstrapping", "rbac-defaults");

/// Adds what no document of its name replaces.
pub(super) fn complete(rbac: &mut Rbac) {
    let admin = Role { rules: vec![Rule::everything()], labels: labels(None), ..Role::default() };
    rbac.cluster_roles.entry("cluster-admin".to_owned()).or_insert(admin);
    for (name, feeds) in [("admin", None), ("edit", Some("admin")), ("view", Some("edit"))] {
        let selector = LabelSelector::new(&json!({"matchLabels": {aggregate_to(name): "true"}}));
        let role = Role { labels: labels(feeds), aggregates: Some(vec![selector]), ..Role::default() };
        rbac.cluster_roles.entry(name.to_owned()).or_insert(role);
    }
    let name = "cluster-admin".to_owned();
    rbac.bindings.entry((None, name.clone())).or_insert_with(|| Binding {
        document: None,
        namespace: None,
        name: name.clone(),
        role: RoleRef { kind: RoleKind::ClusterRole, name },
        subjects: vec![Subject::Group("system:masters".to_owned())],
    });
}

/// Is a role that no document holds one of the bootstrap policy?
pub(super) fn is_role(name: &str) -> bool {
    name.starts_with("system:") || name == "extension-apiserver-authentication-reader"
}

fn aggregate_to(role: &str) -> String {
    format!("rbac.authorization.k8s.io/aggregate-to-{role}")
}

fn labels(feeds: Option<&str>) -> BTreeMap<String, String> {
    let feeds = feeds.map(|role| (aggregate_to(role), "true".to_owned()));
    feeds.into_iter().chain([(LABEL.0.to_owned(), LABEL.1.to_owned())]).collect()
}
