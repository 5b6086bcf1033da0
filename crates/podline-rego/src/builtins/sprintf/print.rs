//! One argument by one verb.

use std::fmt::Write as _;

use num_bigint::{BigInt, Sign};
use podline_cel::go::{is_printable, quote, quote_ascii, quote_char};

use super::{Argument, Flags, floats};
use crate::context::{Context, Failure};

pub(super) struct Printer<'c> {
    pub(super) out: String,
    pub(super) flags: Flags,
    context: &'c Context<'c>,
}

impl<'c> Printer<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Printer<'c> {
        Printer { out: String::new(), flags: Flags::default(), context }
    }

    pub(super) fn push(&mut self, text: &str) -> Result<(), Failure> {
        self.context.budget.bytes(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn fill(&mut self, with: char, count: usize) -> Result<(), Failure> {
        self.context.budget.bytes(count)?;
        self.out.extend(std::iter::repeat_n(with, count));
        Ok(())
    }

    /// Go's `writePadding`.
    fn padding(&mut self, count: usize) -> Result<(), Failure> {
        self.fill(if self.flags.zero && !self.flags.minus { '0' } else { ' ' }, count)
    }

    fn pad(&mut self, text: &str) -> Result<(), Failure> {
        let missing = self.flags.width.unwrap_or(0).saturating_sub(text.chars().count());
        if self.flags.minus {
            self.push(text)?;
            return self.padding(missing);
        }
        self.padding(missing)?;
        self.push(text)
    }

    /// With blanks, whatever the flags say.
    fn pad_blank(&mut self, text: &str) -> Result<(), Failure> {
        let zero = std::mem::take(&mut self.flags.zero);
        let padded = self.pad(text);
        self.flags.zero = zero;
        padded
    }

    pub(super) fn print(&mut self, argument: &Argument, verb: char) -> Result<(), Failure> {
        match (verb, argument) {
            ('T', _) => self.text(argument.type_name()),
            // The address of a number in memory.
            ('p', Argument::Big(_)) => Err(Failure::undecided("sprintf with %p")),
            ('p', _) | ('w', Argument::Big(_)) => self.bad(argument, verb),
            (_, Argument::Text(text)) => match verb {
                'v' if self.flags.sharp_v => self.quoted(text),
                'v' | 's' => self.text(text),
                'x' => self.hexadecimal(text, "0123456789abcdefx"),
                'X' => self.hexadecimal(text, "0123456789ABCDEFX"),
                'q' => self.quoted(text),
                _ => self.bad(argument, verb),
            },
            (_, Argument::Int(number)) => match verb {
                'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.integer(*number, verb),
                'c' => self.pad(&character(*number).to_string()),
                'q' => self.pad(&quote_char(character(*number), self.flags.plus)),
                'U' => self.unicode(*number),
                _ => self.bad(argument, verb),
            },
            (_, Argument::Big(number)) => self.big(number, verb),
            (_, Argument::Float(number)) => match verb {
                'v' => self.float(*number, 'g', None),
                'b' | 'g' | 'G' | 'x' | 'X' => self.float(*number, verb, None),
                'f' | 'F' => self.float(*number, 'f', Some(6)),
                'e' | 'E' => self.float(*number, verb, Some(6)),
                _ => self.bad(argument, verb),
            },
        }
    }

    fn bad(&mut self, argument: &Argument, verb: char) -> Result<(), Failure> {
        self.push(&format!("%!{verb}({}=", argument.type_name()))?;
        self.print(argument, 'v')?;
        self.push(")")
    }

    /// As much of the text as the precision says.
    fn cut<'t>(&self, text: &'t str) -> &'t str {
        match self.flags.precision.and_then(|precision| text.char_indices().nth(precision)) {
            Some((end, _)) => &text[..end],
            None => text,
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.pad(self.cut(text))
    }

    fn quoted(&mut self, text: &str) -> Result<(), Failure> {
        let text = self.cut(text);
        let plain = |c: char| c != '`' && c != '\u{feff}' && (c == '\t' || (c >= ' ' && c != '\u{7f}'));
        if self.flags.sharp && text.chars().all(plain) {
            return self.pad(&format!("`{text}`"));
        }
        self.pad(&if self.flags.plus { quote_ascii(text) } else { quote(text) })
    }

    /// The bytes of a text. The last of the digits is the mark of the base.
    fn hexadecimal(&mut self, text: &str, digits: &str) -> Result<(), Failure> {
        let (digits, flags) = (digits.as_bytes(), self.flags);
        let bytes = text.as_bytes();
        let bytes = &bytes[..flags.precision.unwrap_or(bytes.len()).min(bytes.len())];
        let mut out = String::new();
        for (at, byte) in bytes.iter().enumerate() {
            if at > 0 && flags.space {
                out.push(' ');
            }
            if flags.sharp && (at == 0 || flags.space) {
                out.push('0');
                out.push(char::from(digits[16]));
            }
            out.push(char::from(digits[usize::from(byte >> 4)]));
            out.push(char::from(digits[usize::from(byte & 15)]));
        }
        self.pad(&out)
    }

    fn integer(&mut self, number: i64, verb: char) -> Result<(), Failure> {
        let flags = self.flags;
        let size = number.unsigned_abs();
        let digits = match verb {
            'b' => format!("{size:b}"),
            'o' | 'O' => format!("{size:o}"),
            'x' => format!("{size:x}"),
            'X' => format!("{size:X}"),
            _ => size.to_string(),
        };
        let sign = match (number < 0, flags.plus, flags.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let least = match (flags.precision, flags.width) {
            // Nothing but blanks.
            (Some(0), width) if size == 0 => return self.fill(' ', width.unwrap_or(0)),
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len()),
            _ => 0,
        };
        self.context.budget.bytes(least)?;
        let digits = format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
        let prefix = match verb {
            'O' => "0o",
            _ if !flags.sharp => "",
            'b' => "0b",
            'o' if !digits.starts_with('0') => "0",
            'x' => "0x",
            'X' => "0X",
            _ => "",
        };
        // `%#O` has the zero of `%#o` behind its own.
        let zero = if verb == 'O' && flags.sharp && !digits.starts_with('0') { "0" } else { "" };
        self.pad_blank(&format!("{sign}{prefix}{zero}{digits}"))
    }

    fn unicode(&mut self, number: i64) -> Result<(), Failure> {
        #[expect(clippy::cast_sign_loss, reason = "as Go does: -1 is FFFFFFFFFFFFFFFF")]
        let code = number as u64;
        let least = self.flags.precision.unwrap_or(0).max(4);
        self.context.budget.bytes(least)?;
        let digits = format!("{code:X}");
        let mut text = format!("U+{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
        if self.flags.sharp
            && let Some(c) = u32::try_from(code).ok().and_then(char::from_u32).filter(|c| is_printable(*c))
        {
            let _ = write!(text, " '{c}'");
        }
        self.pad_blank(&text)
    }

    /// Go's `(*big.Int).Format`.
    fn big(&mut self, number: &BigInt, verb: char) -> Result<(), Failure> {
        let flags = self.flags;
        let (radix, prefix) = match verb {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'O' => (8, "0o"),
            'd' | 's' | 'v' => (10, ""),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => return self.push(&format!("%!{verb}(big.Int={number})")),
        };
        let prefix = if flags.sharp || flags.sharp_v || verb == 'O' { prefix } else { "" };
        let sign = match number.sign() {
            Sign::Minus => "-",
            _ if flags.plus || flags.plus_v => "+",
            _ if flags.space => " ",
            _ => "",
        };
        let digits = number.magnitude().to_str_radix(radix);
        let digits = if verb == 'X' { digits.to_uppercase() } else { digits };
        let mut zeros = flags.precision.unwrap_or(0).saturating_sub(digits.len());
        let missing = flags.width.unwrap_or(0).saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
        let (mut left, mut right) = (0, 0);
        match (flags.minus, flags.zero && flags.precision.is_none()) {
            (true, _) => right = missing,
            (false, true) => zeros += missing,
            (false, false) => left = missing,
        }
        self.fill(' ', left)?;
        self.push(sign)?;
        self.push(prefix)?;
        self.fill('0', zeros)?;
        self.push(&digits)?;
        self.fill(' ', right)
    }

    fn float(&mut self, number: f64, verb: char, precision: Option<usize>) -> Result<(), Failure> {
        let flags = self.flags;
        let precision = flags.precision.or(precision);
        self.context.budget.bytes(precision.unwrap_or(0))?;
        let text = floats::write(number, verb, precision);
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned.to_owned()),
            None => (false, text),
        };
        let unsigned =
            if flags.sharp && verb != 'b' { floats::with_point(&unsigned, verb, precision) } else { unsigned };
        let sign = match (negative, flags.plus, flags.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => return self.pad(&unsigned),
        };
        let length = unsigned.len() + 1;
        match flags.width {
            Some(width) if flags.zero && !flags.minus && width > length => {
                self.push(sign)?;
                self.padding(width - length)?;
                self.push(&unsigned)
            }
            _ => self.pad(&format!("{sign}{unsigned}")),
        }
    }
}

/// The character with a number; of what is none, U+FFFD.
fn character(number: i64) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}
