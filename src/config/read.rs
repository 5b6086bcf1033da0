//! One configuration file, read by the located reader: every mistake has its place.

use std::path::PathBuf;

use serde::Deserialize;

use super::scope::{FileGlobs, globs};
use super::selector::Selector;
use super::severities::Severities;
use super::standard::{parse_kubernetes_version, parse_level};
use super::{Config, NamespaceEntry, SeveritySetting, template};
use crate::finding::{Finding, Severity};
use crate::lint;
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::manifest::suggest::nearest;
use crate::pod_security::{Level, Version};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::waiver::configured::{ConfiguredWaiver, Entry, Mistake, Waivers};
use crate::waiver::date::Date;
use crate::yaml::de::{self, Format, Problem, ProblemKind, Rules};
use crate::yaml::locate::{Locator, repeated_keys};
use crate::yaml::parse::parse;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::scalar::Scalar;
use crate::yaml::split::split;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// The newtypes of the configuration whose text is narrower than any string.
const FORMATS: &[Format] = &[
    Format {
        name: "LevelSetting",
        expected: "privileged, baseline or restricted, with a version or without, as in restricted:v1.31",
        accepts: |value, _| matches!(value, Some(Scalar::Str(text)) if parse_level(text).is_ok()),
        stand_in: None,
    },
    Format {
        name: "VersionSetting",
        expected: "latest or a version such as v1.31",
        accepts: |value, _| matches!(value, Some(Scalar::Str(text)) if text.parse::<Version>().is_ok()),
        stand_in: None,
    },
    Format {
        name: "KubernetesVersion",
        expected: "a version of Kubernetes such as v1.33",
        // 1.33 without quotes is a number, and its text says what was meant.
        accepts: |value, raw| {
            matches!(value, Some(Scalar::Str(_) | Scalar::Float(_))) && parse_kubernetes_version(raw).is_ok()
        },
        stand_in: None,
    },
    Format {
        name: "SeveritySetting",
        expected: "error, warning, note or off",
        // A bare off is the boolean false.
        accepts: |value, _| match value {
            Some(Scalar::Str(text)) => SEVERITIES.contains(&text.as_ref()),
            value => matches!(value, Some(Scalar::Bool(false))),
        },
        stand_in: None,
    },
];

const SEVERITIES: [&str; 4] = ["error", "warning", "note", "off"];

/// What decoding has to know of the configuration's types.
pub const RULES: &Rules =
    &Rules { formats: FORMATS, lists: &["OneOrMany"], switches: &["AdmissionSetting"], type_keys: &[], object_key: "" };

/// Where the entries of a configuration file stand: their lines, from 1.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Of `namespaces`.
    pub namespaces: Vec<usize>,
    /// Of `waivers`.
    pub waivers: Vec<usize>,
    /// Of `policies`.
    pub policies: Vec<usize>,
}

/// What a configuration file says.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Its settings.
    pub config: Config,
    /// Where its entries stand.
    pub lines: Lines,
    /// Its mistakes. With any, the settings are not to be used.
    pub mistakes: Vec<Finding>,
}

/// Reads a configuration file.
pub fn read(file: &SourceFile) -> Read {
    let mut pieces = split(file);
    if pieces.len() > 1 {
        let message = "a configuration is one document: this begins another one";
        let mistakes = vec![mistake(file, pieces[1].span(), message)];
        return Read { mistakes, ..Read::default() };
    }
    let Some(piece) = pieces.pop() else { return Read::default() };
    let tree = match parse(file, &piece) {
        Ok(tree) => tree,
        Err(error) => return Read { mistakes: vec![mistake(file, error.span, error.message)], ..Read::default() },
    };
    let mut reader =
        Reader { file, tree: &tree, locator: Locator::new(&tree), mistakes: Vec::new(), wrong: Vec::new() };
    let config = reader.config();
    let lines = Lines {
        namespaces: reader.lines("namespaces", config.namespaces.len()),
        waivers: reader.lines("waivers", config.waivers.len()),
        policies: reader.lines("policies", config.policies.len()),
    };
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|mistake| mistake.location.span.start);
    Read { config, lines, mistakes }
}

/// What narrows a waiver down.
const WAIVER_SCOPES: [&str; 9] =
    ["kind", "namespace", "name", "labels", "source", "image", "container", "file", "until"];

/// A mistake in a configuration file.
pub fn mistake(file: &SourceFile, span: Span, message: impl Into<String>) -> Finding {
    lint::finding(file, id::CONFIGURATION, Severity::Error, span, message)
}

/// The field that a problem is about: of a key that is unknown, the one that it is probably a misspelling of.
fn meant(problem: &Problem) -> FieldPath {
    let ProblemKind::UnknownField { known } = problem.kind else { return problem.path.clone() };
    let segments = problem.path.segments();
    let Some(Segment::Field(name)) = segments.last() else { return problem.path.clone() };
    let parent = problem.path.prefix(segments.len() - 1);
    nearest(name, known.iter().copied()).map_or_else(|| problem.path.clone(), |near| parent.field(near))
}

