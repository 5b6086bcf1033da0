//! Roles and bindings from their documents.

use serde_json::Value;

use super::binding::Binding;
use super::role::Role;
use super::{GROUP, Rbac, bootstrap, refused, shapes};
use crate::field::{Errors, FieldError};
use crate::json::text;
use crate::judgement::Step;
use crate::refusal::Refusal;

/// What became of the documents.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The roles and bindings that a cluster would have.
    pub rbac: Rbac,
    /// What the API server refuses, in order: it does not exist in a cluster.
    pub refused: Vec<Refusal>,
    /// Fields that no such kind has, by document: the API server drops them.
    pub unknown: Vec<(usize, FieldError)>,
}

/// Is an object of this apiVersion a role or a binding, in whatever version?
pub fn claims(api_version: &str) -> bool {
    api_version.split_once('/').is_some_and(|(group, _)| group == GROUP)
}

/// Loads the roles and bindings among some documents; the others are passed over. What names no namespace lives in
/// `namespace`. Of two of a name the later one counts, as if they were applied in order.
pub fn load(documents: &[Value], namespace: &str) -> Loaded {
    let mut loaded = Loaded::default();
    for (index, document) in documents.iter().enumerate() {
        if !claims(text(&document["apiVersion"])) {
            continue;
        }
        if let Err(errors) = loaded.take(document, index, namespace) {
            loaded.refused.push(refusal(document, index, errors));
        }
    }
    bootstrap::complete(&mut loaded.rbac);
    loaded
}

impl Loaded {
    fn take(&mut self, document: &Value, index: usize, default: &str) -> Result<(), Vec<FieldError>> {
        let (api_version, kind) = (text(&document["apiVersion"]), text(&document["kind"]));
        let version = api_version.split_once('/').map_or("", |(_, version)| version);
        let is_served = matches!(version, "v1" | "v1beta1" | "v1alpha1");
        let shape = shapes::kind_of(kind, version).filter(|_| is_served).ok_or_else(|| vec![unserved(document)])?;
        if let Some(wrong) = shape.wrong_type(document, version) {
            return Err(vec![wrong]);
        }
        self.unknown.extend(shape.unknown_fields(document).into_iter().map(|error| (index, error)));
        let written = Some(text(&document["metadata"]["namespace"])).filter(|written| !written.is_empty());
        // A namespace of what lives in none is dropped.
        let namespace = (!kind.starts_with("Cluster")).then(|| written.unwrap_or(default));
        let mut errors = Errors::default();
        refused::validate(document, namespace, &mut errors);
        if !errors.is_empty() {
            return Err(errors.into_vec());
        }
        let name = text(&document["metadata"]["name"]).to_owned();
        match (kind, namespace) {
            ("ClusterRole", _) => drop(self.rbac.cluster_roles.insert(name, Role::new(document, index))),
            ("Role", Some(namespace)) => {
                let role = Role { aggregates: None, ..Role::new(document, index) };
                self.rbac.roles.insert((namespace.to_owned(), name), role);
            }
            _ => self.bind(Binding::new(document, index, namespace))?,
        }
        Ok(())
    }

    /// Adds a binding. One that is there already cannot get another role.
    fn bind(&mut self, binding: Binding) -> Result<(), Vec<FieldError>> {
        let key = (binding.namespace.clone(), binding.name.clone());
        if let Some(known) = self.rbac.bindings.get(&key)
            && known.role != binding.role
        {
            let (kind, name) = (binding.role.kind.name(), podline_cel::quote(&binding.role.name));
            let role = format!("rbac.RoleRef{{APIGroup:\"{GROUP}\", Kind:\"{kind}\", Name:{name}}}");
            let text = format!("roleRef: Invalid value: {role}: cannot change roleRef");
            return Err(vec![FieldError { path: vec![Step::Key("roleRef".into())], text }]);
        }
        self.rbac.bindings.insert(key, binding);
        Ok(())
    }
}

fn unserved(document: &Value) -> FieldError {
    let (version, kind) = (text(&document["apiVersion"]), text(&document["kind"]));
    let path = vec![Step::Key("kind".into())];
    FieldError { path, text: format!("no matches for kind \"{kind}\" in version \"{version}\"") }
}

fn refusal(document: &Value, index: usize, errors: Vec<FieldError>) -> Refusal {
    let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
    let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
    let texts = match texts[..] {
        [one] => one.to_owned(),
        _ => format!("[{}]", texts.join(", ")),
    };
    let text = format!("{kind}.{GROUP} {} is invalid: {texts}", podline_cel::quote(name));
    Refusal { document: index, kind: kind.to_owned(), name: name.to_owned(), text, errors }
}
