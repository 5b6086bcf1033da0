//! Patches: parts of objects, read for what they set. What is missing in them stands elsewhere; what is forbidden in
//! them is forbidden in every object that they are applied to.

use std::collections::HashSet;
use std::path::Path;

use super::document::location;
use super::hidden_parts::hidden_parts;
use super::{Options, Standing, lint};
use crate::finding::{Finding, ReportEntry, Severity, identify};
use crate::manifest::overlay::{self, Inline, Target};
use crate::manifest::template::{Row, rows};
use crate::manifest::transformer::patches_in;
use crate::manifest::{kinds, kustomization, shape};
use crate::rules::{Family, id};
use crate::source::file::SourceFile;
use crate::source::span::{Span, offset};
use crate::verdict::FileReport;
use crate::yaml::locate::Locator;
use crate::yaml::parse::well_formed;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId, Tree};
use crate::yaml::write::value_to_json;

/// No field of a pod lies deeper in its object.
const DEEPEST: usize = 32;

/// The report of a file with patches: nothing in it is an object, and what it sets is judged. `target` is what is said of
/// the objects that they are for.
pub fn lint_patch(file: &SourceFile, target: Option<&Target>, options: &Options) -> FileReport {
    FileReport { findings: forbidden(file, target, options), ..FileReport::of_patch() }
}

/// What the patches set that stand in a kustomization, or in a transformer of kustomize.
pub fn lint_written(file: &SourceFile, options: &Options) -> Vec<ReportEntry> {
    if !kustomization::is_name_of_one(file.name()) {
        return of_transformers(file, options);
    }
    let mut findings = Vec::new();
    for tree in well_formed(file) {
        let Some(overlay) = overlay::read(&tree, Path::new(file.name())) else { continue };
        findings.extend(inline(file, &overlay.inline, |text, patch| forbidden(text, patch.target.as_ref(), options)));
        findings.extend(inline(file, &overlay.inline_transformers, |text, _| of_transformers(text, options)));
    }
    findings
}

/// Whether patches may stand in a file: it is a kustomization, or holds transformers.
pub fn may_write(file: &SourceFile) -> bool {
    kustomization::is_name_of_one(file.name()) || !patches_in(file).is_empty()
}

/// What the patches of transformers set.
fn of_transformers(file: &SourceFile, options: &Options) -> Vec<ReportEntry> {
    let patches: Vec<Inline> = patches_in(file).into_iter().filter_map(|one| one.inline).collect();
    inline(file, &patches, |text, patch| forbidden(text, patch.target.as_ref(), options))
}

