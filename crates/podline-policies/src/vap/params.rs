//! Which params a binding takes for an object: `CollectParams` of
//! `k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go`.

use super::policy::{Choice, ParamRef, Policy};
use crate::cluster::{Cluster, Stored};
use crate::matching::GroupVersionKind;

/// The params for an object in a namespace (of a Namespace its own name): one evaluation each. The element is empty
/// if the policy is evaluated without param.
///
/// # Errors
/// Why the binding cannot be used, in the server's words.
pub(super) fn params(
    policy: &Policy,
    reference: Option<&ParamRef>,
    namespace: Option<&str>,
    cluster: &Cluster,
) -> Result<Vec<Option<Param>>, String> {
    let (Some(kind), Some(reference)) = (&policy.param_kind, reference) else { return Ok(vec![None]) };
    let namespaced = cluster.param_scope(kind).unwrap_or(false);
    let of = match (namespaced, reference.namespace.as_str(), namespace) {
        (true, "", None) => {
            return Err("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources".into());
        }
        (true, "", own) => own,
        (true, named, _) => Some(named),
        (false, "", _) => None,
        (false, ..) => return Err("paramRef.namespace must not be provided for a cluster-scoped `paramKind`".into()),
    };
    let found: Vec<Option<Param>> = match &reference.choice {
        Choice::Name(name) => {
            cluster.object(kind, of, name).into_iter().map(|found| Some(param(kind, found, namespaced))).collect()
        }
        Choice::Selector(selector) => cluster
            .objects(kind, of)
            .filter(|object| selector.matches_labels(&object.object()["metadata"]["labels"]))
            .map(|found| Some(param(kind, found, namespaced)))
            .collect(),
    };
    if found.is_empty() && reference.required {
        return Err("no params found for policy binding with `Deny` parameterNotFoundAction".into());
    }
    Ok(found)
}

/// A param and how rows name it.
pub(super) struct Param {
    pub(super) name: String,
    pub(super) value: podline_cel::Value,
}

fn param(kind: &GroupVersionKind, stored: &Stored, namespaced: bool) -> Param {
    Param { name: stored.full_name(namespaced), value: stored.document(kind).root() }
}
