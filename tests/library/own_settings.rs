//! Fields of a controller's own that ask for what is forbidden: judged as what its pods will have.

use crate::support::judge;
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;

fn at(level: Level, api_version: &str, kind: &str, spec: &str) -> FileReport {
    let text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n");
    judge(text, level, Version::Latest)
}

/// The rule and path of each error.
fn errors(report: &FileReport) -> Vec<(&'static str, &'static str)> {
    let stated = report.findings.iter().filter(|finding| finding.value.is_some());
    stated.map(|finding| (finding.rule.as_str(), &*finding.path.to_string().leak())).collect()
}

#[test]
fn host_networking_is_seen_under_any_name() {
    let kinds = [
        ("ceph.rook.io/v1", "CephCluster", "{network: {provider: host}}", "spec.network.provider"),
        ("ceph.rook.io/v1", "CephCluster", "{mgr: {hostNetwork: true}}", "spec.mgr.hostNetwork"),
        (
            "ceph.rook.io/v1",
            "CephCluster",
            "{monitoring: {exporter: {hostNetwork: true}}}",
            "spec.monitoring.exporter.hostNetwork",
        ),
        ("ceph.rook.io/v1", "CephObjectStore", "{gateway: {hostNetwork: true}}", "spec.gateway.hostNetwork"),
        ("ceph.rook.io/v1", "CephNFS", "{server: {hostNetwork: true}}", "spec.server.hostNetwork"),
        ("ceph.rook.io/v1", "CephNVMeOFGateway", "{hostNetwork: true}", "spec.hostNetwork"),
        ("scylla.scylladb.com/v1", "ScyllaCluster", "{network: {hostNetworking: true}}", "spec.network.hostNetworking"),
        ("data.fluid.io/v1alpha1", "JuiceFSRuntime", "{fuse: {networkMode: HostNetwork}}", "spec.fuse.networkMode"),
        ("logging.banzaicloud.io/v1beta1", "FluentbitAgent", "{HostNetwork: true}", "spec.HostNetwork"),
        (
            "operator.openshift.io/v1",
            "IngressController",
            "{endpointPublishingStrategy: {type: HostNetwork}}",
            "spec.endpointPublishingStrategy.type",
        ),
    ];
    for (api_version, kind, spec, path) in kinds {
        let report = at(Level::Baseline, api_version, kind, spec);
        assert_eq!(errors(&report), [("pss/hostNamespaces", path)], "{kind}: {:?}", report.findings);
        assert!(report.findings[0].repair.is_none() || path.ends_with("hostNetwork"), "{kind}");
    }
}

#[test]
fn other_values_of_such_fields_ask_for_nothing() {
    let kinds = [
        ("ceph.rook.io/v1", "CephCluster", "{network: {provider: multus, hostNetwork: false}, dataDirHostPath: ''}"),
        ("ceph.rook.io/v1", "CephFilesystem", "{metadataServer: {activeCount: 1}}"),
        ("data.fluid.io/v1alpha1", "JuiceFSRuntime", "{fuse: {networkMode: ContainerNetwork}}"),
        ("operator.openshift.io/v1", "IngressController", "{endpointPublishingStrategy: {type: Private}}"),
        ("opensearch.org/v1", "OpenSearchCluster", "{general: {setVMMaxMapCount: false}}"),
        ("actions.summerwind.dev/v1alpha1", "Runner", "{dockerdWithinRunnerContainer: false}"),
        ("actions.summerwind.dev/v1alpha1", "RunnerSet", "{dockerdWithinRunnerContainer: false}"),
    ];
    for (api_version, kind, spec) in kinds {
        let report = at(Level::Baseline, api_version, kind, spec);
        assert!(report.findings.is_empty(), "{kind}: {:?}", report.findings);
    }
}

