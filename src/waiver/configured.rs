//! Waivers of the configuration: which rules, for which objects, why and how long.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use globset::GlobMatcher;
use serde::{Deserialize, Serialize};

use super::checker::Checker;
use super::date::Date;
use super::error::WaiverFault;
use super::limits::PolicyGlob;
use super::policy::WaiverPolicy;
use super::rule_pattern::RulePattern;
use super::terms::{State, Terms};
use super::{Covers, can_be_waived, verdict};
use crate::finding::{self, Finding, Location, ObjectRef, ReportEntry, Severity, Waived, WaiverSource};
use crate::matching::{Match, Matcher, OneOrMany, Target};
use crate::rules::{Catalogue, RuleId, id};
use crate::source::file::SourceFile;
use crate::source::span::Position;
use crate::verdict::{FileReport, TemplateReport};

/// An entry of `waivers:`. What is given must hold of a finding; what is left out holds of any.
///
/// Globs know `*`, `?`, `[a-z]` and `{a,b}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverEntry {
    /// The rules: `privileged`, `pss/*`, `capabilities_restricted=NET_ADMIN`.
    #[cfg_attr(feature = "cli", schemars(required))]
    pub rules: OneOrMany<String>,
    /// Why they may be broken.
    #[cfg_attr(feature = "cli", schemars(required))]
    pub reason: String,
    /// The last day on which they may: `2027-03-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The objects; without it, all of them.
    #[serde(rename = "match", skip_serializing_if = "Match::is_empty")]
    pub objects: Match,
    /// A glob for the name of the policy that refuses: one of several that ask for the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// A glob for the chart's template that the object was rendered from, or for a directory of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A glob for the container's image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A glob for the container's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// An entry, and where it is written.
#[derive(Clone, Debug)]
pub struct ConfiguredWaiver {
    /// What it says.
    pub entry: WaiverEntry,
    /// The configuration's file, as reports name it.
    pub file: String,
    /// The line on which the entry begins.
    pub line: usize,
    /// The directory of the configuration, absolute: what `paths` are relative to.
    pub directory: PathBuf,
    /// Whether it comes from a file that was extended: that one serves other repositories too, so nothing is said of
    /// what it does not cover in this one.
    pub inherited: bool,
    /// Whether it comes from a floor, so that its `directory` is not that of the nearest configuration.
    pub is_of_floor: bool,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverMistake {
    /// Which waiver it is, from 0.
    pub waiver: usize,
    /// The field that is wrong, or missing: a key of the entry, or of its `match`.
    pub field: &'static str,
    /// Whether it is a key of its `match`.
    pub in_match: bool,
    /// Which element of the field it is, if the field is a list.
    pub index: Option<usize>,
    /// What is wrong.
    pub fault: WaiverFault,
}

/// The waivers of a configuration, ready for use by any number of threads.
#[derive(Debug, Default)]
pub struct Waivers {
    prepared: Vec<Prepared>,
    today: Option<Date>,
    policy: Option<Arc<WaiverPolicy>>,
}

#[derive(Debug)]
struct Prepared {
    from: ConfiguredWaiver,
    terms: Terms,
    objects: Matcher,
    source: Option<GlobMatcher>,
    image: Option<GlobMatcher>,
    container: Option<GlobMatcher>,
    /// Why it does not count, if it does not.
    ignored: Option<String>,
    covered: AtomicUsize,
    /// How much of that nothing else covers, once it has ended.
    open: AtomicUsize,
    /// Whether a pod template that it is about was judged by some of its rules.
    judged: AtomicBool,
    /// Whether one was not.
    unjudged: AtomicBool,
}

impl Waivers {
    /// Checks the entries.
    ///
    /// # Errors
    /// All that is wrong with them, in their order.
    pub fn new(entries: Vec<ConfiguredWaiver>, today: Date, catalogue: &Catalogue) -> Result<Self, Vec<WaiverMistake>> {
        let (mut prepared, mut mistakes) = (Vec::new(), Vec::new());
        for (index, entry) in entries.into_iter().enumerate() {
            match Prepared::new(entry, catalogue) {
                Ok(one) => prepared.push(one),
                Err(wrong) => {
                    mistakes.extend(wrong.into_iter().map(|mistake| WaiverMistake { waiver: index, ..mistake }));
                }
            }
        }
        if mistakes.is_empty() { Ok(Self { prepared, today: Some(today), policy: None }) } else { Err(mistakes) }
    }

