//! Every rule has a page in one form, and what its examples show is true.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::support::command::Scratch;
use crate::support::{judge, judge_by_namespaces};
use podline::config;
use podline::engine::{Brought, Document, Engines, Loaded};
use podline::finding::Severity;
use podline::lint::{Options, lint};
use podline::local::policies::LocalPolicies;
use podline::local::policy_file::PolicyFile;
use podline::local::psp::{PspMode, traps};
use podline::pod_security::admission::Configuration;
use podline::pod_security::{Level, Version};
use podline::rules::{self, Rule, RuleId};
use podline::source::file::SourceFile;
use podline_policies::{User, rbac};

const HEADINGS: [&str; 7] =
    ["What it checks", "Why it matters", "Versions", "Failing example", "Passing example", "How to fix", "Source"];

/// The level at which a rule's examples are judged: the check's own.
fn level(rule: &Rule) -> Level {
    rule.level().unwrap_or(Level::Restricted)
}

/// The YAML below a heading.
fn example<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, section) = page.split_once(&format!("\n## {heading}\n```yaml\n")).expect("an example");
    section.split_once("```").expect("the end of the example").0
}

/// The policy that the page of a local rule shows.
fn policy(rule: &Rule) -> LocalPolicies {
    let (_, text) = rule.page.split_once("```yaml\n").expect("a policy");
    let (text, _) = text.split_once("```").expect("the end of the policy");
    let read =
        PolicyFile::read(&Arc::new(SourceFile::new("policy.yaml", text.as_bytes().to_vec()).expect("a small file")));
    // A policy that admission ignores is what one page is about.
    let mistakes = read.problems.iter().filter(|problem| problem.severity > Severity::Note);
    assert_eq!(mistakes.count(), 0, "{}: {:?}", rule.id, read.problems);
    let mut policies = LocalPolicies::new(PspMode::Manifest);
    policies.add_psp(read.psp);
    read.local.into_iter().for_each(|(entry, _)| policies.add(entry).expect(&rule.id));
    policies
}

/// What is odd about bindings.
const OF_BINDINGS: [RuleId; 3] = [rules::id::FOR_EVERY_WORKLOAD, rules::id::IDLE_BINDING, rules::id::MISSING_ROLE];

/// Binds the policy of an example.
const BINDING: &str = "apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few-replicas}
spec: {policyName: few-replicas, validationActions: [Deny]}
";

/// The policies of a file.
fn loaded(file: &Arc<SourceFile>) -> Loaded {
    let documents = Document::all(file).0.into_iter();
    let brought = |document| Brought { document: Arc::new(document), within: Vec::new(), is_named: true, until: None };
    Loaded::new(documents.map(brought).collect(), 0)
}

