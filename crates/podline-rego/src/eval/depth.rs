//! How deep evaluations can be nested in each other: known before, since rules do not recur.

use super::plan::{Block, GroupId, Op, Pattern, Plan};
use crate::value::Value;

/// What a group or a block needs below itself.
#[derive(Default)]
struct Needs {
    /// How deep its own closures are.
    own: usize,
    /// The groups that are asked for, and how deep.
    groups: Vec<(GroupId, usize)>,
}

/// The depth of the deepest group.
pub(super) fn depth(plan: &Plan) -> usize {
    let needs: Vec<Needs> = (0..plan.groups.len()).map(|group| group_needs(plan, group)).collect();
    let mut depths: Vec<Option<usize>> = vec![None; needs.len()];
    let mut begun = vec![false; needs.len()];
    for root in 0..needs.len() {
        let mut waiting = vec![root];
        while let Some(&group) = waiting.last() {
            let missing = needs[group].groups.iter().map(|(below, _)| *below).find(|below| !begun[*below]);
            begun[group] = true;
            if let Some(missing) = missing {
                waiting.push(missing);
                continue;
            }
            waiting.pop();
            let below = needs[group].groups.iter().map(|(below, at)| at + depths[*below].unwrap_or(0));
            depths[group] = Some(below.max().unwrap_or(0).max(needs[group].own));
        }
    }
    depths.into_iter().flatten().max().unwrap_or(0)
}

fn group_needs(plan: &Plan, group: GroupId) -> Needs {
    let mut needs = Needs::default();
    let rules = plan.groups[group].rules.iter().chain(&plan.groups[group].default);
    for rule in rules.flat_map(|rule| std::iter::once(rule).chain(&rule.otherwise)) {
        block(plan, &rule.body, 1, &mut needs);
    }
    needs.groups.sort_unstable();
    needs.groups.dedup();
    needs
}

fn block(plan: &Plan, body: &Block, at: usize, needs: &mut Needs) {
    needs.own = needs.own.max(at);
    for step in &body.steps {
        match &step.op {
            Op::Rules { group, .. } | Op::Keyed { group, .. } | Op::Function { group, .. } => {
                needs.groups.push((*group, at));
            }
            Op::Tree { keys, .. } => tree(plan, keys, at, needs),
            Op::Not(body) => block(plan, body, at + 1, needs),
            Op::Every(every) => block(plan, &every.body, at + 1, needs),
            Op::Collect(collect) => block(plan, &collect.body, at + 1, needs),
            Op::With(with) => block(plan, &with.body, at + 1, needs),
            _ => {}
        }
    }
}

/// All groups below what the constant keys lead to.
fn tree(plan: &Plan, keys: &[Pattern], at: usize, needs: &mut Needs) {
    let constant = keys.iter().map_while(|key| match key {
        Pattern::Value(key) => Some(key),
        _ => None,
    });
    let child = |node: usize, key: &Value| plan.nodes[node].children.get(key).copied();
    let mut node = 0;
    for key in constant {
        match child(node, key) {
            Some(below) => node = below,
            None => return,
        }
    }
    let mut waiting = vec![(node, at + 1)];
    while let Some((node, at)) = waiting.pop() {
        needs.groups.extend(plan.nodes[node].group.map(|group| (group, at)));
        waiting.extend(plan.nodes[node].children.values().map(|child| (*child, at + 1)));
    }
}
