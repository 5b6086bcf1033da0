//! What a run judges by is the same on every surface: one table, and a test for each command and for the editor.

use serde_json::{Value, json};

use crate::lsp::POD;
use crate::lsp::client::{Session, uri};
use crate::support::command::{Run, Scratch};

/// What a surface must say.
struct Says {
    status: i32,
    /// Parts of standard output.
    out: &'static [&'static str],
    /// Parts of standard error; none at all means that it is empty but for hints.
    err: &'static [&'static str],
}

/// Something that surfaces disagreed on, or were silent about.
struct Case {
    about: &'static str,
    /// Files besides `head/web.yaml`, a pod on the node's network without a digest, and `base/web.yaml`, the same with one.
    files: &'static [(&'static str, &'static str)],
    check: Says,
    diff: Says,
    levels: Says,
    waivers: Says,
    files_listed: Says,
    init: Says,
    /// What the editor shows in files: the rules, each with its line from 1.
    editor: &'static [(&'static str, &'static [(&'static str, u64)])],
}

const READ: &[&str] = &["read  head/web.yaml  1 object, 1 pod template  by podline.yaml"];
const ANOTHER: &str = "the file is not the one that was meant: its digest is sha256:";
const WRITTEN: Says = Says { status: 0, out: &[], err: &["wrote podline.yaml"] };

/// A ValidatingAdmissionPolicy that asks for digests.
const VALIDATING: &str = "\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: digests}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations:
  - expression: object.spec.containers.all(c, c.image.contains('@'))
    message: no digest
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: digests}
spec: {policyName: digests, validationActions: [Deny]}
";

