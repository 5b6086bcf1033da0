//! Modules that are known, and that nobody can answer for without a registry or the cluster.

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;

const OTHERS: &str = "only the cluster can tell what else is in it";

/// A module by its name, and what only the cluster or a registry can tell.
pub(super) const KNOWN: [(&str, &str); 13] = [
    ("do-not-expose-admission-controller-webhook-services", OTHERS),
    ("high-risk-service-account", "only the cluster can tell what the service account may do"),
    ("image-cve", "only the cluster can tell which vulnerabilities its scanner found in the images"),
    ("image-cve-policy", "only the cluster can tell which vulnerabilities its scanner found in the images"),
    ("namespace-label-propagator", OTHERS),
    ("ns-policyserver-mapper", OTHERS),
    ("rancher-project-propagate-labels", OTHERS),
    ("rancher-project-quotas-namespace-validator", OTHERS),
    ("runtime-enforcer", OTHERS),
    ("unique-ingress", "only the cluster can tell which hosts its other Ingresses have"),
    ("unique-ingress-policy", "only the cluster can tell which hosts its other Ingresses have"),
    ("unique-service-selector-policy", "only the cluster can tell which selectors its other Services have"),
    ("verify-image-signatures", "only the registry can tell whether the images are signed"),
];

pub(super) struct Unknowable(pub(super) &'static str);

impl Module for Unknowable {
    fn answer(&self, _: &Object<'_>) -> Answer {
        Answer::Undecided(self.0.to_owned())
    }

    fn unknowable(&self) -> Option<&'static str> {
        Some(self.0)
    }
}
