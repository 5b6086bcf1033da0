//! Services, sets of pods, and what rolls them out.

use super::{
    Flags, NO_PARTS, POD_SPEC, POD_TEMPLATE, Parts, Pod, SET_TEMPLATE, TEMPLATE, Volumes, complete, partial, steps,
};
use crate::manifest::template::Row;

/// The pod of a builder or a runtime of functions.
macro_rules! fission {
    ($pods:literal) => {
        server!(
            $pods,
            ["container", "podspec.containers[*]"],
            ["podspec.initContainers[*]"],
            &[Pod("podspec.securityContext"), Volumes("podspec.volumes[*]"), Flags("podspec")]
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    complete("argoproj.io", "Rollout", TEMPLATE, ROLLOUT),
    complete("argoproj.io", "Experiment", &["spec.templates[*].template"], EXPERIMENT),
    complete("argoproj.io", "AnalysisTemplate", METRIC_JOBS, ANALYSIS),
    complete("argoproj.io", "ClusterAnalysisTemplate", METRIC_JOBS, ANALYSIS),
    complete("argoproj.io", "AnalysisRun", METRIC_JOBS, ANALYSIS),
    complete("apps.kruise.io", "CloneSet", TEMPLATE, CLONE_SET),
    complete("apps.kruise.io", "StatefulSet", TEMPLATE, KRUISE_STATEFUL_SET),
    complete("apps.kruise.io", "DaemonSet", TEMPLATE, KRUISE_DAEMON_SET),
    // What is put into the pods of others.
    steps(
        "apps.kruise.io",
        "SidecarSet",
        &[server!("spec", ["containers[*]"], ["initContainers[*]"], &[Volumes("volumes[*]")])],
        SIDECAR_SET,
    ),
    partial(
        "apps.kruise.io",
        "UnitedDeployment",
        &[
            "spec.template.statefulSetTemplate.spec.template",
            "spec.template.advancedStatefulSetTemplate.spec.template",
            "spec.template.cloneSetTemplate.spec.template",
            "spec.template.deploymentTemplate.spec.template",
        ],
        UNITED_DEPLOYMENT,
    )
    // What it patches of the template for a subset.
    .with_parts(&[server!(
        "spec.topology.subsets[*].patch.spec",
        ["containers[*]"],
        ["initContainers[*]"],
        POD_SPEC
    )]),
    complete("apps.openshift.io", "DeploymentConfig", TEMPLATE, DEPLOYMENT_CONFIG),
    // As OpenShift 3 served it, and as its templates still spell it.
    complete("", "DeploymentConfig", TEMPLATE, DEPLOYMENT_CONFIG).of_versions(&["v1"]),
    // Adds the queue-proxy and defaults of securityContext; the spec is a RevisionSpec. It takes a securityContext of the
    // pod only with the feature `kubernetes.podspec-securitycontext`, which is off (pkg/apis/serving/fieldmask.go).
    partial("serving.knative.dev", "Service", TEMPLATE, KNATIVE).of_larger_templates().without_context_of_pod(),
    partial("serving.knative.dev", "Configuration", TEMPLATE, KNATIVE).of_larger_templates().without_context_of_pod(),
    partial("serving.knative.dev", "Revision", &["spec"], REVISION).of_larger_specs().without_context_of_pod(),
    partial("sources.knative.dev", "ContainerSource", TEMPLATE, CONTAINER_SOURCE),
    partial("sinks.knative.dev", "JobSink", &["spec.job.spec.template"], JOB_SINK),
    partial("camel.apache.org", "Integration", TEMPLATE, CAMEL).of_larger_templates(),
    partial("camel.apache.org", "Pipe", &["spec.integration.template"], CAMEL_PIPE).of_larger_templates(),
    // Adds the SDK server's container and the host ports that `spec.ports` asks for.
    partial("agones.dev", "GameServer", TEMPLATE, GAME_SERVER),
    partial("agones.dev", "GameServerSet", SET_TEMPLATE, GAME_SERVER),
    partial("agones.dev", "Fleet", SET_TEMPLATE, GAME_SERVER),
    complete("agents.x-k8s.io", "Sandbox", POD_TEMPLATE, SANDBOX),
    complete("extensions.agents.x-k8s.io", "SandboxTemplate", POD_TEMPLATE, SANDBOX_TEMPLATE),
    // A pod spec, and beside it single settings of the function's own container.
    steps("fission.io", "Environment", &[fission!("spec.runtime"), fission!("spec.builder")], FISSION),
    partial("fission.io", "Function", &["spec.podspec"], FISSION).of_larger_specs(),
];

const METRIC_JOBS: &[&str] = &["spec.metrics[*].provider.job.spec.template"];

const ROLLOUT: &str = "argoproj/argo-rollouts rollout/sync.go (createDesiredReplicaSet)";
const EXPERIMENT: &str = "argoproj/argo-rollouts experiments/replicaset.go (newReplicaSetFromTemplate)";
const ANALYSIS: &str = "argoproj/argo-rollouts metricproviders/job/job.go (newMetricJob)";
const CLONE_SET: &str = "openkruise/kruise pkg/controller/cloneset/core/cloneset_core.go (NewVersionedPods)";
const KRUISE_STATEFUL_SET: &str =
    "openkruise/kruise pkg/controller/statefulset/stateful_set_utils.go (newVersionedStatefulSetPod)";
const KRUISE_DAEMON_SET: &str = "openkruise/kruise pkg/controller/daemonset/daemonset_controller.go (NewPod)";
const SIDECAR_SET: &str = "openkruise/kruise apis/apps/v1alpha1/sidecarset_types.go (SidecarContainer)";
const UNITED_DEPLOYMENT: &str =
    "openkruise/kruise apis/apps/v1alpha1/uniteddeployment_types.go (UnitedDeploymentTemplateSpec, Subset)";
const DEPLOYMENT_CONFIG: &str = "openshift/library-go pkg/apps/appsutil/util.go (MakeDeployment)";
const KNATIVE: &str = "knative/serving pkg/reconciler/revision/resources/deploy.go (makePodSpec)";
const REVISION: &str = "knative/serving pkg/apis/serving/v1/revision_types.go (RevisionSpec)";
const CONTAINER_SOURCE: &str = "knative/eventing pkg/apis/sources/v1/container_types.go";
const JOB_SINK: &str = "knative/eventing pkg/apis/sinks/v1alpha1/job_sink_types.go";
const CAMEL: &str = "apache/camel-k pkg/apis/camel/v1/integration_types.go (PodSpecTemplate)";
const CAMEL_PIPE: &str = "apache/camel-k pkg/apis/camel/v1/pipe_types.go (PipeSpec)";
const GAME_SERVER: &str = "googleforgames/agones pkg/apis/agones/v1/gameserver.go (Pod)";
const SANDBOX: &str = "kubernetes-sigs/agent-sandbox controllers/sandbox_controller.go (reconcilePod)";
const SANDBOX_TEMPLATE: &str =
    "kubernetes-sigs/agent-sandbox extensions/controllers/sandboxclaim_controller.go (createSandbox)";
const FISSION: &str = "fission/fission pkg/apis/core/v1/types.go (Runtime, Builder, FunctionSpec)";
