//! What stands under `validate`.

use serde_json::Value as Json;

use super::{Outcome, has, present, refuse};
use crate::json::{entries, items, text};
use crate::kyverno::walk::{Anchor, anchor};

pub(super) fn validate(rule: &Json) -> Outcome {
    let json = &rule["validate"];
    if !has(rule, "validate") {
        return Ok(());
    }
    let kinds = ["pattern", "anyPattern", "deny", "foreach", "podSecurity", "cel"];
    let mut count = kinds.iter().filter(|kind| present(json, kind)).count();
    count += usize::from(items(&json["manifests"]["attestors"]).next().is_some());
    if count != 1 {
        return refuse(if count == 0 {
            ".: one of pattern, anyPattern, deny, foreach, cel must be specified"
        } else {
            ".: only one of pattern, anyPattern, deny, foreach, cel can be specified"
        });
    }
    if present(json, "pattern") {
        pattern(&json["pattern"], 0).map_err(|why| format!("pattern.{why}"))?;
    }
    if present(json, "anyPattern") && !json["anyPattern"].is_array() {
        return refuse("anyPattern: failed to deserialize anyPattern, expect array");
    }
    for one in items(&json["anyPattern"]) {
        pattern(one, 0).map_err(|why| format!("anyPattern.{why}"))?;
    }
    for one in items(&json["foreach"]) {
        if text(&one["list"]).is_empty() {
            return refuse(".: foreach.list is required");
        }
        let kinds = ["pattern", "anyPattern", "deny"].iter().filter(|kind| present(one, kind)).count();
        if kinds + usize::from(items(&one["foreach"]).next().is_some()) != 1 {
            return refuse(".: one of pattern, anyPattern, deny, or a nested foreach must be specified");
        }
    }
    if present(rule, "celPreconditions") && !present(json, "cel") {
        return refuse(".: celPrecondition can only be used with validate.cel");
    }
    cel(&json["cel"])
}

fn cel(cel: &Json) -> Outcome {
    if cel.is_null() {
        return Ok(());
    }
    if items(&cel["expressions"]).any(|one| text(&one["expression"]).is_empty()) {
        return refuse(".: cel.expressions.expression is required");
    }
    let (kind, reference) = (&cel["paramKind"], &cel["paramRef"]);
    if kind.is_null() != reference.is_null() {
        return refuse(".: cel.paramKind and cel.paramRef are required together");
    }
    if !kind.is_null() && (text(&kind["apiVersion"]).is_empty() || text(&kind["kind"]).is_empty()) {
        return refuse(".: cel.paramKind.apiVersion and kind are required");
    }
    if !reference.is_null() {
        if text(&reference["name"]).is_empty() != present(reference, "selector") {
            return refuse(".: one of cel.paramRef.name or cel.paramRef.selector must be set");
        }
        if !present(reference, "parameterNotFoundAction") {
            return refuse(".: cel.paramRef.parameterNotFoundAction is required");
        }
    }
    let incomplete = |one: &Json| text(&one["key"]).is_empty() || text(&one["valueExpression"]).is_empty();
    if items(&cel["auditAnnotations"]).any(incomplete) {
        return refuse(".: cel.auditAnnotation.key and valueExpression are required");
    }
    Ok(())
}

/// Anchors that may stand here.
fn pattern(json: &Json, depth: usize) -> Outcome {
    if depth > 128 {
        return refuse("nested too deep");
    }
    match json {
        Json::Object(map) => {
            for (key, value) in map {
                match anchor(key) {
                    Some((Anchor::AddIfNotPresent, _)) => return refuse(format!("{key}: unsupported anchor {key}")),
                    Some((Anchor::Existence, _)) if !value.is_array() => {
                        return refuse(format!("{key}.: existence anchor should have value of type list"));
                    }
                    Some((Anchor::Existence, _)) if items(value).next().is_none() => {
                        return refuse(format!("{key}.: existence anchor: should have at least one value"));
                    }
                    _ => {}
                }
                pattern(value, depth + 1)?;
            }
            Ok(())
        }
        Json::Array(list) => list.iter().try_for_each(|one| pattern(one, depth + 1)),
        _ => Ok(()),
    }
}

/// Labels and annotations of a pattern hold texts only, where Kyverno looks.
pub(super) fn labels(rule: &Json) -> Outcome {
    let validate = &rule["validate"];
    let sound = if present(validate, "foreach") {
        items(&validate["foreach"]).find(|one| one["pattern"].is_object()).is_none_or(|one| texts_only(&one["pattern"]))
    } else if validate["pattern"].is_object() {
        texts_only(&validate["pattern"])
    } else {
        items(&validate["anyPattern"]).filter(|one| one.is_object()).all(texts_only)
    };
    if sound {
        Ok(())
    } else {
        refuse("labels and annotations supports only string values, \"use double quotes around the non string values\"")
    }
}

fn texts_only(pattern: &Json) -> bool {
    let strings = |metadata: &Json| {
        ["labels", "annotations"].iter().all(|key| entries(&metadata[*key]).all(|(_, value)| value.is_string()))
    };
    if pattern["metadata"].is_object() {
        return strings(&pattern["metadata"]);
    }
    strings(&pattern["spec"]["template"]["metadata"])
}
