//! One pod template judged by every level and version, and what its object says of its place in a cluster.

use super::completeness::Completeness;
use super::document::Judge;
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::pod_security::check::Pod;
use crate::pod_security::evaluator::{boundaries, evaluate};
use crate::pod_security::{Level, defaults};
use crate::rules;
use crate::verdict::{LevelSurvey, Obstacle, Owner};
use crate::yaml::path::FieldPath;
use crate::yaml::scalar::Scalar;
use crate::yaml::tree::NodeId;

impl Judge<'_, '_> {
    /// Judges a template by every level and version that the cluster knows.
    pub fn level_survey(&self, object: &Object, template: &Template, completeness: &Completeness) -> LevelSurvey {
        let mut spec = template.spec.clone();
        // What defaulting changes in a Pod alone changes texts and never a verdict: texts speak of what is written.
        let is_pod = template.path.segments().is_empty();
        let defaulted = defaults::apply(is_pod, &template.annotations, &mut spec);
        let pod = Pod { annotations: &template.annotations, spec: &spec, defaulted: &defaulted };
        let mut level_survey = LevelSurvey::default();
        for (level, refused) in
            [(Level::Baseline, &mut level_survey.baseline), (Level::Restricted, &mut level_survey.restricted)]
        {
            for minor in 0..=self.options.kubernetes_version {
                let before = refused.last().copied().filter(|_| !boundaries().contains(&minor));
                let is_refused = before
                    .unwrap_or_else(|| !self.obstacles(object, template, completeness, level, minor, &pod).is_empty());
                refused.push(is_refused);
            }
            level_survey.obstacles.extend(self.obstacles(
                object,
                template,
                completeness,
                level,
                self.options.kubernetes_version,
                &pod,
            ));
        }
        level_survey.unknown = completeness.first_unknown().map(|one| self.unknown_value(one));
        self.circumstances(object, &mut level_survey);
        level_survey
    }

    /// What has to change for a level at a version. Of a pod that its controller adds to only what is stated counts.
    fn obstacles(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
        level: Level,
        minor: u32,
        pod: &Pod<'_>,
    ) -> Vec<Obstacle> {
        let mut obstacles = Vec::new();
        for denial in evaluate(level, minor, pod) {
            for violation in denial.forbidden.violations {
                let path = || template.locate(&violation.path);
                let is_stated = || self.locator.locate(object.node, &path()).value.is_some();
                if completeness.knows(path) && (completeness.complete || is_stated()) {
                    let rule = rules::of_check(denial.check.id);
                    obstacles.push(Obstacle {
                        level,
                        rule,
                        container: violation.container,
                        message: violation.message,
                    });
                }
            }
        }
        obstacles
    }

    /// What the object says of its place in a cluster.
    fn circumstances(&self, object: &Object, level_survey: &mut LevelSurvey) {
        let tree = self.tree;
        let text = |node: NodeId, path: &'static str| {
            let value = self.locator.locate(node, &FieldPath::of(path)).value;
            value.and_then(|value| tree.string(value)).map(std::borrow::Cow::into_owned).unwrap_or_default()
        };
        level_survey.uid = text(object.node, "metadata.uid");
        if let Some(owners) = self.locator.locate(object.node, &FieldPath::of("metadata.ownerReferences")).value {
            let owner = |node| Owner { uid: text(node, "uid"), kind: text(node, "kind"), name: text(node, "name") };
            level_survey.owners = tree.elements(owners).map(owner).collect();
        }
        let chart = FieldPath::of("metadata.labels").field("helm.sh/chart");
        let chart = self.locator.locate(object.node, &chart).value.and_then(|value| tree.string(value));
        level_survey.chart = chart.map(std::borrow::Cow::into_owned);
        let replicas = self.locator.locate(object.node, &FieldPath::of("spec.replicas")).value;
        let has_none = replicas.is_some_and(|replicas| matches!(tree.scalar(replicas), Ok(Scalar::Int(0))));
        let phase = text(object.node, "status.phase");
        level_survey.idle = match object.kind.as_str() {
            "ReplicaSet" => has_none,
            "Pod" => phase == "Succeeded" || phase == "Failed",
            _ => false,
        };
    }
}
