//! A name for a finding that stays the same while lines move.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Finding, ObjectRef, ReportEntry};

/// What a fingerprint is made of.
pub(crate) type Hash = [u8; 32];

/// How often each hash was met in a file.
pub(crate) type Seen = HashMap<Hash, u32>;

/// What the fingerprint of each finding of a file is made of: a hash of file, rule, object, container, path and value.
///
/// Indices are left out of the path, since another container or capability before it would change them; the container's
/// name and the value tell elements apart. No line number goes in.
pub(crate) fn hashes(findings: &[ReportEntry], file: &str) -> Vec<Hash> {
    // Findings of one object follow each other: it is hashed once.
    let mut last: Option<(Option<&Arc<ObjectRef>>, Hash)> = None;
    let mut hashes = Vec::with_capacity(findings.len());
    for finding in findings {
        let object = finding.object.as_ref();
        let hash = match last {
            Some((same, hash)) if same == object => hash,
            _ => hash_object(file, object.map(Arc::as_ref)),
        };
        last = Some((object, hash));
        hashes.push(hash_finding(finding, hash));
    }
    hashes
}

/// Gives findings their fingerprints, in the order of the file: an ordinal tells apart what is equal even so.
pub(crate) fn set(findings: &mut [ReportEntry], hashes: Vec<Hash>, seen: &mut Seen) {
    for (finding, hash) in findings.iter_mut().zip(hashes) {
        let ordinal = seen.entry(hash).or_default();
        let hash = if *ordinal == 0 { hash } else { hash_parts(&[&hash, &ordinal.to_le_bytes()]) };
        *ordinal += 1;
        finding.fingerprint = hex(&hash[..16]);
    }
}

/// Gives findings that stand in a file by themselves, such as those about no manifest, their fingerprints.
pub fn identify(findings: &mut [ReportEntry], file: &str) {
    let hashes = hashes(findings, file);
    set(findings, hashes, &mut Seen::default());
}

fn hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

fn hash_object(file: &str, object: Option<&ObjectRef>) -> Hash {
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

fn hash_finding(finding: &Finding, object: Hash) -> Hash {
    let path = finding.path.without_indices();
    let container = finding.container.as_deref().unwrap_or_default();
    let value = finding.value.as_deref().unwrap_or_default();
    hash_parts(&[&object, finding.rule.as_bytes(), container.as_bytes(), path.as_bytes(), value.as_bytes()])
}

fn hash_parts(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps "a", "b" and "ab", "" apart.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}
