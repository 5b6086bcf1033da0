//! Where edits fall, in the style of the place, and what is never edited.

use podline::finding::{Change, Finding, Repair, ReportEntry, Waived, WaiverSource};
use podline::fix::{self, Fault, Repairs, check_one};
use podline::lint::{Options, lint};
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use serde_json::json;

fn findings(text: &str) -> (SourceFile, Vec<ReportEntry>) {
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let findings = lint(&file, true, &Options::default()).findings;
    (file, findings)
}

fn mend(text: &str, repairs: Repairs) -> String {
    let (file, findings) = findings(text);
    let fixed = fix::apply(&file, &findings, repairs).expect("a repair").text;
    check_one(text.as_bytes(), &Options::default()).expect("what must hold of every repair");
    fixed
}

/// A pod with one container, of which the lines below its name are given.
fn pod(container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  securityContext:\n    runAsNonRoot: true\n    \
         seccompProfile: {{type: RuntimeDefault}}\n  containers:\n  - name: a\n{container}"
    )
}

/// The container's lines after all repairs.
fn container(lines: &str) -> String {
    let mended = mend(&pod(lines), Repairs::All);
    mended.strip_prefix(&pod("")).expect("only the container changes").to_owned()
}

#[test]
fn what_is_missing_comes_behind_the_last_key_in_block_style() {
    assert_eq!(
        container("    image: b # pinned\n    # the end\n"),
        "    image: b # pinned\n    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        \
         drop:\n        - ALL\n    # the end\n"
    );
}

#[test]
fn what_is_missing_joins_an_existing_security_context() {
    assert_eq!(
        container("    securityContext:\n      runAsUser: 1 # app\n    image: b\n"),
        "    securityContext:\n      runAsUser: 1 # app\n      allowPrivilegeEscalation: false\n      capabilities:\n        \
         drop:\n        - ALL\n    image: b\n"
    );
}

#[test]
fn an_empty_mapping_opens_into_block_style() {
    for empty in ["{} # todo", "null # todo", "~ # todo", "# todo"] {
        assert_eq!(
            container(&format!("    securityContext: {empty}\n    image: b\n")),
            "    securityContext: # todo\n      allowPrivilegeEscalation: false\n      capabilities:\n        drop:\n        \
             - ALL\n    image: b\n",
            "{empty}"
        );
    }
}

#[test]
fn a_null_at_the_end_is_filled_before_lines_come_behind_it() {
    assert_eq!(
        container("    securityContext:\n      capabilities: {drop: [ALL]}\n      seccompProfile:\n        type:"),
        "    securityContext:\n      capabilities: {drop: [ALL]}\n      seccompProfile:\n        type: RuntimeDefault\n      \
         allowPrivilegeEscalation: false"
    );
}

#[test]
fn flow_style_stays() {
    assert_eq!(
        container("    securityContext: {privileged: true, capabilities: {drop: [KILL]}}\n"),
        "    securityContext: {privileged: false, capabilities: {drop: [KILL, ALL]}, allowPrivilegeEscalation: false}\n"
    );
    assert_eq!(
        container("    securityContext: {\n      runAsUser: 1, # app\n      capabilities: {drop: [ALL,]}\n    }\n"),
        "    securityContext: {\n      runAsUser: 1, # app\n      capabilities: {drop: [ALL,]},\n      \
         allowPrivilegeEscalation: false\n    }\n"
    );
}

#[test]
fn a_comma_behind_the_last_member_stays_or_goes_with_all_of_them() {
    assert_eq!(
        container("    securityContext: {capabilities: {add: [SYS_ADMIN],},}\n"),
        "    securityContext: {capabilities: {drop: [ALL],}, allowPrivilegeEscalation: false}\n"
    );
}

#[test]
fn a_key_without_a_value_keeps_the_blank_behind_its_colon() {
    assert_eq!(
        container("    securityContext: {capabilities: {drop: [ALL]}, runAsUser: }\n"),
        "    securityContext: {capabilities: {drop: [ALL]}, runAsUser: , allowPrivilegeEscalation: false}\n"
    );
}

#[test]
fn a_comment_of_what_is_taken_away_stays() {
    assert_eq!(
        container(
            "    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        add:\n        # why\n\
             \x20       - NET_RAW # raw\n        drop:\n        - ALL\n"
        ),
        "    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        # why\n        # raw\n        \
         drop:\n        - ALL\n"
    );
}

#[test]
fn the_first_key_behind_a_dash_can_go() {
    let rest = "    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n";
    assert_eq!(
        container(&format!("    ports:\n    - hostPort: 80 # web\n      containerPort: 80\n{rest}")),
        format!("    ports:\n    - # web\n      containerPort: 80\n{rest}")
    );
    assert_eq!(
        container(&format!("    ports:\n    - hostPort: 80\n      containerPort: 80\n{rest}")),
        format!("    ports:\n    - containerPort: 80\n{rest}")
    );
}

