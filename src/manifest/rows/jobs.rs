//! Jobs, sets of them, and what runs data through them.

use super::{BY_CONTAINER, Container, Flags, NO_PARTS, Own, Parts, Pod, TEMPLATE, Volumes, complete, partial, steps};
use crate::manifest::template::Row;

/// The pod of a driver or executor, with the volumes of its application.
macro_rules! spark {
    ($pods:literal, $application:literal) => {
        Parts { settings: &[$application], ..server!($pods, ["sidecars[*]"], ["initContainers[*]"], SPARK_OWN) }
    };
}

/// The pods of a vertex of Numaflow.
macro_rules! vertex {
    ($pods:literal) => {
        server!(
            $pods,
            [
                "source.udsource.container",
                "source.transformer.container",
                "udf.container",
                "sink.udsink.container",
                "sink.fallback.udsink.container",
                "sink.onSuccess.udsink.container",
                "sidecars[*]"
            ],
            ["initContainers[*]"],
            &[
                Container("containerTemplate.securityContext"),
                Container("initContainerTemplate.securityContext"),
                Container("sideInputsContainerTemplate.securityContext"),
                Pod("securityContext"),
                Volumes("volumes[*]"),
            ]
        )
    };
}

/// A pod of Numaflow's own, which takes settings alone.
macro_rules! numaflow {
    ($pods:literal) => {
        server!(
            $pods,
            [],
            [],
            &[
                Container("containerTemplate.securityContext"),
                Container("initContainerTemplate.securityContext"),
                Pod("securityContext"),
            ]
        )
    };
}

