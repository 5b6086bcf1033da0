//! The modules that stand for fields of a PodSecurityPolicy.

use super::{SERVICE, answer, blamed, deployment, pod, refusal};

/// A pod with one container of this securityContext.
fn context(context: &str) -> String {
    pod(&format!("containers: [{{name: a, securityContext: {{{context}}}}}]"))
}

const FINE: &str = "containers: [{name: a}]";

#[test]
fn privileged_containers_are_told_list_by_list() {
    let lists = "initContainers: [{name: i, securityContext: {privileged: true}}]";
    let both = format!("{lists}, containers: [{{name: a, securityContext: {{privileged: true}}}}]");
    assert_eq!(answer("pod-privileged", "{}", &pod(&both)), "fail Privileged container is not allowed");
    let object = deployment(lists);
    assert_eq!(answer("pod-privileged", "{}", &object), "fail Privileged init container is not allowed");
    assert_eq!(answer("pod-privileged", "{skip_init_containers: true}", &object), "pass");
    let path = "spec.template.spec.initContainers[0].securityContext.privileged";
    assert_eq!(blamed("pod-privileged", "{}", &object), [path]);
    let later = pod("ephemeralContainers: [{name: e, securityContext: {privileged: true}}]");
    assert_eq!(answer("pod-privileged", "{}", &later), "fail Privileged ephemeral container is not allowed");
    assert_eq!(answer("pod-privileged", "{skip_ephemeral_containers: true}", &later), "pass");
}

#[test]
fn kinds_without_pods_are_taken_as_each_module_takes_them() {
    let settings = |module: &str| match module {
        "probes" => "{liveness: {enforce: true}, readiness: {enforce: false}}",
        "volumemounts" => "{volumeMountsNames: [a]}",
        "priority-class-policy" => "{allowed_priority_classes: [a]}",
        "hostpaths-psp" => "{allowedHostPaths: [{pathPrefix: /a, readOnly: true}]}",
        "environment-variable-policy" => "{criteria: containsAnyOf, values: [A]}",
        "allowed-fsgroups-psp" => "{rule: MustRunAs, ranges: [{min: 1, max: 2}]}",
        "selinux-psp" => "{rule: MustRunAs, user: u}",
        _ => "{}",
    };
    let says = |module: &str| answer(module, settings(module), SERVICE);
    let kinds = "Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job, CronJob, Pod";
    for module in ["pod-privileged", "user-group-psp", "allow-privilege-escalation-psp", "probes", "volumemounts"] {
        assert_eq!(says(module), "fail Cannot parse validation request", "{module}");
    }
    assert_eq!(says("share-pid-namespace-policy"), "fail cannot parse validation request");
    let text =
        format!("Error deserializing Pod specification: Validation(\"Object should be one of these kinds: {kinds}\")");
    assert_eq!(says("capabilities-psp"), format!("fail {text}"));
    assert_eq!(says("hostpaths-psp"), format!("fail object should be one of these kinds: {kinds}"));
    let text = "Priority class policy failed to extract PodSpec from the request : Object should be one of these kinds";
    assert!(says("priority-class-policy").starts_with(&format!("fail {text}")));
    for module in ["environment-variable-policy", "pod-runtime", "apparmor-psp", "seccomp-psp"] {
        assert!(says(module).starts_with("error "), "{module}");
    }
    for module in [
        "host-namespaces-psp",
        "trusted-repos",
        "readonly-root-filesystem-psp",
        "selinux-psp",
        "allowed-proc-mount-types-psp",
        "allowed-fsgroups-psp",
        "flexvolume-drivers-psp",
    ] {
        assert_eq!(says(module), "pass", "{module}");
    }
}

#[test]
fn modules_that_decode_a_pod_pass_over_workloads() {
    let object = deployment("containers: [{name: a, securityContext: {procMount: Unmasked}}]");
    assert_eq!(answer("readonly-root-filesystem-psp", "{}", &object), "pass");
    assert_eq!(answer("allowed-proc-mount-types-psp", "{}", &object), "pass");
}

