//! What a kustomization may name.

use super::*;

/// A kustomization on whose third line this entry stands.
fn with_entry(entry: &str) -> String {
    format!("kind: Kustomization\nnamePrefix: x-\n{entry}\n")
}

#[test]
fn a_kustomization_that_is_a_link_out_lists_nothing() {
    let repository = Repository::new(&[("kustomization/k.yaml", "patches: [{path: pod.yaml}]\n")]);
    repository.0.write("secret/kustomization.yaml", "patches: [{path: pod.yaml}]\n");
    let skipped = |link: &str| {
        repository.link(link, "kustomization.yaml");
        let report = repository.podline(&["check", "--format", "json"]).stdout;
        fs::remove_file(repository.0.path("repo/kustomization.yaml")).expect("a link");
        serde_json::from_str::<serde_json::Value>(&report).expect("JSON")["summary"]["skipped"].clone()
    };
    assert_eq!(skipped("../secret/kustomization.yaml")["patch"], serde_json::Value::Null);
    assert_eq!(skipped("kustomization/k.yaml")["patch"], 1, "one inside counts");
}

#[test]
fn no_entry_of_a_kustomization_leads_out() {
    let repository = with_ways(&[]);
    for way in WAYS.iter().filter(|way| **way != "../secret/gone") {
        for entry in [
            format!("resources: [pod.yaml, {way}]"),
            format!("bases: [{way}]"),
            format!("components: [{way}]"),
            format!("patches: [{{path: {way}}}]"),
            format!("patchesStrategicMerge: [{way}]"),
            format!("patchesJson6902: [{{path: {way}}}]"),
            format!("secretGenerator: [{{name: a, files: [key={way}]}}]"),
            format!("configMapGenerator: [{{name: a, envs: [{way}]}}]"),
            format!("helmCharts: [{{name: a, valuesFile: {way}}}]"),
        ] {
            repository.0.write("repo/kustomization.yaml", &with_entry(&entry));
            let run = repository.podline(&["check", "--level", "privileged"]);
            assert_eq!(run.status, 2, "{entry}: {}", run.stderr);
            assert!(run.stderr.contains("kustomization.yaml:3:"), "{entry}: {}", run.stderr);
            assert!(run.stderr.contains(" leads to /"), "{entry}: {}", run.stderr);
            assert!(run.stdout.contains("2 pod templates"), "the rest is judged: {}", run.stdout);
        }
    }
}

#[test]
fn every_command_that_judges_says_so() {
    let repository = Repository::new(&[("deep/Kustomization", "resources:\n- ../../secret\n")]);
    for arguments in [
        &["check"][..],
        &["check", "deep"],
        &["check", "--fix"],
        &["levels"],
        &["waivers"],
        &["files"],
        &["init"],
        &["diff", "deep", "deep"],
        &["check", "--as-walked", "deep/pod.yaml"],
    ] {
        let run = repository.podline(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stdout);
        assert!(
            run.stderr.contains("deep/Kustomization:2:3: ../../secret leads to /"),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    let named = run(podline(&["check", "kustomization.yaml"]).current_dir(repository.0.path("repo/deep")));
    assert_eq!(named.status, 2, "there is no such file");
    fs::rename(repository.0.path("repo/deep/Kustomization"), repository.0.path("repo/deep/kustomization.yml"))
        .expect("renamed");
    let named = repository.podline(&["check", "deep/kustomization.yml"]);
    assert!(named.stderr.contains("deep/kustomization.yml:2:3: ../../secret leads to /"), "{}", named.stderr);
}

#[test]
fn what_a_kustomization_takes_from_inside_or_from_afar_is_no_mistake() {
    let files = [("base/pod.yaml", POD), ("base/kustomization.yaml", "resources: [pod.yaml]\n")];
    let repository = Repository::new(&files);
    repository.link("../base", "deep/link");
    for entry in [
        "resources: [../base]",
        "resources: [link, ./../base/pod.yaml]",
        "resources: [gone.yaml]",
        "resources: [\"https://example.com/../../../a.yaml\", \"git@example.com:a/../../../../b\"]",
        "patches: [{patch: \"- op: remove\\n  path: /../../../../x\"}]",
    ] {
        repository.0.write("repo/deep/kustomization.yaml", &with_entry(entry));
        let run = repository.podline(&["check", "--level", "privileged"]);
        assert_eq!(run.status, 0, "{entry}: {}", run.stderr);
    }
}

#[test]
fn without_a_repository_a_kustomization_reaches_what_was_named() {
    let files = [
        ("tree/overlay/kustomization.yaml", "resources:\n- ../base\n"),
        ("tree/base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("tree/base/pod.yaml", POD),
        ("tree/overlay/pod.yaml", POD),
    ];
    let scratch = Scratch::new(&files);
    let inner = scratch.podline(&["check", "--level", "privileged", "tree/overlay"]);
    assert_eq!(inner.status, 2);
    assert!(inner.stderr.contains("tree/overlay/kustomization.yaml:2:3: ../base leads to /"), "{}", inner.stderr);
    assert_eq!(scratch.podline(&["check", "--level", "privileged", "tree"]).status, 0);
}
