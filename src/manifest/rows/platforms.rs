//! Runners of continuous integration, workspaces, and how operators and extensions are installed.

use super::{Container, Flags, NO_PARTS, Own, Parts, Pod, TEMPLATE, Volumes, complete, partial, steps};
use crate::manifest::template::Row;

/// The pod of a runner of GitHub Actions, as it was before runner sets. With `dockerdWithinRunnerContainer` the runner's
/// own container is privileged.
macro_rules! runner {
    ($pods:literal) => {
        server!(
            $pods,
            ["containers[*]", "sidecarContainers[*]", "ephemeralContainers[*]"],
            ["initContainers[*]"],
            &[Pod("securityContext"), Volumes("volumes[*]"), Own::Privileged("dockerdWithinRunnerContainer")]
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    partial("actions.github.com", "AutoscalingRunnerSet", &["spec.template", "spec.listenerTemplate"], RUNNER_SET),
    partial("actions.github.com", "EphemeralRunnerSet", &["spec.ephemeralRunnerSpec"], EPHEMERAL_RUNNER_SET)
        .of_larger_templates(),
    partial("actions.github.com", "EphemeralRunner", &["spec"], EPHEMERAL_RUNNER).of_larger_templates(),
    partial("actions.github.com", "AutoscalingListener", TEMPLATE, LISTENER),
    steps("actions.summerwind.dev", "Runner", &[runner!("spec")], RUNNER),
    steps("actions.summerwind.dev", "RunnerReplicaSet", &[runner!("spec.template.spec")], RUNNER),
    steps("actions.summerwind.dev", "RunnerDeployment", &[runner!("spec.template.spec")], RUNNER),
    steps(
        "actions.summerwind.dev",
        "RunnerSet",
        &[server!("spec", [], [], &[Own::Privileged("dockerdWithinRunnerContainer")])],
        RUNNER_SET_BEFORE,
    )
    .with_templates(TEMPLATE),
    // Containers are made of its seed jobs' agents elsewhere; these are the controller's own.
    steps(
        "jenkins.io",
        "Jenkins",
        &[server!("spec.master", ["containers[*]"], [], &[Pod("securityContext"), Volumes("volumes[*]")])],
        JENKINS,
    ),
    steps(
        "workspace.devfile.io",
        "DevWorkspace",
        &[server!("spec.template", ["components[*].attributes.container-overrides"], [], &[])],
        DEV_WORKSPACE,
    )
    .with_templates(&[
        "spec.template.attributes.pod-overrides",
        "spec.template.components[*].attributes.pod-overrides",
    ]),
    steps(
        "workspace.devfile.io",
        "DevWorkspaceTemplate",
        &[server!("spec", ["components[*].attributes.container-overrides"], [], &[])],
        DEV_WORKSPACE,
    )
    .with_templates(&["spec.attributes.pod-overrides", "spec.components[*].attributes.pod-overrides"]),
    steps(
        "controller.devfile.io",
        "DevWorkspaceOperatorConfig",
        &[server!(
            "config.workspace",
            [],
            ["initContainers[*]"],
            &[Container("containerSecurityContext"), Pod("podSecurityContext"), Flags("")]
        )],
        "devfile/devworkspace-operator apis/controller/v1alpha1/devworkspaceoperatorconfig_types.go (WorkspaceConfig)",
    ),
    partial("pkg.crossplane.io", "DeploymentRuntimeConfig", &["spec.deploymentTemplate.spec.template"], CROSSPLANE),
    steps(
        "policies.kubewarden.io",
        "PolicyServer",
        &[server!("spec", [], [], &[Container("securityContexts.container"), Pod("securityContexts.pod")])],
        "kubewarden/kubewarden-controller api/policies/v1/policyserver_types.go (PolicyServerSecurity)",
    ),
    complete(
        "operators.coreos.com",
        "ClusterServiceVersion",
        &["spec.install.spec.deployments[*].spec.template"],
        CLUSTER_SERVICE_VERSION,
    ),
];

const RUNNER_SET: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/autoscalingrunnerset_types.go";
const EPHEMERAL_RUNNER_SET: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/ephemeralrunnerset_types.go";
const EPHEMERAL_RUNNER: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/ephemeralrunner_types.go";
const LISTENER: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/autoscalinglistener_types.go";
const RUNNER: &str = "actions/actions-runner-controller apis/actions.summerwind.net/v1alpha1/runner_types.go, \
     controllers/actions.summerwind.net/runner_controller.go (newRunnerPod)";
const RUNNER_SET_BEFORE: &str =
    "actions/actions-runner-controller apis/actions.summerwind.net/v1alpha1/runnerset_types.go (RunnerSetSpec)";
const JENKINS: &str = "jenkinsci/kubernetes-operator api/v1alpha2/jenkins_types.go (JenkinsMaster, Container)";
/// Containers and init containers in `pod-overrides` are refused.
const DEV_WORKSPACE: &str = "devfile/devworkspace-operator pkg/library/overrides/containers.go, pods.go";
/// Adds the container `package-runtime` and its defaults.
const CROSSPLANE: &str =
    "crossplane/crossplane internal/controller/pkg/runtime/runtime.go (DeploymentRuntimeBuilder.Deployment)";
/// Adds environment variables and secrets.
const CLUSTER_SERVICE_VERSION: &str =
    "operator-framework/operator-lifecycle-manager pkg/controller/install/deployment.go (deploymentForSpec)";
