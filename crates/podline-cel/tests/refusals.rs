//! What a real API server said about expressions that it refused.
//!
//! The vectors are not part of the repository; without them the test says so and passes.

use std::io::Read as _;

use podline_cel::{CompileError, Env, Type, Version, environment};

const VECTORS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/validating-admission-policy.jsonl.gz");

fn env(params: bool) -> Env {
    let mut env = environment(Version::V1_36)
        .structure("kubernetes.AdmissionRequest", [("name".to_owned(), Type::String)])
        .variable("object", Type::Dyn)
        .variable("oldObject", Type::Dyn)
        .variable("request", Type::structure("kubernetes.AdmissionRequest"));
    if params {
        env = env.variable("params", Type::Dyn);
    }
    env.build()
}

/// The expression in quotes behind `Invalid value: `, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let start = text.find("Invalid value: \"")? + "Invalid value: ".len();
    let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<String>();
    let expression = stream.next()?.ok()?;
    let rest = text[start + stream.byte_offset()..].strip_prefix(": ")?;
    Some((expression, rest))
}

fn given(expression: &str, params: bool) -> String {
    match env(params).compile(expression) {
        Err(CompileError::Issues(issues)) => format!("compilation failed: {issues}"),
        Err(CompileError::Program { message, .. }) => format!("program instantiation failed: {message}"),
        Ok(program) => format!("must evaluate to … but got {}", program.output_type()),
    }
}

#[test]
fn refused_expressions_get_the_servers_text() {
    let Ok(file) = std::fs::File::open(VECTORS) else {
        eprintln!("skipped: no vectors at {VECTORS}");
        return;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("vectors");
    let (mut compared, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        for refused in case["invalid"].as_array().into_iter().flatten() {
            let Some((expression, expected)) = refused["error"].as_str().and_then(quoted) else { continue };
            // Variables have the types that the rest of the policy gives them.
            let typed = ["variables", "authorizer", "namespaceObject", "request."];
            if !expected.starts_with("compilation failed: ") || typed.iter().any(|name| expression.contains(name)) {
                continue;
            }
            compared += 1;
            if given(&expression, true) != expected && given(&expression, false) != expected {
                wrong.push(format!("{expression}\n  expected {expected}\n  given    {}", given(&expression, true)));
            }
        }
    }
    assert!(compared > 50, "only {compared} refusals were found");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
}
