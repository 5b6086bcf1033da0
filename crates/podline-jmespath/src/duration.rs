//! Spans of time as Go reads and writes them: `1h30m`, `27h0m0s`, `1.5s`.

use std::fmt::Write as _;

/// The nanoseconds of a text that Go's `time.ParseDuration` takes.
pub fn parse(text: &str) -> Option<i64> {
    podline_cel::go::parse_duration(text)
}

/// As Go's `Duration.String` writes it.
pub fn write(nanos: i64) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let sign = if nanos < 0 { "-" } else { "" };
    let size = nanos.unsigned_abs();
    if size < 1_000_000_000 {
        let (unit, places) = match size {
            0..1_000 => ("ns", 0),
            1_000..1_000_000 => ("\u{b5}s", 3),
            _ => ("ms", 6),
        };
        return format!("{sign}{}{unit}", fraction(size, places));
    }
    let (minutes, rest) = (size / 60_000_000_000, size % 60_000_000_000);
    let mut text = sign.to_owned();
    if minutes >= 60 {
        let _ = write!(text, "{}h", minutes / 60);
    }
    if minutes > 0 {
        let _ = write!(text, "{}m", minutes % 60);
    }
    let _ = write!(text, "{}s", fraction(rest, 9));
    text
}

/// A number with the point moved to the left, without zeros at the end.
fn fraction(value: u64, places: u32) -> String {
    let unit = 10u64.pow(places);
    let (whole, rest) = (value / unit, value % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = format!("{rest:0width$}", width = places as usize);
    format!("{whole}.{}", digits.trim_end_matches('0'))
}
