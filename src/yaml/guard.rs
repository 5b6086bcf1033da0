//! The one place in which libyaml-safer is called: its panics end here.

use std::cell::Cell;
use std::panic;

use libyaml_safer::{Encoding, Scanner, TokenData};

use super::prepare::MAX_REPAIRS;

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside libyaml-safer, whose panics are caught and become errors: a program's panic hook can
/// then keep quiet.
pub fn is_reading() -> bool {
    READING.get()
}

/// What libyaml-safer makes of something; `None` if it panics.
pub(super) fn call<T>(reading: impl FnOnce() -> T + panic::UnwindSafe) -> Option<T> {
    READING.set(true);
    let result = panic::catch_unwind(reading);
    READING.set(false);
    result.ok()
}

/// Where the comma stands behind the first tag that a comma follows at once, in a text at which libyaml-safer panics: a
/// tag in a flow collection that a comma follows at once is the one panic that it has left.
pub(super) fn comma_behind_tag(text: &str) -> Option<usize> {
    let is_behind_word_with_mark = |comma: &usize| {
        let word = text[..*comma].rsplit([' ', '\t', '\r', '\n', ',']).next().unwrap_or_default();
        word.contains('!')
    };
    let commas = memchr::memchr_iter(b',', text.as_bytes()).filter(is_behind_word_with_mark);
    let mut last = None;
    for comma in commas.take(MAX_REPAIRS) {
        match call(|| ends_with_tag(&text[..comma])) {
            Some(true) => return Some(comma),
            Some(false) => last = Some(comma),
            // It stumbles over one before, which an error had kept it from while nothing stood behind.
            None => return last,
        }
    }
    None
}

/// Whether the last thing in a text is a tag.
fn ends_with_tag(text: &str) -> bool {
    let line = format!("{text}\n");
    let mut input = line.as_bytes();
    let mut scanner = Scanner::new();
    scanner.set_encoding(Encoding::Utf8);
    scanner.set_input_string(&mut input);
    let is_tag = |data: &TokenData| matches!(data, TokenData::Tag { .. });
    scanner.map_while(Result::ok).any(|token| is_tag(&token.data) && token.end_mark.index == text.len() as u64)
}
