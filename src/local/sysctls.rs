//! Kernel parameters.
//!
//! Restricted field: `spec.securityContext.sysctls[*].name`.
//!
//! Allowed: not forbidden, and one of the five that Kubernetes 1.24 called safe or an allowed unsafe one. Of a pattern
//! only a trailing `*` is more than itself. A name with slashes counts as the one with dots that it is.
//! Source: `sysctl/mustmatchpatterns.go`.

use super::go;
use super::pod::Pod;
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/sysctls");

/// Those that no other pod of the node notices.
const SAFE: [&str; 5] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
];

/// Judges a pod: one refusal a sysctl.
pub(super) fn judge(pod: &Pod, forbidden: &[String], allowed_unsafe: &[String]) -> Vec<Refusal> {
    let sysctls = pod.security_context().and_then(|context| context.sysctls.as_deref()).unwrap_or_default();
    let path = FieldPath::of("spec.securityContext.sysctls");
    let judge = |(index, name): (usize, &str)| {
        let dotted = with_dots(name);
        let (detail, why) = if matches_any(forbidden, &dotted) {
            (format!("sysctl {} is not allowed", go_quote(name)), "is forbidden")
        } else if SAFE.contains(&dotted.as_str()) || matches_any(allowed_unsafe, &dotted) {
            return None;
        } else {
            (format!("unsafe sysctl {} is not allowed", go_quote(name)), "is neither safe nor allowed")
        };
        let error = go::forbidden(format!("pod.{}", path.index(index)), &detail);
        let message = format!("pod must not set the sysctl {name}, which {why}");
        Some(Refusal::of_pod(RULE, error, path.index(index).field("name"), message))
    };
    sysctls.iter().map(|sysctl| sysctl.name.as_str()).enumerate().filter_map(judge).collect()
}

fn matches_any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    })
}

/// A sysctl's name as the policies write it: separators and the dots within segments change places if the first
/// separator is a slash.
///
/// Source: `NormalizeName` in `k8s.io/component-helpers/node/util/sysctl`.
fn with_dots(name: &str) -> String {
    let first = name.find(['.', '/']).map(|at| &name[at..=at]);
    if first != Some("/") {
        return name.to_owned();
    }
    let swap = |c| match c {
        '.' => '/',
        '/' => '.',
        c => c,
    };
    name.chars().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_separate_like_dots() {
        assert_eq!(with_dots("net/ipv4/tcp_syncookies"), "net.ipv4.tcp_syncookies");
        assert_eq!(with_dots("net/ipv4/conf/eno2.100/rp_filter"), "net.ipv4.conf.eno2/100.rp_filter");
        assert_eq!(with_dots("net.ipv4.conf.eno2/100.rp_filter"), "net.ipv4.conf.eno2/100.rp_filter");
    }

    #[test]
    fn only_a_star_at_the_end_is_more_than_itself() {
        let patterns = ["kernel.shm*".to_owned(), "a*b".to_owned()];
        assert!(matches_any(&patterns, "kernel.shmall") && matches_any(&patterns, "a*b"));
        assert!(!matches_any(&patterns, "kernel.sem") && !matches_any(&patterns, "axb"));
    }
}
