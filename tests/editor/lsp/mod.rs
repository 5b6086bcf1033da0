//! `podline lsp`, spoken to over its pipes.
#![allow(clippy::needless_pass_by_value, reason = "json! makes values that nobody needs again")]

mod actions;
mod client;
mod configuration;
mod deceit;
mod documents;
mod endurance;
mod faults;
mod protocol;
mod surfaces;
mod workspace;

pub use crate::pod::POD;
