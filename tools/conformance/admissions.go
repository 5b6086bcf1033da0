package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/pod-security-admission/admission"
	admissionapi "k8s.io/pod-security-admission/admission/api"
	"k8s.io/pod-security-admission/admission/api/load"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/metrics"
	"k8s.io/pod-security-admission/policy"
)

// answer is what the API server says to the creation of an object, as podline reports it.
type answer struct {
	Exempt           *string           `json:"exempt"`
	Policy           map[string]string `json:"policy"`
	Allowed          bool              `json:"allowed"`
	Message          string            `json:"message"`
	Warnings         []string          `json:"warnings"`
	AuditAnnotations map[string]string `json:"auditAnnotations"`
	Pods             podsAnswer        `json:"pods"`
}

type podsAnswer struct {
	User    *string `json:"user"`
	Exempt  *string `json:"exempt"`
	Allowed *bool   `json:"allowed"`
	Message string  `json:"message"`
}

type namespaceAnswer struct {
	Name     string   `json:"name"`
	Allowed  bool     `json:"allowed"`
	Message  string   `json:"message"`
	Warnings []string `json:"warnings"`
}

// server is the real admission code over namespaces in memory.
type server struct {
	*admission.Admission
	namespaces map[string]*corev1.Namespace
	defaults   api.Policy
}

func (s *server) GetNamespace(_ context.Context, name string) (*corev1.Namespace, error) {
	if namespace, ok := s.namespaces[name]; ok {
		return namespace, nil
	}
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, nil
}

func (s *server) ListPods(context.Context, string) ([]*corev1.Pod, error) { return nil, nil }

type noMetrics struct{}

func (noMetrics) RecordEvaluation(metrics.Decision, api.LevelVersion, metrics.Mode, api.Attributes) {}
func (noMetrics) RecordExemption(api.Attributes)                                                    {}
func (noMetrics) RecordError(bool, api.Attributes)                                                  {}

func newServer(config []byte, evaluator policy.Evaluator) (*server, error) {
	configuration, err := load.LoadFromData(config)
	if err != nil {
		return nil, err
	}
	s := &server{namespaces: map[string]*corev1.Namespace{}}
	s.Admission = &admission.Admission{
		Configuration: configuration, Evaluator: evaluator, Metrics: noMetrics{}, NamespaceGetter: s, PodLister: s,
		PodSpecExtractor: admission.DefaultPodSpecExtractor{},
	}
	if err := s.CompleteConfiguration(); err != nil {
		return nil, err
	}
	if err := s.ValidateConfiguration(); err != nil {
		return nil, err
	}
	s.defaults, err = admissionapi.ToPolicy(configuration.Defaults)
	return s, err
}

// resources has the plural name of each kind.
var resources = map[string]string{
	"Namespace": "namespaces", "Pod": "pods", "PodTemplate": "podtemplates", "ReplicationController": "replicationcontrollers",
	"ReplicaSet": "replicasets", "Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets",
	"Job": "jobs", "CronJob": "cronjobs",
}

// accounts has the account that creates the pods of each kind.
var accounts = map[string]string{
	"ReplicationController": "replication-controller", "ReplicaSet": "replicaset-controller",
	"Deployment": "replicaset-controller", "StatefulSet": "statefulset-controller", "DaemonSet": "daemon-set-controller",
	"Job": "job-controller", "CronJob": "job-controller",
}

// create asks the real admission code.
func (s *server) create(object runtime.Object, kind schema.GroupVersionKind, name, namespace, user string) *admissionv1.AdmissionResponse {
	return s.Validate(context.Background(), &api.AttributesRecord{
		Name: name, Namespace: namespace, Kind: kind, Resource: kind.GroupVersion().WithResource(resources[kind.Kind]),
		Operation: admissionv1.Create, Object: object, Username: user,
	})
}

func messageOf(response *admissionv1.AdmissionResponse) string {
	if response.Result == nil {
		return ""
	}
	return response.Result.Message
}

