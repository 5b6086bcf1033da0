//! Compiling schemas.
//!
//! Source: `internal/gojsonschema/schema.go`, in its order: of several mistakes the first is named.

use std::collections::HashMap;
use std::sync::Arc;

use podline_cel::go::Regex;

use super::keywords::{bound, invalid_type, list, multiple_of, must_be_a, must_be_an, must_be_of_type, range, text};
use super::{Additional, Dependency, Place, Schema, as_doubles};
use crate::context::{Context, Failure, Halt};
use crate::value::{Object, Value};

const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

/// The deepest nesting of schemas, by references too.
const DEEPEST: usize = 256;

/// The draft of schemas that name none: what any of the drafts has.
const HYBRID: i64 = i64::MAX;

/// All schemas of a document; the first is the document's own.
///
/// # Errors
/// In the words of gojsonschema.
pub(super) fn compile(document: &Value, context: &Context<'_>) -> Result<Vec<Schema>, Failure> {
    let draft = match document {
        Value::Bool(_) => HYBRID,
        Value::Object(map) => match map.get_str("$schema") {
            None => HYBRID,
            Some(Value::String(url)) => draft(url),
            Some(_) => return Err(must_be_of_type("$schema", "string")),
        },
        _ => return Err(Failure::error("schema is invalid")),
    };
    let mut compiler = Compiler { document, context, draft, schemas: Vec::new(), references: HashMap::new(), depth: 0 };
    compiler.schema(document)?;
    Ok(compiler.schemas)
}

fn draft(url: &str) -> i64 {
    match url.trim_end_matches('#') {
        "http://json-schema.org/draft-04/schema" => 4,
        "http://json-schema.org/draft-06/schema" => 6,
        "http://json-schema.org/draft-07/schema" => 7,
        _ => HYBRID,
    }
}

struct Compiler<'c> {
    document: &'c Value,
    context: &'c Context<'c>,
    draft: i64,
    schemas: Vec<Schema>,
    references: HashMap<String, Place>,
    depth: usize,
}

/// Is there an identifier anywhere? It changes what references mean.
fn has_identifier(value: &Value) -> bool {
    match value {
        Value::Object(entries) => entries.iter().any(|(key, value)| {
            (matches!(key.as_str(), Some("id" | "$id")) && value.as_str().is_some()) || has_identifier(value)
        }),
        Value::Array(items) => items.iter().any(has_identifier),
        _ => false,
    }
}

