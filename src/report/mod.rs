//! One file a format. Reports judge nothing: they show findings.

pub mod concise;
pub mod escape;
mod excerpt;
pub mod format;
pub mod github;
pub mod gitlab;
pub mod group;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod level_patch;
pub mod levels;
pub mod markdown;
mod pieces;
pub mod policy_report;
pub mod sarif;
mod sarif_result;
mod sarif_rules;
mod setting;
pub mod statistics;
pub mod summary;
