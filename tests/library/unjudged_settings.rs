//! Settings of pods in custom resources: where no pod template that podline knows of holds them, they are told.

use crate::support::judge;
use podline::finding::{ReportEntry, Severity};
use podline::lint::Options;
use podline::lint::patch::lint_patch;
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;

const RULE: &str = "manifest/unjudged-settings";

fn at(level: Level, text: &str) -> FileReport {
    judge(text, level, Version::Latest)
}

/// An object of a kind that nobody knows, with this spec in flow style.
fn custom(spec: &str) -> String {
    format!("apiVersion: example.com/v1\nkind: Web\nmetadata: {{name: w}}\nspec: {spec}\n")
}

fn told(report: &FileReport) -> Vec<&ReportEntry> {
    report.findings.iter().filter(|finding| finding.rule == RULE).collect()
}

/// The paths that are told, below `spec`.
fn paths(report: &FileReport) -> Vec<String> {
    let paths = told(report).into_iter().map(|finding| finding.path.to_string());
    paths.map(|path| path.strip_prefix("spec.").expect("a field of the spec").to_owned()).collect()
}

#[test]
fn what_is_spelt_as_in_go_is_told_too() {
    for (spec, path) in [
        ("{HostPID: true}", "HostPID"),
        ("{Pod: {SecurityContext: {Privileged: true}}}", "Pod.SecurityContext.Privileged"),
        ("{Capabilities: {Add: [SYS_ADMIN]}}", "Capabilities"),
        ("{SELinuxOptions: {Type: spc_t}}", "SELinuxOptions"),
        ("{SeccompProfile: {Type: Unconfined}}", "SeccompProfile"),
        ("{LivenessProbe: {HTTPGet: {Host: example.com, Port: 1}}}", "LivenessProbe"),
        ("{Volumes: [{Name: h, HostPath: {Path: /}}]}", "Volumes[0].HostPath"),
    ] {
        let report = at(Level::Baseline, &custom(spec));
        assert_eq!(paths(&report), [path], "{spec}: {:?}", report.findings);
    }
    let lacks = "{SecurityContext: {Privileged: false}, Capabilities: {Add: [CHOWN]}, Containers: []}";
    assert!(at(Level::Baseline, &custom(lacks)).findings.is_empty());
    let pod = at(Level::Baseline, &custom("{Containers: [{Name: a, Image: b}]}"));
    assert_eq!(pod.findings[0].rule, "manifest/unjudged-template");
    assert!(pod.findings[0].message.ends_with("(Kubernetes has no Containers)"), "{}", pod.findings[0].message);
}

#[test]
fn what_every_level_forbids_is_told_under_any_key() {
    let settings = [
        ("{network: {hostNetwork: true}}", "network.hostNetwork"),
        ("{hostPID: true}", "hostPID"),
        ("{pod: {hostIPC: true}}", "pod.hostIPC"),
        ("{containerSecurityContext: {privileged: true}}", "containerSecurityContext.privileged"),
        ("{agent: {capabilities: {add: [CHOWN, SYS_ADMIN]}}}", "agent.capabilities.add[1]"),
        ("{extraVolumes: [{name: h, hostPath: {path: /}}]}", "extraVolumes[0].hostPath"),
        ("{data: {hostPath: {path: /var/lib, type: Directory}}}", "data.hostPath"),
        ("{ports: [{containerPort: 1, hostPort: 80}]}", "ports[0].hostPort"),
        ("{context: {procMount: Unmasked}}", "context.procMount"),
        ("{seccompProfile: {type: Unconfined}}", "seccompProfile.type"),
        ("{appArmorProfile: {type: Unconfined}}", "appArmorProfile.type"),
        ("{security: {seLinuxOptions: {type: spc_t}}}", "security.seLinuxOptions.type"),
        ("{security: {sysctls: [{name: kernel.msgmax, value: '1'}]}}", "security.sysctls[0].name"),
        ("{windowsOptions: {hostProcess: true}}", "windowsOptions.hostProcess"),
        ("{context: {privileged: 'true'}}", "context.privileged"),
        ("{ports: [{hostPort: '80'}]}", "ports[0].hostPort"),
        ("{livenessProbe: {httpGet: {host: example.com, port: 1}}}", "livenessProbe.httpGet.host"),
        (
            "{pod: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}}",
            "pod.annotations[\"container.apparmor.security.beta.kubernetes.io/a\"]",
        ),
    ];
    for (spec, path) in settings {
        let report = at(Level::Baseline, &custom(spec));
        assert_eq!(paths(&report), [path], "{spec}");
        assert_eq!(report.findings.len(), 1, "{spec}: {:?}", report.findings);
        assert!(at(Level::Privileged, &custom(spec)).findings.is_empty(), "{spec}");
    }
}

