//! JSON as Go writes it: structs in the order of their fields.

use std::fmt::Write as _;

use serde_json::Value;

use crate::node::{Data, Map, Node};

/// The fields of a struct, by the key that holds it; a list holds structs under the same key, and "" is a metric. All
/// other maps are written in the order of their keys.
fn order(key: &str) -> Option<&'static [&'static str]> {
    Some(match key {
        "" => &["type", "object", "pods", "resource", "containerResource", "external"],
        "object" => &["target", "metricName", "targetValue", "selector", "averageValue"],
        "target" => &["kind", "name", "apiVersion"],
        "pods" => &["metricName", "targetAverageValue", "selector"],
        "resource" | "containerResource" => &["name", "targetAverageUtilization", "targetAverageValue", "container"],
        "external" => &["metricName", "metricSelector", "targetValue", "targetAverageValue"],
        "selector" | "metricSelector" => &["matchLabels", "matchExpressions"],
        "matchExpressions" => &["key", "operator", "values"],
        _ => return None,
    })
}

/// Writes a value that stands under a key.
pub(super) fn json(data: &Data, key: &str) -> String {
    match data {
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::String(text) => quoted(text),
        Data::Raw(value) => value.to_string(),
        Data::List(list) => {
            let items: Vec<String> = list.iter().map(|item| json(&item.data, key)).collect();
            format!("[{}]", items.join(","))
        }
        Data::Map(map) => {
            let entry = |(key, node): (&str, &Node)| format!("{}:{}", quoted(key), json(&node.data, key));
            let entries: Vec<String> = match order(key) {
                Some(order) => order.iter().filter_map(|key| Some((*key, map.get(key)?))).map(entry).collect(),
                None => map.iter().map(|(key, node)| (key.as_ref(), node)).map(entry).collect(),
            };
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// A behavior as the internal type is written: Go's names, and null for what is not set.
pub(super) fn behavior(behavior: &Map) -> String {
    let rules = |key: &str| behavior.map(key).map_or_else(|| "null".to_owned(), rules);
    format!("{{\"ScaleUp\":{},\"ScaleDown\":{}}}", rules("scaleUp"), rules("scaleDown"))
}

fn rules(rules: &Map) -> String {
    let value = |key: &str| rules.get(key).map_or_else(|| "null".to_owned(), |node| json(&node.data, key));
    let policies: Vec<String> = rules.maps("policies").map(policy).collect();
    let policies = if rules.has("policies") { format!("[{}]", policies.join(",")) } else { "null".to_owned() };
    format!(
        "{{\"StabilizationWindowSeconds\":{},\"SelectPolicy\":{},\"Policies\":{policies},\"Tolerance\":{}}}",
        value("stabilizationWindowSeconds"),
        value("selectPolicy"),
        value("tolerance"),
    )
}

fn policy(policy: &Map) -> String {
    let number = |key: &str| policy.int(key).unwrap_or_default();
    let kind = quoted(policy.text("type"));
    format!("{{\"Type\":{kind},\"Value\":{},\"PeriodSeconds\":{}}}", number("value"), number("periodSeconds"))
}

/// A string as Go's `json.Marshal` writes it, safe inside HTML.
fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    for c in Value::from(text).to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(written, "\\u{:04x}", u32::from(c));
            }
            _ => written.push(c),
        }
    }
    written
}

/// A field by its Go name, which Go's decoder reads in any case; absent if null.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let found = value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    (!found.1.is_null()).then_some(found.1)
}
