//! DER, as far as certificates need it.

use std::fmt::Write as _;

/// One element: its tag, what it holds, and all its bytes.
#[derive(Clone, Copy)]
pub(super) struct Element<'d> {
    pub(super) tag: u8,
    pub(super) content: &'d [u8],
    pub(super) raw: &'d [u8],
}

/// Elements, one after the other.
pub(super) struct Reader<'d>(&'d [u8]);

const SEQUENCE: u8 = 0x30;

impl<'d> Reader<'d> {
    pub(super) fn new(bytes: &'d [u8]) -> Reader<'d> {
        Reader(bytes)
    }

    /// The next element. Tags and lengths of more bytes than certificates have are none.
    pub(super) fn next(&mut self) -> Option<Element<'d>> {
        let (tag, length) = (*self.0.first()?, *self.0.get(1)?);
        let (start, length) = match length {
            0..=0x7f => (2, usize::from(length)),
            0x81..=0x84 => {
                let count = usize::from(length - 0x80);
                let bytes = self.0.get(2..2 + count)?;
                (2 + count, bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
            }
            _ => return None,
        };
        let end = start.checked_add(length)?;
        let raw = self.0.get(..end)?;
        self.0 = &self.0[end..];
        Some(Element { tag, content: &raw[start..], raw })
    }

    /// The next element, if it has this context tag.
    pub(super) fn context(&mut self, number: u8) -> Option<Element<'d>> {
        if *self.0.first()? == 0xa0 | number { self.next() } else { None }
    }

    /// What is in the sequence that stands next.
    pub(super) fn sequence(&mut self) -> Option<Reader<'d>> {
        self.next()?.sequence()
    }
}

impl<'d> Element<'d> {
    pub(super) fn sequence(&self) -> Option<Reader<'d>> {
        (self.tag == SEQUENCE).then_some(Reader(self.content))
    }

    /// A small whole number.
    pub(super) fn small(&self) -> Option<i64> {
        if self.tag != 2 || self.content.is_empty() || self.content.len() > 8 {
            return None;
        }
        let start = if self.content[0] >= 0x80 { -1 } else { 0 };
        Some(self.content.iter().fold(start, |number, byte| number << 8 | i64::from(*byte)))
    }

    /// A whole number of any size, in decimal. Negative ones are rare, and read as what their bytes say.
    pub(super) fn integer(&self) -> Option<String> {
        if self.tag != 2 || self.content.len() > 4096 {
            return None;
        }
        // Nine digits at a time, the lowest first.
        let mut limbs: Vec<u64> = Vec::new();
        for byte in self.content {
            let mut carry = u64::from(*byte);
            for limb in &mut limbs {
                let value = *limb * 256 + carry;
                *limb = value % 1_000_000_000;
                carry = value / 1_000_000_000;
            }
            if carry > 0 {
                limbs.push(carry);
            }
        }
        let mut limbs = limbs.iter().rev();
        let mut text = limbs.next().map_or_else(|| "0".to_owned(), u64::to_string);
        for limb in limbs {
            let _ = write!(text, "{limb:09}");
        }
        Some(text)
    }

    /// `1.2.840.113549`
    pub(super) fn oid(&self) -> Option<String> {
        if self.tag != 6 {
            return None;
        }
        let mut text = String::new();
        let mut number: u64 = 0;
        for byte in self.content {
            number = number.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
            if byte & 0x80 != 0 {
                continue;
            }
            if text.is_empty() {
                let first = (number / 40).min(2);
                let _ = write!(text, "{first}.{}", number - first * 40);
            } else {
                let _ = write!(text, ".{number}");
            }
            number = 0;
        }
        Some(text)
    }

    /// The bytes of a bit string that fills them.
    pub(super) fn bits(&self) -> Option<&'d [u8]> {
        if self.tag == 3 { self.content.get(1..) } else { None }
    }

    /// The bits of a bit string, in order.
    pub(super) fn bit_string(&self) -> Option<Vec<bool>> {
        let bytes = self.bits()?;
        Some(bytes.iter().take(4).flat_map(|byte| (0..8).map(move |at| byte >> (7 - at) & 1 == 1)).collect())
    }

    /// Text of any of the string types.
    pub(super) fn text(&self) -> String {
        match self.tag {
            // BMPString, T61String
            0x1e => {
                let units = self.content.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            0x14 => self.content.iter().map(|byte| char::from(*byte)).collect(),
            _ => String::from_utf8_lossy(self.content).into_owned(),
        }
    }

    /// A time as RFC 3339.
    pub(super) fn time(&self) -> Option<String> {
        let text = std::str::from_utf8(self.content).ok()?;
        let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let (century, digits) = match (self.tag, digits.len()) {
            (0x17, 12) => (if &digits[..2] < "50" { "20" } else { "19" }, digits.to_owned()),
            (0x18, 14) => ("", digits.to_owned()),
            _ => return None,
        };
        let all = format!("{century}{digits}");
        let part = |from: usize, to: usize| all.get(from..to);
        Some(format!(
            "{}-{}-{}T{}:{}:{}Z",
            part(0, 4)?,
            part(4, 6)?,
            part(6, 8)?,
            part(8, 10)?,
            part(10, 12)?,
            part(12, 14)?
        ))
    }
}
