//! Which findings of two runs are the same, wherever their lines moved.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, PolicyEngine, PolicyRef};

/// What makes a finding the same in two runs: all but its place in the text and among its like.
///
/// In JSON, which a file of accepted findings consists of, what is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Key {
    /// The file, by a name that does not depend on where podline was run.
    pub file: String,
    /// The object's apiVersion.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// The object's kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The object's namespace, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The object's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the object's name is made from, if it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub generate_name: String,
    /// The container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// The field, without indices.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The value, as it is written; `None` where something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The policy that refuses, where each of several judges for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The message of what is about no object and no value, so that another mistake is another finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Key {
    /// The key of a finding in a file of this name.
    pub fn new(file: &str, finding: &Finding) -> Self {
        let object = finding.object.as_deref();
        let field = |get: fn(&crate::ObjectRef) -> &String| object.map(get).cloned().unwrap_or_default();
        let says_nothing = object.is_none() && finding.value.is_none();
        Self {
            file: file.to_owned(),
            api_version: field(|object| &object.api_version),
            kind: field(|object| &object.kind),
            namespace: field(|object| &object.namespace),
            name: field(|object| &object.name),
            generate_name: field(|object| &object.generate_name),
            container: finding.container.clone(),
            path: finding.path.without_indices(),
            rule: finding.rule.to_string(),
            value: finding.value.as_deref().map(on_one_line),
            policy: finding.policy.as_deref().and_then(own_name),
            message: says_nothing.then(|| finding.message.clone()),
        }
    }

    /// What is found: `pss/privileged of Deployment shop/web, container "app"`.
    pub fn describe(&self) -> String {
        let mut text = self.rule.clone();
        if !self.kind.is_empty() {
            let name = if self.name.is_empty() { &self.generate_name } else { &self.name };
            let slash = if self.namespace.is_empty() { "" } else { "/" };
            text = format!("{text} of {} {}{slash}{name}", self.kind, self.namespace);
        }
        if let Some(container) = &self.container {
            text = format!("{text}, container \"{container}\"");
        }
        if let Some(policy) = &self.policy {
            text = format!("{text}, policy \"{policy}\"");
        }
        format!("{text} in {}", self.file)
    }

    /// The same finding in a file of whatever name.
    fn anywhere(&self) -> Self {
        Self { file: String::new(), ..self.clone() }
    }
}

/// The name of a policy that judges for itself. Of several PodSecurityPolicies any one admits a pod: which of them is
/// named beside a refusal says little.
fn own_name(policy: &PolicyRef) -> Option<String> {
    (policy.engine != PolicyEngine::PodSecurityPolicy).then(|| policy.name.clone())
}

/// A value of several lines without its indentation, which says nothing.
fn on_one_line(value: &str) -> String {
    if value.contains('\n') { value.split_whitespace().collect::<Vec<_>>().join(" ") } else { value.to_owned() }
}

/// Finds again what an earlier run found. What is equal is counted: each earlier finding is found again once.
#[derive(Debug)]
pub struct Matcher {
    /// The earlier findings of each key, the first of them last.
    by_key: HashMap<Key, Vec<usize>>,
    /// Those in files that are gone, whatever the file.
    moved: HashMap<Key, Vec<usize>>,
    /// The files of the earlier run.
    files: HashSet<String>,
    is_left: Vec<bool>,
}

impl Matcher {
    /// For the findings of an earlier run. `files` are its files, as far as they are known beside those with findings;
    /// `is_gone` says which of them there are no more: what was in them may have moved to a file that is new.
    pub fn new(
        keys: impl IntoIterator<Item = Key>,
        files: impl IntoIterator<Item = String>,
        is_gone: impl Fn(&str) -> bool,
    ) -> Self {
        let mut matcher = Self {
            by_key: HashMap::new(),
            moved: HashMap::new(),
            files: files.into_iter().collect(),
            is_left: Vec::new(),
        };
        let mut gone: HashMap<String, bool> = HashMap::new();
        for (at, key) in keys.into_iter().enumerate() {
            matcher.is_left.push(true);
            if !gone.contains_key(&key.file) {
                gone.insert(key.file.clone(), is_gone(&key.file));
                matcher.files.insert(key.file.clone());
            }
            // A finding that has no object moves with its file's name only.
            if gone[&key.file] && !key.kind.is_empty() {
                matcher.moved.entry(key.anywhere()).or_default().push(at);
            } else {
                matcher.by_key.entry(key).or_default().push(at);
            }
        }
        matcher.by_key.values_mut().chain(matcher.moved.values_mut()).for_each(|indices| indices.reverse());
        matcher
    }

