//! A floor: a configuration above that nearer ones tighten and never loosen.
//!
//! Whoever owns the root of a repository sets it there; what stands beside the manifests of a team, which the change that
//! is judged may bring, cannot lower it. A loosening is an error that names both lines.

use std::path::Path;

use super::loaded::{Decision, Loaded};
use super::severities::{Severities, Weight};
use super::standard::{parse_kubernetes_version, parse_level};
use super::{Config, FailOnSetting, NamespaceEntry, SeveritySetting, WaiverPolicySetting};
use crate::finding::Severity;
use crate::pod_security::{Level, NEWEST_KNOWN, Version};
use crate::problem::{About, Problem};
use crate::rules::{Catalogue, RuleSelector};

/// Puts a configuration on a floor, whose globs are relative to `base`.
///
/// # Errors
/// What of it loosens what the floor says.
pub(super) fn put_on(nearer: Loaded, floor: Loaded, base: &Path) -> Result<Loaded, Vec<Problem>> {
    let mut found = Comparison { nearer: &nearer, floor: &floor, problems: Vec::new() };
    found.standard();
    found.entries();
    found.weights();
    found.lists();
    found.waiver_policy();
    found.fail_on();
    found.taken_back();
    let problems = found.problems;
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(nearer.on(floor, base))
}

struct Comparison<'a> {
    nearer: &'a Loaded,
    floor: &'a Loaded,
    problems: Vec<Problem>,
}

