//! What local policies say of a pod template.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::completeness::Completeness;
use super::document::{Judge, Outcome};
use super::psp::Asked;
use crate::finding::{Change, Finding, FindingBuilder, Repair, ReportEntry, Severity};
use crate::local;
use crate::local::named::EXCEPTIONS;
use crate::local::pod::Pod;
use crate::local::policies::PolicyRefusal;
use crate::local::refusal::Refusal;
use crate::manifest::formats::RULES;
use crate::manifest::kinds;
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::matching::Target;
use crate::pod_security::check::Violation;
use crate::rules::id;
use crate::verdict::PspVerdict;
use crate::yaml::de;
use crate::yaml::path::{FieldPath, Segment};

impl Judge<'_, '_> {
    /// Judges a pod template as it is written by what is configured besides the Standards.
    pub fn judge_locally(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
        outcome: &mut Outcome,
    ) -> Option<PspVerdict> {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return None;
        }
        let is_pod = template.path.segments().is_empty();
        let pod = Pod::new(is_pod, &template.annotations, &template.labels, &template.spec);
        // Operators have images of their own for containers that name none.
        let pod = if kinds::is_built_in(object) { pod.with_empty_images() } else { pod };
        let labels = self.labels(object);
        let subject = self.subject(object, &labels, template);
        for said in policies.judge_pod(&subject, &pod, !is_pod) {
            outcome.extend(self.said(object, template, completeness, &said));
        }
        let answers = policies.judge_psp(&subject, &pod)?;
        Some(self.judge_by_psp(&Asked { object, template, completeness, answers }, outcome))
    }

    /// Judges an object by what local policies say of others than pods.
    pub fn judge_object_locally(&self, object: &Object, holds_template: bool, outcome: &mut Outcome) {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return;
        }
        let is_ingress = object.kind == "Ingress" && matches!(object.group(), "networking.k8s.io" | "extensions");
        let ingress = is_ingress.then(|| de::decode(self.tree, Some(object.node), RULES).0).flatten();
        let labels = self.labels(object);
        let template = Template::default();
        let subject = Target { service_account: None, ..self.subject(object, &labels, &template) };
        let seen = local::object::Object {
            kind: object.kind.clone(),
            name: object.name.clone(),
            namespace: subject.namespace.to_owned(),
            labels: labels.clone(),
            ingress,
        };
        let completeness = Completeness::new(true, &[]);
        outcome.judged_objects += usize::from(!holds_template && policies.asks_about(&subject, &seen));
        for said in policies.judge_object(&subject, &seen, holds_template) {
            outcome.extend(self.said(object, &template, &completeness, &said));
        }
    }

    /// What policies are chosen by.
    pub fn subject<'a>(
        &'a self,
        object: &'a Object,
        labels: &'a BTreeMap<String, String>,
        template: &'a Template,
    ) -> Target<'a> {
        Target {
            namespace: self.namespace_of(object),
            kind: &object.kind,
            name: object.called(),
            labels,
            pod_labels: Some(&template.labels),
            service_account: Some(template.spec.service_account_name.as_deref().unwrap_or_default()),
            user: &self.options.creator.name,
            groups: &self.options.creator.groups,
        }
    }

    /// What a named policy says, as a finding.
    fn said(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
        said: &PolicyRefusal,
    ) -> Option<Finding> {
        let finding = self.refusal(object, template, completeness, &said.refusal, false)?;
        let finding = finding.and(&format!(" (policy \"{}\")", said.policy.name)).policy(Some(Arc::clone(said.policy)));
        Some(if said.refusal.is_unknown { finding.severity(Severity::Note) } else { finding }.build())
    }

    /// Takes back what the Standards say of volumes for which a policy makes an exception, and says what that asks of
    /// the cluster.
    pub fn except(&self, object: &Object, template: &Template, first: usize, outcome: &mut Outcome) {
        let policies = &self.options.policies;
        if policies.is_empty() {
            return;
        }
        let labels = self.labels(object);
        let subject = self.subject(object, &labels, template);
        for finding in &mut outcome.findings[first..] {
            let Some(path) = host_path_of(template, finding) else { continue };
            let Some(policy) = policies.exception(&subject, finding.rule, path) else { continue };
            let message = format!(
                "policy \"{}\" allows {path} of the node despite {}: the cluster itself must enforce no \
                 more than privileged here, since baseline forbids every hostPath",
                policy.name, finding.rule
            );
            let note = finding.replaced_by(id::ALLOWED_HOST_PATHS, message).severity(Severity::Note);
            *finding = ReportEntry::from(note.policy(Some(Arc::clone(policy))).build());
        }
    }

    /// A refusal as a finding, if what it is about is known.
    pub fn refusal(
        &self,
        object: &Object,
        template: &Template,
        completeness: &Completeness,
        refusal: &Refusal,
        safe: bool,
    ) -> Option<FindingBuilder> {
        let Violation { path, container, .. } = &refusal.violation;
        // Only its controller writes the rest of a container that it makes.
        let is_made = container.is_some() && !template.has_place(path);
        if is_made || !completeness.knows(|| template.locate(path)) {
            return None;
        }
        let repair = refusal.change.as_ref().map(|change| {
            let change = Change { path: template.locate(&change.path), set: Some(change.value.clone()) };
            Box::new(Repair { safe, shared: false, changes: vec![change] })
        });
        let finding = self.place(object, template, refusal.rule, &refusal.violation).repair(repair);
        // What is missing may be what the controller adds.
        let is_open = !completeness.complete && finding.is_about_a_lack();
        Some(if is_open { finding.severity(Severity::Note) } else { finding })
    }
}

/// The path of the node that a finding of the Standards is about.
fn host_path_of<'a>(template: &'a Template, finding: &Finding) -> Option<&'a str> {
    if !EXCEPTIONS.contains(&finding.rule) {
        return None;
    }
    let volumes = template.locate(&FieldPath::of("spec.volumes"));
    let rest = finding.path.segments().strip_prefix(volumes.segments())?;
    let [Segment::Index(index), Segment::Field(field)] = rest else { return None };
    let volume = template.spec.volumes.as_ref()?.get(*index).filter(|_| field == "hostPath")?;
    Some(&volume.host_path.as_ref()?.path)
}
