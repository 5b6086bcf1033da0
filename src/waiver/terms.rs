//! What every waiver says, wherever it stands: rules, a reason, and perhaps a last day.

use super::date::Date;
use super::rule_pattern::RulePattern;
use crate::finding::Finding;
use crate::pod_security::evaluator;
use crate::verdict::Verdict;

/// A waiver that ends within this many days is spoken of.
const SOON: i32 = 30;

/// A longer reason is cut: a thousand findings may repeat it.
const LONGEST_REASON: usize = 1000;

/// What is accepted, why, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The rules, at least one.
    pub rules: Vec<RulePattern>,
    /// The reason, never empty.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

/// What a day makes of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Active,
    /// It holds, and ends soon.
    Ends {
        /// The last day.
        until: Date,
        /// How many days are left; 0 on the last day.
        days: i32,
    },
    /// It ended on that day.
    Expired(Date),
}

impl State {
    /// The word for what has ended.
    pub const EXPIRED: &'static str = "expired";

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Ends { .. } => "ends-soon",
            State::Expired(_) => Self::EXPIRED,
        }
    }
}

impl Terms {
    /// Reads the names of rules, and a reason with perhaps `(until=2027-03-31)` in it.
    ///
    /// # Errors
    /// A message that says what is wrong: no rule, an unknown one, no reason, a bad date.
    pub fn parse(rules: &str, rest: &str) -> Result<Self, String> {
        let names = rules.split(',').map(str::trim).filter(|name| !name.is_empty());
        let rules: Vec<RulePattern> = names.map(str::parse).collect::<Result<_, _>>()?;
        let (reason, until) = reason_and_until(rest)?;
        Self::new(rules, &reason, until)
    }

    /// Puts together what was read.
    ///
    /// # Errors
    /// A message if there is no rule or no reason.
    pub fn new(rules: Vec<RulePattern>, reason: &str, until: Option<Date>) -> Result<Self, String> {
        if rules.is_empty() {
            return Err("a waiver must name a rule".to_owned());
        }
        let reason = reason.trim();
        if !reason.contains(char::is_alphanumeric) {
            return Err("a waiver must give a reason".to_owned());
        }
        if looks_like_an_end(reason) {
            return Err(FORM.to_owned());
        }
        let reason = reason[..reason.floor_char_boundary(LONGEST_REASON)].to_owned();
        Ok(Self { rules, reason, until })
    }

    /// Whether it names a finding's rule, and its value if it names one.
    pub fn cover(&self, finding: &Finding) -> bool {
        self.rules.iter().any(|rule| rule.covers(finding))
    }

    /// Whether it holds on a day.
    pub fn state(&self, today: Date) -> State {
        match self.until.map(|until| (until, today.days_until(until))) {
            Some((until, days)) if days < 0 => State::Expired(until),
            Some((until, days)) if days <= SOON => State::Ends { until, days },
            _ => State::Active,
        }
    }

    /// Whether some of its rules was judged where these verdicts were given. What is no part of the Standards always is.
    pub fn are_judged_by(&self, verdicts: &[Verdict]) -> bool {
        let judges = |rule: &str| {
            let Some(check) = rule.strip_prefix("pss/") else { return true };
            verdicts.iter().any(|verdict| evaluator::judges(verdict.level, verdict.resolved, check))
        };
        self.rules.iter().flat_map(RulePattern::rules).any(|rule| judges(rule))
    }

    /// The rules as they are written: `privileged, hostPorts=8080`.
    pub fn rules_text(&self) -> String {
        self.rules.iter().map(RulePattern::text).collect::<Vec<_>>().join(", ")
    }
}

/// How a last day is written.
const FORM: &str = "write the last day as (until=2027-03-31)";

/// The words by which people say that something ends.
const ENDS: [&str; 14] = [
    "until",
    "till",
    "til",
    "through",
    "expires",
    "expire",
    "expiry",
    "expiration",
    "ends",
    "end",
    "by",
    "before",
    "deadline",
    "due",
];

