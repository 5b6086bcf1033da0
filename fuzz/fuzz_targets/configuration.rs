//! Whatever the bytes: a configuration, a file of policies, a PodSecurityConfiguration and a baseline are read or
//! answered with mistakes that lie in them; and with what was read a pod is judged.
#![no_main]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use podline::lint::{Options, lint};
use podline::config::load::load_text;
use podline::config::settings::Settings;
use podline::local::policy_file::PolicyFile;
use podline::pod_security::admission::configuration as admission_config;
use podline::waiver::accepted::AcceptedFindings;
use podline::problem::{Problem, ProblemPlace};
use podline::source::confine::Given;
use podline::source::file::SourceFile;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b, labels: {c: d}}\n\
    spec: {hostNetwork: true, serviceAccountName: e, containers: [{name: f, image: g}]}\n";
static POD_FILE: LazyLock<SourceFile> =
    LazyLock::new(|| SourceFile::new("pod.yaml", POD.as_bytes().to_vec()).expect("a small file"));

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    let file = || SourceFile::new("podline.yaml", bytes.to_vec()).ok();
    let (Some(configuration), Some(text), Some(baseline)) = (file(), file().map(Arc::new), file().map(Arc::new)) else {
        return;
    };
    // What it extends is not there, whatever its name.
    let base = Path::new("/nowhere/at/all");
    match load_text(&base.join("podline.yaml"), configuration, &Given::default()) {
        Ok(loaded) => {
            let settings = Settings::new(loaded, base).expect("reading found no mistake");
            let options = Options { scopes: settings.scopes.clone(), ..Options::default() };
            drop(lint(&POD_FILE, true, &options));
        }
        Err(problems) => problems.iter().for_each(in_text),
    }
    PolicyFile::read(&text).problems.iter().for_each(in_text);
    drop(admission_config::load(&text));
    if let Err(problem) = AcceptedFindings::read(baseline) {
        in_text(&problem);
    }
});

/// A problem stands in the text, or is about the file as a whole.
fn in_text(problem: &Problem) {
    match &problem.place {
        ProblemPlace::At(spot) => assert!(spot.file.text().get(spot.span.range()).is_some(), "{problem:?}"),
        ProblemPlace::File(name, _) => assert_eq!(name, "podline.yaml"),
        ProblemPlace::Nowhere => panic!("without a place: {problem:?}"),
    }
}
