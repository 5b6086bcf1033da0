//! From Go's syntax to the crate's.

use std::fmt::Write as _;

use super::class;

/// The most repetitions, and the deepest nesting.
const REPEATS: u32 = 1000;
const DEEPEST: usize = 1000;

pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut reader = Reader {
        whole: pattern,
        rest: pattern,
        out: String::new(),
        groups: Vec::new(),
        names: Vec::new(),
        last: Last::Nothing,
    };
    reader.read()?;
    if !reader.groups.is_empty() {
        return Err(format!("missing closing ): `{pattern}`"));
    }
    Ok(reader.out)
}

/// What stands before the place at hand, for a repetition to repeat.
#[derive(Clone, Copy)]
enum Last<'p> {
    Nothing,
    /// Something, and how often parts of it are repeated already.
    Atom(u32),
    /// A repetition, with the text from it on.
    Repeat(&'p str),
}

pub(super) struct Reader<'p> {
    whole: &'p str,
    pub(super) rest: &'p str,
    pub(super) out: String,
    /// For each open group how often parts of it are repeated.
    groups: Vec<u32>,
    names: Vec<&'p str>,
    last: Last<'p>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), String> {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '(' => self.open()?,
                ')' => self.close()?,
                '|' => {
                    self.skip(1);
                    self.out.push('|');
                    self.last = Last::Nothing;
                }
                '*' | '+' | '?' => self.repeat(1, None, None)?,
                '{' => self.braces()?,
                '[' => {
                    class::class(self)?;
                    self.last = Last::Atom(1);
                }
                '\\' => self.escape()?,
                '.' | '^' | '$' => {
                    self.skip(1);
                    self.out.push(c);
                    self.last = Last::Atom(1);
                }
                _ => self.literal(c),
            }
        }
        Ok(())
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn literal(&mut self, c: char) {
        self.skip(c.len_utf8());
        push_literal(&mut self.out, c);
        self.last = Last::Atom(1);
    }

    fn open(&mut self) -> Result<(), String> {
        if self.groups.len() >= DEEPEST {
            return Err(format!("expression nests too deeply: `{}`", self.whole));
        }
        if !self.rest.starts_with("(?") {
            self.skip(1);
            self.out.push('(');
            self.groups.push(1);
            self.last = Last::Nothing;
            return Ok(());
        }
        let named = if self.rest.starts_with("(?P<") { Some(4) } else { self.rest.starts_with("(?<").then_some(3) };
        if let Some(prefix) = named {
            let end = self.rest.find('>').ok_or_else(|| format!("invalid named capture: `{}`", self.rest))?;
            let name = self.rest.get(prefix..end).unwrap_or_default();
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(format!("invalid named capture: `{}`", &self.rest[..=end]));
            }
            let again = self.names.contains(&name);
            self.names.push(name);
            self.skip(end + 1);
            // The crate's names are not used twice, and do not start with a digit.
            if again || name.starts_with(|c: char| c.is_ascii_digit()) {
                self.out.push('(');
            } else {
                let _ = write!(self.out, "(?P<{name}>");
            }
            self.groups.push(1);
            self.last = Last::Nothing;
            return Ok(());
        }
        self.flags()
    }

    fn flags(&mut self) -> Result<(), String> {
        let start = self.rest;
        let mut flags = String::new();
        let (mut negative, mut since_sign) = (false, false);
        for (at, c) in start.char_indices().skip(2) {
            let seen = at + c.len_utf8();
            match c {
                'i' | 'm' | 's' | 'U' => {
                    flags.push(c);
                    since_sign = true;
                }
                '-' if !negative => {
                    negative = true;
                    since_sign = false;
                    flags.push('-');
                }
                ':' | ')' if !negative || since_sign => {
                    self.skip(seen);
                    self.out.push_str("(?");
                    self.out.push_str(&flags);
                    self.out.push(c);
                    if c == ':' {
                        self.groups.push(1);
                    } else if flags.is_empty() {
                        // `(?)` is nothing at all.
                        self.out.truncate(self.out.len() - 3);
                    }
                    self.last = Last::Nothing;
                    return Ok(());
                }
                _ => return Err(format!("invalid or unsupported Perl syntax: `{}`", &start[..seen])),
            }
        }
        Err(format!("missing closing ): `{}`", self.whole))
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(repeated) = self.groups.pop() else {
            return Err(format!("unexpected ): `{}`", self.whole));
        };
        self.skip(1);
        self.out.push(')');
        self.note(repeated);
        self.last = Last::Atom(repeated);
        Ok(())
    }

    /// Remembers in the group around how often its parts are repeated.
    fn note(&mut self, repeated: u32) {
        if let Some(group) = self.groups.last_mut() {
            *group = (*group).max(repeated);
        }
    }

    /// An operator of `length` bytes at hand, with its counts if it has any.
    fn repeat(&mut self, length: usize, least: Option<u32>, most: Option<u32>) -> Result<(), String> {
        let before = self.rest;
        let lazy = before[length..].starts_with('?');
        let operator = &before[..length + usize::from(lazy)];
        let repeated = match self.last {
            Last::Nothing => {
                return Err(format!("missing argument to repetition operator: `{}`", &before[..length]));
            }
            Last::Repeat(from) => {
                let text = &from[..from.len() - before.len() + operator.len()];
                return Err(format!("invalid nested repetition operator: `{text}`"));
            }
            Last::Atom(repeated) => repeated,
        };
        let count = most.or(least).unwrap_or(1).max(1);
        if repeated.saturating_mul(count) > REPEATS {
            return Err(format!("invalid repeat count: `{}`", &before[..length]));
        }
        self.out.push_str(operator);
        self.skip(operator.len());
        self.note(repeated * count);
        self.last = Last::Repeat(before);
        Ok(())
    }

    /// `{2,5}`, or a brace that is text.
    fn braces(&mut self) -> Result<(), String> {
        let Some((length, least, most)) = counts(self.rest) else {
            self.literal('{');
            return Ok(());
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= REPEATS);
        let invalid = || format!("invalid repeat count: `{}`", &self.rest[..length]);
        let low = number(least).ok_or_else(invalid)?;
        let high = match most {
            None => Some(low),
            Some("") => None,
            Some(most) => Some(number(most).ok_or_else(invalid)?),
        };
        if high.is_some_and(|high| high < low) {
            return Err(invalid());
        }
        self.repeat(length, Some(low), high)
    }

    fn escape(&mut self) -> Result<(), String> {
        let next = self.rest.chars().nth(1);
        match next {
            Some('Q') => {
                let (text, rest) = self.rest[2..].split_once("\\E").unwrap_or((&self.rest[2..], ""));
                text.chars().for_each(|c| push_literal(&mut self.out, c));
                if !text.is_empty() {
                    self.last = Last::Atom(1);
                }
                self.rest = rest;
                return Ok(());
            }
            Some('A' | 'z') => self.copy(2, None),
            Some('b') => self.copy(2, Some("(?-u:\\b)")),
            Some('B') => self.copy(2, Some("(?-u:\\B)")),
            Some('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
                let text = class::perl(next.unwrap_or_default());
                let text = if text.starts_with('[') { text.to_owned() } else { format!("[{text}]") };
                self.copy(2, Some(&text));
            }
            Some('p' | 'P') => {
                let property = class::property(self)?;
                self.out.push_str(&property);
            }
            _ => {
                let c = class::escaped(self)?;
                push_literal(&mut self.out, c);
            }
        }
        self.last = Last::Atom(1);
        Ok(())
    }

    fn copy(&mut self, bytes: usize, instead: Option<&str>) {
        let text = instead.unwrap_or(&self.rest[..bytes]);
        self.out.push_str(text);
        self.skip(bytes);
    }
}

/// The length of a repetition in braces, and its counts.
fn counts(text: &str) -> Option<(usize, &str, Option<&str>)> {
    let end = text.find('}')?;
    let (least, most) = match text[1..end].split_once(',') {
        Some((least, most)) => (least, Some(most)),
        None => (&text[1..end], None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // A leading zero makes it text.
    let number = |text: &str| digits(text) && !text.is_empty() && (text.len() == 1 || !text.starts_with('0'));
    let valid = number(least) && most.is_none_or(|most| most.is_empty() || number(most));
    valid.then_some((end + 1, least, most))
}

/// A character that stands for itself.
pub(super) fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    if c.is_ascii_control() || c == '<' || c == '>' {
        if out.ends_with('\\') && (c == '<' || c == '>') {
            out.pop();
        }
        let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
        return;
    }
    out.push(c);
}
