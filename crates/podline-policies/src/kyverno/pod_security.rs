//! `validate.podSecurity`: the Pod Security Standards with Kyverno's exclusions.
//!
//! The checks are the caller's ([`PodSecurityChecks`]); what Kyverno does with their answers is here. Source: kyverno
//! `pkg/pss`, `pkg/engine/handlers/validation/validate_pss.go`.

use std::fmt::Write as _;

use podline_jmespath::{Budget, Value, wildcard};
use serde_json::{Value as Json, json};

use super::Scene;
use super::blame;
use super::context::Environment;
use super::evaluate::{Response, Status};
use super::exceptions::Exception;
use super::rule::Rule;
use crate::json::{items, text, texts};
use crate::judgement::Violation;

/// The checks of the Standards, as the library that Kyverno brings has them: with field errors, and in its order.
pub trait PodSecurityChecks: Send + Sync {
    /// The checks that fail for a pod, given as `{"metadata": …, "spec": …}`.
    ///
    /// `baseline` runs the checks of that level; `restricted` and `privileged` run all, also those of baseline that
    /// restricted ones replace. Of each check the newest version counts that is not newer than `version` (`latest`, or
    /// nothing, for the newest), or its oldest if all are newer.
    ///
    /// # Errors
    /// Why the pod cannot be decoded.
    fn failed(&self, level: &str, version: &str, pod: &Json) -> Result<Vec<FailedCheck>, String>;
}

/// A check that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCheck {
    /// `capabilities_restricted`
    pub id: String,
    /// `unrestricted capabilities`
    pub reason: String,
    /// Its fields, in order; `hostProbesAndHostLifecycle` has none.
    pub errors: Vec<FieldError>,
}

/// A field that a check forbids or asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `spec.containers[0].securityContext.privileged`
    pub field: String,
    /// Must it be set, rather than not hold what it does?
    pub required: bool,
    /// What it holds.
    pub value: BadValue,
}

/// What a field holds, by Go's types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// A text, also an empty one.
    Text(String),
    /// A truth.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Several texts.
    List(Vec<String>),
    /// Something else, as `%+v` writes it.
    Other(String),
}

impl BadValue {
    /// As Go's `%+v` writes it.
    fn text(&self) -> String {
        match self {
            BadValue::Text(text) | BadValue::Other(text) => text.clone(),
            BadValue::Bool(truth) => truth.to_string(),
            BadValue::Int(number) => number.to_string(),
            BadValue::List(list) => format!("[{}]", list.join(" ")),
        }
    }

    /// What `values` of an exclusion are compared with.
    fn compared(&self) -> Vec<String> {
        match self {
            BadValue::Text(text) if text.is_empty() => Vec::new(),
            BadValue::List(list) => list.clone(),
            BadValue::Other(_) => Vec::new(),
            value => vec![value.text()],
        }
    }
}

/// The subrule.
#[derive(Debug)]
pub(super) struct Subrule {
    level: String,
    version: String,
    exclude: Vec<Exclude>,
}

/// What is excluded.
#[derive(Debug)]
pub(super) struct Exclude {
    control: String,
    images: Vec<String>,
    field: String,
    values: Vec<String>,
}

impl Subrule {
    pub(super) fn new(json: &Json) -> Subrule {
        Subrule {
            level: text(&json["level"]).to_owned(),
            version: text(&json["version"]).to_owned(),
            exclude: items(&json["exclude"]).map(Exclude::new).collect(),
        }
    }
}

impl Exclude {
    pub(super) fn new(json: &Json) -> Exclude {
        Exclude {
            control: text(&json["controlName"]).to_owned(),
            images: texts(&json["images"]),
            field: text(&json["restrictedField"]).to_owned(),
            values: texts(&json["values"]),
        }
    }
}

/// The checks of a control.
pub(super) fn checks_of(control: &str) -> &'static [&'static str] {
    match control {
        "Capabilities" => &["capabilities_baseline", "capabilities_restricted"],
        "Seccomp" => &["seccompProfile_baseline", "seccompProfile_restricted"],
        "Privileged Containers" => &["privileged"],
        "Host Ports" => &["hostPorts"],
        "/proc Mount Type" => &["procMount"],
        "HostProcess" => &["windowsHostProcess"],
        "SELinux" => &["seLinuxOptions"],
        "Host Namespaces" => &["hostNamespaces"],
        "HostPath Volumes" => &["hostPathVolumes"],
        "Sysctls" => &["sysctls"],
        "AppArmor" => &["appArmorProfile"],
        "Privilege Escalation" => &["allowPrivilegeEscalation"],
        "Running as Non-root" => &["runAsNonRoot"],
        "Running as Non-root user" => &["runAsUser"],
        "Volume Types" => &["restrictedVolumes"],
        _ => &[],
    }
}

