use super::*;
use crate::lint::namespaces::survey;
use crate::lint::{Options, Surveying, lint};
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

fn levels(text: &str, question: Question) -> Levels {
    let file = SourceFile::new("cluster.yaml", text.as_bytes().to_vec()).unwrap();
    let mut namespaces = Namespaces::default();
    namespaces.add(survey(&file, &Options::default()));
    let options = Options { level_survey: Surveying::Beside, kubernetes_version: 37, ..Options::default() };
    let workloads = read(lint(&file, true, &options));
    answer(&workloads, &namespaces, &Question { kubernetes_version: 37, ..question })
}

fn read(report: FileReport) -> Workloads {
    Workloads::new(vec![ReadFile { name: "cluster.yaml".to_owned(), namespace: "default".to_owned(), report }])
}

fn strictest(text: &str) -> String {
    levels(text, Question::default()).namespaces[0].strictest.enforce.clone()
}

fn pod(name: &str, spec: &str) -> String {
    format!("---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {spec}}}\n")
}

const RESTRICTED: &str = "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, \
                          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}";

#[test]
fn the_strictest_level_is_that_of_the_weakest_workload() {
    assert_eq!(strictest(&pod("a", RESTRICTED)), "restricted:latest");
    assert_eq!(strictest(&(pod("a", RESTRICTED) + &pod("b", "{containers: [{name: a}]}"))), "baseline:latest");
    assert_eq!(strictest(&pod("a", "{hostPID: true}")), "privileged:latest");
}

#[test]
fn an_older_version_counts_where_it_refuses_nothing() {
    // Probes of a host are judged since v1.34.
    let probe = "{containers: [{name: a, livenessProbe: {tcpSocket: {host: db, port: 1}}}]}";
    assert_eq!(strictest(&pod("a", probe)), "baseline:v1.33");
    // Sysctls are allowed one after the other: passing is not monotone.
    let sysctl = "{securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}, containers: [{name: a}]}";
    assert_eq!(strictest(&pod("a", sysctl)), "baseline:latest");
    let both = pod("a", probe) + &pod("b", sysctl);
    assert_eq!(strictest(&both), "baseline:v1.33");
}

#[test]
fn what_an_object_owns_is_part_of_it() {
    let owned = |kind: &str, owner: &str, more: &str| {
        format!(
            "---\n{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: {owner}-1, ownerReferences: [{{kind: Deployment, name: \
             {owner}, uid: u1}}]}}, spec: {{{more} template: {{spec: {{hostPID: true}}}}}}}}\n"
        )
    };
    let deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, uid: u1}, spec: {template: {spec: {containers: []}}}}\n";
    let of_old = owned("ReplicaSet", "web", "replicas: 0,");
    let answer = levels(&format!("{deployment}{of_old}"), Question::default());
    assert_eq!(
        (answer.namespaces[0].workloads, answer.namespaces[0].strictest.enforce.as_str()),
        (1, "restricted:latest")
    );
    let of_new = owned("ReplicaSet", "web", "replicas: 2,");
    let answer = levels(&format!("{deployment}{of_new}"), Question::default());
    assert_eq!(
        (answer.namespaces[0].workloads, answer.namespaces[0].strictest.enforce.as_str()),
        (1, "privileged:latest")
    );
    assert_eq!(answer.namespaces[0].next.as_ref().unwrap().rules[0].workloads, ["Deployment web"]);
}

#[test]
fn finished_pods_do_not_count() {
    let done =
        "---\n{apiVersion: v1, kind: Pod, metadata: {name: done}, spec: {hostPID: true}, status: {phase: Succeeded}}\n";
    let answer = levels(done, Question::default());
    assert_eq!(answer.summary.workloads, 0);
}

#[test]
fn objects_that_own_each_other_stay_alone() {
    let pod = |name, owner| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, ownerReferences: [{{kind: Pod, name: {owner}}}]}}, spec: {{}}}}\n"
        )
    };
    assert_eq!(levels(&(pod("a", "b") + &pod("b", "a")), Question::default()).summary.workloads, 2);
}

#[test]
fn a_custom_resource_whose_controller_adds_to_its_pods_leaves_it_open() {
    let service = |spec: &str| {
        format!(
            "{{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {{name: s}}, spec: {{template: {{spec: {spec}}}}}}}"
        )
    };
    let answer = levels(&service("{containers: [{name: a}]}"), Question::default());
    let row = &answer.namespaces[0];
    assert_eq!((row.strictest.enforce.as_str(), row.proven), ("restricted:latest", false));
    assert_eq!(row.unproven, ["Service s"]);
    assert_eq!(strictest(&service("{hostPID: true}")), "privileged:latest");
}

#[test]
fn an_upgrade_alone_can_refuse_what_ran_before() {
    let text = format!(
        "{{apiVersion: v1, kind: Namespace, metadata: {{name: default, labels: {{pod-security.kubernetes.io/enforce: baseline}}}}}}\n{}",
        pod("a", "{containers: [{name: a, livenessProbe: {tcpSocket: {host: db, port: 1}}}]}")
    );
    let answer = levels(&text, Question { upgrade: Some((33, 37)), ..Question::default() });
    let changes = answer.namespaces[0].upgrade.as_ref().unwrap();
    assert_eq!((changes[0].mode.as_str(), changes[0].refused.clone()), ("enforce", vec!["Pod a".to_owned()]));
    let none = levels(&text, Question { upgrade: Some((34, 37)), ..Question::default() });
    assert_eq!(none.namespaces[0].upgrade, Some(Vec::new()));
}

#[test]
fn obstacles_are_counted_by_chart_and_by_image() {
    let text = format!(
        "# Source: shop/templates/web.yaml\n{}",
        &pod("a", "{containers: [{name: a, image: 'r.example:5000/web:1.4', securityContext: {privileged: true}}]}")
            [4..]
    );
    for (by, expected) in
        [(GroupBy::Chart, "shop"), (GroupBy::Image, "r.example:5000/web"), (GroupBy::Rule, "pss/privileged")]
    {
        let answer = levels(&text, Question { by: Some(by), ..Question::default() });
        let groups = answer.by.unwrap().groups;
        assert_eq!((groups[0].name.as_str(), groups[0].findings), (expected, 1));
    }
}

#[test]
fn progress_is_told_against_an_earlier_answer() {
    let before = levels(&pod("a", "{hostPID: true}"), Question::default());
    let now = levels(&pod("a", "{containers: []}"), Question { since: Some(before), ..Question::default() });
    let since = now.namespaces[0].since.as_ref().unwrap();
    assert_eq!((since.strictest.as_deref(), since.findings), (Some("privileged:latest"), 1));
    assert_eq!(now.gone, Some(Vec::new()));
}
