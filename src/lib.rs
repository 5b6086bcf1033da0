//! podline lints rendered Kubernetes manifests before they reach a cluster.
#![warn(missing_docs)]

#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod yaml;

#[allow(dead_code, reason = "the pipeline that uses it follows")]
#[doc(hidden)]
pub mod pod_security;
