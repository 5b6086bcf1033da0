//! From documents to policies.

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::{Timestamp, Type};
use serde_json::{Value as Json, json};

use super::environment::{Compiler, Refused};
use super::library::Yaml;
use super::{Exception, Expression, Policy, Validation, Variant};
use crate::field::{Field, FieldError};
use crate::json::{items, text, texts};
use crate::judgement::Actions;
use crate::kyverno::needs;
use crate::matching::MatchResources;

/// Kinds that are not judged.
const OTHERS: [&str; 8] = [
    "MutatingPolicy",
    "NamespacedMutatingPolicy",
    "GeneratingPolicy",
    "NamespacedGeneratingPolicy",
    "ImageValidatingPolicy",
    "NamespacedImageValidatingPolicy",
    "DeletingPolicy",
    "NamespacedDeletingPolicy",
];

/// Is the document of `policies.kyverno.io`?
pub(crate) fn claims(document: &Json) -> bool {
    let kind = text(&document["kind"]);
    text(&document["apiVersion"]).starts_with("policies.kyverno.io/")
        && (matches!(kind, "ValidatingPolicy" | "NamespacedValidatingPolicy" | "PolicyException")
            || OTHERS.contains(&kind))
}

/// What a document is.
pub(crate) enum Read {
    /// With the controllers for which no rules are generated here.
    Policy(Box<Policy>, Vec<String>),
    /// Not judged, and why.
    Not(String),
}

/// Reads policies, all exceptions being known.
pub(crate) struct Reader<'r> {
    now: (i64, u32),
    yaml: Yaml,
    exceptions: &'r [Exception],
}

impl Exception {
    /// Nothing for one that has expired.
    pub(crate) fn new(json: &Json, document: usize, now: (i64, u32)) -> Option<Exception> {
        let spec = &json["spec"];
        let expires = Timestamp::parse(text(&spec["expiresAt"]));
        if expires.is_some_and(|at| (at.seconds, at.nanos) < now) {
            return None;
        }
        let (namespace, name) = (text(&json["metadata"]["namespace"]), text(&json["metadata"]["name"]));
        let policies =
            items(&spec["policyRefs"]).map(|one| (text(&one["name"]).to_owned(), text(&one["kind"]).to_owned()));
        Some(Exception {
            key: if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") },
            document,
            policies: policies.collect(),
            conditions: spec["matchConditions"].clone(),
            images: texts(&spec["images"]),
            values: texts(&spec["allowedValues"]),
            passes: spec["reportResult"] == "pass",
        })
    }

    /// Does it name one of these policies, given by name and kind?
    pub(crate) fn names_any<'p>(&self, mut policies: impl Iterator<Item = (&'p str, &'p str)>) -> bool {
        policies.any(|policy| self.policies.iter().any(|(name, kind)| policy == (name, kind)))
    }
}

type Outcome<T> = Result<T, Refused>;

