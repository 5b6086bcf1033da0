//! The cases of the vectors, judged.

use std::sync::LazyLock;

use podline_defaulting::{Stored, convert, pod};
use podline_policies::{Cluster, Engine as _, GroupVersionKind, Judgement, Review, User, vap};
use serde_json::Value;

use super::stored::stored;
use super::{judged_cases, review_in, yaml};

/// What the policies of a case say about one object, or about the pod that its controller would make.
pub struct Judged {
    /// The object as written.
    pub manifest: Value,
    /// Is it about the pod?
    pub pod: bool,
    /// As errors name it: `deployments.apps "web"`.
    pub name: String,
    /// The rows.
    pub judgements: Vec<Judgement>,
}

/// A case of the vectors, and what was said about its objects in order.
pub type Case = (Value, Vec<Judged>);

/// All cases, or nothing where there are no vectors.
pub static CASES: LazyLock<Option<Vec<Case>>> = LazyLock::new(|| judged_cases("validating-admission-policy", judge));

fn documents(case: &Value, key: &str) -> Vec<Value> {
    yaml::documents(case[key].as_str().expect("a stream"))
}

fn judge(case: &Value) -> Vec<Judged> {
    let (policies, namespaces) = (documents(case, "policies"), documents(case, "namespaces"));
    let mut cluster = Cluster::new();
    // Definitions first: they say where the others live.
    let in_view = || policies.iter().chain(&namespaces).filter(|document| !vap::claims(document));
    let is_definition = |document: &&Value| document["kind"] == "CustomResourceDefinition";
    for document in in_view().filter(is_definition).chain(in_view().filter(|document| !is_definition(document))) {
        let stored = stored(document, &cluster).expect("a sound object");
        cluster.add(stored.object().clone());
    }
    let engine = vap::load(&policies).engine;
    let user = User::named(case["user"].as_str().expect("a user"));
    let mut all = Vec::new();
    for manifest in documents(case, "objects") {
        let Some(whole) = stored(&manifest, &cluster) else { continue };
        let mut judge = |stored: &Stored, pod: bool, user: &User| {
            let convert = |to: &GroupVersionKind| Some(convert(stored, &to.api_version())?.object().clone());
            let (name, judgements) = review_in(stored.object(), &cluster, user, |review| {
                let judgements = engine.judge(&Review { convert: &convert, ..*review });
                let accepted = engine.accepts(&review.subject, &cluster);
                assert!(accepted || judgements.is_empty(), "what is judged was accepted before");
                let subject = &review.subject;
                (format!("{} \"{}\"", subject.resource.name_in_errors(), subject.name), judgements)
            });
            all.push(Judged { manifest: manifest.clone(), pod, name, judgements });
        };
        judge(&whole, false, &user);
        if let Some(pod) = pod(&whole) {
            judge(&pod.stored, true, &User::named(pod.user));
        }
    }
    all
}
