//! Gatekeeper's constraints: what they judge, where findings stand, and what is in view of them.

use serde_json::{Value, json};

use crate::loaded_policies::{DEPLOYMENT, check, found, rows};
use crate::support::command::Scratch;

/// A template in Rego of this kind, with these rules.
fn template(kind: &str, rego: &str) -> String {
    let rego = rego.trim_end().replace('\n', "\n      ");
    format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: {}\nspec:\n  crd:\n    spec:\n      names:\n        kind: {kind}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      {rego}\n",
        kind.to_lowercase()
    )
}

/// A constraint of it.
fn constraint(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  match: {{}}\n{spec}"
    )
}

const PRIVILEGED: &str = "package privileged
violation[{\"msg\": msg}] {
  c := input.review.object.spec.template.spec.containers[_]
  c.securityContext.privileged
  msg := sprintf(\"%v is privileged\", [c.name])
}
";

/// No two ConfigMaps of a name.
const UNIQUE: &str = "package unique
violation[{\"msg\": msg}] {
  input.review.kind.kind == \"ConfigMap\"
  other := data.inventory.namespace[namespace][\"v1\"].ConfigMap[name]
  name == input.review.object.metadata.name
  namespace != input.review.object.metadata.namespace
  msg := sprintf(\"%v is also in %v\", [other.metadata.name, namespace])
}
";

pub fn policies(spec: &str) -> String {
    [template("K8sPrivileged", PRIVILEGED), constraint("K8sPrivileged", "none", spec)].join("---\n")
}

#[test]
fn a_constraint_judges_by_its_template_and_blames_the_field() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies(""))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null K8sPrivileged/none null fail", "web Pod K8sPrivileged/none null pass"]);
    let said = "web.yaml:17 error gatekeeper/K8sPrivileged/none web is privileged";
    assert_eq!((found(&report), run.status), (vec![said.to_owned()], 1), "{}", run.stderr);
    let finding = &report["findings"][0];
    assert_eq!(finding["path"], "spec.template.spec.containers[0].securityContext.privileged");
    let policy = json!({"engine": "Gatekeeper", "name": "K8sPrivileged/none", "file": "p.yaml", "line": 20});
    assert_eq!(finding["policy"], policy);
}

#[test]
fn a_finding_leads_to_the_rule_of_the_template_if_there_is_one_alone() {
    let related = |policies: &str| {
        let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", policies)]);
        let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
        let related = &report["findings"][0]["related"][0];
        (related["line"].clone(), related["message"].as_str().unwrap_or_default().to_owned())
    };
    let rule = "line 2 of spec.targets[0].rego of ConstraintTemplate \"k8sprivileged\"";
    assert_eq!(related(&policies("")), (json!(14), rule.to_owned()));
    let other = format!("{PRIVILEGED}violation[{{\"msg\": \"never\"}}] {{ false }}\n");
    let two = [template("K8sPrivileged", &other), constraint("K8sPrivileged", "none", "")].join("---\n");
    assert_eq!(related(&two).1, "spec of K8sPrivileged \"none\"");
}

#[test]
fn the_columns_of_a_row_are_gatekeepers() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies("  enforcementAction: dryrun\n"))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let row = json!({
        "file": "web.yaml", "document": 0, "item": null, "apiVersion": "apps/v1", "kind": "Deployment", "namespace": "",
        "name": "web", "as": null, "engine": "Gatekeeper", "policy": "K8sPrivileged/none", "binding": null, "param": null,
        "rule": null, "result": "fail", "actions": ["dryrun"], "message": "web is privileged",
    });
    assert_eq!(report["evaluations"][0], row);
    assert_eq!(run.status, 0, "a dry run is a warning: {}", run.stderr);
    let said = "web.yaml:17 warning gatekeeper/K8sPrivileged/none web is privileged";
    assert_eq!(found(&report), [said]);
}

#[test]
fn what_gatekeeper_refuses_is_told_and_the_others_judge_all_the_same() {
    let bad = constraint("K8sPrivileged", "bad", "  parameters: {}\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &[policies(""), bad].join("---\n"))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(run.status, 2);
    let said = "p.yaml:33:3: K8sPrivileged \"bad\": invalid Constraint: unknown fields: [spec.parameters]";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(rows(&report)[0], "web null K8sPrivileged/none null fail");
}

fn config_map(namespace: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: {namespace}\n")
}

#[test]
fn other_objects_of_the_input_are_in_view_in_whichever_order_they_come() {
    let policies = [template("K8sUnique", UNIQUE), constraint("K8sUnique", "names", "")].join("---\n");
    let scratch =
        Scratch::new(&[("a.yaml", &config_map("one")), ("b.yaml", &config_map("two")), ("p.yaml", &policies)]);
    for order in [["a.yaml", "b.yaml"], ["b.yaml", "a.yaml"]] {
        let (report, run) = check(&scratch, &[&["--policy", "p.yaml"][..], &order].concat());
        let mut said = found(&report);
        said.sort_unstable();
        let rule = "error gatekeeper/K8sUnique/names settings is also in";
        assert_eq!(said, [format!("a.yaml:5 {rule} two"), format!("b.yaml:5 {rule} one")], "{}", run.stderr);
    }
}

#[test]
fn what_a_cluster_holds_is_in_view() {
    let policies = [template("K8sUnique", UNIQUE), constraint("K8sUnique", "names", "")].join("---\n");
    let scratch =
        Scratch::new(&[("a.yaml", &config_map("one")), ("cluster.yaml", &config_map("live")), ("p.yaml", &policies)]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--cluster", "cluster.yaml", "a.yaml"]);
    assert_eq!(found(&report), ["a.yaml:5 error gatekeeper/K8sUnique/names settings is also in live"]);
}

#[test]
fn mutators_are_said_to_be_left_out() {
    let assign = "apiVersion: mutations.gatekeeper.sh/v1\nkind: Assign\nmetadata:\n  name: pull\nspec: {}\n";
    let scratch =
        Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &[policies(""), assign.to_owned()].join("---\n"))]);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let why =
        "Assign \"pull\" judges nothing: podline applies no mutators: objects are judged as if it did not change them";
    assert!(run.stderr.contains(why), "{}", run.stderr);
}

