//! `safe-labels` 1.0.12 and `safe-annotations` 1.0.7.

use std::collections::{BTreeMap, BTreeSet};

use podline_cel::go::Regex;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;
use crate::kubewarden::settings::{gjson_text, go_error, go_field, go_texts};

struct Settings {
    /// `labels` or `annotations`.
    what: &'static str,
    denied: BTreeSet<String>,
    mandatory: BTreeSet<String>,
    /// A key that is there without pattern crashes the module.
    constrained: BTreeMap<String, Option<Regex>>,
}

pub(super) fn load_labels(settings: &Value) -> Result<Box<dyn Module>, String> {
    load(settings, "labels")
}

pub(super) fn load_annotations(settings: &Value) -> Result<Box<dyn Module>, String> {
    load(settings, "annotations")
}

fn load(settings: &Value, what: &'static str) -> Result<Box<dyn Module>, String> {
    match Settings::new(settings, what) {
        Ok(settings) => Ok(Box::new(settings)),
        Err(why) => Err(format!("Provided settings are not valid: {why}")),
    }
}

impl Settings {
    fn new(settings: &Value, what: &'static str) -> Result<Settings, String> {
        let denied = go_texts(settings, "", &format!("denied_{what}"))?;
        let mandatory = go_texts(settings, "", &format!("mandatory_{what}"))?;
        let constrained = patterns(settings, &format!("constrained_{what}"))?;
        let refuse = |keys: Vec<&String>, how: &str| {
            let both: Vec<&str> = keys.into_iter().filter(|key| denied.contains(*key)).map(String::as_str).collect();
            let both = both.join(",");
            (!both.is_empty()).then(|| format!("These {what} cannot be {how} and denied at the same time: {both}"))
        };
        let wrong =
            [refuse(constrained.keys().collect(), "constrained"), refuse(mandatory.iter().collect(), "mandatory")];
        let wrong: Vec<String> = wrong.into_iter().flatten().collect();
        if !wrong.is_empty() {
            return Err(wrong.join("; "));
        }
        Ok(Settings { what, denied, mandatory, constrained })
    }
}

fn patterns(settings: &Value, name: &str) -> Result<BTreeMap<String, Option<Regex>>, String> {
    let map = match go_field(settings, name) {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Object(map) => map,
        other => return Err(go_error(other, "", name, "map[string]*main.RegularExpression")),
    };
    map.iter()
        .map(|(key, pattern)| match pattern {
            Value::Null => Ok((key.clone(), None)),
            Value::String(pattern) => Ok((key.clone(), Some(Regex::new(pattern)?))),
            other => Err(go_error(other, "", name, "main.RegularExpression")),
        })
        .collect()
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let what = self.what;
        let map = object.root.at(&["metadata", what]);
        let (mut denied, mut violating, mut blame) = (Vec::new(), Vec::new(), Vec::new());
        let mut present = BTreeSet::new();
        for (key, field) in map.entries() {
            present.insert(key);
            if self.denied.contains(key) {
                denied.push(key);
                blame.push(field.blame());
            } else if let Some(pattern) = self.constrained.get(key) {
                let Some(pattern) = pattern else {
                    return Answer::Error("invalid memory address or nil pointer dereference".to_owned());
                };
                if !pattern.is_match(&gjson_text(field.json)) {
                    violating.push(key);
                    blame.push(field.blame());
                }
            }
        }
        let missing: Vec<&str> =
            self.mandatory.iter().map(String::as_str).filter(|key| !present.contains(key)).collect();
        blame.extend(missing.iter().map(|key| map.key(key).blame()));
        let how = if what == "labels" { "denied" } else { "not allowed" };
        let texts: Vec<String> = [
            (format!("The following {what} are {how}"), denied),
            (format!("The following {what} are violating user constraints"), violating),
            (format!("The following mandatory {what} are missing"), missing),
        ]
        .into_iter()
        .filter(|(_, keys)| !keys.is_empty())
        .map(|(text, keys)| format!("{text}: {}", keys.join(",")))
        .collect();
        if texts.is_empty() { Answer::Accept } else { Answer::refuse(texts.join(". "), blame) }
    }
}
