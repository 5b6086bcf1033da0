//! Image references, as the distribution project reads them, and the pull policy that an image gets by its tag.
//!
//! Sources: `ParseNormalizedNamed` in `normalize.go`, and the grammar in `regexp.go`, of
//! github.com/distribution/reference v0.6.0, whose own answers `fixtures/image-references.jsonl` holds; `ParseImageName`
//! in k8s.io/kubernetes `pkg/util/parsers`.

/// An image reference, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The registry, with its port: `docker.io`, `registry.example:5000`.
    pub registry: String,
    /// The path in the registry: `library/nginx`.
    pub path: String,
    /// The tag, if one is written.
    pub tag: Option<String>,
    /// The digest, if one is written: `sha256:…`.
    pub digest: Option<String>,
}

const DEFAULT_REGISTRY: &str = "docker.io";
const LEGACY_REGISTRY: &str = "index.docker.io";
const OFFICIAL: &str = "library/";

/// In bytes.
const MAX_PATH: usize = 255;
/// In bytes.
const MAX_TAG: usize = 128;

impl Image {
    /// Reads a reference; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_identifier = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_identifier {
            return None;
        }
        let (registry, rest) = split_registry(text);
        let (rest, digest) = match rest.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (rest.as_str(), None),
        };
        let (path, tag) = match rest.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (rest, None),
        };
        let (registry, path) = if is_registry(&registry) {
            (registry, path.to_owned())
        } else {
            // What cannot be a host may still be the beginning of a path, which then has no registry.
            (String::new(), format!("{registry}/{path}"))
        };
        let is_valid = path.split('/').all(is_component)
            && path.len() <= MAX_PATH
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        is_valid.then(|| Self { registry, path, tag: tag.map(str::to_owned), digest: digest.map(str::to_owned) })
    }
}

/// `Always` if the tag is `latest`, or if there is neither a tag nor a digest; else `IfNotPresent`, also for what is
/// no image reference.
pub(crate) fn pull_policy(image: &str) -> &'static str {
    match Image::parse(image) {
        Some(Image { tag: Some(tag), .. }) if tag == "latest" => "Always",
        Some(Image { tag: None, digest: None, .. }) => "Always",
        _ => "IfNotPresent",
    }
}

/// The registry and the rest, with what Docker Hub's names leave out filled in.
fn split_registry(text: &str) -> (String, String) {
    let (registry, rest) = match text.split_once('/') {
        Some((LEGACY_REGISTRY, rest)) => (DEFAULT_REGISTRY, rest),
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.chars().any(char::is_uppercase) =>
        {
            (first, rest)
        }
        _ => (DEFAULT_REGISTRY, text),
    };
    let is_official = registry == DEFAULT_REGISTRY && !rest.contains('/');
    let rest = if is_official { format!("{OFFICIAL}{rest}") } else { rest.to_owned() };
    (registry.to_owned(), rest)
}

/// A host name, an IPv4 address, or an IPv6 address in brackets, with a port or without.
pub fn is_registry(text: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let host = match text.rsplit_once(':') {
        Some((host, port)) if is_port(port) && (!host.starts_with('[') || host.ends_with(']')) => host,
        _ => text,
    };
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    }
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.into_iter().all(|b| b.is_some_and(u8::is_ascii_alphanumeric))
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    host.split('.').all(is_label)
}

/// A part of a path: lower case letters and digits, with one period, one or two underscores, or any number of dashes
/// between them.
pub fn is_component(text: &str) -> bool {
    let is_plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    let separators = text.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_separator = |text: &str| matches!(text, "" | "." | "_" | "__") || text.bytes().all(|b| b == b'-');
    ends.into_iter().all(|b| b.is_some_and(is_plain)) && separators.into_iter().all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let bytes = text.as_bytes();
    bytes.len() <= MAX_TAG
        && bytes.first().is_some_and(is_word)
        && bytes.iter().all(|b| is_word(b) || matches!(b, b'.' | b'-'))
}

/// A digest by one of the algorithms that are known, of the right length.
fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    encoded.len() == length && encoded.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Image, pull_policy};

    #[test]
    fn odd_references_are_read_as_the_distribution_project_reads_them() {
        let table = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/image-references.jsonl");
        let mut compared = 0;
        for line in std::fs::read_to_string(table).unwrap().lines() {
            let expected: Value = serde_json::from_str(line).unwrap();
            let reference = expected["reference"].as_str().unwrap();
            let image = Image::parse(reference);
            let Some(Image { registry, path, tag, digest }) = image else {
                assert!(expected["error"].is_string(), "{reference:?}");
                continue;
            };
            let read =
                json!({"reference": reference, "registry": registry, "path": path, "tag": tag, "digest": digest});
            assert_eq!(read, expected);
            compared += 1;
        }
        assert!(compared > 40, "only {compared} references were compared");
    }

    #[test]
    fn the_tag_latest_and_no_tag_are_always_pulled() {
        let digest = format!("nginx@sha256:{}", "a1".repeat(32));
        let both = format!("nginx:latest@sha256:{}", "a1".repeat(32));
        for (image, policy) in [
            ("nginx", "Always"),
            ("nginx:latest", "Always"),
            ("registry.example.com:5000/shop/api", "Always"),
            ("localhost/api", "Always"),
            (&both, "Always"),
            ("nginx:1.25", "IfNotPresent"),
            ("registry.example.com:5000/shop/api:v1", "IfNotPresent"),
            (&digest, "IfNotPresent"),
            ("nginx:Latest", "IfNotPresent"),
        ] {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }

    #[test]
    fn what_is_no_reference_counts_as_present() {
        for image in
            ["", "Nginx", "shop/Nginx", "nginx:", "a//b", "nginx latest", "${IMAGE}", "nginx@sha256:abc", ":latest"]
        {
            assert_eq!(pull_policy(image), "IfNotPresent", "{image}");
        }
    }
}
