//! `podline.yaml`: what it can say ([`Config`]), how it is found and read ([`load`]), and what it means for a file
//! ([`settings`]).
//!
//! [`scope`] is what applies to an object by its namespace, labels, service account and file.

pub mod deny;
#[cfg(feature = "cli")]
mod file;
#[cfg(feature = "cli")]
pub mod find;
#[cfg(feature = "cli")]
mod floor;
#[cfg(feature = "cli")]
pub mod load;
#[cfg(feature = "cli")]
mod loaded;
#[cfg(feature = "cli")]
pub mod read;
pub mod scope;
#[cfg(feature = "cli")]
pub mod settings;
pub mod severities;
pub mod standard;
#[cfg(feature = "cli")]
mod template;
#[cfg(feature = "cli")]
mod versions;

#[cfg(feature = "cli")]
pub use file::*;
