//! What a rule that passes depends on: another text where it looked at nothing changes nothing.

use podline_policies::{Decision, Judgement, Step};
use serde_json::Value;

/// So many texts are changed for each row, evenly spread over the object.
const TRIED: usize = 3;

/// The rows that pass, and no longer do once some text is another on which they do not depend. `judge` says what an
/// object gets, and what it depends on.
pub fn changed(object: &Value, judge: &dyn Fn(&Value) -> Vec<Judgement>) -> Vec<String> {
    let mut texts = Vec::new();
    collect(object, &mut Vec::new(), &mut texts);
    let mut changed = Vec::new();
    for row in judge(object).iter().filter(|row| row.decision == Decision::Pass) {
        let depends = |text: &Vec<Step>| row.violations.iter().any(|one| text.starts_with(&one.path));
        let free: Vec<&Vec<Step>> = texts.iter().filter(|text| !depends(text)).collect();
        for text in free.iter().step_by((free.len() / TRIED).max(1)) {
            let other = with(object, text);
            let same = |one: &Judgement| {
                (&one.policy, &one.binding, &one.param, &one.rule, one.decision)
                    == (&row.policy, &row.binding, &row.param, &row.rule, Decision::Pass)
            };
            if !judge(&other).iter().any(same) {
                changed.push(format!("{} {:?} changes with {text:?}", row.policy, row.rule));
            }
        }
    }
    changed
}

/// The paths of all texts, but for those that say which object it is.
fn collect(value: &Value, path: &mut Vec<Step>, texts: &mut Vec<Vec<Step>>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let says_which = path.is_empty() && matches!(key.as_str(), "apiVersion" | "kind" | "metadata");
                if !says_which {
                    path.push(Step::Key(key.as_str().into()));
                    collect(value, path, texts);
                    path.pop();
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                collect(item, path, texts);
                path.pop();
            }
        }
        Value::String(_) => texts.push(path.clone()),
        _ => {}
    }
}

/// The object with another text at a path.
fn with(object: &Value, path: &[Step]) -> Value {
    let mut other = object.clone();
    let place = path.iter().try_fold(&mut other, |value, step| match step {
        Step::Key(key) => value.get_mut(&**key),
        Step::Index(index) => value.get_mut(*index),
    });
    *place.expect("a text") = "${OTHER}".into();
    other
}
