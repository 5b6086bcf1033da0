//! One document to its verdicts and findings.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use super::hint::with_hint;
use super::standing::Standing;
use super::stray::Stray;
use super::unfilled::hidden;
use super::waive::Region;
use super::{Options, looks_like_manifest, weigh};
use crate::config::scope::FileScopes;
use crate::engine::MayChange;
use crate::finding::{
    Finding, FindingBuilder, Location, ObjectDetails, ObjectRef, PolicyRef, Repair, ReportEntry, Severity,
};
use crate::manifest::object::{self, Found, Object};
use crate::rules::{RuleId, id};
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::verdict::{Evaluation, NamespaceReport, SkipReason, Skipped, TemplateReport};
use crate::waiver::manifest::ManifestWaiver;
use crate::yaml::edit::Editor;
use crate::yaml::locate::{Locator, repeated_keys, repeats_of};
use crate::yaml::parse::parse;
use crate::yaml::path::FieldPath;
use crate::yaml::split::Piece;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// What became of a document.
#[derive(Default)]
pub(super) struct Outcome {
    pub class: DocumentClass,
    pub objects: usize,
    pub templates: Vec<TemplateReport>,
    /// Objects without pods that a policy judged.
    pub judged_objects: usize,
    /// The chart's template that it was rendered from.
    pub source: Option<String>,
    pub findings: Vec<ReportEntry>,
    pub skipped: Vec<Skipped>,
    /// Objects that Kubernetes would refuse to decode.
    pub refused: usize,
    /// Namespaces with Pod Security labels.
    pub labelled_namespaces: usize,
    /// Waivers that stand in the document.
    pub waivers: Vec<ManifestWaiver>,
    /// What the API server answers to its Namespaces.
    pub namespaces: Vec<NamespaceReport>,
    /// Policies that nobody has loaded, though they could judge.
    pub unused_policies: usize,
    /// What loaded policies say.
    pub evaluations: Vec<Evaluation>,
    /// The loaded policies that answer otherwise about an object as it is written.
    pub otherwise_as_written: Vec<(Arc<PolicyRef>, Arc<ObjectRef>)>,
    /// The policies that may change the object before it is judged.
    pub mutations: Vec<MayChange>,
    /// Objects inside of the one that was judged.
    pub inner: Vec<Object>,
}

impl Outcome {
    /// Adds a finding.
    pub fn push(&mut self, finding: impl Into<Finding>) {
        self.findings.push(ReportEntry::from(finding.into()));
    }

    /// Adds findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = impl Into<Finding>>) {
        self.findings.extend(findings.into_iter().map(|finding| ReportEntry::from(finding.into())));
    }

    /// Adds what one object gave.
    pub fn add(&mut self, object: Outcome) {
        self.templates.extend(object.templates);
        self.judged_objects += object.judged_objects;
        self.findings.extend(object.findings);
        self.skipped.extend(object.skipped);
        self.refused += object.refused;
        self.labelled_namespaces += object.labelled_namespaces;
        self.namespaces.extend(object.namespaces);
        self.evaluations.extend(object.evaluations);
        self.otherwise_as_written.extend(object.otherwise_as_written);
        self.unused_policies += object.unused_policies;
    }
}

