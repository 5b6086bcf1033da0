//! Metrics in both versions.

use serde_json::Value;

use super::stamped;
use crate::decode;
use crate::node::{Data, Map, Node, map};
use crate::place::{Places, ROOT};
use crate::schema::{METRIC_SPEC_V1, TYPES};

/// The metric of a share of the CPU that was requested, which version 1 has a field for.
pub(super) fn cpu(share: Node) -> Map {
    let place = share.place;
    let mut target = map([("type", "Utilization".into())]);
    target.insert("averageUtilization", share);
    let resource = map([("name", "cpu".into()), ("target", target.into())]);
    let mut metric = map([("type", "Resource".into())]);
    metric.insert("resource", Node { place, data: resource.into() });
    metric
}

/// The share, if that is what a metric is about.
pub(super) fn cpu_share(metric: &Node) -> Option<&Node> {
    let metric = metric.as_map()?;
    let resource = metric.map("resource")?;
    let is_cpu = metric.text("type") == "Resource" && resource.text("name") == "cpu";
    resource.map("target")?.get("averageUtilization").filter(|_| is_cpu)
}

/// Copies what is there under another name.
fn copy(from: Option<&Map>, key: &str, to: &mut Map, name: &'static str) {
    if let Some(node) = from.and_then(|from| from.get(key)) {
        to.insert(name, node.clone());
    }
}

/// A metric of version 2 as version 1 would have it.
pub(super) fn to_v1(metric: &Map) -> Map {
    let mut old = Map::default();
    copy(Some(metric), "type", &mut old, "type");
    for (key, convert) in [
        ("resource", resource_to_v1 as fn(&Map) -> Map),
        ("containerResource", resource_to_v1),
        ("pods", pods_to_v1),
        ("object", object_to_v1),
        ("external", external_to_v1),
    ] {
        if let Some(source) = metric.map(key) {
            old.insert(key, Node::new(convert(source)));
        }
    }
    old
}

fn resource_to_v1(source: &Map) -> Map {
    let mut old = Map::default();
    let target = source.map("target");
    copy(Some(source), "name", &mut old, "name");
    copy(Some(source), "container", &mut old, "container");
    copy(target, "averageUtilization", &mut old, "targetAverageUtilization");
    copy(target, "averageValue", &mut old, "targetAverageValue");
    old
}

fn pods_to_v1(source: &Map) -> Map {
    let mut old = map([("metricName", "".into()), ("targetAverageValue", "0".into())]);
    copy(source.map("metric"), "name", &mut old, "metricName");
    copy(source.map("metric"), "selector", &mut old, "selector");
    copy(source.map("target"), "averageValue", &mut old, "targetAverageValue");
    old
}

fn object_to_v1(source: &Map) -> Map {
    let mut old = map([("metricName", "".into()), ("targetValue", "0".into())]);
    copy(Some(source), "describedObject", &mut old, "target");
    copy(source.map("metric"), "name", &mut old, "metricName");
    copy(source.map("metric"), "selector", &mut old, "selector");
    copy(source.map("target"), "value", &mut old, "targetValue");
    copy(source.map("target"), "averageValue", &mut old, "averageValue");
    old
}

fn external_to_v1(source: &Map) -> Map {
    let mut old = map([("metricName", "".into())]);
    copy(source.map("metric"), "name", &mut old, "metricName");
    copy(source.map("metric"), "selector", &mut old, "metricSelector");
    copy(source.map("target"), "value", &mut old, "targetValue");
    copy(source.map("target"), "averageValue", &mut old, "targetAverageValue");
    old
}

/// The metrics that an annotation of version 1 holds, as version 2 has them. What cannot be read is passed over.
pub(super) fn from_annotation(annotation: &Node) -> Option<Vec<Node>> {
    let written: Value = serde_json::from_str(annotation.as_text()).ok()?;
    let of = &TYPES[METRIC_SPEC_V1];
    let read = |metric| decode::decode_part(metric, of, ROOT, &mut Places::default(), None).ok();
    let old = written.as_array()?.iter().map(read).collect::<Option<Vec<Map>>>()?;
    Some(old.iter().map(|metric| stamped(Node::new(to_v2(metric)), annotation.place)).collect())
}

fn to_v2(old: &Map) -> Map {
    let mut metric = Map::default();
    copy(Some(old), "type", &mut metric, "type");
    for (key, convert) in [
        ("resource", resource_to_v2 as fn(&Map) -> Map),
        ("containerResource", resource_to_v2),
        ("pods", pods_to_v2),
        ("object", object_to_v2),
        ("external", external_to_v2),
    ] {
        if let Some(source) = old.map(key) {
            metric.insert(key, Node::new(convert(source)));
        }
    }
    metric
}

fn target(kind: &'static str) -> Map {
    map([("type", kind.into())])
}

fn identifier(old: &Map, selector: &str) -> Data {
    let mut metric = Map::default();
    copy(Some(old), "metricName", &mut metric, "name");
    copy(Some(old), selector, &mut metric, "selector");
    metric.into()
}

fn resource_to_v2(old: &Map) -> Map {
    let mut target = target(if old.has("targetAverageUtilization") { "Utilization" } else { "AverageValue" });
    copy(Some(old), "targetAverageUtilization", &mut target, "averageUtilization");
    copy(Some(old), "targetAverageValue", &mut target, "averageValue");
    let mut source = map([("target", target.into())]);
    copy(Some(old), "name", &mut source, "name");
    copy(Some(old), "container", &mut source, "container");
    source
}

fn pods_to_v2(old: &Map) -> Map {
    let mut target = target("AverageValue");
    copy(Some(old), "targetAverageValue", &mut target, "averageValue");
    map([("metric", identifier(old, "selector")), ("target", target.into())])
}

fn object_to_v2(old: &Map) -> Map {
    let is_average = old.has("averageValue");
    let mut target = target(if is_average { "AverageValue" } else { "Value" });
    copy(Some(old), "averageValue", &mut target, "averageValue");
    if !is_average || old.text("targetValue") != "0" {
        copy(Some(old), "targetValue", &mut target, "value");
    }
    let mut source = map([("metric", identifier(old, "selector")), ("target", target.into())]);
    copy(Some(old), "target", &mut source, "describedObject");
    source
}

fn external_to_v2(old: &Map) -> Map {
    let mut target = target(if old.has("targetValue") { "Value" } else { "AverageValue" });
    copy(Some(old), "targetValue", &mut target, "value");
    copy(Some(old), "targetAverageValue", &mut target, "averageValue");
    map([("metric", identifier(old, "metricSelector")), ("target", target.into())])
}
