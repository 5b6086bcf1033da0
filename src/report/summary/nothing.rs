//! Whether anything was judged in a run, and if not why.

use super::{Summary, by_reason, count};
use crate::config::deny::Deny;
use crate::rules::Family;
use crate::verdict::TemplateReport;

/// Pod templates that nobody judges whose findings are reported, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unheld {
    /// Their namespace, user or runtime class is exempt.
    pub exempt: usize,
    /// Their level is privileged, which forbids nothing, since their Namespace says so.
    pub labelled: usize,
    /// Their level is privileged, since the configuration says so.
    pub configured: usize,
    /// Every rule that would judge them is turned off.
    pub off: usize,
}

impl Unheld {
    fn all(self) -> usize {
        self.exempt + self.labelled + self.configured + self.off
    }

    /// How many of them a cluster might still refuse: what is exempt there, or labelled, it does not.
    fn unjudged(self) -> usize {
        self.configured + self.off
    }

    /// Why none of so many templates is judged, which are all that there are.
    fn why(self, templates: usize) -> String {
        let (all, any, are) = match templates {
            1 => ("the only pod template".to_owned(), "the only pod template".to_owned(), "is"),
            _ => (format!("all {templates} pod templates"), format!("any of the {templates} pod templates"), "are"),
        };
        let privileged = self.labelled + self.configured;
        match (self.exempt, privileged, self.off) {
            (_, 0, 0) => format!("{all} {are} exempt"),
            (0, _, 0) => format!("{all} {are} at the level privileged, which forbids nothing"),
            (0, 0, _) => {
                format!("--select, --ignore or the configuration leave no rule that judges {any}")
            }
            (exempt, privileged, off) => {
                let parts =
                    [(exempt, "exempt"), (privileged, "at the level privileged"), (off, "under no rule that is left")];
                let parts = parts.into_iter().filter(|(number, _)| *number > 0);
                let parts: Vec<String> = parts.map(|(number, what)| format!("{number} {what}")).collect();
                format!("of {templates} pod templates {}", parts.join(", "))
            }
        }
    }
}

impl Summary {
    /// Counts a template that nobody judges whose findings are reported.
    pub(super) fn add_unheld(&mut self, template: &TemplateReport) {
        if !template.judged_by.without(self.hidden).is_empty() {
            return;
        }
        let reason = if template.is_exempt() {
            &mut self.unheld.exempt
        } else if !template.is_unrestricted() {
            &mut self.unheld.off
        } else if self.asks_privileged {
            return;
        } else if template.admission.is_some() {
            &mut self.unheld.labelled
        } else {
            &mut self.unheld.configured
        };
        *reason += 1;
    }

    /// Why nothing was judged, if nothing was: neither a pod template nor, by a policy, another object.
    pub fn nothing_judged(&self) -> Option<String> {
        if self.hides_all {
            return Some(
                "--select, --ignore or the configuration leave no rule by which anything can be found".to_owned(),
            );
        }
        if self.templates > self.unheld.all() || self.judged_objects > 0 && !self.hides_policies() {
            return None;
        }
        if self.templates > 0 {
            return Some(self.unheld.why(self.templates));
        }
        let files = count(self.files, "file");
        Some(match (self.files, self.passed_over) {
            (0, 0) => "no file was left to read".to_owned(),
            (0, _) => format!("all that was found was skipped ({})", by_reason(&self.skipped)),
            _ if self.judged_objects > 0 => {
                "--select, --ignore or the configuration leave no rule of the policies that judge".to_owned()
            }
            _ if self.objects == 0 => format!("no object that can be judged in {files}"),
            _ => format!("no pod template in {files} with {}", count(self.objects, "object")),
        })
    }

    /// How much there is of a thing that can be forbidden. Templates that nobody judges count where nothing else was
    /// judged: in part, that is a configuration like any other.
    pub fn denied(&self, what: Deny) -> usize {
        let unheld = if what == Deny::Unjudged && self.nothing_judged().is_some() { self.unheld.unjudged() } else { 0 };
        self.denied.get(&what).copied().unwrap_or_default() + unheld
    }

    /// Whether no rule of any policy is reported.
    fn hides_policies(&self) -> bool {
        let is_of_policies = |family: &Family| family.is_loaded() || *family == Family::Local;
        Family::ALL.into_iter().filter(is_of_policies).all(|family| self.hidden.contains(family))
    }
}
