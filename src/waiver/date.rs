//! Days of the calendar, as waivers name them.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil;
use jiff::tz::TimeZone;

use super::error::DateError;

/// A day: `2027-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// Today, by UTC, so that a run means the same everywhere.
    pub fn today() -> Self {
        Self(Timestamp::now().to_zoned(TimeZone::UTC).date())
    }

    /// The second since 1970 in which it begins, by UTC.
    pub fn begins(self) -> i64 {
        self.0.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second())
    }

    /// The day that is so many days after it, or the last one that there is.
    #[must_use]
    pub fn after(self, days: i32) -> Self {
        Self(self.0.checked_add(days.days()).unwrap_or(civil::Date::MAX))
    }

    /// How many days it is from this day to another; negative if that one is past.
    pub fn days_until(self, other: Date) -> i32 {
        // Years end at 9999: the difference fits.
        self.0.until(other.0).map_or(0, |span| span.get_days())
    }
}

/// The time.
pub fn seconds_since_1970() -> i64 {
    Timestamp::now().as_second()
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `2027-03-31`, and nothing else that a date may be written as.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError(text.to_owned());
        let is_digit = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        if text.len() != 10 || !text.bytes().enumerate().all(is_digit) {
            return Err(wrong());
        }
        text.parse().map(Self).map_err(|_| wrong())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_year_month_and_day() {
        let date: Date = "2027-03-31".parse().unwrap();
        assert_eq!(date.to_string(), "2027-03-31");
        for wrong in ["2027-02-29", "2027-3-1", "31.03.2027", "2027-W01-1", "2027-03-31T", "", "2027-13-01"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_across_months_and_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2026-12-31").days_until(day("2027-03-01")), 60);
        assert_eq!(day("2027-03-01").days_until(day("2026-12-31")), -60);
    }
}
