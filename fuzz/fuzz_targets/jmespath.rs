//! An expression of Kyverno's JMESPath: it is refused or evaluated within its budget, twice the same, and what it finds has
//! places.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline_jmespath::{Budget, Expression, Runtime, Value};

fuzz_target!(|text: &str| {
    let Ok(expression) = Expression::parse(text) else { return };
    let data = Value::from_json(&serde_json::json!({
        "request": { "operation": "CREATE", "object": {
            "metadata": { "name": "a", "labels": { "app": "größe", "b": "1Gi" } },
            "spec": { "replicas": 3, "ratio": 0.5, "on": true, "none": null, "containers": [{ "name": "a", "args": ["-v"] }] },
        } },
        "element": { "name": "a", "image": "ghcr.io/a/b:1@sha256:0" },
    }));
    let yaml = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
    let budget = || Budget::new(500_000, 32 << 20);
    let (one, other, third) = (budget(), budget(), budget());
    let runtime = |budget| Runtime { now: (1_790_000_000, 0), yaml: &yaml, budget };
    let first = expression.search(&data, &runtime(&one));
    assert_eq!(format!("{first:?}"), format!("{:?}", expression.search(&data, &runtime(&other))));
    expression.places(&data, &runtime(&third));
});
