//! Which ClusterRoles have a permission, those that a controller fills from others included.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Permission;
use super::role::Role;
use crate::matching::LabelSelector;

/// The ClusterRoles that have a permission, by name: the least fixpoint from roles without rules. The controller finds
/// the same; only of roles that fill each other it may keep what stood in them before.
pub(super) fn holders<'r>(roles: &'r BTreeMap<String, Role>, permission: &Permission<'_>) -> HashSet<&'r str> {
    let own = |(_, role): &(&String, &Role)| role.aggregates.is_none() && role.allows(permission);
    let mut pending: Vec<(&String, &Role)> = roles.iter().filter(own).collect();
    let mut holders: HashSet<&str> = pending.iter().map(|(name, _)| name.as_str()).collect();
    if pending.is_empty() {
        return holders;
    }
    let mut takers = Takers::new(roles);
    while let Some((_, source)) = pending.pop() {
        // A role never fills itself: it is no source before it has the permission.
        pending.extend(takers.take(source).into_iter().filter(|(name, _)| holders.insert(name.as_str())));
    }
    holders
}

type Taker<'r> = (&'r String, &'r Role, &'r LabelSelector);

/// The roles that others fill, by a label that these must have: of thousands few are asked about each.
struct Takers<'r> {
    by_label: HashMap<(&'r str, &'r str), Vec<Taker<'r>>>,
    /// Those whose selectors ask for no certain label.
    others: Vec<Taker<'r>>,
}

impl<'r> Takers<'r> {
    fn new(roles: &'r BTreeMap<String, Role>) -> Takers<'r> {
        let mut takers = Takers { by_label: HashMap::new(), others: Vec::new() };
        for (name, role) in roles {
            for selector in role.aggregates.iter().flatten() {
                let list = match selector.wanted_label() {
                    Some(label) => takers.by_label.entry(label).or_default(),
                    None => &mut takers.others,
                };
                list.push((name, role, selector));
            }
        }
        takers
    }

    /// Takes out those that a role fills: a role may be there for each of its selectors.
    fn take(&mut self, source: &'r Role) -> Vec<(&'r String, &'r Role)> {
        let label = |key: &str| source.labels.get(key).map(String::as_str);
        let mut filled: Vec<(&String, &Role)> = Vec::new();
        let mut look = |takers: &mut Vec<Taker<'r>>| {
            takers.retain(|(name, role, selector)| {
                let takes = selector.matches(label);
                filled.extend(takes.then_some((*name, *role)));
                !takes
            });
        };
        for (key, value) in &source.labels {
            if let Some(takers) = self.by_label.get_mut(&(key.as_str(), value.as_str())) {
                look(takers);
            }
        }
        look(&mut self.others);
        filled
    }
}
