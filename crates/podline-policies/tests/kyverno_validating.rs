//! ValidatingPolicies of Kyverno, one fixture each. The answers are those of Kyverno 1.19.

mod support;

use podline_policies::{Actions, kyverno};
use support::kyverno::{POD, answer, judged, settings};
use support::yaml;

/// A ValidatingPolicy for pods with these lines in its spec.
fn validating(spec: &str) -> String {
    let spec = spec.trim_end().replace('\n', "\n  ");
    format!(
        "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata:\n  name: v\nspec:\n  matchConstraints:\n    resourceRules:\n    - apiGroups: ['']\n      apiVersions: [v1]\n      operations: [CREATE]\n      resources: [pods]\n  {spec}\n"
    )
}

#[test]
fn validating_policies_are_answered_in_words() {
    let holds = "validations:\n- expression: object.metadata.name == 'web'";
    assert_eq!(answer(&validating(holds), POD), ("pass", "success".to_owned()));
    let fails = "validations:\n- expression: 'true'\n- expression: '!object.spec.hostNetwork'";
    assert_eq!(answer(&validating(fails), POD), ("fail", "CEL expression validation failed at index 1".to_owned()));
    let message = "variables:\n- {name: called, expression: object.metadata.name}\nvalidations:\n- expression: '!object.spec.hostNetwork'\n  messageExpression: variables.called + ' is on the network of its host'";
    let rows = judged(&validating(message), POD);
    assert_eq!(rows[0].message, "web is on the network of its host");
    assert_eq!(rows[0].actions, Actions::DENY);
    assert_eq!(format!("{:?}", rows[0].blame().expect("a field").path), r#"[Key("spec"), Key("hostNetwork")]"#);
    let libraries = "validations:\n- expression: image(object.spec.containers[1].image).registry() == 'ghcr.io'";
    assert_eq!(answer(&validating(libraries), POD).0, "pass");
}

#[test]
fn a_variable_is_blamed_on_the_fields_that_it_was_computed_of() {
    let direct = "validations:\n- expression: object.spec.containers.map(c, c.image).all(i, i.startsWith('ghcr.io/'))";
    let variable = "variables:\n- {name: images, expression: 'object.spec.containers.map(c, c.image)'}\nvalidations:\n- expression: 'true'\n- expression: variables.images.all(i, i.startsWith('ghcr.io/'))";
    let pod = POD.replace("ghcr.io/", "quay.io/");
    let blamed = |policy: &str| judged(&validating(policy), &pod).remove(0).blame().cloned();
    let found = blamed(variable).expect("a field");
    assert_eq!(format!("{:?}", found.path), r#"[Key("spec"), Key("containers"), Index(0), Key("image")]"#);
    assert_eq!(Some(found), blamed(direct));
}

#[test]
fn validating_policies_leave_what_only_the_cluster_knows() {
    let asks = "validations:\n- expression: resource.Get('v1', 'secrets', 'shop', 'x').metadata.name == 'x'";
    assert_eq!(answer(&validating(asks), POD).0, "undecided");
    let user = "validations:\n- expression: request.userInfo.username == 'me'";
    assert_eq!(answer(&validating(user), POD).0, "undecided");
}

#[test]
fn what_asks_the_cluster_is_called_by_small_and_by_capital_letters() {
    for asks in [
        "resource.get('v1', 'configmaps', 'shop', 'x').data.a",
        "resource.list('v1', 'pods', 'shop').items[0].metadata.name",
        "resource.get(resource.toGVR('v1', 'Secret'), 'x').metadata.name",
        "resource.Post('v1', 'pods', 'shop', {'a': 'b'}).a",
        "http.get('https://shop.example').a",
        "http.Client('pem').Get('https://shop.example').a",
        "globalContext.get('entry', 'x').a",
        "image.getMetadata('nginx').a",
    ] {
        let policy = validating(&format!("validations:\n- expression: \"{asks} == 'x'\""));
        assert_eq!(answer(&policy, POD).0, "undecided", "{asks}");
    }
}

#[test]
fn validating_policies_have_exceptions() {
    let policy = validating("validations:\n- expression: '!object.spec.hostNetwork'");
    let exception = |condition: &str| {
        format!(
            "{policy}\n---\napiVersion: policies.kyverno.io/v1\nkind: PolicyException\nmetadata: {{name: e, namespace: x}}\nspec:\n  policyRefs: [{{name: v, kind: ValidatingPolicy}}]\n  matchConditions: [{{name: c, expression: \"{condition}\"}}]"
        )
    };
    let (word, message) = answer(&exception("object.metadata.name == 'web'"), POD);
    assert_eq!((word, &*message), ("skip", "rule is skipped due to policy exception: x/e"));
    assert_eq!(answer(&exception("object.metadata.name == 'api'"), POD).0, "fail");
}

#[test]
fn validating_policies_that_cannot_be_judged_are_said() {
    let load = |spec: &str| kyverno::load(&yaml::documents(&validating(spec)), settings());
    assert_eq!(load("validations:\n- expression: object.metadata.name == ").refused.len(), 1);
    assert_eq!(load("validations:\n- expression: '1'").refused.len(), 1);
    let missing = load("validations:\n- expression: \"x509.decode(object.spec.a).Subject == ''\"");
    assert!(missing.refused.is_empty());
    assert_eq!(missing.not_judged[0].why, "CEL function x509");
}

#[test]
fn a_refusal_stands_at_the_expression_that_does_not_compile() {
    for (spec, path) in [
        (
            "validations:\n- expression: 'true'\n- expression: '1'",
            r#"[Key("spec"), Key("validations"), Index(1), Key("expression")]"#,
        ),
        (
            "validations:\n- {expression: 'true', messageExpression: '1'}",
            r#"[Key("spec"), Key("validations"), Index(0), Key("messageExpression")]"#,
        ),
        (
            "variables: [{name: a, expression: nope}]\nvalidations:\n- expression: 'true'",
            r#"[Key("spec"), Key("variables"), Index(0), Key("expression")]"#,
        ),
        (
            "matchConditions: [{name: a, expression: '1'}]\nvalidations:\n- expression: 'true'",
            r#"[Key("spec"), Key("matchConditions"), Index(0), Key("expression")]"#,
        ),
        (
            "auditAnnotations: [{key: a, valueExpression: nope}]\nvalidations:\n- expression: 'true'",
            r#"[Key("spec"), Key("auditAnnotations"), Index(0), Key("valueExpression")]"#,
        ),
    ] {
        let loaded = kyverno::load(&yaml::documents(&validating(spec)), settings());
        let error = &loaded.refused[0].errors[0];
        assert_eq!(format!("{:?}", error.path), path, "{}", error.text);
        assert_eq!(error.text, loaded.refused[0].text);
    }
}
