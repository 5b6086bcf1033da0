//! A stream is judged part by part, and says what the same documents say as a file.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

/// A pod with findings, one without a name of its own.
const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  containers:\n  - name: é\n";
const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";

/// Documents of every fate, so many that they fill several parts.
fn stream(before: &str) -> String {
    let mut text = before.to_owned();
    for index in 0..700 {
        text.push_str("---\n");
        match index % 50 {
            7 => text.push_str("a: b\n"),
            14 => text.push_str("a: [\n"),
            21 => text.push_str("# nothing\n"),
            28 => text.push_str("sops: {mac: a}\n"),
            35 => text.push_str("--- what\n"),
            42 => text.push_str(&POD.replace("kind", "# podline: ignore[pss/hostNamespaces] known\nkind")),
            _ if index % 3 == 0 => text.push_str(POD),
            _ => text.push_str(&CONFIG_MAP.replace('a', &"a".repeat(index % 100))),
        }
    }
    text
}

/// What a run says on standard output and standard error, and its exit status.
fn run(directory: &TempDir, options: &[&str], input: Option<&str>) -> (String, String, Option<i32>) {
    let mut command = Command::cargo_bin("podline").expect("the program");
    command.current_dir(directory.path()).arg("check").args(options);
    match input {
        Some(text) => command.args(["--stdin-filename", "a.yaml", "-"]).write_stdin(text),
        None => command.arg("a.yaml"),
    };
    let output = command.output().expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn a_stream_says_what_the_file_says() {
    let directory = TempDir::new().expect("a directory");
    for before in ["", "a: b\n---\nc: d\n---\ne: [\n"] {
        let text = stream(before);
        fs::write(directory.path().join("a.yaml"), &text).expect("written");
        for format in ["human", "concise", "json", "sarif", "gitlab", "github", "junit", "markdown", "policy-report"] {
            let options = ["--format", format, "--threads", "3"];
            assert_eq!(run(&directory, &options, Some(&text)), run(&directory, &options, None), "{format}");
        }
        for options in [
            &["--statistics"][..],
            &["--format", "json", "--threads", "1"],
            &["--max-findings", "0"],
            &["--verbose"],
            &["--level", "baseline", "-q"],
        ] {
            assert_eq!(run(&directory, options, Some(&text)), run(&directory, options, None), "{options:?}");
        }
    }
}

#[test]
fn a_stream_of_no_manifests_is_told_as_a_file_of_none() {
    let directory = TempDir::new().expect("a directory");
    let text = "a: b\n---\n".repeat(20_000);
    let (told, said, status) = run(&directory, &["--format", "json"], Some(&text));
    assert!(told.contains(r#""documents":20000"#) && told.contains(r#""skipped":{"not-manifest":1}"#), "{told}");
    assert!(said.contains("standard input holds no object"), "{said}");
    assert_eq!(status, Some(2));
}

#[test]
fn files_that_are_left_for_later_say_what_they_say_alone() {
    let directory = TempDir::new().expect("a directory");
    let names: Vec<String> = (0..8).map(|index| format!("files/{index}.yaml")).collect();
    fs::create_dir(directory.path().join("files")).expect("made");
    // More than what is held at a time.
    let text = stream("") + &format!("---\n{CONFIG_MAP}# {}\n", "x".repeat(1 << 20));
    for name in &names {
        fs::write(directory.path().join(name), &text).expect("written");
    }
    let check = |format: &str, threads: &str, path: &str| {
        let mut command = Command::cargo_bin("podline").expect("the program");
        let options = ["check", "-q", "--format", format, "--threads", threads, path];
        let output = command.current_dir(directory.path()).args(options).output().expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let alone: String = names.iter().map(|name| check("concise", "2", name)).collect();
    assert!(alone.lines().count() > 1000);
    for threads in ["1", "2", "8"] {
        assert!(check("concise", threads, "files") == alone, "{threads} threads");
        assert!(check("json", threads, "files") == check("json", "3", "files"), "{threads} threads");
    }
}
