//! `podline.yaml`: where it is found, what it changes, and what is said of its mistakes.

use crate::support::command::{Run, Scratch};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, \
                   spec: {hostPID: true, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}\n";

/// The findings of a run, one a line.
fn concise(scratch: &Scratch, arguments: &[&str]) -> Run {
    let mut all = vec!["check", "--format", "concise", "-q"];
    all.extend(arguments);
    scratch.podline(&all)
}

#[test]
fn the_nearest_file_above_a_manifest_is_for_it() {
    let scratch = Scratch::repository(&[
        ("a/podline.yaml", "level: privileged\n"),
        ("a/deep/pod.yaml", POD),
        ("b/pod.yaml", POD),
        ("podline.yaml", "level: baseline\n"),
    ]);
    let run = concise(&scratch, &[]);
    assert_eq!(run.stdout, "b/pod.yaml:1:105: error[pss/hostNamespaces] pod must not set hostPID=true\n");
}

#[test]
fn a_file_above_the_repository_is_for_nothing_in_it() {
    let scratch = Scratch::new(&[("podline.yaml", "level: privileged\n"), ("repo/pod.yaml", POD), ("repo/.git/x", "")]);
    assert_eq!(concise(&scratch, &["repo"]).status, 1);
}

#[test]
fn standard_input_takes_the_file_of_the_working_directory() {
    let scratch = Scratch::repository(&[("podline.yaml", "level: privileged\n")]);
    let run = crate::support::command::run(
        crate::support::command::podline(&["check", "-"]).current_dir(scratch.path("")).write_stdin(POD),
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn the_command_line_wins_over_the_file() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "namespaces: [{level: privileged}]\n"),
        ("other.yaml", "level: privileged\n"),
        ("pod.yaml", POD),
    ]);
    assert_eq!(concise(&scratch, &["pod.yaml"]).status, 0);
    assert_eq!(concise(&scratch, &["pod.yaml", "--level", "baseline"]).status, 1);
    assert_eq!(concise(&scratch, &["pod.yaml", "--no-config"]).status, 1);
    assert_eq!(concise(&scratch, &["pod.yaml", "--config", "other.yaml"]).status, 0);
    assert_eq!(concise(&scratch, &["pod.yaml", "--config", "gone.yaml"]).status, 2);
}

#[test]
fn what_a_file_extends_is_overruled_by_it_and_lists_add_up() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "extends: org/base.yaml\nlevel: baseline\nexclude: [near]\n"),
        ("org/base.yaml", "level: privileged\nexclude: [far]\n"),
        ("near/pod.yaml", POD),
        ("far/pod.yaml", POD),
        ("pod.yaml", POD),
    ]);
    let run = concise(&scratch, &[]);
    assert_eq!(run.stdout, "pod.yaml:1:105: error[pss/hostNamespaces] pod must not set hostPID=true\n");
    let report = scratch.podline(&["check", "--format", "json"]).stdout;
    assert!(report.contains(r#""configuration": ["podline.yaml","org/base.yaml"]"#), "{report}");
}

#[test]
fn a_named_file_is_read_although_it_is_excluded() {
    let scratch = Scratch::repository(&[("podline.yaml", "exclude: pod.yaml\n"), ("pod.yaml", POD)]);
    assert_eq!(concise(&scratch, &["pod.yaml"]).status, 1);
    assert_eq!(concise(&scratch, &["pod.yaml", "--as-walked"]).status, 0);
    assert_eq!(scratch.podline(&["check"]).status, 2, "nothing is left to read");
}

#[test]
fn the_first_entry_that_matches_holds() {
    let by = |entry: &str| {
        let config = format!("level: baseline\nnamespaces:\n  - {entry}\n  - {{level: baseline}}\n");
        let scratch = Scratch::repository(&[("podline.yaml", &config), ("deploy/pod.yaml", POD)]);
        concise(&scratch, &[]).status
    };
    for matching in [
        "{match: {namespaces: sh*}, level: privileged}",
        "{match: {namespaces: [x, shop], kinds: Pod, names: w*}, level: privileged}",
        "{match: {labels: 'app in (web, api)'}, level: privileged}",
        "{match: {service-accounts: default}, level: privileged}",
        "{match: {paths: deploy/}, level: privileged}",
        "{match: {paths: '*.yaml', namespaces: shop}, level: privileged}",
        "{rules: {hostNamespaces: off}}",
    ] {
        assert_eq!(by(matching), 0, "{matching}");
    }
    for other in [
        "{match: {namespaces: web}, level: privileged}",
        "{match: {labels: app!=web}, level: privileged}",
        "{match: {service-accounts: builder}, level: privileged}",
        "{match: {paths: other/}, level: privileged}",
        "{match: {paths: deploy/, namespaces: web}, level: privileged}",
        "{rules: {hostPorts: off}}",
    ] {
        assert_eq!(by(other), 1, "{other}");
    }
}

#[test]
fn verbose_says_which_entry_applied() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "namespaces:\n  - match: {namespaces: shop}\n    level: baseline:v1.31\n"),
        ("pod.yaml", POD),
    ]);
    let run = scratch.podline(&["check", "-v", "pod.yaml"]);
    assert_eq!(run.stderr, "podline: pod.yaml: Pod shop/web is judged at baseline:v1.31 (podline.yaml:2)\n");
    let line =
        "Checked 1 file at the levels of its configuration: 1 document, 1 pod template. Found 1 error in 1 file.";
    assert!(run.stdout.contains(line), "{}", run.stdout);
}