#[test]
fn what_restricted_alone_forbids_is_told_at_restricted_alone() {
    let settings = [
        ("{securityContext: {runAsUser: 0}}", "securityContext.runAsUser"),
        ("{securityContext: {runAsNonRoot: false}}", "securityContext.runAsNonRoot"),
        ("{x: {allowPrivilegeEscalation: true}}", "x.allowPrivilegeEscalation"),
        ("{x: {capabilities: {add: [CHOWN], drop: [KILL]}}}", "x.capabilities.add[0]"),
        ("{volumes: [{name: n, nfs: {server: s, path: /}}]}", "volumes[0].nfs"),
    ];
    for (spec, path) in settings {
        assert_eq!(paths(&at(Level::Restricted, &custom(spec))), [path], "{spec}");
        assert!(at(Level::Baseline, &custom(spec)).findings.is_empty(), "{spec}");
    }
}

#[test]
fn what_is_allowed_or_no_setting_is_not_told() {
    let specs = [
        "{hostNetwork: false, hostPID: 'false', hostIPC: null, privileged: false}",
        "{privileged: {type: boolean}, hostNetwork: {enabled: true}, runAsUser: {rule: MustRunAs}}",
        "{runAsUser: 1000, runAsNonRoot: true, capabilities: {drop: [KILL]}, seccompProfile: {type: RuntimeDefault}}",
        "{mounts: [{hostPath: /var/run/docker.sock}], nfs: {server: s, path: /}, hostPort: 0}",
        "{description: 'privileged: true', schema: {openAPIV3Schema: {example: {privileged: true}}}}",
        "{capabilities: [hostPath], sysctls: none, lifecycle: managed, annotations: {a: b}}",
    ];
    for spec in specs {
        let report = at(Level::Restricted, &custom(spec));
        assert!(report.findings.is_empty(), "{spec}: {:?}", report.findings);
    }
}

#[test]
fn metadata_and_status_are_no_settings() {
    let text = custom("{}") + "status: {securityContext: {privileged: true}}\n";
    let text =
        text.replace("{name: w}", "{name: w, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}");
    assert!(at(Level::Restricted, &text).findings.is_empty());
}

#[test]
fn objects_that_are_no_custom_resources_are_passed_over() {
    let objects = [
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: p}\nspec: {hostPath: {path: /}}\n",
        "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: p}\nspec: {privileged: true, hostPID: true}\n",
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sPSPHostNetwork\nmetadata: {name: p}\nspec: {parameters: {hostNetwork: true}}\n",
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {rules: [{validate: {pattern: {spec: {hostNetwork: true}}}}]}\n",
        "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{extraPortMappings: [{containerPort: 80, hostPort: 80}]}]\n",
    ];
    for text in objects {
        assert!(told(&at(Level::Restricted, text)).is_empty(), "{text}");
    }
}

#[test]
fn a_setting_is_told_at_its_own_line_as_a_warning_with_its_value() {
    let text = "apiVersion: example.com/v1\nkind: Web\nmetadata: {name: w}\nspec:\n  hostNetwork: true\n  container:\n    \
                name: x\n    image: registry.example/a:1\n    securityContext: {privileged: true}\n";
    let report = at(Level::Baseline, text);
    let places: Vec<_> = told(&report).iter().map(|one| (one.location.start.line, one.location.start.column)).collect();
    assert_eq!(places, [(5, 16), (9, 35)]);
    let first = told(&report)[0];
    assert_eq!((first.severity, first.value.as_deref()), (Severity::Warning, Some("true")));
    assert_eq!(
        first.message,
        "hostNetwork: true was not judged: baseline forbids it (pss/hostNamespaces), and podline does not know the kind \
         example.com/v1 Web"
    );
}

