//! Logs, metrics and traces.

use super::{
    BOTH, BY_CONTAINER, CONTEXTS, Container, Flags, MERGED, NO_PARTS, Own, POD_SPEC, POD_TEMPLATE, Parts, Pod, Volumes,
    partial, steps,
};
use crate::manifest::template::Row;

/// The pod of a server of VictoriaMetrics.
macro_rules! victoria {
    ($pods:literal) => {
        server!($pods, ["containers[*]"], ["initContainers[*]"], MERGED)
    };
}

pub(super) const ROWS: &[Row] = &[
    partial("monitoring.coreos.com", "Prometheus", &["spec"], PROMETHEUS).of_larger_specs(),
    partial("monitoring.coreos.com", "PrometheusAgent", &["spec"], PROMETHEUS).of_larger_specs(),
    partial("monitoring.coreos.com", "Alertmanager", &["spec"], ALERTMANAGER).of_larger_specs(),
    partial("monitoring.coreos.com", "ThanosRuler", &["spec"], THANOS_RULER).of_larger_specs(),
    steps(
        "opentelemetry.io",
        "OpenTelemetryCollector",
        &[
            server!("spec", ["additionalContainers[*]"], ["initContainers[*]"], OPEN_TELEMETRY_OWN),
            server!("spec.targetAllocator", [], [], CONTEXTS),
        ],
        OPEN_TELEMETRY,
    ),
    steps(
        "opentelemetry.io",
        "TargetAllocator",
        &[server!("spec", ["additionalContainers[*]"], ["initContainers[*]"], OPEN_TELEMETRY_OWN)],
        OPEN_TELEMETRY,
    ),
    steps(
        "opentelemetry.io",
        "OpAMPBridge",
        &[server!("spec", [], [], BOTH)],
        "open-telemetry/opentelemetry-operator apis/v1alpha1/opampbridge_types.go",
    ),
    partial("grafana.integreatly.org", "Grafana", &["spec.deployment.spec.template"], GRAFANA).of_larger_templates(),
    steps(
        "datadoghq.com",
        "DatadogAgent",
        &[server!("spec.override.*", [], [], DATADOG_OWN), server!("spec.features", [], [], DATADOG_FEATURES)],
        DATADOG,
    ),
    steps(
        "datadoghq.com",
        "DatadogAgentProfile",
        &[
            server!("spec.config.override.*", [], [], DATADOG_OWN),
            server!("spec.config.features", [], [], DATADOG_FEATURES),
        ],
        "DataDog/datadog-operator api/datadoghq/v1alpha1/datadogagentprofile_types.go",
    ),
    steps("jaegertracing.io", "Jaeger", JAEGER_PODS, JAEGER),
    steps("logging.banzaicloud.io", "Logging", LOGGING_PODS, LOGGING).with_templates(SYSLOG_NG_OF_LOGGING),
    steps("logging.banzaicloud.io", "FluentbitAgent", &[server!("spec", [], [], FLUENT_BIT)], LOGGING),
    steps(
        "logging.banzaicloud.io",
        "FluentdConfig",
        &[server!("spec", ["sidecarContainers[*]"], [], FLUENTD)],
        LOGGING,
    ),
    steps(
        "logging.banzaicloud.io",
        "SyslogNGConfig",
        &[server!("spec.configCheckPod", ["containers[*]"], ["initContainers[*]"], POD_SPEC)],
        "kube-logging/logging-operator pkg/sdk/logging/api/v1beta1/syslogng_types.go (SyslogNGSpec)",
    )
    .with_templates(&["spec.statefulSet.spec.template"]),
    steps("logging-extensions.banzaicloud.io", "HostTailer", TAILERS, HOST_TAILER),
    steps("logging-extensions.banzaicloud.io", "EventTailer", TAILERS, EVENT_TAILER),
    steps("fluentbit.fluent.io", "FluentBit", &[server!("spec", [], ["initContainers[*]"], FLUENT)], FLUENT_OPERATOR),
    steps(
        "fluentbit.fluent.io",
        "Collector",
        &[server!("spec", [], [], &[Pod("securityContext"), Volumes("volumes[*]"), Flags("")])],
        "fluent/fluent-operator apis/fluentbit/v1alpha2/collector_types.go (CollectorSpec)",
    ),
    steps(
        "fluentd.fluent.io",
        "Fluentd",
        &[server!("spec", [], [], FLUENT)],
        "fluent/fluent-operator apis/fluentd/v1alpha1/fluentd_types.go (FluentdSpec)",
    ),
    steps("operator.victoriametrics.com", "VMAgent", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAlert", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAlertmanager", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAnomaly", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMAuth", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VMSingle", &[victoria!("spec")], VICTORIA_METRICS),
    steps(
        "operator.victoriametrics.com",
        "VMCluster",
        &[victoria!("spec.vmselect"), victoria!("spec.vminsert"), victoria!("spec.vmstorage"), VICTORIA_BALANCER],
        VICTORIA_METRICS,
    ),
    // As it was before VLSingle.
    steps("operator.victoriametrics.com", "VLogs", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VLAgent", &[victoria!("spec")], VICTORIA_METRICS),
    steps("operator.victoriametrics.com", "VLSingle", &[victoria!("spec")], VICTORIA_METRICS),
    steps(
        "operator.victoriametrics.com",
        "VLCluster",
        &[victoria!("spec.vlselect"), victoria!("spec.vlinsert"), victoria!("spec.vlstorage"), VICTORIA_BALANCER],
        VICTORIA_METRICS,
    ),
    steps("operator.victoriametrics.com", "VTSingle", &[victoria!("spec")], VICTORIA_METRICS),
    steps(
        "operator.victoriametrics.com",
        "VTCluster",
        &[victoria!("spec.select"), victoria!("spec.insert"), victoria!("spec.storage"), VICTORIA_BALANCER],
        VICTORIA_METRICS,
    ),
    partial("instance.falcosecurity.dev", "Falco", &["spec.podTemplateSpec"], FALCO).of_larger_templates(),
    partial("instance.falcosecurity.dev", "Component", &["spec.podTemplateSpec"], FALCO).of_larger_templates(),
    partial("kibana.k8s.elastic.co", "Kibana", POD_TEMPLATE, ELASTIC),
    partial("logstash.k8s.elastic.co", "Logstash", POD_TEMPLATE, ELASTIC),
    partial("beat.k8s.elastic.co", "Beat", &["spec.daemonSet.podTemplate", "spec.deployment.podTemplate"], ELASTIC),
    partial("agent.k8s.elastic.co", "Agent", AGENT_PODS, ELASTIC),
    partial("apm.k8s.elastic.co", "ApmServer", POD_TEMPLATE, ELASTIC_APM),
    partial("enterprisesearch.k8s.elastic.co", "EnterpriseSearch", POD_TEMPLATE, ELASTIC_ENTERPRISE_SEARCH),
    partial("maps.k8s.elastic.co", "ElasticMapsServer", POD_TEMPLATE, ELASTIC_MAPS),
    partial("packageregistry.k8s.elastic.co", "PackageRegistry", POD_TEMPLATE, ELASTIC_PACKAGES),
    partial("autoops.k8s.elastic.co", "AutoOpsAgentPolicy", POD_TEMPLATE, ELASTIC_AUTO_OPS),
];

/// What balances the load in front of a cluster.
const VICTORIA_BALANCER: Parts = victoria!("spec.requestsLoadBalancer.spec");
const AGENT_PODS: &[&str] =
    &["spec.daemonSet.podTemplate", "spec.deployment.podTemplate", "spec.statefulSet.podTemplate"];
/// The settings of the collector and of the target allocator.
const OPEN_TELEMETRY_OWN: &[Own] = &[
    Container("securityContext"),
    Pod("podSecurityContext"),
    Volumes("volumes[*]"),
    Flags(""),
    Own::HostPort("ports[*].hostPort"),
];
const DATADOG_OWN: &[Own] = &[
    Container("containers.*.securityContext"),
    Pod("securityContext"),
    Volumes("volumes[*]"),
    Flags(""),
    Own::AppArmor("containers.*.appArmorProfileName"),
];
/// The ports of the agents, with those that they take where none is named.
const DATADOG_FEATURES: &[Own] = &[
    Own::HostPortIfEnabled("apm.hostPortConfig", 8126),
    Own::HostPortIfEnabled("dogstatsd.hostPortConfig", 8125),
    Own::HostPortIfEnabled("otlp.receiver.protocols.grpc.hostPortConfig", 4317),
    Own::HostPortIfEnabled("otlp.receiver.protocols.http.hostPortConfig", 4318),
];
const JAEGER_PODS: &[Parts] = &[
    server!("spec", [], [], BY_CONTAINER),
    server!("spec.allInOne", [], [], BY_CONTAINER),
    server!("spec.query", [], [], BY_CONTAINER),
    server!("spec.collector", [], [], BY_CONTAINER),
    server!("spec.ingester", [], [], BY_CONTAINER),
    server!("spec.ingress", [], [], BY_CONTAINER),
    server!(
        "spec.agent",
        [],
        [],
        &[
            Container("containerSecurityContext"),
            Container("sidecarSecurityContext"),
            Pod("securityContext"),
            Volumes("volumes[*]"),
            Flags(""),
        ]
    ),
    server!("spec.storage.dependencies", [], [], BY_CONTAINER),
    server!("spec.storage.esIndexCleaner", [], [], BY_CONTAINER),
    server!("spec.storage.esRollover", [], [], BY_CONTAINER),
];
/// `security` of the agents of the logging operator, their volumes, and `HostNetwork`, which it spells so.
const FLUENT_BIT: &[Own] = &[
    Container("security.securityContext"),
    Pod("security.podSecurityContext"),
    Volumes("bufferStorageVolume"),
    Volumes("positiondb"),
    Volumes("position_db"),
    Own::HostNetwork("HostNetwork", "true"),
    Own::HostPath("extraVolumeMounts[*].source"),
];
const FLUENTD: &[Own] = &[
    Container("security.securityContext"),
    Container("scaling.drain.securityContext"),
    Pod("security.podSecurityContext"),
    Volumes("bufferStorageVolume"),
    Volumes("fluentdPvcSpec"),
    Volumes("extraVolumes[*].volume"),
];
const LOGGING_PODS: &[Parts] = &[
    server!("spec.fluentbit", [], [], FLUENT_BIT),
    server!("spec.fluentd", ["sidecarContainers[*]"], [], FLUENTD),
    server!("spec.syslogNG.configCheckPod", ["containers[*]"], ["initContainers[*]"], POD_SPEC),
];
const SYSLOG_NG_OF_LOGGING: &[&str] = &["spec.syslogNG.statefulSet.spec.template"];
/// What the tailers' own pod is told, and their containers.
const TAILERS: &[Parts] = &[
    server!(
        "spec.workloadOverrides",
        ["containers[*]"],
        ["initContainers[*]"],
        &[Pod("securityContext"), Volumes("volumes[*]")]
    ),
    server!(
        "spec",
        ["containerOverrides", "fileTailers[*].containerOverrides", "systemdTailers[*].containerOverrides"],
        [],
        &[Volumes("positionVolume")]
    ),
];
const FLUENT: &[Own] = &[
    Container("containerSecurityContext"),
    Pod("securityContext"),
    Volumes("volumes[*]"),
    Volumes("positionDB"),
    Volumes("buffer"),
    Flags(""),
];

/// Merges what is written into pods of its own.
const PROMETHEUS: &str = "prometheus-operator/prometheus-operator pkg/prometheus/server/statefulset.go";
const ALERTMANAGER: &str = "prometheus-operator/prometheus-operator pkg/alertmanager/statefulset.go";
const THANOS_RULER: &str = "prometheus-operator/prometheus-operator pkg/thanos/statefulset.go";
const OPEN_TELEMETRY: &str = "open-telemetry/opentelemetry-operator apis/v1beta1/common.go (OpenTelemetryCommonFields, PortsSpec), \
     targetallocator_types.go (TargetAllocatorEmbedded)";
const GRAFANA: &str = "grafana/grafana-operator api/v1beta1/typeoverrides.go (DeploymentV1)";
const DATADOG: &str = "DataDog/datadog-operator api/datadoghq/v2alpha1/datadogagent_types.go (DatadogAgentComponentOverride, HostPortConfig)";
const JAEGER: &str = "jaegertracing/jaeger-operator apis/v1/jaeger_types.go (JaegerCommonSpec)";
const LOGGING: &str = "kube-logging/logging-operator pkg/sdk/logging/api/v1beta1/common_types.go (Security), \
     fluentbit_types.go (FluentbitSpec), fluentd_types.go (FluentdSpec)";
const HOST_TAILER: &str = "kube-logging/logging-operator pkg/sdk/extensions/api/v1alpha1/hosttailer_types.go";
const EVENT_TAILER: &str = "kube-logging/logging-operator pkg/sdk/extensions/api/v1alpha1/eventtailer_types.go";
const FLUENT_OPERATOR: &str = "fluent/fluent-operator apis/fluentbit/v1alpha2/fluentbit_types.go (FluentBitSpec)";
const VICTORIA_METRICS: &str = "VictoriaMetrics/operator api/operator/v1beta1/vmextra_types.go (CommonAppsParams), \
     vmcluster_types.go (VMAuthLoadBalancerSpec)";
const FALCO: &str = "falcosecurity/falco-operator api/instance/v1alpha1/falco_types.go, component_types.go";
/// Adds init containers, volumes and securityContexts.
const ELASTIC: &str = "elastic/cloud-on-k8s pkg/controller/common/defaults/pod_template.go (PodTemplateBuilder)";
const ELASTIC_APM: &str = "elastic/cloud-on-k8s pkg/apis/apm/v1/apmserver_types.go";
const ELASTIC_ENTERPRISE_SEARCH: &str = "elastic/cloud-on-k8s pkg/apis/enterprisesearch/v1/enterprisesearch_types.go";
const ELASTIC_MAPS: &str = "elastic/cloud-on-k8s pkg/apis/maps/v1alpha1/maps_types.go";
const ELASTIC_PACKAGES: &str = "elastic/cloud-on-k8s pkg/apis/packageregistry/v1alpha1/epr_types.go";
const ELASTIC_AUTO_OPS: &str = "elastic/cloud-on-k8s pkg/apis/autoops/v1alpha1/autoopsagentpolicy_types.go";
