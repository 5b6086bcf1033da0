//! A name for a finding that stays the same while lines move.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::finding::{Finding, ObjectRef};

/// Gives every finding of a file its fingerprint: a hash of file, rule, object, container, path and value.
///
/// Indices are left out of the path, since another container or capability before it would change them; the container's
/// name and the value tell elements apart, and an ordinal tells apart what is equal even so. No line number goes in.
pub(super) fn set(findings: &mut [Finding], file: &str) {
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    // Findings of one object follow each other: it is hashed once.
    let mut last: Option<(Option<Arc<ObjectRef>>, [u8; 32])> = None;
    for finding in findings {
        let object = match &last {
            Some((object, hash)) if *object == finding.object => *hash,
            _ => hash_object(file, finding.object.as_deref()),
        };
        last = Some((finding.object.clone(), object));
        let hash = hash_finding(finding, object);
        let ordinal = seen.entry(hash).or_default();
        let hash = if *ordinal == 0 { hash } else { hash_parts(&[&hash, &ordinal.to_le_bytes()]) };
        *ordinal += 1;
        finding.fingerprint = hash[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
    }
}

fn hash_object(file: &str, object: Option<&ObjectRef>) -> [u8; 32] {
    let field = |get: fn(&ObjectRef) -> &str| object.map(get).unwrap_or_default().as_bytes();
    hash_parts(&[
        file.as_bytes(),
        field(|object| &object.api_version),
        field(|object| &object.kind),
        field(|object| &object.namespace),
        field(|object| &object.name),
        field(|object| &object.generate_name),
    ])
}

fn hash_finding(finding: &Finding, object: [u8; 32]) -> [u8; 32] {
    let path = without_indices(&finding.path);
    let container = finding.container.as_deref().unwrap_or_default();
    let value = finding.value.as_deref().unwrap_or_default();
    hash_parts(&[&object, finding.rule.as_bytes(), container.as_bytes(), path.as_bytes(), value.as_bytes()])
}

fn hash_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps "a", "b" and "ab", "" apart.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// `spec.containers[0].ports[1]` as `spec.containers[].ports[]`. In a quoted key too: it tells nothing that the value
/// does not.
pub(crate) fn without_indices(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open + 1);
        kept.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        rest = if after[digits..].starts_with(']') { &after[digits..] } else { after };
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_stands_in_brackets_as_a_number_is_left_out() {
        let path = r#"spec.containers[10].x["a[0]b"][3]"#;
        assert_eq!(super::without_indices(path), r#"spec.containers[].x["a[]b"][]"#);
    }
}
