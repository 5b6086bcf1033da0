//! Preconditions and the conditions of deny rules.
//!
//! Source: kyverno `pkg/engine/variables/evaluate.go` and `operator/`.

mod compare;

use podline_jmespath::{Value, text};

use super::blame::Asked;
use super::context::Context;
use super::fault::Fault;
use super::rule::{Condition, Conditions, Operator};
use super::variables::substitute;
pub(super) use compare::Order;
use compare::compare;

/// Do the conditions hold, and what do their messages say?
pub(super) fn hold(context: &mut Context<'_>, conditions: &Conditions) -> Result<(bool, String), Fault> {
    match conditions {
        Conditions::AnyAll { any, all } => any_all(context, any.as_deref(), all),
        Conditions::List(list) => {
            let mut messages = Vec::new();
            for condition in list {
                if !evaluate(context, condition)? {
                    return Ok((false, condition.message.clone()));
                }
                messages.push(condition.message.as_str());
            }
            Ok((true, join(&messages, ";")))
        }
    }
}

fn any_all(context: &mut Context<'_>, any: Option<&[Condition]>, all: &[Condition]) -> Result<(bool, String), Fault> {
    let (mut held, mut failed) = (Vec::new(), Vec::new());
    let mut any_holds = true;
    context.asked.clear();
    if let Some(any) = any {
        any_holds = false;
        for condition in any {
            if evaluate(context, condition)? {
                any_holds = true;
                held.push(condition.message.as_str());
                break;
            }
            failed.push(condition.message.as_str());
        }
    }
    let mut all_hold = true;
    for condition in all {
        if !evaluate(context, condition)? {
            all_hold = false;
            failed.push(condition.message.as_str());
            break;
        }
        held.push(condition.message.as_str());
    }
    let holds = any_holds && all_hold;
    // The alternatives say more than what all share.
    if any.is_some() && !context.asked.is_empty() {
        context.asked.rotate_left(1);
    }
    Ok((holds, join(if holds { &held } else { &failed }, "; ")))
}

/// The texts that are not empty.
pub(super) fn join(texts: &[&str], separator: &str) -> String {
    let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    texts.join(separator)
}

fn evaluate(context: &mut Context<'_>, condition: &Condition) -> Result<bool, Fault> {
    let start = context.reads.len();
    let key = substitute(context, &condition.key)
        .map_err(|fault| fault.within("failed to substitute variables in condition key"))?;
    let middle = context.reads.len();
    let value = substitute(context, &condition.value)
        .map_err(|fault| fault.within("failed to substitute variables in condition value"))?;
    let list = |value: &Value| value.as_slice().map_or(1, <[Value]>::len);
    context.environment().budget.steps(list(&key).saturating_mul(list(&value)))?;
    let holds = compare(condition.operator, &key, &value)?;
    if holds {
        let of = |range: std::ops::Range<usize>| context.reads.get(range).unwrap_or_default().to_vec();
        let (key_reads, value_reads) = (of(start..middle), of(middle..context.reads.len()));
        let compared = Compared { operator: condition.operator, key, value };
        context.asked.push(Asked { key: key_reads, value: value_reads, compared });
    }
    Ok(holds)
}

/// A condition that holds.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    operator: Operator,
    key: Value,
    value: Value,
}

impl Compared {
    /// The elements of a list that hold by themselves.
    pub(super) fn culprits(&self) -> Vec<usize> {
        /// Of longer lists and texts the list is to blame as a whole.
        const MOST: usize = 100;
        const LONGEST: usize = 16 << 10;
        let length = |value: &Value| value.as_slice().map_or(1, <[Value]>::len);
        let is_long = |value: &Value| length(value) > MOST || text::json(value).len() > LONGEST;
        let Some(items) = self.key.as_slice().filter(|_| !is_long(&self.key) && !is_long(&self.value)) else {
            return Vec::new();
        };
        let alone =
            |item: &Value| compare(self.operator, &Value::array(vec![item.clone()]), &self.value).unwrap_or(false);
        items.iter().enumerate().filter(|(_, item)| alone(item)).map(|(at, _)| at).collect()
    }
}