/// What a document is.
#[derive(Default)]
pub(super) enum DocumentClass {
    /// Empty, or comments alone.
    #[default]
    Null,
    /// It says what it is, and was judged.
    Manifest,
    /// It does not. An error in a file that holds manifests, else something that is none.
    Stray(Box<Finding>),
    /// Not well-formed; and the language of a template, if it is one.
    Unreadable(Box<Finding>, Option<&'static str>),
    /// Not for us.
    Skipped(SkipReason, String),
}

/// How a file of accepted findings begins. Its lines name objects, and are none.
const ACCEPTED: &str = r#"{"podline":"accepted","#;

/// Judges one document of a file.
pub(super) fn judge(
    file: &SourceFile,
    index: usize,
    piece: &Piece,
    region: Region,
    standing: &Standing<'_>,
    options: &Options,
    scopes: &FileScopes,
) -> Outcome {
    if !standing.named && file.text().starts_with(ACCEPTED) {
        let detail = "what podline has accepted, written by itself".to_owned();
        return Outcome { class: DocumentClass::Skipped(SkipReason::NotManifest, detail), ..Outcome::default() };
    }
    let tree = match parse(file, piece) {
        Ok(tree) => tree,
        // A tab on an otherwise empty line.
        Err(_) if !standing.named && file.is_blank() => return Outcome::default(),
        Err(error) => {
            let message = with_hint(file, &error);
            let finding = Finding::within(file, id::INVALID_YAML, error.span, message).build();
            let template = if standing.named {
                None
            } else {
                let in_chart = || (standing.is_in_chart() && !is_rendered(file)).then_some("Helm template");
                template_of(file, piece, error.span).or_else(in_chart)
            };
            return Outcome { class: DocumentClass::Unreadable(Box::new(finding), template), ..Outcome::default() };
        }
    };
    let Some(root) = tree.root().filter(|&root| !tree.is_null(root)) else { return Outcome::default() };
    let judge = Judge::new(file, &tree, index, piece, standing, options, scopes);
    let outcome = judge.document(root, region);
    Outcome { source: judge.source, ..outcome }
}

/// Whose template a document that cannot be read is, if it is one and not yet a manifest.
///
/// Rendered manifests hold double braces too (alert rules, dashboards). So it is a template only if it can be read once
/// its marks are blanked out, or if something before the error is surely of Helm or Jinja.
fn template_of(file: &SourceFile, piece: &Piece, error: Span) -> Option<&'static str> {
    let text = &file.text()[piece.span().range()];
    if !text.contains("{{") && !text.contains("{%") {
        return None;
    }
    let before = &text[..text.floor_char_boundary((error.start.saturating_sub(piece.span().start)) as usize)];
    // The rest of the line in which the error stands counts too.
    let line = text[before.len()..].find('\n').map_or(text.len(), |end| before.len() + end);
    let before = &text[..line];
    let helm = [".Values", ".Release", ".Chart", "{{- ", "{{/*", "include \"", "{{ template"]
        .iter()
        .any(|mark| before.contains(mark));
    let jinja = before.lines().any(|line| line.trim_start().starts_with("{%"));
    let blanked = SourceFile::new("", blank(text).into_bytes()).ok()?;
    let is_readable = parse(&blanked, &Piece::Yaml(Span::new(0, blanked.text().len()))).is_ok();
    match (is_readable, helm, jinja) {
        (_, true, _) => Some("Helm template"),
        (_, _, true) => Some("Jinja template"),
        (true, ..) => Some("template"),
        (false, ..) => None,
    }
}

/// A text with what stands in double braces replaced: by nothing where it fills its lines, else by a word.
fn blank(text: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        let before = rest[..open].rfind('\n').map_or(0, |end| end + 1);
        let line_end = rest[open..].find('\n').map_or(rest.len(), |end| open + end);
        let begins = rest[before..open].trim().is_empty();
        // A mark may hold others: one that fills its line ends there.
        let whole = (begins && rest[open..line_end].trim_end().ends_with("}}")).then_some(line_end);
        let Some(close) = whole.or_else(|| rest[open..].find("}}").map(|close| open + close + 2)) else { break };
        let fills = begins && rest[close..].lines().next().is_none_or(|end| end.trim().is_empty());
        blanked.push_str(&rest[..open]);
        blanked.push_str(if fills { "" } else { "x" });
        rest = &rest[close..];
    }
    blanked.push_str(rest);
    blanked
}

/// Whether a file of a chart is what `helm template` made of it.
fn is_rendered(file: &SourceFile) -> bool {
    memchr::memmem::find(file.text().as_bytes(), b"# Source: ").is_some()
}

