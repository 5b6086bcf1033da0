//! Capabilities that are added and dropped.
//!
//! Restricted fields: `spec.containers[*].securityContext.capabilities.add` and `.drop` (init and ephemeral containers
//! too).
//!
//! Allowed: to add what is allowed or added by default; what is required to be dropped must be dropped by exactly that
//! name: dropping ALL does not drop KILL. `*` allows to add anything, and drops nothing.
//! Source: `capabilities/capabilities.go`.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Capabilities;
use serde_json::json;

use super::go;
use super::pod::Container;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;

const ADD: RuleId = RuleId::built_in("local/allowedCapabilities");
const DROP: RuleId = RuleId::built_in("local/requiredDropCapabilities");
const DEFAULT: RuleId = RuleId::built_in("local/defaultAddCapabilities");

/// What a policy asks of the capabilities.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules<'a> {
    pub default_add: &'a [String],
    pub required_drop: &'a [String],
    pub allowed: &'a [String],
}

/// Judges one container.
pub(super) fn container(container: &Container<'_>, rules: Rules<'_>) -> Vec<Refusal> {
    let path = container.security_path("capabilities");
    let Some(capabilities) = container.security_context.and_then(|context| context.capabilities.as_ref()) else {
        if rules.default_add.is_empty() && rules.required_drop.is_empty() {
            return Vec::new();
        }
        let error = go::invalid(&path, go::NULL, "required capabilities are not set on the securityContext");
        return vec![unset(container, error, rules)];
    };
    if rules.allowed.iter().any(|name| name == "*") {
        return Vec::new();
    }
    let mut refusals = Vec::new();
    for (index, name) in capabilities.add.iter().flatten().enumerate() {
        if !rules.default_add.contains(name) && !rules.allowed.contains(name) {
            let error = go::invalid(path.field("add"), go_quote(name), "capability may not be added");
            let text = format!("must not add the capability {name}");
            refusals.push(Refusal::of_container(ADD, error, container, path.field("add").index(index), &text));
        }
    }
    let dropped: BTreeSet<&String> = capabilities.drop.iter().flatten().collect();
    let listed = go::capabilities(capabilities.drop.as_deref());
    for name in rules.required_drop.iter().filter(|name| !dropped.contains(name)) {
        let detail = format!("{name} is required to be dropped but was not found");
        let (error, text) =
            (go::invalid(path.field("drop"), &listed, &detail), format!("must drop the capability {name}"));
        let refusal = Refusal::of_container(DROP, error, container, path.field("drop"), &text);
        let drop: BTreeSet<&String> = dropped.iter().copied().chain(rules.required_drop).collect();
        refusals.push(refusal.mended_by(path.field("drop"), json!(drop)));
    }
    refusals
}

/// Judges one container by each control for itself: that anything may be added drops nothing.
pub(super) fn by_control(container: &Container<'_>, rules: Rules<'_>) -> Vec<Refusal> {
    let added = self::container(container, Rules { required_drop: &[], ..rules });
    // Nothing that is added concerns what must be dropped.
    let none = Rules { allowed: &[], ..rules };
    let dropped = self::container(container, none).into_iter().filter(|refusal| refusal.rule == DROP);
    added.into_iter().chain(dropped).collect()
}

/// A container without any capabilities under a policy that has some for it.
fn unset(container: &Container<'_>, error: String, rules: Rules<'_>) -> Refusal {
    let path = container.security_path("capabilities");
    let (rule, text) = match (rules.default_add, rules.required_drop) {
        (add, []) => (DEFAULT, format!("must set securityContext.capabilities.add to {}", add.join(", "))),
        ([], drop) => (DROP, format!("must drop the capabilities {}", drop.join(", "))),
        (add, drop) => (DROP, format!("must drop the capabilities {}, and add {}", drop.join(", "), add.join(", "))),
    };
    let refusal = Refusal::of_container(rule, error, container, path.clone(), &text);
    let filled = generate(None, rules);
    refusal.mended_by(path, filled.map_or(json!({}), |filled| json!(filled)))
}

/// What the capabilities become: `None` leaves them as they are.
pub(super) fn generate(capabilities: Option<&Capabilities>, rules: Rules<'_>) -> Option<Capabilities> {
    let add: BTreeSet<&String> = capabilities.iter().flat_map(|own| own.add.iter().flatten()).collect();
    let drop: BTreeSet<&String> = capabilities.iter().flat_map(|own| own.drop.iter().flatten()).collect();
    let default_add = rules.default_add.iter().filter(|name| !drop.contains(name));
    let all_added: BTreeSet<&String> = add.iter().copied().chain(default_add).collect();
    let all_dropped: BTreeSet<&String> = drop.iter().copied().chain(rules.required_drop).collect();
    if all_added.len() == add.len() && all_dropped.len() == drop.len() {
        return None;
    }
    let list = |names: BTreeSet<&String>| (!names.is_empty()).then(|| names.into_iter().cloned().collect());
    Some(Capabilities { add: list(all_added), drop: list(all_dropped) })
}
