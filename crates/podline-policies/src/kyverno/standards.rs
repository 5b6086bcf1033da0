//! The checks of the Pod Security Standards as the library that Kyverno brings has them, by field errors.
//!
//! Source: kyverno/pod-security-admission 46f2077 `policy/`.

mod lists;

use serde_json::Value;

use super::pod_security::{BadValue, FailedCheck, FieldError, PodSecurityChecks};
use crate::json::{items, text};
use lists::{CAPABILITIES, OTHER_VOLUMES, SYSCTLS, VOLUMES};

/// The checks up to version 1.34, as [`PodSecurityChecks`] asks for them.
///
/// They are not those of an API server: of every check some version counts, however old a policy's, and at restricted
/// the checks of baseline run beside those that replace them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standards;

/// A pod, and the checks' answers in their order.
struct Run<'p> {
    pod: &'p Value,
    minor: u32,
    failed: Vec<FailedCheck>,
}

const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

impl PodSecurityChecks for Standards {
    fn failed(&self, level: &str, version: &str, pod: &Value) -> Result<Vec<FailedCheck>, String> {
        let minor = match version {
            "" | "latest" => u32::MAX,
            version => version.trim_start_matches("v1.").parse().map_err(|_| "no version".to_owned())?,
        };
        let mut run = Run { pod, minor, failed: Vec::new() };
        run.all();
        let restricted = [
            "allowPrivilegeEscalation",
            "capabilities_restricted",
            "restrictedVolumes",
            "runAsNonRoot",
            "runAsUser",
            "seccompProfile_restricted",
        ];
        run.failed.retain(|check| level != "baseline" || !restricted.contains(&check.id.as_str()));
        Ok(run.failed)
    }
}

fn forbidden(field: String, value: BadValue) -> FieldError {
    FieldError { field, required: false, value }
}

fn required(field: String) -> FieldError {
    FieldError { field, required: true, value: BadValue::Text(String::new()) }
}

