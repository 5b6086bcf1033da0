//! PodSecurityPolicies by who may use them: roles and bindings of a cluster, and what podline makes of them.

use serde_json::{Value, json};

use crate::support::command::{Run, Scratch, podline, run};
use crate::support::fixture;

/// podline in the folder of fixtures.
fn at_home(arguments: &[&str]) -> Run {
    run(podline(arguments).current_dir(fixture("policies/rbac")))
}

/// Checks the pods with these files of the cluster, as one of its users.
fn check(cluster: &[&str], more: &[&str]) -> Run {
    let mut arguments = vec!["check", "--psp-mode", "admission", "--select", "local/*", "--policy", "psp.yaml"];
    arguments.extend(["--format", "json", "--cluster", "roles.yaml"]);
    arguments.extend(cluster.iter().flat_map(|file| ["--cluster", file]));
    arguments.extend(more);
    arguments.push("pods.yaml");
    at_home(&arguments)
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr))
}

/// Which policy admits the Pod, the pods of the Deployment, and those of the ReplicaSet in `monitoring`.
fn policies(cluster: &[&str], more: &[&str]) -> [Value; 3] {
    let report = report(&check(cluster, more));
    [0, 1, 2].map(|index: usize| report["templates"][index]["policy"].clone())
}

const PRIVILEGED: &str = "privileged";
const UNPRIVILEGED: &str = "unprivileged";

#[test]
fn a_policy_that_is_bound_to_all_admits_all() {
    assert_eq!(
        policies(&["for-all.yaml"], &["--user", "jeff"]),
        [json!(PRIVILEGED), json!(PRIVILEGED), json!(PRIVILEGED)]
    );
}

#[test]
fn without_a_binding_nothing_is_admitted_in_the_words_of_the_cluster() {
    let run = check(&[], &["--user", "jeff"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = report(&run);
    let words = |name: &str| format!("pods {name:?} is forbidden: PodSecurityPolicy: unable to admit pod: []");
    let errors: Vec<&Value> = (0..3).map(|index: usize| &report["templates"][index]["admitError"]).collect();
    assert_eq!(errors, [&json!(words("demopod")), &json!(words("nginx-")), &json!(words("agent-"))]);
    let expected = json!({
        "creator": {"user": "system:serviceaccount:kube-system:replicaset-controller", "policies": []},
        "serviceAccount": {"user": "system:serviceaccount:monitoring:agent", "policies": []},
    });
    assert_eq!(report["templates"][2]["usable"], expected);
}

#[test]
fn an_administrator_may_create_pods_and_no_deployments() {
    let admin = ["--user", "admin", "--group", "system:masters"];
    assert_eq!(policies(&[], &admin), [json!(PRIVILEGED), Value::Null, Value::Null]);
}

#[test]
fn a_service_account_brings_its_policy_to_every_pod_that_runs_by_it() {
    let bound = policies(&["by-account.yaml"], &["--user", "jeff"]);
    assert_eq!(bound, [json!(UNPRIVILEGED), json!(UNPRIVILEGED), Value::Null]);
}

#[test]
fn a_group_of_a_namespace_grants_in_that_namespace_alone() {
    let member = ["--user", "jeff", "--group", "system:authenticated:monitoring"];
    assert_eq!(policies(&["by-namespace.yaml"], &member), [Value::Null, Value::Null, json!(PRIVILEGED)]);
}

#[test]
fn a_grant_to_the_accounts_of_kube_system_admits_every_workload_and_is_told() {
    assert_eq!(policies(&["infrastructure.yaml"], &[]), [Value::Null, json!(PRIVILEGED), json!(PRIVILEGED)]);
    let files = ["--policy", "psp.yaml", "--policy", "roles.yaml", "--policy", "infrastructure.yaml"];
    let arguments =
        [&["check", "--psp-mode", "admission", "--select", "policy/*", "--format", "concise", "-q"], &files[..]];
    let run = at_home(&[&arguments.concat()[..], &["pods.yaml"]].concat());
    let told = "infrastructure.yaml:13:11: warning[policy/for-every-workload] ClusterRoleBinding \
                \"infrastructure:privileged\" lets every workload in every namespace use PodSecurityPolicy \"privileged\": \
                the controllers that create pods are in system:serviceaccounts:kube-system\n";
    assert_eq!((run.stdout.as_str(), run.status), (told, 0), "{}", run.stderr);
}

#[test]
fn a_person_sees_who_may_use_nothing_and_which_binding_is_missing() {
    let arguments = ["check", "--psp-mode", "admission", "--select", "local/*", "--policy", "psp.yaml", "-q"];
    let cluster = ["--cluster", "roles.yaml", "--cluster", "by-account.yaml", "pods.yaml"];
    insta::assert_snapshot!(at_home(&[&arguments[..], &cluster].concat()).stdout);
}

#[test]
fn a_person_sees_which_policies_may_be_used_where_none_of_them_admits() {
    let scratch = Scratch::new(&[]);
    for file in ["psp.yaml", "roles.yaml", "by-namespace.yaml"] {
        let text = std::fs::read_to_string(fixture("policies/rbac").join(file)).expect("a fixture");
        scratch.write(file, &text.replace("psp:privileged", "psp:unprivileged"));
    }
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: monitoring}\nspec:\n  containers:\n  - name: app\n    \
               image: app:1\n    securityContext: {privileged: true}\n";
    scratch.write("pod.yaml", pod);
    let policy = ["--policy", "psp.yaml", "--psp-mode", "admission", "--select", "local/*", "-q"];
    let cluster = ["--cluster", "roles.yaml", "--cluster", "by-namespace.yaml", "pod.yaml"];
    insta::assert_snapshot!(scratch.podline(&[&["check"], &policy[..], &cluster].concat()).stdout);
}

#[test]
fn a_pod_that_names_its_account_in_the_old_field_is_blamed_there() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  serviceAccount: old\n  containers:\n  - name: app\n    \
               image: app:1\n";
    let scratch = Scratch::new(&[("old.yaml", pod)]);
    let old = scratch.path("old.yaml");
    let arguments =
        ["check", "--psp-mode", "admission", "--select", "local/*", "--format", "json", "--policy", "psp.yaml"];
    let files = ["--cluster", "roles.yaml", "--cluster", "by-namespace.yaml", old.to_str().expect("UTF-8")];
    let report = report(&at_home(&[&arguments[..], &files].concat()));
    let finding = &report["findings"][0];
    let place = (&finding["rule"], &finding["path"], &finding["line"]);
    assert_eq!(place, (&json!("local/noUsablePolicy"), &json!("spec.serviceAccount"), &json!(5)));
}

