//! PolicyReports, for what reads them in a cluster: one for each namespace, and one of the cluster for what has none.
//!
//! A `List` in JSON, which `kubectl apply` takes as it does YAML, and in which no name can end a string.

use std::borrow::Cow;
use std::collections::BTreeMap;

use podline_policies::{Decision, Rule as JudgedRule};
use rayon::prelude::*;
use serde::Serialize;

use super::escape::escape;
use super::format::{Checked, Finished, Place, PolicyReportApi, Report, Run, Settings, message, name};
use super::json::to_json;
use crate::finding::{ObjectRef, PolicyNotes, PolicyRef, PolicySeverity, ReportEntry, Severity};
use crate::rules::{self, Rule, id};
use crate::verdict::{Evaluation, FileReport, TemplateReport};

/// A cluster stores no larger object.
const MOST_BYTES: usize = 1_500_000;

/// Collects results by namespace; "" is the cluster.
pub struct PolicyReport<'a> {
    settings: &'a Settings,
    reports: BTreeMap<String, Collected>,
}

#[derive(Default)]
struct Collected {
    results: Vec<String>,
    counts: BTreeMap<&'static str, usize>,
}

/// What becomes of a rule, in the words of the API.
const OUTCOMES: [&str; 5] = ["pass", "fail", "warn", "error", "skip"];

impl<'a> PolicyReport<'a> {
    /// An empty report.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, reports: BTreeMap::new() }
    }
}

impl Report for PolicyReport<'_> {
    fn add(&mut self, files: &[Checked<'_>]) {
        let rendered: Vec<_> = files.par_iter().map(|file| entries(file, self.settings)).collect();
        for (namespace, outcome, result) in rendered.into_iter().flatten() {
            let report = self.reports.entry(namespace).or_default();
            *report.counts.entry(outcome).or_default() += 1;
            report.results.push(result);
        }
    }

    fn finish(mut self: Box<Self>, run: &Run<'_>) -> Finished {
        if let Some(notice) = run.notice() {
            let outcome = if notice.is_error() { "error" } else { "warn" };
            let rule = if notice.is_error() { "policy/could-not-check" } else { "policy/nothing-judged" };
            let entry = Entry::new(rule, outcome, self.settings, notice.to_string());
            let report = self.reports.entry(String::new()).or_default();
            *report.counts.entry(outcome).or_default() += 1;
            report.results.insert(0, to_json(&entry));
        }
        let mut remarks = Vec::new();
        let mut items = Vec::new();
        for (namespace, report) in &self.reports {
            let item = item(namespace, report, self.settings.policy_report_api);
            if item.len() > MOST_BYTES {
                let of = if namespace.is_empty() { "of the cluster" } else { namespace };
                remarks.push(format!(
                    "PolicyReport {of}: a cluster stores no object of {} bytes; choose fewer results by --select, or fewer policies",
                    item.len()
                ));
            }
            items.push(item);
        }
        let separator = if items.is_empty() { "" } else { "\n" };
        let items = items.join(",\n");
        let text =
            format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{separator}{items}{separator}]}}\n");
        Finished { parts: vec![text], remarks }
    }
}

