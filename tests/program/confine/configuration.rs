//! What a configuration, and what it names, may reach.

use super::*;

#[test]
fn a_configuration_names_no_file_outside() {
    let repository = with_ways(&[]);
    for way in WAYS {
        for entry in [
            format!("extends: {way}\n"),
            format!("extends: [{way}]\n"),
            format!("accepted: {way}\n"),
            format!("policies:\n- file: {way}\n"),
            format!("admission: {{config: {way}}}\n"),
            format!("cluster: [{way}]\n"),
        ] {
            repository.0.write("repo/podline.yaml", &format!("rules: {{}}\n{entry}"));
            let line = entry.matches('\n').count() + 1;
            for command in ["check", "levels", "waivers", "files"] {
                let run = repository.podline(&[command]);
                assert_eq!(run.status, 2, "{command} {entry}: {}", run.stderr);
                assert!(run.stderr.contains(" leads to /"), "{command} {entry}: {}", run.stderr);
                assert!(run.stderr.contains(&format!("podline.yaml:{line}:")), "{command} {entry}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn dots_after_a_link_lead_nowhere_else_when_the_file_is_read() {
    let repository = Repository::new(&[("deep/down/x", ""), ("secret/key", "")]);
    repository.link("deep/down", "link");
    for entry in ["admission: {config: link/../../secret/key}", "accepted: link/../../secret/key"] {
        repository.0.write("repo/podline.yaml", entry);
        let run = repository.podline(&["check"]);
        assert!(run.status == 2 && run.stderr.contains(" leads to /"), "{entry}: {}", run.stderr);
    }
}

#[test]
fn nothing_that_a_configuration_builds_on_names_a_file_outside() {
    let repository = Repository::new(&[
        ("podline.yaml", "extends: org/base.yaml\n"),
        ("org/base.yaml", "level: baseline\nextends: ../../secret/credentials\n"),
    ]);
    let run = repository.podline(&["check"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("org/base.yaml:2:10"), "{}", run.stderr);
}

#[test]
fn what_lies_inside_is_reached_by_any_way() {
    let repository = Repository::new(&[("org/base.yaml", "level: privileged\n")]);
    repository.link("org", "link");
    repository.link("link/base.yaml", "chain.yaml");
    let absolute = repository.0.path("repo/org/base.yaml").canonicalize().expect("a file").display().to_string();
    for way in
        ["org/base.yaml", "deep/../org/base.yaml", "../repo/org/base.yaml", "link/base.yaml", "chain.yaml", &absolute]
    {
        repository.0.write("repo/podline.yaml", &format!("extends: {way}\n"));
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 0, "{way}: {}", run.stderr);
    }
}

#[test]
fn a_configuration_that_is_a_link_out_is_not_read() {
    let repository = Repository::new(&[]);
    repository.link("../secret/credentials", "podline.yaml");
    for arguments in [&["check"][..], &["levels"], &["waivers"], &["files", "--config"], &["diff", "deep", "deep"]] {
        let run = repository.podline(arguments);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.stderr.contains("podline.yaml: cannot be read: leads to /"), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn the_text_of_what_is_no_configuration_is_not_shown() {
    let files = [
        ("key", "hunter2\n"),
        ("list", "- hunter2\n"),
        ("settings.json", "{\"type\": \"account\", \"private_key\": \"hunter2\"}\n"),
        (".env", "TOKEN=hunter2\nOTHER: [hunter2\n"),
        ("two", "a: hunter2\n---\nb: hunter2\n"),
    ];
    let repository = Repository::new(&files);
    for (file, _) in files {
        repository.0.write("repo/podline.yaml", &format!("extends: {file}\n"));
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 2, "{file}");
        assert!(run.stderr.contains("podline.yaml:1:10"), "{file}: {}", run.stderr);
        assert!(run.stderr.contains(": is not a "), "{file}: {}", run.stderr);
        fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a file");
        repository.link(file, "podline.yaml");
        let run = repository.podline(&["check"]);
        assert_eq!(run.status, 2, "{file}");
        assert!(run.stderr.contains("podline.yaml: is not a "), "{file}: {}", run.stderr);
        fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a link");
    }
    repository.0.write("repo/podline.yaml", "hunter2\n");
    assert!(repository.podline(&["check"]).stderr.contains("podline.yaml: is not a YAML mapping"));
}

#[test]
fn a_mistake_in_a_configuration_is_shown_with_its_line() {
    let repository =
        Repository::new(&[("podline.yaml", "extends: base.yaml\n"), ("base.yaml", "level: [restricted\n")]);
    let run = repository.podline(&["check"]);
    assert!(run.stderr.contains("base.yaml:") && run.stderr.contains("level: [restricted"), "{}", run.stderr);
    repository.0.write("repo/podline.yaml", "levle: restricted\n");
    let run = repository.podline(&["check"]);
    assert!(run.stderr.contains("did you mean level?") && run.stderr.contains("1 │ levle"), "{}", run.stderr);
}

#[test]
fn what_the_command_line_names_is_read_wherever_it_lies() {
    let repository = Repository::new(&[]);
    repository.0.write("org/strict.yaml", "extends: base.yaml\n");
    repository.0.write("org/base.yaml", "level: privileged\npolicies: [{file: psp.yaml}]\n");
    repository.0.write("org/psp.yaml", PSP);
    let strict =
        repository.podline(&["check", "--config", "../org/strict.yaml", "-q", "pod.yaml", "--format", "concise"]);
    assert_eq!(strict.status, 1, "{}", strict.stderr);
    assert!(strict.stdout.contains("local/hostNamespaces"), "{}", strict.stdout);
    let policy =
        ["check", "--level", "privileged", "--policy", "../org/psp.yaml", "-q", "--format", "concise", "pod.yaml"];
    assert!(repository.podline(&policy).stdout.contains("local/hostNamespaces"));
    repository.0.write("org/podline.baseline", "{\"podline\":\"accepted\",\"schema\":1}\n");
    let baseline = repository.podline(&["check", "--accepted", "../org/podline.baseline", "pod.yaml"]);
    assert_eq!(baseline.status, 1, "{}", baseline.stderr);
    let files = run(podline(&["check", "../secret/pod.yaml"]).current_dir(repository.0.path("repo")));
    assert!(files.stdout.contains(SECRET), "it was named: {}", files.stdout);
}

#[test]
fn a_policy_file_names_no_file_outside_either() {
    let repository = Repository::new(&[("policies.yaml", "policies:\n- file: ../secret/credentials\n")]);
    let run = repository.podline(&["check", "--policy", "policies.yaml", "pod.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("policies.yaml:2:3: ../secret/credentials leads to /"), "{}", run.stderr);
}

#[test]
fn a_configuration_of_the_api_server_names_no_file_outside() {
    let text = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: PodSecurity\n  path: \
                ../secret/credentials\n";
    let repository = Repository::new(&[("admission.yaml", text)]);
    let run = repository.podline(&["check", "--admission-config", "admission.yaml", "--admission", "pod.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("admission.yaml:5:9: ../secret/credentials leads to /"), "{}", run.stderr);
}

#[test]
fn without_a_repository_the_named_directory_is_the_root() {
    let scratch = Scratch::new(&[
        ("tree/podline.yaml", "extends: ../secret/base.yaml\n"),
        ("tree/pod.yaml", POD),
        ("secret/base.yaml", "level: privileged\n"),
    ]);
    let arguments = ["check", "--config", "tree/podline.yaml"];
    let run = scratch.podline(&[&arguments[..], &["tree"]].concat());
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(run.stderr.contains("../secret/base.yaml leads to /"), "{}", run.stderr);
    assert_eq!(scratch.podline(&[&arguments[..], &["."]].concat()).status, 0, "from above it lies inside");
}

#[test]
fn a_file_of_the_cluster_that_is_called_dash_is_not_standard_input() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels: {pod-security.kubernetes.io/enforce: restricted}\n";
    let repository = Repository::new(&[("podline.yaml", "admission: true\ncluster: \"-\"\n"), ("-", "")]);
    let check = |file: &str| {
        repository.0.write("repo/-", file);
        let mut command = podline(&["check", "-q", "--format", "concise", "pod.yaml"]);
        run(command.current_dir(repository.0.path("repo")).write_stdin(namespace))
    };
    assert_eq!(check(namespace).status, 1, "the file counts");
    let other = check("");
    assert_eq!(other.status, 0, "{}{}", other.stdout, other.stderr);
}
