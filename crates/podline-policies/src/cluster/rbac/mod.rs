//! Who may do what: roles and bindings, as the RBAC authorizer reads them.
//!
//! Rights only add up: there is no rule that forbids, and no order. A ClusterRoleBinding holds everywhere, a RoleBinding
//! in its namespace, also for resources that live in none, since what is asked carries a namespace.
//!
//! Source: `plugin/pkg/auth/authorizer/rbac`, `pkg/apis/rbac/v1/evaluation_helpers.go` and
//! `pkg/controller/clusterroleaggregation` of Kubernetes 1.24.17.
//!
//! # What differs from a cluster
//! Only RBAC is here. Other authorizers (Node, ABAC, webhooks) add rights. Of the bootstrap policy [`Rbac`] holds the
//! roles `cluster-admin`, `admin`, `edit` and `view`.

mod aggregation;
mod binding;
mod bootstrap;
mod load;
mod refused;
mod role;
mod shapes;

use std::collections::BTreeMap;

pub use binding::{Binding, RoleKind, RoleRef, Subject};
pub use load::{Loaded, claims, load};
use role::Role;

use crate::engine::User;

/// The API group of roles and bindings.
pub const GROUP: &str = "rbac.authorization.k8s.io";

/// The roles and bindings of a cluster, those of the bootstrap policy included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rbac {
    cluster_roles: BTreeMap<String, Role>,
    /// By namespace and name.
    roles: BTreeMap<(String, String), Role>,
    /// By namespace (none for ClusterRoleBindings) and name.
    bindings: BTreeMap<(Option<String>, String), Binding>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission<'a> {
    /// `use`
    pub verb: &'a str,
    /// The API groups that the resource is asked for in: one of them is enough.
    pub groups: &'a [&'a str],
    /// `podsecuritypolicies`
    pub resource: &'a str,
    /// The name of the object.
    pub name: &'a str,
}

impl Rbac {
    /// The bindings whose role has a permission, by namespace and name, those of the whole cluster first.
    pub fn grants(&self, permission: &Permission<'_>) -> Vec<&Binding> {
        let holders = aggregation::holders(&self.cluster_roles, permission);
        let has = |binding: &&Binding| match binding.role.kind {
            RoleKind::ClusterRole => holders.contains(binding.role.name.as_str()),
            RoleKind::Role => self.role_of(binding).is_some_and(|role| role.allows(permission)),
        };
        self.bindings.values().filter(has).collect()
    }

    /// The roles in documents that have a permission: the namespace of each (none for a ClusterRole), and its name.
    pub fn roles_with(&self, permission: &Permission<'_>) -> Vec<(Option<&str>, &str)> {
        let holders = aggregation::holders(&self.cluster_roles, permission);
        let of_cluster = self.cluster_roles.iter().filter(|(name, _)| holders.contains(name.as_str()));
        let of_cluster = of_cluster.map(|(name, role)| (None, name.as_str(), role));
        let others = self.roles.iter().filter(|(_, role)| role.allows(permission));
        let others = others.map(|((namespace, name), role)| (Some(namespace.as_str()), name.as_str(), role));
        let written = of_cluster.chain(others).filter(|(.., role)| role.document.is_some());
        written.map(|(namespace, name, _)| (namespace, name)).collect()
    }

    /// May this user do it in a namespace?
    pub fn allows(&self, user: &User, namespace: &str, permission: &Permission<'_>) -> bool {
        self.grants(permission).into_iter().any(|binding| binding.holds_in(namespace) && binding.names(user))
    }

    /// The bindings that stand in a document, by namespace and name.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.values().filter(|binding| binding.document.is_some())
    }

    /// Is the role of a binding there? The bootstrap policy has more roles than are known here: they all are.
    pub fn has_role_of(&self, binding: &Binding) -> bool {
        match binding.role.kind {
            RoleKind::ClusterRole => {
                let name = &binding.role.name;
                self.cluster_roles.contains_key(name) || bootstrap::is_role(name)
            }
            RoleKind::Role => self.role_of(binding).is_some() || bootstrap::is_role(&binding.role.name),
        }
    }

    /// Does a role that stands in a document allow a verb on some object of a resource?
    pub fn mentions(&self, verb: &str, groups: &[&str], resource: &str) -> bool {
        let roles = self.cluster_roles.values().chain(self.roles.values());
        roles.filter(|role| role.document.is_some()).any(|role| role.mentions(verb, groups, resource))
    }

    fn role_of(&self, binding: &Binding) -> Option<&Role> {
        let namespace = binding.namespace.as_ref()?;
        self.roles.get(&(namespace.clone(), binding.role.name.clone()))
    }
}
