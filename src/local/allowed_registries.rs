//! Registries that images may come from.
//!
//! Restricted fields: `spec.containers[*].image` (init and ephemeral containers too), and
//! `spec.volumes[*].image.reference`.
//!
//! Allowed: an image in a listed registry (`registry.example:5000`), or below a listed path in it (`docker.io/library`),
//! by whole segments. A name without a registry is in docker.io, one without a path there in `library`.
//! `*.example.org` stands for every registry below example.org. What is no reference is refused, the empty one too.

use podline_defaulting::image::{self, Image};

use super::error::Fault;
use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedRegistries");

/// A registry, or a path in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Registry {
    /// In lower case.
    host: String,
    /// Whether it stands for all that is below it.
    is_parent: bool,
    path: Option<String>,
}

impl Registry {
    /// Reads an entry of a policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let (host, path) = text.split_once('/').map_or((text, None), |(host, path)| (host, Some(path)));
        let (host, is_parent) = host.strip_prefix("*.").map_or((host, false), |host| (host, true));
        let names_host = host == "localhost" || host.contains(['.', ':']);
        let path = path.map(|path| path.trim_end_matches('/')).filter(|path| !path.is_empty());
        if !names_host || !image::is_registry(host) {
            return Err(Fault::NotARegistry(text.to_owned()));
        }
        if path.is_some_and(|path| !path.split('/').all(image::is_component)) {
            return Err(Fault::NotARepository(text.to_owned()));
        }
        let host = if host == "index.docker.io" { "docker.io" } else { host };
        Ok(Self { host: host.to_ascii_lowercase(), is_parent, path: path.map(str::to_owned) })
    }

    fn allows(&self, image: &Image) -> bool {
        let host = image.registry.to_ascii_lowercase();
        let is_host = if self.is_parent {
            host.strip_suffix(&self.host).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        };
        let is_below = |path: &String| {
            image.path.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        is_host && self.path.as_ref().is_none_or(is_below)
    }
}

/// Judges one container.
pub(super) fn container(container: &Container<'_>, allowed: &[Registry], listed: &[String]) -> Option<Refusal> {
    let image = container.image?;
    let text = refuse(image, allowed, listed)?;
    let path = container.path().field("image");
    Some(Refusal::of_container(RULE, String::new(), container, path, &text))
}

/// Judges the volumes that are images.
pub(super) fn volumes(pod: &Pod, allowed: &[Registry], listed: &[String]) -> Vec<Refusal> {
    let images = pod.spec.volumes.iter().flatten().enumerate().filter_map(|(index, volume)| {
        let image = volume.image.as_ref()?.reference.as_deref()?;
        let path = FieldPath::of("spec.volumes").index(index).fields("image.reference");
        let text = refuse(image, allowed, listed)?;
        Some(Refusal::of_pod(RULE, String::new(), path, format!("volume \"{}\" {text}", volume.name)))
    });
    images.collect()
}

fn refuse(image: &str, allowed: &[Registry], listed: &[String]) -> Option<String> {
    let Some(read) = Image::parse(image) else {
        return Some(format!("must have a valid image reference, and {image:?} is not one"));
    };
    let is_allowed = allowed.iter().any(|registry| registry.allows(&read));
    let Image { registry, path, .. } = read;
    (!is_allowed).then(|| format!("must not use the image {registry}/{path}: allowed is {}", listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(registry: &str, image: &str) -> bool {
        let listed = [registry.to_owned()];
        refuse(image, &[Registry::parse(registry).unwrap()], &listed).is_none()
    }

    #[test]
    fn a_registry_is_compared_as_a_whole() {
        assert!(allows("registry.example", "registry.example/team/app:1"));
        assert!(allows("registry.example", "REGISTRY.example/app"));
        for trick in [
            "registry.example.evil.org/app",
            "evil.org/registry.example/app",
            "registry.example:5000/app",
            "registry.examples/app",
            "app",
            "registry.example",
        ] {
            assert!(!allows("registry.example", trick), "{trick}");
        }
    }

    #[test]
    fn a_path_is_compared_by_segments() {
        assert!(allows("ghcr.io/team/", "ghcr.io/team/app:1"));
        assert!(allows("ghcr.io/team/app", "ghcr.io/team/app"));
        assert!(!allows("ghcr.io/team", "ghcr.io/teams/app"));
    }

    #[test]
    fn names_without_a_registry_are_in_docker_hub() {
        assert!(allows("docker.io/library", "nginx:1.27"));
        assert!(allows("index.docker.io", "index.docker.io/team/app"));
        assert!(!allows("docker.io/library", "team/app"));
    }

    #[test]
    fn a_star_stands_for_subdomains() {
        assert!(allows("*.example.org", "a.example.org/x") && allows("*.example.org", "a.b.example.org/x"));
        assert!(!allows("*.example.org", "example.org/x") && !allows("*.example.org", "badexample.org/x"));
    }

    #[test]
    fn an_entry_must_name_a_registry() {
        for bad in ["library", "", "team/app", "*", "a b.example", "ghcr.io/Team"] {
            assert!(Registry::parse(bad).is_err(), "{bad:?}");
        }
    }
}
