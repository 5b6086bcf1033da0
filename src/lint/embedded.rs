//! Manifests, and parts of pods, in the strings of an object: judged as if they stood there themselves.
//!
//! Where the lines of the text are lines of the file, as in a literal block, findings point at them; where escapes or
//! folds come between, they point at the string.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document::{Judge, Outcome};
use super::places::Places;
use super::speech::{Speech, has_marks};
use super::unfilled::{Unfilled, hidden, holds_hidden};
use crate::config::scope::Scope;
use crate::finding::Severity;
use crate::manifest::object::{Object, inner_item, objects_at};
use crate::manifest::search::{Found, is_manifest, search, speaks_of_pod};
use crate::manifest::template::{Decode, Lets, Row, rows};
use crate::manifest::tools::tool_of;
use crate::manifest::{policies, shape, typed, unknown};
use crate::pod_security::Level;
use crate::rules::id;
use crate::source::file::SourceFile;
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::locate::walk_into;
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{Kind, NodeId, Tree};

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
    /// A file of whatever kind: what is forbidden in it is told if something like a pod stands in it.
    MaybePod,
}

/// Below these keys people choose the names.
const FREE: [&str; 8] =
    ["annotations", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "stringData"];

/// Objects inside of so many others are not judged; what they hold is told.
pub(super) const MAX_NESTING: usize = 8;

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
                let Some(text) = text else { continue };
                let meaning = if is_manifest(&text) {
                    let is_applied = *applied.get_or_insert_with(|| self.is_applied(object));
                    if is_applied { Meaning::Objects } else { Meaning::MaybeObjects }
                } else if speaks_of_pod(&text) {
                    Meaning::MaybePod
                } else {
                    continue;
                };
                let path = FieldPath::ROOT.field(field).field(tree.key(entry.key).unwrap_or_default().into_owned());
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

    /// Looks into the strings of an object that were found in it.
    pub fn texts(
        &self,
        object: &Object,
        found: &Found,
        meanings: [Meaning; 3],
        scope: Option<&Scope>,
        outcome: &mut Outcome,
    ) {
        for (texts, meaning) in [&found.texts, &found.pod_specs, &found.parts].into_iter().zip(meanings) {
            for (path, node) in texts {
                let text = self.tree.raw(self.tree.resolve(*node));
                self.text(object, path, (*node, text), meaning, scope, outcome);
            }
        }
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
        let pass_over = |what: &str, outcome: &mut Outcome| {
            let detail = format!("text in {} {} {what} ({path})", outer.kind, outer.called());
            outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Unrendered, detail });
        };
        if outer.nesting >= MAX_NESTING {
            return pass_over("that stands inside of too many others", outcome);
        }
        let is_certain = matches!(meaning, Meaning::Objects | Meaning::PodSpec);
        if is_certain && !text.contains('\n') && hidden(text).is_some() {
            return pass_over("that is a placeholder", outcome);
        }
        let source = |text: String| SourceFile::new(self.file.name(), text.into_bytes()).ok();
        let (written, blanked) = (source(text.to_owned()), OnceCell::new());
        // What an engine fills in (`{{name}}`) may keep it from being read.
        let without_marks =
            || blanked.get_or_init(|| text.contains("{{").then(|| source(without_braces(text)))?).as_ref();
        let read = written.as_ref().and_then(documents).or_else(|| without_marks().and_then(documents));
        let Some((file, documents)) = read else {
            if is_certain || self.names_workload(text) {
                pass_over("that is not YAML", outcome);
            } else if has_marks(text) && Speech::of(text).says_something() {
                pass_over("that is a template with settings of pods", outcome);
            }
            return;
        };
        let places = Places::of(self.file, self.tree, node, text);
        let mut is_open = !is_certain && Speech::of(text).is_open;
        for (number, (piece, tree)) in documents.iter().enumerate() {
            let Some(root) = tree.root().filter(|&root| !tree.is_null(root)) else { continue };
            let judge = Judge::new(file, tree, self.index, piece, self.standing, self.options, self.scopes);
            let mut own = Outcome::default();
            is_open |= meaning == Meaning::PodSpec && has_open_keys(tree, root);
            match meaning {
                Meaning::PodSpec => judge.pod_spec(outer, path, root, scope, &mut own),
                Meaning::Part | Meaning::MaybePod => judge.part(outer, path, root, meaning, scope, &mut own),
                Meaning::Objects | Meaning::MaybeObjects => {
                    let mut item = inner_item(outer, path);
                    if documents.len() > 1 {
                        item = format!("{item}.{number}");
                    }
                    let holds_any = judge.text_objects(outer, item, root, meaning, &mut own);
                    if !holds_any {
                        let rest = if is_certain { Meaning::Part } else { Meaning::MaybePod };
                        judge.part(outer, path, root, rest, scope, &mut own);
                    }
                    // Whatever is filled in may make an object of it.
                    is_open |= !holds_any && meaning == Meaning::Objects && holds_hidden(text).is_some();
                }
            }
            places.put(file, self.file, &mut own);
            outcome.add(own);
        }
        if is_open {
            pass_over("with placeholders for settings of pods", outcome);
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
        objects.retain(|object| object.has_type() && self.may_hold_pods(object));
        for object in &mut objects {
            object.nesting = outer.nesting + 1;
        }
        if meaning == Meaning::MaybeObjects {
            for object in &objects {
                self.told(object, outer, outcome);
            }
        } else {
            self.objects(objects, outcome);
        }
        holds_any
    }

    /// Whether an object may be one that makes pods, or holds objects in its strings.
    fn may_hold_pods(&self, object: &Object) -> bool {
        let (version, kind) = (&object.api_version, &object.kind);
        !policies::is_policy(object) && tool_of(version, kind).is_none() && unknown::is_custom(object)
            || self.is_workload(version, kind)
            || object.holds_data()
            || self.is_hidden(object).is_some()
    }

    /// Tells what is forbidden in an object that may never be created; of a workload at least that it is not judged.
    fn told(&self, object: &Object, outer: &Object, outcome: &mut Outcome) {
        if let Some(skipped) = self.is_hidden(object) {
            let speaks =
                unknown::mentions_containers(self.tree, object) || unknown::mentions_settings(self.tree, object);
            outcome.skipped.extend(speaks.then_some(skipped));
            return;
        }
        if object.holds_data() {
            return self.data(object, outcome);
        }
        let found = search(self.tree, object, &HashSet::new(), &HashSet::new(), None);
        let (kind, version, outer) = (&object.kind, &outer.api_version, &outer.kind);
        let why = format!("podline does not know whether anybody creates the {kind} in this {version} {outer}");
        let first = outcome.findings.len();
        self.settings(object, false, &why, None, &found.settings, outcome);
        if unknown::is_custom(object) {
            self.texts(object, &found, [Meaning::MaybeObjects, Meaning::Part, Meaning::Part], None, outcome);
            self.values(object, &found, outcome);
        }
        let is_demanded = || self.standards(object, None).iter().any(|standard| standard.level > Level::Privileged);
        let is_workload = self.is_workload(&object.api_version, kind);
        if is_workload && outcome.findings.len() == first && is_demanded() {
            let value = self.tree.get(object.node, "kind").unwrap_or(object.node);
            let message = format!("{why}, and has not judged it");
            let finding = self.finding(object, id::UNJUDGED_TEMPLATE, self.tree.span(value), message);
            outcome.push(finding.severity(Severity::Note).path(FieldPath::of("kind")));
        }
    }

    /// Whether a text says on lines of their own that it is a workload.
    fn names_workload(&self, text: &str) -> bool {
        let values = |key: &str| -> HashSet<&str> {
            let lines = text.lines().filter_map(|line| line.trim().strip_prefix(key));
            lines.map(|rest| rest.trim_matches([' ', '"', '\'', ':'])).collect()
        };
        let (versions, kinds) = (values("apiVersion:"), values("kind:"));
        let mut rows = self.options.templates.iter().copied().chain(rows()).filter(|row| kinds.contains(row.kind));
        rows.any(|row| versions.iter().any(|version| row.is_of_type(version, row.kind)))
    }

    /// A part of an object, of which nobody here knows what becomes of it.
    fn part(
        &self,
        outer: &Object,
        path: &FieldPath,
        root: NodeId,
        meaning: Meaning,
        scope: Option<&Scope>,
        outcome: &mut Outcome,
    ) {
        let tree = self.tree;
        let object = Object { node: root, path: FieldPath::ROOT, nesting: outer.nesting + 1, ..outer.clone() };
        let found = search(tree, &object, &HashSet::new(), &HashSet::new(), None);
        let holds_pod = || shape::holds_pod(tree, root) || !unknown::pods(tree, &object).is_empty();
        if meaning == Meaning::Part || holds_pod() {
            let why = format!("podline does not know what {} {} makes of this text", outer.api_version, outer.kind);
            self.settings(&object, false, &why, scope, &found.settings, outcome);
            outcome.findings.iter_mut().for_each(|finding| finding.put_below(path));
        }
        let place =
            |texts: Vec<(FieldPath, NodeId)>| texts.into_iter().map(|(at, node)| (path.join(&at), node)).collect();
        let (texts, pod_specs, parts) = (place(found.texts), place(found.pod_specs), place(found.parts));
        let found = Found { texts, pod_specs, parts, ..Found::default() };
        self.texts(&object, &found, [Meaning::MaybeObjects, meaning, meaning], scope, outcome);
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

/// Whether keys of a mapping are placeholders, so that nobody knows what it says: as a whole, or one of its members.
fn has_open_keys(tree: &Tree<'_>, root: NodeId) -> bool {
    let is_open = |key: NodeId| tree.kind(key) != Kind::Scalar || holds_hidden(tree.raw(key)).is_some();
    if tree.kind(root) == Kind::Scalar {
        return holds_hidden(tree.raw(root)).is_some();
    }
    let mut found = tree.pairs(root).any(|(key, _)| is_open(key));
    walk_into(tree, root, |key, node, _| {
        // Where a value stands, `{{name}}` is read as a mapping, and told as a value.
        let is_value = tree.pairs(node).count() == 1 && tree.pairs(node).all(|(key, _)| tree.kind(key) != Kind::Scalar);
        found |= !is_value && tree.pairs(node).any(|(key, _)| is_open(key));
        !found && !key.is_some_and(|key| FREE.contains(&tree.raw(key)))
    });
    found
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
