//! `--admission-config`: the PodSecurityConfiguration of an API server, read as strictly as the API server reads it.
//!
//! It stands alone, as the webhook takes it, or inside an AdmissionConfiguration, as kube-apiserver does. Sources:
//! `admission/api/load` and `admission/api/validation` of k8s.io/pod-security-admission, and
//! `k8s.io/apiserver/pkg/admission/config.go`.

use serde::Deserialize;

use crate::manifest::suggest::nearest;
use crate::pod_security::admission::{Configuration, Exemptions, LevelVersion, Policy};
use crate::pod_security::{Level, Version};
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::yaml::de::{Problem, ProblemKind, Rules, decode};
use crate::yaml::locate::{Locator, repeated_keys};
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{Kind, NodeId, Tree};

pub(crate) mod names;

const CONFIG_VERSIONS: [&str; 3] = [
    "pod-security.admission.config.k8s.io/v1",
    "pod-security.admission.config.k8s.io/v1beta1",
    "pod-security.admission.config.k8s.io/v1alpha1",
];
const CONFIG_KIND: &str = "PodSecurityConfiguration";
const WRAPPER_VERSIONS: [&str; 2] = ["apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1"];
const WRAPPER_KIND: &str = "AdmissionConfiguration";
const PLUGIN: &str = "PodSecurity";

/// Plain structs of strings: nothing of Kubernetes' own to check.
const RULES: &Rules = &Rules { formats: &[], lists: &[], switches: &[], type_keys: &[], object_key: "" };

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The configuration.
    Here(Configuration),
    /// Another file holds it.
    Elsewhere {
        /// Its path, relative to the folder of this one.
        path: String,
        /// Where that is said.
        span: Span,
    },
}

