//! The text of one file, decoded, and the places in it.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::span::{Position, Span};

/// Characters are counted once per block of this many bytes, so that a column far out on a long line is found
/// without counting from the start of the line.
const BLOCK: usize = 256;

/// The lines of a large text are looked for in so many bytes at a time.
const CHUNK: usize = 1 << 20;

/// A file that was read: its name for reports and its text as UTF-8.
///
/// Bytes that are not valid in the file's encoding stand as U+FFFD in the text, one for each bad byte (or UTF-16
/// unit), and their places are kept: YAML refuses them, JSON passes them through just so.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    encoding: Encoding,
    invalid: Vec<u32>,
    lines: OnceLock<Vec<u32>>,
    characters: OnceLock<Option<Vec<u32>>>,
}

/// How the bytes of a file stand for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 of either byte order, told by its byte order mark.
    Utf16,
}

/// A file is larger than podline reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file is too large: podline reads files of less than 4 GiB")
    }
}

impl Error for TooLarge {}

impl SourceFile {
    /// Decodes `bytes`.
    ///
    /// # Errors
    /// A file of 4 GiB or more is refused.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, TooLarge> {
        // UTF-16 can grow by half in UTF-8, an invalid byte from one to three.
        if bytes.len() >= (u32::MAX / 3) as usize && u32::try_from(bytes.len()).is_err() {
            return Err(TooLarge);
        }
        let (text, encoding, invalid) = match bytes.as_slice() {
            [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
            [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
            _ => decode_utf8(bytes),
        };
        if u32::try_from(text.len()).is_err() {
            return Err(TooLarge);
        }
        Ok(Self { name: name.into(), text, encoding, invalid, lines: OnceLock::new(), characters: OnceLock::new() })
    }

    /// The name that reports show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, with a leading byte order mark if the file has one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is in it but blanks.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}')
    }

    /// How the file was encoded.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The first place in `span` where the file's bytes were not valid in its encoding.
    pub fn first_invalid(&self, span: Span) -> Option<u32> {
        let index = self.invalid.partition_point(|&at| at < span.start);
        self.invalid.get(index).copied().filter(|&at| at < span.end)
    }

    /// Where a byte offset stands. Offsets past the end count as the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let lines = self.lines();
        let line = lines.partition_point(|&start| start as usize <= offset);
        let start = lines[line - 1] as usize;
        let mut column = self.characters_before(offset) - self.characters_before(start);
        if line == 1 && self.text.starts_with('\u{FEFF}') && offset > 0 {
            column -= 1;
        }
        Position { line, column: column + 1 }
    }

    /// The span of a line, counted from 1, without its line end.
    pub fn line_span(&self, line: usize) -> Span {
        let lines = self.lines();
        let start = lines.get(line - 1).map_or(self.text.len(), |&start| start as usize);
        let end = lines.get(line).map_or(self.text.len(), |&next| next as usize);
        let text = &self.text[start..end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Span::new(start, start + text.len())
    }

    /// Looks for the lines of a large text with all threads, so that none has to wait when the first place is asked for.
    /// Not to be called by work that runs in parallel itself.
    pub fn count_lines(&self) {
        let count = |(index, chunk): (usize, &[u8])| -> Vec<u32> {
            let mut starts = Vec::new();
            add_line_starts(chunk, index * CHUNK, &mut starts);
            starts
        };
        let ends: Vec<Vec<u32>> = self.text.as_bytes().par_chunks(CHUNK).enumerate().map(count).collect();
        let mut lines = Vec::with_capacity(1 + ends.iter().map(Vec::len).sum::<usize>());
        lines.push(0);
        for ends in &ends {
            lines.extend_from_slice(ends);
        }
        self.lines.get_or_init(|| lines);
        let bytes = self.text.as_bytes();
        let is_ascii = bytes.par_chunks(CHUNK).all(<[u8]>::is_ascii);
        self.characters.get_or_init(|| {
            (!is_ascii).then(|| sums(&bytes.par_chunks(BLOCK).map(count_characters).collect::<Vec<_>>()))
        });
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = vec![0];
            add_line_starts(self.text.as_bytes(), 0, &mut starts);
            starts
        })
    }

    fn characters_before(&self, offset: usize) -> usize {
        let blocks =
            self.characters.get_or_init(|| (!self.text.is_ascii()).then(|| count_blocks(self.text.as_bytes())));
        match blocks {
            None => offset,
            Some(blocks) => {
                let block = offset / BLOCK;
                blocks[block] as usize + count_characters(&self.text.as_bytes()[block * BLOCK..offset])
            }
        }
    }
}

