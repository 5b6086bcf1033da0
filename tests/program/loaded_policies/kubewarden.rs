//! Kubewarden's policies: what is judged by a module that podline knows, and what is said of the others.

use serde_json::{Value, json};

use crate::loaded_policies::{DEPLOYMENT, check, found, rows};
use crate::support::command::Scratch;

/// A policy of Kubewarden with this module, for all that `resources` name.
pub fn module(name: &str, resources: &str, spec: &str) -> String {
    format!(
        "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicy\nmetadata:\n  name: {name}\nspec:\n  rules:\n  - {{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: [{resources}]}}\n  mutating: false\n{spec}"
    )
}

/// No privileged container.
pub const PRIVILEGED: &str = "  module: registry://ghcr.io/kubewarden/policies/pod-privileged:v1.0.0\n";

const MESSAGE: &str = "Privileged container is not allowed";

#[test]
fn a_module_judges_what_its_rules_name_and_blames_the_field() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &module("strict", "deployments", PRIVILEGED))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strict null fail"], "{}", run.stderr);
    assert_eq!((found(&report), run.status), (vec![format!("web.yaml:17 error kubewarden/strict {MESSAGE}")], 1));
    let finding = &report["findings"][0];
    assert_eq!(finding["path"], "spec.template.spec.containers[0].securityContext.privileged");
    assert_eq!(finding["policy"], json!({"engine": "Kubewarden", "name": "strict", "file": "p.yaml", "line": 1}));
}

#[test]
fn a_policy_for_pods_judges_the_pod_that_a_controller_makes() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &module("strict", "pods", PRIVILEGED))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web Pod strict null fail"]);
    assert_eq!(report["findings"][0]["related"][0]["message"], "the Deployment is accepted, its pods are refused");
}

#[test]
fn the_columns_of_a_row_are_kubewardens() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &module("strict", "deployments", PRIVILEGED))]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let row = json!({
        "file": "web.yaml", "document": 0, "item": null, "apiVersion": "apps/v1", "kind": "Deployment", "namespace": "",
        "name": "web", "as": null, "engine": "Kubewarden", "policy": "strict", "binding": null, "param": null, "rule": null,
        "result": "fail", "actions": ["protect"], "message": MESSAGE,
    });
    assert_eq!(report["evaluations"], json!([row]));
    let policy = json!({
        "engine": "Kubewarden", "kind": "ClusterAdmissionPolicy", "name": "strict", "namespace": "", "file": "p.yaml",
        "line": 1, "invalid": [], "notJudged": [], "judged": 1,
    });
    assert_eq!(report["policies"], json!([policy]));
}

#[test]
fn what_only_monitors_is_a_warning() {
    let policy = module("strict", "deployments", &format!("  mode: monitor\n{PRIVILEGED}"));
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(report["evaluations"][0]["actions"], json!(["monitor"]));
    assert_eq!((found(&report), run.status), (vec![format!("web.yaml:17 warning kubewarden/strict {MESSAGE}")], 0));
}

/// A module that is somebody's own.
const OWN: &str = "  module: registry://registry.example/policies/own-rules:v1\n";

#[test]
fn a_module_that_podline_does_not_know_is_said_once_and_is_no_pass() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &module("own", "deployments", OWN))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let why = "podline does not know the module \"own-rules\"";
    let said = format!("p.yaml:9:11: ClusterAdmissionPolicy \"own\" judges nothing: {why}");
    assert_eq!(run.stderr.matches(&said).count(), 1, "{}", run.stderr);
    assert!(!run.stderr.contains("matched no object"), "{}", run.stderr);
    assert_eq!((run.status, &report["evaluations"]), (0, &json!([])));
    assert_eq!(report["policies"][0]["notJudged"], json!([{"rule": null, "why": why}]));
    assert_eq!(report["policies"][0]["judged"], 0);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "unjudged", "web.yaml"]);
    assert!(run.status == 1 && run.stderr.contains("1 unjudged: denied by --deny"), "{}", run.stderr);
}

