//! Anchors, aliases and merges.

use crate::hostile::{CUSTOM, FIRST, INVALID, assert_one, assert_refused, between, lines_of, repeat_lines};

#[test]
fn alias_bombs() {
    let laughs = |first: &str, wrap: (&str, &str)| {
        repeat_lines(9, |level| match level {
            0 => format!("a0: &a0 {first}"),
            _ => format!("a{level}: &a{level} {}{}{}", wrap.0, vec![format!("*a{}", level - 1); 10].join(","), wrap.1),
        })
    };
    let excessive = "the document contains excessive aliasing";
    for hostile in [laughs("[x,x,x,x,x,x,x,x,x,x]", ("[", "]")), laughs("{k: 1}", ("{<<: [", "]}"))] {
        let (findings, _) = between(&format!("{CUSTOM}{hostile}"));
        assert_eq!(findings.len(), 1);
        let line = findings[0].location.start.line;
        assert_one(&findings[0], INVALID, line, excessive, "a bomb");
        assert!((FIRST + 3..FIRST + 12).contains(&line), "line {line}");
    }
}

#[test]
fn values_that_contain_themselves() {
    let itself = "contains itself";
    for (hostile, line) in [("&a [*a]", 1), ("a: &a {<<: *a}", 1), ("x: 1\na: &a\n  b:\n  - c: *a\n", 4)] {
        assert_refused(hostile, INVALID, line, itself);
    }
    assert_refused("a: &a {? *a : 1}", INVALID, 1, "cannot be a key");
    assert_refused("a: &a *a", INVALID, 1, "");
}

#[test]
fn a_chain_of_ten_thousand_merges() {
    let chain = repeat_lines(10_000, |level| match level {
        0 => "a0: &a0 {k: 1}".to_owned(),
        _ => format!("a{level}: &a{level} {{<<: *a{}}}", level - 1),
    });
    let (findings, _) = between(&format!("{CUSTOM}{chain}"));
    assert_eq!(findings.len(), 1);
    let line = findings[0].location.start.line;
    assert_one(&findings[0], INVALID, line, "the document contains excessive aliasing", "a chain");
}

#[test]
fn a_hundred_thousand_anchors_and_as_many_aliases() {
    let anchors = repeat_lines(100_000, |index| format!("  k{index}: &a{index} v"));
    let (findings, report) = between(&format!("{CUSTOM}data:\n{anchors}"));
    assert!(findings.is_empty() && report.objects == 3);
    let aliases = repeat_lines(100_000, |index| format!("  k{index}: *a"));
    let (findings, report) = between(&format!("{CUSTOM}a: &a v\ndata:\n{aliases}"));
    assert!(findings.is_empty() && report.objects == 3);
    assert_refused("a: &a 1\nb: *b\n", INVALID, 2, "unknown anchor");
}

#[test]
fn a_merge_of_a_large_mapping_is_searched_once() {
    const MANY: usize = 20_000;
    let keys = repeat_lines(MANY, |index| format!("  k{index}: v"));
    let containers =
        repeat_lines(MANY, |index| format!("  - {{name: c{index}, securityContext: {{privileged: true}}}}"));
    let (findings, report) = between(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: hostile}}\nx: &x\n{keys}  containers:\n{containers}spec: {{<<: *x}}\n"
    ));
    let privileged = lines_of(&findings, "pss/privileged");
    assert_eq!(privileged.len(), MANY);
    assert!(privileged.into_iter().eq(4 + MANY + 2..4 + 2 * MANY + 2));
    assert_eq!(report.templates.len(), 3);
}

#[test]
fn a_pod_that_stands_a_thousand_times_in_a_list() {
    let aliases = vec!["*p"; 1000].join(",");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostIPC: true}}";
    let (findings, report) = between(&format!("apiVersion: v1\nkind: List\nx: &p {pod}\nitems: [{aliases}]\n"));
    assert_eq!(report.templates.len(), 1002);
    assert_eq!(lines_of(&findings, "pss/hostNamespaces").len(), 1000);
    let mut fingerprints: Vec<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), findings.len(), "each has a fingerprint of its own");
}

#[test]
fn large_values_that_many_aliases_stand_for() {
    let large = "v".repeat(1_000_000);
    let images = "{image: *v},".repeat(20_000);
    let pod = format!("x: &v {large}\napiVersion: v1\nkind: Pod\nspec: {{containers: [{images}]}}\n");
    assert_refused(&pod, INVALID, 4, "alias");
}

#[test]
fn large_names_in_many_findings() {
    let name = "n".repeat(1_000_000);
    let ports = "{hostPort: 1},".repeat(20_000);
    let (findings, _) = between(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: x{name}}}\nspec: {{containers: [{{name: {name}, ports: [{ports}]}}]}}\n"
    ));
    assert_eq!(findings.len(), 20_000);
    let said: usize = findings.iter().map(|finding| finding.message.len() + finding.path.to_string().len()).sum();
    assert!(said < 100_000_000, "{said} bytes of messages");
}