/// What the subrule says about an object.
pub(super) fn respond(
    subrule: &Subrule,
    rule: &Rule,
    scene: &Scene<'_>,
    environment: &Environment<'_>,
    applied: &[&Exception],
) -> Option<Response> {
    let budget = environment.budget;
    if let Some(whole) = applied.iter().find(|exception| exception.pod_security.is_empty()) {
        let message = format!("rule is skipped due to policy exception {}", whole.key);
        return Some(Response::exempt(message, &[whole]));
    }
    let checks = scene.settings.pod_security.as_deref()?;
    let failed = |text: &str| Some(Response::new(Status::Error, format!("Error while getting new resource: {text}")));
    let Some((pod, prefix)) = pod(scene) else {
        return failed("could not find correct resource type");
    };
    let size = size(&pod);
    let run = |pod: &Json| {
        budget.steps(size).map_err(|error| error.to_string())?;
        checks.failed(&subrule.level, &subrule.version, pod)
    };
    let mut found = match run(&pod) {
        Ok(found) => found,
        Err(why) => return failed(&why),
    };
    found = match excluded(found, &subrule.exclude, &pod, budget, &run) {
        Ok(found) => found,
        Err(why) => return failed(&why),
    };
    if found.is_empty() {
        if let Some(seen) = environment.seen {
            blame::settings_of(scene.typed, &mut seen.borrow_mut());
        }
        return Some(Response::new(Status::Pass, format!("Validation rule '{}' passed.", rule.name)));
    }
    for exception in applied {
        found = match excluded(found, &exception.pod_security, &pod, budget, &run) {
            Ok(found) => found,
            Err(why) => return failed(&why),
        };
    }
    if found.is_empty() {
        let keys: Vec<&str> = applied.iter().map(|exception| exception.key.as_str()).collect();
        let message = format!("rule is skipped due to policy exceptions {}", keys.join(", "));
        return Some(Response::exempt(message, applied));
    }
    let errors = found.iter().flat_map(|check| check.errors.iter());
    let violations = errors.map(|error| violation(scene.typed, &error.field, prefix)).collect();
    let message = format!(
        "Validation rule '{}' failed. It violates PodSecurity \"{}:{}\": {}",
        rule.name,
        subrule.level,
        subrule.version,
        print(&found, prefix)
    );
    Some(Response { violations, ..Response::new(Status::Fail, message) })
}

/// The pod, and where its spec stands.
fn pod(scene: &Scene<'_>) -> Option<(Json, &'static str)> {
    let object = scene.review.object;
    let (template, prefix) = match scene.review.subject.resource.kind.kind.as_str() {
        "Pod" => (object, ""),
        "DaemonSet" | "Deployment" | "Job" | "StatefulSet" | "ReplicaSet" | "ReplicationController" => {
            (&object["spec"]["template"], "spec.template.")
        }
        "CronJob" => {
            // Kyverno takes the metadata of the job template.
            let template = &object["spec"]["jobTemplate"];
            let pod = json!({ "metadata": template["metadata"], "spec": template["spec"]["template"]["spec"] });
            return Some((pod, "spec.jobTemplate.spec.template."));
        }
        _ => return None,
    };
    Some((json!({ "metadata": template["metadata"], "spec": template["spec"] }), prefix))
}

type Run<'r> = &'r dyn Fn(&Json) -> Result<Vec<FailedCheck>, String>;

