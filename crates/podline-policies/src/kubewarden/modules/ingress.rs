//! `ingress` 1.0.11: hosts with TLS, and ports of backends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::settings::{go_bool, go_error, go_field};

struct Settings {
    require_tls: bool,
    allowed: BTreeSet<u64>,
    denied: BTreeSet<u64>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings = Settings {
        require_tls: go_bool(settings, "", "requireTLS")?,
        allowed: ports(settings, "allowPorts")?,
        denied: ports(settings, "denyPorts")?,
    };
    if !settings.allowed.is_disjoint(&settings.denied) {
        return Err("No port can be allowed and denied at the same time".to_owned());
    }
    Ok(Box::new(settings))
}

fn ports(settings: &Value, name: &str) -> Result<BTreeSet<u64>, String> {
    let list = go_field(settings, name);
    match list {
        Value::Null => Ok(BTreeSet::new()),
        Value::Array(list) => list
            .iter()
            .map(|port| match port {
                Value::Null => Ok(0),
                port => port.as_u64().ok_or_else(|| go_error(port, "", name, "uint64")),
            })
            .collect(),
        other => Err(go_error(other, "", name, "[]uint64")),
    }
}

/// The texts in fields, whether each is one or a list of them.
fn texts<'a>(fields: impl Iterator<Item = Field<'a>>) -> BTreeSet<&'a str> {
    fields
        .flat_map(|field| if field.json.is_array() { field.items().collect() } else { vec![field] })
        .filter_map(|field| field.text())
        .collect()
}

impl Settings {
    /// The ports that are wrong, as the library for sets in Go prints them.
    fn wrong_ports(text: &str, ports: &[(u64, Field<'_>)], wrong: impl Fn(u64) -> bool) -> Option<Answer> {
        let wrong: Vec<&(u64, Field<'_>)> = ports.iter().filter(|(port, _)| wrong(*port)).collect();
        let numbers: BTreeSet<u64> = wrong.iter().map(|(port, _)| *port).collect();
        let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
        let blame = wrong.iter().map(|(_, field)| field.blame()).collect();
        (!numbers.is_empty()).then(|| Answer::refuse(format!("{text}: Set{{{}}}", numbers.join(", ")), blame))
    }
}

impl Module for Settings {
    /// The object may be of any kind: what counts are the fields.
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = object.root.key("spec");
        let (rules, tls) = (spec.key("rules"), spec.key("tls"));
        let with_tls = texts(tls.items().map(|tls| tls.key("hosts")));
        if self.require_tls && with_tls != texts(rules.items().map(|rule| rule.key("host"))) {
            return Answer::refuse("Not all hosts have TLS enabled", vec![tls.blame()]);
        }
        let paths = rules.items().flat_map(|rule| rule.at(&["http", "paths"]).items());
        let ports: Vec<(u64, Field<'_>)> = paths
            .map(|path| path.at(&["backend", "service", "port", "number"]))
            .filter_map(|port| Some((port.json.as_u64()?, port)))
            .collect();
        let not_allowed = |port| !self.allowed.is_empty() && !self.allowed.contains(&port);
        Settings::wrong_ports("these ports are not on the allowed list", &ports, not_allowed)
            .or_else(|| {
                let denied = |port| self.denied.contains(&port);
                Settings::wrong_ports("these ports are explicitly denied", &ports, denied)
            })
            .unwrap_or(Answer::Accept)
    }
}
