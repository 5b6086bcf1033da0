//! Manifests, and parts of pods, in the strings of an object: judged as if they stood there themselves.
//!
//! Where the lines of the text are lines of the file, as in a literal block, findings point at them; where escapes or
//! folds come between, they point at the string.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document::{Judge, Outcome, location};
use super::unfilled::Unfilled;
use crate::config::scope::Scope;
use crate::finding::Location;
use crate::manifest::object::{Object, inner_item, objects_at};
use crate::manifest::search::{is_manifest, search};
use crate::manifest::template::{Decode, Lets, Row};
use crate::manifest::{policies, typed, unknown};
use crate::source::file::SourceFile;
use crate::source::span::{Span, offset};
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{NodeId, Style, Tree};

/// What a text is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Objects that a controller creates.
    Objects,
    /// Objects that somebody may create: what is forbidden in them is told.
    MaybeObjects,
    /// A part of a pod's spec, which a controller merges into its own.
    PodSpec,
    /// A part of an object, such as a patch, or nothing of that kind: what is forbidden in it is told.
    Part,
}

/// Argo Workflows merges it into the spec of its pod, by strategic merge.
const PATCH: Row = Row {
    group: "argoproj.io",
    versions: &[],
    kind: "Workflow",
    paths: &[""],
    decode: Decode::LargerSpecs,
    complete: false,
    lets: Lets::BOTH,
    source: "argoproj/argo-workflows workflow/util/util.go (ApplyPodSpecPatch)",
    removed: None,
};

/// The type of the Secrets that a ClusterResourceSet may apply.
/// Source: `ClusterResourceSetSecretType` in `api/addons/v1beta1/clusterresourceset_types.go` of
/// kubernetes-sigs/cluster-api.
const RESOURCE_SET: &str = "addons.cluster.x-k8s.io/resource-set";

/// Files of more bytes than this are not searched for ClusterResourceSets.
const LARGE: usize = 256 << 10;

impl Judge<'_, '_> {
    /// Looks into the values of a ConfigMap or a Secret. They are objects for certain where a ClusterResourceSet applies
    /// them.
    pub fn data(&self, object: &Object, outcome: &mut Outcome) {
        let tree = self.tree;
        let mut applied = None;
        for field in ["data", "stringData", "binaryData"] {
            let Some(data) = tree.get(object.node, field) else { continue };
            for entry in tree.entries(data) {
                let raw = tree.raw(tree.resolve(entry.value));
                let is_encoded = field == "binaryData" || (field == "data" && object.kind == "Secret");
                let text = if is_encoded { decoded(raw) } else { Some(Cow::Borrowed(raw)) };
                let Some(text) = text.filter(|text| is_manifest(text)) else { continue };
                let path = FieldPath::ROOT.field(field).field(tree.key(entry.key).unwrap_or_default().into_owned());
                let applied = *applied.get_or_insert_with(|| self.is_applied(object));
                let meaning = if applied { Meaning::Objects } else { Meaning::MaybeObjects };
                self.text(object, &path, (entry.value, &text), meaning, None, outcome);
            }
        }
    }

    /// Whether a ClusterResourceSet applies a ConfigMap or Secret, as far as the files of the run can tell. Where a file
    /// stands alone, it is searched, unless it is very large.
    fn is_applied(&self, object: &Object) -> bool {
        let text = self.tree.text().as_bytes();
        let holds = |word: &str| text.len() < LARGE && memchr::memmem::find(text, word.as_bytes()).is_some();
        self.tree.get_str(object.node, "type").is_some_and(|kind| kind == RESOURCE_SET)
            || holds("kind: ClusterResourceSet") && holds(&format!("name: {}", object.name))
            || self.options.resource_sets.as_ref().is_some_and(|sets| sets.apply(object))
    }

