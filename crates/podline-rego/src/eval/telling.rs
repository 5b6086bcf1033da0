//! Which steps of a rule serve only what it says.
//!
//! `msg := sprintf("%v", [c.name])` reads the name, but the name does not decide whether there is a message. Blame looks
//! at such steps last.

use std::collections::HashSet;

use super::plan::{Block, Collection, Op, Pattern, Replacement, Slot, Step};

/// Marks the steps whose values no condition needs.
pub(super) fn mark(steps: &mut [Step]) {
    let mut known: HashSet<Slot> = HashSet::new();
    let pure: Vec<bool> = steps
        .iter()
        .map(|step| {
            let pure = only_binds(&step.op, &known);
            each_slot(&step.op, &mut |slot| {
                known.insert(slot);
            });
            pure
        })
        .collect();
    let mut needed = HashSet::new();
    for (step, pure) in steps.iter_mut().zip(pure).rev() {
        let mut slots = Vec::new();
        made(&step.op, &mut |slot| slots.push(slot));
        step.telling = pure && slots.iter().all(|slot| !needed.contains(slot));
        if !step.telling {
            each_slot(&step.op, &mut |slot| {
                needed.insert(slot);
            });
        }
    }
}

/// Does a step only give values to variables that have none?
fn only_binds(op: &Op, known: &HashSet<Slot>) -> bool {
    let new = |pattern: &Pattern| {
        let mut all = true;
        each_in(pattern, &mut |slot| all &= !known.contains(&slot));
        all && !matches!(pattern, Pattern::Value(_))
    };
    match op {
        Op::Input { .. } | Op::Base { .. } | Op::Fields { .. } | Op::Rules { .. } | Op::Collect(_) => true,
        Op::Index { key, .. } => {
            let mut all = true;
            each_in(key, &mut |slot| all &= known.contains(&slot));
            all
        }
        Op::Unify(a, b) => new(a) || new(b),
        Op::Builtin { output, .. } | Op::Function { output, .. } => output.as_ref().is_some_and(new),
        Op::Keyed { .. } | Op::Tree { .. } | Op::Holds(_) | Op::Not(_) | Op::Every(_) | Op::With(_) => false,
    }
}

/// The slots that a step may fill.
fn made(op: &Op, each: &mut dyn FnMut(Slot)) {
    match op {
        Op::Input { into, .. }
        | Op::Base { into, .. }
        | Op::Fields { into, .. }
        | Op::Rules { into, .. }
        | Op::Keyed { into, .. }
        | Op::Tree { into, .. }
        | Op::Index { into, .. } => each(*into),
        Op::Collect(collect) => each(collect.into),
        Op::Unify(a, b) => {
            each_in(a, each);
            each_in(b, each);
        }
        Op::Builtin { output, .. } | Op::Function { output, .. } => {
            if let Some(output) = output {
                each_in(output, each);
            }
        }
        Op::Holds(_) | Op::Not(_) | Op::Every(_) | Op::With(_) => {}
    }
}

/// All slots that a step mentions.
fn each_slot(op: &Op, each: &mut dyn FnMut(Slot)) {
    made(op, each);
    match op {
        Op::Fields { from, .. } => each(*from),
        Op::Index { from, key, .. } => {
            each(*from);
            each_in(key, each);
        }
        Op::Keyed { keys, .. } | Op::Tree { keys, .. } => keys.iter().for_each(|key| each_in(key, each)),
        Op::Holds(pattern) => each_in(pattern, each),
        Op::Builtin { args, .. } | Op::Function { args, .. } => args.iter().for_each(|arg| each_in(arg, each)),
        Op::Not(block) => each_of(block, each),
        Op::Every(every) => {
            every.key.iter().chain([&every.value, &every.domain]).for_each(|pattern| each_in(pattern, each));
            each_of(&every.body, each);
        }
        Op::Collect(collect) => {
            match &collect.kind {
                Collection::Array(term) | Collection::Set(term) => each_in(term, each),
                Collection::Object(key, value, _) => {
                    each_in(key, each);
                    each_in(value, each);
                }
            }
            each_of(&collect.body, each);
        }
        Op::With(with) => {
            for (_, replacement) in &with.changes {
                if let Replacement::Value(pattern) = replacement {
                    each_in(pattern, each);
                }
            }
            each_of(&with.body, each);
        }
        Op::Input { .. } | Op::Base { .. } | Op::Rules { .. } | Op::Unify(..) => {}
    }
}

fn each_of(block: &Block, each: &mut dyn FnMut(Slot)) {
    block.steps.iter().for_each(|step| each_slot(&step.op, each));
}

fn each_in(pattern: &Pattern, each: &mut dyn FnMut(Slot)) {
    match pattern {
        Pattern::Value(_) => {}
        Pattern::Slot(slot) => each(*slot),
        Pattern::Array(items) | Pattern::Set(items) => items.iter().for_each(|item| each_in(item, each)),
        Pattern::Object(entries) => entries.iter().for_each(|(key, value)| {
            each_in(key, each);
            each_in(value, each);
        }),
    }
}