#[test]
fn where_a_whole_template_stands_the_entry_to_paste_is_shown() {
    let text = custom("{pods: [{template: {spec: {containers: [{name: c, securityContext: {privileged: true}}]}}}]}");
    let report = at(Level::Baseline, &text);
    let entry = "(templates: [{apiVersion: example.com/v1, kind: Web, path: 'spec.pods[*].template'}])";
    assert!(told(&report)[0].message.ends_with(entry), "{}", told(&report)[0].message);
}

#[test]
fn the_rest_of_a_known_kind_is_told_too() {
    let text = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  \
                thanos:\n    securityContext: {privileged: true}\n";
    let report = at(Level::Baseline, text);
    let found: Vec<_> = report.findings.iter().map(|one| (one.rule.as_str(), one.location.start.line)).collect();
    assert_eq!(found, [("pss/hostNamespaces", 5), (RULE, 7)]);
    assert!(
        told(&report)[0].message.ends_with("podline does not judge this part of monitoring.coreos.com/v1 Prometheus")
    );
}

#[test]
fn the_values_of_a_chart_are_skipped_as_not_rendered() {
    let report = at(Level::Baseline, &custom("{chart: {values: {securityContext: {privileged: true}}}}"));
    assert!(report.findings.is_empty());
    let skipped: Vec<_> = report.skipped.iter().map(|one| (one.reason.as_str(), one.detail.as_str())).collect();
    assert_eq!(skipped, [("unrendered", "values of a chart in Web w (spec.chart.values)")]);
}

/// The line of each setting that is told, and how its message begins.
fn lines(report: &FileReport) -> Vec<(usize, &str)> {
    told(report)
        .into_iter()
        .map(|one| (one.location.start.line, one.message.split(" was not judged").next().unwrap_or_default()))
        .collect()
}

#[test]
fn patches_in_custom_resources_are_searched_as_text_and_as_operations() {
    let head = "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: k}\nspec:\n  customizeComponents:\n    patches:\n";
    for (patch, expected) in [
        (
            "    - patch: '[{\"op\": \"add\", \"path\": \"/spec/template/spec/hostPID\", \"value\": true}]'\n",
            vec![(7, "value: true")],
        ),
        (
            "    - patch: |\n        spec:\n          template:\n            spec:\n              hostNetwork: true\n",
            vec![(11, "hostNetwork: true")],
        ),
        (
            "    - path: spec.template.spec.hostIPC\n      value: true\n    - path: a.[name:b].securityContext\n      \
             value: {privileged: true}\n",
            vec![(8, "value: true"), (10, "privileged: true")],
        ),
        ("    - path: spec.template.spec.hostIPC\n      value: false\n", vec![]),
        ("    - script: |\n        if hostPID: true\n        then securityContext: no\n", vec![]),
    ] {
        let report = at(Level::Baseline, &format!("{head}{patch}"));
        assert_eq!(lines(&report), expected, "{patch}: {:?}", report.findings);
    }
}

#[test]
fn a_workload_in_a_template_that_a_config_map_holds_is_told_or_counted() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  pod.yaml: |\n    apiVersion: v1\n    kind: Pod\n";
    let steered = format!(
        "{head}    metadata:\n      name: {{{{ .Name }}}}\n    spec:\n      {{{{- if .Host }}}}\n      hostPID: true\n      \
         {{{{- end }}}}\n      containers: [{{name: c, image: a}}]\n"
    );
    assert_eq!(lines(&at(Level::Baseline, &steered)), [(12, "hostPID: true")]);
    let broken = at(Level::Baseline, &format!("{head}    spec:\n      hostPID: {{{{ toYaml .X }}\n     x: [\n"));
    let reasons: Vec<_> = broken.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!((broken.findings.len(), reasons), (0, vec!["unrendered"]));
}

