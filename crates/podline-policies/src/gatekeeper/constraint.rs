//! Constraints. Source: frameworks `pkg/client/crds/validate.go`, gatekeeper `pkg/target/target.go`.

use std::sync::Arc;

use podline_cel::{Document, Flavor, quote};
use podline_rego::Value as RegoValue;
use serde_json::Value;

use super::enforcement::{self, Enforcement, enforcement};
use super::matching::Match;
use super::template::Template;
use crate::field::{Errors, Field, FieldError};
use crate::json::text;
use crate::names;
use crate::schema;
use crate::validate::selector;

const GROUP: &str = "constraints.gatekeeper.sh/";

/// A constraint that Gatekeeper takes.
pub(super) struct Constraint {
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    /// `Kind/name`
    pub(super) policy: Arc<str>,
    pub(super) document: usize,
    /// Which of the templates.
    pub(super) template: usize,
    pub(super) matches: Match,
    pub(super) enforcement: Enforcement,
    /// `spec.parameters`, with their defaults.
    pub(super) parameters: RegoValue,
    /// The whole of it as CEL sees it.
    pub(super) tree: Arc<Document>,
}

impl Constraint {
    /// Reads a constraint. `templates` are those that Gatekeeper takes.
    ///
    /// # Errors
    /// What Gatekeeper refuses: its whole text, and the fields.
    pub(super) fn new(
        document: &Value,
        index: usize,
        templates: &[Template],
    ) -> Result<Constraint, (String, Vec<FieldError>)> {
        let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
        let one = |error: FieldError| (error.text.clone(), vec![error]);
        enforcement::check(document).map_err(one)?;
        let at = |keys: &[&str], text: String| one(FieldError { path: Field::new(keys).steps(), text });
        if name.is_empty() {
            return Err(at(&["metadata", "name"], "invalid Constraint: missing metadata.name".to_owned()));
        }
        let lower = kind.to_lowercase();
        let Some(place) = templates.iter().position(|template| *template.name == *lower) else {
            return Err(at(&["kind"], format!("missing ConstraintTemplate: template {} not found", quote(&lower))));
        };
        let template = &templates[place];
        check_selectors(document)?;
        check_head(document, template).map_err(one)?;
        check_schema(document, template)?;
        let mut whole = document.clone();
        schema::default(&mut whole, &template.schema);
        if let Value::Object(fields) = &mut whole {
            fields.remove("status");
        }
        let spec = &whole["spec"];
        let parameters = match &spec["parameters"] {
            Value::Null => RegoValue::object([]),
            parameters => crate::rego::written(parameters),
        };
        Ok(Constraint {
            kind: kind.into(),
            name: name.into(),
            policy: format!("{kind}/{name}").into(),
            document: index,
            template: place,
            matches: Match::new(&spec["match"]),
            enforcement: enforcement(spec, template.as_policy),
            parameters,
            tree: Document::new("params", &whole, Flavor::Dynamic),
        })
    }
}

fn invalid(errors: Vec<FieldError>) -> (String, Vec<FieldError>) {
    (format!("invalid Constraint: {}", joined(&errors, "")), errors)
}

/// Several errors as one text, each with a prefix.
fn joined(errors: &[FieldError], prefix: &str) -> String {
    let texts: Vec<String> = errors.iter().map(|error| format!("{prefix}{}", error.text)).collect();
    match &texts[..] {
        [one] => one.clone(),
        _ => format!("[{}]", texts.join(", ")),
    }
}

/// Both selectors are called `spec.labelSelector`.
fn check_selectors(document: &Value) -> Result<(), (String, Vec<FieldError>)> {
    for key in ["labelSelector", "namespaceSelector"] {
        let written = &document["spec"]["match"][key];
        if !written.is_object() {
            continue;
        }
        let mut errors = Errors::default();
        selector(written, &Field::new(&["spec", "labelSelector"]), &mut errors);
        let mut errors = errors.into_vec();
        if errors.is_empty() {
            continue;
        }
        for error in &mut errors {
            let place = Field::new(&["spec", "match", key]).steps();
            error.path.splice(..2, place);
        }
        return Err(invalid(errors));
    }
    Ok(())
}

fn check_head(document: &Value, template: &Template) -> Result<(), FieldError> {
    let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
    let refuse = |keys: &[&str], why: String| {
        Err(FieldError { path: Field::new(keys).steps(), text: format!("invalid Constraint: {why}") })
    };
    let wrong = names::subdomain(name);
    if !wrong.is_empty() {
        return refuse(&["metadata", "name"], format!("invalid name: {}", quote(&wrong.join("\n"))));
    }
    if *kind != *template.kind {
        let (name, kind, wanted) = (quote(name), quote(kind), quote(&template.kind));
        return refuse(&["kind"], format!("wrong kind {name} for constraint {kind}; want {wanted}"));
    }
    let version = text(&document["apiVersion"]).strip_prefix(GROUP).unwrap_or_default();
    if !["v1beta1", "v1alpha1"].contains(&version) {
        let (version, name) = (quote(version), quote(name));
        let known = "map[v1alpha1:true v1beta1:true]";
        let why = format!("unsupported version {version} for Constraint {name}; supported versions: {known}");
        return refuse(&["apiVersion"], why);
    }
    Ok(())
}

fn check_schema(document: &Value, template: &Template) -> Result<(), (String, Vec<FieldError>)> {
    let mut errors = Errors::default();
    schema::validate(document, &template.schema, &Field::default(), &mut errors);
    let errors = errors.into_vec();
    if !errors.is_empty() {
        return Err((format!("schema validation failed: {}", joined(&errors, "[].")), errors));
    }
    let unknown = schema::unknown(document, &template.schema);
    if unknown.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = unknown.iter().map(Field::text).collect();
    let text = format!("invalid Constraint: unknown fields: [{}]", names.join(" "));
    let errors = unknown
        .iter()
        .map(|field| FieldError { path: field.steps(), text: format!("unknown field \"{}\"", field.text()) });
    Err((text, errors.collect()))
}