/// What `helm template` says above a document about where it comes from.
fn source_comment(file: &SourceFile, piece: &Piece) -> Option<String> {
    let Piece::Yaml(span) = piece else { return None };
    let lines = file.text()[span.range()].lines();
    let mut head = lines.take_while(|line| line.is_empty() || line.starts_with('#') || line.starts_with("---"));
    head.find_map(|line| line.strip_prefix("# Source: ")).map(|source| source.trim().to_owned())
}

/// A place for a finding: on one line, since a range over many points at nothing.
pub(super) fn location(file: &SourceFile, span: Span) -> Location {
    Location::on_line(file, span)
}

/// Judges one document that is well-formed.
pub(super) struct Judge<'a, 't> {
    pub tree: &'a Tree<'t>,
    pub locator: Locator<'a, 't>,
    pub options: &'a Options,
    /// What is configured for objects of this file.
    pub scopes: &'a FileScopes<'a>,
    /// How the file came to be judged.
    pub standing: &'a Standing<'a>,
    pub file: &'a SourceFile,
    pub index: usize,
    pub piece: &'a Piece,
    /// The chart's template that the document was rendered from.
    pub source: Option<String>,
    /// The object that was spoken of last, shared by its findings.
    pub last: RefCell<Option<Arc<ObjectRef>>>,
    /// Tells what aliases share, in a document that has any.
    pub editor: OnceCell<Option<Editor<'a, 't>>>,
}

impl<'a, 't> Judge<'a, 't> {
    /// For the document of a file that was read from this piece.
    pub fn new(
        file: &'a SourceFile,
        tree: &'a Tree<'t>,
        index: usize,
        piece: &'a Piece,
        standing: &'a Standing<'a>,
        options: &'a Options,
        scopes: &'a FileScopes<'a>,
    ) -> Self {
        let source = source_comment(file, piece);
        let (locator, last) = (Locator::new(tree), RefCell::default());
        let editor = OnceCell::new();
        Judge { tree, locator, options, scopes, standing, file, index, piece, source, last, editor }
    }

    fn document(&self, root: NodeId, region: Region) -> Outcome {
        let mut outcome = Outcome::default();
        match self.stray(root) {
            None => {}
            Some(Stray::Refused(finding)) => {
                outcome.class = DocumentClass::Manifest;
                outcome.refused = 1;
                outcome.push(*finding);
                return outcome;
            }
            Some(Stray::Other(class)) => {
                outcome.class = class;
                return outcome;
            }
            Some(Stray::Whole(class, finding)) => {
                outcome.class = class;
                outcome.push(*finding);
                return outcome;
            }
        }
        outcome.class = DocumentClass::Manifest;
        let Found { objects, lists, bad_lists } = object::objects(self.tree, root);
        for bad in bad_lists {
            if let Some(skipped) = self.is_placeholder(bad.node, "the items of a list are") {
                outcome.skipped.push(skipped);
                continue;
            }
            let message = "items takes a list, so nothing of it can be read".to_owned();
            let finding = self.finding(&bad.list, id::WRONG_TYPE, self.tree.span(bad.node), message);
            outcome.push(finding.path(FieldPath::of("items")));
        }
        outcome.objects = objects.len();
        let objects = self.objects(objects, &mut outcome);
        let anchors = if lists.is_empty() { Vec::new() } else { self.anchors() };
        for list in &lists {
            let mut repeated = Vec::new();
            repeats_of(self.tree, self.tree.resolve(list.node), &[], &mut repeated);
            self.repeated_keys(list, repeated, &mut outcome);
            self.beside_items(list, &anchors, &mut outcome);
        }
        if let Some(ignored) = self.tree.ignored() {
            let message = "kubectl never reads this: the document has ended before it";
            let rest = self.file.text().get(ignored.start as usize..self.piece.span().end as usize).unwrap_or_default();
            // A whole object is lost.
            let severity = if looks_like_manifest(rest) { Severity::Error } else { Severity::Warning };
            outcome.push(Finding::within(self.file, id::IGNORED_CONTENT, ignored, message).severity(severity));
        }
        self.waive(root, &objects, region, &mut outcome);
        outcome
    }

