//! What engines are asked, and how.

use serde_json::Value;

use crate::cluster::Cluster;
use crate::doubts::Unknown;
use crate::judgement::{Judgement, Mutation};
use crate::matching::{GroupVersionKind, Resource};
use crate::meter::Meter;

/// What happens to an object. A linter creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It is created.
    Create,
}

impl Operation {
    /// The name in rules and in `request.operation`.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Create => "CREATE",
        }
    }
}

/// Who sends the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `alice`, `system:serviceaccount:kube-system:job-controller`
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// What names of service accounts begin with.
const ACCOUNT: &str = "system:serviceaccount:";
const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";

impl User {
    /// A user with the groups that every API server gives: those of a service account if the name is one's.
    pub fn named(name: &str) -> User {
        User::in_groups(name, &[])
    }

    /// A user in these groups, and those that every API server gives.
    ///
    /// Source: `k8s.io/apiserver/pkg/endpoints/filters/impersonation.go` of Kubernetes 1.24.17.
    pub fn in_groups(name: &str, groups: &[String]) -> User {
        let mut all = Vec::new();
        let account = name.strip_prefix(ACCOUNT).and_then(|rest| rest.split_once(':'));
        let account = account.filter(|(namespace, own)| !namespace.is_empty() && !own.is_empty() && !own.contains(':'));
        let of_account = account.map(|(namespace, _)| account_groups(namespace)).into_iter().flatten();
        let is_known = |group: &String| [AUTHENTICATED, UNAUTHENTICATED].contains(&group.as_str());
        let everybody = if name == "system:anonymous" { UNAUTHENTICATED } else { AUTHENTICATED };
        let everybody = (!groups.iter().any(is_known)).then(|| everybody.to_owned());
        for group in groups.iter().cloned().chain(of_account).chain(everybody) {
            if !all.contains(&group) {
                all.push(group);
            }
        }
        User { name: name.to_owned(), groups: all }
    }

    /// A service account as admission plugins make it up: with its two groups, and no `system:authenticated`.
    pub fn service_account(namespace: &str, name: &str) -> User {
        User { name: format!("{ACCOUNT}{namespace}:{name}"), groups: account_groups(namespace).into() }
    }
}

fn account_groups(namespace: &str) -> [String; 2] {
    ["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")]
}

/// What is known of an object before its defaults are: enough to tell most policies that it is none of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its kind.
    pub resource: &'a Resource,
    /// Its name; empty if it will be generated, or is not known.
    pub name: &'a str,
    /// Its namespace (`default` if it has none), empty if it is not known; nothing for what is cluster-scoped.
    pub namespace: Option<&'a str>,
}

/// The object of a review in another version of the same resource, if it can be converted.
pub type Convert<'a> = &'a (dyn Fn(&GroupVersionKind) -> Option<Value> + Sync);

/// One object that is sent to the API server.
#[derive(Clone, Copy)]
pub struct Review<'a> {
    /// What kind of object it is, and where it goes. The name is there, generated if need be.
    pub subject: Subject<'a>,
    /// The object as the API server stores it, in its own version.
    pub object: &'a Value,
    /// Who sends it.
    pub user: &'a User,
    /// What happens to it.
    pub operation: Operation,
    /// What is in view.
    pub cluster: &'a Cluster,
    /// Converts a built-in kind for policies that name another version of it.
    pub convert: Convert<'a>,
    /// Counts what policies use, and tells which are asked no more.
    pub meter: &'a Meter<'a>,
}

/// The policies of one system, loaded and ready.
pub trait Engine: Send + Sync {
    /// Could a policy match? Asked before the object is completed, so it may say yes too often, never no.
    fn accepts(&self, subject: &Subject<'_>, cluster: &Cluster) -> bool;

    /// What the policies say: in the order of their documents, nothing for those that do not match. The same review
    /// has the same answer.
    fn judge(&self, review: &Review<'_>) -> Vec<Judgement>;

    /// The same of an object of which not all is known yet. What passes says too which fields it depends on, and where it
    /// depends on an unknown field whether a policy concerns the object, it is judged as if it did, and what does not pass
    /// names that field as the one that decided.
    fn judge_and_explain(&self, review: &Review<'_>, unknown: Unknown<'_>) -> Vec<Judgement>;

    /// Is it asked about the pods too that a workload's controller would make? An engine that makes rules for
    /// controllers of those for pods is not.
    fn judges_pods_of_controllers(&self) -> bool {
        true
    }

    /// Does a policy look at other objects than the one that it judges, and may this kind and namespace (nothing for what is
    /// cluster-scoped) be one of them? Those objects of the input and of the cluster, whichever of them are judged, go into
    /// [`Cluster::add_to_inventory`] as they are stored, before any object is judged. All others need not be kept.
    fn wants(&self, _kind: &GroupVersionKind, _namespace: Option<&str>) -> bool {
        false
    }

    /// Does a policy look at other objects at all?
    fn wants_others(&self) -> bool {
        false
    }

    /// Are there policies that change objects before they are judged?
    fn has_mutations(&self) -> bool {
        false
    }

    /// The policies that may change an object before it is judged. What they make of it is not known.
    fn mutations(&self, _review: &Review<'_>) -> Vec<Mutation> {
        Vec::new()
    }
}
