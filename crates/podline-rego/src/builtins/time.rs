//! Moments, in nanoseconds since 1970.
//!
//! Source: `v1/topdown/time.go`.

use podline_cel::Timestamp;
use podline_cel::go::{Civil, day_number, days_in, format_time, parse_duration, parse_time, quote, zone};

use super::operands::{at, found, int, text, wrong};
use crate::context::{Context, Failure, Outcome};
use crate::float::Float;
use crate::value::Value;

const SECOND: i64 = 1_000_000_000;
const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// The layouts that have a name.
const NAMED: [(&str, &str); 10] = [
    ("ANSIC", "Mon Jan _2 15:04:05 2006"),
    ("UnixDate", "Mon Jan _2 15:04:05 MST 2006"),
    ("RubyDate", "Mon Jan 02 15:04:05 -0700 2006"),
    ("RFC822", "02 Jan 06 15:04 MST"),
    ("RFC822Z", "02 Jan 06 15:04 -0700"),
    ("RFC850", "Monday, 02-Jan-06 15:04:05 MST"),
    ("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"),
    ("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"),
    ("RFC3339", RFC3339),
    ("RFC3339Nano", RFC3339_NANO),
];

fn layout(name: &str) -> &str {
    NAMED.iter().find(|(known, _)| *known == name).map_or(name, |(_, layout)| layout)
}

fn out_of_range() -> Failure {
    Failure::error("time outside of valid range")
}

fn nanoseconds(seconds: i64, nanos: u32) -> Outcome {
    let nanos = i128::from(seconds) * i128::from(SECOND) + i128::from(nanos);
    found(i64::try_from(nanos).map_err(|_| out_of_range())?)
}

/// A moment in a place.
struct Moment {
    stamp: Timestamp,
    zone: String,
    /// What the time is called there.
    name: String,
    layout: String,
}

impl Moment {
    fn civil(&self) -> Civil {
        self.stamp.civil(i64::from(self.stamp.offset))
    }

    fn within(mut self, zone: &str) -> Result<Moment, Failure> {
        let unknown = || Failure::error(format!("unknown time zone {zone}"));
        let (offset, name) = podline_cel::go::zone(zone, self.stamp.seconds).ok_or_else(unknown)?;
        self.stamp.offset = i32::try_from(offset).map_err(|_| unknown())?;
        (self.zone, self.name) = (zone.to_owned(), name);
        Ok(self)
    }
}

/// Nanoseconds, or a list of them, a zone and a layout.
fn moment(operands: &[Value], place: usize) -> Result<Moment, Failure> {
    let value = at(operands, place)?;
    let parts = value.as_array().unwrap_or(std::slice::from_ref(value));
    let Some(Value::Number(number)) = parts.first() else {
        return Err(wrong(operands, place, "either number (ns) or [number (ns), string (tz)]"));
    };
    let nanos = if let Some(nanos) = number.as_i64() {
        nanos
    } else {
        let float = Float::read(number)?;
        let whole = float.is_integer().then(|| i64::try_from(float.truncate()).ok()).flatten();
        whole.ok_or_else(|| Failure::error("timestamp too big"))?
    };
    let part = |place: usize| match parts.get(place) {
        None => Ok(""),
        Some(Value::String(text)) => Ok(&**text),
        Some(_) => Err(Failure::error("zone and layout must be strings")),
    };
    let below = u32::try_from(nanos.rem_euclid(SECOND)).map_err(|_| out_of_range())?;
    let stamp = Timestamp { seconds: nanos.div_euclid(SECOND), nanos: below, offset: 0 };
    let moment = Moment { stamp, zone: String::new(), name: String::new(), layout: part(2)?.to_owned() };
    moment.within(part(1)?)
}

pub(super) fn parse(operands: &[Value], _: &Context<'_>) -> Outcome {
    let stamp = parse_time(layout(text(operands, 0)?), text(operands, 1)?).map_err(Failure::Error)?;
    nanoseconds(stamp.seconds, stamp.nanos)
}

pub(super) fn parse_rfc3339(operands: &[Value], _: &Context<'_>) -> Outcome {
    let stamp = parse_time(RFC3339, text(operands, 0)?).map_err(Failure::Error)?;
    nanoseconds(stamp.seconds, stamp.nanos)
}

/// Go's spans of time, with days, weeks and years.
pub(super) fn parse_span(operands: &[Value], _: &Context<'_>) -> Outcome {
    let whole = text(operands, 0)?;
    let invalid = || Failure::error(format!("time: invalid duration {}", quote(whole)));
    let written = if whole.contains(['d', 'w', 'y']) { in_hours(whole).ok_or_else(invalid)? } else { whole.to_owned() };
    found(parse_duration(&written).ok_or_else(invalid)?)
}

/// `1d12h` as `24h12h`.
fn in_hours(text: &str) -> Option<String> {
    let (sign, mut rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let mut hours = sign.to_owned();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
        let (digits, tail) = rest.split_at(end);
        let long = ["ms", "us", "\u{b5}s", "ns"].into_iter().find(|unit| tail.starts_with(unit));
        let unit = long.or_else(|| tail.starts_with(|c: char| c.is_ascii_lowercase()).then(|| &tail[..1]))?;
        let of_unit = match unit {
            "d" => 24.0,
            "w" => 7.0 * 24.0,
            "y" => 365.0 * 24.0,
            _ => 0.0,
        };
        if of_unit > 0.0 {
            let number: f64 = digits.parse().ok()?;
            hours.push_str(&(number * of_unit).to_string());
            hours.push('h');
        } else {
            hours.push_str(digits);
            hours.push_str(unit);
        }
        rest = &tail[unit.len()..];
    }
    Some(hours)
}