#[test]
fn policies_lists_templates_with_their_constraints() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies(""))]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "--format", "json", "web.yaml"]);
    let listed: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&listed[0]["kind"], &listed[0]["bindings"][0]["name"]), (&json!("ConstraintTemplate"), &json!("none")));
    assert_eq!(
        (&listed[1]["kind"], &listed[1]["judged"], &listed[1]["actions"]),
        (&json!("K8sPrivileged"), &json!(1), &json!(["deny"]))
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn a_template_without_constraints_is_told() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &template("K8sPrivileged", PRIVILEGED))]);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let said = "policies without a binding, so that they do nothing: ConstraintTemplate/k8sprivileged";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn an_error_in_rego_stands_at_its_line_of_the_file_however_the_text_is_written() {
    let head = template("K8sWrong", "").split("    rego:").next().map(str::to_owned).expect("a head");
    let literal = "    rego: |\n      package p\n\n      violation[{\"msg\": \"a\"}] {\n        nothing(1)\n      }\n";
    let folded =
        "    rego: >-\n      package p\n\n\n      violation[{\"msg\": \"a\"}] {\n          nothing(1)\n      }\n";
    let escaped = r#"    rego: "package p\n\nviolation[{\"msg\": \"a\"}] {\n nothing(1)\n}\n"
"#;
    let quoted = "    rego: 'package p\n\n\n      violation[{\"msg\": \"a\"}] {\n\n      nothing(1)\n\n      }'\n";
    let libs = "    rego: |\n      package p\n      violation[{\"msg\": \"a\"}] { true }\n    libs:\n    - |\n      package lib.x\n      v { nothing(1) }\n";
    for (text, line, column) in [(literal, 16, 9), (folded, 17, 11), (escaped, 12, 57), (quoted, 17, 7), (libs, 18, 7)]
    {
        let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p/t.yaml", &format!("{head}{text}"))]);
        let (report, run) = check(&scratch, &["--policy", "p", "web.yaml"]);
        let finding = &report["findings"][0];
        let place = (finding["line"].clone(), finding["column"].clone());
        assert_eq!(finding["rule"], "policy/refused", "{text}{}", run.stderr);
        assert_eq!(place, (json!(line), json!(column)), "{text}{finding}");
        let run = scratch.podline(&["check", "--policy", "p/t.yaml", "web.yaml"]);
        assert!(run.stderr.contains(&format!("p/t.yaml:{line}:{column}: ")), "{}", run.stderr);
    }
}

const IGNORED: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels:\n    admission.gatekeeper.sh/ignore: \"\"\n";

#[test]
fn a_namespace_among_what_is_judged_that_exempts_objects_is_named() {
    let scratch =
        Scratch::new(&[("web.yaml", DEPLOYMENT), ("a/ns.yaml", IGNORED), ("p.yaml", &policies("")), ("live.yaml", "")]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "a", "web.yaml"]);
    let skipped = ["default null K8sPrivileged/none null skip", "web null K8sPrivileged/none null skip"];
    assert_eq!(rows(&report), [&skipped[..], &["web Pod K8sPrivileged/none null skip"]].concat());
    let exempted_by = json!([{"name": "Namespace/default", "file": "a/ns.yaml", "line": 1}]);
    let row = &report["evaluations"][1];
    let message = "the Namespace \"default\" has the label admission.gatekeeper.sh/ignore";
    assert_eq!((&row["exemptedBy"], &row["message"]), (&exempted_by, &json!(message)));
    assert_eq!((found(&report), run.status), (Vec::new(), 0), "{}", run.stderr);
    assert!(run.stderr.contains("2 objects are exempt"), "{}", run.stderr);
    let run = scratch.podline(&["check", "-v", "--policy", "p.yaml", "a", "web.yaml"]);
    let said = format!("Deployment web is exempt from K8sPrivileged/none: {message} (a/ns.yaml:1)");
    assert!(run.stderr.contains(&said), "{}", run.stderr);
}

