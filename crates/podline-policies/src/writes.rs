//! Which fields mutations write, as far as their text says so. What they write is not computed.

use serde_json::Value;

use crate::json::{entries, items};
use crate::judgement::{ANY_ELEMENT, Step};

/// The fields that are written; nothing where their text does not say which.
pub(crate) type Writes = Option<Vec<Vec<Step>>>;

/// Of more fields than these nobody is told which they are.
const MOST: usize = 200;

/// How much of a text is read that names fields, some parts of it more than once.
const READ: usize = 1 << 20;

/// What several write together.
pub(crate) fn all(each: impl IntoIterator<Item = Writes>) -> Writes {
    each.into_iter().try_fold(Vec::new(), |mut all, one| {
        all.extend(one?);
        (all.len() <= MOST).then_some(all)
    })
}

/// What `mutate` of a rule of Kyverno writes.
pub(crate) fn of_rule(mutate: &Value) -> Writes {
    let of = |one: &Value| {
        let merge = &one["patchStrategicMerge"];
        let merged = (!merge.is_null()).then(|| of_merge(merge));
        let patched = one["patchesJson6902"].as_str().map(of_json_patch);
        if merged.is_none() && patched.is_none() { None } else { all(merged.into_iter().chain(patched)) }
    };
    let lists = &mutate["foreach"];
    if lists.is_array() { all(items(lists).map(of)) } else { of(mutate) }
}

/// What `mutations` of a policy in CEL write.
pub(crate) fn of_mutations(mutations: &Value) -> Writes {
    all(items(mutations).map(|one| match one["applyConfiguration"]["expression"].as_str() {
        Some(applied) => of_configuration(applied),
        None => of_json_patch(one["jsonPatch"]["expression"].as_str()?),
    }))
}

/// The fields of the objects that an expression makes: `Object.spec{hostNetwork: false}`. Their types name the way to them,
/// without lists.
fn of_configuration(applied: &str) -> Writes {
    let mut found = Vec::new();
    let mut left = READ;
    for (at, _) in applied.match_indices("Object") {
        let (name, rest) = applied[at..].split_once('{')?;
        left = left.checked_sub(name.len())?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        if !name.trim_end().chars().all(is_name) {
            return None;
        }
        let way: Vec<Step> = name.trim_end().split('.').skip(1).map(|key| Step::Key(key.into())).collect();
        for (field, value) in fields(rest, &mut left)? {
            left = left.checked_sub(value.len())?;
            // What is made of other objects is written there.
            if !value.contains("Object") {
                found.push([&way[..], &[Step::Key(field.into())]].concat());
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The fields of a struct up to the brace that ends it, each with the text of its value.
fn fields<'t>(rest: &'t str, left: &mut usize) -> Option<Vec<(&'t str, &'t str)>> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut found = Vec::new();
    for (at, c) in rest.char_indices() {
        *left = left.checked_sub(1)?;
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            // An escaped quote, or a text over several lines: nothing that is read here.
            (Some(_), '\\' | '\n') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, ',' | '}') if depth == 0 => {
                let field = rest[start..at].trim();
                if !field.is_empty() {
                    let (name, value) = field.split_once(':')?;
                    found.push((name.trim().trim_start_matches('?'), value));
                }
                start = at + 1;
                if c == '}' {
                    return Some(found);
                }
            }
            (None, '}' | ']' | ')') => depth = depth.checked_sub(1)?,
            (_, _) => {}
        }
    }
    None
}

/// The leaves of a patch that is merged. What stands in parentheses is asked for; that is written only behind `+`.
fn of_merge(patch: &Value) -> Writes {
    let mut found = Vec::new();
    leaves(patch, &mut Vec::new(), &mut found).then_some(found)
}

/// Adds the leaves below a path. Whether the text says which these are.
fn leaves(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) -> bool {
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        let is_clear = leaves(value, path, found);
        path.pop();
        is_clear
    };
    match value {
        Value::Object(map) if !map.is_empty() => entries(value).all(|(key, value)| {
            let is_inner = value.is_object() || value.is_array();
            let (mark, name) = match key.strip_suffix(')').and_then(|key| key.split_once('(')) {
                Some((mark, name)) => (Some(mark), name),
                None => (None, key),
            };
            let is_asked = !is_inner && mark.is_some_and(|mark| mark != "+");
            !name.contains("{{") && !name.starts_with('$') && (is_asked || below(Step::Key(name.into()), value))
        }),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            list.iter().all(|item| below(Step::Index(ANY_ELEMENT), item))
        }
        _ => {
            found.push(path.clone());
            true
        }
    }
}