impl<'r> Reader<'r> {
    pub(crate) fn new(now: (i64, u32), yaml: Yaml, exceptions: &'r [Exception]) -> Reader<'r> {
        Reader { now, yaml, exceptions }
    }

    /// Reads a policy.
    ///
    /// # Errors
    /// Why the cluster refuses it, with the field that is to blame; none if nobody knows which.
    pub(crate) fn read(&self, json: &Json, document: usize) -> Result<Read, FieldError> {
        let kind = text(&json["kind"]);
        if OTHERS.contains(&kind) {
            return Ok(Read::Not(kind.to_owned()));
        }
        let spec = &json["spec"];
        let mode = text(&spec["evaluation"]["mode"]);
        if !matches!(mode, "" | "Kubernetes" | "JSON") {
            return Ok(Read::Not(format!("evaluation mode {mode}")));
        }
        if mode != "JSON" && items(&spec["matchConstraints"]["resourceRules"]).next().is_none() {
            let text = "spec.matchConstraints: Required value".to_owned();
            return Err(FieldError { path: Field::new(&["spec", "matchConstraints"]).steps(), text });
        }
        // A document that is judged as it is, is judged by the generated policies too.
        let mut specs = vec![spec.clone()];
        specs.extend(generated(spec));
        // Any other resource, as `rollouts.v1alpha1.argoproj.io`.
        let asked = &spec["autogen"]["podControllers"]["controllers"];
        let mut others: Vec<String> =
            items(asked).map(text).filter(|name| name.contains('.')).map(str::to_owned).collect();
        if mode == "JSON" && !others.is_empty() {
            // The policy that is generated for those is the same, but for what it matches.
            specs.push(spec.clone());
            others.clear();
        }
        let mut variants = Vec::new();
        for one in &specs {
            match self.variant(json, one, mode == "JSON") {
                Ok(variant) => variants.push(variant),
                Err(Refused::Invalid(text, path)) => return Err(FieldError { path, text }),
                Err(Refused::Missing(name)) => return Ok(Read::Not(format!("CEL function {name}"))),
            }
        }
        let (namespace, name) = (text(&json["metadata"]["namespace"]), text(&json["metadata"]["name"]));
        let namespaced = kind == "NamespacedValidatingPolicy";
        let namespace = if namespaced && namespace.is_empty() { "default" } else { namespace };
        let policy = Policy {
            key: if namespaced { format!("{namespace}/{name}").into() } else { name.into() },
            namespace: if namespaced { namespace.to_owned() } else { String::new() },
            kind: kind.to_owned(),
            document,
            actions: actions(&spec["validationActions"]),
            unknowable: needs::of_expressions(spec),
            scored: json["metadata"]["annotations"]["policies.kyverno.io/scored"] != "false",
            variants,
        };
        Ok(Read::Policy(Box::new(policy), others))
    }

    fn variant(&self, policy: &Json, spec: &Json, whole: bool) -> Outcome<Variant> {
        let mut compiler = Compiler::new(self.now, self.yaml.clone());
        let conditions = conditions(&compiler, &spec["matchConditions"], &Field::new(&["spec", "matchConditions"]))?;
        let mut variables = HashMap::new();
        let mut asks_user = false;
        for (at, variable) in items(&spec["variables"]).enumerate() {
            let name = text(&variable["name"]);
            let field = Field::new(&["spec", "variables"]).index(at).child("expression");
            let value = expression(&compiler, text(&variable["expression"]), None).map_err(|why| why.at(&field))?;
            asks_user = asks_user || value.asks_user;
            compiler.variable(name, value.program.output_type());
            variables.insert(Arc::from(name), value.program);
        }
        let validations: Outcome<Vec<Validation>> =
            items(&spec["validations"]).enumerate().map(|(at, one)| validation(&compiler, one, at)).collect();
        let annotations: Outcome<Vec<(String, Expression)>> = items(&spec["auditAnnotations"])
            .enumerate()
            .filter(|_| !whole)
            .map(|(at, one)| {
                let field = Field::new(&["spec", "auditAnnotations"]).index(at).child("valueExpression");
                let value = expression(&compiler, text(&one["valueExpression"]), None).map_err(|why| why.at(&field))?;
                Ok((text(&one["key"]).to_owned(), value))
            })
            .collect();
        let (name, kind) = (text(&policy["metadata"]["name"]), text(&policy["kind"]));
        let named = |exception: &Exception| exception.policies.iter().any(|(one, of)| one == name && of == kind);
        let exceptions: Outcome<Vec<_>> = self
            .exceptions
            .iter()
            .enumerate()
            .filter(|(_, exception)| named(exception))
            // Their conditions stand in another document.
            .map(|(at, exception)| Ok((at, self::conditions(&compiler, &exception.conditions, &Field::default())?)))
            .collect();
        Ok(Variant {
            constraints: (!whole).then(|| MatchResources::new(&spec["matchConstraints"])),
            fails: spec["failurePolicy"] != "Ignore",
            conditions,
            variables: Arc::new(variables),
            validations: validations?,
            annotations: annotations?,
            exceptions: exceptions?,
            asks_user,
        })
    }
}

fn actions(json: &Json) -> Actions {
    let found = items(json).fold(Actions::NONE, |found, one| match text(one) {
        "Deny" => found.with(Actions::DENY),
        "Warn" => found.with(Actions::WARN),
        "Audit" => found.with(Actions::AUDIT),
        _ => found,
    });
    if found.is_empty() { Actions::DENY } else { found }
}

fn expression(compiler: &Compiler, written: &str, wanted: Option<&Type>) -> Outcome<Expression> {
    let program = compiler.compile(written, wanted)?;
    Ok(Expression { program, asks_user: written.contains("userInfo") })
}

/// Conditions of a list, and the field that this is; the root if it is none of the policy.
fn conditions(compiler: &Compiler, json: &Json, field: &Field) -> Outcome<Vec<Expression>> {
    let of = |(at, one): (usize, &Json)| {
        let field = if field.is_root() { Field::default() } else { field.index(at).child("expression") };
        expression(compiler, text(&one["expression"]), Some(&Type::Bool)).map_err(|why| why.at(&field))
    };
    items(json).enumerate().map(of).collect()
}

fn validation(compiler: &Compiler, json: &Json, index: usize) -> Outcome<Validation> {
    let read = |key: &str, wanted: &Type| {
        let field = Field::new(&["spec", "validations"]).index(index).child(key);
        expression(compiler, text(&json[key]), Some(wanted)).map_err(|why| why.at(&field))
    };
    let says = !text(&json["messageExpression"]).is_empty();
    let message_expression = says.then(|| read("messageExpression", &Type::String)).transpose()?;
    Ok(Validation {
        expression: read("expression", &Type::Bool)?,
        message: text(&json["message"]).to_owned(),
        message_expression,
    })
}

/// Controllers by their resources: group, kind of template.
const CONTROLLERS: [(&str, &str, bool); 6] = [
    ("daemonsets", "apps", false),
    ("deployments", "apps", false),
    ("replicasets", "apps", false),
    ("statefulsets", "apps", false),
    ("jobs", "batch", false),
    ("cronjobs", "batch", true),
];

/// The policy for controllers of pods, and for CronJobs.
fn generated(spec: &Json) -> Vec<Json> {
    let constraints = &spec["matchConstraints"];
    let mut rules = items(&constraints["resourceRules"]);
    let (Some(rule), None) = (rules.next(), rules.next()) else { return Vec::new() };
    let selects = |key: &str| {
        items(&constraints["objectSelector"][key]).next().is_some()
            || constraints["objectSelector"][key].as_object().is_some_and(|map| !map.is_empty())
    };
    let is = |key: &str, wanted: &str| rule[key] == json!([wanted]);
    let possible = items(&constraints["excludeResourceRules"]).next().is_none()
        && items(&rule["resourceNames"]).next().is_none()
        && !selects("matchLabels")
        && !selects("matchExpressions")
        && is("apiGroups", "")
        && is("apiVersions", "v1")
        && is("resources", "pods");
    if !possible {
        return Vec::new();
    }
    let asked = &spec["autogen"]["podControllers"]["controllers"];
    let wanted = |name: &str| !asked.is_array() || items(asked).any(|one| one == name);
    [false, true]
        .into_iter()
        .filter_map(|cron| {
            let resource_rule = |(name, group, _): &(&str, &str, bool)| {
                json!({ "apiGroups": [group], "apiVersions": ["v1"], "operations": rule["operations"], "resources": [name] })
            };
            let rules: Vec<Json> =
                CONTROLLERS.iter().filter(|one| one.2 == cron && wanted(one.0)).map(resource_rule).collect();
            if rules.is_empty() {
                return None;
            }
            let template = if cron { "spec.jobTemplate.spec.template" } else { "spec.template" };
            let mut spec = moved(spec, template);
            spec["matchConstraints"] =
                json!({ "resourceRules": rules, "namespaceSelector": constraints["namespaceSelector"] });
            Some(spec)
        })
        .collect()
}

/// The texts with their paths moved into the pod template; an object's namespace stays where it is.
fn moved(json: &Json, template: &str) -> Json {
    match json {
        Json::String(text) => {
            let mut text = text.clone();
            for part in ["spec", "metadata"] {
                for object in ["object", "oldObject"] {
                    text = replaced(&text, &format!("{object}.{part}"), &format!("{object}.{template}.{part}"));
                }
            }
            Json::String(text)
        }
        Json::Array(list) => list.iter().map(|one| moved(one, template)).collect(),
        Json::Object(map) => {
            Json::Object(map.iter().map(|(key, value)| (key.clone(), moved(value, template))).collect())
        }
        other => other.clone(),
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let after = &rest[at + from.len()..];
        let stays = after
            .strip_prefix(".namespace")
            .is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        out.push_str(&rest[..at]);
        out.push_str(if stays { from } else { to });
        rest = after;
    }
    out.push_str(rest);
    out
}
