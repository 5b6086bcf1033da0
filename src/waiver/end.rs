//! Whether a reason speaks of a last day in words that nobody but its reader understands.

use super::span::{span, tells_a_span};

/// The words by which people say that something ends, without hyphens; besides all in which `until` or `expir` stands.
const ENDS: [&str; 29] = [
    "till", "til", "through", "thru", "exp", "ends", "end", "enddate", "ending", "by", "before", "deadline", "due",
    "notafter", "removeby", "reviewby", "sunset", "eol", "lastday", "remove", "delete", "drop", "revisit", "bis",
    "jusquau", "jusqu", "hasta", "fino", "tot",
];

/// Those of them that mean an end only where a date follows.
const WEAK: [&str; 16] = [
    "by", "before", "end", "through", "thru", "ending", "exp", "eol", "remove", "delete", "drop", "revisit", "bis",
    "hasta", "fino", "tot",
];

/// Words that say much else, and mean an end only where a date with its day follows.
const VAGUE: [&str; 3] = ["to", "after", "valid"];

/// Small words that may stand between the word and the date.
const SMALL: [&str; 21] = [
    "on", "the", "end", "of", "at", "date", "=", ":", "after", "it", "this", "them", "in", "within", "later", "than",
    "zum", "el", "al", "de", "au",
];

/// Words that say what happened on a date: it is no end.
const PAST: [&str; 29] = [
    "accepted",
    "added",
    "agreed",
    "approval",
    "approved",
    "asked",
    "audit",
    "audited",
    "checked",
    "confirmed",
    "created",
    "dated",
    "decided",
    "discussed",
    "found",
    "granted",
    "incident",
    "introduced",
    "noted",
    "opened",
    "reported",
    "requested",
    "review",
    "reviewed",
    "seen",
    "signed",
    "since",
    "tested",
    "verified",
];

/// What an end is that has a name and no date.
const NAMED: [&str; 20] = [
    "tomorrow",
    "today",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "week",
    "month",
    "quarter",
    "year",
    "sprint",
    "eow",
    "eom",
    "eoq",
    "eoy",
    "yearend",
    "year-end",
];

/// What may come next, and end a waiver.
const NEXT: [&str; 13] = [
    "release",
    "version",
    "sprint",
    "iteration",
    "week",
    "month",
    "quarter",
    "year",
    "milestone",
    "cycle",
    "audit",
    "review",
    "deployment",
];

/// How the names of months begin.
const MONTHS: [&str; 15] =
    ["jan", "feb", "mar", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"];

/// So many words are looked at for a date behind the one that announces it.
const NEAR: usize = 8;

/// Whether a reason speaks of a last day in a way that nobody but its reader understands: the waiver would never end.
///
/// A word such as `expires` with an equals sign behind it, or with a date: `until 2027-03-31`, `expires: 31.3.2027`. Any
/// word at all with an equals sign or a colon and a whole date: `unitl=2027-03-31`. And a date that stands alone, where
/// nothing says what happened on it. How long something holds is such an end too: `expires in 30 days`.
pub(super) fn looks_like_an_end(reason: &str) -> bool {
    let lower = reason.to_lowercase().replace("not after", "not-after").replace("jusqu'au", "jusquau");
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '=' | ':' | '_');
    let mut words = lower.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once(['=', ':']).unwrap_or((word, ""));
        let is_marked = word.len() > name.len() || words.peek().is_some_and(|next| next.starts_with('='));
        let is_assigned = is_marked && !word[name.len()..].starts_with(':');
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let is_end = name.contains("until") || name.contains("expir") || ENDS.contains(&name.as_str());
        let small = |word: &&str| SMALL.contains(word);
        let rest = words.clone().take(NEAR).filter(|word| !small(word));
        let mut next = (!value.is_empty()).then_some(value).into_iter().chain(rest);
        let [first, second] =
            [next.next(), next.next()].map(|word| word.unwrap_or_default().trim_start_matches(['=', ':']));
        let is_told =
            is_end && (is_assigned && !WEAK.contains(&name.as_str()) || is_date(first) || is_day(first, second));
        let is_weak = WEAK.contains(&name.as_str());
        let is_in = matches!(words.peek(), Some(&"in" | &"within" | &"after"));
        let is_span = is_end && (is_in || !is_weak) && span(&[first, second]).is_some();
        let is_named = !is_weak && NAMED.contains(&first) || first == "next" && (!is_weak || NEXT.contains(&second));
        if is_told
            || is_span
            || is_end && is_named
            || (is_marked || VAGUE.contains(&name.as_str())) && is_whole_date(first)
        {
            return true;
        }
    }
    stands_alone(&lower) || tells_a_span(&lower)
}

/// Whether a date with its day stands in brackets by itself, or behind a comma at the end, and no word says that
/// something happened on it.
fn stands_alone(reason: &str) -> bool {
    if reason.split(|c: char| !c.is_alphanumeric()).any(|word| PAST.contains(&word)) {
        return false;
    }
    let in_brackets = reason.split(['(', '[', '{']).skip(1).filter_map(|rest| rest.split([')', ']', '}']).next());
    let end = reason.rsplit([',', ';', ':', ' ', '(', '[']).find(|word| !word.is_empty()).unwrap_or_default();
    let before = reason[..reason.len() - end.len()].trim_end();
    let is_apart = before.is_empty() || before.ends_with([',', ';', ':', '.', '-', '–', '—', '/', '|']);
    in_brackets.into_iter().any(|inside| is_whole_date(inside.trim())) || is_apart && is_whole_date(end)
}

/// Whether two words are a day or a month in words: `march 2027`, `31 march`, or a quarter: `q3`.
fn is_day(first: &str, second: &str) -> bool {
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_month = |word: &str| word.get(..3).is_some_and(|start| MONTHS.contains(&start));
    let is_quarter = matches!(first, "q1" | "q2" | "q3" | "q4");
    is_quarter || is_month(first) && is_number(second) || is_number(first) && is_month(second)
}

/// Whether a word is a date with a day and a year of four digits in it: a version has three numbers too.
pub(super) fn is_whole_date(word: &str) -> bool {
    let parts: Vec<&str> = word.trim_end_matches(['.', ':', '-', '/']).split(['-', '.', '/']).collect();
    let is_year = |part: &str| part.len() == 4 && part.starts_with("20");
    is_date(word) && matches!(parts.as_slice(), [first, _, last] if is_year(first) || is_year(last))
}

/// Whether a word is a date as people write them: `2027-03-31`, `31.3.2027`, `2027/3`, `2027`, `2027-q3`.
fn is_date(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':', '-', '/']);
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_year = |part: &&str| is_number(part) && part.len() == 4 && part.starts_with("20");
    let is_quarter = |part: &&str| part.len() == 2 && part.starts_with('q') && is_number(&&part[1..]);
    // A time may follow: 2027-03-31t00:00:00z.
    let first_digits = parts.last().map_or("", |last| last.split('t').next().unwrap_or_default());
    match parts.as_slice() {
        [year] => is_year(year),
        [a, b] => is_year(a) && (is_number(b) || is_quarter(b)) || is_year(b) && (is_number(a) || is_quarter(a)),
        [a, b, _] => {
            is_number(a) && is_number(b) && (is_number(&first_digits)) && (a.len() == 4 || first_digits.len() != 1)
        }
        _ => false,
    }
}
