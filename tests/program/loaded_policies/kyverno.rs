//! Kyverno's policies, from files to findings.

use serde_json::{Value, json};

use crate::loaded_policies::{DEPLOYMENT, check, found, rows};
use crate::support::command::Scratch;

/// A ClusterPolicy of one rule for pods: lines of its spec, and of its rule.
fn policy(name: &str, spec: &str, validate: &str) -> String {
    let validate = validate.trim_end().replace('\n', "\n      ");
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: {name}\nspec:\n{spec}  rules:\n  - name: check\n    match:\n      any:\n      - resources:\n          kinds: [Pod]\n    validate:\n      {validate}\n"
    )
}

/// No privileged containers.
const PLAIN: &str = "message: no privileged containers
pattern:
  spec:
    containers:
    - =(securityContext):
        =(privileged): false
";

const DENIES: &str = "  validationFailureAction: Enforce\n";

const MESSAGE: &str = "validation error: no privileged containers. rule autogen-check failed at path /spec/template/spec/containers/0/securityContext/privileged/";

/// A policy as a well-known cluster of volunteers had it in place of PodSecurityPolicies, in our words.
const USER_NAMESPACES: &str = include_str!("../../../fixtures/policies/tools/kyverno.yaml");

#[test]
fn a_rule_for_pods_judges_controllers_at_the_line_in_the_template() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("strict", DENIES, PLAIN))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strict autogen-check fail"], "{}", run.stderr);
    assert_eq!(found(&report), [format!("web.yaml:17 error kyverno/strict/check {MESSAGE}")]);
    assert_eq!((&report["evaluations"][0]["actions"], run.status), (&json!(["Enforce"]), 1));
    assert_eq!(report["findings"][0]["policy"]["engine"], "Kyverno");
}

#[test]
fn what_is_only_audited_is_a_warning_and_counted() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("strict", "", PLAIN))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(found(&report), [format!("web.yaml:17 warning kyverno/strict/check {MESSAGE}")]);
    assert_eq!(run.status, 0);
    let run = scratch.podline(&["check", "--level", "privileged", "--policy", "p.yaml", "web.yaml"]);
    assert!(run.stdout.contains(" 1 failure of a policy that only audits."), "{}", run.stdout);
    let run =
        scratch.podline(&["check", "--level", "privileged", "--policy", "p.yaml", "--fail-on", "warning", "web.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn a_pod_level_policy_says_in_kyvernos_words_what_is_missing_in_the_template() {
    let deployment = DEPLOYMENT.replace("name: web\nspec", "name: web\n  namespace: tool-web\nspec");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", USER_NAMESPACES)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let message = "validation error: pods run as the user of their namespace. rule autogen-pod-level validations failed at path /spec/template/spec/securityContext/runAsGroup/";
    let said = found(&report).into_iter().find(|one| one.contains("pod-level validations")).expect(&run.stderr);
    assert!(
        said.starts_with(&format!("web.yaml:13 error kyverno/tool-pods/pod-level validations {message}")),
        "{said}"
    );
}

/// Pulls when it is not told otherwise.
const PULLS: &str = "message: say when to pull
pattern:
  spec:
    containers:
    - imagePullPolicy: '?*'
";

#[test]
fn the_object_that_is_judged_is_the_stored_one_unless_asked_otherwise() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("pull", DENIES, PULLS))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null pull autogen-check pass"]);
    let hint = "judged with the cluster's defaults; about what is written (--as-written) these answer otherwise: pull (1 object)";
    assert!(run.stderr.contains(hint), "{}", run.stderr);
    let verbose = scratch.podline(&["check", "-v", "--level", "privileged", "--policy", "p.yaml", "web.yaml"]);
    assert!(
        verbose.stderr.contains("Deployment web: pull answers otherwise about it as it is written"),
        "{}",
        verbose.stderr
    );
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "--as-written", "web.yaml"]);
    assert_eq!(rows(&report), ["web null pull autogen-check fail"]);
    assert!(!run.stderr.contains("answer otherwise"), "{}", run.stderr);
}

