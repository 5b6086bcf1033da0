//! What a document means to Kubernetes: its objects, where they keep their pods, and what of it Kubernetes would not
//! read as written.
//!
//! Knows no policy: it decodes, locates and reports what the API's own types do not allow.

pub mod chart;
pub mod fields;
pub mod formats;
pub mod groups;
pub(crate) mod injection;
pub mod kinds;
pub mod kustomization;
mod merge;
pub mod namespace;
pub mod object;
pub mod overlay;
pub mod parts;
pub mod policies;
pub mod repair;
mod rows;
pub(crate) mod search;
pub(crate) mod settings;
pub mod shape;
pub mod since;
pub mod suggest;
pub mod template;
pub mod tools;
pub mod transformer;
pub mod typed;
pub mod unknown;
pub(crate) mod volumes;
