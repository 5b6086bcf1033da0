//! The waivers that stand in a document: collected where its tree is at hand, and applied to its findings.

use std::sync::LazyLock;

use memchr::memmem;

use super::Options;
use super::document::{Judge, Outcome, location};
use crate::finding::{Finding, Severity, WaiverSource};
use crate::manifest::object::Object;
use crate::pod_security::evaluator;
use crate::rules::{Family, RuleId, id};
use crate::source::span::{Span, offset};
use crate::verdict::TemplateReport;
use crate::waiver::manifest::{self, Applying, ManifestWaiver};
use crate::waiver::policy::{ManifestPlace, WaiverPolicy};
use crate::waiver::reach::{Entries, Scope};
use crate::waiver::rule_pattern::RulePattern;
use crate::waiver::terms::Terms;
use crate::waiver::{annotation, comment};
use crate::yaml::path::FieldPath;
use crate::yaml::path::Segment;
use crate::yaml::split::Piece;
use crate::yaml::tree::NodeId;

/// What a file may hold of waivers: most files hold nothing, and are not searched again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    comments: bool,
    annotations: bool,
}

impl Marks {
    /// Looks for the marks in the text of a file.
    pub fn of(text: &str) -> Self {
        static NAME: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("podline"));
        let bytes = text.as_bytes();
        let Some(first) = NAME.find(bytes) else { return Self::default() };
        let has = |mark: &str| memmem::find(&bytes[first..], mark.as_bytes()).is_some();
        Self { comments: has(comment::MARK), annotations: has(annotation::PREFIX) }
    }

    /// Where the text begins whose comments belong to a document: it takes along its separator line, and what holds
    /// nothing but comments before that.
    pub fn start(self, text: &str, pieces: &[Piece], index: usize) -> u32 {
        let mut index = index;
        while self.comments && index > 0 && is_blank(&text[pieces[index - 1].span().range()]) {
            index -= 1;
        }
        index.checked_sub(1).map_or(0, |before| pieces[before].span().end)
    }
}

/// Why a waiver does not count that the cluster never sees.
const LOST: &str = "this waiver is lost: a key above it is repeated further down";

/// Whether a part of a file holds nothing but comments.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with('#') || line.starts_with("---"))
}

/// Where the comments of a document may stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub marks: Marks,
    pub span: Span,
}

impl Judge<'_, '_> {
    /// Applies the waivers of the document to its findings, and reports what is wrong with them.
    pub fn waive(&self, root: NodeId, objects: &[Object], region: Region, outcome: &mut Outcome) {
        if region.marks == Marks::default() {
            return;
        }
        let mut collected = Collected { waivers: Vec::new(), findings: Vec::new() };
        let entries = Entries::new(self.tree, root, objects);
        if region.marks.comments {
            self.comments(&entries, region.span, &mut collected);
        }
        if region.marks.annotations {
            self.annotations(&entries, outcome, &mut collected);
        }
        let Collected { mut waivers, mut findings } = collected;
        let today = self.options.today;
        let policy = self.options.waiver_policy.as_deref();
        if let Some(policy) = policy.filter(|_| !waivers.is_empty()) {
            self.govern(&mut waivers, policy);
        }
        manifest::apply(&mut waivers, &mut outcome.findings, self.file.name(), &Applying { today, policy });
        // What was not judged may be what a waiver is for.
        let all_judged = outcome.refused == 0 && outcome.skipped.is_empty();
        for waiver in &waivers {
            if let Some(why) = &waiver.ignored {
                let message = format!("the waiver of {} does not count: {why}", waiver.terms.rules_text());
                findings.push(self.about(id::IGNORED_WAIVER, Severity::Warning, waiver, message));
                continue;
            }
            let judged = all_judged && self.has_judged(waiver, &outcome.templates);
            if let Some((rule, severity, message)) = waiver.verdict(judged, today) {
                findings.push(self.about(rule, severity, waiver, message));
            }
        }
        outcome.extend(findings);
        waivers.sort_by_key(|waiver| waiver.location.span.start);
        outcome.waivers = waivers;
    }