impl Comparison<'_> {
    /// Notes that what stands at a key loosens what the floor says at another one, or by its very existence.
    fn loosens(&mut self, key: &str, of_floor: &str, why: &str) {
        let decided = self.nearer.decided.iter().filter(|one| one.key == key).cloned().collect::<Vec<_>>();
        for one in decided {
            self.loosens_at(&one, of_floor, why);
        }
    }

    fn loosens_at(&mut self, one: &Decision, of_floor: &str, why: &str) {
        let decided = &self.floor.decided;
        let by =
            decided.iter().find(|one| one.key == of_floor).or_else(|| decided.iter().find(|one| one.key == "floor"));
        let by = by.map(|by| format!(": the floor is {}", by.place())).unwrap_or_default();
        let message = format!("{} {why}{by}", one.key);
        self.problems.push(Problem::at(About::Configuration, &one.spot.file, one.spot.span, message));
    }

    fn standard(&mut self) {
        let (near, floor) = (&self.nearer.config, &self.floor.config);
        let by_labels = floor.admission.is_some();
        if let Some(level) = near.level.as_ref().and_then(|level| parse_level(&level.0).ok()) {
            if by_labels {
                self.loosens("level", "admission", "loosens what judges by the labels of namespaces");
            } else if is_below(level, standard_of(floor)) {
                self.loosens("level", "level", "is lower than the floor allows");
            }
        }
        if near.admission.is_some()
            && near.admission.as_ref().map(|one| &one.0) != floor.admission.as_ref().map(|one| &one.0)
        {
            for one in self
                .nearer
                .decided
                .iter()
                .filter(|one| one.key.starts_with("admission"))
                .take(1)
                .cloned()
                .collect::<Vec<_>>()
            {
                self.loosens_at(
                    &one,
                    if by_labels { "admission" } else { "level" },
                    "judges by other labels than the floor",
                );
            }
        }
        if near.cluster.0.iter().any(|_| by_labels) {
            self.loosens("cluster", "admission", "brings other labels than the floor judges by");
        }
        let minor =
            |config: &Config| config.kubernetes_version.as_ref().and_then(|one| parse_kubernetes_version(&one.0).ok());
        if minor(near).is_some_and(|minor_here| minor_here < minor(floor).unwrap_or(NEWEST_KNOWN)) {
            self.loosens("kubernetes-version", "kubernetes-version", "is older than the floor allows");
        }
        let chooses = by_labels || !self.floor.namespaces.is_empty() || !self.floor.waivers.is_empty();
        if near.namespace.is_some() && near.namespace != floor.namespace && chooses {
            self.loosens(
                "namespace",
                "namespace",
                "moves objects into another namespace than the floor judges them in",
            );
        }
    }

    /// What the floor does not say fails a run as it does by itself.
    fn fail_on(&mut self) {
        let of = |config: &Config| config.fail_on.as_ref().map(FailOnSetting::fail_on);
        let floor = of(&self.floor.config).unwrap_or_default();
        if of(&self.nearer.config).is_some_and(|near| near.stricter(floor) != near) {
            self.loosens("fail-on", "fail-on", "lets more pass than the floor allows");
        }
    }

    /// What reads as if it took something of the floor away, and would do nothing.
    fn taken_back(&mut self) {
        if self.nearer.config.floor == Some(false) {
            self.loosens("floor", "floor", "is false, which does not take the floor above away");
        }
        let empty = self.nearer.decided.iter().any(|one| one.key == "deny" && one.text == "[]");
        if empty && !self.floor.config.deny.0.is_empty() {
            self.loosens("deny", "deny", "is empty, which does not allow what the floor denies");
        }
    }

    /// Entries count before those of the floor: each must be as strict as the strictest of these.
    fn entries(&mut self) {
        let top = standard_of(&self.floor.config);
        let levels = self.floor.namespaces.iter().map(|one| standard_of_entry(&one.entry, top));
        let strictest = levels.fold(top, |strictest, one| if is_below(strictest, one) { one } else { strictest });
        let hides = !self.floor.namespaces.is_empty();
        let hides_rules = self.floor.namespaces.iter().any(|one| !one.entry.rules.is_empty());
        let spots: Vec<Decision> = self.nearer.decided.iter().filter(|one| one.key == "namespaces").cloned().collect();
        for (one, spot) in self.nearer.namespaces.iter().zip(&spots) {
            let entry = &one.entry;
            let sets = entry.level.is_some() || entry.version.is_some();
            if sets && is_below(standard_of_entry(entry, top), strictest) || !sets && hides && strictest != top {
                self.loosens_at(spot, "namespaces", "may judge by less than the floor");
            } else if hides_rules {
                self.loosens_at(spot, "namespaces", "hides what entries of the floor say of rules");
            }
            if entry.rules.iter().any(|(name, setting)| !self.may_weigh(name, setting)) {
                self.loosens_at(spot, "rules", "lets rules weigh less than the floor");
            }
        }
    }

    fn weights(&mut self) {
        for (name, setting) in &self.nearer.config.rules {
            if !self.may_weigh(name, setting) {
                self.loosens(&format!("rules.{name}"), &format!("rules.{name}"), "weighs less than the floor allows");
            }
        }
    }

    /// Whether a rule may weigh so: as an error always, else where the floor lets it weigh no more.
    fn may_weigh(&self, name: &str, setting: &SeveritySetting) -> bool {
        let weight = setting.weight();
        let of_floor = &self.floor.config.rules;
        if weight == Weight::Severity(Severity::Error) {
            return true;
        }
        let same = of_floor.get(name).map(SeveritySetting::weight);
        let rules = Catalogue::before_policies();
        let named = RuleSelector::parse(name, rules)
            .ok()
            .and_then(|selector| selector.named().map(|rule| (rule, selector.part())));
        let weights = Severities::new(of_floor.iter().map(|(name, one)| (name.as_str(), one.weight())), rules).ok();
        let given = named.zip(weights).and_then(|((rule, part), weights)| weights.of(rule, part));
        given.or(same.filter(|_| named.is_none())).is_some_and(|floor| weight >= floor)
    }

    /// What only ever lets more pass.
    fn lists(&mut self) {
        self.loosens("exclude", "exclude", "leaves out what the floor judges");
        self.loosens("waivers", "waivers", "waives what the floor does not");
        self.loosens("accepted", "accepted", "accepts what the floor does not");
        let named: Vec<Decision> = self.nearer.decided.iter().filter(|one| one.key == "policies").cloned().collect();
        let has_policies = !self.floor.policies.is_empty();
        for (policy, one) in self.nearer.policies.iter().zip(&named) {
            if !policy.entry.exceptions.is_empty() {
                self.loosens_at(one, "policies", "makes exceptions that the floor does not");
            } else if has_policies && policy.entry.file.is_some() {
                self.loosens_at(one, "policies", "may hold exceptions from the policies of the floor");
            }
        }
    }

    fn waiver_policy(&mut self) {
        let Some(near) = &self.nearer.config.waiver_policy else { return };
        let unsaid = WaiverPolicySetting::default();
        let floor = self.floor.config.waiver_policy.as_ref().unwrap_or(&unsaid);
        let is =
            |policy: &WaiverPolicySetting, word: &str| matches!(policy.in_manifests.0.as_slice(), [one] if one == word);
        let is_same = near.in_manifests.0 == floor.in_manifests.0 || near.in_manifests.0.is_empty();
        if !is_same && !is(near, "deny") && !is(floor, "allow") {
            let key = "waiver-policy.in-manifests";
            self.loosens(key, key, "lets more waivers count than the floor");
        }
        let within = |policy: &WaiverPolicySetting| policy.until_within.unwrap_or(i32::MAX);
        if near.until_within.is_some() && within(near) > within(floor) {
            let key = "waiver-policy.until-within";
            self.loosens(key, key, "lets waivers hold for longer than the floor");
        }
    }
}

/// What a configuration judges by where no entry says otherwise.
fn standard_of(config: &Config) -> (Level, Version) {
    let level = config.level.as_ref().and_then(|level| parse_level(&level.0).ok());
    level.unwrap_or((Level::Restricted, Version::Latest))
}

fn standard_of_entry(entry: &NamespaceEntry, top: (Level, Version)) -> (Level, Version) {
    let (level, of_level) = entry.level.as_ref().and_then(|level| parse_level(&level.0).ok()).map_or(top, |one| one);
    let version = entry.version.as_ref().and_then(|version| version.0.parse().ok());
    (level, version.unwrap_or(of_level))
}

/// Whether the first standard is a lower level, or an older version, than the other.
fn is_below(one: (Level, Version), other: (Level, Version)) -> bool {
    let minor = |version: Version| version.resolve(u32::MAX);
    one.0 < other.0 || one.0 != Level::Privileged && minor(one.1) < minor(other.1)
}
