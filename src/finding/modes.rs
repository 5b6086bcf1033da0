//! The modes that a finding violates.

use crate::pod_security::Mode;

/// A set of modes, the most severe first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes(u8);

impl Modes {
    /// Every mode, the most severe first.
    const ALL: [Mode; 3] = [Mode::Enforce, Mode::Warn, Mode::Audit];

    /// Whether it holds a mode.
    pub fn contains(self, mode: Mode) -> bool {
        self.0 & bit(mode) != 0
    }

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its modes.
    pub fn iter(self) -> impl Iterator<Item = Mode> {
        Self::ALL.into_iter().filter(move |&mode| self.contains(mode))
    }

    /// The modes of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl From<Mode> for Modes {
    fn from(mode: Mode) -> Self {
        Self(bit(mode))
    }
}

impl FromIterator<Mode> for Modes {
    fn from_iter<I: IntoIterator<Item = Mode>>(modes: I) -> Self {
        modes.into_iter().fold(Self::default(), |all, mode| all.and(mode.into()))
    }
}

fn bit(mode: Mode) -> u8 {
    match mode {
        Mode::Enforce => 1,
        Mode::Warn => 2,
        Mode::Audit => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_severe_mode_comes_first_whatever_was_met_first() {
        let modes: Modes = [Mode::Audit, Mode::Enforce, Mode::Audit].into_iter().collect();
        assert_eq!(modes.iter().collect::<Vec<_>>(), [Mode::Enforce, Mode::Audit]);
        assert!(!modes.contains(Mode::Warn) && Modes::default().is_empty());
    }
}
