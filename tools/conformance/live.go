package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// A live cluster, and what is compared with it.
type live struct {
	client *http.Client
	host   string
	// The user that creates: as whom to impersonate, if it is not that of the kubeconfig.
	user, as string
	// What podline is told of the cluster.
	podline   string
	arguments []string

	// isOwnWarning tells the warnings that are compared from others.
	isOwnWarning func(text string) bool

	differences, judged, allowed, refused, warned, foreign int
	// Refusals that are not PodSecurity's, by their reason.
	others map[string]int
}

// said is an answer of the API server.
type said struct {
	code     int
	reason   string
	message  string
	warnings []string
}

// liveNamespaces is how many namespaces the objects are spread over.
const liveNamespaces = 20

// compareLive compares n creations with those of a live cluster, all of them dry runs. Only namespaces are made, and
// deleted afterwards.
func compareLive(podline, kubeconfig, as, admissionConfig, version string, seed uint64, n, policies int, keep bool) (int, error) {
	l := live{podline: podline, others: map[string]int{}, isOwnWarning: isPodSecurityWarning}
	if err := l.connect(kubeconfig, as); err != nil {
		return 0, err
	}
	l.arguments = []string{"--admission", "--user", l.user}
	if admissionConfig != "" {
		l.arguments = []string{"--admission-config", admissionConfig, "--user", l.user}
	}
	if version != "" {
		l.arguments = append(l.arguments, "--kubernetes-version", version)
	}
	g := newGenerator(seed ^ 0x11fe)
	namespaces, err := l.namespaces(g)
	if !keep {
		defer func() {
			for _, namespace := range namespaces {
				// They are nothing but empty: what cannot be deleted does no harm.
				_, _ = l.send(http.MethodDelete, "/api/v1/namespaces/"+namespace.Name, "", nil)
			}
		}()
	}
	for err == nil && n > 0 {
		err = l.batch(g, namespaces, min(n, 500))
		n -= min(n, 500)
	}
	fmt.Printf("live, as %s: %d answers of PodSecurity compared (%d allowed, %d of them with warnings; %d refused), %d differences\n",
		l.user, l.judged, l.allowed, l.warned, l.refused, l.differences)
	fmt.Printf("  not judged, since the API server refused before: %v; warnings that are not PodSecurity's: %d\n", l.others, l.foreign)
	if err == nil && l.judged == 0 {
		err = errors.New("the cluster refused everything before PodSecurity judged it")
	}
	if err == nil && policies > 0 {
		of := live{client: l.client, host: l.host, user: l.user, as: l.as, podline: podline, others: map[string]int{}}
		err = of.comparePolicies(newGenerator(seed^0xce1), policies)
		fmt.Printf("policies, as %s: %d answers compared (%d allowed, %d of them with warnings; %d refused), %d differences; others: %v\n",
			of.user, of.judged, of.allowed, of.warned, of.refused, of.differences, of.others)
		l.differences += of.differences
	}
	return l.differences, err
}

