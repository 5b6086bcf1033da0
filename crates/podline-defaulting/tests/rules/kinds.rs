//! Defaults of the other kinds.

use podline_defaulting::{Request, defaulted};
use serde_json::{Value, json};

use super::{of, v1};

/// The spec of an object, as stored, but for some fields.
fn spec(api_version: &str, kind: &str, spec: Value, without: &[&str]) -> Value {
    let mut stored = of(api_version, kind, json!({ "spec": spec }))["spec"].take();
    stored.as_object_mut().expect("a map").retain(|key, _| !without.contains(&key.as_str()));
    stored
}

#[test]
fn deployments_roll_out_by_quarters() {
    let without = ["template", "selector"];
    let rolling = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } });
    assert_eq!(
        spec("apps/v1", "Deployment", json!({}), &without),
        json!({ "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "strategy": rolling })
    );
    let strategy = |written| spec("apps/v1", "Deployment", json!({ "strategy": written }), &without)["strategy"].take();
    assert_eq!(strategy(json!({ "type": "Recreate" })), json!({ "type": "Recreate" }));
    let written = json!({ "rollingUpdate": { "maxSurge": 0 } });
    assert_eq!(strategy(written)["rollingUpdate"], json!({ "maxSurge": 0, "maxUnavailable": "25%" }));
}

#[test]
fn stateful_sets_keep_order_and_claims() {
    let without = ["template", "selector"];
    assert_eq!(
        spec("apps/v1", "StatefulSet", json!({}), &without),
        json!({
            "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady",
            "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": { "partition": 0, "maxUnavailable": 1 } },
            "persistentVolumeClaimRetentionPolicy": { "whenDeleted": "Retain", "whenScaled": "Retain" },
            "serviceName": "",
        })
    );
    let strategy = json!({ "updateStrategy": { "type": "RollingUpdate" } });
    let strategy = spec("apps/v1", "StatefulSet", strategy, &without)["updateStrategy"].take();
    assert_eq!(strategy, json!({ "type": "RollingUpdate" }));
    let claims = json!({ "volumeClaimTemplates": [{ "metadata": { "name": "d" }, "spec": {}, "status": { "phase": "Bound" } }] });
    let claim = spec("apps/v1", "StatefulSet", claims, &without)["volumeClaimTemplates"][0].take();
    let expected = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "d" },
        "spec": { "resources": {}, "volumeMode": "Filesystem" }, "status": { "phase": "Bound" },
    });
    assert_eq!(claim, expected);
}

#[test]
fn daemon_sets_replace_one_pod_at_a_time_and_count_their_templates() {
    let stored = of("apps/v1", "DaemonSet", json!({}));
    let strategy = json!({ "type": "RollingUpdate", "rollingUpdate": { "maxUnavailable": 1, "maxSurge": 0 } });
    assert_eq!((&stored["spec"]["updateStrategy"], &stored["spec"]["revisionHistoryLimit"]), (&strategy, &json!(10)));
    let name = "deprecated.daemonset.template.generation";
    let generation = |written: Value| {
        of("apps/v1", "DaemonSet", json!({ "metadata": { "name": "x", "annotations": written } }))["metadata"]["annotations"].take()
    };
    assert_eq!(generation(json!({})), json!({ name: "1" }));
    assert_eq!(generation(json!({ name: "0" })), json!({ name: "1" }));
    assert_eq!(generation(json!({ name: "07", "a": "b" })), json!({ name: "7", "a": "b" }));
}

#[test]
fn limits_beside_another_strategy_are_zero() {
    let spec = |kind, written: Value| of("apps/v1", kind, json!({ "spec": written }))["spec"].take();
    let on_delete = json!({ "updateStrategy": { "type": "OnDelete", "rollingUpdate": {} } });
    let daemon_set = spec("DaemonSet", on_delete.clone())["updateStrategy"]["rollingUpdate"].take();
    assert_eq!(daemon_set, json!({ "maxSurge": 0, "maxUnavailable": 0 }));
    let stateful_set = spec("StatefulSet", on_delete)["updateStrategy"]["rollingUpdate"].take();
    assert_eq!(stateful_set, json!({ "partition": 0 }));
}

#[test]
fn annotations_that_must_be_numbers_are_refused_otherwise() {
    for (kind, name) in [
        ("DaemonSet", "deprecated.daemonset.template.generation"),
        ("Deployment", "deprecated.deployment.rollback.revision"),
    ] {
        let metadata = json!({ "name": "x", "annotations": { name: "soon" } });
        let manifest = json!({ "apiVersion": "apps/v1", "kind": kind, "metadata": metadata });
        let error = defaulted(&manifest, &Request::default()).expect_err("it is refused");
        assert_eq!(error.path(), format!("metadata.annotations[{name:?}]"));
    }
    let metadata = json!({ "name": "x", "annotations": { "deprecated.deployment.rollback.revision": "" } });
    assert_eq!(of("apps/v1", "Deployment", json!({ "metadata": metadata }))["metadata"].get("annotations"), None);
}

