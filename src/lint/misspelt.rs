//! Pods of custom resources that nobody finds, since a field on the way to them is misspelt: `spec.templte` of a Rollout.

use std::collections::HashSet;

use super::document::{Judge, Outcome};
use crate::finding::Severity;
use crate::manifest::object::Object;
use crate::manifest::parts::Parts;
use crate::manifest::suggest::slip;
use crate::manifest::template::{Row, name_of_step};
use crate::manifest::unknown;
use crate::rules::id;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId};

/// The lists of a pod that hold containers.
const LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// A place in an object.
type Place = (FieldPath, NodeId);

/// A field that stands in the place of another: its key, where it is, and the name of the other.
struct Slip<'p> {
    key: NodeId,
    path: FieldPath,
    meant: &'p str,
}

impl Judge<'_, '_> {
    /// Says of fields that hold containers and have nearly the name of one that leads to pods, and that is not there, that
    /// nothing reads them. Returns their paths.
    pub fn misspelt_places(&self, object: &Object, row: &Row, outcome: &mut Outcome) -> Vec<FieldPath> {
        let ways = ways(row);
        let slips = ways.iter().flat_map(|way| self.slips(object, way, &ways));
        let (mut known, mut paths) = (HashSet::new(), Vec::new());
        for Slip { key, path, meant } in slips {
            // Several ways may begin alike.
            if !known.insert(key) {
                continue;
            }
            let (version, kind) = (&object.api_version, &object.kind);
            let message = format!(
                "the containers in {path} are lost: {version} {kind} has no such field, and nothing reads them there; did you \
                 mean {meant}?"
            );
            let finding = self.finding(object, id::NO_CONTAINERS, self.tree.span(key), message);
            let finding = finding.severity(Severity::Error).value(Some(self.tree.raw(key)));
            outcome.push(finding.path(path.clone()));
            paths.push(path);
        }
        paths
    }

    /// Says of a kind that has one pod template, and lacks it, that nothing reads the pods elsewhere in the object. Returns
    /// their paths.
    pub fn pods_elsewhere(&self, object: &Object, row: &Row, outcome: &mut Outcome) -> Vec<FieldPath> {
        let &[only] = row.paths else { return Vec::new() };
        // A configuration may know one of several places.
        let is_configured = self.options.templates.iter().any(|one| std::ptr::eq(*one, row));
        if !row.complete || only.contains('*') || is_configured {
            return Vec::new();
        }
        let mut paths = Vec::new();
        for (path, key) in unknown::pods(self.tree, object) {
            let name = self.tree.raw(key);
            let message = format!(
                "the {name} in {path} are lost: {} {} has its pod in {only}, and nothing reads them there",
                object.api_version, object.kind
            );
            let finding = self.finding(object, id::NO_CONTAINERS, self.tree.span(key), message);
            outcome.push(finding.severity(Severity::Error).path(path.clone()));
            paths.push(path);
        }
        paths
    }

    /// Follows a way to pods, and finds the fields that stand for a step of it.
    fn slips<'p>(&self, object: &Object, way: &'p str, ways: &[String]) -> Vec<Slip<'p>> {
        let tree = self.tree;
        let mut slips = Vec::new();
        let mut places: Vec<Place> = vec![(FieldPath::ROOT, object.node)];
        // What stands at any depth has no place of its own.
        for step in way.split('.').take_while(|step| !step.starts_with("**")) {
            let name = name_of_step(step);
            let mut next = Vec::new();
            for (path, node) in places {
                if name == "*" {
                    next.extend(self.members(&path, node));
                } else if let Some(value) = tree.get(node, name) {
                    next.push((path.field(name.to_owned()), value));
                } else {
                    slips.extend(self.slip(&path, node, name, ways));
                }
            }
            for _ in 0..(step.len() - name.len()) / "[*]".len() {
                let elements = |(path, node): Place| {
                    tree.elements(node)
                        .enumerate()
                        .map(move |(index, one)| (path.index(index), one))
                        .collect::<Vec<_>>()
                };
                next = next.into_iter().flat_map(elements).collect();
            }
            places = next;
        }
        slips
    }

    /// Every member of a mapping.
    fn members(&self, path: &FieldPath, node: NodeId) -> Vec<Place> {
        let entries = self.tree.entries(node);
        let place = |key: NodeId, value| Some((path.field(self.tree.key(key).ok()?.into_owned()), value));
        entries.filter_map(|entry| place(entry.key, entry.value)).collect()
    }

    /// The member of a mapping that has nearly this name and holds containers.
    fn slip<'p>(&self, path: &FieldPath, node: NodeId, meant: &'p str, ways: &[String]) -> Option<Slip<'p>> {
        let tree = self.tree;
        let is_step = |name: &str| ways.iter().flat_map(|way| way.split('.')).any(|one| name_of_step(one) == name);
        tree.entries(node).find_map(|entry| {
            let name = tree.key(entry.key).ok()?;
            slip(&name, [meant]).filter(|_| !is_step(&name) && self.has_containers(&name, entry.value))?;
            Some(Slip { key: entry.key, path: path.field(name.into_owned()), meant })
        })
    }

    /// Whether containers stand in a value: something with an image, or a list of a pod.
    fn has_containers(&self, name: &str, value: NodeId) -> bool {
        let tree = self.tree;
        let is = |node, kind| tree.kind(tree.resolve(node)) == kind;
        let is_mapping = |node: &NodeId| tree.kind(*node) == Kind::Mapping;
        let names_image = |node| tree.get(node, "image").is_some_and(|image| is(image, Kind::Scalar));
        let holds_list = |node| LISTS.iter().any(|list| tree.get(node, list).is_some_and(|it| is(it, Kind::Sequence)));
        let root = tree.resolve(value);
        let mut inside = std::iter::once(root).chain(tree.inside(root)).filter(is_mapping);
        LISTS.contains(&name) || inside.any(|node| names_image(node) || holds_list(node))
    }
}

/// The ways to the pods of a kind, and to their containers, as patterns.
fn ways(row: &Row) -> Vec<String> {
    let whole = row.paths.iter().map(|way| (*way).to_owned());
    whole.chain(row.decode.parts().iter().flat_map(Parts::ways)).collect()
}
