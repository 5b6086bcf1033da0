//! What is loaded, what is refused, and what is said of it.

use serde_json::{Value, json};

use crate::loaded_policies::{DEPLOYMENT, FEW, PLAIN, binding, check, found, policy, policy_alone, rows};
use crate::support::command::Scratch;

#[test]
fn policies_of_one_name_for_different_objects_judge_each_their_own() {
    let few = |most: usize| {
        policy("few", "deployments", &FEW.replace("<= 2", &format!("<= {most}")).replace("two", &format!("{most}")))
    };
    let of = |namespace: &str, replicas: usize| {
        let metadata = format!("name: web\n  namespace: {namespace}\nspec");
        DEPLOYMENT.replace("name: web\nspec", &metadata).replace("replicas: 3", &format!("replicas: {replicas}"))
    };
    let all = [of("one", 3), of("five", 3), of("five", 7), of("none", 9)].join("---\n");
    let entries =
        "policies:\n- {file: a.yaml, match: {namespaces: one}}\n- {file: b.yaml, match: {namespaces: five}}\n";
    let scratch =
        Scratch::repository(&[("web.yaml", &all), ("a.yaml", &few(1)), ("b.yaml", &few(5)), ("podline.yaml", entries)]);
    let (report, run) = check(&scratch, &["web.yaml"]);
    let said: Vec<String> =
        found(&report).into_iter().map(|one| one.split_once(' ').unwrap_or_default().1.to_owned()).collect();
    assert_eq!(said, ["error vap/few at most 1 replicas", "error vap/few at most 5 replicas"], "{}", run.stderr);
    assert!(!run.stderr.contains("replaced"), "{}", run.stderr);
    // Where both are for an object the later one counts.
    scratch.write(
        "podline.yaml",
        "policies:\n- {file: a.yaml, match: {namespaces: one}}\n- {file: b.yaml, match: {kinds: Deployment}}\n",
    );
    let (report, _) = check(&scratch, &["web.yaml"]);
    assert_eq!(found(&report).iter().filter(|one| one.ends_with("at most 5 replicas")).count(), 2, "{report:#}");
    assert_eq!(found(&report).len(), 2);
}

#[test]
fn policies_bindings_params_and_definitions_stand_in_any_order() {
    let spec = "  paramKind: {apiVersion: example.com/v1, kind: Limit}\n  validations:\n  - expression: object.spec.replicas <= params.spec.most\n    messageExpression: '\"at most \" + string(params.spec.most)'\n";
    let bound =
        binding("few", "[Deny]") + "  paramRef: {name: small, namespace: limits, parameterNotFoundAction: Deny}\n";
    let param =
        "apiVersion: example.com/v1\nkind: Limit\nmetadata: {name: small, namespace: limits}\nspec: {most: 2}\n";
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: limits.example.com}\nspec: {group: example.com, scope: Namespaced, names: {plural: limits, kind: Limit}, versions: [{name: v1, served: true, storage: true}]}\n";
    let local = "policies:\n- name: digests\n  requireImageDigest: true\n";
    let stream = [param, &bound, definition, &policy_alone("few", "deployments", spec)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies.yaml", &stream), ("local.yaml", local)]);
    let (report, run) = check(&scratch, &["--policy", "policies.yaml,local.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
    assert_eq!(report["evaluations"][0]["param"], "limits/small");
    assert_eq!(report["evaluations"][0]["message"], "at most 2");
    let rules: Vec<&Value> = report["findings"].as_array().expect("findings").iter().map(|one| &one["rule"]).collect();
    assert_eq!(rules, ["vap/few", "local/requireImageDigest"]);
    assert_eq!(run.status, 1);
}

#[test]
fn the_report_has_a_row_for_each_policy_and_one_for_each_evaluation() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("few", "deployments", FEW))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(report["schema"], 2);
    let evaluation = json!({
        "file": "web.yaml", "document": 0, "item": null, "apiVersion": "apps/v1", "kind": "Deployment", "namespace": "",
        "name": "web", "as": null, "engine": "ValidatingAdmissionPolicy", "policy": "few", "binding": "few-binding",
        "param": null, "rule": 0, "result": "fail", "actions": ["Deny"], "message": "at most two replicas",
    });
    assert_eq!(report["evaluations"], json!([evaluation]));
    let loaded = json!({
        "engine": "ValidatingAdmissionPolicy", "kind": "ValidatingAdmissionPolicy", "name": "few", "namespace": "",
        "file": "p.yaml", "line": 1, "invalid": [], "notJudged": [], "judged": 1,
    });
    assert_eq!(report["policies"], json!([loaded]));
}

