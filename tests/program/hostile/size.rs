//! Size.

use podline::finding::ReportEntry;

use crate::hostile::{
    AFTER, CUSTOM, FIRST, INVALID, POD, assert_each_line, assert_neighbours, assert_one, assert_refused, between,
    judge_baseline, lines_of, repeat_lines,
};

#[test]
fn a_key_of_five_megabytes() {
    let key = "k".repeat(5_000_000);
    let (findings, report) = between(&format!("{CUSTOM}data:\n  ? {key}\n  : 1\n"));
    assert!(findings.is_empty() && report.objects == 3);
    let (findings, _) = between(&format!("{POD}    ? {key}\n    : 1\n"));
    assert_eq!(lines_of(&findings, "manifest/unknown-field"), [7]);
    // As in libyaml, a key without `?` may have 1,024 characters.
    assert_refused(&format!("{CUSTOM}data:\n  {key}: 1\n"), INVALID, 5, "mapping values are not allowed");
}

#[test]
fn a_line_of_twenty_megabytes() {
    let long = "v".repeat(20_000_000);
    let (findings, _) =
        between(&format!("{POD}    args: [{long}]\n    # {long}\n    securityContext: {{privileged: true}}\n"));
    assert_eq!(lines_of(&findings, "pss/privileged"), [9]);
    let before = "{apiVersion: v1, kind: Pod, x: ";
    let (findings, _) = between(&format!("{before}{long}, spec: {{hostPID: true, containers: [{{name: c}}]}}}}\n"));
    let found = findings.iter().find(|finding| finding.rule == "pss/hostNamespaces").expect("it is judged");
    assert_eq!(found.location.start.line, FIRST);
    assert_eq!(found.location.start.column, before.len() + long.len() + ", spec: {hostPID: ".len() + 1);
}

#[test]
fn two_hundred_thousand_documents() {
    let count = 200_000;
    let report = judge_baseline(
        "apiVersion: v1\nkind: Pod\nspec: {hostPID: true, containers: [{name: c}]}\n---\n".repeat(count),
    );
    assert_eq!((report.documents, report.objects, report.templates.len()), (count, count, count));
    let wrong =
        report.findings.iter().enumerate().find(|(index, finding)| finding.location.start.line != 4 * index + 3);
    assert_eq!(wrong, None);
    // A separator belongs to the document that it opens, and the next one ends that.
    assert_eq!(judge_baseline("---\n".repeat(count)).documents, count / 2);
    let json =
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"hostPID\":true,\"containers\":[{\"name\":\"c\"}]}}\n"
            .repeat(count);
    let report = judge_baseline(format!("{json}x{AFTER}"));
    assert_eq!(report.templates.len(), count + 1);
    assert_one(&report.findings[count], INVALID, count + 1, "unexpected character 'x'", "what is no JSON");
    assert_neighbours(&report, &["after"]);
}

#[test]
fn many_documents_that_cannot_be_read() {
    let (findings, _) = between(&"a: b: c\n---\n".repeat(50_000));
    assert_each_line(&findings, INVALID, (0..50_000).map(|index| 2 * index + 1));
    let (findings, _) = between(&"--- x\n".repeat(50_000));
    assert_each_line(&findings, INVALID, 1..=50_000);
}

#[test]
fn three_hundred_thousand_keys_in_one_mapping() {
    let keys = repeat_lines(300_000, |index| format!("  k{index}: v"));
    let (findings, report) = between(&format!("{CUSTOM}data:\n{keys}"));
    assert!(findings.is_empty() && report.objects == 3);
}

#[test]
fn a_hundred_thousand_repeated_keys() {
    let (findings, _) = between(&format!("{CUSTOM}data:\n{}", "  k: v\n".repeat(100_000)));
    assert_each_line(&findings, "manifest/duplicate-key", 6..100_005);
}

#[test]
fn repeated_keys_in_each_of_many_items() {
    let items = "- {apiVersion: v1, kind: Foo, kind: Foo}\n".repeat(100_000);
    let (findings, _) = between(&format!("apiVersion: v1\nkind: List\nitems:\n{items}"));
    assert_each_line(&findings, "manifest/duplicate-key", 4..100_004);
    let item = |finding: &ReportEntry| finding.object.as_ref().and_then(|object| object.item.clone());
    assert_eq!(item(&findings[99_999]).as_deref(), Some("99999"));
}

