//! podline lints rendered Kubernetes manifests before they reach a cluster.
#![warn(missing_docs)]

#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod yaml;
