//! Writing moments.

use std::fmt::Write as _;

use super::{DAYS, MONTHS, Part, next_part};
use crate::time::{Civil, Timestamp};

/// Writes a moment at its own offset from UTC; `zone` is what the time is called there.
pub fn format(layout: &str, moment: Timestamp, zone: &str) -> String {
    let offset = i64::from(moment.offset);
    let civil = moment.civil(offset);
    let mut out = String::new();
    let mut pattern = layout;
    while let Some((before, written, part, rest)) = next_part(pattern) {
        out.push_str(before);
        match part {
            Part::Offset { zulu, shape } => push_offset(&mut out, offset, zulu, shape),
            Part::Zone if zone.is_empty() => push_offset(&mut out, offset, false, "0700"),
            Part::Zone => out.push_str(zone),
            Part::Fraction0(_) | Part::Fraction9 => push_fraction(&mut out, moment.nanos, part, written),
            part => push_part(&mut out, &civil, part),
        }
        pattern = rest;
    }
    out.push_str(pattern);
    out
}

fn named(names: &[&'static str], at: i64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

fn push_part(out: &mut String, civil: &Civil, part: Part) {
    let month = named(&MONTHS, civil.month - 1);
    let day = named(&DAYS, civil.weekday);
    let hour = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
    let (year_day, afternoon) = (civil.year_day + 1, civil.hour >= 12);
    let _ = match part {
        Part::Year => write!(out, "{:02}", civil.year.abs() % 100),
        Part::LongYear if civil.year < 0 => write!(out, "-{:04}", -civil.year),
        Part::LongYear => write!(out, "{:04}", civil.year),
        Part::LongMonth => write!(out, "{month}"),
        Part::Month => write!(out, "{}", &month[..3]),
        Part::NumMonth => write!(out, "{}", civil.month),
        Part::ZeroMonth => write!(out, "{:02}", civil.month),
        Part::LongDay => write!(out, "{day}"),
        Part::WeekDay => write!(out, "{}", &day[..3]),
        Part::Day => write!(out, "{}", civil.day),
        Part::UnderDay => write!(out, "{:2}", civil.day),
        Part::ZeroDay => write!(out, "{:02}", civil.day),
        Part::UnderYearDay => write!(out, "{year_day:3}"),
        Part::ZeroYearDay => write!(out, "{year_day:03}"),
        Part::Hour => write!(out, "{:02}", civil.hour),
        Part::Hour12 => write!(out, "{hour}"),
        Part::ZeroHour12 => write!(out, "{hour:02}"),
        Part::Minute => write!(out, "{}", civil.minute),
        Part::ZeroMinute => write!(out, "{:02}", civil.minute),
        Part::Second => write!(out, "{}", civil.second),
        Part::ZeroSecond => write!(out, "{:02}", civil.second),
        Part::Upper => write!(out, "{}", if afternoon { "PM" } else { "AM" }),
        Part::Lower => write!(out, "{}", if afternoon { "pm" } else { "am" }),
        Part::Zone | Part::Offset { .. } | Part::Fraction0(_) | Part::Fraction9 => Ok(()),
    };
}

fn push_offset(out: &mut String, offset: i64, zulu: bool, shape: &str) {
    if zulu && offset == 0 {
        out.push('Z');
        return;
    }
    // Go looks at the sign of the whole minutes.
    out.push(if offset / 60 < 0 { '-' } else { '+' });
    let size = offset.abs();
    let colon = if shape.contains(':') { ":" } else { "" };
    let _ = write!(out, "{:02}", size / 3600);
    if shape != "07" {
        let _ = write!(out, "{colon}{:02}", size / 60 % 60);
    }
    if shape.len() >= 6 {
        let _ = write!(out, "{colon}{:02}", size % 60);
    }
}

/// `.000` has all its digits, `.999` none that are zeros at the end.
fn push_fraction(out: &mut String, nanos: u32, part: Part, written: &str) {
    let digits = format!("{nanos:09}");
    let digits = &digits[..(written.len() - 1).min(9)];
    let digits = if part == Part::Fraction9 { digits.trim_end_matches('0') } else { digits };
    if !digits.is_empty() {
        out.push_str(&written[..1]);
        out.push_str(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_go_writes_them() {
        let moment = Timestamp { seconds: 1_136_214_245, nanos: 120_000_000, offset: -25_200 };
        for (layout, text) in [
            ("2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T08:04:05.12-07:00"),
            ("Mon Jan _2 15:04:05 MST 2006", "Mon Jan  2 08:04:05 MST 2006"),
            ("Monday, 02-Jan-06 3:04PM -0700", "Monday, 02-Jan-06 8:04AM -0700"),
            ("__2 002 .000 ,99 Z070000", "  2 002 .120 ,12 -070000"),
        ] {
            assert_eq!(format(layout, moment, "MST"), text);
        }
        assert_eq!(format("MST Z07:00", Timestamp { offset: 0, ..moment }, ""), "+0000 Z");
    }
}
