//! Custom resources that hold pod templates: one row a kind, read from the code of the controller that makes the pods.
//!
//! A row is *complete* where the controller hands on unchanged whatever a Pod Security check reads. Labels, environment
//! variables, owners, and volumes of the kinds that every level allows make no difference to a verdict. A controller
//! that adds containers or security contexts, or merges the template with one of its own, makes it partial.

use super::parts::{Own, Parts};
use super::template::{Decode, Row};

/// The pods of an Argo workflow whose spec stands at `$spec`.
macro_rules! argo {
    ($spec:literal) => {
        &[
            argo!($spec, ".templates[*]"),
            argo!($spec, ".templates[*].steps[*][*].inline"),
            argo!($spec, ".templates[*].dag.tasks[*].inline"),
            argo!($spec, ".templateDefaults"),
            // The templates stand in another object.
            Parts { pods: $spec, containers: &[], init_containers: &[], settings: &[concat!("/", $spec)], own: &[] },
        ]
    };
    ($spec:literal, $pods:literal) => {
        Parts {
            pods: concat!($spec, $pods),
            containers: &["container", "script", "containerSet.containers[*]", "sidecars[*]"],
            init_containers: &["initContainers[*]"],
            settings: &["", concat!("/", $spec)],
            own: &[],
        }
    };
}

/// The pod of a Tekton task whose spec stands at `$pods`, with the settings of its run.
macro_rules! tekton {
    ($pods:literal, $settings:expr) => {
        Parts {
            pods: $pods,
            containers: &["stepTemplate", "steps[*]", "sidecars[*]"],
            init_containers: &[],
            settings: $settings,
            own: &[],
        }
    };
}

/// The pod of a KServe component whose spec stands at `$spec`.
macro_rules! kserve {
    ($spec:literal) => {
        Parts {
            pods: $spec,
            containers: &[
                "containers[*]",
                "model",
                "sklearn",
                "xgboost",
                "tensorflow",
                "pytorch",
                "triton",
                "onnx",
                "huggingface",
                "pmml",
                "lightgbm",
                "paddle",
                "art",
            ],
            init_containers: &["initContainers[*]"],
            settings: &[concat!("/", $spec)],
            own: &[],
        }
    };
}

/// The pod of a Strimzi component whose template stands at `$template`: settings of containers that the operator makes.
macro_rules! strimzi {
    ($($template:literal),*) => {
        &[$(
            Parts {
                pods: $template,
                containers: &[
                    "kafkaContainer", "zookeeperContainer", "connectContainer", "bridgeContainer", "mirrorMakerContainer",
                    "topicOperatorContainer", "userOperatorContainer", "tlsSidecarContainer", "cruiseControlContainer",
                    "container",
                ],
                init_containers: &["initContainer"],
                settings: &["pod"],
                own: &[],
            },
        )*
        $(Parts { pods: $template, containers: &[], init_containers: &[], settings: &["pod"], own: &[] }),*]
    };
}

