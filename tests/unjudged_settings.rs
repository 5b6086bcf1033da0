//! Settings of pods in custom resources: where no pod template that podline knows of holds them, they are told.

mod support;

use podline::finding::{Finding, Severity};
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;
use support::judge;

const RULE: &str = "manifest/unjudged-settings";

fn at(level: Level, text: &str) -> FileReport {
    judge(text, level, Version::Latest)
}

/// An object of a kind that nobody knows, with this spec in flow style.
fn custom(spec: &str) -> String {
    format!("apiVersion: example.com/v1\nkind: Web\nmetadata: {{name: w}}\nspec: {spec}\n")
}

fn told(report: &FileReport) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.rule == RULE).collect()
}

/// The paths that are told, below `spec`.
fn paths(report: &FileReport) -> Vec<&str> {
    told(report).into_iter().map(|finding| finding.path.strip_prefix("spec.").expect("a field of the spec")).collect()
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
        "{hostNetwork: false, hostPID: 'true', hostIPC: null, privileged: false}",
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
    let found: Vec<_> = report.findings.iter().map(|one| (one.rule, one.location.start.line)).collect();
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
