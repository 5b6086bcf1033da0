//! Whatever the bytes: a configuration, a file of policies, a PodSecurityConfiguration and a baseline are read or
//! answered with mistakes that lie in them; and with what was read a pod is judged.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use podline::lint::{Options, lint};
use podline::config::load::{Error, load_text};
use podline::config::settings::Settings;
use podline::local::policy_file::PolicyFile;
use podline::pod_security::admission::configuration as admission_config;
use podline::waiver::accepted::Baseline;
use podline::report::escape;
use podline::source::confine::Given;
use podline::source::file::SourceFile;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b, labels: {c: d}}\n\
    spec: {hostNetwork: true, serviceAccountName: e, containers: [{name: f, image: g}]}\n";
static POD_FILE: LazyLock<SourceFile> =
    LazyLock::new(|| SourceFile::new("pod.yaml", POD.as_bytes().to_vec()).expect("a small file"));

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    let file = || SourceFile::new("podline.yaml", bytes.to_vec()).ok();
    let (Some(configuration), Some(text), Some(baseline)) = (file(), file(), file()) else { return };
    // What it extends is not there, whatever its name.
    let base = Path::new("/nowhere/at/all");
    match load_text(&base.join("podline.yaml"), configuration, &Given::default()) {
        Ok(loaded) => {
            let settings = Settings::new(loaded, base).expect("reading found no mistake");
            let options = Options { scopes: settings.scopes.clone(), ..Options::default() };
            drop(lint(&POD_FILE, true, &options));
        }
        Err(Error::Mistakes(mistakes)) => {
            for (file, findings) in &mistakes.0 {
                for finding in findings {
                    assert!(file.text().get(finding.location.span.range()).is_some(), "{finding:?}");
                }
            }
        }
        Err(Error::Unreadable(why)) => assert_eq!(why, "podline.yaml: is no YAML mapping"),
    }
    let policies = PolicyFile::read(&text);
    for message in policies.errors.iter().chain(&policies.hints) {
        assert!(message.starts_with("podline.yaml:"), "without a place: {}", escape::escape(message));
    }
    drop(admission_config::load(&text));
    drop(Baseline::read(baseline, |_| false));
});
