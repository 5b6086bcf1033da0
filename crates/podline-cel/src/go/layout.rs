//! Moments in the layouts of Go's `time.Parse` and `Format`: an example of how `Mon Jan 2 15:04:05 MST 2006` is written.

mod write;

use super::{day_number, days_in, quote};
use crate::time::Timestamp;

pub use write::format;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The parts of a layout that stand for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongDay,
    WeekDay,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    Upper,
    Lower,
    Zone,
    /// `Z07:00`: whether `Z` may stand for UTC, and the shape.
    Offset {
        zulu: bool,
        shape: &'static str,
    },
    /// `.000`: so many digits.
    Fraction0(usize),
    /// `.999`
    Fraction9,
}

/// In the order in which they must be tried.
const PARTS: [(&str, Part); 33] = [
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongDay),
    ("Mon", Part::WeekDay),
    ("MST", Part::Zone),
    ("01", Part::ZeroMonth),
    ("002", Part::ZeroYearDay),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("15", Part::Hour),
    ("1", Part::NumMonth),
    ("2006", Part::LongYear),
    ("2", Part::Day),
    ("_2006", Part::LongYear),
    ("__2", Part::UnderYearDay),
    ("_2", Part::UnderDay),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::Upper),
    ("pm", Part::Lower),
    ("-070000", Part::Offset { zulu: false, shape: "070000" }),
    ("-07:00:00", Part::Offset { zulu: false, shape: "07:00:00" }),
    ("-0700", Part::Offset { zulu: false, shape: "0700" }),
    ("-07:00", Part::Offset { zulu: false, shape: "07:00" }),
    ("-07", Part::Offset { zulu: false, shape: "07" }),
    ("Z070000", Part::Offset { zulu: true, shape: "070000" }),
    ("Z07:00:00", Part::Offset { zulu: true, shape: "07:00:00" }),
    ("Z0700", Part::Offset { zulu: true, shape: "0700" }),
    ("Z07:00", Part::Offset { zulu: true, shape: "07:00" }),
];

/// The text before the next part, the part as it is written, what it means, and the rest.
fn next_part(layout: &str) -> Option<(&str, &str, Part, &str)> {
    for (at, _) in layout.char_indices() {
        let rest = &layout[at..];
        if let Some((text, part)) = part_at(rest) {
            let from = if text.starts_with("_2006") { at + 1 } else { at };
            let text = text.strip_prefix('_').filter(|_| part == Part::LongYear).unwrap_or(text);
            return Some((&layout[..from], text, part, &layout[from + text.len()..]));
        }
    }
    None
}

fn part_at(rest: &str) -> Option<(&str, Part)> {
    for (text, part) in PARTS {
        // `Jan` is no month in `January`, which was tried before, nor in `Janet`.
        let lower_follows = || rest[text.len()..].starts_with(|c: char| c.is_ascii_lowercase());
        if rest.starts_with(text) && !(matches!(part, Part::Month | Part::WeekDay) && lower_follows()) {
            return Some((&rest[..text.len()], part));
        }
    }
    if rest.starts_with("Z07") {
        return Some((&rest[..3], Part::Offset { zulu: true, shape: "07" }));
    }
    let tail = rest.strip_prefix(['.', ','])?;
    let kind = tail.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let count = tail.chars().take_while(|c| *c == kind).count();
    // Followed by another digit it is no fraction.
    if tail[count..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let part = if kind == '0' { Part::Fraction0(count) } else { Part::Fraction9 };
    Some((&rest[..=count], part))
}

/// What was read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    afternoon: Option<bool>,
    offset: i64,
    /// The offset that the name of a zone shows. Go does not apply it.
    shown: i64,
}

/// Reads a moment.
///
/// # Errors
/// Similar to Go's words.
pub fn parse(layout: &str, text: &str) -> Result<Timestamp, String> {
    let error = |detail: &str| format!("parsing time {} as {}: {detail}", quote(text), quote(layout));
    let cannot = |value: &str, part: &str| error(&format!("cannot parse {} as {}", quote(value), quote(part)));
    let mut fields = Fields::default();
    let (mut pattern, mut value) = (layout, text);
    while let Some((before, written, part, rest)) = next_part(pattern) {
        value = skip(value, before).ok_or_else(|| cannot(value, before))?;
        let next = next_part(rest).map(|(_, _, part, _)| part);
        value = fields.take(part, value, next).ok_or_else(|| cannot(value, written))?;
        pattern = rest;
    }
    value = skip(value, pattern).ok_or_else(|| cannot(value, pattern))?;
    if !value.is_empty() {
        return Err(error(&format!("extra text: {}", quote(value))));
    }
    fields.finish().ok_or_else(|| format!("parsing time {}: day out of range", quote(text)))
}

