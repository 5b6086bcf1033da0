//! ConstraintTemplates. Source: frameworks `pkg/client/client.go`, `pkg/client/crds`, `pkg/apis/templates`, and the
//! webhook's `validateTemplate`.

use std::sync::Arc;

use podline_rego::Host;
use serde_json::{Map, Value, json};

use super::{cel, rego, shapes};
use crate::field::{Errors, Field, FieldError};
use crate::json::{items, text};
use crate::matching::GroupVersionKind;
use crate::names;
use crate::schema;

/// What templates are for.
const TARGET: &str = "admission.k8s.gatekeeper.sh";
const GROUP: &str = "templates.gatekeeper.sh/";
const CEL: &str = "K8sNativeValidation";
const REGO: &str = "Rego";
/// How the server calls the place of the schema of parameters.
const PARAMETERS: &str = "spec.validation.openAPIV3Schema.properties[spec].properties[parameters]";

/// A ConstraintTemplate that Gatekeeper takes.
pub(super) struct Template {
    /// The kind in lower case.
    pub(super) name: Arc<str>,
    /// The kind of its constraints.
    pub(super) kind: Arc<str>,
    pub(super) document: usize,
    /// The schema of its constraints.
    pub(super) schema: Value,
    /// Is it asked about objects that are created?
    pub(super) on_create: bool,
    /// Is a ValidatingAdmissionPolicy made of it?
    pub(super) as_policy: bool,
    pub(super) rules: Rules,
}

/// The code of a template.
pub(super) enum Rules {
    Cel(Box<cel::Rules>),
    Rego(Box<rego::Rules>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What Gatekeeper refuses: its whole text, and the fields.
    pub(super) fn new(document: &Value, index: usize, host: &Arc<Host>) -> Result<Template, (String, Vec<FieldError>)> {
        let (spec, name) = (&document["spec"], text(&document["metadata"]["name"]));
        let one = |error: FieldError| (error.text.clone(), vec![error]);
        let version = check_shape(document)?;
        check_operations(spec).map_err(one)?;
        let targets = Field::new(&["spec", "targets"]);
        let [target] = spec["targets"].as_array().map(Vec::as_slice).unwrap_or_default() else {
            return Err(one(invalid(&targets, "must declare exactly one target")));
        };
        let field = targets.index(0);
        if text(&target["target"]).is_empty() {
            return Err(one(invalid(&field.child("target"), "target name must not be empty")));
        }
        let kind = check_names(spec, name).map_err(one)?;
        if target["target"] != TARGET {
            let written = podline_cel::quote(text(&target["target"]));
            let why = format!("target {written} not recognized, known targets [{TARGET}]");
            return Err(one(invalid(&field.child("target"), &why)));
        }
        let parameters = parameters(&spec["crd"]["spec"]["validation"], version != "v1")?;
        let rules = rules(target, &field, name, index, host).map_err(one)?;
        let operations = items(&target["operations"]);
        Ok(Template {
            name: name.into(),
            kind: kind.into(),
            document: index,
            schema: shapes::constraint(parameters.as_ref()),
            on_create: operations.len() == 0 || { operations }.any(|one| one == "CREATE" || one == "*"),
            as_policy: matches!(&rules, Rules::Cel(rules) if rules.makes_policy()),
            rules,
        })
    }
}

impl Template {
    /// Does its code look at other objects of a kind?
    pub(super) fn wants(&self, kind: &GroupVersionKind) -> bool {
        match &self.rules {
            Rules::Cel(_) => false,
            Rules::Rego(rules) => rules.wants(kind),
        }
    }

    /// Does its code look at other objects at all?
    pub(super) fn wants_others(&self) -> bool {
        match &self.rules {
            Rules::Cel(_) => false,
            Rules::Rego(rules) => rules.wants_others(),
        }
    }

    /// What only the cluster can tell of what its code asks.
    pub(super) fn unknowable(&self) -> Vec<&'static str> {
        match &self.rules {
            Rules::Cel(_) => Vec::new(),
            Rules::Rego(rules) => rules.unknowable(),
        }
    }
}

fn invalid(field: &Field, why: &str) -> FieldError {
    FieldError { path: field.steps(), text: format!("invalid ConstraintTemplate: {why}") }
}

/// What the server refuses before Gatekeeper sees it; the version.
fn check_shape(document: &Value) -> Result<&str, (String, Vec<FieldError>)> {
    let written = text(&document["apiVersion"]);
    let version = written.strip_prefix(GROUP).unwrap_or_default();
    if !["v1", "v1beta1", "v1alpha1"].contains(&version) {
        let text = format!("adding template: no kind \"ConstraintTemplate\" is registered for version \"{written}\"");
        let error = FieldError { path: Field::new(&["apiVersion"]).steps(), text: text.clone() };
        return Err((text, vec![error]));
    }
    let mut errors = Errors::default();
    schema::validate(document, &shapes::TEMPLATE, &Field::default(), &mut errors);
    for (at, target) in items(&document["spec"]["targets"]).enumerate() {
        let engines: Vec<&str> = items(&target["code"]).map(|code| text(&code["engine"])).collect();
        for (index, engine) in engines.iter().enumerate().filter(|(at, engine)| engines[..*at].contains(engine)) {
            let field = Field::new(&["spec", "targets"]).index(at).child("code").index(index);
            errors.duplicate(&field, &json!({ "engine": engine }).to_string());
        }
    }
    super::load::shaped("ConstraintTemplate.templates.gatekeeper.sh", document, errors).map(|()| version)
}

