//! Timestamps as Go's `time.Parse` reads them, which takes a little more than the standards it names.

/// Whether a text is a timestamp for the tag `!!timestamp`.
///
/// Source: `allowedTimestampFormats` in `resolve.go` of go.yaml.in/yaml/v2.
pub fn is_timestamp(text: &str) -> bool {
    let Some(rest) = date(text, Width::Free) else { return false };
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => time(&rest[1..], Width::Free).is_some_and(is_zone),
        Some(b' ') => time(&rest[1..], Width::Free).is_some_and(str::is_empty),
        Some(_) => false,
    }
}

/// Whether a text is a timestamp as Go reads it with the layout `time.RFC3339`.
pub fn is_rfc3339(text: &str) -> bool {
    let Some(rest) = date(text, Width::Two) else { return false };
    rest.strip_prefix('T').and_then(|rest| time(rest, Width::Two)).is_some_and(is_zone)
}

/// How many digits a number has.
#[derive(Clone, Copy, PartialEq)]
enum Width {
    Two,
    /// One or two.
    Free,
}

/// Reads a number in front of `text`: its value and the rest.
fn number(text: &str, width: Width) -> Option<(u32, &str)> {
    let count = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if count == 0 || width == Width::Two && count == 1 {
        return None;
    }
    Some((text[..count].parse().ok()?, &text[count..]))
}

/// Reads `2006-01-02`: the rest.
fn date(text: &str, width: Width) -> Option<&str> {
    let year = text.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    let (month, rest) = number(text[4..].strip_prefix('-')?, width)?;
    let (day, rest) = number(rest.strip_prefix('-')?, width)?;
    let year: u32 = year.parse().ok()?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Reads `15:04:05` with any fraction: the rest. The hour may have one digit in every layout.
fn time(text: &str, width: Width) -> Option<&str> {
    let (hour, rest) = number(text, Width::Free)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, width)?;
    let (second, rest) = number(rest.strip_prefix(':')?, width)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = rest.strip_prefix(['.', ',']).unwrap_or(rest);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    Some(if digits > 0 && fraction.len() < rest.len() { &fraction[digits..] } else { rest })
}

/// Whether a text is `Z` or an offset such as `+07:00`.
fn is_zone(text: &str) -> bool {
    if text == "Z" {
        return true;
    }
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let Some((hours, rest)) = number(rest, Width::Two) else { return false };
    let Some((minutes, rest)) = rest.strip_prefix(':').and_then(|rest| number(rest, Width::Two)) else { return false };
    // Go compares with "greater", so that 24 and 60 pass.
    hours <= 24 && minutes <= 60 && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_is_read_as_go_reads_it() {
        for good in ["2024-02-29T00:00:00Z", "2024-01-01T1:02:03.5+07:00", "2024-01-01T01:02:03,5-24:60"] {
            assert!(is_rfc3339(good), "{good}");
        }
        for bad in [
            "2023-02-29T00:00:00Z",
            "2024-01-01",
            "2024-01-01t00:00:00Z",
            "2024-1-01T00:00:00Z",
            "2024-01-01T00:00:60Z",
        ] {
            assert!(!is_rfc3339(bad), "{bad}");
        }
    }

    #[test]
    fn the_tag_takes_short_dates_and_blanks() {
        for good in ["2001-1-2", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10"] {
            assert!(is_timestamp(good), "{good}");
        }
        for bad in ["2001-12-14 21:59:43.10 -5", "foo", "01-01-2001", "2001-01-01x"] {
            assert!(!is_timestamp(bad), "{bad}");
        }
    }
}
