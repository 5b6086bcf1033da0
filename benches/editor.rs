//! What a keystroke costs in an editor: `cargo bench --bench editor`.
//!
//! A manifest of 2,000 lines is changed by a letter and judged again, as the language server does it, diagnostics
//! included. `RAYON_NUM_THREADS=1` shows the processor time of the many documents as wall time.
#![allow(clippy::unwrap_used, reason = "without its input a benchmark makes no sense")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;

use divan::{Bencher, black_box};
use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};
use podline::lsp::judge::{Snapshot, judge};
use podline::lsp::text::Encoding;
use podline::lsp::workspace::Workspace;
use podline::session::Ask;
use ropey::Rope;

const LINES: usize = 2000;

fn main() {
    divan::main();
}

/// One Deployment with many containers, each of which lacks all that the restricted level demands.
#[divan::bench]
fn one_document(bencher: Bencher) {
    let mut text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n".to_owned();
    for number in 0.. {
        if text.lines().count() >= LINES {
            break;
        }
        write!(
            text,
            "        - name: c{number}\n          image: registry.example/app:1.{number}\n          ports:\n            - \
             containerPort: 80\n          env:\n            - name: MODE\n              value: \"{number}\"\n          \
             resources:\n            limits: {{cpu: 100m, memory: 64Mi}}\n          securityContext:\n            \
             privileged: false\n"
        )
        .unwrap();
    }
    bench(bencher, &text);
}

/// Many Deployments, as a chart renders them.
#[divan::bench]
fn many_documents(bencher: Bencher) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cluster/workloads.yaml");
    let workloads = std::fs::read_to_string(file).unwrap();
    let times = LINES.div_ceil(workloads.lines().count() + 1);
    bench(bencher, &format!("---\n{workloads}").repeat(times));
}

fn bench(bencher: Bencher, text: &str) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("web.yaml");
    let workspace =
        Workspace::new(vec![root], podline::lsp::ClientSettings::default(), Arc::new(|_, _| Ask::default()));
    let mut snapshot = Snapshot {
        uri: Uri::from_str(&format!("file://{}", path.display())).unwrap(),
        path: Some(path),
        language: "yaml".to_owned(),
        version: 1,
        revision: 1,
        text: Rope::from_str(text),
    };
    let analysis = judge(snapshot.clone(), &workspace, Encoding::Utf16, &Arc::default()).unwrap();
    assert!(analysis.left.is_empty() && !analysis.diagnostics.is_empty(), "{:?}", analysis.left);
    let mut is_there = false;
    bencher.bench_local(move || {
        // A letter in the name of an object comes and goes.
        let (line, character) = (3, 8);
        let end = Position { line, character: character + u32::from(is_there) };
        let range = Range { start: Position { line, character }, end };
        let text = if is_there { "" } else { "x" }.to_owned();
        is_there = !is_there;
        let change = TextDocumentContentChangeEvent { range: Some(range), range_length: None, text };
        Encoding::Utf16.apply(&mut snapshot.text, &change);
        black_box(judge(snapshot.clone(), &workspace, Encoding::Utf16, &Arc::default())).unwrap().diagnostics.len()
    });
}
