//! Custom resources of operators that run databases, collectors and other servers: what they are told about the pods that
//! they make.
//!
//! Nearly all of them take single settings under names of their own and make the rest of the pod themselves, so that a
//! verdict is never complete. Each row names the types of its resource.

use super::custom::{partial, steps};
use super::parts::Own::{Container, Flags, Pod, Volumes};
use super::parts::{Own, Parts};
use super::template::Row;

/// The pod of a server whose settings stand below `$pods`: its sidecars, its init containers, and what it is told itself.
macro_rules! server {
    ($pods:literal, [$($containers:literal),*], [$($init:literal),*], $own:expr) => {
        Parts {
            pods: $pods,
            containers: &[$($containers),*],
            init_containers: &[$($init),*],
            settings: &[],
            own: $own,
        }
    };
}

/// The pod of a runner of GitHub Actions, as it was before runner sets.
macro_rules! runner {
    ($pods:literal) => {
        server!(
            $pods,
            ["containers[*]", "sidecarContainers[*]"],
            ["initContainers[*]"],
            &[Pod("securityContext"), Volumes("volumes[*]"),]
        )
    };
}

/// The pod of a driver or executor, with the volumes of its application.
macro_rules! spark {
    ($pods:literal, $application:literal) => {
        Parts { settings: &[$application], ..server!($pods, ["sidecars[*]"], ["initContainers[*]"], BOTH) }
    };
}

/// The pod of a server of VictoriaMetrics.
macro_rules! victoria {
    ($pods:literal) => {
        server!($pods, ["containers[*]"], ["initContainers[*]"], MERGED)
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
                "sidecars[*]"
            ],
            ["initContainers[*]"],
            &[
                Container("containerTemplate.securityContext"),
                Container("initContainerTemplate.securityContext"),
                Pod("securityContext"),
                Volumes("volumes[*]"),
            ]
        )
    };
}

/// The pod of a proxy.
macro_rules! envoy {
    ($pods:literal) => {
        server!(
            $pods,
            [],
            ["initContainers[*]"],
            &[Container("container.securityContext"), Pod("pod.securityContext"), Volumes("pod.volumes[*]"),]
        )
    };
}

/// `securityContext` is the container's, and `podSecurityContext` the pod's.
const BOTH: &[Own] = &[Container("securityContext"), Pod("podSecurityContext"), Volumes("volumes[*]"), Flags("")];
/// `containerSecurityContext` is the container's, and `securityContext` the pod's.
const BOTH_BY_CONTAINER: &[Own] =
    &[Container("containerSecurityContext"), Pod("securityContext"), Volumes("volumes[*]"), Flags("")];
/// `containerSecurityContext` is the container's, and `podSecurityContext` the pod's.
const BOTH_NAMED: &[Own] =
    &[Container("containerSecurityContext"), Pod("podSecurityContext"), Volumes("volumes[*]"), Flags("")];
/// One `securityContext` with the fields of both.
const MERGED: &[Own] = &[Container("securityContext"), Pod("securityContext"), Volumes("volumes[*]"), Flags("")];

