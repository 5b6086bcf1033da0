//! SELinux labels.
//!
//! Restricted fields: `spec.securityContext.seLinuxOptions`, `spec.containers[*].securityContext.seLinuxOptions` (init
//! and ephemeral containers too). A container's own options count as a whole, else the pod's.
//!
//! Allowed under MustRunAs: the policy's user, role, type and level. Levels are equal with their categories in any
//! order; ranges of categories are not expanded.
//! Source: `selinux/mustrunas.go`.

use k8s_openapi::api::core::v1::SELinuxOptions;
use serde_json::json;

use super::go;
use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::pod_security::check::Violation;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/seLinux");

/// Judges what the pod level says.
pub(super) fn pod(pod: &Pod, must: &SELinuxOptions) -> Vec<Refusal> {
    let path = FieldPath::of("spec.securityContext.seLinuxOptions");
    compare(must, pod.se_linux_options(), &path, &path, |path, text| Violation::of_pod(path, format!("pod {text}")))
}

/// Judges one container.
pub(super) fn container(pod: &Pod, container: &Container<'_>, must: &SELinuxOptions) -> Vec<Refusal> {
    let own = container.security_context.and_then(|context| context.se_linux_options.as_ref());
    let path = container.security_path("seLinuxOptions");
    let inherits = own.is_none() && pod.se_linux_options().is_some();
    let stands = if inherits { FieldPath::of("spec.securityContext.seLinuxOptions") } else { path.clone() };
    let options = own.or_else(|| pod.se_linux_options());
    compare(must, options, &path, &stands, |path, text| container.violation(path, text))
}

/// Compares options with those that they must be. `path` is upstream's, `stands` is where they really stand.
fn compare(
    must: &SELinuxOptions,
    options: Option<&SELinuxOptions>,
    path: &FieldPath,
    stands: &FieldPath,
    violation: impl Fn(FieldPath, &str) -> Violation,
) -> Vec<Refusal> {
    let refusal = |error, violation| Refusal { rule: RULE, error, violation, change: None, is_unknown: false };
    let Some(options) = options else {
        let text = format!("must set securityContext.seLinuxOptions to {}", json!(must));
        let refusal = refusal(go::required(path, ""), violation(stands.clone(), &text));
        return vec![refusal.mended_by(stands.clone(), json!(must))];
    };
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let fields = [
        ("level", text(&must.level), text(&options.level)),
        ("role", text(&must.role), text(&options.role)),
        ("type", text(&must.type_), text(&options.type_)),
        ("user", text(&must.user), text(&options.user)),
    ];
    let differs = |(field, must, is): &(&'static str, String, String)| {
        if *field == "level" { !equal_levels(must, is) } else { must != is }
    };
    let differing = fields.into_iter().filter(differs).map(|(field, must, is)| {
        let error = go::invalid(path.field(field), go_quote(&is), &format!("must be {must}"));
        let wanted = if must.is_empty() { "unset".to_owned() } else { go_quote(&must) };
        let text = format!("must have securityContext.seLinuxOptions.{field} {wanted}");
        refusal(error, violation(stands.field(field), &text))
    });
    differing.collect()
}

/// Whether two levels (`s0:c1,c2`) are the same, whatever the order of their categories.
fn equal_levels(expected: &str, actual: &str) -> bool {
    fn categories(text: &str) -> Vec<&str> {
        let mut categories: Vec<&str> = text.split(',').collect();
        categories.sort_unstable();
        categories
    }
    let equal_parts = || {
        let (expected, actual) = (expected.split_once(':')?, actual.split_once(':')?);
        Some(expected.0 == actual.0 && categories(expected.1) == categories(actual.1))
    };
    expected == actual || equal_parts().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::equal_levels;

    #[test]
    fn categories_are_a_sorted_multiset() {
        assert!(equal_levels("s0:c1,c2", "s0:c2,c1"));
        assert!(!equal_levels("s0:c1,c1", "s0:c1"));
        assert!(!equal_levels("s0:c0.c3", "s0:c0,c1,c2,c3"));
        assert!(!equal_levels("s0", "s0:c1"));
    }
}
