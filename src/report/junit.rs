//! JUnit, as GitLab, Jenkins and the reporters of GitHub read it.
//!
//! A file is a test suite, and an object a test case, whatever is found in it: so that a server which keeps the history
//! of a test knows it again. It fails if something of it makes the exit status 1; what else is said of it stands in its
//! output. What is about no object is a case that is called like the file, and one that cannot be read is an error. No
//! two cases have the same name, since readers drop the second one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use chrono::DateTime;
use podline_policies::Decision;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::escape::escape;
use super::format::{Checked, Finished, Notice, Place, Report, Run, Settings, message, name, object_name};
use super::summary::Overlaid;
use crate::config::deny::Deny;
use crate::finding::{ObjectRef, ReportEntry};
use crate::verdict::{FileReport, SkipReason};

/// Collects the test suites.
pub struct Junit<'a> {
    settings: &'a Settings,
    suites: Vec<Suite>,
    /// How many suites have a name: standard input may be called like a file.
    names: HashMap<String, usize>,
}

/// What is said about a file.
struct Suite {
    name: String,
    path: String,
    /// One an object, in their order, and at last one for the file.
    cases: Vec<Case>,
}

/// What is said about an object, or about a file.
#[derive(Default)]
struct Case {
    name: String,
    line: usize,
    /// Whether it is there although nothing is said of it.
    is_object: bool,
    /// What kept it from being read.
    unreadable: Option<String>,
    failing: Vec<Line>,
    /// What fails if it is denied.
    deniable: Vec<(Deny, Line)>,
    passing: Vec<Line>,
}

/// One thing that is said.
struct Line {
    /// What sort of thing it is: a severity, or what is denied.
    sort: &'static str,
    message: String,
    /// With its place.
    text: String,
}

impl<'a> Junit<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, suites: Vec::new(), names: HashMap::new() }
    }
}

impl Report for Junit<'_> {
    fn add(&mut self, files: &[Checked<'_>]) {
        for file in files {
            let path = self.settings.paths.rebase(file.name);
            let mut suite_name = xml(&path);
            let same = self.names.entry(suite_name.clone()).or_default();
            *same += 1;
            if *same > 1 {
                suite_name = format!("{suite_name} ({same})");
            }
            let cases = Cases::of(self.settings, file, &path);
            self.suites.push(Suite { name: suite_name, path: xml(&path), cases });
        }
    }

    fn finish(self: Box<Self>, run: &Run<'_>) -> Finished {
        let mut report = quick_junit::Report::new("podline");
        report.set_time(Duration::ZERO);
        if let Some(time) = time(self.settings) {
            report.set_timestamp(time);
        }
        let mut denied = BTreeSet::new();
        for suite in &self.suites {
            let suite = suite.finish(self.settings, run.denied, &mut denied);
            // A file without anything to test says nothing.
            if !suite.test_cases.is_empty() {
                report.add_test_suite(suite);
            }
        }
        let notice = run.notice().or_else(|| run.besides().filter(|_| report.errors == 0));
        let is_untold = |what: &Deny| run.summary.denied(*what) > 0 && !denied.contains(what);
        let of_run: Vec<Deny> = run.denied.iter().copied().filter(is_untold).collect();
        let properties = properties(run);
        // A server for builds takes a report without any test case for a failure.
        if notice.is_some() || report.test_suites.is_empty() || !of_run.is_empty() {
            let mut suite = suite_of_run(self.settings, run, notice.as_ref(), &of_run);
            suite.add_properties(properties);
            report.tests += suite.tests;
            report.errors += suite.errors;
            report.failures += suite.failures;
            report.test_suites.insert(0, suite);
        } else if !properties.is_empty() {
            let mut suite = suite("podline", self.settings);
            suite.add_properties(properties);
            report.test_suites.insert(0, suite);
        }
        // Writing to memory cannot fail.
        report.to_string().unwrap_or_default().into()
    }
}

