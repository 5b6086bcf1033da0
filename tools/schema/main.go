// schema writes crates/podline-defaulting/src/schema/table.rs: the fields of the built-in kinds, what each holds,
// whether it is a pointer, and whether it is left out when empty. It reads the Go types of k8s.io/api.
//
//	cd tools/schema && go run . > ../../crates/podline-defaulting/src/schema/table.rs && cargo fmt
package main

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	resourcev1 "k8s.io/api/resource/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// roots are the kinds that podline stores as the API server does.
var roots = []any{
	corev1.ConfigMap{}, corev1.LimitRange{}, corev1.Namespace{}, corev1.PersistentVolume{},
	corev1.PersistentVolumeClaim{}, corev1.Pod{}, corev1.PodTemplate{}, corev1.ReplicationController{},
	corev1.ResourceQuota{}, corev1.Secret{}, corev1.Service{}, corev1.ServiceAccount{},
	appsv1.DaemonSet{}, appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.StatefulSet{},
	autoscalingv1.HorizontalPodAutoscaler{}, autoscalingv2.HorizontalPodAutoscaler{},
	batchv1.CronJob{}, batchv1.Job{},
	networkingv1.Ingress{}, networkingv1.IngressClass{}, networkingv1.NetworkPolicy{},
	policyv1.PodDisruptionBudget{},
	rbacv1.ClusterRole{}, rbacv1.ClusterRoleBinding{}, rbacv1.Role{}, rbacv1.RoleBinding{},
	schedulingv1.PriorityClass{}, storagev1.StorageClass{},
}

// others are further kinds, of which podline knows the fields alone.
var others = []any{
	corev1.Binding{}, corev1.ComponentStatus{}, corev1.Endpoints{}, corev1.Event{}, corev1.Node{},
	admissionregistrationv1.MutatingAdmissionPolicy{}, admissionregistrationv1.MutatingAdmissionPolicyBinding{},
	admissionregistrationv1.MutatingWebhookConfiguration{}, admissionregistrationv1.ValidatingAdmissionPolicy{},
	admissionregistrationv1.ValidatingAdmissionPolicyBinding{}, admissionregistrationv1.ValidatingWebhookConfiguration{},
	apiextensionsv1.CustomResourceDefinition{}, apiregistrationv1.APIService{},
	appsv1.ControllerRevision{}, authenticationv1.TokenReview{},
	authorizationv1.LocalSubjectAccessReview{}, authorizationv1.SelfSubjectAccessReview{},
	authorizationv1.SelfSubjectRulesReview{}, authorizationv1.SubjectAccessReview{},
	certificatesv1.CertificateSigningRequest{}, coordinationv1.Lease{}, discoveryv1.EndpointSlice{}, eventsv1.Event{},
	flowcontrolv1.FlowSchema{}, flowcontrolv1.PriorityLevelConfiguration{},
	networkingv1.IPAddress{}, networkingv1.ServiceCIDR{}, nodev1.RuntimeClass{}, policyv1.Eviction{},
	resourcev1.DeviceClass{}, resourcev1.ResourceClaim{}, resourcev1.ResourceClaimTemplate{}, resourcev1.ResourceSlice{},
	storagev1.CSIDriver{}, storagev1.CSINode{}, storagev1.CSIStorageCapacity{}, storagev1.VolumeAttachment{},
	storagev1.VolumeAttributesClass{},
}

// apiVersions names the group and version of each package of roots.
var apiVersions = map[string]string{
	"core/v1": "v1", "apps/v1": "apps/v1", "autoscaling/v1": "autoscaling/v1", "autoscaling/v2": "autoscaling/v2",
	"batch/v1": "batch/v1", "networking/v1": "networking.k8s.io/v1", "policy/v1": "policy/v1",
	"rbac/v1": "rbac.authorization.k8s.io/v1", "scheduling/v1": "scheduling.k8s.io/v1", "storage/v1": "storage.k8s.io/v1",
	"admissionregistration/v1": "admissionregistration.k8s.io/v1", "apiextensions/v1": "apiextensions.k8s.io/v1",
	"apiregistration/v1": "apiregistration.k8s.io/v1", "authentication/v1": "authentication.k8s.io/v1",
	"authorization/v1": "authorization.k8s.io/v1", "certificates/v1": "certificates.k8s.io/v1",
	"coordination/v1": "coordination.k8s.io/v1", "discovery/v1": "discovery.k8s.io/v1", "events/v1": "events.k8s.io/v1",
	"flowcontrol/v1": "flowcontrol.apiserver.k8s.io/v1", "node/v1": "node.k8s.io/v1", "resource/v1": "resource.k8s.io/v1",
}

