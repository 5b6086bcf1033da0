//! The modules for volumes, sysctls, probes, runtimes, priorities and namespaces of pods.

use super::{SERVICE, answer, blamed, deployment, pod, refusal};

#[test]
fn drivers_of_flex_volumes_must_be_listed() {
    let object = pod("volumes: [{name: a, flexVolume: {driver: x/lvm}}, {name: b, flexVolume: {driver: x/cifs}}]");
    let settings = "{allowedFlexVolumes: [{driver: x/lvm}]}";
    let text = "fail Pod has at least one invalid flex volume driver";
    assert_eq!(answer("flexvolume-drivers-psp", settings, &object), text);
    assert_eq!(blamed("flexvolume-drivers-psp", settings, &object), ["spec.volumes[1].flexVolume.driver"]);
    assert_eq!(answer("flexvolume-drivers-psp", "{}", &pod("volumes: [{name: a, emptyDir: {}}]")), "pass");
}

/// A pod whose container mounts `v`, a path of the host.
fn mounts(path: &str, read_only: bool) -> String {
    let mount = format!("{{name: v, mountPath: /m, readOnly: {read_only}}}");
    pod(&format!(
        "volumes: [{{name: v, hostPath: {{path: {path}}}}}], containers: [{{name: a, volumeMounts: [{mount}]}}]"
    ))
}

fn paths(entries: &str) -> String {
    format!("{{allowedHostPaths: [{entries}]}}")
}

#[test]
fn paths_of_the_host_must_have_a_prefix_that_ends_at_a_slash() {
    let settings = paths("{pathPrefix: /var/log, readOnly: true}");
    let says = |path: &str| answer("hostpaths-psp", &settings, &mounts(path, true));
    for path in ["/var/log", "/var/log/", "/var/log/app"] {
        assert_eq!(says(path), "pass", "{path}");
    }
    assert_eq!(says("/var/logs"), "fail hostPath '/var/logs' mounted as 'v' is not in the AllowedHostPaths list");
    assert_eq!(blamed("hostpaths-psp", &settings, &mounts("/etc", true)), ["spec.volumes[0].hostPath.path"]);
}

#[test]
fn read_only_must_be_equal_in_both_directions() {
    let settings = |read_only: bool| paths(&format!("{{pathPrefix: /var, readOnly: {read_only}}}"));
    let text = |wanted: bool| format!("fail hostPath '/var' mounted as 'v' should be readOnly '{wanted}'");
    assert_eq!(answer("hostpaths-psp", &settings(true), &mounts("/var", false)), text(true));
    assert_eq!(answer("hostpaths-psp", &settings(false), &mounts("/var", true)), text(false));
    let path = "spec.containers[0].volumeMounts[0].readOnly";
    assert_eq!(blamed("hostpaths-psp", &settings(true), &mounts("/var", false)), [path]);
}

#[test]
fn the_longest_prefix_so_far_decides() {
    let (short, long) = ("{pathPrefix: /var, readOnly: true}", "{pathPrefix: /var/log, readOnly: false}");
    let writes = mounts("/var/log", false);
    assert_eq!(answer("hostpaths-psp", &paths(&format!("{short}, {long}")), &writes), "pass");
    assert_eq!(answer("hostpaths-psp", &paths(&format!("{long}, {short}")), &writes), "pass");
    // Both are told if the longer one comes later and is no better.
    let strict = "{pathPrefix: /var/log, readOnly: true}";
    let line = "hostPath '/var/log' mounted as 'v' should be readOnly 'true'";
    let told = answer("hostpaths-psp", &paths(&format!("{short}, {strict}")), &writes);
    assert_eq!(told, format!("fail {line}\n{line}"));
}

#[test]
fn only_mounted_paths_count_and_an_empty_list_allows_all() {
    let unused = pod("volumes: [{name: v, hostPath: {path: /etc}}], containers: [{name: a}]");
    assert_eq!(answer("hostpaths-psp", &paths("{pathPrefix: /var, readOnly: true}"), &unused), "pass");
    assert_eq!(answer("hostpaths-psp", &paths(""), &mounts("/etc", false)), "pass");
    assert_eq!(answer("hostpaths-psp", "{}", SERVICE), "pass");
}

#[test]
fn both_keys_of_a_path_are_needed() {
    assert_eq!(refusal("hostpaths-psp", &paths("{readOnly: true}")), "pathPrefix key is missing");
    let text = "readOnly key for pathPrefix '/a' is missing; pathPrefix key is missing";
    assert_eq!(refusal("hostpaths-psp", &paths("{pathPrefix: /a}, {}")), text);
    // A wrong type shows only when an object comes.
    let settings = paths("{pathPrefix: /a, readOnly: 'yes'}");
    let text =
        "fail json: cannot unmarshal string into Go struct field HostPath.allowedHostPaths.readOnly of type bool";
    assert_eq!(answer("hostpaths-psp", &settings, &pod("")), text);
}