#[test]
fn what_exempts_objects_by_the_policies_or_the_cluster_is_no_row() {
    let policies = policies("");
    let scratch = Scratch::new(&[
        ("web.yaml", DEPLOYMENT),
        ("ns.yaml", IGNORED),
        ("p.yaml", &policies),
        ("q.yaml", &[&*policies, IGNORED].join("---\n")),
        ("labelled.yaml", &IGNORED.replace("admission.gatekeeper.sh/ignore", "team")),
    ]);
    for more in [&["--policy", "p.yaml", "--cluster", "ns.yaml"][..], &["--policy", "q.yaml"]] {
        let (report, _) = check(&scratch, &[more, &["web.yaml"]].concat());
        assert!(rows(&report).is_empty(), "{more:?}");
    }
    // What the cluster says of a namespace counts before what is judged.
    let more = ["--policy", "p.yaml", "--cluster", "labelled.yaml", "ns.yaml", "web.yaml"];
    let (report, run) = check(&scratch, &more);
    assert_eq!(rows(&report), ["web null K8sPrivileged/none null fail", "web Pod K8sPrivileged/none null pass"]);
    assert_eq!(run.status, 1);
}

#[test]
fn what_depends_on_a_placeholder_is_told_at_the_placeholder() {
    let web =
        DEPLOYMENT.replace("        securityContext:\n          privileged: true\n", "        args: ['a', '${X}']\n");
    let policies = policies("").replace("c.securityContext.privileged", "c.args[_] == \"b\"");
    let scratch = Scratch::new(&[("web.yaml", &web), ("p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let finding = &report["findings"][0];
    let path = "spec.template.spec.containers[0].args[1]";
    let said = format!("not decided for 1 object: depends on {path}, whose value is not known yet (${{X}})");
    assert_eq!(finding["message"], said, "{report}{}", run.stderr);
    assert_eq!((&finding["related"][0]["file"], &finding["related"][0]["line"]), (&json!("web.yaml"), &json!(16)));
}

#[test]
fn a_waiver_of_a_kind_of_constraints_is_no_mistake_and_covers_them_all() {
    let scratch = Scratch::repository(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies(""))]);
    for named in ["gatekeeper/K8sPrivileged", "gatekeeper/K8sPrivileged/*", "gatekeeper/K8sPrivileged/none"] {
        let waiver = format!("policies: [{{file: p.yaml}}]\nwaivers: [{{rules: {named}, reason: agreed}}]\n");
        scratch.write("podline.yaml", &waiver);
        let (report, run) = check(&scratch, &["web.yaml"]);
        assert_eq!((run.status, &report["summary"]["waived"]), (0, &json!(1)), "{named}: {}", run.stderr);
        assert!(!run.stderr.contains("no rule is called"), "{named}: {}", run.stderr);
    }
    scratch.write(
        "podline.yaml",
        "policies: [{file: p.yaml}]\nwaivers: [{rules: gatekeeper/K8sPrivilege, reason: agreed}]\n",
    );
    let (_, run) = check(&scratch, &["web.yaml"]);
    assert!(run.status == 2 && run.stderr.contains("no rule is called \"gatekeeper/K8sPrivilege\""), "{}", run.stderr);
    let (report, run) = check(&scratch, &["--select", "gatekeeper/K8sPrivileged", "web.yaml"]);
    assert_eq!(found(&report).len(), 1, "{}", run.stderr);
}

#[test]
fn policies_lists_expansion_templates_by_their_names_with_their_actions() {
    let expansion = |name: &str, action: &str| {
        format!(
            "apiVersion: expansion.gatekeeper.sh/v1beta1\nkind: ExpansionTemplate\nmetadata: {{name: {name}}}\nspec:\n  applyTo: [{{groups: [apps], versions: [v1], kinds: [{name}]}}]\n  templateSource: spec.template\n  generatedGVK: {{group: '', version: v1, kind: Pod}}\n{action}"
        )
    };
    let stream = [expansion("Deployment", "  enforcementAction: warn\n"), expansion("DaemonSet", "")]
        .join("---\n")
        .replace("{name: Deployment", "{name: deployment")
        .replace("{name: DaemonSet", "{name: daemonset");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &stream)]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "web.yaml"]);
    for (name, action) in [("deployment", "warn"), ("daemonset", "deny")] {
        let (head, does) =
            (format!("ExpansionTemplate/{name} (ExpansionTemplate, p.yaml:"), format!("  action {action}"));
        let listed = run.stdout.split_once(&head).map(|(_, rest)| rest.lines().find(|line| line.contains("action")));
        assert_eq!(listed.flatten(), Some(&*does), "{name}: {}{}", run.stdout, run.stderr);
    }
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "--format", "json", "web.yaml"]);
    let listed: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&listed[0]["name"], &listed[0]["actions"]), (&json!("ExpansionTemplate/deployment"), &json!(["warn"])));
}
