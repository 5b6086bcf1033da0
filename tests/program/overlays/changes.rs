//! What kustomizations do besides patches: replacements, functions, namespaces; and what kustomize refuses in them.

use super::{BASE, BASE_LIST, report};
use crate::support::command::Scratch;
use serde_json::Value;

/// The closing words of a run on these files.
fn told(files: &[(&str, &str)], arguments: &[&str]) -> String {
    Scratch::new(files).podline(&[&["check", "--format=concise"], arguments, &["."]].concat()).stderr
}

#[test]
fn a_replacement_changes_whom_it_selects() {
    let replacement = "source: {kind: ConfigMap, name: c, fieldPath: data.x}\n  targets:\n  - select: {kind: Deployment, name: api}\n    \
                       fieldPaths: [spec.template.spec.hostNetwork]\n";
    let elsewhere = replacement.replace("\n  ", "\n");
    for (list, file) in [
        (format!("replacements:\n- {replacement}"), ""),
        ("replacements: [{path: r.yaml}]\n".to_owned(), &*elsewhere),
        ("replacements: [{path: r.yaml}]\n".to_owned(), &*format!("- {replacement}")),
        (
            "transformers: [r.yaml]\n".to_owned(),
            &*format!(
                "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {{name: r}}\nreplacements:\n- {replacement}"
            ),
        ),
    ] {
        let overlay = format!("resources: [../base]\n{list}");
        let files = [BASE, BASE_LIST, ("prod/kustomization.yaml", &*overlay), ("prod/r.yaml", file)];
        let changed = report(&files);
        assert_eq!(
            changed["templates"][0]["patchedBy"],
            serde_json::json!(["prod/kustomization.yaml"]),
            "{list} {file}"
        );
        let other = files
            .map(|(name, text)| (name, text.replace("kind: Deployment, name: api", "kind: Deployment, name: other")));
        let other: Vec<(&str, &str)> = other.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let other = report(&other);
        assert!(other["templates"][0].get("patchedBy").is_none(), "{list} {file}");
    }
}

#[test]
fn a_function_among_the_transformers_may_change_whatever_it_takes() {
    let function = "apiVersion: example.com/v1\nkind: Inject\nmetadata:\n  name: f\n  annotations:\n    \
                    config.kubernetes.io/function: 'container: {image: example.com/f:1}'\n";
    let inline =
        format!("resources: [../base]\ntransformers:\n- |-\n  {}\n", function.trim_end().replace('\n', "\n  "));
    for overlay in ["resources: [../base]\ntransformers: [f.yaml]\n", &inline] {
        let files = [BASE, BASE_LIST, ("prod/kustomization.yaml", overlay), ("prod/f.yaml", function)];
        let changed = report(&files);
        assert_eq!(changed["templates"][0]["patchedBy"], serde_json::json!(["prod/kustomization.yaml"]), "{overlay}");
    }
    let builtin = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: f}\nlabels: {a: b}\n";
    let overlay = "resources: [../base]\ntransformers: [f.yaml]\n";
    let same = report(&[BASE, BASE_LIST, ("prod/kustomization.yaml", overlay), ("prod/f.yaml", builtin)]);
    assert!(same["templates"][0].get("patchedBy").is_none(), "a label is no setting");
}

const PROD: (&str, &str) = (
    "namespaces.yaml",
    "{apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {pod-security.kubernetes.io/enforce: privileged}}}\n---\n\
     {apiVersion: v1, kind: Namespace, metadata: {name: test, labels: {pod-security.kubernetes.io/enforce: restricted}}}\n",
);

/// The base with a privileged container, in this namespace.
fn forbidden(namespace: &str) -> String {
    let metadata = format!("metadata: {{name: api{namespace}}}");
    BASE.1.replace("metadata: {name: api}", &metadata).replace("allowPrivilegeEscalation: false", "privileged: true")
}

#[test]
fn pods_are_judged_in_the_namespace_into_which_all_kustomizations_put_them() {
    let list = |namespace: &str| format!("resources: [../base]\nnamespace: {namespace}\n");
    for (namespace, findings) in [("prod", false), ("test", true)] {
        for base in ["resources: [d.yaml]\n", "resources: [d.yaml]\nnamespace: elsewhere\n"] {
            let files = [
                ("base/d.yaml", forbidden("")),
                ("base/kustomization.yaml", base.to_owned()),
                ("prod/kustomization.yaml", list(namespace)),
                (PROD.0, PROD.1.to_owned()),
            ];
            let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
            let run = Scratch::new(&files).podline(&["check", "--admission", "--format=json", "."]);
            let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
            assert_eq!(report["templates"][0]["effectiveNamespace"], namespace);
            assert_eq!(report["summary"]["errors"].as_u64() > Some(0), findings, "{namespace} {base}");
            assert!(!run.stderr.contains("other namespaces"), "{}", run.stderr);
        }
    }
}

#[test]
fn pods_that_kustomizations_put_into_several_namespaces_or_out_of_their_own_are_told() {
    let told = |own: &str, overlays: &[&str]| {
        let mut files =
            vec![("base/d.yaml".to_owned(), forbidden(own)), (BASE_LIST.0.to_owned(), BASE_LIST.1.to_owned())];
        for (at, namespace) in overlays.iter().enumerate() {
            let list = format!("resources: [../base]\nnamespace: {namespace}\n");
            files.push((format!("o{at}/kustomization.yaml"), list));
        }
        files.push((PROD.0.to_owned(), PROD.1.to_owned()));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        told(&files, &["--admission", "-v"])
    };
    let both = told("", &["prod", "test"]);
    let said = "Deployment api is put into prod, test by kustomizations that were not built; judged in default";
    assert!(both.contains(said), "{both}");
    let own = told(", namespace: test", &["prod"]);
    let said = "Deployment test/api is put into prod by kustomizations that were not built; judged in test";
    assert!(own.contains(said), "{own}");
    let same = told(", namespace: prod", &["prod"]);
    assert!(!same.contains("is put into"), "{same}");
}