#[test]
fn a_container_must_run_as_an_id_in_the_ranges() {
    let settings = "{run_as_user: {rule: MustRunAs, ranges: [{min: 1, max: 9}, {min: 100, max: 199}]}}";
    let says = |object: &str| answer("user-group-psp", settings, object);
    assert_eq!(says(&context("runAsUser: 150")), "pass");
    assert_eq!(says(&context("runAsUser: 10")), "fail User ID outside defined ranges");
    assert_eq!(says(&pod(FINE)), "fail MUTATION");
    // The pod's own context is not asked if every container has its own.
    assert_eq!(
        says(&pod("securityContext: {runAsUser: 0}, containers: [{name: a, securityContext: {runAsUser: 5}}]")),
        "pass"
    );
    let unset = pod(&format!("securityContext: {{runAsUser: 0}}, {FINE}"));
    assert_eq!(says(&unset), "fail User ID outside defined ranges");
    assert_eq!(blamed("user-group-psp", settings, &unset), ["spec.securityContext.runAsUser"]);
}

#[test]
fn init_containers_are_looked_at_first() {
    let settings = "{run_as_user: {rule: MustRunAs, ranges: [{min: 1, max: 9}]}, run_as_group: {rule: MayRunAs, ranges: [{min: 1, max: 9}]}}";
    let object = pod(
        "initContainers: [{name: i, securityContext: {runAsUser: 1, runAsGroup: 10}}], containers: [{name: a, securityContext: {runAsUser: 0}}]",
    );
    assert_eq!(answer("user-group-psp", settings, &object), "fail Group ID is outside defined ranges");
    assert_eq!(blamed("user-group-psp", settings, &object), ["spec.initContainers[0].securityContext.runAsGroup"]);
}

#[test]
fn a_container_that_must_not_be_root_gets_the_field_set() {
    let says = |object: &str| answer("user-group-psp", "{run_as_user: {rule: MustRunAsNonRoot}}", object);
    assert_eq!(says(&context("runAsNonRoot: false")), "fail RunAsNonRoot should be set to true");
    let root = "fail Invalid user ID: cannot run container with root ID (0)";
    assert_eq!(says(&context("runAsUser: 0, runAsNonRoot: true")), root);
    assert_eq!(says(&context("runAsUser: 5")), "fail MUTATION");
    // The pod gets it too.
    assert_eq!(says(&context("runAsNonRoot: true")), "fail MUTATION");
    let whole = "securityContext: {runAsNonRoot: true}, containers: [{name: a, securityContext: {runAsNonRoot: true}}]";
    assert_eq!(says(&pod(whole)), "pass", "what stays the same is no change");
}

#[test]
fn a_strategy_that_only_validates_admits_nothing() {
    let range = "rule: MustRunAs, ranges: [{min: 1, max: 9}]";
    let says = |rule: &str, object: &str| answer("user-group-psp", &format!("{{validate_only: true, {rule}}}"), object);
    assert_eq!(says(&format!("run_as_user: {{{range}}}"), &context("runAsUser: 5")), "fail Missing user ID");
    assert_eq!(says(&format!("run_as_group: {{{range}}}"), &context("runAsGroup: 5")), "fail Missing group ID");
    let groups = pod(&format!("securityContext: {{supplementalGroups: [5]}}, {FINE}"));
    assert_eq!(says(&format!("supplemental_groups: {{{range}}}"), &groups), "fail Missing supplemental group ID");
    let non_root = says("run_as_user: {rule: MustRunAsNonRoot}", &context("runAsNonRoot: true"));
    assert_eq!(non_root, "fail RunAsNonRoot should be set to true");
}

