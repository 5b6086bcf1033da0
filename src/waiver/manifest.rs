//! Waivers that stand in manifests, and what they cover.

use std::collections::HashMap;
use std::sync::Arc;

use super::date::Date;
use super::reach::Scope;
use super::rule_pattern::plain_value;
use super::terms::{State, Terms};
use super::{can_be_waived, verdict};
use crate::finding::{Finding, Location, ObjectRef, Severity, Waived};

/// How a waiver is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As a comment.
    Comment,
    /// As an annotation.
    Annotation,
}

impl Written {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Written::Comment => "comment",
            Written::Annotation => "annotation",
        }
    }
}

/// A waiver that stands in a manifest.
#[derive(Clone, Debug)]
pub struct ManifestWaiver {
    /// What it says.
    pub terms: Terms,
    /// How it is written.
    pub written: Written,
    /// Where it stands.
    pub location: Location,
    /// The object that it is about; `None` for all of a document, and for what is no part of an object.
    pub object: Option<Arc<ObjectRef>>,
    /// The field of the object; "" for all of it.
    pub path: String,
    /// What it covers, in the order of the file, whether it still holds or not.
    pub covers: Vec<Covered>,
    /// What it reaches; `None` where there is nothing.
    pub(crate) scope: Option<Scope>,
    /// Where the field begins that it was written for.
    pub(crate) begins: Option<u32>,
}

/// A finding that a waiver covers.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The rule.
    pub rule: &'static str,
    /// The line on which it stands.
    pub line: usize,
    /// Its object.
    pub object: Option<Arc<ObjectRef>>,
    /// Its container.
    pub container: Option<String>,
    /// Its field.
    pub path: String,
}

impl Covered {
    /// What is said of a finding in a list of waivers.
    pub fn new(finding: &Finding) -> Self {
        Self {
            rule: finding.rule,
            line: finding.location.start.line,
            object: finding.object.clone(),
            container: finding.container.clone(),
            path: finding.path.clone(),
        }
    }
}

impl ManifestWaiver {
    /// What there is to say of it: rule, severity and message. `judged` says whether all that it may cover was judged.
    pub(crate) fn verdict(&self, judged: bool, today: Date) -> Option<(&'static str, Severity, String)> {
        verdict(&self.terms, self.covers.len(), judged, today)
    }
}

/// Marks the findings of a document that its waivers cover.
///
/// The narrowest waiver that still holds is the one that counts. A wider one, and a second one for the same place and
/// rule, is of no use beside it.
pub(crate) fn apply(waivers: &mut [ManifestWaiver], findings: &mut [Finding], file: &str, today: Date) {
    let hits = hits(waivers, findings, today);
    for (waiver, finding) in hits {
        let (waiver, finding) = (&mut waivers[waiver], &mut findings[finding]);
        waiver.covers.push(Covered::new(finding));
        if !matches!(waiver.terms.state(today), State::Expired(_)) {
            finding.waived = Some(Arc::new(Waived {
                reason: waiver.terms.reason.clone(),
                until: waiver.terms.until.map(|until| until.to_string()),
                file: file.to_owned(),
                line: waiver.location.start.line,
            }));
        }
    }
    for waiver in waivers {
        waiver.covers.sort_by_key(|covered| covered.line);
    }
}

/// Which waiver covers which finding, as indices.
fn hits(waivers: &[ManifestWaiver], findings: &[Finding], today: Date) -> Vec<(usize, usize)> {
    let index = Index::new(waivers);
    let mut hits = Vec::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| can_be_waived(finding)) {
        for waiver in index.candidates(finding) {
            hits.push((waiver, at));
            if !matches!(waivers[waiver].terms.state(today), State::Expired(_)) {
                break;
            }
        }
    }
    hits
}

/// The waivers of one place by rule and value.
type ByRule<'a> = HashMap<(&'static str, Option<&'a str>), usize>;

/// The waivers of a document by what they cover, so that a thousand of them and a thousand findings cost no more than
/// both.
struct Index<'a> {
    by_scope: HashMap<&'a Scope, ByRule<'a>>,
    by_place: HashMap<u32, ByRule<'a>>,
}

impl<'a> Index<'a> {
    fn new(waivers: &'a [ManifestWaiver]) -> Self {
        let mut index = Self { by_scope: HashMap::new(), by_place: HashMap::new() };
        for (at, waiver) in waivers.iter().enumerate() {
            let Some(scope) = &waiver.scope else { continue };
            for pattern in &waiver.terms.rules {
                for &rule in pattern.rules() {
                    let key = (rule, pattern.value());
                    index.by_scope.entry(scope).or_default().entry(key).or_insert(at);
                    if let Some(begins) = waiver.begins {
                        index.by_place.entry(begins).or_default().entry(key).or_insert(at);
                    }
                }
            }
        }
        index
    }

    /// The waivers that cover a finding, the narrowest first.
    fn candidates(&self, finding: &Finding) -> Vec<usize> {
        let mut found = Vec::new();
        let mut add = |by_rule: Option<&ByRule<'_>>| {
            let Some(by_rule) = by_rule else { return };
            let value = plain_value(finding);
            let exact = value.and_then(|value| by_rule.get(&(finding.rule, Some(value))));
            let any = by_rule.get(&(finding.rule, None));
            for &waiver in exact.into_iter().chain(any) {
                if !found.contains(&waiver) {
                    found.push(waiver);
                }
            }
        };
        // What is missing is shown at the name of its container: there the waiver may stand too.
        if finding.value.is_none() {
            add(self.by_place.get(&finding.location.span.start));
        }
        if let Some(object) = &finding.object {
            for path in prefixes(&finding.path) {
                let scope = Scope::Field { item: object.item.clone(), path: path.to_owned() };
                add(self.by_scope.get(&scope));
            }
        }
        add(self.by_scope.get(&Scope::Document));
        found
    }
}

/// A path and all that it is inside of, the longest first, at last "".
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let cuts = path.char_indices().rev().filter(|&(at, c)| at > 0 && (c == '.' || c == '[')).map(|(at, _)| &path[..at]);
    std::iter::once(path).chain(cuts).chain((!path.is_empty()).then_some(""))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_lies_inside_of_its_prefixes() {
        let all: Vec<&str> = super::prefixes("spec.containers[0].image").collect();
        assert_eq!(all, ["spec.containers[0].image", "spec.containers[0]", "spec.containers", "spec", ""]);
        assert_eq!(super::prefixes("").collect::<Vec<_>>(), [""]);
    }
}