/// Whether a reason speaks of a last day in a way that nobody but its reader understands: the waiver would never end.
///
/// A word such as `expires` with an equals sign behind it, or with a date: `until 2027-03-31`, `expires: 31.3.2027`.
fn looks_like_an_end(reason: &str) -> bool {
    let lower = reason.to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '=' | ':' | '_');
    let mut words = lower.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once(['=', ':']).unwrap_or((word, ""));
        if !ENDS.contains(&name) {
            continue;
        }
        let is_assigned = word[name.len()..].starts_with('=') || words.peek().is_some_and(|next| next.starts_with('='));
        let strong = !matches!(name, "by" | "before" | "end" | "through");
        let mut rest =
            words.clone().filter(|word| !matches!(*word, "on" | "the" | "end" | "of" | "at" | "date" | "=" | ":"));
        let next = if value.is_empty() { rest.next().unwrap_or_default() } else { value };
        if is_assigned && strong || is_date(next.trim_start_matches(['=', ':'])) {
            return true;
        }
    }
    false
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

/// The parts of `the sidecar needs it (until=2027-03-31)`.
fn reason_and_until(text: &str) -> Result<(String, Option<Date>), String> {
    let Some(open) = text.rfind("(until") else {
        // Half a date must not become part of the reason: the waiver would never end.
        return if text.contains("until=") { Err(FORM.to_owned()) } else { Ok((reason(text), None)) };
    };
    let rest = text[open + "(until".len()..].trim_start();
    let (date, after) = rest.strip_prefix('=').and_then(|rest| rest.split_once(')')).ok_or(FORM)?;
    let until = date.trim().parse()?;
    Ok((reason(&format!("{} {}", text[..open].trim(), after.trim())), Some(until)))
}

/// A reason without the dash or colon that may lead to it.
fn reason(text: &str) -> String {
    text.trim().trim_start_matches([':', '-', '–', '—']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Result<(String, Option<String>), String> {
        let terms = Terms::parse("privileged", rest)?;
        Ok((terms.reason, terms.until.map(|until| until.to_string())))
    }

    #[test]
    fn a_date_is_taken_out_of_the_reason() {
        let until = Some("2027-03-31".to_owned());
        assert_eq!(parse(" needs it (until=2027-03-31)"), Ok(("needs it".to_owned(), until.clone())));
        assert_eq!(parse(": needs it (until = 2027-03-31) so"), Ok(("needs it so".to_owned(), until)));
        assert_eq!(parse("- needs it (for now)"), Ok(("needs it (for now)".to_owned(), None)));
    }

    #[test]
    fn half_a_date_is_an_error_and_no_reason() {
        for wrong in ["x (until=31.03.2027)", "x until=2027-03-31", "x (until 2027-03-31)", "x (until=2027-03-31"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse(" (until=2027-03-31)"), Err("a waiver must give a reason".to_owned()));
    }

    #[test]
    fn an_end_that_is_spelt_otherwise_is_an_error() {
        for wrong in [
            "for the probe, until 2020-01-01",
            "for the probe (expires=2020-01-01)",
            "for the probe (UNTIL=2020-01-01)",
            "for the probe (until: 2020-01-01)",
            "for the probe [expires 31.12.2027]",
            "for the probe, expiry = 2027-03",
            "for the probe until the end of 2027",
            "valid till 2027/3/31",
            "expiration:2027-Q3 for the probe",
            "fixed by 2027-03-31",
            "for the probe (until=2027-03-31) until 2028-01-01",
        ] {
            assert_eq!(parse(wrong), Err(FORM.to_owned()), "{wrong}");
        }
        for right in [
            "until the probe is rewritten",
            "since 2026-01-31, see ticket 2027",
            "until 1.30 is out",
            "owned by team-2027",
            "the tool ends with 0",
        ] {
            assert!(parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn the_last_day_still_counts_and_thirty_days_before_it_are_soon() {
        let state =
            |today: &str| Terms::parse("privileged", "x (until=2027-03-31)").unwrap().state(today.parse().unwrap());
        let until = "2027-03-31".parse().unwrap();
        assert_eq!(state("2027-02-28"), State::Active);
        assert_eq!(state("2027-03-01"), State::Ends { until, days: 30 });
        assert_eq!(state("2027-03-31"), State::Ends { until, days: 0 });
        assert_eq!(state("2027-04-01"), State::Expired(until));
    }
}
