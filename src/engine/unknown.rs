//! Values of manifests that nobody knows yet, on the way to what policies see of them.

use std::collections::HashSet;

use podline_defaulting::{Request, Stored, defaulted_unknown};
use podline_policies::Step;
use serde_json::Value;

use super::document::field_path;
use crate::yaml::path::{FieldPath, Segment};

/// Tells whether a field of a manifest is one that nobody knows.
pub type Tells<'a> = &'a dyn Fn(&FieldPath) -> bool;

/// An object as it is stored, and the same with other values for those that nobody knows.
pub(super) struct Completed {
    pub stored: Stored,
    pub otherwise: Option<Stored>,
}

impl Completed {
    /// Where all is known.
    pub fn known(stored: Stored) -> Self {
        Self { stored, otherwise: None }
    }

    /// # Errors
    /// What the API server refuses, or a list or a map that nobody knows.
    pub fn of(value: &Value, request: &Request<'_>, unknown: Tells<'_>) -> Result<Self, podline_defaulting::Error> {
        let is = |steps: &[podline_defaulting::Step<'_>]| unknown(&written(steps));
        let complete =
            |otherwise| defaulted_unknown(value, request, podline_defaulting::Unknown { is: &is, otherwise });
        Ok(Self { stored: complete(false)?, otherwise: Some(complete(true)?) })
    }
}

/// What is known of an object that policies see.
pub(super) struct Known<'a> {
    /// Tells the fields of the manifest that nobody knows, if there are any.
    pub unknown: Option<Tells<'a>>,
    /// `None` for an object as it is written.
    pub stored: Option<&'a Stored>,
    /// The places of what follows from them.
    pub derived: HashSet<FieldPath>,
}

impl<'a> Known<'a> {
    pub fn new(
        (unknown, labels): (Option<Tells<'a>>, Option<&HashSet<FieldPath>>),
        stored: &'a Stored,
        otherwise: Option<&'a Stored>,
    ) -> Self {
        let unlike = otherwise.into_iter().flat_map(|otherwise| stored.unlike(otherwise));
        let labels = labels.into_iter().flatten().cloned();
        let derived = unlike.map(|steps| written(&steps)).chain(labels).collect();
        Self { unknown, stored: Some(stored), derived }
    }

    /// Of an object as it is written.
    pub fn as_written(unknown: Option<Tells<'a>>, labels: Option<&HashSet<FieldPath>>) -> Self {
        Self { unknown, stored: None, derived: labels.into_iter().flatten().cloned().collect() }
    }

    /// Where a field of all objects like this one stands, of which an index may be that of any element.
    pub fn place_of_all(&self, steps: &[Step]) -> FieldPath {
        let Some((first, rest)) = steps.split_first() else { return place(self.stored, steps) };
        let top = place(self.stored, std::slice::from_ref(first));
        FieldPath::new([top.segments(), field_path(rest).segments()].concat())
    }

    /// Whether nobody knows what a place of the manifest holds.
    pub fn is_unknown(&self, path: &FieldPath) -> bool {
        self.unknown.is_some_and(|unknown| unknown(path)) || is_derived(&self.derived, path)
    }
}

/// The place of a label of the Namespace of an object, as engines ask for it.
pub(super) fn label_of_namespace(key: &str) -> FieldPath {
    let steps = ["namespaceObject", "metadata", "labels", key].map(|key| Step::Key(key.into()));
    field_path(&steps)
}

/// Whether a place, or one around it, follows from what nobody knows.
pub(super) fn is_derived(derived: &HashSet<FieldPath>, path: &FieldPath) -> bool {
    let path = path.segments();
    !derived.is_empty() && (1..=path.len()).any(|end| derived.contains(&FieldPath::new(path[..end].to_vec())))
}

/// Where a field of a stored object stands in the manifest, or would stand; `None` is an object as it is written.
pub(super) fn place(stored: Option<&Stored>, steps: &[Step]) -> FieldPath {
    let Some(stored) = stored else { return field_path(steps) };
    let steps: Vec<podline_defaulting::Step<'_>> = steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => podline_defaulting::Step::Key(key),
            Step::Index(index) => podline_defaulting::Step::Index(*index),
        })
        .collect();
    written(&stored.origin(&steps).path())
}

/// A path of what completes objects as one of podline.
pub fn written(steps: &[podline_defaulting::Step<'_>]) -> FieldPath {
    let segment = |step: &podline_defaulting::Step<'_>| match step {
        podline_defaulting::Step::Key(key) => Segment::Field((*key).to_owned().into()),
        podline_defaulting::Step::Index(index) => Segment::Index(*index),
    };
    FieldPath::new(steps.iter().map(segment).collect())
}
