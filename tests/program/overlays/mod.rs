//! Overlays of kustomize in the walk: what they set is judged, and whom they patch is said.

mod changes;

use crate::support::command::Scratch;
use serde_json::Value;

fn report(files: &[(&str, &str)]) -> Value {
    let run = Scratch::new(files).podline(&["check", "--format", "json", "."]);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// `file:line rule` of each finding.
fn findings(report: &Value) -> Vec<String> {
    let of = |finding: &Value| {
        format!(
            "{}:{} {}",
            finding["file"].as_str().expect("a directory"),
            finding["line"],
            finding["rule"].as_str().expect("a directory")
        )
    };
    report["findings"].as_array().expect("findings").iter().map(of).collect()
}

const BASE: (&str, &str) = (
    "base/d.yaml",
    "apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: api
        image: registry.example/a:1
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
",
);
const BASE_LIST: (&str, &str) = ("base/kustomization.yaml", "resources: [d.yaml]\n");

#[test]
fn what_a_patch_forbids_itself_is_found_at_its_line_and_the_base_says_that_it_is_patched() {
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        (
            "prod/p.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      \
             hostNetwork: true\n      containers:\n      - name: api\n        securityContext: {privileged: true}\n",
        ),
    ]);
    assert_eq!(findings(&report), ["prod/p.yaml:7 pss/hostNamespaces", "prod/p.yaml:10 pss/privileged"]);
    assert_eq!(report["templates"][0]["patchedBy"], serde_json::json!(["prod/kustomization.yaml"]));
    assert_eq!(report["summary"]["skipped"]["patch"], 1);
}

#[test]
fn a_json_patch_and_a_patch_without_a_kind_are_read_by_their_target() {
    let report = report(&[
        BASE,
        BASE_LIST,
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches:\n- {path: p.json, target: {kind: Deployment, name: api}}\n\
             - {path: q.yaml, target: {kind: Deployment}}\n",
        ),
        (
            "prod/p.json",
            "[\n  {\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 2},\n  \
             {\"op\": \"add\", \"path\": \"/spec/template/spec/hostPID\", \"value\": true}\n]\n",
        ),
        ("prod/q.yaml", "spec:\n  template:\n    spec:\n      hostIPC: true\n"),
    ]);
    assert_eq!(findings(&report), ["prod/p.json:3 pss/hostNamespaces", "prod/q.yaml:4 pss/hostNamespaces"]);
}

#[test]
fn a_base_and_a_kustomization_so_large_that_they_are_judged_part_by_part_are_no_others() {
    let padding = format!("# {}\n", "x".repeat(1000)).repeat(17 << 10);
    let list = "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      \
                path: /spec/template/spec/hostPID\n      value: true\n";
    let scratch = Scratch::new(&[
        (BASE.0, &format!("{}{padding}", BASE.1)),
        BASE_LIST,
        ("prod/kustomization.yaml", &format!("{list}{padding}")),
    ]);
    let run = scratch.podline(&["check", "--format", "concise", "."]);
    assert!(run.stdout.contains("prod/kustomization.yaml:7:14: error[pss/hostNamespaces]"), "{}", run.stdout);
    assert!(run.stderr.contains("1 pod template is patched by kustomizations"), "{}", run.stderr);
}

#[test]
fn a_patch_in_the_kustomization_is_read_where_it_stands() {
    let report = report(&[
        BASE,
        BASE_LIST,
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      \
             path: /spec/template/spec/hostPID\n      value: true\n- patch: |-\n    apiVersion: apps/v1\n    \
             kind: Deployment\n    metadata: {name: api}\n    spec: {template: {spec: {hostIPC: true}}}\n",
        ),
    ]);
    let expected = ["prod/kustomization.yaml:7 pss/hostNamespaces", "prod/kustomization.yaml:12 pss/hostNamespaces"];
    assert_eq!(findings(&report), expected);
}

