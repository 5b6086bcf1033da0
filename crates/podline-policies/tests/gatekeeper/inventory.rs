//! Other objects that templates look at.

use podline_policies::{Cluster, Engine as _, GroupVersionKind, User};

use super::support::{review_of, yaml};
use super::{POD, constraint, load, refusing, rego, stream, told};

/// A template that names what it finds at a reference into the inventory.
fn looking(reference: &str) -> String {
    let rule = format!("violation[{{\"msg\": name}}] {{ data.inventory{reference}[name] }}");
    rego(&format!("package p\n{rule}"), &[])
}

/// Which of these kinds (`group/version Kind`) policies look at.
fn wanted(policies: &str) -> Vec<&'static str> {
    let engine = load(&yaml::documents(policies)).engine;
    let kinds = ["v1 Namespace", "v1 Pod", "networking.k8s.io/v1 Ingress", "example.com/v1 Ingress"];
    let kind = |kind: &&str| {
        let (version, kind) = kind.split_once(' ').expect("two words");
        engine.wants(&GroupVersionKind::new(version, kind), Some("shop"))
    };
    kinds.into_iter().filter(kind).collect()
}

#[test]
fn only_kinds_that_a_template_asks_for_are_wanted() {
    assert_eq!(wanted(&looking(".cluster.v1.Namespace")), ["v1 Namespace"]);
    assert_eq!(
        wanted(&looking(".namespace[_][_].Ingress")),
        ["networking.k8s.io/v1 Ingress", "example.com/v1 Ingress"]
    );
    assert_eq!(wanted(&looking(".namespace[_][_][_]")).len(), 4);
    assert!(wanted(&refusing()).is_empty());
    assert!(!load(&yaml::documents(&refusing())).engine.wants_others());
}

const SYNC: &str = "{apiVersion: syncset.gatekeeper.sh/v1alpha1, kind: SyncSet, metadata: {name: s}, \
                    spec: {gvks: [{group: '', version: v1, kind: Pod}]}}";
const CONFIG: &str = "{apiVersion: config.gatekeeper.sh/v1alpha1, kind: Config, metadata: {name: config}, \
                      spec: {sync: {syncOnly: [{group: '', version: v1, kind: Namespace}]}}}";

#[test]
fn the_config_and_sync_sets_say_which_kinds_there_are() {
    let everything = looking(".namespace[_][_][_]");
    assert_eq!(wanted(&stream(&[&everything, SYNC])), ["v1 Pod"]);
    assert_eq!(wanted(&stream(&[&everything, SYNC, CONFIG])), ["v1 Namespace", "v1 Pod"]);
}

#[test]
fn namespaces_that_are_excluded_from_sync_are_not_there() {
    let config = CONFIG
        .replace("{sync:", "{match: [{excludedNamespaces: [shop], processes: [sync]}], sync:")
        .replace("kind: Namespace", "kind: Pod");
    assert!(wanted(&stream(&[&looking(".namespace[_][_][_]"), &config])).is_empty());
}

/// What a template that looks there says, with these objects in view.
fn found(reference: &str, objects: &[&str]) -> Vec<String> {
    let engine = load(&yaml::documents(&stream(&[&looking(reference), &constraint("match: {}")]))).engine;
    let mut cluster = Cluster::new();
    for object in objects {
        cluster.add_to_inventory(&yaml::documents(object)[0]);
    }
    review_of(&yaml::documents(POD)[0], &cluster, &User::default(), |review| told(&engine.judge(review)))
}

#[test]
fn objects_stand_below_their_namespace_version_and_kind() {
    let ingress = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}}";
    let role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: admin}}";
    let objects = [ingress, role, POD];
    assert_eq!(found(".namespace.shop[\"networking.k8s.io/v1\"].Ingress", &objects), ["K8sRule/c fail Deny web"]);
    assert_eq!(
        found(".cluster[\"rbac.authorization.k8s.io/v1\"].ClusterRole", &objects),
        ["K8sRule/c fail Deny admin"]
    );
    assert_eq!(found(".namespace.shop.v1.Pod", &objects), ["K8sRule/c fail Deny web-1"]);
}

#[test]
fn without_objects_there_is_no_inventory() {
    let template = rego("package p\nviolation[{\"msg\": \"none\"}] { not data.inventory }", &[]);
    let engine = load(&yaml::documents(&stream(&[&template, &constraint("match: {}")]))).engine;
    let rows = review_of(&yaml::documents(POD)[0], &Cluster::new(), &User::default(), |review| engine.judge(review));
    assert_eq!(told(&rows), ["K8sRule/c fail Deny none"]);
}