/// Something that the API server would refuse to start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where it stands.
    pub span: Span,
    /// What is wrong, and what would be right.
    pub message: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PodSecurityConfiguration {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    defaults: Defaults,
    exemptions: ExemptionLists,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Defaults {
    enforce: String,
    enforce_version: String,
    audit: String,
    audit_version: String,
    warn: String,
    warn_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExemptionLists {
    usernames: Vec<String>,
    namespaces: Vec<String>,
    runtime_classes: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AdmissionConfiguration {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    plugins: Vec<Plugin>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Plugin {
    name: String,
    path: String,
    #[serde(rename = "configuration")]
    _configuration: serde::de::IgnoredAny,
}

/// Reads a configuration file. An empty one means the defaults.
///
/// # Errors
/// All that is wrong with it, in the order of the file.
pub fn load(file: &SourceFile) -> Result<Loaded, Vec<ConfigError>> {
    if file.text().is_empty() {
        return Ok(Loaded::Here(Configuration::default()));
    }
    let piece = only_piece(file).map_err(|error| vec![error])?;
    let tree = parse(file, &piece).map_err(|error| vec![ConfigError { span: error.span, message: error.message }])?;
    let root = tree.root().filter(|&root| !tree.is_null(root));
    let nothing = || vec![ConfigError { span: Span::default(), message: "the file holds no configuration".to_owned() }];
    let mut reader = Reader { tree: &tree, locator: Locator::new(&tree), errors: Vec::new() };
    let loaded = reader.load(root.ok_or_else(nothing)?);
    let mut errors = reader.errors;
    errors.sort_by_key(|error| error.span);
    if errors.is_empty() { Ok(loaded.unwrap_or(Loaded::Here(Configuration::default()))) } else { Err(errors) }
}

/// The part of the file that the API server reads: of YAML the first document, and JSON as a whole.
fn only_piece(file: &SourceFile) -> Result<Piece, ConfigError> {
    let text = file.text();
    if !text.trim_start().starts_with('{') {
        return Ok(Piece::Yaml(Span::new(0, text.len())));
    }
    let mut pieces = split(file);
    match pieces.as_slice() {
        [Piece::Json(_)] => Ok(pieces.remove(0)),
        pieces => {
            let other = pieces.iter().find(|piece| !matches!(piece, Piece::Json(_))).or(pieces.get(1));
            let message = "a file that begins with a brace must be one JSON object".to_owned();
            Err(ConfigError { span: other.map(Piece::span).unwrap_or_default(), message })
        }
    }
}

struct Reader<'a, 't> {
    tree: &'a Tree<'t>,
    locator: Locator<'a, 't>,
    errors: Vec<ConfigError>,
}

impl Reader<'_, '_> {
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(ConfigError { span, message: message.into() });
    }

    fn load(&mut self, root: NodeId) -> Option<Loaded> {
        self.repeated_keys(root);
        let (api_version, kind) = self.type_of(root)?;
        if kind == WRAPPER_KIND {
            return self.wrapper(root, &api_version);
        }
        self.configuration(root, &api_version, &kind).map(Loaded::Here)
    }

    /// apiVersion and kind of a mapping, which it must have.
    fn type_of(&mut self, node: NodeId) -> Option<(String, String)> {
        if self.tree.kind(self.tree.resolve(node)) != Kind::Mapping {
            let span = self.tree.span(node);
            self.error(span, format!("a configuration is a mapping with apiVersion and kind: {CONFIG_KIND}"));
            return None;
        }
        let mut read = |key: &'static str, example: &str| {
            let value = self.tree.get(node, key).filter(|&value| !self.tree.is_null(value));
            let text = value.and_then(|value| self.tree.string(value)).filter(|text| !text.is_empty());
            let text = text.map(std::borrow::Cow::into_owned);
            if text.is_none() {
                let span = self.locator.locate(node, &FieldPath::of(key)).span;
                self.error(span, format!("{key} is missing or no string: write {key}: {example}"));
            }
            text
        };
        let api_version = read("apiVersion", CONFIG_VERSIONS[0]);
        let kind = read("kind", CONFIG_KIND);
        Some((api_version?, kind?))
    }

    /// The configuration inside an AdmissionConfiguration. The first plugin of the right name counts.
    fn wrapper(&mut self, root: NodeId, api_version: &str) -> Option<Loaded> {
        self.is_one_of(root, "apiVersion", api_version, &WRAPPER_VERSIONS)?;
        let wrapper: AdmissionConfiguration = self.decode(root, root)?;
        let at = wrapper.plugins.iter().position(|plugin| plugin.name == PLUGIN);
        let Some(at) = at else { return Some(Loaded::Here(Configuration::default())) };
        let path = FieldPath::of("plugins").index(at).field("configuration");
        let Some(inside) = self.locator.locate(root, &path).value else {
            let path = wrapper.plugins[at].path.clone();
            let span = self.locator.locate(root, &FieldPath::of("plugins").index(at).field("path")).span;
            let nowhere = Loaded::Here(Configuration::default());
            return Some(if path.is_empty() { nowhere } else { Loaded::Elsewhere { path, span } });
        };
        let (api_version, kind) = self.type_of(inside)?;
        self.configuration(inside, &api_version, &kind).map(Loaded::Here)
    }

    /// A PodSecurityConfiguration.
    fn configuration(&mut self, root: NodeId, api_version: &str, kind: &str) -> Option<Configuration> {
        let version = self.is_one_of(root, "apiVersion", api_version, &CONFIG_VERSIONS);
        let kind = self.is_one_of(root, "kind", kind, &[CONFIG_KIND]);
        version.and(kind)?;
        let config: PodSecurityConfiguration = self.decode(root, root)?;
        let Defaults { enforce, enforce_version, audit, audit_version, warn, warn_version } = &config.defaults;
        let defaults = Policy {
            enforce: self.standard(root, ["enforce", "enforce-version"], [enforce, enforce_version]),
            audit: self.standard(root, ["audit", "audit-version"], [audit, audit_version]),
            warn: self.standard(root, ["warn", "warn-version"], [warn, warn_version]),
        };
        let ExemptionLists { usernames, namespaces, runtime_classes } = config.exemptions;
        self.names(root, "usernames", &usernames, |name| {
            if name.is_empty() { Some("a username must not be empty") } else { None }
        });
        self.names(root, "namespaces", &namespaces, names::wrong_namespace);
        self.names(root, "runtimeClasses", &runtime_classes, names::wrong_runtime_class);
        Some(Configuration { defaults, exemptions: Exemptions { usernames, namespaces, runtime_classes } })
    }

    /// Decodes a mapping, and notes what its type does not allow.
    fn decode<T: for<'de> Deserialize<'de>>(&mut self, root: NodeId, node: NodeId) -> Option<T> {
        let (value, problems) = decode::<T>(self.tree, Some(node), RULES);
        for problem in &problems {
            self.problem(root, problem);
        }
        value
    }

    fn problem(&mut self, root: NodeId, problem: &Problem) {
        let path = &problem.path;
        match &problem.kind {
            ProblemKind::WrongType { expected, found } => {
                let is_scalar = self.tree.kind(self.tree.resolve(problem.node)) == Kind::Scalar;
                let located = self.locator.locate(root, path).span;
                let span = if is_scalar { self.tree.span(problem.node) } else { located };
                let quotes = if is_scalar && expected.contains("string") { "; put it in quotes" } else { "" };
                self.error(span, format!("{path} takes {expected}, but holds {found}{quotes}"));
            }
            ProblemKind::UnknownField { known } => {
                let name = self.tree.key(problem.node).unwrap_or_default();
                let near = nearest(&name, known.iter().copied());
                let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                let span = self.tree.span(problem.node);
                self.error(span, format!("unknown field {path}: known are {}{near}", known.join(", ")));
            }
        }
    }

    /// A default level and version. "" means the default of the default.
    fn standard(&mut self, root: NodeId, names: [&'static str; 2], [level, version]: [&str; 2]) -> LevelVersion {
        let mut standard = LevelVersion::default();
        if !level.is_empty() {
            standard.level = level.parse().unwrap_or_else(|_| {
                let near = nearest(level, Level::ALL.map(Level::as_str)).map(|near| format!("; did you mean {near}?"));
                let allowed = "must be one of privileged, baseline, restricted";
                self.wrong_default(root, names[0], level, &format!("{allowed}{}", near.unwrap_or_default()));
                Level::Privileged
            });
        }
        if !version.is_empty() {
            standard.version = version.parse().unwrap_or_else(|_| {
                let meant = format!("v{version}");
                let is_meant = meant.parse::<Version>().is_ok();
                let near = if is_meant { format!("; did you mean {meant}?") } else { String::new() };
                self.wrong_default(root, names[1], version, &format!("must be \"latest\" or \"v1.x\"{near}"));
                Version::Latest
            });
        }
        standard
    }

    fn wrong_default(&mut self, root: NodeId, name: &'static str, value: &str, allowed: &str) {
        let span = self.locator.locate(root, &FieldPath::of("defaults").field(name)).span;
        self.error(span, format!("defaults.{name}: invalid value {value:?}: {allowed}"));
    }

    /// A list of names that are exempt.
    fn names(&mut self, root: NodeId, list: &'static str, names: &[String], wrong: fn(&str) -> Option<&'static str>) {
        let mut seen = std::collections::HashSet::new();
        for (index, name) in names.iter().enumerate() {
            let path = FieldPath::of("exemptions").field(list).index(index);
            let what = match wrong(name) {
                Some(wrong) => format!("invalid value {name:?}: {wrong}"),
                None if !seen.insert(name) => format!("duplicate value {name:?}"),
                None => continue,
            };
            let span = self.locator.locate(root, &path).span;
            self.error(span, format!("{path}: {what}"));
        }
    }

    fn is_one_of(&mut self, root: NodeId, key: &'static str, value: &str, allowed: &[&'static str]) -> Option<()> {
        if allowed.contains(&value) {
            return Some(());
        }
        let near = nearest(value, allowed.iter().copied()).map(|near| format!("; did you mean {near}?"));
        let span = self.locator.locate(root, &FieldPath::of(key)).span;
        let allowed = allowed.join(", ");
        self.error(span, format!("unknown {key} {value:?}: must be {allowed}{}", near.unwrap_or_default()));
        None
    }

    /// Strict decoding takes no key twice.
    fn repeated_keys(&mut self, root: NodeId) {
        let mut repeated = Vec::new();
        for one in repeated_keys(self.tree, root) {
            repeated.push((self.tree.span(one.wins.key), one.path(self.tree).to_string()));
        }
        for (span, path) in repeated {
            self.error(span, format!("{path} is given twice"));
        }
    }
}

#[cfg(test)]
mod tests;
