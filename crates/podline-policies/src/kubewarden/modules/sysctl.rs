//! `sysctl-psp` 1.0.14.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::settings::{gjson_text, go_texts};

struct Settings {
    allowed: BTreeSet<String>,
    forbidden: BTreeSet<String>,
}

/// What a pod may set by itself.
const SAFE: [&str; 4] =
    ["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"];

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    match Settings::new(settings) {
        Ok(settings) => Ok(Box::new(settings)),
        Err(why) => Err(format!("provided settings are not valid: {why}")),
    }
}

impl Settings {
    fn new(settings: &Value) -> Result<Settings, String> {
        let allowed = go_texts(settings, "", "allowedUnsafeSysctls")?;
        let forbidden = go_texts(settings, "", "forbiddenSysctls")?;
        if allowed.iter().any(|name| name.contains('*')) {
            return Err("allowedUnsafeSysctls doesn't accept patterns with `*`".to_owned());
        }
        if forbidden.iter().any(|name| name.contains('*') && !name.ends_with('*')) {
            return Err("forbiddenSysctls only accepts patterns with `*` as suffix".to_owned());
        }
        let both: Vec<&str> = allowed.intersection(&forbidden).map(String::as_str).collect();
        if !both.is_empty() {
            let both = both.join(",");
            return Err(format!("these sysctls cannot be allowed and forbidden at the same time: {both}"));
        }
        Ok(Settings { allowed, forbidden })
    }

    fn wrong(&self, name: &str) -> Option<String> {
        let matches = |known: &String| known.strip_suffix('*').is_some_and(|prefix| name.starts_with(prefix));
        let allowed = self.allowed.contains(name);
        if self.forbidden.contains(name) || (!allowed && self.forbidden.iter().any(matches)) {
            Some(format!("sysctl {name} is on the forbidden list"))
        } else if !allowed && !SAFE.contains(&name) {
            Some(format!("sysctl {name} is not on safe list, nor is in the allowedUnsafeSysctls list"))
        } else {
            None
        }
    }
}

impl Module for Settings {
    /// The object may be of any kind: what counts is the field.
    fn answer(&self, object: &Object<'_>) -> Answer {
        let list = object.root.at(&["spec", "securityContext", "sysctls"]);
        let sysctls: Vec<Field<'_>> = match list.json {
            Value::Null => return Answer::Accept,
            Value::Array(_) => list.items().collect(),
            Value::Object(_) => list.entries().map(|(_, field)| field).collect(),
            _ => vec![list],
        };
        sysctls
            .iter()
            .map(|sysctl| sysctl.key("name"))
            .find_map(|name| Some(Answer::refuse(self.wrong(&gjson_text(name.json))?, vec![name.blame()])))
            .unwrap_or(Answer::Accept)
    }
}
