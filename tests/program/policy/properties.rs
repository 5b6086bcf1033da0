//! What holds for whatever is waived, recorded or moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use podline::finding::ReportEntry;
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use podline::waiver::accepted::{AcceptedFindings, keys, write};
use proptest::prelude::*;

use super::judge;
use crate::support::command::Scratch;

/// A container by its number, with some of the things that are wrong with it.
#[derive(Clone, Debug)]
struct Container {
    name: u8,
    privileged: bool,
    add: Vec<&'static str>,
    port: Option<u8>,
}

/// A pod by its number.
#[derive(Clone, Debug)]
struct Pod {
    name: u8,
    host: bool,
    containers: Vec<Container>,
}

fn container() -> impl Strategy<Value = Container> {
    let add = prop::sample::subsequence(vec!["NET_ADMIN", "SYS_TIME", "SYS_ADMIN"], 0..3);
    (0..40u8, any::<bool>(), add, prop::option::of(0..9u8)).prop_map(|(name, privileged, add, port)| Container {
        name,
        privileged,
        add,
        port,
    })
}

/// Pods with names of their own, each with containers of names of their own.
fn pods() -> impl Strategy<Value = Vec<Pod>> {
    let pod =
        (0..40u8, any::<bool>(), prop::collection::vec(container(), 1..4)).prop_map(|(name, host, containers)| {
            let containers: BTreeMap<u8, Container> = containers.into_iter().map(|one| (one.name, one)).collect();
            Pod { name, host, containers: containers.into_values().collect() }
        });
    prop::collection::vec(pod, 1..4).prop_map(|pods| {
        let pods: BTreeMap<u8, Pod> = pods.into_iter().map(|one| (one.name, one)).collect();
        pods.into_values().collect()
    })
}

fn container_text(container: &Container) -> String {
    let Container { name, privileged, add, port } = container;
    let port = port.map(|port| format!("    ports: [{{containerPort: 1, hostPort: {}}}]\n", 9000 + u32::from(port)));
    let add = add.join(", ");
    format!(
        "  - name: c{name}\n    image: i{name}\n{}    securityContext:\n      privileged: {privileged}\n      capabilities: {{add: [{add}]}}\n",
        port.unwrap_or_default()
    )
}

fn pod_text(pod: &Pod) -> String {
    let containers: String = pod.containers.iter().map(container_text).collect();
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{}\nspec:\n  hostPID: {}\n  containers:\n{containers}",
        pod.name, pod.host
    )
}

fn text(pods: &[Pod]) -> String {
    pods.iter().map(pod_text).collect::<Vec<_>>().join("---\n")
}

/// Findings of all but podline's own policy: fingerprint, object, and whether they are waived.
fn facts(report: &FileReport) -> BTreeMap<String, (String, bool)> {
    let of_pods = report.findings.iter().filter(|finding| !finding.rule.starts_with("policy/"));
    let fact = |one: &ReportEntry| {
        let object = one.object.as_ref().map_or(String::new(), |object| object.name.clone());
        (one.fingerprint.clone(), (object, one.waived.is_some()))
    };
    of_pods.map(fact).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_waiver_changes_no_finding_of_another_object(
        pods in pods(),
        line in any::<prop::sample::Index>(),
        rule in prop::sample::select(vec!["*", "pss/*", "privileged", "capabilities_restricted=SYS_TIME", "hostPorts"]),
        trails in any::<bool>(),
    ) {
        let plain = text(&pods);
        let mut lines: Vec<String> = plain.lines().map(str::to_owned).collect();
        let at = line.index(lines.len());
        // The object of a line; a separator belongs to the document below it.
        let pod = lines[..=at].iter().filter(|line| *line == "---").count();
        let comment = format!("# podline: ignore[{rule}] it must");
        if trails { lines[at] = format!("{} {comment}", lines[at]) } else { lines.insert(at, comment) }
        let before = facts(&judge(&plain));
        let after = facts(&judge(&lines.join("\n")));
        prop_assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        // Above a separator a comment stands at the end of the document before it.
        let own = format!("p{}", pods[pod].name);
        for (object, is_waived) in after.values() {
            prop_assert!(!is_waived || *object == own, "{} is waived", object);
        }
    }

    #[test]
    fn moving_and_reordering_changes_no_fingerprint(pods in pods(), blank in 0..3usize) {
        let mut moved = pods.clone();
        for pod in &mut moved {
            pod.containers.reverse();
            for container in &mut pod.containers {
                container.add.reverse();
            }
        }
        moved.reverse();
        let shifted = format!("{}# moved\n{}", "\n".repeat(blank), text(&moved).replace("spec:\n", "spec:\n\n  # moved\n"));
        let (before, after) = (facts(&judge(&text(&pods))), facts(&judge(&shifted)));
        prop_assert_eq!(before, after);
    }

    #[test]
    fn a_baseline_waives_what_it_records_and_nothing_else(pods in pods(), other in pods()) {
        let (then, mut now) = (judge(&text(&pods)), judge(&text(&other)));
        let recorded = write(keys("a.yaml", &then, |_| false).collect(), |key| serde_json::to_string(key).expect("JSON"));
        let file = SourceFile::new("b.jsonl", recorded.into_bytes()).expect("small");
        let baseline = AcceptedFindings::read(Arc::new(file)).expect("what was written can be read");
        let mut matcher = baseline.matcher(|_| false);
        baseline.apply(&mut matcher, "a.yaml", &mut now);
        let known = facts(&then);
        // Names of containers and values are told apart, so the fingerprint says whether a finding is an old one.
        for (fingerprint, (_, is_waived)) in facts(&now) {
            prop_assert_eq!(is_waived, known.contains_key(&fingerprint));
        }
        let still: usize = facts(&now).values().filter(|(_, is_waived)| *is_waived).count();
        prop_assert_eq!(baseline.gone(&matcher, |_| true).len(), known.len() - still);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_compared_with_itself_shows_nothing(pods in pods()) {
        let scratch = Scratch::new(&[("tree/a.yaml", &text(&pods)), ("tree/b/c.yaml", &text(&pods))]);
        let run = scratch.podline(&["diff", "--format", "concise", "tree", "tree"]);
        prop_assert_eq!((run.status, run.stdout.as_str()), (0, ""));
    }
}