#[test]
fn what_kustomize_refuses_in_a_kustomization_is_said() {
    let list = "resource: [../base]\npatchs: [{path: p.yaml}]\nnamePrefix: a-\n";
    let told = told(&[BASE, BASE_LIST, ("prod/kustomization.yaml", list)], &[]);
    for said in [
        "prod/kustomization.yaml:1:1: unknown field \"resource\": kustomize refuses the kustomization and builds nothing; did you mean resources?",
        "prod/kustomization.yaml:2:1: unknown field \"patchs\": kustomize refuses the kustomization and builds nothing; did you mean patches?",
    ] {
        assert!(told.contains(said), "{told}");
    }
    assert!(!told.contains("namePrefix"), "{told}");
}

/// Who is said to patch the Deployment of the base.
fn patched_by(overlay: &str, arguments: &[&str]) -> Value {
    let scratch = Scratch::repository(&[BASE, BASE_LIST, ("prod/kustomization.yaml", overlay)]);
    let run = scratch.podline(&[&["check", "--format=json"], arguments, &["base", "prod"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    report["templates"][0].get("patchedBy").cloned().unwrap_or_default()
}

#[test]
fn other_names_of_images_change_pods_where_a_policy_asks_for_images() {
    let policy = ("podline.yaml", "policies: [{name: images, allowedRegistries: [registry.example]}]\n");
    let by = |image: &str, files: &[(&str, &str)]| {
        let overlay = format!("resources: [../base]\nimages: [{{name: {image}, newName: docker.io/a}}]\n");
        let scratch = Scratch::repository(&[&[BASE, BASE_LIST, ("prod/kustomization.yaml", &overlay)], files].concat());
        let report: Value =
            serde_json::from_str(&scratch.podline(&["check", "--format=json", "."]).stdout).expect("JSON");
        report["templates"][0].get("patchedBy").cloned().unwrap_or_default()
    };
    assert_eq!(by("registry.example/a", &[policy]), serde_json::json!(["prod/kustomization.yaml"]));
    assert_eq!(by("registry.example/b", &[policy]), Value::Null, "another image");
    assert_eq!(by("registry.example/a", &[]), Value::Null, "the Standards ask for none");
}

#[test]
fn annotations_that_the_standards_read_change_every_pod_and_others_none() {
    let prod = serde_json::json!(["prod/kustomization.yaml"]);
    for (annotation, by) in [
        ("container.apparmor.security.beta.kubernetes.io/api: unconfined", &prod),
        ("seccomp.security.alpha.kubernetes.io/pod: unconfined", &prod),
        ("example.com/owner: us", &Value::Null),
    ] {
        let overlay = format!("resources: [../base]\ncommonAnnotations: {{{annotation}}}\n");
        assert_eq!(patched_by(&overlay, &[]), *by, "{annotation}");
    }
}

#[test]
fn pod_security_labels_for_all_objects_change_pods_where_namespaces_decide() {
    let prod = serde_json::json!(["prod/kustomization.yaml"]);
    for labels in ["commonLabels: {LABEL: privileged}", "labels: [{pairs: {LABEL: privileged}}]"] {
        let labels = labels.replace("LABEL", "pod-security.kubernetes.io/enforce");
        let overlay = format!("resources: [../base]\n{labels}\n");
        assert_eq!(patched_by(&overlay, &["--admission"]), prod, "{labels}");
        assert_eq!(patched_by(&overlay, &[]), Value::Null, "one level holds for all");
    }
    assert_eq!(patched_by("resources: [../base]\ncommonLabels: {app: api}\n", &["--admission"]), Value::Null);
}

#[test]
fn an_overlay_that_is_not_built_is_told_in_junit_and_to_github() {
    let overlay = "resources: [../base]\npatches: [{target: {kind: Deployment}, patch: '[]'}]\n";
    let scratch = Scratch::repository(&[BASE, BASE_LIST, ("prod/kustomization.yaml", overlay)]);
    let junit = scratch.podline(&["check", "--format=junit", "."]).stdout;
    assert!(junit.contains("Deployment api is patched by prod/kustomization.yaml; not built"), "{junit}");
    assert!(junit.contains(r#"<property name="patchedBy" value="1"/>"#), "{junit}");
    let github = scratch.podline(&["check", "--format=github", "."]).stdout;
    let notice = "::notice title=podline::1 pod template is patched by kustomizations that were not built (podline check -v lists them)";
    assert_eq!(github.lines().filter(|line| *line == notice).count(), 1, "{github}");
}

#[test]
fn a_patch_that_a_kustomization_lists_is_read_and_so_not_denied() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {replicas: 2}\n";
    let overlay = "resources: [../base]\npatches: [{path: p.yaml}]\n";
    let files = [BASE, BASE_LIST, ("prod/kustomization.yaml", overlay), ("prod/p.yaml", patch)];
    let denied = |files: &[(&str, &str)]| Scratch::repository(files).podline(&["check", "--deny=patch", "."]).status;
    assert_eq!(denied(&files), 0);
    let other = [&files[..], &[("other.yaml", "{spec: {template: {spec: {hostPID: true}}}}\n")]].concat();
    assert_eq!(denied(&other), 1, "nobody lists the other one");
}
