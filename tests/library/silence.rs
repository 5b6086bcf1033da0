//! No setting that is forbidden passes in silence, wherever it stands: searched for by structure alone, knowing no kind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::shared;
use podline::finding::ReportEntry;
use podline::lint::{Options, lint};
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use podline::yaml::locate::walk_into;
use podline::yaml::parse::parse;
use podline::yaml::path::Segment;
use podline::yaml::split::split;
use podline::yaml::tree::{Kind, NodeId, Tree};

/// Kinds in which such a field is no setting of a pod: policies, schemas, and volumes of the cluster.
const NO_PODS: [&str; 9] = [
    "CustomResourceDefinition",
    "PodSecurityPolicy",
    "SecurityContextConstraints",
    "PersistentVolume",
    "ClusterPolicy",
    "Policy",
    "ValidatingAdmissionPolicy",
    "ConstraintTemplate",
    "AdmissionReview",
];

/// The words, in small letters, without which a file can hold nothing that is forbidden: parts of the names of fields
/// and annotations, and the values that count.
const WORDS: [&str; 37] = [
    "privileged",
    "privilegeescalation",
    "hostnetwork",
    "hostpid",
    "hostipc",
    "hostpath",
    "hostport",
    "hostprocess",
    "provider: host",
    "host:",
    "runasuser",
    "runasnonroot",
    "capabilities",
    "procmount",
    "unconfined",
    "selinux",
    "sysctl",
    "awselasticblockstore",
    "azuredisk",
    "azurefile",
    "cephfs",
    "cinder",
    "fc:",
    "flexvolume",
    "flocker",
    "gcepersistentdisk",
    "gitrepo",
    "glusterfs",
    "iscsi",
    "nfs",
    "photonpersistentdisk",
    "portworxvolume",
    "quobyte",
    "rbd",
    "scaleio",
    "storageos",
    "vspherevolume",
];

/// The places of what is forbidden in a document.
fn forbidden(tree: &Tree<'_>, root: NodeId) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    walk_into(tree, root, |key, id, path| {
        let [outer @ .., Segment::Field(name)] = path else {
            if let [.., Segment::Field(list), Segment::Field(add), Segment::Index(_)] = path
                && (list.as_ref(), add.as_ref()) == ("capabilities", "add")
                && tree.kind(id) == Kind::Scalar
                && tree.raw(id) != "NET_BIND_SERVICE"
            {
                found.push(("capabilities.add".to_owned(), tree.span(id).start));
            }
            return true;
        };
        let is_metadata =
            matches!(outer.first(), Some(Segment::Field(first)) if first == "metadata" || first == "status");
        let is = |text: &str| tree.kind(id) == Kind::Scalar && tree.string(id).is_none() && tree.raw(id) == text;
        let is_forbidden = match name.as_ref() {
            "privileged" | "hostNetwork" | "hostPID" | "hostIPC" | "allowPrivilegeEscalation" => is("true"),
            "runAsUser" => is("0"),
            "hostPath" => tree.get(id, "path").is_some(),
            _ => false,
        };
        if is_forbidden && !is_metadata {
            // A mapping is pointed at by its key.
            let place = if tree.kind(id) == Kind::Mapping { key.unwrap_or(id) } else { id };
            found.push((name.to_string(), tree.span(place).start));
        }
        true
    });
    found
}

/// What of a file is forbidden and neither in a finding nor in a document that is said to be skipped.
fn silent(name: &str, bytes: Vec<u8>, seen: &mut usize) -> Vec<String> {
    let Ok(file) = SourceFile::new(name, bytes) else { return Vec::new() };
    let options = Options { level: Level::Restricted, version: Version::Latest, ..Options::default() };
    let report = lint(&file, true, &options);
    let line = |at: u32| file.position(at).line;
    let told: BTreeSet<usize> = report.findings.iter().map(|finding| finding.location.start.line).collect();
    let mut silent = Vec::new();
    for (document, piece) in split(&file).iter().enumerate() {
        let Ok(tree) = parse(&file, piece) else { continue };
        let Some(root) = tree.root() else { continue };
        let kind = tree.get_str(root, "kind").unwrap_or_default().into_owned();
        if tree.get(root, "apiVersion").is_none() || kind.is_empty() || NO_PODS.contains(&kind.as_str()) {
            continue;
        }
        if report.skipped.iter().any(|skip| skip.document.is_none_or(|skipped| skipped == document)) {
            continue;
        }
        // An object that is refused as a whole has an error at what is wrong.
        let is_refused = report.findings.iter().any(|finding| {
            finding.rule == "manifest/wrong-type" && finding.object.as_ref().is_some_and(|one| one.document == document)
        });
        for (what, at) in forbidden(&tree, root) {
            *seen += 1;
            if !told.contains(&line(at)) && !is_refused {
                silent.push(format!("{name}:{}: {what} in {kind}", line(at)));
            }
        }
    }
    silent
}

