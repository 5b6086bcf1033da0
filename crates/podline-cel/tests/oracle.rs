//! What the API server's own code says about many expressions: types, errors, values, costs.
//!
//! `oracle/*.jsonl` holds its answers (cel-go 0.29.2 with Kubernetes' libraries of 1.37.2).

use std::fmt::Write as _;
use std::sync::Arc;

use podline_cel::{CompileError, Document, Env, Flavor, Limits, Type, Value, Version, environment, format};

fn structure(name: &str) -> Type {
    Type::structure(name)
}

fn env(version: Version) -> Env {
    let strings = || Type::map(Type::String, Type::String);
    let fields =
        |all: &[(&str, Type)]| all.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect::<Vec<_>>();
    let kind = fields(&[("group", Type::String), ("version", Type::String), ("kind", Type::String)]);
    let resource = fields(&[("group", Type::String), ("version", Type::String), ("resource", Type::String)]);
    environment(version)
        .structure("kubernetes.GroupVersionKind", kind)
        .structure("kubernetes.GroupVersionResource", resource)
        .structure(
            "kubernetes.UserInfo",
            fields(&[
                ("username", Type::String),
                ("uid", Type::String),
                ("groups", Type::list(Type::String)),
                ("extra", Type::map(Type::String, Type::list(Type::String))),
            ]),
        )
        .structure(
            "kubernetes.AdmissionRequest",
            fields(&[
                ("kind", structure("kubernetes.GroupVersionKind")),
                ("resource", structure("kubernetes.GroupVersionResource")),
                ("requestKind", structure("kubernetes.GroupVersionKind")),
                ("requestResource", structure("kubernetes.GroupVersionResource")),
                ("userInfo", structure("kubernetes.UserInfo")),
                ("subResource", Type::String),
                ("requestSubResource", Type::String),
                ("name", Type::String),
                ("namespace", Type::String),
                ("operation", Type::String),
                ("dryRun", Type::Bool),
                ("options", Type::Dyn),
            ]),
        )
        .structure("kubernetes.NamespaceSpec", fields(&[("finalizers", Type::list(Type::String))]))
        .structure("kubernetes.NamespaceStatus", fields(&[("phase", Type::String)]))
        .structure(
            "kubernetes.NamespaceMetadata",
            fields(&[
                ("name", Type::String),
                ("namespace", Type::String),
                ("labels", strings()),
                ("annotations", strings()),
                ("UID", Type::String),
                ("creationTimestamp", Type::Timestamp),
            ]),
        )
        .structure(
            "kubernetes.Namespace",
            fields(&[
                ("metadata", structure("kubernetes.NamespaceMetadata")),
                ("spec", structure("kubernetes.NamespaceSpec")),
                ("status", structure("kubernetes.NamespaceStatus")),
            ]),
        )
        .structure("kubernetes.variables", [])
        .variable("object", Type::Dyn)
        .variable("oldObject", Type::Dyn)
        .variable("params", Type::Dyn)
        .variable("variables", structure("kubernetes.variables"))
        .variable("request", structure("kubernetes.AdmissionRequest"))
        .variable("namespaceObject", structure("kubernetes.Namespace"))
        .build()
}

fn document(name: &str, text: &str, flavor: Flavor) -> Arc<Document> {
    Document::new(name, &serde_json::from_str(text).expect("a fixture"), flavor)
}

/// The answer in the shape of the fixture.
fn answer(env: &Env, expression: &str, variables: &(dyn Fn(&str) -> Option<Value> + Sync)) -> serde_json::Value {
    let program = match env.compile(expression) {
        Ok(program) => program,
        Err(CompileError::Issues(issues)) => return serde_json::json!({ "issues": issues.to_string() }),
        Err(CompileError::Program { message, .. }) => return serde_json::json!({ "program": message }),
    };
    let outcome = program.evaluate(&variables, &Limits::default());
    let explained = program.explain(&variables, &Limits::default());
    assert_eq!(outcome.cost, explained.cost, "{expression}: tracing changes no cost");
    let ty = program.output_type().to_string();
    match outcome.result {
        // What cel-go writes for Kubernetes' own values, nobody sees.
        Ok(value @ (Value::Opaque(_) | Value::Fields(_))) => {
            let _ = value;
            serde_json::json!({ "type": ty, "cost": outcome.cost })
        }
        Ok(value) => serde_json::json!({ "type": ty, "cost": outcome.cost, "value": format(&value) }),
        Err(error) => serde_json::json!({ "type": ty, "cost": outcome.cost, "error": error.message() }),
    }
}

#[test]
fn every_expression_gets_the_servers_answer() {
    let (new, stored) = (env(Version::V1_36), env(Version::V1_37));
    let object = document("object", include_str!("oracle/object.json"), Flavor::Typed).root();
    let params = document("params", include_str!("oracle/params.json"), Flavor::Dynamic).root();
    let request = document("request", include_str!("oracle/request.json"), Flavor::Typed).root();
    let namespace = document("namespaceObject", include_str!("oracle/namespace.json"), Flavor::Typed).root();
    let variables = |name: &str| match name {
        "object" => Some(object.clone()),
        "params" => Some(params.clone()),
        "request" => Some(request.clone()),
        "namespaceObject" => Some(namespace.clone()),
        "oldObject" => Some(Value::Null),
        _ => None,
    };
    let path = std::env::var("ORACLE")
        .unwrap_or_else(|_| format!("{}/tests/oracle/answers.jsonl", env!("CARGO_MANIFEST_DIR")));
    let (mut report, mut wrong, mut all) = (String::new(), 0, 0);
    for line in std::fs::read_to_string(path).expect("the fixture").lines() {
        let expected: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let expression = expected["e"].as_str().expect("an expression");
        let env = if expected["v"] == "new" { &new } else { &stored };
        let given = answer(env, expression, &variables);
        all += 1;
        for key in ["issues", "program", "type", "value", "error", "cost"] {
            let unknown = key == "type" && given.get("program").is_some() || key == "value" && given.get(key).is_none();
            if given.get(key) != expected.get(key) && !(unknown && given.get("error").is_none()) {
                wrong += 1;
                let _ = writeln!(
                    report,
                    "{expression}\n  {key}: expected {:?}\n  {key}: given    {:?}",
                    expected.get(key),
                    given.get(key)
                );
                break;
            }
        }
    }
    assert!(wrong == 0, "{wrong} of {all} differ:\n{report}");
}
