//! What only the cluster can tell, said once for each rule of a policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Session;
use crate::finding::{self, Finding, ObjectRef, PolicyAnswer, PolicyRef, Related, ReportEntry, Severity};
use crate::rules::RuleId;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

/// So many of the objects are named.
const MOST_NAMED: usize = 5;

/// The rules of policies that are undecided for some object, and for how many: nobody can mend them in a manifest, so that
/// a finding for each object would say the same again and again.
#[derive(Debug, Default)]
pub struct UndecidedRules(BTreeMap<Key, UndecidedRule>);

/// The place in the policy, the rule and the part of it.
type Key = (Arc<str>, u32, RuleId, Option<u32>);

#[derive(Debug)]
struct UndecidedRule {
    answer: Arc<PolicyAnswer>,
    policy: Arc<PolicyRef>,
    severity: Severity,
    /// Why, for the first of the objects.
    why: String,
    objects: usize,
    last: Option<Arc<ObjectRef>>,
    /// Some of the objects.
    named: Vec<Related>,
}

impl UndecidedRules {
    /// Takes what is undecided out of the next report, of a file of this name. What is waived there stays.
    pub fn take(&mut self, name: &str, report: &mut FileReport) {
        let is_taken = |entry: &ReportEntry| {
            let is_placed = entry.answer.as_ref().is_some_and(|answer| answer.place.is_some());
            entry.is_undecided() && is_placed && entry.object.is_some() && entry.waived.is_none()
        };
        if report.findings.iter().any(is_taken) {
            let all = std::mem::take(&mut report.findings).into_iter();
            let (taken, left): (Vec<ReportEntry>, _) = all.partition(is_taken);
            report.findings = left;
            for entry in &taken {
                self.add(name, entry);
            }
        }
    }

    fn add(&mut self, name: &str, entry: &ReportEntry) {
        let (Some(answer), Some(policy)) = (&entry.answer, &entry.policy) else { return };
        let Some(place) = &answer.place else { return };
        let key = (Arc::clone(&place.file), place.location.span.start, entry.rule, entry.part);
        let rule = self.0.entry(key).or_insert_with(|| UndecidedRule {
            answer: Arc::clone(answer),
            policy: Arc::clone(policy),
            severity: entry.severity,
            why: entry.message.clone(),
            objects: 0,
            last: None,
            named: Vec::new(),
        });
        rule.severity = rule.severity.max(entry.severity);
        let is_same = |object: &Arc<ObjectRef>| rule.last.as_ref().is_some_and(|last| Arc::ptr_eq(last, object));
        let Some(object) = entry.object.as_ref().filter(|object| !is_same(object)) else { return };
        rule.objects += 1;
        rule.last = Some(Arc::clone(object));
        if rule.named.len() < MOST_NAMED {
            let why = if entry.message == rule.why { String::new() } else { format!(": {}", entry.message) };
            let message = format!("{object}{why}");
            rule.named.push(Related { file: Some(name.into()), location: entry.location, message });
        }
    }

    /// A finding for each rule, at its place in the file of the policy.
    pub fn reports(self, session: &Session) -> Vec<(Arc<SourceFile>, FileReport)> {
        let mut reports: Vec<(Arc<SourceFile>, FileReport)> = Vec::new();
        for ((name, _, id, part), rule) in self.0 {
            let Some(file) = session.file_of_policies(&name) else { continue };
            let Some(entry) = rule.finding(&file, id, part).map(ReportEntry::from) else { continue };
            match reports.last_mut() {
                Some((last, report)) if last.name() == file.name() => report.findings.push(entry),
                _ => reports.push((file, FileReport { findings: vec![entry], ..FileReport::default() })),
            }
        }
        for (file, report) in &mut reports {
            finding::identify(&mut report.findings, file.name());
        }
        reports
    }
}

impl UndecidedRule {
    /// `None` if nobody knows where in the policy it stands.
    fn finding(self, file: &SourceFile, id: RuleId, part: Option<u32>) -> Option<Finding> {
        let place = self.answer.place.as_ref()?;
        let objects = if self.objects == 1 { "1 object".to_owned() } else { format!("{} objects", self.objects) };
        let message = format!("not decided for {objects}: {}", self.why);
        // Without it another number of objects would be another finding for who compares runs.
        let value = file.text().get(place.location.span.range()).filter(|text| !text.is_empty());
        let finding = Finding::at(id, place.location, message).severity(self.severity);
        let finding = finding.policy(Some(self.policy)).part(part).path(place.path.clone()).value(value);
        Some(finding.answer(Some(Arc::clone(&self.answer))).related(self.named).build())
    }
}
