//! Whole objects inside of others, as nodes and as text: judged like any other, at their own lines.

use crate::support::judge;
use podline::finding::{ReportEntry, Severity};
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;

fn baseline(text: &str) -> FileReport {
    judge(text, Level::Baseline, Version::Latest)
}

/// The rule and line of each finding.
fn found(report: &FileReport) -> Vec<(&'static str, usize)> {
    report.findings.iter().map(|finding| (finding.rule.as_str(), finding.location.start.line)).collect()
}

/// The text that a finding points at.
fn pointed_at<'t>(text: &'t str, finding: &ReportEntry) -> &'t str {
    &text[finding.location.span.range()]
}

const WORK: &str = "\
apiVersion: work.open-cluster-management.io/v1
kind: ManifestWork
metadata: {name: w}
spec:
  workload:
    manifests:
      - apiVersion: v1
        kind: ConfigMap
        metadata: {name: c}
      - apiVersion: apps/v1
        kind: Deployment
        metadata: {name: d, namespace: shop}
        spec:
          selector: {matchLabels: {a: b}}
          template:
            metadata: {labels: {a: b}}
            spec:
              hostPID: true
              containers: [{name: c, image: registry.example/a:1}]
      - apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec: {hostIPC: true, containers: [{name: c, image: registry.example/a:1}]}
";

#[test]
fn an_object_inside_another_is_judged_at_its_lines() {
    let report = baseline(WORK);
    assert_eq!(found(&report), [("pss/hostNamespaces", 18), ("pss/hostNamespaces", 23)]);
    let object = report.findings[0].object.as_ref().expect("an object");
    assert_eq!(object.to_string(), "Deployment shop/d");
    assert_eq!(object.item.as_deref(), Some("spec.workload.manifests[1]"));
    assert_eq!(report.findings[0].path, "spec.template.spec.hostPID");
    let templates: Vec<_> = report.templates.iter().map(|one| (one.line, one.complete)).collect();
    assert_eq!(templates, [(15, true), (20, true)]);
}

#[test]
fn what_an_object_inside_another_lacks_is_an_error_too() {
    let report = judge(WORK, Level::Restricted, Version::Latest);
    let lacks = report.findings.iter().filter(|one| one.rule == "pss/runAsNonRoot").count();
    assert_eq!(lacks, 2);
}

#[test]
fn a_reference_to_an_object_is_none() {
    let text = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s}\nspec: {scaleTargetRef: {apiVersion: \
                apps/v1, kind: Deployment, name: d}}\n";
    let report = baseline(text);
    assert!(report.templates.is_empty() && report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn what_an_engine_fills_in_keeps_the_rest_from_nothing() {
    let text = "\
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  trialTemplate:
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec:
        parallelism: ${trialParameters.workers}
        template:
          spec:
            hostNetwork: true
            containers: [{name: c, image: registry.example/a:1}]
";
    assert_eq!(found(&baseline(text)), [("pss/hostNamespaces", 13)]);
}

#[test]
fn objects_inside_of_objects_inside_of_others_are_judged() {
    let text = "\
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: c}
spec:
  resources:
    - name: a
      base:
        apiVersion: kubernetes.crossplane.io/v1alpha2
        kind: Object
        spec:
          forProvider:
            manifest:
              apiVersion: v1
              kind: Pod
              spec: {hostPID: true, containers: [{name: c, image: registry.example/a:1}]}
";
    assert_eq!(found(&baseline(text)), [("pss/hostNamespaces", 15)]);
}

#[test]
fn a_waiver_on_an_inner_object_covers_it_alone() {
    let text = WORK.replace("hostPID: true\n", "hostPID: true # podline: ignore[hostNamespaces] monitoring\n");
    let report = baseline(&text);
    let waived: Vec<_> = report.findings.iter().map(|finding| finding.waived.is_some()).collect();
    assert_eq!(waived, [true, false], "{:?}", report.findings);
}

const BLOCK: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: r-}
spec:
  templates:
    - name: r
      resource:
        action: create
        manifest: |
          apiVersion: v1
          kind: Pod
          metadata:
            name: {{workflow.name}}

          spec:
            hostPID: true
            containers:
              - name: c
                image: registry.example/a:1
                securityContext: {privileged: true}
";

