//! Nothing costs more than in proportion to its size: twice as much input takes no more than twice the instructions.
//!
//! Instructions are counted by valgrind, so that a busy machine makes no difference; where it is missing the tests say
//! that they skip.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

/// Twice the input may cost this many times the instructions: hash maps and sorting add a little.
const DOUBLE: f64 = 2.3;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  containers:\n";
const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n";

/// What it is, and how so much of it is made.
type Kind<'a> = (&'a str, &'a dyn Fn(usize) -> Vec<u8>);

/// How most inputs are checked.
const JSON: &[&str] = &["--format", "json"];

/// The instructions, in millions, that it takes to check a text with these options; `None` without valgrind.
#[allow(clippy::cast_precision_loss)]
fn instructions(options: &[&str], text: &[u8]) -> Option<f64> {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("a.yaml");
    fs::write(&file, text).expect("a file");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(cargo_bin("podline"))
        .args(["check", "--threads", "1"])
        .args(options)
        .arg(&file)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output();
    let Ok(run) = run else {
        println!("skipped: valgrind is not here");
        return None;
    };
    let said = String::from_utf8_lossy(&run.stderr);
    let counted =
        said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim().parse::<u64>());
    let counted = counted.unwrap_or_else(|| panic!("valgrind counts: {said}")).expect("a number");
    Some(counted as f64 / 1e6)
}

/// Doubles each kind of input. What it takes to start is not counted.
fn assert_linear(kinds: &[Kind<'_>]) {
    assert_linear_with(JSON, kinds);
}

/// The same with other options.
fn assert_linear_with(options: &[&str], kinds: &[Kind<'_>]) {
    let Some(start) = instructions(options, b"# nothing\n") else { return };
    for (what, make) in kinds {
        let cost = |size| instructions(options, &make(size)).map(|cost| cost - start);
        let (Some(once), Some(twice)) = (cost(1), cost(2)) else { return };
        println!("{what}: {once:.1}, twice: {twice:.1}, {:.2} times", twice / once);
        // Below a million, what is done once for any input counts most.
        assert!(twice < once.max(1.0) * DOUBLE, "{what}: {once:.1} million, twice {twice:.1}");
    }
}

/// A text before many times the same.
fn many(before: &str, count: usize, part: &str) -> Vec<u8> {
    format!("{before}{}", part.repeat(count)).into_bytes()
}

/// A text before many numbered parts.
fn numbered(before: &str, count: usize, part: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = before.to_owned();
    for index in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", part(index));
    }
    text.into_bytes()
}

#[test]
fn nesting() {
    assert_linear(&[
        ("brackets", &|size| many("", size * 5_000, "[")),
        ("braces", &|size| many("", size * 2_000, "{a: ")),
        ("json", &|size| many("{\"a\":", size * 5_000, "[")),
        ("dashes", &|size| many("", size * 2_500, "- ")),
        ("question marks", &|size| many("", size * 2_500, "? ")),
        ("flow within limits", &|size| many("a:\n", size * 75, "- [[[[[[[[[[{a: [b, {c: d}]}]]]]]]]]]]\n")),
    ]);
}

#[test]
fn aliases_and_merges() {
    let merges = |index: usize| format!("a{index}: &a{index}\n  <<: *a{}\n  k{index}: v\n", index.saturating_sub(1));
    assert_linear(&[
        ("anchors and aliases", &|size| {
            numbered("", size * 100, |index| format!("a{index}: &a{index} b\nb{index}: *a{index}\n"))
        }),
        ("a chain of merges", &|size| numbered("a0: &a0 {x: y}\n", size * 10, merges)),
        ("aliases of one value", &|size| many("a: &a {b: c}\nd:\n", size * 250, "- *a\n")),
        ("tags", &|size| many("a:\n", size * 250, "- !!str 1\n")),
    ]);
}

#[test]
fn long_texts() {
    assert_linear(&[
        ("a key", &|size| [many("a", size * 10_000, "b"), b": c\n".to_vec()].concat()),
        ("a line of JSON", &|size| many("{\"a\": \"", size * 10_000, "b")),
        ("a plain scalar", &|size| many("a: b", size * 1_000, " c d e")),
        ("a plain scalar on many lines", &|size| many("a: b\n", size * 1_000, "  c d\n")),
        ("empty lines", &|size| many("a: b\n", size * 5_000, "\n")),
        ("blanks", &|size| many("a: b\n", size * 10_000, " ")),
        ("dollar signs", &|size| many(&format!("{CONFIG_MAP}  a: |\n"), size * 2_000, "    $a $b\n")),
        ("comments", &|size| many("a: b\n", size * 1_000, "# c\n")),
        ("a block scalar", &|size| many(&format!("{CONFIG_MAP}  a: |\n"), size * 1_000, "    b c d\n")),
        ("a folded scalar", &|size| many(&format!("{CONFIG_MAP}  a: >\n"), size * 1_000, "    b c\n\n     d\n")),
        ("a quoted scalar", &|size| [many("a: \"", size * 1_000, "b\\n\\x41\n  "), b"\"\n".to_vec()].concat()),
        ("escaped quotes", &|size| [many("a: \"", size * 1_000, "\\' "), b"\"\n".to_vec()].concat()),
        ("strings with an escaped quote", &|size| many("", size * 100, "- \"\\'\"\n")),
        ("a container's long name", &|size| {
            [many(&format!("{POD}  - name: a"), size * 5_000, "b"), b"\n    image: c\n".to_vec()].concat()
        }),
    ]);
}

#[test]
fn many_documents() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}\n---\n";
    assert_linear(&[
        ("null documents", &|size| many("", size * 500, "---\n")),
        ("strays", &|size| many("", size * 100, "a: b\n---\n")),
        ("pods", &|size| many("", size * 10, pod)),
        // So many that a look at the whole file for each would show.
        ("pods to repair", &|size| many("", size * 200, &format!("{POD}  - name: c\n---\n"))),
        ("what cannot be read", &|size| many("kind: a\n---\n", size * 50, "a: [\n---\n")),
        ("templates", &|size| many("", size * 25, "a: {{ .Values.a }}\n---\n")),
        ("bad separators", &|size| many("kind: a\n", size * 100, "--- a\n")),
        ("values of JSON", &|size| many("", size * 100, "{\"a\": 1}\n")),
        ("directives", &|size| many("", size * 100, "%TAG !a! b\n")),
    ]);
}

