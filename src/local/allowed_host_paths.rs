//! Paths of the node that may be mounted.
//!
//! Restricted fields: `spec.volumes[*].hostPath.path`, and `spec.containers[*].volumeMounts[*].readOnly` (init and
//! ephemeral containers too) where a path may only be read.
//!
//! Allowed: a path equal to or below an allowed prefix, by whole segments. One trailing slash is ignored on each side,
//! nothing else is cleaned: `//a` does not lie below `/a`. If every matching entry says readOnly, every mount of the
//! volume must be readOnly: true. An empty list allows all.
//! Source: `AllowsHostVolumePath`, `hasPathPrefix` in `util/util.go`.

use std::collections::HashMap;

use k8s_openapi::api::core::v1::HostPathVolumeSource;
use serde::{Deserialize, Serialize};

use super::go;
use super::pod::{Container, Pod};
use super::refusal::Refusal;
use crate::pod_security::go_quote;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedHostPaths");

/// A path of the node that may be mounted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AllowedHostPath {
    /// The path, and all below it.
    pub path_prefix: String,
    /// Whether it may only be mounted to be read.
    pub read_only: bool,
}

/// What a policy says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Denied,
    ReadOnly,
    ReadWrite,
}

/// What a policy says of a path.
pub(super) fn access(path: &str, allowed: &[AllowedHostPath]) -> Access {
    if allowed.is_empty() {
        return Access::ReadWrite;
    }
    let mut matching = allowed.iter().filter(|one| has_prefix(path, &one.path_prefix)).peekable();
    match (matching.peek().is_some(), matching.all(|one| one.read_only)) {
        (false, _) => Access::Denied,
        (true, true) => Access::ReadOnly,
        (true, false) => Access::ReadWrite,
    }
}

fn has_prefix(path: &str, prefix: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The mounts of a pod by the name of their volume.
pub(super) struct Mounts<'a> {
    by_volume: HashMap<&'a str, Vec<(Container<'a>, usize)>>,
}

impl<'a> Mounts<'a> {
    /// The mounts that may write.
    pub fn writable(pod: &'a Pod) -> Self {
        let mut by_volume: HashMap<&str, Vec<_>> = HashMap::new();
        for container in pod.containers() {
            for (index, mount) in container.volume_mounts.iter().enumerate() {
                if mount.read_only != Some(true) {
                    by_volume.entry(&mount.name).or_default().push((container, index));
                }
            }
        }
        Self { by_volume }
    }

    /// The writable mounts of a volume. They are given once: a pod of many volumes by the same name, which the API
    /// server refuses, must not cost the square of its length.
    fn take(&mut self, volume: &str) -> Vec<(Container<'a>, usize)> {
        self.by_volume.remove(volume).unwrap_or_default()
    }
}

/// Judges one volume.
pub(super) fn volume(
    index: usize,
    name: &str,
    source: &HostPathVolumeSource,
    allowed: &[AllowedHostPath],
    mounts: &mut Mounts<'_>,
) -> Vec<Refusal> {
    let path = FieldPath::of("spec.volumes").index(index).field("hostPath");
    let host_path = &source.path;
    match access(host_path, allowed) {
        Access::ReadWrite => Vec::new(),
        Access::Denied => {
            let error = go::invalid(path.field("pathPrefix"), go_quote(host_path), "is not allowed to be used");
            let message =
                format!("volume \"{name}\" must not mount {host_path} of the node: allowed is {}", show(allowed));
            vec![Refusal::of_pod(RULE, error, path.field("path"), message)]
        }
        Access::ReadOnly => {
            let refusal = |(container, mount): (Container<'_>, usize)| {
                let path = container.path().field("volumeMounts").index(mount).field("readOnly");
                let error = go::invalid(&path, false, "must be read-only");
                let text = format!("must mount \"{name}\" with readOnly: true, since {host_path} may only be read");
                Refusal::of_container(RULE, error, &container, path.clone(), &text).mended_by(path, true)
            };
            mounts.take(name).into_iter().map(refusal).collect()
        }
    }
}

fn show(allowed: &[AllowedHostPath]) -> String {
    let show = |one: &AllowedHostPath| {
        let how = if one.read_only { " (read-only)" } else { "" };
        format!("{}{how}", one.path_prefix)
    };
    allowed.iter().map(show).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(path_prefix: &str, read_only: bool) -> AllowedHostPath {
        AllowedHostPath { path_prefix: path_prefix.to_owned(), read_only }
    }

    #[test]
    fn prefixes_end_where_segments_end() {
        let allowed = [allow("/var/log/", false)];
        for (path, expected) in [
            ("/var/log", Access::ReadWrite),
            ("/var/log/", Access::ReadWrite),
            ("/var/log/pods", Access::ReadWrite),
            ("/var/logs", Access::Denied),
            ("//var/log", Access::Denied),
            ("/var", Access::Denied),
        ] {
            assert_eq!(access(path, &allowed), expected, "{path}");
        }
        assert_eq!(access("/etc", &[allow("/", false)]), Access::ReadWrite);
        assert_eq!(access("etc", &[allow("/", false)]), Access::Denied);
    }

    #[test]
    fn one_entry_that_may_write_lifts_the_others() {
        let both = [allow("/a", true), allow("/a/b", false)];
        assert_eq!(access("/a/b", &both), Access::ReadWrite);
        assert_eq!(access("/a/c", &both), Access::ReadOnly);
        assert_eq!(access("/x", &[]), Access::ReadWrite);
    }
}