/// Every custom resource that podline looks into, by theme.
pub(super) const CUSTOM: &[Row] = &[
    // Services and what rolls them out.
    complete("argoproj.io", "Rollout", &["spec.template"], ROLLOUT),
    complete("argoproj.io", "Experiment", &["spec.templates[*].template"], EXPERIMENT),
    complete("argoproj.io", "AnalysisTemplate", METRIC_JOBS, ANALYSIS),
    complete("argoproj.io", "ClusterAnalysisTemplate", METRIC_JOBS, ANALYSIS),
    complete("argoproj.io", "AnalysisRun", METRIC_JOBS, ANALYSIS),
    complete("apps.kruise.io", "CloneSet", &["spec.template"], CLONE_SET),
    complete("apps.kruise.io", "StatefulSet", &["spec.template"], KRUISE_STATEFUL_SET),
    complete("apps.kruise.io", "DaemonSet", &["spec.template"], KRUISE_DAEMON_SET),
    complete("apps.openshift.io", "DeploymentConfig", &["spec.template"], DEPLOYMENT_CONFIG),
    // As OpenShift 3 served it, and as its templates still spell it.
    complete("", "DeploymentConfig", &["spec.template"], DEPLOYMENT_CONFIG).of_versions(&["v1"]),
    // Adds the queue-proxy and defaults of securityContext; the spec is a RevisionSpec.
    partial("serving.knative.dev", "Service", &["spec.template"], KNATIVE).of_larger_templates(),
    partial("serving.knative.dev", "Configuration", &["spec.template"], KNATIVE).of_larger_templates(),
    // Adds the SDK server's container and the host ports that `spec.ports` asks for.
    partial("agones.dev", "GameServer", &["spec.template"], GAME_SERVER),
    partial("agones.dev", "GameServerSet", FLEET, GAME_SERVER),
    partial("agones.dev", "Fleet", FLEET, GAME_SERVER),
    complete("agents.x-k8s.io", "Sandbox", &["spec.podTemplate"], SANDBOX),
    complete("extensions.agents.x-k8s.io", "SandboxTemplate", &["spec.podTemplate"], SANDBOX_TEMPLATE),
    // Steps of workflows: containers without a pod spec.
    steps("argoproj.io", "Workflow", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "WorkflowTemplate", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "ClusterWorkflowTemplate", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "CronWorkflow", argo!("spec.workflowSpec"), ARGO_WORKFLOWS),
    steps("tekton.dev", "Task", &[tekton!("spec", &[""])], TEKTON),
    steps("tekton.dev", "ClusterTask", &[tekton!("spec", &[""])], TEKTON),
    steps(
        "tekton.dev",
        "TaskRun",
        &[
            tekton!("spec.taskSpec", &["", "/spec.podTemplate"]),
            Parts { pods: "spec", containers: &[], init_containers: &[], settings: &["/spec.podTemplate"], own: &[] },
        ],
        TEKTON,
    ),
    steps(
        "tekton.dev",
        "Pipeline",
        &[
            tekton!("spec.tasks[*].taskSpec", &[""]),
            tekton!("spec.finally[*].taskSpec", &[""]),
            tekton!("spec.tasks[*].pipelineSpec.tasks[*].taskSpec", &[""]),
            tekton!("spec.finally[*].pipelineSpec.tasks[*].taskSpec", &[""]),
        ],
        TEKTON,
    ),
    steps(
        "tekton.dev",
        "PipelineRun",
        &[
            tekton!("spec.pipelineSpec.tasks[*].taskSpec", PIPELINE_RUN),
            tekton!("spec.pipelineSpec.finally[*].taskSpec", PIPELINE_RUN),
            tekton!("spec.pipelineSpec.tasks[*].pipelineSpec.tasks[*].taskSpec", PIPELINE_RUN),
            // Settings for the pods of single tasks; `taskPodTemplate` before v1.
            Parts {
                pods: "spec.taskRunSpecs[*]",
                containers: &[],
                init_containers: &[],
                settings: &[],
                own: TASK_PODS,
            },
            Parts { pods: "spec", containers: &[], init_containers: &[], settings: PIPELINE_RUN, own: &[] },
        ],
        TEKTON,
    ),
    // Settings for the pods of an operator, apart from its containers.
    steps("kafka.strimzi.io", "Kafka", KAFKA, STRIMZI),
    steps("kafka.strimzi.io", "KafkaNodePool", strimzi!("spec.template"), STRIMZI),
    steps("kafka.strimzi.io", "KafkaConnect", strimzi!("spec.template"), STRIMZI),
    steps("kafka.strimzi.io", "KafkaBridge", strimzi!("spec.template"), STRIMZI),
    steps("kafka.strimzi.io", "KafkaMirrorMaker2", strimzi!("spec.template"), STRIMZI),
    // A step for tasks to refer to.
    steps(
        "tekton.dev",
        "StepAction",
        &[Parts { pods: "spec", containers: &[""], init_containers: &[], settings: &[], own: &[] }],
        TEKTON,
    ),
    // Jobs, and sets of them.
    complete("apps.kruise.io", "BroadcastJob", &["spec.template"], BROADCAST_JOB),
    complete(
        "apps.kruise.io",
        "AdvancedCronJob",
        &["spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template"],
        ADVANCED_CRON_JOB,
    ),
    complete("batch.volcano.sh", "Job", &["spec.tasks[*].template"], VOLCANO),
    complete("batch.volcano.sh", "CronJob", &["spec.jobTemplate.spec.tasks[*].template"], VOLCANO),
    complete("flow.volcano.sh", "JobTemplate", &["spec.tasks[*].template"], VOLCANO),
    complete("keda.sh", "ScaledJob", &["spec.jobTargetRef.template"], SCALED_JOB),
    complete("jobset.x-k8s.io", "JobSet", &["spec.replicatedJobs[*].template.spec.template"], JOB_SET),
    complete(
        "leaderworkerset.x-k8s.io",
        "LeaderWorkerSet",
        &["spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"],
        LEADER_WORKER_SET,
    ),
    complete(
        "disaggregatedset.x-k8s.io",
        "DisaggregatedSet",
        &[
            "spec.roles[*].spec.leaderWorkerTemplate.leaderTemplate",
            "spec.roles[*].spec.leaderWorkerTemplate.workerTemplate",
        ],
        LEADER_WORKER_SET,
    ),
    // A whole Pod stood here once, with apiVersion and kind.
    partial(
        "flink.apache.org",
        "FlinkDeployment",
        &["spec.podTemplate", "spec.jobManager.podTemplate", "spec.taskManager.podTemplate"],
        FLINK,
    )
    .of_larger_templates(),
    partial(
        "flink.apache.org",
        "FlinkBlueGreenDeployment",
        &[
            "spec.template.spec.podTemplate",
            "spec.template.spec.jobManager.podTemplate",
            "spec.template.spec.taskManager.podTemplate",
        ],
        FLINK,
    )
    .of_larger_templates(),
    // Training and serving of models.
    complete("kubeflow.org", "Notebook", &["spec.template"], NOTEBOOK),
    complete("kubeflow.org", "TFJob", &["spec.tfReplicaSpecs.*.template"], TRAINING_OPERATOR),
    complete("kubeflow.org", "XGBoostJob", &["spec.xgbReplicaSpecs.*.template"], TRAINING_OPERATOR),
    partial("kubeflow.org", "PyTorchJob", &["spec.pytorchReplicaSpecs.*.template"], PYTORCH),
    complete("kubeflow.org", "MPIJob", &["spec.mpiReplicaSpecs.*.template"], MPI_V2).of_versions(&["v2beta1"]),
    partial("kubeflow.org", "MPIJob", &["spec.mpiReplicaSpecs.*.template"], MPI_V1).of_versions(&["v1", "v1alpha2"]),
    partial("trainer.kubeflow.org", "ClusterTrainingRuntime", JOB_SETS, TRAINER),
    partial("trainer.kubeflow.org", "TrainingRuntime", JOB_SETS, TRAINER),
    // The group before the trainer had one of its own.
    partial("kubeflow.org", "ClusterTrainingRuntime", JOB_SETS, TRAINER),
    partial("kubeflow.org", "TrainingRuntime", JOB_SETS, TRAINER),
    partial("ray.io", "RayCluster", &["spec.headGroupSpec.template", "spec.workerGroupSpecs[*].template"], RAY),
    partial(
        "ray.io",
        "RayJob",
        &[
            "spec.rayClusterSpec.headGroupSpec.template",
            "spec.rayClusterSpec.workerGroupSpecs[*].template",
            "spec.submitterPodTemplate",
        ],
        RAY,
    ),
    partial(
        "ray.io",
        "RayCronJob",
        &[
            "spec.jobTemplate.rayClusterSpec.headGroupSpec.template",
            "spec.jobTemplate.rayClusterSpec.workerGroupSpecs[*].template",
            "spec.jobTemplate.submitterPodTemplate",
        ],
        RAY,
    ),
    partial(
        "ray.io",
        "RayService",
        &["spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs[*].template"],
        RAY,
    ),
    partial("serving.kserve.io", "ClusterServingRuntime", RUNTIME_SPECS, KSERVE).of_larger_specs(),
    partial("serving.kserve.io", "ServingRuntime", RUNTIME_SPECS, KSERVE).of_larger_specs(),
    // v1alpha2 had another shape.
    // A pod spec, and beside it the server's container under the name of its framework.
    steps(
        "serving.kserve.io",
        "InferenceService",
        &[
            kserve!("spec.predictor"),
            kserve!("spec.predictor.workerSpec"),
            kserve!("spec.transformer"),
            kserve!("spec.explainer"),
        ],
        KSERVE,
    )
    .of_versions(&["v1beta1"]),
    partial("serving.kserve.io", "LLMInferenceService", LLM_SPECS, LLM).of_larger_specs(),
    partial("serving.kserve.io", "LLMInferenceServiceConfig", LLM_SPECS, LLM).of_larger_specs(),
    // What operators are told about the pods that they make, and how operators themselves are installed.
    partial("elasticsearch.k8s.elastic.co", "Elasticsearch", &["spec.nodeSets[*].podTemplate"], ELASTIC),
    partial("kibana.k8s.elastic.co", "Kibana", &["spec.podTemplate"], ELASTIC),
    partial("logstash.k8s.elastic.co", "Logstash", &["spec.podTemplate"], ELASTIC),
    partial("beat.k8s.elastic.co", "Beat", &["spec.daemonSet.podTemplate", "spec.deployment.podTemplate"], ELASTIC),
    partial("agent.k8s.elastic.co", "Agent", AGENT_PODS, ELASTIC),
    partial("monitoring.coreos.com", "Prometheus", &["spec"], PROMETHEUS).of_larger_specs(),
    partial("monitoring.coreos.com", "PrometheusAgent", &["spec"], PROMETHEUS).of_larger_specs(),
    partial("monitoring.coreos.com", "Alertmanager", &["spec"], ALERTMANAGER).of_larger_specs(),
    partial("monitoring.coreos.com", "ThanosRuler", &["spec"], THANOS_RULER).of_larger_specs(),
    partial("cert-manager.io", "Issuer", SOLVER_PODS, SOLVER),
    partial("cert-manager.io", "ClusterIssuer", SOLVER_PODS, SOLVER),
    partial("pkg.crossplane.io", "DeploymentRuntimeConfig", &["spec.deploymentTemplate.spec.template"], CROSSPLANE),
    complete(
        "operators.coreos.com",
        "ClusterServiceVersion",
        &["spec.install.spec.deployments[*].spec.template"],
        CLUSTER_SERVICE_VERSION,
    ),
];

