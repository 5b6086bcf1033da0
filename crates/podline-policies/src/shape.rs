//! Are the values of a document of the types that its fields have? In the words of Go's decoder.

use serde_json::Value;

use crate::field::{Field, FieldError};
use crate::judgement::Step;

/// The type of a field.
pub(crate) enum Shape {
    /// Text, by its Go type.
    Text(&'static str),
    /// A list, by the Go type of its elements.
    List(&'static str, &'static Shape),
    /// A map of texts.
    Texts,
    /// A struct.
    Struct(&'static Struct),
    /// What is not looked at here.
    Any,
}

/// A Go struct: its name, and its fields by their JSON names.
pub(crate) struct Struct {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(&'static str, Shape)],
}

pub(crate) const STRING: Shape = Shape::Text("string");
pub(crate) const STRINGS: Shape = Shape::List("string", &STRING);

/// `metav1.LabelSelector`
pub(crate) static SELECTOR: Struct = Struct {
    name: "LabelSelector",
    fields: &[
        (
            "matchExpressions",
            Shape::List(
                "v1.LabelSelectorRequirement",
                &Shape::Struct(&Struct {
                    name: "LabelSelectorRequirement",
                    fields: &[
                        ("key", STRING),
                        ("operator", Shape::Text("v1.LabelSelectorOperator")),
                        ("values", STRINGS),
                    ],
                }),
            ),
        ),
        ("matchLabels", Shape::Texts),
    ],
};

const METADATA_NAME: &str = "ObjectMeta";
/// `metav1.ObjectMeta`, of which not every field is listed.
pub(crate) const METADATA: Shape = Shape::Struct(&Struct {
    name: METADATA_NAME,
    fields: &[("annotations", Shape::Texts), ("labels", Shape::Texts), ("name", STRING), ("namespace", STRING)],
});

impl Struct {
    /// The fields of a document that this kind does not have. The server drops them, kubectl refuses them.
    pub(crate) fn unknown_fields(&'static self, document: &Value) -> Vec<FieldError> {
        let mut found = Vec::new();
        unknown(document, &Shape::Struct(self), &Field::default(), &mut found);
        found
    }

    /// The first value of a document of this kind, in a version, that has not the type of its field.
    pub(crate) fn wrong_type(&self, document: &Value, version: &str) -> Option<FieldError> {
        let kind = self.name;
        let mut wrong = wrong_field(document, self)?;
        wrong.path.reverse();
        // Go's decoder names fields, and no elements of lists or maps.
        let fields: Vec<&str> = wrong.path[..wrong.path.len() - wrong.inside]
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(&**key),
                Step::Index(_) => None,
            })
            .collect();
        let field = format!("{}.{}", wrong.of, fields.join("."));
        let text = format!(
            "{kind} in version \"{version}\" cannot be handled as a {kind}: json: cannot unmarshal {} into Go struct field {field} \
             of type {}",
            wrong.found, wrong.wanted
        );
        Some(FieldError { path: wrong.path, text })
    }
}

fn unknown(json: &Value, shape: &Shape, field: &Field, found: &mut Vec<FieldError>) {
    match (shape, json) {
        (Shape::List(_, element), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                unknown(item, element, &field.index(index), found);
            }
        }
        // Of metadata not every field is listed.
        (Shape::Struct(of), Value::Object(fields)) if of.name != METADATA_NAME => {
            for (key, value) in fields {
                match of.fields.iter().find(|(name, _)| name == key) {
                    Some((_, shape)) => unknown(value, shape, &field.child(key), found),
                    None if field.is_root() && TYPE_FIELDS.contains(&key.as_str()) => {}
                    None => {
                        let field = field.child(key);
                        let text = format!("unknown field \"{}\"", field.text());
                        found.push(FieldError { path: field.steps(), text });
                    }
                }
            }
        }
        _ => {}
    }
}

/// The fields of every document that are looked at elsewhere.
const TYPE_FIELDS: [&str; 3] = ["apiVersion", "kind", "status"];

/// A value of the wrong type. The path grows from its end while the way leads back to the root.
struct Wrong {
    path: Vec<Step>,
    /// How many of the last steps are no fields.
    inside: usize,
    of: &'static str,
    found: &'static str,
    wanted: String,
}

fn wrong_field(json: &Value, of: &Struct) -> Option<Wrong> {
    of.fields.iter().find_map(|(name, shape)| {
        let mut wrong = wrong(json.get(*name)?, shape, of)?;
        wrong.path.push(Step::Key((*name).into()));
        Some(wrong)
    })
}

fn wrong(json: &Value, shape: &Shape, of: &Struct) -> Option<Wrong> {
    let error = |json: &Value, wanted: &str| {
        let (found, wanted) = (sort(json), wanted.to_owned());
        Some(Wrong { path: Vec::new(), inside: 0, of: of.name, found, wanted })
    };
    match (shape, json) {
        (_, Value::Null) | (Shape::Any, _) | (Shape::Text(_), Value::String(_)) => None,
        (Shape::List(_, element), Value::Array(items)) => items.iter().enumerate().find_map(|(index, item)| {
            let mut wrong = wrong(item, element, of)?;
            wrong.path.push(Step::Index(index));
            Some(wrong)
        }),
        (Shape::Texts, Value::Object(entries)) => {
            let (key, value) = entries.iter().find(|(_, value)| !value.is_string() && !value.is_null())?;
            let found = error(value, "string")?;
            Some(Wrong { path: vec![Step::Key(key.as_str().into())], inside: 1, ..found })
        }
        (Shape::Struct(inner), Value::Object(_)) => wrong_field(json, inner),
        (Shape::Text(go), _) => error(json, go),
        (Shape::List(go, _), _) => error(json, &format!("[]{go}")),
        (Shape::Texts, _) => error(json, "map[string]string"),
        (Shape::Struct(inner), _) => error(json, &format!("v1.{}", inner.name)),
    }
}

/// What a value is, in the words of Go's `encoding/json`.
pub(crate) fn sort(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