    /// Notes of each waiver whether it counts at all.
    fn govern(&self, waivers: &mut [ManifestWaiver], policy: &WaiverPolicy) {
        let place = ManifestPlace {
            path: self.standing.origin(),
            is_taken_over: self.standing.is_in_dependency(),
            rendered_from: self.source.as_deref(),
        };
        let of_place = policy.ignores_place(&place);
        for waiver in waivers {
            let of_terms = || policy.ignores_terms(&waiver.terms, self.options.today);
            waiver.ignored = of_place.clone().or_else(of_terms);
        }
    }

    /// Whether some rule of a waiver was judged for what it reaches: another object may be judged by another level.
    fn has_judged(&self, waiver: &ManifestWaiver, templates: &[TemplateReport]) -> bool {
        let is_reached = |template: &&TemplateReport| match &waiver.scope {
            Some(Scope::Field { item, .. }) => template.object.item == *item,
            _ => true,
        };
        let mut reached = templates.iter().filter(is_reached).peekable();
        is_judged(&waiver.terms, self.options)
            && (reached.peek().is_none() || reached.any(|template| waiver.terms.are_judged_by(&template.verdicts)))
    }

    fn about(&self, rule: RuleId, severity: Severity, waiver: &ManifestWaiver, message: String) -> Finding {
        let text = &self.file.text()[waiver.location.span.range()];
        let finding = Finding::within(self.file, rule, waiver.location.span, message).severity(severity);
        finding.path(waiver.path.clone()).value(Some(text)).object(waiver.object.clone()).build()
    }

    /// A waiver for an entry, or for the document.
    fn waiver(&self, entries: &Entries<'_, '_>, span: Span, entry: Option<usize>, terms: Terms) -> ManifestWaiver {
        let object = entry.and_then(|entry| entries.object_of(entry));
        ManifestWaiver {
            terms,
            source: WaiverSource::Comment,
            location: location(self.file, span),
            path: entry.zip(object).map(|(entry, object)| entries.path(entry, object)).unwrap_or_default(),
            object: object.map(|object| self.object_ref(object)),
            covers: Vec::new(),
            ignored: None,
            open: 0,
            scope: entry.map_or(Some(Scope::Document), |entry| entries.scope(entry)),
            begins: entry.map(|entry| entries.start(entry)),
        }
    }

    fn comments(&self, entries: &Entries<'_, '_>, region: Span, collected: &mut Collected) {
        for comment in comment::comments(self.tree, region, &self.options.rules) {
            let span = comment.span;
            // Above the first field, a comment is about all of the document.
            // Where that holds the objects of a List, it is about them, which must be said of each.
            let holds_objects = || entries.after(0).is_some_and(|first| entries.scope(first).is_none());
            let is_head = entries.first().is_some_and(|first| span.start < first) && !holds_objects();
            let entry = if is_head {
                None
            } else if comment.trails {
                entries.on_line(comment.line, span.start)
            } else {
                // What is indented less belongs to what is around the block that the comment stands in.
                entries
                    .after(span.end)
                    .filter(|&entry| self.column(entries.start(entry)) >= self.indentation(span.start))
            };
            let mut waiver = match comment.terms {
                Ok(terms) => self.waiver(entries, span, entry, terms),
                Err(error) => {
                    collected.findings.push(self.bad(entries, span, entry, Severity::Error, error.to_string()));
                    continue;
                }
            };
            if entry.is_some_and(|entry| entries.is_lost(entry)) {
                collected.findings.push(self.bad(entries, span, entry, Severity::Error, LOST.to_owned()));
            } else if !is_head && entry.is_none() {
                waiver.scope = None;
                let message = if comment.trails {
                    "no field begins on the line of this waiver: write it on the line of a field, or above one"
                } else {
                    "no field of its block follows this waiver: write it above a field, or on its line"
                };
                collected.findings.push(self.bad(entries, span, None, Severity::Error, message.to_owned()));
            } else if waiver.scope.is_none() {
                let message = "this waiver is above several objects of a list: write one for each".to_owned();
                collected.findings.push(self.bad(entries, span, entry, Severity::Error, message));
            } else {
                collected.waivers.push(waiver);
            }
        }
    }

    /// How many bytes stand before an offset on its line.
    fn column(&self, offset: u32) -> usize {
        let before = &self.tree.text()[..offset as usize];
        before.len() - before.rfind('\n').map_or(0, |end| end + 1)
    }

    /// How many blanks begin the line of an offset.
    fn indentation(&self, offset: u32) -> usize {
        let line = &self.tree.text()[offset as usize - self.column(offset)..];
        line.len() - line.trim_start_matches(' ').len()
    }

