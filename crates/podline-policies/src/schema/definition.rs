//! What is refused in a schema: it must be structural, and its defaults must fit it.
//! Source: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go`, `…/schema/defaulting/validation.go`
//! and `…/pkg/apis/apiextensions/validation/validation.go`.
//!
//! `x-kubernetes-validations` are not read.

use std::collections::HashSet;

use podline_cel::go::Regex;
use podline_cel::quote;
use serde_json::Value;

use super::{structural, values};
use crate::field::{Errors, Field, FieldError};
use crate::json::{entries, items, text, texts};

/// What a server refuses in a schema that stands at `field`, in its order. `name` is how it calls the place.
pub(crate) fn check(schema: &Value, field: &Field, name: &str) -> Vec<FieldError> {
    let mut checker = Checker::default();
    let at = At { name: name.to_owned(), field: field.clone() };
    checker.decoded(schema, &at);
    if !checker.found.is_empty() {
        return checker.found;
    }
    checker.structural(schema, Part::Field(""), &at);
    checker.complete(schema, &at);
    checker.found.sort_by(|one, other| one.text.cmp(&other.text));
    if checker.found.is_empty() {
        checker.defaults(schema, &at);
    }
    checker.open_api(schema, &at);
    checker.found
}

/// A place in the schema: in the document, and as the server calls it.
#[derive(Clone)]
struct At {
    name: String,
    field: Field,
}

impl At {
    fn child(&self, key: &str) -> At {
        At { name: format!("{}.{key}", self.name), field: self.field.child(key) }
    }

    /// An entry of a map: `properties[x]`.
    fn entry(&self, map: &str, key: &str) -> At {
        At { name: format!("{}.{map}[{key}]", self.name), field: self.field.child(map).child(key) }
    }

    fn index(&self, list: &str, index: usize) -> At {
        At { name: format!("{}.{list}[{index}]", self.name), field: self.field.child(list).index(index) }
    }
}

/// Does a value fit?
type Fits = fn(&Value) -> bool;

/// What a schema below another is the schema of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part<'s> {
    Items,
    Field(&'s str),
    OtherFields,
}

/// The keys of a schema whose values are text, whole numbers, numbers or booleans in Go's struct.
const TEXTS: [&str; 9] = [
    "type",
    "format",
    "title",
    "description",
    "pattern",
    "$ref",
    "id",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
];
const COUNTS: [&str; 6] = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"];
const NUMBERS: [&str; 3] = ["maximum", "minimum", "multipleOf"];
const BOOLEANS: [&str; 7] = [
    "nullable",
    "uniqueItems",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
];
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const UNSUPPORTED: [&str; 6] = ["id", "$ref", "additionalItems", "patternProperties", "definitions", "dependencies"];

fn int_or_string(schema: &Value) -> bool {
    schema["x-kubernetes-int-or-string"] == true
}

fn keeps_unknown(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true
}

/// `anyOf: [{type: integer}, {type: string}]`
fn is_int_or_string_pattern(any_of: &Value) -> bool {
    *any_of == serde_json::json!([{ "type": "integer" }, { "type": "string" }])
}

#[derive(Default)]
struct Checker {
    found: Vec<FieldError>,
    texts: HashSet<String>,
}

impl Checker {
    fn add(&mut self, at: &At, what: &str) {
        let text = format!("{}: {what}", at.name);
        if self.texts.insert(text.clone()) {
            self.found.push(FieldError { path: at.field.steps(), text });
        }
    }

    fn required(&mut self, at: &At, detail: &str) {
        self.add(at, &format!("Required value: {detail}"));
    }

    fn forbidden(&mut self, at: &At, detail: &str) {
        self.add(at, &format!("Forbidden: {detail}"));
    }

    fn invalid(&mut self, at: &At, value: &Value, detail: &str) {
        self.add(at, &format!("Invalid value: {value}: {detail}"));
    }

    /// What does not fit the struct that the schema is decoded into.
    fn decoded(&mut self, schema: &Value, at: &At) {
        if !schema.is_object() {
            self.add(at, "must be an object");
            return;
        }
        let kinds: [(&[&str], Fits, &str); 4] = [
            (&TEXTS, Value::is_string, "a string"),
            (&COUNTS, |value| value.is_i64() || value.is_u64(), "a whole number"),
            (&NUMBERS, Value::is_number, "a number"),
            (&BOOLEANS, Value::is_boolean, "a boolean"),
        ];
        for (keys, fits, name) in kinds {
            for key in keys {
                if schema.get(*key).is_some_and(|value| !value.is_null() && !fits(value)) {
                    self.add(&at.child(key), &format!("must be {name}"));
                }
            }
        }
        if schema.get("required").is_some_and(|list| !list.is_null() && !items(list).all(Value::is_string)) {
            self.add(&at.child("required"), "must be a list of strings");
        }
        for (at, below) in parts(schema, at) {
            self.decoded(below, &at);
        }
    }

