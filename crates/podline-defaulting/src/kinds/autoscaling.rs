//! HorizontalPodAutoscalers, in both of their versions.
//!
//! Source: `pkg/apis/autoscaling/{v1,v2}/{defaults,conversion}.go`. What version 1 cannot say stands there in
//! annotations.

mod metrics;
mod text;

use serde_json::Value;

use crate::decode;
use crate::node::{Data, Map, Node, list, map};
use crate::place::Place;

const V1: &str = "autoscaling/v1";
const V2: &str = "autoscaling/v2";
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
/// The annotations that stand for fields of version 2.
const ANNOTATIONS: [&str; 6] = [
    METRICS,
    BEHAVIOR,
    "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
    "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
    "autoscaling.alpha.kubernetes.io/current-metrics",
    "autoscaling.alpha.kubernetes.io/conditions",
];

/// Defaults, and what a trip to the internal version and back does to annotations.
pub(super) fn horizontal_pod_autoscaler(object: &mut Map) {
    object.map_or_new("spec").set_default("minReplicas", 1);
    if object.text("apiVersion") == V1 {
        to_v2(object);
        to_v1(object);
        return;
    }
    super::workloads::drop_annotations(object, |name, _| ANNOTATIONS.contains(&name));
    let spec = object.map_or_new("spec");
    if spec.list("metrics").is_empty() {
        spec.insert("metrics", Node::new(list([metrics::cpu(Node::new(80)).into()])));
    }
    if let Some(behavior) = spec.map_mut("behavior") {
        let rules = behavior.map_or_new("scaleUp");
        rules.set_default("stabilizationWindowSeconds", 0);
        scaling_rules(rules, list([policy("Pods", 4), policy("Percent", 100)]));
        scaling_rules(behavior.map_or_new("scaleDown"), list([policy("Percent", 100)]));
    }
}

fn scaling_rules(rules: &mut Map, policies: Data) {
    rules.set_default("selectPolicy", "Max");
    if !rules.has("policies") {
        rules.insert("policies", Node::new(policies));
    }
}

fn policy(kind: &'static str, value: i64) -> Data {
    map([("type", kind.into()), ("value", value.into()), ("periodSeconds", 15.into())]).into()
}

/// The same object in another version; `None` for all but the two of HorizontalPodAutoscalers.
pub(crate) fn convert(mut object: Map, api_version: &str) -> Option<Map> {
    if object.text("kind") != "HorizontalPodAutoscaler" {
        return None;
    }
    match (object.text("apiVersion"), api_version) {
        (V1, V2) => to_v2(&mut object),
        (V2, V1) => to_v1(&mut object),
        (V1, V1) | (V2, V2) => {}
        _ => return None,
    }
    Some(object)
}

/// `Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler`, and on to version 2.
fn to_v2(object: &mut Map) {
    let metadata = object.map_or_new("metadata");
    let annotation = |name| metadata.map("annotations").and_then(|annotations| annotations.get(name)).cloned();
    let (written, behavior) = (annotation(METRICS), annotation(BEHAVIOR));
    super::workloads::drop_annotations(object, |name, _| ANNOTATIONS.contains(&name));
    let spec = object.map_or_new("spec");
    let mut all = written.and_then(|node| metrics::from_annotation(&node)).unwrap_or_default();
    if let Some(share) = spec.remove("targetCPUUtilizationPercentage") {
        all.push(Node { place: share.place, data: metrics::cpu(share).into() });
    }
    if all.is_empty() {
        all.push(Node::new(metrics::cpu(Node::new(80))));
    }
    spec.insert("metrics", Node::new(all));
    if let Some(behavior) = behavior.and_then(|node| behavior_of(&node)) {
        spec.insert("behavior", behavior);
    }
    set_version(object, V2);
}

