//! What a real API server said about policies and objects.

mod support;

use std::fmt::Write as _;

use podline_policies::vap;
use serde_json::Value;
use support::{vectors, yaml};

#[test]
fn what_the_server_refuses_is_refused_in_its_words() {
    let Some(cases) = vectors("validating-admission-policy") else { return };
    let (mut report, mut wrong, mut all) = (String::new(), 0, 0);
    for case in &cases {
        let documents = yaml::documents(case["policies"].as_str().expect("policies"));
        let loaded = vap::load(&documents);
        let mut expected: Vec<(&str, &str, &str)> = case["invalid"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| (text(&one["kind"]), text(&one["name"]), text(&one["error"])))
            .collect();
        let mut given: Vec<(&str, &str, &str)> =
            loaded.refused.iter().map(|one| (one.kind.as_str(), one.name.as_str(), one.text.as_str())).collect();
        assert!(loaded.unknown.is_empty(), "{}: {:?}", case["name"], loaded.unknown);
        all += expected.len();
        expected.sort_unstable();
        given.sort_unstable();
        if given != expected {
            wrong += 1;
            let _ = writeln!(report, "{}\n  expected {expected:#?}\n  given    {given:#?}", case["name"]);
        }
    }
    assert!(wrong == 0, "{wrong} of {all} differ:\n{report}");
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}