fn sysctls(names: &[&str]) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("{{name: {name}, value: '1'}}")).collect();
    pod(&format!("securityContext: {{sysctls: [{}]}}", list.join(", ")))
}

#[test]
fn a_sysctl_is_safe_allowed_or_refused() {
    let says = |settings: &str, name: &str| answer("sysctl-psp", settings, &sysctls(&[name]));
    assert_eq!(says("{}", "kernel.shm_rmid_forced"), "pass");
    let text = "fail sysctl kernel.msgmax is not on safe list, nor is in the allowedUnsafeSysctls list";
    assert_eq!(says("{}", "kernel.msgmax"), text);
    assert_eq!(says("{allowedUnsafeSysctls: [kernel.msgmax]}", "kernel.msgmax"), "pass");
    let forbidden = "fail sysctl net.ipv4.tcp_syncookies is on the forbidden list";
    assert_eq!(says("{forbiddenSysctls: [net.ipv4.tcp_syncookies]}", "net.ipv4.tcp_syncookies"), forbidden);
    assert_eq!(says("{forbiddenSysctls: ['net.*']}", "net.ipv4.tcp_syncookies"), forbidden);
    assert_eq!(says("{forbiddenSysctls: ['net.*'], allowedUnsafeSysctls: [net.x]}", "net.x"), "pass");
}

#[test]
fn the_first_sysctl_that_is_wrong_is_told() {
    let object = sysctls(&["kernel.shm_rmid_forced", "kernel.a", "kernel.b"]);
    assert!(answer("sysctl-psp", "{}", &object).starts_with("fail sysctl kernel.a is not on safe list"));
    assert_eq!(blamed("sysctl-psp", "{}", &object), ["spec.securityContext.sysctls[1].name"]);
    assert_eq!(answer("sysctl-psp", "{}", &deployment("securityContext: {sysctls: [{name: kernel.a}]}")), "pass");
}

#[test]
fn lists_of_sysctls_must_make_sense() {
    let why = |settings: &str| refusal("sysctl-psp", settings);
    let head = "provided settings are not valid:";
    let text = format!("{head} allowedUnsafeSysctls doesn't accept patterns with `*`");
    assert_eq!(why("{allowedUnsafeSysctls: ['net.*']}"), text);
    let text = format!("{head} forbiddenSysctls only accepts patterns with `*` as suffix");
    assert_eq!(why("{forbiddenSysctls: ['*.x']}"), text);
    let text = format!("{head} these sysctls cannot be allowed and forbidden at the same time: a");
    assert_eq!(why("{allowedUnsafeSysctls: [a], forbiddenSysctls: [a]}"), text);
    let text = format!("{head} json: cannot unmarshal string into Go struct field .forbiddenSysctls of type []string");
    assert_eq!(why("{forbiddenSysctls: a}"), text);
}

const VOLUMES: &str = "volumes: [{name: a, emptyDir: {}}, {name: b, hostPath: {path: /}}, {name: c, nfs: {}}]";

#[test]
fn types_of_volumes_must_be_listed() {
    let settings = "{allowedTypes: [emptyDir]}";
    let line = |name: &str, kind: &str| format!("volume '{name}' of type '{kind}' is not in the AllowedTypes list");
    let text = format!("fail {}; {}", line("b", "hostPath"), line("c", "nfs"));
    assert_eq!(answer("volumes-psp", settings, &pod(VOLUMES)), text);
    assert_eq!(blamed("volumes-psp", settings, &pod(VOLUMES)), ["spec.volumes[1].hostPath", "spec.volumes[2].nfs"]);
    assert_eq!(answer("volumes-psp", "{allowedTypes: ['*']}", &pod(VOLUMES)), "pass");
    assert_eq!(answer("volumes-psp", settings, &deployment(VOLUMES)), "pass");
}

#[test]
fn an_empty_list_of_types_refuses_every_object() {
    for object in [SERVICE, &pod("")] {
        assert_eq!(answer("volumes-psp", "{}", object), "fail No volume type is allowed");
    }
    assert_eq!(refusal("volumes-psp", "{allowedTypes: ['*', nfs]}"), "Provided settings are not valid");
}