/// A suite about the run as a whole.
fn suite_of_run(settings: &Settings, run: &Run<'_>, notice: Option<&Notice>, denied: &[Deny]) -> TestSuite {
    let mut suite = suite("podline", settings);
    let (title, status) = match notice {
        Some(Notice::CouldNotCheck(why)) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(xml(why)).set_type("could-not-check").set_description(xml(why));
            ("could not check".to_owned(), status)
        }
        Some(notice) => (notice.to_string(), TestCaseStatus::success()),
        None => ("no findings".to_owned(), TestCaseStatus::success()),
    };
    let mut push = |title: &str, status| {
        let mut case = TestCase::new(xml(title), status);
        case.set_classname("podline").set_time(Duration::ZERO);
        case.set_system_out(xml(&run.closing_line()));
        suite.add_test_case(case);
    };
    if notice.is_some() || denied.is_empty() {
        push(&title, status);
    }
    for what in denied {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("{} is denied", what.as_str())).set_type("denied");
        push(&format!("deny {}", what.as_str()), status);
    }
    suite
}

/// What was not judged, by its reason, and what was judged as it is not created: `skipped.encrypted` is 2.
fn properties(run: &Run<'_>) -> Vec<(String, String)> {
    let by_reason = |name: &'static str, counts: &BTreeMap<SkipReason, usize>| {
        counts.iter().map(move |(reason, count)| (format!("{name}.{}", reason.as_str()), *count)).collect::<Vec<_>>()
    };
    let Overlaid { patched, put_elsewhere } = run.summary.overlaid;
    let overlaid = [("patchedBy", patched), ("putInto", put_elsewhere)];
    let overlaid = overlaid.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name.to_owned(), count));
    let mut all = by_reason("skipped", &run.summary.skipped);
    all.extend(by_reason("skippedDocuments", &run.summary.skipped_documents));
    all.extend(overlaid);
    all.into_iter().map(|(name, count)| (name, count.to_string())).collect()
}

fn suite(name: &str, settings: &Settings) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_time(Duration::ZERO);
    if let Some(time) = time(settings) {
        suite.set_timestamp(time);
    }
    suite
}

fn time(settings: &Settings) -> Option<DateTime<chrono::FixedOffset>> {
    DateTime::from_timestamp(settings.time?, 0).map(Into::into)
}

/// A text without what XML cannot hold.
fn xml(text: &str) -> String {
    escape(text).replace('\u{FFFE}', "\\u{fffe}").replace('\u{FFFF}', "\\u{ffff}")
}

impl Suite {
    /// Its cases, now that it is known what is denied; `found` learns what of that they tell.
    fn finish(&self, settings: &Settings, denied: &[Deny], found: &mut BTreeSet<Deny>) -> TestSuite {
        let mut suite = suite(&self.name, settings);
        suite.extra.insert("file".into(), self.path.as_str().into());
        let mut names: HashMap<String, usize> = HashMap::new();
        for case in &self.cases {
            let (failing, passing): (Vec<_>, Vec<_>) =
                case.deniable.iter().partition(|(what, _)| denied.contains(what));
            found.extend(failing.iter().map(|(what, _)| *what));
            let failing: Vec<&Line> = case.failing.iter().chain(failing.into_iter().map(|(_, line)| line)).collect();
            // What was skipped, and may be, is nothing to speak of.
            let passing = passing.into_iter().filter(|_| case.is_object).map(|(_, line)| line);
            let passing: Vec<&Line> = case.passing.iter().chain(passing).collect();
            if !case.is_object && case.unreadable.is_none() && failing.is_empty() && passing.is_empty() {
                continue;
            }
            let same = names.entry(case.name.clone()).or_default();
            *same += 1;
            let title = if *same > 1 { format!("{} ({same})", case.name) } else { case.name.clone() };
            let mut test = TestCase::new(title, case.status(&failing));
            test.set_classname(self.name.as_str()).set_time(Duration::ZERO);
            test.extra.insert("file".into(), self.path.as_str().into());
            test.extra.insert("line".into(), case.line.to_string().into());
            if !passing.is_empty() {
                test.set_system_out(text(&passing));
            }
            suite.add_test_case(test);
        }
        suite
    }
}

impl Case {
    /// What became of it.
    fn status(&self, failing: &[&Line]) -> TestCaseStatus {
        if let Some(why) = &self.unreadable {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(why.as_str()).set_type("unreadable").set_description(why.as_str());
            return status;
        }
        let Some(first) = failing.first() else { return TestCaseStatus::success() };
        let more = failing.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("{}{more}", first.message)).set_type(first.sort).set_description(text(failing));
        status
    }
}

