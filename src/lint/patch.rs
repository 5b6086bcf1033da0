//! Patches: parts of objects, read for what they set. What is missing in them stands elsewhere; what is forbidden in
//! them is forbidden in every object that they are applied to.

use super::document::location;
use super::{Options, identify, lint};
use crate::finding::{Finding, Severity};
use crate::manifest::overlay::{Inline, Target};
use crate::manifest::shape;
use crate::source::file::SourceFile;
use crate::source::span::{Span, offset};
use crate::verdict::FileReport;
use crate::yaml::locate::walk;
use crate::yaml::parse::parse;
use crate::yaml::path::Segment;
use crate::yaml::split::split;
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::write::value_to_json;

/// The report of a file with patches: nothing in it is an object, and what it sets is judged. `target` is what is said of
/// the objects that they are for.
pub fn lint_patch(file: &SourceFile, target: Option<&Target>, options: &Options) -> FileReport {
    FileReport { findings: forbidden(file, target, options), ..FileReport::of_patch() }
}

/// What the patches set that stand in a kustomization itself.
pub fn lint_inline(file: &SourceFile, patches: &[Inline], options: &Options) -> Vec<Finding> {
    let mut findings = Vec::new();
    for patch in patches {
        let Ok(text) = SourceFile::new(file.name(), patch.text.clone().into_bytes()) else { continue };
        for finding in forbidden(&text, patch.target.as_ref(), options) {
            let span = place_in_block(file, patch.span, &text, finding.location.span).unwrap_or(patch.span);
            findings.push(Finding { location: location(file, span), related: Vec::new(), ..finding });
        }
    }
    findings
}

/// Where something in the text of a block scalar stands in its file: `None` if the lines are not those of the file.
fn place_in_block(file: &SourceFile, block: Span, text: &SourceFile, span: Span) -> Option<Span> {
    let header = file.position(block.start).line;
    if !file.text()[block.range()].starts_with('|') {
        return None;
    }
    let line = text.line_span(text.position(span.start).line);
    let of_file = file.line_span(header + text.position(span.start).line);
    let (inner, outer) = (text.text()[line.range()].trim_end(), file.text()[of_file.range()].trim_end());
    let indent = outer.len().checked_sub(inner.len()).filter(|_| outer.ends_with(inner))?;
    let shift = |at: u32| of_file.start + offset(indent) + (at - line.start);
    Some(Span { start: shift(span.start), end: shift(span.end.min(line.end)) })
}

/// What patches set that is forbidden.
fn forbidden(file: &SourceFile, target: Option<&Target>, options: &Options) -> Vec<Finding> {
    let mut findings: Vec<Finding> = lint(file, true, options).findings;
    findings.retain(sets_what_is_forbidden);
    for piece in &split(file) {
        let Ok(tree) = parse(file, piece) else { continue };
        let Some(root) = tree.root() else { continue };
        if tree.kind(root) == Kind::Sequence && shape::is_json_patch(&tree, root) {
            for operation in tree.elements(root) {
                findings.extend(by_operation(file, &tree, operation, target, options));
            }
        } else if shape::lack(&tree, root).is_some() {
            findings.extend(without_type(file, &tree, root, target, options));
        }
    }
    findings.sort_by_key(|finding| finding.location.span.start);
    // A repair would be of the whole object, which is not here.
    for finding in &mut findings {
        finding.repair = None;
    }
    identify(&mut findings, file.name());
    findings
}

/// Whether a finding is about a value that is written there. A list of dropped capabilities is about what it lacks.
fn sets_what_is_forbidden(finding: &Finding) -> bool {
    let is_rule = finding.rule.starts_with("pss/") || finding.rule.starts_with("local/");
    is_rule && finding.severity == Severity::Error && finding.value.is_some() && !is_of_dropped(&finding.path)
}

fn is_of_dropped(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, field)| field == "drop")
}