pub(super) fn format(operands: &[Value], context: &Context<'_>) -> Outcome {
    let moment = moment(operands, 0)?;
    context.budget.bytes(moment.layout.len() * 8)?;
    let pattern = if moment.layout.is_empty() { RFC3339_NANO } else { layout(&moment.layout) };
    found(format_time(pattern, moment.stamp, &moment.name))
}

fn numbers(numbers: impl IntoIterator<Item = i64>) -> Outcome {
    found(numbers.into_iter().map(Value::from).collect::<Vec<_>>())
}

pub(super) fn date(operands: &[Value], _: &Context<'_>) -> Outcome {
    let civil = moment(operands, 0)?.civil();
    numbers([civil.year, civil.month, civil.day])
}

pub(super) fn clock(operands: &[Value], _: &Context<'_>) -> Outcome {
    let civil = moment(operands, 0)?.civil();
    numbers([civil.hour, civil.minute, civil.second])
}

pub(super) fn weekday(operands: &[Value], _: &Context<'_>) -> Outcome {
    let moment = moment(operands, 0)?;
    found(format_time("Monday", moment.stamp, ""))
}

pub(super) fn add_date(operands: &[Value], _: &Context<'_>) -> Outcome {
    let moment = moment(operands, 0)?;
    let (years, months, days) = (int(operands, 1)?, int(operands, 2)?, int(operands, 3)?);
    let far = |number: i64, most: i64| number.unsigned_abs() > most.unsigned_abs();
    if far(years, 1_000_000) || far(months, 12_000_000) || far(days, 400_000_000) {
        return Err(out_of_range());
    }
    let civil = moment.civil();
    let months = civil.month - 1 + months;
    let year = civil.year + years + months.div_euclid(12);
    let day = day_number(year, months.rem_euclid(12) + 1, 1) + civil.day - 1 + days;
    let local = day * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
    nanoseconds(local - offset_at(&moment.zone, local), moment.stamp.nanos)
}

/// The offset of a local time, as Go guesses it.
fn offset_at(place: &str, local: i64) -> i64 {
    let at = |seconds| zone(place, seconds).map_or(0, |(offset, _)| offset);
    match at(local) {
        0 => 0,
        offset => at(local - offset),
    }
}

/// Years, months, days, hours, minutes and seconds between two moments.
pub(super) fn difference(operands: &[Value], _: &Context<'_>) -> Outcome {
    let first = moment(operands, 0)?;
    let second = moment(operands, 1)?.within(&first.zone)?;
    let key = |moment: &Moment| (moment.stamp.seconds, moment.stamp.nanos);
    let (earlier, later) = if key(&first) > key(&second) { (second, first) } else { (first, second) };
    let (from, to) = (earlier.civil(), later.civil());
    let mut parts = [
        to.year - from.year,
        to.month - from.month,
        to.day - from.day,
        to.hour - from.hour,
        to.minute - from.minute,
        to.second - from.second,
    ];
    for (place, unit) in [(5, 60), (4, 60), (3, 24), (2, days_in(from.year, from.month)), (1, 12)] {
        if parts[place] < 0 {
            parts[place] += unit;
            parts[place - 1] -= 1;
        }
    }
    numbers(parts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    #[test]
    fn moments_are_in_the_zone_that_is_asked_for() {
        assert_eq!(
            call("time.format", r#"[[1720000000000000000, "Europe/Berlin", "RFC1123"]]"#),
            "\"Wed, 03 Jul 2024 11:46:40 CEST\""
        );
        assert_eq!(call("time.format", "[1720000000000000000]"), "\"2024-07-03T09:46:40Z\"");
        assert_eq!(call("time.clock", r#"[[1720000000000000000, "Asia/Kolkata"]]"#), "[15, 16, 40]");
        assert_eq!(call("time.clock", r#"[[1720000000000000000, "Nowhere"]]"#), "undefined");
        assert_eq!(call("time.weekday", "[0]"), "\"Thursday\"");
    }

    #[test]
    fn dates_run_over_and_back() {
        assert_eq!(call("time.add_date", "[1709164800000000000, 1, 0, 0]"), "1740787200000000000");
        assert_eq!(call("time.add_date", "[0, 0, -1, 1]"), "-2592000000000000");
        assert_eq!(call("time.add_date", "[0, 1000, 0, 0]"), "undefined");
        assert_eq!(call("time.diff", "[1709164800000000000, 1704067200000000000]"), "[0, 1, 28, 0, 0, 0]");
    }

    #[test]
    fn spans_have_days_weeks_and_years() {
        assert_eq!(call("time.parse_duration_ns", r#"["1d12h"]"#), "129600000000000");
        assert_eq!(call("time.parse_duration_ns", r#"["-1.5w"]"#), "-907200000000000");
        assert_eq!(call("time.parse_duration_ns", r#"["1y1x"]"#), "undefined");
    }

    #[test]
    fn texts_are_read_by_layouts() {
        assert_eq!(call("time.parse_ns", r#"["RFC822", "03 Jul 24 09:46 UTC"]"#), "1719999960000000000");
        assert_eq!(call("time.parse_ns", r#"["2006", "é"]"#), "undefined");
        assert_eq!(call("time.parse_rfc3339_ns", r#"["2024-07-03T09:46:40.5+02:00"]"#), "1719992800500000000");
        assert_eq!(call("time.parse_rfc3339_ns", r#"["3000-07-03T09:46:40Z"]"#), "undefined");
    }
}