impl Compiler<'_> {
    fn schema(&mut self, node: &Value) -> Result<Place, Failure> {
        let place = self.schemas.len();
        self.schemas.push(Schema::default());
        self.fill(node, place)?;
        Ok(place)
    }

    fn fill(&mut self, node: &Value, place: Place) -> Result<(), Failure> {
        self.context.budget.steps(8)?;
        self.context.budget.bytes(1_000)?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Failure::Halt(Halt::Budget));
        }
        match node {
            Value::Bool(pass) if self.draft >= 6 => self.schemas[place].pass = Some(*pass),
            Value::Object(map) => self.schemas[place] = self.keywords(map)?,
            _ => return Err(Failure::error("Expected: Valid Schema, given: Invalid JSON")),
        }
        self.depth -= 1;
        Ok(())
    }

    fn keywords(&mut self, map: &Object) -> Result<Schema, Failure> {
        let mut schema = Schema::default();
        let identifier =
            if self.draft == 4 || (self.draft == HYBRID && map.get_str("id").is_some()) { "id" } else { "$id" };
        text(map, identifier)?;
        match map.get_str("definitions") {
            None => {}
            Some(Value::Object(all)) => {
                for node in all.values() {
                    self.truth_or_schema(node, || invalid_type("Array Of Schemas", "definitions"))?;
                }
            }
            Some(_) => return Err(invalid_type("Array Of Schemas", "definitions")),
        }
        text(map, "title")?;
        text(map, "description")?;
        if let Some(reference) = text(map, "$ref")? {
            if let Some(known) = self.references.get(reference) {
                schema.reference = Some(*known);
            } else {
                schema.reference = Some(self.reference(reference)?);
                return Ok(schema);
            }
        }
        types(map, &mut schema)?;
        self.of_objects(map, &mut schema)?;
        self.of_arrays(map, &mut schema)?;
        of_numbers(map, &mut schema, self.draft)?;
        self.of_texts(map, &mut schema)?;
        self.sizes(map, &mut schema)?;
        self.of_values(map, &mut schema)?;
        self.combined(map, &mut schema)?;
        self.conditions(map, &mut schema)?;
        Ok(schema)
    }

    /// A schema, which may be a truth.
    fn truth_or_schema(&mut self, node: &Value, wrong: impl Fn() -> Failure) -> Result<Place, Failure> {
        if matches!(node, Value::Bool(_) | Value::Object(_)) { self.schema(node) } else { Err(wrong()) }
    }

    fn reference(&mut self, reference: &str) -> Result<Place, Failure> {
        let pointer = reference.strip_prefix('#').filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
        let Some(pointer) = pointer.filter(|_| !has_identifier(self.document)) else {
            return Err(Failure::undecided("json.match_schema with references to other documents"));
        };
        let mut node = self.document;
        for token in pointer.split('/').skip(1) {
            let token = podline_cel::go::query_unescape(&token.replace('+', "%2B")).map_err(Failure::Error)?;
            node = step(node, &token.replace("~1", "/").replace("~0", "~"))?;
        }
        let place = self.schemas.len();
        self.schemas.push(Schema::default());
        self.references.insert(reference.to_owned(), place);
        if !matches!(node, Value::Bool(_) | Value::Object(_)) {
            return Err(must_be_of_type("Valid Schema", "object"));
        }
        self.fill(node, place)?;
        Ok(place)
    }

    fn additional(&mut self, map: &Object, key: &str) -> Result<Additional, Failure> {
        match map.get_str(key) {
            None | Some(Value::Bool(true)) => Ok(Additional::Any),
            Some(Value::Bool(false)) => Ok(Additional::Never),
            Some(node @ Value::Object(_)) => self.schema(node).map(Additional::Schema),
            Some(_) => Err(invalid_type("boolean/Valid Schema", key)),
        }
    }

    fn pattern(&self, pattern: &str, wrong: impl Fn() -> Failure) -> Result<Arc<Regex>, Failure> {
        self.context.budget.bytes(10_000 + pattern.len() * 100)?;
        Regex::new(pattern).map(Arc::new).map_err(|_| wrong())
    }

    fn of_objects(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        match map.get_str("properties") {
            None => {}
            Some(Value::Object(all)) => {
                for (key, node) in all.iter() {
                    let place = self.schema(node)?;
                    schema.properties.push((key.as_str().unwrap_or_default().to_owned(), place));
                }
            }
            Some(_) => return Err(must_be_of_type("Properties", "object")),
        }
        schema.additional_properties = self.additional(map, "additionalProperties")?;
        match map.get_str("patternProperties") {
            None => {}
            Some(Value::Object(all)) => {
                for (key, node) in all.iter() {
                    let pattern = key.as_str().unwrap_or_default();
                    let regex =
                        self.pattern(pattern, || Failure::error(format!("Invalid regex pattern '{pattern}'")))?;
                    let place = self.schema(node)?;
                    schema.pattern_properties.push((regex, place));
                }
            }
            Some(_) => return Err(invalid_type("Valid Schema", "patternProperties")),
        }
        if let Some(node) = map.get_str("propertyNames").filter(|_| self.draft >= 6) {
            let wrong = || invalid_type("Valid Schema", "patternProperties");
            schema.property_names = Some(self.truth_or_schema(node, wrong)?);
        }
        match map.get_str("dependencies") {
            None => Ok(()),
            Some(Value::Object(all)) => self.dependencies(all, schema),
            Some(_) => Err(must_be_of_type("dependencies", "object")),
        }
    }

    fn dependencies(&mut self, all: &Object, schema: &mut Schema) -> Result<(), Failure> {
        let wrong = || must_be_of_type("Dependency", "Schema Or Array Of Strings");
        for (key, node) in all.iter() {
            let dependency = match node {
                Value::Array(keys) => {
                    let keys = keys.iter().map(|key| key.as_str().map(str::to_owned));
                    Dependency::Keys(keys.collect::<Option<_>>().ok_or_else(wrong)?)
                }
                node => Dependency::Schema(self.truth_or_schema(node, wrong)?),
            };
            schema.dependencies.push((key.as_str().unwrap_or_default().to_owned(), dependency));
        }
        Ok(())
    }

    fn of_arrays(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        let wrong = || invalid_type("Valid Schema/Array Of Schemas", "items");
        match map.get_str("items") {
            None => {}
            Some(Value::Array(nodes)) => {
                for node in nodes.iter() {
                    let place = self.truth_or_schema(node, wrong)?;
                    schema.items.push(place);
                }
            }
            Some(node) => {
                schema.items = vec![self.truth_or_schema(node, wrong)?];
                schema.one_for_all = true;
            }
        }
        schema.additional_items = self.additional(map, "additionalItems")?;
        Ok(())
    }

    fn of_texts(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        schema.length = range(map, "minLength", "maxLength")?;
        if let Some(pattern) = text(map, "pattern")? {
            let regex = self.pattern(pattern, || Failure::error("pattern must be a valid regex"))?;
            schema.pattern = Some((pattern.to_owned(), regex));
        }
        text(map, "format")?.unwrap_or_default().clone_into(&mut schema.format);
        Ok(())
    }

    fn sizes(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        schema.size = range(map, "minProperties", "maxProperties")?;
        for key in list(map, "required")? {
            let key = key.as_str().ok_or_else(|| invalid_type("string", "required"))?;
            if schema.required.iter().any(|known| known == key) {
                return Err(Failure::error("required items must be unique"));
            }
            schema.required.push(key.to_owned());
        }
        schema.count = range(map, "minItems", "maxItems")?;
        match map.get_str("uniqueItems") {
            None => {}
            Some(Value::Bool(unique)) => schema.unique = *unique,
            Some(_) => return Err(must_be_a("uniqueItems", "boolean")),
        }
        if let Some(node) = map.get_str("contains").filter(|_| self.draft >= 6) {
            schema.contains = Some(self.schema(node)?);
        }
        Ok(())
    }

    fn of_values(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        if let Some(value) = map.get_str("const").filter(|_| self.draft >= 6) {
            schema.constant = Some(as_doubles(value, self.context)?);
        }
        for value in list(map, "enum")? {
            let choice = as_doubles(value, self.context)?;
            if schema.choices.contains(&choice) {
                return Err(Failure::error("enum items must be unique"));
            }
            schema.choices.push(choice);
        }
        Ok(())
    }

    fn combined(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        for (key, places) in
            [("oneOf", &mut schema.one_of), ("anyOf", &mut schema.any_of), ("allOf", &mut schema.all_of)]
        {
            for node in list(map, key)? {
                places.push(self.schema(node)?);
            }
        }
        schema.not = self.single(map, "not")?;
        Ok(())
    }

    fn single(&mut self, map: &Object, key: &str) -> Result<Option<Place>, Failure> {
        let Some(node) = map.get_str(key) else { return Ok(None) };
        self.truth_or_schema(node, || must_be_an(key, "object")).map(Some)
    }

    fn conditions(&mut self, map: &Object, schema: &mut Schema) -> Result<(), Failure> {
        if self.draft >= 7 {
            schema.condition = self.single(map, "if")?;
            schema.then = self.single(map, "then")?;
            schema.otherwise = self.single(map, "else")?;
        }
        Ok(())
    }
}

