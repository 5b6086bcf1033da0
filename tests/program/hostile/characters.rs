//! Characters.

use crate::hostile::{
    AFTER, BEFORE, CUSTOM, FIRST, INVALID, POD, assert_neighbours, assert_one, assert_refused, between, judge_baseline,
    lines_of,
};

#[test]
fn control_characters() {
    let controls = ('\0'..='\u{9F}').filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'));
    for control in controls {
        for (hostile, line, column) in [
            (format!("{CUSTOM}a: x{control}y\n"), 4, 5),
            (format!("# {control}\n{CUSTOM}"), 1, 3),
            (format!("{CUSTOM}a: \"é{control}\"\n"), 4, 6),
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
        let mut text = format!("{BEFORE}{CUSTOM}a: b\n# é").into_bytes();
        text.extend(bytes);
        text.extend(AFTER.bytes());
        let report = judge_baseline(text);
        assert_neighbours(&report, &["before", "after"]);
        assert_one(&report.findings[1], INVALID, FIRST + 4, "not valid", "a comment");
        assert_eq!(report.findings[1].location.start.column, 4);

        let mut text = br#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ""#.to_vec();
        text.extend(bytes);
        text.extend(br#""}, "spec": {"hostPID": true, "containers": [{"name": "c"}]}}"#);
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
    let pod = "# é字𝄞\napiVersion: v1\nkind: Pod\nspec: {hostPID: true, containers: [{name: c}]}";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        for end in ["", "\n", "\r\n"] {
            let report = judge_baseline(utf16(&format!("{pod}{end}"), unit));
            assert_eq!(report.findings.len(), 1);
            let start = report.findings[0].location.start;
            assert_eq!((report.findings[0].rule.as_str(), start.line, start.column), ("pss/hostNamespaces", 4, 17));
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
        let (_, report) = between(&format!("{CUSTOM}{}", end.repeat(1_000_000)));
        assert_eq!(report.objects, 3);
    }
    let mixed =
        "apiVersion: v1\r\nkind: Pod\nspec:\r\n  hostPID: true\n\r\n  hostIPC: yes\r\n  containers: [{name: c}]\r\n";
    let (findings, _) = between(mixed);
    assert_eq!(lines_of(&findings, "pss/hostNamespaces"), [4, 6]);
    let report = judge_baseline(format!("{BEFORE}{mixed}{AFTER}").replace('\n', "\r\n").replace("\r\r\n", "\r\n"));
    assert_neighbours(&report, &["before", "after"]);
    assert_eq!(report.findings[1].location.start.line, FIRST + 3);
}

#[test]
fn byte_order_marks_in_odd_places() {
    for marks in 1..=2 {
        let text = format!("{}{BEFORE}{CUSTOM}{AFTER}", "\u{FEFF}".repeat(marks));
        assert_neighbours(&judge_baseline(text), &["before", "after"]);
    }
    let (findings, _) = between("\u{FEFF}apiVersion: v1\nkind: Pod\nspec: {hostPID: true, containers: [{name: c}]}\n");
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
        // libyaml-safer panics at it, and again where the text is cut to find out at which tag.
        ("a: v\n{!a,!a,".to_owned(), ""),
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