#[test]
fn replication_controllers_take_selector_and_labels_from_their_template() {
    let template = json!({ "metadata": { "labels": { "app": "x" } } });
    let stored = v1("ReplicationController", json!({ "spec": { "template": template } }));
    assert_eq!(stored["spec"]["replicas"], 1);
    assert_eq!(
        (&stored["spec"]["selector"], &stored["metadata"]["labels"]),
        (&json!({ "app": "x" }), &json!({ "app": "x" }))
    );
    let own = json!({ "name": "x", "labels": { "own": "1" } });
    let written = json!({ "metadata": own, "spec": { "selector": { "s": "1" }, "template": template } });
    let stored = v1("ReplicationController", written);
    assert_eq!(
        (&stored["spec"]["selector"], &stored["metadata"]["labels"]),
        (&json!({ "s": "1" }), &json!({ "own": "1" }))
    );
    assert_eq!(spec("apps/v1", "ReplicaSet", json!({}), &["template", "selector"]), json!({ "replicas": 1 }));
}

#[test]
fn jobs_run_once_and_select_their_pods() {
    let without = ["template"];
    let expected = json!({
        "completions": 1, "parallelism": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": false,
        "manualSelector": false, "podReplacementPolicy": "TerminatingOrFailed",
        "selector": { "matchLabels": { "batch.kubernetes.io/controller-uid": "00000000-0000-0000-0000-000000000000" } },
    });
    assert_eq!(spec("batch/v1", "Job", json!({}), &without), expected);
    let job = |written| spec("batch/v1", "Job", written, &without);
    assert_eq!(job(json!({ "completions": 5 }))["parallelism"], 1);
    assert_eq!(job(json!({ "parallelism": 5 })).get("completions"), None);
    assert_eq!(job(json!({ "backoffLimitPerIndex": 1 }))["backoffLimit"], 2_147_483_647);
    let rules = json!({ "rules": [{ "action": "Ignore", "onPodConditions": [{ "type": "DisruptionTarget" }] }] });
    let failing = job(json!({ "podFailurePolicy": rules }));
    assert_eq!(failing["podReplacementPolicy"], "Failed");
    assert_eq!(failing["podFailurePolicy"]["rules"][0]["onPodConditions"][0]["status"], "True");
    let manual = of("batch/v1", "Job", json!({ "spec": { "manualSelector": true } }));
    assert_eq!(manual["spec"].get("selector"), None);
    assert_eq!(manual["spec"]["template"]["metadata"], json!({}));
}

#[test]
fn a_job_without_labels_shares_those_of_its_template() {
    let job = |metadata: Value, labels: Value| {
        let template = json!({ "metadata": { "labels": labels } });
        of("batch/v1", "Job", json!({ "metadata": metadata, "spec": { "template": template } }))
    };
    let name = json!({ "name": "x" });
    let shared = job(name.clone(), json!({ "app": "x" }));
    assert_eq!(shared["metadata"]["labels"], shared["spec"]["template"]["metadata"]["labels"]);
    assert_eq!(shared["metadata"]["labels"]["job-name"], "x");
    assert_eq!(job(name.clone(), Value::Null)["metadata"].get("labels"), None);
    assert_eq!(job(name, json!({}))["metadata"]["labels"].as_object().map(serde_json::Map::len), Some(4));
    let own = job(json!({ "name": "x", "labels": { "own": "1" } }), json!({ "app": "x" }));
    assert_eq!(own["metadata"]["labels"], json!({ "own": "1" }));
}

#[test]
fn cron_jobs_allow_concurrency_and_keep_a_history() {
    let expected = json!({
        "concurrencyPolicy": "Allow", "suspend": false, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
        "schedule": "",
    });
    assert_eq!(spec("batch/v1", "CronJob", json!({}), &["jobTemplate"]), expected);
}

fn service(written: Value) -> Value {
    spec("v1", "Service", written, &[])
}

#[test]
fn services_have_an_address_in_the_cluster() {
    let ports = json!([{ "port": 80 }, { "port": 81, "targetPort": 0 }, { "port": 82, "targetPort": "" }, { "port": 83, "targetPort": "http", "protocol": "UDP" }]);
    let expected = json!([
        { "port": 80, "targetPort": 80, "protocol": "TCP" },
        { "port": 81, "targetPort": 81, "protocol": "TCP" },
        { "port": 82, "targetPort": 82, "protocol": "TCP" },
        { "port": 83, "targetPort": "http", "protocol": "UDP" },
    ]);
    assert_eq!(
        service(json!({ "ports": ports })),
        json!({
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster", "ports": expected,
            "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
        })
    );
    let written = service(json!({ "clusterIP": "10.96.7.7" }));
    assert_eq!(written["clusterIPs"], json!(["10.96.7.7"]));
    assert_eq!(service(json!({ "externalIPs": ["1.2.3.4"] }))["externalTrafficPolicy"], "Cluster");
}

