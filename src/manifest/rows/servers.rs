//! Databases, queues and search.

use super::{CONTEXTS, Container, Flags, NO_PARTS, Own, Parts, Pod, TEMPLATE, Volumes, partial, steps};
use crate::manifest::template::Row;

/// The pod of a Strimzi component whose template stands at `$template`: settings of the containers that the operator
/// makes.
macro_rules! strimzi {
    ($template:literal, [$($containers:literal),*], [$($init:literal),*]) => {
        server!($template, [$($containers),*], [$($init),*], STRIMZI_OWN)
    };
}

/// The pods of a set of replicas of Percona's MongoDB.
macro_rules! percona {
    ($pods:literal) => {
        server!($pods, ["sidecars[*]"], [], PERCONA_OWN)
    };
}

pub(super) const ROWS: &[Row] = &[
    partial("elasticsearch.k8s.elastic.co", "Elasticsearch", &["spec.nodeSets[*].podTemplate"], ELASTIC),
    steps("kafka.strimzi.io", "Kafka", KAFKA, STRIMZI),
    steps(
        "kafka.strimzi.io",
        "KafkaNodePool",
        &[strimzi!("spec.template", ["kafkaContainer"], ["initContainer"])],
        STRIMZI,
    ),
    steps("kafka.strimzi.io", "KafkaConnect", CONNECT, STRIMZI),
    steps("kafka.strimzi.io", "KafkaMirrorMaker2", CONNECT, STRIMZI),
    steps(
        "kafka.strimzi.io",
        "KafkaBridge",
        &[strimzi!("spec.template", ["bridgeContainer"], ["initContainer"])],
        STRIMZI,
    ),
    partial("rabbitmq.com", "RabbitmqCluster", &["spec.override.statefulSet.spec.template"], RABBITMQ)
        .of_larger_templates(),
    partial("mongodbcommunity.mongodb.com", "MongoDBCommunity", &["spec.statefulSet.spec.template"], MONGODB),
    steps(
        "acid.zalan.do",
        "postgresql",
        &[server!(
            "spec",
            [],
            // `init_containers` until version 2.
            ["initContainers[*]", "init_containers[*]"],
            &[
                Own::User("spiloRunAsUser"),
                Volumes("additionalVolumes[*].volumeSource"),
                Own::HostPort("sidecars[*].ports[*].hostPort"),
            ]
        )],
        ZALANDO,
    ),
    steps("postgresql.cnpg.io", "Cluster", &[server!("spec", [], [], CNPG_OWN)], CLOUD_NATIVE_PG),
    partial("postgresql.cnpg.io", "Pooler", TEMPLATE, CLOUD_NATIVE_PG_POOLER).of_larger_templates(),
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
        "cassandra.datastax.com",
        "CassandraDatacenter",
        &[
            server!("spec", [], [], &[Flags("networking")]),
            server!("spec.storageConfig", [], [], &[Volumes("additionalVolumes[*].volumeSource")]),
        ],
        CASSANDRA,
    )
    .with_templates(&["spec.podTemplateSpec"]),
    // All of its pods are on the host's network where this is set.
    steps(
        "scylla.scylladb.com",
        "ScyllaCluster",
        &[
            server!("spec", [], [], &[Own::HostNetwork("network.hostNetworking", "true")]),
            server!("spec.datacenter.racks[*]", [], [], &[Volumes("volumes[*]")]),
        ],
        SCYLLA,
    ),
    partial("clickhouse.altinity.com", "ClickHouseInstallation", CLICK_HOUSE_PODS, CLICK_HOUSE).of_larger_templates(),
    partial("clickhouse.altinity.com", "ClickHouseInstallationTemplate", CLICK_HOUSE_PODS, CLICK_HOUSE)
        .of_larger_templates(),
    partial("clickhouse-keeper.altinity.com", "ClickHouseKeeperInstallation", CLICK_HOUSE_PODS, CLICK_HOUSE_KEEPER)
        .of_larger_templates(),
    steps("psmdb.percona.com", "PerconaServerMongoDB", PERCONA_PODS, PERCONA),
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
    steps(
        "redis.redis.opstreelabs.in",
        "Redis",
        &[server!("spec", ["sidecars[*]"], ["initContainer"], REDIS_OWN)],
        REDIS,
    ),
    steps(
        "redis.redis.opstreelabs.in",
        "RedisReplication",
        &[server!("spec", ["sidecars[*]"], ["initContainer"], REDIS_OWN), server!("spec.sentinel", [], [], CONTEXTS)],
        REDIS,
    ),
    steps(
        "redis.redis.opstreelabs.in",
        "RedisSentinel",
        &[server!(
            "spec",
            ["sidecars[*]"],
            ["initContainer"],
            &[
                Container("securityContext"),
                Container("redisExporter.securityContext"),
                Pod("podSecurityContext"),
                Volumes("volumeMount.volume[*]"),
                Own::HostPort("hostPort"),
            ]
        )],
        REDIS,
    ),
    steps(
        "redis.redis.opstreelabs.in",
        "RedisCluster",
        &[server!(
            "spec",
            ["sidecars[*]"],
            ["initContainer"],
            &[
                Container("redisLeader.securityContext"),
                Container("redisFollower.securityContext"),
                Container("redisExporter.securityContext"),
                Pod("podSecurityContext"),
                Volumes("storage.volumeMount.volume[*]"),
                Flags(""),
                Own::HostPort("hostPort"),
            ]
        )],
        REDIS,
    ),
    steps("opensearch.opster.io", "OpenSearchCluster", OPEN_SEARCH_PODS, OPEN_SEARCH),
    steps("opensearch.org", "OpenSearchCluster", OPEN_SEARCH_PODS, OPEN_SEARCH),
    steps("solr.apache.org", "SolrCloud", SOLR_PODS, SOLR),
    steps(
        "solr.apache.org",
        "SolrPrometheusExporter",
        &[server!("spec.customKubeOptions.podOptions", ["sidecarContainers[*]"], ["initContainers[*]"], SOLR_OWN)],
        SOLR,
    ),
    steps("apps.emqx.io", "EMQX", EMQX_PODS, EMQX),
    steps("apps.emqx.io", "EmqxBroker", EMQX_4_PODS, EMQX_4),
    steps("apps.emqx.io", "EmqxEnterprise", EMQX_4_PODS, EMQX_4),
    steps(
        "asdb.aerospike.com",
        "AerospikeCluster",
        &[
            server!(
                "spec.podSpec",
                ["sidecars[*]"],
                ["initContainers[*]"],
                &[
                    Container("aerospikeContainer.securityContext"),
                    Container("aerospikeInitContainer.securityContext"),
                    Pod("securityContext"),
                    Flags(""),
                ]
            ),
            server!("spec.storage", [], [], &[Volumes("volumes[*].source")]),
            server!("spec.rackConfig.racks[*].storage", [], [], &[Volumes("volumes[*].source")]),
        ],
        AEROSPIKE,
    ),
    // A part's sysctls and capabilities stand beside its other fields, and are told as unjudged.
    steps(
        "starrocks.com",
        "StarRocksCluster",
        &[
            server!("spec.starRocksFeSpec", ["sidecars[*]"], ["initContainers[*]"], STARROCKS_OWN),
            server!("spec.starRocksBeSpec", ["sidecars[*]"], ["initContainers[*]"], STARROCKS_OWN),
            server!("spec.starRocksCnSpec", ["sidecars[*]"], ["initContainers[*]"], STARROCKS_OWN),
            server!("spec.starRocksFeProxySpec", [], [], STARROCKS_OWN),
        ],
        STARROCKS,
    ),
    partial("apps.kubeblocks.io", "ComponentDefinition", &["spec.runtime"], KUBEBLOCKS).of_larger_specs(),
    partial("operations.kubeblocks.io", "OpsDefinition", &["spec.actions[*].workload.podSpec"], KUBEBLOCKS_OPS)
        .of_larger_specs(),
    splunk("Standalone"),
    splunk("ClusterManager"),
    splunk("IndexerCluster"),
    splunk("SearchHeadCluster"),
    splunk("LicenseManager"),
    splunk("MonitoringConsole"),
];

