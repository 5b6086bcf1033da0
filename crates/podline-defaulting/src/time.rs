//! Timestamps as `metav1.Time` reads and writes them.

/// Reads a timestamp as Go reads it with the layout `time.RFC3339`, and writes it in UTC with whole seconds.
///
/// `None` where it is none.
pub(crate) fn in_utc(text: &str) -> Option<String> {
    let (year, rest) = number(text, 4, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2, 2)?;
    // The hour may have one digit.
    let (hour, rest) = number(rest.strip_prefix('T')?, 1, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let is_date = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = zone(fraction(rest))?;
    let seconds = (days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second - offset;
    Some(write(seconds))
}

/// A number of `least` to `most` digits, and what follows it.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let digits = text.get(..length).filter(|_| length >= least)?;
    Some((digits.parse().ok()?, &text[length..]))
}

/// What follows a fraction of a second, if there is one.
fn fraction(text: &str) -> &str {
    let rest = text.strip_prefix(['.', ',']).unwrap_or(text);
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length > 0 && rest.len() < text.len() { &rest[length..] } else { text }
}

/// The offset from UTC in seconds. Go lets 24 hours and 60 minutes pass.
fn zone(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (hours, rest) = number(text.strip_prefix(['+', '-'])?, 2, 2)?;
    let (minutes, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let seconds = hours * 3600 + minutes * 60;
    let is_zone = hours <= 24 && minutes <= 60 && rest.is_empty();
    is_zone.then_some(if text.starts_with('-') { -seconds } else { seconds })
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since 1 March of the year 0. A year that begins in March has its odd day at the end.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day - 1
}

fn write(seconds: i64) -> String {
    let (all, rest) = (seconds.div_euclid(86400), seconds.rem_euclid(86400));
    // The year is one of the two that the mean length of a year leaves, and the month is found in it.
    let mut year = all.div_euclid(366) - 1;
    while days(year + 1, 3, 1) <= all {
        year += ((all - days(year + 1, 3, 1)) / 366).max(1);
    }
    let day = all - days(year, 3, 1);
    let month = (day * 5 + 2) / 153;
    let day = day - (month * 153 + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::in_utc;

    #[test]
    fn timestamps_are_written_in_utc_with_whole_seconds() {
        for (text, expected) in [
            ("2026-05-06T07:08:09Z", "2026-05-06T07:08:09Z"),
            ("2026-05-06T07:08:09+02:00", "2026-05-06T05:08:09Z"),
            ("2024-02-29T23:59:59.999-00:30", "2024-03-01T00:29:59Z"),
            ("2023-12-31T23:00:00-01:00", "2024-01-01T00:00:00Z"),
            ("2024-01-01T1:02:03,5Z", "2024-01-01T01:02:03Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("1970-01-01T00:00:00+24:60", "1969-12-30T23:00:00Z"),
        ] {
            assert_eq!(in_utc(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_go_does_not_read_is_no_timestamp() {
        for text in [
            "",
            "2024-01-01",
            "2023-02-29T00:00:00Z",
            "2024-01-01t00:00:00Z",
            "2024-01-01 00:00:00Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T24:00:00Z",
            "2024-1-01T00:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+2:00",
            "2024-01-01T00:00:00Zx",
        ] {
            assert_eq!(in_utc(text), None, "{text}");
        }
    }
}
