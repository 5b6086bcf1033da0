//! Names as Kubernetes validates them.
//!
//! Source: `k8s.io/apimachinery/pkg/util/validation/validation.go`.

/// What is wrong with the name of a namespace: an RFC 1123 label.
pub(crate) fn wrong_namespace(name: &str) -> Option<&'static str> {
    let right = name.len() <= 63 && is_label(name);
    (!right).then_some(
        "a namespace's name is at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends (globs mean nothing here)",
    )
}

/// What is wrong with the name of a runtime class: an RFC 1123 subdomain.
pub(crate) fn wrong_runtime_class(name: &str) -> Option<&'static str> {
    let right = name.len() <= 253 && name.split('.').all(is_label);
    (!right).then_some(
        "a runtime class's name is at most 253 of a-z, 0-9, '-' and '.', with a letter or digit at both ends of each part",
    )
}

fn is_label(text: &str) -> bool {
    let is_end = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.iter().all(|b| is_end(b) || *b == b'-')
        && bytes.first().is_some_and(is_end)
        && bytes.last().is_some_and(is_end)
}
