//! What the client can do, and what it asks for.

use std::path::PathBuf;

use serde_json::Value;

use super::text::Encoding;
use super::uri::path_of;
use crate::config::standard::{not_known, parse_kubernetes_version, parse_level};
use crate::pod_security::{Level, Version};

/// What a client says of itself. Only what is used is read, so that nothing else it may say is a mistake.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "abilities are there or not")]
pub struct Client {
    /// What it counts characters in.
    pub encoding: Encoding,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
    /// It watches files when it is asked to.
    pub watches_files: bool,
    /// It answers `workspace/configuration`.
    pub has_configuration: bool,
    /// It applies edits to a version of a document.
    pub has_document_changes: bool,
    /// It shows Markdown.
    pub shows_markdown: bool,
    /// It fills in snippets.
    pub has_snippets: bool,
    /// It shows Markdown beside what it offers.
    pub documents_in_markdown: bool,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn new(parameters: &Value) -> Self {
        let can = |path: &str| parameters.pointer(&format!("/capabilities{path}"));
        let is = |path: &str| can(path).and_then(Value::as_bool).unwrap_or_default();
        let strings = |path: &str| {
            let list = can(path).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>()
        };
        Self {
            encoding: Encoding::negotiate(strings("/general/positionEncodings")),
            folders: folders(parameters),
            watches_files: is("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            has_configuration: is("/workspace/configuration"),
            has_document_changes: is("/workspace/workspaceEdit/documentChanges"),
            shows_markdown: strings("/textDocument/hover/contentFormat").contains(&"markdown"),
            has_snippets: is("/textDocument/completion/completionItem/snippetSupport"),
            documents_in_markdown: strings("/textDocument/completion/completionItem/documentationFormat")
                .contains(&"markdown"),
        }
    }
}

fn folders(parameters: &Value) -> Vec<PathBuf> {
    let folders = parameters.get("workspaceFolders").and_then(Value::as_array);
    let mut paths: Vec<PathBuf> = folders.into_iter().flatten().filter_map(folder).collect();
    if paths.is_empty() {
        let root = parameters.get("rootUri").and_then(Value::as_str).and_then(path_of);
        let path = || parameters.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
        paths.extend(root.or_else(path).filter(|path| path.is_absolute()));
    }
    paths
}

/// The path of a `WorkspaceFolder`.
pub fn folder(folder: &Value) -> Option<PathBuf> {
    folder.get("uri").and_then(Value::as_str).and_then(path_of)
}

/// When a text is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// Shortly after it changed.
    #[default]
    OnType,
    /// When it is opened or saved.
    OnSave,
}

/// The settings of podline in the editor. They hold as options of the command line do: above `podline.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The level and version for all.
    pub level: Option<(Level, Version)>,
    /// The newest minor version that the cluster knows.
    pub kubernetes_version: Option<u32>,
    /// The namespace of objects that name none.
    pub namespace: Option<String>,
    /// Judge by the labels of namespaces.
    pub admission: bool,
    /// When a text is judged.
    pub run: Run,
}

/// Settings, where those of one object stand above those of another. Each may stand under `podline`.
pub fn above(below: &Value, above: &Value) -> Value {
    let own = |settings: &Value| settings.get("podline").unwrap_or(settings).as_object().cloned();
    let mut settings = own(below).unwrap_or_default();
    settings.extend(own(above).into_iter().flatten().filter(|(_, value)| !value.is_null()));
    settings.into()
}

impl Settings {
    /// Reads settings. The second result is what is wrong with them.
    pub fn new(settings: &Value) -> (Self, Vec<String>) {
        let mut wrong = Vec::new();
        for (key, is_right, kind) in [
            ("level", Value::is_string as fn(&Value) -> bool, "a text"),
            ("kubernetesVersion", Value::is_string, "a text"),
            ("namespace", Value::is_string, "a text"),
            ("admission", Value::is_boolean, "true or false"),
            ("run", Value::is_string, "onType or onSave"),
        ] {
            if settings.get(key).is_some_and(|value| !value.is_null() && !is_right(value)) {
                wrong.push(format!("the setting podline.{key}: must be {kind}"));
            }
        }
        let text = |key: &str| settings.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut note = |key: &str, message: String| wrong.push(format!("the setting podline.{key}: {message}"));
        let version = |text: &str| text.split_once(':').map_or("", |(_, version)| version).to_owned();
        let versions = [
            ("level", text("level").map(version)),
            ("kubernetesVersion", text("kubernetesVersion").map(str::to_owned)),
        ];
        for (key, version) in versions {
            if let Some(message) = version.as_deref().and_then(not_known) {
                note(key, message);
            }
        }
        let read = Self {
            level: text("level")
                .and_then(|text| parse_level(text).map_err(|error| note("level", error.to_string())).ok()),
            kubernetes_version: text("kubernetesVersion").and_then(|text| {
                parse_kubernetes_version(text).map_err(|error| note("kubernetesVersion", error.to_string())).ok()
            }),
            namespace: text("namespace").map(str::to_owned),
            admission: settings.get("admission").and_then(Value::as_bool).unwrap_or_default(),
            run: match text("run") {
                None | Some("onType") => Run::OnType,
                Some("onSave") => Run::OnSave,
                Some(_) => {
                    note("run", "must be onType or onSave".to_owned());
                    Run::OnType
                }
            },
        };
        (read, wrong)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(settings: &Value) -> (Settings, Vec<String>) {
        Settings::new(&above(&Value::Null, settings))
    }

    #[test]
    fn settings_stand_alone_or_under_their_name() {
        let level = Some((Level::Baseline, Version::Minor(31)));
        for given in [json!({"level": "baseline:v1.31"}), json!({"podline": {"level": "baseline:v1.31"}})] {
            assert_eq!(settings(&given), (Settings { level, ..Settings::default() }, Vec::new()));
        }
    }

    #[test]
    fn settings_that_are_not_named_stay_as_they_were() {
        let first = json!({"podline": {"namespace": "shop", "admission": true}});
        let later = json!({"admission": false, "namespace": null});
        assert_eq!(above(&first, &later), json!({"namespace": "shop", "admission": false}));
        assert_eq!(above(&first, &json!({})), first["podline"]);
    }

    #[test]
    fn a_wrong_setting_is_named_and_the_others_hold() {
        let given =
            json!({"level": "strict", "run": 7, "kubernetesVersion": "x", "namespace": "shop", "admission": "no"});
        let (read, wrong) = settings(&given);
        assert_eq!(read.namespace.as_deref(), Some("shop"));
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        for nonsense in [json!(null), json!([1]), json!("level"), json!({"podline": 1})] {
            assert_eq!(settings(&nonsense), (Settings::default(), Vec::new()));
        }
    }

    #[test]
    fn a_version_that_podline_does_not_know_is_said_and_holds() {
        let (read, wrong) = settings(&json!({"level": "baseline:v1.99", "kubernetesVersion": "1.98"}));
        assert_eq!((read.level, read.kubernetes_version), (Some((Level::Baseline, Version::Minor(99))), Some(98)));
        for (said, version) in wrong.iter().zip(["level: v1.99", "kubernetesVersion: v1.98"]) {
            assert!(said.starts_with(&format!("the setting podline.{version} is newer than podline knows")), "{said}");
        }
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }

    #[test]
    fn a_client_that_says_nonsense_can_do_nothing() {
        for nonsense in [json!(null), json!({"capabilities": [], "workspaceFolders": {"uri": 1}, "rootPath": "a"})] {
            let client = Client::new(&nonsense);
            assert!(client.folders.is_empty() && !client.watches_files && client.encoding == Encoding::Utf16);
        }
    }
}
