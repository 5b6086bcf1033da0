//! Tekton: what its controller puts together from the parts of tasks and pipelines.

use crate::support::judge;
use podline::finding::{ReportEntry, Severity};
use podline::pod_security::{Level, Version};
use podline::verdict::FileReport;

/// A task with this spec.
fn task(spec: &str) -> FileReport {
    let text = format!("apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: t}}\nspec:\n{spec}");
    judge(text, Level::Restricted, Version::Latest)
}

/// The rule, container and path of each error.
fn errors(report: &FileReport) -> Vec<(&'static str, &str, &'static str)> {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|one| (one.rule.as_str(), one.container.as_deref().unwrap_or_default(), &*one.path.to_string().leak()))
        .collect()
}

#[test]
fn a_step_has_what_its_template_says() {
    let report = task(
        "  stepTemplate: {securityContext: {privileged: true}}\n  steps:\n    - {name: a, image: registry.example/a:1}\n",
    );
    assert_eq!(errors(&report), [("pss/privileged", "a", "spec.stepTemplate.securityContext.privileged")]);
}

#[test]
fn what_a_step_says_itself_counts_before_its_template() {
    let report = task(
        "  stepTemplate: {securityContext: {privileged: true, runAsUser: 0}}\n  steps:\n    - name: a\n      image: \
         registry.example/a:1\n      securityContext: {privileged: false, runAsUser: 1000}\n",
    );
    assert_eq!(errors(&report), []);
}

#[test]
fn a_template_tells_what_a_step_need_not_say() {
    let secure = "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}, \
                  runAsNonRoot: true}";
    let report = task(&format!(
        "  stepTemplate: {{securityContext: {secure}}}\n  steps:\n    - {{name: a, image: registry.example/a:1}}\n"
    ));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn what_is_merged_is_pointed_at_where_each_part_stands() {
    let report = task(
        "  stepTemplate: {securityContext: {capabilities: {add: [SYS_ADMIN]}}}\n  steps:\n    - name: a\n      image: \
         registry.example/a:1\n      securityContext: {capabilities: {drop: [KILL]}, runAsUser: 0}\n",
    );
    let places = [
        ("pss/capabilities_restricted", "a", "spec.stepTemplate.securityContext.capabilities.add[0]"),
        ("pss/runAsUser", "a", "spec.steps[0].securityContext.runAsUser"),
    ];
    let found = errors(&report);
    assert!(places.iter().all(|place| found.contains(place)), "{found:?}");
}

#[test]
fn sidecars_have_nothing_of_the_template() {
    let report = task(
        "  stepTemplate: {securityContext: {privileged: true}}\n  steps:\n    - {name: a, image: registry.example/a:1, \
         securityContext: {privileged: false}}\n  sidecars:\n    - {name: s, image: registry.example/s:1}\n",
    );
    assert_eq!(errors(&report), []);
}

#[test]
fn a_template_without_steps_is_judged_as_it_stands() {
    let report = task("  stepTemplate: {securityContext: {privileged: true}}\n");
    assert_eq!(errors(&report), [("pss/privileged", "stepTemplate", "spec.stepTemplate.securityContext.privileged")]);
}

/// A pipeline of pipelines to this depth, with a privileged step at the bottom.
fn nested(list: &str, depth: usize) -> String {
    let step = "taskSpec: {steps: [{name: a, image: registry.example/a:1, securityContext: {privileged: true}}]}";
    let task = (0..depth)
        .fold(format!("name: x, {step}"), |inner, _| format!("name: x, pipelineSpec: {{{list}: [{{{inner}}}]}}"));
    format!("{{{list}: [{{{task}}}]}}")
}

#[test]
fn pipelines_in_pipelines_are_judged_at_any_depth() {
    for list in ["tasks", "finally"] {
        for depth in [0, 1, 2, 5] {
            let spec = nested(list, depth);
            let pipeline = format!("apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec: {spec}\n");
            let run = format!(
                "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {{name: r}}\nspec: {{pipelineSpec: {spec}}}\n"
            );
            for text in [pipeline, run] {
                let report = judge(text.as_str(), Level::Baseline, Version::Latest);
                let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
                assert_eq!(rules, ["pss/privileged"], "{text}");
                assert_eq!(report.templates.len(), 1, "{text}");
            }
        }
    }
}

#[test]
fn the_settings_of_one_task_count_before_those_of_the_run() {
    let text = "\
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: r}
spec:
  taskRunTemplate: {podTemplate: {securityContext: {runAsUser: 0}}}
  taskRunSpecs:
    - {pipelineTaskName: build, podTemplate: {securityContext: {runAsUser: 1000}}}
  pipelineSpec:
    tasks:
      - name: build
        taskSpec: {steps: [{name: a, image: registry.example/a:1}]}
";
    assert_eq!(errors(&judge(text, Level::Restricted, Version::Latest)), []);
    let other = text.replace("pipelineTaskName: build", "pipelineTaskName: test");
    let report = judge(other, Level::Restricted, Version::Latest);
    let found: Vec<&ReportEntry> = report.findings.iter().filter(|one| one.severity == Severity::Error).collect();
    assert_eq!(
        found.iter().map(|one| (one.rule.as_str(), one.location.start.line)).collect::<Vec<_>>(),
        [("pss/runAsUser", 5)]
    );
}

#[test]
fn the_pod_of_an_event_listener_is_judged() {
    let text = "\
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: e}
spec:
  resources:
    kubernetesResource:
      spec:
        template:
          spec:
            hostNetwork: true
            containers: [{securityContext: {privileged: true}}]
";
    let report = judge(text, Level::Baseline, Version::Latest);
    let found: Vec<_> = report.findings.iter().map(|one| (one.rule.as_str(), one.location.start.line)).collect();
    assert_eq!(found, [("pss/hostNamespaces", 10), ("pss/privileged", 11)]);
    // The controller names it.
    assert_eq!(report.findings[1].container.as_deref(), Some("containers[0]"));
}
