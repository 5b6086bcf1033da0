//! Which objects pass because they are exempt, and by what.

use std::collections::{BTreeMap, HashSet};

use crate::finding::ObjectRef;
use crate::verdict::{AdmissionReport, Evaluation, FileReport};

/// How many objects of a file are exempt, wholly or in part, and a sentence for each exemption of each.
pub(super) fn exempt(report: &FileReport) -> (usize, Vec<String>) {
    let (mut objects, mut said) = (HashSet::new(), Vec::new());
    for template in &report.templates {
        if let Some(what) = template.admission.as_ref().and_then(|answer| by_admission(&template.object, answer)) {
            objects.insert(place(&template.object));
            said.push(what);
        }
    }
    let by_policies = report.evaluations.iter().filter(|one| !one.exempted_by.is_empty());
    let mut sentences: BTreeMap<_, (&Evaluation, Vec<&str>)> = BTreeMap::new();
    for one in by_policies {
        objects.insert(place(&one.object));
        let (_, policies) = sentences.entry((place(&one.object), &one.message)).or_insert((one, Vec::new()));
        if !policies.contains(&&*one.policy.name) {
            policies.push(&one.policy.name);
        }
    }
    said.extend(sentences.into_values().map(|(one, policies)| by_exceptions(one, &policies)));
    (objects.len(), said)
}

/// Which object of a file it is.
fn place(object: &ObjectRef) -> (usize, Option<&str>) {
    (object.document, object.item.as_deref())
}

/// `Deployment web is exempt by its namespace`
fn by_admission(object: &ObjectRef, answer: &AdmissionReport) -> Option<String> {
    match (answer.exempt, answer.pods.exempt) {
        (Some(exemption), Some(_)) => Some(format!("{object} is exempt by its {}", exemption.as_str())),
        (Some(exemption), None) => Some(format!("{object} is exempt by its {}, its pods are not", exemption.as_str())),
        (None, Some(exemption)) => Some(format!("the pods of {object} are exempt by their {}", exemption.as_str())),
        (None, None) => None,
    }
}

/// `Deployment web is exempt from K8sLabels/all: the Namespace "shop" has the label … (shop.yaml:1)`
fn by_exceptions(one: &Evaluation, policies: &[&str]) -> String {
    let places: Vec<String> = one.exempted_by.iter().map(|by| format!("{}:{}", by.file, by.line)).collect();
    format!("{} is exempt from {}: {} ({})", one.object, policies.join(", "), one.message, places.join(", "))
}
