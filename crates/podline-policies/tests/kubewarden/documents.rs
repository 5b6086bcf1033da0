//! Which documents are policies, and what is refused of them.

use podline_policies::kubewarden;

use super::support::yaml;
use super::{path, policy};

const MODULE: &str = "module: ghcr.io/kubewarden/policies/pod-privileged:v1.0.0";

/// The text of the refusal of a policy with these lines of its spec.
fn refusal(spec: &str) -> String {
    refusal_of(&policy(spec))
}

fn refusal_of(policy: &str) -> String {
    let loaded = kubewarden::load(&yaml::documents(policy));
    assert_eq!(loaded.refused.len(), 1, "{policy}");
    assert_eq!(loaded.engine.summaries().count(), 0);
    loaded.refused[0].text.clone()
}

fn name(location: &str) -> String {
    let loaded = kubewarden::load(&yaml::documents(&policy(&format!("module: {location}\nsettings: {{}}"))));
    loaded.engine.summaries().next().map(|policy| policy.modules[0].to_owned()).unwrap_or_default()
}

#[test]
fn a_module_is_known_by_the_last_part_of_its_location() {
    for location in [
        "ghcr.io/kubewarden/policies/pod-privileged:v1.0.0",
        "registry://ghcr.io/kubewarden/policies/pod-privileged",
        "registry://mirror.example:5000/deep/pod-privileged@sha256:00",
        "registry://mirror.example/pod-privileged:v1@sha256:00",
        "https://example.com/pod-privileged",
    ] {
        assert_eq!(name(location), "pod-privileged", "{location}");
    }
}

#[test]
fn a_module_that_nobody_knows_is_said_and_judges_nothing() {
    let loaded = kubewarden::load(&yaml::documents(&policy("module: https://example.com/policy.wasm")));
    assert_eq!(loaded.not_judged[0].why, "podline does not know the module \"policy.wasm\"");
    assert_eq!((loaded.not_judged[0].document, loaded.not_judged[0].name.as_str()), (0, "p"));
    assert_eq!(path(&loaded.not_judged[0].path), "spec.module");
    assert!(loaded.refused.is_empty() && loaded.engine.summaries().next().is_none());
}

#[test]
fn an_official_module_that_is_not_modelled_is_said_too() {
    let loaded = kubewarden::load(&yaml::documents(&policy("module: ghcr.io/kubewarden/policies/kyverno-dsl:v1")));
    assert_eq!(loaded.not_judged[0].why, "podline does not judge by the module \"kyverno-dsl\"");
}

#[test]
fn both_versions_are_read_and_no_other() {
    let in_version = |version: &str| policy(MODULE).replace("io/v1\n", &format!("io/{version}\n"));
    for version in ["v1", "v1alpha2"] {
        assert!(kubewarden::load(&yaml::documents(&in_version(version))).refused.is_empty());
    }
    let text = "no matches for kind \"ClusterAdmissionPolicy\" in version \"policies.kubewarden.io/v2\"";
    assert_eq!(refusal_of(&in_version("v2")), text);
}

#[test]
fn other_documents_are_passed_over() {
    let server = "{apiVersion: policies.kubewarden.io/v1, kind: PolicyServer, metadata: {name: default}}";
    let loaded = kubewarden::load(&yaml::documents(&format!("{server}\n---\n{}", policy(MODULE))));
    assert_eq!(loaded.engine.summaries().map(|policy| policy.document).collect::<Vec<_>>(), [1]);
    assert!(!kubewarden::claims(&yaml::documents(server)[0]));
}

#[test]
fn the_last_document_of_a_name_counts() {
    let twice = format!(
        "{}\n---\n{}",
        policy(MODULE),
        policy("module: ghcr.io/kubewarden/policies/labels:v1\nsettings: {criteria: containsAnyOf, values: [a]}")
    );
    let loaded = kubewarden::load(&yaml::documents(&twice));
    assert_eq!(loaded.engine.summaries().map(|policy| policy.modules[0]).collect::<Vec<_>>(), ["labels"]);
    let unknown = format!("{}\n---\n{}", policy(MODULE), policy("module: home-made"));
    assert_eq!(kubewarden::load(&yaml::documents(&unknown)).engine.summaries().count(), 0);
}

