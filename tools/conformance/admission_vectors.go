package main

import (
	"encoding/json"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// admissionVector is a line of admission.jsonl.gz: Namespaces and workloads, and what becomes of them.
type admissionVector struct {
	Name        string            `json:"name"`
	Input       string            `json:"input"`
	Config      *string           `json:"config"`
	ConfigError *string           `json:"config_error"`
	User        string            `json:"user"`
	Namespaces  []namespaceAnswer `json:"namespaces"`
	Objects     []vectorObject    `json:"objects"`
}

type vectorObject struct {
	APIVersion  string            `json:"apiVersion"`
	Kind        string            `json:"kind"`
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	Exempt      *string           `json:"exempt"`
	Policy      map[string]string `json:"policy"`
	Allowed     bool              `json:"allowed"`
	Message     string            `json:"message"`
	Warnings    []string          `json:"warnings"`
	Audit       map[string]string `json:"audit"`
	PodsUser    *string           `json:"pods_user"`
	PodsExempt  *string           `json:"pods_exempt"`
	PodsAllowed *bool             `json:"pods_allowed"`
	PodsMessage string            `json:"pods_message"`
}

// regenerateAdmissions judges the cases of admission.jsonl.gz anew. Bad configurations stay as they are: the wrapper
// that some stand in is read by kube-apiserver and not by the admission library.
func regenerateAdmissions(folder string) error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	return rewrite(filepath.Join(folder, "admission.jsonl.gz"), func(line []byte) ([]byte, error) {
		vector := admissionVector{}
		if err := json.Unmarshal(line, &vector); err != nil {
			return nil, err
		}
		if vector.ConfigError == nil {
			if err := vector.judge(evaluator); err != nil {
				return nil, err
			}
		}
		return marshal(vector)
	})
}

// judge fills in what the real code says.
func (v *admissionVector) judge(evaluator policy.Evaluator) error {
	config, err := unwrap(v.Config)
	if err != nil {
		return err
	}
	server, err := newServer(config, evaluator)
	if err != nil {
		return err
	}
	objects, err := documents([]byte(v.Input))
	if err != nil {
		return err
	}
	for _, object := range objects {
		if namespace, ok := object.(*corev1.Namespace); ok {
			server.namespaces[namespace.Name] = namespace
		}
	}
	v.Namespaces, v.Objects = []namespaceAnswer{}, []vectorObject{}
	for _, object := range objects {
		if namespace, ok := object.(*corev1.Namespace); ok {
			v.Namespaces = append(v.Namespaces, server.namespace(namespace))
			continue
		}
		meta := object.(metav1.Object)
		apiVersion, kind := object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
		entry := vectorObject{APIVersion: apiVersion, Kind: kind, Namespace: meta.GetNamespace(), Name: meta.GetName()}
		if meta.GetNamespace() == "" {
			meta.SetNamespace("default")
		}
		answer := server.workload(object, meta, v.User)
		entry.Exempt, entry.Policy, entry.Allowed, entry.Message = answer.Exempt, answer.Policy, answer.Allowed, answer.Message
		entry.Warnings, entry.Audit = answer.Warnings, answer.AuditAnnotations
		entry.PodsUser, entry.PodsExempt = answer.Pods.User, answer.Pods.Exempt
		entry.PodsAllowed, entry.PodsMessage = answer.Pods.Allowed, answer.Pods.Message
		v.Objects = append(v.Objects, entry)
	}
	return nil
}

// unwrap takes a configuration out of an AdmissionConfiguration, as kube-apiserver does.
func unwrap(config *string) ([]byte, error) {
	if config == nil {
		return nil, nil
	}
	wrapper := struct {
		Kind    string `json:"kind"`
		Plugins []struct {
			Name          string          `json:"name"`
			Configuration json.RawMessage `json:"configuration"`
		} `json:"plugins"`
	}{}
	if err := yaml.Unmarshal([]byte(*config), &wrapper); err != nil || wrapper.Kind != "AdmissionConfiguration" {
		return []byte(*config), nil
	}
	for _, plugin := range wrapper.Plugins {
		if plugin.Name == "PodSecurity" && string(plugin.Configuration) != "null" {
			return plugin.Configuration, nil
		} else if plugin.Name == "PodSecurity" {
			return nil, nil
		}
	}
	return nil, nil
}
