//! Whatever the manifest and the level: a repair mends what it says, makes nothing worse, and a second run changes
//! nothing. The last byte chooses the level, which for the newline of a seed is restricted:latest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline::fix::check_one;
use podline::lint::Options;
use podline::pod_security::{Level, Version};

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    let Some((&choice, text)) = bytes.split_last() else { return };
    let level = if choice % 4 == 0 { Level::Baseline } else { Level::Restricted };
    let version = match choice / 4 % 4 {
        0 => Version::Minor(u64::from(choice / 16)),
        _ => Version::Latest,
    };
    let options = Options { level, version, ..Options::default() };
    if let Err(broken) = check_one(text, &options) {
        panic!("{broken}");
    }
});