/// A server of Splunk: volumes are all that its pods are told.
const fn splunk(kind: &'static str) -> Row {
    steps(
        "enterprise.splunk.com",
        kind,
        &[server!("spec", [], [], &[Volumes("volumes[*]")])],
        "splunk/splunk-operator api/v4/common_types.go (CommonSplunkSpec)",
    )
}

/// Settings of the operator's pod, apart from its containers. It takes no volumes but such that every level allows.
const STRIMZI_OWN: &[Own] = &[Pod("pod.securityContext"), Flags("pod")];
/// Versions before v1 had ZooKeeper and more sidecars.
const KAFKA: &[Parts] = &[
    strimzi!("spec.kafka.template", ["kafkaContainer"], ["initContainer"]),
    strimzi!("spec.zookeeper.template", ["zookeeperContainer"], []),
    strimzi!(
        "spec.entityOperator.template",
        ["topicOperatorContainer", "userOperatorContainer", "tlsSidecarContainer"],
        []
    ),
    strimzi!("spec.cruiseControl.template", ["cruiseControlContainer", "tlsSidecarContainer"], []),
    strimzi!("spec.kafkaExporter.template", ["container"], []),
];
const CONNECT: &[Parts] = &[
    strimzi!("spec.template", ["connectContainer"], ["initContainer"]),
    // What builds its image.
    server!("spec.template", ["buildContainer"], [], &[Pod("buildPod.securityContext")]),
];
/// `postgresUID` is the user that the pods run as.
const CNPG_OWN: &[Own] = &[
    Container("securityContext"),
    Pod("podSecurityContext"),
    Own::User("postgresUID"),
    Own::Seccomp("seccompProfile"),
];
const CLICK_HOUSE_PODS: &[&str] = &["spec.templates.podTemplates[*]"];
/// What the servers of Percona's MongoDB are told.
const PERCONA_OWN: &[Own] = &[
    Container("containerSecurityContext"),
    Pod("podSecurityContext"),
    Volumes("sidecarVolumes[*]"),
    Own::HostPathSource("volumeSpec.hostPath"),
];
/// What those are told that search.
const PERCONA_SEARCH: &[Own] =
    &[Container("containerSecurityContext"), Pod("podSecurityContext"), Own::HostPathSource("storage.hostPath")];