    /// Judges objects, and right after each those that are found inside of it. Returns all of them in this order.
    pub fn objects(&self, objects: Vec<Object>, outcome: &mut Outcome) -> Vec<Object> {
        let mut all = Vec::with_capacity(objects.len());
        for object in objects {
            let mut pending = vec![object];
            let first = all.len();
            while let Some(object) = pending.pop() {
                let mut own = Outcome::default();
                if self.is_no_item(&object, &mut own) {
                    outcome.add(own);
                    continue;
                }
                let scope = self.object(&object, &mut own);
                // What is inside of an object was searched with it.
                if all.len() == first {
                    self.repeated_keys(&object, repeated_keys(self.tree, object.node), &mut own);
                }
                weigh(&mut own.findings, |_| true, scope, self.scopes);
                pending.extend(std::mem::take(&mut own.inner).into_iter().rev());
                outcome.add(own);
                all.push(object);
            }
        }
        all
    }

    /// Whether an element of a list is no object at all: kubectl then reads nothing of the list.
    fn is_no_item(&self, object: &Object, outcome: &mut Outcome) -> bool {
        let tree = self.tree;
        if object.item.is_none() || tree.kind(tree.resolve(object.node)) == Kind::Mapping {
            return false;
        }
        if let Some(skipped) = self.is_placeholder(object.node, "an element of a list is") {
            outcome.skipped.push(skipped);
            return true;
        }
        let message = "this element of the list is not an object, so that kubectl refuses all of the list \
                       (cannot unmarshal into map[string]interface {})";
        outcome.push(self.finding(object, id::WRONG_TYPE, tree.span(object.node), message));
        outcome.refused += 1;
        true
    }

    /// Why nothing can be said of a value that should hold objects: nobody knows it yet.
    fn is_placeholder(&self, node: NodeId, what: &str) -> Option<Skipped> {
        let node = self.tree.resolve(node);
        let why = (self.tree.kind(node) == Kind::Scalar).then(|| hidden(self.tree.raw(node))).flatten()?;
        let detail = format!("{what} {}", why.as_str());
        Some(Skipped { document: Some(self.index), reason: why.reason(), detail })
    }

    /// Begins a finding that belongs to an object.
    pub fn finding(&self, object: &Object, rule: RuleId, span: Span, message: impl Into<String>) -> FindingBuilder {
        Finding::within(self.file, rule, span, message).object(Some(self.object_ref(object)))
    }

    /// The source text of a value.
    pub fn source_of(&self, value: NodeId) -> &str {
        self.tree.text()[self.tree.span(value).range()].trim_end()
    }

    /// Whether a repair falls into a node that aliases or merges use elsewhere too.
    pub fn is_shared(&self, object: &Object, repair: &Repair) -> bool {
        let editor = self.editor.get_or_init(|| self.tree.has_aliases().then(|| Editor::new(self.tree, self.piece)));
        editor.as_ref().is_some_and(|editor| editor.is_shared(&repair.wanted(object.node)))
    }

    /// An object as findings name it.
    pub fn object_ref(&self, object: &Object) -> Arc<ObjectRef> {
        let mut last = self.last.borrow_mut();
        if let Some(same) = last.as_ref().filter(|last| last.item == object.item) {
            return Arc::clone(same);
        }
        let new = Arc::new(ObjectRef {
            document: self.index,
            item: object.item.clone(),
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            generate_name: object.generate_name.clone(),
            details: (self.options.details || self.options.waivers.needs_details())
                .then(|| Box::new(self.details(object))),
        });
        Arc::clone(last.insert(new))
    }

    fn details(&self, object: &Object) -> ObjectDetails {
        let labels = self.locator.locate(object.node, &FieldPath::of("metadata.labels")).value;
        ObjectDetails {
            labels: labels.map(|labels| self.tree.strings(labels).collect()).unwrap_or_default(),
            source: self.source.clone().or_else(|| self.kustomize_origin(object)),
        }
    }
}