/// Lets Deployments called web off.
const EXCEPTION: &str = "apiVersion: kyverno.io/v2
kind: PolicyException
metadata:
  name: web-may
  namespace: shop
spec:
  exceptions:
  - policyName: strict
    ruleNames: [check, autogen-check]
  match:
    any:
    - resources:
        kinds: [Deployment]
        names: [web]
";

#[test]
fn an_exception_counts_beside_the_policies_and_not_in_what_is_judged() {
    let strict = policy("strict", DENIES, PLAIN);
    let all = [strict.as_str(), EXCEPTION].join("---\n");
    let beside = [DEPLOYMENT, EXCEPTION].join("---\n");
    let files = [("web.yaml", DEPLOYMENT), ("p.yaml", &strict), ("all.yaml", &all), ("beside.yaml", &beside)];
    let scratch = Scratch::new(&files);
    let (report, _) = check(&scratch, &["--policy", "all.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null strict autogen-check skip"]);
    let line = 1 + all.lines().position(|line| line == "---").expect("two documents") + 1;
    let exempted_by = json!([{"name": "shop/web-may", "file": "all.yaml", "line": line}]);
    assert_eq!(report["evaluations"][0]["exemptedBy"], exempted_by);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "beside.yaml"]);
    assert_eq!(rows(&report), ["web null strict autogen-check fail"]);
    assert!(report["evaluations"][0].get("exemptedBy").is_none());
}

#[test]
fn an_exception_from_a_policy_that_is_not_there_is_named() {
    let all = [policy("other", DENIES, PLAIN), EXCEPTION.to_owned()].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &all)]);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert!(run.stderr.contains("bindings and exceptions whose policy was not loaded: web-may"), "{}", run.stderr);
}

/// Asks the API server.
const CALLS: &str = "    context:
    - name: count
      apiCall: {urlPath: /api/v1/pods, jmesPath: items | length(@)}
";

/// The results of a PolicyReport, without their places.
fn results(report: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let items = report["items"].as_array().expect("items").iter().filter_map(|item| item["results"].as_array());
    items.flatten().filter(|one| one["source"] != "podline").cloned().collect()
}

#[test]
fn a_policy_report_says_what_kyverno_would() {
    let annotations =
        "  annotations: {policies.kyverno.io/category: Best Practices, policies.kyverno.io/severity: high}\n";
    let annotated = policy("plain", DENIES, PLAIN).replace("  name: plain\n", &format!("  name: plain\n{annotations}"));
    let scored = annotated.replace("severity: high", "severity: odd, policies.kyverno.io/scored: 'false'");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: fine}\nspec: {containers: [{name: a, image: b}]}\n";
    let web = [DEPLOYMENT, pod].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", &web), ("p.yaml", &annotated), ("scored.yaml", &scored)]);
    let of = |file: &str| {
        let arguments = ["check", "--level", "privileged", "--format", "policy-report", "--policy", file, "web.yaml"];
        results(&scratch.podline(&arguments).stdout)
    };
    let found = of("p.yaml");
    let keys = ["source", "policy", "rule", "category", "severity", "result", "scored"];
    let told: Vec<Vec<&Value>> = found.iter().map(|one| keys.iter().map(|key| &one[*key]).collect()).collect();
    let row = |rule: &str, result: &str| {
        vec![
            json!("kyverno"),
            json!("plain"),
            json!(rule),
            json!("Best Practices"),
            json!("high"),
            json!(result),
            json!(true),
        ]
    };
    let wanted = [row("autogen-check", "fail"), row("check", "pass")];
    assert_eq!(told, wanted.iter().map(|row| row.iter().collect::<Vec<_>>()).collect::<Vec<_>>());
    assert_eq!((&found[0]["properties"]["line"], &found[0]["resources"][0]["name"]), (&json!("17"), &json!("web")));
    assert_eq!(found[1]["resources"][0]["name"], "fine");
    let unscored = of("scored.yaml");
    let told: Vec<_> = unscored.iter().map(|one| (&one["result"], &one["scored"], &one["severity"])).collect();
    assert_eq!(told[0], (&json!("warn"), &json!(false), &json!(null)));
}

