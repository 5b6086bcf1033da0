package main

import (
	"fmt"
	"math/rand/v2"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

// A generator of random pods and of the objects around them. It sets every field that any check reads, and every
// annotation, to good, bad and odd values.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 0))}
}

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g generator, values ...T) T { return values[g.IntN(len(values))] }

// some is a pointer to one of the values, and often nil.
func some[T any](g generator, percent int, values ...T) *T {
	if !g.chance(percent) {
		return nil
	}
	return ptr.To(pick(g, values...))
}

// times makes up to n values.
func times[T any](g generator, n int, value func() T) []T {
	var list []T
	for range g.IntN(n + 1) {
		list = append(list, value())
	}
	return list
}

// odd is a text that quoting and escaping have to get right.
func (g generator) odd() string {
	return pick(g, "\"", "\\", "'", "a\nb", "\t", "\x01", "\x7f", "é", "\u0300", "\u0378", "\u200b", "\u2028", "\u202e", "\ufeff",
		"\U0001f600", "\U000e0001", "x,y", "(a)", "<&>", " ")
}

func (g generator) name(index int) string {
	if g.chance(2) {
		return pick(g, "dup", "", g.odd())
	}
	return fmt.Sprintf("%s%d", pick(g, "app", "web", "db", "side"), index)
}

func (g generator) appArmor() *corev1.AppArmorProfile {
	if g.chance(85) {
		return nil
	}
	return &corev1.AppArmorProfile{
		Type:             pick[corev1.AppArmorProfileType](g, "RuntimeDefault", "Localhost", "Unconfined", "", "runtime/default"),
		LocalhostProfile: some(g, 30, "p", ""),
	}
}

func (g generator) seccomp(percent int) *corev1.SeccompProfile {
	if !g.chance(percent) {
		return nil
	}
	types := []corev1.SeccompProfileType{"RuntimeDefault", "RuntimeDefault", "RuntimeDefault", "Localhost", "Unconfined", "", "runtime/default"}
	return &corev1.SeccompProfile{Type: pick(g, types...), LocalhostProfile: some(g, 30, "p", "")}
}

func (g generator) seLinux() *corev1.SELinuxOptions {
	if g.chance(80) {
		return nil
	}
	return &corev1.SELinuxOptions{
		Type:  pick(g, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "Container_t", g.odd()),
		User:  pick(g, "", "", "", "system_u", g.odd()),
		Role:  pick(g, "", "", "", "system_r"),
		Level: pick(g, "", "s0:c1"),
	}
}

func (g generator) windows() *corev1.WindowsSecurityContextOptions {
	if g.chance(92) {
		return nil
	}
	return &corev1.WindowsSecurityContextOptions{HostProcess: some(g, 80, true, false), RunAsUserName: some(g, 20, "u")}
}

func (g generator) capability() corev1.Capability {
	return pick[corev1.Capability](g, "ALL", "all", "NET_BIND_SERVICE", "NET_ADMIN", "SYS_ADMIN", "CHOWN", "KILL", "SETFCAP", "CAP_CHOWN",
		"AUDIT_WRITE", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "chown", "", "NET_RAW",
		corev1.Capability(g.odd()))
}

func (g generator) capabilities() *corev1.Capabilities {
	if g.chance(35) {
		return nil
	}
	capabilities := &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}
	if g.chance(30) {
		capabilities.Drop = times(g, 3, g.capability)
	}
	if g.chance(25) {
		capabilities.Add = times(g, 3, g.capability)
	}
	return capabilities
}

