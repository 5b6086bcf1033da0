//! The parts of moments and spans of time.

use super::{Outcome, text};
use crate::error::Error;
use crate::function::Library;
use crate::time::{Civil, Timestamp};
use crate::value::{Traced, Value};

type Part = fn(Timestamp, &Civil) -> i64;

const PARTS: [(&str, &str, &str, Part); 10] = [
    ("getFullYear", "timestamp_to_year", "timestamp_to_year_with_tz", |_, c| c.year),
    ("getMonth", "timestamp_to_month", "timestamp_to_month_with_tz", |_, c| c.month - 1),
    ("getDayOfYear", "timestamp_to_day_of_year", "timestamp_to_day_of_year_with_tz", |_, c| c.year_day),
    ("getDayOfMonth", "timestamp_to_day_of_month", "timestamp_to_day_of_month_with_tz", |_, c| c.day - 1),
    ("getDate", "timestamp_to_day_of_month_1_based", "timestamp_to_day_of_month_1_based_with_tz", |_, c| c.day),
    ("getDayOfWeek", "timestamp_to_day_of_week", "timestamp_to_day_of_week_with_tz", |_, c| c.weekday),
    ("getHours", "timestamp_to_hours", "timestamp_to_hours_with_tz", |_, c| c.hour),
    ("getMinutes", "timestamp_to_minutes", "timestamp_to_minutes_with_tz", |_, c| c.minute),
    ("getSeconds", "timestamp_to_seconds", "timestamp_to_seconds_tz", |_, c| c.second),
    ("getMilliseconds", "timestamp_to_milliseconds", "timestamp_to_milliseconds_with_tz", |at, _| {
        i64::from(at.nanos / 1_000_000)
    }),
];

const SPANS: [(&str, &str, i64); 4] = [
    ("getHours", "duration_to_hours", 3_600_000_000_000),
    ("getMinutes", "duration_to_minutes", 60_000_000_000),
    ("getSeconds", "duration_to_seconds", 1_000_000_000),
    ("getMilliseconds", "duration_to_milliseconds", 1_000_000),
];

pub(super) fn library() -> Library {
    let mut library = Library::new();
    for (function, plain, zoned, part) in PARTS {
        library = library.function(function, plain, "timestamp.() -> int", move |_, args| at(args, 0, part)).function(
            function,
            zoned,
            "timestamp.(string) -> int",
            move |_, args| {
                let Value::Timestamp(moment) = args[0].value else { return Err(Error::no_overload()) };
                at(args, offset(text(args, 1)?, moment)?, part)
            },
        );
    }
    for (function, overload, unit) in SPANS {
        library = library.function(function, overload, "duration.() -> int", move |_, args| match args[0].value {
            Value::Duration(nanos) => Ok(Value::Int(nanos / unit)),
            _ => Err(Error::no_overload()),
        });
    }
    library
}

fn at(args: &[Traced], offset: i64, part: Part) -> Outcome {
    match args[0].value {
        Value::Timestamp(at) => Ok(Value::Int(part(at, &at.civil(offset)))),
        _ => Err(Error::no_overload()),
    }
}

/// Seconds east of UTC of a zone: its name, or `-08:00`.
fn offset(zone: &str, at: Timestamp) -> Result<i64, Error> {
    let Some((hours, minutes)) = zone.split_once(':') else {
        if zone.starts_with(['/', '\\']) || zone.contains("..") {
            return Err(Error::new("time: invalid location name"));
        }
        return crate::zone::offset(zone, at.seconds).ok_or_else(|| Error::new(format!("unknown time zone {zone}")));
    };
    let number = |text: &str| -> Result<i64, Error> {
        text.parse()
            .map_err(|_| Error::new(format!("strconv.Atoi: parsing {}: invalid syntax", crate::text::quote(text))))
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minutes = if zone.starts_with('-') {
        hours.saturating_mul(60).saturating_sub(minutes)
    } else {
        hours.saturating_mul(60).saturating_add(minutes)
    };
    // A moment stays within what dates can say.
    Ok(minutes.saturating_mul(60).clamp(-1 << 40, 1 << 40))
}
