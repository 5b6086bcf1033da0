//! A level and version for each mode.

use std::fmt;

use super::super::{Level, Mode, Version};

/// A level at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelVersion {
    /// The level.
    pub level: Level,
    /// The version, as it is asked for.
    pub version: Version,
}

impl LevelVersion {
    /// Source: `LevelVersion.Equivalent`: versions of privileged do not matter.
    fn is_equivalent(self, other: Self) -> bool {
        self == other || self.level == Level::Privileged && other.level == Level::Privileged
    }
}

impl Default for LevelVersion {
    /// `privileged:latest`
    fn default() -> Self {
        Self { level: Level::Privileged, version: Version::Latest }
    }
}

impl fmt::Display for LevelVersion {
    /// `restricted:v1.31`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level, self.version)
    }
}

/// The level and version of each mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What pods must meet to be accepted.
    pub enforce: LevelVersion,
    /// What the audit log notes the violations of.
    pub audit: LevelVersion,
    /// What creators are warned of.
    pub warn: LevelVersion,
}

impl Policy {
    /// The level and version of one mode.
    pub fn of(&self, mode: Mode) -> LevelVersion {
        match mode {
            Mode::Enforce => self.enforce,
            Mode::Audit => self.audit,
            Mode::Warn => self.warn,
        }
    }

    /// The level and version of one mode, to be changed.
    pub(super) fn of_mut(&mut self, mode: Mode) -> &mut LevelVersion {
        match mode {
            Mode::Enforce => &mut self.enforce,
            Mode::Audit => &mut self.audit,
            Mode::Warn => &mut self.warn,
        }
    }

    /// Whether nothing is demanded by any mode.
    pub fn is_privileged(&self) -> bool {
        [self.enforce, self.audit, self.warn].iter().all(|standard| standard.level == Level::Privileged)
    }

    /// Whether two policies demand the same.
    pub(super) fn is_equivalent(&self, other: &Self) -> bool {
        self.enforce.is_equivalent(other.enforce)
            && self.audit.is_equivalent(other.audit)
            && self.warn.is_equivalent(other.warn)
    }
}