#[test]
fn rules_weigh_what_is_configured() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\nrules: {pss/*: note, hostNamespaces: warning, unknown-field: off}\n"),
        ("pod.yaml", &POD.replace("hostPID", "hostpid: 1, hostIPC: true, hostPID")),
    ]);
    let run = concise(&scratch, &["pod.yaml"]);
    assert_eq!(run.status, 0);
    assert!(run.stdout.contains("warning[pss/hostNamespaces] pod must not set hostIPC=true"), "{}", run.stdout);
    assert!(!run.stdout.contains("unknown-field"), "{}", run.stdout);
}

#[test]
fn a_custom_resource_of_ones_own_is_judged_where_its_templates_stand() {
    let web = "apiVersion: example.com/v1\nkind: Web\nmetadata: {name: web}\nspec:\n  pools:\n  - template:\n      \
               spec:\n        hostPID: true\n        containers: [{name: a, image: b}]\n";
    let scratch = Scratch::repository(&[("web.yaml", web)]);
    let run = concise(&scratch, &["web.yaml", "--level", "baseline"]);
    let (_, entry) = run.stdout.split_once("(templates: ").expect("the entry to paste");
    let (entry, _) = entry.split_once(")\n").expect("its end");
    assert_eq!(entry, "[{apiVersion: example.com/v1, kind: Web, path: 'spec.pools[*].template'}]");
    scratch.write("podline.yaml", &format!("templates: {entry}\n"));
    let run = concise(&scratch, &["web.yaml", "--level", "baseline"]);
    assert_eq!(run.stdout, "web.yaml:8:18: error[pss/hostNamespaces] pod must not set hostPID=true\n");
}

#[test]
fn with_a_broken_file_nothing_that_it_is_for_is_judged_and_the_rest_is() {
    let scratch = Scratch::repository(&[
        ("a/podline.yaml", "levle: baseline\n"),
        ("a/pod.yaml", POD),
        ("b/podline.yaml", "level: baseline\n"),
        ("b/pod.yaml", POD),
    ]);
    let run = concise(&scratch, &["a/pod.yaml", "b/pod.yaml"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.stdout, "b/pod.yaml:1:105: error[pss/hostNamespaces] pod must not set hostPID=true\n");
    assert!(run.stderr.contains("a/podline.yaml:1:1"), "{}", run.stderr);
}

#[test]
fn every_mistake_is_shown_at_its_place() {
    let types = "levle: baseline\nlevel: restrictd\nrules: {privileged: of, hostPorts: 1}\nnamespaces: [foo]\n\
                 admission: 3\nkubernetes-version: 2.0\nlevel: baseline\n";
    let meanings = "extends: [gone.yaml, podline.yaml, 'https://x.example/podline.yaml']\nlevel: baseline\n\
                    admission: true\nrules: {privilegd: off}\nexclude: ['!x']\noutputs: sarif\nnamespaces:\n  \
                    - {match: {namespaces: '[a', labels: [a b], users: me}, level: 'baseline:v1.30', version: v1.31}\ntemplates:\n  \
                    - {apiVersion: apps/v1, kind: Deployment, path: spec.template}\n  \
                    - {apiVersion: example.com/v1, kind: Web, path: 'spec[0]'}\n";
    let syntax = "level: {baseline\n";
    let two = "level: baseline\n---\nlevel: privileged\n";
    let mut shown = Vec::new();
    for (name, text) in [("types", types), ("meanings", meanings), ("syntax", syntax), ("two", two)] {
        let scratch = Scratch::repository(&[("podline.yaml", text), ("pod.yaml", POD)]);
        let run = scratch.podline(&["check", "pod.yaml"]);
        assert_eq!(run.status, 2, "{name}");
        shown.push(format!("== {name}\n{}", run.stderr));
    }
    insta::assert_snapshot!(shown.concat());
}

#[test]
fn mistakes_of_form_and_of_meaning_are_told_in_one_run() {
    let text = "nope: 1\nlevel: strict\nexclude: ['[a']\nrules: {foo: error}\nnamespaces: [{match: {paths: 'a['}, level: 1}]\n\
                waivers:\n- {rules: [nope, privileged, hostPort], until: 2027-99-99, match: {kinds: '[a'}}\n- {rules: 3, reason: x}\n\
                templates: [foo]\n";
    let scratch = Scratch::repository(&[("podline.yaml", text), ("pod.yaml", POD)]);
    let run = scratch.podline(&["check", "pod.yaml"]);
    let messages: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error[")).collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn one_rule_of_a_waiver_may_stand_alone() {
    let config = "waivers: [{rules: hostNamespaces, reason: it must}]\n";
    let scratch = Scratch::repository(&[("podline.yaml", config), ("pod.yaml", POD)]);
    assert_eq!(concise(&scratch, &["--level=baseline"]).status, 0);
}

#[test]
fn files_shows_what_applies_to_each_path() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "extends: org/base.yaml\nrules: {privileged: off}\nexclude: vendor/\n"),
        ("org/base.yaml", "level: baseline\nnamespaces: [{match: {namespaces: kube-system}, level: privileged}]\n"),
        ("deploy/pod.yaml", POD),
        ("vendor/pod.yaml", POD),
    ]);
    let run = scratch.podline(&["files", "--config", "deploy", "vendor"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn files_names_the_configuration_of_each_file() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\n"),
        ("a/pod.yaml", POD),
        ("b/podline.yaml", "level: privileged\n"),
        ("b/deep/pod.yaml", POD),
    ]);
    let run = scratch.podline(&["files"]);
    assert!(run.stdout.contains("read  a/pod.yaml  1 object, 1 pod template  by podline.yaml\n"), "{}", run.stdout);
    assert!(run.stdout.contains("read  b/deep/pod.yaml  1 object, 1 pod template  by b/podline.yaml\n"));
}

#[test]
fn files_names_the_configuration_also_of_files_that_a_check_reads_in_another_way() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\n"),
        (".gitignore", "b/\n"),
        ("a/pod.yaml", POD),
        ("b/pod.yaml", POD),
    ]);
    for arguments in [["files", ".", "b/pod.yaml"], ["files", "--exclude=pod.yaml", "a/pod.yaml"]] {
        let run = scratch.podline(&arguments);
        assert!(run.stdout.contains("/pod.yaml  1 object, 1 pod template  by podline.yaml\n"), "{}", run.stdout);
    }
}

/// A configuration that no file has: the only manifest has one of its own.
fn with_an_unused_configuration(text: &str) -> Scratch {
    Scratch::repository(&[
        ("podline.yaml", text),
        ("sub/a/podline.yaml", "level: baseline\n"),
        ("sub/a/pod.yaml", POD),
        ("accepted.jsonl", ""),
    ])
}

#[test]
fn a_configuration_that_is_for_no_file_is_not_read() {
    for text in ["level: nonsense\n", "accepted: missing.jsonl\n", "outputs: [json=out.json]\n"] {
        let scratch = with_an_unused_configuration(text);
        let run = concise(&scratch, &["sub"]);
        assert_eq!((run.status, run.stderr.as_str()), (1, ""), "{text}");
        assert!(!scratch.path("out.json").exists());
    }
}

#[test]
fn configurations_stand_in_the_report_in_the_order_of_the_files_that_they_are_for() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\n"),
        ("a/b/podline.yaml", "level: privileged\n"),
        ("a/b/pod.yaml", POD),
        ("c/pod.yaml", POD),
    ]);
    let report: serde_json::Value =
        serde_json::from_str(&scratch.podline(&["check", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(report["configuration"], serde_json::json!(["a/b/podline.yaml", "podline.yaml"]));
}

#[test]
fn an_entry_whose_scope_is_empty_is_a_mistake_and_not_for_everything() {
    for text in [
        "namespaces: [{match: {namespaces: []}, level: privileged}]",
        "namespaces: [{match: {namespaces: }, level: privileged}]",
        "namespaces: [{level: privileged, match: }]",
        "waivers: [{rules: [hostNamespaces], reason: x, image: }]",
        "waivers: [{rules: [hostNamespaces], reason: x, match: {labels: []}}]",
        "waivers: [{rules: [hostNamespaces], reason: x, until: }]",
    ] {
        let scratch = Scratch::repository(&[("podline.yaml", text), ("pod.yaml", POD)]);
        let run = scratch.podline(&["check"]);
        assert_eq!(run.status, 2, "{text}");
        assert!(run.stderr.contains("is empty: leave the key out"), "{}", run.stderr);
    }
}

#[test]
fn nothing_of_a_configuration_is_dropped_behind_its_end() {
    let scratch =
        Scratch::repository(&[("podline.yaml", "level: privileged\n...\nlevel: restricted\n"), ("pod.yaml", POD)]);
    let run = scratch.podline(&["check"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("what follows its end is not read"), "{}", run.stderr);
}

#[test]
fn init_writes_a_configuration_that_reads_clean_and_keeps_one_that_is_there() {
    let scratch = Scratch::repository(&[
        ("deploy/pod.yaml", POD),
        (
            "ns.yaml",
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/warn: baseline}}}\n",
        ),
    ]);
    assert_eq!(scratch.podline(&["init"]).status, 0);
    insta::assert_snapshot!(scratch.read("podline.yaml"));
    assert_eq!(scratch.podline(&["check"]).status, 0, "what does not pass yet has its entry");
    assert_eq!(scratch.podline(&["init"]).status, 2);
    assert_eq!(scratch.podline(&["init", "--force"]).status, 0);
    assert_eq!(scratch.read("podline.schema.json"), scratch.podline(&["schema", "config"]).stdout);
}

#[test]
fn init_sets_no_namespace_to_privileged_for_a_few_workloads() {
    let web =
        |index: usize, field: &str| POD.replace("name: web", &format!("name: web-{index}")).replace("hostPID", field);
    let many = |bad: usize, good: usize| {
        let all = (0..bad + good).map(|index| web(index, if index < bad { "hostPID" } else { "hostUsers" }));
        all.collect::<Vec<_>>().join("---\n")
    };
    for (bad, good, level, waivers) in [(1, 4, "baseline", 1), (6, 6, "baseline", 6), (8, 2, "privileged", 0)] {
        let scratch = Scratch::repository(&[("pods.yaml", &many(bad, good))]);
        let init = scratch.podline(&["init"]);
        assert_eq!(init.status, 0);
        let accepted = if waivers > 0 { format!("{waivers} workload") } else { "1 namespace at privileged".to_owned() };
        assert!(init.stderr.contains(&accepted), "{}", init.stderr);
        let text = scratch.read("podline.yaml");
        assert!(text.contains(&format!("  - match: {{namespaces: shop}}\n    level: {level}\n")), "{text}");
        assert_eq!(
            text.matches("\n  - rules: [hostNamespaces]\n    match: {kinds: Pod, namespaces: shop, names: ").count(),
            waivers
        );
        let check = scratch.podline(&["check"]);
        assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
    }
}

#[test]
fn the_schema_describes_every_key() {
    let scratch = Scratch::new(&[]);
    let run = scratch.podline(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let properties = schema["properties"].as_object().expect("properties");
    assert!(properties.values().all(|property| property["description"].is_string()));
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn a_waiver_of_the_configuration_accepts_what_it_names_and_no_more() {
    let scratch = Scratch::repository(&[
        (
            "podline.yaml",
            "level: baseline\nwaivers:\n  - rules: [hostNamespaces]\n    match: {namespaces: shop, names: w*, \
             labels: app=web}\n    reason: it watches the node\n    until: 2027-03-31\n",
        ),
        ("pod.yaml", POD),
        ("other.yaml", &POD.replace("name: web", "name: other")),
    ]);
    let run = concise(&scratch, &["--today", "2027-01-01"]);
    assert_eq!(run.stdout, "other.yaml:1:107: error[pss/hostNamespaces] pod must not set hostPID=true\n");
    let list = scratch.podline(&["waivers", "--today", "2027-01-01"]).stdout;
    assert!(list.starts_with("podline.yaml:3: active, until 2027-03-31 (configuration)\n"), "{list}");
    assert!(list.contains("pss/hostNamespaces of Pod shop/web (pod.yaml:1)"), "{list}");
    let run = concise(&scratch, &["--today", "2027-04-01", "pod.yaml"]);
    assert!(run.stdout.contains("pod.yaml:1:105: error[pss/hostNamespaces]"), "{}", run.stdout);
    assert!(run.stdout.contains("podline.yaml:3:3: error[policy/expired-waiver]"), "{}", run.stdout);
}

#[test]
fn a_waiver_that_covers_nothing_is_told_by_a_walk_and_not_by_a_hook() {
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: privileged\nwaivers: [{rules: [unknown-field], reason: none}]\n"),
        ("pod.yaml", POD),
    ]);
    let run = concise(&scratch, &[]);
    assert!(run.stdout.contains("podline.yaml:2:1: warning[policy/unused-waiver]"), "{}", run.stdout);
    assert_eq!(concise(&scratch, &["--as-walked", "pod.yaml"]).stdout, "");
}

#[test]
fn a_key_of_an_earlier_podline_is_an_error_that_names_the_new_one() {
    let old = "baseline: a.jsonl\nadmission: {namespaces-from: x}\nnamespaces:\n- {namespace: a, selector: b, \
               service-account: c, path: d}\nwaivers:\n- {rules: privileged, reason: x, kind: a, namespace: b, name: \
               c, labels: {d: e}, file: f}\npolicies:\n- {name: a, namespaces: [b], labels: {c: d}, serviceAccounts: [e]}\n";
    let scratch = Scratch::repository(&[("podline.yaml", old), ("pod.yaml", POD)]);
    let run = scratch.podline(&["check", "pod.yaml"]);
    assert_eq!(run.status, 2);
    let messages: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error[")).collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn an_extended_file_that_is_missing_is_shown_where_it_is_named() {
    let text = "# everything in base.yaml holds here too\nlevel: baseline\nextends: base.yaml\n";
    let scratch = Scratch::repository(&[("podline.yaml", text), ("pod.yaml", POD)]);
    let run = scratch.podline(&["check", "pod.yaml"]);
    assert!(run.stderr.contains("podline.yaml:3:10"), "{}", run.stderr);
}

#[test]
fn an_unknown_denial_is_a_mistake_that_lists_the_names() {
    for text in ["deny: encryptd\n", "deny: [all, encryptd]\n"] {
        let scratch = Scratch::repository(&[("podline.yaml", text), ("pod.yaml", POD)]);
        let run = scratch.podline(&["check", "pod.yaml"]);
        assert_eq!(run.status, 2, "{text}");
        let told = "deny: \"encryptd\" is unknown (did you mean encrypted?): must be one of unrendered, ";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn deny_of_the_configuration_fails_on_what_was_skipped() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n";
    let scratch = Scratch::repository(&[("podline.yaml", "level: privileged\ndeny: unrendered\n"), ("pod.yaml", POD)]);
    scratch.write("chart/templates/pod.yaml", template);
    let run = concise(&scratch, &[]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("1 unrendered: denied by the configuration"), "{}", run.stderr);
    assert_eq!(concise(&scratch, &["--deny=policy"]).status, 0, "the command line wins");
}

#[test]
fn mistakes_in_waivers_and_policies_have_their_place() {
    let config = "waivers:\n  - {rules: [privilegd], reason: x}\n  - {rules: [privileged]}\n  - {rules: [privileged], \
                  reason: x, until: tomorrow}\n  - {rule: privileged, reason: x}\npolicies:\n  - {hostNetwork: true}\n";
    let scratch = Scratch::repository(&[("podline.yaml", config), ("pod.yaml", POD)]);
    insta::assert_snapshot!(scratch.podline(&["check", "pod.yaml"]).stderr);
}

#[test]
fn an_empty_path_is_the_working_directory_and_is_called_so() {
    let scratch = Scratch::repository(&[("pod.yaml", POD), ("podline.yaml", "accepted: ''\n")]);
    let run = scratch.podline(&["check", "pod.yaml"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("podline: error: .: "), "{}", run.stderr);
    assert!(!run.stderr.contains("outside"), "{}", run.stderr);
}

#[test]
fn accepted_findings_of_the_configuration_are_not_reported() {
    let scratch =
        Scratch::repository(&[("podline.yaml", "level: baseline\naccepted: accepted.jsonl\n"), ("pod.yaml", POD)]);
    assert_eq!(concise(&scratch, &["--write-accepted", "accepted.jsonl"]).status, 0);
    assert_eq!(concise(&scratch, &[]).stdout, "");
    scratch.write("pod.yaml", &POD.replace("hostPID: true", "hostPID: true, hostIPC: true"));
    let run = concise(&scratch, &[]);
    assert_eq!(run.stdout, "pod.yaml:1:120: error[pss/hostNamespaces] pod must not set hostIPC=true\n");
}

#[test]
fn policies_of_the_configuration_judge_the_files_that_it_is_for() {
    let scratch = Scratch::repository(&[
        (
            "a/podline.yaml",
            "level: privileged\npolicies: [{name: tenants, match: {namespaces: shop}, hostPID: false}]\n",
        ),
        ("a/pod.yaml", POD),
        ("b/podline.yaml", "level: privileged\n"),
        ("b/pod.yaml", POD),
    ]);
    let run = concise(&scratch, &[]);
    assert!(run.stdout.starts_with("a/pod.yaml:1:105: error[local/hostNamespaces]"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
}

#[test]
fn namespaces_decide_where_the_configuration_says_so() {
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: \
                     {pod-security.kubernetes.io/enforce: baseline}}}\n";
    let scratch = Scratch::repository(&[
        ("a/podline.yaml", "admission: true\ncluster: ../cluster\n"),
        ("a/pod.yaml", POD),
        ("cluster/ns.yaml", namespace),
    ]);
    let run = concise(&scratch, &["a"]);
    assert_eq!(run.stdout, "a/pod.yaml:1:105: error[pss/hostNamespaces] pod must not set hostPID=true\n");
    let report = scratch.podline(&["check", "--format", "json", "a"]).stdout;
    assert!(report.contains("\"enforce\":\"baseline:latest\""), "{report}");
    assert_eq!(concise(&scratch, &["--level", "privileged", "a"]).status, 0, "the command line wins");
}

#[test]
fn a_rule_that_only_a_policy_can_bring_is_looked_for_where_policies_of_its_family_are_loaded() {
    let policy = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: few}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [services]}]}\n  validations: [{expression: 'true'}]\n";
    let scratch = Scratch::repository(&[
        ("podline.yaml", "level: baseline\nrules:\n  vap/no-latest: off\n"),
        ("waivers.yaml", "waivers:\n  - rules: [hostPorts, 'vap/no-latest=x']\n    reason: for a test\n"),
        ("pod.yaml", POD),
        ("policy.yaml", policy),
    ]);
    let found = "pod.yaml:1:105: error[pss/hostNamespaces] pod must not set hostPID=true\n";
    let run = concise(&scratch, &["--policy", "policy.yaml", "pod.yaml"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("podline.yaml:3:3: no rule is called \"vap/no-latest\""), "{}", run.stderr);
    assert_eq!(run.stdout, found);
    let run = concise(&scratch, &["--config", "waivers.yaml", "--policy", "policy.yaml", "pod.yaml"]);
    assert!(run.stderr.contains("waivers.yaml:2:24: no rule is called \"vap/no-latest\""), "{}", run.stderr);
    // Without them nobody can tell a mistake from a rule of another run.
    let run = concise(&scratch, &["pod.yaml"]);
    assert_eq!((run.status, run.stdout.as_str()), (1, found), "{}", run.stderr);
}

#[test]
fn a_selected_rule_that_no_policy_brings_is_an_error() {
    let scratch = Scratch::repository(&[("pod.yaml", POD)]);
    let run = concise(&scratch, &["--select", "vap/no-latest"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("--select: no rule is called \"vap/no-latest\""), "{}", run.stderr);
}

#[test]
fn the_lowest_severity_that_fails_can_be_configured() {
    let warning =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a, image: b}]}\n";
    let scratch = Scratch::repository(&[("a/web.yaml", warning), ("b/web.yaml", warning)]);
    let head = "level: baseline\nrules: {hostNamespaces: warning}\n";
    let status = |arguments: &[&str]| scratch.podline(&[&["check"], arguments].concat()).status;
    scratch.write("podline.yaml", head);
    assert_eq!(status(&["."]), 0);
    scratch.write("podline.yaml", &format!("{head}fail-on: warning\n"));
    assert_eq!(status(&["."]), 1);
    assert_eq!(status(&["--fail-on=error", "."]), 0, "the command line wins");
    // A file that is nearer, or that is built on, can only be stricter.
    scratch.write("a/podline.yaml", &format!("{head}fail-on: never\n"));
    assert_eq!(status(&["a"]), 1);
    scratch.write("podline.yaml", &format!("{head}fail-on: never\n"));
    assert_eq!(status(&["."]), 0);
    scratch.write("a/podline.yaml", "extends: ../podline.yaml\nfail-on: note\n");
    assert_eq!((status(&["."]), status(&["b"])), (1, 0), "for what is below it");
    scratch.write("podline.yaml", "fail-on: sometimes\n");
    let run = scratch.podline(&["check", "b"]);
    assert!(run.status == 2 && run.stderr.contains("fail-on takes error, warning, note or never"), "{}", run.stderr);
}

#[test]
fn what_is_denied_above_is_denied_below() {
    let secret = "data: ENC[AES256_GCM,data:a,type:str]\nsops: {mac: x, version: '3'}\n";
    let scratch = Scratch::repository(&[("a/secret.yaml", secret), ("podline.yaml", "deny: encrypted\n")]);
    scratch.write("a/podline.yaml", "level: baseline\n");
    assert_eq!(scratch.podline(&["check", "a"]).status, 1);
}
