//! Where the findings of loaded policies stand, and what is said with them.

use serde_json::json;

use crate::loaded_policies::{DEPLOYMENT, FEW, PLAIN, check, found, policy, rows};
use crate::support::command::Scratch;

#[test]
fn a_finding_stands_at_the_field_that_decided_and_names_its_policy() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("few", "deployments", FEW))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(found(&report), ["web.yaml:6 error vap/few at most two replicas"]);
    let finding = &report["findings"][0];
    assert_eq!((&finding["path"], &finding["value"]), (&json!("spec.replicas"), &json!("3")));
    let policy = json!({"engine": "ValidatingAdmissionPolicy", "name": "few", "file": "p.yaml", "line": 1});
    assert_eq!(finding["policy"], policy);
    let related = &finding["related"][0];
    assert_eq!((&related["file"], &related["line"]), (&json!("p.yaml"), &json!(10)));
    let message = "spec.validations[0].expression of ValidatingAdmissionPolicy \"few\"";
    assert_eq!(related["message"], message);
}

#[test]
fn of_pods_that_a_controller_makes_the_template_is_to_blame() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("plain", "pods", PLAIN))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web Pod plain 0 fail"]);
    assert_eq!(found(&report), ["web.yaml:17 error vap/plain no privileged containers"]);
    let finding = &report["findings"][0];
    assert_eq!(finding["path"], "spec.template.spec.containers[0].securityContext.privileged");
    assert_eq!(finding["container"], "web");
    assert_eq!(finding["related"][0]["message"], "the Deployment is accepted, its pods are refused");
    assert_eq!(run.status, 1);
}

#[test]
fn where_a_default_is_to_blame_the_place_is_shown_where_the_field_belongs() {
    let spec = "  validations:\n  - expression: object.spec.strategy.type == 'Recreate'\n";
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("recreate", "deployments", spec))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let finding = &report["findings"][0];
    assert_eq!(
        (&finding["path"], &finding["line"], &finding["value"]),
        (&json!("spec.strategy.type"), &json!(5), &json!(null))
    );
}

#[test]
fn as_written_there_are_no_defaults_and_no_pods() {
    let spec = "  validations:\n  - expression: has(object.spec.strategy)\n";
    let policies = [policy("strategy", "deployments", spec), policy("plain", "pods", PLAIN)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies)]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strategy 0 pass", "web Pod plain 0 fail"]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--as-written", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strategy 0 fail"]);
}

#[test]
fn what_warns_is_a_warning_and_a_configuration_stands_above_that() {
    let warns = policy("few", "deployments", FEW).replace("[Deny]", "[Warn, Audit]");
    let scratch = Scratch::repository(&[("web.yaml", DEPLOYMENT), ("p.yaml", &warns)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!((found(&report), run.status), (vec!["web.yaml:6 warning vap/few at most two replicas".to_owned()], 0));
    scratch.write("podline.yaml", "rules: {'vap/*': error}\n");
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!((found(&report), run.status), (vec!["web.yaml:6 error vap/few at most two replicas".to_owned()], 1));
}

#[test]
fn what_depends_on_a_placeholder_is_undecided() {
    let spec = "  validations:\n  - expression: object.metadata.labels.tier == 'back'\n";
    let deployment = DEPLOYMENT.replace("name: web\nspec", "name: web\n  labels: {tier: '${TIER}'}\nspec");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &policy("tier", "deployments", spec))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null tier 0 undecided"]);
    assert_eq!(run.status, 0);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "undecided", "web.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn what_passes_is_undecided_too_where_it_depends_on_a_placeholder() {
    let spec = "  validations:\n  - expression: \"!object.spec.template.spec.containers.exists(c, c.image.endsWith(':latest'))\"\n  - expression: object.spec.replicas == 3\n";
    let deployment = DEPLOYMENT.replace("registry.example/web:1.4.0", "registry.example/web:${TAG}");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &policy("pinned", "deployments", spec))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null pinned 0 undecided", "web null pinned 1 pass"]);
}