#[test]
fn what_the_schema_requires_must_be_there() {
    let invalid = "ClusterAdmissionPolicy.policies.kubewarden.io \"p\" is invalid:";
    assert_eq!(refusal("settings: {}"), format!("{invalid} spec.module: Required value"));
    assert_eq!(refusal(&format!("{MODULE}\nmutating: null")), format!("{invalid} spec.mutating: Required value"));
    let text = "spec.mode: Unsupported value: \"audit\": supported values: \"protect\", \"monitor\"";
    assert_eq!(refusal(&format!("{MODULE}\nmode: audit")), format!("{invalid} {text}"));
    let text = "spec.settings: Invalid value: \"array\": spec.settings in body must be of type object: \"array\"";
    assert_eq!(refusal(&format!("{MODULE}\nsettings: []")), format!("{invalid} {text}"));
}

#[test]
fn settings_that_are_null_are_empty() {
    assert!(kubewarden::load(&yaml::documents(&policy(&format!("{MODULE}\nsettings: null")))).refused.is_empty());
}

#[test]
fn rules_must_say_something() {
    let ends = |rules: &str, text: &str| {
        let given = refusal(&format!("{MODULE}\nrules: {rules}"));
        assert!(given.ends_with(text), "{given}");
    };
    ends("[]", "spec.rules: Required value: a value must be specified");
    ends(
        "[{apiVersions: [v1], resources: [pods]}]",
        "spec.rules.operations: Required value: a value must be specified",
    );
    let text = "spec.rules: Required value: apiVersions and resources must have specified values";
    ends("[{operations: [CREATE], resources: [pods]}]", text);
    let text = "spec.rules.rule.resources[0]: Required value: must be non-empty";
    ends("[{operations: [CREATE], apiVersions: [v1], resources: ['']}]", text);
}

#[test]
fn a_policy_of_a_namespace_may_not_match_everything() {
    let rules = "rules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]";
    let text = refusal_of(&policy(&format!("{MODULE}\n{rules}")).replace("ClusterAdmission", "Admission"));
    assert!(
        text.contains("resources cannot use wildcards when using AdmissionPolicy or AdmissionPolicyGroup"),
        "{text}"
    );
    assert!(
        text.contains("{APIGroup: wgpolicyk8s.io, Resource: policyreports} resources cannot be targeted"),
        "{text}"
    );
}

#[test]
fn conditions_must_compile_and_have_names() {
    let text = refusal(&format!("{MODULE}\nmatchConditions: [{{name: a, expression: nothing}}]"));
    assert!(
        text.contains("spec.matchConditions[0].expression: Invalid value: \"nothing\": compilation failed"),
        "{text}"
    );
    let text = refusal(&format!("{MODULE}\nmatchConditions: [{{expression: 'true'}}]"));
    assert!(text.ends_with("spec.matchConditions[0].name: Required value"), "{text}");
    let twice = "matchConditions: [{name: a, expression: 'true'}, {name: a, expression: 'true'}]";
    assert!(refusal(&format!("{MODULE}\n{twice}")).ends_with("spec.matchConditions[1].name: Duplicate value: \"a\""));
}

#[test]
fn a_module_must_not_have_more_time_than_its_webhook() {
    let text = refusal(&format!("{MODULE}\ntimeoutSeconds: 5\ntimeoutEvalSeconds: 6"));
    assert!(
        text.ends_with(
            "spec.timeoutEvalSeconds: Invalid value: 6: timeoutEvalSeconds cannot be greater than timeoutSeconds"
        ),
        "{text}"
    );
}

#[test]
fn one_refused_policy_leaves_the_others() {
    let bad = policy("module: labels").replace("{name: p}", "{name: bad}");
    let loaded = kubewarden::load(&yaml::documents(&format!("{bad}\n---\n{}", policy(MODULE))));
    assert_eq!((loaded.refused[0].document, path(&loaded.refused[0].errors[0].path).as_str()), (0, "spec.settings"));
    assert_eq!(loaded.engine.summaries().count(), 1);
}

#[test]
fn fields_that_no_policy_has_are_told() {
    let unknown = |policy: &str| {
        let loaded = kubewarden::load(&yaml::documents(policy));
        loaded.unknown.into_iter().map(|(_, field)| field.text).collect::<Vec<_>>()
    };
    let spec = format!("{MODULE}\nsetings: {{a: 1}}\nsettings: {{whatever: 1}}\nobjectSelector: {{labels: {{a: b}}}}");
    assert_eq!(
        unknown(&policy(&spec)),
        [r#"unknown field "spec.setings""#, r#"unknown field "spec.objectSelector.labels""#]
    );
    let selects = policy(&format!("{MODULE}\nnamespaceSelector: {{}}\ncontextAwareResources: []"));
    assert!(unknown(&selects).is_empty());
    let told = unknown(&selects.replace("ClusterAdmission", "Admission"));
    assert_eq!(told, [r#"unknown field "spec.contextAwareResources""#, r#"unknown field "spec.namespaceSelector""#]);
}