#[test]
fn a_finding_weighs_what_the_annotation_says_where_the_configuration_says_so() {
    let of = |severity: &str| {
        let annotations = format!("  annotations: {{policies.kyverno.io/severity: {severity}}}\n");
        policy("plain", DENIES, PLAIN).replace("  name: plain\n", &format!("  name: plain\n{annotations}"))
    };
    let scratch =
        Scratch::repository(&[("web.yaml", DEPLOYMENT), ("podline.yaml", "rules: {'kyverno/*': annotation}\n")]);
    for (severity, weight) in [
        ("critical", "error"),
        ("high", "error"),
        ("medium", "warning"),
        ("low", "note"),
        ("info", "note"),
        ("odd", "error"),
    ] {
        scratch.write("p.yaml", &of(severity));
        let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
        assert_eq!(report["findings"][0]["severity"], weight, "{severity}");
    }
}

#[test]
fn what_only_the_cluster_can_tell_is_one_warning_where_the_rule_denies() {
    let deny = "deny:\n  conditions:\n    any:\n    - {key: '{{ count }}', operator: GreaterThan, value: 5}\n";
    let calls = policy("calls", DENIES, deny).replace("    validate:\n", &format!("{CALLS}    validate:\n"));
    let other = DEPLOYMENT.replace("name: web\nspec", "name: other\nspec");
    let both = [DEPLOYMENT, &other].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", &both), ("p.yaml", &calls)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null calls autogen-check undecided", "other null calls autogen-check undecided"]);
    let one = "p.yaml:8 warning kyverno/calls/check not decided for 2 objects: depends on an API call";
    assert_eq!((found(&report), run.status), (vec![one.to_owned()], 0));
    let why = "it asks for an API call: what depends on it stays undecided";
    assert_eq!(report["policies"][0]["notJudged"], json!([{"rule": "check", "why": why}]));
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "undecided", "web.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn context_comes_from_config_maps_beside_the_policies_of_the_cluster_or_of_the_input() {
    let deny = "deny:\n  conditions:\n    any:\n    - {key: '{{ request.object.spec.replicas }}', operator: GreaterThan, value: '{{ limits.data.replicas }}'}\n";
    let context = "    context:\n    - name: limits\n      configMap: {name: limits, namespace: policies}\n";
    let limited = policy("limited", DENIES, deny).replace("    validate:\n", &format!("{context}    validate:\n"));
    let limited = limited.replace("[Pod]", "[Deployment]");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: policies}\ndata: {replicas: '2'}\n";
    let both = [limited.as_str(), map].join("---\n");
    let files = [("web.yaml", DEPLOYMENT), ("p.yaml", &limited), ("both.yaml", &both), ("map.yaml", map)];
    let scratch = Scratch::new(&files);
    let said = |arguments: &[&str]| rows(&check(&scratch, arguments).0);
    assert_eq!(said(&["--policy", "p.yaml", "web.yaml"]), ["web null limited check undecided"]);
    assert_eq!(said(&["--policy", "both.yaml", "web.yaml"]), ["web null limited check fail"]);
    assert_eq!(said(&["--policy", "p.yaml", "--cluster", "map.yaml", "web.yaml"]), ["web null limited check fail"]);
    assert_eq!(said(&["--policy", "p.yaml", "web.yaml", "map.yaml"]), ["web null limited check fail"]);
    let (report, _) = check(&scratch, &["--policy", "both.yaml", "web.yaml"]);
    assert_eq!(report["findings"][0]["line"], 6, "{}", report["findings"][0]);
}

/// Sets what is not set.
const MUTATES: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: defaults}
spec:
  rules:
  - name: set-privileged
    match: {any: [{resources: {kinds: [Deployment]}}]}
    mutate: {patchStrategicMerge: {spec: {template: {spec: {containers: [{(name): '*', securityContext: {privileged: false}}]}}}}}
";

