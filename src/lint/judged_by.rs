//! Who judges a pod template. Where nobody does, a run without findings says nothing.

use super::document::Judge;
use crate::config::scope::Scope;
use crate::config::severities::Weight;
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::pod_security::{Level, evaluator};
use crate::rules::{self, Families, Family};
use crate::verdict::{Evaluation, Verdict};

impl Judge<'_, '_> {
    /// Who judges a template: the Standards if that is so, and policies.
    pub fn judged_by(
        &self,
        object: &Object,
        template: &Template,
        by_standards: bool,
        by_psp: bool,
        evaluations: &[Evaluation],
    ) -> Families {
        let mut families = Families::of(by_standards.then_some(Family::Pss));
        let policies = &self.options.policies;
        if by_psp {
            families.insert(Family::Local);
        } else if !policies.is_empty() {
            let labels = self.labels(object);
            if policies.ask_about_pods(&self.subject(object, &labels, template)) {
                families.insert(Family::Local);
            }
        }
        for evaluation in evaluations {
            families.insert(evaluation.policy.engine.family());
        }
        families
    }

    /// Whether the Standards forbid something at the levels of these verdicts that the configuration does not turn off.
    pub fn is_judged_by_standards<'v>(
        &self,
        scope: Option<&Scope>,
        verdicts: impl IntoIterator<Item = &'v Verdict>,
    ) -> bool {
        let mut levels =
            verdicts.into_iter().filter(|one| one.level > Level::Privileged).map(|one| (one.level, one.resolved));
        if self.scopes.weighs_nothing() {
            return levels.next().is_some();
        }
        let is_reported = |check: &str| {
            let weight = self.scopes.weight_of(scope, rules::of_check(check), None);
            weight != Some(Weight::Off)
        };
        levels.any(|(level, minor)| evaluator::checks(level, minor).any(is_reported))
    }
}
