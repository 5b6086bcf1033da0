//! Training and serving of models.

use super::{Container, NO_PARTS, Own, POD_SPEC, Parts, TEMPLATE, Volumes, complete, partial, steps};
use crate::manifest::template::Row;

/// The pod of a KServe component whose spec stands at `$spec`, and beside it the server's container under the name of
/// its framework.
macro_rules! kserve {
    ($spec:literal, [$($frameworks:literal),*]) => {
        Parts {
            pods: $spec,
            containers: &["containers[*]", $($frameworks),*],
            init_containers: &["initContainers[*]"],
            settings: &[concat!("/", $spec)],
            ..NO_PARTS
        }
    };
}

pub(super) const ROWS: &[Row] = &[
    complete("kubeflow.org", "Notebook", TEMPLATE, NOTEBOOK),
    complete("kubeflow.org", "TFJob", &["spec.tfReplicaSpecs.*.template"], TRAINING_OPERATOR),
    complete("kubeflow.org", "XGBoostJob", &["spec.xgbReplicaSpecs.*.template"], TRAINING_OPERATOR),
    complete("kubeflow.org", "PaddleJob", &["spec.paddleReplicaSpecs.*.template"], TRAINING_OPERATOR),
    complete("kubeflow.org", "MXJob", &["spec.mxReplicaSpecs.*.template"], TRAINING_OPERATOR),
    partial("kubeflow.org", "PyTorchJob", &["spec.pytorchReplicaSpecs.*.template"], PYTORCH),
    partial("kubeflow.org", "JAXJob", &["spec.jaxReplicaSpecs.*.template"], JAX),
    complete("kubeflow.org", "MPIJob", &["spec.mpiReplicaSpecs.*.template"], MPI_V2).of_versions(&["v2beta1"]),
    partial("kubeflow.org", "MPIJob", &["spec.mpiReplicaSpecs.*.template"], MPI_V1).of_versions(&["v1", "v1alpha2"]),
    partial("trainer.kubeflow.org", "ClusterTrainingRuntime", JOB_SETS, TRAINER),
    partial("trainer.kubeflow.org", "TrainingRuntime", JOB_SETS, TRAINER),
    // The group before the trainer had one of its own.
    partial("kubeflow.org", "ClusterTrainingRuntime", JOB_SETS, TRAINER),
    partial("kubeflow.org", "TrainingRuntime", JOB_SETS, TRAINER),
    // What it patches of the runtime that it names.
    partial(
        "trainer.kubeflow.org",
        "TrainJob",
        &["spec.runtimePatches[*].trainingRuntimeSpec.template.spec.replicatedJobs[*].template.spec.template"],
        "kubeflow/trainer pkg/apis/trainer/v1alpha1/trainjob_types.go (RuntimePatch)",
    )
    .of_larger_templates(),
    partial("ray.io", "RayCluster", &["spec.headGroupSpec.template", "spec.workerGroupSpecs[*].template"], RAY)
        .with_parts(&[server!("spec", [], [], RAY_OWN)]),
    partial(
        "ray.io",
        "RayJob",
        &[
            "spec.rayClusterSpec.headGroupSpec.template",
            "spec.rayClusterSpec.workerGroupSpecs[*].template",
            "spec.submitterPodTemplate",
        ],
        RAY,
    )
    .with_parts(&[server!("spec.rayClusterSpec", [], [], RAY_OWN)]),
    partial(
        "ray.io",
        "RayCronJob",
        &[
            "spec.jobTemplate.rayClusterSpec.headGroupSpec.template",
            "spec.jobTemplate.rayClusterSpec.workerGroupSpecs[*].template",
            "spec.jobTemplate.submitterPodTemplate",
        ],
        RAY,
    )
    .with_parts(&[server!("spec.jobTemplate.rayClusterSpec", [], [], RAY_OWN)]),
    partial(
        "ray.io",
        "RayService",
        &["spec.rayClusterConfig.headGroupSpec.template", "spec.rayClusterConfig.workerGroupSpecs[*].template"],
        RAY,
    )
    .with_parts(&[server!("spec.rayClusterConfig", [], [], RAY_OWN)]),
    partial("serving.kserve.io", "ClusterServingRuntime", RUNTIME_SPECS, KSERVE)
        .of_larger_specs()
        .without_context_of_pod(),
    partial("serving.kserve.io", "ServingRuntime", RUNTIME_SPECS, KSERVE).of_larger_specs().without_context_of_pod(),
    steps(
        "serving.kserve.io",
        "ClusterStorageContainer",
        &[server!("spec", [], ["container"], &[])],
        "kserve/kserve pkg/apis/serving/v1alpha1/storage_container_types.go (StorageContainerSpec)",
    ),
    // v1alpha2 had another shape.
    steps("serving.kserve.io", "InferenceService", INFERENCE, KSERVE).of_versions(&["v1beta1"]),
    partial("serving.kserve.io", "LLMInferenceService", LLM_SPECS, LLM).of_larger_specs(),
    partial("serving.kserve.io", "LLMInferenceServiceConfig", LLM_SPECS, LLM).of_larger_specs(),
    partial("kaito.sh", "Workspace", &["inference.template"], KAITO).with_parts(&[
        server!("inference", [], [], &[Volumes("adapters[*].source.volumeSource")]),
        server!("tuning", [], [], &[Volumes("input.volumeSource"), Volumes("output.volumeSource")]),
    ]),
    steps(
        "machinelearning.seldon.io",
        "SeldonDeployment",
        &[server!("spec.predictors[*]", ["explainer.containerSpec"], [], &[])],
        SELDON,
    )
    .with_templates(&["spec.predictors[*].componentSpecs[*]"]),
    partial("mlops.seldon.io", "SeldonConfig", &["spec.components[*].podSpec"], SELDON_CORE).of_larger_specs(),
    partial("mlops.seldon.io", "SeldonRuntime", &["spec.overrides[*].podSpec"], SELDON_CORE).of_larger_specs(),
    partial("mlops.seldon.io", "ServerConfig", &["spec.podSpec"], SELDON_CORE).of_larger_specs(),
    steps(
        "mlops.seldon.io",
        "Server",
        &[
            server!("spec.podSpec", ["containers[*]"], ["initContainers[*]"], POD_SPEC),
            server!("spec.imageOverrides", ["agent", "rclone"], [], &[]),
        ],
        SELDON_CORE,
    ),
];

