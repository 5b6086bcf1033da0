//! How a finding is made: step by step, with what is hostile cut and what is senseless refused.

use std::sync::Arc;

use super::{
    AskedBy, Facts, Finding, Location, Nearest, ObjectRef, PolicyAnswer, PolicyRef, Related, Repair, Severity,
};
use crate::rules::{self, Family, RuleId};
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::yaml::path::{FieldPath, Segment};

/// Texts of a finding are cut to this many bytes: a name of a megabyte that a thousand findings repeat would fill the
/// memory.
const LONGEST: usize = 1000;

/// A finding in the making.
#[derive(Clone, Debug)]
pub struct FindingBuilder(Facts);

impl Finding {
    /// Begins a finding of a rule at a place: what is there, what is allowed, and where, in one sentence without a full
    /// stop. It weighs what the rule's page says.
    pub fn at(rule: RuleId, location: Location, message: impl Into<String>) -> FindingBuilder {
        FindingBuilder(Facts {
            rule,
            part: None,
            severity: rules::get(rule).map_or(Severity::Error, rules::Rule::severity),
            message: message.into(),
            asked_by: None,
            policy: None,
            answer: None,
            location,
            path: FieldPath::ROOT,
            nearest: Nearest::default(),
            value: None,
            related: Vec::new(),
            object: None,
            container: None,
            repair: None,
            advice: Vec::new(),
        })
    }

    /// Begins a finding of a rule at a part of a file, as far as that stands on one line.
    pub fn within(file: &SourceFile, rule: RuleId, span: Span, message: impl Into<String>) -> FindingBuilder {
        Self::at(rule, Location::on_line(file, span), message)
    }

    /// Begins another finding that takes the place of this one: about the same, by another rule.
    pub(crate) fn replaced_by(&self, rule: RuleId, message: impl Into<String>) -> FindingBuilder {
        let Facts { location, path, nearest, value, related, object, container, .. } = (**self).clone();
        let new = Finding::at(rule, location, message).path(path).nearest(nearest).value(value).related(related);
        new.object(object).container(container)
    }
}

impl FindingBuilder {
    /// Another weight than the rule's page says.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    /// The one part of its rule that it is about: the index of a validation.
    #[must_use]
    pub fn part(mut self, part: Option<u32>) -> Self {
        self.0.part = part;
        self
    }

    /// Who asks for it, for `pss/` rules.
    #[must_use]
    pub fn asked_by(mut self, asked_by: Option<AskedBy>) -> Self {
        self.0.asked_by = asked_by;
        self
    }

    /// The loaded policy that refuses.
    #[must_use]
    pub fn policy(mut self, policy: Option<Arc<PolicyRef>>) -> Self {
        self.0.policy = policy;
        self
    }

    /// What the policy of a cluster has answered.
    #[must_use]
    pub fn answer(mut self, answer: Option<Arc<PolicyAnswer>>) -> Self {
        self.0.answer = answer;
        self
    }

    /// The path of the field in its object.
    #[must_use]
    pub fn path(mut self, path: FieldPath) -> Self {
        self.0.path = path;
        self
    }

    /// The part of the path that is written.
    #[must_use]
    pub fn nearest(mut self, nearest: Nearest) -> Self {
        self.0.nearest = nearest;
        self
    }

    /// The source text of the offending value.
    #[must_use]
    pub fn value(mut self, value: Option<impl Into<String>>) -> Self {
        self.0.value = value.map(Into::into);
        self
    }

    /// Other places to look at.
    #[must_use]
    pub fn related(mut self, related: impl IntoIterator<Item = Related>) -> Self {
        self.0.related.extend(related);
        self
    }

    /// The object.
    #[must_use]
    pub fn object(mut self, object: Option<Arc<ObjectRef>>) -> Self {
        self.0.object = object;
        self
    }

    /// The container.
    #[must_use]
    pub fn container(mut self, container: Option<String>) -> Self {
        self.0.container = container;
        self
    }

    /// What would fix it.
    #[must_use]
    pub fn repair(mut self, repair: Option<Box<Repair>>) -> Self {
        self.0.repair = repair;
        self
    }

    /// What else helps to fix it: a sentence each.
    #[must_use]
    pub fn advice(mut self, advice: impl IntoIterator<Item = String>) -> Self {
        self.0.advice.extend(advice);
        self
    }

    /// Says more, at the end of the message.
    #[must_use]
    pub fn and(mut self, text: &str) -> Self {
        self.0.message.push_str(text);
        self
    }

    /// Whether nothing is written at its place.
    pub fn is_about_a_lack(&self) -> bool {
        self.0.value.is_none()
    }

