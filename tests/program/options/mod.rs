//! What a run is asked for, and by what: configurations that are found, variables, and options that have nothing to do.

mod found;
mod idle;
mod unknown;

use crate::support::command::{Run, Scratch, podline, run};

const POD: &str =
    "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true, containers: [{name: c}]}}\n";
