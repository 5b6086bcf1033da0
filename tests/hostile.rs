//! Hostile input: whatever stands in one document, it is answered at its place, and the documents around it are judged.

mod support;

use std::fmt::Write as _;

use podline::finding::{Finding, Severity};
use podline::pod_security::{Level, Version};
use podline::report::concise;
use podline::report::human::{self, Style};
use podline::report::json::fragments;
use podline::report::summary::Summary;
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use support::judge;

const BEFORE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: before}\nspec: {hostPID: true, containers: [{name: c}]}\n---\n";
const AFTER: &str =
    "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: after}\nspec: {hostPID: true, containers: [{name: c}]}\n";
/// The line on which what stands between the two begins.
const FIRST: usize = 6;

/// A Pod up to its only container, whose fields follow at four spaces.
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: hostile}\nspec:\n  containers:\n  - name: c\n";
/// A ConfigMap, of which podline decodes the metadata alone.
const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hostile}\n";

fn judge_baseline(text: impl Into<Vec<u8>>) -> FileReport {
    judge(text, Level::Baseline, Version::Latest)
}

/// Judges a text between two bad pods, and sees to it that they are judged: the findings of the text alone, and the
/// whole report.
fn between(hostile: &str) -> (Vec<Finding>, FileReport) {
    let mut report = judge_baseline(format!("{BEFORE}{hostile}{AFTER}"));
    assert_neighbours(&report, &["before", "after"]);
    let is_neighbour = |finding: &Finding| {
        finding.object.as_ref().is_some_and(|object| matches!(object.name.as_str(), "before" | "after"))
    };
    let (neighbours, own): (Vec<_>, Vec<_>) = std::mem::take(&mut report.findings).into_iter().partition(is_neighbour);
    assert_eq!(neighbours.len(), 2, "one finding each: {neighbours:#?}");
    assert_eq!(neighbours[0].location.start.line, 4);
    let lines = BEFORE.len() + hostile.len() + AFTER.len();
    let last = format!("{BEFORE}{hostile}{AFTER}").bytes().filter(|&byte| byte == b'\n').count();
    assert_eq!(neighbours[1].location.start.line, last, "of a text of {lines} bytes");
    (own, report)
}

/// These pods, of those on both sides, were judged and found bad.
fn assert_neighbours(report: &FileReport, names: &[&str]) {
    for name in names {
        let template = report.templates.iter().find(|template| template.object.name == *name);
        let verdict = &template.unwrap_or_else(|| panic!("{name} is judged")).verdicts[0];
        let checks: Vec<_> = verdict.checks.iter().map(|check| check.id).collect();
        assert_eq!(checks, ["hostNamespaces"], "{name}");
    }
}

/// A text between two bad pods is answered with one error, on this line of its own and with these words.
fn assert_refused(hostile: &str, rule: &str, line: usize, words: &str) {
    let (findings, _) = between(hostile);
    let start: String = hostile.chars().take(60).collect();
    assert_eq!(findings.len(), 1, "{start:?}: {:#?}", findings.iter().take(3).collect::<Vec<_>>());
    assert_one(&findings[0], rule, FIRST - 1 + line, words, &start);
}

fn assert_one(finding: &Finding, rule: &str, line: usize, words: &str, what: &str) {
    assert_eq!(finding.rule, rule, "{what:?}: {}", finding.message);
    assert_eq!(finding.severity, Severity::Error, "{what:?}");
    assert!(finding.message.contains(words), "{what:?}: {}", finding.message);
    assert_eq!(finding.location.start.line, line, "{what:?}: {}", finding.message);
}

const INVALID: &str = "manifest/invalid-yaml";

/// The lines of the findings of a rule, relative to the text that stands between the two pods.
fn lines_of(findings: &[Finding], rule: &str) -> Vec<usize> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| finding.location.start.line + 1 - FIRST).collect()
}

