//! What every waiver says, wherever it stands: rules, a reason, and perhaps a last day.

use super::date::Date;
use super::end::looks_like_an_end;
use super::error::WaiverError;
use super::limits::{Limits, PolicyGlob};
use super::rule_pattern::RulePattern;
use crate::finding::Finding;
use crate::pod_security::evaluator;
use crate::rules::{Catalogue, Family, RuleId};
use crate::verdict::Verdict;

/// A waiver that ends within this many days is spoken of.
pub const SOON: i32 = 30;

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
    /// Whose refusals are accepted; `None` for those of any policy, and of none.
    pub policy: Option<PolicyGlob>,
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
    /// Reads the names of rules, and a reason with perhaps `(policy=team-*, until=2027-03-31)` in it.
    ///
    /// # Errors
    /// No rule, an unknown one, no reason, a bad date, half a limit.
    pub fn parse(rules: &str, rest: &str, catalogue: &Catalogue) -> Result<Self, WaiverError> {
        let names = rules.split(',').map(str::trim).filter(|name| !name.is_empty());
        let rules: Vec<RulePattern> =
            names.map(|name| RulePattern::parse(name, catalogue)).collect::<Result<_, _>>()?;
        let (text, Limits { until, policy }) = Limits::take(rest)?;
        Ok(Self { policy, ..Self::new(rules, &reason(&text), until)? })
    }

    /// Puts together what was read, for whatever policy.
    ///
    /// # Errors
    /// There is no rule or no reason, or that speaks of a last day.
    pub fn new(rules: Vec<RulePattern>, reason: &str, until: Option<Date>) -> Result<Self, WaiverError> {
        if rules.is_empty() {
            return Err(WaiverError::NoRule);
        }
        let reason = reason.trim();
        if !reason.contains(char::is_alphanumeric) {
            return Err(WaiverError::NoReason);
        }
        if looks_like_an_end(reason) {
            return Err(WaiverError::LastDay);
        }
        let reason = reason[..reason.floor_char_boundary(LONGEST_REASON)].to_owned();
        Ok(Self { rules, reason, until, policy: None })
    }

    /// Whether it names a finding's rule, and its value and policy if it names one.
    pub fn cover(&self, finding: &Finding) -> bool {
        let refuses = |glob: &PolicyGlob| finding.policy.as_ref().is_some_and(|policy| glob.is_match(&policy.name));
        self.rules.iter().any(|rule| rule.covers(finding)) && self.policy.as_ref().is_none_or(refuses)
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
        let judges = |rule: RuleId| {
            !rule.is_of(Family::Pss)
                || verdicts.iter().any(|one| evaluator::judges(one.level, one.resolved, rule.short()))
        };
        self.rules.iter().flat_map(RulePattern::rules).any(|&rule| judges(rule))
    }

    /// Whether some glob of them means rules of every kind.
    pub fn are_for_all_rules(&self) -> bool {
        let is_for_all = |pattern: &RulePattern| {
            let has = |family| pattern.rules().iter().any(|rule| rule.is_of(family));
            has(Family::Pss) && has(Family::Manifest)
        };
        self.rules.iter().any(is_for_all)
    }

    /// The rules as they are written: `privileged, hostPorts=8080`.
    pub fn rules_text(&self) -> String {
        self.rules.iter().map(RulePattern::text).collect::<Vec<_>>().join(", ")
    }
}