/// What a merge patch sets that names no kind, since its target does.
fn without_type(
    file: &SourceFile,
    tree: &Tree<'_>,
    root: NodeId,
    target: Option<&Target>,
    options: &Options,
) -> Vec<Finding> {
    let has = |path: &[&str]| path.iter().try_fold(root, |node, key| tree.get(node, key)).is_some();
    let pointer = if has(&["spec", "template"]) {
        "/spec/template/"
    } else if has(&["spec", "jobTemplate"]) {
        "/spec/jobTemplate/"
    } else {
        "/spec/"
    };
    let Some(kind) = kind_of(target, pointer) else { return Vec::new() };
    let text = format!("{{{kind}, \"spec\": {}}}", value_to_json(tree, tree.get(root, "spec"), quote));
    let found = judged(&text, options);
    let place = |finding: &Finding| place_of(tree, root, &finding.path, finding.value.as_deref());
    found.into_iter().map(|finding| moved(file, place(&finding).unwrap_or(root), tree, finding)).collect()
}

/// What an operation of a JSON patch sets.
fn by_operation(
    file: &SourceFile,
    tree: &Tree<'_>,
    operation: NodeId,
    target: Option<&Target>,
    options: &Options,
) -> Vec<Finding> {
    let get = |key| tree.get_str(operation, key).unwrap_or_default();
    let (op, pointer) = (get("op"), get("path"));
    let Some(value) = tree.get(operation, "value").filter(|_| matches!(op.as_ref(), "add" | "replace")) else {
        return Vec::new();
    };
    let Some(kind) = kind_of(target, &pointer) else { return Vec::new() };
    let Some(spec) = pointer.strip_prefix("/spec").filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return Vec::new();
    };
    let mut text = value_to_json(tree, Some(value), quote);
    for step in spec.split('/').skip(1).collect::<Vec<_>>().into_iter().rev() {
        let is_index = step == "-" || !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
        let name = step.replace("~1", "/").replace("~0", "~");
        text = if is_index { format!("[{text}]") } else { format!("{{{}: {text}}}", quote(&name)) };
    }
    let found = judged(&format!("{{{kind}, \"spec\": {text}}}"), options);
    let place = |finding: &Finding| place_of(tree, value, &finding.path, finding.value.as_deref()).unwrap_or(value);
    found.into_iter().map(|finding| moved(file, place(&finding), tree, finding)).collect()
}

/// The type of the objects that a patch is for: what its target says, or what its place in them tells.
fn kind_of(target: Option<&Target>, pointer: &str) -> Option<String> {
    let said = target.map(|target| target.kind.as_str()).filter(|kind| !kind.is_empty());
    let guessed = || {
        let starts = |prefix: &str| pointer.starts_with(prefix);
        if starts("/spec/template") {
            "Deployment"
        } else if starts("/spec/jobTemplate") {
            "CronJob"
        } else {
            "Pod"
        }
    };
    let kind = said.unwrap_or_else(guessed);
    let version = crate::manifest::kinds::api_version_of(kind)?;
    Some(format!("\"apiVersion\": \"{version}\", \"kind\": \"{kind}\""))
}

/// What a text sets that is forbidden.
fn judged(text: &str, options: &Options) -> Vec<Finding> {
    let Ok(file) = SourceFile::new("", text.as_bytes().to_vec()) else { return Vec::new() };
    let mut findings = lint(&file, true, options).findings;
    findings.retain(sets_what_is_forbidden);
    findings
}

/// The value below a node that has the last name of a path, and the same text.
fn place_of(tree: &Tree<'_>, root: NodeId, path: &str, value: Option<&str>) -> Option<NodeId> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let name = name.split('[').next().unwrap_or_default();
    let value = value?.trim_matches('"');
    let mut found = None;
    walk(tree, root, |node, path| {
        let last =
            path.iter().rev().find_map(|segment| if let Segment::Field(name) = segment { Some(name) } else { None });
        let is_scalar = tree.kind(node) == Kind::Scalar;
        let is_it = last.is_some_and(|last| last == name) && (!is_scalar || tree.raw(node) == value);
        // The deepest counts: elements of a list have its name.
        if found.is_none() && is_it && (is_scalar || value.starts_with(['{', '['])) {
            found = Some(node);
        }
    });
    found
}

fn moved(file: &SourceFile, node: NodeId, tree: &Tree<'_>, finding: Finding) -> Finding {
    let span = tree.span(node);
    Finding { location: location(file, span), related: Vec::new(), ..finding }
}

/// A text as JSON.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
