//! Custom resources: every row of the table against a manifest of its kind in `fixtures/custom/`.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{fixture, judge};
use podline::finding::{ReportEntry, Severity};
use podline::manifest::template::{self, Decode, Row};
use podline::pod_security::{Level, Version};
use podline::verdict::TemplateReport;

#[test]
fn every_custom_resource_is_looked_into() {
    let mut names = BTreeSet::new();
    for row in custom_rows() {
        let name = fixture_of(row);
        let text = fs::read_to_string(fixture("custom").join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        check(row, &name, &text);
        assert!(names.insert(name), "{} {} stands in the table twice", row.group, row.kind);
    }
    let files = fs::read_dir(fixture("custom")).expect("the fixtures");
    let files = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    assert_eq!(files.collect::<BTreeSet<_>>(), names, "a fixture for every row, and none besides");
}

/// A kind of one name may belong to several projects: only the group tells them apart.
#[test]
fn kinds_are_told_apart_by_their_group() {
    for row in custom_rows().filter(|row| !row.group.is_empty()) {
        let name = fixture_of(row);
        let text = fs::read_to_string(fixture("custom").join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let other = text.replacen(row.group, "another.example.com", 1);
        let report = judge(other, Level::Baseline, Version::Latest);
        // What says itself that it is a Pod is judged as one wherever it stands.
        let is_whole = |template: &TemplateReport| template.object.item.is_some();
        assert!(report.templates.iter().all(is_whole), "{name} in a group that nobody knows");
        // Only its controller knows what such a field means.
        let is_plain = |line: &str| line.contains("hostNetwork: true") || !line.contains("ostNetwork");
        if !places(&text).iter().any(|(_, one)| is_plain(one.line)) {
            continue;
        }
        let is_told = |finding: &ReportEntry| finding.rule.starts_with("manifest/unjudged-");
        assert!(report.findings.iter().any(is_told), "{name} in a group that nobody knows passes in silence");
    }
}

#[test]
fn every_row_says_where_it_was_read() {
    for row in custom_rows() {
        let (repository, file) = row.source.split_once(' ').expect("a repository and a file");
        assert!(repository.split('/').count() == 2 && !file.is_empty(), "{} {}: {}", row.group, row.kind, row.source);
    }
}

fn custom_rows() -> impl Iterator<Item = &'static Row> {
    template::rows().filter(|row| !matches!(row.decode, Decode::Whole(_)) && row.removed.is_none())
}

/// `<group>_<kind>.yaml`, with the version between them where the row is for some versions only.
fn fixture_of(row: &Row) -> String {
    let group = if row.group.is_empty() { "core" } else { row.group };
    let version = row.versions.first().map(|version| format!("{version}_")).unwrap_or_default();
    format!("{group}_{version}{}.yaml", row.kind)
}

/// What is forbidden in fixtures: in each of their templates there is something.
struct Forbidden {
    line: &'static str,
    rule: &'static str,
    /// Where it stands in a pod's spec.
    field: &'static str,
}

const fn forbidden(line: &'static str, rule: &'static str, field: &'static str) -> Forbidden {
    Forbidden { line, rule, field }
}

/// The first for whatever takes containers; the others for what takes single settings only.
const FORBIDDEN: [Forbidden; 9] = [
    forbidden("privileged: true", "pss/privileged", "containers[0].securityContext.privileged"),
    forbidden("type: Unconfined", "pss/seccompProfile_baseline", "securityContext.seccompProfile.type"),
    forbidden("hostPath: {path: /}", "pss/hostPathVolumes", "volumes[0].hostPath"),
    forbidden("hostNetwork: true", "pss/hostNamespaces", "hostNetwork"),
    // Fields of a controller's own that ask for the same.
    forbidden("type: HostNetwork", "pss/hostNamespaces", "type"),
    forbidden("networkMode: HostNetwork", "pss/hostNamespaces", "networkMode"),
    forbidden("networkmode: HostNetwork", "pss/hostNamespaces", "networkmode"),
    forbidden("hostNetworking: true", "pss/hostNamespaces", "hostNetworking"),
    forbidden("dataDirHostPath: /var/lib/rook", "pss/hostPathVolumes", "dataDirHostPath"),
];

fn check(row: &Row, name: &str, text: &str) {
    let report = judge(text, Level::Baseline, Version::Latest);
    assert!(report.skipped.is_empty(), "{name}: {:?}", report.skipped);

    let expected = places(text);
    assert!(!report.templates.is_empty() && report.templates.len() <= expected.len(), "{name}: one template a place");
    for template in &report.templates {
        assert_eq!(template.complete, row.complete, "{name} {}", template.path);
        assert!(template.verdicts[0].allowed == Some(false), "{name} {}", template.path);
    }
    for pattern in row.paths {
        let meets = |template: &TemplateReport| matches(pattern, &template.path.to_string());
        assert!(report.templates.iter().any(meets), "{name}: nothing was found at {pattern}");
    }

    let found = report.findings.iter().map(|finding| (finding.location.start.line, finding.rule.as_str()));
    let lines: Vec<(usize, &str)> = expected.iter().map(|(line, one)| (*line, one.rule)).collect();
    assert_eq!(found.collect::<Vec<_>>(), lines, "{name}: a finding on each line that is forbidden");
    let paths: BTreeSet<String> = report.findings.iter().map(|finding| finding.path.to_string()).collect();
    if row.decode.parts().is_empty() {
        let spec = if matches!(row.decode, Decode::LargerSpecs) { "" } else { "spec." };
        let field = expected[0].1.field;
        let expected = report.templates.iter().map(|template| format!("{}.{spec}{field}", template.path));
        assert_eq!(paths, expected.collect::<BTreeSet<_>>(), "{name}");
    } else {
        // Steps have no containers list of one name: that the line is right was shown above.
        let is_field = |path: &str| FORBIDDEN.iter().any(|one| path.rsplit('.').next() == one.field.rsplit('.').next());
        assert!(paths.iter().all(|path| is_field(path)), "{name}: {paths:?}");
    }
}

/// The lines, from 1, on which something forbidden stands.
fn places(text: &str) -> Vec<(usize, &'static Forbidden)> {
    let found = |(index, line): (usize, &str)| {
        let line = line.trim().trim_start_matches("- ");
        FORBIDDEN.iter().find(|one| one.line == line).map(|one| (index + 1, one))
    };
    text.lines().enumerate().filter_map(found).collect()
}

/// Whether a path such as `spec.tasks[1].template` is one that a pattern such as `spec.tasks[*].template` stands for.
fn matches(pattern: &str, path: &str) -> bool {
    let steps: Vec<&str> = path.split('.').collect();
    let patterns: Vec<&str> = pattern.split('.').collect();
    steps.len() == patterns.len()
        && patterns.iter().zip(steps).all(|(pattern, step)| match pattern.strip_suffix("[*]") {
            Some(list) => step.strip_prefix(list).is_some_and(|index| index.starts_with('[')),
            None => *pattern == "*" || *pattern == step,
        })
}

/// The rule and line of each error.
fn errors(text: &str) -> Vec<(&'static str, usize)> {
    let report = judge(text, Level::Restricted, Version::Latest);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| (finding.rule.as_str(), finding.location.start.line)).collect()
}

