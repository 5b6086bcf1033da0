//! Settings that stand both in the pod's security context and in that of each container.

use std::fmt;
use std::iter;

use k8s_openapi::api::core::v1::{PodSecurityContext, SecurityContext};

use super::check::{Container, Pod, Violation, name_containers, shown};
use crate::yaml::path::FieldPath;

/// A setting below `securityContext` that a check asks every container for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredSetting {
    /// What it is called: `seccompProfile`.
    pub name: &'static str,
    /// The fields that lead to its value, below `securityContext`.
    pub path: &'static [&'static str],
    /// The value that satisfies the check.
    pub value: RequiredValue,
    /// What to know before one sets it; may be empty.
    pub caution: &'static str,
}

/// The value of a required setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequiredValue {
    /// `true` or `false`.
    Bool(bool),
    /// A word that YAML needs no quotes for.
    Text(&'static str),
    /// Such words in a list.
    List(&'static [&'static str]),
}

/// What the pod, or one of its containers, says itself.
pub(crate) struct Setting<'a, T> {
    /// The container that says it; `None` is the pod.
    pub container: Option<Container<'a>>,
    /// What it says; `None` where it leaves the field out.
    pub value: Option<T>,
    /// Whether the pod says something, which containers without a value of their own inherit.
    pub pod_has_value: bool,
}

impl<'a> Pod<'a> {
    /// The pod's value of a field, then each container's own one, in upstream's order.
    pub fn settings<T>(
        &self,
        of_pod: impl Fn(&'a PodSecurityContext) -> Option<T>,
        of_container: impl Fn(&'a SecurityContext) -> Option<T>,
    ) -> impl Iterator<Item = Setting<'a, T>> {
        let value = self.security_context().and_then(of_pod);
        let pod_has_value = value.is_some();
        let containers = self.containers().map(move |container| Setting {
            container: Some(container),
            value: container.security_context.and_then(&of_container),
            pod_has_value,
        });
        iter::once(Setting { container: None, value, pod_has_value }).chain(containers)
    }
}

impl<'a, T> Setting<'a, T> {
    /// The container, if it has no value and inherits none.
    ///
    /// A pod-level value that is itself forbidden counts as inherited: what must change is the pod's value.
    pub fn container_without_value(&self) -> Option<Container<'a>> {
        self.container.filter(|_| self.value.is_none() && !self.pod_has_value)
    }

    /// A violation at a field, named by the dotted path that it has in a container as well as in `spec`.
    /// The message is the text behind `pod` or the container's name.
    pub fn violation(&self, field: &'static str, text: &str) -> Violation {
        let at_pod_level = || FieldPath::of("spec").fields(field);
        match &self.container {
            None => Violation::of_pod(at_pod_level(), format!("pod {text}")),
            Some(container) => {
                let related = (self.value.is_some() && self.pod_has_value).then(at_pod_level);
                Violation { related, ..container.violation(field, text) }
            }
        }
    }
}

/// A violation of a container that neither has a field nor inherits it.
pub(crate) fn missing(container: &Container<'_>, field: &'static str, text: &str) -> Violation {
    let message = ["pod or container \"", shown(container.name), "\" ", text].concat();
    container.violation_saying(container.path().fields(field), message)
}

/// Who sets a forbidden value itself; shown in upstream's words: `pod and containers "a", "b"`.
#[derive(Default)]
pub(crate) struct Setters<'a> {
    pod: bool,
    containers: Vec<&'a str>,
}

impl<'a> Setters<'a> {
    pub fn add<T>(&mut self, setting: &Setting<'a, T>) {
        match setting.container {
            None => self.pod = true,
            Some(container) => self.containers.push(container.name),
        }
    }

    pub fn is_empty(&self) -> bool {
        !self.pod && self.containers.is_empty()
    }
}

impl fmt::Display for Setters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pod, self.containers.as_slice()) {
            (true, []) => f.write_str("pod"),
            (true, names) => write!(f, "pod and {}", name_containers(names)),
            (false, names) => f.write_str(&name_containers(names)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_container_that_overrides_the_pod_is_related_to_it() {
        let spec = from_value(json!({
            "securityContext": {"runAsUser": 0},
            "initContainers": [{"name": "inherits"}],
            "containers": [{"name": "overrides", "securityContext": {"runAsUser": 1}}],
        }))
        .unwrap();
        let pod = Pod { annotations: &BTreeMap::new(), spec: &spec, defaulted: &BTreeSet::new() };
        let mut setters = Setters::default();
        let found: Vec<_> = pod
            .settings(|context| context.run_as_user, |context| context.run_as_user)
            .map(|setting| {
                setters.add(&setting);
                let violation = setting.violation("securityContext.runAsUser", "is asked");
                (violation.message, violation.path.to_string(), violation.related.map(|path| path.to_string()))
            })
            .collect();
        let of_pod = "spec.securityContext.runAsUser".to_owned();
        let inherits = "spec.initContainers[0].securityContext.runAsUser".to_owned();
        let overrides = "spec.containers[0].securityContext.runAsUser".to_owned();
        assert_eq!(
            found,
            [
                ("pod is asked".to_owned(), of_pod.clone(), None),
                ("container \"inherits\" is asked".to_owned(), inherits, None),
                ("container \"overrides\" is asked".to_owned(), overrides, Some(of_pod)),
            ]
        );
        assert_eq!(setters.to_string(), r#"pod and containers "inherits", "overrides""#);
    }
}
