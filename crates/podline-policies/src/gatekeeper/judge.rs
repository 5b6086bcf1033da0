//! One object and the constraints that concern it: gatekeeper `pkg/webhook/policy.go`, frameworks `pkg/client/client.go`.

use super::config::Exempt;
use super::constraint::Constraint;
use super::enforcement::{Enforcement, action};
use super::expansion::{Failure, Implied, expand};
use super::judged::{Answer, Asked};
use super::matching::{Source, Target};
use super::template::Rules;
use super::{EXPANSION_TEMPLATE, Engine};
use crate::doubts::{Doubts, Truth, doubted};
use crate::engine::Review;
use crate::json::text;
use crate::judgement::{Actions, Decision, Exemption, Judgement, Origin, Rule, Step, Violation};

/// What was said of an object so far, by constraint.
struct Session<'a> {
    engine: &'a Engine,
    review: &'a Review<'a>,
    doubts: &'a Doubts<'a>,
    /// The namespace of the object, where it may be exempt and nobody knows it.
    exempt: Vec<Violation>,
    told: Vec<Told>,
}

/// What a constraint says.
#[derive(Default)]
struct Told {
    /// Does it concern the object that is sent, or one that this implies?
    concerns: bool,
    rows: Vec<Judgement>,
    /// What it depends on that the object passes.
    passes: Vec<Violation>,
}

impl Engine {
    /// What constraints say of an object, in the order of their documents.
    pub(super) fn judge_all(&self, review: &Review<'_>, doubts: &Doubts<'_>) -> Vec<Judgement> {
        let labels = &review.object["metadata"]["labels"];
        let subject = &review.subject;
        let exempt = self.exemptions.exempts(subject, Some(labels), review.cluster);
        if exempt == Some(Exempt::Unsaid) {
            return Vec::new();
        }
        let target = Target {
            kind: &subject.resource.kind,
            object: review.object,
            namespace: subject.namespace.filter(|_| !subject.resource.is_namespace()),
            source: Source::Original,
            cluster: review.cluster,
        };
        if let Some(Exempt::By(namespace)) = exempt {
            return self.pass(&target, namespace);
        }
        let told = self.constraints.iter().map(|_| Told::default()).collect();
        let open = self.exemptions.may_exempt(subject, doubts);
        let exempt = doubts.settle(if open { Truth::Unknown } else { Truth::Yes });
        let mut session = Session { engine: self, review, doubts, exempt, told };
        session.ask(&target, None, doubts);
        let failure = match expand(&self.expansions, &target) {
            Ok(implied) => {
                for one in &implied {
                    session.ask_implied(one, &target);
                }
                None
            }
            Err(failure) => Some(row_of(failure)),
        };
        let mut all: Vec<(usize, Judgement)> = session.finish();
        all.extend(failure.map(|failure| (failure.origin.document, failure)));
        all.sort_by_key(|(document, _)| *document);
        all.into_iter().map(|(_, row)| row).collect()
    }

    /// That constraints would be asked, but for a Namespace.
    fn pass(&self, target: &Target<'_>, namespace: &str) -> Vec<Judgement> {
        let asked = self.constraints.iter().filter(|one| self.templates[one.template].on_create);
        let concerned = asked.filter_map(|constraint| {
            let actions = actions(constraint.enforcement, None)?;
            (constraint.matches.concerns(target, &Doubts::default()) == Truth::Yes).then_some((constraint, actions))
        });
        let of = |(constraint, actions)| {
            let message = Exempt::message(namespace);
            let answer = Answer { decision: Decision::Exempt, message, violations: Vec::new(), origin: None };
            let exempted_by = vec![Exemption::Namespace(namespace.into())];
            Judgement { exempted_by, ..row(constraint, actions, answer) }
        };
        concerned.map(of).collect()
    }
}

