//! Which line of a configuration decides what.

use super::Decided;
use crate::yaml::tree::{Kind, NodeId, Tree};

/// The keys whose members decide for themselves.
const APART: [&str; 3] = ["admission", "rules", "waiver-policy"];

/// The keys whose elements add up.
const LISTS: [&str; 11] = [
    "accepted",
    "cluster",
    "deny",
    "exclude",
    "extends",
    "namespaces",
    "never",
    "outputs",
    "policies",
    "templates",
    "waivers",
];

/// Longer texts are cut.
const LONGEST: usize = 60;

/// The lines that decide something, in the order of the file.
pub(super) fn decided(tree: &Tree<'_>) -> Vec<Decided> {
    let mut found = Vec::new();
    let Some(root) = tree.root().map(|root| tree.resolve(root)) else { return found };
    for (key, value) in tree.pairs(root) {
        let Some(name) = tree.string(key) else { continue };
        let value = tree.resolve(value);
        if APART.contains(&name.as_ref()) && tree.kind(value) == Kind::Mapping {
            for (key, value) in tree.pairs(value) {
                if let Some(below) = tree.string(key) {
                    let adds = LISTS.contains(&below.as_ref());
                    add(tree, &format!("{name}.{below}"), adds, tree.resolve(value), &mut found);
                }
            }
        } else {
            add(tree, &name, LISTS.contains(&name.as_ref()), value, &mut found);
        }
    }
    found
}

fn add(tree: &Tree<'_>, key: &str, adds: bool, value: NodeId, found: &mut Vec<Decided>) {
    let mut one = |node: NodeId| {
        let all = tree.text()[tree.span(node).range()].trim_end();
        let text = all.lines().next().unwrap_or_default();
        let cut = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        let more = if cut < text.len() || all.lines().nth(1).is_some() { " …" } else { "" };
        found.push(Decided {
            key: key.to_owned(),
            adds,
            text: format!("{}{more}", &text[..cut]),
            span: tree.span(node),
        });
    };
    // An empty list decides nothing, but who writes that nothing is denied may believe it does.
    let is_list = tree.kind(value) == Kind::Sequence && !(key == "deny" && tree.children(value).next().is_none());
    if adds && is_list {
        tree.children(value).for_each(|element| one(tree.resolve(element)));
    } else {
        one(value);
    }
}