/// Adds where the lines begin that follow the line feeds of a text, which stands behind so many bytes.
///
/// Eight bytes at a time: lines are short, and a search that begins anew for each costs four times as much.
fn add_line_starts(text: &[u8], before: usize, starts: &mut Vec<u32>) {
    let (words, rest) = text.as_chunks::<8>();
    starts.reserve(text.len() / 32);
    for (index, word) in words.iter().enumerate() {
        let mut feeds = line_feeds(u64::from_le_bytes(*word));
        while feeds != 0 {
            starts.push(super::span::offset(before + index * 8 + feeds.trailing_zeros() as usize / 8 + 1));
            feeds &= feeds - 1;
        }
    }
    let before = before + words.len() * 8;
    let feeds = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    starts.extend(feeds.map(|(at, _)| super::span::offset(before + at + 1)));
}

/// The highest bit of each byte of a word that is a line feed.
fn line_feeds(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const LOW: u64 = ONES * 0x7f;
    let differs = word ^ (ONES * u64::from(b'\n'));
    // Most words have none, which this tells with less; behind one it may tell of others that are none.
    if differs.wrapping_sub(ONES) & !differs & !LOW == 0 {
        return 0;
    }
    !(((differs & LOW) + LOW) | differs | LOW)
}

/// The number of characters before each block of the text.
fn count_blocks(text: &[u8]) -> Vec<u32> {
    sums(&text.chunks(BLOCK).map(count_characters).collect::<Vec<_>>())
}

/// The sum of the numbers before each of them, and of all.
fn sums(counts: &[usize]) -> Vec<u32> {
    let mut total = 0;
    let mut sums = Vec::with_capacity(counts.len() + 1);
    sums.push(0);
    for count in counts {
        total += count;
        sums.push(super::span::offset(total));
    }
    sums
}

/// The number of characters that begin in these bytes of a UTF-8 text.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// What stands for a byte that is not valid.
const REPLACEMENT: &str = "\u{FFFD}";

fn decode_utf8(bytes: Vec<u8>) -> (String, Encoding, Vec<u32>) {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, Encoding::Utf8, Vec::new()),
        Err(error) => error.into_bytes(),
    };
    // In place, from the end on: a large file is not held twice. First the places are those of the bytes.
    let mut invalid = Vec::with_capacity(invalid_in(&bytes).map(|range| range.len()).sum());
    invalid.extend(invalid_in(&bytes).flatten().map(super::span::offset));
    let grows = REPLACEMENT.len() - 1;
    let mut end = bytes.len();
    bytes.reserve_exact(invalid.len() * grows);
    bytes.resize(end + invalid.len() * grows, 0);
    for (before, place) in invalid.iter_mut().enumerate().rev() {
        let at = *place as usize;
        let start = at + before * grows;
        bytes.copy_within(at + 1..end, start + REPLACEMENT.len());
        bytes[start..start + REPLACEMENT.len()].copy_from_slice(REPLACEMENT.as_bytes());
        *place = super::span::offset(start);
        end = at;
    }
    let text = String::from_utf8(bytes);
    let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    (text, Encoding::Utf8, invalid)
}