#[test]
fn supplemental_groups_are_those_of_the_pod() {
    let settings = |rule: &str| format!("{{supplemental_groups: {{rule: {rule}, ranges: [{{min: 1, max: 9}}]}}}}");
    let groups = |ids: &str| pod(&format!("securityContext: {{supplementalGroups: [{ids}]}}, {FINE}"));
    for rule in ["MustRunAs", "MayRunAs"] {
        assert_eq!(answer("user-group-psp", &settings(rule), &groups("1, 9")), "pass");
        let outside = "fail Group ID is outside defined ranges";
        assert_eq!(answer("user-group-psp", &settings(rule), &groups("1, 10")), outside);
    }
    assert_eq!(
        blamed("user-group-psp", &settings("MayRunAs"), &groups("1, 10")),
        ["spec.securityContext.supplementalGroups[1]"]
    );
    assert_eq!(answer("user-group-psp", &settings("MayRunAs"), &pod(FINE)), "pass");
    assert_eq!(answer("user-group-psp", &settings("MustRunAs"), &pod(FINE)), "fail MUTATION");
}

#[test]
fn an_id_that_is_overwritten_changes_the_object_unless_it_is_the_same() {
    let settings = "{run_as_user: {rule: MustRunAs, overwrite: true, ranges: [{min: 5, max: 9}]}}";
    assert_eq!(answer("user-group-psp", settings, &context("runAsUser: 0")), "fail MUTATION");
    let same = "securityContext: {runAsUser: 5}, containers: [{name: a, securityContext: {runAsUser: 5}}]";
    assert_eq!(answer("user-group-psp", settings, &pod(same)), "pass");
}

#[test]
fn users_of_images_are_only_known_to_the_registry() {
    let settings = "{validate_container_image_configuration: true}";
    let text = "undecided only the registry can tell which user the images run as";
    assert_eq!(answer("user-group-psp", settings, &pod(FINE)), text);
}

#[test]
fn strategies_for_ids_must_make_sense() {
    let why = |settings: &str| refusal("user-group-psp", settings);
    assert_eq!(why("{run_as_user: {rule: MustRunAs}}"), "Invalid run_as_user settings: Missing user ID range");
    assert_eq!(why("{run_as_user: {rule: MayRunAs}}"), "Invalid run_as_user settings: invalid rule.");
    assert_eq!(why("{run_as_group: {rule: MayRunAs}}"), "Invalid run_as_group settings: missing ID range");
    assert_eq!(why("{run_as_group: {rule: MustRunAsNonRoot}}"), "Invalid run_as_group settings: Invalid rule.");
    let crossed = "{supplemental_groups: {rule: MustRunAs, ranges: [{min: 2, max: 1}]}}";
    let text = "Invalid supplemental_groups settings: Invalid ID range: [IDRange { min: 2, max: 1 }]";
    assert_eq!(why(crossed), text);
    let overwrite = "{run_as_user: {rule: RunAsAny, overwrite: true}}";
    assert_eq!(why(overwrite), "Cannot set overwrite field with RunAsAny");
    let both = "{validate_only: true, run_as_group: {rule: MustRunAs, overwrite: true, ranges: [{min: 1, max: 1}]}}";
    assert_eq!(why(both), "validate_only cannot be true when overwrite is true");
    assert!(why("{run_as_user: {rule: Odd}}").contains("unknown variant `Odd`"));
    assert!(why("{validate_only: null}").contains("invalid type: null, expected a boolean"));
}

#[test]
fn capabilities_are_allowed_by_exact_name() {
    let says = |settings: &str, add: &str| {
        answer("capabilities-psp", settings, &context(&format!("capabilities: {{add: [{add}]}}")))
    };
    let text = "fail PSP capabilities policies doesn't allow these capabilities to be added";
    assert_eq!(says("{}", "SYS_TIME, KILL"), format!("{text}: {{\"KILL\", \"SYS_TIME\"}}"));
    assert_eq!(says("{allowed_capabilities: [KILL]}", "KILL"), "pass");
    assert_eq!(says("{allowed_capabilities: [KILL]}", "CAP_KILL"), format!("{text}: {{\"CAP_KILL\"}}"));
    assert_eq!(says("{allowed_capabilities: ['*']}", "SYS_ADMIN"), "pass");
    let list = "because they are on the `required_drop_capabilities` list";
    let settings = "{allowed_capabilities: ['*'], required_drop_capabilities: [KILL]}";
    assert_eq!(says(settings, "KILL"), format!("{text} {list}: {{\"KILL\"}}"));
}

