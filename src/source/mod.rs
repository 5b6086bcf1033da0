//! Files: which ones to read, their text, and where a byte of it stands.

#[cfg(feature = "cli")]
pub mod discover;
pub mod file;
pub mod path;
#[cfg(feature = "cli")]
pub mod rendered;
#[cfg(feature = "cli")]
pub mod repository;
pub mod span;

/// What standard input is called in reports.
#[cfg(feature = "cli")]
pub const STDIN: &str = "<stdin>";