/// What is found in texts that stand in a file, at their places.
fn inline(
    file: &SourceFile,
    texts: &[Inline],
    find: impl Fn(&SourceFile, &Inline) -> Vec<ReportEntry>,
) -> Vec<ReportEntry> {
    let mut findings = Vec::new();
    for one in texts {
        let Ok(text) = SourceFile::new(file.name(), one.text.clone().into_bytes()) else { continue };
        for finding in find(&text, one) {
            let span = place_in_block(file, one.span, &text, finding.location.span).unwrap_or(one.span);
            findings.push(moved(file, span, finding));
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
fn forbidden(file: &SourceFile, target: Option<&Target>, options: &Options) -> Vec<ReportEntry> {
    let mut findings: Vec<ReportEntry> = lint(file, Standing::within(file), options).findings;
    findings.retain(is_of_what_is_set);
    for tree in well_formed(file) {
        let Some(root) = tree.root() else { continue };
        findings.extend(hidden_parts(file, &tree, root));
        let removals = removals(&tree, root);
        findings
            .retain(|finding| finding.rule != id::UNKNOWN_FIELD || !removals.contains(&finding.location.span.start));
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
        finding.forget_repair();
    }
    identify(&mut findings, file.name());
    findings
}

/// Whether a finding is about what a patch sets: it is forbidden, or keeps everything beside it from being judged.
fn is_of_what_is_set(finding: &ReportEntry) -> bool {
    match finding.rule {
        // A value that nobody knows yet may be forbidden as well. Who waives there has to hear that it does not count.
        id::INVALID_YAML | id::WRONG_TYPE | id::UNJUDGED_SETTINGS | id::IGNORED_WAIVER => true,
        // A directive, such as `$patch`, is none of the object's fields.
        id::UNKNOWN_FIELD => {
            finding.severity == Severity::Error && !finding.path.last_name().is_some_and(|name| name.starts_with('$'))
        }
        _ => sets_what_is_forbidden(finding),
    }
}

/// Where the keys begin that have null as their value: a merge patch removes such a field, and there is none.
fn removals(tree: &Tree<'_>, root: NodeId) -> HashSet<u32> {
    let mappings = tree.inside(root).chain([root]).filter(|&node| tree.kind(node) == Kind::Mapping);
    let null = mappings.flat_map(|mapping| tree.pairs(mapping)).filter(|&(_, value)| tree.is_null(value));
    null.map(|(key, _)| tree.span(key).start).collect()
}

/// Whether a finding is about a value that is written there. A list of dropped capabilities is about what it lacks.
fn sets_what_is_forbidden(finding: &ReportEntry) -> bool {
    let is_rule = matches!(finding.rule.family(), Family::Pss | Family::Local);
    is_rule && finding.severity == Severity::Error && finding.value.is_some() && !is_of_dropped(&finding.path)
}

fn is_of_dropped(path: &FieldPath) -> bool {
    path.segments().len() > 1 && path.last_name() == Some("drop")
}

/// What a merge patch sets that names no kind, since its target does.
fn without_type(
    file: &SourceFile,
    tree: &Tree<'_>,
    root: NodeId,
    target: Option<&Target>,
    options: &Options,
) -> Vec<ReportEntry> {
    let Some(spec) = tree.get(root, "spec") else { return Vec::new() };
    let steps = with_template(tree, &["spec"], spec);
    let Some((kind, is_guess)) = kind_of(target, &steps, options) else { return Vec::new() };
    let text = format!("{{{kind}, \"spec\": {}}}", value_to_json(tree, Some(spec), quote));
    at_places(file, tree, (spec, 1), judged(&text, is_guess, options))
}

/// What an operation of a JSON patch sets.
fn by_operation(
    file: &SourceFile,
    tree: &Tree<'_>,
    operation: NodeId,
    target: Option<&Target>,
    options: &Options,
) -> Vec<ReportEntry> {
    let get = |key| tree.get_str(operation, key).unwrap_or_default();
    let (op, pointer) = (get("op"), get("path"));
    let Some(value) = tree.get(operation, "value").filter(|_| matches!(op.as_ref(), "add" | "replace")) else {
        return Vec::new();
    };
    let json = value_to_json(tree, Some(value), quote);
    let steps: Vec<String> = steps_of(&pointer).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let found = match steps.as_slice() {
        // The whole object is replaced.
        [] if shape::lack(tree, value).is_none() => judged(&json, false, options),
        [] => return without_type(file, tree, value, target, options),
        _ if steps.len() > DEEPEST => return Vec::new(),
        _ => match kind_of(target, &with_template(tree, &steps, value), options) {
            Some((kind, is_guess)) => judged(&format!("{{{kind}, {}}}", below(&steps, json)), is_guess, options),
            None => return Vec::new(),
        },
    };
    let found = found.into_iter().map(|mut finding| {
        finding.name_container(&container_at(&steps));
        finding
    });
    at_places(file, tree, (value, steps.len()), found.collect())
}

/// The steps of a JSON pointer (RFC 6901).
pub(super) fn steps_of(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

/// The steps to a value, and on to the pod template in it if it is a whole spec.
fn with_template<'s>(tree: &Tree<'_>, steps: &[&'s str], value: NodeId) -> Vec<&'s str> {
    let inner = ["template", "jobTemplate"].into_iter().find(|key| tree.get(value, key).is_some());
    steps.iter().copied().chain(inner.filter(|_| steps == ["spec"])).collect()
}

/// A value of an object as the member at its top in which it stands: `"spec": {"hostPID": true}`.
fn below(steps: &[&str], value: String) -> String {
    let mut text = value;
    for (depth, step) in steps.iter().enumerate().rev() {
        let is_index = *step == "-" || !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
        text = match depth {
            0 => format!("{}: {text}", quote(step)),
            _ if is_index => format!("[{text}]"),
            _ => format!("{{{}: {text}}}", quote(step)),
        };
    }
    text
}

/// How a container is called that a JSON patch reaches, which knows no names: `containers[0]`.
fn container_at(steps: &[&str]) -> String {
    let is_list = |step: &&str| matches!(*step, "containers" | "initContainers" | "ephemeralContainers");
    let at = steps.iter().rposition(is_list);
    match at.map(|at| (steps[at], steps.get(at + 1).copied())) {
        Some((list, Some(index))) if index != "-" => format!("{list}[{index}]"),
        _ => "the container".to_owned(),
    }
}

/// Findings of an object that was made of a value, where that stands. `depth` is how far below the object it is.
fn at_places(
    file: &SourceFile,
    tree: &Tree<'_>,
    (value, depth): (NodeId, usize),
    found: Vec<ReportEntry>,
) -> Vec<ReportEntry> {
    let locator = Locator::new(tree);
    let place = |finding: &Finding| {
        let below = FieldPath::new(finding.path.segments().get(depth..).unwrap_or_default().to_vec());
        tree.span(locator.locate(value, &below).value.unwrap_or(value))
    };
    found.into_iter().map(|finding| moved(file, place(&finding), finding)).collect()
}

/// The type of the objects that a patch is for: what its target says, or what its place in them tells, which is a guess.
fn kind_of(target: Option<&Target>, steps: &[&str], options: &Options) -> Option<(String, bool)> {
    let said = target.map(|target| target.kind.as_str()).filter(|kind| !kind.is_empty());
    // An expression may mean any kind.
    let is_plain = |kind: &&str| kind.chars().all(|c| c.is_ascii_alphanumeric());
    let said = said.filter(is_plain);
    let guessed = match steps {
        ["spec", "template", ..] => Some("Deployment"),
        ["spec", "jobTemplate", ..] => Some("CronJob"),
        ["template", ..] => Some("PodTemplate"),
        ["spec", ..] => Some("Pod"),
        _ => None,
    };
    let (mut kind, mut is_guess) = (said.or(guessed)?, said.is_none());
    let version = api_version_of(kind, options).or_else(|| {
        kind = guessed?;
        is_guess = true;
        api_version_of(kind, options)
    })?;
    Some((format!("\"apiVersion\": \"{version}\", \"kind\": \"{kind}\""), is_guess))
}

/// The apiVersion of a kind that podline knows.
fn api_version_of(kind: &str, options: &Options) -> Option<String> {
    let of_table = || options.templates.iter().copied().chain(rows()).find(|row| row.kind == kind);
    kinds::api_version_of(kind).map(str::to_owned).or_else(|| of_table().map(Row::api_version))
}

/// What a text sets that is forbidden, of an object whose kind may be a guess.
fn judged(text: &str, is_guess: bool, options: &Options) -> Vec<ReportEntry> {
    let Ok(file) = SourceFile::new("", text.as_bytes().to_vec()) else { return Vec::new() };
    let mut findings = lint(&file, true, options).findings;
    // A wrong type keeps all else from being judged. In an object of another kind it may be right.
    let is_wrong = |finding: &ReportEntry| finding.rule == id::WRONG_TYPE && !is_guess;
    let is_open = |finding: &ReportEntry| finding.rule == id::UNJUDGED_SETTINGS;
    findings.retain(|finding| sets_what_is_forbidden(finding) || is_open(finding) || is_wrong(finding));
    findings
}

fn moved(file: &SourceFile, span: Span, entry: ReportEntry) -> ReportEntry {
    ReportEntry { finding: entry.finding.moved_to(location(file, span)), ..entry }
}

/// A text as JSON.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
