//! What Gatekeeper's own code answered.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use podline_defaulting::{Stored, pod};
use podline_policies::{Actions, Cluster, Decision, Engine as _, GroupVersionKind, Judgement, User, Violation};
use serde_json::{Value, json};

use super::load;
use super::support::stored::stored;
use super::support::{judged_cases, review_in, yaml};

/// What was said about an object: which document and item it is, whether it is a controller's pod, the rows.
struct Judged {
    document: usize,
    item: Value,
    r#as: Value,
    rows: Vec<Judgement>,
}

type Case = (Value, Vec<Judged>);

static CASES: LazyLock<Option<Vec<Case>>> = LazyLock::new(|| judged_cases("gatekeeper", judge));

fn text<'v>(json: &'v Value, key: &str) -> &'v str {
    json[key].as_str().unwrap_or_default()
}

fn documents(case: &Value, key: &str) -> Vec<Value> {
    yaml::documents(text(case, key))
}

/// The objects of a case with their documents and items.
fn objects(case: &Value) -> Vec<(usize, Value, Value)> {
    let mut all = Vec::new();
    for (document, object) in documents(case, "objects").into_iter().enumerate() {
        match object["items"].as_array().filter(|_| object["kind"] == "List") {
            Some(items) => {
                all.extend(items.iter().enumerate().map(|(at, item)| (document, json!(at), item.clone())));
            }
            None => all.push((document, Value::Null, object)),
        }
    }
    all
}

fn judge(case: &Value) -> Vec<Judged> {
    let engine = load(&documents(case, "policies")).engine;
    let mut cluster = Cluster::new();
    let objects = objects(case);
    let namespaces = documents(case, "namespaces");
    for object in namespaces.iter().chain(objects.iter().map(|(_, _, object)| object)) {
        let Some(stored) = stored(object, &Cluster::new()) else { continue };
        let kind = GroupVersionKind::new(text(object, "apiVersion"), text(object, "kind"));
        let namespace = stored.object()["metadata"]["namespace"].as_str();
        if engine.wants(&kind, namespace) {
            cluster.add_to_inventory(stored.object());
        }
        if object["kind"] == "Namespace" {
            cluster.add(stored.object().clone());
        }
    }
    let mut all = Vec::new();
    for (document, item, manifest) in objects {
        let Some(whole) = stored(&manifest, &cluster) else { continue };
        let mut judge = |stored: &Stored, r#as: Value, user: &User| {
            let rows = review_in(stored.object(), &cluster, user, |review| {
                let rows = engine.judge(review);
                assert!(rows.is_empty() || engine.accepts(&review.subject, &cluster), "what is judged was accepted");
                rows
            });
            all.push(Judged { document, item: item.clone(), r#as, rows });
        };
        judge(&whole, Value::Null, &User::default());
        if let Some(pod) = pod(&whole) {
            judge(&pod.stored, json!("Pod"), &User::named(pod.user));
        }
    }
    all
}

fn action(actions: Actions) -> &'static str {
    match actions {
        Actions::DENY => "deny",
        Actions::WARN => "warn",
        Actions::AUDIT => "dryrun",
        _ => "",
    }
}