    fn structural(&mut self, schema: &Value, part: Part<'_>, at: &At) {
        let ty = text(&schema["type"]);
        if ty == "array" && schema["items"].is_null() {
            self.required(&at.child("items"), "must be specified");
        }
        for (part, at, below) in below(schema, at) {
            self.structural(below, part, &at);
        }
        if int_or_string(schema) {
            for key in ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] {
                if schema[key] == true {
                    let detail = "must be false if x-kubernetes-int-or-string is true";
                    self.invalid(&at.child(key), &schema[key], detail);
                }
            }
        }
        self.value_validation(schema, at, is_int_or_string_pattern(&schema["anyOf"]));
        let embedded = schema["x-kubernetes-embedded-resource"] == true;
        if embedded && ty != "object" {
            self.required(&at.child("type"), "must be object if x-kubernetes-embedded-resource is true");
        } else if ty.is_empty() && !int_or_string(schema) && !keeps_unknown(schema) {
            let detail = match part {
                Part::Items => "must not be empty for specified array items",
                Part::Field(_) | Part::OtherFields => "must not be empty for specified object fields",
            };
            self.required(&at.child("type"), detail);
        }
        if embedded && !keeps_unknown(schema) && entries(&schema["properties"]).next().is_none() {
            let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
            self.required(&at.child("properties"), detail);
        }
    }

    fn value_validation(&mut self, schema: &Value, at: &At, skips_any_of: bool) {
        for list in LISTS {
            if list == "anyOf" && skips_any_of {
                continue;
            }
            for (index, one) in items(&schema[list]).enumerate() {
                self.nested_validation(one, &at.index(list, index), list == "allOf");
            }
        }
        if schema["not"].is_object() {
            self.nested_validation(&schema["not"], &at.child("not"), false);
        }
        if let Some(pattern) = schema["pattern"].as_str()
            && let Err(why) = Regex::new(pattern)
        {
            let detail = format!("must be a valid regular expression, but isn't: {why}");
            self.invalid(&at.child("pattern"), &schema["pattern"], &detail);
        }
    }

    /// A schema below `allOf` and the like may only restrict what stands outside of it.
    fn nested_validation(&mut self, schema: &Value, at: &At, may_choose: bool) {
        self.value_validation(schema, at, may_choose && is_int_or_string_pattern(&schema["anyOf"]));
        for (_, at, below) in below(schema, at).filter(|(part, ..)| *part != Part::OtherFields) {
            self.nested_validation(below, &at, false);
        }
        for key in ["type", "title", "description"] {
            if !text(&schema[key]).is_empty() {
                self.forbidden(&at.child(key), "must be empty to be structural");
            }
        }
        for key in ["additionalProperties", "default", "x-kubernetes-list-type", "x-kubernetes-map-type"] {
            if schema.get(key).is_some_and(|value| !value.is_null() && *value != false) {
                self.forbidden(&at.child(key), "must be undefined to be structural");
            }
        }
        for key in BOOLEANS.iter().filter(|key| key.starts_with("x-") || **key == "nullable") {
            if schema[*key] == true {
                self.forbidden(&at.child(key), "must be false to be structural");
            }
        }
        if !schema["properties"]["metadata"].is_null() {
            self.forbidden(&at.entry("properties", "metadata"), "must not be specified in a nested context");
        }
    }

    /// What `allOf` and the like name must be there outside of them.
    fn complete(&mut self, schema: &Value, at: &At) {
        for (nested_at, nested) in nested(schema, at) {
            self.complete_nested(nested, schema, &nested_at, at);
        }
        for (_, at, below) in below(schema, at) {
            self.complete(below, &at);
        }
    }

    fn complete_nested(&mut self, schema: &Value, outside: &Value, at: &At, outside_at: &At) {
        for (at, nested) in nested(schema, at) {
            self.complete_nested(nested, outside, &at, outside_at);
        }
        for (part, at, below) in below(schema, at) {
            let (outside_at, outside) = match part {
                Part::Items => (outside_at.child("items"), &outside["items"]),
                Part::Field(key) => (outside_at.entry("properties", key), &outside["properties"][key]),
                Part::OtherFields => continue,
            };
            if outside.is_null() {
                self.required(&outside_at, &format!("because it is defined in {}", at.name));
            } else {
                self.complete_nested(below, outside, &at, &outside_at);
            }
        }
    }

    fn defaults(&mut self, schema: &Value, at: &At) {
        if let Some(default) = schema.get("default").filter(|default| !default.is_null()) {
            let at = at.child("default");
            // What it has too much at its root would be its own schema's.
            let whole = serde_json::json!({ "default": default });
            let around = serde_json::json!({ "properties": { "default": schema } });
            if !structural::unknown(&whole, &around).is_empty() {
                self.invalid(&at, default, "must not have unknown fields");
            }
            let mut errors = Errors::default();
            values::validate(default, schema, &Field::new(&[&at.name]), &mut errors);
            for error in errors.into_vec() {
                self.found.push(FieldError { path: at.field.steps(), text: error.text });
            }
        }
        for (_, at, below) in below(schema, at).filter(|(part, ..)| *part != Part::OtherFields) {
            self.defaults(below, &at);
        }
    }

    fn open_api(&mut self, schema: &Value, at: &At) {
        for key in UNSUPPORTED.iter().filter(|key| schema.get(**key).is_some_and(|value| !value.is_null())) {
            self.forbidden(&at.child(key), &format!("{key} is not supported"));
        }
        match text(&schema["type"]) {
            "null" => {
                self.forbidden(&at.child("type"), "type cannot be set to null, use nullable as an alternative");
            }
            "" => {}
            ty if TYPES.contains(&ty) => {}
            ty => {
                let known = TYPES.map(quote).join(", ");
                self.add(&at.child("type"), &format!("Unsupported value: {}: supported values: {known}", quote(ty)));
            }
        }
        if schema["items"].is_array() {
            self.forbidden(&at.child("items"), "items must be a schema object and not an array");
        }
        if schema["uniqueItems"] == true {
            let detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.forbidden(&at.child("uniqueItems"), detail);
        }
        let additional = &schema["additionalProperties"];
        if entries(&schema["properties"]).next().is_some() && (additional.is_object() || *additional == false) {
            let detail = "additionalProperties and properties are mutual exclusive";
            self.forbidden(&at.child("additionalProperties"), detail);
        }
        if schema["x-kubernetes-preserve-unknown-fields"] == false {
            let key = "x-kubernetes-preserve-unknown-fields";
            self.invalid(&at.child(key), &schema[key], "must be true or undefined");
        }
        self.list_and_map_types(schema, at);
        for (at, below) in parts(schema, at) {
            self.open_api(below, &at);
        }
    }

    fn list_and_map_types(&mut self, schema: &Value, at: &At) {
        for (key, wanted, known) in [
            ("x-kubernetes-map-type", "object", &["atomic", "granular"][..]),
            ("x-kubernetes-list-type", "array", &["atomic", "set", "map"][..]),
        ] {
            let Some(written) = schema[key].as_str() else { continue };
            if schema["type"] != wanted {
                self.required(&at.child("type"), &format!("must be {wanted} if {key} is specified"));
            }
            if !known.contains(&written) {
                let known: Vec<String> = known.iter().map(|one| quote(one)).collect();
                let detail = format!("Unsupported value: {}: supported values: {}", quote(written), known.join(", "));
                self.add(&at.child(key), &detail);
            }
        }
        let (keys, is_map) = (texts(&schema["x-kubernetes-list-map-keys"]), schema["x-kubernetes-list-type"] == "map");
        let keys_at = at.child("x-kubernetes-list-map-keys");
        if !keys.is_empty() && !is_map {
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            self.required(&at.child("x-kubernetes-list-type"), detail);
        }
        if is_map && keys.is_empty() {
            self.required(&keys_at, "must not be empty if x-kubernetes-list-type is map");
        }
        let known = &schema["items"]["properties"];
        if is_map && keys.iter().any(|key| known[key.as_str()].is_null()) {
            let written = &schema["x-kubernetes-list-map-keys"];
            self.invalid(&keys_at, written, "entries must all be names of item properties");
        }
    }
}

