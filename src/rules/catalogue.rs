//! The rules that a run knows: those that podline brings, and those of the policies that it has loaded.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use super::selector::part_of;
use super::{Family, Rule, RuleId, RuleSelector, built_in};
use crate::manifest::suggest::nearest;

/// The rules that a run knows. Without loaded policies these are the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Those of loaded policies, in the order of their ids.
    loaded: Vec<Rule>,
    /// Which names that only a policy can bring are taken for rules, though nobody has met them yet.
    awaits: Awaits,
}

/// Whose names are taken for rules that are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Awaits {
    /// Nobody's.
    #[default]
    Nothing,
    /// Those of families of which no policy is loaded: a run without `--policy` cannot tell a mistake in `vap/no-latest`.
    MissingFamilies,
    /// Those of every family.
    All,
}

impl Catalogue {
    /// With the rules of these policies. Of two with one id the first counts, and its page shows the other too: they are for
    /// different objects, or of different kinds.
    pub fn new(mut loaded: Vec<Rule>) -> Self {
        loaded.sort_by_key(|rule| rule.id);
        loaded.dedup_by(|later, first| {
            let is_same = later.id == first.id;
            if is_same {
                first.take_in(later);
            }
            is_same
        });
        Self { loaded, awaits: Awaits::MissingFamilies }
    }

    /// The rules that podline brings.
    pub fn of_podline() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(Self::default)
    }

    /// What is known while policies are not loaded yet: names such as `vap/no-latest` may stand for rules.
    /// [`Catalogue::knows`] says later whether they do.
    pub fn before_policies() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| Self { awaits: Awaits::All, ..Self::default() })
    }

    /// This catalogue for a text that was read before the policies were loaded: what it names may be known to others.
    #[must_use]
    pub fn opened(&self) -> Self {
        Self { awaits: Awaits::All, ..self.clone() }
    }

    /// Every rule: the built-in ones, `pss/` first, then the loaded ones.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        built_in().iter().chain(self.loaded.iter().filter(|rule| !rule.is_group))
    }

    /// The rules of loaded policies, with those that stand for all rules of a policy.
    pub fn loaded(&self) -> &[Rule] {
        &self.loaded
    }

    /// The rule of this name: its id, or what follows the first slash. A short name that exists in `pss/` always means
    /// that one.
    pub fn find(&self, name: &str) -> Option<&Rule> {
        let all = || self.all().chain(self.loaded.iter().filter(|rule| rule.is_group));
        all().find(|rule| rule.id == *name).or_else(|| all().find(|rule| rule.id.short() == name))
    }

    /// The numbered part of a rule that a name means: `vap/no-latest#0`.
    pub fn find_part(&self, name: &str) -> Option<Rule> {
        let (name, part) = part_of(name)?;
        self.find(name)?.part(part)
    }

    /// What is known of a rule.
    pub fn get(&self, id: RuleId) -> Option<&Rule> {
        super::get(id).or_else(|| {
            let at = self.loaded.binary_search_by_key(&id, |rule| rule.id).ok()?;
            self.loaded.get(at)
        })
    }

    /// Whether there is a rule of this id.
    pub fn knows(&self, id: RuleId) -> bool {
        self.get(id).is_some()
    }

    /// The rule of this full name, though it may come with a policy that this run does not load.
    pub fn id(&self, name: &str) -> Option<RuleId> {
        if let Some(rule) = self.all().find(|rule| rule.id == *name) {
            return Some(rule.id);
        }
        Self::may_be_loaded(name).map(|(family, name)| RuleId::loaded(family, name))
    }

    /// The family and the rest of a full name that only a policy can bring.
    fn may_be_loaded(name: &str) -> Option<(Family, &str)> {
        let family = Family::of(name).filter(|family| family.is_loaded())?;
        let (_, rest) = name.split_once('/')?;
        (!rest.is_empty()).then_some((family, rest))
    }

    /// The family and the rest of a name that a policy may bring which is not loaded yet.
    pub(super) fn awaited<'n>(&self, name: &'n str) -> Option<(Family, &'n str)> {
        let is_missing = |family: Family| !self.loaded.iter().any(|rule| rule.id.family() == family);
        Self::may_be_loaded(name).filter(|(family, _)| match self.awaits {
            Awaits::Nothing => false,
            Awaits::MissingFamilies => is_missing(*family),
            Awaits::All => true,
        })
    }

    /// What stands for all loaded rules below a full name: `gatekeeper/K8sLabels` for the constraints of that kind.
    pub(super) fn above_loaded(&self, name: &str) -> Option<RuleId> {
        let (family, rest) = Self::may_be_loaded(name)?;
        let is_below = |rule: &Rule| rule.id.as_str().strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
        self.loaded.iter().any(is_below).then(|| RuleId::loaded(family, rest))
    }

    /// Whether a selector means rules of policies, and none that is loaded; or a part that its rule has not.
    pub fn lacks(&self, selector: &RuleSelector) -> bool {
        let means = |rule: &Rule| selector.selects(rule.id) && selector.part().is_none_or(|part| rule.has_part(part));
        let is_loaded = || self.loaded.iter().any(means);
        (Self::may_be_loaded(selector.text()).is_some() || selector.part().is_some()) && !is_loaded()
    }

    /// The name of a rule as people write it: short where that is unambiguous. Those of policies are not: a run that does
    /// not load the policy must know whose they are.
    pub fn short(&self, id: RuleId) -> &'static str {
        let short = id.short();
        let is_clear = !id.family().is_loaded() && self.find(short).is_some_and(|rule| rule.id == id);
        if is_clear { short } else { id.as_str() }
    }

    /// What to say of a name that stands for no rule.
    pub fn unknown(&self, name: &str) -> UnknownRule {
        let names = self.all().flat_map(|rule| [Cow::from(rule.id.short()), Cow::from(rule.id.as_str())]);
        let names: Vec<Cow<'_, str>> = names.collect();
        let near = nearest(name, names.iter().map(|name| &**name)).map(str::to_owned);
        let parts = part_of(name).and_then(|(name, _)| self.find(name)).map_or(0, Rule::part_count);
        let below = if near.is_none() { self.around(name) } else { Vec::new() };
        UnknownRule { name: name.to_owned(), near, parts, below }
    }

    /// The rules of policies below a name, or else those beside it, of the same policy or kind.
    fn around(&self, name: &str) -> Vec<RuleId> {
        if Self::may_be_loaded(name).is_none() {
            return Vec::new();
        }
        let below = |above: &str| -> Vec<RuleId> {
            let is_below = |id: &RuleId| id.as_str().strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
            self.loaded.iter().filter(|rule| !rule.is_group).map(|rule| rule.id).filter(is_below).collect()
        };
        let own = below(name);
        let above = name.rsplit_once('/').map(|(above, _)| above).filter(|above| above.contains('/'));
        if own.is_empty() { above.map(below).unwrap_or_default() } else { own }
    }
}

