//! Which lists of sysctls the API server refuses to store.
//!
//! Source: `validatePodSecurityPolicySysctls` and `validatePodSecurityPolicySysctlListsDoNotOverlap` in
//! `pkg/apis/policy/validation/validation.go` of Kubernetes 1.24.17.

use super::field_error::{Field, FieldError};
use crate::pod_security::go_quote;
use crate::yaml::path::FieldPath;

const ALLOWED: &str = "spec.allowedUnsafeSysctls";
const FORBIDDEN: &str = "spec.forbiddenSysctls";

/// In bytes.
const MAX_LENGTH: usize = 253;

/// Judges both lists of a policy.
pub(super) fn validate(allowed: &[String], forbidden: &[String], errors: &mut Vec<FieldError>) {
    list(ALLOWED, allowed, errors);
    list(FORBIDDEN, forbidden, errors);
    for (i, allows) in allowed.iter().enumerate() {
        for (j, forbids) in forbidden.iter().enumerate() {
            errors.extend(overlap((i, allows), (j, forbids)));
        }
    }
}

fn list(path: &'static str, patterns: &[String], errors: &mut Vec<FieldError>) {
    for (index, pattern) in patterns.iter().enumerate() {
        let path = Field::from(path).index(index);
        if pattern.is_empty() {
            errors.push(path.invalid(go_quote(pattern), "empty sysctl not allowed"));
        } else if !is_pattern(pattern) {
            let detail = "must have at most 253 characters and match regex \
                          ([a-z0-9]([-_a-z0-9]*[a-z0-9])?\\.)*([a-z0-9][-_a-z0-9]*)?[a-z0-9*]";
            errors.push(path.invalid(go_quote(pattern), detail));
        }
    }
    // Only `*` itself begins with a star and is a pattern.
    if patterns.len() > 1 && patterns.iter().any(|pattern| pattern == "*") {
        let shown = Field::shown_as(FieldPath::of(path), format!("{path}.items"));
        errors.push(shown.forbidden("if '*' is present, must not specify other sysctls"));
    }
}

/// Segments joined by dots, of which the last may end with a star.
fn is_pattern(pattern: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_inner = |b: &u8| is_plain(*b) || matches!(b, b'-' | b'_');
    let (rest, last) = pattern.rsplit_once('.').map_or((None, pattern), |(rest, last)| (Some(rest), last));
    let is_segment = |segment: &str| {
        let bytes = segment.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.into_iter().all(|b| b.is_some_and(|&b| is_plain(b))) && bytes.iter().all(is_inner)
    };
    let is_last = last.as_bytes().split_last().is_some_and(|(end, before)| {
        (is_plain(*end) || *end == b'*') && before.first().is_none_or(|&b| is_plain(b)) && before.iter().all(is_inner)
    });
    pattern.len() <= MAX_LENGTH && is_last && rest.is_none_or(|rest| rest.split('.').all(is_segment))
}

/// What is both allowed and forbidden.
fn overlap((i, allows): (usize, &String), (j, forbids): (usize, &String)) -> Option<FieldError> {
    let at_allowed = || {
        let detail = format!("sysctl overlaps with {forbids}");
        Field::from(ALLOWED).index(i).invalid(go_quote(allows), &detail)
    };
    let at_forbidden = || {
        let detail = format!("sysctl overlaps with {allows}");
        Field::from(FORBIDDEN).index(j).invalid(go_quote(forbids), &detail)
    };
    match (allows.strip_suffix('*'), forbids.strip_suffix('*')) {
        (Some(allowed), Some(forbidden)) if allowed.starts_with(forbidden) => Some(at_allowed()),
        (Some(allowed), Some(forbidden)) => forbidden.starts_with(allowed).then(at_forbidden),
        (Some(allowed), None) => forbids.starts_with(allowed).then(at_forbidden),
        (None, Some(forbidden)) => allows.starts_with(forbidden).then(at_allowed),
        (None, None) => (allows == forbids).then(at_allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::is_pattern;

    #[test]
    fn a_pattern_may_end_with_one_star() {
        for good in ["*", "kernel.*", "kernel.shm*", "a", "a-b.c_d", "a.b-*", "9"] {
            assert!(is_pattern(good), "{good}");
        }
        for bad in ["", "**", "kernel.msg**", "Kernel.x", "a..b", ".a", "a.", "a-", "-a", "-*", "a-.b", "a*.b", "a/b"] {
            assert!(!is_pattern(bad), "{bad}");
        }
    }
}
