//! Bytes that Go keeps in strings, whether they are UTF-8 or not.

/// The text of Go's bytes: each byte that is no UTF-8 is U+FFFD, as `encoding/json` writes it.
pub(super) fn from_go(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
