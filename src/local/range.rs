//! Ranges of user and group ids, and what a policy may ask of an id.

use serde::{Deserialize, Serialize};

/// A range of ids; both ends belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct IdRange {
    /// The first id.
    pub min: i64,
    /// The last id.
    pub max: i64,
}

impl IdRange {
    /// Whether an id lies in it.
    pub fn contains(&self, id: i64) -> bool {
        (self.min..=self.max).contains(&id)
    }

    /// A range as OpenShift writes it: first id and size (`1000/10000`), or first and last id (`1000-2000`); a single
    /// id stands for itself.
    ///
    /// Source: `ParseRange` in `github.com/openshift/library-go/pkg/security/uid`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
        let range = if let Some((first, size)) = text.split_once('/') {
            let (min, size) = (number(first)?, number(size)?);
            Self { min, max: min + size - 1 }
        } else if let Some((first, last)) = text.split_once('-') {
            Self { min: number(first)?, max: number(last)? }
        } else {
            let id = number(text)?;
            Self { min: id, max: id }
        };
        (range.min <= range.max).then_some(range)
    }

    /// Several ranges, separated by commas.
    pub fn parse_list(text: &str) -> Option<Vec<Self>> {
        text.split(',').map(Self::parse).collect()
    }
}

/// Whether an id lies in one of the ranges.
pub(crate) fn in_ranges(id: i64, ranges: &[IdRange]) -> bool {
    ranges.iter().any(|range| range.contains(id))
}

/// Ranges as people write them: `1000-1010, 2000`.
pub(crate) fn show(ranges: &[IdRange]) -> String {
    let show = |range: &IdRange| match range {
        IdRange { min, max } if min == max => min.to_string(),
        IdRange { min, max } => format!("{min}-{max}"),
    };
    ranges.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// What a policy asks of a user or group id.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IdRule<'a> {
    /// It must be set, and lie in a range.
    MustRunAs(&'a [IdRange]),
    /// It must lie in a range if it is set.
    MayRunAs(&'a [IdRange]),
    /// It must not be root's.
    MustRunAsNonRoot,
    /// Nothing.
    RunAsAny,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_both_forms_of_openshift() {
        assert_eq!(IdRange::parse("1000/10000"), Some(IdRange { min: 1000, max: 10999 }));
        assert_eq!(IdRange::parse("1000-2000"), Some(IdRange { min: 1000, max: 2000 }));
        assert_eq!(IdRange::parse("1000"), Some(IdRange { min: 1000, max: 1000 }));
        for bad in ["", "a", "1-", "-1", "2-1", "1/0", "1/2/3", "99999999999"] {
            assert_eq!(IdRange::parse(bad), None, "{bad:?}");
        }
        let two = IdRange::parse_list("1000/2,5-6");
        assert_eq!(two, Some(vec![IdRange { min: 1000, max: 1001 }, IdRange { min: 5, max: 6 }]));
        assert_eq!(show(&two.unwrap_or_default()), "1000-1001, 5-6");
    }
}