    fn annotations(&self, entries: &Entries<'_, '_>, outcome: &Outcome, collected: &mut Collected) {
        for (entry, key, value) in entries.keyed(annotation::PREFIX) {
            let Some(object) = entries.object_around(value) else { continue };
            let (Ok(name), Some(text)) = (self.tree.key(key), self.tree.string(value)) else { continue };
            let (path, span) = (entries.path(entry, object), self.tree.span(key));
            if entries.is_lost(entry) {
                collected.findings.push(self.bad(entries, span, Some(entry), Severity::Error, LOST.to_owned()));
                continue;
            }
            let names =
                |at: usize, name: &str| matches!(path.segments().get(at), Some(Segment::Field(field)) if field == name);
            let depth = path.segments().len();
            if depth != 3 || !names(0, "metadata") || !names(1, "annotations") {
                if depth > 2 && (names(depth - 2, "annotations") || names(depth - 2, "labels")) {
                    let parent = path.prefix(depth - 3);
                    let is_template = depth > 3 && outcome.templates.iter().any(|template| template.path == parent);
                    let message = if is_template {
                        "an annotation of the pod template does not count, since changing it would roll every pod: put \
                         it on the object's own metadata"
                    } else {
                        "only an annotation of the object's own metadata counts"
                    };
                    let message = message.to_owned();
                    collected.findings.push(self.bad(entries, span, Some(entry), Severity::Warning, message));
                }
                continue;
            }
            for terms in annotation::parse(&name, &text, &self.options.rules).unwrap_or_default() {
                match terms {
                    Ok(terms) => {
                        let waiver = self.waiver(entries, span, Some(entry), terms);
                        let scope = Some(Scope::Field { item: object.item.clone(), path: FieldPath::ROOT });
                        let path = FieldPath::ROOT;
                        let source = WaiverSource::Annotation;
                        collected.waivers.push(ManifestWaiver { scope, path, source, begins: None, ..waiver });
                    }
                    Err(error) => {
                        let message = error.to_string();
                        collected.findings.push(self.bad(entries, span, Some(entry), Severity::Error, message));
                    }
                }
            }
        }
    }

    /// A waiver that is none.
    fn bad(
        &self,
        entries: &Entries<'_, '_>,
        span: Span,
        entry: Option<usize>,
        severity: Severity,
        message: String,
    ) -> Finding {
        let object = entry.and_then(|entry| entries.object_of(entry));
        let path = entry.zip(object).map(|(entry, object)| entries.path(entry, object));
        let finding = Finding::within(self.file, id::BAD_WAIVER, span, message).severity(severity);
        let finding = finding.path(path.unwrap_or_default()).value(Some(&self.file.text()[span.range()]));
        finding.object(object.map(|object| self.object_ref(object))).build()
    }
}

/// What was found before it is applied.
struct Collected {
    waivers: Vec<ManifestWaiver>,
    /// What is wrong.
    findings: Vec<Finding>,
}

/// Whether some rule of a waiver is judged at all: one of a stricter level may be of use in another run.
pub(crate) fn is_judged(terms: &Terms, options: &Options) -> bool {
    terms.rules.iter().flat_map(RulePattern::rules).any(|&rule| is_rule_judged(rule, options))
}

/// Whether a rule is judged by these options.
pub fn is_rule_judged(rule: RuleId, options: &Options) -> bool {
    match rule.family() {
        Family::Pss => {}
        Family::Local => return !options.policies.is_empty(),
        Family::Manifest | Family::Policy => return true,
        _ => return options.rules.knows(rule),
    }
    let judges = |standard: super::Standard| {
        evaluator::judges(standard.level, standard.version.resolve(options.kubernetes_version), rule.short())
    };
    if let Some(admission) = &options.admission {
        return admission.standards().any(judges);
    }
    let mut scopes = options.scopes.scopes.iter().map(Some).chain([None]);
    scopes.any(|scope| judges(options.standard(scope)))
}

/// The text that the comments of a document may stand in.
pub(super) fn region(marks: Marks, text: &str, pieces: &[Piece], index: usize) -> Region {
    let end = pieces[index].span().end;
    let start = if marks.comments { marks.start(text, pieces, index) } else { end };
    Region { marks, span: Span { start: start.min(end), end: end.min(offset(text.len())) } }
}