/// Each of a number of lines is pointed at once by a rule, and nothing else is.
fn assert_each_line(findings: &[Finding], rule: &str, lines: impl Iterator<Item = usize>) {
    let expected: Vec<usize> = lines.collect();
    let found = lines_of(findings, rule);
    assert_eq!(found.len(), expected.len(), "findings of {rule}");
    assert_eq!(found.len(), findings.len(), "findings of other rules beside {rule}");
    let wrong = found.iter().zip(&expected).find(|(found, expected)| found != expected);
    assert_eq!(wrong, None, "found at, expected at");
}

/// A text of many lines.
fn repeat_lines(count: usize, mut line: impl FnMut(usize) -> String) -> String {
    let mut text = String::new();
    for index in 0..count {
        text.push_str(&line(index));
        text.push('\n');
    }
    text
}

// Nesting.

#[test]
fn a_million_brackets() {
    assert_refused(&"[".repeat(1_000_000), INVALID, 1, "nested in brackets or braces more than 128 levels deep");
}

#[test]
fn a_million_braces() {
    assert_refused(&"{".repeat(1_000_000), INVALID, 1, "nested in brackets or braces more than 128 levels deep");
}

#[test]
fn a_hundred_thousand_open_mappings() {
    let (findings, _) = between(&"{a: ".repeat(100_000));
    assert_one(&findings[0], INVALID, FIRST, "more than 128 levels deep", "{a: ");
    assert_eq!(findings[0].location.start.column, 4 * 128 + 1);
}

#[test]
fn fifty_thousand_indicators_on_one_line() {
    assert_refused(&"- ".repeat(50_000), INVALID, 1, "nested more than 1000 levels deep");
    assert_refused(&"? ".repeat(50_000), INVALID, 1, "nested more than 1000 levels deep");
    assert_refused(&"a: ".repeat(50_000), INVALID, 1, "mapping values are not allowed");
}

#[test]
fn three_thousand_levels_of_indentation() {
    let hostile = repeat_lines(3000, |level| format!("{}a:", " ".repeat(level)));
    assert_refused(&hostile, INVALID, 1001, "nested more than 1000 levels deep");
}

#[test]
fn as_many_levels_as_are_allowed_are_read() {
    let deep = repeat_lines(990, |level| format!("{}a:", " ".repeat(level + 1)));
    let (findings, report) = between(&format!("{CONFIG_MAP}data:\n{deep}"));
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(report.objects, 3);
}

#[test]
fn lists_in_lists() {
    let list = |depth: usize| {
        repeat_lines(depth, |level| {
            let indent = "  ".repeat(level);
            format!("{indent}apiVersion: v1\n{indent}kind: List\n{indent}items:\n{indent}-")
        })
    };
    assert_refused(&list(1000), INVALID, 4 * 500 + 1, "nested more than 1000 levels deep");
    let pod = |indent: &str| {
        format!(
            "{indent}apiVersion: v1\n{indent}kind: Pod\n{indent}metadata: {{name: deep}}\n{indent}spec: {{hostIPC: true}}"
        )
    };
    let (findings, report) = between(&format!("{}{}", list(400), pod(&"  ".repeat(400))));
    assert_eq!(lines_of(&findings, "pss/hostNamespaces"), [4 * 400 + 4]);
    let item = report.templates[1].object.item.clone().expect("it is an item");
    assert_eq!(item.split('.').count(), 400);
    assert!(item.split('.').all(|index| index == "0"));
}

#[test]
fn json_of_depth_ten_thousand() {
    let report = judge_baseline(format!("{}{AFTER}", "{\"a\":".repeat(10_000)));
    assert_neighbours(&report, &["after"]);
    assert_one(&report.findings[0], INVALID, 1, "more than 128 levels deep", "JSON");
    // Behind two values it cannot be YAML any more.
    let report = judge_baseline(format!("{{}}{{}}{}{AFTER}", "{\"a\":".repeat(10_000)));
    assert_neighbours(&report, &["after"]);
    let found = report.findings.iter().find(|finding| finding.rule == INVALID).expect("an error");
    assert_one(found, INVALID, 1, "more than 128 levels deep", "JSON stream");
}

