//! A text as a scalar in every style: both readers agree on it, it has a value, and the value is valid JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline::source::file::SourceFile;
use podline::yaml::parse::{parse, parse_fast, parse_with_libyaml};
use podline::yaml::scalar::{Scalar, resolve};
use podline::yaml::split::{Piece, split};
use podline::yaml::write::to_json;

fuzz_target!(|text: &str| {
    podline_fuzz::let_podline_catch();
    if let Scalar::Int(value) = resolve(text) {
        assert_eq!(resolve(&value.to_string()), Scalar::Int(value));
    }
    let indented = text.replace('\n', "\n  ");
    for document in [
        format!("a: {text}\n"),
        format!("? {text}\n: b\n"),
        format!("{text}: b\n"),
        format!("a: '{text}'\n"),
        format!("a: \"{text}\"\n"),
        format!("[{text}, '{text}', \"{text}\"]\n"),
        format!("{{{text}: {text}}}\n"),
        format!("a: |\n  {indented}\nb: c\n"),
        format!("- >-\n  {indented}\n"),
        format!("a: !!int {text}\nb: !!float {text}\nc: !!binary {text}\n"),
        format!("{{\"a\": {text}}}"),
    ] {
        let file = SourceFile::new("a.yaml", document.into()).expect("a small file");
        for piece in split(&file) {
            if let (Piece::Yaml(span), Some(fast)) = (&piece, parse_fast(&file, &piece)) {
                assert_eq!(fast, parse_with_libyaml(&file, *span));
            }
            let Ok(tree) = parse(&file, &piece) else { continue };
            let json = to_json(&tree, |text| serde_json::Value::from(text).to_string());
            let valid: Result<serde_json::Value, _> = serde_json::from_str(&json);
            // Numbers of any size are numbers to Kubernetes.
            let is_too_large = valid.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
            let is_too_deep = valid.as_ref().is_err_and(|error| error.to_string().contains("recursion limit"));
            assert!(valid.is_ok() || is_too_large || is_too_deep, "{json}");
        }
    }
});
