//! `host-namespaces-psp` 1.1.11.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct PortRange {
    min: i32,
    max: i32,
}

#[derive(Default, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_field_names, reason = "the names of the settings")]
struct Settings {
    allow_host_ipc: bool,
    allow_host_network: bool,
    allow_host_pid: bool,
    allow_host_ports: Vec<PortRange>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    if let Some(PortRange { min, max }) = settings.allow_host_ports.iter().find(|range| range.min > range.max) {
        return Err(format!("port min {min} cannot be greater than max {max}"));
    }
    Ok(Box::new(settings))
}

impl Settings {
    /// The host ports of a list of containers that no range holds.
    fn unallowed<'a>(&self, containers: &Field<'a>) -> Vec<Field<'a>> {
        let ports = containers.items().flat_map(|container| container.key("ports").items());
        let allowed = |port: i64| {
            self.allow_host_ports.iter().any(|range| (i64::from(range.min)..=i64::from(range.max)).contains(&port))
        };
        ports
            .map(|port| port.key("hostPort"))
            .filter(|port| port.int().is_some_and(|number| !allowed(number)))
            .collect()
    }
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(Some(spec)) = object.pod_spec() else { return Answer::Accept };
        let flags = [
            ("hostIPC", self.allow_host_ipc, "IPC"),
            ("hostNetwork", self.allow_host_network, "host network"),
            ("hostPID", self.allow_host_pid, "host PID"),
        ];
        for (key, allowed, what) in flags {
            let field = spec.key(key);
            if !allowed && field.is_true() {
                let message = format!("Pod has {what} enabled, but this is not allowed");
                return Answer::refuse(message, vec![field.blame()]);
            }
        }
        for (list, what) in [("initContainers", "init containers"), ("containers", "containers")] {
            let ports = self.unallowed(&spec.key(list));
            if !ports.is_empty() {
                let message = format!("Pod is using unallowed host ports in {what}");
                return Answer::refuse(message, ports.iter().map(Field::blame).collect());
            }
        }
        Answer::Accept
    }
}