#[test]
fn without_policies_the_report_says_nothing_of_them() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT)]);
    let (report, _) = check(&scratch, &["web.yaml"]);
    assert!(report.get("evaluations").is_none() && report.get("policies").is_none());
}

const REFUSED: &str = "  validations:\n  - expression: object.spec.paused\n";

#[test]
fn a_refused_document_of_a_file_that_was_named_is_exit_2_and_the_others_judge() {
    let stream = [policy("bad", "deployments", REFUSED), policy("few", "deployments", FEW)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &stream)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let text = "p.yaml:10:17: ValidatingAdmissionPolicy.admissionregistration.k8s.io \"bad\" is invalid: spec.validations[0].expression: Invalid value: \"object.spec.paused\": must evaluate to bool but got dyn";
    assert!(run.stderr.contains(text), "{}", run.stderr);
    assert_eq!(run.status, 2);
    assert_eq!(rows(&report), ["web null few 0 fail"]);
    let invalid = report["policies"].as_array().expect("policies").iter().find(|one| one["name"] == "bad");
    assert_eq!(invalid.expect("a row")["invalid"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_rows_are_there_also_where_there_are_none() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("bad", "deployments", REFUSED))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!((run.status, &report["evaluations"]), (2, &json!([])));
    let (report, run) = check(&scratch, &["--policy", "missing.yaml", "web.yaml"]);
    assert_eq!((run.status, &report["evaluations"]), (2, &json!([])));
}

#[test]
fn that_a_policy_is_refused_is_told_whatever_rules_are_selected() {
    let stream = [policy("bad", "deployments", REFUSED), policy("few", "deployments", FEW)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies/p.yaml", &stream)]);
    let (report, run) = check(&scratch, &["--policy", "policies", "--select", "vap/few", "web.yaml"]);
    assert!(found(&report).iter().any(|one| one.contains("policy/refused")), "{:?}", found(&report));
    assert_eq!(run.status, 1);
}

#[test]
fn what_a_policy_says_of_itself_is_no_markup_of_the_page() {
    let hostile = policy("few", "deployments", FEW).replacen(
        "metadata:\n",
        "metadata:\n  annotations: {kubernetes.io/description: \"<script>x</script>\\e[31m\"}\n",
        1,
    );
    assert!(hostile.contains("<script>"));
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &hostile)]);
    let page = scratch.podline(&["check", "--format", "html", "--policy", "p.yaml", "web.yaml"]).stdout;
    assert!(page.contains("&lt;script&gt;x") && !page.contains("<script>x") && !page.contains('\u{1b}'));
}

