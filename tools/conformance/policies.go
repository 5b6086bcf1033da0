package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const (
	// policyLabel says which policy an object is for: of several that deny it is chance which one is named.
	policyLabel = "podline-live-policy"
	// policyNamespace is where these objects are created.
	policyNamespace = "podline-live-policies"
	// policiesAtOnce are made at a time, and deleted before the next ones.
	policiesAtOnce = 20
	// objectsOfPolicy are created by dry runs for each policy.
	objectsOfPolicy = 5

	policyPath  = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
	bindingPath = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
)

// A policy that was made up, and its binding.
type madePolicy struct {
	name            string
	policy, binding []byte
}

// Expressions about any workload. Some do not compile, some err on some objects, some need variables.
var policyExpressions = []string{
	"object.spec.replicas <= 3", "!has(object.spec.replicas) || object.spec.replicas > 1", "variables.pod.containers.size() < 3",
	"variables.pod.containers.all(c, has(c.image) && !c.image.endsWith(':latest'))", "variables.pod.containers.exists(c, c.name == 'app0')",
	"variables.pod.containers.all(c, !(c.?securityContext.?privileged.orValue(false)))", "has(variables.pod.volumes)",
	"variables.pod.?hostNetwork.orValue(false) == false", "!has(variables.pod.hostPID)", "variables.names.join(',').size() < 12",
	"variables.pod.?securityContext.?runAsNonRoot.orValue(false) == true", "variables.names == variables.names.distinct()",
	"object.metadata.name.startsWith('o')", "object.metadata.?labels['app'].orValue('') in ['', 'web']", "'a' + object.kind != 'aJob'",
	"variables.pod.containers[0].?ports.orValue([]).all(p, !has(p.hostPort) || p.hostPort == 0)", "variables.pod.containers[5].name == 'x'",
	"variables.pod.volumes.all(v, !has(v.hostPath))", "object.kind in ['Pod', 'Deployment', 'StatefulSet', 'Job']",
	"request.operation == 'CREATE' && request.userInfo.groups.exists(g, g == 'system:authenticated')", "has(object.spec.nothing.at.all)",
	"oldObject == null", "object.metadata.namespace == namespaceObject.metadata.name", "namespaceObject.metadata.labels['nothing'] == 'x'",
	"variables.pod.containers.map(c, quantity(c.?resources.?limits[?'memory'].orValue('1Mi'))).all(q, q.isLessThan(quantity('1Gi')))",
	"variables.pod.restartPolicy == 'Always' ? variables.pod.dnsPolicy == 'ClusterFirst' : true", "variables.pod.containers.all(i, c, i < 2 || c.name != '')",
	"variables.pod.containers.all(c, c.?image.orValue('').matches('^[a-z./:0-9@-]+$'))", "1 / object.spec.replicas > 0", "object.spec.paused",
	"int(object.metadata.generation) == 1", "object.spec == 1", "string(object.metadata.creationTimestamp) != ''", "has(object.status)",
}

// Whole expressions of messages.
var policyMessages = []string{
	"'no: ' + object.metadata.name", "object.kind + ' of ' + string(variables.pod.containers.size())", "'' + object.spec.nothing", "'two\\nlines'", "'  '",
}

// policySpec makes up what a policy says.
func (g generator) policySpec() map[string]any {
	pod := "object.kind == 'Pod' ? object.spec : object.kind == 'PodTemplate' ? object.template.spec : " +
		"object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec"
	rule := map[string]any{
		"apiGroups": []string{"*"}, "apiVersions": []string{"*"}, "operations": []string{pick(g, "CREATE", "*")},
		"resources": pick(g, []string{"*"}, []string{"*"}, []string{"pods", "deployments", "jobs"}, []string{"statefulsets", "daemonsets", "cronjobs", "pods"}),
	}
	validation := func() map[string]any {
		made := map[string]any{"expression": pick(g, policyExpressions...)}
		if g.chance(50) {
			made["message"] = pick(g, "must not be so", " ask the platform team ", "a \"quoted\" word")
		}
		if g.chance(30) {
			made["messageExpression"] = pick(g, policyMessages...)
		}
		if g.chance(20) {
			made["reason"] = pick(g, "Forbidden", "Invalid", "RequestEntityTooLarge")
		}
		return made
	}
	spec := map[string]any{
		"failurePolicy":    pick(g, "Fail", "Fail", "Ignore"),
		"matchConstraints": map[string]any{"resourceRules": []any{rule}, "matchPolicy": pick(g, "Equivalent", "Exact")},
		"variables":        []any{map[string]any{"name": "pod", "expression": pod}, map[string]any{"name": "names", "expression": "variables.pod.containers.map(c, c.name)"}},
		"validations":      append(times(g, 2, validation), validation()),
	}
	if g.chance(30) {
		condition := pick(g, "object.kind != 'Job'", "has(object.spec.replicas)", "object.spec.replicas > 1", "request.userInfo.username != 'alice'")
		spec["matchConditions"] = []any{map[string]any{"name": "condition", "expression": condition}}
	}
	return spec
}