#[test]
fn what_keeps_a_patch_from_being_judged_is_an_error_in_it() {
    let patch = |spec: &str| format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec: {spec}\n");
    let list = "resources: [../base]\npatches: [{path: p.yaml}]\n";
    for (spec, rule) in [
        ("{template: {spec: {hostIPC: true, hostPID: 'true'}}}", "manifest/wrong-type"),
        ("{template: {spec: {hostpid: true}}}", "manifest/unknown-field"),
        ("{template: {spec: [}}", "manifest/invalid-yaml"),
    ] {
        let report = report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", list), ("prod/p.yaml", &patch(spec))]);
        assert_eq!(findings(&report), [format!("prod/p.yaml:4 {rule}")]);
    }
    let directives =
        patch("{nothing: null, template: {spec: {$retainKeys: [a], containers: [{name: b, $patch: delete}]}}}");
    let report = report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", list), ("prod/p.yaml", &directives)]);
    assert_eq!(findings(&report), [""; 0]);
}

#[test]
fn a_json_patch_for_any_kind_is_read_by_its_place_and_one_with_a_wrong_type_is_an_error() {
    let list = "resources: [../base]\npatches:\n- {path: p.yaml, target: {kind: Deploy.*}}\n- {path: q.yaml, target: \
                {kind: Deployment}}\n- {path: r.yaml, target: {name: api}}\n";
    let operation = |path: &str, value: &str| format!("- {{op: add, path: /spec/{path}, value: {value}}}\n");
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", list),
        ("prod/p.yaml", &operation("template/spec/hostPID", "true")),
        ("prod/q.yaml", &operation("template/spec/containers/-", "{image: y, securityContext: {privileged: true}}")),
        ("prod/r.yaml", &operation("replicas", "none")),
    ]);
    assert_eq!(findings(&report), ["prod/p.yaml:1 pss/hostNamespaces", "prod/q.yaml:1 manifest/wrong-type"]);
}

#[test]
fn a_harmless_patch_says_nothing_and_a_base_that_nobody_patches_neither() {
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml}]\n"),
        ("prod/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {replicas: 2}\n"),
    ]);
    assert_eq!(findings(&report), [""; 0]);
    assert!(report["templates"][0].get("patchedBy").is_none());
}

const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {hostPID: \
                     true}}}\n";