    /// The same, as far as a policy lets them count.
    #[must_use]
    pub fn under(mut self, policy: Arc<WaiverPolicy>) -> Self {
        if let Some(today) = self.today {
            for waiver in &mut self.prepared {
                waiver.ignored = policy.ignores_terms(&waiver.terms, today);
            }
        }
        self.policy = Some(policy);
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// Whether some of them asks for labels or sources, so that [`crate::Options::details`] must be on.
    pub fn needs_details(&self) -> bool {
        self.prepared.iter().any(|waiver| waiver.objects.asks_for_labels() || waiver.source.is_some())
    }

    /// What each entry says, where it is written, and why it does not count, if it does not.
    pub fn all(&self) -> impl Iterator<Item = (&ConfiguredWaiver, &Terms, Option<&str>)> {
        self.prepared.iter().map(|waiver| (&waiver.from, &waiver.terms, waiver.ignored.as_deref()))
    }

    /// Waives the findings of a file that an entry covers, and remembers which entries were of use.
    ///
    /// `path` is the absolute path of the file; `namespace` is that of objects that name none.
    pub fn apply(&self, path: Option<&Path>, namespace: &str, report: &mut FileReport) {
        let hits = self.hits(path, namespace, report);
        for &(waiver, finding) in &hits {
            let waiver = &self.prepared[waiver];
            waiver.covered.fetch_add(1, Ordering::Relaxed);
            let finding = &mut report.findings[finding];
            if finding.waived.is_none() && self.holds(waiver) {
                finding.waived = Some(Arc::new(waiver.waived()));
            }
        }
        for (waiver, finding) in hits {
            let is_open = report.findings[finding].waived.is_none();
            self.prepared[waiver].open.fetch_add(usize::from(is_open), Ordering::Relaxed);
        }
        for waiver in self.prepared.iter().filter(|waiver| waiver.is_about(path)) {
            waiver.note_judged(namespace, report);
        }
    }

    /// Which entry covers which finding of a file, as indices: all of them, whether they still hold or not.
    pub fn hits(&self, path: Option<&Path>, namespace: &str, report: &FileReport) -> Vec<(usize, usize)> {
        if self.prepared.is_empty() || report.findings.is_empty() {
            return Vec::new();
        }
        let waivers = self.prepared.iter().enumerate();
        let waivers: Vec<_> = waivers.filter(|(_, one)| one.ignored.is_none() && one.is_about(path)).collect();
        let is_never = |finding: &Finding| self.policy.as_ref().is_some_and(|policy| policy.forbids(finding));
        let may_be = |finding: &ReportEntry| (can_be_waived(finding) || self.waived(finding)) && !is_never(finding);
        let mut hits = Vec::new();
        for (at, finding) in report.findings.iter().enumerate().filter(|(_, finding)| may_be(finding)) {
            let covering = waivers.iter().filter(|(_, waiver)| waiver.covers(finding, namespace, report));
            hits.extend(covering.map(|(index, _)| (*index, at)));
        }
        hits
    }

    /// Whether one of these waivers has waived a finding.
    fn waived(&self, finding: &ReportEntry) -> bool {
        let is_it =
            |waiver: &Prepared, waived: &Waived| waiver.from.file == waived.file && waiver.from.line == waived.line;
        let waived = finding.waived.as_ref().filter(|waived| waived.source == WaiverSource::Configuration);
        waived.is_some_and(|waived| self.prepared.iter().any(|waiver| is_it(waiver, waived)))
    }

    fn holds(&self, waiver: &Prepared) -> bool {
        self.today.is_some_and(|today| !matches!(waiver.terms.state(today), State::Expired(_)))
    }

    /// The entries that have covered something, by their file and line.
    pub fn used(&self) -> impl Iterator<Item = (&str, usize)> {
        let used = self.prepared.iter().filter(|waiver| waiver.covered.load(Ordering::Relaxed) > 0);
        used.map(|waiver| (waiver.from.file.as_str(), waiver.from.line))
    }

    /// What there is to say, after a whole run, of the entries that are written in `file`: which ended, or end soon, and
    /// if `covered` which cover nothing.
    ///
    /// `covered` says that the run read all that the configuration is about (a walk of its whole directory): a hook that
    /// checks three files knows nothing of the others. `may_be_unused` says of an entry, by its line, whether it covers
    /// nothing by other means, and some rule of it is judged at all.
    pub fn findings(
        &self,
        file: &SourceFile,
        covered: bool,
        may_be_unused: impl Fn(usize, &Terms) -> bool,
    ) -> Vec<ReportEntry> {
        let Some(today) = self.today else { return Vec::new() };
        let here = self.prepared.iter().filter(|waiver| waiver.from.file == file.name());
        let mut findings = Vec::new();
        for waiver in here {
            let is_own = covered && !waiver.from.inherited;
            let judged = is_own && may_be_unused(waiver.from.line, &waiver.terms) && !waiver.is_idle();
            for (rule, severity, message) in waiver.said(judged, today) {
                let location = line_of(file, waiver.from.line);
                let value = format!("{}: {}", waiver.terms.rules_text(), waiver.terms.reason);
                let finding = Finding::at(rule, location, message).severity(severity).value(Some(value));
                findings.push(ReportEntry::from(finding.build()));
            }
        }
        finding::identify(&mut findings, file.name());
        findings
    }
}

/// A line without its indentation.
fn line_of(file: &SourceFile, line: usize) -> Location {
    let mut span = file.line_span(line.max(1));
    let text = &file.text()[span.range()];
    span.start += crate::source::span::offset(text.len() - text.trim_start().len());
    let (start, end): (Position, Position) = (file.position(span.start), file.position(span.end));
    Location { span, start, end }
}

impl Prepared {
    /// Checks an entry; all that is wrong with it.
    fn new(from: ConfiguredWaiver, catalogue: &Catalogue) -> Result<Self, Vec<WaiverMistake>> {
        let entry = &from.entry;
        let mut checker = Checker::default();
        let mut rules = Vec::new();
        for (index, rule) in entry.rules.0.iter().enumerate() {
            match RulePattern::parse(rule, catalogue) {
                Ok(rule) => rules.push(rule),
                Err(error) => checker.wrong("rules", Some(index), error.into()),
            }
        }
        let until = checker.some("until", entry.until.as_deref().map(str::parse));
        // What is wrong with the rules that are there has been said.
        let said = rules.is_empty() && !checker.mistakes.is_empty();
        let missing = if rules.is_empty() { "rules" } else { "reason" };
        let terms = if said { None } else { checker.some(missing, Some(Terms::new(rules, &entry.reason, until))) };
        let policy = checker.some("policy", entry.policy.as_deref().map(PolicyGlob::parse));
        let image = checker.glob("image", entry.image.as_deref(), false);
        let container = checker.glob("container", entry.container.as_deref(), false);
        let source = checker.glob("source", entry.source.as_deref(), true);
        let objects = checker.objects(&entry.objects, &from.directory);
        match terms {
            Some(terms) if checker.mistakes.is_empty() => {
                let terms = Terms { policy, ..terms };
                let (covered, open, judged, unjudged) = Default::default();
                let ignored = None;
                Ok(Self { from, terms, objects, source, image, container, ignored, covered, open, judged, unjudged })
            }
            _ => Err(checker.mistakes),
        }
    }

