//! Where podline writes.

use super::*;

#[test]
fn nothing_is_fixed_through_a_link_that_leads_out() {
    let repository = Repository::new(&[("real/pod.yaml", POD)]);
    let secret = repository.0.read("secret/pod.yaml");
    repository.link("../secret", "dir");
    repository.link("../secret/pod.yaml", "out.yaml");
    repository.link("out.yaml", "chain.yaml");
    repository.link("real", "in");
    let fix = ["check", "--fix", "--unsafe-fixes", "-q", "--format", "concise", "--select", "hostNamespaces"];
    repository.podline(&fix);
    assert_eq!(repository.0.read("secret/pod.yaml"), secret, "by a walk");
    for path in ["out.yaml", "dir/pod.yaml", "chain.yaml", "in/../dir/pod.yaml"] {
        let named = run(podline(&fix).arg(path).current_dir(repository.0.path("repo")));
        assert_eq!(named.status, 2, "{path}: {}", named.stderr);
        assert!(named.stderr.contains(&format!("{path}: leads to /")), "{path}: {}", named.stderr);
        assert_eq!(repository.0.read("secret/pod.yaml"), secret, "{path}");
    }
    assert!(!repository.read("real/pod.yaml").contains("hostPID: true"));
    repository.0.write("repo/real/pod.yaml", POD);
    assert_eq!(repository.podline(&[&fix[..], &["in/pod.yaml"]].concat()).status, 0, "a link inside is followed");
    assert!(!repository.read("real/pod.yaml").contains("hostPID: true"));
}

#[test]
fn no_report_baseline_or_patch_is_written_through_a_link_that_leads_out() {
    let repository = Repository::new(&[]);
    repository.link("../secret/key", "report.json");
    repository.link("../secret", "dir");
    let out = |path: &str| repository.0.path("secret").join(path);
    for arguments in [
        &["--output", "json=report.json"][..],
        &["--output", "json=dir/new.json"],
        &["--output", "json=dir/new/new.json"],
        &["--write-accepted", "dir/new.json"],
        &["--fix-as", "kustomize", "--fix-dir", "dir"],
        &["--fix-as", "kustomize", "--fix-dir", "dir/new"],
    ] {
        let run = repository.podline(&[&["check", "-q", "pod.yaml"], arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("leads to /"), "{arguments:?}: {}", run.stderr);
    }
    repository.0.write("repo/podline.yaml", "outputs: [json=dir/new.json, sarif=.git/hooks/new.json]\n");
    assert_eq!(repository.podline(&["check", "-q", "pod.yaml"]).status, 2);
    assert_eq!(repository.0.read("secret/key"), "hunter2\n");
    for path in ["new.json", "new", "kustomization.yaml", "../repo/.git/hooks"] {
        assert!(!out(path).exists(), "{path}");
    }
}

#[test]
fn init_writes_through_no_link_that_leads_out() {
    let repository = Repository::new(&[]);
    repository.link("../secret/key", "podline.schema.json");
    let run = repository.podline(&["init"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("podline.schema.json: cannot be written: leads to /"), "{}", run.stderr);
    fs::remove_file(repository.0.path("repo/podline.yaml")).expect("a file");
    repository.link("../secret/new", "podline.yaml");
    for arguments in [&["init"][..], &["init", "--force"]] {
        assert_eq!(repository.podline(arguments).status, 2, "{arguments:?}");
    }
    assert_eq!(repository.0.read("secret/key"), "hunter2\n");
    assert!(!repository.0.path("secret/new").exists());
}

#[test]
fn a_configuration_has_no_report_written_elsewhere_or_through_a_link() {
    let repository = with_ways(&[("sub/podline.yaml", "")]);
    repository.link("deep", "in");
    repository.link("deep/report.json", "link.json");
    repository.link("../deep", "deep/self");
    let absolute = repository.0.path("secret/new.json").display().to_string();
    let outside = [
        "../secret/new.json",
        "deep/../../secret/new.json",
        "dir/new.json",
        "dir/new/new.json",
        ".git/hooks/new.json",
        ".GIT/new.json",
        absolute.as_str(),
        "/proc/self/fd/1",
        "file",
        "in/new.json",
        "in/../in/new.json",
        "link.json",
        "deep/self/self/new.json",
        "deep/new.yaml",
        "deep/new.YML",
    ];
    for target in outside {
        repository.0.write(
            "repo/podline.yaml",
            &format!("level: restricted\noutputs:\n- sarif=sub/a.sarif\n- json={target}\n"),
        );
        for command in ["check", "levels", "waivers", "files"] {
            let run = repository.podline(&[command]);
            assert_eq!(run.status, 2, "{command} {target}: {}", run.stderr);
            assert!(run.stderr.contains("podline.yaml:4:3"), "{command} {target}: {}", run.stderr);
        }
    }
    assert!(!repository.0.path("repo/sub/a.sarif").exists(), "nothing is written where one of them is refused");
    for path in ["secret/new.json", "secret/new", "repo/deep/new.json", "repo/deep/report.json", "repo/.git/hooks"] {
        assert!(!repository.0.path(path).exists(), "{path}");
    }
}

#[test]
fn a_report_inside_is_written_beside_the_configuration_wherever_podline_runs() {
    let repository = Repository::new(&[("podline.yaml", "outputs: [json=reports/new.json]\n")]);
    repository.0.podline(&["check", "-q", "repo"]);
    assert!(repository.read("reports/new.json").starts_with('{'));
    let there = run(podline(&["check", "-q", "pod.yaml"]).current_dir(repository.0.path("repo/deep")));
    assert_eq!(there.status, 1, "{}", there.stderr);
    repository.0.write("repo/podline.yaml", "outputs: [json=reports/new.json, other=x.json]\n");
    let run = repository.podline(&["check"]);
    assert!(run.status == 2 && run.stderr.contains("podline.yaml:1:34"), "{}", run.stderr);
}

#[test]
fn a_report_goes_into_no_pipe_of_a_repository() {
    let repository = Repository::new(&[("podline.yaml", "outputs: [json=report]\n")]);
    let fifo = std::process::Command::new("mkfifo").arg(repository.0.path("repo/report")).status();
    assert!(fifo.expect("mkfifo runs").success());
    let run = repository.podline(&["check", "pod.yaml"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("report is not a regular file"), "{}", run.stderr);
    assert!(run.stderr.contains("podline.yaml:1:11"), "{}", run.stderr);
}
