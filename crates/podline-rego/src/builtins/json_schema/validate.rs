//! Validating documents.
//!
//! Source: `internal/gojsonschema/validation.go`.

mod collections;

use super::{Dependency, Place, Range, Schema, as_doubles, formats};
use crate::context::{Context, Failure, Halt};
use crate::decimal::Decimal;
use crate::float::Float;
use crate::number::Number;
use crate::value::{Object, Value};

/// The deepest nesting, of documents and of schemas in schemas.
const DEEPEST: usize = 256;

/// What is wrong, and where.
#[derive(Clone)]
pub(super) struct Error {
    pub(super) kind: &'static str,
    pub(super) field: String,
    pub(super) description: String,
}

/// The errors, and how well a schema fits nevertheless.
#[derive(Default)]
struct Checked {
    errors: Vec<Error>,
    score: i64,
}

impl Checked {
    fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    fn merge(&mut self, other: Checked) {
        self.errors.extend(other.errors);
        self.score += other.score;
    }
}

/// What is wrong with a document; nothing where it meets the first of the schemas.
pub(super) fn validate(schemas: &[Schema], document: &Value, context: &Context<'_>) -> Result<Vec<Error>, Failure> {
    let validator = Validator { schemas, context };
    Ok(validator.check(0, document, &Path { name: "(Root)", parent: None, depth: 0 })?.errors)
}

/// Does a number keep to a bound?
type Holds = fn(&Number, &Number) -> bool;

struct Validator<'v> {
    schemas: &'v [Schema],
    context: &'v Context<'v>,
}

/// Where in the document.
#[derive(Clone, Copy)]
struct Path<'p> {
    name: &'p str,
    parent: Option<&'p Path<'p>>,
    depth: usize,
}

impl<'p> Path<'p> {
    fn below(&'p self, name: &'p str) -> Path<'p> {
        Path { name, parent: Some(self), depth: self.depth + 1 }
    }

    /// The same place, one schema deeper.
    fn again(&self) -> Path<'p> {
        Path { depth: self.depth + 1, ..*self }
    }

    /// Without the root, unless it is the root.
    fn field(&self) -> String {
        let mut names = vec![self.name];
        let mut next = self.parent;
        while let Some(path) = next {
            names.push(path.name);
            next = path.parent;
        }
        if names.len() > 1 {
            names.pop();
        }
        names.reverse();
        names.join(".")
    }
}