const ARGO_WORKFLOWS: &str = "argoproj/argo-workflows workflow/controller/workflowpod.go (createWorkflowPod)";
const KAFKA: &[Parts] = strimzi!(
    "spec.kafka.template",
    "spec.zookeeper.template",
    "spec.entityOperator.template",
    "spec.cruiseControl.template",
    "spec.kafkaExporter.template"
);
const STRIMZI: &str =
    "strimzi/strimzi-kafka-operator documentation/modules/appendix_crds.adoc (PodTemplate, ContainerTemplate)";
const TASK_PODS: &[Own] = &[
    Own::Pod("podTemplate.securityContext"),
    Own::Volumes("podTemplate.volumes[*]"),
    Own::Flags("podTemplate"),
    Own::Pod("taskPodTemplate.securityContext"),
    Own::Volumes("taskPodTemplate.volumes[*]"),
    Own::Flags("taskPodTemplate"),
];
const PIPELINE_RUN: &[&str] = &["/spec.taskRunTemplate.podTemplate", "/spec.podTemplate"];
const TEKTON: &str = "tektoncd/pipeline pkg/pod/pod.go (Builder.Build)";
const ROLLOUT: &str = "argoproj/argo-rollouts rollout/sync.go (createDesiredReplicaSet)";
const EXPERIMENT: &str = "argoproj/argo-rollouts experiments/replicaset.go (newReplicaSetFromTemplate)";
const ANALYSIS: &str = "argoproj/argo-rollouts metricproviders/job/job.go (newMetricJob)";
const CLONE_SET: &str = "openkruise/kruise pkg/controller/cloneset/core/cloneset_core.go (NewVersionedPods)";
const KRUISE_STATEFUL_SET: &str =
    "openkruise/kruise pkg/controller/statefulset/stateful_set_utils.go (newVersionedStatefulSetPod)";