func (l *live) connect(kubeconfig, as string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	l.host = strings.TrimRight(config.Host, "/")
	if l.client, err = rest.HTTPClientFor(config); err != nil {
		return err
	}
	if l.user, l.as = as, as; as != "" {
		return nil
	}
	review := authenticationv1.SelfSubjectReview{}
	answer, err := l.request(http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "",
		encode(map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&review); err != nil {
		return err
	}
	l.user = review.Status.UserInfo.Username
	return nil
}

func (l *live) request(method, path, as string, body []byte) (*http.Response, error) {
	request, err := http.NewRequest(method, l.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if as != "" {
		request.Header.Set("Impersonate-User", as)
	}
	return l.client.Do(request)
}

// send sends a request and reads what is said to it.
func (l *live) send(method, path, as string, body []byte) (said, error) {
	response, err := l.request(method, path, as, body)
	if err != nil {
		return said{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return said{}, err
	}
	answer := said{code: response.StatusCode, warnings: []string{}}
	if answer.code >= 400 {
		status := metav1.Status{}
		if err := json.Unmarshal(text, &status); err != nil {
			return said{}, fmt.Errorf("%d %s: %w", answer.code, text, err)
		}
		answer.reason, answer.message = string(status.Reason), status.Message
	}
	headers, problems := utilnet.ParseWarningHeaders(response.Header.Values("Warning"))
	for _, header := range headers {
		if !l.isOwnWarning(header.Text) {
			l.foreign++
			continue
		}
		answer.warnings = append(answer.warnings, header.Text)
	}
	return answer, errors.Join(problems...)
}

// isPodSecurityWarning tells a warning apart from those of the API itself (deprecated fields, repeated ports).
func isPodSecurityWarning(text string) bool {
	return strings.HasPrefix(text, "would violate PodSecurity ") || strings.HasPrefix(text, "existing pods in namespace ") ||
		strings.HasPrefix(text, "namespace ") && strings.Contains(text, " is exempt from Pod Security")
}

// isPodSecuritys says whether PodSecurity has judged; what it has not judged is counted by its reason.
func (l *live) isPodSecuritys(answer said) bool {
	if answer.code < 400 || strings.Contains(answer.message, "violates PodSecurity ") {
		return true
	}
	l.others[answer.reason]++
	return false
}

// namespaces compares the creation of labelled namespaces, and makes those that the cluster takes.
func (l *live) namespaces(g generator) ([]*corev1.Namespace, error) {
	var text bytes.Buffer
	var all, made []*corev1.Namespace
	for index := range liveNamespaces * 3 {
		namespace := g.namespaceObject(fmt.Sprintf("podline-live-%d", index))
		all = append(all, namespace)
		text.Write(encode(namespace))
	}
	found, err := check(l.podline, text.Bytes(), l.arguments...)
	if err != nil || found == nil {
		return nil, errors.Join(err, errors.New("podline did not judge the namespaces"))
	}
	answers := map[string]namespaceAnswer{}
	for _, one := range found.Namespaces {
		answers[one.Name] = one
	}
	for _, namespace := range all {
		path := "/api/v1/namespaces"
		answer, err := l.send(http.MethodPost, path+"?dryRun=All", "", encode(namespace))
		if err != nil {
			return made, err
		}
		method := http.MethodPost
		if answer.reason == string(metav1.StatusReasonAlreadyExists) {
			method, path = http.MethodPut, path+"/"+namespace.Name
		} else {
			expected := namespaceAnswer{namespace.Name, answer.code < 400, answer.message, answer.warnings}
			l.differ(namespace, expected, answers[namespace.Name], answer)
		}
		if answers[namespace.Name].Allowed && len(made) < liveNamespaces {
			if answer, err = l.send(method, path, "", encode(namespace)); err != nil || answer.code >= 400 {
				return made, errors.Join(err, fmt.Errorf("namespace %s: %s", namespace.Name, answer.message))
			}
			made = append(made, namespace)
		}
	}
	return made, nil
}

// batch compares the creation of n objects, and of one pod of each controller, as the controller would make it.
func (l *live) batch(g generator, namespaces []*corev1.Namespace, n int) error {
	var text bytes.Buffer
	var objects []runtime.Object
	for index := range n {
		object := g.workload(fmt.Sprintf("o%d", index), pick(g, namespaces...).Name)
		servable(object)
		objects = append(objects, object)
		text.Write(encode(object))
	}
	for _, namespace := range namespaces {
		text.Write(encode(namespace))
	}
	found, err := check(l.podline, text.Bytes(), l.arguments...)
	if err != nil || found == nil {
		return errors.Join(err, errors.New("podline did not judge the objects"))
	}
	answers := map[string]answer{}
	for _, one := range found.Templates {
		answers[one.Name] = one.Admission
	}
	for _, object := range objects {
		meta := object.(metav1.Object)
		podline, ok := answers[meta.GetName()]
		if !ok {
			continue
		}
		answer, err := l.create(object, meta, l.as)
		if err != nil {
			return err
		}
		if l.isPodSecuritys(answer) {
			l.differ(object, answered(answer), ours(podline.Allowed, podline.Message, sendable(podline.Warnings)), answer)
		}
		account, ok := accounts[object.GetObjectKind().GroupVersionKind().Kind]
		if !ok || answer.code >= 400 {
			continue
		}
		podMeta, spec, err := podOf(object)
		if err != nil || spec == nil {
			continue
		}
		pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: *podMeta.DeepCopy(), Spec: *spec}
		pod.Name, pod.Namespace = meta.GetName(), meta.GetNamespace()
		answer, err = l.create(pod, pod, "system:serviceaccount:kube-system:"+account)
		if err != nil {
			return err
		}
		if l.isPodSecuritys(answer) {
			// podline does not tell what a controller would be warned of.
			answer.warnings = nil
			l.differ(object, answered(answer), ours(podline.Pods.Allowed != nil && *podline.Pods.Allowed, podline.Pods.Message, nil), answer)
		}
	}
	return nil
}

func (l *live) create(object runtime.Object, meta metav1.Object, as string) (said, error) {
	kind := object.GetObjectKind().GroupVersionKind()
	prefix := "/api/v1"
	if kind.Group != "" {
		prefix = "/apis/" + kind.GroupVersion().String()
	}
	path := fmt.Sprintf("%s/namespaces/%s/%s?dryRun=All", prefix, meta.GetNamespace(), resources[kind.Kind])
	return l.send(http.MethodPost, path, as, encode(object))
}

// sendable leaves out warnings with control characters, which no header can hold: the API server drops them.
// Source: NewWarningHeader in k8s.io/apimachinery/pkg/util/net
func sendable(warnings []string) []string {
	return slices.DeleteFunc(slices.Clone(warnings), func(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) })
}

// answered and ours are the two sides, of the same form: whether it is allowed, the message, and the warnings.
func answered(answer said) []any { return ours(answer.code < 400, answer.message, answer.warnings) }

func ours(allowed bool, message string, warnings []string) []any {
	return []any{allowed, message, strings.Join(warnings, "\n")}
}

// differ counts an answer, and shows it where podline says something else.
func (l *live) differ(object, expected, found any, answer said) {
	l.judged++
	if answer.code >= 400 {
		l.refused++
	} else {
		l.allowed++
		l.warned += min(len(answer.warnings), 1)
	}
	if !reflect.DeepEqual(expected, found) {
		l.differences++
		show(l.differences, "live", encode(object), fmt.Sprint(expected), fmt.Sprint(found))
	}
}
