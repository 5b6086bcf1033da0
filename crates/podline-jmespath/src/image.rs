//! References of images, as Kyverno takes them apart.
//!
//! Source: kyverno `pkg/utils/image/infos.go`, distribution/reference `regexp.go` and `reference.go`.

/// The parts of an image's reference. What is not there is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `docker.io`
    pub registry: String,
    /// The last part of the path: `nginx`
    pub name: String,
    /// `library/nginx`
    pub path: String,
    /// `latest` unless it or a digest is given.
    pub tag: String,
    /// `sha256:…`
    pub digest: String,
    /// The whole, with the digest if there is one, else with the tag.
    pub reference: String,
    /// The whole with the tag, even if that is empty.
    pub reference_with_tag: String,
}

/// Takes an image apart; the registry is `docker.io` unless it is named.
///
/// # Errors
/// Why it is no reference.
pub fn parse(image: &str) -> Result<Image, String> {
    let full = with_registry(image);
    let bad = |why: &str| {
        format!("bad image: {full}, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: {why}")
    };
    let (name, tag, digest) = split(&full).ok_or_else(|| bad("invalid reference format"))?;
    let (registry, path) = name.split_once('/').filter(|(domain, _)| is_domain(domain)).unwrap_or(("", name));
    if !path.split('/').all(is_component) {
        return Err(bad(if path.chars().any(|c| c.is_ascii_uppercase()) {
            "invalid reference format: repository name must be lowercase"
        } else {
            "invalid reference format"
        }));
    }
    if name.len() > 255 {
        return Err(bad("repository name must not be more than 255 characters"));
    }
    let tag = if tag.is_empty() && digest.is_empty() { "latest" } else { tag };
    let whole = if registry.is_empty() { path.to_owned() } else { format!("{registry}/{path}") };
    let reference = if digest.is_empty() { format!("{whole}:{tag}") } else { format!("{whole}@{digest}") };
    Ok(Image {
        registry: registry.to_owned(),
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path: path.to_owned(),
        tag: tag.to_owned(),
        digest: digest.to_owned(),
        reference,
        reference_with_tag: format!("{whole}:{tag}"),
    })
}

fn with_registry(image: &str) -> String {
    let named = image
        .split_once('/')
        .is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost" || first.to_lowercase() != first);
    if named { image.to_owned() } else { format!("docker.io/{image}") }
}

/// Name, tag and digest.
fn split(full: &str) -> Option<(&str, &str, &str)> {
    let (rest, digest) = match full.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (full, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return None;
    }
    let after_slash = rest.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match rest[after_slash..].rfind(':') {
        Some(at) => (&rest[..after_slash + at], Some(&rest[after_slash + at + 1..])),
        None => (rest, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) || name.is_empty() {
        return None;
    }
    Some((name, tag.unwrap_or_default(), digest.unwrap_or_default()))
}

fn is_tag(tag: &str) -> bool {
    let mut bytes = tag.bytes();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128 && bytes.next().is_some_and(word) && bytes.all(|byte| word(byte) || byte == b'.' || byte == b'-')
}

/// `algorithm:hex`; those that Go knows must have their length.
fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let parts = algorithm.split(['+', '.', '-', '_']);
    let sound = parts.clone().all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let lower = hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let length = match algorithm {
        "sha256" => lower && hex.len() == 64,
        "sha384" => lower && hex.len() == 96,
        "sha512" => lower && hex.len() == 128,
        // Others are no digests that Go can compute.
        _ => false,
    };
    sound && length
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !domain.ends_with(']') => (host, Some(port)),
        _ => (domain, None),
    };
    let port = port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let host = match address {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'),
        None => host.split('.').all(label),
    };
    host && port
}

/// Lower-case words joined by `.`, `_`, `__` or dashes.
fn is_component(component: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    if !word(*first) || !word(*last) {
        return false;
    }
    let joints = bytes.split(|byte| word(*byte)).filter(|joint| !joint.is_empty());
    joints.into_iter().all(|joint| matches!(joint, b"." | b"_" | b"__") || joint.iter().all(|byte| *byte == b'-'))
}
