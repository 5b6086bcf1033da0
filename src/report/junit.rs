//! JUnit, as GitLab, Jenkins and the reporters of GitHub read it.
//!
//! A file is a test suite; a rule, an object and a container are a test case. What is waived is skipped, what cannot be
//! read is an error, and an object without findings is a case that passed. No two cases have the same name, since
//! readers drop the second one.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::DateTime;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::escape::escape;
use super::format::{Checked, Finished, Place, Report, Run, Settings, message, name, object_name};
use crate::finding::{Finding, ObjectRef};
use crate::rules::id;
use crate::verdict::FileReport;

/// Collects the test suites.
pub struct Junit<'a> {
    settings: &'a Settings,
    report: quick_junit::Report,
    /// How many suites have a name: standard input may be called like a file.
    suites: HashMap<String, usize>,
}

impl<'a> Junit<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        let mut report = quick_junit::Report::new("podline");
        report.set_time(Duration::ZERO);
        if let Some(time) = time(settings) {
            report.set_timestamp(time);
        }
        Self { settings, report, suites: HashMap::new() }
    }
}

impl Report for Junit<'_> {
    fn add(&mut self, files: &[Checked<'_>]) {
        for file in files {
            let path = self.settings.paths.rebase(file.name);
            let mut suite_name = xml(&path);
            let same = self.suites.entry(suite_name.clone()).or_default();
            *same += 1;
            if *same > 1 {
                suite_name = format!("{suite_name} ({same})");
            }
            let mut suite = TestSuite::new(suite_name.as_str());
            suite.set_time(Duration::ZERO);
            if let Some(time) = time(self.settings) {
                suite.set_timestamp(time);
            }
            suite.extra.insert("file".into(), xml(&path).into());
            Cases { settings: self.settings, file: file.name, path: &path, suite: &mut suite, names: HashMap::new() }
                .add(file.outcome);
            // A file without anything to test says nothing.
            if !suite.test_cases.is_empty() {
                self.report.add_test_suite(suite);
            }
        }
    }

    fn finish(self: Box<Self>, _: &Run<'_>) -> Finished {
        // Writing to memory cannot fail.
        self.report.to_string().unwrap_or_default().into()
    }
}

fn time(settings: &Settings) -> Option<DateTime<chrono::FixedOffset>> {
    DateTime::from_timestamp(settings.time?, 0).map(Into::into)
}

/// A text without what XML cannot hold.
fn xml(text: &str) -> String {
    escape(text).replace('\u{FFFE}', "\\u{fffe}").replace('\u{FFFF}', "\\u{ffff}")
}

/// Findings of one rule, object and container.
struct Case<'a> {
    object: Option<&'a ObjectRef>,
    rule: &'static str,
    container: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

/// Makes the cases of one file.
struct Cases<'a> {
    settings: &'a Settings,
    file: &'a str,
    path: &'a str,
    suite: &'a mut TestSuite,
    /// The class and name of the cases so far, and how many wanted to be called so.
    names: HashMap<(String, String), usize>,
}

impl Cases<'_> {
    fn add(&mut self, outcome: Result<&FileReport, &str>) {
        let report = match outcome {
            Ok(report) => report,
            Err(message) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(xml(message)).set_type("unreadable").set_description(xml(message));
                self.push(None, "can be read", 1, status);
                return;
            }
        };
        for case in cases(report) {
            let container = case.container.map(|container| format!(" in container {}", name(container)));
            let title = format!("{}{}", case.rule, container.unwrap_or_default());
            let line = Place::of(case.findings[0], self.path, self.settings).start.line;
            let status = self.status(&case);
            self.push(case.object, &title, line, status);
        }
        let failing: HashSet<_> = report.findings.iter().filter_map(|finding| key(finding.object.as_deref())).collect();
        for template in &report.templates {
            if !key(Some(&template.object)).is_some_and(|key| failing.contains(&key)) {
                let title = if template.path.is_empty() { "pod".to_owned() } else { name(&template.path).into_owned() };
                self.push(Some(&template.object), &title, template.line, TestCaseStatus::success());
            }
        }
    }

    /// What became of a case.
    fn status(&self, case: &Case<'_>) -> TestCaseStatus {
        let (waived, open): (Vec<&Finding>, Vec<&Finding>) =
            case.findings.iter().partition(|finding| finding.waived.is_some());
        let text = |findings: &[&Finding]| {
            let lines = findings.iter().map(|finding| {
                let place = Place::of(finding, self.path, self.settings);
                xml(&format!("{}: {}", place.show(), message(finding, self.file)))
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let Some(first) = open.first() else {
            let mut reasons: Vec<&str> =
                waived.iter().filter_map(|finding| Some(finding.waived.as_ref()?.reason.as_str())).collect();
            reasons.dedup();
            let mut status = TestCaseStatus::skipped();
            status.set_message(xml(&reasons.join("; "))).set_type("waived").set_description(text(&waived));
            return status;
        };
        let kind = if first.rule == id::INVALID_YAML { NonSuccessKind::Error } else { NonSuccessKind::Failure };
        let more = open.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let mut status = TestCaseStatus::non_success(kind);
        status
            .set_message(xml(&message(first, self.file)) + &more)
            .set_type(first.severity.as_str())
            .set_description(text(&open));
        status
    }

    fn push(&mut self, object: Option<&ObjectRef>, title: &str, line: usize, status: TestCaseStatus) {
        let mut class = self.suite.name.as_str().to_owned();
        if object.is_some() {
            class = format!("{class} {}", xml(&object_name(object)));
        }
        let mut title = xml(title);
        // Objects of the same name are told apart by where they stand, and whatever is the same even so by a number.
        if let Some(object) = object.filter(|_| self.names.contains_key(&(class.clone(), title.clone()))) {
            let item = object.item.as_deref().map(|item| format!(" item {item}")).unwrap_or_default();
            title = format!("{title} (document {}{item})", object.document);
        }
        let plain = title.clone();
        while let Some(same) = self.names.get_mut(&(class.clone(), title.clone())) {
            *same += 1;
            let same = *same;
            title = format!("{plain} ({same})");
            self.names.insert((class.clone(), plain.clone()), same);
        }
        self.names.insert((class.clone(), title.clone()), 1);
        let mut case = TestCase::new(title, status);
        case.set_classname(class).set_time(Duration::ZERO);
        case.extra.insert("file".into(), xml(self.path).into());
        case.extra.insert("line".into(), line.to_string().into());
        self.suite.add_test_case(case);
    }
}

/// What tells an object from others in its file.
fn key(object: Option<&ObjectRef>) -> Option<(usize, Option<&str>)> {
    object.map(|object| (object.document, object.item.as_deref()))
}

/// The findings of a file by rule, object and container, in the order in which they first stand there.
fn cases(report: &FileReport) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut known = HashMap::new();
    for finding in &report.findings {
        let (object, rule) = (finding.object.as_deref(), finding.rule);
        let container = finding.container.as_deref();
        let at = *known.entry((key(object), rule, container)).or_insert_with(|| {
            cases.push(Case { object, rule, container, findings: Vec::new() });
            cases.len() - 1
        });
        cases[at].findings.push(finding);
    }
    cases
}
