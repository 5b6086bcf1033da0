//! Every case of the vectors of Kyverno, by family.

mod support;

use std::fmt::Write as _;

use podline_policies::kyverno::{self, Settings};
use podline_policies::{
    Actions, Cluster, Engine, GroupVersionKind, Judgement, Meter, Operation, Review, Rule, Subject, User,
};
use serde_json::{Value, json};
use support::kyverno_answers::{self as answers, Row};
use support::{vectors, yaml};

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

fn settings() -> Settings {
    Settings {
        now: (1_790_000_000, 0),
        yaml: std::sync::Arc::new(|text| {
            yaml::try_documents(text).map(|mut all| if all.is_empty() { Value::Null } else { all.remove(0) })
        }),
        pod_security: Some(Box::new(kyverno::Standards)),
    }
}

/// What the engine says: rows, the names of refused policies, what is not judged.
type Said = (Vec<Row>, Vec<String>, Vec<(String, String, String)>);

fn rows(case: &Value) -> Said {
    let policies = yaml::documents(text(&case["policies"]));
    let resources = yaml::documents(text(&case["resources"]));
    let loaded = kyverno::load(&policies, settings());
    let mut cluster = Cluster::new();
    let is_config_map = |json: &&Value| json["kind"] == "ConfigMap";
    let of_policies = policies.iter().filter(is_config_map).cloned();
    yaml::documents(text(&case["namespaces"])).into_iter().chain(of_policies).for_each(|object| cluster.add(object));
    resources.iter().filter(is_config_map).for_each(|object| cluster.add_judged_config_map(object.clone()));
    let mut rows = Vec::new();
    for (document, object) in resources.iter().enumerate() {
        for row in judge(&loaded.engine, &cluster, object) {
            let validating = text(&policies[row.origin.document]["apiVersion"]).starts_with("policies.");
            rows.push(written(document, row, validating));
        }
    }
    let refused = loaded.refused.into_iter().map(|one| one.name).collect();
    // That rules for custom resources are not generated is podline's own word.
    let not_judged = loaded.not_judged.into_iter().filter(|one| !one.why.starts_with("autogen for"));
    let not_judged = not_judged.map(|one| (one.policy, one.rule, one.why)).collect();
    (rows, refused, not_judged)
}

fn judge(engine: &kyverno::Engine, cluster: &Cluster, object: &Value) -> Vec<Judgement> {
    reviewed(cluster, object, |review| {
        let rows = engine.judge(review);
        assert!(rows.is_empty() || engine.accepts(&review.subject, cluster));
        rows
    })
}

fn reviewed<T>(cluster: &Cluster, object: &Value, ask: impl FnOnce(&Review<'_>) -> T) -> T {
    let kind = GroupVersionKind::new(text(&object["apiVersion"]), text(&object["kind"]));
    let resource = cluster.resource(&kind);
    let mut object = object.clone();
    if resource.namespaced && text(&object["metadata"]["namespace"]).is_empty() {
        object["metadata"]["namespace"] = json!("default");
    }
    let namespace = resource.namespaced.then(|| text(&object["metadata"]["namespace"]));
    let subject = Subject { resource: &resource, name: text(&object["metadata"]["name"]), namespace };
    let review = Review {
        subject,
        object: &object,
        user: &User::default(),
        operation: Operation::Create,
        cluster,
        convert: &|_| None,
        meter: &Meter::default(),
    };
    ask(&review)
}

fn written(document: usize, row: Judgement, validating: bool) -> Row {
    Row {
        document: document as u64,
        policy: row.policy.to_string(),
        rule: match &row.rule {
            Rule::Named(name) => name.to_string(),
            _ => String::new(),
        },
        result: row.decision.word(),
        message: row.message,
        actions: match (validating, row.actions) {
            (true, actions) => {
                let mut names: Vec<&str> = actions.names().collect();
                names.sort_unstable();
                names
            }
            (false, Actions::DENY) => vec!["Enforce"],
            (false, _) => vec!["Audit"],
        },
    }
}

/// What differs, one line each.
fn differences(case: &Value) -> Vec<String> {
    let (rows, mut refused, mut not_judged) = rows(case);
    let mut differences = Vec::new();
    differences.extend(answers::differences(rows, case));
    let mut invalid: Vec<String> =
        case["invalid"].as_array().into_iter().flatten().map(|one| text(&one["policy"]).to_owned()).collect();
    invalid.sort();
    refused.sort();
    if invalid != refused {
        differences.push(format!("invalid {:?}, refused {refused:?}", case["invalid"]));
    }
    let mut expected: Vec<(String, String, String)> = case["not_judged"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (text(&one["policy"]).to_owned(), text(&one["rule"]).to_owned(), text(&one["why"]).to_owned()))
        .collect();
    expected.sort();
    not_judged.sort();
    if expected != not_judged {
        differences.push(format!("not judged {expected:?}, said {not_judged:?}"));
    }
    differences
}

/// The families of which every case is answered as Kyverno answers it: result, message, actions, refusals.
const EXACT: [&str; 23] = [
    "anypattern",
    "autogen",
    "cel",
    "context",
    "deny",
    "exception",
    "foreach",
    "invalid",
    "jmespath",
    "leaf",
    "match",
    "notjudged",
    "operators",
    "pattern",
    "pattern_other",
    "podsecurity",
    "preconditions",
    "reference",
    "spec",
    "variables",
    "vpol",
    "vpol_pods",
    "x509",
];

#[test]
fn every_case_of_the_exact_families_is_answered_as_kyverno_answers_it() {
    let Some(cases) = vectors("kyverno") else { return };
    let path = std::env::var("KYVERNO_REPORT").ok();
    let all = path.is_some();
    let mut report = String::new();
    for case in &cases {
        let (name, family) = (text(&case["name"]), text(&case["family"]));
        let differences = differences(case);
        let known = answers::BY_CHANCE.contains(&name);
        assert!(EXACT.contains(&family), "{family} is a new family");
        if !differences.is_empty() && (!known || all) {
            let _ = writeln!(report, "{name} {family}\n  {}", differences.join("\n  "));
        }
    }
    if let Some(path) = path {
        std::fs::write(path, &report).expect("a report");
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn what_passes_depends_on_no_other_fields_than_it_says() {
    let of = |case: &Value| {
        let policies = yaml::documents(text(&case["policies"]));
        let loaded = kyverno::load(&policies, settings());
        let cluster = Cluster::new();
        let objects = yaml::documents(text(&case["resources"]));
        let judge =
            |object: &Value| reviewed(&cluster, object, |review| loaded.engine.judge_and_explain(review, &|_| false));
        let changed = |object: &Value| support::untouched::changed(object, &judge);
        objects.iter().flat_map(changed).collect::<Vec<_>>()
    };
    let Some(cases) = support::judged_cases("kyverno", of) else { return };
    let changed: Vec<_> =
        cases.iter().flat_map(|(case, changed)| changed.iter().map(|one| (&case["name"], one))).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}
