//! Moments and spans of time, read and written as Go does.

use std::fmt::Write as _;

const NANOS: i64 = 1_000_000_000;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
pub(crate) const EARLIEST: i64 = -62_135_596_800;
pub(crate) const LATEST: i64 = 253_402_300_799;

/// A moment, with the offset from UTC it was written in.
#[derive(Clone, Copy, Debug)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// Seconds east of UTC; only its text shows it.
    pub offset: i32,
}

/// The parts of a date and time of day.
pub struct Civil {
    /// The year, as people count.
    pub year: i64,
    /// From 1.
    pub month: i64,
    /// From 1.
    pub day: i64,
    /// From 0 to 23.
    pub hour: i64,
    /// From 0.
    pub minute: i64,
    /// From 0.
    pub second: i64,
    /// From 0, Sunday.
    pub weekday: i64,
    /// From 0.
    pub year_day: i64,
}

impl Timestamp {
    /// The moment `seconds` after 1970, in UTC.
    pub fn at(seconds: i64, nanos: u32) -> Timestamp {
        Timestamp { seconds, nanos, offset: 0 }
    }

    pub(crate) fn moment(self) -> (i64, u32) {
        (self.seconds, self.nanos)
    }

    pub(crate) fn same_moment(self, other: Timestamp) -> bool {
        self.moment() == other.moment()
    }

    /// Is it 0001-01-01T00:00:00Z, Go's zero time?
    pub(crate) fn is_zero(self) -> bool {
        self.moment() == (EARLIEST, 0)
    }

    /// The moment `duration` nanoseconds later; nothing if that is before year 1 or after 9999.
    pub fn plus(self, duration: i64) -> Option<Timestamp> {
        let total = i64::from(self.nanos) + duration.rem_euclid(NANOS);
        let seconds = self.seconds.checked_add(duration.div_euclid(NANOS))?.checked_add(total.div_euclid(NANOS))?;
        let nanos = u32::try_from(total.rem_euclid(NANOS)).ok()?;
        (EARLIEST..=LATEST).contains(&seconds).then_some(Timestamp { seconds, nanos, ..self })
    }

    /// The nanoseconds from `earlier` to this; nothing if they are too many.
    pub fn since(self, earlier: Timestamp) -> Option<i64> {
        let seconds = self.seconds.checked_sub(earlier.seconds)?.checked_mul(NANOS)?;
        seconds.checked_add(i64::from(self.nanos) - i64::from(earlier.nanos))
    }

    /// Its parts at `offset` seconds east of UTC.
    pub fn civil(self, offset: i64) -> Civil {
        let local = self.seconds + offset;
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = date(days);
        Civil {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 4).rem_euclid(7),
            year_day: days - day_number(year, 1, 1),
        }
    }

    /// RFC 3339 with as many digits of the second as needed.
    pub fn text(self) -> String {
        let c = self.civil(i64::from(self.offset));
        let mut text =
            format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
        if self.nanos > 0 {
            let digits = format!("{:09}", self.nanos);
            let _ = write!(text, ".{}", digits.trim_end_matches('0'));
        }
        if self.offset == 0 {
            text.push('Z');
        } else {
            let minutes = self.offset.abs() / 60;
            let sign = if self.offset < 0 { '-' } else { '+' };
            let _ = write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
        text
    }

    /// Reads RFC 3339 as Go's `time.Parse` does.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let mut rest = text;
        let year = digits(&mut rest, 4, 4)?;
        let month = part(&mut rest, '-', 2, 2)?;
        let day = part(&mut rest, '-', 2, 2)?;
        let hour = part(&mut rest, 'T', 1, 2)?;
        let minute = part(&mut rest, ':', 2, 2)?;
        let second = part(&mut rest, ':', 2, 2)?;
        let nanos = fraction(&mut rest)?;
        let offset = zone(rest)?;
        let valid = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !valid {
            return None;
        }
        let seconds = day_number(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - i64::from(offset);
        Some(Timestamp { seconds, nanos, offset })
    }
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (number, tail) = rest.split_at(count);
    *rest = tail;
    number.parse().ok()
}

fn part(rest: &mut &str, before: char, least: usize, most: usize) -> Option<i64> {
    *rest = rest.strip_prefix(before)?;
    digits(rest, least, most)
}

fn fraction(rest: &mut &str) -> Option<u32> {
    let Some(tail) = rest.strip_prefix(['.', ',']) else { return Some(0) };
    let count = tail.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return None;
    }
    let nine: String = tail[..count].chars().chain(std::iter::repeat('0')).take(9).collect();
    *rest = &tail[count..];
    nine.parse().ok()
}

fn zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let mut rest = &text[1..];
    let hours = digits(&mut rest, 2, 2)?;
    let minutes = part(&mut rest, ':', 2, 2)?;
    (rest.is_empty() && hours <= 24 && minutes < 60)
        .then(|| sign * i32::try_from(hours * 3600 + minutes * 60).unwrap_or(0))
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has.
pub fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The nanoseconds of the longest span of time.
const LIMIT: u64 = 1 << 63;

/// Reads a span of time as Go's `time.ParseDuration` does (`1h30m`, `-1.5s`), in nanoseconds.
pub(crate) fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let whole = rest.bytes().take_while(u8::is_ascii_digit).count();
        let value: u64 = if whole == 0 { 0 } else { rest[..whole].parse().ok().filter(|value| *value <= LIMIT)? };
        rest = &rest[whole..];
        let mut fraction = "";
        if let Some(tail) = rest.strip_prefix('.') {
            let count = tail.bytes().take_while(u8::is_ascii_digit).count();
            (fraction, rest) = tail.split_at(count);
        }
        if whole == 0 && fraction.is_empty() {
            return None;
        }
        let length = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, tail) = rest.split_at(length);
        rest = tail;
        let unit: u64 = match unit {
            "ns" => 1,
            "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let value = value.checked_mul(unit).filter(|value| *value <= LIMIT)? + fraction_of(fraction, unit);
        total = total.checked_add(value).filter(|total| *total <= LIMIT)?;
    }
    if negative { 0i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // as Go computes it
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let (mut value, mut scale): (u64, f64) = (0, 1.0);
    for digit in digits.bytes() {
        // Go stops where the digits no longer fit.
        let Some(next) = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0'))) else {
            break;
        };
        if next > 1 << 63 {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as u64
}

/// Seconds with as many digits as needed: `5400s`.
#[allow(clippy::cast_precision_loss)] // as Go computes it
pub(crate) fn duration_text(nanos: i64) -> String {
    let seconds = (nanos / NANOS) as f64 + (nanos % NANOS) as f64 / 1e9;
    format!("{seconds}s")
}
