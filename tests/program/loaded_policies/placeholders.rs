//! Values that nobody knows yet, in what decides whether a policy concerns an object at all.

use super::{DEPLOYMENT, FEW, check, found, policy, rows};
use crate::support::command::Scratch;

/// The Deployment with these labels.
fn labelled(labels: &str) -> String {
    DEPLOYMENT.replacen("  name: web\n", &format!("  name: web\n  labels: {labels}\n"), 1)
}

/// The Deployment in this namespace.
fn placed(namespace: &str) -> String {
    DEPLOYMENT.replacen("  name: web\n", &format!("  name: web\n  namespace: '{namespace}'\n"), 1)
}

/// The rows of a Deployment by these policies.
fn judged(deployment: &str, policies: &str) -> Vec<String> {
    let scratch = Scratch::new(&[("web.yaml", deployment), ("p.yaml", policies)]);
    let (report, _) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    rows(&report)
}

/// A policy of at most two replicas that matches by these lines of its constraints.
fn few(constraints: &str) -> String {
    policy("few", "deployments", &format!("{constraints}{FEW}"))
}

const TEAM: &str = "    objectSelector: {matchLabels: {team: shop}}\n";

#[test]
fn a_selector_that_asks_for_a_placeholder_is_undecided() {
    assert_eq!(judged(&labelled("{team: '${TEAM}'}"), &few(TEAM)), ["web null few null undecided"]);
}

#[test]
fn the_reason_names_the_placeholder_and_its_line() {
    let scratch = Scratch::new(&[("web.yaml", &labelled("{team: '${TEAM}'}")), ("p.yaml", &few(TEAM))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "web.yaml"]);
    let said = "not decided for 1 object: depends on metadata.labels.team, whose value is not known yet (${TEAM})";
    assert_eq!(found(&report), [format!("p.yaml:6 warning vap/few {said}")]);
    assert_eq!(report["findings"][0]["related"][0]["line"], 5);
    assert_eq!(run.status, 0);
    let (_, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "undecided", "web.yaml"]);
    assert_eq!(run.status, 1);
}

#[test]
fn an_encrypted_label_is_undecided_too() {
    let encrypted = labelled("{team: 'ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]'}");
    assert_eq!(judged(&encrypted, &few(TEAM)), ["web null few null undecided"]);
}

#[test]
fn a_selector_on_another_label_still_decides() {
    let other = "    objectSelector: {matchLabels: {team: shop, tier: back}}\n";
    assert_eq!(judged(&labelled("{team: '${TEAM}', tier: front}"), &few(other)), Vec::<String>::new());
    let known = "    objectSelector: {matchLabels: {tier: back}}\n";
    assert_eq!(judged(&labelled("{team: '${TEAM}', tier: back}"), &few(known)), ["web null few 0 fail"]);
}

#[test]
fn that_a_label_exists_is_known_whatever_its_value_is() {
    let exists = "    objectSelector: {matchExpressions: [{key: team, operator: Exists}]}\n";
    assert_eq!(judged(&labelled("{team: '${TEAM}'}"), &few(exists)), ["web null few 0 fail"]);
}

#[test]
fn what_passes_by_all_validations_passes_whether_the_policy_matches_or_not() {
    let deployment = labelled("{team: '${TEAM}'}").replace("replicas: 3", "replicas: 1");
    assert_eq!(judged(&deployment, &few(TEAM)), ["web null few 0 pass"]);
}

#[test]
fn a_name_or_a_namespace_of_a_placeholder_leaves_open_what_asks_for_it() {
    let named = policy("few", "deployments", FEW)
        .replace("resources: [deployments]}", "resources: [deployments], resourceNames: [web]}");
    let web = DEPLOYMENT.replacen("name: web", "name: '${NAME}'", 1);
    assert_eq!(judged(&web, &named), ["${NAME} null few null undecided"]);
    let selector = "    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}\n";
    assert_eq!(judged(&placed("${NS}"), &few(selector)), ["web null few null undecided"]);
    assert_eq!(judged(&placed("${NS}"), &few("")), ["web null few 0 fail"]);
}

#[test]
fn the_pods_of_a_controller_are_asked_for_the_labels_of_its_template() {
    let plain =
        policy("plain", "pods", &format!("{}{}", "    objectSelector: {matchLabels: {app: web}}\n", super::PLAIN));
    let web = DEPLOYMENT.replace("      labels: {app: web}", "      labels: {app: '${APP}'}");
    assert_eq!(judged(&web, &plain), ["web Pod plain null undecided"]);
}