// leaves are the types that read and write themselves.
var leaves = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():    "Quantity",
	reflect.TypeFor[intstr.IntOrString]():   "IntOrString",
	reflect.TypeFor[metav1.Time]():          "Time",
	reflect.TypeFor[metav1.MicroTime]():     "MicroTime",
	reflect.TypeFor[[]byte]():               "Bytes",
	reflect.TypeFor[metav1.FieldsV1]():      "Any",
	reflect.TypeFor[runtime.RawExtension](): "Any",
	// The schema of a custom resource: it is long, and says nothing of what a cluster runs.
	reflect.TypeFor[apiextensionsv1.CustomResourceValidation](): "Any",
}

// dropped are fields that the types have and the server never keeps: behind feature gates that are off in 1.37, or written by itself.
// Source: pkg/features/kube_features.go, dropDisabledFields in pkg/api/pod/util.go, DropDisabledFields in pkg/api/job.
var dropped = []string{
	"meta/v1.ObjectMeta.managedFields",
	"core/v1.EmptyDirVolumeSource.mode",
	"core/v1.VolumeMount.bindMountOptions",
	"core/v1.HTTPGetAction.protocol",
	"core/v1.GRPCAction.mode",
	"core/v1.PodSpec.schedulingGroup",
	"core/v1.PodSpec.evictionResponders",
	"core/v1.SecretVolumeSource.defaultUser",
	"core/v1.ConfigMapVolumeSource.defaultUser",
	"core/v1.DownwardAPIVolumeSource.defaultUser",
	"core/v1.ProjectedVolumeSource.defaultUser",
	"core/v1.KeyToPath.user",
	"core/v1.DownwardAPIVolumeFile.user",
	"core/v1.ServiceAccountTokenProjection.user",
	"core/v1.ClusterTrustBundleProjection.user",
	"core/v1.PodCertificateProjection.user",
	"batch/v1.JobSpec.scheduling",
}

// defaults are the types that have defaults wherever they stand, and the variant of `Defaults` for each.
// Source: SetDefaults_* in pkg/apis/*/v1/defaults.go and the markers +default that zz_generated.defaults.go carries out.
var defaults = []string{
	"core/v1.AzureDiskVolumeSource", "core/v1.ConfigMapVolumeSource", "core/v1.Container", "core/v1.ContainerPort",
	"core/v1.DownwardAPIVolumeSource", "core/v1.EphemeralContainer", "core/v1.FileKeySelector", "core/v1.GRPCAction",
	"core/v1.HTTPGetAction", "core/v1.HostPathVolumeSource", "core/v1.ISCSIPersistentVolumeSource",
	"core/v1.ISCSIVolumeSource", "core/v1.LimitRangeItem", "core/v1.ObjectFieldSelector",
	"core/v1.PersistentVolumeClaimSpec", "core/v1.PodSpec", "core/v1.Probe", "core/v1.ProjectedVolumeSource",
	"core/v1.RBDPersistentVolumeSource", "core/v1.RBDVolumeSource", "core/v1.ScaleIOPersistentVolumeSource",
	"core/v1.ScaleIOVolumeSource", "core/v1.SecretVolumeSource", "core/v1.ServiceAccountTokenProjection",
	"core/v1.Volume", "networking/v1.NetworkPolicyPort", "batch/v1.PodFailurePolicyOnPodConditionsPattern",
	"rbac/v1.Subject",
}

// table collects the types in the order in which they are met.
type table struct {
	index map[reflect.Type]int
	lines []string
	used  map[string]bool
}

