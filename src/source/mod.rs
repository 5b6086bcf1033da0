//! Files: which ones to read, their text, and where a byte of it stands.

#[cfg(feature = "cli")]
pub mod discover;
pub mod file;
pub mod path;
pub mod span;
