//! Keys that stand twice in a mapping, and two objects in one because nothing separates them.

use super::document::{Judge, Outcome, location};
use crate::finding::{Finding, Related, Severity};
use crate::manifest::kinds;
use crate::manifest::object::Object;
use crate::rules::id;
use crate::yaml::locate::Repeated;
use crate::yaml::tree::NodeId;

/// What happens to an object that Kubernetes' own types describe.
pub(super) const REFUSED: &str = "kubectl and server-side apply refuse it, and Helm installs it without";

impl Judge<'_, '_> {
    /// Reports the repeated keys of one object.
    pub fn repeated_keys(&self, object: &Object, mut repeated: Vec<Repeated>, outcome: &mut Outcome) {
        let tree = self.tree;
        let is_of_root = |one: &Repeated| one.path(tree).segments().len() == 1;
        let name = |one: &Repeated| tree.raw(one.wins.key);
        let of_root: Vec<Repeated> = repeated.iter().filter(|one| is_of_root(one)).cloned().collect();
        let is_second_object = ["apiVersion", "kind"].iter().all(|key| of_root.iter().any(|one| name(one) == *key));
        if let Some(first) = of_root.first().map(name).filter(|_| is_second_object) {
            // The key with which the second object begins begins a third one too.
            let begin = of_root.iter().filter(|one| name(one) == first);
            begin.for_each(|one| outcome.push(self.second_object(object, one)));
            repeated.retain(|one| !is_of_root(one));
        }
        for one in repeated {
            let (path, Repeated { lost, wins, .. }) = (one.path(self.tree), one);
            let secures = self.names_security_context(lost.key, lost.value);
            let is_own = kinds::is_built_in(object);
            let severity = if secures || is_own { Severity::Error } else { Severity::Warning };
            let hidden = if secures { ", and with it a securityContext" } else { "" };
            let refused = if is_own { format!("; {REFUSED} the first") } else { String::new() };
            let message =
                format!("{path} is given twice: this one wins, and the one before it is lost{hidden}{refused}");
            let location = location(self.file, self.tree.span(lost.key));
            let related = Related::here(location, "lost");
            let finding = self.finding(object, id::DUPLICATE_KEY, self.tree.span(wins.key), message);
            outcome.push(finding.severity(severity).path(path).related([related]));
        }
    }

    /// Two objects in one mapping, of which the second has overwritten the first.
    fn second_object(&self, object: &Object, first: &Repeated) -> Finding {
        let tree = self.tree;
        let span = tree.span(first.wins.key);
        let before = tree.text()[..span.start as usize].trim_end();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let why = match line.trim_end().strip_suffix("---") {
            Some("") | None => "no line --- separates it from the one before",
            Some(rest) if rest.trim().is_empty() => "the --- before it is indented, and so separates nothing",
            Some(rest) if rest.trim_start().starts_with('#') => "the --- before it stands in a comment",
            Some(_) => "the --- before it is glued to the end of a value: write it on a line of its own",
        };
        let message = format!(
            "a second object begins here and overwrites the first: {why}; kubectl refuses both, and the first is lost"
        );
        let location = location(self.file, tree.span(first.lost.key));
        let related = Related::here(location, "the first object, lost");
        let finding = self.finding(object, id::DUPLICATE_KEY, span, message);
        finding.path(first.path(tree)).related([related]).build()
    }

    fn names_security_context(&self, key: NodeId, value: NodeId) -> bool {
        const NAME: &str = "securityContext";
        self.tree.raw(key) == NAME || self.tree.inside(value).any(|node| self.tree.raw(node) == NAME)
    }
}
