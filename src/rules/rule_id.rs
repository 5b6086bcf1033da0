//! The name of a rule, and the family that it belongs to.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::{Serialize, Serializer};

/// Who judges by a rule: what stands before the first slash of its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// The Pod Security Standards.
    Pss,
    /// podline's own policies, and PodSecurityPolicy.
    Local,
    /// What is wrong with a manifest whatever it asks for.
    Manifest,
    /// podline's own configuration.
    Policy,
    /// A ValidatingAdmissionPolicy: `vap/<policy>`.
    Vap,
    /// A policy of Kyverno: `kyverno/<policy>/<rule>`.
    Kyverno,
    /// A constraint of Gatekeeper: `gatekeeper/<Kind>/<constraint>`.
    Gatekeeper,
    /// A policy of Kubewarden: `kubewarden/<policy>`.
    Kubewarden,
}

impl Family {
    /// Every family, in the order of the catalogue.
    pub const ALL: [Self; 8] = [
        Self::Pss,
        Self::Local,
        Self::Manifest,
        Self::Policy,
        Self::Vap,
        Self::Kyverno,
        Self::Gatekeeper,
        Self::Kubewarden,
    ];

    /// What ids of the family begin with.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pss => "pss",
            Self::Local => "local",
            Self::Manifest => "manifest",
            Self::Policy => "policy",
            Self::Vap => "vap",
            Self::Kyverno => "kyverno",
            Self::Gatekeeper => "gatekeeper",
            Self::Kubewarden => "kubewarden",
        }
    }

    /// The family of a rule's full name, or of a glob that says what it begins with.
    pub fn of(name: &str) -> Option<Self> {
        let (first, _) = name.split_once('/')?;
        Self::ALL.into_iter().find(|family| family.as_str() == first)
    }

    /// Whether its rules come with the policies that a run loads, so that nobody knows their names before.
    pub fn is_loaded(self) -> bool {
        matches!(self, Self::Vap | Self::Kyverno | Self::Gatekeeper | Self::Kubewarden)
    }
}

/// Some families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Families(u8);

impl Families {
    /// Those of the list.
    pub fn of(families: impl IntoIterator<Item = Family>) -> Self {
        let mut all = Self::default();
        families.into_iter().for_each(|family| all.insert(family));
        all
    }

    /// Adds one.
    pub fn insert(&mut self, family: Family) {
        self.0 |= 1 << family as u8;
    }

    /// Whether it is one of them.
    pub fn contains(self, family: Family) -> bool {
        self.0 & 1 << family as u8 != 0
    }

    /// Those that are not among others.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// No longer ids are made of the names of policies: Kubernetes takes names of at most 253 bytes.
const LONGEST: usize = 1000;

/// The id of a rule: `pss/privileged`, `vap/no-latest`.
///
/// It is as cheap to copy as a pointer. The name of a loaded rule is kept for as long as the process lives, once,
/// however often its policy is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(&'static str);

impl RuleId {
    /// The id of a rule that podline brings: one of those with a page in `rules/`.
    pub const fn built_in(id: &'static str) -> Self {
        Self(id)
    }

    /// The id of a rule that comes with a policy. `name` is what stands behind the family: `no-latest`,
    /// `require-labels/check-team`. It is safe to show: what no name of Kubernetes holds is written as an escape, and a
    /// very long one is cut.
    pub fn loaded(family: Family, name: &str) -> Self {
        let mut id = format!("{}/", family.as_str());
        for c in name.chars() {
            if id.len() >= LONGEST {
                id.push_str("...");
                break;
            }
            if c.is_ascii_graphic() || c == ' ' { id.push(c) } else { id.extend(c.escape_default()) }
        }
        Self(interned(id))
    }

    /// The whole id.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Who judges by it. What is of no family counts as podline's own.
    pub fn family(self) -> Family {
        Family::of(self.0).unwrap_or(Family::Policy)
    }

    /// The id without its family: `privileged`.
    pub fn short(self) -> &'static str {
        self.0.split_once('/').map_or(self.0, |(_, short)| short)
    }

    /// Whether it belongs to this family.
    pub fn is_of(self, family: Family) -> bool {
        self.0.strip_prefix(family.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether another rule is this one, or one of the policy that this one stands for: `kyverno/require-labels` covers
    /// `kyverno/require-labels/check-team`.
    pub fn covers(self, other: RuleId) -> bool {
        let is_below = || other.0.strip_prefix(self.0).is_some_and(|rest| rest.starts_with('/'));
        self == other || self.family().is_loaded() && is_below()
    }

    /// Whether it is about podline's own configuration, so that nothing can waive it.
    pub fn is_policy(self) -> bool {
        self.is_of(Family::Policy)
    }

    /// Whether it means that something could not be judged at all, so that choosing other rules does not hide it.
    pub fn is_unjudged(self) -> bool {
        use super::id::{INVALID_YAML, MISSING_KIND, WRONG_TYPE};
        matches!(self, INVALID_YAML | WRONG_TYPE | MISSING_KIND)
    }
}

/// The one text of the process that is equal to this one.
fn interned(text: String) -> &'static str {
    static NAMES: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let mut names = NAMES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(text.as_str()) {
        return known;
    }
    let text: &'static str = text.leak();
    names.insert(text);
    text
}

impl Deref for RuleId {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl Borrow<str> for RuleId {
    fn borrow(&self) -> &str {
        self.0
    }
}

impl AsRef<str> for RuleId {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl PartialEq<str> for RuleId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for RuleId {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loaded_rule_is_named_by_its_family_and_its_policy() {
        let id = RuleId::loaded(Family::Kyverno, "require-labels/check-team");
        assert_eq!(id, "kyverno/require-labels/check-team");
        assert_eq!((id.family(), id.short()), (Family::Kyverno, "require-labels/check-team"));
        assert!(id.is_of(Family::Kyverno) && !id.is_of(Family::Vap));
    }

    #[test]
    fn the_name_of_a_policy_stands_for_its_rules() {
        let id = |name: &str| RuleId::loaded(Family::Kyverno, name);
        assert!(id("labels").covers(id("labels/team")) && id("labels").covers(id("labels")));
        assert!(!id("labels").covers(id("labels-of-pods/team")) && !id("labels/team").covers(id("labels")));
    }

    #[test]
    fn the_name_of_a_policy_can_neither_steer_a_terminal_nor_fill_the_memory() {
        assert_eq!(RuleId::loaded(Family::Kyverno, "a b/\u{1b}[31mé"), "kyverno/a b/\\u{1b}[31m\\u{e9}");
        assert!(RuleId::loaded(Family::Vap, &"x".repeat(1 << 20)).as_str().len() < 1010);
    }

    #[test]
    fn the_name_of_a_loaded_rule_is_kept_once() {
        let (one, other) = (RuleId::loaded(Family::Vap, "once"), RuleId::loaded(Family::Vap, "once"));
        assert!(std::ptr::eq(one.as_str(), other.as_str()));
    }

    #[test]
    fn only_what_a_policy_brings_has_a_name_that_nobody_knows_before() {
        let loaded: Vec<&str> =
            Family::ALL.into_iter().filter(|family| family.is_loaded()).map(Family::as_str).collect();
        assert_eq!(loaded, ["vap", "kyverno", "gatekeeper", "kubewarden"]);
        assert_eq!((Family::of("vap/*"), Family::of("privileged")), (Some(Family::Vap), None));
    }
}
