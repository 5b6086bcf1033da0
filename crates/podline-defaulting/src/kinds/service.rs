//! Services: defaults, and what the API server allocates.
//!
//! Source: `SetDefaults_Service` in `pkg/apis/core/v1/defaults.go`, and `alloc.go` in
//! `pkg/registry/core/service/storage`. The cluster has one family of addresses, IPv4. The addresses and ports that it
//! would choose cannot be known; fixed ones stand for them.

use crate::node::{Map, Node, list};

const CLUSTER_IP: &str = "10.96.0.1";
const NODE_PORT: i64 = 30000;
const HEALTH_CHECK_NODE_PORT: i64 = 30001;

pub(super) fn service(object: &mut Map) {
    let spec = object.map_or_new("spec");
    session_affinity(spec);
    spec.set_default("type", "ClusterIP");
    spec.maps_mut("ports").for_each(port);
    traffic_policies(spec);
    if spec.text("type") != "ExternalName" {
        ip_families(spec);
        cluster_ips(spec);
    }
    node_ports(spec);
}

fn session_affinity(spec: &mut Map) {
    spec.set_default("sessionAffinity", "None");
    match spec.text("sessionAffinity") {
        "None" => {
            spec.remove("sessionAffinityConfig");
        }
        "ClientIP" => {
            let config = spec.map_or_new("sessionAffinityConfig");
            config.map_or_new("clientIP").set_default("timeoutSeconds", 10800);
        }
        _ => {}
    }
}

fn port(port: &mut Map) {
    port.set_default("protocol", "TCP");
    let is_unset = port.get("targetPort").is_none_or(|target| target.data.is_empty());
    if is_unset && let Some(number) = port.get("port").cloned() {
        port.insert("targetPort", number);
    }
}

fn traffic_policies(spec: &mut Map) {
    let kind = spec.text("type").to_owned();
    let is_external = matches!(kind.as_str(), "NodePort" | "LoadBalancer")
        || kind == "ClusterIP" && !spec.list("externalIPs").is_empty();
    if is_external {
        spec.set_default("externalTrafficPolicy", "Cluster");
    }
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer" | "ClusterIP") {
        spec.set_default("internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        spec.set_default("allocateLoadBalancerNodePorts", true);
    }
}

/// `initIPFamilyFields`
fn ip_families(spec: &mut Map) {
    if spec.has("clusterIP") && spec.list("clusterIPs").is_empty() {
        let mut first = Node::new(Vec::new());
        if let (Some(ip), crate::node::Data::List(list)) = (spec.get("clusterIP"), &mut first.data) {
            list.push(ip.clone());
        }
        spec.insert("clusterIPs", first);
    }
    // A headless Service without a selector may have endpoints of either family.
    let is_free = spec.text("clusterIP") == "None" && spec.map("selector").is_none_or(Map::is_empty);
    spec.set_default("ipFamilyPolicy", if is_free { "RequireDualStack" } else { "SingleStack" });
    let of_ips: Vec<&'static str> = spec
        .list("clusterIPs")
        .iter()
        .map(Node::as_text)
        .take_while(|ip| *ip != "None")
        .map(|ip| if ip.contains(':') { "IPv6" } else { "IPv4" })
        .collect();
    for family in of_ips.into_iter().skip(spec.list("ipFamilies").len()) {
        spec.push("ipFamilies", family);
    }
    if spec.list("ipFamilies").is_empty() {
        spec.insert("ipFamilies", Node::new(list(["IPv4".into()])));
    }
    if is_free && spec.list("ipFamilies").len() == 1 && spec.text("ipFamilyPolicy") != "SingleStack" {
        let other = if spec.list("ipFamilies")[0].as_text() == "IPv4" { "IPv6" } else { "IPv4" };
        spec.push("ipFamilies", other);
    }
}

fn cluster_ips(spec: &mut Map) {
    spec.set_default("clusterIP", CLUSTER_IP);
    if spec.list("clusterIPs").is_empty() {
        spec.insert("clusterIPs", Node::new(list([CLUSTER_IP.into()])));
    }
}

fn node_ports(spec: &mut Map) {
    let is_balancer = spec.text("type") == "LoadBalancer";
    let wants_ports =
        spec.text("type") == "NodePort" || is_balancer && spec.bool("allocateLoadBalancerNodePorts") == Some(true);
    if wants_ports {
        spec.maps_mut("ports").for_each(|port| port.set_default("nodePort", NODE_PORT));
    }
    if is_balancer && spec.text("externalTrafficPolicy") == "Local" {
        spec.set_default("healthCheckNodePort", HEALTH_CHECK_NODE_PORT);
    }
}
