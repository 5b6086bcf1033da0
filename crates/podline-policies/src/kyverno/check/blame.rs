//! Which field of a policy the text of a refusal is about.

use serde_json::Value as Json;

use crate::json::{items, text};
use crate::judgement::Step;

/// The field that a text begins with, `path: spec.rules[0].validate`, or that it says to be at the path of a rule,
/// `for rule check: … at path /validate/pattern: …`. `spec` if it names none.
pub(in crate::kyverno) fn path(policy: &Json, text: &str) -> Vec<Step> {
    let written = beginning(text.strip_prefix("path: ").unwrap_or(text));
    written.or_else(|| in_rule(policy, text)).unwrap_or_else(|| vec![Step::Key("spec".into())])
}

/// The field that a text begins with.
fn beginning(text: &str) -> Option<Vec<Step>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '[' | ']');
    let written = text.split(|c| !is_part(c)).next().unwrap_or_default();
    let first = written.split('.').next().unwrap_or_default();
    if !matches!(first, "spec" | "metadata") {
        return None;
    }
    let mut path = Vec::new();
    for part in written.split('.').filter(|part| !part.is_empty()) {
        let (key, index) = part.split_once('[').unwrap_or((part, ""));
        path.push(Step::Key(key.into()));
        path.extend(index.trim_end_matches(']').parse().ok().map(Step::Index));
    }
    Some(path)
}

/// The field at the path of a rule: of the one that the text names, else of the first that has it.
fn in_rule(policy: &Json, text: &str) -> Option<Vec<Step>> {
    let (before, written) = text.split_once(" at path /")?;
    let named = before.split_once(" for rule ").map(|(_, rest)| rest.split_once(": ").map_or(rest, |(name, _)| name));
    let rules = items(&policy["spec"]["rules"]).enumerate();
    let mut rules = rules.filter(|(_, rule)| named.is_none_or(|name| is_called(rule, name)));
    let (at, steps) = rules.find_map(|(at, rule)| Some((at, steps(rule, written)?)))?;
    let prefix = [Step::Key("spec".into()), Step::Key("rules".into()), Step::Index(at)];
    Some(prefix.into_iter().chain(steps).collect())
}

/// Whether a rule is called so, or one that is made of it.
fn is_called(rule: &Json, name: &str) -> bool {
    let own = text(&rule["name"]);
    [name, name.trim_start_matches("autogen-"), name.trim_start_matches("autogen-cronjob-")].contains(&own)
}

/// The steps of a path that a text begins with, as far as a value has it; `None` if it has none of it. Keys may hold
/// slashes, and whatever else follows a path: of several keys the longest counts.
fn steps(mut value: &Json, mut written: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    loop {
        let (step, below, length) = match value {
            Json::Object(map) => {
                let found = map.iter().filter_map(|(key, below)| Some((key, below, length_of(key, written)?)));
                let Some((key, below, length)) = found.max_by_key(|(_, _, length)| *length) else { break };
                (Step::Key(key.as_str().into()), below, length)
            }
            Json::Array(list) => {
                let length = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
                let Some((at, below)) = written[..length].parse().ok().and_then(|at: usize| Some((at, list.get(at)?)))
                else {
                    break;
                };
                (Step::Index(at), below, length)
            }
            _ => break,
        };
        steps.push(step);
        value = below;
        match written[length..].strip_prefix('/') {
            Some(rest) => written = rest,
            None => break,
        }
    }
    (!steps.is_empty()).then_some(steps)
}

/// How much of a path a key takes that stands at its beginning: slashes in it may be escaped.
fn length_of(key: &str, path: &str) -> Option<usize> {
    let is_whole = |rest: &str| rest.is_empty() || rest.starts_with(['/', ':', ' ', ',']);
    let fits = |key: &str| path.strip_prefix(key).is_some_and(is_whole).then_some(key.len());
    fits(key).or_else(|| fits(&key.replace('/', "\\/")))
}