/// The rows, by theme.
pub(super) const OPERATORS: &[Row] = &[
    // Runners of continuous integration.
    partial("actions.github.com", "AutoscalingRunnerSet", &["spec.template", "spec.listenerTemplate"], RUNNER_SET),
    partial("actions.github.com", "EphemeralRunnerSet", &["spec.ephemeralRunnerSpec"], EPHEMERAL_RUNNER_SET)
        .of_larger_templates(),
    partial("actions.github.com", "EphemeralRunner", &["spec"], EPHEMERAL_RUNNER).of_larger_templates(),
    steps("actions.summerwind.dev", "Runner", &[runner!("spec")], RUNNER),
    steps("actions.summerwind.dev", "RunnerReplicaSet", &[runner!("spec.template.spec")], RUNNER),
    steps("actions.summerwind.dev", "RunnerDeployment", &[runner!("spec.template.spec")], RUNNER),
    partial("actions.summerwind.dev", "RunnerSet", &["spec.template"], RUNNER_SET_BEFORE).of_larger_templates(),
    steps("shipwright.io", "BuildStrategy", BUILD_STEPS, SHIPWRIGHT),
    steps("shipwright.io", "ClusterBuildStrategy", BUILD_STEPS, SHIPWRIGHT),
    steps("argoproj.io", "EventSource", EVENTS, ARGO_EVENTS),
    steps("argoproj.io", "Sensor", EVENTS, ARGO_EVENTS),
    partial("triggers.tekton.dev", "EventListener", &["spec.resources.kubernetesResource.spec.template"], TRIGGERS)
        .of_larger_templates(),
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
    // Jobs of data and machine learning.
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
    partial("kaito.sh", "Workspace", &["inference.template"], KAITO),
    slurm("NodeSet", &[server!("spec", ["slurmd", "logfile"], [], &[])], SLURM_NODES),
    slurm("LoginSet", &[server!("spec", ["login"], ["initconf"], &[])], SLURM_LOGIN),
    slurm("Controller", &[server!("spec", ["slurmctld", "reconfigure", "logfile"], [], &[])], SLURM_CONTROLLER),
    slurm("Accounting", &[server!("spec", ["slurmdbd"], [], &[])], SLURM_ACCOUNTING),
    slurm("RestApi", &[server!("spec", ["slurmrestd"], [], &[])], SLURM_REST),
    steps("numaflow.numaproj.io", "Pipeline", &[vertex!("spec.vertices[*]")], NUMAFLOW),
    steps("numaflow.numaproj.io", "MonoVertex", &[vertex!("spec")], NUMAFLOW),
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
            ]
        )],
        LITMUS,
    ),
    partial("kubernetes.dask.org", "DaskCluster", &["spec.worker", "spec.scheduler"], DASK).of_larger_templates(),
    partial("kubernetes.dask.org", "DaskWorkerGroup", &["spec.worker"], DASK).of_larger_templates(),
    partial(
        "kubernetes.dask.org",
        "DaskJob",
        &["spec.job", "spec.cluster.spec.worker", "spec.cluster.spec.scheduler"],
        DASK,
    )
    .of_larger_templates(),
    partial("machinelearning.seldon.io", "SeldonDeployment", &["spec.predictors[*].componentSpecs[*]"], SELDON)
        .of_larger_templates(),
    partial("kubeflow.org", "JAXJob", &["spec.jaxReplicaSpecs.*.template"], JAX),
    steps("k6.io", "TestRun", K6_PODS, K6),
    steps("k6.io", "K6", K6_PODS, K6),
    // Functions and events.
    partial("serving.knative.dev", "Revision", &["spec"], REVISION).of_larger_specs(),
    partial("sources.knative.dev", "ContainerSource", &["spec.template"], CONTAINER_SOURCE),
    partial("sinks.knative.dev", "JobSink", &["spec.job.spec.template"], JOB_SINK),
    partial("camel.apache.org", "Integration", &["spec.template"], CAMEL).of_larger_templates(),
    // What is put into, or made of, the pods of others.
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
    ),
    // Logs, metrics and traces.
    steps(
        "opentelemetry.io",
        "OpenTelemetryCollector",
        &[
            server!("spec", ["additionalContainers[*]"], ["initContainers[*]"], BOTH),
            server!("spec.targetAllocator", [], [], BOTH),
        ],
        OPEN_TELEMETRY,
    ),
    steps(
        "opentelemetry.io",
        "TargetAllocator",
        &[server!("spec", ["additionalContainers[*]"], ["initContainers[*]"], BOTH)],
        OPEN_TELEMETRY,
    ),
    partial("grafana.integreatly.org", "Grafana", &["spec.deployment.spec.template"], GRAFANA).of_larger_templates(),
    steps(
        "datadoghq.com",
        "DatadogAgent",
        &[server!(
            "spec.override.*",
            [],
            [],
            &[Container("containers.*.securityContext"), Pod("securityContext"), Volumes("volumes[*]"), Flags(""),]
        )],
        DATADOG,
    ),
    steps("jaegertracing.io", "Jaeger", JAEGER_PODS, JAEGER),
    steps("logging.banzaicloud.io", "Logging", LOGGING_PODS, LOGGING),
    steps("logging.banzaicloud.io", "FluentbitAgent", &[server!("spec", [], [], SECURITY)], LOGGING),
    steps("logging.banzaicloud.io", "FluentdConfig", &[server!("spec", [], [], SECURITY)], LOGGING),
    steps("operator.victoriametrics.com", "VMAgent", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAlert", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAlertmanager", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAuth", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMSingle", &[victoria!("spec")], VICTORIA_METRICS),
    steps(
        "operator.victoriametrics.com",
        "VMCluster",
        &[victoria!("spec.vmselect"), victoria!("spec.vminsert"), victoria!("spec.vmstorage")],
        VICTORIA_METRICS,
    ),
    steps("operator.victoriametrics.com", "VLSingle", &[victoria!("spec")], VICTORIA_METRICS),
    steps(
        "operator.victoriametrics.com",
        "VLCluster",
        &[victoria!("spec.vlselect"), victoria!("spec.vlinsert"), victoria!("spec.vlstorage")],
        VICTORIA_METRICS,
    ),
    partial("apm.k8s.elastic.co", "ApmServer", POD_TEMPLATE, ELASTIC_APM),
    partial("enterprisesearch.k8s.elastic.co", "EnterpriseSearch", POD_TEMPLATE, ELASTIC_ENTERPRISE_SEARCH),
    partial("maps.k8s.elastic.co", "ElasticMapsServer", POD_TEMPLATE, ELASTIC_MAPS),
    partial("packageregistry.k8s.elastic.co", "PackageRegistry", POD_TEMPLATE, ELASTIC_PACKAGES),
    partial("autoops.k8s.elastic.co", "AutoOpsAgentPolicy", POD_TEMPLATE, ELASTIC_AUTO_OPS),
    // Databases, queues and stores.
    partial("rabbitmq.com", "RabbitmqCluster", &["spec.override.statefulSet.spec.template"], RABBITMQ)
        .of_larger_templates(),
    partial("mongodbcommunity.mongodb.com", "MongoDBCommunity", &["spec.statefulSet.spec.template"], MONGODB),
    steps("acid.zalan.do", "postgresql", &[server!("spec", [], ["initContainers[*]"], &[])], ZALANDO),
    steps("postgresql.cnpg.io", "Cluster", &[server!("spec", [], [], BOTH)], CLOUD_NATIVE_PG),
    partial("postgresql.cnpg.io", "Pooler", &["spec.template"], CLOUD_NATIVE_PG_POOLER).of_larger_templates(),
    steps(
        "cassandra.datastax.com",
        "CassandraDatacenter",
        &[server!("spec", [], [], &[Flags("networking")])],
        CASSANDRA,
    )
    .with_templates(&["spec.podTemplateSpec"]),
    partial("clickhouse.altinity.com", "ClickHouseInstallation", CLICK_HOUSE_PODS, CLICK_HOUSE).of_larger_templates(),
    partial("clickhouse.altinity.com", "ClickHouseInstallationTemplate", CLICK_HOUSE_PODS, CLICK_HOUSE)
        .of_larger_templates(),
    partial("clickhouse-keeper.altinity.com", "ClickHouseKeeperInstallation", CLICK_HOUSE_PODS, CLICK_HOUSE_KEEPER)
        .of_larger_templates(),
    steps("psmdb.percona.com", "PerconaServerMongoDB", PERCONA_PODS, PERCONA),
    steps(
        "postgres-operator.crunchydata.com",
        "PostgresCluster",
        &[
            server!("spec.instances[*]", ["containers[*]"], [], &[]),
            server!("spec.proxy.pgBouncer", ["containers[*]"], [], &[]),
        ],
        CRUNCHY,
    ),
    steps(
        "zookeeper.pravega.io",
        "ZookeeperCluster",
        &[server!(
            "spec",
            ["containers[*]"],
            ["initContainers[*]"],
            &[Pod("pod.securityContext"), Volumes("volumes[*]")]
        )],
        ZOOKEEPER,
    ),
    steps("redis.redis.opstreelabs.in", "Redis", &[server!("spec", ["sidecars[*]"], ["initContainer"], BOTH)], REDIS),
    steps("opensearch.opster.io", "OpenSearchCluster", OPEN_SEARCH_PODS, OPEN_SEARCH),
    steps("opensearch.org", "OpenSearchCluster", OPEN_SEARCH_PODS, OPEN_SEARCH),
    steps(
        "solr.apache.org",
        "SolrCloud",
        &[server!(
            "spec.customSolrKubeOptions.podOptions",
            ["sidecarContainers[*]"],
            ["initContainers[*]"],
            BOTH_NAMED
        )],
        SOLR,
    ),
    steps(
        "solr.apache.org",
        "SolrPrometheusExporter",
        &[server!("spec.customKubeOptions.podOptions", ["sidecarContainers[*]"], ["initContainers[*]"], BOTH_NAMED)],
        SOLR,
    ),
    steps("minio.min.io", "Tenant", MINIO_PODS, MINIO),
    steps("ceph.rook.io", "CephCluster", &[server!("spec.network", [], [], &[Flags("")])], ROOK),
    // Gateways, keys and identities.
    steps(
        "gateway.envoyproxy.io",
        "EnvoyProxy",
        &[envoy!("spec.provider.kubernetes.envoyDeployment"), envoy!("spec.provider.kubernetes.envoyDaemonSet")],
        ENVOY,
    )
    .with_templates(&[
        "spec.provider.kubernetes.envoyDeployment.patch.value.spec.template",
        "spec.provider.kubernetes.envoyDaemonSet.patch.value.spec.template",
    ]),
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
        "vault.banzaicloud.com",
        "Vault",
        &[server!(
            "spec",
            ["vaultContainerSpec", "vaultContainers[*]"],
            ["vaultInitContainers[*]"],
            &[Pod("securityContext"), Volumes("volumes[*]"),]
        )],
        VAULT,
    ),
    partial("k8s.keycloak.org", "Keycloak", &["spec.unsupported.podTemplate"], KEYCLOAK),
];