#[test]
fn volumes_of_init_containers_alone_can_be_ignored() {
    let settings = "{allowedTypes: [emptyDir, nfs], ignoreInitContainersVolumes: true}";
    let mounts = "initContainers: [{name: i, volumeMounts: [{name: b}]}]";
    assert_eq!(answer("volumes-psp", settings, &pod(&format!("{VOLUMES}, {mounts}"))), "pass");
    let both = format!("{VOLUMES}, {mounts}, containers: [{{name: a, volumeMounts: [{{name: b}}]}}]");
    assert!(answer("volumes-psp", settings, &pod(&both)).starts_with("fail volume 'b'"));
    assert!(answer("volumes-psp", settings, &pod(VOLUMES)).starts_with("fail volume 'b'"), "used by nobody");
}

#[test]
fn a_runtime_that_is_reserved_is_refused() {
    let says = |settings: &str, spec: &str| answer("pod-runtime", settings, &pod(spec));
    let settings = "{reservedRuntimes: [gvisor]}";
    assert_eq!(says(settings, "runtimeClassName: gvisor"), "fail runtime 'gvisor' is reserved");
    assert_eq!(says(settings, "runtimeClassName: kata"), "pass");
    assert_eq!(says(settings, ""), "pass");
}

#[test]
fn a_reserved_default_runtime_refuses_those_that_name_another_too() {
    let settings = "{defaultRuntimeReserved: true}";
    let text = "fail Usage of the default runtime is reserved";
    for spec in ["", "runtimeClassName: kata"] {
        assert_eq!(answer("pod-runtime", settings, &pod(spec)), text);
    }
}

#[test]
fn a_fallback_runtime_replaces_whatever_is_there() {
    let settings = "{reservedRuntimes: [gvisor], fallbackRuntime: runc}";
    for spec in ["", "runtimeClassName: gvisor", "runtimeClassName: kata"] {
        assert_eq!(answer("pod-runtime", settings, &pod(spec)), "fail MUTATION", "{spec}");
    }
    assert_eq!(answer("pod-runtime", settings, &pod("runtimeClassName: runc")), "pass", "nothing changes");
    let text = "fallback runtime a cannot be part of the reserved runtimes";
    assert_eq!(refusal("pod-runtime", "{reservedRuntimes: [a], fallbackRuntime: a}"), text);
}

const BOTH: &str = "{liveness: {enforce: true, periodSeconds: {minimum: 5, limit: 10}}, readiness: {enforce: true}}";

#[test]
fn probes_must_be_there_and_in_bounds() {
    let says = |probes: &str| answer("probes", BOTH, &pod(&format!("containers: [{{name: a, {probes}}}]")));
    let head = "fail container a is invalid:";
    assert_eq!(says(""), format!("{head} container a without liveness probe is not accepted"));
    let live = "livenessProbe: {periodSeconds: 5}";
    assert_eq!(says(live), format!("{head} container a without readiness probe is not accepted"));
    assert_eq!(says(&format!("{live}, readinessProbe: {{}}")), "pass");
    let period = format!("{head} periodSeconds validation failed:");
    assert_eq!(says("livenessProbe: {periodSeconds: 1}"), format!("{period} 1 is below the minimum of 5"));
    assert_eq!(says("livenessProbe: {periodSeconds: 11}"), format!("{period} 11 is above the limit of 10"));
    assert_eq!(says("livenessProbe: {}"), format!("{period} missing value"));
    let object = pod("containers: [{name: a, livenessProbe: {periodSeconds: 1}}]");
    assert_eq!(blamed("probes", BOTH, &object), ["spec.containers[0].livenessProbe.periodSeconds"]);
}

#[test]
fn containers_with_wrong_probes_are_told_without_separator() {
    let object = deployment("containers: [{name: a}], initContainers: [{name: i}], ephemeralContainers: [{name: e}]");
    let settings = "{liveness: {enforce: true}, readiness: {enforce: false}}";
    let without = |name: &str| format!("container {name} without liveness probe is not accepted");
    let (a, i, e) = (without("a"), without("i"), without("e"));
    let text = format!(
        "fail container a is invalid: {a}init container i is invalid: {i}ephemeral container e is invalid: {e}"
    );
    assert_eq!(answer("probes", settings, &object), text);
}