pub(super) const ROWS: &[Row] = &[
    complete("apps.kruise.io", "BroadcastJob", TEMPLATE, BROADCAST_JOB),
    complete(
        "apps.kruise.io",
        "AdvancedCronJob",
        &["spec.template.jobTemplate.spec.template", "spec.template.broadcastJobTemplate.spec.template"],
        ADVANCED_CRON_JOB,
    ),
    complete("batch.volcano.sh", "Job", &["spec.tasks[*].template"], VOLCANO),
    complete("batch.volcano.sh", "CronJob", &["spec.jobTemplate.spec.tasks[*].template"], VOLCANO),
    complete("flow.volcano.sh", "JobTemplate", &["spec.tasks[*].template"], VOLCANO),
    // What it patches of the job templates that it names.
    partial("flow.volcano.sh", "JobFlow", &["spec.flows[*].patch.jobSpec.tasks[*].template"], JOB_FLOW)
        .of_larger_templates(),
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
        "kubernetes-sigs/lws pkg/controllers/disaggregatedset/lws_manager.go",
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
    steps(
        "sparkoperator.k8s.io",
        "SparkApplication",
        &[spark!("spec.driver", "/spec"), spark!("spec.executor", "/spec")],
        SPARK,
    )
    .with_templates(&["spec.driver.template", "spec.executor.template"]),
    steps(
        "sparkoperator.k8s.io",
        "ScheduledSparkApplication",
        &[spark!("spec.template.driver", "/spec.template"), spark!("spec.template.executor", "/spec.template")],
        SPARK,
    )
    .with_templates(&["spec.template.driver.template", "spec.template.executor.template"]),
    partial("sparkoperator.k8s.io", "SparkConnect", &["spec.server.template", "spec.executor.template"], SPARK_CONNECT),
    partial("kubernetes.dask.org", "DaskCluster", &["spec.worker", "spec.scheduler"], DASK).of_larger_templates(),
    partial("kubernetes.dask.org", "DaskWorkerGroup", &["spec.worker"], DASK).of_larger_templates(),
    partial(
        "kubernetes.dask.org",
        "DaskJob",
        &["spec.job", "spec.cluster.spec.worker", "spec.cluster.spec.scheduler"],
        DASK,
    )
    .of_larger_templates(),
    slurm("NodeSet", &[server!("spec", ["slurmd", "logfile"], [], &[])], SLURM_NODES),
    slurm("LoginSet", &[server!("spec", ["login"], ["initconf"], &[])], SLURM_LOGIN),
    slurm("Controller", &[server!("spec", ["slurmctld", "reconfigure", "logfile"], [], &[])], SLURM_CONTROLLER),
    slurm("Accounting", &[server!("spec", ["slurmdbd"], [], &[])], SLURM_ACCOUNTING),
    slurm("RestApi", &[server!("spec", ["slurmrestd"], [], &[])], SLURM_REST),
    steps(
        "numaflow.numaproj.io",
        "Pipeline",
        &[
            vertex!("spec.vertices[*]"),
            server!("spec.sideInputs[*]", ["container"], [], &[Volumes("volumes[*]")]),
            numaflow!("spec.templates.vertex"),
            numaflow!("spec.templates.daemon"),
            numaflow!("spec.templates.job"),
            numaflow!("spec.templates.sideInputsManager"),
        ],
        NUMAFLOW,
    ),
    steps("numaflow.numaproj.io", "Vertex", &[vertex!("spec")], NUMAFLOW),
    steps("numaflow.numaproj.io", "MonoVertex", &[vertex!("spec"), numaflow!("spec.daemonTemplate")], NUMAFLOW),
    steps(
        "numaflow.numaproj.io",
        "InterStepBufferService",
        &[server!(
            "spec.jetstream",
            [],
            [],
            &[
                Container("containerTemplate.securityContext"),
                Container("metricsContainerTemplate.securityContext"),
                Container("reloaderContainerTemplate.securityContext"),
                Pod("securityContext"),
            ]
        )],
        "numaproj/numaflow pkg/apis/numaflow/v1alpha1/jetstream_buffer_service.go (JetStreamBufferService)",
    ),
    // The files of the node that its pods mount.
    steps(
        "litmuschaos.io",
        "ChaosExperiment",
        &[server!(
            "spec.definition",
            [],
            [],
            &[
                Container("securityContext.containerSecurityContext"),
                Pod("securityContext.podSecurityContext"),
                Flags(""),
                Own::HostPath("hostFileVolumes[*].nodePath"),
            ]
        )],
        LITMUS,
    ),
    steps("k6.io", "TestRun", K6_PODS, K6),
    steps("k6.io", "K6", K6_PODS, K6),
    steps("k8up.io", "Backup", &[K8UP_POD], K8UP),
    steps("k8up.io", "Archive", &[K8UP_POD], K8UP),
    steps("k8up.io", "Check", &[K8UP_POD], K8UP),
    steps("k8up.io", "Prune", &[K8UP_POD], K8UP),
    steps("k8up.io", "Restore", &[K8UP_POD], K8UP),
    steps("k8up.io", "Schedule", K8UP_PODS, K8UP),
    partial("k8up.io", "PodConfig", TEMPLATE, "k8up-io/k8up api/v1/podconfig_types.go"),
    partial("k8up.io", "PreBackupPod", &["spec.pod"], "k8up-io/k8up api/v1/prebackuppod_types.go (Pod)")
        .of_larger_templates(),
    steps("volsync.backube", "ReplicationSource", MOVERS, VOLSYNC),
    steps("volsync.backube", "ReplicationDestination", MOVERS, VOLSYNC),
];

/// A part of a Slurm cluster: its own containers, and a template that they are merged with.
const fn slurm(kind: &'static str, parts: &'static [Parts], source: &'static str) -> Row {
    steps("slinky.slurm.net", kind, parts, source).with_templates(TEMPLATE)
}