fn rules_found(rule: &Rule, heading: &str) -> BTreeSet<&'static str> {
    if rule.id == rules::id::CONFIGURATION {
        let file = SourceFile::new("podline.yaml", example(&rule.page, heading).into()).expect("a small file");
        return config::read::read(&file).mistakes.iter().map(|finding| finding.rule.as_str()).collect();
    }
    let text = example(&rule.page, heading);
    if rule.id == rules::id::CHANGED {
        return changed(example(&rule.page, "Passing example"), text);
    }
    if [rules::id::ENDED, rules::id::ENDS_SOON].contains(&rule.id) {
        return ended(text);
    }
    if rule.id == rules::id::OVER_BUDGET {
        return over_budget(text);
    }
    if rule.id == rules::id::REFUSED {
        let file = Arc::new(SourceFile::new("policy.yaml", text.as_bytes().to_vec()).expect("a small file"));
        let refused = loaded(&file).refused.len();
        return if refused == 0 { BTreeSet::new() } else { BTreeSet::from([rule.id.as_str()]) };
    }
    if OF_BINDINGS.contains(&rule.id) {
        let file = Arc::new(SourceFile::new("rbac.yaml", text.as_bytes().to_vec()).expect("a small file"));
        let values: Vec<_> = Document::all(&file).0.iter().filter_map(Document::value).collect();
        let loaded = rbac::load(&values, "default");
        assert!(loaded.refused.is_empty(), "{}: {:?}", rule.id, loaded.refused);
        return traps::find(&loaded.rbac, &["wide"]).iter().map(|trap| trap.rule.as_str()).collect();
    }
    let report = if rule.id == rules::id::UNJUDGED_OBJECT {
        let file = SourceFile::new("test.yaml", text.as_bytes().to_vec()).expect("a small file");
        let page = &rules::get(rules::id::REFUSED).expect("a page").page;
        let policy = format!("{}---\n{}", example(page, "Passing example"), BINDING);
        let policy = Arc::new(SourceFile::new("policy.yaml", policy.into_bytes()).expect("a small file"));
        let engines = Engines::new(Arc::new(loaded(&policy)), ([], []), User::named(""), false);
        let engines = Some(Arc::new(engines));
        lint(&file, true, &Options { level: Level::Privileged, engines, ..Options::default() })
    } else if rule.id == rules::id::IGNORED_WAIVER {
        // On standard input nobody knows who has written it.
        let file = SourceFile::new("test.yaml", text.as_bytes().to_vec()).expect("a small file");
        lint(&file, true, &Options { waiver_policy: Some(Arc::default()), ..Options::default() })
    } else if rule.id == rules::id::WAIVER_ENDS_SOON {
        let file = SourceFile::new("test.yaml", text.as_bytes().to_vec()).expect("a small file");
        lint(&file, true, &Options { today: "2027-03-20".parse().expect("a day"), ..Options::default() })
    } else if rule.id.starts_with("local/") {
        let file = SourceFile::new("test.yaml", text.as_bytes().to_vec()).expect("a small file");
        let policies = Arc::new(policy(rule));
        lint(&file, true, &Options { level: Level::Privileged, policies, ..Options::default() })
    } else if rule.id.starts_with("policy/") && rule.id.contains("namespace") {
        // The rules of namespaces hold where namespaces decide.
        judge_by_namespaces(text, Configuration::default(), "")
    } else {
        judge(text, level(rule), Version::Latest)
    };
    report.findings.iter().filter(|finding| finding.waived.is_none()).map(|finding| finding.rule.as_str()).collect()
}

/// The rules of podline's own policy that a configuration breaks on a day.
fn ended(config: &str) -> BTreeSet<&'static str> {
    let pod = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    let policy = "policies: [{name: digests, requireImageDigest: true}]\n";
    let scratch = Scratch::repository(&[("podline.yaml", config), ("policies/images.yaml", policy), ("a.yaml", pod)]);
    let run = scratch.podline(&["check", "--today", "2027-03-20", "--format", "concise"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    of_output(&run.stdout)
}

/// The rules of podline's own policy about a policy that may use few steps.
fn over_budget(policy: &str) -> BTreeSet<&'static str> {
    let data = "data: {a: '', b: '', c: '', d: '', e: '', f: '', g: '', h: ''}";
    let objects: Vec<String> =
        (0..20).map(|at| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{at}}}\n{data}\n")).collect();
    let scratch = Scratch::new(&[("policy.yaml", policy), ("all.yaml", &objects.join("---\n"))]);
    let run = scratch.podline(&[
        "check",
        "--policy",
        "policy.yaml",
        "--policy-steps",
        "5000",
        "--format",
        "concise",
        "all.yaml",
    ]);
    of_output(&run.stdout)
}

/// The rules that an output on lines names.
fn of_output(stdout: &str) -> BTreeSet<&'static str> {
    let found = rules::built_in().iter().map(|rule| rule.id.as_str());
    found.filter(|rule| stdout.contains(&format!("[{rule}]"))).collect()
}