#[test]
fn a_match_condition_that_reads_a_placeholder_is_undecided_unless_another_is_false() {
    let condition = |more: &str| {
        let conditions = format!(
            "  matchConditions:\n  - {{name: team, expression: \"object.metadata.?labels.team.orValue('') == 'shop'\"}}\n{more}"
        );
        policy("few", "deployments", &format!("{conditions}{FEW}"))
    };
    let web = labelled("{team: '${TEAM}'}");
    assert_eq!(judged(&web, &condition("")), ["web null few null undecided"]);
    let never = "  - {name: many, expression: object.spec.replicas > 10}\n";
    assert_eq!(judged(&web, &condition(never)), Vec::<String>::new());
}

/// A policy of Kyverno whose rule matches and excludes so, and denies everything.
fn kyverno(rule: &str) -> String {
    format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: none}}\nspec:\n  validationFailureAction: Enforce\n  rules:\n  - name: check\n{rule}"
    )
}

const DENY: &str = "    validate: {message: none, deny: {}}\n";

#[test]
fn a_filter_of_kyverno_that_asks_for_a_placeholder_is_undecided() {
    let web =
        labelled("{team: '${TEAM}', tier: back}").replace("  name: web\n  labels", "  name: '${NAME}-web'\n  labels");
    for (asked, expected) in [
        ("selector: {matchLabels: {team: shop}}", "undecided"),
        ("selector: {matchLabels: {team: 'sh*'}}", "undecided"),
        ("selector: {matchLabels: {tier: back}}", "fail"),
        ("names: ['shop-*']", "undecided"),
        ("names: ['*']", "fail"),
    ] {
        let rule = format!("    match: {{any: [{{resources: {{kinds: [Deployment], {asked}}}}}]}}\n{DENY}");
        assert_eq!(judged(&web, &kyverno(&rule)), [format!("${{NAME}}-web null none check {expected}")], "{asked}");
    }
}

#[test]
fn an_exclusion_of_kyverno_that_asks_for_a_placeholder_is_undecided() {
    let rule = format!(
        "    match: {{any: [{{resources: {{kinds: [Deployment]}}}}]}}\n    exclude: {{any: [{{resources: {{namespaces: [kube-system]}}}}]}}\n{DENY}"
    );
    assert_eq!(judged(&placed("${NS}"), &kyverno(&rule)), ["web null none check undecided"]);
    assert_eq!(judged(&placed("shop"), &kyverno(&rule)), ["web null none check fail"]);
}

#[test]
fn an_annotation_that_kyverno_asks_for_is_undecided_where_it_is_a_placeholder() {
    let web = DEPLOYMENT.replacen("  name: web\n", "  name: web\n  annotations: {owner: '${OWNER}'}\n", 1);
    let rule =
        format!("    match: {{any: [{{resources: {{kinds: [Deployment], annotations: {{owner: shop}}}}}}]}}\n{DENY}");
    assert_eq!(judged(&web, &kyverno(&rule)), ["web null none check undecided"]);
}

#[test]
fn a_precondition_of_kyverno_that_reads_a_placeholder_leaves_a_failure_undecided() {
    let rule = format!(
        "    match: {{any: [{{resources: {{kinds: [Deployment]}}}}]}}\n    preconditions: {{all: [{{key: '{{{{ request.object.metadata.labels.team }}}}', operator: NotEquals, value: shop}}]}}\n{DENY}"
    );
    assert_eq!(judged(&labelled("{team: '${TEAM}'}"), &kyverno(&rule)), ["web null none check undecided"]);
}

#[test]
fn a_list_of_kyverno_that_is_chosen_by_a_placeholder_is_undecided() {
    let rule = "    match: {any: [{resources: {kinds: [Deployment]}}]}\n    validate:\n      message: none\n      foreach:\n      - list: \"request.object.spec.template.spec.containers[?image=='bad']\"\n        deny: {}\n";
    let web = DEPLOYMENT.replace("registry.example/web:1.4.0", "${IMAGE}");
    assert_eq!(judged(&web, &kyverno(rule)), ["web null none check undecided"]);
    assert_eq!(judged(DEPLOYMENT, &kyverno(rule)), Vec::<String>::new());
}

#[test]
fn one_element_that_fails_for_certain_fails_whatever_nobody_knows_of_another() {
    let rule = "    match: {any: [{resources: {kinds: [Deployment]}}]}\n    validate:\n      message: none\n      foreach:\n      - list: request.object.spec.template.spec.containers\n        preconditions: {all: [{key: '{{ element.image }}', operator: NotEquals, value: good}]}\n        deny: {}\n";
    let web = DEPLOYMENT.replace("registry.example/web:1.4.0", "${IMAGE}");
    assert_eq!(judged(&web, &kyverno(rule)), ["web null none check undecided"]);
    let two = web.replace(
        "      containers:\n",
        "      containers:\n      - {name: a, image: '${A}'}\n      - {name: b, image: bad}\n",
    );
    assert_eq!(judged(&two, &kyverno(rule)), ["web null none check fail"]);
}