    /// The earlier finding that is the same, as its index; `None` for a new one.
    pub fn take(&mut self, key: &Key) -> Option<usize> {
        let earlier = self.find(key).or_else(|| {
            // An earlier podline named no policies.
            key.policy.as_ref().and_then(|_| self.find(&Key { policy: None, ..key.clone() }))
        });
        if let Some(earlier) = earlier {
            self.is_left[earlier] = false;
        }
        earlier
    }

    fn find(&mut self, key: &Key) -> Option<usize> {
        match self.by_key.get_mut(key) {
            Some(indices) => indices.pop(),
            None if self.moved.is_empty() || self.files.contains(&key.file) => None,
            None => self.moved.get_mut(&key.anywhere()).and_then(Vec::pop),
        }
    }

    /// The earlier findings that were not found again, as indices.
    pub fn left(&self) -> impl Iterator<Item = usize> {
        self.is_left.iter().enumerate().filter(|(_, left)| **left).map(|(at, _)| at)
    }

    /// Whether a file was there in the earlier run, as far as that is known.
    pub fn knows(&self, file: &str) -> bool {
        self.files.contains(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(file: &str, name: &str, value: &str) -> Key {
        let (file, kind, name) = (file.to_owned(), "Pod".to_owned(), name.to_owned());
        Key { file, kind, name, value: Some(value.to_owned()), ..Key::default() }
    }

    #[test]
    fn equal_findings_are_counted() {
        let keys = [key("a", "web", "true"), key("a", "web", "true")];
        let mut matcher = Matcher::new(keys, [], |_| false);
        let taken: Vec<_> = (0..3).map(|_| matcher.take(&key("a", "web", "true"))).collect();
        assert_eq!(taken, [Some(0), Some(1), None]);
        assert_eq!(matcher.left().count(), 0);
    }

    #[test]
    fn what_one_policy_refuses_is_not_what_another_does() {
        let of = |policy: Option<&str>| Key { policy: policy.map(str::to_owned), ..key("a", "web", "true") };
        let mut matcher = Matcher::new([of(Some("one"))], [], |_| false);
        assert_eq!(matcher.take(&of(Some("other"))), None);
        assert_eq!(matcher.take(&of(Some("one"))), Some(0));
    }

    #[test]
    fn what_was_accepted_before_findings_named_policies_is_found_again() {
        let of = |policy: Option<&str>| Key { policy: policy.map(str::to_owned), ..key("a", "web", "true") };
        let mut matcher = Matcher::new([of(None)], [], |_| false);
        assert_eq!(matcher.take(&of(Some("one"))), Some(0));
        assert_eq!(matcher.take(&of(Some("other"))), None);
    }

    #[test]
    fn an_object_moves_from_a_file_that_is_gone_to_one_that_is_new_and_to_no_other() {
        let keys = || [key("old", "web", "true"), key("stays", "db", "true")];
        let mut matcher = Matcher::new(keys(), [], |file| file == "old");
        assert_eq!(matcher.take(&key("stays", "web", "true")), None);
        assert_eq!(matcher.take(&key("new", "web", "false")), None);
        assert_eq!(matcher.take(&key("new", "web", "true")), Some(0));
        assert_eq!(matcher.take(&key("new", "db", "true")), None);
        assert_eq!(matcher.left().collect::<Vec<_>>(), [1]);
    }
}