    /// What there is to say of it.
    fn said(&self, judged: bool, today: Date) -> Vec<(RuleId, Severity, String)> {
        let rules = self.terms.rules_text();
        if let Some(why) = &self.ignored {
            let message = format!("the waiver of {rules} does not count: {why}");
            return vec![(id::IGNORED_WAIVER, Severity::Warning, message)];
        }
        let (all, open) = (self.covered.load(Ordering::Relaxed), self.open.load(Ordering::Relaxed));
        let broad = (self.terms.are_for_all_rules() && !self.names_objects()).then(|| {
            let message = format!("the waiver of {rules} covers whatever comes, in any object: name rules, or objects");
            (id::BAD_WAIVER, Severity::Warning, message)
        });
        broad.into_iter().chain(verdict(&self.terms, Covers { all, open }, judged, today)).collect()
    }

    /// Whether it is for some objects only.
    fn names_objects(&self) -> bool {
        let WaiverEntry { objects, source, image, container, .. } = &self.from.entry;
        let Match { namespaces, labels, service_accounts, kinds, names, .. } = objects;
        let lists = [namespaces, labels, service_accounts, kinds, names];
        let narrows = |glob: &String| !matches!(glob.as_str(), "*" | "**" | "?*");
        lists.into_iter().flat_map(|list| &list.0).chain(source).chain(image).chain(container).any(narrows)
    }