const CASES: &[Case] = &[
    Case {
        about: "named policies in a file that the configuration names",
        files: &[
            ("podline.yaml", "policies:\n  - file: ours.yaml\n"),
            ("ours.yaml", "policies:\n  - name: digests\n    requireImageDigest: true\n"),
        ],
        check: Says { status: 1, out: &["local/requireImageDigest", "pss/hostNamespaces"], err: &[] },
        diff: Says { status: 1, out: &["local/requireImageDigest", "new: 1 error"], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says { status: 0, out: &["0 waivers"], err: &[] },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("head/web.yaml", &[("pss/hostNamespaces", 6), ("local/requireImageDigest", 13)])],
    },
    Case {
        about: "a policy of the cluster in a file that the configuration names",
        files: &[("podline.yaml", "policies:\n  - file: vap.yaml\n"), ("vap.yaml", VALIDATING)],
        check: Says { status: 1, out: &["vap/digests", "no digest", "pss/hostNamespaces"], err: &[] },
        diff: Says { status: 1, out: &["vap/digests", "new: 1 error"], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says { status: 0, out: &["0 waivers"], err: &[] },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("head/web.yaml", &[("pss/hostNamespaces", 6), ("vap/digests", 13)])],
    },
    Case {
        about: "a policy that has ended",
        files: &[(
            "podline.yaml",
            "policies:\n  - name: digests\n    requireImageDigest: true\n    until: 2020-01-31\n",
        )],
        check: Says { status: 1, out: &["warning[policy/ended]", "pss/hostNamespaces"], err: &[] },
        diff: Says { status: 0, out: &["nothing new"], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says { status: 0, out: &["0 waivers"], err: &[] },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("podline.yaml", &[("policy/ended", 2)]), ("head/web.yaml", &[("pss/hostNamespaces", 6)])],
    },
    Case {
        about: "a copy of a configuration that is not the one that was meant",
        files: &[
            (
                "podline.yaml",
                "extends: org.yaml@sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
            ),
            ("org.yaml", "level: privileged\n"),
        ],
        check: Says { status: 2, out: &["1 file could not be checked"], err: &[ANOTHER] },
        diff: Says { status: 2, out: &["nothing new"], err: &[ANOTHER] },
        levels: Says { status: 2, out: &[], err: &[ANOTHER] },
        waivers: Says { status: 2, out: &["0 waivers"], err: &[ANOTHER] },
        files_listed: Says { status: 2, out: &[], err: &[ANOTHER] },
        init: WRITTEN,
        editor: &[("podline.yaml", &[("policy/configuration", 1)]), ("head/web.yaml", &[("policy/configuration", 1)])],
    },
    Case {
        about: "a broken policy beside a good one",
        files: &[("podline.yaml", "policies:\n  - file: psp.yaml\n"), ("psp.yaml", POLICIES)],
        check: Says { status: 2, out: &["local/hostNamespaces", "pss/hostNamespaces"], err: &[BROKEN] },
        diff: Says { status: 2, out: &["nothing new; 0 fixed, 2 unchanged"], err: &[BROKEN] },
        levels: Says { status: 2, out: &["default"], err: &[BROKEN] },
        waivers: Says { status: 2, out: &["0 waivers"], err: &[BROKEN] },
        files_listed: Says { status: 2, out: READ, err: &[BROKEN] },
        init: WRITTEN,
        editor: &[
            ("psp.yaml", &[("policy/configuration", 17)]),
            ("head/web.yaml", &[("local/hostNamespaces", 6), ("pss/hostNamespaces", 6), ("policy/configuration", 1)]),
        ],
    },
    Case {
        about: "a waiver of what a policy refuses",
        files: &[(
            "podline.yaml",
            "policies:\n  - name: digests\n    requireImageDigest: true\nwaivers:\n  - rules: [local/requireImageDigest]\n    \
             reason: not yet\n",
        )],
        check: Says { status: 1, out: &["pss/hostNamespaces", "1 waived"], err: &[] },
        diff: Says { status: 0, out: &["nothing new", "1 waived"], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says {
            status: 0,
            out: &["local/requireImageDigest of Pod web, container \"app\" (head/web.yaml:13)", "0 unused"],
            err: &[],
        },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("head/web.yaml", &[("pss/hostNamespaces", 6)])],
    },
    Case {
        about: "a waiver where the labels of the namespace allow it anyway",
        files: &[
            ("podline.yaml", "admission: true\nwaivers:\n  - rules: [hostNamespaces]\n    reason: not yet\n"),
            ("head/namespace.yaml", NAMESPACE),
            ("base/namespace.yaml", NAMESPACE),
        ],
        check: Says { status: 0, out: &["No findings", "at the levels of their namespaces"], err: &[] },
        diff: Says { status: 0, out: &["nothing new; 0 fixed, 0 unchanged."], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says { status: 0, out: &["covers: nothing", "1 unused"], err: &[] },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("head/web.yaml", &[])],
    },
    Case {
        about: "a waiver of what nothing may waive",
        files: &[(
            "podline.yaml",
            "waiver-policy:\n  never: [hostNamespaces]\nwaivers:\n  - rules: [hostNamespaces]\n    reason: not yet\n",
        )],
        check: Says { status: 1, out: &["pss/hostNamespaces", "policy/ignored-waiver"], err: &[] },
        diff: Says { status: 0, out: &["nothing new"], err: &[] },
        levels: Says { status: 0, out: &["default"], err: &[] },
        waivers: Says { status: 0, out: &["ignored (configuration)", "1 ignored"], err: &[] },
        files_listed: Says { status: 0, out: READ, err: &[] },
        init: WRITTEN,
        editor: &[("head/web.yaml", &[("pss/hostNamespaces", 6)])],
    },
    Case {
        about: "a floor that the configuration of a directory loosens",
        files: &[("podline.yaml", "floor: true\nlevel: restricted\n"), ("head/podline.yaml", "level: baseline\n")],
        check: Says { status: 2, out: &[], err: LOOSENED },
        diff: Says { status: 2, out: &[], err: LOOSENED },
        levels: Says { status: 2, out: &[], err: LOOSENED },
        waivers: Says { status: 2, out: &[], err: LOOSENED },
        files_listed: Says { status: 2, out: &["read  head/web.yaml"], err: LOOSENED },
        init: WRITTEN,
        editor: &[
            ("head/podline.yaml", &[("policy/configuration", 1)]),
            ("head/web.yaml", &[("policy/configuration", 1)]),
        ],
    },
    Case {
        about: "an extended file that is not there, named in a comment before",
        files: &[("podline.yaml", "# everything in base.yaml holds here too\n\nextends: base.yaml\n")],
        check: Says { status: 2, out: &[], err: MISSING },
        diff: Says { status: 2, out: &[], err: MISSING },
        levels: Says { status: 2, out: &[], err: MISSING },
        waivers: Says { status: 2, out: &[], err: MISSING },
        files_listed: Says { status: 2, out: &["read  head/web.yaml"], err: MISSING },
        init: WRITTEN,
        editor: &[("podline.yaml", &[("policy/configuration", 3)]), ("head/web.yaml", &[("policy/configuration", 1)])],
    },
];

