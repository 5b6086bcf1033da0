//! Objects whose kind podline does not know: a misspelt workload, or something that holds a pod all the same.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::groups;
use super::kinds;
use super::object::Object;
use super::policies;
use super::settings;
use super::suggest::{nearest, slip};
use super::template::{rows, rows_of_kind};
use super::tools::tool_of;
use crate::yaml::locate::walk_to;
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

/// Whether an object is surely of a type that is known, and holds no pods: nothing of it is misspelt or impossible.
pub fn is_known(object: &Object) -> bool {
    let is_workload = || rows_of_kind(&object.kind).iter().any(|row| row.is_built_in());
    let may_lack_items = object.kind.ends_with("List");
    kinds::is_built_in(object) && !groups::is_of_no_version(object) && !may_lack_items && !is_workload()
}

/// The built-in kind that an object of an unknown kind was probably meant to be: a workload that is misspelt, or any kind
/// in the group of another.
///
/// Other groups with a dot are those of custom resources: they may have other kinds than those known here, so that only
/// what is nearly the name of a known one is a slip.
pub fn misspelt(object: &Object) -> Option<Misspelt> {
    let of_tool = || tool_of(&object.api_version, &object.kind).and_then(|_| kinds::api_version_of(&object.kind));
    if let Some(meant) = kinds::right_group(object).or_else(of_tool).or_else(|| groups::meant_group(object)) {
        return Some(Misspelt { key: "apiVersion", meant: meant.to_owned() });
    }
    if groups::is_own(object.group()) && !is_unfilled(object) {
        return slip_in_own_group(object).or_else(|| other_casing(object));
    }
    if object.group().contains('.') {
        return slip_in_group(object);
    }
    let built_in = || rows().filter(|row| row.is_built_in());
    if let Some(row) = rows_of_kind(&object.kind).iter().find(|row| row.is_built_in()) {
        return Some(Misspelt { key: "apiVersion", meant: row.api_version() });
    }
    if kinds::is_built_in(object) {
        return None;
    }
    let of_group = built_in().filter(|row| row.group == object.group());
    let kind = nearest(&object.kind, of_group.map(|row| row.kind))?;
    Some(Misspelt { key: "kind", meant: kind.to_owned() })
}

/// The kind or version that was meant in a group that is Kubernetes' own.
fn slip_in_own_group(object: &Object) -> Option<Misspelt> {
    let group = object.group();
    if kinds::is_built_in(object) && groups::is_of_no_version(object) {
        let meant = kinds::api_version_in(group)?;
        return Some(Misspelt { key: "apiVersion", meant: meant.to_owned() });
    }
    let built_in = || rows().filter(|row| row.is_built_in());
    if let Some(row) = rows_of_kind(&object.kind).iter().find(|row| row.is_built_in()) {
        return Some(Misspelt { key: "apiVersion", meant: row.api_version() });
    }
    if groups::has_kind(group, &object.kind) {
        return None;
    }
    let is_list_of = |kind: &str| object.kind.len() > 4 && object.kind.eq_ignore_ascii_case(&format!("{kind}List"));
    if let Some(kind) = kinds::of_group(group).find(|kind| is_list_of(kind)) {
        return Some(Misspelt { key: "kind", meant: format!("{kind}List") });
    }
    let of_rows = built_in().filter(|row| row.group == group).map(|row| row.kind);
    // The plural of a short name is a slip too.
    let kind = nearest(&object.kind, kinds::of_group(group).chain(of_rows))
        .or_else(|| slip(&object.kind, kinds::of_group(group)))?;
    Some(Misspelt { key: "kind", meant: kind.to_owned() })
}

/// A kind of another group of Kubernetes' own that differs from the object's by its casing alone: the group is wrong too.
fn other_casing(object: &Object) -> Option<Misspelt> {
    let (version, kind) = kinds::in_any_casing(&object.kind).filter(|(_, kind)| *kind != object.kind)?;
    Some(Misspelt { key: "kind", meant: format!("{version} {kind}") })
}

/// Whether somebody fills the type of an object in later.
fn is_unfilled(object: &Object) -> bool {
    [&object.kind, &object.api_version].iter().any(|text| text.contains(['$', '{', '<', '%']))
}

fn slip_in_group(object: &Object) -> Option<Misspelt> {
    let group = object.group();
    // Groups and versions are names of DNS: no cluster serves one with a capital.
    if object.api_version.contains(|c: char| c.is_ascii_uppercase()) && !is_unfilled(object) {
        return Some(Misspelt { key: "apiVersion", meant: object.api_version.to_lowercase() });
    }
    let known = || {
        let of_rows = rows().filter(|row| row.group == group).map(|row| row.kind);
        of_rows.chain(kinds::of_group(group)).chain(policies::of_group(group).iter().copied())
    };
    if known().any(|kind| kind == object.kind) {
        return None;
    }
    // A known kind in a group of nearly the right name.
    let is_known_group = rows().any(|row| row.group == group);
    if let Some(row) =
        rows().find(|row| !is_known_group && row.kind == object.kind && slip(group, [row.group]).is_some())
    {
        return Some(Misspelt { key: "apiVersion", meant: format!("{}/{}", row.group, object.version()) });
    }
    slip(&object.kind, known()).map(|kind| Misspelt { key: "kind", meant: kind.to_owned() })
}

/// Why no cluster takes an object, whatever custom resources it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The key to blame.
    pub key: String,
    /// Its value, or the key itself where it should not be there.
    pub node: NodeId,
    /// What is wrong.
    pub message: String,
}