#[test]
fn settings_for_single_tasks_of_a_pipeline_run_are_judged() {
    let text = "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: r}\nspec:\n  pipelineRef: {name: x}\n  \
                taskRunSpecs:\n    - pipelineTaskName: build\n      podTemplate:\n        hostNetwork: true\n        \
                securityContext: {runAsUser: 0}\n        volumes: [{name: h, hostPath: {path: /}}]\n";
    assert_eq!(errors(text), [("pss/hostNamespaces", 9), ("pss/runAsUser", 10), ("pss/restrictedVolumes", 11)]);
}

#[test]
fn tasks_of_a_pipeline_in_a_pipeline_are_judged() {
    let text = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec:\n  tasks:\n    - name: inner\n      \
                pipelineSpec:\n        tasks:\n          - name: build\n            taskSpec:\n              steps:\n                \
                - name: s\n                  image: registry.example/a:1\n                  securityContext: {privileged: true}\n";
    assert_eq!(errors(text), [("pss/privileged", 14)]);
}

#[test]
fn what_an_operator_is_told_of_its_pods_is_judged_under_its_own_names() {
    let text = "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nmetadata: {name: c}\nspec:\n  hostNetwork: \
                true\n  podSecurityContext: {runAsUser: 0}\n  securityContext: {privileged: true}\n  volumes: [{name: h, hostPath: \
                {path: /var/log}}]\n";
    let found = errors(text);
    let expected =
        [("pss/hostNamespaces", 5), ("pss/runAsUser", 6), ("pss/privileged", 7), ("pss/restrictedVolumes", 8)];
    assert_eq!(found, expected);
    // The operator may set what is missing.
    let report = judge(text, Level::Restricted, Version::Latest);
    assert_eq!(report.templates.len(), 1);
    assert!(!report.templates[0].complete);
}

