//! podline lints rendered Kubernetes manifests before they reach a cluster.
#![warn(missing_docs)]

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod commands;
#[doc(hidden)]
pub mod finding;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod manifest;
#[doc(hidden)]
pub mod pod_security;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod yaml;
