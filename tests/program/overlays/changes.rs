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