#[test]
fn settings_for_probes_are_strict() {
    let why = |settings: &str| refusal("probes", settings);
    let off = "{enforce: false}";
    let text = "at least one of liveness or readiness probe enforcement must be enabled";
    assert_eq!(why(&format!("{{liveness: {off}, readiness: {off}}}")), text);
    assert!(why("{liveness: {enforce: true}}").contains("missing field `readiness`"));
    assert!(why("{liveness: {enforce: true, odd: 1}, readiness: {enforce: true}}").contains("unknown field `odd`"));
    let bounds = |bounds: &str| {
        let text = why(&format!("{{liveness: {off}, readiness: {{enforce: true, timeoutSeconds: {bounds}}}}}"));
        text.replace("invalid readiness probe settings: timeoutSeconds validation failed: ", "")
    };
    assert_eq!(bounds("{}"), "at least one of minimum or limit must be set");
    assert_eq!(bounds("{minimum: 0}"), "minimum must be greater than zero");
    assert_eq!(bounds("{limit: -1}"), "limit must be greater than zero");
    assert_eq!(bounds("{minimum: 2, limit: 1}"), "minimum cannot be greater than limit");
}

#[test]
fn a_pod_may_not_share_its_processes() {
    let text = "fail pod cannot share host PID namespace";
    assert_eq!(answer("share-pid-namespace-policy", "{}", &pod("shareProcessNamespace: true")), text);
    assert_eq!(answer("share-pid-namespace-policy", "{}", &pod("hostPID: true")), "pass");
}

#[test]
fn a_priority_class_must_be_allowed_or_not_denied() {
    let says = |settings: &str, spec: &str| answer("priority-class-policy", settings, &pod(spec));
    let allowed = "{allowed_priority_classes: [low]}";
    assert_eq!(says(allowed, "priorityClassName: low"), "pass");
    assert_eq!(says(allowed, "priorityClassName: high"), "fail Priority class \"high\" is not allowed");
    let denied = "{denied_priority_classes: [high]}";
    assert_eq!(says(denied, "priorityClassName: high"), "fail Priority class \"high\" is denied");
    assert_eq!(says(denied, "priorityClassName: low"), "pass");
    assert_eq!(says(denied, ""), "pass");
    assert_eq!(says("{allowed_priority_classes: [low], default_priority_class: low}", ""), "fail MUTATION");
}

#[test]
fn lists_of_priority_classes_are_one_or_the_other() {
    let why = |settings: &str| refusal("priority-class-policy", settings);
    let text = "Both allowed and denied priority class lists cannot be set at the same time";
    assert_eq!(why("{allowed_priority_classes: [a], denied_priority_classes: [b]}"), text);
    assert_eq!(why("{}"), "The priority class lists cannot be empty");
    let text = "The default priority class 'b' is not in the allowed priority classes list";
    assert_eq!(why("{allowed_priority_classes: [a], default_priority_class: b}"), text);
    let text = "The default priority class 'a' cannot be defined in the denied priority classes list";
    assert_eq!(why("{denied_priority_classes: [a], default_priority_class: a}"), text);
    let text = "The default priority class cannot be an empty string";
    assert_eq!(why("{denied_priority_classes: [a], default_priority_class: ''}"), text);
}

#[test]
fn names_of_mounts_are_refused_by_four_operators() {
    let object = pod("containers: [{name: a, volumeMounts: [{name: u}, {name: v}]}]");
    let says = |operator: &str, names: &str| {
        answer("volumemounts", &format!("{{operator: {operator}, volumeMountsNames: [{names}]}}"), &object)
    };
    let head = "fail container a is invalid: volumeMount names";
    assert_eq!(says("anyIn", "u, w"), format!("{head} not allowed: [\"u\"]"));
    assert_eq!(says("anyIn", "w"), "pass");
    assert_eq!(says("anyNotIn", "u"), format!("{head} not allowed: [\"v\"]"));
    assert_eq!(says("allAreUsed", "v, u"), format!("{head} not allowed together: [\"u\", \"v\"]"));
    assert_eq!(says("allAreUsed", "u, w"), "pass");
    assert_eq!(says("notAllAreUsed", "u, w"), format!("{head} are missing: [\"w\"]"));
    assert_eq!(refusal("volumemounts", "{}"), "volumeMountsNames is empty");
}

#[test]
fn each_container_with_wrong_mounts_has_a_line() {
    let mount = "volumeMounts: [{name: x}]";
    let object = pod(&format!("containers: [{{name: a, {mount}}}], initContainers: [{{name: i, {mount}}}]"));
    let line = |name: &str| format!("container {name} is invalid: volumeMount names not allowed: [\"x\"]");
    let rows = super::judge(&super::of_module("volumemounts", "{volumeMountsNames: [x]}"), &object);
    assert_eq!(rows[0].message, format!("{}\n{}\n", line("a"), line("i")));
    let none = pod("containers: [{name: a}]");
    let settings = "{operator: notAllAreUsed, volumeMountsNames: [x]}";
    assert_eq!(answer("volumemounts", settings, &none), "pass", "a container without mounts is not looked at");
}