/// The paths of a JSON patch that stand in a text, be it YAML, JSON or CEL.
fn of_json_patch(patch: &str) -> Writes {
    // What is moved is written where it comes from, too.
    if patch.contains("from") {
        return None;
    }
    let mut found = Vec::new();
    let mut end = 0;
    for (at, key) in patch.match_indices("path") {
        if at < end {
            continue;
        }
        let is_word = patch[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '.');
        let rest = patch[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        if let Some(rest) = rest.strip_prefix(':').filter(|_| !is_word) {
            let written = literal(rest.trim_start())?;
            end = patch.len() - rest.trim_start().len() + written.len();
            found.push(pointer(written)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The text that begins here, if it is nothing but that.
fn literal(rest: &str) -> Option<&str> {
    let is_end = |c: char| matches!(c, ',' | '}' | ')' | '\n');
    match rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => {
            let (inner, behind) = rest[1..].split_once(quote)?;
            behind.trim_start_matches([' ', '\t', '\r']).chars().next().is_none_or(is_end).then_some(inner)
        }
        None => rest.lines().next().map(str::trim),
    }
}

/// The steps of a JSON pointer.
fn pointer(written: &str) -> Option<Vec<Step>> {
    let step = |part: &str| {
        let is_index = part == "-" || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let is_variable = part.starts_with("{{") && part.ends_with("}}");
        match part {
            _ if is_index || is_variable => Some(Step::Index(ANY_ELEMENT)),
            part if part.contains("{{") => None,
            part => Some(Step::Key(part.replace("~1", "/").replace("~0", "~").into())),
        }
    };
    written.strip_prefix('/')?.split('/').map(step).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(writes: Writes) -> Option<Vec<String>> {
        let step = |step: &Step| match step {
            Step::Key(key) => key.to_string(),
            Step::Index(_) => "*".to_owned(),
        };
        Some(writes?.iter().map(|path| path.iter().map(step).collect::<Vec<_>>().join(".")).collect())
    }

    #[test]
    fn a_merged_patch_writes_its_leaves_but_not_what_it_asks_for() {
        let patch =
            json!({ "spec": { "containers": [{ "(name)": "*", "securityContext": { "+(runAsNonRoot)": true } }] } });
        let rule = of_rule(&json!({ "patchStrategicMerge": patch }));
        assert_eq!(texts(rule), Some(vec!["spec.containers.*.securityContext.runAsNonRoot".to_owned()]));
    }

    #[test]
    fn a_json_patch_writes_its_paths() {
        let patch = "- op: add\n  path: \"/metadata/labels/a~1b\"\n  value: {path: x}\n- {op: add, path: /spec/containers/{{elementIndex}}/image}\n";
        assert_eq!(texts(of_json_patch(patch)), None, "a value may hold a path, too");
        let patch = patch.replace("{path: x}", "x").replace("image}", "image");
        let expected = ["metadata.labels.a/b", "spec.containers.*.image"].map(str::to_owned).to_vec();
        assert_eq!(texts(of_json_patch(&patch)), Some(expected));
        let cel = "[JSONPatch{op: \"add\", path: \"/spec/replicas\", value: 1}]";
        assert_eq!(texts(of_json_patch(cel)), Some(vec!["spec.replicas".to_owned()]));
    }

    #[test]
    fn a_path_that_is_computed_is_not_known() {
        assert_eq!(of_json_patch("[JSONPatch{op: \"add\", path: \"/spec/\" + x, value: 1}]"), None);
        assert_eq!(of_json_patch("[]"), None);
        assert_eq!(of_mutations(&json!([{ "applyConfiguration": { "expression": "Object{}" } }])), None);
    }

    #[test]
    fn what_is_applied_writes_the_fields_that_it_names() {
        let applied = "object.spec.x == 1 ? Object{} : Object{spec: Object.spec{hostNetwork: false, containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: \"a{\"})}}";
        let writes = of_mutations(&json!([{ "applyConfiguration": { "expression": applied } }]));
        let expected = ["spec.hostNetwork", "spec.containers.name", "spec.containers.image"];
        assert_eq!(texts(writes), Some(expected.map(str::to_owned).to_vec()));
        assert_eq!(of_configuration("Object{spec: Object.spec{"), None);
    }
}
