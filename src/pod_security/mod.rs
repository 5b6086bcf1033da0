//! The Kubernetes Pod Security Standards, judged as the API server judges them.
//!
//! Knows neither files nor output: it is given a decoded pod and answers with upstream's words and the paths
//! that must change. Source: k8s.io/pod-security-admission v0.37 (`policy/`).

pub mod admission;
pub(crate) mod check;
pub(crate) mod checks;
pub(crate) mod defaults;
pub(crate) mod evaluator;

mod level;
mod mode;
pub(crate) mod repair;
mod setting;
#[cfg(test)]
mod testing;
mod version;

pub use level::{Level, UnknownLevel};
pub use mode::Mode;
pub(crate) use podline_cel::go::quote as go_quote;
pub use setting::{RequiredSetting, RequiredValue};
pub use version::{NEWEST_KNOWN, UnknownVersion, Version};