#[test]
fn a_rule_that_mutates_is_said_once_and_beside_what_it_may_cure() {
    let all = [policy("strict", DENIES, PLAIN), MUTATES.to_owned()].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &all)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let said = "ClusterPolicy \"defaults\": rule \"set-privileged\" judges nothing: mutate rules change objects";
    assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
    let related = report["findings"][0]["related"].as_array().expect("a list");
    let without = "judged without the mutation of ClusterPolicy \"defaults\", which may cure it";
    assert!(related.iter().any(|one| one["message"] == without), "{related:?}");
}

#[test]
fn a_mutation_of_other_fields_is_not_said_beside_a_finding() {
    let other = MUTATES.replace("securityContext: {privileged: false}", "imagePullPolicy: Always");
    let all = [policy("strict", DENIES, PLAIN), other].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &all)]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let related = report["findings"][0]["related"].to_string();
    assert!(!related.contains("judged without the mutation"), "{related}");
}

#[test]
fn policies_lists_rules_that_are_not_decided_and_the_version_that_is_imitated() {
    let all = [policy("strict", DENIES, PLAIN), MUTATES.to_owned()].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &all)]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "web.yaml"]);
    let line = all.lines().position(|line| line.contains("set-privileged")).expect("the rule") + 1;
    let expected = format!(
        "as Kyverno 1.19 judges\nstrict (ClusterPolicy, p.yaml:1)\n  matches Pod\n  judged 1 object\n  action Enforce\ndefaults (ClusterPolicy, p.yaml:{})\n  judged 0 objects\n  not decided: rule \"set-privileged\": mutate rules change objects, which podline does not do (p.yaml:{line})\n",
        line - 5
    );
    assert_eq!((run.stdout, run.status), (expected, 1), "{}", run.stderr);
}

#[test]
fn a_rule_is_selected_waived_and_explained_by_its_own_name_or_that_of_its_policy() {
    let files = [("web.yaml", DEPLOYMENT), ("p.yaml", &policy("strict", DENIES, PLAIN))];
    let scratch = Scratch::new(&files);
    for rule in ["kyverno/*", "kyverno/strict", "kyverno/strict/check"] {
        let (report, _) = check(&scratch, &["--policy", "p.yaml", "--select", rule, "web.yaml"]);
        assert_eq!(found(&report).len(), 1, "{rule}");
        let (report, _) = check(&scratch, &["--policy", "p.yaml", "--ignore", rule, "web.yaml"]);
        assert_eq!(found(&report).len(), 0, "{rule}");
        let waived =
            DEPLOYMENT.replace("privileged: true", &format!("privileged: true # podline: ignore[{rule}] agreed"));
        scratch.write("waived.yaml", &waived);
        let (report, _) = check(&scratch, &["--policy", "p.yaml", "waived.yaml"]);
        assert_eq!(report["summary"]["waived"], 1, "{rule}: {report}");
    }
    let run = scratch.podline(&["check", "--policy", "p.yaml", "--select", "kyverno/strict/chek", "web.yaml"]);
    assert!(run.stderr.contains("did you mean kyverno/strict/check?"), "{}", run.stderr);
    for (rule, said) in
        [("kyverno/strict", "- `kyverno/strict/check`: Enforce"), ("kyverno/strict/check", "no privileged containers")]
    {
        let page = scratch.podline(&["explain", "--policy", "p.yaml", rule]);
        assert!(
            page.stdout.contains(said.trim_matches('`')) || page.stdout.contains(&said.replace('`', "")),
            "{}{}",
            page.stdout,
            page.stderr
        );
    }
}

#[test]
fn sarif_knows_each_rule_of_a_policy() {
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policy("strict", DENIES, PLAIN))]);
    let arguments = ["check", "--level", "privileged", "--policy", "p.yaml", "--format", "sarif", "web.yaml"];
    let sarif: Value = serde_json::from_str(&scratch.podline(&arguments).stdout).expect("SARIF");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<&str> =
        rules.iter().filter_map(|rule| rule["id"].as_str()).filter(|id| id.starts_with("kyverno")).collect();
    assert_eq!(ids, ["kyverno/strict/check"]);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "kyverno/strict/check");
}

