//! Pod templates in which no container stands: there is nothing in them to judge.

use super::document::{Judge, Outcome};
use crate::finding::Severity;
use crate::manifest::kinds;
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::rules::id;
use crate::yaml::locate::walk_into;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId};

/// The lists of a pod that hold containers.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Where the containers of some templates stand in their object.
pub(super) fn lists_of(templates: &[Template]) -> Vec<FieldPath> {
    let spec = FieldPath::of("spec");
    let lists = |template: &Template| LISTS.map(|list| template.locate(&spec.field(list)));
    templates.iter().flat_map(lists).collect()
}

impl Judge<'_, '_> {
    /// Says of a template without containers that nothing of it was judged. An error if containers stand elsewhere in the
    /// object than in its `lists`, where nothing reads them.
    pub fn no_containers(&self, object: &Object, template: &Template, lists: &[FieldPath], outcome: &mut Outcome) {
        if !template.spec.containers.is_empty() {
            return;
        }
        let list = template.locate(&FieldPath::of("spec.containers"));
        let refused = if kinds::is_built_in(object) {
            format!("; Kubernetes refuses the object ({list}: Required value)")
        } else {
            String::new()
        };
        let (severity, span, path, message) = if let Some((at, key)) = self.stray_containers(object, lists) {
            let message =
                format!("the containers at {at} are lost: nothing reads them there, write them to {list}{refused}");
            (Severity::Error, self.tree.span(key), at, message)
        } else {
            let span = self.locator.locate(object.node, &list).span;
            let message = format!("{list} holds no container, so that there is nothing to judge{refused}");
            (Severity::Warning, span, list, message)
        };
        let finding = self.finding(object, id::NO_CONTAINERS, span, message);
        outcome.push(finding.severity(severity).path(path));
    }

    /// The first place at which containers stand in an object besides these lists, and the key to show.
    fn stray_containers(&self, object: &Object, lists: &[FieldPath]) -> Option<(FieldPath, NodeId)> {
        let mut found = None;
        walk_into(self.tree, object.node, |key, node, path| {
            let is_apart = matches!(path, [Segment::Field(root), ..] if matches!(root.as_ref(), "metadata" | "status"));
            if found.is_some() || is_apart || lists.iter().any(|list| list.segments() == path) {
                return false;
            }
            if let Some(Segment::Field(name)) = path.last()
                && self.holds_containers(name, node)
            {
                found = Some((FieldPath::new(path.to_vec()), key.unwrap_or(node)));
            }
            found.is_none()
        });
        found
    }

    /// Whether a value is a list of containers, by what stands in it, or a container by itself.
    fn holds_containers(&self, name: &str, node: NodeId) -> bool {
        let tree = self.tree;
        let is = |node, kind| tree.kind(tree.resolve(node)) == kind;
        let names_image = |node| tree.get(node, "image").is_some_and(|image| is(image, Kind::Scalar));
        match tree.kind(tree.resolve(node)) {
            Kind::Sequence => {
                let mut elements = tree.elements(node).filter(|&element| is(element, Kind::Mapping));
                elements.any(|element| names_image(element) || LISTS.contains(&name))
            }
            Kind::Mapping => names_image(node) && tree.get(node, "name").is_some(),
            Kind::Scalar | Kind::Alias => false,
        }
    }
}
