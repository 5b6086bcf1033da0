//! An object against a pattern: anchors, maps and lists.
//!
//! Source: kyverno `pkg/engine/validate`, `pkg/engine/anchor`, `pkg/engine/wildcards`.

mod anchors;
mod metadata;

use std::collections::BTreeMap;
use std::sync::Arc;

use podline_jmespath::{Budget, Map, Value, text};

use super::fault::Fault;
use super::pattern;
use anchors::has_anchors;
pub(super) use anchors::{Anchor, anchor, without_anchors};
use metadata::expand_in_metadata;

/// The deepest pattern that is walked.
const MAX_DEPTH: usize = 256;

/// What becomes of an object that does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The pattern does not concern it.
    Skip(String),
    /// It fails at a path, or, where that is empty, in a way that Kyverno calls an error. `at` is where it does in any
    /// case.
    Fail { text: String, path: String, at: String },
    /// It takes more than a policy may.
    Budget,
}

/// Matches an object.
/// `visited` takes the paths that it looks at.
pub(super) fn match_pattern(
    object: &Value,
    pattern: &Value,
    budget: &Budget,
    visited: Option<&mut Vec<String>>,
) -> Result<(), Mismatch> {
    let mut walk = Walk { keys: BTreeMap::new(), budget, depth: 0, visited };
    let Err(failure) = walk.element(object, pattern, "/") else { return Ok(()) };
    if failure.spent {
        return Err(Mismatch::Budget);
    }
    if failure.is_skip() {
        return Err(Mismatch::Skip(failure.text));
    }
    let missing = !failure.is(Kind::Negation) && walk.keys_are_missing();
    let path = if missing { String::new() } else { failure.path.clone() };
    Err(Mismatch::Fail { text: failure.text, path, at: failure.path })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Condition,
    Global,
    Negation,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Kind::Condition => "conditional anchor mismatch",
            Kind::Global => "global anchor mismatch",
            Kind::Negation => "negation anchor matched in resource",
        }
    }
}

/// Why something does not match.
#[derive(Clone, Debug)]
struct Failure {
    text: String,
    path: String,
    /// The error of an anchor is known for what it is; every other is told by its text.
    kind: Option<Kind>,
    /// A list of errors that were skipped.
    combined: bool,
    spent: bool,
}

impl Failure {
    fn new(text: String, path: &str) -> Failure {
        Failure { text, path: path.to_owned(), kind: None, combined: false, spent: false }
    }

    fn spent() -> Failure {
        Failure { spent: true, ..Failure::new(String::new(), "") }
    }

    fn anchored(kind: Kind, text: &str, path: &str) -> Failure {
        Failure { kind: Some(kind), ..Failure::new(format!("{}: {text}", kind.text()), path) }
    }

    fn is(&self, kind: Kind) -> bool {
        match self.kind {
            Some(known) => known == kind,
            None => self.text.contains(kind.text()),
        }
    }

    fn is_skip(&self) -> bool {
        self.is(Kind::Condition) || self.is(Kind::Global)
    }

    /// What was skipped, as one.
    fn combine(skipped: &[Failure], path: &str) -> Failure {
        let texts: Vec<&str> = skipped.iter().map(|failure| failure.text.as_str()).collect();
        Failure { combined: true, ..Failure::new(texts.join("; "), path) }
    }
}

type Outcome = Result<(), Failure>;

struct Walk<'w> {
    /// The anchors that were met, and whether some object has their key.
    keys: BTreeMap<Arc<str>, bool>,
    budget: &'w Budget,
    depth: usize,
    visited: Option<&'w mut Vec<String>>,
}