#[test]
fn capabilities_that_must_be_dropped_are_filled_in_and_all_does_not_stand_for_them() {
    let settings = "{required_drop_capabilities: [NET_RAW]}";
    assert_eq!(answer("capabilities-psp", settings, &context("capabilities: {drop: [ALL]}")), "fail MUTATION");
    assert_eq!(answer("capabilities-psp", settings, &context("capabilities: {drop: [NET_RAW]}")), "pass");
    assert_eq!(
        blamed("capabilities-psp", settings, &pod(FINE)),
        ["(spec.containers[0].securityContext.capabilities.drop)"]
    );
    let settings = "{allowed_capabilities: [KILL], default_add_capabilities: [KILL]}";
    assert_eq!(answer("capabilities-psp", settings, &context("capabilities: {add: [KILL]}")), "pass");
    assert_eq!(answer("capabilities-psp", settings, &pod(FINE)), "fail MUTATION");
}

#[test]
fn lists_of_capabilities_must_not_contradict_each_other() {
    let why = |settings: &str| refusal("capabilities-psp", settings);
    let dropped = "because they are also required to be dropped: {\"A\"}";
    let text = why("{allowed_capabilities: [A], required_drop_capabilities: [A]}");
    assert_eq!(text, format!("These capabilities cannot be allowed {dropped}"));
    let text = why("{default_add_capabilities: [A], required_drop_capabilities: [A]}");
    assert_eq!(text, format!("These capabilities cannot be added by default {dropped}"));
    let text = why("{default_add_capabilities: [A]}");
    assert_eq!(text, "These capabilities cannot be added by default because they are not allowed: {\"A\"}");
}

#[test]
fn namespaces_of_the_host_are_told_one_at_a_time() {
    let says = |settings: &str, spec: &str| answer("host-namespaces-psp", settings, &pod(spec));
    let all = "hostIPC: true, hostNetwork: true, hostPID: true";
    assert_eq!(says("{}", all), "fail Pod has IPC enabled, but this is not allowed");
    let network = "fail Pod has host network enabled, but this is not allowed";
    assert_eq!(says("{allow_host_ipc: true}", all), network);
    let settings = "{allow_host_ipc: true, allow_host_network: true}";
    assert_eq!(says(settings, all), "fail Pod has host PID enabled, but this is not allowed");
}

#[test]
fn ports_of_the_host_must_be_in_a_range() {
    let spec = |list: &str| format!("{list}: [{{name: a, ports: [{{hostPort: 80}}, {{hostPort: 8080}}]}}]");
    let settings = "{allow_host_ports: [{min: 80, max: 90}]}";
    let says = |list: &str| answer("host-namespaces-psp", settings, &pod(&spec(list)));
    assert_eq!(says("initContainers"), "fail Pod is using unallowed host ports in init containers");
    assert_eq!(says("containers"), "fail Pod is using unallowed host ports in containers");
    let path = "spec.containers[0].ports[1].hostPort";
    assert_eq!(blamed("host-namespaces-psp", settings, &pod(&spec("containers"))), [path]);
    let text = "port min 9 cannot be greater than max 1";
    assert_eq!(refusal("host-namespaces-psp", "{allow_host_ports: [{min: 9, max: 1}]}"), text);
    assert!(refusal("host-namespaces-psp", "{allow_host_ports: [{min: 9}]}").contains("missing field `max`"));
}

#[test]
fn escalation_is_refused_if_it_is_on_and_filled_in_if_it_must_be_off() {
    let says = |settings: &str, object: &str| answer("allow-privilege-escalation-psp", settings, object);
    let on = "{name: a, securityContext: {allowPrivilegeEscalation: true}}";
    let both = pod(&format!("initContainers: [{on}], containers: [{on}]"));
    let text = "fail one of the init containers has privilege escalation enabled, one of the containers has privilege escalation enabled";
    assert_eq!(says("{}", &both), text);
    assert_eq!(says("{}", &pod(FINE)), "pass");
    let off = "{default_allow_privilege_escalation: false}";
    assert_eq!(says(off, &pod(FINE)), "fail MUTATION");
    assert_eq!(says(off, &context("allowPrivilegeEscalation: false")), "pass");
}