// Anchors, aliases and merges.

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
        let (findings, _) = between(&format!("{CONFIG_MAP}{hostile}"));
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
    let (findings, _) = between(&format!("{CONFIG_MAP}{chain}"));
    assert_eq!(findings.len(), 1);
    let line = findings[0].location.start.line;
    assert_one(&findings[0], INVALID, line, "the document contains excessive aliasing", "a chain");
}

#[test]
fn a_hundred_thousand_anchors_and_as_many_aliases() {
    let anchors = repeat_lines(100_000, |index| format!("  k{index}: &a{index} v"));
    let (findings, report) = between(&format!("{CONFIG_MAP}data:\n{anchors}"));
    assert!(findings.is_empty() && report.objects == 3);
    let aliases = repeat_lines(100_000, |index| format!("  k{index}: *a"));
    let (findings, report) = between(&format!("{CONFIG_MAP}a: &a v\ndata:\n{aliases}"));
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
    let said: usize = findings.iter().map(|finding| finding.message.len() + finding.path.len()).sum();
    assert!(said < 100_000_000, "{said} bytes of messages");
}

// Size.

#[test]
fn a_key_of_five_megabytes() {
    let key = "k".repeat(5_000_000);
    let (findings, report) = between(&format!("{CONFIG_MAP}data:\n  ? {key}\n  : 1\n"));
    assert!(findings.is_empty() && report.objects == 3);
    let (findings, _) = between(&format!("{POD}    ? {key}\n    : 1\n"));
    assert_eq!(lines_of(&findings, "manifest/unknown-field"), [7]);
    // As in libyaml, a key without `?` may have 1,024 characters.
    assert_refused(&format!("{CONFIG_MAP}data:\n  {key}: 1\n"), INVALID, 5, "mapping values are not allowed");
}

#[test]
fn a_line_of_twenty_megabytes() {
    let long = "v".repeat(20_000_000);
    let (findings, _) =
        between(&format!("{POD}    args: [{long}]\n    # {long}\n    securityContext: {{privileged: true}}\n"));
    assert_eq!(lines_of(&findings, "pss/privileged"), [9]);
    let before = "{apiVersion: v1, kind: Pod, x: ";
    let (findings, _) = between(&format!("{before}{long}, spec: {{hostPID: true}}}}\n"));
    let found = findings.iter().find(|finding| finding.rule == "pss/hostNamespaces").expect("it is judged");
    assert_eq!(found.location.start.line, FIRST);
    assert_eq!(found.location.start.column, before.len() + long.len() + ", spec: {hostPID: ".len() + 1);
}

#[test]
fn two_hundred_thousand_documents() {
    let count = 200_000;
    let report = judge_baseline("apiVersion: v1\nkind: Pod\nspec: {hostPID: true}\n---\n".repeat(count));
    assert_eq!((report.documents, report.objects, report.templates.len()), (count, count, count));
    let wrong =
        report.findings.iter().enumerate().find(|(index, finding)| finding.location.start.line != 4 * index + 3);
    assert_eq!(wrong, None);
    // A separator belongs to the document that it opens, and the next one ends that.
    assert_eq!(judge_baseline("---\n".repeat(count)).documents, count / 2);
    let json = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"hostPID\":true}}\n".repeat(count);
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
    let (findings, report) = between(&format!("{CONFIG_MAP}data:\n{keys}"));
    assert!(findings.is_empty() && report.objects == 3);
}

#[test]
fn a_hundred_thousand_repeated_keys() {
    let (findings, _) = between(&format!("{CONFIG_MAP}data:\n{}", "  k: v\n".repeat(100_000)));
    assert_each_line(&findings, "manifest/duplicate-key", 6..100_005);
}

