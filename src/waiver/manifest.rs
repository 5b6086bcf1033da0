//! Waivers that stand in manifests, and what they cover.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::date::Date;
use super::policy::WaiverPolicy;
use super::reach::Scope;
use super::rule_pattern::plain_value;
use super::terms::{State, Terms};
use super::{Covers, can_be_waived, verdict};
use crate::finding::{Finding, Location, ObjectRef, ReportEntry, Severity, Waived, WaiverSource};
use crate::rules::{RuleId, id};
use crate::verdict::FileReport;
use crate::yaml::path::FieldPath;

/// A waiver that stands in a manifest.
#[derive(Clone, Debug)]
pub struct ManifestWaiver {
    /// What it says.
    pub terms: Terms,
    /// How it is written: a comment or an annotation.
    pub source: WaiverSource,
    /// Where it stands.
    pub location: Location,
    /// The object that it is about; `None` for all of a document, and for what is no part of an object.
    pub object: Option<Arc<ObjectRef>>,
    /// The field of the object; "" for all of it.
    pub path: FieldPath,
    /// What it covers, in the order of the file, whether it still holds or not.
    pub covers: Vec<Covered>,
    /// Why it does not count at all, if it does not.
    pub ignored: Option<String>,
    /// How much of what it covers no other waiver covers that still holds.
    pub(crate) open: usize,
    /// What it reaches; `None` where there is nothing.
    pub(crate) scope: Option<Scope>,
    /// Where the field begins that it was written for.
    pub(crate) begins: Option<u32>,
}

/// A finding that a waiver covers.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The rule.
    pub rule: RuleId,
    /// The line on which it stands.
    pub line: usize,
    /// Its object.
    pub object: Option<Arc<ObjectRef>>,
    /// Its container.
    pub container: Option<String>,
    /// Its field.
    pub path: FieldPath,
}

impl Covered {
    /// What is said of a finding in a list of waivers.
    pub fn new(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            line: finding.location.start.line,
            object: finding.object.clone(),
            container: finding.container.clone(),
            path: finding.path.clone(),
        }
    }
}

impl ManifestWaiver {
    /// What there is to say of it: rule, severity and message. `judged` says whether all that it may cover was judged.
    pub(crate) fn verdict(&self, judged: bool, today: Date) -> Option<(RuleId, Severity, String)> {
        verdict(&self.terms, Covers { all: self.covers.len(), open: self.open }, judged, today)
    }
}

/// Marks the findings of a document that its waivers cover.
///
/// The narrowest waiver that still holds is the one that counts. A wider one, and a second one for the same place and
/// rule, is of no use beside it.
pub(crate) fn apply(waivers: &mut [ManifestWaiver], findings: &mut [ReportEntry], file: &str, by: &Applying<'_>) {
    let today = by.today;
    let hits = hits(waivers, findings, by);
    for &(waiver, finding) in &hits {
        let (waiver, finding) = (&mut waivers[waiver], &mut findings[finding]);
        waiver.covers.push(Covered::new(finding));
        if !matches!(waiver.terms.state(today), State::Expired(_)) {
            finding.waived = Some(Arc::new(Waived {
                source: waiver.source,
                reason: waiver.terms.reason.clone(),
                until: waiver.terms.until.map(|until| until.to_string()),
                file: file.to_owned(),
                line: waiver.location.start.line,
            }));
        }
    }
    for (waiver, finding) in hits {
        waivers[waiver].open += usize::from(findings[finding].waived.is_none());
    }
    for waiver in waivers {
        waiver.covers.sort_by_key(|covered| covered.line);
    }
}

/// What waivers are applied by.
pub(crate) struct Applying<'a> {
    pub today: Date,
    /// What may be waived at all; anything where nobody says.
    pub policy: Option<&'a WaiverPolicy>,
}

/// Looks again at the waivers that have ended, after others have covered what they covered: what is said of them.
pub fn settle_expired(report: &mut FileReport, today: Date) {
    let said = |finding: &ReportEntry| finding.rule == id::EXPIRED_WAIVER && finding.waived.is_none();
    if !report.findings.iter().any(said) {
        return;
    }
    let FileReport { findings, waivers, .. } = report;
    let open: HashSet<CoveredKey<'_>> =
        findings.iter().filter(|finding| finding.waived.is_none()).map(|finding| key_of(finding)).collect();
    let mut settled = Vec::new();
    for waiver in waivers.iter_mut().filter(|waiver| matches!(waiver.terms.state(today), State::Expired(_))) {
        let is_open = |covered: &&Covered| open.contains(&covered.key());
        let now = waiver.covers.iter().filter(is_open).count();
        let before = std::mem::replace(&mut waiver.open, now);
        let told = |open| verdict(&waiver.terms, Covers { all: waiver.covers.len(), open }, false, today);
        if let (true, Some((_, _, was)), Some(is)) = (now < before, told(before), told(now)) {
            settled.push((waiver.location.span.start, was, is));
        }
    }
    for (start, was, (_, severity, message)) in settled {
        let told = findings.iter_mut().find(|one| one.location.span.start == start && said(one) && one.message == was);
        if let Some(told) = told {
            told.tell_anew(severity, message);
        }
    }
}