func main() {
	t := table{index: map[reflect.Type]int{}, used: map[string]bool{}}
	t.number(reflect.TypeFor[metav1.ObjectMeta]())
	var kinds []string
	for _, root := range roots {
		kinds = append(kinds, t.row(root))
	}
	metric := t.number(reflect.TypeFor[autoscalingv1.MetricSpec]())
	var known []string
	for _, root := range others {
		known = append(known, t.row(root))
	}
	slices.Sort(known)
	for _, wanted := range append(slices.Clone(dropped), defaults...) {
		if !t.used[wanted] {
			fmt.Fprintln(os.Stderr, "not met:", wanted)
			os.Exit(1)
		}
	}
	fmt.Println("//! Written by `tools/schema` from the types of k8s.io/api v0.37.2: do not edit.")
	fmt.Println("\nuse super::{Defaults, Kind, OMIT, OMIT_POINTER, POINTER, Type, UNKEPT, VALUE, field};")
	fmt.Println("\n/// The type of `metadata`.\npub const OBJECT_META: usize = 0;")
	fmt.Printf("\n/// A metric in an annotation of autoscaling/v1.\npub const METRIC_SPEC_V1: usize = %d;\n", metric)
	fmt.Printf("\n/// `(apiVersion, kind, its type)`\npub const KINDS: &[(&str, &str, usize)] = &[\n    %s,\n];\n", strings.Join(kinds, ",\n    "))
	fmt.Printf("\n/// Further kinds, of which the fields alone are known.\npub const OTHERS: &[(&str, &str, usize)] = &[\n    %s,\n];\n", strings.Join(known, ",\n    "))
	fmt.Println("\n/// Every type, its fields in the order of their names.\npub static TYPES: &[Type] = &[")
	for _, line := range t.lines {
		fmt.Print(line)
	}
	fmt.Println("];")
}

// row is the line of a kind.
func (t *table) row(root any) string {
	typ := reflect.TypeOf(root)
	pkg, _, _ := strings.Cut(name(typ), ".")
	if apiVersions[pkg] == "" {
		panic("no apiVersion for " + pkg)
	}
	return fmt.Sprintf("(%q, %q, %d)", apiVersions[pkg], typ.Name(), t.number(typ))
}

// name is `core/v1.Container`.
func name(typ reflect.Type) string {
	parts := strings.Split(typ.PkgPath(), "/")
	return strings.Join(parts[len(parts)-2:], "/") + "." + typ.Name()
}

// number gives the place of a struct in the table, and adds it and what it holds.
func (t *table) number(typ reflect.Type) int {
	if index, ok := t.index[typ]; ok {
		return index
	}
	index := len(t.lines)
	t.index[typ] = index
	t.lines = append(t.lines, "")
	fields := map[string]string{}
	t.fields(typ, fields)
	names := slices.Sorted(maps.Keys(fields))
	var quoted, kinds []string
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf("%q", name))
		kinds = append(kinds, fields[name])
	}
	variant := "None"
	if slices.Contains(defaults, name(typ)) {
		t.used[name(typ)] = true
		variant = typ.Name()
	}
	t.lines[index] = fmt.Sprintf("    // %d: %s\n    Type { defaults: Defaults::%s, names: &[%s], fields: &[%s] },\n",
		index, name(typ), variant, strings.Join(quoted, ", "), strings.Join(kinds, ", "))
	return index
}

// fields adds the lines of a struct's fields; those of embedded structs stand beside its own.
func (t *table) fields(typ reflect.Type, lines map[string]string) {
	for i := range typ.NumField() {
		field := typ.Field(i)
		json, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if json == "" && field.Anonymous {
			t.fields(field.Type, lines)
			continue
		}
		if json == "" || json == "-" {
			panic(name(typ) + "." + field.Name)
		}
		value, pointer := field.Type, field.Type.Kind() == reflect.Pointer
		if pointer {
			value = value.Elem()
		}
		empty := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		shape := map[[2]bool]string{{false, false}: "VALUE", {false, true}: "OMIT", {true, false}: "POINTER", {true, true}: "OMIT_POINTER"}[[2]bool{pointer, empty}]
		// A struct is never empty, unless the tag asks for the zero value.
		if shape == "OMIT" && value.Kind() == reflect.Struct && !strings.Contains(options, "omitzero") {
			shape = "VALUE"
		}
		if key := name(typ) + "." + json; slices.Contains(dropped, key) {
			t.used[key] = true
			shape = "UNKEPT"
		}
		lines[json] = fmt.Sprintf("field(%s, %s)", t.kind(value), shape)
	}
}

func (t *table) kind(typ reflect.Type) string {
	if leaf, ok := leaves[typ]; ok {
		return "Kind::" + leaf
	}
	switch typ.Kind() {
	case reflect.Bool:
		return "Kind::Bool"
	case reflect.String:
		return "Kind::String"
	case reflect.Int32:
		return "Kind::Int32"
	case reflect.Int64:
		return "Kind::Int64"
	case reflect.Struct:
		return fmt.Sprintf("Kind::Struct(%d)", t.number(typ))
	case reflect.Slice:
		return fmt.Sprintf("Kind::List(&%s)", t.kind(typ.Elem()))
	case reflect.Map:
		return fmt.Sprintf("Kind::Map(&%s)", t.kind(typ.Elem()))
	}
	panic("no word for " + typ.String())
}