struct Reader<'a, 't> {
    file: &'a SourceFile,
    tree: &'a Tree<'t>,
    locator: Locator<'a, 't>,
    mistakes: Vec<Finding>,
    /// What holds no value of its type, or is misspelt: nothing more is said of it.
    wrong: Vec<FieldPath>,
}

impl Reader<'_, '_> {
    fn config(&mut self) -> Config {
        let (tree, root) = (self.tree, self.tree.root());
        for repeated in root.map(|root| repeated_keys(tree, root)).unwrap_or_default() {
            let message = format!("{} is given twice", repeated.path(tree));
            self.mistakes.push(mistake(self.file, tree.span(repeated.wins.key), message));
        }
        let config = self.decode::<Config>(root);
        self.check(&config);
        config
    }

    /// Decodes a part, and notes what its type does not allow.
    fn decode<T: for<'de> Deserialize<'de> + Default>(&mut self, root: Option<NodeId>) -> T {
        let (value, problems) = de::decode::<T>(self.tree, root, RULES);
        for problem in problems {
            let message = self.describe(&problem);
            self.wrong.push(meant(&problem));
            self.mistakes.push(mistake(self.file, self.tree.span(problem.node), message));
        }
        value.unwrap_or_default()
    }

    fn describe(&self, problem: &Problem) -> String {
        let path =
            if problem.path.segments().is_empty() { "the configuration".to_owned() } else { problem.path.to_string() };
        match problem.kind {
            ProblemKind::WrongType { expected, found } => {
                let text = self.tree.raw(self.tree.resolve(problem.node));
                let holds = if text.is_empty() || text.len() > 40 { found.to_owned() } else { format!("{text:?}") };
                let names = SEVERITIES.into_iter().chain(Level::ALL.map(Level::as_str));
                let near = nearest(text, names.filter(|name| expected.contains(name)));
                let near = near.filter(|_| !text.is_empty()).map(|near| format!("; did you mean {near}?"));
                // What a switch stands for is a mapping to its type.
                let expected = if path == "admission" { "true or a mapping" } else { expected };
                format!("{path} takes {expected}, but holds {holds}{}", near.unwrap_or_default())
            }
            ProblemKind::UnknownField { known } => {
                let name = match problem.path.segments().last() {
                    Some(Segment::Field(name)) => name.as_ref(),
                    _ => "",
                };
                let near = nearest(name, known.iter().copied()).map(|near| format!(" (did you mean {near}?)"));
                format!("unknown key {path}{}; the keys here are {}", near.unwrap_or_default(), known.join(", "))
            }
        }
    }

    /// Notes a mistake at the value of a path.
    fn at(&mut self, path: &FieldPath, message: impl Into<String>) {
        let Some(root) = self.tree.root() else { return };
        if self.is_said(path) {
            return;
        }
        let span = self.locator.locate(root, path).span;
        self.mistakes.push(mistake(self.file, span, message));
    }

    /// Checks what the types cannot.
    fn check(&mut self, config: &Config) {
        if config.level.is_some() && config.admission.is_some() {
            let message = "level and admission exclude each other: admission judges by the labels of the namespaces";
            self.at(&FieldPath::of("admission"), message);
        }
        self.check_rules(&FieldPath::ROOT, &config.rules);
        self.check_files(&FieldPath::of("exclude"), &config.exclude.0);
        if let Some(ignored) = self.tree.ignored() {
            let message = "a configuration is one document: what follows its end is not read";
            self.mistakes.push(mistake(self.file, ignored, message));
        }
        self.check_scopes("namespaces", &["namespace", "selector", "service-account", "path"]);
        self.check_scopes("waivers", &WAIVER_SCOPES);
        self.check_scopes("policies", &["namespaces", "labels", "serviceAccounts"]);
        for (index, entry) in config.namespaces.iter().enumerate() {
            self.check_entry(&FieldPath::of("namespaces").index(index), entry);
        }
        for (index, custom) in config.templates.iter().enumerate() {
            if let Err((key, message)) = template::check(custom) {
                self.at(&FieldPath::of("templates").index(index).field(key), message);
            }
        }
        self.check_waivers(&config.waivers);
        for (index, policy) in config.policies.iter().enumerate() {
            self.check_policy(&FieldPath::of("policies").index(index), policy);
        }
        for (index, output) in config.outputs.0.iter().enumerate() {
            if output.split_once('=').is_none_or(|(format, file)| format.is_empty() || file.is_empty()) {
                let message = format!("{output:?} is no FORMAT=FILE such as json=podline.json");
                self.at(&FieldPath::of("outputs").index(index), message);
            }
        }
    }