#[test]
fn a_file_keeps_its_crlf_and_its_missing_last_line_end() {
    let mended = mend(&pod("    image: b").replace('\n', "\r\n"), Repairs::All);
    assert_eq!(mended.matches('\n').count(), mended.matches("\r\n").count());
    assert!(mended.ends_with("\r\n        drop:\r\n        - ALL"), "{mended}");
}

#[test]
fn a_block_scalar_at_the_end_keeps_its_lines() {
    let added = "    securityContext:\n      allowPrivilegeEscalation: false\n      capabilities:\n        drop:\n        - ALL";
    for (scalar, behind) in [("|+\n      a\n\n", "\n"), ("|\n      a\n\n", "\n\n"), ("|-\n      a", "")] {
        let args = format!("    args:\n    - {}", scalar.strip_suffix(behind).expect("the blank lines"));
        let args =
            if behind == "\n\n" { args } else { args.trim_end().to_owned() + if behind == "\n" { "\n" } else { "" } };
        assert_eq!(container(&format!("    args:\n    - {scalar}")), format!("{args}\n{added}{behind}"), "{scalar:?}");
    }
    // A line end would become a part of this one.
    let args = "    args:\n    - |\n      a";
    assert_eq!(container(args), format!("{added}\n{args}"));
}

#[test]
fn dashes_stand_where_those_of_the_document_stand() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n    securityContext:\n        runAsNonRoot: true\n        \
                seccompProfile: {type: RuntimeDefault}\n    containers:\n      - name: a\n";
    assert!(mend(text, Repairs::All).ends_with(
        "      - name: a\n        securityContext:\n            allowPrivilegeEscalation: false\n            capabilities:\n\
         \x20               drop:\n                  - ALL\n"
    ));
}

#[test]
fn json_stays_json_compact_or_over_lines() {
    let object = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "securityContext": {}}], "hostPID": true},
    });
    let compact = mend(&object.to_string(), Repairs::All);
    assert!(
        compact.contains(
            r#""securityContext":{"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}],"hostPID":false"#
        ) || compact.contains(r#""securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}],"#),
        "{compact}"
    );
    insta::assert_snapshot!(mend(&serde_json::to_string_pretty(&object).expect("JSON"), Repairs::All));
}

#[test]
fn items_of_a_list_are_mended_each_where_it_stands() {
    let item = "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - name: a\n";
    let mended = mend(&format!("apiVersion: v1\nkind: List\nitems:\n{item}{item}"), Repairs::All);
    assert_eq!(
        mended.matches("      securityContext:\n        allowPrivilegeEscalation: false\n").count(),
        2,
        "{mended}"
    );
    assert_eq!(mended.matches("    securityContext:\n      runAsNonRoot: true\n").count(), 2, "{mended}");
}

#[test]
fn what_ran_before_runs_after_a_safe_repair() {
    let context = |who: &str, context: &str| {
        pod(&format!("    securityContext: {{{context}}}\n")).replace("runAsNonRoot: true", who)
    };
    let dropped = mend(&context("runAsUser: 10", "capabilities: {drop: [ALL]}"), Repairs::Safe);
    assert!(dropped.contains("{capabilities: {drop: [ALL]}, allowPrivilegeEscalation: false}"), "{dropped}");
    assert!(!dropped.contains("runAsNonRoot"), "{dropped}");
    let closed = mend(&context("runAsUser: 10", "allowPrivilegeEscalation: false"), Repairs::Safe);
    assert!(closed.contains("drop: [ALL]"), "{closed}");
    // A user that nobody states may be root, and setuid files and file capabilities give rights to any other.
    for (who, what) in [
        ("runAsUser: 10", ""),
        ("runAsUser: 0", "capabilities: {drop: [ALL]}"),
        ("runAsNonRoot: true", "capabilities: {drop: [ALL]}"),
        ("runAsUser: 10", "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}"),
        ("runAsUser: 10", "capabilities: {drop: [ALL]}, allowPrivilegeEscalation: true"),
        ("runAsUser: 0", "allowPrivilegeEscalation: false"),
        ("runAsUser: 10", "allowPrivilegeEscalation: false, capabilities: {add: [CHOWN]}"),
    ] {
        let text = context(who, what);
        assert_eq!(mend(&text, Repairs::Safe), text, "{who} {what}");
    }
    let profile = context("runAsUser: 10", "capabilities: {drop: [ALL]}, allowPrivilegeEscalation: false");
    let profile = profile.replace("    seccompProfile: {type: RuntimeDefault}\n", "");
    assert_eq!(mend(&profile, Repairs::Safe), profile, "a profile where there was none");
}