func exemptOf(response *admissionv1.AdmissionResponse) *string {
	if exempt, ok := response.AuditAnnotations["exempt"]; ok {
		return &exempt
	}
	return nil
}

func (s *server) namespace(object *corev1.Namespace) namespaceAnswer {
	response := s.create(object, corev1.SchemeGroupVersion.WithKind("Namespace"), object.Name, object.Name, "admin")
	return namespaceAnswer{object.Name, response.Allowed, messageOf(response), append([]string{}, response.Warnings...)}
}

// workload is what becomes of an object and of its pods, if it makes any.
func (s *server) workload(object runtime.Object, meta metav1.Object, user string) *answer {
	kind := object.GetObjectKind().GroupVersionKind()
	podMeta, spec, err := podOf(object)
	if err != nil {
		return nil
	}
	name, namespace := meta.GetName(), meta.GetNamespace()
	response := s.create(object, kind, name, namespace, user)
	described, _ := s.GetNamespace(context.Background(), namespace)
	levels, _ := api.PolicyToEvaluate(described.Labels, s.defaults)
	found := &answer{
		Exempt: exemptOf(response), Allowed: response.Allowed, Message: messageOf(response),
		Policy:   map[string]string{"enforce": levels.Enforce.String(), "audit": levels.Audit.String(), "warn": levels.Warn.String()},
		Warnings: append([]string{}, response.Warnings...), AuditAnnotations: map[string]string{},
	}
	for key, value := range response.AuditAnnotations {
		found.AuditAnnotations[key] = value
	}
	if spec == nil {
		return found
	}
	pod := &corev1.Pod{ObjectMeta: *podMeta.DeepCopy(), Spec: *spec.DeepCopy()}
	creator := user
	if kind.Kind != "Pod" {
		defaultPod(pod)
		creator = ""
		if account, ok := accounts[kind.Kind]; ok {
			creator = "system:serviceaccount:kube-system:" + account
		}
	}
	ofPod := s.create(pod, corev1.SchemeGroupVersion.WithKind("Pod"), name, namespace, creator)
	found.Pods = podsAnswer{&creator, exemptOf(ofPod), &ofPod.Allowed, messageOf(ofPod)}
	return found
}

const configKind = "pod-security.admission.config.k8s.io"

// configuration makes a random configuration: some have mistakes that make it useless.
func (g generator) configuration() map[string]any {
	config := map[string]any{"apiVersion": configKind + "/" + pick(g, "v1", "v1beta1", "v1alpha1"), "kind": "PodSecurityConfiguration"}
	defaults := map[string]any{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		if g.chance(40) {
			defaults[mode] = pick[any](g, "privileged", "baseline", "baseline", "restricted", "", nil)
		}
		if g.chance(30) {
			defaults[mode+"-version"] = pick[any](g, "latest", "v1.25", "v1.33", "v1.0", "v1.9999", "", nil)
		}
	}
	exemptions := map[string]any{}
	if g.chance(30) {
		exemptions["usernames"] = []string{pick(g, "alice", "system:serviceaccount:kube-system:job-controller", "system:serviceaccount:kube-system:replicaset-controller")}
	}
	if g.chance(30) {
		exemptions["namespaces"] = []string{"n1", "n2", "n3"}
	}
	if g.chance(30) {
		exemptions["runtimeClasses"] = []string{pick(g, "kata", "gvisor")}
	}
	if g.chance(15) {
		switch g.IntN(6) {
		case 0:
			defaults[pick(g, "enforce", "warn-version")] = pick[any](g, "Restricted", "v1", 1.29, true)
		case 1:
			defaults["Enforce"] = "baseline"
		case 2:
			config["metadata"] = map[string]any{"name": "x"}
		case 3:
			exemptions["namespaces"] = []any{pick[any](g, "kube-*", "", nil, 1, "A"), "n1"}
		case 4:
			exemptions["usernames"] = []string{"a", pick(g, "a", "")}
		case 5:
			config["kind"] = pick(g, "podSecurityConfiguration", "")
		}
	}
	if g.chance(90) {
		config["defaults"] = defaults
	}
	if g.chance(90) {
		config["exemptions"] = exemptions
	}
	return config
}