/// Literal text; a blank stands for any number of them.
fn skip<'v>(mut value: &'v str, mut literal: &str) -> Option<&'v str> {
    while let Some(c) = literal.chars().next() {
        if c == ' ' {
            if !value.is_empty() && !value.starts_with(' ') {
                return None;
            }
            literal = literal.trim_start_matches(' ');
            value = value.trim_start_matches(' ');
            continue;
        }
        value = value.strip_prefix(c)?;
        literal = &literal[c.len_utf8()..];
    }
    Some(value)
}

/// One or two digits; two if `fixed`.
fn number(value: &str, fixed: bool) -> Option<(i64, &str)> {
    let count = value.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if count == 0 || (fixed && count < 2) {
        return None;
    }
    Some((value[..count].parse().ok()?, &value[count..]))
}

fn digits(value: &str, count: usize) -> Option<(i64, &str)> {
    let text = value.get(..count).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((text.parse().ok()?, &value[count..]))
}

/// A name, or its first letters, in any case.
fn name<'v>(value: &'v str, names: &[&str], length: Option<usize>) -> Option<(i64, &'v str)> {
    names.iter().enumerate().find_map(|(at, name)| {
        let wanted = length.map_or(*name, |length| &name[..length]);
        let found = value.get(..wanted.len())?.eq_ignore_ascii_case(wanted);
        found.then(|| (i64::try_from(at).unwrap_or_default(), &value[wanted.len()..]))
    })
}

/// The fraction of a second, as nanoseconds; more than nine digits are cut.
fn fraction(digits: &str) -> Option<u32> {
    format!("{digits:0<9.9}").parse().ok()
}