    fn waived(&self) -> Waived {
        Waived {
            source: WaiverSource::Configuration,
            reason: self.terms.reason.clone(),
            until: self.terms.until.map(|until| until.to_string()),
            file: self.from.file.clone(),
            line: self.from.line,
        }
    }

    /// Whether a file is one that it is about.
    fn is_about(&self, path: Option<&Path>) -> bool {
        self.objects.is_for_file(path)
    }

    /// Notes whether its rules were judged for the templates that it is about.
    fn note_judged(&self, namespace: &str, report: &FileReport) {
        if self.judged.load(Ordering::Relaxed) {
            return;
        }
        for template in report.templates.iter().filter(|template| self.covers_object(&template.object, namespace)) {
            let flag = if self.terms.are_judged_by(&template.verdicts) { &self.judged } else { &self.unjudged };
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it is about templates, and none of them was judged by its rules: it may be of use at another level.
    fn is_idle(&self) -> bool {
        self.unjudged.load(Ordering::Relaxed) && !self.judged.load(Ordering::Relaxed)
    }

    fn covers(&self, finding: &Finding, namespace: &str, report: &FileReport) -> bool {
        if !self.terms.cover(finding) {
            return false;
        }
        let Some(object) = finding.object.as_deref() else { return !self.asks_for_an_object() };
        self.covers_object(object, namespace) && self.covers_container(finding, object, report)
    }

    fn asks_for_an_object(&self) -> bool {
        let globs = [&self.source, &self.image, &self.container];
        globs.iter().any(|glob| glob.is_some()) || self.objects.asks_for_objects()
    }

    fn covers_object(&self, object: &ObjectRef, namespace: &str) -> bool {
        let namespace = if object.namespace.is_empty() { namespace } else { &object.namespace };
        let name = if object.name.is_empty() { &object.generate_name } else { &object.name };
        let details = object.details.as_deref();
        let labels = details.filter(|_| self.objects.asks_for_labels()).map(|details| details.labels.iter().cloned());
        let labels = labels.into_iter().flatten().collect();
        let (kind, labels) = (&object.kind, &labels);
        // Waivers ask for none of the rest.
        let (pod_labels, service_account, user, groups) = (None, None, "", [].as_slice());
        let subject = Target { namespace, kind, name, labels, pod_labels, service_account, user, groups };
        let comes_from = |glob: &GlobMatcher| {
            let source = details.and_then(|details| details.source.as_deref());
            source.is_some_and(|source| Path::new(source).ancestors().any(|path| glob.is_match(path)))
        };
        self.objects.is_for(&subject) && self.source.as_ref().is_none_or(comes_from)
    }

    fn covers_container(&self, finding: &Finding, object: &ObjectRef, report: &FileReport) -> bool {
        if self.container.is_none() && self.image.is_none() {
            return true;
        }
        let Some(name) = finding.container.as_deref() else { return false };
        let runs = |glob: &GlobMatcher| {
            let leads_there = |template: &&TemplateReport| {
                let same = template.object.document == object.document && template.object.item == object.item;
                same && finding.path.starts_with(&template.path)
            };
            let template =
                report.templates.iter().filter(leads_there).max_by_key(|template| template.path.segments().len());
            let mut containers = template.iter().flat_map(|template| &template.containers);
            containers.any(|container| container.name == name && glob.is_match(&container.image))
        };
        self.container.as_ref().is_none_or(|glob| glob.is_match(name)) && self.image.as_ref().is_none_or(runs)
    }
}
