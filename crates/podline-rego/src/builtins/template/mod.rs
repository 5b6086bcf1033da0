//! `strings.render_template`: a part of Go's `text/template`.
//!
//! Texts, fields, `if`, `with`, `range` with its variables, comments, trimmed blanks, and the functions `eq`, `ne`, `and`,
//! `or`, `not` and `len`. What else there is (definitions, other functions, assignments) is undecided.
//!
//! Source: `v1/topdown/template.go`; Go's `text/template`.

mod parse;
mod render;

use super::operands::{at, found, object, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

pub(super) fn render(operands: &[Value], context: &Context<'_>) -> Outcome {
    let template = text(operands, 0)?;
    object(operands, 1)?;
    let variables = at(operands, 1)?;
    super::json::pay(variables, context)?;
    context.budget.bytes(template.len().saturating_mul(8))?;
    let nodes = parse::parse(template)?;
    let rendered = render::render(&nodes, variables, context)?;
    // What is missing is written by Go in these words.
    found(rendered.replace("<no value>", "<undefined>"))
}

fn unknown() -> Failure {
    Failure::undecided("strings.render_template with more than fields, conditions and loops")
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn templates_are_rendered_as_go_renders_them() {
        for (template, variables, text) in [
            ("{{.a}}", r#"{"a": 1.0}"#, "1.0"),
            ("{{.a}}", r#"{"a": [1, "x", null, true]}"#, "[1 x <nil> true]"),
            ("{{.}}", r#"{"b": 1, "a": [2]}"#, "map[a:[2] b:1]"),
            ("{{.a.b.c}}", r#"{"a": {"b": {}}}"#, "<undefined>"),
            ("x{{- .a -}} y", r#"{"a": "1"}"#, "x1y"),
            ("{{range .a}}[{{.}}]{{else}}none{{end}}", r#"{"a": [1, 2]}"#, "[1][2]"),
            ("{{range .a}}[{{.}}]{{else}}none{{end}}", r#"{"a": []}"#, "none"),
            ("{{range $k, $v := .a}}{{$k}}={{$v}};{{end}}", r#"{"a": {"y": 1, "x": 2}}"#, "x=2;y=1;"),
            (r#"{{if eq .a "y"}}1{{else if eq .a "x"}}2{{else}}3{{end}}"#, r#"{"a": "x"}"#, "2"),
            ("{{if .a}}t{{else}}f{{end}}", r#"{"a": 0}"#, "t"),
            ("{{if and .a (not .z)}}{{len .a}}{{end}}{{/* c */}}", r#"{"a": "abc"}"#, "3"),
            ("{{with .a}}{{.b}}{{$.c}}{{end}}", r#"{"a": {"b": 2}, "c": 3}"#, "23"),
        ] {
            let operands = format!("[{}, {variables}]", serde_json::Value::from(template));
            assert_eq!(call("strings.render_template", &operands), podline_cel::go::quote(text), "{template}");
        }
    }

    #[test]
    fn what_is_no_template_fails_and_what_is_not_known_is_not_guessed() {
        for template in ["{{", "{{end}}", "{{if .a}}", "{{.a.b}}", "{{if eq .a 1}}x{{end}}"] {
            assert_eq!(
                call("strings.render_template", &format!(r#"["{template}", {{"a": "1"}}]"#)),
                "undefined",
                "{template}"
            );
        }
        let unknown = call("strings.render_template", r#"["{{printf .a}}", {"a": "1"}]"#);
        assert!(unknown.ends_with("asks what no file says"), "{unknown}");
    }
}
