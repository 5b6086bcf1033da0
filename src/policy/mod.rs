//! What applies where: the configuration, and what it makes of a namespace or a path.

#[cfg(feature = "cli")]
pub mod config;
pub mod scope;
pub mod selector;
pub mod severities;
pub mod standard;
