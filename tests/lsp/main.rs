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
#[path = "../support/command.rs"]
#[allow(dead_code)]
mod support;
mod workspace;

/// A pod that the restricted level refuses in one place only: hostNetwork, on line 5 (from 0), columns 15 to 19.
pub const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  securityContext:
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: app
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
";
