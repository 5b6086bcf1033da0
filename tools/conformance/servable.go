package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"
)

// servable changes an object so that API validation seldom refuses it: what it refuses, PodSecurity never judges.
func servable(object runtime.Object) {
	switch object := object.(type) {
	case *corev1.Pod:
		object.Annotations = servableAnnotations(object.Annotations)
		servableSpec(&object.Spec, corev1.RestartPolicyNever)
	case *corev1.PodTemplate:
		servableTemplate(&object.Template, corev1.RestartPolicyNever)
	case *corev1.ReplicationController:
		if object.Spec.Template != nil {
			servableTemplate(object.Spec.Template, corev1.RestartPolicyAlways)
		}
	case *appsv1.ReplicaSet:
		object.Spec.Selector = servableTemplate(&object.Spec.Template, corev1.RestartPolicyAlways)
	case *appsv1.Deployment:
		object.Spec.Selector = servableTemplate(&object.Spec.Template, corev1.RestartPolicyAlways)
	case *appsv1.StatefulSet:
		object.Spec.Selector = servableTemplate(&object.Spec.Template, corev1.RestartPolicyAlways)
	case *appsv1.DaemonSet:
		object.Spec.Selector = servableTemplate(&object.Spec.Template, corev1.RestartPolicyAlways)
	case *batchv1.Job:
		servableTemplate(&object.Spec.Template, corev1.RestartPolicyNever)
	case *batchv1.CronJob:
		servableTemplate(&object.Spec.JobTemplate.Spec.Template, corev1.RestartPolicyNever)
	}
}

// servableTemplate returns the selector that goes with a template.
func servableTemplate(template *corev1.PodTemplateSpec, restart corev1.RestartPolicy) *metav1.LabelSelector {
	template.Labels = map[string]string{"app": "web"}
	template.Annotations = servableAnnotations(template.Annotations)
	servableSpec(&template.Spec, restart)
	return &metav1.LabelSelector{MatchLabels: template.Labels}
}

func servableAnnotations(annotations map[string]string) map[string]string {
	for key := range annotations {
		if len(validation.IsQualifiedName(key)) > 0 {
			delete(annotations, key)
		}
	}
	return annotations
}

func servableSpec(spec *corev1.PodSpec, restart corev1.RestartPolicy) {
	spec.RestartPolicy = restart
	// They are added to running pods only.
	spec.EphemeralContainers = nil
	if ptr.Deref(spec.RuntimeClassName, "") == "" {
		spec.RuntimeClassName = nil
	}
	if spec.OS != nil && spec.OS.Name != corev1.Windows {
		spec.OS.Name = corev1.Linux
	}
	windows := spec.OS != nil && spec.OS.Name == corev1.Windows
	if context := spec.SecurityContext; context != nil {
		servableProfiles(&context.SeccompProfile, &context.AppArmorProfile)
		context.Sysctls = servableSysctls(context.Sysctls)
		if windows {
			spec.SecurityContext = &corev1.PodSecurityContext{RunAsNonRoot: context.RunAsNonRoot, WindowsOptions: context.WindowsOptions}
		}
	}
	names := map[string]bool{}
	for _, containers := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range containers {
			servableContainer(&containers[i], spec.HostNetwork, windows)
			servableName(&containers[i].Name, names)
		}
	}
	withoutHooks(spec.InitContainers)
	names = map[string]bool{}
	for i := range spec.Volumes {
		servableName(&spec.Volumes[i].Name, names)
	}
}

// withoutHooks takes away what init containers may not have.
func withoutHooks(containers []corev1.Container) {
	for i := range containers {
		containers[i].Lifecycle, containers[i].LivenessProbe = nil, nil
		containers[i].ReadinessProbe, containers[i].StartupProbe = nil, nil
	}
}

func servableName(name *string, taken map[string]bool) {
	if len(validation.IsDNS1123Label(*name)) > 0 || taken[*name] {
		*name = fmt.Sprintf("c%d", len(taken))
	}
	taken[*name] = true
}

func servableSysctls(sysctls []corev1.Sysctl) []corev1.Sysctl {
	var kept []corev1.Sysctl
	taken := map[string]bool{}
	for _, sysctl := range sysctls {
		if sysctl.Name != "" && !taken[sysctl.Name] {
			kept = append(kept, sysctl)
		}
		taken[sysctl.Name] = true
	}
	return kept
}

func servableContainer(container *corev1.Container, hostNetwork, windows bool) {
	taken := map[int32]bool{}
	for i := range container.Ports {
		port := &container.Ports[i]
		if hostNetwork && port.HostPort != port.ContainerPort || taken[port.HostPort] {
			port.HostPort = 0
		}
		taken[port.HostPort] = true
	}
	if lifecycle := container.Lifecycle; lifecycle != nil {
		for _, hook := range []*corev1.LifecycleHandler{lifecycle.PostStart, lifecycle.PreStop} {
			servableHook(hook)
		}
	}
	context := container.SecurityContext
	if context == nil {
		return
	}
	servableProfiles(&context.SeccompProfile, &context.AppArmorProfile)
	if context.ProcMount != nil && *context.ProcMount != corev1.UnmaskedProcMount {
		context.ProcMount = ptr.To(corev1.DefaultProcMount)
	}
	if ptr.Deref(context.RunAsUser, 0) < 0 {
		context.RunAsUser = nil
	}
	if ptr.Deref(context.Privileged, false) {
		context.AllowPrivilegeEscalation = nil
	}
	if windows {
		container.SecurityContext = &corev1.SecurityContext{RunAsNonRoot: context.RunAsNonRoot, WindowsOptions: context.WindowsOptions}
	}
}

// servableHook keeps one action.
func servableHook(hook *corev1.LifecycleHandler) {
	if hook == nil {
		return
	}
	switch {
	case hook.HTTPGet != nil:
		*hook = corev1.LifecycleHandler{HTTPGet: hook.HTTPGet}
	case hook.TCPSocket != nil:
		*hook = corev1.LifecycleHandler{TCPSocket: hook.TCPSocket}
	default:
		*hook = corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}
	}
}

func servableProfiles(seccomp **corev1.SeccompProfile, appArmor **corev1.AppArmorProfile) {
	if profile := *seccomp; profile != nil && !servableProfile(string(profile.Type), &profile.LocalhostProfile) {
		*seccomp = nil
	}
	if profile := *appArmor; profile != nil && !servableProfile(string(profile.Type), &profile.LocalhostProfile) {
		*appArmor = nil
	}
}

// servableProfile names a file where the type asks for one, and nowhere else. It says whether the type is known: seccomp
// and AppArmor have the same.
func servableProfile(kind string, file **string) bool {
	switch kind {
	case string(corev1.SeccompProfileTypeLocalhost):
		*file = ptr.To("p")
	case string(corev1.SeccompProfileTypeUnconfined), string(corev1.SeccompProfileTypeRuntimeDefault):
		*file = nil
	default:
		return false
	}
	return true
}