#[test]
fn a_patch_of_any_name_is_read_where_the_rules_of_the_walk_do_not_leave_it_out() {
    let list = "resources: [../base]\npatches: [{path: p.patch}, {path: plain}, {path: ../../shared/q.yaml}, {path: out.txt}]\n";
    let scratch = Scratch::repository(&[
        ("a/base/d.yaml", BASE.1),
        ("a/base/kustomization.yaml", BASE_LIST.1),
        ("a/prod/kustomization.yaml", list),
        ("a/prod/p.patch", PATCH),
        ("a/prod/plain", PATCH),
        ("a/prod/out.txt", PATCH),
        ("a/prod/unlisted.txt", PATCH),
        ("shared/q.yaml", PATCH),
        (".gitignore", "out.txt\n"),
    ]);
    let run = scratch.podline(&["check", "--format", "json", "a"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = ["a/prod/p.patch:4", "a/prod/plain:4", "shared/q.yaml:4"];
    assert_eq!(findings(&report), expected.map(|place| format!("{place} pss/hostNamespaces")));
    assert_eq!(
        (&report["summary"]["skipped"]["patch"], &report["summary"]["skipped"]["ignored"]),
        (&3.into(), &1.into())
    );
    assert!(scratch.podline(&["files", "a"]).stdout.contains("skip  a/prod/p.patch  patch"));
}

#[test]
fn an_object_that_a_kustomization_takes_is_read_whatever_its_file_is_called() {
    let report = report(&[
        ("a/kustomization.yaml", "resources: [pod.txt, other.yaml]\ntransformers: [t.patch]\n"),
        ("a/pod.txt", "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: []}}\n"),
        (
            "a/t.patch",
            "{apiVersion: builtin, kind: PatchTransformer, metadata: {name: t}, target: {kind: Pod}, patch: '[{op: add, \
             path: /spec/hostIPC, value: true}]'}\n",
        ),
        ("a/unlisted.txt", "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: []}}\n"),
    ]);
    let mut found = findings(&report);
    found.retain(|finding| finding.ends_with("pss/hostNamespaces"));
    assert_eq!(found, ["a/pod.txt:1 pss/hostNamespaces", "a/t.patch:1 pss/hostNamespaces"]);
}

#[test]
fn a_kustomization_that_makes_objects_of_what_is_elsewhere_is_said_to_be_unrendered() {
    for (text, why) in [
        ("helmCharts: [{name: x, repo: https://example.com}]\n", Some("helmCharts")),
        ("resources: ['https://example.com/a.yaml']\n", Some("https://example.com/a.yaml")),
        ("components: ['github.com/a/b//c?ref=v1']\n", Some("github.com/a/b//c?ref=v1")),
        ("generators: [g.yaml]\n", Some("generators")),
        ("resources: [a.yaml, ../v1.2/b]\nhelmCharts: []\n", None),
    ] {
        let report = report(&[("a/kustomization.yaml", text)]);
        let skipped = &report["skipped"][0];
        assert_eq!(skipped["reason"], if why.is_some() { "unrendered" } else { "not-manifest" }, "{text}");
        let detail = skipped["detail"].as_str().expect("a text");
        assert!(why.is_none_or(|why| detail.contains(&format!("({why}): build it"))), "{detail}");
    }
}

#[test]
fn a_kustomization_that_cannot_be_read_is_an_error() {
    let report = report(&[("a/kustomization.yaml", "patches:\n- path: [\n"), ("a/values.yaml", "a: [\n")]);
    assert_eq!(findings(&report), ["a/kustomization.yaml:2 manifest/invalid-yaml"]);
}

#[test]
fn a_patch_that_is_not_there_is_said() {
    let scratch = Scratch::new(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches:\n- path: gone.yaml\n"),
    ]);
    let run = scratch.podline(&["check", "."]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let said =
        "podline: prod/kustomization.yaml:3:9: there is no gone.yaml: kustomize builds nothing without this patch";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn transformers_that_patch_are_read_in_files_and_in_the_kustomization() {
    let report = report(&[
        BASE,
        BASE_LIST,
        (
            "prod/kustomization.yaml",
            "resources: [../base]\ntransformers:\n- t.yaml\n- more\n- |-\n  apiVersion: builtin\n  \
             kind: PatchJson6902Transformer\n  metadata: {name: x}\n  target: {kind: Deployment}\n  jsonOp: |-\n    \
             - op: add\n      path: /spec/template/spec/hostIPC\n      value: true\n",
        ),
        (
            "prod/t.yaml",
            "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: y}\ntarget: {kind: Deployment}\n\
             patch: |-\n  - op: add\n    path: /spec/template/spec/hostNetwork\n    value: true\n",
        ),
        ("prod/more/kustomization.yaml", "resources: [s.yaml]\n"),
        (
            "prod/more/s.yaml",
            "{apiVersion: builtin, kind: PatchStrategicMergeTransformer, metadata: {name: z}, paths: [m.yaml]}\n",
        ),
        ("prod/m.yaml", PATCH),
    ]);
    let expected = ["prod/kustomization.yaml:13", "prod/m.yaml:4", "prod/t.yaml:8"];
    assert_eq!(findings(&report), expected.map(|place| format!("{place} pss/hostNamespaces")));
    assert_eq!(report["templates"][0]["patchedBy"], serde_json::json!(["prod/kustomization.yaml"]));
}

#[test]
fn a_base_is_patched_by_the_component_that_an_overlay_includes() {
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\ncomponents: [../debug]\n"),
        ("debug/kustomization.yaml", "kind: Component\npatches: [{path: p.yaml}]\n"),
        ("debug/p.yaml", PATCH),
    ]);
    assert_eq!(findings(&report), ["debug/p.yaml:4 pss/hostNamespaces"]);
    assert_eq!(report["templates"][0]["patchedBy"], serde_json::json!(["debug/kustomization.yaml"]));
}

#[test]
fn a_json_patch_may_set_the_whole_object_or_its_spec() {
    let pod = "{template: {spec: {hostPID: true, containers: [{name: a, image: b}]}}}";
    let whole = format!("{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: api}}, spec: {pod}}}");
    for (path, value) in [("''", whole), ("''", format!("{{spec: {pod}}}")), ("/spec", pod.to_owned())] {
        let list = format!(
            "resources: [../base]\npatches:\n- target: {{name: api}}\n  patch: |-\n    - op: replace\n      path: {path}\n      \
             value: {value}\n"
        );
        let report = report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", &list)]);
        assert_eq!(findings(&report), ["prod/kustomization.yaml:7 pss/hostNamespaces"], "{path} {value}");
    }
}

#[test]
fn each_finding_of_a_json_patch_stands_at_its_own_value() {
    let list = "resources: [../base]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n";
    let patch = "- op: add\n  path: /spec/template/spec/initContainers\n  value:\n  - {name: a, image: x, \
                 securityContext: {privileged: false}}\n  - {name: b, image: x, securityContext: {privileged: true}}\n  \
                 - {name: c, image: x, securityContext: {privileged: true}}\n";
    let report = report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", list), ("prod/p.yaml", patch)]);
    assert_eq!(findings(&report), ["prod/p.yaml:5 pss/privileged", "prod/p.yaml:6 pss/privileged"]);
}

#[test]
fn a_hostile_patch_takes_time_in_proportion_to_its_size() {
    let list = "patches: [{path: p.yaml, target: {kind: Deployment}}, {path: q.yaml, target: {kind: Deployment}}]\n";
    let deep = format!("- {{op: add, path: {}, value: true}}\n", "/spec".repeat(200_000));
    let one = "  - {name: a, image: x, securityContext: {privileged: true}}\n";
    let wide = format!("- op: add\n  path: /spec/template/spec/containers\n  value:\n{}", one.repeat(10_000));
    let start = std::time::Instant::now();
    let report = report(&[("a/kustomization.yaml", list), ("a/p.yaml", &deep), ("a/q.yaml", &wide)]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(10_000));
    assert!(start.elapsed() < std::time::Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn a_json_patch_of_a_custom_resource_is_judged_as_one() {
    let list = "resources: [../base]\npatches:\n- path: p.yaml\n  target: {kind: Rollout}\n\
                - path: q.yaml\n  target: {kind: NobodyKnows}\n";
    let patch = "- {op: add, path: /spec/template/spec/hostPID, value: true}\n";
    let report =
        report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", list), ("prod/p.yaml", patch), ("prod/q.yaml", patch)]);
    assert_eq!(findings(&report), ["prod/p.yaml:1 pss/hostNamespaces", "prod/q.yaml:1 pss/hostNamespaces"]);
}

#[test]
fn a_container_that_a_json_patch_reaches_by_its_place_is_called_by_that() {
    let operation = |path: &str| format!("- {{op: add, path: {path}/securityContext, value: {{privileged: true}}}}\n");
    let report = report(&[
        BASE,
        BASE_LIST,
        ("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n"),
        ("prod/p.yaml", &operation("/spec/template/spec/initContainers/1")),
    ]);
    let finding = &report["findings"][0];
    assert_eq!(finding["message"], "initContainers[1] must not set securityContext.privileged=true");
    assert_eq!(finding["container"], Value::Null);
}

#[test]
fn what_a_test_of_chainsaw_asserts_is_no_manifest() {
    let report = report(&[
        (
            "a/chainsaw-test.yaml",
            "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: t}\nspec:\n  steps:\n  \
             - try: [{assert: {file: ready.yaml}}]\n",
        ),
        ("a/ready.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}"),
    ]);
    assert_eq!((findings(&report), &report["summary"]["templates"]), (vec![], &Value::from(0)));
}