/// A name that stands for no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// The rule that it may be a misspelling of.
    pub near: Option<String>,
    /// How many parts the rule has, where the name means one that is not there.
    pub parts: usize,
    /// The rules that such a name may mean, where none is like it.
    pub below: Vec<RuleId>,
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// So many rules are named.
        const MOST: usize = 5;
        let Self { name, near, parts, below } = self;
        write!(f, "no rule is called {name:?}")?;
        match parts {
            0 => {}
            1 => return f.write_str(": the policy has one validation, #0"),
            _ => return write!(f, ": the policy has {parts} validations, #0 to #{}", parts - 1),
        }
        if let Some(near) = near {
            return write!(f, "; did you mean {near}?");
        }
        if below.is_empty() {
            return Ok(());
        }
        let named: Vec<&str> = below.iter().take(MOST).map(|id| id.as_str()).collect();
        let rest = if below.len() > MOST { ", …" } else { "" };
        let (count, rules) = (below.len(), if below.len() == 1 { "rule" } else { "rules" });
        let are = if count == 1 { "there is" } else { "there are" };
        write!(f, "; {are} {count} {rules} beside or below it: {}{rest}", named.join(", "))
    }
}

impl Error for UnknownRule {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::finding::Severity;

    /// A catalogue with rules of policies that a test makes up.
    pub(crate) fn with_policies() -> Catalogue {
        let rule = |family, name: &str, severity| {
            let summary = "Images must be pinned.".to_owned();
            Rule::loaded(RuleId::loaded(family, name), name.to_owned(), summary, severity)
        };
        Catalogue::new(vec![
            rule(Family::Vap, "no-latest", Severity::Error),
            rule(Family::Kyverno, "require-labels/check-team", Severity::Warning),
            rule(Family::Kyverno, "require-labels", Severity::Warning).as_group(),
        ])
    }