#[test]
fn headless_services_have_both_families_only_without_a_selector() {
    let free = service(json!({ "clusterIP": "None" }));
    assert_eq!(free["clusterIPs"], json!(["None"]));
    assert_eq!((&free["ipFamilyPolicy"], &free["ipFamilies"]), (&json!("RequireDualStack"), &json!(["IPv4", "IPv6"])));
    let selecting = service(json!({ "clusterIP": "None", "selector": { "a": "b" } }));
    assert_eq!((&selecting["ipFamilyPolicy"], &selecting["ipFamilies"]), (&json!("SingleStack"), &json!(["IPv4"])));
}

#[test]
fn external_names_have_no_address() {
    let expected = json!({ "type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None" });
    assert_eq!(service(json!({ "type": "ExternalName", "externalName": "a.b" })), expected);
}

#[test]
fn ports_of_nodes_are_allocated() {
    let ports = json!([{ "port": 80 }, { "port": 81, "nodePort": 30100 }]);
    let node = service(json!({ "type": "NodePort", "ports": ports }));
    assert_eq!((&node["ports"][0]["nodePort"], &node["ports"][1]["nodePort"]), (&json!(30000), &json!(30100)));
    assert_eq!(node["externalTrafficPolicy"], "Cluster");
    let balancer = service(json!({ "type": "LoadBalancer", "ports": ports, "externalTrafficPolicy": "Local" }));
    assert_eq!(
        (&balancer["allocateLoadBalancerNodePorts"], &balancer["healthCheckNodePort"]),
        (&json!(true), &json!(30001))
    );
    assert_eq!(balancer["ports"][0]["nodePort"], 30000);
    let without = service(json!({ "type": "LoadBalancer", "ports": ports, "allocateLoadBalancerNodePorts": false }));
    assert_eq!(without["ports"][0].get("nodePort"), None);
}

#[test]
fn affinity_to_clients_lasts_three_hours() {
    let three = json!({ "clientIP": { "timeoutSeconds": 10800 } });
    assert_eq!(service(json!({ "sessionAffinity": "ClientIP" }))["sessionAffinityConfig"], three);
    let own = json!({ "clientIP": { "timeoutSeconds": 5 } });
    let written = json!({ "sessionAffinity": "ClientIP", "sessionAffinityConfig": own });
    assert_eq!(service(written)["sessionAffinityConfig"], own);
    assert_eq!(service(json!({ "sessionAffinityConfig": own })).get("sessionAffinityConfig"), None);
}

#[test]
fn config_maps_secrets_and_service_accounts_have_little() {
    assert_eq!(v1("ConfigMap", json!({ "data": {} })).get("data"), None);
    assert_eq!(v1("Secret", json!({}))["type"], "Opaque");
    let account = v1("ServiceAccount", json!({ "secrets": [{ "name": "s", "namespace": "n", "kind": "Secret" }] }));
    assert_eq!(account["secrets"], json!([{ "name": "s" }]));
}

#[test]
fn claims_and_volumes_are_file_systems() {
    assert_eq!(v1("PersistentVolumeClaim", json!({}))["spec"], json!({ "resources": {}, "volumeMode": "Filesystem" }));
    let volume = spec("v1", "PersistentVolume", json!({ "hostPath": { "path": "/x" } }), &[]);
    let expected = json!({
        "hostPath": { "path": "/x", "type": "" }, "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem",
    });
    assert_eq!(volume, expected);
}

#[test]
fn the_two_sources_of_a_claim_say_the_same() {
    let claim = |written| spec("v1", "PersistentVolumeClaim", written, &["resources", "volumeMode"]);
    let snapshot = json!({ "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s" });
    let both = json!({ "dataSource": snapshot, "dataSourceRef": snapshot });
    assert_eq!(claim(json!({ "dataSource": snapshot })), both);
    assert_eq!(claim(json!({ "dataSourceRef": snapshot })), both);
    let other = json!({ "apiGroup": "x.io", "kind": "Populator", "name": "p" });
    assert_eq!(claim(json!({ "dataSource": other })), json!({}), "other kinds stand in the reference only");
    assert_eq!(claim(json!({ "dataSourceRef": other })), json!({ "dataSource": other, "dataSourceRef": other }));
    let foreign = json!({ "kind": "PersistentVolumeClaim", "name": "c", "namespace": "other", "apiGroup": null });
    assert_eq!(claim(json!({ "dataSourceRef": foreign })), json!({}));
}