    /// Judges the text of a string at a path of an object. `scope` is the entry of the configuration for that object.
    pub fn text(
        &self,
        outer: &Object,
        path: &FieldPath,
        (node, text): (NodeId, &str),
        meaning: Meaning,
        scope: Option<&Scope>,
        outcome: &mut Outcome,
    ) {
        let source = |text: String| SourceFile::new(self.file.name(), text.into_bytes()).ok();
        let (written, blanked) = (source(text.to_owned()), OnceCell::new());
        // What an engine fills in (`{{name}}`) may keep it from being read.
        let without_marks =
            || blanked.get_or_init(|| text.contains("{{").then(|| source(without_braces(text)))?).as_ref();
        let read = written.as_ref().and_then(documents).or_else(|| without_marks().and_then(documents));
        let Some((file, documents)) = read else {
            if matches!(meaning, Meaning::Objects | Meaning::PodSpec) || self.names_workload(text) {
                let detail = format!("text in {} {} that is not YAML ({path})", outer.kind, outer.name);
                outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Unrendered, detail });
            }
            return;
        };
        let places = Places::of(self.file, self.tree, node, text);
        for (number, (piece, tree)) in documents.iter().enumerate() {
            let Some(root) = tree.root().filter(|&root| !tree.is_null(root)) else { continue };
            let judge = Judge::new(file, tree, self.index, piece, self.standing, self.options, self.scopes);
            let mut own = Outcome::default();
            if meaning == Meaning::PodSpec {
                judge.pod_spec(outer, path, root, scope, &mut own);
            } else if meaning == Meaning::Part {
                judge.part(outer, path, root, scope, &mut own);
            } else {
                let mut item = inner_item(outer, path);
                if documents.len() > 1 {
                    item = format!("{item}.{number}");
                }
                let holds_none = !judge.text_objects(outer, item, root, meaning, &mut own);
                if holds_none && meaning == Meaning::Objects {
                    judge.part(outer, path, root, scope, &mut own);
                }
            }
            places.put(file, self.file, &mut own);
            outcome.add(own);
        }
    }

    /// The objects of one document of a text. Whether there are any.
    fn text_objects(
        &self,
        outer: &Object,
        item: String,
        root: NodeId,
        meaning: Meaning,
        outcome: &mut Outcome,
    ) -> bool {
        let mut objects = objects_at(self.tree, root, Some(item), FieldPath::ROOT).objects;
        let holds_any = objects.iter().any(Object::has_type);
        objects.retain(|object| object.has_type() && !policies::is_policy(object));
        for object in &mut objects {
            object.nesting = outer.nesting + 1;
        }
        if meaning == Meaning::MaybeObjects {
            objects.retain(|object| self.is_workload(&object.api_version, &object.kind));
            for object in &objects {
                self.told(object, outer, outcome);
            }
        } else {
            objects.retain(|object| unknown::is_custom(object) || self.is_workload(&object.api_version, &object.kind));
            self.objects(objects, outcome);
        }
        holds_any
    }

    /// Whether a text says on a line of its own that it is a workload.
    fn names_workload(&self, text: &str) -> bool {
        let value = |line: &str, key: &str| {
            line.trim().strip_prefix(key).map(|rest| rest.trim_matches([' ', '"', '\'', ':']).to_owned())
        };
        let versions: Vec<String> = text.lines().filter_map(|line| value(line, "apiVersion:")).collect();
        let mut kinds = text.lines().filter_map(|line| value(line, "kind:"));
        kinds.any(|kind| versions.iter().any(|version| self.is_workload(version, &kind)))
    }

    /// A part of an object, of which nobody here knows what becomes of it.
    fn part(&self, outer: &Object, path: &FieldPath, root: NodeId, scope: Option<&Scope>, outcome: &mut Outcome) {
        let object = Object { node: root, path: FieldPath::ROOT, ..outer.clone() };
        let found = search(self.tree, &object, &HashSet::new(), &HashSet::new(), |_, _| false);
        let why = format!("podline does not know what {} {} makes of this text", outer.api_version, outer.kind);
        self.settings(&object, false, &why, scope, &found.settings, outcome);
        outcome.findings.iter_mut().for_each(|finding| finding.put_below(path));
    }

    /// A part of a pod's spec. What is missing says nothing: it may stand in the rest.
    fn pod_spec(&self, outer: &Object, path: &FieldPath, root: NodeId, scope: Option<&Scope>, outcome: &mut Outcome) {
        let object = Object { node: root, path: FieldPath::ROOT, ..outer.clone() };
        let decoded = typed::decode(self.tree, &object, Some(&PATCH));
        let unfilled: Vec<Unfilled> = decoded.problems.into_iter().filter(typed::is_wrong).map(Unfilled::of).collect();
        for template in decoded.templates {
            self.template(&object, Some(&PATCH), scope, template, &unfilled, outcome);
        }
        outcome.findings.retain(|finding| finding.value.is_some());
        outcome.findings.iter_mut().for_each(|finding| finding.put_below(path));
        outcome.templates.iter_mut().for_each(|template| template.path = path.clone());
    }
}

