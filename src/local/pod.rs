//! A pod as the controls look at it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, ContainerPort, EnvVar, PodSecurityContext, PodSpec, SELinuxOptions, SecurityContext, VolumeMount,
};

use crate::pod_security::check::{Violation, shown};
use crate::pod_security::defaults;
use crate::yaml::path::FieldPath;

/// A pod: what PodSecurityPolicy judged, and changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pod {
    pub annotations: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
    pub spec: PodSpec,
}

impl Pod {
    /// The pod that a Pod, or a controller with this template, makes: after the API server's defaults.
    ///
    /// A template has been stored before its pods are made, and an empty list is not kept in a store.
    pub fn new(
        is_pod: bool,
        annotations: &BTreeMap<String, String>,
        labels: &BTreeMap<String, String>,
        spec: &PodSpec,
    ) -> Self {
        let mut pod = Self { annotations: annotations.clone(), labels: labels.clone(), spec: spec.clone() };
        defaults::complete_volumes(&mut pod.spec);
        defaults::set_host_network_ports(&mut pod.spec);
        if !is_pod {
            drop_empty_lists(&mut pod.spec);
        }
        pod
    }

    /// Takes a container without an image for one whose image is empty, as Kubernetes does where nobody fills it in.
    pub fn with_empty_images(mut self) -> Self {
        let spec = &mut self.spec;
        let own = spec.init_containers.iter_mut().flatten().chain(&mut spec.containers).map(|one| &mut one.image);
        let images = own.chain(spec.ephemeral_containers.iter_mut().flatten().map(|one| &mut one.image));
        images.for_each(|image| _ = image.get_or_insert_default());
        self
    }

    /// The containers in upstream's order: init containers, containers, ephemeral containers.
    pub fn containers(&self) -> impl Iterator<Item = Container<'_>> {
        macro_rules! view {
            ($list:literal) => {
                |(index, c)| Container {
                    list: $list,
                    index,
                    name: &c.name,
                    image: c.image.as_deref(),
                    security_context: c.security_context.as_ref(),
                    ports: c.ports.as_deref().unwrap_or_default(),
                    volume_mounts: c.volume_mounts.as_deref().unwrap_or_default(),
                    env: c.env.as_deref().unwrap_or_default(),
                }
            };
        }
        let spec = &self.spec;
        let init = spec.init_containers.iter().flatten().enumerate().map(view!("initContainers"));
        let main = spec.containers.iter().enumerate().map(view!("containers"));
        let ephemeral = spec.ephemeral_containers.iter().flatten().enumerate().map(view!("ephemeralContainers"));
        init.chain(main).chain(ephemeral)
    }

    /// The security context of the pod level.
    pub fn security_context(&self) -> Option<&PodSecurityContext> {
        self.spec.security_context.as_ref()
    }

    /// The SELinux options of the pod level.
    pub fn se_linux_options(&self) -> Option<&SELinuxOptions> {
        self.security_context()?.se_linux_options.as_ref()
    }

    /// What a container inherits: its own value of a field, else the pod's.
    pub fn effective<'a, T>(
        &'a self,
        container: &Container<'a>,
        own: impl FnOnce(&'a SecurityContext) -> Option<T>,
        of_pod: impl FnOnce(&'a PodSecurityContext) -> Option<T>,
    ) -> Option<T> {
        container.security_context.and_then(own).or_else(|| self.security_context().and_then(of_pod))
    }
}

fn drop_empty_lists(spec: &mut PodSpec) {
    let none_if_empty = |list: &mut Option<Vec<String>>| {
        if list.as_ref().is_some_and(Vec::is_empty) {
            *list = None;
        }
    };
    for_each_security_context(spec, |_, _, _, context| {
        if let Some(Capabilities { add, drop }) = context.as_mut().and_then(|context| context.capabilities.as_mut()) {
            none_if_empty(add);
            none_if_empty(drop);
        }
    });
    let groups = spec.security_context.as_mut().map(|context| &mut context.supplemental_groups);
    if let Some(groups) = groups.filter(|groups| groups.as_ref().is_some_and(Vec::is_empty)) {
        *groups = None;
    }
}

/// Visits the security context of each container, with its list, index and name, in upstream's order.
pub(crate) fn for_each_security_context(
    spec: &mut PodSpec,
    mut visit: impl FnMut(&'static str, usize, &str, &mut Option<SecurityContext>),
) {
    for (index, container) in spec.init_containers.iter_mut().flatten().enumerate() {
        visit("initContainers", index, &container.name, &mut container.security_context);
    }
    for (index, container) in spec.containers.iter_mut().enumerate() {
        visit("containers", index, &container.name, &mut container.security_context);
    }
    for (index, container) in spec.ephemeral_containers.iter_mut().flatten().enumerate() {
        visit("ephemeralContainers", index, &container.name, &mut container.security_context);
    }
}

/// A container of any kind.
#[derive(Clone, Copy)]
pub(crate) struct Container<'a> {
    list: &'static str,
    index: usize,
    pub name: &'a str,
    pub image: Option<&'a str>,
    pub security_context: Option<&'a SecurityContext>,
    pub ports: &'a [ContainerPort],
    pub volume_mounts: &'a [VolumeMount],
    pub env: &'a [EnvVar],
}

impl Container<'_> {
    /// Where it stands: `spec.initContainers[0]`.
    pub fn path(&self) -> FieldPath {
        FieldPath::of("spec").field(self.list).index(self.index)
    }

    /// Where a field of its security context stands, named by its dotted path.
    pub fn security_path(&self, field: &'static str) -> FieldPath {
        self.path().field("securityContext").fields(field)
    }

    /// Whether it is added while the pod runs.
    pub fn is_ephemeral(&self) -> bool {
        self.list == "ephemeralContainers"
    }

    /// A violation at a path. The message is the text behind the container's name.
    pub fn violation(&self, path: FieldPath, text: &str) -> Violation {
        let message = format!("container \"{}\" {text}", shown(self.name));
        Violation { path, container: Some(shown(self.name).to_owned()), message, related: None }
    }
}
