//! What a policy server makes of the answers of modules: `crates/policy-evaluator` of kubewarden-controller,
//! `admission_response_handler.rs` and `policy_group_evaluator`.

use super::answer::Answer;
use super::conditions::Failure;
use super::expression::Allowed;
use super::object::Object;
use super::policy::{By, Group, Policy};
use crate::judgement::{Actions, Decision, Judgement, Origin, Rule, Step, Violation};

impl Policy {
    /// What becomes of an object that the policy is asked about.
    pub(super) fn verdict(&self, object: &Object<'_>) -> Judgement {
        match &self.by {
            By::Module { module, .. } => self.of_answer(module.answer(object)),
            By::Group(group) => self.of_group(group, object),
        }
    }

    fn of_answer(&self, answer: Answer) -> Judgement {
        let By::Module { mutates, message: own, .. } = &self.by else { return self.undecided(String::new()) };
        // In mode monitor nobody is told, so the log has the module's words.
        let told = |message: String| if own.is_empty() || self.monitors { message } else { own.clone() };
        match answer {
            Answer::Accept => self.row(Decision::Pass, String::new(), Vec::new()),
            Answer::Mutate(_) if *mutates || self.monitors => self.row(Decision::Pass, String::new(), Vec::new()),
            Answer::Mutate(blame) => self.row(Decision::Fail, told(self.may_not_mutate()), blame),
            Answer::Refuse { message, blame } => self.row(Decision::Fail, told(message), blame),
            Answer::Error(why) => {
                let text = format!("internal server error: Guest call failure: {why}");
                self.row(Decision::Error, told(text), Vec::new())
            }
            Answer::Undecided(why) => self.undecided(why),
        }
    }

    fn may_not_mutate(&self) -> String {
        let id = self.id();
        format!(
            "Request rejected by policy {id}. The policy attempted to mutate the request, but it is currently configured to not allow mutations."
        )
    }

    /// Asks the members that the expression needs, each once.
    fn of_group(&self, group: &Group, object: &Object<'_>) -> Judgement {
        let mut answers: Vec<Option<Answer>> = group.members.iter().map(|_| None).collect();
        let allowed = group.expression.evaluate(&mut |member| {
            match answers[member].get_or_insert_with(|| group.members[member].module.answer(object)) {
                Answer::Accept => Allowed::Yes,
                // A member that wants to change the object counts as refusing, and so does one that breaks down.
                Answer::Mutate(_) | Answer::Refuse { .. } | Answer::Error(_) => Allowed::No,
                Answer::Undecided(_) => Allowed::Unknown,
            }
        });
        match allowed {
            Allowed::Yes => self.row(Decision::Pass, String::new(), Vec::new()),
            Allowed::No => {
                let blame = answers.into_iter().flatten().flat_map(blame).collect();
                self.row(Decision::Fail, group.message.clone(), blame)
            }
            Allowed::Unknown => {
                let why = answers.into_iter().flatten().find_map(|answer| match answer {
                    Answer::Undecided(why) => Some(why),
                    _ => None,
                });
                self.undecided(why.unwrap_or_default())
            }
        }
    }

    /// A match condition that cannot be evaluated. The API server refuses then, whatever the mode is.
    pub(super) fn condition_failed(&self, failure: Failure) -> Judgement {
        let index = Step::Index(failure.index);
        let path = vec![key("spec"), key("matchConditions"), index, key("expression")];
        Judgement {
            actions: Actions::DENY,
            origin: Origin { document: self.document, path },
            ..self.row(Decision::Error, failure.text, failure.reads)
        }
    }

    /// That only the cluster or a registry can tell.
    pub(super) fn undecided(&self, why: String) -> Judgement {
        self.row(Decision::Undecided, why, Vec::new())
    }

    fn row(&self, decision: Decision, message: String, violations: Vec<Violation>) -> Judgement {
        let field = match &self.by {
            By::Module { settings, .. } => settings,
            By::Group(_) => "expression",
        };
        Judgement {
            policy: self.name.clone(),
            binding: None,
            param: None,
            rule: Rule::Whole,
            decision,
            actions: self.actions(),
            message,
            reason: None,
            converted: None,
            violations,
            origin: Origin { document: self.document, path: vec![key("spec"), key(field)] },
            exempted_by: Vec::new(),
        }
    }
}

fn blame(answer: Answer) -> Vec<Violation> {
    match answer {
        Answer::Mutate(blame) | Answer::Refuse { blame, .. } => blame,
        Answer::Accept | Answer::Error(_) | Answer::Undecided(_) => Vec::new(),
    }
}

fn key(key: &str) -> Step {
    Step::Key(key.into())
}
