//! `podline.yaml`: what it can say ([`Config`]), how it is found and read ([`load`]), and what it means for a file
//! ([`settings`]).
//!
//! [`scope`] is what applies to an object by its namespace, labels, service account and file.

#[cfg(feature = "cli")]
mod file;
#[cfg(feature = "cli")]
pub mod find;
#[cfg(feature = "cli")]
pub mod load;
pub mod one_or_many;
#[cfg(feature = "cli")]
pub mod read;
pub mod scope;
pub mod selector;
#[cfg(feature = "cli")]
pub mod settings;
pub mod severities;
pub mod standard;
#[cfg(feature = "cli")]
mod template;

#[cfg(feature = "cli")]
pub use file::*;
pub use one_or_many::OneOrMany;
