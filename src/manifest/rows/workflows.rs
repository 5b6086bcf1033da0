//! Workflows, pipelines and events: containers without a pod spec around them.

use super::{Container, Flags, NO_PARTS, Own, Parts, Pod, Volumes, partial, steps};
use crate::manifest::parts::ByName;
use crate::manifest::template::Row;

/// The pods of an Argo workflow whose spec stands at `$spec`.
macro_rules! argo {
    ($spec:literal) => {
        &[
            argo!($spec, ".templates[*]"),
            argo!($spec, ".templates[*].steps[*][*].inline"),
            argo!($spec, ".templates[*].dag.tasks[*].inline"),
            argo!($spec, ".templateDefaults"),
            // The templates stand in another object.
            Parts { pods: $spec, settings: &[concat!("/", $spec)], ..NO_PARTS },
        ]
    };
    ($spec:literal, $pods:literal) => {
        Parts {
            pods: concat!($spec, $pods),
            containers: &["container", "script", "containerSet.containers[*]", "sidecars[*]"],
            init_containers: &["initContainers[*]"],
            settings: &["", concat!("/", $spec)],
            ..NO_PARTS
        }
    };
}

/// The pod of a Tekton task whose spec stands at `$pods`, with the settings of its run.
macro_rules! tekton {
    ($pods:expr, $settings:expr) => {
        Parts {
            pods: $pods,
            containers: &["steps[*]", "sidecars[*]"],
            merged: Some(("stepTemplate", "steps")),
            settings: $settings,
            own: &[Volumes("volumes[*]")],
            ..NO_PARTS
        }
    };
}

