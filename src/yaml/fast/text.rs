//! Which texts are looked at at all.

/// Whether a text holds nothing but printable characters, tabs and line feeds, so that every byte below 128 is what it
/// seems: no carriage return, no control character, no line break of Unicode and no byte order mark.
pub(super) fn is_common(text: &[u8]) -> bool {
    const CHUNK: usize = 64;
    // Without a branch inside, the loop over a chunk is done by vector instructions.
    let is_plain = |chunk: &[u8]| chunk.iter().fold(true, |plain, &byte| plain & is_printable(byte));
    text.chunks(CHUNK)
        .enumerate()
        .all(|(index, chunk)| is_plain(chunk) || is_common_at(text, index * CHUNK, chunk.len()))
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n')
}

/// As [`is_common`], for the bytes at a place, one by one.
fn is_common_at(text: &[u8], start: usize, len: usize) -> bool {
    (start..start + len).all(|at| match text[at] {
        b'\t' => true,
        // U+0080 to U+009F are control characters, and one of them a line break.
        0xC2 => text.get(at + 1).is_some_and(|&next| next >= 0xA0),
        // U+2028 and U+2029 are line breaks.
        0xE2 => !matches!(text.get(at + 1..at + 3), Some([0x80, 0xA8 | 0xA9])),
        // U+FEFF is the byte order mark, U+FFFE and U+FFFF are no characters.
        0xEF => !matches!(text.get(at + 1..at + 3), Some([0xBB, 0xBF] | [0xBF, 0xBE | 0xBF])),
        byte => is_printable(byte) || byte >= 0x80,
    })
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn text_in_any_script_is_common_and_controls_are_not() {
        for text in ["", "a: 1\n\tb", "é ü 漢字 🎉 \u{A0}\u{2027}\u{202A}\u{FFFD}\u{FF00}"] {
            assert!(is_common(text.as_bytes()), "{text:?}");
        }
        for bad in
            ["\0", "\r", "\u{7F}", "\u{85}", "\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}"]
        {
            for before in [0, 1, 62, 63, 64, 200] {
                let text = format!("{}{bad}x", "a".repeat(before));
                assert!(!is_common(text.as_bytes()), "{bad:?} after {before}");
            }
        }
    }
}
