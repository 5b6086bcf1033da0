//! A module of Rego: it is refused or evaluated, within its limits, and tracing changes nothing but what is remembered.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline_rego::ast::Version;
use podline_rego::compile::{Options, compile};
use podline_rego::{Answer, Host, Limits, Policy, Query, Value, parse};

fuzz_target!(|text: &str| {
    let json = serde_json::json!({
        "parameters": { "names": ["a", "b"] },
        "review": { "object": { "spec": { "containers": [{ "name": "a", "cpu": 0.5 }], "on": true, "none": null } } },
    });
    let (input, data, host) = (Value::from_json(&json), Value::object([]), Host::default());
    let query = Query { path: &[], input: Some(&input), data: &data, host: &host };
    let limits = Limits { steps: 200_000, bytes: 16 << 20 };
    for version in [Version::V0, Version::V1] {
        let Ok(module) = parse("m.rego", text, version) else { continue };
        let Ok(program) = compile(vec![module], &Options::default()) else { continue };
        let policy = Policy::new(program).expect("memory");
        let (quiet, traced) = (policy.evaluate(&query, &limits), policy.explain(&query, &limits).answer);
        match (quiet, traced) {
            (Answer::Defined(one), Answer::Defined(other)) => assert_eq!(one, other),
            // The limits may be met at different places.
            (Answer::Error(_), _) | (_, Answer::Error(_)) => {}
            (one, other) => assert_eq!(std::mem::discriminant(&one), std::mem::discriminant(&other)),
        }
    }
});