#[test]
fn an_exception_of_kyverno_that_asks_for_a_placeholder_leaves_a_failure_undecided() {
    let rule = kyverno(&format!("    match: {{any: [{{resources: {{kinds: [Deployment]}}}}]}}\n{DENY}"));
    let exception = "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: let, namespace: shop}\nspec:\n  exceptions: [{policyName: none, ruleNames: [check]}]\n  match: {any: [{resources: {kinds: [Deployment], names: [web]}}]}\n";
    let web = DEPLOYMENT.replacen("name: web", "name: '${NAME}'", 1);
    assert_eq!(judged(&web, &format!("{rule}---\n{exception}")), ["${NAME} null none check undecided"]);
}

#[test]
fn a_validating_policy_of_kyverno_that_asks_for_a_placeholder_is_undecided() {
    let validating = |more: &str| {
        format!(
            "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {{name: few}}\nspec:\n  validationActions: [Deny]\n  matchConstraints:\n    resourceRules: [{{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}}]\n{more}{FEW}"
        )
    };
    let web = labelled("{team: '${TEAM}'}");
    let said = |more: &str| judged(&web, &validating(more));
    assert_eq!(said(""), ["web null few  fail"]);
    assert_eq!(said(TEAM), ["web null few  undecided"]);
    let condition = "  matchConditions: [{name: team, expression: \"object.metadata.labels.team == 'shop'\"}]\n";
    assert_eq!(said(condition), ["web null few  undecided"]);
}

/// A constraint of Gatekeeper that refuses everything that its match names.
fn gatekeeper(matches: &str) -> String {
    format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {{name: none}}\nspec:\n  crd: {{spec: {{names: {{kind: None}}}}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package none\n      violation[{{\"msg\": \"none\"}}] {{ true }}\n---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: None\nmetadata: {{name: all}}\nspec:\n  match: {{kinds: [{{apiGroups: [apps], kinds: [Deployment]}}], {matches}}}\n"
    )
}

#[test]
fn a_match_of_gatekeeper_that_asks_for_a_placeholder_is_undecided() {
    let web =
        labelled("{team: '${TEAM}'}").replace("  name: web\n  labels", "  name: web\n  namespace: '${NS}'\n  labels");
    for (asked, expected) in [
        ("labelSelector: {matchLabels: {team: shop}}", "undecided"),
        ("namespaces: [shop]", "undecided"),
        ("excludedNamespaces: [kube-system]", "undecided"),
        ("namespaceSelector: {matchLabels: {team: shop}}", "undecided"),
        ("scope: Namespaced", "fail"),
        ("name: web", "fail"),
    ] {
        assert_eq!(judged(&web, &gatekeeper(asked)), [format!("web null None/all null {expected}")], "{asked}");
    }
}

#[test]
fn a_namespace_that_gatekeeper_may_not_be_asked_of_is_undecided() {
    let config = "---\napiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: config, namespace: gatekeeper-system}\nspec: {match: [{excludedNamespaces: [kube-system], processes: ['*']}]}\n";
    let policies = format!("{}{config}", gatekeeper("scope: '*'"));
    assert_eq!(judged(&placed("${NS}"), &policies), ["web null None/all null undecided"]);
}

#[test]
fn rules_and_conditions_of_kubewarden_that_ask_for_a_placeholder_are_undecided() {
    let module = |more: &str| {
        super::kubewarden::module(
            "plain",
            "deployments",
            &format!("  module: ghcr.io/kubewarden/policies/pod-privileged:v1\n{more}"),
        )
    };
    let web =
        labelled("{team: '${TEAM}'}").replace("  name: web\n  labels", "  name: web\n  namespace: '${NS}'\n  labels");
    for (asked, expected) in [
        ("", "fail"),
        ("  objectSelector: {matchLabels: {team: shop}}\n", "undecided"),
        ("  namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}\n", "undecided"),
        ("  matchConditions: [{name: team, expression: \"object.metadata.labels.team == 'shop'\"}]\n", "undecided"),
    ] {
        assert_eq!(judged(&web, &module(asked)), [format!("web null plain null {expected}")], "{asked}");
    }
}

#[test]
fn a_placeholder_in_the_place_of_a_number_leaves_open_only_what_asks_for_the_number() {
    let web = DEPLOYMENT.replace("replicas: 3", "replicas: ${N}").replace("privileged: true", "runAsUser: ${UID}");
    let user =
        "  validations:\n  - expression: object.spec.containers.all(c, c.?securityContext.?runAsUser.orValue(1) > 0)\n";
    let policies = [
        policy("few", "deployments", FEW),
        policy("user", "pods", user),
        policy("plain", "pods", super::PLAIN),
        super::gatekeeper::policies(""),
        super::kubewarden::module("strict", "deployments", super::kubewarden::PRIVILEGED),
    ];
    let expected = [
        "web null few 0 undecided",
        "web null K8sPrivileged/none null pass",
        "web null strict null pass",
        "web Pod user 0 undecided",
        "web Pod plain 0 pass",
        "web Pod K8sPrivileged/none null pass",
    ];
    assert_eq!(judged(&web, &policies.join("---\n")), expected);
}

#[test]
fn what_passes_by_a_default_that_follows_from_a_placeholder_is_undecided() {
    let pulls = "  validations:\n  - expression: object.spec.containers.all(c, c.imagePullPolicy != 'Always')\n";
    let web = DEPLOYMENT.replace("web:1.4.0", "web:${TAG}");
    assert_eq!(judged(&web, &policy("pulls", "pods", pulls)), ["web Pod pulls 0 undecided"]);
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: '${PORT}'}]}\n";
    let target = "  validations:\n  - expression: object.spec.ports.all(p, p.targetPort == 80)\n  - expression: object.spec.type == 'ClusterIP'\n";
    let expected = ["web null target 0 undecided", "web null target 1 pass"];
    assert_eq!(judged(service, &policy("target", "services", target)), expected);
}

#[test]
fn a_list_or_a_map_that_nobody_knows_leaves_the_object_to_no_policy_and_that_is_said() {
    let web = DEPLOYMENT
        .replace("        securityContext:\n          privileged: true\n", "        securityContext: '${C}'\n");
    let scratch = Scratch::new(&[("web.yaml", &web), ("p.yaml", &policy("few", "deployments", FEW))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "--deny", "unjudged", "web.yaml"]);
    let said =
        "not judged by the policies: the value of spec.template.spec.containers[0].securityContext is not known yet";
    assert!(found(&report).iter().any(|one| one.contains(said)), "{:?}", found(&report));
    assert_eq!(run.status, 1);
}

/// A Namespace with these labels.
fn namespace(labels: &str) -> String {
    format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {labels}}}\n")
}

