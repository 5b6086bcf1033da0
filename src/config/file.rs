//! `podline.yaml`: what it can say.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{FailOn, Severity};
use crate::local::policy::LocalPolicy;
use crate::matching::{Match, OneOrMany};
use crate::waiver::configured::WaiverEntry;

/// The configuration of podline for a repository, or for the directory in which it stands.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// Files that this one builds on, relative to it. What this file says wins; lists add up. With a digest only a file of
    /// just these bytes: FILE@sha256:DIGEST.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub extends: OneOrMany<String>,
    /// Nearer configurations, in the directories below, may tighten what this one says and never loosen it: they build on it
    /// as if they extended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<bool>,
    /// The level of the Pod Security Standards, with a version or without: restricted, baseline:v1.31.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelSetting>,
    /// The cluster's version: what `latest` and anything newer mean there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes_version: Option<KubernetesVersion>,
    /// Judge by the labels of the namespaces and by the cluster's PodSecurityConfiguration, instead of by one level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admission: Option<AdmissionSetting<Admission>>,
    /// The namespace of objects that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Globs, as in .gitignore, for files and directories that a walk skips.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub exclude: OneOrMany<String>,
    /// What applies to which namespaces, labels, service accounts and files: the first entry that matches applies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<NamespaceEntry>,
    /// How much rules weigh: error, warning, note or off; annotation is what the policy of a cluster says itself, in
    /// policies.kyverno.io/severity. Names of rules, short or full, and globs such as pss/*.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, SeveritySetting>,
    /// Reports to write in addition to the one on standard output, as FORMAT=FILE, relative to this file.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub outputs: OneOrMany<String>,
    /// Where custom resources that podline does not know keep their pod templates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<CustomTemplate>,
    /// What is accepted although a rule forbids it: rules, a reason, and for which objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverEntry>,
    /// Who may waive, for how long, and what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver_policy: Option<WaiverPolicySetting>,
    /// Files of accepted findings, relative to this file, as `podline check --write-accepted` writes them.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub accepted: OneOrMany<String>,
    /// The lowest severity that makes the exit status 1: error, warning, note or never. A file that is nearer to the
    /// manifests can only make it stricter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_on: Option<FailOnSetting>,
    /// What makes the exit status 1 although it is not a finding: what was skipped or could not be judged.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub deny: OneOrMany<DenySetting>,
    /// Files and directories, relative to this file, with objects of the cluster that are not checked themselves:
    /// Namespaces, for their labels and annotations.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub cluster: OneOrMany<String>,
    /// Other policies than the Standards: PodSecurityPolicies by file, and policies in their vocabulary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<LocalPolicy>,
}

/// Who may waive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct WaiverPolicySetting {
    /// Which waivers in manifests count: allow, deny, or globs for files as in .gitignore. Without it, those that stand in a
    /// file of the repository and not in the charts/ of a chart.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub in_manifests: OneOrMany<String>,
    /// Only waivers count that end within so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 36500))]
    pub until_within: Option<i32>,
    /// Rules that nothing may waive: names, short or full, and globs.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub never: OneOrMany<String>,
}

impl WaiverPolicySetting {
    /// The words that stand alone under `in-manifests`.
    pub const WORDS: [&str; 2] = ["allow", "deny"];
}

/// How `--admission` judges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct Admission {
    /// The file with the PodSecurityConfiguration of the API server, relative to this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// The user who creates the objects, for exemptions by user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// What applies to some objects.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct NamespaceEntry {
    /// The objects; without it, all of them.
    #[serde(rename = "match", skip_serializing_if = "Match::is_empty")]
    pub objects: Match,
    /// The level of the Pod Security Standards for these objects, with a version or without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelSetting>,
    /// The version of the Standards for these objects: latest or v1.N.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionSetting>,
    /// How much rules weigh for these objects. What is not named here weighs what it weighs elsewhere.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, SeveritySetting>,
}

/// Where a kind of custom resource keeps a pod template.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct CustomTemplate {
    /// Group and version of the kind: example.com/v1. A version of * means all of them.
    #[schemars(required)]
    pub api_version: String,
    /// The kind.
    #[schemars(required)]
    pub kind: String,
    /// Where the pod template stands, or the pod's spec: spec.template, spec.nodeSets[*].podTemplate.
    #[schemars(required)]
    pub path: String,
    /// Whether the controller makes its pods of just what is written there. If it adds to them, what is missing is a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
}

/// `true`, or how.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct AdmissionSetting<T>(pub T);

impl<T: JsonSchema> JsonSchema for AdmissionSetting<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let how = generator.subschema_for::<T>();
        schemars::json_schema!({"anyOf": [{"const": true}, how]})
    }
}

/// A level with a version or without, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct LevelSetting(
    #[schemars(regex(pattern = r"^(privileged|baseline|restricted)(:(latest|v1\.\d+))?$"))] pub String,
);

/// A version of the Standards, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct VersionSetting(#[schemars(regex(pattern = r"^(latest|v1\.\d+)$"))] pub String);

/// A version of Kubernetes, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct KubernetesVersion(pub String);

impl JsonSchema for KubernetesVersion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KubernetesVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // 1.33 without quotes is a number.
        schemars::json_schema!({"type": ["string", "number"], "examples": ["v1.33"]})
    }
}

/// How much a rule weighs, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SeveritySetting(pub String);

impl SeveritySetting {
    /// The weight; what YAML reads as false is `off`.
    pub fn weight(&self) -> super::severities::Weight {
        use super::severities::Weight;
        match self.0.as_str() {
            "error" => Weight::Severity(Severity::Error),
            "warning" => Weight::Severity(Severity::Warning),
            "note" => Weight::Severity(Severity::Note),
            "annotation" => Weight::Annotation,
            _ => Weight::Off,
        }
    }
}

impl JsonSchema for SeveritySetting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Severity".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // YAML 1.1 reads a bare off as false.
        schemars::json_schema!({"enum": ["error", "warning", "note", "off", "annotation", false]})
    }
}

/// From which severity on findings make a run fail, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct FailOnSetting(pub String);

impl FailOnSetting {
    /// What it means.
    pub fn fail_on(&self) -> FailOn {
        FailOn::named(&self.0).unwrap_or_default()
    }
}

impl JsonSchema for FailOnSetting {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FailOn".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"enum": FAIL_ON})
    }
}

/// The names of [`FailOn`], in the order of severities.
const FAIL_ON: [&str; 4] = ["error", "warning", "note", "never"];

/// What is forbidden although it is not a finding, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct DenySetting(pub String);

impl JsonSchema for DenySetting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Deny".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"enum": super::deny::names()})
    }
}

/// The JSON Schema of the configuration.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Config)
}
