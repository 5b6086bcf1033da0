//! Does an outcome depend on what the cluster's authorizer answers?

use std::sync::{Arc, Mutex, PoisonError};

use podline_cel::{Authorizer, Decision as Answer, Request};

use super::evaluate::Evaluation;
use super::scene::Scene;
use crate::judgement::{Decision, Judgement};

/// Up to so many different questions all combinations of answers are tried; of more, one at a time is changed.
const COMBINED: usize = 4;
/// What is looked at of more questions.
const CHANGED: usize = 60;

/// The rows of an evaluation whatever the authorizer answers. Where they depend on it, only what fails in any case is
/// left of them, with a row that says that the rest is undecided.
///
/// It is evaluated with all questions answered by no, by yes, and by both mixed.
pub(super) fn decide(evaluation: &Evaluation<'_>, resource: &Request) -> Vec<Judgement> {
    let asked: Arc<Mutex<Vec<Request>>> = Arc::default();
    let count = || asked.lock().unwrap_or_else(PoisonError::into_inner).len();
    let with = |allowed: u64| {
        let scene: Scene = evaluation.scene.with_authorizer(&answer(asked.clone(), allowed), resource);
        Evaluation { scene: &scene, param: evaluation.param.clone(), ..*evaluation }.rows()
    };
    let mut rows = with(0);
    if count() == 0 {
        return rows;
    }
    let all = rows.len();
    let mut depends = false;
    // Keeps what this answer does not change.
    let mut compare = |allowed: u64| {
        if depends && !rows.iter().any(fails) {
            return;
        }
        let others = with(allowed);
        rows.retain(|row| others.iter().any(|other| is_same(row, other)));
        depends |= rows.len() < all || others.len() != all;
    };
    compare(u64::MAX);
    let several = count();
    if several > 1 && several <= COMBINED {
        (1..(1 << several) - 1).for_each(&mut compare);
    } else if several > COMBINED {
        (0..several.min(CHANGED)).flat_map(|one| [1 << one, !(1 << one)]).for_each(&mut compare);
    }
    if depends {
        let path = evaluation.policy.authorizer.as_deref().unwrap_or_default();
        // What passes says nothing while something else may fail.
        rows.retain(fails);
        rows.push(evaluation.undecided("the outcome depends on what the cluster's authorizer answers", path));
    }
    rows
}

/// Answers the questions by the bits of `allowed`, in the order in which they were first asked.
fn answer(asked: Arc<Mutex<Vec<Request>>>, allowed: u64) -> Authorizer {
    Arc::new(move |request: &Request| {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        let index = asked.iter().position(|known| known == request).unwrap_or_else(|| {
            asked.push(request.clone());
            asked.len() - 1
        });
        let allowed = allowed.checked_shr(u32::try_from(index).unwrap_or(u32::MAX)).unwrap_or(allowed) & 1 == 1;
        // An authorizer gives reasons for what it allows. Who looks at them depends on them.
        let reason = if allowed { "allowed by the cluster's authorizer" } else { "" };
        Answer { allowed, reason: reason.to_owned(), error: None }
    })
}

fn fails(row: &Judgement) -> bool {
    matches!(row.decision, Decision::Fail | Decision::Error)
}

fn is_same(one: &Judgement, other: &Judgement) -> bool {
    let outcome = |row: &Judgement| (row.rule.clone(), row.decision, row.actions);
    outcome(one) == outcome(other) && one.message == other.message
}