/// A resource whose controller adds to the pod gets what is missing where its schema has the field.
#[test]
fn a_partial_custom_resource_gets_what_is_missing() {
    let text = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: a}\nspec:\n  containers:\n  - name: app\n    image: a\n";
    let (file, found) = findings(text);
    let report = lint(&file, true, &Options::default());
    assert!(report.templates.iter().all(|template| !template.complete), "it is a partial one");
    let fixed = fix::apply(&file, &found, Repairs::All).expect("a repair").text;
    assert!(fixed.contains("allowPrivilegeEscalation: false"), "{fixed}");
    let fixed_file = SourceFile::new("a.yaml", fixed.clone().into_bytes()).expect("a small file");
    let left = lint(&fixed_file, true, &Options::default());
    assert!(left.templates[0].verdicts.iter().all(|verdict| verdict.checks.is_empty()), "{fixed}");
}

#[test]
fn a_profile_goes_to_the_pod_unless_a_container_has_another() {
    let pod = |second: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n  - name: b\n    \
             securityContext: {second}\n"
        )
    };
    let own = mend(&pod("{seccompProfile: {type: Localhost, localhostProfile: x}}"), Repairs::All);
    assert!(own.contains("\n      seccompProfile:\n        type: RuntimeDefault\n"), "{own}");
    assert!(!own.contains("\n    seccompProfile:"), "{own}");
    let shared = mend(&pod("{privileged: false}"), Repairs::All);
    assert!(shared.contains("\n    seccompProfile:\n      type: RuntimeDefault\n"), "{shared}");
    assert_eq!(shared.matches("seccompProfile").count(), 1, "{shared}");
}

#[test]
fn an_anchor_changes_only_where_all_its_users_want_the_same() {
    let agree = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    securityContext: &sc\n      \
                 privileged: true\n  - name: b\n    securityContext: *sc\n";
    let mended = mend(agree, Repairs::All);
    assert!(mended.contains("&sc\n      privileged: false\n      allowPrivilegeEscalation: false\n"), "{mended}");
    assert!(mended.contains("    securityContext: *sc\n"), "{mended}");
    let differ = agree
        .replace("name: b\n    securityContext: *sc", "name: b\n    resources: {limits: &l {cpu: 1}}\n    env: []\n");
    assert!(mend(&differ, Repairs::All).contains("privileged: false"));
    // A label that shares the boolean's text would change with it.
    let elsewhere = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: &on true\n  shareProcessNamespace: *on\n  \
                     containers: [{name: a}]\n";
    let mended = mend(elsewhere, Repairs::All);
    assert!(mended.contains("hostPID: &on true\n"), "{mended}");
    assert!(mended.contains("runAsNonRoot: true"), "the rest is mended: {mended}");
}

#[test]
fn a_merge_gets_its_keys_where_it_is_merged() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - &c\n    name: a\n    image: b\n  - \
                <<: *c\n    name: b\n";
    let mended = mend(text, Repairs::All);
    let (_, file) = (&mended, SourceFile::new("a", mended.clone().into_bytes()).expect("small"));
    let report = lint(&file, true, &Options::default());
    assert_eq!(report.templates[0].verdicts[0].allowed, Some(true), "{mended}");
}

#[test]
fn what_is_waived_is_left() {
    let (file, mut findings) = findings(&pod("    image: b\n"));
    let waived = Waived { source: WaiverSource::Comment, reason: "r".into(), until: None, file: "w".into(), line: 1 };
    for finding in &mut findings {
        finding.waived = Some(waived.clone().into());
    }
    let fixed = fix::apply(&file, &findings, Repairs::All).expect("a repair");
    assert_eq!((fixed.text.as_str(), fixed.findings.len()), (file.text(), 0));
}

