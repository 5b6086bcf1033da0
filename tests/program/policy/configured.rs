//! Waivers of a configuration.

use std::path::{Path, PathBuf};

use podline::matching::OneOrMany;
use podline::source::file::SourceFile;
use podline::waiver::configured::{ConfiguredWaiver, WaiverEntry, WaiverMistake, Waivers};

use super::{TODAY, judge, short};

const MANIFEST: &str = "# Source: cert-manager/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cert-manager
  labels: {helm.sh/chart: cert-manager-v1.16.0}
spec:
  template:
    spec:
      hostPID: true
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: controller
        image: quay.io/jetstack/cert-manager-controller:v1.16.0
        securityContext: {privileged: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_ADMIN]}}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: kube-system}
spec: {hostPID: true}
";

fn entry(rules: &[&str], edit: impl Fn(&mut WaiverEntry)) -> WaiverEntry {
    let rules = OneOrMany(rules.iter().map(|&rule| rule.to_owned()).collect());
    let mut entry = WaiverEntry { rules, reason: "it must".to_owned(), ..WaiverEntry::default() };
    edit(&mut entry);
    entry
}

fn waivers(entries: Vec<WaiverEntry>) -> Result<Waivers, Vec<WaiverMistake>> {
    let configured = entries.into_iter().enumerate().map(|(index, entry)| ConfiguredWaiver {
        entry,
        file: "podline.yaml".to_owned(),
        line: index + 2,
        directory: PathBuf::from("/repo"),
        inherited: false,
        is_of_floor: false,
    });
    Waivers::new(configured.collect(), TODAY.parse().expect("a day"), podline::rules::Catalogue::of_podline())
}