fn text(lines: &[&Line]) -> String {
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// What tells an object from others in its file: the document, and the item of a list.
type Key = (usize, Option<String>);

/// Makes the cases of one file.
struct Cases<'a> {
    settings: &'a Settings,
    file: &'a str,
    path: &'a str,
    objects: Vec<Case>,
    known: HashMap<Key, usize>,
    of_file: Case,
}

impl<'a> Cases<'a> {
    fn of(settings: &'a Settings, file: &Checked<'a>, path: &'a str) -> Vec<Case> {
        let of_file = Case { name: xml(path), line: 1, ..Case::default() };
        let mut cases = Self { settings, file: file.name, path, objects: Vec::new(), known: HashMap::new(), of_file };
        match file.outcome {
            Ok(report) => cases.add(report),
            Err(why) => cases.of_file.unreadable = Some(xml(why)),
        }
        cases.objects.push(cases.of_file);
        cases.objects
    }

    fn add(&mut self, report: &FileReport) {
        for template in &report.templates {
            let denied: Vec<Deny> = Deny::of_template(template).collect();
            let place = format!("{}:{}", xml(self.path), template.line);
            let case = self.object(&template.object, template.line);
            for what in denied {
                case.deny(what, "its verdict is not sure", &place);
            }
            let told = [template.patched(), template.put_elsewhere()];
            for message in told.iter().flatten().map(|said| xml(said)) {
                case.passing.push(Line { sort: "overlay", text: format!("{place}: overlay: {message}"), message });
            }
        }
        for one in report.evaluations.iter().filter(|one| one.decision == Decision::Undecided) {
            let (place, why) =
                (xml(self.path), format!("only the cluster can tell what {} says", xml(&one.policy.name)));
            self.object(&one.object, 1).deny(Deny::Undecided, &why, &place);
        }
        for one in &report.evaluations {
            self.object(&one.object, 1);
        }
        for finding in &report.findings {
            self.find(finding, report.fail_on.fails(finding));
        }
        for skipped in &report.skipped {
            if let Some(what) = Deny::of_skipped(skipped) {
                let (place, why) = (xml(self.path), format!("skipped: {}", xml(&skipped.detail)));
                self.of_file.deny(what, &why, &place);
            }
        }
        self.tell_apart();
    }

    /// The case of an object.
    fn object(&mut self, object: &ObjectRef, line: usize) -> &mut Case {
        let key = (object.document, object.item.clone());
        let at = *self.known.entry(key).or_insert_with(|| {
            let name = xml(&object_name(Some(object)));
            self.objects.push(Case { name, line, is_object: true, ..Case::default() });
            self.objects.len() - 1
        });
        &mut self.objects[at]
    }

    fn find(&mut self, finding: &ReportEntry, fails: bool) {
        let place = Place::of(finding, self.path, self.settings);
        let message = xml(&message(finding, self.file));
        let (sort, reason) = match &finding.waived {
            Some(waived) if waived.is_accepted() => ("accepted", format!(" ({})", xml(&waived.reason))),
            Some(waived) => ("waived", format!(" ({})", xml(&waived.reason))),
            None => (finding.severity.as_str(), String::new()),
        };
        let text = format!("{}: {sort}[{}] {message}{reason}", xml(&place.show()), finding.rule);
        let line = Line { sort, message, text };
        let case = match &finding.object {
            Some(object) => self.object(object, place.start.line),
            None => &mut self.of_file,
        };
        match Deny::of_finding(finding) {
            _ if finding.waived.is_some() => case.passing.push(line),
            _ if fails => case.failing.push(line),
            Some(what) => case.deniable.push((what, line)),
            None => case.passing.push(line),
        }
    }

    /// Tells objects of the same name apart by where they stand.
    fn tell_apart(&mut self) {
        let mut seen = HashSet::new();
        let mut order: Vec<(usize, &Key)> = self.known.iter().map(|(key, at)| (*at, key)).collect();
        order.sort_unstable();
        for (at, (document, item)) in order {
            let case = &mut self.objects[at];
            if !seen.insert(case.name.clone()) {
                let item = item.as_deref().map(|item| format!(" item {}", name(item))).unwrap_or_default();
                case.name = format!("{} (document {document}{item})", case.name);
            }
        }
    }
}

impl Case {
    fn deny(&mut self, what: Deny, why: &str, place: &str) {
        let message = format!("{}: {why}", what.as_str());
        self.deniable.push((what, Line { sort: "denied", text: format!("{place}: {message}"), message }));
    }
}
