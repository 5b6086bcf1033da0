//! From documents to an engine: policies with their bindings, and what the server would refuse.

use std::collections::HashMap;

use serde_json::Value;

use super::binding::{binding, mutating_binding};
use super::compile::policy;
use super::decode::{unknown_fields, wrong_type};
use super::mutating::{MutatingPolicy, mutating_policy};
use super::policy::{Binding, Policy};
use super::{Engine, Loaded, Refusal};
use crate::environment::Evaluator;
use crate::field::FieldError;
use crate::json::text;
use crate::judgement::Step;

const GROUP: &str = "admissionregistration.k8s.io/";

/// The kinds that are read here.
pub(super) const KINDS: [&str; 4] = [
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
];

/// Is the document one of the kinds that [`load`] reads, in whatever version?
pub fn claims(document: &Value) -> bool {
    text(&document["apiVersion"]).starts_with(GROUP) && KINDS.contains(&text(&document["kind"]))
}

/// Reads policies and bindings among `documents`, in any order; documents of other kinds are passed over. Indices in
/// the result are those of `documents`. If a name comes twice the last document counts, as if they were applied.
pub fn load(documents: &[Value]) -> Loaded {
    load_for(documents, Evaluator::Server)
}

/// The same for whoever evaluates.
pub(crate) fn load_for(documents: &[Value], evaluator: Evaluator) -> Loaded {
    let mut reader = Reader::default();
    for (index, document) in documents.iter().enumerate().filter(|(_, document)| claims(document)) {
        match reader.read(document, index, evaluator) {
            Ok(()) => {
                let unknown = unknown_fields(document, text(&document["kind"]));
                reader.unknown.extend(unknown.into_iter().map(|field| (index, field)));
            }
            Err(errors) => reader.refused.push(refusal(document, index, errors)),
        }
    }
    reader.finish()
}

/// What was read, in the order of the documents.
#[derive(Default)]
struct Reader {
    policies: Named<Policy>,
    bindings: Named<Binding>,
    mutating: Named<MutatingPolicy>,
    mutating_bindings: Named<Binding>,
    refused: Vec<Refusal>,
    unknown: Vec<(usize, FieldError)>,
}

/// What was read of one kind, in order, and where each name stands.
struct Named<T> {
    all: Vec<T>,
    index: HashMap<String, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named { all: Vec::new(), index: HashMap::new() }
    }
}

impl<T> Named<T> {
    /// Adds what was read, or puts it where one of the same name stands.
    fn set(&mut self, name: &str, read: T) {
        if let Some(at) = self.index.get(name) {
            self.all[*at] = read;
        } else {
            self.index.insert(name.to_owned(), self.all.len());
            self.all.push(read);
        }
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.index.get(name).map(|at| &mut self.all[*at])
    }
}

impl Reader {
    fn read(&mut self, document: &Value, index: usize, evaluator: Evaluator) -> Result<(), Vec<FieldError>> {
        let kind = text(&document["kind"]);
        if document["apiVersion"] != "admissionregistration.k8s.io/v1" {
            return Err(vec![unserved(document)]);
        }
        if let Some(wrong) = wrong_type(document, kind) {
            return Err(vec![wrong]);
        }
        let name = text(&document["metadata"]["name"]);
        match kind {
            "ValidatingAdmissionPolicy" => self.policies.set(name, policy(document, index, evaluator)?),
            "ValidatingAdmissionPolicyBinding" => self.bindings.set(name, binding(document, index)?),
            "MutatingAdmissionPolicy" => self.mutating.set(name, mutating_policy(document, index)?),
            _ => self.mutating_bindings.set(name, mutating_binding(document, index)?),
        }
        Ok(())
    }

    fn finish(mut self) -> Loaded {
        let mut dangling = Vec::new();
        for binding in self.bindings.all {
            match self.policies.get_mut(&binding.policy) {
                Some(policy) => policy.bindings.push(binding),
                None => dangling.push(binding.document),
            }
        }
        for binding in self.mutating_bindings.all {
            match self.mutating.get_mut(&binding.policy) {
                Some(policy) => policy.bind(binding),
                None => dangling.push(binding.document),
            }
        }
        dangling.sort_unstable();
        let mut policies = self.policies.all;
        // Policies of the server's own files come before those of its storage.
        policies.sort_by_key(|policy| !super::is_static(&policy.name));
        let engine = Engine { policies, mutating: self.mutating.all };
        Loaded { engine, refused: self.refused, unknown: self.unknown, dangling }
    }
}

fn unserved(document: &Value) -> FieldError {
    let (version, kind) = (text(&document["apiVersion"]), text(&document["kind"]));
    let path = vec![Step::Key("apiVersion".into())];
    FieldError { path, text: format!("no matches for kind \"{kind}\" in version \"{version}\"") }
}

fn refusal(document: &Value, index: usize, errors: Vec<FieldError>) -> Refusal {
    let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
    let whole = match &errors[..] {
        // What is not decoded is not validated.
        [one] if !one.text.starts_with("spec") && !one.text.starts_with("metadata") => one.text.clone(),
        [one] => invalid(kind, name, &one.text),
        several => {
            let texts: Vec<&str> = several.iter().map(|error| error.text.as_str()).collect();
            invalid(kind, name, &format!("[{}]", texts.join(", ")))
        }
    };
    Refusal { document: index, kind: kind.to_owned(), name: name.to_owned(), text: whole, errors }
}

fn invalid(kind: &str, name: &str, errors: &str) -> String {
    format!("{kind}.admissionregistration.k8s.io {} is invalid: {errors}", podline_cel::quote(name))
}