const PERCONA_PODS: &[Parts] = &[
    percona!("spec.replsets[*]"),
    percona!("spec.replsets[*].arbiter"),
    percona!("spec.replsets[*].hidden"),
    percona!("spec.replsets[*].nonvoting"),
    server!("spec.replsets[*].search", [], [], PERCONA_SEARCH),
    percona!("spec.sharding.configsvrReplSet"),
    percona!("spec.sharding.configsvrReplSet.arbiter"),
    percona!("spec.sharding.configsvrReplSet.hidden"),
    percona!("spec.sharding.configsvrReplSet.nonvoting"),
    server!("spec.sharding.configsvrReplSet.search", [], [], PERCONA_SEARCH),
    percona!("spec.sharding.mongos"),
    server!("spec.sharding.mongos", [], [], &[Own::HostPort("hostPort")]),
    server!("spec.search", [], [], PERCONA_SEARCH),
    percona!("spec.backup"),
    server!("spec.pmm", [], [], &[Container("containerSecurityContext")]),
    server!("spec.logcollector", [], [], &[Container("containerSecurityContext")]),
    server!("spec", [], [], &[Container("initContainerSecurityContext")]),
];
const REDIS_OWN: &[Own] = &[
    Container("securityContext"),
    Container("redisExporter.securityContext"),
    Pod("podSecurityContext"),
    Volumes("storage.volumeMount.volume[*]"),
    Own::HostPort("hostPort"),
];
/// `setVMMaxMapCount` adds a privileged init container to the pods of every pool.
const OPEN_SEARCH_PODS: &[Parts] = &[
    server!(
        "spec.general",
        [],
        [],
        &[
            Container("securityContext"),
            Pod("podSecurityContext"),
            Volumes("additionalVolumes[*]"),
            Flags(""),
            Own::Privileged("setVMMaxMapCount"),
        ]
    ),
    server!(
        "spec.nodePools[*]",
        ["sidecarContainers[*]"],
        ["initContainers[*]"],
        &[Own::HostPathSource("persistence.hostPath")]
    ),
    server!("spec.bootstrap", [], ["initContainers[*]"], &[]),
    server!(
        "spec.dashboards",
        [],
        [],
        &[Container("securityContext"), Pod("podSecurityContext"), Volumes("additionalVolumes[*]")]
    ),
];
const SOLR_OWN: &[Own] = &[
    Container("containerSecurityContext"),
    Container("defaultInitContainerSecurityContext"),
    Pod("podSecurityContext"),
    Volumes("volumes[*].source"),
];
/// The ZooKeeper that comes with it has the fields of a ZookeeperCluster.
const SOLR_PODS: &[Parts] = &[
    server!("spec.customSolrKubeOptions.podOptions", ["sidecarContainers[*]"], ["initContainers[*]"], SOLR_OWN),
    server!(
        "spec.zookeeperRef.provided",
        ["containers[*]"],
        ["initContainers[*]"],
        &[Pod("zookeeperPodPolicy.securityContext"), Volumes("volumes[*]")]
    ),
    server!("spec", [], [], &[Volumes("dataStorage.ephemeral"), Volumes("backupRepositories[*].volume.source")]),
];
const EMQX_OWN: &[Own] = &[
    Container("containerSecurityContext"),
    Pod("podSecurityContext"),
    Volumes("extraVolumes[*]"),
    Own::HostPort("ports[*].hostPort"),
];
const EMQX_PODS: &[Parts] = &[
    server!("spec.coreTemplate.spec", ["extraContainers[*]"], ["initContainers[*]"], EMQX_OWN),
    server!("spec.replicantTemplate.spec", ["extraContainers[*]"], ["initContainers[*]"], EMQX_OWN),
];
/// The pods of v1beta4, and those of v1beta3.
const EMQX_4_PODS: &[Parts] = &[
    server!(
        "spec.template.spec",
        ["extraContainers[*]", "ephemeralContainers[*]"],
        ["initContainers[*]"],
        &[
            Container("emqxContainer.securityContext"),
            Pod("podSecurityContext"),
            Volumes("volumes[*]"),
            Own::HostPort("emqxContainer.ports[*].hostPort"),
        ]
    ),
    server!(
        "spec",
        ["extraContainers[*]"],
        ["initContainers[*]"],
        &[Pod("emqxTemplate.securityContext"), Volumes("emqxTemplate.extraVolumes[*]")]
    ),
];
const STARROCKS_OWN: &[Own] = &[Volumes("storageVolumes[*]")];

