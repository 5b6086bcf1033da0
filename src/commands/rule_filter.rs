//! `--select` and `--ignore`.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::finding::Finding;
use crate::lint::is_unjudged;
use crate::rules::{self, unknown};

/// Which rules are reported.
pub(super) struct RuleFilter {
    select: Option<GlobSet>,
    ignore: GlobSet,
    /// The rules that `--ignore` names one by one.
    named: Vec<&'static str>,
}

impl RuleFilter {
    /// Reads the names of rules, short or full, and globs such as `pss/*`.
    ///
    /// # Errors
    /// A message for the user if a name stands for no rule.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, String> {
        // An empty PODLINE_SELECT says nothing: it must not hide everything.
        let says_nothing = select.iter().all(|name| name.trim().is_empty());
        let select = if says_nothing { None } else { Some(globs("--select", select)?) };
        let named = ignore.iter().filter_map(|name| rules::find(name.trim())).map(|rule| rule.id).collect();
        Ok(Self { select, ignore: globs("--ignore", ignore)?, named })
    }

    /// Whether a finding is reported. What cannot be judged is not hidden by choosing other rules, only by ignoring it.
    pub fn keeps(&self, finding: &Finding) -> bool {
        self.keeps_rule(finding.rule)
    }

    /// Whether findings of a rule are reported.
    pub fn keeps_rule(&self, rule: &str) -> bool {
        let selected = self.select.as_ref().is_none_or(|select| select.is_match(rule) || is_unjudged(rule));
        selected && !self.ignores(rule)
    }

    /// What cannot be judged is hidden only where it is named.
    fn ignores(&self, rule: &str) -> bool {
        if is_unjudged(rule) { self.named.contains(&rule) } else { self.ignore.is_match(rule) }
    }
}

fn globs(option: &str, names: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for name in names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        let pattern = rules::find(name).map_or(name, |rule| rule.id);
        let glob = Glob::new(pattern).map_err(|error| format!("{option} {name:?}: {error}"))?;
        let matcher = glob.compile_matcher();
        if !rules::all().iter().any(|rule| matcher.is_match(rule.id)) {
            return Err(format!("{option}: {}", unknown(name)));
        }
        set.add(glob);
    }
    set.build().map_err(|error| format!("{option}: {error}"))
}
