//! Ports of the node.
//!
//! Restricted field: `spec.containers[*].ports[*].hostPort` (init and ephemeral containers too).
//!
//! Allowed: absent, 0, or in a range. Under hostNetwork every port is a port of the node, written or not.
//! Source: `hasInvalidHostPort` in `provider.go`.

use serde::{Deserialize, Serialize};

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::rules::RuleId;

const RULE: RuleId = RuleId::built_in("local/hostPorts");

/// A range of ports; both ends belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct HostPortRange {
    /// The first port.
    pub min: i32,
    /// The last port.
    pub max: i32,
}

/// Judges one container: one refusal a port.
pub(super) fn container(container: &Container<'_>, ranges: &[HostPortRange]) -> Vec<Refusal> {
    let is_allowed = |port: i32| ranges.iter().any(|range| (range.min..=range.max).contains(&port));
    let ports = container.ports.iter().enumerate().map(|(index, port)| (index, port.host_port.unwrap_or_default()));
    let refusal = |(index, port): (usize, i32)| {
        let shown = show(ranges);
        let detail = format!("Host port {port} is not allowed to be used. Allowed ports: [{shown}]");
        let error = go::invalid(container.path().field("hostPort"), port, &detail);
        let allowed = if ranges.is_empty() { "none is allowed".to_owned() } else { format!("allowed is {shown}") };
        let path = container.path().field("ports").index(index).field("hostPort");
        Refusal::of_container(RULE, error, container, path, &format!("must not use hostPort {port}: {allowed}"))
    };
    ports.filter(|&(_, port)| port > 0 && !is_allowed(port)).map(refusal).collect()
}

fn show(ranges: &[HostPortRange]) -> String {
    let show = |range: &HostPortRange| match range {
        HostPortRange { min, max } if min == max => min.to_string(),
        HostPortRange { min, max } => format!("{min}-{max}"),
    };
    ranges.iter().map(show).collect::<Vec<_>>().join(",")
}
