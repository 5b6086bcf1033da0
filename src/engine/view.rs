//! What policies say of one object, as they saw it.

use std::collections::HashSet;
use std::sync::Arc;

use podline_defaulting::{Stored, convert};
use podline_policies::{Decision, Judgement, Step, Unknown};

use super::mutation::MayChange;
use super::policy::LoadedPolicy;
use super::unknown::{is_derived, place};
use crate::yaml::path::FieldPath;

/// An object as policies saw it, and what they said.
pub struct View {
    /// Whether it is the pod that the object's controller would make.
    pub as_pod: bool,
    /// What they said, in the order of the policies.
    pub rows: Vec<Row>,
    /// The policies that may have changed it before: what they make of it is not known.
    pub mutations: Vec<MayChange>,
    /// The policies that answer otherwise about the object as it is written.
    pub otherwise_as_written: Vec<Arc<LoadedPolicy>>,
    /// The namespace in which the object is created; `None` for what lives in none.
    pub namespace: Option<String>,
    /// `None` for an object as it is written.
    pub(super) stored: Option<Stored>,
    /// The places of what follows from values that nobody knows.
    pub(super) derived: HashSet<FieldPath>,
}

/// What one policy says.
pub struct Row {
    /// The policy.
    pub policy: Arc<LoadedPolicy>,
    /// What it says.
    pub judgement: Judgement,
}

impl View {
    /// Whether nobody knows something that follows from values of the manifest, or stands in its Namespace.
    pub fn has_derived(&self) -> bool {
        !self.derived.is_empty()
    }

    /// Whether what stands at a place of the manifest follows from values that nobody knows.
    pub fn is_derived(&self, path: &FieldPath) -> bool {
        is_derived(&self.derived, path)
    }

    /// Where a field that a policy saw stands in the manifest, or would stand if somebody wrote it.
    pub fn path(&self, judgement: &Judgement, steps: &[Step]) -> FieldPath {
        let Some(stored) = &self.stored else { return place(None, steps) };
        let converted = judgement.converted.as_deref().and_then(|version| convert(stored, version));
        place(converted.as_ref().or(Some(stored)), steps)
    }
}

/// The policies that have other results for the object as it is written, of systems that judge it so elsewhere. What rests on
/// values that nobody knows is one result.
pub(super) fn unlike(
    (rows, is_open): (&[Row], Unknown<'_>),
    (as_written, is_open_as_written): (&[Row], Unknown<'_>),
) -> Vec<Arc<LoadedPolicy>> {
    let as_stored = rows.iter().filter(|row| row.policy.language().answers_as_written());
    let of = |rows: &[Row], is_open: Unknown<'_>, policy: &Arc<LoadedPolicy>| -> Vec<_> {
        let rows = rows.iter().filter(|row| Arc::ptr_eq(&row.policy, policy));
        let result = |Row { judgement, .. }: &Row| {
            let is_open = judgement.violations.iter().any(|one| is_open(&one.path));
            let decision = if is_open { Decision::Undecided } else { judgement.decision };
            (judgement.rule.clone(), decision)
        };
        rows.map(result).collect()
    };
    let mut found: Vec<Arc<LoadedPolicy>> = Vec::new();
    for Row { policy, .. } in as_stored.chain(as_written) {
        let is_new = !found.iter().any(|known| Arc::ptr_eq(known, policy));
        if is_new && of(rows, is_open, policy) != of(as_written, is_open_as_written, policy) {
            found.push(Arc::clone(policy));
        }
    }
    found
}
