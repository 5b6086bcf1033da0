//! Judging by the levels of namespaces: what the API server would answer to the creation of each object, and of the
//! pods that it makes.

use crate::manifest::object::Object;
use crate::pod_security::Mode;
use crate::pod_security::admission::{Answer, Configuration, Gate, Judging, LevelVersion, Request, detail, pods_user};
use crate::verdict::{AdmissionReport, PodsReport, Verdict};

use super::Standard;
use super::namespaces::Namespaces;

/// What a cluster judges by.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// The API server's configuration.
    pub configuration: Configuration,
    /// Who creates the objects; "" for somebody who is not exempt.
    pub user: String,
    /// The namespaces, with their labels.
    pub namespaces: Namespaces,
}

impl Admission {
    /// What every mode of every namespace demands, and of one that nobody described.
    pub(super) fn standards(&self) -> impl Iterator<Item = Standard> {
        let nobody = Namespaces::default();
        let labels = self.namespaces.described().map(|name| self.namespaces.labels(name).clone());
        let all: Vec<_> = labels.chain([nobody.labels("").clone()]).collect();
        all.into_iter().flat_map(|labels| {
            let policy = Judging::new(&labels, &self.configuration.defaults).policy;
            [Mode::Enforce, Mode::Warn, Mode::Audit].map(|mode| {
                let LevelVersion { level, version } = policy.of(mode);
                Standard { mode, level, version }
            })
        })
    }
}

/// How one pod template is judged.
pub(super) struct Asked<'a> {
    pub judging: Judging,
    /// The creation of the object.
    object: (Request<'a>, Gate),
    /// The creation of the pods that it makes: for a Pod the same.
    pods: (Request<'a>, Gate),
    /// Who creates the pods, if that is known.
    pods_user: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// Decides who is judged. `is_built_in` says that the API server knows the kind.
    pub fn new(
        admission: &'a Admission,
        object: &'a Object,
        is_built_in: bool,
        namespace: &'a str,
        runtime_class: Option<&'a str>,
    ) -> Self {
        let configuration = &admission.configuration;
        let judging = Judging::new(admission.namespaces.labels(namespace), &configuration.defaults);
        let is_pod = is_built_in && object.kind == "Pod";
        let user = admission.user.as_str();
        let pods_user = if is_pod { Some(user) } else { is_built_in.then(|| pods_user(&object.kind)).flatten() };
        let of_object = Request { is_pod, namespace, user, runtime_class, name: &object.name };
        let of_pods = Request { is_pod: true, user: pods_user.unwrap_or_default(), ..of_object };
        // It looks at nothing inside custom resources.
        let gate = if is_built_in { Gate::new(&of_object, &judging, configuration) } else { Gate::Privileged };
        let pods_gate = Gate::new(&of_pods, &judging, configuration);
        Self { judging, object: (of_object, gate), pods: (of_pods, pods_gate), pods_user }
    }

    /// Whether the checks run for this mode: enforce asks about the pods, the others about the object.
    pub fn is_judged(&self, mode: Mode) -> bool {
        match mode {
            // Nothing is demanded, or the audit log alone wants to know.
            Mode::Enforce => self.pods.1.exemption().is_none(),
            Mode::Warn | Mode::Audit => self.object.1 == Gate::Judged,
        }
    }

    /// What the API server answers, given what the modes say.
    pub fn report(&self, verdicts: &[Verdict]) -> AdmissionReport {
        let denied = |mode| {
            let verdict = verdicts.iter().find(|verdict| verdict.mode == mode);
            let refuses = verdict.filter(|verdict| verdict.allowed == Some(false));
            let checks = refuses.map(|verdict| verdict.checks.as_slice()).unwrap_or_default();
            detail(checks.iter().map(|check| (check.reason.as_str(), check.detail.as_str())))
        };
        let answer = self.object.1.answer(&self.object.0, &self.judging, denied);
        let enforced = |mode| if mode == Mode::Enforce { denied(mode) } else { String::new() };
        let Answer { message, .. } = self.pods.1.answer(&self.pods.0, &self.judging, enforced);
        let enforce = verdicts.iter().find(|verdict| verdict.mode == Mode::Enforce);
        AdmissionReport {
            exempt: self.object.1.exemption(),
            policy: self.judging.policy,
            answer,
            pods: PodsReport {
                user: self.pods_user.map(str::to_owned),
                exempt: self.pods.1.exemption(),
                allowed: enforce.map_or(Some(true), |verdict| verdict.allowed),
                message,
            },
        }
    }
}