#[test]
fn what_nobody_knows_in_a_patch_is_told() {
    let patch = |text: &str| {
        let file = SourceFile::new("p.yaml", text.into()).expect("a small file");
        lint_patch(&file, None, &Options::default())
    };
    let merge = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      ";
    for (text, path) in [
        (format!("{merge}hostPID: ${{P}}\n"), "spec.template.spec.hostPID"),
        (format!("{merge}containers: ${{C}}\n"), "spec.template.spec.containers"),
        ("- {op: add, path: /spec/template/spec/hostIPC, value: '${I}'}\n".to_owned(), "spec.template.spec.hostIPC"),
        (
            "- {op: add, path: /spec/template/spec/containers/-, value: '${C}'}\n".to_owned(),
            "spec.template.spec.containers[0]",
        ),
    ] {
        let report = patch(&text);
        let told: Vec<_> = told(&report).into_iter().map(|finding| finding.path.to_string()).collect();
        assert_eq!(told, [path], "{text}: {:?}", report.findings);
    }
    let harmless = format!("{merge}containers: [{{name: c, image: '${{I}}'}}]\n");
    assert!(told(&patch(&harmless)).is_empty());
}

#[test]
fn what_an_object_patches_is_told_though_the_rest_is_rendered_elsewhere() {
    let forbidden = "'{\"spec\": {\"template\": {\"spec\": {\"hostPID\": true}}}}'";
    for (kind, before) in [
        ("kustomize.toolkit.fluxcd.io/v1, kind: Kustomization", "{patches: [{patch: PATCH}]}"),
        ("argoproj.io/v1alpha1, kind: Application", "{source: {kustomize: {patches: [{patch: PATCH}]}}}"),
        ("helm.toolkit.fluxcd.io/v2, kind: HelmRelease", "{postRenderers: [{kustomize: {patches: [{patch: PATCH}]}}]}"),
    ] {
        let object = |patch: &str| {
            format!("{{apiVersion: {kind}, metadata: {{name: a}}, spec: {}}}", before.replace("PATCH", patch))
        };
        let report = at(Level::Baseline, &object(forbidden));
        assert_eq!((told(&report).len(), report.skipped[0].reason.as_str()), (1, "unrendered"), "{kind}");
        assert!(at(Level::Baseline, &object("'{\"spec\": {\"replicas\": 2}}'")).findings.is_empty(), "{kind}");
    }
}

#[test]
fn what_a_group_of_policies_has_besides_policies_is_told() {
    let spec = "spec: {securityContexts: {container: {privileged: true}, pod: {runAsUser: 0}}}";
    for kind in [
        "policies.kubewarden.io/v1, kind: Gateway",
        "kyverno.io/v1, kind: Gateway",
        "policies.kyverno.io/v1, kind: Gateway",
        "templates.gatekeeper.sh/v1, kind: Gateway",
        "config.gatekeeper.sh/v1alpha1, kind: Gateway",
    ] {
        let report = at(Level::Restricted, &format!("{{apiVersion: {kind}, metadata: {{name: a}}, {spec}}}"));
        assert_eq!(told(&report).len(), 2, "{kind}: {:?}", report.findings);
    }
}

#[test]
fn a_policy_that_speaks_of_settings_is_counted_as_one() {
    let setting = "spec: {parameters: {assign: {value: true}}, location: spec.hostNetwork}";
    for kind in [
        "mutations.gatekeeper.sh/v1, kind: Assign",
        "policy.open-cluster-management.io/v1, kind: IamPolicy",
        "policies.kyverno.io/v1, kind: MutatingPolicy",
        "policies.kubewarden.io/v1, kind: AdmissionPolicy",
    ] {
        let report = at(Level::Baseline, &format!("{{apiVersion: {kind}, metadata: {{name: a}}, {setting}}}"));
        let reasons: Vec<_> = report.skipped.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!((reasons, report.findings.len()), (vec!["policy"], 0), "{kind}");
    }
}