#[test]
fn root_filesystems_must_be_read_only() {
    let says = |object: &str| answer("readonly-root-filesystem-psp", "{}", object);
    let text = "One of the containers does not have readOnlyRootFilesystem enabled";
    assert_eq!(says(&pod(FINE)), format!("fail {text}"));
    let both = pod(&format!("initContainers: [{{name: i}}], {FINE}"));
    assert_eq!(says(&both), format!("fail {}, {text}", text.replace("containers", "init containers")));
    assert_eq!(says(&context("readOnlyRootFilesystem: true")), "pass");
    let path = "(spec.containers[0].securityContext.readOnlyRootFilesystem)";
    assert_eq!(blamed("readonly-root-filesystem-psp", "{}", &pod(FINE)), [path]);
}

/// A pod with these annotations.
fn annotated(annotations: &str) -> String {
    pod("").replace("{name: web,", &format!("{{name: web, annotations: {{{annotations}}},"))
}

#[test]
fn apparmor_is_read_from_annotations_alone() {
    let says = |object: &str| answer("apparmor-psp", "{allowed_profiles: [runtime/default]}", object);
    let key = "container.apparmor.security.beta.kubernetes.io";
    let object = annotated(&format!("{key}/b: unconfined, {key}/a: localhost/x, {key}/c: runtime/default"));
    assert_eq!(says(&object), "fail These AppArmor profiles are not allowed: [\"localhost/x\", \"unconfined\"]");
    assert_eq!(says(&context("appArmorProfile: {type: Unconfined}")), "pass");
}

#[test]
fn seccomp_is_read_from_annotations_pod_and_containers() {
    let profile = "securityContext: {seccompProfile: {type: Unconfined}}";
    let object = pod(&format!("{profile}, containers: [{{name: a, {profile}}}, {{name: b, {profile}}}]"))
        .replace("{name: web,", "{name: web, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined},");
    let text = "fail Resource violations: Seccomp profiles 'unconfined' are not allowed.. Invalid podspec seccomp profile types: Unconfined. Invalid container seccomp profile types: Unconfined,Unconfined";
    assert_eq!(answer("seccomp-psp", "{}", &object), text);
    assert_eq!(answer("seccomp-psp", "{allowed_profiles: [unconfined]}", &object), "pass");
    assert_eq!(answer("seccomp-psp", "{}", &pod(FINE)), "pass");
}

#[test]
fn a_seccomp_profile_in_a_file_must_be_listed_by_its_name_or_an_end_of_it() {
    let file = |name: &str| context(&format!("seccompProfile: {{type: Localhost, localhostProfile: {name}}}"));
    let settings = "{profile_types: [Localhost], localhost_profiles: [a.json]}";
    assert_eq!(answer("seccomp-psp", settings, &file("a.json")), "pass");
    let text = "fail Resource violations: Invalid container seccomp profile: b.json";
    assert_eq!(answer("seccomp-psp", settings, &file("b.json")), text);
    assert_eq!(answer("seccomp-psp", "{allowed_profiles: [localhost/x/b.json]}", &file("b.json")), "pass");
    let text = "fail Resource violations: Invalid container seccomp profile types: Localhost; Invalid container seccomp profile: b.json";
    assert_eq!(answer("seccomp-psp", "{}", &file("b.json")), text);
    let text = "fail Resource violations: The container localhost seccomp profile must be set.";
    assert_eq!(answer("seccomp-psp", settings, &context("seccompProfile: {type: Localhost}")), text);
}

#[test]
fn types_of_seccomp_profiles_are_three() {
    assert_eq!(refusal("seccomp-psp", "{profile_types: [Odd]}"), "Invalid Seccomp profile type: Odd");
    let text = "Seccomp type 'Localhost' requires some 'localhost_profiles' value ";
    assert_eq!(refusal("seccomp-psp", "{profile_types: [Localhost]}"), text);
}

