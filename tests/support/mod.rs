//! What several tests share: the vectors, and judging a text.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

#[cfg(feature = "cli")]
pub mod command;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::GzDecoder;
use podline::finding::Severity;
use podline::lint::admission::Admission;
use podline::lint::namespaces::{Namespaces, survey};
use podline::lint::{Options, lint};
use podline::pod_security::admission::Configuration;
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use serde_json::Value;

/// The answers of the real Kubernetes code, which lie beside the project where it is developed. A clone alone has the
/// part of them in `fixtures/`; the tests of the rest say that they skip.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// The lines of a JSONL file, packed or not.
pub fn json_lines(path: &Path) -> impl Iterator<Item = Value> {
    let file = File::open(path).expect("the vectors can be opened");
    let reader: Box<dyn Read> =
        if path.extension().is_some_and(|end| end == "gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    BufReader::new(reader).lines().map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
}

/// Judges a text as a file that was named.
pub fn judge(text: impl Into<Vec<u8>>, level: Level, version: Version) -> FileReport {
    let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
    lint(&file, true, &Options { level, version, ..Options::default() })
}

/// The failing checks of the first template: id, reason, detail.
pub fn checks(report: &FileReport) -> Option<Vec<[String; 3]>> {
    let verdict = &report.templates.first()?.verdicts[0];
    let checks = verdict.checks.iter();
    Some(checks.map(|check| [check.id.to_owned(), check.reason.clone(), check.detail.clone()]).collect())
}

pub fn has_error(report: &FileReport) -> bool {
    report.findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Judges a text by the labels of the Namespaces in it.
pub fn judge_by_namespaces(text: impl Into<Vec<u8>>, configuration: Configuration, user: &str) -> FileReport {
    let file = SourceFile::new("test.yaml", text.into()).expect("a small file");
    let mut namespaces = Namespaces::default();
    namespaces.add(survey(&file, &Options::default()));
    let admission = Admission { configuration, user: user.to_owned(), namespaces };
    lint(&file, true, &Options { admission: Some(Arc::new(admission)), ..Options::default() })
}