/// A step of a pointer, with the errors of gojsonpointer.
fn step<'v>(node: &'v Value, token: &str) -> Result<&'v Value, Failure> {
    match node {
        Value::Object(map) => map.get_str(token).ok_or_else(|| Failure::error(format!("Object has no key '{token}'"))),
        Value::Array(items) => {
            let at: usize = token.parse().map_err(|_| Failure::error(format!("Invalid array index '{token}'")))?;
            let out_of_bound = || Failure::error(format!("Out of bound array[0,{}] index '{at}'", items.len()));
            items.get(at).ok_or_else(out_of_bound)
        }
        _ => Err(Failure::error(format!("Invalid token reference '{token}'"))),
    }
}

fn types(map: &Object, schema: &mut Schema) -> Result<(), Failure> {
    let wrong = || invalid_type("type", "string/Array Of Strings");
    let names = match map.get_str("type") {
        None => return Ok(()),
        Some(Value::Array(names)) => names.to_vec(),
        Some(name @ Value::String(_)) => vec![name.clone()],
        Some(_) => return Err(wrong()),
    };
    for name in names {
        let name = name.as_str().ok_or_else(wrong)?;
        let Some(known) = TYPES.iter().find(|known| **known == name) else {
            return Err(Failure::error(format!(
                "has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{}]",
                TYPES.join(" ")
            )));
        };
        if schema.types.contains(known) {
            return Err(Failure::error(format!("{name} type is duplicated")));
        }
        schema.types.push(known);
    }
    Ok(())
}

fn of_numbers(map: &Object, schema: &mut Schema, draft: i64) -> Result<(), Failure> {
    schema.multiple_of = multiple_of(map)?;
    (schema.minimum, schema.exclusive_minimum) = bound(map, "minimum", "exclusiveMinimum", draft)?;
    (schema.maximum, schema.exclusive_maximum) = bound(map, "maximum", "exclusiveMaximum", draft)?;
    Ok(())
}