impl Session<'_> {
    fn ask_implied(&mut self, implied: &Implied<'_>, owner: &Target<'_>) {
        let namespace = match owner.namespace {
            Some(namespace) => Some(namespace),
            None => Some(text(&implied.object["metadata"]["namespace"])).filter(|name| !name.is_empty()),
        };
        let target = Target {
            kind: &implied.by.generates,
            object: &implied.object,
            namespace,
            source: Source::Generated,
            cluster: owner.cluster,
        };
        let Some(unknown) = self.doubts.unknown() else { return self.ask(&target, Some(implied), self.doubts) };
        let unknown = |path: &[Step]| {
            let field = Violation { path: path.to_vec(), found: true, decided: true, passed_over: false };
            unknown(&implied.blame(field).path)
        };
        self.ask(&target, Some(implied), &Doubts::about(&unknown));
    }

    /// Asks all constraints about the object that is sent, or one that it implies.
    fn ask(&mut self, target: &Target<'_>, implied: Option<&Implied<'_>>, doubts: &Doubts<'_>) {
        let asked = Asked::new(target, self.review, doubts);
        for (template, constraints) in self.engine.templates.iter().zip(&self.engine.by_template) {
            if !template.on_create {
                continue;
            }
            let concerned: Vec<(usize, &Constraint, Actions, Vec<Violation>)> = constraints
                .iter()
                .filter_map(|at| {
                    let constraint = &self.engine.constraints[*at];
                    if !self.review.meter.is_open(constraint.document) {
                        return None;
                    }
                    let actions = actions(constraint.enforcement, implied)?;
                    let truth = constraint.matches.concerns(target, doubts);
                    let fields = doubts.settle(truth);
                    (truth != Truth::No).then_some((*at, constraint, actions, fields))
                })
                .collect();
            if concerned.is_empty() {
                continue;
            }
            let of: Vec<&Constraint> = concerned.iter().map(|(_, constraint, ..)| *constraint).collect();
            let answers = match &template.rules {
                Rules::Cel(rules) => of.iter().map(|constraint| rules.evaluate(&asked, constraint)).collect(),
                Rules::Rego(rules) => rules.evaluate(&asked, &of),
            };
            for ((at, constraint, actions, fields), answers) in concerned.into_iter().zip(answers) {
                self.told[at].add((constraint, actions), answers, fields, implied);
            }
        }
    }

    /// The rows, each with the document of its constraint.
    fn finish(self) -> Vec<(usize, Judgement)> {
        let of = |(constraint, told): (&Constraint, Told)| {
            if !told.rows.is_empty() || !told.concerns {
                let rows = doubted(told.rows, self.exempt.clone());
                return rows.into_iter().map(|row| (constraint.document, row)).collect();
            }
            let Enforcement::Does(actions) = constraint.enforcement else { return Vec::new() };
            let (message, violations) = (String::new(), told.passes);
            let answer = Answer { decision: Decision::Pass, message, violations, origin: None };
            vec![(constraint.document, row(constraint, actions, answer))]
        };
        self.engine.constraints.iter().zip(self.told).flat_map(of).collect()
    }
}

/// What a constraint does about an object; nothing if it is not asked. Of what is implied a template's own action counts.
fn actions(enforcement: Enforcement, implied: Option<&Implied<'_>>) -> Option<Actions> {
    let own = match enforcement {
        Enforcement::Nowhere => return None,
        Enforcement::Nothing => None,
        Enforcement::Does(actions) => Some(actions),
    };
    match implied.map_or("", |implied| implied.by.action.as_str()) {
        "" | "scoped" => own,
        word => action(word),
    }
}

impl Told {
    /// Adds what a template says. `fields` leave open whether the constraint concerns the object at all.
    fn add(
        &mut self,
        (constraint, actions): (&Constraint, Actions),
        answers: Vec<Answer>,
        fields: Vec<Violation>,
        implied: Option<&Implied<'_>>,
    ) {
        self.concerns = true;
        let mut rows = Vec::new();
        for answer in answers {
            if answer.decision == Decision::Pass {
                if implied.is_none() {
                    self.passes.extend(answer.violations);
                }
                continue;
            }
            let answer = match implied {
                None => answer,
                Some(implied) => Answer {
                    message: format!("[Implied by {}] {}", implied.by.name, answer.message),
                    violations: answer.violations.into_iter().map(|one| implied.blame(one)).collect(),
                    ..answer
                },
            };
            rows.push(row(constraint, actions, answer));
        }
        let fields = match implied {
            Some(implied) => fields.into_iter().map(|one| implied.blame(one)).collect(),
            None => fields,
        };
        self.rows.extend(doubted(rows, fields));
    }
}

fn row(constraint: &Constraint, actions: Actions, answer: Answer) -> Judgement {
    Judgement {
        policy: constraint.policy.clone(),
        binding: None,
        param: None,
        rule: Rule::Whole,
        decision: answer.decision,
        actions,
        message: answer.message,
        reason: None,
        converted: None,
        exempted_by: Vec::new(),
        violations: answer.violations,
        origin: answer
            .origin
            .unwrap_or_else(|| Origin { document: constraint.document, path: vec![Step::Key("spec".into())] }),
    }
}

/// Gatekeeper cannot tell anything of an object that it cannot expand.
fn row_of(failure: Failure<'_>) -> Judgement {
    Judgement {
        policy: EXPANSION_TEMPLATE.into(),
        binding: None,
        param: None,
        rule: Rule::Whole,
        decision: Decision::Error,
        actions: Actions::DENY,
        message: failure.text,
        reason: None,
        converted: None,
        exempted_by: Vec::new(),
        violations: vec![Violation { path: failure.path, found: false, decided: true, passed_over: false }],
        origin: Origin {
            document: failure.by.document,
            path: vec![Step::Key("spec".into()), Step::Key("templateSource".into())],
        },
    }
}
