//! From which severity on findings make a run fail.

use super::{ReportEntry, Severity};

/// What makes the exit status 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// Nothing
    Never,
}

impl FailOn {
    /// All of them, the strictest first.
    pub const ALL: [Self; 4] = [Self::Note, Self::Warning, Self::Error, Self::Never];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The name in options and configurations.
    pub fn as_str(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Note => "note",
            FailOn::Never => "never",
        }
    }

    /// The lowest severity that counts; `None` if none does.
    pub fn severity(self) -> Option<Severity> {
        Severity::named(self.as_str())
    }

    /// The stricter of two.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self::ALL.into_iter().find(|one| [self, other].contains(one)).unwrap_or(self)
    }

    /// Whether a finding makes the exit status 1.
    pub fn fails(self, finding: &ReportEntry) -> bool {
        finding.waived.is_none() && self.severity().is_some_and(|severity| finding.severity >= severity)
    }
}

#[cfg(test)]
mod tests {
    use super::FailOn;

    #[test]
    fn the_stricter_of_two_is_the_one_that_more_findings_fail_by() {
        for (at, one) in FailOn::ALL.into_iter().enumerate() {
            assert_eq!(FailOn::named(one.as_str()), Some(one));
            for other in &FailOn::ALL[at..] {
                assert_eq!((one.stricter(*other), other.stricter(one)), (one, one));
            }
        }
    }
}
