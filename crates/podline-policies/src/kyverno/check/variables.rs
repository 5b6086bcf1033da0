//! Which variables a policy may use.

use podline_jmespath::{Expression, Value, wildcard};
use serde_json::Value as Json;

use super::{Outcome, autogen, refuse};
use crate::json::{items, text};
use crate::kyverno::fault::Fault;
use crate::kyverno::variables::{Resolve, names, substitute_with};

/// The whole policy.
pub(super) fn policy(policy: &Json, background: bool) -> Outcome {
    let rules = autogen::all_rules(policy);
    if background {
        users(policy, &rules).map_err(|why| {
            format!("only select variables are allowed in background mode. Set spec.background=false to disable background mode for this policy rule: {why}")
        })?;
    }
    for rule in &rules {
        allowed(rule, background).map_err(|why| format!("policy contains invalid variables: {why}"))?;
    }
    Ok(())
}

/// In the background nobody sends the object.
fn users(policy: &Json, rules: &[Json]) -> Outcome {
    for rule in rules {
        for block in [&rule["match"], &rule["exclude"]] {
            for filter in items(&block["any"]).chain(items(&block["all"])).chain([block]) {
                for key in ["roles", "clusterRoles", "subjects"] {
                    if items(&filter[key]).next().is_some() {
                        return refuse(format!("invalid variable used at path: {key}"));
                    }
                }
            }
        }
    }
    let mut found = None;
    each_text(policy, &mut |text| {
        let banned = [
            "serviceAccountName",
            "serviceAccountNamespace",
            "request.userInfo",
            "request.roles",
            "request.clusterRoles",
        ];
        for (name, _) in names(text) {
            if found.is_none() && banned.iter().any(|word| mentions(&name, word)) {
                found = Some(name);
            }
        }
    });
    match found {
        Some(name) => refuse(format!("variable {{{{ {name} }}}} is not allowed")),
        None => Ok(()),
    }
}

/// `[^\.](WORD)\b`; the braces stand before the name.
fn mentions(name: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(at) = name[from..].find(word).map(|at| from + at) {
        let before = name[..at].chars().next_back();
        let after = name[at + word.len()..].chars().next();
        if before != Some('.') && after.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_') {
            return true;
        }
        from = at + 1;
    }
    false
}

fn each_text(json: &Json, visit: &mut dyn FnMut(&str)) {
    match json {
        Json::String(text) => visit(text),
        Json::Array(list) => list.iter().for_each(|one| each_text(one, visit)),
        Json::Object(map) => {
            for (key, value) in map {
                visit(key);
                each_text(value, visit);
            }
        }
        _ => {}
    }
}

/// The variables of a rule, and its references.
fn allowed(rule: &Json, background: bool) -> Outcome {
    let name = text(&rule["name"]);
    for block in ["exclude", "match"] {
        let mut found = false;
        each_text(&rule[block], &mut |text| found = found || has_braces(text));
        if found {
            return refuse(format!("rule \"{name}\" should not have variables in {block} section"));
        }
    }
    let mut rule = rule.clone();
    for image in rule["verifyImages"].as_array_mut().into_iter().flatten() {
        for attestation in image["attestations"].as_array_mut().into_iter().flatten() {
            attestation["conditions"] = Json::Null;
        }
    }
    let mut known = Known { background, patterns: Vec::new() };
    known.entries(&rule["context"]);
    for list in [
        &rule["validate"]["foreach"],
        &rule["mutate"]["foreach"],
        &rule["mutate"]["targets"],
        &rule["generate"]["foreach"],
    ] {
        items(list).for_each(|one| known.entries(&one["context"]));
    }
    if items(&rule["mutate"]["targets"]).next().is_some() {
        known.patterns.push("target.*".to_owned());
        known.patterns.push("target".to_owned());
    }
    match substitute_with(&mut known, &Value::from_typed_json(&rule)) {
        Ok(_) => Ok(()),
        Err(Fault::Text(why)) => refuse(format!("variable substitution failed for rule {name}: {why}")),
        Err(_) => refuse(format!("variable substitution failed for rule {name}")),
    }
}

/// `\{\{[^{}]*\}\}`
fn has_braces(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let after = &rest[at + 2..];
        if let Some(end) = after.find(['{', '}'])
            && after[end..].starts_with("}}")
        {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// What a variable may be called.
struct Known {
    background: bool,
    patterns: Vec<String>,
}

impl Known {
    fn entries(&mut self, context: &Json) {
        for entry in items(context) {
            let name = text(&entry["name"]);
            if entry["configMap"].is_object() {
                let parts = ["data", "metadata", "data.*", "metadata.*"];
                self.patterns.extend(parts.iter().map(|part| format!("{name}.{part}")));
            } else {
                self.patterns.push(format!("{name}*"));
            }
        }
    }
}

impl Resolve for Known {
    fn resolve(&mut self, query: &str) -> Result<Value, Fault> {
        let query = query.trim();
        if query.is_empty() {
            return Err(Fault::new("invalid query (nil)"));
        }
        Expression::parse(query).map_err(|why| Fault::Text(format!("invalid JMESPath query {query}: {why}")))?;
        let query = query.replace('"', "");
        let words: &[&str] = if self.background {
            &["request.", "element", "@", "images", "image."]
        } else {
            &["request", "serviceAccountName", "serviceAccountNamespace", "element", "@", "image"]
        };
        let known = words.iter().any(|word| query.contains(word))
            || is_call(&query)
            || self.patterns.iter().any(|pattern| wildcard::matches(pattern, &query));
        if known { Ok(Value::Null) } else { Err(Fault::Text(format!("variable {query} is not known"))) }
    }

    fn pay(&self, bytes: usize) -> Result<(), Fault> {
        if bytes > 1 << 24 { Err(Fault::Budget) } else { Ok(()) }
    }
}

/// `([a-z_0-9]+\()[^{}]`
fn is_call(query: &str) -> bool {
    let bytes = query.as_bytes();
    bytes.windows(3).any(|window| {
        let word = window[0].is_ascii_lowercase() || window[0].is_ascii_digit() || window[0] == b'_';
        word && window[1] == b'(' && window[2] != b'{' && window[2] != b'}'
    })
}

/// Elements stand in `foreach` alone.
pub(super) fn elements(rule: &Json) -> Outcome {
    outside(rule, "")
}

fn outside(json: &Json, path: &str) -> Outcome {
    let check = |text: &str| {
        let found = names(text).find(|(name, _)| name.starts_with("element"));
        match found {
            Some((name, _)) if !path.contains("/foreach/") => {
                refuse(format!("variable '{name}' present outside of foreach at path {path}"))
            }
            _ => Ok(()),
        }
    };
    match json {
        Json::String(text) => check(text),
        Json::Array(list) => list.iter().enumerate().try_for_each(|(at, one)| outside(one, &format!("{path}/{at}"))),
        Json::Object(map) => map.iter().try_for_each(|(key, value)| {
            check(key)?;
            outside(value, &format!("{path}/{key}"))
        }),
        _ => Ok(()),
    }
}