#[test]
fn selinux_options_must_be_equal_and_levels_name_the_same_set() {
    let settings = "{rule: MustRunAs, user: u, level: 's0:c1,c2'}";
    let options = |options: &str| {
        let context = format!("securityContext: {{seLinuxOptions: {{{options}}}}}");
        pod(&format!("{context}, containers: [{{name: a, {context}}}]"))
    };
    let says = |given: &str| answer("selinux-psp", settings, &options(given));
    assert_eq!(says("user: u, level: 's0:c2,c1'"), "pass");
    assert_eq!(says("user: u"), "pass", "a level that is unset is not compared");
    for wrong in ["user: u, level: 's0:c1'", "user: u, level: 's1:c1,c2'", "user: v", "{}", "user: u, role: r"] {
        assert_eq!(says(wrong.trim_matches(['{', '}'])), "fail SELinux validation failed", "{wrong}");
    }
    assert_eq!(answer("selinux-psp", settings, &pod(FINE)), "fail MUTATION");
    assert_eq!(answer("selinux-psp", "{rule: RunAsAny}", &pod(FINE)), "pass");
    assert_eq!(
        blamed("selinux-psp", settings, &options("user: u, role: r")),
        ["spec.securityContext.seLinuxOptions.role"]
    );
}

#[test]
fn levels_that_are_no_levels_are_all_the_same() {
    let object = pod("securityContext: {seLinuxOptions: {level: odd}}");
    assert_eq!(answer("selinux-psp", "{rule: MustRunAs, level: strange}", &object), "pass");
    assert_eq!(answer("selinux-psp", "{rule: MustRunAs, level: 's0:c1'}", &object), "fail SELinux validation failed");
}

#[test]
fn settings_for_selinux_need_a_rule_and_an_option() {
    let why = |settings: &str| refusal("selinux-psp", settings);
    assert!(why("{}").contains("missing field `rule`"));
    assert_eq!(why("{rule: MustRunAs}"), "you have to provide at least a user, group, type or level settings");
}

#[test]
fn proc_must_stay_masked() {
    let object =
        pod("containers: [{name: a}], ephemeralContainers: [{name: e, securityContext: {procMount: Unmasked}}]");
    let text = "fail Pod has at least one container with Unmasked procMount";
    assert_eq!(answer("allowed-proc-mount-types-psp", "{}", &object), text);
    let path = "spec.ephemeralContainers[0].securityContext.procMount";
    assert_eq!(blamed("allowed-proc-mount-types-psp", "{}", &object), [path]);
    assert_eq!(answer("allowed-proc-mount-types-psp", "{allow_unmasked_proc_mount_type: true}", &object), "pass");
}

#[test]
fn the_group_of_files_must_be_in_a_range() {
    let says = |rule: &str, context: &str| {
        let settings = format!("{{rule: {rule}, ranges: [{{min: 1, max: 9}}]}}");
        answer("allowed-fsgroups-psp", &settings, &pod(&format!("securityContext: {{{context}}}")))
    };
    for rule in ["MustRunAs", "MayRunAs"] {
        assert_eq!(says(rule, "fsGroup: 9"), "pass");
        assert_eq!(says(rule, "fsGroup: 10"), "fail fsGroup 10 is not included in any range");
    }
    assert_eq!(says("MayRunAs", ""), "pass");
    assert_eq!(says("MustRunAs", ""), "fail MUTATION");
    assert_eq!(answer("allowed-fsgroups-psp", "{rule: RunAsAny}", &pod("securityContext: {fsGroup: 0}")), "pass");
    let why = |settings: &str| refusal("allowed-fsgroups-psp", settings);
    assert_eq!(why("{rule: MustRunAs, ranges: []}"), "MustRunAs must contain at least one range");
    assert_eq!(why("{rule: MayRunAs, ranges: [{min: 2, max: 1}]}"), "all ranges must be valid");
    assert!(why("{rule: MustRunAs}").contains("missing field `ranges`"));
}