#[test]
fn repeated_keys_in_each_of_many_items() {
    let items = "- {apiVersion: v1, kind: Foo, kind: Foo}\n".repeat(100_000);
    let (findings, _) = between(&format!("apiVersion: v1\nkind: List\nitems:\n{items}"));
    assert_each_line(&findings, "manifest/duplicate-key", 4..100_004);
    let item = |finding: &Finding| finding.object.as_ref().and_then(|object| object.item.clone());
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
    assert_each_line(&findings, "pss/appArmorProfile", 5..100_005);
    assert_eq!(report.templates[1].verdicts[0].checks.len(), 1);
}

#[test]
fn a_list_of_a_hundred_thousand_items() {
    let items = "- {apiVersion: v1, kind: Pod, spec: {hostPID: true}}\n".repeat(100_000);
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
    let two = |directive: &str| format!("{}--- \n{CONFIG_MAP}", directive.repeat(10_000));
    let (findings, report) = between(&two("%YAML 1.1\n"));
    assert_one(&findings[0], INVALID, findings[0].location.start.line, "directive", "%YAML");
    assert_eq!((findings.len(), report.objects), (1, 3));
    let tags = repeat_lines(100_000, |index| format!("%TAG !t{index}! tag:example.org,2000:"));
    assert_refused(&tags, INVALID, 101, "more than 100 directives");
}

// Characters.

