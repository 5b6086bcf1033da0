//! Whatever the bytes: they are judged, every place that is pointed at lies in them, and the number of threads makes no
//! difference.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use podline::lint::{Options, lint};
use podline::report::{concise, escape, human, json};
use podline::source::file::SourceFile;
use rayon::{ThreadPool, ThreadPoolBuilder};

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

static ONE: LazyLock<ThreadPool> = LazyLock::new(|| pool(1));
static SEVERAL: LazyLock<ThreadPool> = LazyLock::new(|| pool(3));

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    judge(bytes.to_vec());
    // As many documents as all threads share.
    if bytes.len() < 200 {
        judge([bytes, b"\n---\n"].concat().repeat(40));
    }
});

fn judge(bytes: Vec<u8>) {
    let Ok(file) = SourceFile::new("a.yaml", bytes) else { return };
    for named in [true, false] {
        let report = ONE.install(|| lint(&file, named, &Options::default()));
        for finding in &report.findings {
            let places = finding.related.iter().map(|related| &related.location).chain([&finding.location]);
            for place in places {
                assert!(file.text().get(place.span.range()).is_some(), "{finding:?}");
                assert_eq!(place.start.line, place.end.line, "{finding:?}");
            }
        }
        let lines = concise::render("a.yaml", &report);
        assert!(!lines.contains(|c| c != '\n' && escape::is_unsafe(c)), "{lines:?}");
        drop(human::render(&file, &report, human::Style { color: false, verbose: true }, &[10; podline::report::format::URGENCIES]));
        drop(json::fragments("a.yaml", &report));
        let again = SEVERAL.install(|| lint(&file, named, &Options::default()));
        assert_eq!(format!("{report:?}"), format!("{again:?}"));
    }
}
