//! Policies that may have changed an object before it is judged.

use std::sync::Arc;

use podline_policies::ANY_ELEMENT;

use super::policy::LoadedPolicy;
use crate::yaml::path::{FieldPath, Segment};

/// A policy that may change an object.
#[derive(Debug)]
pub struct MayChange {
    /// The policy.
    pub policy: Arc<LoadedPolicy>,
    /// The fields that it writes, where it says which; an element is [`ANY_ELEMENT`].
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
    let is_same = |(written, found): (&Segment, &Segment)| match (written, found) {
        (Segment::Index(ANY_ELEMENT), Segment::Index(_)) => true,
        (written, found) => written == found,
    };
    let name = |path: &FieldPath| match path.segments().last() {
        Some(Segment::Field(name)) => Some(name.clone()),
        _ => None,
    };
    let (written_name, found_name) = (name(written), name(path));
    written_name.is_some() && written_name == found_name || written.segments().iter().zip(path.segments()).all(is_same)
}