/// `Convert_autoscaling_HorizontalPodAutoscaler_To_v1_HorizontalPodAutoscaler`
fn to_v1(object: &mut Map) {
    super::workloads::drop_annotations(object, |name, _| ANNOTATIONS.contains(&name));
    let spec = object.map_or_new("spec");
    let all = spec.remove("metrics").unwrap_or_else(|| Node::new(Vec::new()));
    let Data::List(all) = all.data else { return };
    let share = all.iter().find_map(metrics::cpu_share).cloned();
    if let Some(share) = share {
        spec.insert("targetCPUUtilizationPercentage", share);
    }
    let others: Vec<&Map> =
        all.iter().filter(|metric| metrics::cpu_share(metric).is_none()).filter_map(Node::as_map).collect();
    let behavior = spec.remove("behavior");
    let behavior = behavior.as_ref().and_then(Node::as_map).map(text::behavior);
    let annotations = object.map_or_new("metadata").map_or_new("annotations");
    if !others.is_empty() {
        let others = others.into_iter().map(metrics::to_v1).map(Node::new).collect::<Vec<_>>();
        annotations.insert(METRICS, Node::new(text::json(&others.into(), "")));
    }
    if let Some(behavior) = behavior {
        annotations.insert(BEHAVIOR, Node::new(behavior));
    }
    if annotations.is_empty() {
        object.map_or_new("metadata").remove("annotations");
    }
    set_version(object, V1);
}

/// The status of an object that is being created differs between the versions.
fn set_version(object: &mut Map, api_version: &'static str) {
    if let Some(node) = object.get_mut("apiVersion") {
        node.data = api_version.into();
    }
    let of = crate::schema::type_of(api_version, "HorizontalPodAutoscaler");
    if let Some(status) = of.and_then(|of| decode::empty_field(of, "status")) {
        object.insert("status", Node::new(status));
    }
}

/// The behavior that an annotation holds: JSON in the names of Go's fields. What cannot be read is passed over.
fn behavior_of(annotation: &Node) -> Option<Node> {
    let behavior: Value = serde_json::from_str(annotation.as_text()).ok()?;
    let mut both = Map::default();
    for (name, key) in [("ScaleUp", "scaleUp"), ("ScaleDown", "scaleDown")] {
        let Some(rules) = text::field(&behavior, name) else { continue };
        both.insert(key, rules_of(rules)?);
    }
    (!both.is_empty()).then(|| stamped(Node::new(both), annotation.place))
}

fn rules_of(rules: &Value) -> Option<Node> {
    let mut map = Map::default();
    if let Some(seconds) = text::field(rules, "StabilizationWindowSeconds") {
        map.insert("stabilizationWindowSeconds", Node::new(seconds.as_i64()?));
    }
    for (name, key) in [("SelectPolicy", "selectPolicy"), ("Tolerance", "tolerance")] {
        if let Some(value) = text::field(rules, name) {
            map.insert(key, Node::new(value.as_str()?.to_owned()));
        }
    }
    if let Some(policies) = text::field(rules, "Policies") {
        let policies = policies.as_array()?.iter().map(policy_of).collect::<Option<Vec<Node>>>()?;
        if !policies.is_empty() {
            map.insert("policies", Node::new(policies));
        }
    }
    Some(Node::new(map))
}

fn policy_of(policy: &Value) -> Option<Node> {
    let number = |name| text::field(policy, name).map_or(Some(0), Value::as_i64);
    let kind = text::field(policy, "Type").map_or(Some(""), Value::as_str)?.to_owned();
    let entries: [(&str, Data); 3] =
        [("type", kind.into()), ("value", number("Value")?.into()), ("periodSeconds", number("PeriodSeconds")?.into())];
    Some(Node::new(map(entries)))
}

/// A value that all comes from one place.
fn stamped(mut node: Node, place: Place) -> Node {
    stamp(&mut node, place);
    node
}

fn stamp(node: &mut Node, place: Place) {
    node.place = place;
    match &mut node.data {
        Data::List(list) => list.iter_mut().for_each(|item| stamp(item, place)),
        Data::Map(map) => map.iter_mut().for_each(|item| stamp(item, place)),
        _ => {}
    }
}