const KRUISE_DAEMON_SET: &str = "openkruise/kruise pkg/controller/daemonset/daemonset_controller.go (NewPod)";
const DEPLOYMENT_CONFIG: &str = "openshift/library-go pkg/apps/util/util.go (MakeDeployment)";
const KNATIVE: &str = "knative/serving pkg/reconciler/revision/resources/deploy.go (makePodSpec)";
const GAME_SERVER: &str = "googleforgames/agones pkg/apis/agones/v1/gameserver.go (Pod)";
const SANDBOX: &str = "kubernetes-sigs/agent-sandbox controllers/sandbox_controller.go (reconcilePod)";
const SANDBOX_TEMPLATE: &str =
    "kubernetes-sigs/agent-sandbox extensions/controllers/sandboxclaim_controller.go (createSandbox)";

const METRIC_JOBS: &[&str] = &["spec.metrics[*].provider.job.spec.template"];
const FLEET: &[&str] = &["spec.template.spec.template"];

const BROADCAST_JOB: &str =
    "openkruise/kruise pkg/controller/broadcastjob/broadcastjob_controller.go (createPodOnNode)";
const ADVANCED_CRON_JOB: &str =
    "openkruise/kruise pkg/controller/advancedcronjob/advancedcronjob_broadcastjob_controller.go";