const SPARK_OWN: &[Own] = &[Container("securityContext"), Pod("podSecurityContext"), Flags("")];
const K6_PODS: &[Parts] = &[
    server!("spec.initializer", [], ["initContainers[*]"], BY_CONTAINER),
    server!("spec.starter", [], ["initContainers[*]"], BY_CONTAINER),
    server!("spec.runner", [], ["initContainers[*]"], BY_CONTAINER),
    server!("spec", [], [], &[Own::HostPort("ports[*].hostPort")]),
];
const K8UP_POD: Parts = server!("spec", [], [], K8UP_OWN);
const K8UP_OWN: &[Own] = &[Pod("podSecurityContext")];
const K8UP_PODS: &[Parts] = &[
    K8UP_POD,
    server!("spec.backup", [], [], K8UP_OWN),
    server!("spec.archive", [], [], K8UP_OWN),
    server!("spec.check", [], [], K8UP_OWN),
    server!("spec.prune", [], [], K8UP_OWN),
    server!("spec.restore", [], [], K8UP_OWN),
];
/// The pods that move data.
const MOVERS: &[Parts] = &[
    server!("spec.restic", [], [], MOVER),
    server!("spec.rclone", [], [], MOVER),
    server!("spec.rsyncTLS", [], [], MOVER),
    server!("spec.syncthing", [], [], MOVER),
];
const MOVER: &[Own] = &[Pod("moverSecurityContext"), Volumes("moverVolumes[*].volumeSource")];

const BROADCAST_JOB: &str =
    "openkruise/kruise pkg/controller/broadcastjob/broadcastjob_controller.go (createPodOnNode)";
const ADVANCED_CRON_JOB: &str = "openkruise/kruise pkg/controller/advancedcronjob/advancedcronjob_job_controller.go, \
     advancedcronjob_broadcastjob_controller.go";
const VOLCANO: &str = "volcano-sh/volcano pkg/controllers/job/job_controller_util.go (createJobPod)";
const JOB_FLOW: &str =
    "volcano-sh/volcano pkg/controllers/jobflow/jobflow_controller_action.go (loadJobTemplateAndSetJob)";
const SCALED_JOB: &str = "kedacore/keda pkg/scaling/executor/scale_jobs.go (generateJobs)";
const JOB_SET: &str = "kubernetes-sigs/jobset pkg/controllers/jobset_controller.go (constructJob)";
const LEADER_WORKER_SET: &str = "kubernetes-sigs/lws pkg/controllers/pod_controller.go \
     (constructWorkerStatefulSetApplyConfiguration), leaderworkerset_controller.go (constructLeaderStatefulSetApplyConfiguration)";
const FLINK: &str = "apache/flink-kubernetes-operator docs/content/docs/custom-resource/pod-template.md \
     (merged with Flink's own pod)";
const SPARK: &str = "kubeflow/spark-operator api/v1beta2/sparkapplication_types.go (SparkPodSpec)";
const SPARK_CONNECT: &str = "kubeflow/spark-operator api/v1alpha1/sparkconnect_types.go";
const DASK: &str = "dask/dask-kubernetes dask_kubernetes/operator/customresources/templates.yaml, \
     dask_kubernetes/operator/controller/controller.py (build_worker_deployment_spec)";
const SLURM_NODES: &str = "SlinkyProject/slurm-operator api/v1beta1/nodeset_types.go";
const SLURM_LOGIN: &str = "SlinkyProject/slurm-operator api/v1beta1/loginset_types.go";
const SLURM_CONTROLLER: &str = "SlinkyProject/slurm-operator api/v1beta1/controller_types.go";
const SLURM_ACCOUNTING: &str = "SlinkyProject/slurm-operator api/v1beta1/accounting_types.go";
const SLURM_REST: &str = "SlinkyProject/slurm-operator api/v1beta1/restapi_types.go";
const NUMAFLOW: &str = "numaproj/numaflow pkg/apis/numaflow/v1alpha1/vertex_types.go, mono_vertex_types.go";
const LITMUS: &str = "litmuschaos/chaos-operator api/litmuschaos/v1alpha1/chaosexperiment_types.go (HostFile)";
const K6: &str = "grafana/k6-operator api/v1alpha1/testrun_types.go (TestRunSpec, Pod)";
const K8UP: &str = "k8up-io/k8up api/v1/runnable_types.go (RunnableSpec), api/v1/schedule_types.go";
const VOLSYNC: &str = "backube/volsync api/v1alpha1/common_types.go (MoverConfig)";