/// Whether an object is of a type that nothing can serve: kubectl refuses it.
///
/// An apiVersion has one slash at most; the group of a custom resource has a dot; a list has items.
/// Source: `ParseGroupVersion` of `k8s.io/apimachinery/pkg/runtime/schema`, `ValidateCustomResourceDefinitionSpec` of
/// `k8s.io/apiextensions-apiserver`, `unstructuredJSONScheme` of `k8s.io/apimachinery`.
pub fn impossible(tree: &Tree<'_>, object: &Object) -> Option<Impossible> {
    let (version, kind) = (&object.api_version, &object.kind);
    let at = |key: &str, message: String| {
        // An item of a list may have the type of the list.
        let node = tree.get(object.node, key).unwrap_or(object.node);
        Some(Impossible { key: key.to_owned(), node, message })
    };
    if version.matches('/').count() > 1 {
        let message = format!("kubectl refuses the apiVersion {version} (unexpected GroupVersion string)");
        return at("apiVersion", message);
    }
    let is_own = groups::is_own(object.group());
    if object.group().contains('.') && !is_own || is_unfilled(object) {
        return None;
    }
    if kind.ends_with("List") && tree.get(object.node, "items").is_none() {
        let mut entries =
            tree.entries(object.node).filter(|entry| tree.kind(tree.resolve(entry.value)) == Kind::Sequence);
        if let Some(entry) = entries.find(|entry| nearest(tree.raw(entry.key), ["items"]).is_some()) {
            let key = tree.raw(entry.key).to_owned();
            let message = format!("a {kind} has its objects in items, not in {key}: kubectl refuses it");
            return Some(Impossible { key, node: entry.key, message });
        }
        return is_list_of_ours(object).then(|| {
            let message = format!("a {kind} has its objects in items, and this one has none: kubectl refuses it");
            at("kind", message)
        })?;
    }
    if is_own {
        return groups_lack(tree, object).then(|| at("kind", not_served(object)))?;
    }
    let is_pod_of_nobody = || !kinds::is_built_in(object) && !pods(tree, object).is_empty();
    is_pod_of_nobody().then(|| at("kind", not_served(object)))?
}

/// Whether an object is of a kind or a version that its group, one of Kubernetes' own, does not have.
///
/// Much that no cluster reads has `v1` too: there, only what is written as an object is one.
fn groups_lack(tree: &Tree<'_>, object: &Object) -> bool {
    let is_written_as_object = || ["metadata", "spec"].iter().any(|key| tree.get(object.node, key).is_some());
    let lacks = !groups::has_kind(object.group(), &object.kind) || groups::is_of_no_version(object);
    lacks && (!object.group().is_empty() || is_written_as_object())
}

fn not_served(object: &Object) -> String {
    let (version, kind) = (&object.api_version, &object.kind);
    let why = if object.group().contains('.') {
        "its group has no custom resources"
    } else {
        "the group of a custom resource has a dot"
    };
    format!("no {version} {kind} is known to Kubernetes, and {why}")
}

/// Whether an object is by its kind a list of objects of its group.
fn is_list_of_ours(object: &Object) -> bool {
    let member = object.kind.strip_suffix("List").unwrap_or_default();
    object.kind == "List" || kinds::of_group(object.group()).any(|kind| kind == member)
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
    walk_to(
        tree,
        object.node,
        |id| is_list(tree.raw(id)),
        |_, id, path| {
            if tree.kind(id) != Kind::Mapping {
                return true;
            }
            let containers =
                tree.pairs(id).find(|&(key, value)| is_list(tree.raw(key)) && is_list_of_containers(tree, value));
            if let Some((key, _)) = containers {
                let is_template = matches!(path.last(), Some(Segment::Field(last)) if last == "spec") && path.len() > 1;
                let path = if is_template { &path[..path.len() - 1] } else { path };
                found.push((FieldPath::new(path.to_vec()), key));
            }
            true
        },
    );
    found
}

/// Whether the word stands anywhere in an object as a key or value.
pub fn mentions_containers(tree: &Tree<'_>, object: &Object) -> bool {
    // What both words end with. In quotes they may be written with escapes.
    static END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("ontainers"));
    let text = tree.text()[tree.span(object.node).range()].as_bytes();
    let may_stand = END.find(text).is_some() || memchr::memchr(b'\\', text).is_some();
    may_stand && tree.inside(object.node).any(|id| is_list(tree.raw(id)))
}

/// Whether an object speaks of settings of pods anywhere, by their names or by the ways to them.
pub fn mentions_settings(tree: &Tree<'_>, object: &Object) -> bool {
    tree.inside(object.node).any(|id| settings::is_clear(tree.raw(id)))
}

/// Whether a key is one of lists of containers, as Kubernetes spells it or as Go does.
fn is_list(key: &str) -> bool {
    // What all of them end with tells most keys apart.
    key.ends_with("ontainers") && (LISTS.contains(&key) || is_of_go(key))
}

/// Whether a key is one of lists of containers as Go spells it: no pod is decoded from that.
pub fn is_of_go(key: &str) -> bool {
    ["Containers", "InitContainers"].contains(&key)
}

fn is_list_of_containers(tree: &Tree<'_>, id: NodeId) -> bool {
    let is_scalar =
        |id: Option<NodeId>| id.is_some_and(|id| tree.kind(tree.resolve(id)) == Kind::Scalar && !tree.is_null(id));
    tree.elements(id).any(|first| {
        let has = |keys: [&str; 2]| keys.iter().any(|key| is_scalar(tree.get(first, key)));
        has(["name", "Name"]) && has(["image", "Image"])
    })
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