/// How many values an object holds.
fn size(json: &Json) -> usize {
    match json {
        Json::Array(all) => 1 + all.iter().map(size).sum::<usize>(),
        Json::Object(all) => 1 + all.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// What is left after exclusions.
fn excluded(
    mut found: Vec<FailedCheck>,
    excludes: &[Exclude],
    pod: &Json,
    budget: &Budget,
    run: Run<'_>,
) -> Result<Vec<FailedCheck>, String> {
    for exclude in excludes {
        let matching = matching(exclude, pod);
        let by_container = !exclude.images.is_empty();
        let exempt = run(&matching)?;
        for check in exempt.iter().filter(|check| checks_of(&exclude.control).contains(&check.id.as_str())) {
            for error in &check.errors {
                let known = found.iter().find(|known| known.id == check.id).map_or(0, |known| known.errors.len());
                budget.steps(1 + known).map_err(|error| error.to_string())?;
                remove(&mut found, &check.id, exclude, error, (pod, &matching, by_container));
            }
        }
    }
    Ok(found)
}

/// The pod with a container that has nothing to say, or with those whose images match.
fn matching(exclude: &Exclude, pod: &Json) -> Json {
    const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
    if exclude.images.is_empty() {
        let mut pod = pod.clone();
        if !pod["spec"].is_object() {
            pod["spec"] = json!({});
        }
        for list in LISTS {
            pod["spec"][list] = Json::Null;
        }
        pod["spec"]["containers"] = json!([{ "name": "fake" }]);
        return pod;
    }
    let mut spec = json!({});
    for list in LISTS {
        let kept: Vec<Json> = items(&pod["spec"][list])
            .filter(|container| {
                let image = text(&container["image"]);
                exclude.images.iter().any(|pattern| wildcard::matches(pattern, image))
            })
            .cloned()
            .collect();
        spec[list] = json!(kept);
    }
    json!({ "metadata": {}, "spec": spec })
}

/// Removes the error that is excluded from what was found.
fn remove(
    found: &mut Vec<FailedCheck>,
    id: &str,
    exclude: &Exclude,
    error: &FieldError,
    (pod, matching, by_container): (&Json, &Json, bool),
) {
    let field = starred(&error.field);
    if !exclude.field.is_empty() && field != exclude.field {
        return;
    }
    let allowed = |value: &String| exclude.values.iter().any(|pattern| wildcard::matches(pattern, value));
    if !exclude.values.is_empty() && !error.value.compared().iter().all(allowed) {
        return;
    }
    let Some(of) = found.iter().position(|check| check.id == id) else { return };
    let check = &mut found[of];
    let container = |field: &str, pod: &Json| by_container.then(|| container_of(field, pod)).flatten();
    let wanted = container(&error.field, matching);
    let at = check.errors.iter().position(|known| {
        if starred(&known.field) != field {
            return false;
        }
        match container(&known.field, pod) {
            Some(name) => wanted.as_ref().is_some_and(|wanted| *wanted == name),
            None => true,
        }
    });
    if let Some(at) = at {
        check.errors.swap_remove(at);
        // A check that never had fields stays.
        if check.errors.is_empty() {
            found.remove(of);
        }
    }
}

/// A field with its numbers as `*`.
fn starred(field: &str) -> String {
    let mut out = String::new();
    let mut digits = false;
    for c in field.chars() {
        if c.is_ascii_digit() {
            if !digits {
                out.push('*');
            }
            digits = true;
        } else {
            digits = false;
            out.push(c);
        }
    }
    out
}

/// The name of the container that a field belongs to.
fn container_of(field: &str, pod: &Json) -> Option<String> {
    let rest = field.strip_prefix("spec.")?;
    let (list, rest) = rest.split_once('[')?;
    if !matches!(list, "containers" | "initContainers" | "ephemeralContainers") {
        return None;
    }
    let at: usize = rest.split_once(']')?.0.parse().ok()?;
    Some(text(&pod["spec"][list][at]["name"]).to_owned())
}

fn print(checks: &[FailedCheck], prefix: &str) -> String {
    let mut out = String::new();
    for check in checks {
        let _ = write!(out, "(Forbidden reason: {}, field error list: [", check.reason);
        for (at, error) in check.errors.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            let field = moved(&error.field, prefix);
            let _ = match (&error.value, error.required) {
                (_, true) => write!(out, "{comma}{field}: Required value"),
                (BadValue::Text(text), _) if text.is_empty() => write!(out, "{comma}{field}: Forbidden"),
                (value, _) => {
                    write!(out, "{comma}{field} is forbidden, forbidden values found: {}", value.text())
                }
            };
        }
        out.push_str("])");
    }
    out
}

/// The field as Kyverno writes it: metadata is always taken for a template's.
fn moved(field: &str, prefix: &str) -> String {
    let field = if prefix.is_empty() { field.to_owned() } else { field.replace("spec", &format!("{prefix}spec")) };
    field.replace("metadata", "spec.template.metadata")
}

/// A field from the root of the object.
fn violation(object: &Value, field: &str, prefix: &str) -> Violation {
    let path = format!("{prefix}{field}").replace(['.', '['], "/").replace(']', "");
    blame::below(object, Vec::new(), &path)
}
