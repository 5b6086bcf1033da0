//! The pods of Jobs, and of the Jobs that CronJobs make.

use super::{Made, from_template, labels, owner, set_text};
use crate::kinds::job_labels;
use crate::node::{Map, Node, map};

/// Stands for the minutes in the name of a CronJob's Job.
const TIME: &str = "00000000";
const FINALIZER: &str = "batch.kubernetes.io/job-tracking";
const INDEX: &str = "batch.kubernetes.io/job-completion-index";
const FAILURES: &str = "batch.kubernetes.io/job-index-failure-count";
const VARIABLE: &str = "JOB_COMPLETION_INDEX";

/// The pod of the Job that a CronJob makes.
pub(super) fn cron_pod(object: &Map, name: &str) -> Option<Made> {
    let spec = object.map("spec")?.map("jobTemplate")?.map("spec")?;
    pod(object, spec, &format!("{name}-{TIME}"))
}

/// The pod of a Job with this spec and name.
pub(super) fn pod(_: &Map, spec: &Map, name: &str) -> Option<Made> {
    let mut made = from_template(spec.get("template")?, &owner("batch/v1", "Job", name))?;
    if spec.bool("manualSelector") != Some(true) {
        job_labels(labels(&mut made.pod), name);
    }
    let metadata = made.pod.map_or_new("metadata");
    if metadata.list("finalizers").iter().all(|finalizer| finalizer.as_text() != FINALIZER) {
        metadata.push("finalizers", FINALIZER);
    }
    if spec.text("completionMode") == "Indexed" {
        index(&mut made.pod, spec, name);
    }
    Some(made)
}

/// What a pod of an Indexed Job knows of its index, 0.
fn index(pod: &mut Map, spec: &Map, name: &str) {
    labels(pod).insert(INDEX, Node::new("0"));
    let metadata = pod.map_or_new("metadata");
    metadata.insert("generateName", Node::new(generate_name(name)));
    let annotations = metadata.map_or_new("annotations");
    annotations.insert(INDEX, Node::new("0"));
    if spec.has("backoffLimitPerIndex") {
        annotations.insert(FAILURES, Node::new("0"));
    }
    let spec = pod.map_or_new("spec");
    for containers in ["initContainers", "containers"] {
        for container in spec.maps_mut(containers) {
            if container.maps("env").all(|variable| variable.text("name") != VARIABLE) {
                container.push("env", variable());
            }
        }
    }
    set_text(spec, "hostname", format!("{name}-0"));
}

fn variable() -> Map {
    let field = map([("apiVersion", "v1".into()), ("fieldPath", format!("metadata.labels['{INDEX}']").into())]);
    map([("name", VARIABLE.into()), ("valueFrom", map([("fieldRef", field.into())]).into())])
}

/// `podGenerateNameWithIndex`
fn generate_name(name: &str) -> String {
    const INDEX: &str = "-0-";
    const LONGEST: usize = 58 - INDEX.len();
    let end = (0..=LONGEST.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{INDEX}", &name[..end])
}
