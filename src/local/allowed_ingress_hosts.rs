//! Hosts that an Ingress may claim.
//!
//! Restricted fields: `spec.rules[*].host`, `spec.tls[*].hosts[*]`.
//!
//! Allowed: a listed host. `{namespace}` stands for the namespace of the Ingress, `{namespace#tool-}` for the namespace
//! without this beginning (a namespace without it has no such host), `{name}` for its name. A `*` as the first label
//! stands for exactly one label. A rule without a host, and an Ingress without rules, would claim every host: they are
//! refused.

use super::error::Fault;
use super::object::{Ingress, Object};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedIngressHosts");

/// Judges an Ingress.
pub(super) fn judge(object: &Object, ingress: &Ingress, allowed: &[String]) -> Vec<Refusal> {
    let allowed: Vec<String> = allowed.iter().filter_map(|pattern| fill_in(pattern, object)).collect();
    let listed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    let mut refusals = Vec::new();
    let mut refuse = |path, message| refusals.push(Refusal::of_pod(RULE, String::new(), path, message));
    let rules = FieldPath::of("spec.rules");
    if ingress.spec.rules.is_empty() {
        refuse(rules.clone(), format!("Ingress must name its hosts in rules: allowed is {listed}"));
    }
    for (index, rule) in ingress.spec.rules.iter().enumerate() {
        let path = rules.index(index).field("host");
        match rule.host.as_deref().filter(|host| !host.is_empty()) {
            None => refuse(path, format!("Ingress must name the host of each rule: allowed is {listed}")),
            Some(host) if !is_allowed(host, &allowed) => {
                refuse(path, format!("Ingress must not claim the host {host}: allowed is {listed}"));
            }
            Some(_) => {}
        }
    }
    for (index, tls) in ingress.spec.tls.iter().enumerate() {
        for (position, host) in tls.hosts.iter().enumerate().filter(|(_, host)| !is_allowed(host, &allowed)) {
            let path = FieldPath::of("spec.tls").index(index).field("hosts").index(position);
            refuse(path, format!("Ingress must not claim the host {host} for TLS: allowed is {listed}"));
        }
    }
    refusals
}

/// Puts names in the place of placeholders; `None` where there is no such host.
fn fill_in(pattern: &str, object: &Object) -> Option<String> {
    let mut filled = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (placeholder, behind) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(match placeholder {
            "namespace" => &object.namespace,
            "name" => &object.name,
            other => object.namespace.strip_prefix(other.strip_prefix("namespace#")?)?,
        });
        rest = behind;
    }
    filled.push_str(rest);
    Some(filled.to_ascii_lowercase())
}

/// What is wrong with an entry of a policy.
pub(super) fn check(pattern: &str) -> Result<(), Fault> {
    let placeholders = pattern.split('{').skip(1).map(|rest| rest.split_once('}').map(|(name, _)| name));
    let is_known = |name: Option<&str>| {
        name.is_some_and(|name| matches!(name, "namespace" | "name") || name.starts_with("namespace#"))
    };
    if pattern.is_empty() || !placeholders.into_iter().all(is_known) {
        return Err(Fault::NotAHost(pattern.to_owned()));
    }
    Ok(())
}

fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let host = host.to_ascii_lowercase();
    let matches = |pattern: &String| match pattern.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
        None => host == *pattern,
    };
    allowed.iter().any(matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(pattern: &str, host: &str) -> bool {
        let object = Object { namespace: "tool-x".to_owned(), name: "web".to_owned(), ..Object::default() };
        is_allowed(host, &fill_in(pattern, &object).into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn placeholders_stand_for_names() {
        assert!(allows("{namespace}.example.org", "tool-x.example.org"));
        assert!(allows("{namespace#tool-}.example.org", "x.example.org"));
        assert!(allows("{name}.{namespace}.example.org", "web.tool-x.example.org"));
        assert!(!allows("{namespace#wiki-}.example.org", "x.example.org"));
        assert!(!allows("{namespace#tool-}.example.org", "y.example.org"));
    }

    #[test]
    fn a_star_is_one_label() {
        assert!(allows("*.example.org", "a.example.org") && allows("*.example.org", "*.example.org"));
        assert!(!allows("*.example.org", "a.b.example.org") && !allows("*.example.org", "example.org"));
        assert!(!allows("a.example.org", "*.example.org"));
    }

    #[test]
    fn an_unknown_placeholder_is_told() {
        assert!(check("{namespace}.example.org").is_ok() && check("{namespace#a-}.x").is_ok());
        for bad in ["{user}.example.org", "{namespace", ""] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