#[test]
fn what_a_predicate_left_out_is_undecided_where_it_looked_at_a_placeholder() {
    let bad = "object.spec.template.spec.containers.filter(c, c.image.endsWith(':latest'))";
    let spec = format!(
        "  variables:\n  - {{name: bad, expression: \"{bad}\"}}\n  validations:\n  - expression: \"{bad}.size() == 0\"\n  - expression: variables.bad == []\n  - expression: object.spec.template.spec.containers.filter(c, has(c.command)).size() == 0\n"
    );
    let deployment = DEPLOYMENT.replace("registry.example/web:1.4.0", "registry.example/web:${TAG}");
    let kyverno = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: tags}\nspec:\n  validationFailureAction: Enforce\n  rules:\n  - name: check\n    match: {any: [{resources: {kinds: [Deployment]}}]}\n    validate: {deny: {conditions: {all: [{key: '{{ images.containers.*.tag }}', operator: AnyIn, value: [latest]}]}}}\n  - name: asked\n    match: {any: [{resources: {kinds: [Deployment]}}]}\n    preconditions: {all: [{key: '{{ request.object.spec.template.spec.containers[0].image }}', operator: Equals, value: x}]}\n    validate: {deny: {}}\n";
    let all = format!("{}---\n{kyverno}", policy("pinned", "deployments", &spec));
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &all)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let expected = [
        "web null pinned 0 undecided",
        "web null pinned 1 undecided",
        "web null pinned 2 pass",
        "web null tags check undecided",
        "web null tags asked undecided",
    ];
    assert_eq!((rows(&report), run.status), (expected.map(str::to_owned).to_vec(), 0), "{}", run.stderr);
}

#[test]
fn an_object_that_the_api_server_refuses_is_not_passed_over() {
    // Of what is no base64 the types say nothing.
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata:\n  a: '%'\n";
    let scratch = Scratch::new(&[("web.yaml", secret), ("p.yaml", &policy("few", "secrets", FEW))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let said = found(&report).remove(0);
    assert!(
        said.starts_with("web.yaml:5 error manifest/wrong-type the API server refuses the object: data.a"),
        "{said}"
    );
}

#[test]
fn people_see_the_expression_and_what_becomes_of_the_pods() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("plain", "pods", PLAIN))]);
    let run = scratch.podline(&["check", "--level", "privileged", "--policy", "p.yaml", "web.yaml"]);
    assert!(run.stdout.contains("error[vap/plain]: no privileged containers"), "{}", run.stdout);
    assert!(run.stdout.contains("the Deployment is accepted, its pods are refused"), "{}", run.stdout);
    assert!(run.stdout.contains("p.yaml:10:17: spec.validations[0].expression of"), "{}", run.stdout);
}