/// What is said of settings in a file that holds none of the words.
fn loud(name: &str, bytes: Vec<u8>, seen: &mut usize) -> Vec<String> {
    let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    if WORDS.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let Ok(file) = SourceFile::new(name, bytes) else { return Vec::new() };
    let options = Options { level: Level::Restricted, version: Version::Latest, ..Options::default() };
    let report = lint(&file, true, &options);
    *seen += report.objects;
    // Placeholders stand for what nobody knows, and are told for that.
    let is_setting = |finding: &&ReportEntry| {
        let is_stated = finding.value.as_ref().is_some_and(|value| !value.contains('$') && !value.contains("{{"));
        is_stated && (finding.rule.starts_with("pss/") || finding.rule == "manifest/unjudged-settings")
    };
    let told = report.findings.iter().filter(is_setting);
    told.map(|finding| format!("{name}:{}: {} {}", finding.location.start.line, finding.rule, finding.path)).collect()
}

fn search(root: &Path, judge: fn(&str, Vec<u8>, &mut usize) -> Vec<String>) -> (usize, Vec<String>) {
    let (mut seen, mut found) = (0, Vec::new());
    for entry in ignore::Walk::new(root).map(|entry| entry.expect("an entry")) {
        let is_manifest = entry.path().extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json");
        let Some(bytes) = fs::read(entry.path()).ok().filter(|_| is_manifest) else { continue };
        let name = entry.path().strip_prefix(root).expect("below the root").display().to_string();
        found.extend(judge(&name, bytes, &mut seen));
    }
    (seen, found)
}

#[test]
fn nothing_that_is_forbidden_passes_in_silence_in_the_corpus() {
    let Some(corpus) = shared("corpus") else { return };
    let (seen, silent) = search(&corpus, silent);
    assert!(seen > 800, "only {seen} settings were found");
    assert!(silent.is_empty(), "{} of {seen} pass in silence:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn nothing_that_is_forbidden_passes_in_silence_in_the_examples_of_operators() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/custom");
    let (seen, silent) = search(&root, silent);
    assert!(seen > 100, "only {seen} settings were found");
    assert!(silent.is_empty(), "{} of {seen} pass in silence:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn nothing_that_is_forbidden_passes_in_silence_in_cases_from_bug_reports() {
    let Some(cases) = shared("cases") else { return };
    let (seen, mut silent) = search(&cases, silent);
    // Their faults are of another kind: fields of built-in kinds that Kubernetes does not read.
    let lost = ["kubeconform-341", "istio-operator-68", "kubernetes-template-under-root"];
    silent.retain(|place| !lost.iter().any(|file| place.starts_with(file)));
    assert!(seen > 10, "only {seen} settings were found");
    assert!(silent.is_empty(), "{} of {seen} pass in silence:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn nothing_is_said_of_settings_where_there_are_none() {
    let Some(corpus) = shared("corpus") else { return };
    let (seen, loud) = search(&corpus, loud);
    assert!(seen > 2000, "only {seen} objects were looked into");
    assert!(loud.is_empty(), "{} findings about nothing:\n{}", loud.len(), loud.join("\n"));
}

/// Any directory of manifests: `PODLINE_SILENCE=DIR cargo test --test silence`.
#[test]
fn nothing_that_is_forbidden_passes_in_silence_in_a_directory_of_your_own() {
    let Some(root) = std::env::var_os("PODLINE_SILENCE") else { return };
    let (seen, silent) = search(Path::new(&root), silent);
    assert!(silent.is_empty(), "{} of {seen} pass in silence:\n{}", silent.len(), silent.join("\n"));
    let (seen, loud) = search(Path::new(&root), loud);
    assert!(loud.is_empty(), "{} findings about nothing in {seen} objects:\n{}", loud.len(), loud.join("\n"));
}
