//! What of a policy only the cluster can tell, found without judging: what `podline policies` lists.

use serde_json::Value as Json;

use super::fault::Need;
use super::vpol::ASKING;
use crate::json::{entries, items, text};
use crate::judgement::Step;

/// Something that a rule may ask for and that no file holds. What depends on it is undecided, if it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknowable {
    /// The rule; empty for a policy without rules.
    pub rule: String,
    /// What it asks for.
    pub need: Need,
    /// The place in the document.
    pub path: Vec<Step>,
}

/// What the rules of a ClusterPolicy or Policy ask for.
pub(super) fn of_policy(policy: &Json) -> Vec<Unknowable> {
    let mut found = Vec::new();
    for (at, rule) in items(&policy["spec"]["rules"]).enumerate() {
        let mut finder = Finder { rule: text(&rule["name"]), path: Vec::new(), found: &mut found };
        finder.path.extend([Step::Key("spec".into()), Step::Key("rules".into()), Step::Index(at)]);
        finder.context(&rule["context"]);
        finder.at("validate", |finder| {
            finder.foreach(&rule["validate"]["foreach"]);
            if rule["validate"]["cel"]["paramKind"].is_object() {
                finder.at("cel", |finder| finder.at("paramKind", |finder| finder.add(Need::Cluster)));
            }
        });
    }
    found
}

/// What the expressions of a policy of `policies.kyverno.io` ask for.
pub(super) fn of_expressions(spec: &Json) -> Vec<Unknowable> {
    let mut found = Vec::new();
    let mut finder = Finder { rule: "", path: vec![Step::Key("spec".into())], found: &mut found };
    for (list, keys) in [
        ("matchConditions", &["expression"][..]),
        ("variables", &["expression"]),
        ("validations", &["expression", "messageExpression"]),
        ("auditAnnotations", &["valueExpression"]),
    ] {
        finder.each(list, &spec[list], |finder, one| {
            for key in keys {
                let asked = ASKING.iter().find(|(name, ..)| text(&one[*key]).contains(&format!("{name}(")));
                if let Some((_, _, need)) = asked {
                    finder.at(key, |finder| finder.add(*need));
                }
            }
        });
    }
    found
}

struct Finder<'f> {
    rule: &'f str,
    path: Vec<Step>,
    found: &'f mut Vec<Unknowable>,
}

impl Finder<'_> {
    fn add(&mut self, need: Need) {
        self.found.push(Unknowable { rule: self.rule.to_owned(), need, path: self.path.clone() });
    }

    fn at(&mut self, key: &str, inside: impl FnOnce(&mut Self)) {
        self.path.push(Step::Key(key.into()));
        inside(self);
        self.path.pop();
    }

    fn each(&mut self, key: &str, list: &Json, mut inside: impl FnMut(&mut Self, &Json)) {
        self.at(key, |finder| {
            for (at, one) in items(list).enumerate() {
                finder.path.push(Step::Index(at));
                inside(finder, one);
                finder.path.pop();
            }
        });
    }

    fn context(&mut self, context: &Json) {
        let of = |source: &str| match source {
            "apiCall" => Some(Need::ApiCall),
            "imageRegistry" => Some(Need::ImageRegistry),
            "globalReference" => Some(Need::GlobalReference),
            _ => None,
        };
        self.each("context", context, |finder, entry| {
            let need = entries(entry).filter(|(_, value)| !value.is_null()).find_map(|(source, _)| of(source));
            if let Some(need) = need {
                finder.add(need);
            }
        });
    }

    /// Policies that nest deeper are refused.
    fn foreach(&mut self, lists: &Json) {
        self.each("foreach", lists, |finder, one| {
            finder.context(&one["context"]);
            finder.foreach(&one["foreach"]);
        });
    }
}
