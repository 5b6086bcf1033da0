//! What keywords say of arrays and objects.

use std::collections::HashMap;

use super::super::{Additional, Place, Range, Schema, as_doubles};
use super::{Checked, Path, Validator};
use crate::context::Failure;
use crate::value::{Object, Value};

impl Validator<'_> {
    pub(super) fn array(
        &self,
        schema: &Schema,
        items: &[Value],
        path: &Path<'_>,
        result: &mut Checked,
    ) -> Result<(), Failure> {
        let below = |place: Place, at: usize| self.check(place, &items[at], &path.below(&at.to_string()));
        if let (true, Some(place)) = (schema.one_for_all, schema.items.first()) {
            for at in 0..items.len() {
                result.merge(below(*place, at)?);
            }
        } else if !schema.items.is_empty() {
            for (at, place) in schema.items.iter().enumerate().take(items.len()) {
                result.merge(below(*place, at)?);
            }
            match schema.additional_items {
                Additional::Never if items.len() > schema.items.len() => {
                    let words = "No additional items allowed on array";
                    self.fail(result, path, "array_no_additional_items", words.to_owned())?;
                }
                Additional::Schema(place) => {
                    for at in schema.items.len()..items.len() {
                        result.merge(below(place, at)?);
                    }
                }
                _ => {}
            }
        }
        let Range { least, most } = schema.count;
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(least) = least.filter(|least| length < *least) {
            self.fail(result, path, "array_min_items", format!("Array must have at least {least} items"))?;
        }
        if let Some(most) = most.filter(|most| length > *most) {
            self.fail(result, path, "array_max_items", format!("Array must have at most {most} items"))?;
        }
        self.unique(schema, items, path, result)?;
        if let Some(contains) = schema.contains {
            self.contains(contains, items, path, result)?;
        }
        result.score += 1;
        Ok(())
    }

    fn unique(&self, schema: &Schema, items: &[Value], path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        if !schema.unique {
            return Ok(());
        }
        let mut seen = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(before) = seen.insert(as_doubles(item, self.context)?, at) {
                self.fail(result, path, "unique", format!("array items[{before},{at}] must be unique"))?;
            }
        }
        Ok(())
    }

    fn contains(&self, place: Place, items: &[Value], path: &Path<'_>, result: &mut Checked) -> Result<(), Failure> {
        let mut best: Option<Checked> = None;
        for (at, item) in items.iter().enumerate() {
            let one = self.check(place, item, &path.below(&at.to_string()))?;
            if one.is_valid() {
                return Ok(());
            }
            if best.as_ref().is_none_or(|best| one.score > best.score) {
                best = Some(one);
            }
        }
        self.fail(result, path, "contains", "At least one of the items must match".to_owned())?;
        if let Some(best) = best {
            result.merge(best);
        }
        Ok(())
    }

    pub(super) fn object(
        &self,
        schema: &Schema,
        entries: &Object,
        path: &Path<'_>,
        result: &mut Checked,
    ) -> Result<(), Failure> {
        let Range { least, most } = schema.size;
        let size = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        if let Some(least) = least.filter(|least| size < *least) {
            self.fail(result, path, "array_min_properties", format!("Must have at least {least} properties"))?;
        }
        if let Some(most) = most.filter(|most| size > *most) {
            self.fail(result, path, "array_max_properties", format!("Must have at most {most} properties"))?;
        }
        for key in &schema.required {
            if entries.get_str(key).is_some() {
                result.score += 1;
            } else {
                self.fail(result, path, "required", format!("{key} is required"))?;
            }
        }
        for (key, value) in entries.iter() {
            self.property(schema, key.as_str().unwrap_or_default(), value, path, result)?;
        }
        if let Some(names) = schema.property_names {
            for key in entries.keys() {
                let one = self.check(names, key, &path.again())?;
                if !one.is_valid() {
                    let name = key.as_str().unwrap_or_default();
                    let words = format!("Property name of \"{name}\" does not match");
                    self.fail(result, path, "invalid_property_name", words)?;
                    result.merge(one);
                }
            }
        }
        result.score += 1;
        Ok(())
    }

    /// By `patternProperties`, else by `additionalProperties`.
    fn property(
        &self,
        schema: &Schema,
        key: &str,
        value: &Value,
        path: &Path<'_>,
        result: &mut Checked,
    ) -> Result<(), Failure> {
        let mut matched = false;
        for (pattern, place) in &schema.pattern_properties {
            self.context.budget.steps(1 + key.len() / 16)?;
            if pattern.is_match(key) {
                matched = true;
                result.merge(self.check(*place, value, &path.below(key))?);
            }
        }
        if matched {
            result.score += 1;
            return Ok(());
        }
        self.context.budget.steps(schema.properties.len() / 8)?;
        if schema.properties.iter().any(|(known, _)| known == key) {
            return Ok(());
        }
        match schema.additional_properties {
            Additional::Any => Ok(()),
            Additional::Never => {
                let words = format!("Additional property {key} is not allowed");
                self.fail(result, path, "additional_property_not_allowed", words)
            }
            Additional::Schema(place) => {
                result.merge(self.check(place, value, &path.below(key))?);
                Ok(())
            }
        }
    }
}
