//! HorizontalPodAutoscalers and their two versions.

use podline_defaulting::{Request, Step, Stored, convert, defaulted};
use serde_json::{Value, json};

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";

fn autoscaler(version: &str, annotations: Value, spec: Value) -> Stored {
    let manifest = json!({
        "apiVersion": format!("autoscaling/{version}"), "kind": "HorizontalPodAutoscaler",
        "metadata": { "name": "x", "annotations": annotations }, "spec": spec,
    });
    defaulted(&manifest, &Request::default()).expect("the manifest is valid")
}

fn cpu(share: i64) -> Value {
    json!({ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": share } } })
}

fn other(stored: &Stored, version: &str) -> Value {
    convert(stored, &format!("autoscaling/{version}")).expect("it is served").known()
}

#[test]
fn both_versions_aim_at_four_fifths_of_the_cpu() {
    let v1 = autoscaler("v1", json!({}), json!({ "maxReplicas": 5 })).known();
    let target = json!({ "kind": "", "name": "" });
    let expected =
        json!({ "minReplicas": 1, "maxReplicas": 5, "targetCPUUtilizationPercentage": 80, "scaleTargetRef": target });
    assert_eq!(v1["spec"], expected);
    let v2 = autoscaler("v2", json!({}), json!({ "maxReplicas": 5 })).known();
    let expected = json!({ "minReplicas": 1, "maxReplicas": 5, "metrics": [cpu(80)], "scaleTargetRef": target });
    assert_eq!(v2["spec"], expected);
}

#[test]
fn a_behavior_is_completed() {
    let policy = |kind: &str, value: i64| json!({ "type": kind, "value": value, "periodSeconds": 15 });
    let behavior =
        |written: Value| autoscaler("v2", json!({}), json!({ "behavior": written })).known()["spec"]["behavior"].take();
    let up = json!({
        "stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [policy("Pods", 4), policy("Percent", 100)],
    });
    let down = json!({ "selectPolicy": "Max", "policies": [policy("Percent", 100)] });
    assert_eq!(behavior(json!({})), json!({ "scaleUp": up, "scaleDown": down }));
    let own = json!({ "scaleDown": { "selectPolicy": "Disabled", "stabilizationWindowSeconds": 5 } });
    let mut expected = down.clone();
    expected["selectPolicy"] = json!("Disabled");
    expected["stabilizationWindowSeconds"] = json!(5);
    assert_eq!(behavior(own)["scaleDown"], expected);
}

#[test]
fn a_share_of_the_cpu_is_a_metric_in_the_other_version() {
    let v1 = autoscaler("v1", Value::Null, json!({ "maxReplicas": 5, "targetCPUUtilizationPercentage": 50 }));
    let v2 = other(&v1, "v2");
    assert_eq!(v2["apiVersion"], "autoscaling/v2");
    assert_eq!(v2["spec"]["metrics"], json!([cpu(50)]));
    assert_eq!(v2["spec"].get("targetCPUUtilizationPercentage"), None);
    assert_eq!(v2["status"], json!({ "currentMetrics": null, "desiredReplicas": 0 }));
    let converted = convert(&v1, "autoscaling/v2").expect("it is served");
    let path = [
        Step::Key("spec"),
        Step::Key("metrics"),
        Step::Index(0),
        Step::Key("resource"),
        Step::Key("target"),
        Step::Key("averageUtilization"),
    ];
    assert_eq!(converted.origin(&path).to_string(), "spec.targetCPUUtilizationPercentage");
    let back = other(&autoscaler("v2", json!({}), json!({ "metrics": [cpu(70)] })), "v1");
    assert_eq!(back["spec"]["targetCPUUtilizationPercentage"], 70);
    assert_eq!(back["spec"].get("metrics"), None);
    assert_eq!(back["metadata"].get("annotations"), None);
    assert_eq!(back["status"], json!({ "currentReplicas": 0, "desiredReplicas": 0 }));
}

/// Metrics of version 2, and the text that version 1 holds them in. The texts were made by the API server's own code.
fn metrics() -> (Value, &'static str) {
    let metrics = json!([
        cpu(60),
        { "type": "Resource", "resource": { "name": "memory", "target": { "type": "AverageValue", "averageValue": "1Gi" } } },
        { "type": "Pods", "pods": { "metric": { "name": "p" }, "target": { "type": "AverageValue", "averageValue": "10" } } },
        { "type": "Object", "object": {
            "describedObject": { "apiVersion": "v1", "kind": "Service", "name": "s" },
            "metric": { "name": "<o>" }, "target": { "type": "Value", "value": "5" },
        } },
        { "type": "External", "external": {
            "metric": { "name": "e", "selector": { "matchLabels": { "b": "1", "a": "2" } } },
            "target": { "type": "AverageValue", "averageValue": "30" },
        } },
        { "type": "ContainerResource", "containerResource": {
            "name": "cpu", "container": "c", "target": { "type": "Utilization", "averageUtilization": 40 },
        } },
    ]);
    let text = concat!(
        r#"[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},"#,
        r#"{"type":"Pods","pods":{"metricName":"p","targetAverageValue":"10"}},"#,
        r#"{"type":"Object","object":{"target":{"kind":"Service","name":"s","apiVersion":"v1"},"#,
        r#""metricName":"\u003co\u003e","targetValue":"5"}},"#,
        r#"{"type":"External","external":{"metricName":"e","metricSelector":{"matchLabels":{"a":"2","b":"1"}},"#,
        r#""targetAverageValue":"30"}},"#,
        r#"{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":40,"container":"c"}}]"#,
    );
    (metrics, text)
}

#[test]
fn what_version_1_cannot_say_stands_in_annotations() {
    let (metrics, text) = metrics();
    let v2 = autoscaler("v2", json!({ "a": "b", METRICS: "[]" }), json!({ "metrics": metrics, "behavior": {} }));
    assert_eq!(
        v2.known()["metadata"]["annotations"],
        json!({ "a": "b" }),
        "such annotations are not kept in version 2"
    );
    let v1 = other(&v2, "v1");
    assert_eq!(v1["spec"]["targetCPUUtilizationPercentage"], 60);
    assert_eq!(v1["metadata"]["annotations"][METRICS], text);
    let behavior = concat!(
        r#"{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"#,
        r#""PeriodSeconds":15},{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":"#,
        r#"{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Percent","Value":100,"#,
        r#""PeriodSeconds":15}],"Tolerance":null}}"#,
    );
    assert_eq!(v1["metadata"]["annotations"][BEHAVIOR], behavior);
}

#[test]
fn annotations_of_version_1_become_fields_of_version_2() {
    let (metrics, text) = metrics();
    let behavior = r#"{"ScaleUp":null,"ScaleDown":{"SelectPolicy":"Min","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":60}]}}"#;
    let annotations = json!({ METRICS: text, BEHAVIOR: behavior, "autoscaling.alpha.kubernetes.io/conditions": "[]" });
    let v1 = autoscaler("v1", annotations, json!({ "targetCPUUtilizationPercentage": 60 }));
    assert_eq!(v1.known()["metadata"]["annotations"][METRICS], text);
    assert_eq!(v1.known()["metadata"]["annotations"].as_object().map(serde_json::Map::len), Some(2));
    let v2 = other(&v1, "v2");
    let mut expected = metrics.as_array().expect("a list")[1..].to_vec();
    expected.push(metrics[0].clone());
    assert_eq!(v2["spec"]["metrics"], json!(expected));
    let down = json!({ "selectPolicy": "Min", "policies": [{ "type": "Pods", "value": 1, "periodSeconds": 60 }] });
    assert_eq!(v2["spec"]["behavior"], json!({ "scaleDown": down }));
    assert_eq!(v2["metadata"].get("annotations"), None);
}

#[test]
fn what_annotations_cannot_say_is_passed_over() {
    let annotations = json!({ METRICS: "{", BEHAVIOR: "[1]" });
    let v1 = autoscaler("v1", annotations, json!({})).known();
    assert_eq!(v1["metadata"].get("annotations"), None);
    assert_eq!(v1["spec"]["targetCPUUtilizationPercentage"], 80);
}

#[test]
fn nothing_else_has_another_version() {
    let autoscaler = autoscaler("v2", json!({}), json!({}));
    assert!(convert(&autoscaler, "autoscaling/v2").is_some());
    assert!(convert(&autoscaler, "autoscaling/v2beta2").is_none());
    let pod = json!({ "apiVersion": "v1", "kind": "Pod" });
    let pod = defaulted(&pod, &Request::default()).expect("the manifest is valid");
    assert!(convert(&pod, "v2").is_none());
}