#[test]
fn what_only_the_cluster_can_tell_is_one_warning_at_the_policy() {
    let spec = "  validations:\n  - expression: authorizer.requestResource.check('create').allowed()\n";
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let policies = policy("asks", "deployments", spec);
    let scratch = Scratch::new(&[("a.yaml", DEPLOYMENT), ("b.yaml", &other), ("p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "a.yaml", "b.yaml"]);
    assert_eq!(rows(&report), ["web null asks null undecided", "other null asks null undecided"]);
    let why = "the outcome depends on what the cluster's authorizer answers";
    let one = format!("p.yaml:10 warning vap/asks not decided for 2 objects: {why}");
    assert_eq!((found(&report), run.status), (vec![one], 0));
    let related = report["findings"][0]["related"].as_array().expect("related").iter();
    let related: Vec<String> =
        related.map(|one| format!("{}:{} {}", one["file"], one["line"], one["message"])).collect();
    let of = [r#""a.yaml":4 "Deployment web""#, r#""b.yaml":4 "Deployment other""#];
    assert_eq!(related, of);
    assert!(run.stderr.contains("2 answers that only the cluster can give"), "{}", run.stderr);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "undecided", "a.yaml", "b.yaml"]);
    assert_eq!(run.status, 1);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--ignore", "vap/asks", "a.yaml", "b.yaml"]);
    assert_eq!(found(&report), [""; 0]);
    let listed = scratch.podline(&["policies", "--policy", "p.yaml", "a.yaml", "b.yaml"]);
    assert!(listed.stdout.contains("  judged 2 objects, 2 of them undecided\n"), "{}", listed.stdout);
}

#[test]
fn what_is_undecided_by_a_policy_that_only_audits_is_one_note() {
    let spec = "  validations:\n  - expression: authorizer.requestResource.check('create').allowed()\n";
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let policies = policy("asks", "deployments", spec).replace("[Deny]", "[Audit]");
    // In one stream, which is judged part by part, as in files.
    let both = [DEPLOYMENT, &other].join("---\n");
    let scratch = Scratch::repository(&[("all.yaml", &both), ("p.yaml", &policies)]);
    let said =
        |arguments: &[&str]| found(&check(&scratch, &[&["--policy", "p.yaml", "all.yaml"], arguments].concat()).0);
    let why = "not decided for 2 objects: the outcome depends on what the cluster's authorizer answers";
    assert_eq!(said(&[]), [format!("p.yaml:10 note vap/asks {why}")]);
    scratch.write("podline.yaml", "rules: {'vap/*': error}\n");
    assert_eq!(said(&[]), [format!("p.yaml:10 error vap/asks {why}")]);
}

#[test]
fn what_is_undecided_and_waived_at_an_object_stays_there() {
    let spec = "  validations:\n  - expression: authorizer.requestResource.check('create').allowed()\n";
    let waived =
        DEPLOYMENT.replace("metadata:\n  name: web\n", "metadata:\n  name: web # podline: ignore[vap/asks] asked\n");
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let policies = policy("asks", "deployments", spec);
    let scratch = Scratch::new(&[("a.yaml", &waived), ("b.yaml", &other), ("p.yaml", &policies)]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "a.yaml", "b.yaml"]);
    let places: Vec<String> =
        found(&report).iter().map(|one| one.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(places, ["a.yaml:4", "p.yaml:10"]);
    assert!(found(&report)[1].contains("not decided for 1 object: "), "{report:#}");
}

#[test]
fn one_validation_can_be_waived_and_a_policy_selected() {
    let two = "  validations:\n  - expression: object.spec.replicas <= 2\n    message: at most two\n  - expression: object.spec.replicas != 3\n    message: not three\n";
    let waived = DEPLOYMENT.replace("  replicas: 3\n", "  replicas: 3 # podline: ignore[vap/few#1] three are meant\n");
    let scratch = Scratch::new(&[("web.yaml", &waived), ("p.yaml", &policy("few", "deployments", two))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--select", "vap/*", "web.yaml"]);
    let waivers: Vec<bool> =
        report["findings"].as_array().expect("findings").iter().map(|one| !one["waiver"].is_null()).collect();
    assert_eq!(waivers, [false, true], "{report:#}");
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "--ignore", "vap/few", "web.yaml"]);
    assert_eq!((found(&report).len(), run.status), (0, 0));
    assert_eq!(rows(&report).len(), 2);
}

#[test]
fn sarif_and_explain_know_the_rules_of_loaded_policies() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("few", "deployments", FEW))]);
    let sarif =
        scratch.podline(&["check", "--level", "privileged", "--policy", "p.yaml", "--format", "sarif", "web.yaml"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.stdout).expect("SARIF");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.iter().any(|rule| rule["id"] == "vap/few"));
    let page = scratch.podline(&["explain", "--policy", "p.yaml", "vap/few"]);
    assert_eq!(page.status, 0, "{}", page.stderr);
    for said in
        ["vap/few: few", "at most two replicas", "Deny, by `few-binding` (p.yaml:13)", "object.spec.replicas <= 2"]
    {
        assert!(page.stdout.contains(said), "{said}: {}", page.stdout);
    }
    assert_eq!(scratch.podline(&["explain", "vap/few"]).status, 2);
}

#[test]
fn explain_shows_one_validation_of_a_policy() {
    let two = format!("{FEW}  - expression: object.metadata.name != 'web'\n    message: another name\n");
    let scratch = Scratch::new(&[("p.yaml", &policy("few", "deployments", &two))]);
    let page = scratch.podline(&["explain", "--policy", "p.yaml", "vap/few#1"]);
    let head = "vap/few#1: few\n\nanother name\n\nThe expression (p.yaml:12)\n    object.metadata.name != 'web'\n\n";
    assert!(page.stdout.starts_with(&format!("{head}What it matches\n")), "{}{}", page.stdout, page.stderr);
    let json = scratch.podline(&["explain", "--policy", "p.yaml", "--format", "json", "vap/few#0"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((&json[0]["id"], &json[0]["summary"]), (&"vap/few#0".into(), &"at most two replicas".into()));
    for unknown in ["vap/few#2", "vap/few#x", "privileged#0"] {
        let run = scratch.podline(&["explain", "--policy", "p.yaml", unknown]);
        assert!(run.status == 2 && run.stderr.contains("no rule is called"), "{unknown}: {}", run.stderr);
    }
}

#[test]
fn to_select_a_validation_that_a_policy_has_not_is_a_mistake() {
    let two = format!("{FEW}  - expression: object.metadata.name != 'web'\n");
    let files = [("web.yaml", DEPLOYMENT), ("p.yaml", &policy("few", "deployments", &two))];
    let scratch = Scratch::new(&files);
    for option in ["--select", "--ignore"] {
        let run = scratch.podline(&["check", "--policy", "p.yaml", option, "vap/few#99", "web.yaml"]);
        let said = format!("{option}: no rule is called \"vap/few#99\": the policy has 2 validations, #0 to #1");
        assert!(run.status == 2 && run.stderr.contains(&said), "{} {}", run.status, run.stderr);
    }
    let run = scratch.podline(&["check", "--policy", "p.yaml", "--select", "vap/few#1", "web.yaml"]);
    assert!(!run.stderr.contains("no rule"), "{}", run.stderr);
}

#[test]
fn a_name_that_is_no_rule_of_a_policy_is_told_with_those_that_there_are() {
    let policies = super::gatekeeper::policies("");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies)]);
    let said = "there is 1 rule beside or below it: gatekeeper/K8sPrivileged/none";
    for name in ["gatekeeper/K8sPrivileged", "gatekeeper/K8sPrivileged/something-else"] {
        let run = scratch.podline(&["explain", "--policy", "p.yaml", name]);
        assert!(run.status == 2 && run.stderr.contains(said), "{name}: {}", run.stderr);
    }
    let name = "gatekeeper/K8sPrivileged/something-else";
    let run = scratch.podline(&["check", "--policy", "p.yaml", "--select", name, "web.yaml"]);
    assert!(run.status == 2 && run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn explain_shows_all_policies_of_a_name() {
    let few = policy("few", "deployments", FEW);
    let configuration =
        "policies:\n- {file: a.yaml, match: {namespaces: [shop]}}\n- {file: b.yaml, match: {namespaces: [web]}}\n";
    let many = few.replace("<= 2", "<= 20");
    let scratch = Scratch::repository(&[("podline.yaml", configuration), ("a.yaml", &few), ("b.yaml", &many)]);
    let page = scratch.podline(&["explain", "vap/few"]);
    for shown in ["(a.yaml:1)", "(b.yaml:1)"] {
        assert!(page.stdout.contains(shown), "{}{}", page.stdout, page.stderr);
    }
}

/// A policy that drops capabilities of all pods.
const MUTATING: &str = "apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: drop}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'}}]
  reinvocationPolicy: Never
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: drop}
spec: {policyName: drop}
";

#[test]
fn a_mutation_that_may_cure_a_finding_is_said_beside_it() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", MUTATING)]);
    let arguments = ["check", "--format", "json", "--level", "baseline", "--policy", "p.yaml", "web.yaml"];
    let run = scratch.podline(&arguments);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "pss/privileged");
    let said = "judged without the mutation of MutatingAdmissionPolicy \"drop\", which may cure it";
    assert_eq!((&finding["related"][0]["message"], &finding["related"][0]["file"]), (&json!(said), &json!("p.yaml")));
    assert_eq!(report["policies"][0]["notJudged"][0]["why"], "podline does not apply mutations");
    assert_eq!(report["evaluations"], json!([]));
}

#[test]
fn what_is_nested_too_deep_for_policies_is_not_passed_over() {
    let head = "apiVersion: example.com/v1\nkind: Deep\nmetadata: {name: deep}\nspec:\n  ";
    let deep = format!("{head}{}x\n", "- ".repeat(150));
    let scratch = Scratch::new(&[("deep.yaml", &deep), ("p.yaml", &policy("all", "'*'", FEW))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "deep.yaml"]);
    assert_eq!(found(&report).len(), 1);
    assert!(found(&report)[0].contains("manifest/unjudged-object not judged by the policies"), "{:?}", found(&report));
}

#[test]
fn a_waiver_of_a_policy_is_no_mistake_in_a_run_without_policies() {
    let waived = DEPLOYMENT.replace("replicas: 3", "replicas: 3 # podline: ignore[vap/few] it is a shop");
    let configuration = "rules: {\"vap/*\": error}\nwaivers:\n- rules: [vap/few]\n  reason: it is a shop\n";
    let files = [
        ("web.yaml", waived.as_str()),
        ("podline.yaml", configuration),
        ("few.yaml", &policy("few", "deployments", FEW)),
        ("plain.yaml", &policy("plain", "pods", PLAIN)),
    ];
    let scratch = Scratch::new(&files);
    let (report, run) = check(&scratch, &["web.yaml"]);
    assert_eq!((found(&report), run.status), (Vec::new(), 0), "{}", run.stderr);
    let (report, run) = check(&scratch, &["--policy", "few.yaml", "web.yaml"]);
    assert_eq!((report["summary"]["waived"].as_u64(), run.status), (Some(1), 0), "{}", run.stderr);
    // Where policies of its family are loaded, a name that none of them has is a mistake.
    let (_, run) = check(&scratch, &["--policy", "plain.yaml", "web.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("no rule is called \"vap/few\""), "{}", run.stderr);
    // Nothing is chosen by mistake.
    let run = scratch.podline(&["check", "--select", "vap/*", "web.yaml"]);
    assert!(run.status == 2 && run.stderr.contains("--select: no rule is called \"vap/*\""), "{}", run.stderr);
}

#[test]
fn two_checkouts_of_one_repository_say_the_same_wherever_they_lie() {
    let asks = "  validations:\n  - expression: authorizer.requestResource.check('create').allowed()\n";
    let refused = policy("broken", "deployments", "  validations:\n  - expression: object.spec.paused\n");
    let mutates = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: adds}\nspec:\n  rules:\n  - name: add\n    match: {any: [{resources: {kinds: [Deployment]}}]}\n    mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}\n";
    let policies = [policy("asks", "deployments", asks), policy("few", "deployments", FEW)].join("---\n");
    let files: [(&str, &str); 5] = [
        ("podline.yaml", "policies: [{file: policies}]\n"),
        ("web.yaml", DEPLOYMENT),
        ("policies/p.yaml", &policies),
        ("policies/below/broken.yaml", &refused),
        ("policies/below/adds.yaml", mutates),
    ];
    let (one, other) = (Scratch::repository(&files), Scratch::repository(&files));
    for format in ["json", "gitlab", "sarif", "human", "html", "github", "junit"] {
        let arguments = ["check", "--format", format, "web.yaml"];
        let (run, again) = (one.podline(&arguments), other.podline(&arguments));
        assert_eq!((&run.stdout, &run.stderr), (&again.stdout, &again.stderr), "{format}");
        let place = one.path("").to_string_lossy().into_owned();
        assert!(!run.stdout.contains(&place) && !run.stderr.contains(&place), "{format}: {}{}", run.stdout, run.stderr);
    }
    let (report, _) = check(&one, &["web.yaml"]);
    let (few, asks) = ("web.yaml:6 error vap/few at most two replicas", "policies/p.yaml:10 warning vap/asks ");
    let found = found(&report);
    assert!(found.iter().any(|one| one == few) && found.iter().any(|one| one.starts_with(asks)), "{found:?}");
}