#[test]
fn control_characters() {
    let controls = ('\0'..='\u{9F}').filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'));
    for control in controls {
        for (hostile, line, column) in [
            (format!("{CONFIG_MAP}a: x{control}y\n"), 4, 5),
            (format!("# {control}\n{CONFIG_MAP}"), 1, 3),
            (format!("{CONFIG_MAP}a: \"é{control}\"\n"), 4, 6),
        ] {
            let (findings, _) = between(&hostile);
            let code = format!("U+{:04X}", u32::from(control));
            assert_one(&findings[0], INVALID, FIRST - 1 + line, &code, &hostile);
            assert_eq!((findings.len(), findings[0].location.start.column), (1, column), "{code}");
        }
        let report = judge_baseline(format!("{{\"apiVersion\": \"v1\",\n \"kind\": \"a{control}\"}}{AFTER}"));
        assert_neighbours(&report, &["after"]);
        // From U+007F on JSON takes them.
        if control < ' ' {
            assert_one(&report.findings[0], INVALID, 2, "", "a control character in JSON");
        } else {
            assert_eq!(report.objects, 2, "{control:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_utf_8() {
    for bytes in [&b"\xFF"[..], b"\xC3", b"\xC0\x80", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\x80"] {
        let mut text = format!("{BEFORE}{CONFIG_MAP}a: b\n# é").into_bytes();
        text.extend(bytes);
        text.extend(AFTER.bytes());
        let report = judge_baseline(text);
        assert_neighbours(&report, &["before", "after"]);
        assert_one(&report.findings[1], INVALID, FIRST + 4, "not valid", "a comment");
        assert_eq!(report.findings[1].location.start.column, 4);

        let mut text = br#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ""#.to_vec();
        text.extend(bytes);
        text.extend(br#""}, "spec": {"hostPID": true}}"#);
        text.extend(AFTER.bytes());
        let report = judge_baseline(text);
        assert_neighbours(&report, &["after"]);
        assert_eq!(report.findings[0].rule, "pss/hostNamespaces", "JSON passes the bytes through");
    }
}

/// A text as UTF-16 with its byte order mark.
fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn utf_16_of_both_byte_orders() {
    let pod = "# é字𝄞\napiVersion: v1\nkind: Pod\nspec: {hostPID: true}";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        for end in ["", "\n", "\r\n"] {
            let report = judge_baseline(utf16(&format!("{pod}{end}"), unit));
            assert_eq!(report.findings.len(), 1);
            let start = report.findings[0].location.start;
            assert_eq!((report.findings[0].rule, start.line, start.column), ("pss/hostNamespaces", 4, 17));
        }
        // kubectl reads one document of it.
        let report = judge_baseline(utf16(&format!("{pod}{AFTER}"), unit));
        assert_eq!(report.templates.len(), 1);
        let ignored = report.findings.iter().find(|finding| finding.rule == "manifest/ignored-content");
        assert_eq!(ignored.expect("it is said").location.start.line, 5);

        let mut odd = utf16(&format!("{pod}\n"), unit);
        odd.push(b' ');
        let report = judge_baseline(odd);
        assert_one(&report.findings[0], INVALID, 5, "not valid", "half a unit");
        let lone = [0xD834, u16::from(b'\n')];
        let halves = utf16(pod, unit).into_iter().chain(lone.into_iter().flat_map(unit)).collect::<Vec<u8>>();
        assert_one(&judge_baseline(halves).findings[0], INVALID, 4, "not valid", "half a pair");
    }
    // A mark alone, and half of one.
    assert_eq!(judge_baseline(vec![0xFF, 0xFE]).documents, 0);
    assert_one(&judge_baseline(vec![0xFF]).findings[0], INVALID, 1, "not valid", "half a mark");
}

#[test]
fn line_ends_of_every_kind() {
    for end in ["\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        // It ends a line for Kubernetes and none for git.
        let (findings, report) = between(&format!("{POD}    securityContext:{end}      privileged: true{end}\n"));
        assert_eq!(lines_of(&findings, "pss/privileged"), [7], "{end:?}");
        assert_eq!(report.templates.len(), 3);
        let (_, report) = between(&format!("{CONFIG_MAP}{}", end.repeat(1_000_000)));
        assert_eq!(report.objects, 3);
    }
    let mixed = "apiVersion: v1\r\nkind: Pod\nspec:\r\n  hostPID: true\n\r\n  hostIPC: yes\r\n";
    let (findings, _) = between(mixed);
    assert_eq!(lines_of(&findings, "pss/hostNamespaces"), [4, 6]);
    let report = judge_baseline(format!("{BEFORE}{mixed}{AFTER}").replace('\n', "\r\n").replace("\r\r\n", "\r\n"));
    assert_neighbours(&report, &["before", "after"]);
    assert_eq!(report.findings[1].location.start.line, FIRST + 3);
}

#[test]
fn byte_order_marks_in_odd_places() {
    for marks in 1..=2 {
        let text = format!("{}{BEFORE}{CONFIG_MAP}{AFTER}", "\u{FEFF}".repeat(marks));
        assert_neighbours(&judge_baseline(text), &["before", "after"]);
    }
    let (findings, _) = between("\u{FEFF}apiVersion: v1\nkind: Pod\nspec: {hostPID: true}\n");
    assert_eq!(lines_of(&findings, "pss/hostNamespaces"), [3]);
    // Kubernetes reads a key that begins with the mark.
    let (findings, report) = between(&format!("{POD}\u{FEFF}  hostPID: true\n"));
    assert_eq!(lines_of(&findings, "manifest/unknown-field"), [7]);
    assert!(report.templates[1].verdicts[0].checks.is_empty());
    let (findings, _) =
        between(&format!("{POD}    securityContext:\n      privileged: true\n\u{FEFF}     privileged: false\n"));
    assert_eq!(lines_of(&findings, "pss/privileged"), [8]);
}

/// podline lets another character stand for a mark, and there must be one that the text does not hold.
#[test]
fn a_byte_order_mark_among_all_characters_that_could_stand_for_it() {
    let all: String = ('\u{E000}'..='\u{F8FF}').collect();
    let cheat = format!("# {all}\n{POD}    securityContext:\n      privileged: true\n\u{FEFF}     privileged: false\n");
    assert_refused(&cheat, INVALID, 10, "byte order mark");
    let but_one = cheat.replace('\u{F8FF}', "");
    let (findings, _) = between(&but_one);
    assert_eq!(lines_of(&findings, "pss/privileged"), [9]);
}

#[test]
fn files_of_nothing() {
    for (text, documents) in [("", 0), ("\n", 1), ("\u{FEFF}", 1), (" ", 1), ("#", 1), ("---", 1)] {
        let report = judge_baseline(text);
        assert_eq!(report.documents, documents, "{text:?}");
        assert!(report.findings.is_empty() && report.objects == 0, "{text:?}");
    }
    let report = judge_baseline("\n".repeat(5_000_000));
    assert!(report.findings.is_empty() && report.objects == 0);
}

#[test]
fn what_never_ends() {
    let long = "w\n".repeat(100_000);
    for (hostile, words) in [
        (format!("a: \"{long}"), "unexpected end of stream"),
        (format!("a: '{long}"), "unexpected end of stream"),
        (format!("a: [{}", "w,\n".repeat(100_000)), ""),
        (format!("a: {{{}", "w,\n".repeat(100_000)), ""),
        ("a: !<tag".to_owned(), "did not find the expected '>'"),
        ("? a".to_owned(), ""),
        ("a: \"\\".to_owned(), ""),
        ("a: \"\\x".to_owned(), ""),
        ("a: &".to_owned(), ""),
        ("a: *".to_owned(), ""),
        ("%".to_owned(), ""),
    ] {
        let (findings, _) = between(&hostile);
        assert_eq!(findings.len(), 1, "{words}: {findings:?}");
        let line = findings[0].location.start.line;
        let last = FIRST + hostile.matches('\n').count() + 1;
        assert!((FIRST..=last).contains(&line), "line {line}: {}", findings[0].message);
        assert!(findings[0].message.contains(words), "{}", findings[0].message);
    }
    for json in
        ["{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\":1,", "{\"a\":\"\\", "{\"a\":\"\\u12", "{\"a\":tru"]
    {
        for text in [json.to_owned(), format!("{{}}{{}}{json}")] {
            let report = judge_baseline(format!("{text}{AFTER}"));
            assert_neighbours(&report, &["after"]);
            let found = report.findings.iter().find(|finding| finding.rule == INVALID);
            let line = found.unwrap_or_else(|| panic!("{text}: {:?}", report.findings)).location.start.line;
            assert!(line <= 2, "{text}: line {line}");
        }
    }
}

#[test]
fn json_with_garbage_behind_it() {
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "json"}, "spec": {"hostPID": true}}"#;
    for garbage in ["}", "x", "]", "\"", "\u{1}"] {
        let report = judge_baseline(format!("{pod}{pod}\n{garbage}{AFTER}"));
        assert_neighbours(&report, &["json", "after"]);
        let found = report.findings.iter().find(|finding| finding.rule == INVALID).expect("an error");
        assert_eq!(found.location.start.line, 2, "{garbage:?}");
        // After one value the rest is read as YAML.
        let report = judge_baseline(format!("{pod}\n{garbage}{AFTER}"));
        assert_neighbours(&report, &["json", "after"]);
        assert!(report.findings.len() > 2, "{garbage:?}");
    }
}

#[test]
fn numbers_beyond_all_limits() {
    let pod = |value: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Pod", "spec": {{"containers": [{{"ports": [{{"hostPort": {value}}}]}}]}}}}{AFTER}"#
        )
    };
    let digits = "9".repeat(1_000_000);
    for value in ["1e99999", "-1e99999", "1e-99999", "2147483648", "0.1", &digits] {
        let report = judge_baseline(pod(value));
        assert_neighbours(&report, &["after"]);
        let start = &value[..value.len().min(20)];
        if value == "1e-99999" {
            assert_eq!(report.templates.len(), 2, "it is zero");
        } else {
            assert_one(&report.findings[0], "manifest/wrong-type", 1, "32-bit integer", start);
        }
    }
}

