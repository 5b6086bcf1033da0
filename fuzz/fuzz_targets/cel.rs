//! An expression of a policy: it is refused or evaluated, within its limits, and tracing changes nothing but what is
//! remembered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline_cel::{Document, Flavor, Limits, Type, Value, Version, environment, format};

fuzz_target!(|text: &str| {
    let env = environment(Version::V1_37).variable("object", Type::Dyn).variable("params", Type::Dyn).build();
    let Ok(program) = env.compile(text) else { return };
    let json = serde_json::json!({
        "metadata": { "name": "a", "labels": { "app": "größe" } },
        "spec": { "replicas": 3, "ratio": 0.5, "on": true, "none": null, "containers": [{ "name": "a", "args": ["-v"] }] },
    });
    let object = Document::new("object", &json, Flavor::Typed).root();
    let params = Document::new("params", &json, Flavor::Dynamic).root();
    let variables = |name: &str| -> Option<Value> {
        match name {
            "object" => Some(object.clone()),
            "params" => Some(params.clone()),
            _ => None,
        }
    };
    let limits = Limits { cost: 100_000, memory: 64 << 20, work: 1_000_000 };
    let quiet = program.evaluate(&variables, &limits);
    let traced = program.explain(&variables, &limits);
    assert_eq!(quiet.cost, traced.cost);
    match (quiet.result, traced.result) {
        (Ok(one), Ok(other)) => assert_eq!(format(&one), format(&other)),
        (Err(one), Err(other)) => assert_eq!(one.message(), other.message()),
        (one, other) => panic!("{one:?} and {other:?}"),
    }
});
