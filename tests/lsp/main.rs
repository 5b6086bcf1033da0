//! `podline lsp`, spoken to over its pipes.
#![allow(clippy::needless_pass_by_value, reason = "json! makes values that nobody needs again")]

mod actions;
mod client;
mod configuration;
mod deceit;
mod documents;
mod endurance;
mod faults;
#[path = "../support/pod.rs"]
mod pod;
mod protocol;
#[path = "../support/command.rs"]
#[allow(dead_code)]
mod support;
mod surfaces;
mod workspace;

pub use pod::POD;