impl Fields {
    fn take<'v>(&mut self, part: Part, value: &'v str, next: Option<Part>) -> Option<&'v str> {
        let in_range = |(number, rest): (i64, &'v str), range: std::ops::Range<i64>| {
            range.contains(&number).then_some((number, rest))
        };
        let rest;
        match part {
            Part::Year => {
                (self.year, rest) = digits(value, 2)?;
                self.year += if self.year >= 69 { 1900 } else { 2000 };
            }
            Part::LongYear => (self.year, rest) = digits(value, 4)?,
            Part::Month | Part::LongMonth => {
                let found = name(value, &MONTHS, (part == Part::Month).then_some(3))?;
                (self.month, rest) = (Some(found.0 + 1), found.1);
            }
            Part::NumMonth | Part::ZeroMonth => {
                let found = in_range(number(value, part == Part::ZeroMonth)?, 1..13)?;
                (self.month, rest) = (Some(found.0), found.1);
            }
            Part::WeekDay | Part::LongDay => (_, rest) = name(value, &DAYS, (part == Part::WeekDay).then_some(3))?,
            Part::Day | Part::UnderDay | Part::ZeroDay => {
                let value = if part == Part::UnderDay { value.strip_prefix(' ').unwrap_or(value) } else { value };
                let found = number(value, part == Part::ZeroDay)?;
                (self.day, rest) = (Some(found.0), found.1);
            }
            Part::UnderYearDay | Part::ZeroYearDay => {
                let blanks =
                    if part == Part::UnderYearDay { value.len() - value.trim_start_matches(' ').len() } else { 0 };
                let blanks = blanks.min(2);
                let found = digits(&value[blanks..], 3 - blanks)?;
                (self.year_day, rest) = (Some(found.0), found.1);
            }
            Part::Hour => (self.hour, rest) = in_range(number(value, false)?, 0..24)?,
            Part::Hour12 | Part::ZeroHour12 => {
                (self.hour, rest) = in_range(number(value, part == Part::ZeroHour12)?, 0..13)?;
            }
            Part::Minute | Part::ZeroMinute => {
                (self.minute, rest) = in_range(number(value, part == Part::ZeroMinute)?, 0..60)?;
            }
            Part::Second | Part::ZeroSecond => {
                let found = in_range(number(value, part == Part::ZeroSecond)?, 0..60)?;
                self.second = found.0;
                rest = self.unasked_fraction(found.1, next)?;
            }
            Part::Upper | Part::Lower => {
                let (am, pm) = if part == Part::Upper { ("AM", "PM") } else { ("am", "pm") };
                let afternoon = value.starts_with(pm);
                rest = value.strip_prefix(if afternoon { pm } else { am })?;
                self.afternoon = Some(afternoon);
            }
            Part::Offset { zulu, shape } => rest = self.take_offset(value, zulu, shape)?,
            Part::Zone => rest = self.take_zone(value)?,
            Part::Fraction0(count) => {
                let tail = value.strip_prefix(['.', ','])?;
                let text = tail.get(..count).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
                self.nanos = fraction(text)?;
                rest = &tail[count..];
            }
            Part::Fraction9 => rest = self.take_fraction(value)?,
        }
        Some(rest)
    }

    /// A fraction may follow the seconds though the layout has none.
    fn unasked_fraction<'v>(&mut self, value: &'v str, next: Option<Part>) -> Option<&'v str> {
        if matches!(next, Some(Part::Fraction0(_) | Part::Fraction9)) { Some(value) } else { self.take_fraction(value) }
    }

    fn take_fraction<'v>(&mut self, value: &'v str) -> Option<&'v str> {
        let Some(tail) = value.strip_prefix(['.', ',']) else { return Some(value) };
        let count = tail.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return Some(value);
        }
        self.nanos = fraction(&tail[..count])?;
        Some(&tail[count..])
    }

    fn take_offset<'v>(&mut self, value: &'v str, zulu: bool, shape: &str) -> Option<&'v str> {
        if zulu && let Some(rest) = value.strip_prefix('Z') {
            return Some(rest);
        }
        let sign = if value.starts_with('-') { -1 } else { 1 };
        let text = value.strip_prefix(['+', '-'])?.get(..shape.len())?;
        let mut parts = [0, 0, 0];
        let mut at = 0;
        let mut rest = text;
        while !rest.is_empty() && at < 3 {
            (parts[at], rest) = digits(rest, 2)?;
            at += 1;
            if shape.contains(':') && !rest.is_empty() {
                rest = rest.strip_prefix(':')?;
            }
        }
        if parts[0] > 24 || parts[1] > 60 || parts[2] > 60 {
            return None;
        }
        self.offset = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
        Some(&value[1 + shape.len()..])
    }

    /// The abbreviation of a zone: three or four capitals. Go knows the offsets of its own zone alone, which is taken
    /// for UTC; `GMT+3` is shown as such, but read as UTC too.
    fn take_zone<'v>(&mut self, value: &'v str) -> Option<&'v str> {
        if let Some(tail) = value.strip_prefix("GMT")
            && tail.starts_with(['+', '-'])
        {
            let count = tail[1..].bytes().take_while(u8::is_ascii_digit).count();
            let hours: i64 = tail[..=count].parse().ok()?;
            if !(-23..=23).contains(&hours) {
                return None;
            }
            self.shown = hours * 3600;
            return Some(&tail[count + 1..]);
        }
        let count = value.bytes().take(6).take_while(u8::is_ascii_uppercase).count();
        let known = match count {
            3 => true,
            4 => value.as_bytes()[3] == b'T' || value.starts_with("WITA"),
            5 => value.as_bytes()[4] == b'T',
            _ => false,
        };
        known.then(|| &value[count..])
    }

    fn finish(self) -> Option<Timestamp> {
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        let days = if let Some(at) = self.year_day {
            let first = day_number(self.year, 1, 1);
            if !(1..=day_number(self.year + 1, 1, 1) - first).contains(&at) {
                return None;
            }
            first + at - 1
        } else {
            if !(1..=days_in(self.year, month)).contains(&day) {
                return None;
            }
            day_number(self.year, month, day)
        };
        let seconds = days * 86_400 + hour * 3600 + self.minute * 60 + self.second - self.offset;
        Some(Timestamp { seconds, nanos: self.nanos, offset: i32::try_from(self.offset + self.shown).ok()? })
    }
}