/// A part of a Slurm cluster: its own containers, and a template that they are merged with.
const fn slurm(kind: &'static str, parts: &'static [Parts], source: &'static str) -> Row {
    steps("slinky.slurm.net", kind, parts, source).with_templates(&["spec.template"])
}

/// What the servers of Percona's MongoDB are told.
const PERCONA_OWN: &[Own] =
    &[Container("containerSecurityContext"), Pod("podSecurityContext"), Volumes("sidecarVolumes[*]")];
const PERCONA_PODS: &[Parts] = &[
    server!("spec.replsets[*]", ["sidecars[*]"], [], PERCONA_OWN),
    server!("spec.sharding.configsvrReplSet", ["sidecars[*]"], [], PERCONA_OWN),
    server!("spec.sharding.mongos", ["sidecars[*]"], [], PERCONA_OWN),
    server!("spec.backup", [], [], PERCONA_OWN),
];
const POD_TEMPLATE: &[&str] = &["spec.podTemplate"];
const CLICK_HOUSE_PODS: &[&str] = &["spec.templates.podTemplates[*]"];
/// `spec.security` of the agents of the logging operator.
const SECURITY: &[Own] = &[Container("security.securityContext"), Pod("security.podSecurityContext")];
const LOGGING_PODS: &[Parts] =
    &[server!("spec.fluentbit", [], [], SECURITY), server!("spec.fluentd", [], [], SECURITY)];
