package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/admission"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"k8s.io/utils/ptr"
)

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func init() {
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(appsv1.AddToScheme(scheme))
	utilruntime.Must(batchv1.AddToScheme(scheme))
}

// A check that refuses a pod: its id, and upstream's reason and detail.
type denial [3]string

// namedChecks are the real checks, which put their ids in front of their reasons: the evaluator does not tell ids.
func namedChecks() []policy.Check {
	checks := policy.DefaultChecks()
	for i := range checks {
		id := string(checks[i].ID)
		versions := append([]policy.VersionedCheck(nil), checks[i].Versions...)
		for j := range versions {
			check := versions[j].CheckPod
			versions[j].CheckPod = func(meta *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
				result := check(meta, spec)
				result.ForbiddenReason = id + "\x00" + result.ForbiddenReason
				return result
			}
		}
		checks[i].Versions = versions
	}
	return checks
}

// newEvaluator is the real evaluator with named checks.
func newEvaluator() policy.Evaluator {
	evaluator, err := policy.NewEvaluator(namedChecks(), nil)
	utilruntime.Must(err)
	return evaluator
}

// denials judges a pod at a level and version.
func denials(evaluator policy.Evaluator, level api.Level, version string, meta *metav1.ObjectMeta, spec *corev1.PodSpec) []denial {
	parsed, err := api.ParseVersion(version)
	utilruntime.Must(err)
	found := []denial{}
	for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: parsed}, meta, spec) {
		if !result.Allowed {
			id, reason, _ := strings.Cut(result.ForbiddenReason, "\x00")
			found = append(found, denial{id, reason, result.ForbiddenDetail})
		}
	}
	return found
}

// documents decodes every document of a text, as kubectl reads it.
func documents(text []byte) ([]runtime.Object, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	objects := []runtime.Object{}
	for {
		extension := runtime.RawExtension{}
		if err := decoder.Decode(&extension); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if raw := bytes.TrimSpace(extension.Raw); len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		object, _, err := codecs.UniversalDeserializer().Decode(extension.Raw, nil, nil)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

// podOf takes the pod out of an object, defaulted as the API server defaults it before it judges; no spec if there is
// none.
func podOf(object runtime.Object) (*metav1.ObjectMeta, *corev1.PodSpec, error) {
	meta, spec, err := admission.DefaultPodSpecExtractor{}.ExtractPodSpec(object)
	if err != nil || spec == nil {
		return nil, nil, err
	}
	defaultVolumes(spec)
	if pod, ok := object.(*corev1.Pod); ok {
		defaultPod(pod)
	}
	return meta, spec, nil
}

// The defaults below are copied by hand, since k8s.io/kubernetes is no library.

// SetDefaults_Volume in pkg/apis/core/v1/defaults.go
func defaultVolumes(spec *corev1.PodSpec) {
	for i := range spec.Volumes {
		if ptr.AllPtrFieldsNil(&spec.Volumes[i].VolumeSource) {
			spec.Volumes[i].VolumeSource = corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
		}
	}
}

func defaultPod(pod *corev1.Pod) {
	if pod.Spec.HostNetwork {
		defaultHostNetworkPorts(pod.Spec.Containers)
		defaultHostNetworkPorts(pod.Spec.InitContainers)
	}
	syncAppArmor(pod)
}

// defaultHostNetworkPorts in pkg/apis/core/v1/defaults.go
func defaultHostNetworkPorts(containers []corev1.Container) {
	for i := range containers {
		for j := range containers[i].Ports {
			if containers[i].Ports[j].HostPort == 0 {
				containers[i].Ports[j].HostPort = containers[i].Ports[j].ContainerPort
			}
		}
	}
}

// applyAppArmorVersionSkew in pkg/registry/core/pod/strategy.go
func syncAppArmor(pod *corev1.Pod) {
	if pod.Spec.OS != nil && pod.Spec.OS.Name == corev1.Windows {
		return
	}
	var ofPod *corev1.AppArmorProfile
	if pod.Spec.SecurityContext != nil {
		ofPod = pod.Spec.SecurityContext.AppArmorProfile
	}
	sync := func(name string, context **corev1.SecurityContext) {
		annotation, ok := pod.Annotations["container.apparmor.security.beta.kubernetes.io/"+name]
		if !ok || *context != nil && (*context).AppArmorProfile != nil {
			return
		}
		profile := profileOf(annotation)
		if profile == nil || apiequality.Semantic.DeepEqual(profile, ofPod) {
			return
		}
		if *context == nil {
			*context = &corev1.SecurityContext{}
		}
		(*context).AppArmorProfile = profile
	}
	for i := range pod.Spec.InitContainers {
		sync(pod.Spec.InitContainers[i].Name, &pod.Spec.InitContainers[i].SecurityContext)
	}
	for i := range pod.Spec.Containers {
		sync(pod.Spec.Containers[i].Name, &pod.Spec.Containers[i].SecurityContext)
	}
	for i := range pod.Spec.EphemeralContainers {
		sync(pod.Spec.EphemeralContainers[i].Name, &pod.Spec.EphemeralContainers[i].SecurityContext)
	}
}

// ApparmorFieldForAnnotation in pkg/api/pod/util.go, with ValidateAppArmorProfileField
func profileOf(annotation string) *corev1.AppArmorProfile {
	switch annotation {
	case "unconfined":
		return &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeUnconfined}
	case "runtime/default":
		return &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeRuntimeDefault}
	}
	name, ok := strings.CutPrefix(annotation, "localhost/")
	if !ok || name == "" || strings.TrimSpace(name) != name || len(name) > 4095 {
		return nil
	}
	return &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeLocalhost, LocalhostProfile: &name}
}

// encode writes an object as one line of JSON, which is a document.
func encode(object any) []byte {
	text, err := json.Marshal(object)
	utilruntime.Must(err)
	return append(text, '\n')
}

func levelVersion(level api.Level, version string) string {
	return fmt.Sprintf("%s:%s", level, version)
}
