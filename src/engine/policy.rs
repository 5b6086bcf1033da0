//! A policy that was loaded, and what there is to say of it.

use std::fmt::Write as _;
use std::sync::Arc;

use podline_policies::{Actions, Judgement, Step};
use serde_json::Value;

use super::document::Document;
use super::language::{Language, NotJudged, ReadValidation};
use crate::finding::{PolicyNotes, PolicyRef, PolicySeverity, Severity};
use crate::matching::Matcher;
use crate::rules::{Rule, RuleId};

/// A policy that was loaded.
#[derive(Debug)]
pub struct LoadedPolicy {
    /// How findings name it.
    pub reference: Arc<PolicyRef>,
    /// Its rule.
    pub rule: RuleId,
    /// The rules that it has itself, where its system names them.
    pub rules: Vec<LoadedRule>,
    /// Its kind.
    pub kind: String,
    /// Its namespace; "" where it has none.
    pub namespace: String,
    /// Its document.
    pub document: Arc<Document>,
    /// What it is for: one entry for each time that its document was brought, all of which must hold.
    pub within: Vec<Vec<Matcher>>,
    /// The last day on which it judges, if it has one.
    pub until: Option<Arc<str>>,
    /// Whether it does something: it has bindings, or needs none.
    pub is_bound: bool,
    /// Its bindings.
    pub bindings: Vec<LoadedBinding>,
    /// What is done where it is not met, by itself or any binding.
    pub actions: Actions,
    /// Whether podline can tell anything by it.
    pub can_judge: bool,
    /// What podline will never decide of it.
    pub not_judged: Vec<NotJudged>,
    /// What its system in other versions makes of it.
    pub remarks: Vec<String>,
    /// Which groups and resources it matches.
    pub matches: Vec<String>,
    /// Its validations, where findings name them by their index.
    pub(super) validations: Vec<ReadValidation>,
    /// What it says of itself.
    pub(super) summary: String,
    /// Which of the documents it is.
    pub(super) number: usize,
    pub(super) language: &'static dyn Language,
}

/// A rule of a policy, as its system names it.
#[derive(Debug)]
pub struct LoadedRule {
    /// What podline calls it.
    pub id: RuleId,
    /// Where it stands in the policy.
    pub path: Vec<Step>,
    /// What it says of itself; may be empty.
    pub summary: String,
    /// What is done where it is not met.
    pub actions: Actions,
}

/// What binds a policy.
#[derive(Debug)]
pub struct LoadedBinding {
    /// Its document.
    pub document: Arc<Document>,
    /// What is done where the policy is not met.
    pub actions: Actions,
}

impl LoadedPolicy {
    /// Whether an object is one of those that it is for. `holds` tells whether all of some matchers are for the object.
    pub fn is_for(&self, holds: impl Fn(&[Matcher]) -> bool) -> bool {
        self.within.iter().any(|within| holds(within))
    }

    /// Whether it would do something about objects, and podline judges none by it.
    pub fn is_unjudged(&self) -> bool {
        let is_left_out = self.not_judged.iter().any(|one| one.is_left_out);
        is_left_out && !self.can_judge && self.is_bound && self.actions != Actions::NONE
    }

