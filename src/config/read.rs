//! One configuration file, read by the located reader: every mistake has its place.

mod checks;
mod decided;

use serde::Deserialize;

use super::standard::{parse_kubernetes_version, parse_level};
use super::{Config, versions};
use crate::finding::{FailOn, Finding, Severity};
use crate::manifest::suggest::nearest;
use crate::matching::renamed;
use crate::pod_security::{Level, Version};
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::source::span::Span;
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
        expected: "error, warning, note, off or annotation",
        // A bare off is the boolean false.
        accepts: |value, _| match value {
            Some(Scalar::Str(text)) => SEVERITIES.contains(&text.as_ref()),
            value => matches!(value, Some(Scalar::Bool(false))),
        },
        stand_in: None,
    },
    Format {
        name: "FailOnSetting",
        expected: "error, warning, note or never",
        accepts: |value, _| matches!(value, Some(Scalar::Str(text)) if FailOn::named(text).is_some()),
        stand_in: None,
    },
];

const SEVERITIES: [&str; 5] = ["error", "warning", "note", "off", "annotation"];

/// What decoding has to know of the configuration's types.
pub const RULES: &Rules =
    &Rules { formats: FORMATS, lists: &["OneOrMany"], switches: &["AdmissionSetting"], type_keys: &[], object_key: "" };

/// Where what a configuration file says stands in it.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The entries of `namespaces`.
    pub namespaces: Vec<Span>,
    /// The entries of `waivers`.
    pub waivers: Vec<Span>,
    /// The entries of `policies`.
    pub policies: Vec<Span>,
    /// The elements of `accepted`.
    pub accepted: Vec<Span>,
    /// The elements of `outputs`.
    pub outputs: Vec<Span>,
    /// What is named under `rules`, and is a rule only if a policy brings it.
    pub rules: Vec<(String, Span)>,
    /// `config` of `admission`.
    pub admission_config: Span,
    /// The lines that decide something.
    pub decided: Vec<Decided>,
}

/// A line that decides something, as [`super::load::Decision`] tells it.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The key, with the one below it where that decides for itself.
    pub key: String,
    /// Whether others of the same key add to it.
    pub adds: bool,
    /// What it says.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A file or directory that a configuration names.
#[derive(Clone, Debug)]
pub struct NamedPath {
    /// The key at the top under which it stands.
    pub key: &'static str,
    /// As it is written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What the text of a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A configuration, perhaps one with mistakes.
    Ours,
    /// Something else: none of the keys is one of a configuration.
    Foreign,
    /// No mapping.
    NoMapping,
}

/// What a configuration file says.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Its settings.
    pub config: Config,
    /// Where they stand.
    pub places: Places,
    /// The files that it names and that are read or written, in the order of the keys.
    pub paths: Vec<NamedPath>,
    /// Its mistakes. With any, the settings are not to be used.
    pub mistakes: Vec<Finding>,
    /// What is worth knowing of it.
    pub notes: Vec<Finding>,
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
    let mut reader = Reader {
        file,
        tree: &tree,
        locator: Locator::new(&tree),
        mistakes: Vec::new(),
        wrong: Vec::new(),
        awaited: Vec::new(),
    };
    let config = reader.config();
    let places = Places {
        namespaces: reader.places("namespaces", config.namespaces.len()),
        waivers: reader.places("waivers", config.waivers.len()),
        policies: reader.places("policies", config.policies.len()),
        accepted: reader.places("accepted", config.accepted.0.len()),
        outputs: reader.places("outputs", config.outputs.0.len()),
        rules: std::mem::take(&mut reader.awaited),
        admission_config: reader.place(&FieldPath::of("admission").field("config")),
        decided: decided::decided(&tree),
    };
    let paths = reader.paths(&config);
    let note = |(path, message): (FieldPath, String)| {
        Finding::within(file, id::CONFIGURATION, reader.span(&path), message).severity(Severity::Note).build()
    };
    let notes = versions::unknown(&config).into_iter().map(note).collect();
    let mut mistakes = reader.mistakes;
    mistakes.sort_by_key(|mistake| mistake.location.span.start);
    Read { config, places, paths, mistakes, notes }
}

/// What a file with mistakes looks like.
pub fn looks(file: &SourceFile) -> Looks {
    let schema = super::schema();
    let keys = schema.get("properties").and_then(|properties| properties.as_object());
    let is_key = |key: &str| keys.is_some_and(|keys| keys.contains_key(key.trim()));
    let pieces = split(file);
    let tree = match pieces.as_slice() {
        [piece] => parse(file, piece).ok(),
        _ => None,
    };
    let Some(tree) = tree else {
        // What cannot be parsed is told by its lines.
        let mut lines = file.text().lines();
        let is_ours =
            lines.any(|line| line.split_once(':').is_some_and(|(key, _)| !key.starts_with(' ') && is_key(key)));
        return if is_ours { Looks::Ours } else { Looks::Foreign };
    };
    let Some(root) = tree.root().map(|root| tree.resolve(root)) else { return Looks::Ours };
    if tree.kind(root) != Kind::Mapping {
        return Looks::NoMapping;
    }
    let mut pairs = tree.pairs(root);
    if pairs.any(|(key, _)| tree.string(key).is_some_and(|key| is_key(&key))) { Looks::Ours } else { Looks::Foreign }
}