const LOOSENED: &[&str] = &["head/podline.yaml:1:8", "the floor is podline.yaml:2", "head/podline.yaml cannot be used"];
const MISSING: &[&str] = &["podline.yaml:3:10", "base.yaml: cannot be read", "podline.yaml cannot be used"];
const BROKEN: &str = "psp.yaml:17:19: PodSecurityPolicy \"broken\" is invalid: spec.fsGroup.rule";
const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels:\n    \
                         pod-security.kubernetes.io/enforce: privileged\n";
const POLICIES: &str = "\
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: good, annotations: {seccomp.security.alpha.kubernetes.io/allowedProfileNames: \"*\"}}
spec:
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
---
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: broken}
spec:
  runAsUser: {rule: RunAsAny}
  hostNetwork: true
  seLinux: {rule: RunAsAny}
  fsGroup: {rule: Any}
  supplementalGroups: {rule: RunAsAny}
";

fn scratch(case: &Case) -> Scratch {
    let scratch = Scratch::repository(case.files);
    scratch.write("head/web.yaml", POD);
    let digest = format!("image: app@sha256:{}", "0".repeat(64));
    scratch.write("base/web.yaml", &POD.replace("image: app", &digest));
    scratch
}

fn says(case: &Case, says: &Says, arguments: &[&str]) {
    let Run { status, stdout, stderr } = scratch(case).podline(arguments);
    let all = format!("{}: {arguments:?}\n{stdout}\n{stderr}", case.about);
    assert_eq!(status, says.status, "{all}");
    for part in says.out {
        assert!(stdout.contains(part), "{part} is not said on standard output: {all}");
    }
    for part in says.err {
        assert!(stderr.contains(part), "{part} is not said on standard error: {all}");
    }
    assert_eq!(stderr.contains("error"), says.status == 2, "{all}");
}

#[test]
fn check_judges_by_what_is_configured() {
    for case in CASES {
        says(case, &case.check, &["check", "head"]);
    }
}

#[test]
fn diff_judges_by_what_is_configured() {
    for case in CASES {
        says(case, &case.diff, &["diff", "base", "head"]);
    }
}

#[test]
fn levels_are_asked_of_what_is_configured() {
    for case in CASES {
        says(case, &case.levels, &["levels", "head"]);
    }
}

#[test]
fn waivers_cover_what_is_found_by_what_is_configured() {
    for case in CASES {
        says(case, &case.waivers, &["waivers", "head"]);
    }
}

#[test]
fn files_are_listed_by_what_is_configured() {
    for case in CASES {
        says(case, &case.files_listed, &["files", "head"]);
    }
}

#[test]
fn init_replaces_what_is_configured() {
    for case in CASES {
        says(case, &case.init, &["init", "--force", "head"]);
    }
}

#[test]
fn the_editor_judges_by_what_is_configured() {
    for case in CASES {
        let scratch = scratch(case);
        let mut session = Session::new(&scratch.path(""));
        session.open(&uri(&scratch.path("head/web.yaml")), POD);
        for (file, expected) in case.editor {
            let shown = session.diagnostics(&uri(&scratch.path(file)));
            let rules: Vec<(&str, u64)> = shown.iter().map(rule_and_line).collect();
            assert_eq!(rules, *expected, "{}: {file}: {shown:#?}", case.about);
        }
        session.leave();
    }
}

fn rule_and_line(diagnostic: &Value) -> (&str, u64) {
    let line = diagnostic["range"]["start"]["line"].as_u64().expect("a line");
    (diagnostic["code"].as_str().expect("a rule"), line + 1)
}