/// The text that a value of a Secret stands for.
fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    let packed: String = raw.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(packed).ok()?).ok().map(Cow::Owned)
}

/// A text and its documents, if all of them can be read.
fn documents(file: &SourceFile) -> Option<(&SourceFile, Vec<(Piece, Tree<'_>)>)> {
    let read = |piece| parse(file, &piece).ok().map(|tree| (piece, tree));
    let documents: Option<Vec<_>> = split(file).into_iter().map(read).collect();
    Some((file, documents?))
}

/// A text with what stands in double braces as `${name_}`, of the same length.
fn without_braces(text: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let Some(close) = rest[open..].find("}}").map(|close| open + close) else { break };
        let line = rest[..open].rfind('\n').map_or(0, |end| end + 1);
        let behind = rest[close + 2..].lines().next().unwrap_or_default();
        // A mark that fills its lines steers what is written, and is none of it.
        let fills = rest[line..open].trim().is_empty() && behind.trim().is_empty() && (line > 0 || blanked.is_empty());
        let is_kept = |c: char| c == '\n' || !fills && c.is_ascii_alphanumeric();
        let other = if fills { ' ' } else { '_' };
        blanked.push_str(&rest[..open]);
        blanked.push_str(if fills { "  " } else { "${" });
        blanked.extend(rest[open + 2..close].chars().map(|c| if is_kept(c) { c } else { other }));
        blanked.push_str(if fills { "  " } else { "_}" });
        rest = &rest[close + 2..];
    }
    blanked.push_str(rest);
    blanked
}

/// Where a text stands in the file that holds it.
enum Places {
    /// Line by line, from this line on, behind so many bytes.
    Lines { first: usize, indent: usize },
    /// Somewhere in a string.
    Whole(Location),
}

impl Places {
    fn of(file: &SourceFile, tree: &Tree<'_>, node: NodeId, text: &str) -> Self {
        let span = tree.span(node);
        let whole = Self::Whole(location(file, span));
        // What an alias stands for, or what is encoded, stands elsewhere or otherwise.
        if tree.raw(node) != text {
            return whole;
        }
        let line = file.position(span.start).line;
        if tree.style(node) == Style::Block {
            return Self::of_block(file, line + 1, text).unwrap_or(whole);
        }
        // A value on one line, without escapes.
        let written = &file.text()[span.range()];
        let quote = usize::from(written.starts_with(['"', '\'']));
        if text.contains('\n') || written.get(quote..quote + text.len()) != Some(text) {
            return whole;
        }
        let indent = span.start as usize + quote - file.line_span(line).start as usize;
        Self::Lines { first: line, indent }
    }

    /// A block whose lines are those of the text, all indented alike.
    fn of_block(file: &SourceFile, first: usize, text: &str) -> Option<Self> {
        let written = |index: usize| &file.text()[file.line_span(first + index).range()];
        let (at, line) = text.lines().enumerate().find(|(_, line)| !line.trim().is_empty())?;
        let indent = written(at).len().checked_sub(line.len())?;
        let is_same = |(index, line): (usize, &str)| {
            let written = written(index);
            written.get(indent..).unwrap_or_default() == line && written.bytes().take(indent).all(|b| b == b' ')
        };
        text.lines().enumerate().all(is_same).then_some(Self::Lines { first, indent })
    }

    /// Puts what was found in a text where it stands in the file.
    fn put(&self, text: &SourceFile, file: &SourceFile, outcome: &mut Outcome) {
        for finding in &mut outcome.findings {
            finding.relocate(|location| self.of_location(text, file, location));
        }
        for template in &mut outcome.templates {
            template.line = match self {
                Self::Lines { first, .. } => first + template.line - 1,
                Self::Whole(location) => location.start.line,
            };
        }
    }

    fn of_location(&self, text: &SourceFile, file: &SourceFile, inner: Location) -> Location {
        let (first, indent) = match self {
            Self::Lines { first, indent } => (first, indent),
            Self::Whole(location) => return *location,
        };
        let place = |at: u32| {
            let line = text.position(at).line;
            let column = at.saturating_sub(text.line_span(line).start) as usize;
            let outer = file.line_span(first + line - 1);
            (outer.start + offset(indent + column)).min(outer.end)
        };
        location(file, Span { start: place(inner.span.start), end: place(inner.span.end) })
    }
}