// bound is a policy with its binding, for objects that are labelled with its name.
func bound(name string, spec map[string]any, actions ...string) madePolicy {
	object := func(kind string, spec map[string]any) []byte {
		return encode(map[string]any{
			"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
		})
	}
	binding := map[string]any{
		"policyName": name, "validationActions": actions,
		"matchResources": map[string]any{"objectSelector": map[string]any{"matchLabels": map[string]string{policyLabel: name}}},
	}
	return madePolicy{name, object("ValidatingAdmissionPolicy", spec), object("ValidatingAdmissionPolicyBinding", binding)}
}

// comparePolicies compares the answers to creations under n random policies, which are made there and deleted again.
func (l *live) comparePolicies(g generator, n int) error {
	l.isOwnWarning = func(text string) bool {
		return strings.HasPrefix(text, "Validation failed for ValidatingAdmissionPolicy ")
	}
	answer, err := l.send(http.MethodPost, "/api/v1/namespaces", "", encode(policyNamespaceObject()))
	if err != nil || answer.code >= 400 && answer.reason != string(metav1.StatusReasonAlreadyExists) {
		return errors.Join(err, fmt.Errorf("namespace %s: %s", policyNamespace, answer.message))
	}
	folder, err := os.MkdirTemp("", "podline-policies")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for made := 0; err == nil && made < n; made += policiesAtOnce {
		err = l.policyBatch(g, folder, made, min(policiesAtOnce, n-made))
	}
	return err
}

func policyNamespaceObject() map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{
		"name": policyNamespace, "labels": map[string]string{"pod-security.kubernetes.io/enforce": "privileged"},
	}}
}

// policyBatch makes n policies, asks about objects, and deletes the policies.
func (l *live) policyBatch(g generator, folder string, from, n int) error {
	var policies []madePolicy
	defer func() {
		for _, made := range policies {
			_, _ = l.send(http.MethodDelete, bindingPath+"/"+made.name, "", nil)
			_, _ = l.send(http.MethodDelete, policyPath+"/"+made.name, "", nil)
		}
	}()
	for index := range n {
		actions := pick(g, []string{"Deny"}, []string{"Deny"}, []string{"Warn"}, []string{"Deny", "Audit"}, []string{"Audit"})
		made := bound(fmt.Sprintf("podline-live-%d", from+index), g.policySpec(), actions...)
		isTaken, err := l.makePolicy(made, folder)
		if err != nil {
			return err
		}
		if isTaken {
			policies = append(policies, made)
		}
	}
	if len(policies) == 0 {
		return nil
	}
	// The last one denies everything: once it does, those before it are in force.
	last := bound(fmt.Sprintf("podline-live-last-%d", from), map[string]any{
		"matchConstraints": map[string]any{"resourceRules": []any{map[string]any{
			"apiGroups": []string{"*"}, "apiVersions": []string{"*"}, "operations": []string{"*"}, "resources": []string{"*"},
		}}},
		"validations": []any{map[string]any{"expression": "1 == 2"}},
	}, "Deny")
	if _, err := l.makePolicy(last, folder); err != nil {
		return err
	}
	defer func() {
		_, _ = l.send(http.MethodDelete, bindingPath+"/"+last.name, "", nil)
		_, _ = l.send(http.MethodDelete, policyPath+"/"+last.name, "", nil)
	}()
	if err := l.awaitPolicy(last.name); err != nil {
		return err
	}
	return l.askPolicies(g, folder, policies)
}

