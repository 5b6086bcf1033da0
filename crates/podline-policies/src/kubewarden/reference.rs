//! References to images as the crate `oci-spec` 0.10 reads them.

/// An image. Two references of the same image may differ by their case and their defaults; here they do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// In lower case; `docker.io` if none is written.
    pub(super) registry: String,
    /// `library/nginx`
    pub(super) repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

const FORMAT: &str = "invalid reference format";

impl Reference {
    /// Reads a reference. Without tag and digest it means the tag `latest`.
    ///
    /// # Errors
    /// It is none, in the crate's words.
    pub(super) fn parse(written: &str) -> Result<Reference, &'static str> {
        if written.is_empty() {
            return Err("repository name must have at least one component");
        }
        let (rest, digest) = match written.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest)),
            Some(_) => return Err(FORMAT),
            None => (written, None),
        };
        // The colon of a port stands before a slash.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        if !is_name(name) || !tag.is_none_or(is_tag) {
            return Err(FORMAT);
        }
        let (registry, repository) = split_domain(name);
        if repository.len() > 255 {
            return Err("repository name must not be more than 255 characters");
        }
        check_digest(digest)?;
        let tag = tag.or(if digest.is_none() { Some("latest") } else { None }).map(str::to_owned);
        Ok(Reference { registry: registry.to_lowercase(), repository, tag, digest: digest.map(str::to_owned) })
    }

    /// The registry and the repository.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// With tag and digest.
    pub(super) fn whole(&self) -> String {
        let mut whole = self.name();
        for (mark, part) in [(':', &self.tag), ('@', &self.digest)] {
            if let Some(part) = part {
                whole.push(mark);
                whole.push_str(part);
            }
        }
        whole
    }

    /// What has a digest alone counts as `latest`.
    pub(super) fn tag_or_latest(&self) -> &str {
        self.tag.as_deref().unwrap_or("latest")
    }
}

/// Components between slashes; the first may be a host with a port.
fn is_name(name: &str) -> bool {
    let (first, rest) = match name.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    let component_or_host = is_component(first) || (rest.is_some() && is_host(first));
    component_or_host && rest.is_none_or(|rest| rest.split('/').all(is_component))
}

fn is_host(written: &str) -> bool {
    let (host, port) = match written.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (written, None),
    };
    let label = |label: &str| {
        label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|c| c.is_ascii_digit());
    host.split('.').all(label) && port.is_none_or(is_port)
}

/// Lower case letters and digits, separated by `.`, `_`, `__` or any number of `-`.
fn is_component(component: &str) -> bool {
    let separator = |text: &str| matches!(text, "" | "." | "_" | "__") || text.bytes().all(|c| c == b'-');
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    component.starts_with(alphanumeric)
        && component.ends_with(alphanumeric)
        && component.split(alphanumeric).all(separator)
}

/// A word of at most 128 characters, in whatever script.
fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    tag.starts_with(word) && tag.chars().all(|c| word(c) || c == '.' || c == '-') && tag.chars().count() <= 128
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.rsplit_once(':') else { return false };
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(part) && hex.len() >= 32 && hex.bytes().all(|c| c.is_ascii_hexdigit())
}

fn check_digest(digest: Option<&str>) -> Result<(), &'static str> {
    let Some((algorithm, hex)) = digest.and_then(|digest| digest.split_once(':')) else { return Ok(()) };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return Err("unsupported digest algorithm"),
    };
    if hex.len() == length { Ok(()) } else { Err("invalid checksum digest length") }
}

/// The host, and the repository there.
fn split_domain(name: &str) -> (&str, String) {
    let (domain, repository) = match name.split_once('/') {
        Some((left, right)) if left.contains(['.', ':']) || left == "localhost" => (left, right),
        _ => ("docker.io", name),
    };
    let domain = if domain == "index.docker.io" { "docker.io" } else { domain };
    if domain == "docker.io" && !repository.contains('/') {
        return (domain, format!("library/{repository}"));
    }
    (domain, repository.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Reference;

    fn whole(written: &str) -> Option<String> {
        Reference::parse(written).ok().map(|image| image.whole())
    }

    #[test]
    fn what_is_not_written_is_filled_in() {
        assert_eq!(whole("nginx").as_deref(), Some("docker.io/library/nginx:latest"));
        assert_eq!(whole("team/app:1").as_deref(), Some("docker.io/team/app:1"));
        assert_eq!(whole("index.docker.io/nginx").as_deref(), Some("docker.io/library/nginx:latest"));
        assert_eq!(whole("localhost/app").as_deref(), Some("localhost/app:latest"));
        assert_eq!(whole("Reg.Example:5000/a/b:v1").as_deref(), Some("reg.example:5000/a/b:v1"));
    }

    #[test]
    fn a_digest_needs_no_tag() {
        let digest = "ab".repeat(32);
        let image = Reference::parse(&format!("ghcr.io/a@sha256:{digest}")).expect("a reference");
        assert_eq!(image.whole(), format!("ghcr.io/a@sha256:{digest}"));
        assert_eq!(image.tag_or_latest(), "latest");
        assert_eq!(whole(&format!("a:1@sha256:{digest}")), Some(format!("docker.io/library/a:1@sha256:{digest}")));
    }

    #[test]
    fn what_breaks_the_grammar_is_no_reference() {
        for wrong in
            ["", "Nginx", "a//b", "a:", "a:b c", "-a", "a-", "a..b", "a___b", "a@sha256:12", "a/", "/a", "a:x:y"]
        {
            assert_eq!(whole(wrong), None, "{wrong}");
        }
        for sound in ["a--b", "a__b", "a_b.c", "a.b/c", "UP.x/c"] {
            assert!(whole(sound).is_some(), "{sound}");
        }
        assert_eq!(Reference::parse(&format!("a@sha256:{}", "a".repeat(40))), Err("invalid checksum digest length"));
        assert_eq!(Reference::parse(&format!("a@md5:{}", "a".repeat(32))), Err("unsupported digest algorithm"));
    }
}