const EVENTS: &[Parts] = &[server!(
    "spec.template",
    [],
    [],
    &[Container("container.securityContext"), Pod("securityContext"), Volumes("volumes[*]"),]
)];
/// The steps of `v1beta1`, and those of `v1alpha1`.
const BUILD_STEPS: &[Parts] =
    &[server!("spec", ["steps[*]", "buildSteps[*]"], [], &[Pod("securityContext"), Volumes("volumes[*]")])];
const K6_PODS: &[Parts] = &[
    server!("spec.initializer", [], ["initContainers[*]"], BOTH_BY_CONTAINER),
    server!("spec.starter", [], ["initContainers[*]"], BOTH_BY_CONTAINER),
    server!("spec.runner", [], ["initContainers[*]"], BOTH_BY_CONTAINER),
];
const JAEGER_PODS: &[Parts] = &[
    server!("spec", [], [], BOTH_BY_CONTAINER),
    server!("spec.allInOne", [], [], BOTH_BY_CONTAINER),
    server!("spec.query", [], [], BOTH_BY_CONTAINER),
    server!("spec.collector", [], [], BOTH_BY_CONTAINER),
    server!("spec.ingester", [], [], BOTH_BY_CONTAINER),
    server!("spec.agent", [], [], BOTH_BY_CONTAINER),
];
const OPEN_SEARCH_PODS: &[Parts] = &[
    server!("spec.general", ["sidecarContainers[*]"], ["initContainers[*]"], BOTH),
    server!("spec.dashboards", [], [], BOTH),
];
const MINIO_PODS: &[Parts] = &[
    server!("spec.pools[*]", [], [], BOTH_BY_CONTAINER),
    server!("spec.kes", [], [], BOTH_BY_CONTAINER),
    server!(
        "spec",
        ["sideCars.containers[*]"],
        ["initContainers[*]"],
        &[Volumes("sideCars.volumes[*]"), Volumes("additionalVolumes[*]"),]
    ),
];