const INFERENCE: &[Parts] = &[
    kserve!(
        "spec.predictor",
        [
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
            "paddle"
        ]
    ),
    kserve!("spec.predictor.workerSpec", []),
    kserve!("spec.transformer", []),
    kserve!("spec.explainer", ["art"]),
];
/// The autoscaler's container, which is added to the pod of the head.
const RAY_OWN: &[Own] = &[Container("autoscalerOptions.securityContext")];
const JOB_SETS: &[&str] = &["spec.template.spec.replicatedJobs[*].template.spec.template"];
const LLM_SPECS: &[&str] = &[
    "spec.template",
    "spec.worker",
    "spec.prefill.template",
    "spec.prefill.worker",
    "spec.router.scheduler.template",
    "spec.router.scheduler.tokenizer.template",
];
const RUNTIME_SPECS: &[&str] = &["spec", "spec.workerSpec"];

/// Copies the template's spec; the fsGroup that it may set is nothing that a check reads.
const NOTEBOOK: &str =
    "kubeflow/kubeflow components/notebook-controller/controllers/notebook_controller.go (generateStatefulSet)";
const TRAINING_OPERATOR: &str = "kubeflow/training-operator pkg/controller.v1/common/pod.go (createNewPod)";
/// Adds the init container `init-pytorch` to workers.
const PYTORCH: &str = "kubeflow/training-operator pkg/controller.v1/pytorch/initcontainer.go (setInitContainer)";
const JAX: &str = "kubeflow/training-operator pkg/apis/kubeflow.org/v1/jax_types.go";
/// Adds the init container `kubectl-delivery` to the launcher.
const MPI_V1: &str = "kubeflow/training-operator pkg/controller.v1/mpi/mpijob_controller.go (newLauncher)";
const MPI_V2: &str = "kubeflow/mpi-operator pkg/controller/mpi_job_controller.go (newLauncherPodTemplate, newWorker)";
/// A TrainJob merges its own settings in.
const TRAINER: &str = "kubeflow/trainer pkg/runtime/core/trainingruntime.go (NewObjects)";
/// Adds an autoscaler, init containers and volumes.
const RAY: &str = "ray-project/kuberay ray-operator/controllers/ray/common/pod.go (DefaultHeadPodTemplate, BuildPod), \
     ray-operator/apis/ray/v1/raycluster_types.go (AutoscalerOptions)";
/// Merges runtime and service, and adds storage initializers and agents.
const KSERVE: &str = "kserve/kserve pkg/controller/v1beta1/inferenceservice/components/predictor.go";
const LLM: &str = "kserve/kserve pkg/apis/serving/v1alpha2/llm_inference_service_types.go, \
     pkg/controller/v1alpha2/llmisvc (merges its configurations)";
const KAITO: &str = "kaito-project/kaito api/v1beta1/workspace_types.go (InferenceSpec, TuningSpec)";
const SELDON: &str = "SeldonIO/seldon-core operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go \
     (SeldonPodSpec, Explainer)";
const SELDON_CORE: &str = "SeldonIO/seldon-core operator/apis/mlops/v1alpha1/server_types.go (PodSpec), serverconfig_types.go, \
     seldonconfig_types.go, seldonruntime_types.go";
