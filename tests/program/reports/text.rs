//! Text from manifests means nothing in any format.

use crate::reports::{FORMATS, json, podline, root, run};

/// A pod whose names try what they can.
fn hostile() -> String {
    let name = [
        "x\\n::error::forged\\r\\n::set-env name=A::b",
        "##[add-mask]y",
        "]]></failure><a b='c'>&amp;",
        "|`@everyone` **b** <img src=x> [l](http://evil.example) www.evil.example",
        "\\u202e\\u001b[31m\\ufffe",
    ]
    .join(" ")
    .replace('"', "\\\"");
    format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"{name}\"}},\"spec\":{{\"hostPID\":true,\"containers\":[{{\"name\":\"{name}\"}}]}}}}"
    )
}

#[test]
fn nothing_of_a_manifest_reaches_a_report_unescaped() {
    for format in FORMATS {
        let arguments = ["--format", format, "--stdin-filename", "a,b:c%0A\n::error::x/]](y).yaml", "-"];
        let (status, text, _) = run(podline(root(), &arguments).write_stdin(hostile()));
        assert_eq!(status, 1, "{format}");
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{format}: {text:?}");
        let forged = |line: &str| line.trim_start().starts_with("::") && !line.starts_with("::error file=");
        assert!(!text.lines().any(forged), "{format}: {text}");
        match format {
            "sarif" | "gitlab" | "policy-report" => drop(json(&text)),
            "junit" => drop(quick_junit::Report::deserialize_from_str(&text).expect("JUnit")),
            "github" => text.lines().for_each(|line| {
                // The first `::` ends the properties.
                let properties = line[2..].split_once("::").expect("a command").0;
                let names: Vec<&str> =
                    properties.split([' ', ',']).filter_map(|part| Some(part.split_once('=')?.0)).collect();
                assert_eq!(names[..6], ["file", "line", "endLine", "col", "endColumn", "title"], "{properties}");
                assert!(
                    properties.starts_with("error file=a%2Cb%3Ac%250A\\n%3A%3Aerror%3A%3Ax/]](y).yaml,line=1,"),
                    "{line}"
                );
            }),
            "markdown" => {
                for forbidden in ["@", "<img", "`", "**", "http://evil", "www.evil"] {
                    assert!(!text.contains(forbidden), "{forbidden}: {text}");
                }
            }
            _ => {}
        }
    }
}

#[test]
fn findings_that_are_not_annotated_are_no_commands_either() {
    let containers: Vec<String> = (0..20).map(|n| format!("{{name: '##[stop-commands]{n}'}}")).collect();
    let pod = format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{}]}}}}",
        containers.join(", ")
    );
    let (_, text, _) = run(podline(root(), &["--format", "github", "-"]).write_stdin(pod));
    let is_annotated = |line: &&str| line.starts_with("::error ");
    assert_eq!(text.lines().filter(is_annotated).count(), 10);
    assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 70);
    assert!(text.lines().filter(|line| !is_annotated(line)).all(|line| !line.contains("##[")), "{text}");
    assert!(text.ends_with("70 errors more are in the log only\n"), "{text}");
}

#[test]
fn a_path_is_percent_encoded_where_it_is_a_uri_and_as_it_is_where_it_is_none() {
    let scratch = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(scratch.path().join("a b#")).expect("a directory");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}";
    std::fs::write(scratch.path().join("a b#/ü%.yaml"), pod).expect("written");
    let printed = |format| run(&mut podline(scratch.path(), &["--format", format, "."])).1;
    let log = json(&printed("sarif"));
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b%23/%C3%BC%25.yaml");
    assert_eq!(json(&printed("gitlab"))[0]["location"]["path"], "a b#/ü%.yaml");
    assert!(printed("markdown").contains("](a%20b%23/%C3%BC%25.yaml#L1)"));
}