/// The schemas of what stands below: items, fields, other fields.
fn below<'s>(schema: &'s Value, at: &At) -> impl Iterator<Item = (Part<'s>, At, &'s Value)> + use<'s> {
    let mut all = Vec::new();
    if schema["items"].is_object() {
        all.push((Part::Items, at.child("items"), &schema["items"]));
    }
    let fields = entries(&schema["properties"]);
    all.extend(fields.map(|(key, below)| (Part::Field(key), at.entry("properties", key), below)));
    if schema["additionalProperties"].is_object() {
        all.push((Part::OtherFields, at.child("additionalProperties"), &schema["additionalProperties"]));
    }
    all.into_iter()
}

/// The schemas that restrict the same value.
fn nested<'s>(schema: &'s Value, at: &At) -> impl Iterator<Item = (At, &'s Value)> + use<'s> {
    let mut all = Vec::new();
    for list in LISTS {
        all.extend(items(&schema[list]).enumerate().map(|(index, one)| (at.index(list, index), one)));
    }
    if schema["not"].is_object() {
        all.push((at.child("not"), &schema["not"]));
    }
    all.into_iter()
}

/// Both.
fn parts<'s>(schema: &'s Value, at: &At) -> impl Iterator<Item = (At, &'s Value)> + use<'s> {
    below(schema, at).map(|(_, at, below)| (at, below)).chain(nested(schema, at))
}
