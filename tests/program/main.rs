//! The program: its commands, their output and their exit status.

#[path = "../support/mod.rs"]
mod support;

mod accepted;
mod adds_up;
mod admission_cli;
mod adoption;
mod cli;
mod configuration;
mod confine;
mod custom_resources;
mod defaulted;
mod faults;
mod fix_cli;
mod git;
mod hostile;
mod hostile_cli;
mod left_out;
mod levels;
mod linear;
mod loaded_policies;
mod nothing_judged;
mod options;
mod overlays;
mod policies;
mod policy;
mod proven_levels;
mod psp_rbac;
mod reports;
mod resource_sets;
mod rule_pages;
mod streams;
