//! Whether a reason speaks of how long a waiver holds, or of when somebody looks at it again, in words alone: `for 30
//! days`, `(ttl=30d)`, `valid until`, `review 2027-01-31`.
//!
//! A reason may speak of spans of its own (`keeps logs for 30 days`): only what stands apart, in brackets or between
//! commas, is about the waiver, or what follows a word that grants something (`accepted for 30 days`).

use super::end::is_whole_date;

/// The units of spans in which waivers are given, without a plural.
const UNITS: [&str; 23] = [
    "day",
    "d",
    "week",
    "wk",
    "w",
    "fortnight",
    "month",
    "mo",
    "quarter",
    "year",
    "yr",
    "y",
    "sprint",
    "release",
    "version",
    "iteration",
    "hour",
    "h",
    "tag",
    "tage",
    "woche",
    "wochen",
    "monate",
];

/// Numbers that people write in words.
const NUMBERS: [&str; 14] =
    ["a", "an", "one", "two", "three", "four", "five", "six", "few", "some", "ein", "eine", "zwei", "drei"];

/// Words that say that something is granted, for the time that follows.
const GRANTS: [&str; 22] = [
    "accepted",
    "allowed",
    "approved",
    "exception",
    "exempt",
    "exempted",
    "good",
    "granted",
    "holds",
    "ignored",
    "ok",
    "okay",
    "permitted",
    "suspended",
    "temporarily",
    "temporary",
    "tolerated",
    "valid",
    "waived",
    "waiver",
    "only",
    "just",
];

/// Words by which a lifetime is told.
const LIFETIMES: [&str; 7] = ["ttl", "lifetime", "validity", "valid", "validfor", "duration", "maxage"];

/// Words that tell when somebody looks at a waiver again.
const REVIEWS: [&str; 9] =
    ["review", "recheck", "check", "reevaluate", "reassess", "renew", "reconsider", "revise", "rereview"];

/// Small words between these and what they are about.
const SMALL: [&str; 13] =
    [":", "the", "next", "another", "max", "maximum", "about", "on", "at", "again", "it", "this", "waiver"];

/// Whether some part of a reason, in small letters, says how long its waiver holds.
pub(super) fn tells_a_span(reason: &str) -> bool {
    let apart = reason.replace(" - ", ",").replace(" – ", ",").replace(" — ", ",").replace(". ", ",");
    apart.split(['(', ')', '[', ']', '{', '}', ',', ';']).any(|part| {
        let part = part.replace(['=', ':'], " : ");
        let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_end_matches('.')).collect();
        is_for(&words) || is_lifetime(&words) || is_review(&words)
    })
}

/// Whether words are a span from today: `30 days`, `2w`, `a week`; how many of them.
pub(super) fn span(words: &[&str]) -> Option<usize> {
    let is_unit = |word: &str| UNITS.contains(&word) || word.strip_suffix('s').is_some_and(|one| UNITS.contains(&one));
    let first = *words.first()?;
    let letters = first.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = letters.len() < first.len();
    if is_number && is_unit(letters.trim_start_matches('-')) {
        return Some(1);
    }
    let is_count = is_number && letters.is_empty() || NUMBERS.contains(&first);
    if !is_count {
        return None;
    }
    let few = usize::from(words.get(1) == Some(&"few"));
    words.get(1 + few).is_some_and(|unit| is_unit(unit)).then_some(2 + few)
}

/// `for 30 days`, with nothing around it, or behind a word that grants something.
fn is_for(words: &[&str]) -> bool {
    words.iter().enumerate().filter(|&(_, word)| *word == "for").any(|(at, _)| {
        let small = words[at + 1..].iter().take_while(|word| SMALL.contains(word)).count();
        let rest = &words[at + 1 + small..];
        // `for the next release` has no number.
        let count = if words[at + 1..at + 1 + small].contains(&"next") {
            span(rest).or_else(|| span(&["1", rest.first().copied().unwrap_or_default()]).map(|_| 1))
        } else {
            span(rest)
        };
        let Some(count) = count else { return false };
        let is_granted = at.checked_sub(1).is_some_and(|before| GRANTS.contains(&words[before]));
        let tail = &rest[count..];
        is_granted && tail.first() != Some(&"of")
            || at == 0 && tail.iter().take_while(|word| **word != ":").all(|word| is_tail(word))
    })
}

fn is_tail(word: &str) -> bool {
    ["only", "more", "max", "maximum", "from", "now", "today", "at", "most", "long", "again"].contains(&word)
}

/// `ttl 30d`, `valid 2 weeks`, `valid until` whatever.
fn is_lifetime(words: &[&str]) -> bool {
    let [first, rest @ ..] = words else { return false };
    let rest = rest.strip_prefix(&[":"]).unwrap_or(rest);
    let name: String = first.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_until = || rest.first().is_some_and(|word| matches!(*word, "until" | "till" | "thru" | "through"));
    LIFETIMES.contains(&name.as_str()) && span(rest).is_some() || name == "valid" && is_until()
}

/// `review 2027-01-31`, `next review on 2027-01-31`.
fn is_review(words: &[&str]) -> bool {
    let words = words.strip_prefix(&["next"]).unwrap_or(words);
    let [first, rest @ ..] = words else { return false };
    let name: String = first.chars().filter(char::is_ascii_alphanumeric).collect();
    let day = rest.iter().find(|word| !SMALL.contains(word));
    REVIEWS.contains(&name.as_str()) && day.is_some_and(|day| is_whole_date(day))
}
