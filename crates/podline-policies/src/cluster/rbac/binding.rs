//! Who has a role, and where.

use serde_json::Value;

use super::GROUP;
use crate::engine::User;
use crate::json::{items, text};

/// A RoleBinding or a ClusterRoleBinding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Which of the documents it is; none for one of the bootstrap policy.
    pub document: Option<usize>,
    /// Where it holds; nothing for a ClusterRoleBinding, which holds everywhere.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The role that it gives.
    pub role: RoleRef,
    /// Whom it gives it to: one that matches is enough.
    pub subjects: Vec<Subject>,
}

/// The role that a binding gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRef {
    /// Where it is looked for, and nowhere else.
    pub kind: RoleKind,
    /// Its name.
    pub name: String,
}

/// The kinds of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    /// Of the binding's namespace.
    Role,
    /// Of the cluster.
    ClusterRole,
}

/// Who is given a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// By name, which may be that of a service account.
    User(String),
    /// Everybody in it.
    Group(String),
    /// A service account.
    ServiceAccount {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

impl Binding {
    /// A sound document. `namespace` is where it lives.
    pub(super) fn new(document: &Value, index: usize, namespace: Option<&str>) -> Binding {
        let role = &document["roleRef"];
        let is_alpha = document["apiVersion"] == "rbac.authorization.k8s.io/v1alpha1";
        let kind = if role["kind"] == "Role" { RoleKind::Role } else { RoleKind::ClusterRole };
        Binding {
            document: Some(index),
            namespace: namespace.map(str::to_owned),
            name: text(&document["metadata"]["name"]).to_owned(),
            role: RoleRef { kind, name: text(&role["name"]).to_owned() },
            subjects: items(&document["subjects"]).map(|json| Subject::new(json, is_alpha, namespace)).collect(),
        }
    }

    /// Does it hold in this namespace?
    pub fn holds_in(&self, namespace: &str) -> bool {
        self.namespace.as_deref().is_none_or(|own| own == namespace)
    }

    /// Is this user one of its subjects?
    pub fn names(&self, user: &User) -> bool {
        self.subjects.iter().any(|subject| subject.is(user))
    }
}

impl RoleKind {
    /// `Role`, `ClusterRole`
    pub fn name(self) -> &'static str {
        match self {
            RoleKind::Role => "Role",
            RoleKind::ClusterRole => "ClusterRole",
        }
    }
}

impl Subject {
    fn new(json: &Value, is_alpha: bool, binding: Option<&str>) -> Subject {
        let name = text(&json["name"]).to_owned();
        match text(&json["kind"]) {
            "ServiceAccount" => {
                let written = Some(text(&json["namespace"])).filter(|namespace| !namespace.is_empty());
                Subject::ServiceAccount { namespace: written.or(binding).unwrap_or_default().to_owned(), name }
            }
            "User" if is_alpha && name == "*" => Subject::Group("system:authenticated".to_owned()),
            "User" => Subject::User(name),
            _ => Subject::Group(name),
        }
    }

    /// Does it mean this user?
    pub fn is(&self, user: &User) -> bool {
        match self {
            Subject::User(name) => *name == user.name,
            Subject::Group(name) => user.groups.contains(name),
            Subject::ServiceAccount { namespace, name } => {
                let rest = user.name.strip_prefix("system:serviceaccount:");
                let rest = rest.and_then(|rest| rest.strip_prefix(namespace.as_str()));
                rest.and_then(|rest| rest.strip_prefix(':')).is_some_and(|own| own == name)
            }
        }
    }
}

/// The API group that subjects of a kind have where none is written, as the API's defaults have it.
pub(super) fn default_group(kind: &str) -> &'static str {
    match kind {
        "User" | "Group" => GROUP,
        _ => "",
    }
}