// What comes out.

/// What a file gives in every format.
fn rendered(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let file = SourceFile::new(name, text.into()).expect("a small file");
    let report = podline::lint::lint(&file, true, &podline::lint::Options::default());
    assert!(!report.findings.is_empty(), "{text:?}");
    let style = |color, verbose| Style { color, verbose };
    let mut summary = Summary::default();
    summary.add(&report);
    vec![
        ("human", human::render(&file, &report, style(false, false), usize::MAX).shown.concat()),
        ("verbose", human::render(&file, &report, style(false, true), usize::MAX).shown.concat()),
        ("colored", human::render(&file, &report, style(true, true), usize::MAX).shown.concat()),
        ("concise", concise::render(name, &report)),
        ("json", fragments(name, &report).into_text(&summary).concat()),
    ]
}

#[test]
fn no_control_or_bidirectional_character_comes_out() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\r\u{8}\u{9b}31m\u{202E}\u{2066}\u{200F}\u{061C}\u{2028}\u{85}\u{FEFF}\u{E0041}\u{7f}end";
    let escaped = serde_json::to_string(&format!("{evil}\nforged.yaml:1:1: error")).expect("JSON");
    let quoted: String = escaped.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii_graphic() || c == ' ' {
            text.push(c);
        } else {
            let _ = write!(text, "\\U{:08X}", u32::from(c));
        }
        text
    });
    let raw = "\u{202E}\u{2066}\u{200F}\u{061C}\u{E0041}raw";
    let manifests = [
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {quoted}, namespace: {quoted}, annotations: {{container.apparmor.security.beta.kubernetes.io/{raw}: {raw}}}}}\n\
             spec:\n  {quoted}: 1\n  {raw}: 1\n  {raw}: 2\n  containers:\n  - name: {quoted}\n    {quoted}: {raw}\n    \
             securityContext: {{privileged: true, procMount: {quoted}, capabilities: {{add: [{quoted}, {raw}]}}, seLinuxOptions: {{type: {quoted}, role: {raw}}}}}\n  \
             securityContext: {{sysctls: [{{name: {quoted}}}]}}\n  volumes: [{{name: {quoted}, hostPath: {{path: {quoted}}}}}]\n"
        ),
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {quoted}}}\nspec:\n  hostPID: {quoted}\n  hostIPC: {raw}\n"
        ),
        format!("apiVersion: {quoted}\nkind: {quoted}\nitems: {quoted}\n"),
        format!("a: *{raw}\n"),
        format!("a: b\n--- {raw}\n"),
        format!("{CONFIG_MAP}---\n{raw}\n"),
        format!("# {evil}\n"),
        format!("a: \"{evil}\"\n"),
        format!("{{}}{{}}{evil}"),
        format!("{{\"apiVersion\": \"v1\", \"kind\": {escaped}, \"metadata\": {{\"name\": 1, {escaped}: 1}}}}"),
    ];
    for manifest in manifests {
        for (format, text) in rendered(&format!("dir/{evil}\n.yaml"), &manifest) {
            let text = text.replace('\n', "");
            // Colours are podline's own.
            let text = if format == "colored" { without_colors(&text) } else { text };
            let bad = text.chars().find(|&c| podline::report::escape::is_unsafe(c));
            assert_eq!(bad, None, "{format} of {manifest:?}");
            assert!(format == "human" || format == "verbose" || !text.contains("  forged"));
        }
        let concise = &rendered("a\nb", &manifest)[3].1;
        assert!(concise.lines().all(|line| line.starts_with("a\\nb:")), "{concise}");
        let json = &rendered("a\nb", &manifest)[4].1;
        let json: serde_json::Value = serde_json::from_str(json).expect("valid JSON");
        assert_eq!(json["findings"][0]["file"], "a\nb");
    }
}

/// A text without the sequences that change colours.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        assert!(part[end..].starts_with('m'), "{part:?}");
        kept.push_str(&part[end + 1..]);
    }
    kept
}

#[test]
fn a_long_line_is_cut_around_what_is_pointed_at() {
    let long = "字".repeat(500_000);
    let text = format!("apiVersion: v1\nkind: Pod\nspec: {{x: {long}, hostPID: true, y: {long}}}\n");
    for (format, text) in rendered("long.yaml", &text) {
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(!format.starts_with("human") || widest < 250, "{format} has a line of {widest} characters");
    }
}