#[test]
fn utf_16_and_broken_utf_8_are_refused() {
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(pod("").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let broken = [pod("").as_bytes(), b"# \xFF\n"].concat();
    for bytes in [utf16, broken] {
        let file = SourceFile::new("a", bytes.clone()).expect("small");
        assert!(matches!(fix::apply(&file, &[], Repairs::All), Err(Fault::Encoding(_))));
        assert_eq!(check_one(&bytes, &Options::default()), Ok(None));
    }
}

#[test]
fn explicit_tags_stay_and_hide_no_column() {
    assert_eq!(
        container("    image: b\n    securityContext: !!map\n      privileged: true\n"),
        "    image: b\n    securityContext: !!map\n      privileged: false\n      allowPrivilegeEscalation: false\n      \
         capabilities:\n        drop:\n        - ALL\n"
    );
    let tagged = "apiVersion: v1\nkind: !!str Pod\nmetadata: !!map {name: a}\nspec: !!map\n  hostPID: !!bool true\n  \
                  containers: !!seq\n  - !!map\n    !!str name: a\n    ports: !<tag:yaml.org,2002:seq>\n    - !!map {hostPort: 1, \
                  containerPort: 1}\n  - &b !!map\n    name: b\n";
    let mended = mend(tagged, Repairs::All);
    assert!(findings(&mended).1.is_empty(), "{mended}");
    assert!(mended.contains("spec: !!map\n  hostPID: !!bool false\n  containers: !!seq\n  - !!map\n"), "{mended}");
}

#[test]
fn a_line_that_editors_do_not_see_is_not_edited() {
    for end in ["\u{2028}", "\u{2029}", "\u{85}", "\r"] {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  # why{end}  hostPID: true\n");
        let (file, findings) = findings(&text);
        let refused = fix::apply(&file, &findings, Repairs::All);
        assert!(matches!(refused, Err(Fault::Encoding(message)) if message.contains("U+2028")), "{end:?} {refused:?}");
        let harmless = text.replace(&format!("{end}  "), &format!("{end}\n  "));
        assert!(mend(&harmless, Repairs::All).contains("hostPID: false"), "{end:?}");
    }
}

#[test]
fn windows_gets_no_field_of_linux() {
    let text = pod("    image: b\n").replace("spec:\n", "spec:\n  os: {name: windows}\n");
    let options = Options { level: Level::Restricted, version: Version::Minor(24), ..Options::default() };
    let mended = check_one(text.as_bytes(), &options).expect("a repair").expect("UTF-8");
    assert_eq!(mended, text);
}

#[test]
fn a_change_of_another_judge_is_made_the_same_way() {
    let (file, findings) = findings(&pod("    image: b\n"));
    let found = &findings[0];
    let path = podline::yaml::path::FieldPath::of("spec").field("dnsPolicy");
    let change = Change { path, set: Some(json!("Default")) };
    let repair = Box::new(Repair { safe: true, shared: false, changes: vec![change] });
    let other = Finding::at(found.rule, found.location, "says something else").object(found.object.clone());
    let other = ReportEntry::from(other.repair(Some(repair)).build());
    let fixed = fix::apply(&file, &[other], Repairs::Safe).expect("a repair");
    assert_eq!(fixed.text, format!("{}  dnsPolicy: Default\n", pod("    image: b\n")));
}

/// Findings of a custom resource with these lines in its spec, and its text after all repairs.
fn custom(kind: &str, spec: &str) -> (Vec<ReportEntry>, String) {
    let text = format!("{kind}\nmetadata: {{name: a, namespace: b}}\nspec:\n{spec}");
    let (_, findings) = findings(&text);
    (findings, mend(&text, Repairs::All))
}

const COLLECTOR: &str = "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector";

#[test]
fn a_part_of_a_pod_may_vanish_with_its_last_setting() {
    let (found, mended) = custom(COLLECTOR, "  mode: sidecar\n  podSecurityContext:\n    runAsUser: 0\n");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(mended.ends_with("spec:\n  mode: sidecar\n"), "{mended}");
}

#[test]
fn what_stands_alone_in_a_custom_resource_is_not_taken_away_with_what_is_around_it() {
    let solver = "  acme:\n    solvers:\n      - http01:\n          ingress:\n            podTemplate:\n              spec:\n                \
                  securityContext:\n                  runAsUser: 0\n";
    for (kind, spec) in [
        (COLLECTOR, "  podSecurityContext:\n    runAsUser: 0\n"),
        ("apiVersion: cert-manager.io/v1\nkind: Issuer", solver),
        ("apiVersion: minio.min.io/v2\nkind: Tenant", "  pools:\n    - securityContext: {runAsUser: 0}\n"),
    ] {
        let (found, mended) = custom(kind, spec);
        assert!(!found.is_empty() && !found.iter().any(|one| one.is_fixable()), "{kind}: {found:#?}");
        assert!(mended.ends_with(spec), "{mended}");
    }
}

#[test]
fn a_strategy_of_shipwright_has_a_user_and_a_group_and_nothing_else() {
    let spec = "  securityContext:\n    runAsUser: 0\n    runAsGroup: 0\n  steps:\n    - name: a\n      image: b\n";
    let (found, mended) = custom("apiVersion: shipwright.io/v1beta1\nkind: BuildStrategy", spec);
    assert!(found.iter().any(|one| one.rule == "pss/runAsUser" && !one.is_fixable()), "{found:#?}");
    assert!(mended.contains("  securityContext:\n    runAsUser: 0\n    runAsGroup: 0\n  steps:\n"), "{mended}");
}
