//! What comes out.

use std::fmt::Write as _;

use podline::report::concise;
use podline::report::format::Run;
use podline::report::human::{self, Style};
use podline::report::json::fragments;
use podline::report::summary::Summary;
use podline::rules::Catalogue;
use podline::source::file::SourceFile;

use crate::hostile::CUSTOM;

/// What a file gives in every format.
fn rendered(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let file = SourceFile::new(name, text.into()).expect("a small file");
    let report = podline::lint::lint(&file, true, &podline::lint::Options::default());
    assert!(!report.findings.is_empty(), "{text:?}");
    let style = |color, verbose| Style { color, verbose };
    let mut summary = Summary::default();
    summary.add(&report);
    let rules = Catalogue::of_podline();
    let run = Run {
        summary: &summary,
        judged_by: "",
        successful: true,
        failure: None,
        rules,
        compared: None,
        denied: &[],
        levels: &[],
    };
    vec![
        (
            "human",
            human::render(&file, &report, style(false, false), &[usize::MAX; podline::report::format::URGENCIES])
                .shown
                .concat(),
        ),
        (
            "verbose",
            human::render(&file, &report, style(false, true), &[usize::MAX; podline::report::format::URGENCIES])
                .shown
                .concat(),
        ),
        (
            "colored",
            human::render(&file, &report, style(true, true), &[usize::MAX; podline::report::format::URGENCIES])
                .shown
                .concat(),
        ),
        ("concise", concise::render(name, &report)),
        ("json", fragments(name, &report).into_text(&run).concat()),
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
        format!("{CUSTOM}---\n{raw}\n"),
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