#[test]
fn asked_for_more_podline_says_whose_right_decides() {
    let run = check(&["by-account.yaml"], &["--user", "jeff", "-v", "--output", "concise=/dev/null"]);
    assert!(!run.stderr.contains("admits"), "a report for programs says it itself: {}", run.stderr);
    let arguments = ["check", "-v", "--psp-mode", "admission", "--select", "local/*", "--format", "concise"];
    let cluster = ["--policy", "psp.yaml", "--cluster", "roles.yaml", "--cluster", "by-account.yaml", "pods.yaml"];
    let run = at_home(&[&arguments[..], &cluster].concat());
    let said = "podline: pods.yaml:1: Pod demopod: PodSecurityPolicy \"unprivileged\" admits it, since its service account \
                system:serviceaccount:default:default may use it\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    let said = "podline: pods.yaml:33: ReplicaSet monitoring/agent: no PodSecurityPolicy admits its pods: neither \
                system:serviceaccount:kube-system:replicaset-controller, which creates the pods, nor their service account \
                system:serviceaccount:monitoring:agent may use any PodSecurityPolicy\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn without_roles_every_policy_may_be_used_and_podline_says_so_when_asked() {
    let arguments = ["check", "--psp-mode", "admission", "--policy", "psp.yaml", "--format", "json", "pods.yaml"];
    let report = report(&at_home(&arguments));
    let template = &report["templates"][1];
    assert_eq!((&template["policy"], template.get("usable")), (&json!(PRIVILEGED), None));
    let arguments =
        ["check", "-v", "--psp-mode", "admission", "--policy", "psp.yaml", "--format", "concise", "pods.yaml"];
    let said = "podline: every PodSecurityPolicy may be used for every pod: no roles and bindings were given that decide \
                (--cluster)\n";
    assert!(at_home(&arguments).stderr.contains(said));
}

#[test]
fn a_cluster_that_holds_no_roles_lets_nobody_use_anything() {
    let scratch = Scratch::new(&[("empty.yaml", "# none\n")]);
    let empty = scratch.path("empty.yaml");
    let files = ["--policy", "psp.yaml", "--cluster", empty.to_str().expect("UTF-8"), "pods.yaml"];
    let run = at_home(
        &[&["check", "--psp-mode", "admission", "--select", "local/*", "--format", "json"], &files[..]].concat(),
    );
    assert_eq!((run.status, &report(&run)["templates"][0]["policy"]), (1, &Value::Null));
    let said = "podline: no role that was given lets anybody use a PodSecurityPolicy: roles and bindings come from --cluster \
                and the files of policies\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    // As the policies hold today, a cluster of Namespaces decides nothing.
    let idle = "podline: --cluster does nothing here: no role in it lets anybody use a PodSecurityPolicy, and without one \
                every policy may be used; in --psp-mode admission none could be\n";
    let run = at_home(&[&["check", "--select", "local/*", "--format", "json"], &files[..]].concat());
    assert_eq!(report(&run)["templates"][1]["policy"], PRIVILEGED, "{}", run.stderr);
    assert!(run.stderr.contains(idle), "{}", run.stderr);
}

#[test]
fn as_the_policies_hold_today_those_count_that_may_be_used() {
    let files = ["--policy", "psp.yaml", "--policy", "roles.yaml", "--policy", "by-account.yaml", "pods.yaml"];
    let run = at_home(&[&["check", "--select", "local/*", "--format", "concise", "-q"], &files[..]].concat());
    let gap = "container \"nginx\" must set securityContext.allowPrivilegeEscalation=false; PodSecurityPolicy \
               \"unprivileged\" used to fill it in: write allowPrivilegeEscalation: false\n";
    assert!(run.stdout.contains(gap), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_role_that_the_api_server_refuses_is_named_and_the_others_decide() {
    let scratch = Scratch::new(&[]);
    for file in ["psp.yaml", "roles.yaml", "by-account.yaml", "pods.yaml"] {
        scratch.write(file, &std::fs::read_to_string(fixture("policies/rbac").join(file)).expect("a fixture"));
    }
    let bad = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: bad\nrules:\n- apiGroups: []\n  \
               resources: [podsecuritypolicies]\n  verbs: [use]\n";
    scratch.write("more/bad.yaml", bad);
    let arguments =
        ["check", "--psp-mode", "admission", "--format", "json", "--policy", "psp.yaml", "--cluster", "roles.yaml"];
    let arguments = [&arguments[..], &["--cluster", "by-account.yaml"]].concat();
    let run = scratch.podline(&[&arguments[..], &["--cluster", "more", "pods.yaml"]].concat());
    let said = "podline: error: more/bad.yaml:6:3: ClusterRole \"bad\" is invalid: rules[0].apiGroups: Required value: \
                resource rules must supply at least one api group\n";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!((run.status, &report(&run)["templates"][0]["policy"]), (2, &json!(UNPRIVILEGED)));
    // A directory of policies may hold what nobody has asked for: there it is a finding.
    scratch.write("more/psp.yaml", &scratch.read("psp.yaml"));
    let run =
        scratch.podline(&["check", "--policy", "more", "--psp-mode", "admission", "--format", "concise", "pods.yaml"]);
    let said = "more/bad.yaml:6:3: error[policy/refused] ClusterRole \"bad\" is invalid: ";
    assert!(run.stdout.contains(said) && run.status == 1, "{}{}", run.stdout, run.stderr);
}

#[test]
fn bindings_that_do_nothing_are_told_at_their_place() {
    let scratch = Scratch::new(&[]);
    for file in ["psp.yaml", "roles.yaml", "pods.yaml"] {
        scratch.write(file, &std::fs::read_to_string(fixture("policies/rbac").join(file)).expect("a fixture"));
    }
    let bindings = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\n\
                    roleRef: {kind: ClusterRole, name: psp:unprivileged}\nsubjects:\n- kind: ServiceAccount\n  \
                    namespace: kube-system\n  name: deployment-controller\n---\n\
                    apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: shop}\n\
                    roleRef: {kind: Role, name: psp:unprivileged}\nsubjects: []\n";
    scratch.write("bindings.yaml", bindings);
    let files = ["--policy", "psp.yaml", "--cluster", "roles.yaml", "--cluster", "bindings.yaml", "pods.yaml"];
    let arguments = ["check", "--psp-mode", "admission", "--select", "policy/*", "-q"];
    insta::assert_snapshot!(scratch.podline(&[&arguments[..], &files].concat()).stdout);
}

#[test]
fn who_can_use_a_policy_is_listed_with_the_binding() {
    let files = ["--policy", "psp.yaml", "--cluster", "roles.yaml", "--cluster", "by-namespace.yaml", "pods.yaml"];
    let run = at_home(&[&["policies", "--who-can-use", PRIVILEGED], &files[..]].concat());
    let expected = "privileged may be used by
  Group system:masters everywhere: ClusterRoleBinding cluster-admin, ClusterRole cluster-admin (written by the API server)
  Group system:authenticated:monitoring in the namespace monitoring: RoleBinding monitoring:privileged, ClusterRole psp:privileged (by-namespace.yaml:2)
  Group system:serviceaccounts:monitoring in the namespace monitoring: RoleBinding monitoring:privileged, ClusterRole psp:privileged (by-namespace.yaml:2)
";
    assert_eq!((run.stdout.as_str(), run.status), (expected, 0), "{}", run.stderr);
    let run = at_home(&[&["policies", "--format", "json", "--who-can-use", UNPRIVILEGED], &files[..]].concat());
    let expected = json!({"policy": UNPRIVILEGED, "invalid": [], "unusable": null, "subjects": [{
        "subject": {"kind": "Group", "namespace": null, "name": "system:masters"},
        "namespace": null,
        "binding": {"kind": "ClusterRoleBinding", "name": "cluster-admin", "file": null, "line": null},
        "role": {"kind": "ClusterRole", "name": "cluster-admin"},
    }]});
    assert_eq!(report(&run), expected);
}

#[test]
fn who_can_use_a_policy_that_is_not_there_is_an_error_and_without_roles_all_can() {
    let run = at_home(&["policies", "--who-can-use", "priviledged", "--policy", "psp.yaml", "pods.yaml"]);
    let said = "podline: error: no PodSecurityPolicy \"priviledged\" is among the policies; did you mean privileged?\n";
    assert_eq!((run.stderr.as_str(), run.status), (said, 2));
    let run = at_home(&["policies", "--who-can-use", PRIVILEGED, "--policy", "psp.yaml", "pods.yaml"]);
    assert!(run.stdout.starts_with("privileged: every pod, since no roles"), "{}", run.stdout);
}

#[test]
fn a_local_policy_may_be_for_some_users_alone() {
    let policies = "policies:\n- name: no-host-paths\n  match: {groups: '!system:masters'}\n  volumes: [emptyDir]\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: app, image: app:1}]\n  \
               volumes: [{name: v, hostPath: {path: /var}}]\n";
    let scratch = Scratch::new(&[("policies.yaml", policies), ("pod.yaml", pod)]);
    let check = |who: &[&str]| {
        let arguments = ["check", "--policy", "policies.yaml", "--select", "local/*", "--format", "concise", "-q"];
        scratch.podline(&[&arguments[..], who, &["pod.yaml"]].concat())
    };
    let refused = "pod.yaml:6:23: error[local/volumes] ";
    assert!(check(&["--user", "jeff"]).stdout.starts_with(refused), "{}", check(&["--user", "jeff"]).stdout);
    assert!(check(&[]).stdout.starts_with(refused));
    let admin = check(&["--user", "admin", "--group", "system:masters"]);
    assert_eq!((admin.stdout.as_str(), admin.status), ("", 0));
    assert!(admin.stderr.contains("nothing was judged"), "{}", admin.stderr);
}

#[test]
fn every_report_that_has_room_says_which_binding_is_missing() {
    let advice = "what is missing is a RoleBinding in the namespace ";
    for format in ["human", "json", "sarif", "html"] {
        let arguments =
            ["check", "--psp-mode", "admission", "--select", "local/*", "--policy", "psp.yaml", "--format", format];
        let run = at_home(&[&arguments[..], &["--cluster", "roles.yaml", "pods.yaml"]].concat());
        assert!(run.stdout.contains(advice), "{format}: {}", run.stdout);
    }
}

#[test]
fn who_creates_the_pods_of_a_custom_resource_is_not_known_so_that_their_account_decides() {
    let template =
        "spec:\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: app, image: app:1}]}\n";
    let of = |kind: &str| format!("apiVersion: {kind}\nmetadata: {{name: web}}\n{template}");
    let pods = [of("argoproj.io/v1alpha1\nkind: Rollout"), of("extensions/v1beta1\nkind: Deployment")].join("---\n");
    let scratch = Scratch::new(&[("pods.yaml", &pods)]);
    let pods = scratch.path("pods.yaml");
    let arguments =
        ["check", "--psp-mode", "admission", "--policy", "psp.yaml", "--format", "json", "--cluster", "roles.yaml"];
    let report =
        report(&at_home(&[&arguments[..], &["--cluster", "by-account.yaml", pods.to_str().expect("UTF-8")]].concat()));
    let of = |index: usize| {
        (&report["templates"][index]["usable"]["creator"]["user"], &report["templates"][index]["policy"])
    };
    assert_eq!(of(0), (&Value::Null, &json!(UNPRIVILEGED)));
    let controller = json!("system:serviceaccount:kube-system:replicaset-controller");
    assert_eq!(of(1), (&controller, &json!(UNPRIVILEGED)));
}

#[test]
fn roles_decide_in_the_walk_too_and_a_file_of_roles_alone_is_no_mistake() {
    let scratch = Scratch::new(&[]);
    for file in ["psp.yaml", "roles.yaml", "by-account.yaml", "pods.yaml"] {
        scratch.write(file, &std::fs::read_to_string(fixture("policies/rbac").join(file)).expect("a fixture"));
    }
    let run = scratch.podline(&["check", "--psp-mode", "admission", "--policy", ".", "--format", "json", "."]);
    let found = report(&run);
    let policies = [0, 1, 2].map(|index: usize| found["templates"][index]["policy"].clone());
    assert_eq!(policies, [json!(UNPRIVILEGED), json!(UNPRIVILEGED), Value::Null]);
    let run = scratch.podline(&["check", "--policy", "roles.yaml", "--select", "local/*", "pods.yaml"]);
    let said = "podline: roles and bindings are among the policies, and no PodSecurityPolicy that anybody could use\n";
    assert!(run.stderr.contains(said) && run.status == 0, "{}", run.stderr);
}

/// A pod in `monitoring` that every policy admits, with this service account.
fn harmless(account: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: monitoring}}\nspec:\n  serviceAccountName: {account}\n  \
         containers:\n  - name: app\n    image: app\n    securityContext: {{runAsUser: 5, allowPrivilegeEscalation: false}}\n"
    )
}

fn judged(pod: &str) -> Run {
    let scratch = Scratch::new(&[("pod.yaml", pod)]);
    let pod = scratch.path("pod.yaml");
    let files = ["--policy", "psp.yaml", "--cluster", "roles.yaml", pod.to_str().expect("UTF-8")];
    let asked = ["check", "--psp-mode", "admission", "--select", "local/*,manifest/*", "--user", "jeff", "-q"];
    at_home(&[&asked[..], &files].concat())
}

#[test]
fn of_several_policies_that_would_admit_a_pod_none_is_recommended() {
    let run = judged(&harmless("sa"));
    assert!(run.stdout.contains("each of the PodSecurityPolicies \"privileged\", "), "{}", run.stdout);
}

#[test]
fn what_a_placeholder_for_a_service_account_may_use_is_not_judged() {
    let run = judged(&harmless("${SA}"));
    assert!(
        run.stdout.contains("which PodSecurityPolicies its service account may use was not judged"),
        "{}",
        run.stdout
    );
    assert_eq!(run.status, 0, "{}", run.stdout);
}