/// A policy of the new kinds.
const VALIDATING: &str = "apiVersion: policies.kyverno.io/v1
kind: NamespacedValidatingPolicy
metadata: {name: few, namespace: shop}
spec:
  validationActions: [Audit, Warn]
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
  validations:
  - {expression: object.spec.replicas <= 2, message: at most two}
";

#[test]
fn a_namespaced_policy_is_called_by_its_namespace_and_has_one_rule() {
    let inside = DEPLOYMENT.replace("name: web\nspec", "name: web\n  namespace: shop\nspec");
    let both = [DEPLOYMENT, &inside].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", &both), ("p.yaml", VALIDATING)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!(rows(&report), ["web null shop/few  fail"], "{}", run.stderr);
    let line = DEPLOYMENT.lines().count() + 1 + 7;
    assert_eq!(found(&report), [format!("web.yaml:{line} warning kyverno/shop/few at most two")]);
    assert_eq!(report["evaluations"][0]["actions"], json!(["Audit", "Warn"]));
}

#[test]
fn a_policy_that_kyverno_refuses_is_named_with_its_place_and_the_others_judge() {
    let bad = policy("bad", DENIES, "pattern: {}\ndeny: {}\n");
    let all = [bad, policy("strict", DENIES, PLAIN)].join("---\n");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &all)]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    assert_eq!((rows(&report), run.status), (vec!["web null strict autogen-check fail".to_owned()], 2));
    assert!(run.stderr.contains("p.yaml:13:5: ClusterPolicy \"bad\": path: spec.rules[0].validate."), "{}", run.stderr);
}

#[test]
fn a_placeholder_that_a_rule_reads_leaves_it_undecided_whether_it_fails_or_passes() {
    let tagged = |tag: &str| format!("pattern:\n  spec:\n    containers:\n    - image: '*:{tag}'\n");
    let policies =
        [policy("one", DENIES, &tagged("1.*")), policy("any", DENIES, &tagged("*")), policy("strict", DENIES, PLAIN)];
    let deployment = DEPLOYMENT.replace("web:1.4.0", "web:${TAG}").replace("privileged: true", "privileged: false");
    let scratch = Scratch::new(&[("web.yaml", &deployment), ("p.yaml", &policies.join("---\n"))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let expected = [
        "web null one autogen-check undecided",
        "web null any autogen-check undecided",
        "web null strict autogen-check pass",
    ];
    assert_eq!(rows(&report), expected, "{}", run.stderr);
}

#[test]
fn what_other_versions_answer_otherwise_is_listed() {
    let labels = "deny:\n  conditions:\n    any:\n    - {key: \"{{ label_match(request.object.metadata.labels, `{}`) }}\", operator: Equals, value: false}\n";
    let policies =
        [policy("labels", DENIES, labels), policy("pss", DENIES, "podSecurity: {level: baseline, version: latest}\n")];
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &policies.join("---\n"))]);
    let run = scratch.podline(&["policies", "--policy", "p.yaml", "web.yaml"]);
    for said in
        ["Kyverno before 1.19 compares texts only in label_match", "podSecurity judges by the Standards of v1.34"]
    {
        assert!(run.stdout.contains(said), "{said}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn refused_policies_of_a_directory_that_is_judged_too_are_not_called_unused() {
    let refused = policy("strict", DENIES, "patern: {}");
    let scratch = Scratch::new(&[("web.yaml", DEPLOYMENT), ("p.yaml", &refused)]);
    let (report, run) = check(&scratch, &["--policy", ".", "."]);
    assert!(found(&report).iter().any(|one| one.contains("policy/refused")), "{report}");
    assert!(!run.stderr.contains("not used"), "{}", run.stderr);
    assert_eq!(report["summary"]["skippedDocuments"], json!({}), "{}", run.stderr);
    // Those that nobody asked for are.
    let (_, run) = check(&scratch, &["."]);
    assert!(run.stderr.contains("1 document of policies in what was read, not used"), "{}", run.stderr);
}