/// What an entry covers: the findings, each with its object's kind.
fn covered(entry: WaiverEntry) -> Vec<String> {
    let mut report = judge(MANIFEST);
    waivers(vec![entry]).expect("a good entry").apply(Some(Path::new("/repo/deploy/a.yaml")), "default", &mut report);
    let waived = report.findings.iter().filter(|finding| finding.waived.is_some());
    waived.map(|one| format!("{} {}", one.object.as_ref().map_or("", |object| &object.kind), short(one))).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of an entry are optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn one(text: &str) -> OneOrMany<String> {
    OneOrMany(vec![text.to_owned()])
}

#[test]
fn an_entry_covers_what_fits_all_that_it_says() {
    let host = ["hostNamespaces"];
    let (deployment, pod) = ("Deployment hostNamespaces", "Pod hostNamespaces");
    assert_eq!(covered(entry(&host, |_| {})), [deployment, pod]);
    assert_eq!(covered(entry(&host, |entry| entry.objects.kinds = one("{Deployment,StatefulSet}"))), [deployment]);
    assert_eq!(covered(entry(&host, |entry| entry.objects.namespaces = one("kube-*"))), [pod]);
    assert_eq!(
        covered(entry(&host, |entry| entry.objects.namespaces = one("default"))),
        [deployment],
        "the namespace of others"
    );
    assert_eq!(covered(entry(&host, |entry| entry.objects.names = one("cert-*"))), [deployment]);
    assert_eq!(
        covered(entry(&host, |entry| (entry.objects.names, entry.objects.kinds) = (one("cert-*"), one("Pod")))),
        [""; 0]
    );
    assert_eq!(covered(entry(&host, |entry| entry.objects.labels = one("helm.sh/chart=cert-manager-*"))), [deployment]);
    assert_eq!(covered(entry(&host, |entry| entry.objects.labels = one("helm.sh/chart=istio-*"))), [""; 0]);
    for source in ["cert-manager/templates/*.yaml", "cert-manager", "**/deployment.yaml"] {
        assert_eq!(covered(entry(&host, |entry| entry.source = some(source))), [deployment], "{source}");
    }
}

#[test]
fn a_file_is_named_from_the_directory_of_the_configuration() {
    let with = |file: &'static str| covered(entry(&["hostNamespaces"], |entry| entry.objects.paths = one(file))).len();
    for file in ["deploy/a.yaml", "./deploy/", "deploy", "deploy/*.yaml", "**/a.yaml", "a.yaml", "*.yaml"] {
        assert_eq!(with(file), 2, "{file}");
    }
    for file in ["/a.yaml", "/*.yaml", "other/**"] {
        assert_eq!(with(file), 0, "{file}");
    }
}

#[test]
fn an_image_and_a_container_are_those_of_the_finding() {
    let with = |edit: fn(&mut WaiverEntry)| covered(entry(&["privileged", "hostNamespaces"], edit));
    let controller = ["Deployment privileged controller"];
    assert_eq!(with(|entry| entry.image = some("quay.io/jetstack/*")), controller);
    assert_eq!(with(|entry| entry.container = some("contr*")), controller);
    assert_eq!(with(|entry| entry.image = some("docker.io/*")), [""; 0]);
}

#[test]
fn a_value_narrows_an_entry() {
    let add = ["Deployment capabilities_restricted controller"];
    assert_eq!(covered(entry(&["capabilities_restricted=NET_ADMIN"], |_| {})), add);
    assert_eq!(covered(entry(&["capabilities_restricted=SYS_ADMIN"], |_| {})), [""; 0]);
}

/// `rules[1]`
fn place(mistake: &WaiverMistake) -> String {
    mistake.index.map_or(mistake.field.to_owned(), |index| format!("{}[{index}]", mistake.field))
}

#[test]
fn a_kind_of_ones_own_is_no_mistake() {
    for kind in ["WebService", "Rollout", "Deploymnt*", "?ob", "Namespace"] {
        assert!(waivers(vec![entry(&["privileged"], |entry| entry.objects.kinds = one(kind))]).is_ok(), "{kind}");
    }
}

#[test]
fn every_mistake_names_its_entry_and_field() {
    let entries = vec![
        entry(&["privileged"], |_| {}),
        entry(&["priviledged"], |_| {}),
        entry(&[], |_| {}),
        entry(&["privileged"], |entry| entry.reason = " ".to_owned()),
        entry(&["privileged"], |entry| entry.until = some("tomorrow")),
        entry(&["privileged"], |entry| entry.objects.names = one("[a")),
        entry(&["privileged", "hostPort", "nope"], |entry| {
            entry.until = some("tomorrow");
            entry.objects.kinds = one("Deploymnt");
        }),
        entry(&["privileged"], |entry| entry.objects.kinds = one("deployment")),
    ];
    let mistakes = waivers(entries).expect_err("mistakes");
    let told: Vec<String> =
        mistakes.iter().map(|mistake| format!("{} {}: {}", mistake.waiver, place(mistake), mistake.fault)).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn after_a_run_it_is_said_which_entries_ended_and_which_cover_nothing() {
    let file = SourceFile::new("podline.yaml", "waivers:\n  - a\n  - b\n  - c\n  - d\n".into()).expect("small");
    let entries = vec![
        entry(&["privileged"], |_| {}),
        entry(&["procMount"], |_| {}),
        entry(&["hostNamespaces"], |entry| entry.until = some("2026-12-01")),
        entry(&["capabilities_restricted"], |entry| entry.until = some("2026-12-24")),
    ];
    let waivers = waivers(entries).expect("good entries");
    let mut report = judge(MANIFEST);
    waivers.apply(None, "default", &mut report);
    assert_eq!(super::waived(&report), ["privileged controller", "capabilities_restricted controller"]);
    let told = |covered: bool| {
        let findings = waivers.findings(&file, covered, |_, _| true);
        let line = |one: &podline::finding::ReportEntry| {
            format!("{} {} {}", one.location.start.line, one.severity, one.message)
        };
        findings.iter().map(line).collect::<Vec<_>>()
    };
    let always = [
        "4 error the waiver of hostNamespaces ran out on 2026-12-01: 2 findings count again",
        "5 note the waiver of capabilities_restricted ends in 4 days, on 2026-12-24",
    ];
    assert_eq!(told(false), always, "a hook that checks some files knows nothing of the others");
    let unused = "3 warning the waiver of procMount covers nothing: remove it";
    assert_eq!(told(true), [unused, always[0], always[1]]);
}