/// Rows by constraint, result and action; the messages sorted, those of errors left out.
fn given(judged: &[Judged]) -> Vec<String> {
    let mut rows: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in judged {
        for row in &one.rows {
            let result = row.decision.word();
            let head = json!([one.document, one.item, one.r#as, &*row.policy, result, action(row.actions)]);
            let messages = rows.entry(head.to_string()).or_default();
            if !matches!(result, "pass" | "error") {
                messages.push(&row.message);
            }
        }
    }
    rows.into_iter().map(|(head, messages)| line(&head, messages)).collect()
}

fn line(head: &str, mut messages: Vec<&str>) -> String {
    messages.sort_unstable();
    format!("{head} {messages:?}")
}

fn expected(case: &Value) -> Vec<String> {
    let rows = case["expect"].as_array().expect("rows").iter().map(|row| {
        let head = json!([row["document"], row["item"], row["as"], row["constraint"], row["result"], row["action"]])
            .to_string();
        let messages = row["messages"].as_array().expect("messages").iter();
        let messages = if row["result"] == "error" { Vec::new() } else { messages.filter_map(Value::as_str).collect() };
        line(&head, messages)
    });
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

#[test]
fn every_row_is_as_gatekeeper_answered() {
    let Some(cases) = &*CASES else { return };
    let (mut report, mut wrong, mut all) = (String::new(), 0, 0);
    for (case, judged) in cases {
        let (given, expected) = (given(judged), expected(case));
        all += expected.len();
        if given != expected {
            wrong += 1;
            let _ = writeln!(report, "{} {}", case["name"], case["tags"]);
            for line in expected.iter().filter(|line| !given.contains(line)) {
                let _ = writeln!(report, "  expected {line}");
            }
            for line in given.iter().filter(|line| !expected.contains(line)) {
                let _ = writeln!(report, "  given    {line}");
            }
        }
    }
    assert!(wrong == 0, "{wrong} cases of {} with {all} rows differ:\n{report}", cases.len());
}

#[test]
fn what_gatekeeper_refuses_is_refused_in_its_words() {
    let Some(cases) = &*CASES else { return };
    let mut report = String::new();
    for (case, _) in cases {
        let loaded = load(&documents(case, "policies"));
        assert_eq!(loaded.not_judged, [], "{}", case["name"]);
        let mut given: Vec<[String; 3]> =
            loaded.refused.iter().map(|one| [one.kind.clone(), one.name.clone(), told(&one.text)]).collect();
        let invalid = case["invalid"].as_array().expect("a list").iter();
        let words = |one| [text(one, "kind").to_owned(), text(one, "name").to_owned(), words(one)];
        let mut expected: Vec<[String; 3]> = invalid.map(words).collect();
        given.sort_unstable();
        expected.sort_unstable();
        if given != expected {
            let _ = writeln!(report, "{}\n  expected {expected:#?}\n  given    {given:#?}", case["name"]);
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// The words of an error, without the place in Go's source that one of them has.
fn words(invalid: &Value) -> String {
    told(text(invalid, "error").split(" in scheme ").next().unwrap_or_default())
}

/// The same without the lines that show where in a module something is wrong.
fn told(error: &str) -> String {
    error.lines().filter(|line| !line.starts_with('\t')).collect::<Vec<_>>().join("\n")
}

#[test]
fn of_failing_rows_most_blame_a_field_below_spec() {
    let Some(cases) = &*CASES else { return };
    let rows = cases.iter().flat_map(|(_, judged)| judged).flat_map(|one| &one.rows);
    let blamed = rows.filter(|row| row.decision == Decision::Fail).map(Judgement::blame);
    // Some depend on nothing that stands in the object: "no old object".
    let blamed: Vec<&Violation> = blamed.flatten().collect();
    let deep = blamed.iter().filter(|blame| blame.path.len() > 1).count();
    assert!(deep * 100 >= blamed.len() * 85, "{deep} of {} failing rows", blamed.len());
}

#[test]
fn what_passes_depends_on_no_other_fields_than_it_says() {
    let of = |case: &Value| {
        let engine = load(&documents(case, "policies")).engine;
        let cluster = Cluster::new();
        let judge = |object: &Value| {
            review_in(object, &cluster, &User::default(), |review| engine.judge_and_explain(review, &|_| false))
        };
        let objects = objects(case);
        let stored = objects.iter().filter_map(|(_, _, object)| stored(object, &cluster));
        let changed = |object: Stored| super::support::untouched::changed(object.object(), &judge);
        stored.flat_map(changed).collect::<Vec<_>>()
    };
    let Some(cases) = judged_cases("gatekeeper", of) else { return };
    let changed: Vec<_> =
        cases.iter().flat_map(|(case, changed)| changed.iter().map(|one| (&case["name"], one))).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}