/// Adds init containers, volumes and securityContexts.
const ELASTIC: &str = "elastic/cloud-on-k8s pkg/controller/common/defaults/pod_template.go (PodTemplateBuilder)";
const STRIMZI: &str =
    "strimzi/strimzi-kafka-operator documentation/modules/appendix_crds.adoc (PodTemplate, ContainerTemplate)";
const RABBITMQ: &str = "rabbitmq/cluster-operator api/v1beta1/rabbitmqcluster_types.go (StatefulSetSpec)";
const MONGODB: &str = "mongodb/mongodb-kubernetes-operator api/v1/mongodbcommunity_types.go (StatefulSetConfiguration)";
const ZALANDO: &str = "zalando/postgres-operator pkg/apis/acid.zalan.do/v1/postgresql_type.go (PostgresSpec, Sidecar), \
     docs/migrate.md (Dropped manifest fields)";
const CLOUD_NATIVE_PG: &str = "cloudnative-pg/cloudnative-pg api/v1/cluster_types.go (ClusterSpec), \
     pkg/specs/pods.go (GetPodSecurityContext), pkg/specs/containers.go (GetSecurityContext)";
const CLOUD_NATIVE_PG_POOLER: &str = "cloudnative-pg/cloudnative-pg api/v1/pooler_types.go (PodTemplateSpec)";
const CRUNCHY: &str =
    "CrunchyData/postgres-operator pkg/apis/postgres-operator.crunchydata.com/v1beta1/postgrescluster_types.go";
const CASSANDRA: &str = "k8ssandra/cass-operator apis/cassandra/v1beta1/cassandradatacenter_types.go";
const SCYLLA: &str = "scylladb/scylla-operator pkg/api/scylla/v1/types_cluster.go (Network), \
     pkg/controller/scylladbdatacenter/resource.go";
const CLICK_HOUSE: &str =
    "Altinity/clickhouse-operator pkg/apis/clickhouse.altinity.com/v1/type_templates.go (PodTemplate)";
const CLICK_HOUSE_KEEPER: &str = "Altinity/clickhouse-operator pkg/apis/clickhouse-keeper.altinity.com/v1/type_spec.go";
const PERCONA: &str = "percona/percona-server-mongodb-operator pkg/apis/psmdb/v1/psmdb_types.go (ReplsetSpec, MultiAZ, \
     VolumeSpec, MongosSpec, SearchSpec)";
const ZOOKEEPER: &str = "pravega/zookeeper-operator api/v1beta1/zookeepercluster_types.go";
const REDIS: &str = "OT-CONTAINER-KIT/redis-operator api/redis/v1beta2/redis_types.go, \
     api/rediscluster/v1beta2/rediscluster_types.go, api/redisreplication/v1beta2, api/redissentinel/v1beta2";
const OPEN_SEARCH: &str = "opensearch-project/opensearch-k8s-operator opensearch-operator/api/opensearch.org/v1/opensearch_types.go, \
     opensearch-operator/pkg/builders/cluster.go";
const SOLR: &str = "apache/solr-operator api/v1beta1/common_types.go (PodOptions, AdditionalVolume), \
     api/v1beta1/solrcloud_types.go (SolrEphemeralDataStorageOptions, VolumeRepository)";
const EMQX: &str = "emqx/emqx-operator apis/apps/v2beta1/emqx_types.go (EMQXReplicantTemplateSpec)";
const EMQX_4: &str = "emqx/emqx-operator apis/apps/v1beta4 (EmqxTemplateSpec), apis/apps/v1beta3";
const AEROSPIKE: &str = "aerospike/aerospike-kubernetes-operator api/v1/aerospikecluster_types.go (AerospikePodSpec)";
const KUBEBLOCKS: &str = "apecloud/kubeblocks apis/apps/v1/componentdefinition_types.go (ComponentDefinitionSpec)";
const KUBEBLOCKS_OPS: &str = "apecloud/kubeblocks apis/operations/v1alpha1/opsdefinition_types.go (OpsWorkloadAction)";
const STARROCKS: &str =
    "StarRocks/starrocks-kubernetes-operator pkg/apis/starrocks/v1/component_type.go (StarRocksComponentSpec)";
