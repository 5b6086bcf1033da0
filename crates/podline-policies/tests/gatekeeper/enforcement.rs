//! What a constraint does.

use super::{POD, constraint, judge, refusal, refusing, stream, template, told};

fn rows(spec: &str) -> Vec<String> {
    told(&judge(&stream(&[&refusing(), &constraint(spec)]), POD))
}

/// Lines of a constraint that does `actions` at these points.
fn scoped(actions: &[(&str, &str)]) -> String {
    let entry =
        |(action, point): &(&str, &str)| format!("{{action: {action}, enforcementPoints: [{{name: '{point}'}}]}}");
    let entries: Vec<String> = actions.iter().map(entry).collect();
    format!("enforcementAction: scoped\nscopedEnforcementActions: [{}]", entries.join(", "))
}

#[test]
fn it_denies_unless_it_says_otherwise() {
    assert_eq!(rows("match: {}"), ["K8sRule/c fail Deny never"]);
    assert_eq!(rows("enforcementAction: warn"), ["K8sRule/c fail Warn never"]);
    assert_eq!(rows("enforcementAction: dryrun"), ["K8sRule/c fail Audit never"]);
}

#[test]
fn the_empty_action_is_never_enforced() {
    assert!(rows("enforcementAction: ''").is_empty());
}

#[test]
fn of_scoped_actions_the_strictest_at_admission_counts() {
    let warns = scoped(&[("dryrun", "validation.gatekeeper.sh"), ("warn", "*"), ("deny", "audit.gatekeeper.sh")]);
    assert_eq!(rows(&warns), ["K8sRule/c fail Warn never"]);
    assert!(rows(&scoped(&[("deny", "audit.gatekeeper.sh")])).is_empty());
    assert_eq!(rows(&scoped(&[("deny", "gator.gatekeeper.sh")])), ["K8sRule/c fail Deny never"]);
}

#[test]
fn the_point_of_admission_policies_counts_where_one_is_made() {
    let constraint = constraint(&scoped(&[("deny", "vap.k8s.io")]));
    assert_eq!(told(&judge(&stream(&[&refusing(), &constraint]), POD)), ["K8sRule/c fail Deny never"]);
    let none_is_made = template("validations: [{expression: 'false'}]\ngenerateVAP: false");
    assert!(judge(&stream(&[&none_is_made, &constraint]), POD).is_empty());
}

#[test]
fn unknown_actions_points_and_absent_lists_are_refused() {
    let refused = |spec: &str| refusal(&stream(&[&refusing(), &constraint(spec)]));
    let action = "unrecognized enforcementAction: \"block\" is not within the supported list [deny dryrun warn scoped]";
    assert_eq!(refused("enforcementAction: block"), (action.to_owned(), "spec.enforcementAction".to_owned()));
    let absent = "error fetching scopedEnforcementActions: scopedEnforcementActions is required";
    assert_eq!(refused("enforcementAction: scoped").0, absent);
    let (text, path) = refused(&scoped(&[("deny", "nowhere")]));
    assert!(text.starts_with(
        "unrecognized enforcement points: constraint will not be enforced for enforcement points [nowhere]"
    ));
    assert_eq!(path, "spec.scopedEnforcementActions[0].enforcementPoints[0].name");
    assert_eq!(refused(&scoped(&[("shout", "*")])).1, "spec.scopedEnforcementActions[0].action");
}