#[test]
fn a_literal_block_is_judged_line_by_line() {
    let report = baseline(BLOCK);
    assert_eq!(found(&report), [("pss/hostNamespaces", 16), ("pss/privileged", 20)]);
    let pointed: Vec<_> = report.findings.iter().map(|finding| pointed_at(BLOCK, finding)).collect();
    assert_eq!(pointed, ["true", "true"]);
    assert_eq!(report.findings[1].location.start.column, 47);
    assert!(report.findings.iter().all(|finding| !finding.is_fixable()));
    assert_eq!(report.templates[0].line, 10);
}

#[test]
fn several_documents_in_a_block_are_all_judged() {
    let second = "          ---\n          apiVersion: v1\n          kind: Pod\n          metadata: {name: q}\n          \
                  spec: {hostIPC: true, containers: [{name: c, image: registry.example/a:1}]}\n";
    let report = baseline(&format!("{BLOCK}{second}"));
    assert_eq!(found(&report).last(), Some(&("pss/hostNamespaces", 25)));
    assert_eq!(report.templates.len(), 2);
}

#[test]
fn where_lines_are_folded_or_escaped_findings_point_at_the_string() {
    let folded = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: r}\nspec:\n  templates:\n    - name: r\n      \
                  resource:\n        manifest: \"apiVersion: v1\\nkind: Pod\\nmetadata: {name: p}\\nspec:\\n  hostPID: true\\n  \
                  containers: [{name: c}]\\n\"\n";
    assert_eq!(found(&baseline(folded)), [("pss/hostNamespaces", 8)]);
    let json = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: r}\nspec: {templates: [{name: r, resource: \
                {manifest: '{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"hostPID\": true, \"containers\": [{\"name\": \"c\"}]}}'}}]}\n";
    let report = baseline(json);
    assert_eq!(found(&report), [("pss/hostNamespaces", 4)]);
    assert_eq!(pointed_at(json, &report.findings[0]), "true");
}

#[test]
fn prose_that_speaks_of_objects_is_no_manifest() {
    let text = "apiVersion: example.com/v1\nkind: Note\nmetadata: {name: note}\nspec:\n  text: |\n    Write apiVersion: v1 and kind: \
                Pod, then hostPID: true.\n  other: |\n    kind and apiVersion are two words, and privileged: true is not\n";
    let report = baseline(text);
    assert!(report.findings.is_empty() && report.templates.is_empty(), "{:?}", report.findings);
}

#[test]
fn a_patch_of_the_pods_spec_is_judged_as_a_part_of_it() {
    let text = "\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: wf-}
spec:
  podSpecPatch: |
    hostPID: true
    containers:
      - name: main
        securityContext: {privileged: true}
  templates:
    - name: main
      podSpecPatch: '{\"hostNetwork\": true}'
      container: {image: registry.example/a:1}
";
    let report = baseline(text);
    assert_eq!(found(&report), [("pss/hostNamespaces", 6), ("pss/privileged", 9), ("pss/hostNamespaces", 12)]);
    assert_eq!(report.findings[1].path, "spec.podSpecPatch.containers[0].securityContext.privileged");
    // What the patch does not say, the template may.
    let report = judge(text, Level::Restricted, Version::Latest);
    let in_patch = |one: &&ReportEntry| one.path.to_string().contains("podSpecPatch");
    assert!(report.findings.iter().filter(in_patch).all(|finding| finding.value.is_some()));
}

const POD: &str = "    apiVersion: v1\n    kind: Pod\n    metadata: {name: p}\n    spec:\n      hostPID: true\n      containers: \
                   [{name: c, image: registry.example/a:1}]\n";

