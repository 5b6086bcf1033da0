//! Policies that may have changed an object before it is judged.

use std::sync::Arc;

use super::policy::LoadedPolicy;
use crate::yaml::path::{FieldPath, Segment};

/// A policy that may change an object.
#[derive(Debug)]
pub struct MayChange {
    /// The policy.
    pub policy: Arc<LoadedPolicy>,
    /// The fields that it writes, where it says which. Indexes are those of any element.
    pub writes: Option<Vec<FieldPath>>,
}

impl MayChange {
    /// Takes in what the same policy may change of another view of the object.
    pub fn join(&mut self, other: Self) {
        self.writes = match (self.writes.take(), other.writes) {
            (Some(own), Some(more)) => Some([own, more].concat()),
            _ => None,
        };
    }

    /// Whether it may mend what was found at a field: it writes that, something in it or around it, or a field of the same
    /// name, which may stand for that in another place of the pod.
    pub fn may_cure(&self, path: &FieldPath) -> bool {
        self.writes.as_ref().is_none_or(|writes| writes.iter().any(|written| is_about(written, path)))
    }
}

fn is_about(written: &FieldPath, path: &FieldPath) -> bool {
    // Of lists any element may be meant.
    let fields = |path: &FieldPath| -> Vec<Segment> {
        path.segments().iter().filter(|segment| matches!(segment, Segment::Field(_))).cloned().collect()
    };
    let (written, found) = (fields(written), fields(path));
    written.iter().zip(&found).all(|(written, found)| written == found)
        || written.last().is_some() && written.last() == found.last()
}
