//! What the kinds of `rbac.authorization.k8s.io` hold.

use crate::shape::{METADATA, SELECTOR, STRING, STRINGS, Shape, Struct};

/// The kinds, by name. Subjects of v1alpha1 have other fields.
pub(super) fn kind_of(kind: &str, version: &str) -> Option<&'static Struct> {
    Some(match (kind, version) {
        ("Role", _) => &ROLE,
        ("ClusterRole", _) => &CLUSTER_ROLE,
        ("RoleBinding", "v1alpha1") => &ALPHA_ROLE_BINDING,
        ("RoleBinding", _) => &ROLE_BINDING,
        ("ClusterRoleBinding", "v1alpha1") => &ALPHA_CLUSTER_ROLE_BINDING,
        ("ClusterRoleBinding", _) => &CLUSTER_ROLE_BINDING,
        _ => return None,
    })
}

const RULES: Shape = Shape::List(
    "v1.PolicyRule",
    &Shape::Struct(&Struct {
        name: "PolicyRule",
        fields: &[
            ("apiGroups", STRINGS),
            ("nonResourceURLs", STRINGS),
            ("resourceNames", STRINGS),
            ("resources", STRINGS),
            ("verbs", STRINGS),
        ],
    }),
);

const AGGREGATION: Shape = Shape::Struct(&Struct {
    name: "AggregationRule",
    fields: &[("clusterRoleSelectors", Shape::List("v1.LabelSelector", &Shape::Struct(&SELECTOR)))],
});

const ROLE_REF: Shape =
    Shape::Struct(&Struct { name: "RoleRef", fields: &[("apiGroup", STRING), ("kind", STRING), ("name", STRING)] });

const SUBJECTS: Shape = Shape::List(
    "v1.Subject",
    &Shape::Struct(&Struct {
        name: "Subject",
        fields: &[("apiGroup", STRING), ("kind", STRING), ("name", STRING), ("namespace", STRING)],
    }),
);

const ALPHA_SUBJECTS: Shape = Shape::List(
    "v1alpha1.Subject",
    &Shape::Struct(&Struct {
        name: "Subject",
        fields: &[("apiVersion", STRING), ("kind", STRING), ("name", STRING), ("namespace", STRING)],
    }),
);

static ROLE: Struct = Struct { name: "Role", fields: &[("metadata", METADATA), ("rules", RULES)] };

static CLUSTER_ROLE: Struct = Struct {
    name: "ClusterRole",
    fields: &[("metadata", METADATA), ("rules", RULES), ("aggregationRule", AGGREGATION)],
};

static ROLE_BINDING: Struct =
    Struct { name: "RoleBinding", fields: &[("metadata", METADATA), ("subjects", SUBJECTS), ("roleRef", ROLE_REF)] };

static CLUSTER_ROLE_BINDING: Struct = Struct {
    name: "ClusterRoleBinding",
    fields: &[("metadata", METADATA), ("subjects", SUBJECTS), ("roleRef", ROLE_REF)],
};

static ALPHA_ROLE_BINDING: Struct = Struct {
    name: "RoleBinding",
    fields: &[("metadata", METADATA), ("subjects", ALPHA_SUBJECTS), ("roleRef", ROLE_REF)],
};

static ALPHA_CLUSTER_ROLE_BINDING: Struct = Struct {
    name: "ClusterRoleBinding",
    fields: &[("metadata", METADATA), ("subjects", ALPHA_SUBJECTS), ("roleRef", ROLE_REF)],
};