/// With the command line as with the configuration.
#[test]
fn policies_of_the_command_line_and_of_files_that_files_name_judge_alike() {
    let scratch = Scratch::repository(&[
        ("web.yaml", POD),
        ("all.yaml", "policies:\n  - file: deeper/ours.yaml\n    match: {namespaces: default}\n"),
        ("other.yaml", "policies:\n  - file: deeper/ours.yaml\n    match: {namespaces: shop}\n"),
        ("deeper/ours.yaml", "policies:\n  - name: digests\n    requireImageDigest: true\n"),
        ("mine.yaml", "policies:\n  - name: digests\n    requireImageDigest: true\nwaivers: []\n"),
        ("ring.yaml", "policies:\n  - file: ring.yaml\n"),
    ]);
    let found = |arguments: &[&str]| {
        let run = scratch
            .podline(&[&["check", "--format", "concise", "--select", "local/*", "-q", "web.yaml"], arguments].concat());
        (run.status, run.stdout.contains("local/requireImageDigest"), run.stderr)
    };
    assert_eq!(found(&["--policy", "all.yaml"]), (1, true, String::new()));
    let nothing = "podline: warning: nothing was judged: --select, --ignore or the configuration leave no rule that judges the \
                   only pod template\n";
    assert_eq!(found(&["--policy", "other.yaml"]), (0, false, nothing.to_owned()));
    let (status, _, stderr) = found(&["--policy", "ring.yaml"]);
    assert!(status == 2 && stderr.contains("ring.yaml:2:5: ring.yaml: names itself"), "{stderr}");
    scratch.write("podline.yaml", "policies:\n  - file: all.yaml\n");
    assert_eq!(found(&[]), (1, true, String::new()));
    scratch.write("podline.yaml", "policies:\n  - file: all.yaml\n    match: {namespaces: shop}\n");
    assert_eq!(found(&[]), (0, false, nothing.to_owned()));
    let waivers = scratch.podline(&["waivers", "--policy", "deeper/ours.yaml", "web.yaml"]);
    assert_eq!(waivers.status, 0, "{}", waivers.stderr);
}

#[test]
fn a_manifest_beside_a_broken_configuration_says_so_once_and_is_clean_when_that_is_mended() {
    let scratch = Scratch::repository(&[("podline.yaml", "level: strict\nruls: {}\n")]);
    let mut session = Session::new(&scratch.path(""));
    let (web, config) = (uri(&scratch.path("web.yaml")), uri(&scratch.path("podline.yaml")));
    session.open(&web, POD);
    let shown = session.diagnostics(&web);
    assert_eq!(shown.len(), 1, "{shown:#?}");
    let message = shown[0]["message"].as_str().expect("a text");
    let expected = "podline.yaml cannot be used, so this file is not checked: podline.yaml:1:8: level ";
    assert!(message.starts_with(expected) && message.ends_with("(and 1 more)"), "{message}");
    assert_eq!(shown[0]["severity"], 1);
    assert_eq!(shown[0]["relatedInformation"][0]["location"]["uri"], config);
    assert_eq!(session.diagnostics(&config).len(), 2);
    scratch.write("podline.yaml", "level: privileged\n");
    session.notify("textDocument/didSave", json!({"textDocument": {"uri": config}}));
    assert!(session.diagnostics(&config).is_empty());
    assert!(session.diagnostics(&web).is_empty());
    session.leave();
}

#[test]
fn a_broken_file_of_accepted_findings_is_told_in_the_editor_and_what_it_records_is_shown() {
    let scratch = Scratch::repository(&[("podline.yaml", "accepted: old.jsonl\n"), ("old.jsonl", "[]\n")]);
    let mut session = Session::new(&scratch.path(""));
    let web = uri(&scratch.path("web.yaml"));
    session.open(&web, POD);
    let rules: Vec<Value> = session.diagnostics(&web).iter().map(|shown| shown["code"].clone()).collect();
    assert_eq!(rules, [json!("pss/hostNamespaces"), json!("policy/configuration")]);
    let shown = session.diagnostics(&uri(&scratch.path("podline.yaml")));
    assert_eq!(shown[0]["range"]["start"], json!({"line": 0, "character": 10}), "{shown:#?}");
    session.leave();
}
