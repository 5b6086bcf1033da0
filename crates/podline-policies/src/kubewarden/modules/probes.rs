//! `probes` 1.0.7.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, name};
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct Bounds<T> {
    minimum: Option<T>,
    limit: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Probe {
    enforce: bool,
    period_seconds: Option<Bounds<i32>>,
    failure_threshold: Option<Bounds<i32>>,
    initial_delay_seconds: Option<Bounds<i32>>,
    success_threshold: Option<Bounds<i32>>,
    termination_grace_period_seconds: Option<Bounds<i64>>,
    timeout_seconds: Option<Bounds<i32>>,
}

#[derive(Deserialize)]
struct Settings {
    liveness: Probe,
    readiness: Probe,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    if !settings.liveness.enforce && !settings.readiness.enforce {
        return Err("at least one of liveness or readiness probe enforcement must be enabled".to_owned());
    }
    for (probe, kind) in [(&settings.liveness, "liveness"), (&settings.readiness, "readiness")] {
        probe.check().map_err(|why| format!("invalid {kind} probe settings: {why}"))?;
    }
    Ok(Box::new(settings))
}

/// The smallest and the largest value that a field may have.
type Limits = (Option<i64>, Option<i64>);

impl Bounds<i32> {
    fn limits(&self) -> Limits {
        (self.minimum.map(i64::from), self.limit.map(i64::from))
    }
}

impl Probe {
    /// The bounds of each field in the order in which objects are checked.
    fn bounds(&self) -> [(&'static str, Option<Limits>); 6] {
        let limits = |bounds: &Option<Bounds<i32>>| bounds.as_ref().map(Bounds::limits);
        let grace = self.termination_grace_period_seconds.as_ref();
        [
            ("periodSeconds", limits(&self.period_seconds)),
            ("failureThreshold", limits(&self.failure_threshold)),
            ("successThreshold", limits(&self.success_threshold)),
            ("terminationGracePeriodSeconds", grace.map(|bounds| (bounds.minimum, bounds.limit))),
            ("timeoutSeconds", limits(&self.timeout_seconds)),
            ("initialDelaySeconds", limits(&self.initial_delay_seconds)),
        ]
    }

    /// Are the settings sound? They are looked at in another order than objects.
    fn check(&self) -> Result<(), String> {
        let [period, failure, success, grace, timeout, delay] = self.bounds();
        for (field, bounds) in [period, failure, delay, success, grace, timeout] {
            if let Some(why) = bounds.and_then(wrong_limits) {
                return Err(format!("{field} validation failed: {why}"));
            }
        }
        Ok(())
    }

    /// The first field of a container's probe that is wrong.
    fn wrong<'a>(&self, probe: &Field<'a>) -> Option<(String, Field<'a>)> {
        self.bounds().into_iter().find_map(|(key, bounds)| {
            let ((minimum, limit), field) = (bounds?, probe.key(key));
            let why = match (field.int(), minimum, limit) {
                (None, _, _) => "missing value".to_owned(),
                (Some(value), Some(minimum), _) if value < minimum => {
                    format!("{value} is below the minimum of {minimum}")
                }
                (Some(value), _, Some(limit)) if value > limit => format!("{value} is above the limit of {limit}"),
                _ => return None,
            };
            Some((format!("{key} validation failed: {why}"), field))
        })
    }
}

fn wrong_limits((minimum, limit): Limits) -> Option<&'static str> {
    match (minimum, limit) {
        (None, None) => Some("at least one of minimum or limit must be set"),
        (Some(minimum), _) if minimum <= 0 => Some("minimum must be greater than zero"),
        (_, Some(limit)) if limit <= 0 => Some("limit must be greater than zero"),
        (Some(minimum), Some(limit)) if minimum > limit => Some("minimum cannot be greater than limit"),
        _ => None,
    }
}

impl Settings {
    /// What is wrong with a container. Of one that is added later only that its probes are there is asked.
    fn wrong<'a>(&self, container: &Field<'a>, ephemeral: bool) -> Option<(String, Field<'a>)> {
        let probes = [(&self.liveness, "livenessProbe", "liveness"), (&self.readiness, "readinessProbe", "readiness")];
        probes.into_iter().filter(|(probe, _, _)| probe.enforce).find_map(|(probe, key, kind)| {
            let field = container.key(key);
            if !field.exists() {
                return Some((format!("container {} without {kind} probe is not accepted", name(container)), field));
            }
            if ephemeral { None } else { probe.wrong(&field) }
        })
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::unreadable(object, "Cannot parse validation request"),
        };
        let lists = [
            ("containers", "container"),
            ("initContainers", "init container"),
            ("ephemeralContainers", "ephemeral container"),
        ];
        let (mut message, mut blame) = (String::new(), Vec::new());
        for (list, kind) in lists {
            for container in spec.key(list).items() {
                if let Some((why, field)) = self.wrong(&container, list == "ephemeralContainers") {
                    let _ = write!(message, "{kind} {} is invalid: {why}", name(&container));
                    blame.push(field.blame());
                }
            }
        }
        if blame.is_empty() { Answer::Accept } else { Answer::refuse(message, blame) }
    }
}
