//! Jobs and CronJobs.
//!
//! Source: `pkg/apis/batch/v1/defaults.go` and `pkg/registry/batch/{job,cronjob}/strategy.go`.

use crate::defaults::single;
use crate::metadata::ZERO_UID;
use crate::node::{Data, Map, Node};

pub(crate) const CONTROLLER_UID: &str = "batch.kubernetes.io/controller-uid";

/// `SetDefaults_Job`, and the selector that the API server makes.
///
/// A Job without labels shares the map of its template's, the labels that are added there included; `shares` says
/// whether the template has such a map, which may be empty.
pub(super) fn job(object: &mut Map, shares: bool) {
    let name = object.map("metadata").map(|metadata| metadata.text("name").to_owned()).unwrap_or_default();
    let spec = object.map_or_new("spec");
    if !spec.has("completions") && !spec.has("parallelism") {
        spec.set_default("completions", 1);
    }
    spec.set_default("parallelism", 1);
    let limit = if spec.has("backoffLimitPerIndex") { i64::from(i32::MAX) } else { 6 };
    spec.set_default("backoffLimit", limit);
    spec.set_default("completionMode", "NonIndexed");
    spec.set_default("suspend", false);
    let policy = if spec.has("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    spec.set_default("podReplacementPolicy", policy);
    spec.set_default("manualSelector", false);
    if spec.bool("manualSelector") == Some(false) {
        job_labels(spec.map_or_new("template").map_or_new("metadata").map_or_new("labels"), &name);
        let selector = spec.map_or_new("selector");
        match selector.map_mut("matchLabels") {
            Some(labels) => labels.set_default(CONTROLLER_UID, ZERO_UID),
            None => selector.insert("matchLabels", Node::new(single(CONTROLLER_UID, ZERO_UID))),
        }
    }
    let template = spec.map("template").and_then(|template| template.map("metadata"));
    let labels = template.and_then(|metadata| metadata.get("labels")).filter(|_| shares).cloned();
    let metadata = object.map_or_new("metadata");
    if let Some(labels) = labels
        && !metadata.has("labels")
    {
        metadata.insert("labels", labels);
    }
}

/// The four labels by which a Job finds its pods, each unless it is written.
pub(crate) fn job_labels(labels: &mut Map, name: &str) {
    for key in ["batch.kubernetes.io/job-name", "job-name"] {
        labels.set_default(key, name.to_owned());
    }
    for key in [CONTROLLER_UID, "controller-uid"] {
        labels.set_default(key, ZERO_UID);
    }
}

/// `SetDefaults_CronJob`: the Jobs that it makes get their own defaults when they are made.
pub(super) fn cron_job(object: &mut Map) {
    let spec = object.map_or_new("spec");
    let defaults: [(&str, Data); 4] = [
        ("concurrencyPolicy", "Allow".into()),
        ("suspend", false.into()),
        ("successfulJobsHistoryLimit", 3.into()),
        ("failedJobsHistoryLimit", 1.into()),
    ];
    for (key, value) in defaults {
        spec.set_default(key, value);
    }
}