/// The bytes that are not valid UTF-8.
fn invalid_in(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let error = str::from_utf8(&bytes[at..]).err()?;
        let start = at + error.valid_up_to();
        at = error.error_len().map_or(bytes.len(), |len| start + len);
        Some(start..at)
    })
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, Encoding, Vec<u32>) {
    let mut text = String::with_capacity(bytes.len());
    let mut invalid = Vec::new();
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    for decoded in char::decode_utf16(units) {
        text.push(decoded.unwrap_or_else(|_| {
            invalid.push(super::span::offset(text.len()));
            char::REPLACEMENT_CHARACTER
        }));
    }
    if bytes.len() % 2 == 1 {
        invalid.push(super::span::offset(text.len()));
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, Encoding::Utf16, invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &SourceFile, offset: u32) -> (usize, usize) {
        let position = file.position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_lf_only() {
        let file = SourceFile::new("a", "é: 1\r\nb:\r2\nc".into()).expect("small");
        assert_eq!(at(&file, 0), (1, 1));
        assert_eq!(at(&file, 2), (1, 2));
        assert_eq!(at(&file, 7), (2, 1));
        assert_eq!(at(&file, 10), (2, 4));
        assert_eq!(at(&file, 12), (3, 1));
        assert_eq!(at(&file, 99), (3, 2));
        assert_eq!(&file.text()[file.line_span(1).range()], "é: 1");
    }

    #[test]
    fn only_line_feeds_begin_lines() {
        // Bytes that differ from one in a bit, beside one, at each place of a word.
        for filler in [0x0b, 0x08, 0x8a, 0x00, 0xff, b'\r'] {
            for length in 0..20 {
                for at in 0..length {
                    let mut text = vec![filler; length];
                    text[at] = b'\n';
                    let mut starts = Vec::new();
                    add_line_starts(&text, 100, &mut starts);
                    assert_eq!(starts, [super::super::span::offset(101 + at)], "{text:?}");
                }
            }
        }
    }

    #[test]
    fn lines_counted_at_once_are_those_counted_when_asked() {
        let text = "é: 1\n\nb: 2".repeat(CHUNK / 4);
        let (file, counted) = (SourceFile::new("a", text.clone().into()), SourceFile::new("a", text.clone().into()));
        let (file, counted) = (file.expect("small"), counted.expect("small"));
        counted.count_lines();
        for offset in (0..text.len()).step_by(CHUNK / 7) {
            let offset = text.floor_char_boundary(offset);
            assert_eq!(
                at(&file, crate::source::span::offset(offset)),
                at(&counted, crate::source::span::offset(offset))
            );
        }
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let file = SourceFile::new("a", "\u{FEFF}a: 1".into()).expect("small");
        assert_eq!(at(&file, 3), (1, 1));
        assert_eq!(at(&file, 6), (1, 4));
    }

    #[test]
    fn a_column_far_out_on_a_long_line_is_exact() {
        let text = format!("{}x", "é".repeat(10_000));
        let file = SourceFile::new("a", text.into()).expect("small");
        assert_eq!(at(&file, 20_000), (1, 10_001));
    }

    #[test]
    fn each_invalid_byte_is_one_replacement_and_is_found_again() {
        let file = SourceFile::new("a", b"a: \xFF\xFE\nb".to_vec()).expect("small");
        assert_eq!(file.text(), "a: \u{FFFD}\u{FFFD}\nb");
        assert_eq!(file.first_invalid(Span::new(0, 20)), Some(3));
        assert_eq!(file.first_invalid(Span::new(4, 20)), Some(6));
        assert_eq!(file.first_invalid(Span::new(9, 20)), None);
    }

    #[test]
    fn invalid_bytes_are_replaced_as_the_standard_library_tells_them_apart() {
        let pieces: [&[u8]; 8] =
            [b"a", b"\n", "é".as_bytes(), "🎉".as_bytes(), b"\xFF", b"\xE2\x82", b"\xF0\x9F", b"\x80"];
        for mut number in 0..pieces.len().pow(4) {
            let mut bytes = Vec::new();
            for _ in 0..4 {
                bytes.extend(pieces[number % pieces.len()]);
                number /= pieces.len();
            }
            let (mut text, mut invalid) = (String::new(), Vec::new());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                for _ in chunk.invalid() {
                    invalid.push(crate::source::span::offset(text.len()));
                    text.push_str(REPLACEMENT);
                }
            }
            let file = SourceFile::new("a", bytes).expect("small");
            assert_eq!((file.text(), &file.invalid), (text.as_str(), &invalid));
        }
    }

    #[test]
    fn utf16_of_both_byte_orders_is_decoded() {
        for (mark, unit) in [([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xFE, 0xFF], u16::to_be_bytes)] {
            let mut bytes = mark.to_vec();
            bytes.extend("a: é𝄞".encode_utf16().flat_map(unit));
            let file = SourceFile::new("a", bytes).expect("small");
            assert_eq!(file.text(), "a: é𝄞");
            assert_eq!(file.encoding(), Encoding::Utf16);
        }
    }
}