/// The rules of podline's own policy where a configuration was one thing in a revision, and is another now. Without git what
/// the pages say is taken for granted.
fn changed(before: &str, now: &str) -> BTreeSet<&'static str> {
    let pod = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
    let Some(scratch) = Scratch::committed(&[("podline.yaml", before), ("a.yaml", pod)]) else {
        return if before == now { BTreeSet::new() } else { BTreeSet::from(["policy/changed"]) };
    };
    scratch.write("podline.yaml", now);
    let run = scratch.podline_with_git(&["check", "--config-from", "HEAD", "--format", "concise"]);
    of_output(&run.stdout)
}

#[test]
fn every_page_has_the_same_headings_in_the_same_order() {
    for rule in rules::built_in() {
        // Only what the Standards ask for is fixed.
        let headings: Vec<&str> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let fix = rule.id.starts_with("pss/").then_some("Fix");
        let (source, before) = HEADINGS.split_last().expect("headings");
        let expected: Vec<&str> = before.iter().copied().chain(fix).chain([*source]).collect();
        assert_eq!(headings, expected, "{}", rule.id);
    }
}

#[test]
fn every_page_in_the_folder_is_in_the_catalogue() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = BTreeSet::new();
    for folder in fs::read_dir(&root).expect("rules") {
        let folder = folder.expect("a folder").path();
        for page in fs::read_dir(&folder).expect("a folder of rules") {
            let page = page.expect("a page").path();
            let id = page.strip_prefix(&root).expect("below rules").with_extension("");
            files.insert(id.to_str().expect("UTF-8").replace('\\', "/"));
        }
    }
    assert_eq!(files, rules::built_in().iter().map(|rule| rule.id.to_string()).collect());
}

#[test]
fn every_failing_example_fails_by_exactly_its_rule() {
    for rule in rules::built_in() {
        assert_eq!(rules_found(rule, "Failing example"), BTreeSet::from([rule.id.as_str()]), "{}", rule.id);
    }
}

#[test]
fn every_passing_example_passes() {
    for rule in rules::built_in() {
        assert_eq!(rules_found(rule, "Passing example"), BTreeSet::new(), "{}", rule.id);
    }
}

/// The part of the section on repair that this word begins.
fn fix_line<'p>(page: &'p str, word: &str) -> &'p str {
    let (_, section) = page.split_once("\n## Fix\n").expect("a section on repair");
    let lines = section.split_once("\n\n## Source\n").expect("the source behind it").0.lines();
    assert_eq!(lines.clone().count(), 3, "{section}");
    let line = lines.into_iter().find_map(|line| line.strip_prefix(&format!("- {word}: ")));
    line.and_then(|line| line.strip_suffix('.')).expect("a line that ends in a full stop")
}

#[test]
fn every_page_of_the_standards_says_what_kind_of_repair_there_is_and_what_it_may_break() {
    for rule in rules::built_in().iter().filter(|rule| rule.id.starts_with("pss/")) {
        let (kind, edit, breaks) =
            (fix_line(&rule.page, "Kind"), fix_line(&rule.page, "Edit"), fix_line(&rule.page, "May break"));
        let report = judge(example(&rule.page, "Failing example"), level(rule), Version::Latest);
        let repairs: Vec<_> = report.findings.iter().map(|finding| finding.repair.as_deref()).collect();
        if kind == "none" {
            assert!(
                repairs.iter().all(Option::is_none) && edit.starts_with("nothing: ") && breaks == "nothing",
                "{}",
                rule.id
            );
            continue;
        }
        assert!(repairs.iter().all(Option::is_some), "{} can be mended", rule.id);
        let is_safe = repairs.iter().flatten().any(|repair| repair.safe);
        let word = if is_safe { kind.starts_with("safe ") } else { kind.contains("unsafe") };
        assert!(word, "{}: the example's repair is {}", rule.id, if is_safe { "safe" } else { "unsafe" });
    }
}