const RUNNER_SET: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/autoscalingrunnerset_types.go";
const EPHEMERAL_RUNNER_SET: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/ephemeralrunnerset_types.go";
const EPHEMERAL_RUNNER: &str =
    "actions/actions-runner-controller apis/actions.github.com/v1alpha1/ephemeralrunner_types.go";
const RUNNER: &str = "actions/actions-runner-controller apis/actions.summerwind.net/v1alpha1/runner_types.go";
const RUNNER_SET_BEFORE: &str =
    "actions/actions-runner-controller apis/actions.summerwind.net/v1alpha1/runnerset_types.go";
const SHIPWRIGHT: &str = "shipwright-io/build pkg/apis/build/v1beta1/buildstrategy.go, pkg/apis/build/v1alpha1";
const ARGO_EVENTS: &str = "argoproj/argo-events pkg/apis/events/v1alpha1/template.go";
const TRIGGERS: &str = "tektoncd/triggers pkg/apis/triggers/v1beta1/event_listener_types.go (KubernetesResource)";
const DEV_WORKSPACE: &str = "devfile/devworkspace-operator pkg/library/overrides/containers.go, pods.go";
const SPARK: &str = "kubeflow/spark-operator api/v1beta2/sparkapplication_types.go (SparkPodSpec)";
const SPARK_CONNECT: &str = "kubeflow/spark-operator api/v1alpha1/sparkconnect_types.go";
const KAITO: &str = "kaito-project/kaito api/v1beta1/workspace_types.go (InferenceSpec)";
const SLURM_NODES: &str = "SlinkyProject/slurm-operator api/v1beta1/nodeset_types.go";
const SLURM_LOGIN: &str = "SlinkyProject/slurm-operator api/v1beta1/loginset_types.go";
const SLURM_CONTROLLER: &str = "SlinkyProject/slurm-operator api/v1beta1/controller_types.go";
const SLURM_ACCOUNTING: &str = "SlinkyProject/slurm-operator api/v1beta1/accounting_types.go";
const SLURM_REST: &str = "SlinkyProject/slurm-operator api/v1beta1/restapi_types.go";
const NUMAFLOW: &str = "numaproj/numaflow pkg/apis/numaflow/v1alpha1/vertex_types.go, mono_vertex_types.go";
const LITMUS: &str = "litmuschaos/chaos-operator api/litmuschaos/v1alpha1/chaosexperiment_types.go";
const PERCONA: &str = "percona/percona-server-mongodb-operator pkg/apis/psmdb/v1/psmdb_types.go";
const CRUNCHY: &str =
    "CrunchyData/postgres-operator pkg/apis/postgres-operator.crunchydata.com/v1beta1/postgrescluster_types.go";
const ZOOKEEPER: &str = "pravega/zookeeper-operator api/v1beta1/zookeepercluster_types.go";
const CLICK_HOUSE_KEEPER: &str = "Altinity/clickhouse-operator pkg/apis/clickhouse-keeper.altinity.com/v1/type_spec.go";
const DASK: &str = "dask/dask-kubernetes dask_kubernetes/operator/customresources/daskcluster.yaml";
const SELDON: &str =
    "SeldonIO/seldon-core operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go (SeldonPodSpec)";