    #[test]
    fn the_rules_of_a_family_of_which_nothing_is_loaded_may_be_named() {
        let parse = |text: &str| RuleSelector::parse(text, &with_policies());
        assert!(parse("gatekeeper/K8sLabels/team").is_ok() && parse("kubewarden/*").is_ok());
        assert!(parse("vap/other").is_err() && parse("kyverno/other").is_err() && parse("nothing/other").is_err());
        assert!(parse("kubewarden/*").is_ok_and(|selector| with_policies().lacks(&selector)));
        assert!(parse("vap/no-latest").is_ok_and(|selector| !with_policies().lacks(&selector)));
    }

    #[test]
    fn a_name_above_loaded_rules_stands_for_all_of_them() {
        let label = Rule::loaded(
            RuleId::loaded(Family::Gatekeeper, "K8sLabels/team"),
            "team".to_owned(),
            String::new(),
            Severity::Error,
        );
        let (other, id) = (RuleId::loaded(Family::Gatekeeper, "K8sLabelsToo/team"), label.id);
        let catalogue = Catalogue::new(vec![label]);
        let selector = RuleSelector::parse("gatekeeper/K8sLabels", &catalogue).expect("a selector");
        assert!(selector.selects(id) && !selector.selects(other) && !catalogue.lacks(&selector));
        for text in ["gatekeeper/K8sLabel", "gatekeeper/K8sLabels/", "gatekeeper/K8sLabels/team/more", "K8sLabels"] {
            assert!(RuleSelector::parse(text, &catalogue).is_err(), "{text}");
        }
    }

    #[test]
    fn the_rules_of_policies_follow_the_built_in_ones() {
        let catalogue = with_policies();
        let last: Vec<RuleId> = catalogue.all().skip(built_in().len()).map(|rule| rule.id).collect();
        assert_eq!(last, ["kyverno/require-labels/check-team", "vap/no-latest"]);
        assert_eq!(catalogue.all().next().map(|rule| rule.id), Some(built_in()[0].id));
    }

    #[test]
    fn a_loaded_rule_is_found_by_its_full_and_its_short_name() {
        let catalogue = with_policies();
        let find = |name: &str| catalogue.find(name).map(|rule| rule.id.as_str());
        assert_eq!(find("vap/no-latest"), Some("vap/no-latest"));
        assert_eq!(find("no-latest"), Some("vap/no-latest"));
        assert_eq!(find("vap/other"), None);
        assert_eq!(Catalogue::of_podline().find("no-latest").map(|rule| rule.id), None);
    }

    #[test]
    fn a_loaded_rule_says_what_it_is_called_and_weighs() {
        let catalogue = with_policies();
        let rule = catalogue.find("kyverno/require-labels/check-team").expect("a rule");
        assert_eq!((&*rule.title, rule.severity()), ("require-labels/check-team", Severity::Warning));
        assert_eq!(rule.security_severity(), Some("5.0"));
    }

    #[test]
    fn a_name_that_is_nearly_that_of_a_loaded_rule_is_answered_with_it() {
        let said = with_policies().unknown("vap/no-lates").to_string();
        assert_eq!(said, "no rule is called \"vap/no-lates\"; did you mean vap/no-latest?");
    }

    #[test]
    fn another_run_may_have_loaded_a_policy_that_this_one_has_not() {
        let id = |name: &str| Catalogue::of_podline().id(name).map(RuleId::as_str);
        assert_eq!((id("vap/elsewhere"), id("pss/privileged")), (Some("vap/elsewhere"), Some("pss/privileged")));
        assert_eq!((id("pss/elsewhere"), id("vap/"), id("privileged")), (None, None, None));
    }

    #[test]
    fn a_rule_has_a_short_name_where_that_is_unambiguous() {
        let catalogue = Catalogue::of_podline();
        assert_eq!(catalogue.short(super::super::of_check("privileged")), "privileged");
        assert_eq!(with_policies().short(RuleId::loaded(Family::Vap, "no-latest")), "vap/no-latest");
        assert!(
            catalogue.all().all(|rule| catalogue.find(catalogue.short(rule.id)).map(|one| one.id) == Some(rule.id))
        );
    }
}