/// A reason without the dash or colon that may lead to it.
fn reason(text: &str) -> String {
    text.trim().trim_start_matches([':', '-', '–', '—']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(rest: &str) -> Result<(String, Option<String>), WaiverError> {
        let terms = Terms::parse("privileged", rest, Catalogue::of_podline())?;
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
        assert_eq!(parse(" (until=2027-03-31)"), Err(WaiverError::NoReason));
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
            "for the probe (exp 2027-03-31)",
            "for the probe (unitl=2027-03-31)",
            "for the probe (validUntil=2027-03-31)",
            "for the probe, not-after 2027-03-31",
            "for the probe remove-by: 2027-03-31",
            "for the probe until Jan 1 2027",
            "for the probe until 31 March",
            "for the probe until Q4",
            "for the probe, not after 2027-03-31",
            "for the probe; remove on 2027-03-31",
            "for the probe (remove after 2020-01-01)",
            "for the probe (delete it after 2020-01-01)",
            "for the probe (2020-01-01)",
            "for the probe [31.12.2027]",
            "for the probe, 2020-01-01",
            "for the probe - 2020-01-01.",
            "2020-01-01",
            "for the probe (bis 2020-01-01)",
            "for the probe, gültig bis zum 31.12.2027",
            "for the probe (to 2020-01-01)",
            "for the probe, up to 2020-01-01",
            "for the probe (till 2020-01-01)",
            "for the probe (by 2020-01-01)",
            "for the probe (valid through 2020-01-01)",
            "for the probe (ends: 2020-01-01)",
            "for the probe (jusqu'au 2020-01-01)",
            "for the probe (hasta el 31 de marzo de 2027)",
            "for the probe (good until later than 2020-01-01)",
            "for the probe (valid 2020-01-01)",
            "for the probe (valid until the next audit)",
            "for the probe (ttl=30d)",
            "for the probe, ttl: 2 weeks",
            "for the probe (for 30 days)",
            "for the probe, for two weeks only",
            "for 30 days: the probe needs it",
            "accepted for 30 days by the team",
            "valid for 3 months",
            "for the probe (expires in 30 days)",
            "for the probe, remove in 2 weeks",
            "for the probe (review 2026-01-01)",
            "next review on 2026-01-01",
            "for the probe until next release",
            "for the probe until the end of the sprint",
            "for the probe until monday",
            "fix it before next release",
            "for the next release",
        ] {
            assert_eq!(parse(wrong), Err(WaiverError::LastDay), "{wrong}");
        }
    }

    #[test]
    fn a_reason_that_speaks_of_other_times_is_no_end() {
        for right in [
            "until the probe is rewritten",
            "since 2026-01-31, see ticket 2027",
            "until 1.30 is out",
            "owned by team-2027",
            "the tool ends with 0",
            "see ticket: 2027",
            "until marketing moves to 2 nodes",
            "expert review: done",
            "approved by security (2026-05-01)",
            "see the audit of 2026-05-01",
            "reviewed on 2026-05-01, nothing to do",
            "moved to 2027.1",
            "upgrade to 1.2.30 (1.2.30)",
            "version: 1.2.30",
            "owned by team-2027 since 2026-05-01",
            "see CVE-2020-01-01, and (2020)",
            "as of 2026-05-01",
            "for 3 replicas",
            "see ticket until fixed",
            "keeps its logs for 30 days",
            "the agent deletes files after 30 days",
            "needs root for 2 hours of maintenance, each night",
            "found in the security review 2026-05-01",
            "sorted by week and drained through the year",
            "until next.js 15 is out",
            "valid for the probe only",
            "the cache has a ttl of 30d",
            "runs before the next job",
            "for the day shift",
            "needs CAP_NET_ADMIN for a few days' worth of captures",
            "runs for one hour, then exits",
            "legacy app, tracked in OPS-12, owner: team-a",
            "review: see wiki",
            "valid use of hostPath",
            "retention=30d needs the node's disk",
            "waits for 5 minutes",
            "fluentd reads logs of the last 7 days",
            "due to the vendor's image",
            "by design",
            "exception for year-end processing",
            "remove when 2.0 is out",
            "until upstream merges the fix (next)",
            "the first release",
        ] {
            assert!(parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn the_last_day_still_counts_and_thirty_days_before_it_are_soon() {
        let terms = Terms::parse("privileged", "x (until=2027-03-31)", Catalogue::of_podline()).unwrap();
        let state = |today: &str| terms.state(today.parse().unwrap());
        let until = "2027-03-31".parse().unwrap();
        assert_eq!(state("2027-02-28"), State::Active);
        assert_eq!(state("2027-03-01"), State::Ends { until, days: 30 });
        assert_eq!(state("2027-03-31"), State::Ends { until, days: 0 });
        assert_eq!(state("2027-04-01"), State::Expired(until));
    }
}
