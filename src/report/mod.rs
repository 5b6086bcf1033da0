//! One file a format. Reports judge nothing: they show findings.

pub mod concise;
pub mod escape;
mod excerpt;
pub mod group;
pub mod human;
pub mod json;
pub mod statistics;
pub mod summary;
