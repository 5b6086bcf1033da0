//! What policies may use in a run: a policy that takes more is asked no more, which is an error.

use std::fmt::Write as _;

use crate::loaded_policies::{check, found, policy, rows};
use crate::support::command::Scratch;

/// Many objects, in many files and in one.
fn config_maps(names: std::ops::Range<usize>) -> String {
    names.fold(String::new(), |mut all, name| {
        let _ = writeln!(all, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{name:02}}}\ndata: {{a: b}}");
        all
    })
}

const ELEMENTS: &str = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]";

/// Looks at six hundred pairs, and refuses.
fn pairs() -> String {
    format!(
        "  validations:\n  - {{expression: '!{ELEMENTS}.all(x, {ELEMENTS}.all(y, x + y > 0 && object.kind != \"\"))', message: never}}\n"
    )
}

/// The names of the objects that a policy was asked about.
fn asked(scratch: &Scratch, arguments: &[&str]) -> (Vec<String>, Vec<String>, i32) {
    let (report, run) = check(scratch, arguments);
    let about = rows(&report).into_iter().map(|row| row.split(' ').next().unwrap_or_default().to_owned()).collect();
    let said = found(&report).into_iter().filter(|finding| finding.contains("policy/over-budget")).collect();
    (about, said, run.status)
}

#[test]
fn a_policy_that_takes_too_much_is_asked_about_the_same_objects_by_any_number_of_threads() {
    let files: Vec<(String, String)> = (0..40)
        .map(|at| (format!("in/{at:02}.yaml"), config_maps(at * 10..at * 10 + if at == 3 { 40 } else { 2 })))
        .collect();
    let policies = policy("pairs", "configmaps", &pairs());
    let mut all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    all.push(("p.yaml", &policies));
    let scratch = Scratch::new(&all);
    let of = |threads: &str| {
        asked(&scratch, &["--policy", "p.yaml", "--policy-steps", "150000", "--threads", threads, "in"])
    };
    let one = of("1");
    let (objects, said, status) = &one;
    assert!((5..40).contains(&objects.len()), "{objects:?}");
    let last = objects.last().expect("some");
    let message = format!(
        "p.yaml:1 error policy/over-budget ValidatingAdmissionPolicy \"pairs\" takes more than the 150000 steps that a policy \
         may use in a run: it was not asked about anything after ConfigMap {last} of in/03.yaml"
    );
    assert_eq!((said.as_slice(), *status), ([message].as_slice(), 1));
    for threads in ["2", "3", "8"] {
        for _ in 0..3 {
            assert_eq!(of(threads), one, "{threads} threads");
        }
    }
}

#[test]
fn in_a_stream_too() {
    let (text, policies) = (config_maps(0..400), policy("pairs", "configmaps", &pairs()));
    let scratch = Scratch::new(&[("p.yaml", &policies), ("all.yaml", &text)]);
    let whole = asked(&scratch, &["--policy", "p.yaml", "--policy-steps", "60000", "all.yaml"]);
    let run = |threads: &str| {
        let arguments =
            ["check", "--policy", "p.yaml", "--policy-steps", "60000", "--threads", threads, "--format", "concise"];
        let mut command = crate::support::command::podline(&arguments);
        command.arg("-").current_dir(scratch.path("")).write_stdin(text.clone());
        crate::support::command::run(&mut command).stdout
    };
    let one = run("1");
    assert_eq!(one.matches("vap/pairs").count(), whole.0.len(), "{one}");
    assert!(one.contains("policy/over-budget"), "{one}");
    assert_eq!(run("4"), one);
}

#[test]
fn what_a_policy_uses_of_one_object_counts_with_all_of_its_bindings() {
    let binding = |at: usize| super::binding("pairs", "[Deny]").replace("pairs-binding", &format!("b{at:02}"));
    let bindings: Vec<String> = (0..50).map(binding).collect();
    let policies = format!("{}---\n{}", policy("pairs", "configmaps", &pairs()), bindings.join("---\n"));
    let scratch = Scratch::new(&[("p.yaml", &policies), ("one.yaml", &config_maps(0..1))]);
    let (report, run) = check(&scratch, &["--policy", "p.yaml", "--policy-steps", "60000", "one.yaml"]);
    let evaluations = rows(&report).len();
    assert!((5..40).contains(&evaluations), "{evaluations} of 51 bindings");
    assert!(found(&report).iter().any(|finding| finding.contains("policy/over-budget")));
    assert_eq!(run.status, 1);
}

#[test]
fn policies_of_every_engine_are_counted() {
    let kyverno = format!(
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: classic}}\nspec:\n  validationFailureAction: Enforce\n  \
         rules:\n  - name: r\n    match: {{any: [{{resources: {{kinds: [ConfigMap]}}}}]}}\n    validate:\n      message: 'no'\n      \
         deny: {{conditions: {{any: [{{key: \"{{{{ length(map(&length(map(&@, `{ELEMENTS}`)), `{ELEMENTS}`)) }}}}\", operator: Equals, value: 1}}]}}}}\n"
    );
    let validating = format!(
        "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {{name: validating}}\nspec:\n  validationActions: [Deny]\n  \
         matchConstraints: {{resourceRules: [{{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}}]}}\n{}",
        pairs()
    );
    let gatekeeper = format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {{name: rego}}\nspec:\n  crd: {{spec: {{names: \
         {{kind: Rego}}}}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package rego\n      \
         violation[{{\"msg\": \"no\"}}] {{ xs := {ELEMENTS}; count([1 | x := xs[_]; y := xs[_]; x + y == 0]) == 1 }}\n---\n\
         apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Rego\nmetadata: {{name: rego}}\nspec: {{match: {{kinds: [{{apiGroups: \
         [''], kinds: [ConfigMap]}}]}}}}\n"
    );
    for (policies, named) in [
        (kyverno, "ClusterPolicy \"classic\""),
        (validating, "ValidatingPolicy \"validating\""),
        (gatekeeper, "Rego \"rego\""),
    ] {
        let scratch = Scratch::new(&[("p.yaml", &policies), ("all.yaml", &config_maps(0..200))]);
        let (_, said, status) = asked(&scratch, &["--policy", "p.yaml", "--policy-steps", "20000", "all.yaml"]);
        let [said] = said.as_slice() else { panic!("{named}: {said:?}") };
        assert!(said.contains(named) && status == 1, "{said}");
    }
}

#[test]
fn what_takes_little_is_asked_about_every_object_and_counts_for_nothing() {
    let spec = "  validations:\n  - {expression: 'object.data.all(key, key != \"c\")', message: never}\n";
    let scratch = Scratch::new(&[("p.yaml", &policy("keys", "configmaps", spec)), ("all.yaml", &config_maps(0..300))]);
    let (about, said, status) = asked(&scratch, &["--policy", "p.yaml", "--policy-steps", "100000", "all.yaml"]);
    assert_eq!((about.len(), said.len(), status), (300, 0, 0));
}
