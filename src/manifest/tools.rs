//! Files that look like objects and are none: configuration that a tool reads on the machine where it runs.
//!
//! They have apiVersion and kind, and no cluster ever sees them.

/// `(group, tool)`: everything in these groups is read by the tool alone.
const GROUPS: &[(&str, &str)] = &[
    // Clusters, and how they are made.
    ("eksctl.io", "eksctl"),
    ("kind.x-k8s.io", "kind"),
    ("kind.sigs.k8s.io", "kind"),
    ("k3d.io", "k3d"),
    ("ctlptl.dev", "ctlptl"),
    ("kubeadm.k8s.io", "kubeadm"),
    ("k0sctl.k0sproject.io", "k0sctl"),
    ("kubeone.k8c.io", "KubeOne"),
    ("kubeone.io", "KubeOne"),
    ("kops.k8s.io", "kOps"),
    ("clusterctl.cluster.x-k8s.io", "clusterctl"),
    ("mirror.openshift.io", "oc-mirror"),
    // The parts of a cluster.
    ("kubelet.config.k8s.io", "the kubelet"),
    ("credentialprovider.kubelet.k8s.io", "the kubelet"),
    ("kubeproxy.config.k8s.io", "kube-proxy"),
    ("kubescheduler.config.k8s.io", "kube-scheduler"),
    ("kubecontrollermanager.config.k8s.io", "kube-controller-manager"),
    ("cloudcontrollermanager.config.k8s.io", "cloud-controller-manager"),
    ("apiserver.config.k8s.io", "kube-apiserver"),
    ("apiserver.k8s.io", "kube-apiserver"),
    ("audit.k8s.io", "kube-apiserver"),
    ("pod-security.admission.config.k8s.io", "kube-apiserver"),
    ("eventratelimit.admission.k8s.io", "kube-apiserver"),
    ("resourcequota.admission.k8s.io", "kube-apiserver"),
    ("podtolerationrestriction.admission.k8s.io", "kube-apiserver"),
    ("client.authentication.k8s.io", "kubectl"),
    ("kubectl.config.k8s.io", "kubectl"),
    ("controller-runtime.sigs.k8s.io", "controller-runtime"),
    ("descheduler", "the descheduler"),
    // What builds, packs, deploys and tests.
    ("skaffold", "Skaffold"),
    ("kustomize.config.k8s.io", "kustomize"),
    ("builtin", "kustomize"),
    ("kpt.dev", "kpt"),
    ("fn.kpt.dev", "kpt"),
    ("tanka.dev", "Tanka"),
    ("tilt.dev", "Tilt"),
    ("garden.io", "Garden"),
    ("score.dev", "Score"),
    ("zarf.dev", "Zarf"),
    ("kapp.k14s.io", "kapp"),
    ("kbld.k14s.io", "kbld"),
    ("vendir.k14s.io", "vendir"),
    ("imgpkg.carvel.dev", "imgpkg"),
    ("meta.pkg.crossplane.io", "Crossplane's packages"),
    ("krew.googlecontainertools.github.com", "krew"),
    ("scorecard.operatorframework.io", "operator-sdk"),
    ("chainsaw.kyverno.io", "Chainsaw"),
    ("kuttl.dev", "kuttl"),
    ("backstage.io", "Backstage"),
    ("scaffolder.backstage.io", "Backstage"),
];

/// The tool that reads a document of this type, if it is none of a cluster's.
pub fn tool_of(api_version: &str, kind: &str) -> Option<&'static str> {
    // kubectl's own configuration has a version without a group.
    if (api_version, kind) == ("v1", "Config") {
        return Some("kubectl");
    }
    let group = api_version.split('/').next().unwrap_or_default();
    GROUPS.iter().find(|(known, _)| *known == group).map(|(_, tool)| *tool)
}
