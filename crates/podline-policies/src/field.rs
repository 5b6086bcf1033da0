//! Errors of fields, in the words of `k8s.io/apimachinery/pkg/util/validation/field`.

use std::collections::HashSet;
use std::fmt::Write as _;

use podline_cel::quote;

use crate::judgement::Step;

/// What is wrong with one field of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where it stands; if it is missing, where it would. An index in a text is a line of it, from 0.
    pub path: Vec<Step>,
    /// `spec.validations[0].expression: Required value: …`
    pub text: String,
}

/// A path that grows while a document is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field(Vec<Step>);

impl Field {
    pub(crate) fn new(keys: &[&str]) -> Field {
        Field(keys.iter().map(|key| Step::Key((*key).into())).collect())
    }

    pub(crate) fn child(&self, key: &str) -> Field {
        self.with(Step::Key(key.into()))
    }

    pub(crate) fn index(&self, index: usize) -> Field {
        self.with(Step::Index(index))
    }

    /// A line of a text, counted from 1; all of the text where none is known.
    pub(crate) fn line(&self, row: u32) -> Field {
        usize::try_from(row).ok().and_then(|row| row.checked_sub(1)).map_or_else(|| self.clone(), |at| self.index(at))
    }

    fn with(&self, step: Step) -> Field {
        let mut steps = self.0.clone();
        steps.push(step);
        Field(steps)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        self.0.clone()
    }

    /// `spec.validations[0].expression`
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for step in &self.0 {
            let _ = match step {
                Step::Key(key) if text.is_empty() => write!(text, "{key}"),
                Step::Key(key) => write!(text, ".{key}"),
                Step::Index(index) => write!(text, "[{index}]"),
            };
        }
        text
    }
}

/// What was found so far, each text once.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<FieldError>,
    texts: HashSet<String>,
}

impl Errors {
    /// `FIELD: Required value: DETAIL`
    pub(crate) fn required(&mut self, field: &Field, detail: &str) {
        self.add(field, "Required value", detail);
    }

    /// `FIELD: Forbidden: DETAIL`
    pub(crate) fn forbidden(&mut self, field: &Field, detail: &str) {
        self.add(field, "Forbidden", detail);
    }

    /// `FIELD: Internal error: DETAIL`
    pub(crate) fn internal(&mut self, field: &Field, detail: &str) {
        self.add(field, "Internal error", detail);
    }

    /// `FIELD: Invalid value: "VALUE": DETAIL`
    pub(crate) fn invalid(&mut self, field: &Field, value: &str, detail: &str) {
        self.add(field, &format!("Invalid value: {}", quote(value)), detail);
    }

    /// The same for values that are no text, written as JSON.
    pub(crate) fn invalid_json(&mut self, field: &Field, value: &serde_json::Value, detail: &str) {
        self.add(field, &format!("Invalid value: {value}"), detail);
    }

    /// `FIELD: Invalid value: []string{"VALUE", "VALUE"}: DETAIL`
    pub(crate) fn invalid_texts(&mut self, field: &Field, values: &[String], detail: &str) {
        let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
        self.add(field, &format!("Invalid value: []string{{{}}}", values.join(", ")), detail);
    }

    /// `FIELD: Duplicate value: "VALUE"`
    pub(crate) fn duplicate(&mut self, field: &Field, value: &str) {
        self.add(field, &format!("Duplicate value: {}", quote(value)), "");
    }

    /// `FIELD: Unsupported value: "VALUE": supported values: "A", "B"`
    pub(crate) fn unsupported(&mut self, field: &Field, value: &str, known: &[&str]) {
        let known: Vec<String> = known.iter().map(|known| quote(known)).collect();
        let detail = format!("supported values: {}", known.join(", "));
        self.add(field, &format!("Unsupported value: {}", quote(value)), &detail);
    }

    /// `FIELD: Too many: N: must have at most MOST items`
    pub(crate) fn too_many(&mut self, field: &Field, count: usize, most: usize) {
        self.add(field, &format!("Too many: {count}"), &format!("must have at most {most} items"));
    }

    /// `FIELD: Too long: may not be more than MOST bytes`
    pub(crate) fn too_long(&mut self, field: &Field, most: u64) {
        self.add(field, "Too long", &format!("may not be more than {most} bytes"));
    }

    fn add(&mut self, field: &Field, what: &str, detail: &str) {
        let mut text = format!("{}: {what}", field.text());
        if !detail.is_empty() {
            let _ = write!(text, ": {detail}");
        }
        if self.texts.insert(text.clone()) {
            self.found.push(FieldError { path: field.steps(), text });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<FieldError> {
        self.found
    }
}