/// What tells findings of a file apart.
type CoveredKey<'a> = (RuleId, usize, Option<&'a str>, &'a FieldPath);

fn key_of(finding: &Finding) -> CoveredKey<'_> {
    (finding.rule, finding.location.start.line, finding.container.as_deref(), &finding.path)
}

impl Covered {
    fn key(&self) -> CoveredKey<'_> {
        (self.rule, self.line, self.container.as_deref(), &self.path)
    }
}

/// Which waiver covers which finding, as indices.
fn hits(waivers: &[ManifestWaiver], findings: &[ReportEntry], by: &Applying<'_>) -> Vec<(usize, usize)> {
    let today = by.today;
    let index = Index::new(waivers, findings);
    let mut hits = Vec::new();
    let may_be =
        |finding: &ReportEntry| can_be_waived(finding) && !by.policy.is_some_and(|policy| policy.forbids(finding));
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| may_be(finding)) {
        for waiver in index.candidates(finding) {
            hits.push((waiver, at));
            if !matches!(waivers[waiver].terms.state(today), State::Expired(_)) {
                break;
            }
        }
    }
    hits
}

/// The waivers of one place by rule, part of the rule, value and the name of the policy that refuses.
type ByRule<'a> = HashMap<(RuleId, Option<u32>, Option<&'a str>, Option<&'a str>), usize>;

/// The waivers of a document by what they cover, so that a thousand of them and a thousand findings cost no more than
/// both.
struct Index<'a> {
    by_scope: HashMap<&'a Scope, ByRule<'a>>,
    by_place: HashMap<u32, ByRule<'a>>,
}

impl<'a> Index<'a> {
    fn new(waivers: &'a [ManifestWaiver], findings: &'a [ReportEntry]) -> Self {
        let mut index = Self { by_scope: HashMap::new(), by_place: HashMap::new() };
        let asks_for_policies = waivers.iter().any(|waiver| waiver.terms.policy.is_some());
        let refusing = findings.iter().filter_map(|finding| finding.policy.as_deref()).filter(|_| asks_for_policies);
        // They are few, however many findings there are.
        let refusing: HashSet<&str> = refusing.map(|policy| policy.name.as_str()).collect();
        for (at, waiver) in waivers.iter().enumerate().filter(|(_, waiver)| waiver.ignored.is_none()) {
            let Some(scope) = &waiver.scope else { continue };
            let policies: Vec<Option<&str>> = match &waiver.terms.policy {
                None => vec![None],
                Some(glob) => refusing.iter().filter(|name| glob.is_match(name)).map(|&name| Some(name)).collect(),
            };
            for pattern in &waiver.terms.rules {
                let keys = pattern.rules().iter().flat_map(|&rule| policies.iter().map(move |&policy| (rule, policy)));
                for (rule, policy) in keys {
                    let key = (rule, pattern.part(), pattern.value(), policy);
                    index.by_scope.entry(scope).or_default().entry(key).or_insert(at);
                    if let Some(begins) = waiver.begins {
                        index.by_place.entry(begins).or_default().entry(key).or_insert(at);
                    }
                }
            }
        }
        index
    }

    /// The waivers that cover a finding, the narrowest first.
    fn candidates(&self, finding: &Finding) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut add = |by_rule: Option<&ByRule<'_>>| {
            let Some(by_rule) = by_rule else { return };
            for key in keys(finding) {
                if let Some(&waiver) = by_rule.get(&key).filter(|waiver| !found.contains(*waiver)) {
                    found.push(waiver);
                }
            }
        };
        // What is missing is shown at the name of its container: there the waiver may stand too.
        if finding.value.is_none() {
            add(self.by_place.get(&finding.location.span.start));
        }
        if let Some(object) = &finding.object {
            for depth in (0..=finding.path.segments().len()).rev() {
                let scope = Scope::Field { item: object.item.clone(), path: finding.path.prefix(depth) };
                add(self.by_scope.get(&scope));
            }
        }
        add(self.by_scope.get(&Scope::Document));
        found
    }
}

/// What waivers of one place may cover a finding by, the narrowest first.
fn keys(finding: &Finding) -> impl Iterator<Item = (RuleId, Option<u32>, Option<&str>, Option<&str>)> {
    let (rule, part, value) = (finding.rule, finding.part, plain_value(finding));
    let policy = finding.policy.as_deref().map(|policy| policy.name.as_str());
    let parts = part.map(Some).into_iter().chain([None]);
    parts.flat_map(move |part| {
        let values = value.map(Some).into_iter().chain([None]);
        values.flat_map(move |value| {
            let policies = policy.map(Some).into_iter().chain([None]);
            policies.map(move |policy| (rule, part, value, policy))
        })
    })
}