#[test]
fn containers_below_a_misspelt_way_to_pods_are_lost() {
    for (kind, spec, field, meant) in [
        (
            "argoproj.io/v1alpha1, kind: Rollout",
            "{templte: {spec: {containers: [CONTAINER]}}}",
            "spec.templte",
            "template",
        ),
        (
            "argoproj.io/v1alpha1, kind: Workflow",
            "{templates: [{contianer: {image: a}}]}",
            "spec.templates[0].contianer",
            "container",
        ),
        (
            "batch.volcano.sh/v1alpha1, kind: Job",
            "{task: [{template: {spec: {containers: [CONTAINER]}}}]}",
            "spec.task",
            "tasks",
        ),
        ("tekton.dev/v1, kind: Task", "{step: [CONTAINER]}", "spec.step", "steps"),
    ] {
        let spec = spec.replace("CONTAINER", "{name: a, image: b}");
        let text = format!("{{apiVersion: {kind}, metadata: {{name: x}}, spec: {spec}}}");
        let report = judge(text, Level::Baseline, Version::Latest);
        let [finding] = report.findings.as_slice() else { panic!("{kind}: {:?}", report.findings) };
        assert_eq!((finding.rule.as_str(), finding.severity), ("manifest/no-containers", Severity::Error), "{kind}");
        assert!(finding.message.starts_with(&format!("the containers in {field} are lost: ")), "{}", finding.message);
        assert!(finding.message.ends_with(&format!("did you mean {meant}?")), "{}", finding.message);
    }
}

