//! What stands in parentheses in a reason: `(until=2027-03-31)`, `(policy=team-*, until=2027-03-31)`.

use globset::GlobMatcher;

use super::date::Date;
use super::error::WaiverError;
use crate::matching::globs::{GlobError, glob};

/// A glob for the name of the policy that refuses.
#[derive(Clone, Debug)]
pub struct PolicyGlob {
    text: String,
    glob: GlobMatcher,
}

impl PartialEq for PolicyGlob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PolicyGlob {}

impl PolicyGlob {
    /// Reads a glob.
    ///
    /// # Errors
    /// It is not a valid one.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        Ok(Self { text: text.to_owned(), glob: glob(text)? })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it means the policy of this name.
    pub fn is_match(&self, name: &str) -> bool {
        self.glob.is_match(name)
    }
}

/// How far a waiver goes beside its rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The policies that it is for.
    pub policy: Option<PolicyGlob>,
}

impl Limits {
    /// Takes the limits out of a reason; what is left of it.
    ///
    /// # Errors
    /// Half a limit: it must not become a part of the reason, since the waiver would go farther than it says.
    pub fn take(text: &str) -> Result<(String, Self), WaiverError> {
        let (mut reason, mut limits, mut rest) = (Vec::new(), Self::default(), text);
        while let Some((open, form)) = opening(rest) {
            let (inside, after) = rest[open + 1..].split_once(')').ok_or_else(|| form.clone())?;
            parts(inside).into_iter().try_for_each(|part| limits.read(part, &form))?;
            reason.push(rest[..open].trim());
            rest = after;
        }
        reason.push(rest.trim());
        let reason = reason.join(" ");
        if reason.contains("until=") {
            Err(WaiverError::LastDay)
        } else if reason.contains("policy=") {
            Err(WaiverError::Policy)
        } else {
            Ok((reason, limits))
        }
    }

    /// Reads `until=2027-03-31` or `policy=team-*`, each at most once.
    fn read(&mut self, text: &str, form: &WaiverError) -> Result<(), WaiverError> {
        let (key, value) = text.split_once('=').ok_or_else(|| form.clone())?;
        match (key.trim(), value.trim()) {
            ("until", day) if self.until.is_none() => self.until = Some(day.parse()?),
            ("policy", "") => return Err(WaiverError::Policy),
            ("policy", name) if self.policy.is_none() => {
                self.policy = Some(PolicyGlob::parse(name).map_err(WaiverError::PolicyGlob)?);
            }
            _ => return Err(form.clone()),
        }
        Ok(())
    }
}

/// Where the first parenthesis opens that holds limits, and what to say if it does not hold them in full. Of a policy a
/// reason may speak in parentheses, but for a sign behind the word.
fn opening(text: &str) -> Option<(usize, WaiverError)> {
    text.match_indices('(').find_map(|(open, _)| {
        let inside = text[open + 1..].trim_start();
        if inside.starts_with("until") {
            return Some((open, WaiverError::LastDay));
        }
        let behind = inside.strip_prefix("policy")?.trim_start();
        behind.starts_with(['=', ':']).then_some((open, WaiverError::Policy))
    })
}

/// The parts between commas outside of the braces of a glob.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_between = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    text.split(is_between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<(String, Option<String>, Option<String>), WaiverError> {
        let (reason, Limits { until, policy }) = Limits::take(text)?;
        Ok((reason, until.map(|until| until.to_string()), policy.map(|policy| policy.text)))
    }

    #[test]
    fn a_policy_and_a_last_day_stand_in_parentheses_together_or_apart() {
        let (until, policy) = (Some("2027-03-31".to_owned()), Some("team-{a,b}*".to_owned()));
        for text in [
            "needs it (policy=team-{a,b}*, until=2027-03-31)",
            "needs it (until=2027-03-31, policy = team-{a,b}*)",
            "(policy=team-{a,b}*) needs it (until=2027-03-31)",
        ] {
            let (reason, day, glob) = taken(text).expect(text);
            assert_eq!((reason.trim(), day, glob), ("needs it", until.clone(), policy.clone()), "{text}");
        }
    }

    #[test]
    fn half_a_limit_is_an_error() {
        for (text, error) in [
            ("x (policy=a", WaiverError::Policy),
            ("x (policy: a)", WaiverError::Policy),
            ("x (policy=)", WaiverError::Policy),
            ("x policy=a", WaiverError::Policy),
            ("x (policy=a, policy=b)", WaiverError::Policy),
            ("x (policy=a, unitl=2027-03-31)", WaiverError::Policy),
            ("x (until=2027-03-31) (until=2028-03-31)", WaiverError::LastDay),
        ] {
            assert_eq!(taken(text), Err(error), "{text}");
        }
        assert!(matches!(taken("x (policy=[)"), Err(WaiverError::PolicyGlob(_))));
    }

    #[test]
    fn a_reason_may_speak_of_a_policy() {
        let reason = "as the policy (policy of the team, see the wiki) says";
        assert_eq!(taken(reason), Ok((reason.to_owned(), None, None)));
    }
}