#[test]
fn a_workload_in_a_config_map_is_told() {
    let report =
        baseline(&format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  pod.yaml: |\n{POD}"));
    assert_eq!(found(&report), [("manifest/unjudged-settings", 10)]);
    assert!(report.findings[0].message.ends_with("whether anybody creates the Pod in this v1 ConfigMap"));
}

#[test]
fn a_workload_in_a_config_map_is_noted_where_nothing_in_it_is_forbidden() {
    let pod = POD.replace("      hostPID: true\n", "");
    let report =
        baseline(&format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  pod.yaml: |\n{pod}"));
    assert_eq!(found(&report), [("manifest/unjudged-template", 7)]);
    assert_eq!(report.findings[0].severity, Severity::Note);
}

#[test]
fn a_workload_in_a_resource_set_is_judged() {
    let set = "apiVersion: addons.cluster.x-k8s.io/v1beta1\nkind: ClusterResourceSet\nmetadata: {name: s}\nspec: {resources: \
               [{name: c, kind: ConfigMap}]}\n---\n";
    let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  pod.yaml: |\n{POD}");
    assert_eq!(
        found(&baseline(
            &format!("{set}{map}").replace("[{name: c, kind: ConfigMap}]", "[{kind: ConfigMap, name: c}]")
        )),
        [("pss/hostNamespaces", 15)]
    );
    let secret = format!(
        "apiVersion: v1\nkind: Secret\ntype: addons.cluster.x-k8s.io/resource-set\nmetadata: {{name: c}}\nstringData:\n  \
                          pod.yaml: |\n{POD}"
    );
    assert_eq!(found(&baseline(&secret)), [("pss/hostNamespaces", 11)]);
}

#[test]
fn an_encoded_secret_is_read_and_its_string_pointed_at() {
    let encoded = "YXBpVmVyc2lvbjogdjEKa2luZDogUG9kCm1ldGFkYXRhOiB7bmFtZTogcH0Kc3BlYzoge2hvc3RQSUQ6IHRydWUsIGNvbnRhaW5lcnM6IFtdfQo=";
    let text = format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  pod.yaml: {encoded}\n");
    let report = baseline(&text);
    assert_eq!(found(&report), [("manifest/unjudged-settings", 5)]);
    assert_eq!(pointed_at(&text, &report.findings[0]), encoded);
}

#[test]
fn releases_are_skipped_as_not_rendered() {
    let objects = [
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: h}\nspec: {values: {extraContainers: [{name: s, image: a, securityContext: {privileged: true}}]}}\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: h}\nspec: {source: {helm: {valuesObject: {hostNetwork: true}}}}\n",
    ];
    for text in objects {
        let report = baseline(text);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
        let skipped: Vec<_> = report.skipped.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(skipped, ["unrendered"], "{text}");
    }
}

/// A ConfigMap with this file, which may be of several lines.
fn config_map(file: &str) -> String {
    let lines: Vec<&str> = file.lines().collect();
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  file: |\n    {}\n", lines.join("\n    "))
}

#[test]
fn what_a_config_map_holds_is_looked_into_at_any_depth() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostIPC: true, containers: [{name: c, image: a}]}\n";
    let work = "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {name: w}\nspec: {workload: \
                {manifests: [{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostIPC: true}}]}}\n";
    let other = "apiVersion: example.com/v1\nkind: Web\nmetadata: {name: w}\nspec: {hostIPC: true}\n";
    let bare = "spec:\n  hostIPC: true\n  containers: [{name: c, image: registry.example/a:1}]\n";
    for file in [pod, work, other, bare, &config_map(pod)] {
        let report = baseline(&config_map(file));
        let rules: Vec<_> = found(&report).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, ["manifest/unjudged-settings"], "{file}: {:?}", report.findings);
    }
    let plain = "groups:\n  - securityContext: none\n    expr: kube_pod_containers{hostNetwork=\"true\"}\n    privileged: true\n";
    assert!(found(&baseline(&config_map(plain))).is_empty());
}

#[test]
fn texts_inside_of_too_many_others_are_counted() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostIPC: true, containers: [{name: c, image: a}]}\n";
    let report = baseline(&(0..12).fold(pod.to_owned(), |file, _| config_map(&file)));
    assert_eq!((report.findings.len(), report.skipped.len()), (0, 1), "{:?}", report.skipped);
    assert_eq!(report.skipped[0].reason.as_str(), "unrendered");
}

#[test]
fn a_placeholder_for_a_part_of_a_pod_or_for_a_manifest_is_counted() {
    for template in [
        "podSpecPatch: '{{workflow.parameters.patch}}'",
        "podSpecPatch: '{{= if x }}hostPID: true'",
        "resource: {action: create, manifest: '{{inputs.parameters.m}}'}",
    ] {
        let report = baseline(&format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: w}}\nspec:\n  templates:\n    - name: main\n      \
             {template}\n"
        ));
        let reasons: Vec<_> = report.skipped.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(reasons, ["unrendered"], "{template}: {:?}", report.findings);
    }
}

#[test]
fn a_template_that_speaks_of_settings_is_counted() {
    let template = "{{- range .Containers }}\n{{ if }\nsecurityContext:\n  VALUE\n";
    for (value, expected) in [
        ("privileged: true", 1),
        ("runAsUser: 0", 1),
        ("privileged: {{ .Privileged }}", 1),
        ("privileged: false", 0),
        ("runAsUser: 1337", 0),
    ] {
        let report = baseline(&config_map(&template.replace("VALUE", value)));
        assert_eq!((report.findings.len(), report.skipped.len()), (0, expected), "{value}: {:?}", report.skipped);
    }
}