/// A mistake in a configuration file.
pub fn mistake(file: &SourceFile, span: Span, message: impl Into<String>) -> Finding {
    Finding::within(file, id::CONFIGURATION, span, message).build()
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
    /// The names that are rules only if a policy brings them, each with its place.
    awaited: Vec<(String, Span)>,
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
                if let Some(new) = renamed(&problem.path) {
                    return format!("unknown key {path}: it was renamed to {new}");
                }
                let near = nearest(name, known.iter().copied()).map(|near| format!(" (did you mean {near}?)"));
                format!("unknown key {path}{}; the keys here are {}", near.unwrap_or_default(), known.join(", "))
            }
        }
    }

    /// Notes a mistake at the value of a path.
    fn at(&mut self, path: &FieldPath, message: impl Into<String>) {
        if !self.is_said(path) {
            self.mistakes.push(mistake(self.file, self.span(path), message));
        }
    }

    /// Whether a path lies in what has been told to be of a wrong type.
    fn is_said(&self, path: &FieldPath) -> bool {
        let inside = |wrong: &FieldPath| path.segments().starts_with(wrong.segments());
        self.wrong.iter().any(inside)
    }

    /// Notes a mistake at the key of a path.
    fn at_key(&mut self, path: &FieldPath, message: String) {
        if let Some(span) = self.key_span(path) {
            self.mistakes.push(mistake(self.file, span, message));
        }
    }

    /// The place of the key of a path.
    fn key_span(&self, path: &FieldPath) -> Option<Span> {
        let (Some(root), Some(Segment::Field(name))) = (self.tree.root(), path.segments().last()) else { return None };
        let parent = self.locator.locate(root, &path.prefix(path.segments().len() - 1)).value;
        let entry = parent.and_then(|parent| self.tree.entry(parent, name));
        Some(entry.map_or_else(|| self.locator.locate(root, path).span, |entry| self.tree.span(entry.key)))
    }

    /// The files that it names, each with its place.
    fn paths(&self, config: &Config) -> Vec<NamedPath> {
        let mut paths = Vec::new();
        let mut add = |key, at: &FieldPath, text: &str| {
            let span = self.tree.root().map_or(Span::default(), |root| self.locator.locate(root, at).span);
            paths.push(NamedPath { key, text: text.to_owned(), span });
        };
        for (key, texts) in [("extends", &config.extends.0), ("accepted", &config.accepted.0)] {
            self.each(&FieldPath::of(key), texts, |at, text| add(key, at, text));
        }
        for (index, policy) in config.policies.iter().enumerate() {
            let at = FieldPath::of("policies").index(index).field("file");
            policy.file.iter().for_each(|file| add("policies", &at, file));
        }
        if let Some(admission) = &config.admission {
            let at = FieldPath::of("admission");
            admission.0.config.iter().for_each(|file| add("admission", &at.field("config"), file));
        }
        self.each(&FieldPath::of("cluster"), &config.cluster.0, |at, text| add("cluster", at, text));
        self.each(&FieldPath::of("outputs"), &config.outputs.0, |at, output| {
            let file = output.split_once('=').map_or("", |(_, file)| file);
            if !matches!(file, "" | "-") {
                add("outputs", at, file);
            }
        });
        paths
    }

    /// Goes through one text or many, with the path of each.
    fn each(&self, at: &FieldPath, texts: &[String], mut take: impl FnMut(&FieldPath, &str)) {
        let value = self.tree.root().and_then(|root| self.locator.locate(root, at).value);
        let is_one = value.is_some_and(|value| self.tree.kind(self.tree.resolve(value)) == Kind::Scalar);
        for (index, text) in texts.iter().enumerate() {
            if is_one { take(at, text) } else { take(&at.index(index), text) }
        }
    }

    /// The places of the elements of a list. A single value may stand for a list of one.
    fn places(&self, list: &'static str, count: usize) -> Vec<Span> {
        let tree = self.tree;
        let value = tree.root().and_then(|root| tree.get(root, list)).map(|value| tree.resolve(value));
        match value {
            Some(value) if tree.kind(value) != Kind::Sequence => vec![tree.span(value); count],
            _ => (0..count).map(|index| self.place(&FieldPath::of(list).index(index))).collect(),
        }
    }

    /// The place of a value; the top of the file for one that is not there.
    fn place(&self, path: &FieldPath) -> Span {
        let value = self.tree.root().and_then(|root| self.locator.locate(root, path).value);
        value.map(|value| self.tree.span(value)).unwrap_or_default()
    }

    /// The place of a value. An element that is alone, without a list around it, is found too.
    fn span(&self, path: &FieldPath) -> Span {
        let Some(root) = self.tree.root() else { return Span::default() };
        let located = self.locator.locate(root, path);
        match path.segments() {
            [above @ .., Segment::Index(0)] if located.value.is_none() => {
                self.locator.locate(root, &FieldPath::new(above.to_vec())).span
            }
            _ => located.span,
        }
    }
}
