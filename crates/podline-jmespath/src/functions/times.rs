//! Moments: RFC 3339 in and out.

use podline_cel::Timestamp;
use podline_cel::go::parse_time;

use super::{Call, Outcome};
use crate::duration;
use crate::error::Error;

fn moment(call: &Call<'_>, at: usize) -> Result<Timestamp, Error> {
    let text = call.text(at);
    Timestamp::parse(text).ok_or_else(|| {
        let quoted = podline_cel::quote(text);
        Error::new(format!("parsing time {quoted} as \"2006-01-02T15:04:05Z07:00\": cannot parse {quoted}"))
    })
}

fn span(call: &Call<'_>, at: usize) -> Result<i64, Error> {
    let text = call.text(at);
    duration::parse(text).ok_or_else(|| Error::new(format!("time: invalid duration {}", podline_cel::quote(text))))
}

/// Without fractions of the second, which RFC 3339 as Go calls it leaves out.
fn write(moment: Timestamp) -> Outcome {
    Ok(Timestamp { nanos: 0, ..moment }.text().into())
}

fn between_moments(from: Timestamp, to: Timestamp) -> Outcome {
    // Go stops at the longest span.
    let nanos = to.since(from).unwrap_or(if to.seconds < from.seconds { i64::MIN } else { i64::MAX });
    Ok(duration::write(nanos).into())
}

fn key(moment: Timestamp) -> (i64, u32) {
    (moment.seconds, moment.nanos)
}

pub(super) fn now(call: &Call<'_>) -> Outcome {
    let (seconds, nanos) = call.runtime.now;
    write(Timestamp::at(seconds, nanos))
}

pub(super) fn since(call: &Call<'_>) -> Outcome {
    let layout = call.text(0);
    let parsed = |at: usize| match layout {
        "" => moment(call, at),
        layout => parse_time(layout, call.text(at)).map_err(Error::new),
    };
    let from = parsed(1)?;
    let to = match call.text(2) {
        "" => Timestamp::at(call.runtime.now.0, call.runtime.now.1),
        _ => parsed(2)?,
    };
    between_moments(from, to)
}

pub(super) fn add(call: &Call<'_>) -> Outcome {
    let (from, span) = (moment(call, 0)?, span(call, 1)?);
    write(from.plus(span).ok_or_else(|| Error::new("time out of range"))?)
}

/// A layout that is a number means seconds since 1970.
pub(super) fn parse(call: &Call<'_>) -> Outcome {
    let (layout, text) = (call.text(0), call.text(1));
    if is_integer(layout) {
        let seconds = text.parse::<i64>().map_err(|_| {
            Error::new(format!("strconv.ParseInt: parsing {}: invalid syntax", podline_cel::quote(text)))
        })?;
        let zero = Timestamp::at(0, 0);
        let within = (-62_135_596_800..=253_402_300_799).contains(&seconds);
        let moment = if within { Timestamp::at(seconds, 0) } else { return Err(Error::new("time out of range")) };
        return write(Timestamp { offset: zero.offset, ..moment });
    }
    write(parse_time(layout, text).map_err(Error::new)?)
}

fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

pub(super) fn to_cron(call: &Call<'_>) -> Outcome {
    let moment = moment(call, 0)?;
    let c = moment.civil(i64::from(moment.offset));
    Ok(format!("{} {} {} {} {}", c.minute, c.hour, c.day, c.month, c.weekday).into())
}

pub(super) fn utc(call: &Call<'_>) -> Outcome {
    write(Timestamp { offset: 0, ..moment(call, 0)? })
}

pub(super) fn diff(call: &Call<'_>) -> Outcome {
    between_moments(moment(call, 0)?, moment(call, 1)?)
}

pub(super) fn before(call: &Call<'_>) -> Outcome {
    Ok((key(moment(call, 0)?) < key(moment(call, 1)?)).into())
}

pub(super) fn after(call: &Call<'_>) -> Outcome {
    Ok((key(moment(call, 0)?) > key(moment(call, 1)?)).into())
}

/// Neither end belongs to it.
pub(super) fn between(call: &Call<'_>) -> Outcome {
    let at = key(moment(call, 0)?);
    let (from, to) = (key(moment(call, 1)?), key(moment(call, 2)?));
    Ok((from < at && at < to).into())
}

/// Down to a multiple of the span since the year 1.
pub(super) fn truncate(call: &Call<'_>) -> Outcome {
    const YEAR_ONE: i128 = 62_135_596_800;
    let (at, span) = (moment(call, 0)?, span(call, 1)?);
    if span <= 0 {
        return write(at);
    }
    let nanos = (i128::from(at.seconds) + YEAR_ONE) * 1_000_000_000 + i128::from(at.nanos);
    let nanos = nanos - nanos.rem_euclid(i128::from(span));
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000) - YEAR_ONE).unwrap_or(at.seconds);
    write(Timestamp { seconds, nanos: 0, ..at })
}