#[test]
fn network_policies_are_about_what_they_hold() {
    let types = |written: Value| {
        let kept = of("networking.k8s.io/v1", "NetworkPolicy", json!({ "spec": written }));
        kept["spec"]["policyTypes"].clone()
    };
    assert_eq!(types(json!({})), json!(["Ingress"]));
    assert_eq!(types(json!({ "egress": [{}] })), json!(["Ingress", "Egress"]));
    assert_eq!(types(json!({ "policyTypes": ["Egress"] })), json!(["Egress"]));
    let policy = json!({ "spec": { "ingress": [{ "ports": [{ "port": 80 }] }], "podSelector": {} } });
    let policy = of("networking.k8s.io/v1", "NetworkPolicy", policy);
    assert_eq!(policy["spec"]["ingress"][0]["ports"], json!([{ "port": 80, "protocol": "TCP" }]));
    assert_eq!(policy["spec"]["podSelector"], json!({}));
}

#[test]
fn bindings_name_their_group() {
    let rbac = "rbac.authorization.k8s.io";
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        let subjects = json!([{ "kind": "User", "name": "u" }, { "kind": "Group", "name": "g" }, { "kind": "ServiceAccount", "name": "s" }]);
        let binding = json!({ "roleRef": { "kind": "ClusterRole", "name": "r" }, "subjects": subjects });
        let stored = of("rbac.authorization.k8s.io/v1", kind, binding);
        assert_eq!(stored["roleRef"], json!({ "apiGroup": rbac, "kind": "ClusterRole", "name": "r" }));
        let expected = json!([
            { "apiGroup": rbac, "kind": "User", "name": "u" },
            { "apiGroup": rbac, "kind": "Group", "name": "g" },
            { "kind": "ServiceAccount", "name": "s" },
        ]);
        assert_eq!(stored["subjects"], expected, "{kind}");
    }
}

#[test]
fn limit_ranges_of_containers_follow_from_each_other() {
    let limits = json!([
        { "type": "Container", "max": { "cpu": "2" }, "min": { "cpu": "1", "memory": "1Mi" }, "default": { "memory": "2Mi" } },
        { "type": "Pod", "max": { "cpu": "2" } },
    ]);
    let stored = spec("v1", "LimitRange", json!({ "limits": limits }), &[]);
    let expected = json!({
        "type": "Container", "max": { "cpu": "2" }, "min": { "cpu": "1", "memory": "1Mi" },
        "default": { "cpu": "2", "memory": "2Mi" }, "defaultRequest": { "cpu": "2", "memory": "2Mi" },
    });
    assert_eq!(stored["limits"], json!([expected, { "type": "Pod", "max": { "cpu": "2" } }]));
}

#[test]
fn classes_have_their_policies() {
    let class = of("storage.k8s.io/v1", "StorageClass", json!({ "provisioner": "p" }));
    assert_eq!((&class["reclaimPolicy"], &class["volumeBindingMode"]), (&json!("Delete"), &json!("Immediate")));
    let class = of("scheduling.k8s.io/v1", "PriorityClass", json!({ "value": 5, "globalDefault": false }));
    assert_eq!((&class["preemptionPolicy"], class.get("globalDefault")), (&json!("PreemptLowerPriority"), None));
    let parameters = json!({ "kind": "K", "name": "n" });
    let class =
        of("networking.k8s.io/v1", "IngressClass", json!({ "spec": { "controller": "c", "parameters": parameters } }));
    assert_eq!(class["spec"]["parameters"]["scope"], "Cluster");
}

#[test]
fn budgets_and_ingresses_have_none() {
    assert_eq!(
        spec("policy/v1", "PodDisruptionBudget", json!({ "minAvailable": 0 }), &[]),
        json!({ "minAvailable": 0 })
    );
    let rule = json!({ "http": { "paths": [{ "backend": {} }] } });
    let ingress = spec("networking.k8s.io/v1", "Ingress", json!({ "rules": [rule] }), &[]);
    let expected = json!({ "http": { "paths": [{ "backend": {}, "pathType": null }] } });
    assert_eq!(ingress["rules"], json!([expected]));
}

#[test]
fn the_marker_of_an_empty_selector_stands_alone() {
    let marker = json!({ "key": "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match", "operator": "Exists" });
    let selector = |written: Value| {
        let stored = spec("policy/v1", "PodDisruptionBudget", json!({ "selector": written }), &[]);
        stored["selector"].clone()
    };
    assert_eq!(selector(json!({ "matchExpressions": [marker] })), json!({ "matchExpressions": [marker] }));
    let beside = json!({ "matchLabels": { "a": "b" }, "matchExpressions": [marker] });
    assert_eq!(selector(beside), json!({ "matchLabels": { "a": "b" } }));
}