fn item(namespace: &str, report: &Collected, api: PolicyReportApi) -> String {
    let (api_version, kind) = match api {
        PolicyReportApi::WgPolicy => ("wgpolicyk8s.io/v1alpha2", "PolicyReport"),
        PolicyReportApi::OpenReports => ("openreports.io/v1alpha1", "Report"),
    };
    let is_cluster = namespace.is_empty();
    let kind = if is_cluster { format!("Cluster{kind}") } else { kind.to_owned() };
    let head = Head {
        api_version,
        kind,
        metadata: Metadata {
            name: "podline",
            namespace: Some(namespace).filter(|_| !is_cluster),
            labels: [("app.kubernetes.io/managed-by", "podline")].into(),
        },
        source: Some("podline").filter(|_| api == PolicyReportApi::OpenReports),
        summary: OUTCOMES.map(|outcome| (outcome, report.counts.get(outcome).copied().unwrap_or_default())).into(),
    };
    let head = to_json(&head);
    let head = head.strip_suffix('}').unwrap_or(&head);
    format!("{head},\"results\":[\n{}\n]}}", report.results.join(",\n"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    api_version: &'static str,
    kind: String,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    summary: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    labels: BTreeMap<&'static str, &'static str>,
}

/// The namespace, the outcome and the result of each finding of a file, and of each template that has none.
fn entries(file: &Checked<'_>, settings: &Settings) -> Vec<(String, &'static str, String)> {
    let path = settings.paths.rebase(file.name);
    let report = match file.outcome {
        Ok(report) => report,
        Err(message) => {
            let entry = Entry::new("manifest/unreadable", "error", settings, escape(message).into_owned());
            return vec![(String::new(), "error", to_json(&entry))];
        }
    };
    let namespaces = namespaces(report);
    let namespace_of = |object: Option<&ObjectRef>| {
        let Some(object) = object else { return String::new() };
        let effective = namespaces.get(&(object.document, object.item.as_deref())).copied();
        effective.unwrap_or(&object.namespace).to_owned()
    };
    let findings = report.findings.iter().map(|finding| {
        let namespace = namespace_of(finding.object.as_deref());
        let entry = Entry::of_finding(finding, file.name, &path, &namespace, settings);
        let (outcome, json) = (entry.result, to_json(&entry));
        (namespace, outcome, json)
    });
    let failing: std::collections::HashSet<_> =
        report.findings.iter().filter_map(|finding| finding.object.as_deref().map(key)).collect();
    let clean = report.templates.iter().filter(|template| !failing.contains(&key(&template.object)));
    let passes = clean.map(|template| {
        let entry = Entry::of_template(template, &path, settings);
        (template.effective_namespace.clone(), entry.result, to_json(&entry))
    });
    let of_policies = report.evaluations.iter().filter(|one| is_passed(one)).map(|one| {
        let namespace = namespace_of(Some(&one.object));
        let entry = Entry::of_evaluation(one, &namespace, &path, settings);
        let (outcome, json) = (entry.result, to_json(&entry));
        (namespace, outcome, json)
    });
    findings.chain(passes).chain(of_policies).collect()
}

fn key(object: &ObjectRef) -> (usize, Option<&str>) {
    (object.document, object.item.as_deref())
}

/// The namespaces in which the objects with pod templates are created.
fn namespaces(report: &FileReport) -> BTreeMap<(usize, Option<&str>), &str> {
    report.templates.iter().map(|template| (key(&template.object), template.effective_namespace.as_str())).collect()
}

/// Whether a policy lets an object pass: the rest are findings.
fn is_passed(evaluation: &Evaluation) -> bool {
    matches!(evaluation.decision, Decision::Pass | Decision::Exempt | Decision::Skip)
}

#[derive(Serialize)]
struct Entry<'a> {
    source: &'static str,
    policy: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    rule: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    category: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    result: &'static str,
    scored: bool,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    properties: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Timestamp {
    seconds: i64,
    nanos: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'a> {
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'a str,
    name: &'a str,
}

impl<'a> Entry<'a> {
    fn new(rule: &'a str, result: &'static str, settings: &Settings, message: String) -> Self {
        Self {
            source: "podline",
            policy: rule.into(),
            rule: rule.split_once('/').map_or(rule, |(_, short)| short).into(),
            category: category(rule).into(),
            severity: Some("medium"),
            result,
            scored: matches!(result, "pass" | "fail" | "error"),
            message,
            timestamp: settings.time.map(|seconds| Timestamp { seconds, nanos: 0 }),
            resources: Vec::new(),
            properties: BTreeMap::new(),
        }
    }

    fn of_finding(finding: &'a ReportEntry, file: &str, path: &str, namespace: &'a str, settings: &Settings) -> Self {
        let mut entry = Self::new(finding.rule.as_str(), outcome(finding), settings, message(finding, file));
        entry.severity = Some(severity(finding));
        if let (Some(policy), Some(answer)) = (&finding.policy, &finding.answer) {
            entry.name_policy(policy, &answer.rule);
            if finding.waived.is_none() {
                entry.result = answered(answer.decision);
            }
        }
        entry.resources = finding.object.as_deref().map(|object| resource(object, namespace)).into_iter().collect();
        let place = Place::of(finding, path, settings);
        entry.locate(&place.path, place.start.line);
        let properties = &mut entry.properties;
        properties.insert("column", place.start.column.to_string());
        properties.insert("fingerprint", finding.fingerprint.clone());
        if !finding.path.segments().is_empty() {
            properties.insert("path", escape(&finding.path.to_string()).into_owned());
        }
        if let Some(container) = &finding.container {
            properties.insert("container", name(container).into_owned());
        }
        if let Some(waived) = &finding.waived {
            properties.insert(waived.source.past(), escape(&waived.reason).into_owned());
        }
        entry
    }

    /// A rule of a policy that lets an object pass.
    fn of_evaluation(one: &'a Evaluation, namespace: &'a str, path: &str, settings: &Settings) -> Self {
        let mut entry = Self::new("", answered(one.decision), settings, escape(&one.message).into_owned());
        entry.name_policy(&one.policy, &one.rule);
        entry.resources = vec![resource(&one.object, namespace)];
        entry.properties.insert("file", escape(path).into_owned());
        if one.as_pod {
            entry.properties.insert("as", "Pod".to_owned());
        }
        entry
    }

    /// Names the policy and its rule as its system does, with what it says of itself.
    fn name_policy(&mut self, policy: &'a PolicyRef, rule: &JudgedRule) {
        let PolicyNotes { source, category, severity, is_unscored } = &policy.notes;
        self.source = source;
        self.policy = escape(&policy.name);
        self.rule = match rule {
            JudgedRule::Whole => "".into(),
            JudgedRule::Validation(index) => format!("validations[{index}]").into(),
            JudgedRule::Named(name) => escape(name).into_owned().into(),
        };
        // A policy that says nothing of these has none.
        self.category = escape(category);
        self.severity = severity.map(PolicySeverity::as_str);
        self.scored = !is_unscored;
    }

    /// A template in which nothing is wrong.
    fn of_template(template: &'a TemplateReport, path: &str, settings: &Settings) -> Self {
        let mut entry = Self::new("pss", "pass", settings, "the pods are allowed".to_owned());
        let refuses = |allowed: Option<bool>| allowed == Some(false);
        if template.verdicts.iter().any(|verdict| refuses(verdict.allowed)) {
            // Rules that were not selected refuse it.
            "nothing was found by the rules that were selected".clone_into(&mut entry.message);
        }
        entry.severity = Some("info");
        entry.resources = vec![resource(&template.object, &template.effective_namespace)];
        entry.locate(path, template.line);
        entry
    }

    fn locate(&mut self, path: &str, line: usize) {
        self.properties.insert("file", escape(path).into_owned());
        self.properties.insert("line", line.to_string());
    }
}

fn resource<'a>(object: &'a ObjectRef, namespace: &'a str) -> Resource<'a> {
    let ObjectRef { api_version, kind, name, generate_name, .. } = object;
    Resource { api_version, kind, namespace, name: if name.is_empty() { generate_name } else { name } }
}

/// What a policy has answered, in the words of the API. What nobody knows could not be evaluated.
fn answered(decision: Decision) -> &'static str {
    match decision {
        Decision::Undecided => "error",
        decision => decision.word(),
    }
}

fn outcome(finding: &ReportEntry) -> &'static str {
    match finding.severity {
        _ if finding.waived.is_some() => "skip",
        Severity::Error if matches!(finding.rule, id::INVALID_YAML | id::WRONG_TYPE | id::MISSING_KIND) => "error",
        Severity::Error => "fail",
        Severity::Warning | Severity::Note => "warn",
    }
}

/// Errors of a rule that weighs something are as severe as the rule.
fn severity(finding: &ReportEntry) -> &'static str {
    let weight = rules::get(finding.rule).and_then(Rule::security_severity).and_then(|weight| weight.parse().ok());
    match (finding.severity, weight) {
        (Severity::Note, _) => "info",
        (Severity::Warning, _) => "low",
        (Severity::Error, Some(9.0..)) => "critical",
        (Severity::Error, Some(7.0..)) => "high",
        (Severity::Error, _) => "medium",
    }
}

fn category(rule: &str) -> &'static str {
    match rule.split_once('/').map_or(rule, |(folder, _)| folder) {
        "pss" => "Pod Security Standards",
        "local" => "Local policy",
        "policy" => "Configuration",
        "vap" => "ValidatingAdmissionPolicy",
        "kyverno" => "Kyverno",
        "gatekeeper" => "Gatekeeper",
        "kubewarden" => "Kubewarden",
        _ => "Manifest",
    }
}