fn check_operations(spec: &Value) -> Result<(), FieldError> {
    for (index, target) in items(&spec["targets"]).enumerate() {
        let operations = items(&target["operations"]);
        if operations.len() > 1 && { operations }.any(|one| one == "*") {
            let field = Field::new(&["spec", "targets"]).index(index).child("operations");
            let text = "if '*' is present, must not specify other operations".to_owned();
            return Err(FieldError { path: field.steps(), text });
        }
    }
    Ok(())
}

/// The kind.
fn check_names<'d>(spec: &'d Value, name: &str) -> Result<&'d str, FieldError> {
    let field = Field::new(&["spec", "crd", "spec", "names", "kind"]);
    let kind = text(&spec["crd"]["spec"]["names"]["kind"]);
    let quoted = podline_cel::quote(name);
    if kind.is_empty() {
        return Err(invalid(&field, &format!("ConstraintTemplate {quoted} does not specify CRD Kind")));
    }
    let lower = kind.to_lowercase();
    if name.to_lowercase() != lower {
        let lower = podline_cel::quote(&lower);
        let why =
            format!("the ConstraintTemplate's name {quoted} is not equal to the lowercase of CRD's Kind: {lower}");
        return Err(invalid(&Field::new(&["metadata", "name"]), &why));
    }
    let wrong = names::label_1035(&lower);
    if !wrong.is_empty() {
        let (wrong, kind) = (wrong.join(","), podline_cel::quote(kind));
        let detail = format!("may have mixed case, but should otherwise match: {wrong}");
        return Err(invalid(&field, &format!("spec.names.kind: Invalid value: {kind}: {detail}")));
    }
    Ok(kind)
}

/// The schema of parameters, or nothing where there is none. `is_legacy` says what counts where nobody says it.
fn parameters(validation: &Value, is_legacy: bool) -> Result<Option<Value>, (String, Vec<FieldError>)> {
    let is_legacy = validation["legacySchema"].as_bool().unwrap_or(is_legacy);
    let mut schema = match (&validation["openAPIV3Schema"], is_legacy) {
        (Value::Null, false) => return Ok(None),
        (Value::Null, true) => json!({}),
        (written, _) => written.clone(),
    };
    if is_legacy {
        keep_unknown_fields(&mut schema);
    }
    let field = Field::new(&["spec", "crd", "spec", "validation", "openAPIV3Schema"]);
    let errors = schema::check(&schema, &field, PARAMETERS);
    if errors.is_empty() {
        return Ok(Some(schema));
    }
    let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
    let whole = match texts[..] {
        [one] => one.to_owned(),
        _ => format!("[{}]", texts.join(", ")),
    };
    Err((format!("invalid ConstraintTemplate: {whole}"), errors))
}

/// What `legacySchema` adds at every level: frameworks `pkg/schema/transform.go`.
fn keep_unknown_fields(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    match fields.get("type").and_then(Value::as_str) {
        None | Some("" | "object") => {
            fields.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
        }
        Some("array") if fields.get("items").is_none_or(Value::is_null) => {
            fields.insert("items".to_owned(), json!({}));
        }
        Some(_) => {}
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        properties.values_mut().for_each(keep_unknown_fields);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(below) = fields.get_mut(key) {
            keep_unknown_fields(below);
        }
    }
}

/// Reads the code that counts: CEL before Rego, and `rego` before a block in Rego.
fn rules(target: &Value, field: &Field, name: &str, document: usize, host: &Arc<Host>) -> Result<Rules, FieldError> {
    let source = |engine: &str| {
        let at = items(&target["code"]).position(|code| code["engine"] == engine)?;
        Some((&target["code"][at]["source"], field.child("code").index(at).child("source")))
    };
    if let Some((source, field)) = source(CEL) {
        return cel::Rules::new(source, name, document, &field).map(|rules| Rules::Cel(Box::new(rules)));
    }
    if !text(&target["rego"]).is_empty() {
        let mut fields = Map::new();
        for key in ["rego", "libs"] {
            fields.extend(target.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        return rego::Rules::new(&Value::Object(fields), (document, field), host)
            .map(|rules| Rules::Rego(Box::new(rules)));
    }
    if let Some((source, field)) = source(REGO) {
        return rego::Rules::new(source, (document, &field), host).map(|rules| Rules::Rego(Box::new(rules)));
    }
    let known = "available drivers: map[K8sNativeValidation:1 Rego:2], wanted \"\"";
    let text = format!("no language driver is installed that handles this constraint template: {known}");
    Err(FieldError { path: field.steps(), text })
}