    /// The finding, with its texts cut where they are very long.
    ///
    /// # Panics
    /// In tests: where what it says cannot be so. It is podline's own mistake, and a release shows the finding anyway.
    pub fn build(self) -> Finding {
        let mut facts = self.0;
        debug_assert_eq!(misuse(&facts), None, "{facts:?}");
        shorten(&mut facts.message);
        facts.path = bounded(facts.path);
        facts.value.as_mut().map(shorten);
        facts.container.as_mut().map(shorten);
        facts.related.iter_mut().for_each(|related| shorten(&mut related.message));
        facts.advice.iter_mut().for_each(shorten);
        Finding(facts)
    }
}

impl From<FindingBuilder> for Finding {
    fn from(builder: FindingBuilder) -> Self {
        builder.build()
    }
}

/// What cannot be so in a finding.
fn misuse(facts: &Facts) -> Option<&'static str> {
    let Facts { rule, .. } = facts;
    let is_loaded = rule.family().is_loaded();
    if facts.message.is_empty() {
        Some("a finding says something")
    } else if facts.asked_by.is_some() && !rule.is_of(Family::Pss) {
        Some("only the Standards have levels")
    } else if facts.policy.is_some() && !is_loaded && !rule.is_of(Family::Local) {
        Some("no policy asks for it")
    } else if facts.policy.is_none() && is_loaded {
        Some("the policy that brought the rule is named")
    } else if facts.part.is_some() && !is_loaded {
        Some("only the rules of policies have parts")
    } else if facts.container.is_some() && facts.object.is_none() {
        Some("a container stands in an object")
    } else if facts.nearest.depth > facts.path.segments().len() {
        Some("no more of a path is written than there is")
    } else {
        None
    }
}

/// Cuts a long text, and says so by an ellipsis.
pub(super) fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
        text.shrink_to_fit();
    }
}

/// A path of bounded length: what is beyond is left out, and the last step that is there says so.
pub(super) fn bounded(path: FieldPath) -> FieldPath {
    let length = |segment: &Segment| match segment {
        Segment::Field(name) => name.len() + 1,
        Segment::Index(_) => 4,
    };
    if path.segments().iter().map(length).sum::<usize>() <= LONGEST {
        return path;
    }
    let mut left = LONGEST;
    let mut segments = Vec::new();
    for segment in path.segments() {
        if let Segment::Field(name) = segment
            && name.len() > left
        {
            let mut name = name[..name.floor_char_boundary(left)].to_owned();
            name.push('…');
            segments.push(Segment::Field(name.into()));
            break;
        }
        segments.push(segment.clone());
        left = left.saturating_sub(length(segment));
        if left == 0 {
            break;
        }
    }
    FieldPath::new(segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{PolicyEngine, PolicyNotes};
    use crate::rules::id;
    use crate::source::span::{Position, Span};

    fn nowhere() -> Location {
        let start = Position { line: 1, column: 1 };
        Location { span: Span::default(), start, end: start }
    }

    fn finding(rule: RuleId) -> FindingBuilder {
        Finding::at(rule, nowhere(), "says something")
    }

    #[test]
    fn a_finding_weighs_what_the_page_of_its_rule_says() {
        assert_eq!(finding(id::WRONG_TYPE).build().severity, Severity::Error);
        assert_eq!(finding(id::INJECTED_CONTAINERS).build().severity, Severity::Note);
        assert_eq!(finding(id::WRONG_TYPE).severity(Severity::Warning).build().severity, Severity::Warning);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let mut text = "é".repeat(1000);
        shorten(&mut text);
        assert_eq!(text, "é".repeat(500) + "…");
    }

    #[test]
    fn nothing_that_is_built_fills_the_memory() {
        let long = "x".repeat(1 << 20);
        let path = FieldPath::of("metadata.annotations").field(long.clone()).field("y");
        let one = finding(id::WRONG_TYPE).and(&long).value(Some(long)).path(path).build();
        let lengths = [one.message.len(), one.value.as_deref().map_or(0, str::len), one.path.to_string().len()];
        assert!(lengths.iter().all(|&length| length < 1020), "{lengths:?}");
        assert!(one.path.to_string().starts_with("metadata.annotations") && one.path.to_string().contains('…'));
    }

    #[test]
    fn what_cannot_be_so_is_refused() {
        let by = Some(AskedBy {
            level: crate::Level::Baseline,
            since: None,
            modes: super::super::Modes::default(),
            setting: None,
        });
        let policy = PolicyRef {
            engine: PolicyEngine::Podline,
            name: "a".to_owned(),
            file: String::new(),
            line: 0,
            notes: PolicyNotes::default(),
        };
        let refused = [
            Finding::at(id::WRONG_TYPE, nowhere(), ""),
            finding(id::WRONG_TYPE).asked_by(by),
            finding(id::WRONG_TYPE).policy(Some(Arc::new(policy))),
            finding(id::WRONG_TYPE).part(Some(0)),
            finding(id::WRONG_TYPE).container(Some("app".to_owned())),
            finding(RuleId::loaded(Family::Vap, "a")),
        ];
        assert!(refused.iter().all(|builder| misuse(&builder.0).is_some()));
        assert_eq!(misuse(&finding(id::WRONG_TYPE).0), None);
    }
}