#[test]
fn a_label_of_a_namespace_that_is_a_placeholder_leaves_open_what_asks_for_it() {
    let all = format!("{}---\n{}", namespace("{env: '${ENV}', team: web}"), placed("shop"));
    let few = |selected: &str| few(&format!("    namespaceSelector: {{matchLabels: {{{selected}}}}}\n"));
    assert_eq!(judged(&all, &few("env: prod")), ["web null few null undecided"]);
    assert_eq!(judged(&all, &few("team: web")), ["web null few 0 fail"]);
    assert_eq!(judged(&all, &few("team: other")), Vec::<String>::new());
    assert_eq!(judged(&all, &few("kubernetes.io/metadata.name: shop")), ["web null few 0 fail"]);
    let constraint = gatekeeper("namespaceSelector: {matchLabels: {env: prod}}");
    assert_eq!(judged(&all, &constraint), ["web null None/all null undecided"]);
    let rule = format!(
        "    match: {{any: [{{resources: {{kinds: [Deployment], namespaceSelector: {{matchLabels: {{env: prod}}}}}}}}]}}\n{DENY}"
    );
    assert_eq!(judged(&all, &kyverno(&rule)), ["web null none check undecided"]);
}

#[test]
fn an_expression_that_reads_a_placeholder_of_the_namespace_is_undecided() {
    let all = format!("{}---\n{}", namespace("{env: '${ENV}', team: web}"), placed("shop"));
    let reads = |key: &str| {
        let spec = format!("  validations:\n  - expression: namespaceObject.metadata.labels.{key} != 'prod'\n");
        policy("prod", "deployments", &spec)
    };
    assert_eq!(judged(&all, &reads("env")), ["web null prod 0 undecided"]);
    assert_eq!(judged(&all, &reads("team")), ["web null prod 0 pass"]);
}

#[test]
fn who_looks_for_a_text_in_a_list_looks_at_the_placeholders_in_it() {
    let never = "  validations:\n  - expression: object.spec.containers.all(c, !('--insecure' in c.args))\n";
    let web = DEPLOYMENT
        .replace("        securityContext:\n          privileged: true\n", "        args: [serve, '${FLAG}']\n");
    assert_eq!(judged(&web, &policy("secure", "pods", never)), ["web Pod secure 0 undecided"]);
    assert_eq!(judged(&web.replace("${FLAG}", "--fast"), &policy("secure", "pods", never)), ["web Pod secure 0 pass"]);
}
