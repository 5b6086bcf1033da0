//! What the targets share.

use std::panic;
use std::sync::Once;

/// Lets the panics of libyaml-safer pass. podline catches them and answers with an error, but libFuzzer ends at any
/// panic, caught or not.
pub fn let_podline_catch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let file = info.location().map_or("", |place| place.file());
            if !file.contains("libyaml-safer") {
                end(info);
            }
        }));
    });
}