pub(super) const ROWS: &[Row] = &[
    steps("argoproj.io", "Workflow", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "WorkflowTemplate", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "ClusterWorkflowTemplate", argo!("spec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "CronWorkflow", argo!("spec.workflowSpec"), ARGO_WORKFLOWS),
    steps("argoproj.io", "EventSource", EVENTS, ARGO_EVENTS),
    steps("argoproj.io", "Sensor", EVENTS, ARGO_EVENTS),
    steps("tekton.dev", "Task", &[tekton!("spec", &[])], TEKTON),
    steps("tekton.dev", "ClusterTask", &[tekton!("spec", &[])], TEKTON),
    steps(
        "tekton.dev",
        "TaskRun",
        &[
            tekton!("spec.taskSpec", &["/spec.podTemplate"]),
            Parts { pods: "spec", settings: &["/spec.podTemplate"], ..NO_PARTS },
        ],
        TEKTON,
    ),
    steps(
        "tekton.dev",
        "Pipeline",
        &[
            tekton!("spec.**pipelineSpec.tasks[*].taskSpec", &[]),
            tekton!("spec.**pipelineSpec.finally[*].taskSpec", &[]),
        ],
        TEKTON,
    ),
    steps(
        "tekton.dev",
        "PipelineRun",
        &[
            Parts { by_name: TASK_RUNS, ..tekton!("spec.pipelineSpec.tasks[*].taskSpec", PIPELINE_RUN) },
            Parts { by_name: TASK_RUNS, ..tekton!("spec.pipelineSpec.finally[*].taskSpec", PIPELINE_RUN) },
            tekton!("spec.pipelineSpec.tasks[*].pipelineSpec.**pipelineSpec.tasks[*].taskSpec", PIPELINE_RUN),
            tekton!("spec.pipelineSpec.tasks[*].pipelineSpec.**pipelineSpec.finally[*].taskSpec", PIPELINE_RUN),
            tekton!("spec.pipelineSpec.finally[*].pipelineSpec.**pipelineSpec.tasks[*].taskSpec", PIPELINE_RUN),
            tekton!("spec.pipelineSpec.finally[*].pipelineSpec.**pipelineSpec.finally[*].taskSpec", PIPELINE_RUN),
            // Settings for the pods of single tasks; `taskPodTemplate` before v1.
            Parts { pods: "spec.taskRunSpecs[*]", own: TASK_PODS, ..NO_PARTS },
            Parts { pods: "spec", settings: PIPELINE_RUN, ..NO_PARTS },
        ],
        TEKTON,
    ),
    // A step for tasks to refer to.
    steps("tekton.dev", "StepAction", &[Parts { pods: "spec", containers: &[""], ..NO_PARTS }], TEKTON),
    partial("triggers.tekton.dev", "EventListener", &["spec.resources.kubernetesResource.spec.template"], TRIGGERS)
        .of_larger_templates(),
    steps("shipwright.io", "BuildStrategy", BUILD_STEPS, SHIPWRIGHT),
    steps("shipwright.io", "ClusterBuildStrategy", BUILD_STEPS, SHIPWRIGHT),
    steps(
        "shipwright.io",
        "Build",
        &[server!("spec", [], [], &[Volumes("volumes[*]")])],
        "shipwright-io/build pkg/apis/build/v1beta1/build_types.go (BuildVolume)",
    ),
    steps(
        "shipwright.io",
        "BuildRun",
        &[
            server!("spec", [], [], &[Volumes("volumes[*]")]),
            server!("spec.build.spec", [], [], &[Volumes("volumes[*]")]),
            server!("spec.buildSpec", [], [], &[Volumes("volumes[*]")]),
        ],
        "shipwright-io/build pkg/apis/build/v1beta1/buildrun_types.go, pkg/apis/build/v1alpha1/buildrun_types.go",
    ),
    steps("testworkflows.testkube.io", "TestWorkflow", TEST_WORKFLOWS, TESTKUBE),
    steps("testworkflows.testkube.io", "TestWorkflowTemplate", TEST_WORKFLOWS, TESTKUBE),
];

const PIPELINE_RUN: &[&str] = &["/spec.taskRunTemplate.podTemplate", "/spec.podTemplate"];
const TASK_RUNS: &[ByName] = &[
    ByName { list: "spec.taskRunSpecs[*]", key: "pipelineTaskName", settings: "podTemplate" },
    ByName { list: "spec.taskRunSpecs[*]", key: "pipelineTaskName", settings: "taskPodTemplate" },
];
const TASK_PODS: &[Own] = &[
    Pod("podTemplate.securityContext"),
    Volumes("podTemplate.volumes[*]"),
    Flags("podTemplate"),
    Pod("taskPodTemplate.securityContext"),
    Volumes("taskPodTemplate.volumes[*]"),
    Flags("taskPodTemplate"),
];
const EVENTS: &[Parts] = &[server!(
    "spec.template",
    [],
    [],
    &[Container("container.securityContext"), Pod("securityContext"), Volumes("volumes[*]")]
)];
/// The steps of `v1beta1`, and those of `v1alpha1`. `securityContext` has a user and a group, and nothing else.
const BUILD_STEPS: &[Parts] = &[server!(
    "spec",
    ["steps[*]", "buildSteps[*]"],
    [],
    &[Own::User("securityContext.runAsUser"), Volumes("volumes[*]")]
)];
/// Containers of the workflow's pod, which has its settings; services and parallel workers have pods of their own, whose
/// settings are told as unjudged.
const TEST_WORKFLOWS: &[Parts] = &[server!(
    "spec",
    [
        "container",
        "setup[*].container",
        "setup[*].run",
        "steps[*].container",
        "steps[*].run",
        "after[*].container",
        "after[*].run"
    ],
    [],
    &[Pod("pod.securityContext"), Volumes("pod.volumes[*]"), Flags("pod")]
)];

const ARGO_WORKFLOWS: &str = "argoproj/argo-workflows workflow/controller/workflowpod.go (createWorkflowPod)";
const ARGO_EVENTS: &str = "argoproj/argo-events pkg/apis/events/v1alpha1/template.go";
/// `stepTemplate` is merged by `MergeStepsWithStepTemplate` in `pkg/apis/pipeline/v1/merge.go`; `taskRunSpecs` count
/// before the run's own template by `GetTaskRunSpec` in `pkg/apis/pipeline/v1/pipelinerun_types.go`.
const TEKTON: &str = "tektoncd/pipeline pkg/pod/pod.go (Builder.Build)";
const TRIGGERS: &str = "tektoncd/triggers pkg/apis/triggers/v1beta1/event_listener_types.go (KubernetesResource)";
const SHIPWRIGHT: &str = "shipwright-io/build pkg/apis/build/v1beta1/buildstrategy.go, pkg/apis/build/v1alpha1";
const TESTKUBE: &str = "kubeshop/testkube-operator api/testworkflows/v1/testworkflow_types.go";