#[test]
fn large_objects() {
    let pods = format!(
        "apiVersion: v1\nkind: List\nitems:\n- &a\n  {}",
        "apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n"
    );
    assert_linear(&[
        ("keys", &|size| numbered(CONFIG_MAP, size * 500, |index| format!("  k{index}: v\n"))),
        ("numbers as keys", &|size| numbered(CONFIG_MAP, size * 500, |index| format!("  {index}: v\n"))),
        ("repeated keys", &|size| many(CONFIG_MAP, size * 100, "  a: b\n")),
        ("containers", &|size| numbered(POD, size * 10, |index| format!("  - name: c{index}\n    image: a\n"))),
        // So many that a look at all of them for each would show.
        ("containers that may run as root", &|size| {
            numbered(POD, size * 300, |index| format!("  - {{name: c{index}, securityContext: {{runAsUser: 0}}}}\n"))
        }),
        ("containers with placeholders", &|size| {
            let context = "{privileged: '${A}', runAsUser: '1${B}'}";
            numbered(POD, size * 100, |index| format!("  - {{name: c{index}, securityContext: {context}}}\n"))
        }),
        ("pods at a misspelt place", &|size| {
            let job = "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec:\n  tasks:\n";
            many(job, size * 100, "  - templte: {spec: {containers: [{name: a, image: b}]}}\n")
        }),
        ("keys beside the items of a list", &|size| {
            numbered("apiVersion: v1\nkind: List\nitems: []\nx: &a b\n", size * 100, |index| format!("k{index}: *a\n"))
        }),
        ("containers of one name", &|size| {
            many(POD, size * 10, "  - name: c\n    securityContext: {privileged: yes}\n")
        }),
        ("unknown fields", &|size| {
            numbered(&format!("{POD}  - name: c\n"), size * 25, |index| format!("    f{index}: v\n"))
        }),
        ("wrong types", &|size| many(&format!("{POD}  - name: c\n    args:\n"), size * 50, "    - [a]\n")),
        ("items", &|size| many(&pods, size * 50, "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")),
        ("the same pod by aliases", &|size| many(&pods, size * 10, "- *a\n")),
        ("waivers", &|size| {
            let privileged = "  # podline: ignore[pss/*] x\n  - {name: c, securityContext: {privileged: true}}\n";
            many(POD, size * 20, privileged)
        }),
        ("annotations", &|size| {
            let annotations = "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n";
            numbered(annotations, size * 100, |index| format!("    a{index}: 1\n"))
        }),
    ]);
}