#[test]
fn a_field_of_a_like_name_that_holds_no_containers_is_nothing() {
    let text = "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: x}, spec: {templates: [a], workloadRef: {name: b}}}";
    let report = judge(text.to_owned(), Level::Baseline, Version::Latest);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_pod_that_stands_elsewhere_in_a_kind_with_one_template_is_lost() {
    let spec = "{spec: {containers: [{name: a, image: b}]}}";
    for (body, path) in
        [(format!("spec: {{podTemplate: {spec}}}"), "spec.podTemplate"), (format!("template: {spec}"), "template")]
    {
        let text = format!("{{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {{name: x}}, {body}}}");
        let report = judge(text, Level::Baseline, Version::Latest);
        let [finding] = report.findings.as_slice() else { panic!("{body}: {:?}", report.findings) };
        assert_eq!((finding.rule.as_str(), finding.severity), ("manifest/no-containers", Severity::Error), "{body}");
        let message = format!(
            "the containers in {path} are lost: argoproj.io/v1alpha1 Rollout has its pod in spec.template, and nothing reads \
             them there"
        );
        assert_eq!(finding.message, message);
    }
}

/// Fields of operators' own that ask for what baseline forbids: the kind, what stands in its spec, the rule, and the field.
const OWN_FIELDS: &[(&str, &str, &str, &str)] = &[
    (
        "postgresql.cnpg.io/v1, kind: Cluster",
        "seccompProfile: {type: Unconfined}",
        "pss/seccompProfile_baseline",
        "spec.seccompProfile.type",
    ),
    (
        "opentelemetry.io/v1beta1, kind: OpenTelemetryCollector",
        "ports: [{name: a, port: 1}, {name: b, port: 2, hostPort: 2}]",
        "pss/hostPorts",
        "spec.ports[1].hostPort",
    ),
    (
        "opentelemetry.io/v1alpha1, kind: TargetAllocator",
        "ports: [{name: b, port: 2, hostPort: 2}]",
        "pss/hostPorts",
        "spec.ports[0].hostPort",
    ),
    ("redis.redis.opstreelabs.in/v1beta2, kind: Redis", "hostPort: 6379", "pss/hostPorts", "spec.hostPort"),
    ("redis.redis.opstreelabs.in/v1beta2, kind: RedisCluster", "hostPort: 6379", "pss/hostPorts", "spec.hostPort"),
    ("redis.redis.opstreelabs.in/v1beta2, kind: RedisSentinel", "hostPort: 1", "pss/hostPorts", "spec.hostPort"),
    ("redis.redis.opstreelabs.in/v1beta2, kind: RedisReplication", "hostPort: 1", "pss/hostPorts", "spec.hostPort"),
    (
        "solr.apache.org/v1beta1, kind: SolrCloud",
        "dataStorage: {ephemeral: {hostPath: {path: /data}}}",
        "pss/hostPathVolumes",
        "spec.dataStorage.ephemeral.hostPath",
    ),
    (
        "solr.apache.org/v1beta1, kind: SolrCloud",
        "backupRepositories: [{name: a, volume: {source: {hostPath: {path: /data}}}}]",
        "pss/hostPathVolumes",
        "spec.backupRepositories[0].volume.source.hostPath",
    ),
    (
        "psmdb.percona.com/v1, kind: PerconaServerMongoDB",
        "replsets: [{volumeSpec: {persistentVolumeClaim: {resources: {}}, hostPath: {path: /data}}}]",
        "pss/hostPathVolumes",
        "spec.replsets[0].volumeSpec.hostPath",
    ),
    (
        "psmdb.percona.com/v1, kind: PerconaServerMongoDB",
        "sharding: {mongos: {hostPort: 27017}}",
        "pss/hostPorts",
        "spec.sharding.mongos.hostPort",
    ),
    (
        "psmdb.percona.com/v1, kind: PerconaServerMongoDB",
        "search: {storage: {hostPath: {path: /data}}}",
        "pss/hostPathVolumes",
        "spec.search.storage.hostPath",
    ),
    (
        "datadoghq.com/v2alpha1, kind: DatadogAgent",
        "features: {apm: {hostPortConfig: {enabled: true, hostPort: 8126}}}",
        "pss/hostPorts",
        "spec.features.apm.hostPortConfig.hostPort",
    ),
    (
        "datadoghq.com/v2alpha1, kind: DatadogAgent",
        "features: {dogstatsd: {hostPortConfig: {enabled: true}}}",
        "pss/hostPorts",
        "spec.features.dogstatsd.hostPortConfig.enabled",
    ),
    (
        "datadoghq.com/v2alpha1, kind: DatadogAgent",
        "override: {nodeAgent: {containers: {agent: {appArmorProfileName: unconfined}}}}",
        "pss/appArmorProfile",
        "spec.override.nodeAgent.containers.agent.appArmorProfileName",
    ),
    (
        "ray.io/v1, kind: RayCluster",
        "autoscalerOptions: {securityContext: {privileged: true}}",
        "pss/privileged",
        "spec.autoscalerOptions.securityContext.privileged",
    ),
    (
        "acid.zalan.do/v1, kind: postgresql",
        "init_containers: [{name: a, image: b, securityContext: {privileged: true}}]",
        "pss/privileged",
        "spec.init_containers[0].securityContext.privileged",
    ),
    (
        "acid.zalan.do/v1, kind: postgresql",
        "sidecars: [{name: a, image: b, ports: [{containerPort: 80, hostPort: 80}]}]",
        "pss/hostPorts",
        "spec.sidecars[0].ports[0].hostPort",
    ),
    (
        "opensearch.org/v1, kind: OpenSearchCluster",
        "nodePools: [{persistence: {hostPath: {path: /data}}}]",
        "pss/hostPathVolumes",
        "spec.nodePools[0].persistence.hostPath",
    ),
    (
        "apps.emqx.io/v2beta1, kind: EMQX",
        "coreTemplate: {spec: {ports: [{containerPort: 1883, hostPort: 1883}]}}",
        "pss/hostPorts",
        "spec.coreTemplate.spec.ports[0].hostPort",
    ),
    (
        "apps.emqx.io/v1beta4, kind: EmqxBroker",
        "template: {spec: {emqxContainer: {ports: [{containerPort: 1883, hostPort: 1883}]}}}",
        "pss/hostPorts",
        "spec.template.spec.emqxContainer.ports[0].hostPort",
    ),
    (
        "logging.banzaicloud.io/v1beta1, kind: FluentbitAgent",
        "extraVolumeMounts: [{source: /opt/docker, destination: /opt/docker}]",
        "pss/hostPathVolumes",
        "spec.extraVolumeMounts[0].source",
    ),
    (
        "data.fluid.io/v1alpha1, kind: JuiceFSRuntime",
        "tieredstore: {levels: [{volumeType: emptyDir}, {volumeType: hostPath, path: /cache}]}",
        "pss/hostPathVolumes",
        "spec.tieredstore.levels[1].volumeType",
    ),
    (
        "apps.kruise.io/v1beta1, kind: UnitedDeployment",
        "topology: {subsets: [{patch: {spec: {containers: [{name: a, securityContext: {privileged: true}}]}}}]}",
        "pss/privileged",
        "spec.topology.subsets[0].patch.spec.containers[0].securityContext.privileged",
    ),
    (
        "operator.victoriametrics.com/v1, kind: VLCluster",
        "requestsLoadBalancer: {spec: {hostNetwork: true}}",
        "pss/hostNamespaces",
        "spec.requestsLoadBalancer.spec.hostNetwork",
    ),
    (
        "k6.io/v1alpha1, kind: TestRun",
        "ports: [{containerPort: 6565, hostPort: 6565}]",
        "pss/hostPorts",
        "spec.ports[0].hostPort",
    ),
];

/// What an operator is told under names of its own is an error at its line, as it would be in a pod.
#[test]
fn fields_of_an_operators_own_are_errors_at_their_lines() {
    for &(kind, spec, rule, path) in OWN_FIELDS {
        let text = format!("{{apiVersion: {kind}, metadata: {{name: x}},\nspec: {{\n{spec}}}}}");
        let report = judge(text, Level::Baseline, Version::Latest);
        let [finding] = report.findings.as_slice() else { panic!("{spec}: {:?}", report.findings) };
        assert_eq!((finding.rule.as_str(), finding.severity), (rule, Severity::Error), "{spec}");
        assert_eq!((finding.path.to_string().as_str(), finding.location.start.line), (path, 3), "{spec}");
    }
}

#[test]
fn fields_of_an_operators_own_that_ask_for_nothing_are_nothing() {
    for (kind, spec) in [
        ("datadoghq.com/v2alpha1, kind: DatadogAgent", "features: {apm: {hostPortConfig: {enabled: false}}}"),
        ("redis.redis.opstreelabs.in/v1beta2, kind: Redis", "hostPort: 0"),
        // What the securityContext of the pod and those of its containers say is stronger.
        (
            "postgresql.cnpg.io/v1, kind: Cluster",
            "securityContext: {seccompProfile: {type: RuntimeDefault}}, podSecurityContext: {seccompProfile: {type: \
             RuntimeDefault}}, seccompProfile: {type: Unconfined}",
        ),
    ] {
        let text = format!("{{apiVersion: {kind}, metadata: {{name: x}}, spec: {{{spec}}}}}");
        let report = judge(text, Level::Baseline, Version::Latest);
        let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{spec}: {:?}", report.findings);
    }
}

#[test]
fn what_only_restricted_forbids_under_an_operators_own_names_is_an_error() {
    let header = |kind: &str| format!("apiVersion: {kind}\nmetadata: {{name: x}}\n");
    let alluxio = header("data.fluid.io/v1alpha1\nkind: AlluxioRuntime") + "spec:\n  runAs: {uid: 0, gid: 0}\n";
    assert_eq!(errors(&alluxio), [("pss/runAsUser", 5)]);
    let mover = header("volsync.backube/v1alpha1\nkind: ReplicationSource")
        + "spec: {restic: {moverVolumes: [{mountPath: a,\n  volumeSource: {nfs: {server: a, path: /}}}]}}\n";
    assert_eq!(errors(&mover), [("pss/restrictedVolumes", 5)]);
    let kaito = header("kaito.sh/v1beta1\nkind: Workspace")
        + "inference: {adapters: [{source: {volumeSource: {hostPath: {path: /a}}}}]}\ntuning:\n  input: {volumeSource: \
           {hostPath: {path: /a}}}\n  output: {volumeSource: {hostPath: {path: /a}}}\n";
    let at = |line| ("pss/restrictedVolumes", line);
    assert_eq!(errors(&kaito), [at(4), at(6), at(7)]);
}

#[test]
fn a_user_of_the_pods_securitycontext_is_stronger_than_the_operators_default() {
    let text = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: c}\nspec:\n  postgresUID: 26\n  \
                podSecurityContext: {runAsUser: 0}\n";
    assert_eq!(errors(text), [("pss/runAsUser", 6)]);
}
