//! Resources of a whole pod, and its quality of service.
//!
//! Source: `DefaultPodLevelResources` in `pkg/api/pod/util.go`, `AggregateContainerRequests` in k8s.io/component-helpers
//! `resource`, and `ComputePodQOS` in `pkg/apis/core/helper/qos`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::node::{Map, Node};
use crate::quantity::Quantity;

/// Amounts by the name of the resource.
type Amounts = BTreeMap<String, Quantity>;

fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_supported(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_pages(name)
}

/// Completes the resources of a pod that sets some: huge pages of the containers become limits, the containers'
/// requests become the pod's, what is left takes the limit, and what every container limits becomes a limit.
pub(super) fn complete(spec: &mut Map) {
    let Some(resources) = spec.map("resources") else { return };
    let is_set = |key: &str| resources.map(key).is_some_and(|map| !map.is_empty());
    if !is_set("limits") && !is_set("requests") {
        return;
    }
    let limits = total(spec, "limits");
    let requests = total(spec, "requests");
    let everywhere = limited_everywhere(spec);
    let Some(resources) = spec.map_mut("resources") else { return };
    let requested = resources.map("requests").cloned().unwrap_or_default();
    for (name, amount) in limits.iter().filter(|(name, _)| is_huge_pages(name) && !requested.has(name)) {
        add_missing(resources.map_or_new("limits"), name, amount);
    }
    for (name, amount) in requests.iter().filter(|(name, _)| is_supported(name) && !is_huge_pages(name)) {
        add_missing(resources.map_or_new("requests"), name, amount);
    }
    let written = resources.map("limits").cloned().unwrap_or_default();
    for (name, limit) in written.iter().filter(|(name, _)| is_supported(name)) {
        let requests = resources.map_or_new("requests");
        if !requests.has(name) {
            requests.insert(name.clone(), limit.clone());
        }
    }
    let requested = resources.map("requests").cloned().unwrap_or_default();
    for (name, request) in
        requested.iter().filter(|(name, _)| is_supported(name) && everywhere.contains(&name.as_ref()))
    {
        if written.has(name) {
            continue;
        }
        let (Some(limit), Some(amount)) = (limits.get(name.as_ref()), Quantity::parse(request.as_text())) else {
            continue;
        };
        let most = if amount.compare(limit) == Ordering::Greater { &amount } else { limit };
        add_missing(resources.map_or_new("limits"), name, most);
    }
}

fn add_missing(to: &mut Map, name: &str, amount: &Quantity) {
    if !to.has(name) {
        to.insert(name.to_owned(), Node::new(amount.write()));
    }
}

/// The resources that every container and init container limits.
fn limited_everywhere(spec: &Map) -> Vec<&'static str> {
    // Huge pages have limits by now, so these two are all that can be missing.
    let all = ["containers", "initContainers", "ephemeralContainers"];
    let limits = |name: &str, container: &Map| {
        container.map("resources").and_then(|resources| resources.map("limits")).is_some_and(|limits| limits.has(name))
    };
    let is_limited = |name: &&str| all.iter().all(|list| spec.maps(list).all(|container| limits(name, container)));
    ["cpu", "memory"].into_iter().filter(is_limited).collect()
}

/// What the containers need together. Init containers run one after the other, beside the restartable ones that were
/// started before them.
fn total(spec: &Map, of: &str) -> Amounts {
    let mut total = Amounts::new();
    for container in spec.maps("containers") {
        add(&mut total, &amounts(container, of));
    }
    let mut started = Amounts::new();
    let mut starting = Amounts::new();
    for container in spec.maps("initContainers") {
        let own = amounts(container, of);
        if container.text("restartPolicy") == "Always" {
            add(&mut total, &own);
            add(&mut started, &own);
            largest(&mut starting, &started);
        } else {
            let mut together = own;
            add(&mut together, &started);
            largest(&mut starting, &together);
        }
    }
    largest(&mut total, &starting);
    total
}

fn amounts(container: &Map, of: &str) -> Amounts {
    let Some(map) = container.map("resources").and_then(|resources| resources.map(of)) else { return Amounts::new() };
    let amount = |node: &Node| Quantity::parse(node.as_text());
    map.iter().filter_map(|(name, node)| Some((name.clone().into_owned(), amount(node)?))).collect()
}

fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let sum = to.get(name).map_or_else(|| amount.clone(), |other| other.add(amount));
        to.insert(name.clone(), sum);
    }
}

fn largest(of: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        if of.get(name).is_none_or(|least| amount.compare(least) == Ordering::Greater) {
            of.insert(name.clone(), amount.clone());
        }
    }
}

/// `ComputePodQOS`
pub(super) fn quality(spec: &Map) -> &'static str {
    if let Some(resources) = spec.map("resources")
        && ["requests", "limits"]
            .iter()
            .filter_map(|key| resources.map(key))
            .any(|map| map.iter().any(|(name, _)| is_supported(name)))
    {
        return quality_of(resources);
    }
    let empty = Map::default();
    let containers = spec.maps("initContainers").chain(spec.maps("containers"));
    common(containers.map(|container| quality_of(container.map("resources").unwrap_or(&empty))))
}

/// The quality of a container or of a whole pod.
fn quality_of(resources: &Map) -> &'static str {
    let empty = Map::default();
    let requests = resources.map("requests").unwrap_or(&empty);
    let limits = resources.map("limits").unwrap_or(&empty);
    let amount = |map: &Map, name: &str| {
        map.get(name).and_then(|node| Quantity::parse(node.as_text())).filter(|amount| !amount.is_zero())
    };
    common(["cpu", "memory"].into_iter().map(|name| match (amount(requests, name), amount(limits, name)) {
        (None, None) => "BestEffort",
        (Some(request), Some(limit)) if request.compare(&limit) == Ordering::Equal => "Guaranteed",
        _ => "Burstable",
    }))
}

/// What all have in common; parts that differ burst.
fn common(parts: impl Iterator<Item = &'static str>) -> &'static str {
    parts.reduce(|all, part| if all == part { all } else { "Burstable" }).unwrap_or("BestEffort")
}