/// Texts without doubles, in order.
fn set<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<String> {
    let mut all: Vec<String> = values.map(|value| text(value).to_owned()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl<'p> Run<'p> {
    fn all(&mut self) {
        self.allow_privilege_escalation();
        self.app_armor();
        self.capabilities_baseline();
        self.capabilities_restricted();
        self.host_namespaces();
        self.host_paths();
        self.host_ports();
        self.host_probes();
        self.privileged();
        self.proc_mount();
        self.restricted_volumes();
        self.run_as_non_root();
        self.run_as_user();
        self.se_linux();
        self.seccomp("seccompProfile_baseline");
        self.seccomp("seccompProfile_restricted");
        self.sysctls();
        self.windows_host_process();
    }

    fn containers(&self) -> impl Iterator<Item = (String, &'p Value)> + use<'p> {
        let spec = &self.pod["spec"];
        LISTS.into_iter().flat_map(move |list| {
            items(&spec[list]).enumerate().map(move |(at, container)| (format!("spec.{list}[{at}]"), container))
        })
    }

    /// The errors that a function gives for security contexts: the pod's, then the containers'.
    fn contexts(&self, check: impl Fn(String, &'p Value) -> Vec<FieldError>) -> Vec<FieldError> {
        let mut errors = check("spec.securityContext".to_owned(), &self.pod["spec"]["securityContext"]);
        for (path, container) in self.containers() {
            errors.extend(check(format!("{path}.securityContext"), &container["securityContext"]));
        }
        errors
    }

    fn report(&mut self, id: &str, reason: &str, errors: Vec<FieldError>) {
        if !errors.is_empty() {
            self.failed.push(FailedCheck { id: id.to_owned(), reason: reason.to_owned(), errors });
        }
    }

    /// Windows pods are exempt since 1.25.
    fn exempt(&self) -> bool {
        self.minor >= 25 && self.pod["spec"]["os"]["name"] == "windows"
    }

    fn allow_privilege_escalation(&mut self) {
        if self.exempt() {
            return;
        }
        let errors = self.containers().filter_map(|(path, container)| {
            let field = format!("{path}.securityContext.allowPrivilegeEscalation");
            let context = &container["securityContext"];
            match &context["allowPrivilegeEscalation"] {
                _ if context.is_null() => Some(required(field)),
                Value::Null => Some(forbidden(field, BadValue::Text("nil".to_owned()))),
                Value::Bool(true) => Some(forbidden(field, BadValue::Bool(true))),
                _ => None,
            }
        });
        let errors = errors.collect();
        self.report("allowPrivilegeEscalation", "allowPrivilegeEscalation != false", errors);
    }

    fn app_armor(&mut self) {
        let mut values = Vec::new();
        let mut errors = self.contexts(|path, context| {
            let profile = &context["appArmorProfile"];
            let kind = text(&profile["type"]);
            if profile.is_null() || matches!(kind, "RuntimeDefault" | "Localhost") {
                return Vec::new();
            }
            vec![forbidden(format!("{path}.appArmorProfile.type"), BadValue::Text(kind.to_owned()))]
        });
        values.extend(errors.iter().map(|error| format!("{:?}", error.value)));
        for (key, value) in self.pod["metadata"]["annotations"].as_object().into_iter().flatten() {
            let value = text(value);
            let allowed = value.is_empty() || value == "runtime/default" || value.starts_with("localhost/");
            if key.starts_with("container.apparmor.security.beta.kubernetes.io/") && !allowed {
                let field = format!("metadata.annotations[{key}]");
                values.push(field.clone());
                errors.push(forbidden(field, BadValue::Text(value.to_owned())));
            }
        }
        values.sort_unstable();
        values.dedup();
        let plural = if values.len() == 1 { "" } else { "s" };
        self.report("appArmorProfile", &format!("forbidden AppArmor profile{plural}"), errors);
    }

    fn capabilities_baseline(&mut self) {
        let errors = self.added(|name| CAPABILITIES.contains(&name));
        self.report("capabilities_baseline", "non-default capabilities", errors);
    }

    fn added(&self, allowed: impl Fn(&str) -> bool) -> Vec<FieldError> {
        let bad = |(path, container): (String, &Value)| {
            let add = &container["securityContext"]["capabilities"]["add"];
            let bad = set(items(add).filter(|name| !allowed(text(name))));
            (!bad.is_empty())
                .then(|| forbidden(format!("{path}.securityContext.capabilities.add"), BadValue::List(bad)))
        };
        self.containers().filter_map(bad).collect()
    }

    fn capabilities_restricted(&mut self) {
        if self.exempt() {
            return;
        }
        let missing = self.containers().filter_map(|(path, container)| {
            let drop = &container["securityContext"]["capabilities"]["drop"];
            let field = format!("{path}.securityContext.capabilities.drop");
            if items(drop).any(|name| name == "ALL") {
                return None;
            }
            let dropped = set(items(drop));
            Some(if dropped.is_empty() { required(field) } else { forbidden(field, BadValue::List(dropped)) })
        });
        let mut errors: Vec<FieldError> = missing.collect();
        errors.extend(self.added(|name| name == "NET_BIND_SERVICE"));
        self.report("capabilities_restricted", "unrestricted capabilities", errors);
    }

    fn host_namespaces(&mut self) {
        let spec = &self.pod["spec"];
        let shared = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|field| spec[field] == true);
        let errors = shared.map(|field| forbidden(format!("spec.{field}"), BadValue::Bool(true))).collect();
        self.report("hostNamespaces", "host namespaces", errors);
    }

    fn host_paths(&mut self) {
        let volumes = items(&self.pod["spec"]["volumes"]).enumerate();
        let paths = volumes.filter(|(_, volume)| !volume["hostPath"].is_null()).map(|(at, volume)| {
            let path = text(&volume["hostPath"]["path"]).to_owned();
            forbidden(format!("spec.volumes[{at}].hostPath"), BadValue::Text(path))
        });
        let errors = paths.collect();
        self.report("hostPathVolumes", "hostPath volumes", errors);
    }

    fn host_ports(&mut self) {
        let ports = self.containers().flat_map(|(path, container)| {
            items(&container["ports"]).enumerate().filter_map(move |(at, port)| {
                let number = port["hostPort"].as_i64().filter(|number| *number != 0)?;
                Some(forbidden(format!("{path}.ports[{at}].hostPort"), BadValue::Int(number)))
            })
        });
        let errors = ports.collect();
        self.report("hostPorts", "hostPort", errors);
    }

    fn host_probes(&mut self) {
        let hosts =
            |handler: &Value| ["httpGet", "tcpSocket"].into_iter().any(|kind| !text(&handler[kind]["host"]).is_empty());
        let bad = |container: &Value| {
            ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().any(|probe| hosts(&container[probe]))
                || ["postStart", "preStop"].into_iter().any(|when| hosts(&container["lifecycle"][when]))
        };
        if self.containers().any(|(_, container)| bad(container)) {
            // This one has no field errors. It has one version, so that it counts at every one.
            self.failed.push(FailedCheck {
                id: "hostProbesAndHostLifecycle".to_owned(),
                reason: "probe or lifecycle host".to_owned(),
                errors: Vec::new(),
            });
        }
    }

    fn privileged(&mut self) {
        let bad = self.containers().filter(|(_, container)| container["securityContext"]["privileged"] == true);
        let errors = bad
            .map(|(path, _)| forbidden(format!("{path}.securityContext.privileged"), BadValue::Bool(true)))
            .collect();
        self.report("privileged", "privileged", errors);
    }

    fn proc_mount(&mut self) {
        let bad = self.containers().filter_map(|(path, container)| {
            let mount = container["securityContext"]["procMount"].as_str().filter(|mount| *mount != "Default")?;
            Some(forbidden(format!("{path}.securityContext.procMount"), BadValue::Text(mount.to_owned())))
        });
        let errors = bad.collect();
        self.report("procMount", "procMount", errors);
    }

    fn restricted_volumes(&mut self) {
        let volumes = items(&self.pod["spec"]["volumes"]).enumerate();
        let bad = volumes.filter(|(_, volume)| !VOLUMES.iter().any(|kind| !volume[kind].is_null()));
        let bad = bad.map(|(at, volume)| {
            let kind = OTHER_VOLUMES.into_iter().find(|kind| !volume[kind].is_null()).unwrap_or("unknown");
            forbidden(format!("spec.volumes[{at}].{kind}"), BadValue::Text(String::new()))
        });
        let errors = bad.collect();
        self.report("restrictedVolumes", "restricted volume types", errors);
    }

    fn run_as_non_root(&mut self) {
        let explicit = self.contexts(|path, context| {
            let bad = context["runAsNonRoot"] == false;
            bad.then(|| forbidden(format!("{path}.runAsNonRoot"), BadValue::Bool(false))).into_iter().collect()
        });
        let mut errors = explicit;
        if self.pod["spec"]["securityContext"]["runAsNonRoot"] != true {
            let unset =
                self.containers().filter(|(_, container)| container["securityContext"]["runAsNonRoot"].is_null());
            errors.extend(unset.map(|(path, _)| required(format!("{path}.securityContext.runAsNonRoot"))));
        }
        self.report("runAsNonRoot", "runAsNonRoot != true", errors);
    }

    fn run_as_user(&mut self) {
        let errors = self.contexts(|path, context| {
            let bad = context["runAsUser"] == 0;
            bad.then(|| forbidden(format!("{path}.runAsUser"), BadValue::Int(0))).into_iter().collect()
        });
        self.report("runAsUser", "runAsUser=0", errors);
    }

    fn se_linux(&mut self) {
        let newer = self.minor >= 31;
        let errors = self.contexts(|path, context| {
            let options = &context["seLinuxOptions"];
            let kind = text(&options["type"]);
            let known = matches!(kind, "" | "container_t" | "container_init_t" | "container_kvm_t")
                || newer && kind == "container_engine_t";
            let bad = [("type", !known), ("user", true), ("role", true)];
            let bad = bad.into_iter().filter(|(field, bad)| *bad && !text(&options[field]).is_empty());
            bad.map(|(field, _)| {
                forbidden(format!("{path}.seLinuxOptions.{field}"), BadValue::Text(text(&options[field]).to_owned()))
            })
            .collect()
        });
        self.report("seLinuxOptions", "seLinuxOptions", errors);
    }

    /// Policies name no version before 1.19, whose check of annotations is left out.
    fn seccomp(&mut self, id: &str) {
        let restricted = id == "seccompProfile_restricted";
        if restricted && self.exempt() {
            return;
        }
        let valid = |profile: &Value| matches!(text(&profile["type"]), "RuntimeDefault" | "Localhost");
        let mut errors = self.contexts(|path, context| {
            let profile = &context["seccompProfile"];
            let bad = !profile.is_null() && !valid(profile);
            let value = BadValue::Text(text(&profile["type"]).to_owned());
            bad.then(|| forbidden(format!("{path}.seccompProfile.type"), value)).into_iter().collect()
        });
        if restricted && errors.is_empty() && !valid(&self.pod["spec"]["securityContext"]["seccompProfile"]) {
            let unset =
                self.containers().filter(|(_, container)| container["securityContext"]["seccompProfile"].is_null());
            errors.extend(unset.map(|(path, _)| required(format!("{path}.securityContext.seccompProfile.type"))));
        }
        self.report(id, "seccompProfile", errors);
    }

    fn sysctls(&mut self) {
        let allowed = |name: &str| SYSCTLS.iter().any(|(since, names)| *since <= self.minor && names.contains(&name));
        let sysctls = items(&self.pod["spec"]["securityContext"]["sysctls"]).enumerate();
        let bad = sysctls.map(|(at, sysctl)| (at, text(&sysctl["name"]))).filter(|(_, name)| !allowed(name));
        let bad = bad.map(|(at, name)| {
            forbidden(format!("spec.securityContext.sysctls[{at}].name"), BadValue::Text(name.to_owned()))
        });
        let errors = bad.collect();
        self.report("sysctls", "forbidden sysctls", errors);
    }

    fn windows_host_process(&mut self) {
        let errors = self.contexts(|path, context| {
            let bad = context["windowsOptions"]["hostProcess"] == true;
            let field = format!("{path}.windowsOptions.hostProcess");
            bad.then(|| forbidden(field, BadValue::Bool(true))).into_iter().collect()
        });
        self.report("windowsHostProcess", "hostProcess", errors);
    }
}