const VOLCANO: &str = "volcano-sh/volcano pkg/controllers/job/job_controller_util.go (createJobPod)";
const SCALED_JOB: &str = "kedacore/keda pkg/scaling/executor/scale_jobs.go (generateJobs)";
const JOB_SET: &str = "kubernetes-sigs/jobset pkg/controllers/jobset_controller.go (constructJob)";
const LEADER_WORKER_SET: &str = "kubernetes-sigs/lws pkg/controllers/pod_controller.go \
     (constructWorkerStatefulSetApplyConfiguration), leaderworkerset_controller.go (constructLeaderStatefulSetApplyConfiguration)";
const FLINK: &str = "apache/flink-kubernetes-operator FlinkDeploymentSpec.java, docs/custom-resource/pod-template.md \
     (merged with Flink's own pod)";

/// Copies the template's spec; the fsGroup that it may set is nothing that a check reads.
const NOTEBOOK: &str =
    "kubeflow/kubeflow components/notebook-controller/controllers/notebook_controller.go (generateStatefulSet)";
const TRAINING_OPERATOR: &str = "kubeflow/training-operator pkg/controller.v1/common/pod.go (createNewPod)";
/// Adds the init container `init-pytorch` to workers.
const PYTORCH: &str = "kubeflow/training-operator pkg/controller.v1/pytorch/initcontainer.go (setInitContainer)";
/// Adds the init container `kubectl-delivery` to the launcher.
const MPI_V1: &str = "kubeflow/training-operator pkg/controller.v1/mpi/mpijob_controller.go (newLauncher)";
const MPI_V2: &str = "kubeflow/mpi-operator pkg/controller/mpi_job_controller.go (newLauncherPodTemplate, newWorker)";
/// A TrainJob merges its own settings in.
const TRAINER: &str = "kubeflow/trainer pkg/runtime/core/trainingruntime.go (NewObjects)";
/// Adds an autoscaler, init containers and volumes.
const RAY: &str = "ray-project/kuberay ray-operator/controllers/ray/common/pod.go (DefaultHeadPodTemplate, BuildPod)";
/// Merges runtime and service, and adds storage initializers and agents.
const KSERVE: &str = "kserve/kserve pkg/controller/v1beta1/inferenceservice/components/predictor.go";
const LLM: &str = "kserve/kserve pkg/apis/serving/v1alpha1/llm_inference_service_types.go, \
     pkg/controller/v1alpha1/llmisvc (merges its configurations)";