func (g generator) namespaceObject(name string) *corev1.Namespace {
	namespace := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"team": "red"}},
	}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		if g.chance(45) {
			namespace.Labels[api.AuditAnnotationPrefix+mode] = pick(g, "privileged", "baseline", "baseline", "restricted", "restricted", "strict", "", "Baseline")
		}
		if g.chance(30) {
			namespace.Labels[api.AuditAnnotationPrefix+mode+"-version"] = pick(g, "latest", "v1.0", "v1.19", "v1.25", "v1.33", "v1.37", "v1.38",
				"v1.9999", "v1.99999999999", "v1.01", "1.29", "", "v1.99999999999999999999")
		}
	}
	return namespace
}

// compareAdmissions compares n random creations; returns how many differ.
func compareAdmissions(podline string, seed uint64, n int) (int, error) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	g := newGenerator(seed ^ 0xad)
	differences, compared, refused := 0, 0, 0
	for compared < n {
		config, path := encode(g.configuration()), filepath.Join(folder, "config.json")
		if err := os.WriteFile(path, config, 0o600); err != nil {
			return differences, err
		}
		user := pick(g, "alice", "bob", "system:serviceaccount:kube-system:job-controller")
		server, configError := newServer(config, evaluator)
		var text bytes.Buffer
		var objects []runtime.Object
		var namespaces []*corev1.Namespace
		for index := range 20 {
			namespace := g.namespaceObject(fmt.Sprintf("n%d", index))
			if g.chance(95) {
				namespaces = append(namespaces, namespace)
			}
		}
		for index := range 80 {
			line := encode(g.workload(fmt.Sprintf("o%d", index), fmt.Sprintf("n%d", g.IntN(20))))
			decoded, err := documents(line)
			if err != nil {
				return differences, err
			}
			objects = append(objects, decoded[0])
			text.Write(line)
		}
		for _, namespace := range namespaces {
			text.Write(encode(namespace))
		}
		found, err := check(podline, text.Bytes(), "--admission-config", path, "--user", user)
		if err != nil {
			return differences, err
		}
		if (configError != nil) != (found == nil) {
			differences++
			show(differences, "configuration", config, configError, found == nil)
		}
		if configError != nil || found == nil {
			refused++
			compared++
			continue
		}
		more, number := server.compare(found, namespaces, objects, user, differences)
		differences, compared = more, compared+number
	}
	fmt.Printf("admissions: %d compared (%d bad configurations), %d differences\n", compared, refused, differences)
	return differences, nil
}

// compare compares the answers of one round.
func (s *server) compare(found *report, namespaces []*corev1.Namespace, objects []runtime.Object, user string, differences int) (int, int) {
	compared := 0
	differ := func(what any, expected, found any) {
		compared++
		if !reflect.DeepEqual(expected, found) {
			differences++
			text, _ := json.Marshal(what)
			e, _ := json.Marshal(expected)
			f, _ := json.Marshal(found)
			show(differences, "admission", append(text, '\n'), string(e), string(f))
		}
	}
	for _, namespace := range namespaces {
		s.namespaces[namespace.Name] = namespace
	}
	answers := map[string]namespaceAnswer{}
	for _, one := range found.Namespaces {
		answers[one.Name] = one
	}
	for _, namespace := range namespaces {
		differ(namespace, s.namespace(namespace), answers[namespace.Name])
	}
	templates := map[string]answer{}
	for _, one := range found.Templates {
		templates[one.Name] = one.Admission
	}
	for _, object := range objects {
		meta := object.(metav1.Object)
		if expected := s.workload(object, meta, user); expected != nil && expected.Pods.Allowed != nil {
			differ(object, *expected, templates[meta.GetName()])
		}
	}
	return differences, compared
}
