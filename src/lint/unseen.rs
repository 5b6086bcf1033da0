//! What a custom resource holds besides pod templates that podline knows of: told, so that nothing forbidden passes in
//! silence.

use std::collections::HashSet;

use super::admission::Asked;
use super::document::{Judge, Outcome};
use super::embedded::{MAX_NESTING, Meaning};
use super::unknown::pattern;
use super::{Standard, Surveying};
use crate::config::scope::Scope;
use crate::finding::Finding;
use crate::manifest::object::{Object, inner_item, objects_at};
use crate::manifest::policies;
use crate::manifest::search::{self, Found};
use crate::manifest::settings::Setting;
use crate::manifest::template::{self, Decode, Row};
use crate::manifest::typed::Template;
use crate::manifest::unknown;
use crate::pod_security::check::{Pod, Violation};
use crate::pod_security::{Level, Mode, Version, defaults, evaluator};
use crate::rules::{self, id};
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId};

/// The fields of a pod's spec that checks read, directly or below.
const POD_FIELDS: [&str; 11] = [
    "containers",
    "ephemeralContainers",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "initContainers",
    "metadata",
    "os",
    "securityContext",
    "volumes",
];

impl Judge<'_, '_> {
    /// Looks for what an object holds besides its pod templates: objects inside of it are found, what is forbidden is
    /// told, and so is what looks like a pod. Nothing more is said of an object that is refused as a whole.
    pub fn unseen(
        &self,
        object: &Object,
        row: Option<&Row>,
        scope: Option<&Scope>,
        (templates, is_refused): (&[Template], bool),
        outcome: &mut Outcome,
    ) {
        if policies::is_policy(object) {
            return;
        }
        let mut known: Vec<FieldPath> = templates.iter().map(|template| template.path.clone()).collect();
        if unknown::is_custom(object) && !is_refused {
            if let Some(how) = unknown::rendered_elsewhere(object) {
                let detail = format!("{} {}: {how}", object.kind, object.name);
                outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Unrendered, detail });
                self.patches_of_rendered(object, scope, outcome);
                return;
            }
            self.custom(object, row, scope, templates, outcome);
            let depth = object.path.segments().len();
            let inner = outcome.inner.iter().map(|inner| FieldPath::new(inner.path.segments()[depth..].to_vec()));
            known.extend(inner);
        } else if object.holds_data() {
            self.data(object, outcome);
        }
        if let Some(row) = row.filter(|_| !is_refused) {
            known.extend(self.misspelt_places(object, row, outcome));
            if templates.is_empty() && known.is_empty() {
                known.extend(self.pods_elsewhere(object, row, outcome));
            }
        }
        self.unjudged(object, &known, outcome);
    }

    /// Looks into what an object patches whose other objects are rendered elsewhere: that is written here.
    fn patches_of_rendered(&self, object: &Object, scope: Option<&Scope>, outcome: &mut Outcome) {
        let tree = self.tree;
        let found = search::search(tree, object, &HashSet::new(), &HashSet::new(), None);
        let is_of_patch = |path: &FieldPath| {
            let patches = |segment: &Segment| matches!(segment, Segment::Field(name) if name.starts_with("patch"));
            path.segments().iter().any(patches)
        };
        for (path, node) in found.texts.iter().chain(&found.parts).filter(|(path, _)| is_of_patch(path)) {
            self.text(object, path, (*node, tree.raw(tree.resolve(*node))), Meaning::Part, scope, outcome);
        }
        let settings: Vec<Setting> = found.settings.into_iter().filter(|one| is_of_patch(&one.path)).collect();
        let why = format!("podline does not know what this {} patches", object.kind);
        self.settings(object, false, &why, scope, &settings, outcome);
    }

    /// Looks into all of a custom resource.
    fn custom(
        &self,
        object: &Object,
        row: Option<&Row>,
        scope: Option<&Scope>,
        templates: &[Template],
        outcome: &mut Outcome,
    ) {
        let tree = self.tree;
        let judged = self.judged_nodes(object, row, templates);
        let goes_on = object.nesting < MAX_NESTING;
        let is_workload = |version: &str, kind: &str| self.is_workload(version, kind);
        let roots = templates.iter().filter_map(|template| self.locator.locate(object.node, &template.path).value);
        let found = search::search(tree, object, &judged, &roots.collect(), goes_on.then_some(&is_workload));
        for (path, node) in &found.objects {
            let inner = objects_at(tree, *node, Some(inner_item(object, path)), object.path.join(path)).objects;
            outcome.inner.extend(inner.into_iter().map(|inner| Object { nesting: object.nesting + 1, ..inner }));
        }
        self.texts(object, &found, [Meaning::Objects, Meaning::PodSpec, Meaning::Part], scope, outcome);
        self.values(object, &found, outcome);
        let (version, kind) = (&object.api_version, &object.kind);
        let why = if row.is_some() {
            format!("podline does not judge this part of {version} {kind}")
        } else {
            format!("podline does not know the kind {version} {kind}")
        };
        self.settings(object, row.is_none(), &why, scope, &found.settings, outcome);
    }

    /// Counts the values of a chart that hold settings.
    pub fn values(&self, object: &Object, found: &Found, outcome: &mut Outcome) {
        if let Some(values) = &found.values {
            let detail = format!("values of a chart in {} {} ({values})", object.kind, object.name);
            outcome.skipped.push(Skipped { document: Some(self.index), reason: SkipReason::Unrendered, detail });
        }
    }

    /// Whether objects of a kind hold pod templates.
    pub fn is_workload(&self, api_version: &str, kind: &str) -> bool {
        let mut rows = self.options.templates.iter().copied().chain(template::rows());
        rows.any(|row| row.is_of_type(api_version, kind))
    }

    /// Tells which settings are forbidden where they would hold.
    pub fn settings(
        &self,
        object: &Object,
        is_unknown: bool,
        why: &str,
        scope: Option<&Scope>,
        settings: &[Setting],
        outcome: &mut Outcome,
    ) {
        if settings.is_empty() {
            return;
        }
        let standards = self.standards(object, scope);
        for setting in settings {
            let mut told: Vec<FieldPath> = Vec::new();
            for standard in &standards {
                for (check, level, rest) in self.forbidden(setting, *standard) {
                    if told.contains(&rest) {
                        continue;
                    }
                    let entry = self.entry(object, &setting.path).filter(|_| is_unknown).unwrap_or_default();
                    let rule = rules::of_check(check);
                    let why = format!("was not judged: {level} forbids it ({rule}), and {why}{entry}");
                    outcome.push(self.unjudged_setting(object, setting, &rest, &why));
                    told.push(rest);
                }
            }
        }
    }

    /// The nodes that are judged as parts of these templates.
    fn judged_nodes(&self, object: &Object, row: Option<&Row>, templates: &[Template]) -> HashSet<NodeId> {
        let tree = self.tree;
        let mut nodes = HashSet::new();
        let locate = |path: &FieldPath| self.locator.locate(object.node, path).value;
        let is_larger =
            row.is_some_and(|row| matches!(row.decode, Decode::LargerTemplates | Decode::Found | Decode::Parts(_)));
        for template in templates {
            // Fields that are not a pod's own say nothing to the judges.
            let fields_of = match template.places.as_slice() {
                [] if is_larger => locate(&template.path.field("spec")),
                [] => {
                    nodes.extend(locate(&template.path));
                    continue;
                }
                [(part, at)] if *part == FieldPath::of("spec") => locate(at),
                places => {
                    nodes.extend(places.iter().filter_map(|(_, at)| locate(at)));
                    continue;
                }
            };
            let is_of_pod = |key: NodeId| tree.key(key).is_ok_and(|key| POD_FIELDS.contains(&key.as_ref()));
            let entries = fields_of.into_iter().flat_map(|node| tree.entries(node));
            nodes.extend(entries.filter(|entry| is_of_pod(entry.key)).map(|entry| entry.value));
            nodes.extend(locate(&template.path.field("metadata")).filter(|_| is_larger));
        }
        let targets: Vec<NodeId> = nodes.iter().map(|&node| tree.resolve(node)).collect();
        nodes.extend(targets);
        nodes
    }

    /// What the pods of an object must meet.
    pub fn standards(&self, object: &Object, scope: Option<&Scope>) -> Vec<Standard> {
        if self.options.level_survey == Surveying::Alone {
            // What baseline forbids keeps both levels from being proven.
            return vec![Standard { mode: Mode::Enforce, level: Level::Baseline, version: Version::Latest }];
        }
        let Some(admission) = &self.options.admission else { return vec![self.options.standard(scope)] };
        let asked = Asked::new(admission, object, false, self.namespace_of(object), None);
        let modes = [Mode::Enforce, Mode::Warn, Mode::Audit].into_iter().filter(|&mode| asked.is_judged(mode));
        let standard = |mode| {
            let judged = asked.judging.policy.of(mode);
            Standard { mode, level: judged.level, version: judged.version }
        };
        modes.map(standard).collect()
    }

    /// What of a setting a standard forbids: the check, its level, and the place below the setting.
    fn forbidden(&self, setting: &Setting, standard: Standard) -> Vec<(&'static str, Level, FieldPath)> {
        let Setting { pod: Template { annotations, spec, .. }, .. } = setting;
        let mut spec = spec.clone();
        let defaulted = defaults::apply(false, annotations, &mut spec);
        let pod = Pod { annotations, spec: &spec, defaulted: &defaulted };
        let depth = setting.place.segments().len();
        let mut found = Vec::new();
        for denial in
            evaluator::evaluate(standard.level, standard.version.resolve(self.options.kubernetes_version), &pod)
        {
            let stated = denial.forbidden.violations.iter().filter(|one| self.is_stated(setting, one));
            let rest = |one: &Violation| if setting.is_of_go { &[] } else { &one.path.segments()[depth..] }.to_vec();
            let rest = stated.map(|one| FieldPath::new(rest(one)));
            found.extend(rest.map(|rest| (denial.check.id, denial.check.level, rest)));
        }
        found
    }

    /// Whether a violation is about something that is written in the setting, and not about what the rest of the pod
    /// lacks.
    fn is_stated(&self, setting: &Setting, violation: &Violation) -> bool {
        let (path, place) = (violation.path.segments(), setting.place.segments());
        if !path.starts_with(place) {
            return false;
        }
        let rest = FieldPath::new(path[place.len()..].to_vec());
        // Capabilities that are not all dropped are a lack too.
        rest != FieldPath::of("drop") && (setting.is_of_go || self.locator.locate(setting.value, &rest).value.is_some())
    }

    /// What a setting says at a place below it, as a finding.
    fn unjudged_setting(&self, object: &Object, setting: &Setting, rest: &FieldPath, why: &str) -> Finding {
        let tree = self.tree;
        let place = self.locator.locate(setting.value, rest);
        let value = place.value.unwrap_or(setting.value);
        let is_scalar = tree.kind(tree.resolve(value)) == Kind::Scalar;
        let span = if rest.segments().is_empty() && !is_scalar { tree.span(setting.key) } else { place.span };
        let name = FieldPath::new(setting.path.segments().last().cloned().into_iter().collect()).join(rest);
        let text = tree.text()[tree.span(value).range()].trim_end();
        let what = if is_scalar { format!("{name}: {text}") } else { name.to_string() };
        let finding = self.finding(object, id::UNJUDGED_SETTINGS, span, format!("{what} {why}"));
        finding.path(setting.path.join(rest)).value(Some(text)).build()
    }

    /// The entry of the configuration that has the pod judged which holds a setting, if all of a pod is written there.
    fn entry(&self, object: &Object, setting: &FieldPath) -> Option<String> {
        let tree = self.tree;
        let is_spec = |depth: &usize| {
            let node = self.locator.locate(object.node, &setting.prefix(*depth)).value;
            let containers = node.and_then(|node| tree.get(node, "containers"));
            containers.is_some_and(|list| tree.kind(tree.resolve(list)) == Kind::Sequence)
        };
        let depth = (1..setting.segments().len()).find(is_spec)?;
        let spec = setting.prefix(depth);
        let is_in_template = depth > 1 && spec.segments().last() == FieldPath::of("spec").segments().last();
        let path = if is_in_template { spec.prefix(depth - 1) } else { spec };
        let (version, kind) = (&object.api_version, &object.kind);
        Some(format!(" (templates: [{{apiVersion: {version}, kind: {kind}, path: {}}}])", pattern(&path)))
    }
}
