//! Objects whose kind podline does not know: a misspelt workload, or something that holds a pod all the same.

use super::kinds;
use super::object::Object;
use super::suggest::nearest;
use super::template::rows;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// The keys below which containers stand.
const LISTS: [&str; 2] = ["containers", "initContainers"];

/// A built-in workload that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// The key to blame: `kind` or `apiVersion`.
    pub key: &'static str,
    /// What it should say.
    pub meant: String,
}

/// The built-in kind that an object of an unknown kind was probably meant to be: a workload that is misspelt, or any kind
/// in the group of another.
///
/// Groups with a dot are those of custom resources and of newer parts of Kubernetes: what kinds they have is not known
/// here.
pub fn misspelt(object: &Object) -> Option<Misspelt> {
    if let Some(meant) = kinds::right_group(object) {
        return Some(Misspelt { key: "apiVersion", meant: meant.to_owned() });
    }
    if object.group().contains('.') {
        return None;
    }
    let built_in = || rows().filter(|row| row.is_built_in());
    if let Some(row) = built_in().find(|row| row.kind == object.kind) {
        return Some(Misspelt { key: "apiVersion", meant: row.api_version() });
    }
    let of_group = built_in().filter(|row| row.group == object.group());
    let kind = nearest(&object.kind, of_group.map(|row| row.kind))?;
    Some(Misspelt { key: "kind", meant: kind.to_owned() })
}

/// Where an object holds something shaped like a pod: a list of things with name and image below a `containers` key.
///
/// Returns the path of the pod's template, or of its spec where nothing like a template is around it, and the key.
pub fn pods(tree: &Tree<'_>, object: &Object) -> Vec<(FieldPath, NodeId)> {
    // A look at the names is cheap, and nearly all objects have none.
    if !mentions_containers(tree, object) {
        return Vec::new();
    }
    let mut found = Vec::new();
    crate::yaml::locate::walk(tree, object.node, |id, path| {
        if tree.kind(id) != Kind::Mapping {
            return;
        }
        let containers =
            tree.pairs(id).find(|&(key, value)| LISTS.contains(&tree.raw(key)) && is_list_of_containers(tree, value));
        if let Some((key, _)) = containers {
            let is_template = matches!(path.last(), Some(Segment::Field(last)) if last == "spec") && path.len() > 1;
            let path = if is_template { &path[..path.len() - 1] } else { path };
            found.push((FieldPath::new(path.to_vec()), key));
        }
    });
    found
}

/// Whether the word stands anywhere in an object as a key or value.
pub fn mentions_containers(tree: &Tree<'_>, object: &Object) -> bool {
    tree.inside(object.node).any(|id| LISTS.contains(&tree.raw(id)))
}

fn is_list_of_containers(tree: &Tree<'_>, id: NodeId) -> bool {
    let is_scalar =
        |id: Option<NodeId>| id.is_some_and(|id| tree.kind(tree.resolve(id)) == Kind::Scalar && !tree.is_null(id));
    tree.elements(id).any(|first| is_scalar(tree.get(first, "name")) && is_scalar(tree.get(first, "image")))
}

/// Whether an object is a policy, a schema or a review: what looks like a pod in it is a pattern.
///
/// The policies of Kubernetes, Kyverno, Gatekeeper, Kubewarden, OpenShift, Rancher and Open Cluster Management, tests of
/// them, definitions of resources, and AdmissionReviews.
pub fn is_policy(object: &Object) -> bool {
    let kinds = [
        "CustomResourceDefinition",
        "CompositeResourceDefinition",
        "AdmissionReview",
        "PodSecurityPolicy",
        "PodSecurityPolicyTemplate",
        "SecurityContextConstraints",
    ];
    kinds.contains(&object.kind.as_str()) || is_policy_group(&object.api_version)
}

/// Whether an apiVersion is one of policies.
pub fn is_policy_group(api_version: &str) -> bool {
    let groups = [
        "kyverno.io",
        "policies.kyverno.io",
        "cli.kyverno.io",
        "admissionregistration.k8s.io",
        "templates.gatekeeper.sh",
        "constraints.gatekeeper.sh",
        "config.gatekeeper.sh",
        "expansion.gatekeeper.sh",
        "mutations.gatekeeper.sh",
        "policies.kubewarden.io",
        "policy.open-cluster-management.io",
    ];
    groups.contains(&api_version.split('/').next().unwrap_or_default())
}

/// How to render what an object says to render, if its objects are made elsewhere: a release of a chart, or a directory of
/// a repository.
pub fn rendered_elsewhere(object: &Object) -> Option<&'static str> {
    let helm = "render the chart with these values (helm template), and check the result";
    let kustomize = "build it (flux build kustomization), and check the result";
    let argo = "render it (argocd app manifests), and check the result";
    let other = "render what it refers to, and check the result";
    Some(match (object.group(), object.kind.as_str()) {
        ("helm.toolkit.fluxcd.io" | "helm.fluxcd.io" | "flux.weave.works", "HelmRelease")
        | ("helm.cattle.io", "HelmChart" | "HelmChartConfig")
        | ("helm.crossplane.io", "Release")
        | ("addons.cluster.x-k8s.io", "HelmChartProxy" | "HelmReleaseProxy")
        | ("helm.k0sproject.io", "Chart") => helm,
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => kustomize,
        ("argoproj.io", "Application" | "ApplicationSet") => argo,
        ("fleet.cattle.io", "GitRepo" | "HelmOp")
        | ("kappctrl.k14s.io", "App")
        | ("packaging.carvel.dev", "PackageInstall")
        | ("config.projectsveltos.io", "ClusterProfile" | "Profile") => other,
        _ => return None,
    })
}

/// Whether an object may be a custom resource: its group is none of Kubernetes' own, nor one of files that only tools
/// read (kind, k3d, kubeadm) and no cluster serves.
pub fn is_custom(object: &Object) -> bool {
    let own = [
        "admission.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apiserver.config.k8s.io",
        "apiserver.k8s.io",
        "audit.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "client.authentication.k8s.io",
        "coordination.k8s.io",
        "credentialprovider.kubelet.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "kubeadm.k8s.io",
        "kubelet.config.k8s.io",
        "kubeproxy.config.k8s.io",
        "kubescheduler.config.k8s.io",
        "kustomize.config.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "pod-security.admission.config.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
        "kind.x-k8s.io",
        "k3d.io",
        "ctlptl.dev",
    ];
    object.group().contains('.') && !own.contains(&object.group())
}