#[test]
fn a_refused_document_of_a_directory_is_a_finding_that_can_be_accepted() {
    let stream = [policy("bad", "deployments", REFUSED), policy("few", "deployments", FEW)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies/p.yaml", &stream)]);
    let (report, run) = check(&scratch, &["--policy", "policies", "web.yaml"]);
    let refused = found(&report).into_iter().find(|one| one.contains("policy/refused")).expect("a finding");
    assert!(refused.starts_with("policies/p.yaml:10 error policy/refused ValidatingAdmissionPolicy"), "{refused}");
    assert_eq!(run.status, 1);
    let accept = ["--policy", "policies", "--write-accepted", "accepted.jsonl", "web.yaml"];
    assert_eq!(check(&scratch, &accept).1.status, 0);
    let again = ["--policy", "policies", "--accepted", "accepted.jsonl", "web.yaml"];
    assert_eq!(check(&scratch, &again).1.status, 0);
}

#[test]
fn a_directory_is_read_whole() {
    let scratch = Scratch::repository(&[
        ("web.yaml", DEPLOYMENT),
        ("policies/.gitignore", "*\n"),
        ("policies/.podlineignore", "*\n"),
        ("policies/.hidden/p.yaml", &policy("few", "deployments", FEW)),
        ("policies/values.yaml", "policies: 1\nother: 2\n"),
        ("policies/broken.yaml", "{{ if x }}\na: [\n"),
    ]);
    let (report, run) = check(&scratch, &["--policy", "policies", "--exclude", "policies", "-v", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
    assert!(run.stderr.contains("2 files among the policies without a policy"), "{}", run.stderr);
    assert!(run.stderr.contains("no policy in policies/values.yaml"), "{}", run.stderr);
}

#[test]
fn a_policy_of_a_directory_that_cannot_be_read_is_a_finding_and_a_template_is_said() {
    let broken = policy("few", "deployments", FEW) + "  bad: [\n";
    let template = format!("{{{{- if .Values.policy }}}}\n{}{{{{- end }}}}\n", policy("few", "deployments", FEW));
    let scratch = Scratch::new(&[
        ("web.yaml", DEPLOYMENT),
        ("policies/broken.yaml", &broken),
        ("policies/template.yaml", &template),
        ("policies/webhook.yaml", "{{ if x }}\nkind: ValidatingWebhookConfiguration\n"),
    ]);
    let (report, run) = check(&scratch, &["--policy", "policies", "web.yaml"]);
    let refused: Vec<String> = found(&report).into_iter().filter(|one| one.contains("policy/refused")).collect();
    assert!(refused.len() == 1 && refused[0].starts_with("policies/broken.yaml:"), "{refused:?}");
    assert!(run.stderr.contains("policies/template.yaml:1:"), "{}", run.stderr);
    assert!(run.stderr.contains("not read: this looks like a template that was not rendered"), "{}", run.stderr);
    assert!(!run.stderr.contains("webhook.yaml") && run.status == 1, "{}", run.stderr);
}

#[test]
fn a_directory_or_a_file_without_any_policy_is_exit_2() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies/web.yaml", DEPLOYMENT)]);
    let (report, run) = check(&scratch, &["--policy", "policies", "web.yaml"]);
    assert_eq!((run.status, &report["evaluations"]), (2, &json!([])));
    assert!(run.stderr.contains("policies: no policy is in this directory"), "{}", run.stderr);
    let (_, run) = check(&scratch, &["--policy", "policies/web.yaml", "web.yaml"]);
    assert!(run.status == 2 && run.stderr.contains("policies/web.yaml: holds no policy"), "{}", run.stderr);
}

#[test]
fn what_does_nothing_is_said_at_the_end_and_is_no_failure() {
    let param = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: spare}\n".to_owned();
    let stream =
        [policy_alone("alone", "pods", PLAIN), binding("gone", "[Deny]"), policy("idle", "services", FEW), param];
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &stream.join("---\n"))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    for said in [
        "policies without a binding, so that they do nothing: alone",
        "policies that matched no object: idle",
        "bindings and exceptions whose policy was not loaded: gone-binding",
        "objects to which no policy refers: ConfigMap spare",
    ] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!((run.status, &report["evaluations"]), (0, &json!([])));
}

#[test]
fn policies_in_the_walk_are_counted_unless_they_are_asked_for() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("few", "deployments", FEW))]);
    let (report, run) = check(&scratch, &["."]);
    assert_eq!(report["summary"]["skippedDocuments"]["policy"], 2);
    assert!(run.stderr.contains("2 documents of policies in what was read, not used: --policy"), "{}", run.stderr);
    let (report, run) = check(&scratch, &["--policy", ".", "."]);
    assert_eq!(rows(&report), ["web null few 0 fail"]);
    assert!(report["summary"]["skippedDocuments"].get("policy").is_none() && !run.stderr.contains("not used"));
}

