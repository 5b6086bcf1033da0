//! The policies of a cluster, loaded as they stand, and what they say of an object as the API server would store it.
//!
//! The engines themselves are crates of their own, which know JSON and nothing else. Here is what is between them and
//! manifests: [`document`] finds the objects in files of policies, [`language`] says which engine reads which of them
//! (each of them has a file here, and a line there),
//! [`loaded`] is what became of them, and [`engines`] completes an object, asks, and leads every path back into the
//! manifest. [`severity`] says what an answer weighs.

pub mod document;
pub mod editions;
mod engines;
mod gatekeeper;
mod kubewarden;
mod kyverno;
pub mod language;
mod ledger;
pub mod loaded;
mod mutation;
mod policy;
mod severity;
mod unknown;
mod vap;
mod view;

pub use document::Document;
pub use engines::{Engines, Judged, Manifest};
pub use language::NotJudged;
pub use ledger::{Ledger, Place, Spent};
pub use loaded::{Brought, Loaded, Refused};
pub use mutation::MayChange;
pub use policy::{LoadedBinding, LoadedPolicy, LoadedRule};
pub use severity::severity;
pub use unknown::written;
pub use view::{Row, View};
