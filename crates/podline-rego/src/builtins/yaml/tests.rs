use std::sync::Arc;

use super::super::find;
use super::super::testing::{call, call_with};
use crate::context::{Budget, Context, Host, Patterns};
use crate::value::Value;

/// Each is what OPA 1.17.1 answers.
#[test]
fn values_are_written_as_the_library_of_kubernetes_writes_them() {
    for (value, text) in [
        (
            r#"{"a10": 1, "a9": 2, "b": 3, "A": 4, "1": 5, "": 8, "true": 9}"#,
            "\"\": 8\n\"1\": 5\nA: 4\na9: 2\na10: 1\nb: 3\n\"true\": 9\n",
        ),
        (r#"[[], {}, [[1]], {"a": {"b": [1, {"c": 2}]}}]"#, "- []\n- {}\n- - - 1\n- a:\n    b:\n    - 1\n    - c: 2\n"),
        (r#"{"k": "a\n  b\n\n"}"#, "k: |+\n  a\n    b\n\n"),
        (r#""  x\ny""#, "|2-\n    x\n  y\n"),
        (
            "[1.0, 1e2, 1e21, -0, 12345678901234567890, 123456789012345678901]",
            "- 1\n- 100\n- 1e+21\n- 0\n- 12345678901234567890\n- 1.2345678901234568e+20\n",
        ),
        (
            r#"["a: b", "- a", "a'b", "*a", "?x", "trailing "]"#,
            "- 'a: b'\n- '- a'\n- a'b\n- '*a'\n- ?x\n- 'trailing '\n",
        ),
    ] {
        assert_eq!(call("yaml.marshal", &format!("[{value}]")), Value::from(text).to_string(), "{value}");
    }
    let text = "a very long line of text that goes on and on beyond eighty columns so that it has to be folded";
    let folded = "a very long line of text that goes on and on beyond eighty columns so that it has\n  to be folded\n";
    assert_eq!(call_with("yaml.marshal", &[text.into()]), Value::from(folded).to_string());
}

#[test]
fn texts_that_would_be_read_as_something_else_are_quoted() {
    for text in [
        "yes",
        "N",
        "~",
        "null",
        "1_000",
        "0x1F",
        "0b1",
        "0o7",
        "010",
        "1e3",
        ".5",
        "-.inf",
        "2024-01-01",
        "12:30:45",
        "<<",
    ] {
        assert_eq!(
            call_with("yaml.marshal", &[text.into()]),
            Value::from(format!("\"{text}\"\n")).to_string(),
            "{text}"
        );
    }
    for text in ["y1", "1e400", "0x", "1.2.3", "2024-13-01", "12:99", "1__a", "+-1"] {
        assert_eq!(call_with("yaml.marshal", &[text.into()]), Value::from(format!("{text}\n")).to_string(), "{text}");
    }
}

#[test]
fn what_is_read_is_lent_by_the_program() {
    assert_eq!(call("yaml.unmarshal", r#"["a: 1"]"#), "yaml.unmarshal asks what no file says");
    let host =
        Host { read_yaml: Some(Arc::new(|text: &str| serde_json::from_str(text).map_err(|error| error.to_string()))) };
    let budget = Budget::default();
    let call = |name: &str, text: &str| {
        let found = find(name).expect(name).call(&[text.into()], &Context::new(&budget, &host, &Patterns::default()));
        found.map(|value| value.map(|value| value.to_string())).map_err(|_| ())
    };
    assert_eq!(call("yaml.unmarshal", "[1]"), Ok(Some("[1]".to_owned())));
    assert_eq!(call("yaml.unmarshal", "[1"), Err(()));
    assert_eq!(call("yaml.is_valid", "[1"), Ok(Some("false".to_owned())));
}
