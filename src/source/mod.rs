//! Files: which ones to read, their text, and where a byte of it stands.

pub mod confine;
pub mod digest;
#[cfg(feature = "cli")]
pub mod discover;
pub mod file;
#[cfg(feature = "cli")]
pub mod git;
pub mod path;
#[cfg(feature = "cli")]
pub mod rendered;
pub mod repository;
pub mod span;

/// What standard input is called in reports.
pub const STDIN: &str = "<stdin>";