const JAX: &str = "kubeflow/training-operator pkg/apis/kubeflow.org/v1/jax_types.go";
const K6: &str = "grafana/k6-operator api/v1alpha1/testrun_types.go (Pod)";
const REVISION: &str = "knative/serving pkg/apis/serving/v1/revision_types.go (RevisionSpec)";
const CONTAINER_SOURCE: &str = "knative/eventing pkg/apis/sources/v1/container_types.go";
const JOB_SINK: &str = "knative/eventing pkg/apis/sinks/v1alpha1/job_sink_types.go";
const CAMEL: &str = "apache/camel-k pkg/apis/camel/v1/integration_types.go (PodSpecTemplate)";
const SIDECAR_SET: &str = "openkruise/kruise apis/apps/v1alpha1/sidecarset_types.go (SidecarContainer)";
const UNITED_DEPLOYMENT: &str = "openkruise/kruise apis/apps/v1alpha1/uniteddeployment_types.go";
const OPEN_TELEMETRY: &str = "open-telemetry/opentelemetry-operator apis/v1beta1/common.go (OpenTelemetryCommonFields)";
const GRAFANA: &str = "grafana/grafana-operator api/v1beta1/typeoverrides.go (DeploymentV1)";
const DATADOG: &str =
    "DataDog/datadog-operator api/datadoghq/v2alpha1/datadogagent_types.go (DatadogAgentComponentOverride)";
const JAEGER: &str = "jaegertracing/jaeger-operator apis/v1/jaeger_types.go (JaegerCommonSpec)";
const LOGGING: &str = "kube-logging/logging-operator pkg/sdk/logging/api/v1beta1/common_types.go (Security)";
const VICTORIA_METRICS: &str = "VictoriaMetrics/operator api/operator/v1beta1/vmextra_types.go (CommonAppsParams)";
const ELASTIC_APM: &str = "elastic/cloud-on-k8s pkg/apis/apm/v1/apmserver_types.go";
const ELASTIC_ENTERPRISE_SEARCH: &str = "elastic/cloud-on-k8s pkg/apis/enterprisesearch/v1/enterprisesearch_types.go";
const ELASTIC_MAPS: &str = "elastic/cloud-on-k8s pkg/apis/maps/v1alpha1/maps_types.go";
const ELASTIC_PACKAGES: &str = "elastic/cloud-on-k8s pkg/apis/packageregistry/v1alpha1/epr_types.go";
const ELASTIC_AUTO_OPS: &str = "elastic/cloud-on-k8s pkg/apis/autoops/v1alpha1/autoopsagentpolicy_types.go";
const RABBITMQ: &str = "rabbitmq/cluster-operator api/v1beta1/rabbitmqcluster_types.go (StatefulSetSpec)";
const MONGODB: &str = "mongodb/mongodb-kubernetes-operator api/v1/mongodbcommunity_types.go (StatefulSetConfiguration)";
const ZALANDO: &str = "zalando/postgres-operator pkg/apis/acid.zalan.do/v1/postgresql_type.go";
const CLOUD_NATIVE_PG: &str = "cloudnative-pg/cloudnative-pg api/v1/cluster_types.go";
const CLOUD_NATIVE_PG_POOLER: &str = "cloudnative-pg/cloudnative-pg api/v1/pooler_types.go (PodTemplateSpec)";
const CASSANDRA: &str = "k8ssandra/cass-operator apis/cassandra/v1beta1/cassandradatacenter_types.go";
const CLICK_HOUSE: &str =
    "Altinity/clickhouse-operator pkg/apis/clickhouse.altinity.com/v1/type_templates.go (PodTemplate)";
const REDIS: &str = "OT-CONTAINER-KIT/redis-operator api/redis/v1beta2/redis_types.go";
const OPEN_SEARCH: &str =
    "opensearch-project/opensearch-k8s-operator opensearch-operator/api/opensearch.org/v1/opensearch_types.go";
const SOLR: &str = "apache/solr-operator api/v1beta1/common_types.go (PodOptions)";
const MINIO: &str = "minio/operator pkg/apis/minio.min.io/v2/types.go";
const ROOK: &str = "rook/rook pkg/apis/ceph.rook.io/v1/types.go (NetworkSpec)";
const ENVOY: &str = "envoyproxy/gateway api/v1alpha1/shared_types.go (KubernetesDeploymentSpec)";
const TAILSCALE: &str = "tailscale/tailscale k8s-operator/apis/v1alpha1/types_proxyclass.go";
const VAULT: &str = "bank-vaults/vault-operator pkg/apis/vault/v1alpha1/vault_types.go";
const KEYCLOAK: &str = "keycloak/keycloak \
     operator/src/main/java/org/keycloak/operator/crds/v2alpha1/deployment/spec/UnsupportedSpec.java";