const JOB_SETS: &[&str] = &["spec.template.spec.replicatedJobs[*].template.spec.template"];
const LLM_SPECS: &[&str] =
    &["spec.template", "spec.worker", "spec.prefill.template", "spec.prefill.worker", "spec.router.scheduler.template"];
const RUNTIME_SPECS: &[&str] = &["spec", "spec.workerSpec"];

/// Adds init containers, volumes and securityContexts.
const ELASTIC: &str = "elastic/cloud-on-k8s pkg/controller/common/defaults/pod_template.go (PodTemplateBuilder)";
/// Merges what is written into pods of its own.
const PROMETHEUS: &str = "prometheus-operator/prometheus-operator pkg/prometheus/server/statefulset.go";
const ALERTMANAGER: &str = "prometheus-operator/prometheus-operator pkg/alertmanager/statefulset.go";
const THANOS_RULER: &str = "prometheus-operator/prometheus-operator pkg/thanos/statefulset.go";
/// Merges what is written into the solver's own pod.
const SOLVER: &str =
    "cert-manager/cert-manager pkg/issuer/acme/http/pod.go (buildPod, mergePodObjectMetaWithPodTemplate)";
/// Adds the container `package-runtime` and its defaults.
const CROSSPLANE: &str = "crossplane/crossplane internal/controller/pkg/revision/runtime.go (Deployment)";
/// Adds environment variables and secrets.
const CLUSTER_SERVICE_VERSION: &str =
    "operator-framework/operator-lifecycle-manager pkg/controller/install/deployment.go (deploymentForSpec)";

const SOLVER_PODS: &[&str] =
    &["spec.acme.solvers[*].http01.ingress.podTemplate", "spec.acme.solvers[*].http01.gatewayHTTPRoute.podTemplate"];
const AGENT_PODS: &[&str] =
    &["spec.daemonSet.podTemplate", "spec.deployment.podTemplate", "spec.statefulSet.podTemplate"];

/// The controller makes pods of the template as it stands.
const fn complete(
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
    source: &'static str,
) -> Row {
    Row { group, versions: &[], kind, paths, decode: Decode::Templates, complete: true, source, removed: None }
}

/// The controller adds to the template, or changes it.
pub(super) const fn partial(
    group: &'static str,
    kind: &'static str,
    paths: &'static [&'static str],
    source: &'static str,
) -> Row {
    Row { complete: false, ..complete(group, kind, paths, source) }
}

/// An engine makes a pod of each step, and adds containers of its own.
pub(super) const fn steps(
    group: &'static str,
    kind: &'static str,
    parts: &'static [Parts],
    source: &'static str,
) -> Row {
    Row { decode: Decode::Parts(parts), ..partial(group, kind, &[], source) }
}

impl Row {
    /// With templates that have fields of their own beside the parts of its pods.
    pub(super) const fn with_templates(self, paths: &'static [&'static str]) -> Self {
        Self { paths, ..self }
    }

    /// Of these versions only.
    const fn of_versions(self, versions: &'static [&'static str]) -> Self {
        Self { versions, ..self }
    }

    /// With templates that have fields of their own.
    pub(super) const fn of_larger_templates(self) -> Self {
        Self { decode: Decode::LargerTemplates, ..self }
    }

    /// With pod specs among other fields, and no templates around them.
    pub(super) const fn of_larger_specs(self) -> Self {
        Self { decode: Decode::LargerSpecs, ..self }
    }
}
