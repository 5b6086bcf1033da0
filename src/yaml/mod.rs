//! YAML and JSON as Kubernetes reads them, with the place of every node.
//!
//! The way of a file: [`split`] cuts it into documents by kubectl's rule, [`parse`] makes a [`tree`] of each (`fast` of
//! nearly all, libyaml-safer of the rest),
//! [`scalar`] tells what a scalar means under YAML 1.1, [`entries`] what a mapping holds once merges and repeated keys
//! are settled, [`locate`] where a path leads, and [`de`] hands the tree to serde. Nothing here knows Kubernetes'
//! types, and nothing recurses over what a user wrote, but [`value`] to a fixed depth.

mod builder;
pub mod de;
pub mod edit;
pub mod entries;
mod fast;
pub mod guard;
pub mod json;
pub mod lines;
pub mod locate;
pub mod parse;
pub mod path;
mod prepare;
pub mod scalar;
pub mod split;
pub mod timestamp;
pub mod tree;
mod validate;
pub mod value;
pub mod write;
