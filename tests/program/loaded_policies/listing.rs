//! `podline policies`: what was loaded, what of it is never decided, and whom it judges.

use serde_json::{Value, json};

use crate::loaded_policies::{DEPLOYMENT, FEW, PLAIN, policy, policy_alone};
use crate::support::command::Scratch;

#[test]
fn every_policy_is_listed_with_its_bindings_and_how_many_objects_it_judges() {
    let stream = [policy("few", "deployments", FEW), policy_alone("alone", "pods", PLAIN)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies/p.yaml", &stream)]);
    let run = scratch.podline(&["policies", "--policy", "policies", "web.yaml"]);
    let expected = "few (ValidatingAdmissionPolicy, policies/p.yaml:1)\n  matches */deployments\n  judged 1 object\n  binding few-binding: Deny (policies/p.yaml:13)\nalone (ValidatingAdmissionPolicy, policies/p.yaml:21)\n  matches */pods\n  judged 0 objects\n  no binding, so that it does nothing\n";
    assert_eq!((run.stdout.as_str(), run.status), (expected, 0), "{}", run.stderr);
    let run = scratch.podline(&["policies", "--policy", "policies", "--format", "json", "web.yaml"]);
    let rows: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let binding = json!({"name": "few-binding", "actions": ["Deny"], "file": "policies/p.yaml", "line": 13});
    assert_eq!((&rows[0]["bindings"][0], &rows[0]["judged"], &rows[1]["actions"]), (&binding, &json!(1), &json!([])));
}

#[test]
fn what_will_never_be_decided_is_exit_1_and_what_is_refused_exit_2() {
    let asks = "  validations:\n  - expression: authorizer.requestResource.check('create').allowed()\n";
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("asks", "deployments", asks))]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "web.yaml"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let said = "not decided: it asks the cluster's authorizer: what depends on the answer stays undecided (p.yaml:10)";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    let bad = "  validations:\n  - expression: object.spec.paused\n";
    scratch.write("policies/bad.yaml", &policy("bad", "deployments", bad));
    let run = scratch.podline(&["policies", "--policy", "policies", "web.yaml"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stdout.contains("bad (ValidatingAdmissionPolicy, policies/bad.yaml:10)\n  refused: Validating"),
        "{}",
        run.stdout
    );
}
