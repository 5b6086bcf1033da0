//! Gateways, certificates, keys and identities.

use super::{Container, NO_PARTS, Own, POD_SPEC, Parts, Pod, Volumes, partial, steps};
use crate::manifest::template::Row;

pub(super) const ROWS: &[Row] = &[
    steps(
        "gateway.envoyproxy.io",
        "EnvoyProxy",
        &[
            server!("spec.provider.kubernetes.envoyDeployment", [], ["initContainers[*]"], ENVOY_OWN),
            server!("spec.provider.kubernetes.envoyDaemonSet", [], [], ENVOY_OWN),
        ],
        ENVOY,
    )
    .with_templates(&[
        "spec.provider.kubernetes.envoyDeployment.patch.value.spec.template",
        "spec.provider.kubernetes.envoyDaemonSet.patch.value.spec.template",
    ]),
    // Its routers are on the host's network where it says so.
    steps(
        "operator.openshift.io",
        "IngressController",
        &[server!("spec", [], [], &[Own::HostNetwork("endpointPublishingStrategy.type", "HostNetwork")])],
        OPENSHIFT_INGRESS,
    ),
    partial("gateway-operator.konghq.com", "DataPlane", &["spec.deployment.podTemplateSpec"], KONG)
        .of_larger_templates(),
    partial("gateway-operator.konghq.com", "ControlPlane", &["spec.deployment.podTemplateSpec"], KONG)
        .of_larger_templates(),
    partial(
        "gateway-operator.konghq.com",
        "GatewayConfiguration",
        &["spec.dataPlaneOptions.deployment.podTemplateSpec", "spec.controlPlaneOptions.deployment.podTemplateSpec"],
        KONG,
    )
    .of_larger_templates(),
    steps(
        "tailscale.com",
        "ProxyClass",
        &[server!(
            "spec.statefulSet.pod",
            [],
            [],
            &[
                Container("tailscaleContainer.securityContext"),
                Container("tailscaleInitContainer.securityContext"),
                Pod("securityContext"),
            ]
        )],
        TAILSCALE,
    ),
    steps(
        "tailscale.com",
        "Recorder",
        &[server!("spec.statefulSet.pod", [], [], &[Container("container.securityContext"), Pod("securityContext")])],
        "tailscale/tailscale k8s-operator/apis/v1alpha1/types_recorder.go (RecorderPod)",
    ),
    partial("cert-manager.io", "Issuer", SOLVER_PODS, SOLVER).without_contexts_of_containers(),
    partial("cert-manager.io", "ClusterIssuer", SOLVER_PODS, SOLVER).without_contexts_of_containers(),
    steps(
        "vault.banzaicloud.com",
        "Vault",
        &[
            server!(
                "spec",
                ["vaultContainerSpec", "vaultContainers[*]"],
                ["vaultInitContainers[*]"],
                &[Pod("securityContext"), Volumes("volumes[*]")]
            ),
            server!("spec.vaultPodSpec", ["containers[*]"], ["initContainers[*]"], POD_SPEC),
            server!("spec.vaultConfigurerPodSpec", ["containers[*]"], ["initContainers[*]"], POD_SPEC),
        ],
        VAULT,
    ),
    partial("k8s.keycloak.org", "Keycloak", &["spec.unsupported.podTemplate"], KEYCLOAK),
];

const ENVOY_OWN: &[Own] =
    &[Container("container.securityContext"), Pod("pod.securityContext"), Volumes("pod.volumes[*]")];
const SOLVER_PODS: &[&str] =
    &["spec.acme.solvers[*].http01.ingress.podTemplate", "spec.acme.solvers[*].http01.gatewayHTTPRoute.podTemplate"];

const ENVOY: &str =
    "envoyproxy/gateway api/v1alpha1/shared_types.go (KubernetesDeploymentSpec, KubernetesDaemonSetSpec)";
const OPENSHIFT_INGRESS: &str =
    "openshift/cluster-ingress-operator pkg/operator/controller/ingress/deployment.go (desiredRouterDeployment)";
const KONG: &str = "Kong/gateway-operator charts/kong-operator/charts/ko-crds/templates/ko-crds.yaml";
const TAILSCALE: &str = "tailscale/tailscale k8s-operator/apis/v1alpha1/types_proxyclass.go";
/// Merges what is written into the solver's own pod.
const SOLVER: &str =
    "cert-manager/cert-manager pkg/issuer/acme/http/pod.go (buildPod, mergePodObjectMetaWithPodTemplate)";
const VAULT: &str = "bank-vaults/vault-operator pkg/apis/vault/v1alpha1/vault_types.go (VaultSpec)";
const KEYCLOAK: &str = "keycloak/keycloak \
     operator/src/main/java/org/keycloak/operator/crds/v2alpha1/deployment/spec/UnsupportedSpec.java";