#[test]
fn what_a_module_would_ask_a_registry_is_undecided() {
    let signed = module("signed", "deployments", "  module: ghcr.io/kubewarden/policies/verify-image-signatures:v1\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &signed)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!((rows(&report), run.status), (vec!["web null signed null undecided".to_owned()], 0));
    let why = "only the registry can tell whether the images are signed";
    assert_eq!(report["evaluations"][0]["message"], why);
    assert_eq!(report["policies"][0]["notJudged"], json!([{"rule": null, "why": why}]));
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "undecided", "web.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn a_policy_server_beside_the_policies_is_nothing_to_tell() {
    let server = "apiVersion: policies.kubewarden.io/v1\nkind: PolicyServer\nmetadata: {name: default}\n".to_owned();
    let policies = [module("strict", "deployments", PRIVILEGED), server].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strict null fail"]);
    assert!(!run.stderr.contains("PolicyServer"), "{}", run.stderr);
}

#[test]
fn what_passes_is_undecided_where_the_module_looks_at_a_placeholder() {
    let latest = "  module: ghcr.io/kubewarden/policies/trusted-repos:v1\n  settings: {tags: {reject: [latest]}}\n";
    let policies = [module("pinned", "deployments", latest), module("strict", "deployments", PRIVILEGED)].join("---\n");
    let deployment = DEPLOYMENT.replace("web:1.4.0", "web:${TAG}").replace("privileged: true", "privileged: false");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null pinned null undecided", "web null strict null pass"], "{}", run.stderr);
}

/// Settings that the module refuses.
const REFUSED: &str = "  module: ghcr.io/kubewarden/policies/volumemounts:v1\n  settings: {operator: anyIn}\n";

#[test]
fn refused_settings_are_exit_2_where_the_file_was_named_and_a_finding_in_a_directory() {
    let policies = [module("bad", "pods", REFUSED), module("strict", "deployments", PRIVILEGED)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("policies/p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "policies/p.yaml", "web.yaml"]);
    assert_eq!((run.status, rows(&report)), (2, vec!["web null strict null fail".to_owned()]));
    assert!(
        run.stderr.contains("policies/p.yaml:10:3: ClusterAdmissionPolicy \"bad\": volumeMountsNames is empty"),
        "{}",
        run.stderr
    );
    let invalid = report["policies"].as_array().expect("policies").iter().find(|one| one["name"] == "bad");
    assert_eq!(invalid.expect("a row")["invalid"], json!(["volumeMountsNames is empty"]));
    let (report, run) = check(&scratch, &["--policy", "policies", "web.yaml"]);
    let refused = found(&report).into_iter().find(|one| one.contains("policy/refused")).expect("a finding");
    assert!(
        refused.starts_with("policies/p.yaml:10 error policy/refused ClusterAdmissionPolicy \"bad\": "),
        "{refused}"
    );
    assert_eq!(run.status, 1);
}

#[test]
fn an_entry_of_the_configuration_judges_only_what_it_is_for() {
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let scratch = Scratch::repository(&[
        ("podline.yaml", "policies:\n- file: p.yaml\n  match: {names: web}\n"),
        ("p.yaml", &module("strict", "deployments", PRIVILEGED)),
        ("web.yaml", DEPLOYMENT),
        ("other.yaml", &other),
    ]);
    let (report, run) = check(&scratch, &["web.yaml", "other.yaml"]);
    assert_eq!(rows(&report), ["web null strict null fail"], "{}", run.stderr);
}

#[test]
fn policies_of_one_name_in_two_namespaces_are_told_apart() {
    let of = |namespace: &str, spec: &str| {
        let policy = module("strict", "deployments", spec).replace("ClusterAdmission", "Admission");
        let policy = policy.replace("name: strict", &format!("name: strict\n  namespace: {namespace}"));
        policy.replace("'*'", "apps").replace("apiVersions: [apps]", "apiVersions: [v1]")
    };
    let monitors = format!("  mode: monitor\n{PRIVILEGED}");
    let policies = [of("a", PRIVILEGED), of("b", &monitors)].join("---\n");
    let deployment = DEPLOYMENT.replace("name: web\nspec", "name: web\n  namespace: b\nspec");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &policies)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(found(&report), [format!("web.yaml:18 warning kubewarden/strict {MESSAGE}")], "{}", run.stderr);
    let judged: Vec<&Value> =
        report["policies"].as_array().expect("policies").iter().map(|one| &one["judged"]).collect();
    assert_eq!(judged, [&json!(0), &json!(1)]);
}

#[test]
fn policies_lists_modes_and_what_is_not_decided() {
    let policies = [module("strict", "deployments", PRIVILEGED), module("own", "pods", OWN)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies)]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "web.yaml"]);
    let expected = "strict (ClusterAdmissionPolicy, p.yaml:1)\n  matches */deployments\n  judged 1 object\n  action protect\nown (ClusterAdmissionPolicy, p.yaml:11)\n  judged 0 objects\n  action protect\n  not decided: podline does not know the module \"own-rules\" (p.yaml:19)\n";
    assert_eq!((run.stdout.as_str(), run.status), (expected, 1), "{}", run.stderr);
}