#[test]
fn what_people_are_shown() {
    let privileged =
        |index: usize| format!("  - {{name: c{index}, securityContext: {{capabilities: {{add: [X{index}]}}}}}}\n");
    let on_one_line =
        |index: usize| format!("{{name: c{index}, securityContext: {{capabilities: {{add: [X{index}]}}}}}}, ");
    let kinds: &[Kind<'_>] = &[
        ("findings in a file", &|size| numbered(POD, size * 10, privileged)),
        ("findings in a line", &|size| {
            let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [";
            [numbered(pod, size * 10, on_one_line), b"]}}\n".to_vec()].concat()
        }),
        ("findings of equal containers", &|size| numbered(POD, size * 10, |index| format!("  - name: c{index}\n"))),
        ("findings in documents", &|size| {
            many("", size * 5, &format!("{POD}  - name: c\n    securityContext: {{privileged: yes}}\n---\n"))
        }),
        ("repeated keys", &|size| many(CONFIG_MAP, size * 100, "  a: b\n")),
    ];
    assert_linear_with(&["--max-findings", "0"], kinds);
    assert_linear_with(&["--verbose", "--max-findings", "0"], kinds);
}

#[test]
fn repairs() {
    let kinds: &[Kind<'_>] = &[
        ("containers to repair", &|size| numbered(POD, size * 20, |index| format!("  - name: c{index}\n"))),
        ("containers with what goes", &|size| {
            many(POD, size * 20, "  - name: c\n    ports:\n    - hostPort: 1\n      containerPort: 1\n")
        }),
        ("documents to repair", &|size| {
            many("", size * 10, &format!("{POD}  - name: c\n    securityContext: {{privileged: yes}}\n---\n"))
        }),
    ];
    assert_linear_with(&["--diff", "--unsafe-fixes"], kinds);
}

#[test]
fn what_is_no_text() {
    let utf16 = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    assert_linear(&[
        ("NUL", &|size| vec![0; size * 5_000]),
        ("invalid UTF-8", &|size| vec![0xFF; size * 5_000]),
        ("invalid UTF-8 in documents", &|size| b"a: \xFF\n---\n".repeat(size * 100)),
        ("control characters in documents", &|size| b"a: \x01\n---\n".repeat(size * 100)),
        ("UTF-16", &|size| utf16(&"a: b\n---\n".repeat(size * 200))),
        ("carriage returns", &|size| many("", size * 500, "a: b\r")),
        ("lines that end as on Windows", &|size| numbered("", size * 250, |index| format!("a{index}: b\r\n"))),
        ("byte order marks", &|size| many("a: b\n", size * 250, "\u{FEFF}c: d\n")),
        ("bidirectional marks", &|size| {
            numbered(CONFIG_MAP, size * 100, |index| format!("  k{index}: \"\u{202E}\"\n"))
        }),
    ]);
}
