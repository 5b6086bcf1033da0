//! Who may use which policy: admission asks the authorizer for `use`, in the namespace of the pod.
//!
//! Source: `authorizedForPolicy` in `plugin/pkg/admission/security/podsecuritypolicy/admission.go`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use podline_policies::User;
use podline_policies::rbac::{Binding, Permission, Rbac, Subject};

const VERB: &str = "use";
const GROUPS: &[&str] = &["policy", "extensions"];
const RESOURCE: &str = "podsecuritypolicies";

/// What it takes to use a policy.
pub fn permission(policy: &str) -> Permission<'_> {
    Permission { verb: VERB, groups: GROUPS, resource: RESOURCE, name: policy }
}

/// Whether some role that was given lets anybody who has it use a policy.
pub fn are_granted(rbac: &Rbac) -> bool {
    rbac.mentions(VERB, GROUPS, RESOURCE)
}

/// Who may use which of some policies.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// The policies, by name.
    policies: Vec<String>,
    bindings: Vec<(Scope, Set)>,
    /// The bindings that name a user or a group.
    of_users: HashMap<String, Vec<usize>>,
    of_groups: HashMap<String, Vec<usize>>,
    /// The roles that were given.
    roles: Vec<(Role, Set)>,
    are_granted: bool,
}

/// Where a binding holds: in a namespace, or everywhere.
type Scope = Option<String>;

/// Some of the policies, a bit each.
#[derive(Clone, Debug, Default)]
struct Set(Vec<u64>);

impl Set {
    fn insert(&mut self, number: usize) {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn add(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `None` for a ClusterRole.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl Rights {
    /// Looks up who may use these policies.
    pub fn new<'p>(rbac: &Rbac, policies: impl IntoIterator<Item = &'p str>) -> Self {
        let policies: BTreeSet<&str> = policies.into_iter().collect();
        let (mut by_binding, mut by_role) = (BTreeMap::new(), BTreeMap::new());
        for (number, policy) in policies.iter().enumerate() {
            let permission = permission(policy);
            for binding in rbac.grants(&permission) {
                let entry = by_binding.entry((&binding.namespace, &binding.name));
                entry.or_insert_with(|| (binding, Set::default())).1.insert(number);
            }
            for role in rbac.roles_with(&permission) {
                by_role.entry(role).or_insert_with(Set::default).insert(number);
            }
        }
        let role = |((namespace, name), set): ((Option<&str>, &str), Set)| {
            (Role { namespace: namespace.map(str::to_owned), name: name.to_owned() }, set)
        };
        let mut rights = Self {
            policies: policies.into_iter().map(str::to_owned).collect(),
            roles: by_role.into_iter().map(role).collect(),
            are_granted: are_granted(rbac),
            ..Self::default()
        };
        for (binding, set) in by_binding.into_values() {
            rights.bind(binding, set);
        }
        rights
    }

    fn bind(&mut self, binding: &Binding, set: Set) {
        let number = self.bindings.len();
        for subject in &binding.subjects {
            let (index, name) = match subject {
                Subject::User(name) => (&mut self.of_users, name.clone()),
                Subject::Group(name) => (&mut self.of_groups, name.clone()),
                Subject::ServiceAccount { namespace, name } => {
                    (&mut self.of_users, User::service_account(namespace, name).name)
                }
            };
            index.entry(name).or_default().push(number);
        }
        self.bindings.push((binding.namespace.clone(), set));
    }

    /// The policies that somebody may use in a namespace.
    pub fn of(&self, user: &User, namespace: &str) -> BTreeSet<&str> {
        let of_groups = user.groups.iter().filter_map(|group| self.of_groups.get(group));
        let bindings = self.of_users.get(&user.name).into_iter().chain(of_groups).flatten();
        let mut all = Set::default();
        for (scope, set) in bindings.map(|&number| &self.bindings[number]) {
            if scope.as_deref().is_none_or(|own| own == namespace) {
                all.add(set);
            }
        }
        let policies = self.policies.iter().enumerate().filter(|(number, _)| all.contains(*number));
        policies.map(|(_, policy)| policy.as_str()).collect()
    }

    /// The role that was given and may use a policy where it is bound in a namespace: the one that may use fewest others.
    pub fn role_for(&self, policy: &str, namespace: &str) -> Option<&Role> {
        let number = self.policies.binary_search_by(|name| name.as_str().cmp(policy)).ok()?;
        let is_here = |role: &Role| role.namespace.as_deref().is_none_or(|own| own == namespace);
        let fits = self.roles.iter().filter(|(role, set)| set.contains(number) && is_here(role));
        fits.min_by_key(|(_, set)| set.len()).map(|(role, _)| role)
    }

    /// Whether some role that was given lets anybody who has it use a policy.
    pub fn are_granted(&self) -> bool {
        self.are_granted
    }
}

#[cfg(test)]
mod tests {
    use podline_policies::rbac;
    use serde_json::{Value, json};

    use super::*;

    /// A hundred policies, a role for each, a role for all, and a binding of some to `jeff` in `shop`.
    fn rights(bound: &[&str]) -> Rights {
        let role = |name: &str, names: &[&str]| {
            let (api_version, kind) = ("rbac.authorization.k8s.io/v1", "ClusterRole");
            let rule =
                json!({"apiGroups": ["policy"], "resources": [RESOURCE], "verbs": [VERB], "resourceNames": names});
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "rules": [rule]})
        };
        let binding = |name: &str| {
            let (api_version, kind) = ("rbac.authorization.k8s.io/v1", "RoleBinding");
            let (role, subject) =
                (json!({"kind": "ClusterRole", "name": name}), json!({"kind": "User", "name": "jeff"}));
            let metadata = json!({"name": name, "namespace": "shop"});
            json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "roleRef": role, "subjects": [subject]})
        };
        let policies: Vec<String> = (0..100).map(|number| format!("p{number:02}")).collect();
        let mut documents: Vec<Value> = policies.iter().map(|name| role(name, &[name])).collect();
        documents.push(role("a-wide-one", &[]));
        documents.extend(bound.iter().map(|name| binding(name)));
        Rights::new(&rbac::load(&documents, "default").rbac, policies.iter().map(String::as_str))
    }

    #[test]
    fn several_bindings_add_up_in_their_namespace() {
        let rights = rights(&["p03", "p64", "p99"]);
        let jeff = User::named("jeff");
        assert_eq!(rights.of(&jeff, "shop"), BTreeSet::from(["p03", "p64", "p99"]));
        assert!(rights.of(&jeff, "bank").is_empty() && rights.of(&User::named("alice"), "shop").is_empty());
    }

    #[test]
    fn the_narrowest_role_is_proposed() {
        let role = |policy: &str| rights(&[]).role_for(policy, "shop").map(|role| role.name.clone());
        assert_eq!(role("p64").as_deref(), Some("p64"));
        assert_eq!(role("unknown"), None);
    }
}