#[test]
fn fields_that_make_a_container_privileged_are_judged() {
    let report = at(Level::Baseline, "opensearch.org/v1", "OpenSearchCluster", "{general: {setVMMaxMapCount: true}}");
    assert_eq!(errors(&report), [("pss/privileged", "spec.general.setVMMaxMapCount")]);
    let spec = "{dockerdWithinRunnerContainer: true}";
    for kind in ["Runner", "RunnerSet"] {
        let report = at(Level::Baseline, "actions.summerwind.dev/v1alpha1", kind, spec);
        assert_eq!(errors(&report), [("pss/privileged", "spec.dockerdWithinRunnerContainer")], "{kind}");
    }
}

#[test]
fn paths_on_the_host_that_pods_mount_are_judged() {
    let report = at(Level::Baseline, "ceph.rook.io/v1", "CephCluster", "{dataDirHostPath: /var/lib/rook}");
    assert_eq!(errors(&report), [("pss/hostPathVolumes", "spec.dataDirHostPath")]);
    let spec = "{definition: {hostFileVolumes: [{name: s, mountPath: /s, nodePath: /run/containerd/containerd.sock}]}}";
    let report = at(Level::Baseline, "litmuschaos.io/v1alpha1", "ChaosExperiment", spec);
    assert_eq!(errors(&report), [("pss/hostPathVolumes", "spec.definition.hostFileVolumes[0].nodePath")]);
}

#[test]
fn the_user_that_pods_run_as_is_judged() {
    let report = at(Level::Restricted, "acid.zalan.do/v1", "postgresql", "{spiloRunAsUser: 0}");
    assert_eq!(errors(&report), [("pss/runAsUser", "spec.spiloRunAsUser")]);
    let report = at(Level::Restricted, "postgresql.cnpg.io/v1", "Cluster", "{postgresUID: 26}");
    assert_eq!(errors(&report), []);
}

#[test]
fn a_finding_names_the_field_that_asks_for_it() {
    let report = at(Level::Baseline, "ceph.rook.io/v1", "CephCluster", "{network: {provider: host}}");
    assert_eq!(report.findings[0].message, "pod must not set hostNetwork=true (provider: host asks for it)");
    assert_eq!(report.findings[0].value.as_deref(), Some("host"));
}

#[test]
fn nothing_is_asked_of_a_container_that_has_no_place_in_the_resource() {
    let report = at(Level::Restricted, "opensearch.org/v1", "OpenSearchCluster", "{general: {setVMMaxMapCount: true}}");
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["pss/privileged"], "{:?}", report.findings);
}

#[test]
fn what_is_missing_is_asked_for_where_it_can_be_written() {
    let container = "{name: a, image: registry.example/a:1}";
    let kinds = [
        (
            "postgres-operator.crunchydata.com/v1beta1",
            "PostgresCluster",
            format!("{{instances: [{{containers: [{container}]}}]}}"),
            false,
        ),
        ("tekton.dev/v1", "Task", format!("{{steps: [{container}]}}"), false),
        ("tekton.dev/v1", "TaskRun", format!("{{taskSpec: {{steps: [{container}]}}}}"), true),
        ("serving.knative.dev/v1", "Service", format!("{{template: {{spec: {{containers: [{container}]}}}}}}"), false),
        ("serving.kserve.io/v1alpha1", "ServingRuntime", format!("{{containers: [{container}]}}"), false),
        (
            "serving.kserve.io/v1beta1",
            "InferenceService",
            format!("{{predictor: {{containers: [{container}]}}}}"),
            true,
        ),
        (
            "ray.io/v1",
            "RayCluster",
            format!("{{headGroupSpec: {{template: {{spec: {{containers: [{container}]}}}}}}}}"),
            true,
        ),
    ];
    for (api_version, kind, spec, of_pod) in kinds {
        let report = at(Level::Restricted, api_version, kind, &spec);
        let finding =
            report.findings.iter().find(|finding| finding.rule.as_str() == "pss/runAsNonRoot").expect("it is missing");
        let of_both = if of_pod { "pod or " } else { "" };
        let expected = format!("{of_both}container \"a\" must set securityContext.runAsNonRoot=true");
        assert_eq!(finding.message, expected, "{kind}");
    }
}
