//! The Kubernetes Pod Security Standards, judged as the API server judges them.
//!
//! Knows neither files nor output: it is given a decoded pod and answers with upstream's words and the paths
//! that must change. Source: k8s.io/pod-security-admission v0.37 (`policy/`).

pub mod admission;
pub(crate) mod check;
pub(crate) mod checks;
pub(crate) mod defaults;
pub(crate) mod evaluator;
mod go_quote;
mod level;
mod mode;
mod setting;
#[cfg(test)]
mod testing;
mod version;

pub(crate) use go_quote::go_quote;
pub use level::Level;
pub use mode::Mode;
pub use version::{NEWEST_KNOWN, Version};