// makePolicy creates a policy. Whether the server takes it; podline must say the same.
func (l *live) makePolicy(made madePolicy, folder string) (bool, error) {
	answer, err := l.send(http.MethodPost, policyPath, "", made.policy)
	if err != nil {
		return false, err
	}
	if answer.reason == string(metav1.StatusReasonAlreadyExists) {
		return false, fmt.Errorf("policy %s is left of another run", made.name)
	}
	isTaken := answer.code < 400
	file := filepath.Join(folder, "one.yaml")
	if err := os.WriteFile(file, append(append(made.policy, "---\n"...), made.binding...), 0o600); err != nil {
		return false, err
	}
	// A pod that no policy is for.
	pod := []byte("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, \"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}}\n")
	found, err := check(l.podline, pod, "--level", "privileged", "--policy", file)
	if err != nil {
		return false, err
	}
	l.differ(json.RawMessage(made.policy), isTaken, found != nil, answer)
	if !isTaken {
		return false, nil
	}
	answer, err = l.send(http.MethodPost, bindingPath, "", made.binding)
	if err == nil && answer.code >= 400 {
		err = fmt.Errorf("binding %s: %s", made.name, answer.message)
	}
	return true, err
}

// awaitPolicy waits until a policy that denies everything does.
func (l *live) awaitPolicy(name string) error {
	object := encode(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{
		"name": "await", "namespace": policyNamespace, "labels": map[string]string{policyLabel: name},
	}})
	for range 120 {
		answer, err := l.send(http.MethodPost, "/api/v1/namespaces/"+policyNamespace+"/configmaps?dryRun=All", "", object)
		if err != nil {
			return err
		}
		if strings.Contains(answer.message, name) {
			return nil
		}
		time.Sleep(500 * time.Millisecond)
	}
	return errors.New("policies do not come into force")
}

// askPolicies creates objects for each policy by dry runs.
func (l *live) askPolicies(g generator, folder string, policies []madePolicy) error {
	var all, text bytes.Buffer
	var objects []runtime.Object
	for number, made := range policies {
		all.Write(made.policy)
		all.WriteString("---\n")
		all.Write(made.binding)
		all.WriteString("---\n")
		for index := range objectsOfPolicy {
			object := g.workload(fmt.Sprintf("o%d-%d", number, index), policyNamespace)
			servable(object)
			meta := object.(metav1.Object)
			meta.SetLabels(map[string]string{policyLabel: made.name})
			objects = append(objects, object)
			text.Write(encode(object))
		}
	}
	text.Write(encode(policyNamespaceObject()))
	file := filepath.Join(folder, "all.yaml")
	if err := os.WriteFile(file, all.Bytes(), 0o600); err != nil {
		return err
	}
	found, err := check(l.podline, text.Bytes(), "--level", "privileged", "--policy", file, "--user", l.user)
	if err != nil || found == nil {
		return errors.Join(err, errors.New("podline did not judge by the policies"))
	}
	rows := map[string][]evaluation{}
	for _, row := range found.Evaluations {
		if row.As == nil {
			rows[row.Name] = append(rows[row.Name], row)
		}
	}
	for _, object := range objects {
		meta := object.(metav1.Object)
		answer, err := l.create(object, meta, l.as)
		if err != nil {
			return err
		}
		if answer.code >= 400 && !strings.Contains(answer.message, "ValidatingAdmissionPolicy '") {
			l.others[answer.reason]++
			continue
		}
		// `pods "web" is forbidden: ` stands before what the policy says.
		_, message, _ := strings.Cut(answer.message, " is forbidden: ")
		denial, warnings := denied(rows[meta.GetName()])
		l.differ(object, ours(answer.code < 400, message, answer.warnings), ours(denial == "", denial, warnings), answer)
	}
	return nil
}

// denied is what the server says first of those that deny, and what it warns of.
func denied(rows []evaluation) (string, []string) {
	denial, warnings := "", []string{}
	for _, row := range rows {
		if row.Result != "fail" && row.Result != "error" {
			continue
		}
		for _, action := range row.Actions {
			switch {
			case action == "Deny" && denial == "":
				denial = fmt.Sprintf("ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s", row.Policy, row.Binding, row.Message)
			case action == "Warn":
				text := fmt.Sprintf("Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s", row.Policy, row.Binding, row.Message)
				// The server says it once.
				if !slices.Contains(warnings, text) {
					warnings = append(warnings, text)
				}
			}
		}
	}
	return denial, sendable(warnings)
}
