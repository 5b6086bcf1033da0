//! `allowed-fsgroups-psp` 1.0.12.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Object, security};
use crate::kubewarden::settings::{self, Range, in_ranges};

#[derive(Deserialize)]
struct Ranges {
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
#[serde(tag = "rule")]
enum Rule {
    MustRunAs(Ranges),
    MayRunAs(Ranges),
    RunAsAny,
}

#[derive(Deserialize)]
struct Settings {
    #[serde(flatten)]
    rule: Rule,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    let (name, ranges) = match &settings.rule {
        Rule::MustRunAs(ranges) => ("MustRunAs", &ranges.ranges),
        Rule::MayRunAs(ranges) => ("MayRunAs", &ranges.ranges),
        Rule::RunAsAny => return Ok(Box::new(settings)),
    };
    if ranges.is_empty() {
        return Err(format!("{name} must contain at least one range"));
    }
    if !ranges.iter().all(|range| range.is_valid()) {
        return Err("all ranges must be valid".to_owned());
    }
    Ok(Box::new(settings))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(spec) = object.pod() else { return Answer::Accept };
        let Some(spec) = spec else { return Answer::Error("invalid pod spec".to_owned()) };
        let field = security(&spec, "fsGroup");
        let ranges = match (&self.rule, field.int()) {
            // It replaces the whole securityContext, for one that has no fsGroup.
            (Rule::MustRunAs(_), None) => return Answer::Mutate(vec![field.blame()]),
            (Rule::RunAsAny, _) | (Rule::MayRunAs(_), None) => return Answer::Accept,
            (Rule::MustRunAs(ranges) | Rule::MayRunAs(ranges), Some(_)) => &ranges.ranges,
        };
        match field.int() {
            Some(id) if !in_ranges(ranges, id) => {
                Answer::refuse(format!("fsGroup {id} is not included in any range"), vec![field.blame()])
            }
            _ => Answer::Accept,
        }
    }
}
