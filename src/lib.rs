//! podline lints rendered Kubernetes manifests before they reach a cluster: would the cluster accept the pods that they
//! make, and if not, which line is to blame?
//!
//! ```
//! use podline::{Options, lint_text};
//!
//! let manifest = "
//! apiVersion: v1
//! kind: Pod
//! metadata:
//!   name: web
//! spec:
//!   hostNetwork: yes
//!   containers: [{name: web, image: nginx:1.27}]
//! ";
//! let report = lint_text("web.yaml", manifest, &Options::default())?;
//!
//! let finding = &report.findings[0];
//! assert_eq!(finding.rule, "pss/hostNamespaces");
//! assert_eq!((finding.location.start.line, finding.location.start.column), (7, 16));
//! assert_eq!(finding.message, "pod must not set hostNetwork=true");
//! assert_eq!(report.templates[0].verdicts[0].allowed, Some(false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Verdicts are those of `restricted:latest` unless [`Options`] say otherwise, in the words of the API server.
//!
//! What is documented here is the library's face; the other modules are there for the program, its tests and its
//! benchmarks, and may change with any release. The feature `cli` (on by default) builds the program. An embedder
//! switches it off, and either turns on `k8s-latest` or chooses a version feature of `k8s-openapi` itself, as any user
//! of that crate does.

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod commands;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod finding;
#[doc(hidden)]
pub mod fix;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod levels;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod local;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod lsp;
#[doc(hidden)]
pub mod manifest;
#[doc(hidden)]
pub mod matching;
#[doc(hidden)]
pub mod pod_security;
#[doc(hidden)]
pub mod problem;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod rules;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod verdict;
#[doc(hidden)]
pub mod waiver;
#[doc(hidden)]
pub mod yaml;

pub use finding::{Finding, Location, ObjectRef, Related, Severity};
pub use lint::Options;
pub use pod_security::{Level, Version};
pub use source::file::TooLarge;
pub use source::span::{Position, Span};
pub use verdict::{FailedCheck, FileReport, SkipReason, Skipped, TemplateReport, Verdict};

/// Judges the text of a file.
///
/// `name` is what the file is called in fingerprints. `text` is YAML or JSON, in UTF-8 or, with a byte order mark, in
/// UTF-16; it may hold any number of documents. Nothing of it is passed over as no manifest: what cannot be read is a
/// finding.
///
/// # Errors
/// Only a text of 4 GiB or more is refused.
pub fn lint_text(name: &str, text: impl Into<Vec<u8>>, options: &Options) -> Result<FileReport, TooLarge> {
    let file = source::file::SourceFile::new(name, text.into())?;
    Ok(lint::lint(&file, true, options))
}