func (g generator) container(index int) corev1.Container {
	container := corev1.Container{Name: g.name(index), Image: "registry.example/app:1"}
	if g.chance(80) {
		container.SecurityContext = &corev1.SecurityContext{
			AllowPrivilegeEscalation: some(g, 75, false, false, false, true),
			AppArmorProfile:          g.appArmor(),
			Capabilities:             g.capabilities(),
			Privileged:               some(g, 20, true, false),
			ProcMount:                some[corev1.ProcMountType](g, 12, "Default", "Unmasked", "", "default", corev1.ProcMountType(g.odd())),
			RunAsNonRoot:             some(g, 40, true, true, true, false),
			RunAsUser:                some[int64](g, 20, 0, 1, 1000, -1),
			SeccompProfile:           g.seccomp(30),
			SELinuxOptions:           g.seLinux(),
			WindowsOptions:           g.windows(),
		}
	}
	if g.chance(20) {
		container.Ports = times(g, 3, func() corev1.ContainerPort {
			return corev1.ContainerPort{ContainerPort: pick[int32](g, 80, 8080, 9, 65535), HostPort: pick[int32](g, 0, 0, 80, 8080, 10, 9)}
		})
	}
	container.LivenessProbe, container.ReadinessProbe, container.StartupProbe = g.probe(), g.probe(), g.probe()
	if g.chance(8) {
		container.Lifecycle = &corev1.Lifecycle{PostStart: g.hook(), PreStop: g.hook()}
	}
	return container
}

func (g generator) host() string {
	return pick(g, "", "", "", "127.0.0.1", "db", "localhost", "::1", g.odd())
}

func (g generator) probe() *corev1.Probe {
	if g.chance(94) {
		return nil
	}
	probe := &corev1.Probe{}
	switch g.IntN(4) {
	case 0:
		probe.HTTPGet = &corev1.HTTPGetAction{Port: intstr.FromInt32(80), Host: g.host()}
	case 1:
		probe.TCPSocket = &corev1.TCPSocketAction{Port: intstr.FromString("http"), Host: g.host()}
	case 2:
		probe.Exec = &corev1.ExecAction{Command: []string{"true"}}
	case 3:
		probe.GRPC = &corev1.GRPCAction{Port: 80}
	}
	return probe
}

func (g generator) hook() *corev1.LifecycleHandler {
	if g.chance(40) {
		return nil
	}
	return &corev1.LifecycleHandler{
		HTTPGet:   pick(g, nil, &corev1.HTTPGetAction{Port: intstr.FromInt32(80), Host: g.host()}),
		TCPSocket: pick(g, nil, &corev1.TCPSocketAction{Port: intstr.FromInt32(80), Host: g.host()}),
		Exec:      pick(g, nil, &corev1.ExecAction{}),
		Sleep:     pick(g, nil, &corev1.SleepAction{Seconds: 1}),
	}
}

