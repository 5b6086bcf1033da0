//! The limits and refusals that show only when aliases and merges are followed as Kubernetes follows them.
//!
//! Source: `decode.go` of go.yaml.in/yaml/v2 (counting, alias cycles, merges, keys) and `sigs.k8s.io/yaml` (what JSON
//! cannot hold).

use std::collections::HashSet;

use super::scalar::Scalar;
use super::tree::{Kind, NodeId, Tree};

/// Something that Kubernetes refuses, and the node to blame.
pub(super) struct Refusal {
    pub node: NodeId,
    pub message: String,
}

/// What the aliases of a document may stand for. The API server takes objects of some 3 MB.
const MAX_ALIAS_BYTES: usize = 64 << 20;

/// A step of the walk.
#[derive(Clone, Copy)]
enum Step {
    Value(NodeId),
    Key(NodeId),
    Merge(NodeId),
    /// What an alias stands for has been walked.
    Leave(NodeId),
}

/// Walks a document as Go's decoder does, every alias followed, and finds the first thing that it would refuse.
///
/// The walk takes no more steps than Go's decoder, whose limits on aliases it keeps: at most some four million
/// beyond the size of the document.
pub(super) fn validate(tree: &Tree<'_>) -> Result<(), Refusal> {
    let Some(root) = tree.root() else { return Ok(()) };
    let mut walk = Walk {
        tree,
        active: HashSet::new(),
        steps: 1,
        alias_steps: 0,
        alias_bytes: 0,
        pending: vec![Step::Value(root)],
    };
    while let Some(step) = walk.pending.pop() {
        walk.step(step)?;
    }
    Ok(())
}

struct Walk<'a, 't> {
    tree: &'a Tree<'t>,
    /// The aliases that are being followed.
    active: HashSet<NodeId>,
    steps: u64,
    alias_steps: u64,
    /// The bytes of the scalars that aliases stand for.
    alias_bytes: usize,
    pending: Vec<Step>,
}

impl Walk<'_, '_> {
    fn step(&mut self, step: Step) -> Result<(), Refusal> {
        match step {
            Step::Leave(alias) => {
                self.active.remove(&alias);
                Ok(())
            }
            Step::Merge(id) => self.merge(id),
            Step::Key(id) => {
                self.tree.key(id).map_err(|error| refuse(id, error.to_string()))?;
                let through_alias = u64::from(self.tree.kind(id) == Kind::Alias);
                self.steps += through_alias;
                self.alias_steps += through_alias;
                self.count(id)
            }
            Step::Value(id) => self.value(id),
        }
    }

    fn value(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.count(id)?;
        match self.tree.kind(id) {
            Kind::Alias => {
                if !self.active.insert(id) {
                    return Err(refuse(id, "the anchor's value contains itself".to_owned()));
                }
                self.pending.push(Step::Leave(id));
                self.pending.push(Step::Value(self.tree.resolve(id)));
            }
            Kind::Scalar => {
                let value = self.tree.scalar(id).map_err(|error| refuse(id, error.to_string()))?;
                if matches!(value, Scalar::Float(value) if !value.is_finite()) {
                    return Err(refuse(id, "infinity and not-a-number have no place in JSON".to_owned()));
                }
            }
            Kind::Sequence => {
                let first = self.pending.len();
                self.pending.extend(self.tree.children(id).map(Step::Value));
                self.pending[first..].reverse();
            }
            Kind::Mapping => {
                let first = self.pending.len();
                for (key, value) in self.tree.pairs(id) {
                    if self.tree.is_merge_key(key) {
                        self.pending.push(Step::Merge(value));
                    } else {
                        self.pending.push(Step::Key(key));
                        self.pending.push(Step::Value(value));
                    }
                }
                self.pending[first..].reverse();
            }
        }
        Ok(())
    }

    fn merge(&mut self, id: NodeId) -> Result<(), Refusal> {
        let tree = self.tree;
        let elements: Vec<NodeId> = match tree.kind(id) {
            Kind::Sequence => tree.children(id).collect(),
            _ => vec![id],
        };
        for &element in &elements {
            if tree.kind(tree.resolve(element)) != Kind::Mapping {
                return Err(refuse(element, "a merge takes a mapping or a list of mappings".to_owned()));
            }
        }
        // From the last to the first, which lies on top when pushed in order.
        self.pending.extend(elements.into_iter().map(Step::Value));
        Ok(())
    }

    /// The alias that is being followed, which is what to point at; else the node itself.
    fn followed(&self, id: NodeId) -> NodeId {
        let alias = |step: &Step| if let Step::Leave(alias) = step { Some(*alias) } else { None };
        self.pending.iter().rev().find_map(alias).unwrap_or(id)
    }

    /// Counts a step as Go does, and keeps its limit on the share that aliases may cause.
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    fn count(&mut self, id: NodeId) -> Result<(), Refusal> {
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        self.steps += 1;
        if !self.active.is_empty() {
            self.alias_steps += 1;
            self.alias_bytes += self.tree.raw(id).len();
            if self.alias_bytes > MAX_ALIAS_BYTES {
                let message =
                    format!("the document's aliases stand for more than {MAX_ALIAS_BYTES} bytes, podline's limit");
                return Err(refuse(self.followed(id), message));
            }
        }
        let (steps, alias_steps) = (self.steps as f64, self.alias_steps as f64);
        let allowed = 0.99 - 0.89 * ((steps - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
        if self.alias_steps > 100 && self.steps > 1000 && alias_steps / steps > allowed {
            return Err(refuse(self.followed(id), "the document contains excessive aliasing".to_owned()));
        }
        Ok(())
    }
}

fn refuse(node: NodeId, message: String) -> Refusal {
    Refusal { node, message }
}