impl Validator<'_> {
    fn fail(
        &self,
        result: &mut Checked,
        path: &Path<'_>,
        kind: &'static str,
        description: String,
    ) -> Result<(), Failure> {
        let field = path.field();
        self.context.budget.bytes(128 + 2 * (field.len() + description.len()))?;
        result.errors.push(Error { kind, field, description });
        result.score -= 2;
        Ok(())
    }

    fn check(&self, place: Place, value: &Value, path: &Path<'_>) -> Result<Checked, Failure> {
        let mut result = Checked::default();
        self.recurse(place, value, path, &mut result)?;
        Ok(result)
    }

    fn recurse(&self, place: Place, value: &Value, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        self.context.budget.steps(4)?;
        let Some(schema) = self.schemas.get(place).filter(|_| path.depth < DEEPEST) else {
            return Err(Failure::Halt(Halt::Budget));
        };
        if let Some(pass) = schema.pass {
            return if pass {
                Ok(())
            } else {
                self.fail(result, path, "false", "False always fails validation".to_owned())
            };
        }
        if let Some(reference) = schema.reference {
            return self.recurse(reference, value, &path.again(), result);
        }
        let given = type_of(value);
        let fits = schema.types.contains(&given) || (given == "integer" && schema.types.contains(&"number"));
        if !schema.types.is_empty() && !fits {
            let expected = match &schema.types[..] {
                [one] => (*one).to_owned(),
                several => format!("[{}]", several.join(",")),
            };
            return self.fail(
                result,
                path,
                "invalid_type",
                format!("Invalid type. Expected: {expected}, given: {given}"),
            );
        }
        self.combined(schema, value, path, result)?;
        match value {
            Value::Array(items) => self.array(schema, items, path, result)?,
            Value::Object(entries) => self.object(schema, entries, path, result)?,
            Value::Number(number) => self.number(schema, number, path, result)?,
            _ => {}
        }
        self.common(schema, value, path, result)?;
        if let Value::String(text) = value {
            self.text(schema, text, path, result)?;
        }
        if let Value::Object(entries) = value {
            for (key, place) in &schema.properties {
                if let Some(value) = entries.get_str(key) {
                    self.recurse(*place, value, &path.below(key), result)?;
                }
            }
        }
        result.score += 1;
        Ok(())
    }

    /// `anyOf`, `oneOf`, `allOf`, `not`, `dependencies`, `if`.
    fn combined(&self, schema: &Schema, value: &Value, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        let same = path.again();
        if !schema.any_of.is_empty() {
            let (valid, best) = self.best(&schema.any_of, value, &same, true)?;
            if valid == 0 {
                self.fail(result, path, "number_any_of", "Must validate at least one schema (anyOf)".to_owned())?;
                if let Some(best) = best {
                    result.merge(best);
                }
            }
        }
        if !schema.one_of.is_empty() {
            let (valid, best) = self.best(&schema.one_of, value, &same, false)?;
            if valid != 1 {
                self.fail(result, path, "number_one_of", "Must validate one and only one schema (oneOf)".to_owned())?;
                if let Some(best) = best.filter(|_| valid == 0) {
                    result.merge(best);
                }
            }
        }
        let mut valid = 0;
        for place in &schema.all_of {
            let one = self.check(*place, value, &same)?;
            valid += usize::from(one.is_valid());
            result.merge(one);
        }
        if valid != schema.all_of.len() {
            self.fail(result, path, "number_all_of", "Must validate all the schemas (allOf)".to_owned())?;
        }
        if let Some(not) = schema.not
            && self.check(not, value, &same)?.is_valid()
        {
            self.fail(result, path, "number_not", "Must not validate the schema (not)".to_owned())?;
        }
        if let Value::Object(entries) = value {
            self.dependencies(schema, entries, value, path, result)?;
        }
        self.condition(schema, value, path, result)?;
        result.score += 1;
        Ok(())
    }

    /// How many of the schemas fit, and the errors of the one that fits best of those that do not.
    fn best(
        &self,
        places: &[Place],
        value: &Value,
        path: &Path<'_>,
        first: bool,
    ) -> Result<(usize, Option<Checked>), Failure> {
        let (mut valid, mut best): (usize, Option<Checked>) = (0, None);
        for place in places {
            let one = self.check(*place, value, path)?;
            if one.is_valid() {
                valid += 1;
                if first {
                    break;
                }
            } else if valid == 0 && best.as_ref().is_none_or(|best| one.score > best.score) {
                best = Some(one);
            }
        }
        Ok((valid, best))
    }

    fn dependencies(
        &self,
        schema: &Schema,
        entries: &Object,
        value: &Value,
        path: &Path<'_>,
        result: &mut Checked,
    ) -> Result<(), Failure> {
        for (key, dependency) in &schema.dependencies {
            if entries.get_str(key).is_none() {
                continue;
            }
            match dependency {
                Dependency::Keys(keys) => {
                    for key in keys.iter().filter(|key| entries.get_str(key).is_none()) {
                        self.fail(result, path, "missing_dependency", format!("Has a dependency on {key}"))?;
                    }
                }
                Dependency::Schema(place) => self.recurse(*place, value, &path.again(), result)?,
            }
        }
        Ok(())
    }

    fn condition(&self, schema: &Schema, value: &Value, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        let Some(condition) = schema.condition else { return Ok(()) };
        let holds = self.check(condition, value, &path.again())?.is_valid();
        let (next, kind, words) = if holds {
            (schema.then, "condition_then", "Must validate \"then\" as \"if\" was valid")
        } else {
            (schema.otherwise, "condition_else", "Must validate \"else\" as \"if\" was not valid")
        };
        let Some(next) = next else { return Ok(()) };
        let checked = self.check(next, value, &path.again())?;
        if !checked.is_valid() {
            self.fail(result, path, kind, words.to_owned())?;
            result.merge(checked);
        }
        Ok(())
    }

    /// `const`, `enum`, `format`.
    fn common(&self, schema: &Schema, value: &Value, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        let field = || path.field();
        if schema.constant.is_some() || !schema.choices.is_empty() {
            let text = as_doubles(value, self.context)?;
            if let Some(constant) = schema.constant.as_ref().filter(|constant| **constant != text) {
                self.fail(result, path, "const", format!("{} does not match: {constant}", field()))?;
            }
            if !schema.choices.is_empty() && !schema.choices.contains(&text) {
                let all = schema.choices.join(", ");
                self.fail(result, path, "enum", format!("{} must be one of the following: {all}", field()))?;
            }
        }
        if let Value::String(text) = value
            && !schema.format.is_empty()
            && !formats::fits(&schema.format, text)?
        {
            self.fail(result, path, "format", format!("Does not match format '{}'", schema.format))?;
        }
        result.score += 1;
        Ok(())
    }

    fn text(&self, schema: &Schema, text: &str, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        let Range { least, most } = schema.length;
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if let Some(least) = least.filter(|least| length < *least) {
            let words = format!("String length must be greater than or equal to {least}");
            self.fail(result, path, "string_gte", words)?;
        }
        if let Some(most) = most.filter(|most| length > *most) {
            self.fail(result, path, "string_lte", format!("String length must be less than or equal to {most}"))?;
        }
        self.context.budget.steps(text.len() / 16)?;
        if let Some((pattern, _)) = schema.pattern.as_ref().filter(|(_, regex)| !regex.is_match(text)) {
            self.fail(result, path, "pattern", format!("Does not match pattern '{pattern}'"))?;
        }
        result.score += 1;
        Ok(())
    }

    fn number(&self, schema: &Schema, number: &Number, path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        if let Some(of) = &schema.multiple_of
            && !is_multiple(number, of)?
        {
            self.fail(result, path, "multiple_of", format!("Must be a multiple of {}", general(of)?))?;
        }
        let bounds: [(&Option<Number>, Holds, &'static str, &str); 4] = [
            (&schema.maximum, |a, b| a <= b, "number_lte", "less than or equal to"),
            (&schema.exclusive_maximum, |a, b| a < b, "number_lt", "less than"),
            (&schema.minimum, |a, b| a >= b, "number_gte", "greater than or equal to"),
            (&schema.exclusive_minimum, |a, b| a > b, "number_gt", "greater than"),
        ];
        for (bound, holds, kind, words) in bounds {
            if let Some(bound) = bound.as_ref().filter(|bound| !holds(number, bound)) {
                self.fail(result, path, kind, format!("Must be {words} {}", general(bound)?))?;
            }
        }
        result.score += 1;
        Ok(())
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Number(number) if is_whole(number) => "integer",
        other => other.type_name(),
    }
}

fn is_whole(number: &Number) -> bool {
    let decimal = number.decimal();
    decimal.exponent >= i64::try_from(decimal.digits.len()).unwrap_or(i64::MAX)
}

/// Exactly: 0.3 is three times 0.1.
fn is_multiple(number: &Number, of: &Number) -> Result<bool, Failure> {
    let (number, of) = (number.decimal(), of.decimal());
    let parts = |decimal: &Decimal| decimal.exponent - i64::try_from(decimal.digits.len()).unwrap_or(0);
    let least = parts(&number).min(parts(&of));
    let scaled = |decimal: &Decimal| {
        let power = u32::try_from(parts(decimal) - least).ok().filter(|power| *power <= 10_000);
        let digits: num_bigint::BigUint = decimal.digits.parse().unwrap_or_default();
        power.map(|power| digits * num_bigint::BigUint::from(10u8).pow(power))
    };
    let (Some(number), Some(of)) = (scaled(&number), scaled(&of)) else { return Err(Failure::Halt(Halt::Budget)) };
    Ok(number % of == num_bigint::BigUint::ZERO)
}

/// As Go's `big.Float` is printed.
fn general(number: &Number) -> Result<String, Failure> {
    Ok(Float::read(number)?.general())
}