#[test]
fn an_entry_of_the_configuration_judges_only_what_it_is_for() {
    let config = "policies:\n- file: p.yaml\n  match: {names: web}\n";
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let policies = policy("few", "deployments", FEW);
    let scratch = Scratch::repository(&[
        ("podline.yaml", config),
        ("p.yaml", &policies),
        ("web.yaml", DEPLOYMENT),
        ("other.yaml", &other),
    ]);
    let (report, run) = check(&scratch, &["web.yaml", "other.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
}

const TEAM: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {env: ENV}}\n";

#[test]
fn a_namespace_of_the_input_gives_its_labels_unless_a_cluster_holds_one() {
    let selected = "    namespaceSelector: {matchLabels: {env: prod}}\n";
    let policies = policy("few", "deployments", &format!("{selected}{FEW}"));
    let deployment = DEPLOYMENT.replace("name: web\nspec", "name: web\n  namespace: team\nspec");
    let input = [TEAM.replace("ENV", "prod"), deployment].join("---\n");
    let cluster = TEAM.replace("ENV", "dev");
    let scratch = Scratch::new(&[("web.yaml", &input), ("p.yaml", &policies), ("cluster.yaml", &cluster)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--cluster", "cluster.yaml", "web.yaml"]);
    assert_eq!(report["evaluations"], json!([]));
}

#[test]
fn params_come_from_a_cluster_and_never_from_what_is_judged() {
    let spec = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n  validations:\n  - expression: object.spec.replicas <= int(params.data.most)\n";
    let bound = binding("few", "[Deny]") + "  paramRef: {name: limits, parameterNotFoundAction: Deny}\n";
    let param =
        |most: u32| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: limits}}\ndata: {{most: '{most}'}}\n");
    let policies = [policy_alone("few", "deployments", spec), bound].join("---\n");
    let input = [DEPLOYMENT.to_owned(), param(9)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", &input), ("p.yaml", &policies), ("cluster.yaml", &param(2))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(
        report["evaluations"][0]["message"],
        "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
    );
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "--cluster", "cluster.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"]);
}

#[test]
fn what_the_input_holds_never_weakens_policies_from_outside() {
    let weaker = policy("few", "services", FEW).replace("[Deny]", "[Audit]");
    let input = [DEPLOYMENT, &weaker].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", &input), ("p.yaml", &policy("few", "deployments", FEW))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail"], "{}", run.stderr);
    assert_eq!(report["evaluations"][0]["actions"], json!(["Deny"]));
}

#[test]
fn who_sends_the_object_can_be_said() {
    let spec =
        "  validations:\n  - expression: request.userInfo.username == 'alice' && 'dev' in request.userInfo.groups\n";
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("who", "deployments", spec))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "--user", "alice", "--group", "dev", "web.yaml"]);
    assert_eq!(rows(&report), ["web null who 0 pass"], "{}", run.stderr);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null who 0 fail"]);
}

#[test]
fn of_two_policies_of_a_name_the_later_one_counts_and_that_is_said() {
    let few = policy("few", "deployments", FEW);
    let many = few.replace("<= 2", "<= 20");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p/a.yaml", &few), ("p/b.yaml", &many)]);
    let (report, run) = check(&scratch, &["--policy", "p", "web.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 pass"]);
    let said = "policies and bindings replaced by later ones of their names: few (p/a.yaml:1 by p/b.yaml:1)\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    // The same file, brought twice, replaces nothing.
    let (_, run) = check(&scratch, &["--policy", "p/a.yaml", "--policy", "p/a.yaml", "web.yaml"]);
    assert!(!run.stderr.contains("replaced"), "{}", run.stderr);
}

#[test]
fn one_file_may_stand_in_several_entries_each_for_other_objects() {
    let configuration =
        "policies:\n- file: few.yaml\n  match: {names: web}\n- file: few.yaml\n  match: {names: shop}\n";
    let few = policy("few", "deployments", FEW);
    let stream =
        ["web", "shop", "other"].map(|name| DEPLOYMENT.replace("name: web\nspec", &format!("name: {name}\nspec")));
    let stream = stream.join("---\n");
    let scratch = Scratch::new(&[("in.yaml", &stream), ("podline.yaml", configuration), ("few.yaml", &few)]);
    let (report, run) = check(&scratch, &["in.yaml"]);
    assert_eq!(rows(&report), ["web null few 0 fail", "shop null few 0 fail"], "{}", run.stderr);
}
