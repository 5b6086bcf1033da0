//! An object as the controls look at it that judge no pods.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is read of an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    pub kind: String,
    pub name: String,
    pub namespace: String,
    pub labels: BTreeMap<String, String>,
    /// What an Ingress says, if it is one.
    pub ingress: Option<Ingress>,
}

/// What is read of an Ingress, in any of its groups.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Ingress {
    pub metadata: IngressMetadata,
    pub spec: IngressSpec,
}

/// What is read of its metadata.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressMetadata {
    pub annotations: BTreeMap<String, String>,
}

/// What is read of its spec.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressSpec {
    pub ingress_class_name: Option<String>,
    pub rules: Vec<IngressRule>,
    pub tls: Vec<IngressTls>,
}

/// What is read of a rule.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressRule {
    pub host: Option<String>,
}

/// What is read of an entry for TLS.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressTls {
    pub hosts: Vec<String>,
}