    /// What its system calls these actions.
    pub fn names(&self, actions: Actions) -> Vec<&'static str> {
        self.language.actions(&self.kind, actions)
    }

    /// What judges by it.
    pub fn language(&self) -> &'static dyn Language {
        self.language
    }

    /// The rule that a judgement comes from: one of its own, or the policy as a whole.
    pub fn rule_of(&self, judgement: &Judgement) -> RuleId {
        self.own_rule(judgement).map_or(self.rule, |rule| rule.id)
    }

    /// What is done where what a judgement comes from is not met, whatever the judgement is.
    pub fn actions_of(&self, judgement: &Judgement) -> Actions {
        self.own_rule(judgement).map_or(self.actions, |rule| rule.actions)
    }

    fn own_rule(&self, judgement: &Judgement) -> Option<&LoadedRule> {
        self.rules.iter().find(|rule| judgement.origin.path.starts_with(&rule.path))
    }

    /// The rules that it brings. Of those that it has itself the whole is no rule, but what stands for all of them.
    pub(super) fn as_rules(&self) -> Vec<Rule> {
        let rule = |id, title: String, summary: &str, actions| {
            Rule::loaded(id, title, summary.to_owned(), weight(actions)).with_page(self.page(id, summary))
        };
        let whole = rule(self.rule, self.reference.name.clone(), &self.summary, self.actions);
        let whole = whole.with_parts(self.validations.iter().map(|one| self.part(one)).collect());
        if self.rules.is_empty() {
            return vec![whole];
        }
        let own = self.rules.iter().map(|one| {
            let summary = if one.summary.is_empty() { &self.summary } else { &one.summary };
            rule(one.id, one.id.short().to_owned(), summary, one.actions)
        });
        own.chain([whole.as_group()]).collect()
    }

    /// What one of its validations says, for people.
    fn part(&self, validation: &ReadValidation) -> String {
        let ReadValidation { path, expression, message } = validation;
        let message = if message.is_empty() { &self.summary } else { message };
        let line = self.document.locate(path).start.line;
        let fence = fence(expression);
        let file = &self.reference.file;
        format!("{message}\n\n## The expression ({file}:{line})\n{fence}\n{expression}\n{fence}\n")
    }

    /// What a rule of it says, for people: its own text, and what is known of it.
    fn page(&self, id: RuleId, summary: &str) -> String {
        let PolicyRef { name, file, line, .. } = &*self.reference;
        let mut page = format!("# {id}: {name}\n\n{summary}\n");
        if id == self.rule && !self.rules.is_empty() {
            page.push_str("\n## Its rules\n");
            for rule in &self.rules {
                // Writing to a string cannot fail.
                let _ = writeln!(page, "- `{}`: {}", rule.id, self.names(rule.actions).join(", "));
            }
        }
        if !self.matches.is_empty() {
            page.push_str("\n## What it matches\n");
        }
        for resource in &self.matches {
            let _ = writeln!(page, "- `{resource}`");
        }
        let _ = writeln!(page, "\n## What is done\n");
        self.what_is_done(id, &mut page);
        let text = self.document.text();
        let fence = fence(text);
        let _ = write!(page, "\n## The {} ({file}:{line})\n{fence}yaml\n{}\n{fence}\n", self.kind, text.trim());
        page
    }

    fn what_is_done(&self, id: RuleId, page: &mut String) {
        for LoadedBinding { document, actions } in &self.bindings {
            let does = self.names(*actions).join(", ");
            let does = if does.is_empty() { "nothing" } else { &does };
            // Writing to a string cannot fail.
            let _ = writeln!(page, "- {does}, by `{}` ({}:{})", document.name, document.file.name(), document.line());
        }
        let own = self.rules.iter().find(|rule| rule.id == id);
        let actions = own.map_or(self.actions, |rule| rule.actions);
        if !self.is_bound {
            page.push_str("- nothing, since no binding names it\n");
        } else if self.bindings.is_empty() && !actions.is_empty() {
            let _ = writeln!(page, "- {}", self.names(actions).join(", "));
        }
        for one in &self.not_judged {
            let what = if self.can_judge { "does not decide all of it" } else { "does not judge by it" };
            let _ = writeln!(page, "- podline {what}: {}", one.text());
        }
        for remark in &self.remarks {
            let _ = writeln!(page, "- {remark}");
        }
    }
}

/// What encloses a text in a page.
fn fence(text: &str) -> &'static str {
    if text.contains("```") { "~~~~" } else { "```" }
}

fn weight(actions: Actions) -> Severity {
    if actions.contains(Actions::DENY) { Severity::Error } else { Severity::Warning }
}

/// What the annotations of a policy say of it.
pub(super) fn notes(value: &Value) -> PolicyNotes {
    let annotation = |key: &str| value["metadata"]["annotations"][format!("policies.kyverno.io/{key}")].as_str();
    PolicyNotes {
        source: "",
        category: annotation("category").unwrap_or_default().to_owned(),
        severity: annotation("severity").and_then(PolicySeverity::named),
        is_unscored: annotation("scored") == Some("false"),
    }
}

/// What a policy says of itself: its description, or what else its language knows.
pub(super) fn summary(value: &Value, other: Option<&str>) -> String {
    let annotations = &value["metadata"]["annotations"];
    let described = ["kubernetes.io/description", "policies.kyverno.io/description", "description"];
    let described = described.into_iter().find_map(|key| annotations[key].as_str());
    let text = described.or(other).unwrap_or("A policy of the cluster.");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