// sources has one function for each kind of volume, with what the API server demands of it.
var sources = []func(*corev1.VolumeSource){
	func(*corev1.VolumeSource) {},
	func(v *corev1.VolumeSource) { v.HostPath = &corev1.HostPathVolumeSource{Path: "/"} },
	func(v *corev1.VolumeSource) { v.EmptyDir = &corev1.EmptyDirVolumeSource{} },
	func(v *corev1.VolumeSource) { v.GCEPersistentDisk = &corev1.GCEPersistentDiskVolumeSource{PDName: "d"} },
	func(v *corev1.VolumeSource) {
		v.AWSElasticBlockStore = &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: "v"}
	},
	func(v *corev1.VolumeSource) { v.GitRepo = &corev1.GitRepoVolumeSource{Repository: "r"} },
	func(v *corev1.VolumeSource) { v.Secret = &corev1.SecretVolumeSource{SecretName: "s"} },
	func(v *corev1.VolumeSource) { v.NFS = &corev1.NFSVolumeSource{Server: "s", Path: "/p"} },
	func(v *corev1.VolumeSource) {
		v.ISCSI = &corev1.ISCSIVolumeSource{TargetPortal: "127.0.0.1", IQN: "iqn.2015-02.example.com:test", Lun: 1}
	},
	func(v *corev1.VolumeSource) {
		v.Glusterfs = &corev1.GlusterfsVolumeSource{EndpointsName: "e", Path: "p"}
	},
	func(v *corev1.VolumeSource) {
		v.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "c"}
	},
	func(v *corev1.VolumeSource) {
		v.RBD = &corev1.RBDVolumeSource{CephMonitors: []string{"m"}, RBDImage: "i"}
	},
	func(v *corev1.VolumeSource) { v.FlexVolume = &corev1.FlexVolumeSource{Driver: "example.com/d"} },
	func(v *corev1.VolumeSource) { v.Cinder = &corev1.CinderVolumeSource{VolumeID: "v"} },
	func(v *corev1.VolumeSource) { v.CephFS = &corev1.CephFSVolumeSource{Monitors: []string{"m"}} },
	func(v *corev1.VolumeSource) { v.Flocker = &corev1.FlockerVolumeSource{DatasetName: "d"} },
	func(v *corev1.VolumeSource) { v.DownwardAPI = &corev1.DownwardAPIVolumeSource{} },
	func(v *corev1.VolumeSource) {
		v.FC = &corev1.FCVolumeSource{TargetWWNs: []string{"w"}, Lun: ptr.To[int32](1)}
	},
	func(v *corev1.VolumeSource) {
		v.AzureFile = &corev1.AzureFileVolumeSource{SecretName: "s", ShareName: "s"}
	},
	func(v *corev1.VolumeSource) {
		v.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "c"}}
	},
	func(v *corev1.VolumeSource) {
		v.VsphereVolume = &corev1.VsphereVirtualDiskVolumeSource{VolumePath: "p"}
	},
	func(v *corev1.VolumeSource) { v.Quobyte = &corev1.QuobyteVolumeSource{Registry: "r:1", Volume: "v"} },
	func(v *corev1.VolumeSource) {
		v.AzureDisk = &corev1.AzureDiskVolumeSource{DiskName: "d", DataDiskURI: "https://d.example/d.vhd"}
	},
	func(v *corev1.VolumeSource) {
		v.PhotonPersistentDisk = &corev1.PhotonPersistentDiskVolumeSource{PdID: "p"}
	},
	func(v *corev1.VolumeSource) { v.Projected = &corev1.ProjectedVolumeSource{} },
	func(v *corev1.VolumeSource) { v.PortworxVolume = &corev1.PortworxVolumeSource{VolumeID: "v"} },
	func(v *corev1.VolumeSource) {
		secret := &corev1.LocalObjectReference{Name: "s"}
		v.ScaleIO = &corev1.ScaleIOVolumeSource{Gateway: "https://g.example", System: "s", VolumeName: "v", SecretRef: secret}
	},
	func(v *corev1.VolumeSource) { v.StorageOS = &corev1.StorageOSVolumeSource{VolumeName: "v"} },
	func(v *corev1.VolumeSource) { v.CSI = &corev1.CSIVolumeSource{Driver: "d"} },
	func(v *corev1.VolumeSource) {
		claim := corev1.PersistentVolumeClaimSpec{AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}}
		claim.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
		v.Ephemeral = &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: claim}}
	},
	func(v *corev1.VolumeSource) {
		v.Image = &corev1.ImageVolumeSource{Reference: "registry.example/data:1"}
	},
}

func (g generator) volume(index int) corev1.Volume {
	volume := corev1.Volume{Name: g.name(index)}
	sources[g.IntN(len(sources))](&volume.VolumeSource)
	if g.chance(5) {
		sources[g.IntN(len(sources))](&volume.VolumeSource)
	}
	return volume
}

func (g generator) sysctl() corev1.Sysctl {
	names := []string{"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
		"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
		"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
		"net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat", "kernel.msgmax", "net/ipv4/tcp_rmem", ""}
	return corev1.Sysctl{Name: pick(g, names...), Value: "1"}
}