impl Walk<'_> {
    fn keys_are_missing(&self) -> bool {
        self.keys.iter().any(|(key, found)| !found && !matches!(anchor(key), Some((Anchor::Negation, _))))
    }

    fn element(&mut self, object: &Value, pattern: &Value, path: &str) -> Outcome {
        if self.depth > MAX_DEPTH || self.budget.steps(1 + path.len() / 64).is_err() {
            return Err(Failure::spent());
        }
        self.depth += 1;
        let outcome = self.element_within(object, pattern, path);
        self.depth -= 1;
        outcome
    }

    fn element_within(&mut self, object: &Value, pattern: &Value, path: &str) -> Outcome {
        match pattern {
            Value::Object(pattern_map) => {
                let Value::Object(map) = object else {
                    let (expected, found) = (go_type(pattern), go_type(object));
                    return Err(Failure::new(
                        format!(
                            "pattern and resource have different structures. Path: {path}. Expected {expected}, found {found}"
                        ),
                        path,
                    ));
                };
                self.note_anchors(pattern_map, map);
                self.map(map, pattern_map, path)
            }
            Value::Array(patterns) => match object {
                Value::Array(items) => self.list(items, patterns, path),
                _ => Err(Failure::new(
                    format!(
                        "validation rule failed at path {path}, resource does not satisfy the expected overlay pattern"
                    ),
                    path,
                )),
            },
            Value::Maps(_) => Err(Failure::new(format!("failed at '{path}', pattern contains unknown type"), path)),
            scalar => self.scalar(object, scalar, path),
        }
    }

    fn visit(&mut self, path: &str, elements: usize) {
        if let Some(visited) = &mut self.visited {
            visited.push(path.to_owned());
            visited.extend((0..elements).map(|at| format!("{path}{at}/")));
        }
    }

    fn scalar(&mut self, object: &Value, wanted: &Value, path: &str) -> Outcome {
        self.visit(path, object.as_slice().map_or(0, <[Value]>::len));
        let matched = match object {
            Value::Array(items) => {
                if self.budget.steps(items.len()).is_err() {
                    return Err(Failure::spent());
                }
                items.iter().all(|item| pattern::matches(item, wanted))
            }
            other => pattern::matches(other, wanted),
        };
        if matched {
            return Ok(());
        }
        let (object, wanted) = (text::format(object), text::format(wanted));
        Err(Failure::new(format!("resource value '{object}' does not match '{wanted}' at path {path}"), path))
    }

    fn note_anchors(&mut self, pattern: &Map, object: &Map) {
        for key in pattern.keys() {
            let Some((Anchor::Condition | Anchor::Existence | Anchor::Negation, name)) = anchor(key) else { continue };
            let found = self.keys.entry(key.clone()).or_insert(false);
            *found = *found || object.contains_key(name);
        }
    }

    fn map(&mut self, object: &Map, pattern: &Map, path: &str) -> Outcome {
        let pattern = expand_in_metadata(pattern, object);
        let anchored = |key: &str| {
            matches!(
                anchor(key),
                Some((Anchor::Condition | Anchor::Existence | Anchor::Equality | Anchor::Negation, _))
            )
        };
        self.anchors(object, pattern.iter().filter(|(key, _)| anchored(key)), path)?;
        for (key, wanted) in in_order(pattern.iter().filter(|(key, _)| !anchored(key))) {
            self.handle(key, wanted, object, path)?;
        }
        Ok(())
    }

    fn anchors<'p>(
        &mut self,
        object: &Map,
        anchors: impl Iterator<Item = (&'p Arc<str>, &'p Value)>,
        path: &str,
    ) -> Outcome {
        let (mut skipped, mut applied) = (Vec::new(), 0);
        for (key, wanted) in anchors {
            match self.handle(key, wanted, object, path) {
                Ok(()) => applied += 1,
                Err(failure) if failure.spent => return Err(failure),
                Err(failure) if failure.is_skip() => skipped.push(failure),
                // A failure after a sibling that was skipped does not count.
                Err(failure) => {
                    if !skipped.iter().any(|failure: &Failure| !failure.combined) {
                        return Err(failure);
                    }
                }
            }
        }
        let skips = !skipped.is_empty() && (applied == 0 || skipped.iter().any(|failure| !failure.combined));
        if skips { Err(Failure::combine(&skipped, path)) } else { Ok(()) }
    }

    /// One key of a pattern.
    fn handle(&mut self, key: &str, wanted: &Value, object: &Map, path: &str) -> Outcome {
        let (kind, name) = match anchor(key) {
            Some((Anchor::AddIfNotPresent, _)) | None => return self.plain(key, wanted, object, path),
            Some(found) => found,
        };
        let below = format!("{path}{name}/");
        self.visit(&below, 0);
        let value = object.get(name);
        match (kind, value) {
            (Anchor::Condition, None) => {
                Err(Failure::anchored(Kind::Condition, "conditional anchor key doesn't exist in the resource", &below))
            }
            (Anchor::Negation, Some(_)) => {
                Err(Failure::anchored(Kind::Negation, &format!("{below} is not allowed"), &below))
            }
            (Anchor::Condition, Some(value)) => self.anchored(Kind::Condition, value, wanted, &below),
            (Anchor::Global, Some(value)) => self.anchored(Kind::Global, value, wanted, &below),
            (Anchor::Equality, Some(value)) => self.element(value, wanted, &below),
            (Anchor::Existence, Some(value)) => self.exists(value, wanted, &below),
            (Anchor::AddIfNotPresent, _) | (_, None) => Ok(()),
        }
    }

    fn anchored(&mut self, kind: Kind, value: &Value, wanted: &Value, path: &str) -> Outcome {
        self.element(value, wanted, path).map_err(|failure| {
            if failure.spent { failure } else { Failure::anchored(kind, &failure.text, &failure.path) }
        })
    }

    fn plain(&mut self, key: &str, wanted: &Value, object: &Map, path: &str) -> Outcome {
        let value = object.get(key).unwrap_or(&Value::Null);
        if wanted.as_str() == Some("*") {
            self.visit(&format!("{path}{key}/"), 0);
            return if value.is_null() { Err(Failure::new(format!("{path}/{key} not found"), path)) } else { Ok(()) };
        }
        self.element(value, wanted, &format!("{path}{key}/"))
    }

    /// Each pattern of the list must be met by one element.
    fn exists(&mut self, value: &Value, wanted: &Value, path: &str) -> Outcome {
        let Value::Array(items) = value else {
            let found = go_type(value);
            return Err(Failure::new(
                format!(
                    "invalid resource type {found}: Existence ^ () anchor can be used only on list/array type resource"
                ),
                path,
            ));
        };
        let invalid = |kind: &str| {
            Failure::new(
                format!(
                    "invalid pattern type {}: Pattern has to be of {kind} to compare against {}",
                    go_type(wanted),
                    if kind == "list" { "resource" } else { "items in resource" }
                ),
                path,
            )
        };
        let Value::Array(patterns) = wanted else { return Err(invalid("list")) };
        for one in patterns.iter() {
            if !matches!(one, Value::Object(_)) {
                return Err(invalid("type map"));
            }
            let mut met = false;
            for (at, item) in items.iter().enumerate() {
                match self.element(item, one, &format!("{path}{at}/")) {
                    Ok(()) => {
                        met = true;
                        break;
                    }
                    Err(failure) if failure.spent => return Err(failure),
                    Err(_) => {}
                }
            }
            if !met {
                return Err(Failure::new(format!("existence anchor validation failed at path {path}"), path));
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value], patterns: &[Value], path: &str) -> Outcome {
        let Some(first) = patterns.first() else {
            return Err(Failure::new("pattern Array empty".to_owned(), path));
        };
        match first {
            Value::Object(_) => self.each(items.iter().map(|item| (item, first)), path),
            Value::Array(_) | Value::Maps(_) => {
                if items.len() < patterns.len() {
                    let (have, want) = (items.len(), patterns.len());
                    return Err(Failure::new(
                        format!(
                            "validate Array failed, array length mismatch, resource Array len is {have} and pattern Array len is {want}"
                        ),
                        "",
                    ));
                }
                self.each(items.iter().zip(patterns), path)
            }
            scalar => {
                self.visit(path, items.len());
                for item in items {
                    if self.budget.steps(1).is_err() {
                        return Err(Failure::spent());
                    }
                    if !pattern::matches(item, scalar) {
                        let (all, scalar) = (text::format(&Value::array(items.to_vec())), text::format(scalar));
                        return Err(Failure::new(
                            format!("resource value '{all}' does not match '{scalar}' at path {path}"),
                            path,
                        ));
                    }
                }
                Ok(())
            }
        }
    }

    /// Elements that are skipped do not count, unless all are.
    fn each<'v>(&mut self, pairs: impl Iterator<Item = (&'v Value, &'v Value)>, path: &str) -> Outcome {
        let (mut skipped, mut applied) = (Vec::new(), 0);
        for (at, (item, wanted)) in pairs.enumerate() {
            match self.element(item, wanted, &format!("{path}{at}/")) {
                Ok(()) => applied += 1,
                Err(failure) if !failure.spent && failure.is_skip() => skipped.push(failure),
                Err(failure) => return Err(failure),
            }
        }
        if applied == 0 && !skipped.is_empty() { Err(Failure::combine(&skipped, path)) } else { Ok(()) }
    }
}

/// Keys that are global anchors, or have anchors below them, come first, the last of them before the others.
fn in_order<'p>(keys: impl Iterator<Item = (&'p Arc<str>, &'p Value)>) -> Vec<(&'p Arc<str>, &'p Value)> {
    let (front, back): (Vec<_>, Vec<_>) =
        keys.partition(|(key, value)| matches!(anchor(key), Some((Anchor::Global, _))) || has_anchors(value));
    front.into_iter().rev().chain(back).collect()
}

/// As Go's `%T` writes it.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "float64",
        Value::Int(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Maps(_) => "[]map[string]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// A mismatch that is a fault, as such.
pub(super) fn spent() -> Fault {
    Fault::Budget
}