    /// Whether entries say what they are for. A key without a value would not narrow them down at all, which is the
    /// opposite of what an empty list looks like.
    fn check_scopes(&mut self, list: &'static str, keys: &[&'static str]) {
        let tree = self.tree;
        let Some(entries) = tree.root().and_then(|root| tree.get(root, list)) else { return };
        for (index, entry) in tree.children(tree.resolve(entries)).enumerate() {
            for &key in keys {
                let Some(value) = tree.get(entry, key) else { continue };
                let is_collection = tree.kind(tree.resolve(value)) != Kind::Scalar;
                if tree.is_null(value) || is_collection && tree.children(tree.resolve(value)).next().is_none() {
                    let path = FieldPath::of(list).index(index).field(key);
                    if self.is_said(&path) {
                        continue;
                    }
                    let message = format!("{path} is empty; leave the key out for an entry that holds whatever it is");
                    self.at_key(&path, message);
                }
            }
        }
    }

    fn check_waivers(&mut self, waivers: &[Entry]) {
        let nowhere = |entry: &Entry| ConfiguredWaiver {
            entry: entry.clone(),
            file: String::new(),
            line: 0,
            directory: PathBuf::new(),
            inherited: false,
        };
        let mistakes = Waivers::new(waivers.iter().map(nowhere).collect(), Date::today()).err();
        for Mistake { waiver, field, index, message } in mistakes.unwrap_or_default() {
            let path = FieldPath::of("waivers").index(waiver).field(field);
            self.at(&index.map_or(path.clone(), |index| path.index(index)), message);
        }
    }

    fn check_policy(&mut self, at: &FieldPath, policy: &LocalPolicy) {
        if policy.name.is_empty() && policy.file.is_none() {
            self.at(at, "a policy needs a name, or a file");
        } else if policy.file.is_none()
            && let Err(message) = LocalPolicies::default().add(policy.clone())
        {
            self.at(at, message);
        }
    }

    fn check_entry(&mut self, at: &FieldPath, entry: &NamespaceEntry) {
        self.check_rules(at, &entry.rules);
        self.check_files(&at.field("path"), &entry.path.0);
        for (key, patterns) in [("namespace", &entry.namespace.0), ("service-account", &entry.service_account.0)] {
            for (index, pattern) in patterns.iter().enumerate() {
                if let Err(message) = globs(std::slice::from_ref(pattern)) {
                    self.at(&at.field(key).index(index), message);
                }
            }
        }
        if let Some(Err(message)) = entry.selector.as_deref().map(Selector::parse) {
            self.at(&at.field("selector"), message);
        }
        let names_version = entry.level.as_ref().is_some_and(|level| level.0.contains(':'));
        if names_version && entry.version.is_some() {
            self.at(&at.field("version"), "the level names a version already");
        }
    }

    fn check_files(&mut self, at: &FieldPath, patterns: &[String]) {
        for (index, pattern) in patterns.iter().enumerate() {
            // Any absolute base will do: only the glob is looked at.
            if let Err(message) = FileGlobs::new(std::path::Path::new("/"), std::slice::from_ref(pattern)) {
                self.at(&at.index(index), message);
            }
        }
    }

    fn check_rules(&mut self, at: &FieldPath, rules: &std::collections::BTreeMap<String, SeveritySetting>) {
        for (name, setting) in rules {
            if let Err((_, message)) = Severities::new([(name.as_str(), setting.weight())]) {
                let path = at.field("rules").field(name.clone());
                self.at_key(&path, message);
            }
        }
    }

    /// Whether a path lies in what has been told to be of a wrong type.
    fn is_said(&self, path: &FieldPath) -> bool {
        let inside = |wrong: &FieldPath| path.segments().starts_with(wrong.segments());
        self.wrong.iter().any(inside)
    }

    /// Notes a mistake at the key of a path.
    fn at_key(&mut self, path: &FieldPath, message: String) {
        let (Some(root), Some(Segment::Field(name))) = (self.tree.root(), path.segments().last()) else { return };
        let parent = self.locator.locate(root, &path.prefix(path.segments().len() - 1)).value;
        let entry = parent.and_then(|parent| self.tree.entry(parent, name));
        let span = entry.map_or_else(|| self.locator.locate(root, path).span, |entry| self.tree.span(entry.key));
        self.mistakes.push(mistake(self.file, span, message));
    }

    /// The lines on which the elements of a list stand.
    fn lines(&self, list: &'static str, count: usize) -> Vec<usize> {
        let Some(root) = self.tree.root() else { return Vec::new() };
        let line = |index| {
            let value = self.locator.locate(root, &FieldPath::of(list).index(index)).value;
            value.map_or(0, |value| self.file.position(self.tree.span(value).start).line)
        };
        (0..count).map(line).collect()
    }
}