#[test]
fn sarif_and_explain_know_the_rules() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &module("strict", "deployments", PRIVILEGED))]);
    let arguments = ["check", "--level", "privileged", "--policy", "p.yaml", "--format", "sarif", "web.yaml"];
    let sarif: Value = serde_json::from_str(&scratch.podline(&arguments).stdout).expect("SARIF");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.iter().any(|rule| rule["id"] == "kubewarden/strict"));
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "kubewarden/strict");
    let page = scratch.podline(&["explain", "--policy", "p.yaml", "kubewarden/strict"]);
    assert_eq!(page.status, 0, "{}", page.stderr);
    let module = "Judges by Kubewarden's pod-privileged.";
    for said in ["kubewarden/strict: strict", module, "- protect", "The ClusterAdmissionPolicy (p.yaml:1)"] {
        assert!(page.stdout.contains(said), "{said}: {}", page.stdout);
    }
}

#[test]
fn explain_shows_all_of_a_policy_that_ends_in_braces_or_holds_a_fence() {
    let policy = "apiVersion: policies.kubewarden.io/v1\nkind: ClusterAdmissionPolicy\nmetadata:\n  name: strict\n  annotations:\n    \
                  note: |\n      ```yaml\n      a: 1\n      ```\nspec: {module: 'registry://ghcr.io/kubewarden/policies/pod-privileged:v1.0.0',\n  \
                  mutating: false, rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]\n  \
                  }\n";
    let scratch = Scratch::new(&[("p.yaml", policy)]);
    let page = scratch.podline(&["explain", "--policy", "p.yaml", "kubewarden/strict"]).stdout;
    assert!(page.ends_with("resources: [pods]}]\n      }\n"), "{page}");
    assert!(page.contains("          ```yaml\n") && !page.contains("~~~~"), "{page}");
}

#[test]
fn explain_says_of_a_refused_policy_why_it_is_none() {
    let bad = module(
        "bad",
        "pods",
        "  module: ghcr.io/kubewarden/policies/hostpaths-psp:v1\n  settings: {allowedHostPaths: 3}\n",
    );
    let scratch = Scratch::new(&[("p/bad.yaml", &bad), ("p/good.yaml", &module("strict", "pods", PRIVILEGED))]);
    for name in ["kubewarden/bad", "bad"] {
        let run = scratch.podline(&["explain", "--policy", "p", name]);
        let said = format!("{name} is no rule, since its policy is refused: p/bad.yaml:");
        assert!(run.status == 2 && run.stderr.contains(&said), "{}", run.stderr);
    }
    assert!(scratch.podline(&["explain", "--policy", "p", "nope"]).stderr.contains("nope"));
}