// spec makes a pod that some levels take and others do not.
func (g generator) spec() corev1.PodSpec {
	spec := corev1.PodSpec{RestartPolicy: corev1.RestartPolicyNever, RuntimeClassName: some(g, 15, "kata", "gvisor", "")}
	spec.HostNetwork, spec.HostPID, spec.HostIPC = g.chance(7), g.chance(4), g.chance(4)
	spec.HostUsers = some(g, 15, true, false)
	if g.chance(10) {
		spec.OS = &corev1.PodOS{Name: pick[corev1.OSName](g, "windows", "linux", "Windows", "")}
	}
	if g.chance(75) {
		context := &corev1.PodSecurityContext{
			AppArmorProfile: g.appArmor(),
			RunAsNonRoot:    some(g, 75, true, true, true, false),
			RunAsUser:       some[int64](g, 15, 0, 1000),
			SeccompProfile:  g.seccomp(75),
			SELinuxOptions:  g.seLinux(),
			WindowsOptions:  g.windows(),
		}
		if g.chance(12) {
			context.Sysctls = times(g, 3, g.sysctl)
		}
		spec.SecurityContext = context
	}
	for index := range 1 + g.IntN(2) {
		spec.Containers = append(spec.Containers, g.container(index))
	}
	for index := range g.IntN(4) / 3 * 2 {
		spec.InitContainers = append(spec.InitContainers, g.container(index+4))
	}
	if g.chance(10) {
		spec.EphemeralContainers = append(spec.EphemeralContainers,
			corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon(g.container(8))})
	}
	if g.chance(35) {
		for index := range g.IntN(3) {
			spec.Volumes = append(spec.Volumes, g.volume(index))
		}
	}
	return spec
}

// annotations are those that checks read: of the pod, of containers that exist, and of others.
func (g generator) annotations(spec *corev1.PodSpec) map[string]string {
	if g.chance(70) {
		return nil
	}
	names := []string{"", "nobody"}
	for _, container := range spec.Containers {
		names = append(names, container.Name)
	}
	for _, container := range spec.InitContainers {
		names = append(names, container.Name)
	}
	for _, container := range spec.EphemeralContainers {
		names = append(names, container.Name)
	}
	values := []string{"runtime/default", "docker/default", "localhost/p", "localhost/", "localhost/ p", "unconfined", "", "Runtime/default", g.odd()}
	annotations := map[string]string{"example.com/other": "x"}
	for range g.IntN(4) {
		key := pick(g, "seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/"+pick(g, names...),
			"container.apparmor.security.beta.kubernetes.io/"+pick(g, names...))
		annotations[key] = pick(g, values...)
	}
	return annotations
}

// workload makes an object of one of the nine kinds.
func (g generator) workload(name, namespace string) runtime.Object {
	spec := g.spec()
	annotations := g.annotations(&spec)
	meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Annotations: annotations}, Spec: spec}
	typed := func(apiVersion, kind string) metav1.TypeMeta {
		return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
	}
	switch g.IntN(14) {
	case 0:
		return &corev1.PodTemplate{TypeMeta: typed("v1", "PodTemplate"), ObjectMeta: meta, Template: template}
	case 1:
		object := &corev1.ReplicationController{TypeMeta: typed("v1", "ReplicationController"), ObjectMeta: meta}
		if g.chance(90) {
			object.Spec.Template = &template
		}
		return object
	case 2:
		return &appsv1.ReplicaSet{TypeMeta: typed("apps/v1", "ReplicaSet"), ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Template: template}}
	case 3, 4:
		return &appsv1.Deployment{TypeMeta: typed("apps/v1", "Deployment"), ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Template: template}}
	case 5:
		return &appsv1.StatefulSet{TypeMeta: typed("apps/v1", "StatefulSet"), ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Template: template}}
	case 6:
		return &appsv1.DaemonSet{TypeMeta: typed("apps/v1", "DaemonSet"), ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Template: template}}
	case 7:
		return &batchv1.Job{TypeMeta: typed("batch/v1", "Job"), ObjectMeta: meta, Spec: batchv1.JobSpec{Template: template}}
	case 8:
		job := batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template}}
		return &batchv1.CronJob{TypeMeta: typed("batch/v1", "CronJob"), ObjectMeta: meta, Spec: batchv1.CronJobSpec{Schedule: "@daily", JobTemplate: job}}
	default:
		meta.Annotations = annotations
		return &corev1.Pod{TypeMeta: typed("v1", "Pod"), ObjectMeta: meta, Spec: spec}
	}
}
