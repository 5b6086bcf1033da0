//! What a document means to Kubernetes: its objects, where they keep their pods, and what of it Kubernetes would not
//! read as written.
//!
//! Knows no policy: it decodes, locates and reports what the API's own types do not allow.

pub mod chart;
mod custom;
pub mod formats;
pub(crate) mod injection;
pub mod kinds;
pub mod kustomization;
pub mod namespace;
pub mod object;
mod operators;
pub mod overlay;
pub mod parts;
pub(crate) mod search;
pub(crate) mod settings;
pub mod shape;
pub mod since;
pub mod suggest;
pub mod template;
pub mod tools;
pub mod typed;
pub mod unknown;
