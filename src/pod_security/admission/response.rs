//! What the API server answers to the creation of a pod, or of an object that makes pods.

use super::super::go_quote;
use super::super::{Level, Mode};
use super::{AuditAnnotations, Configuration, Exemption, Judging, LevelVersion};

/// A creation, as far as it decides who is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Whether a Pod is created. Other objects are never refused.
    pub is_pod: bool,
    /// The namespace.
    pub namespace: &'a str,
    /// Who creates it; "" for nobody in particular.
    pub user: &'a str,
    /// The pod's runtime class.
    pub runtime_class: Option<&'a str>,
    /// The name of the pod; "" where it has none yet.
    pub name: &'a str,
}

/// How far a creation is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Not at all.
    Exempt(Exemption),
    /// Not at all, since nothing is demanded.
    Privileged,
    /// Fully.
    Judged,
}

impl Gate {
    /// Decides it, in upstream's order: namespace, user, nothing demanded, runtime class.
    ///
    /// Source: `ValidatePod`, `ValidatePodController`, `EvaluatePod`.
    pub fn new(request: &Request<'_>, judging: &Judging, configuration: &Configuration) -> Self {
        let Judging { policy, errors } = judging;
        let demands = |mode| policy.of(mode).level != Level::Privileged;
        let demands_any = request.is_pod && demands(Mode::Enforce) || demands(Mode::Audit) || demands(Mode::Warn);
        if configuration.exempts_namespace(request.namespace) {
            Gate::Exempt(Exemption::Namespace)
        } else if configuration.exempts_user(request.user) {
            Gate::Exempt(Exemption::User)
        } else if errors.is_empty() && !demands_any {
            Gate::Privileged
        } else if configuration.exempts_runtime_class(request.runtime_class) {
            Gate::Exempt(Exemption::RuntimeClass)
        } else {
            Gate::Judged
        }
    }

    /// Why nothing is judged, if somebody is exempt.
    pub fn exemption(self) -> Option<Exemption> {
        match self {
            Gate::Exempt(exemption) => Some(exemption),
            Gate::Privileged | Gate::Judged => None,
        }
    }

    /// What the API server answers. `denied` is what the checks have against the pod by each mode: the text that
    /// [`detail`] makes, "" for nothing.
    pub fn answer(self, request: &Request<'_>, judging: &Judging, denied: impl Fn(Mode) -> String) -> Answer {
        let mut answer = Answer { allowed: true, ..Answer::default() };
        match self {
            Gate::Exempt(exemption) => {
                answer.audit.insert("exempt", exemption.as_str().to_owned());
            }
            Gate::Privileged if request.is_pod => {
                answer.audit.insert("enforce-policy", LevelVersion::default().to_string());
            }
            Gate::Privileged => {}
            Gate::Judged => answer.judge(request, judging, denied),
        }
        answer
    }
}

/// What the API server answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether the creation is accepted.
    pub allowed: bool,
    /// Why not; "" if it is.
    pub message: String,
    /// What its creator is warned of.
    pub warnings: Vec<String>,
    /// What the audit log notes.
    pub audit: AuditAnnotations,
}

impl Answer {
    /// Source: `EvaluatePod`.
    fn judge(&mut self, request: &Request<'_>, judging: &Judging, denied: impl Fn(Mode) -> String) {
        let policy = &judging.policy;
        if let Some(error) = judging.error() {
            self.audit.insert("error", format!("Failed to parse policy: {error}"));
        }
        if request.is_pod {
            self.audit.insert("enforce-policy", policy.enforce.to_string());
            let detail = denied(Mode::Enforce);
            if !detail.is_empty() {
                self.allowed = false;
                self.message = forbidden(request.name, policy.enforce, &detail);
            }
        }
        let would_violate = |mode| {
            let detail = denied(mode);
            (!detail.is_empty()).then(|| format!("would violate PodSecurity \"{}\": {detail}", policy.of(mode)))
        };
        if let Some(text) = would_violate(Mode::Audit) {
            self.audit.insert("audit-violations", text);
        }
        // Whoever is refused is told enough.
        self.warnings.extend(would_violate(Mode::Warn).filter(|_| self.allowed));
    }
}

/// Source: `NewForbidden` in `k8s.io/apimachinery/pkg/api/errors/errors.go`.
fn forbidden(name: &str, standard: LevelVersion, detail: &str) -> String {
    let name = if name.is_empty() { String::new() } else { format!(" {}", go_quote(name)) };
    format!("pods{name} is forbidden: violates PodSecurity \"{standard}\": {detail}")
}

/// What the checks have against a pod, in one text: `reason (detail), reason (detail)`.
///
/// Source: `AggregateCheckResult.ForbiddenDetail`.
pub fn detail<'a>(checks: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let checks: Vec<String> = checks
        .map(|(reason, detail)| if detail.is_empty() { reason.to_owned() } else { format!("{reason} ({detail})") })
        .collect();
    checks.join(", ")
}