#[test]
fn a_hundred_thousand_unknown_fields_in_a_container() {
    let fields = repeat_lines(100_000, |index| format!("    terminationMessagePath{index}: v"));
    let (findings, _) = between(&format!("{POD}{fields}"));
    assert_each_line(&findings, "manifest/unknown-field", 7..100_007);
}

#[test]
fn a_hundred_thousand_wrong_types() {
    let (findings, _) = between(&format!("{POD}    args:\n{}", "    - 1\n".repeat(100_000)));
    assert_each_line(&findings, "manifest/wrong-type", 8..100_008);
    let (findings, _) = between(&format!("{POD}    args:\n{}", "    - []\n".repeat(100_000)));
    assert_each_line(&findings, "manifest/wrong-type", 8..100_008);
    let limits = repeat_lines(100_000, |index| format!("        k{index}: x"));
    let (findings, _) = between(&format!("{POD}    resources:\n      limits:\n{limits}"));
    assert_each_line(&findings, "manifest/wrong-type", 9..100_009);
}

#[test]
fn twenty_thousand_containers() {
    let containers = repeat_lines(20_000, |index| {
        format!("  - name: c{index}\n    securityContext:\n      privileged: true\n    ports:\n    - hostPort: 80")
    });
    let (findings, _) = between(&format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{containers}"));
    let (ports, privileged): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.rule == "pss/hostPorts");
    assert_each_line(&privileged, "pss/privileged", (0..20_000).map(|index| 5 * index + 7));
    assert_each_line(&ports, "pss/hostPorts", (0..20_000).map(|index| 5 * index + 9));
    assert_eq!(ports[12_345].container.as_deref(), Some("c12345"));
}

#[test]
fn a_hundred_thousand_bad_annotations() {
    let annotations = repeat_lines(100_000, |index| {
        format!("    container.apparmor.security.beta.kubernetes.io/c{index}: unconfined{index}")
    });
    let (findings, report) = between(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n{annotations}spec: {{containers: [{{name: c}}]}}\n"
    ));
    // Each is also about a container that does not exist.
    for rule in ["pss/appArmorProfile", "manifest/dead-annotation"] {
        assert!(lines_of(&findings, rule).into_iter().eq(5..100_005), "{rule}");
    }
    assert_eq!(findings.len(), 200_000);
    assert_eq!(report.templates[1].verdicts[0].checks.len(), 1);
}

#[test]
fn a_list_of_a_hundred_thousand_items() {
    let items = "- {apiVersion: v1, kind: Pod, spec: {hostPID: true, containers: [{name: c}]}}\n".repeat(100_000);
    let (findings, report) = between(&format!("apiVersion: v1\nkind: List\nitems:\n{items}"));
    assert_each_line(&findings, "pss/hostNamespaces", 4..100_004);
    assert_eq!(report.objects, 100_002);
}

#[test]
fn columns_on_a_long_line_of_json_count_characters() {
    const START: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"é字𝄞"},"spec":{"containers":["#;
    let container =
        |index: usize| format!(r#"{{"name":"é字𝄞ñandú{index:05}","securityContext":{{"privileged":true}}}}"#);
    let containers: Vec<String> = (0..20_000).map(container).collect();
    let text = format!("{START}{}]}}}}{AFTER}", containers.join(","));
    assert!(text.len() > 1_000_000);
    let report = judge_baseline(text.clone());
    assert_neighbours(&report, &["after"]);
    let columns: Vec<usize> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == "pss/privileged")
        .map(|finding| {
            assert_eq!(finding.location.start.line, 1);
            assert_eq!(&text[finding.location.span.range()], "true");
            finding.location.start.column
        })
        .collect();
    let width = container(0).chars().count() + 1;
    let first = START.chars().count() + container(0).chars().count() - "true}}".len() + 1;
    assert_eq!(columns.len(), 20_000);
    assert!(columns.into_iter().eq((0..20_000).map(|index| first + index * width)));
}

#[test]
fn directives_by_thousands() {
    let two = |directive: &str| format!("{}--- \n{CUSTOM}", directive.repeat(10_000));
    let (findings, report) = between(&two("%YAML 1.1\n"));
    assert_one(&findings[0], INVALID, findings[0].location.start.line, "directive", "%YAML");
    assert_eq!((findings.len(), report.objects), (1, 3));
    let tags = repeat_lines(100_000, |index| format!("%TAG !t{index}! tag:example.org,2000:"));
    assert_refused(&tags, INVALID, 101, "more than 100 directives");
}
