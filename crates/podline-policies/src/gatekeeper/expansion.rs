//! ExpansionTemplates: what objects a controller would make of one that is sent. Source: gatekeeper `pkg/expansion`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::matching::Target;
use crate::field::{Field, FieldError};
use crate::json::{items, text, texts};
use crate::judgement::{Step, Violation};
use crate::matching::GroupVersionKind;

/// How long chains may be.
const DEEPEST: usize = 30;
/// How many objects one may imply. Gatekeeper has no limit, and takes what it can.
const MOST: usize = 1_000;

/// An ExpansionTemplate.
#[derive(Debug)]
pub(super) struct Expansion {
    pub(super) name: Arc<str>,
    pub(super) document: usize,
    applies_to: Vec<AppliesTo>,
    /// The keys on the way to the map of which the object is made, and the same as it is written.
    source: Vec<Step>,
    written: String,
    pub(super) generates: GroupVersionKind,
    /// What counts instead of the constraints' own action.
    pub(super) action: String,
}

#[derive(Debug)]
struct AppliesTo {
    groups: Vec<String>,
    versions: Vec<String>,
    kinds: Vec<String>,
}

/// An object that is implied by another.
pub(super) struct Implied<'e> {
    pub(super) by: &'e Expansion,
    pub(super) object: Value,
    /// Where it was taken from, in the object that somebody sends.
    source: Vec<Step>,
}

/// Why nothing is implied.
pub(super) struct Failure<'e> {
    pub(super) by: &'e Expansion,
    pub(super) text: String,
    /// The field that is to blame, in the object that somebody sends.
    pub(super) path: Vec<Step>,
}

impl Expansion {
    /// Reads an ExpansionTemplate whose shape is sound.
    ///
    /// # Errors
    /// What Gatekeeper refuses.
    pub(super) fn new(document: &Value, index: usize) -> Result<Expansion, FieldError> {
        let (spec, name) = (&document["spec"], text(&document["metadata"]["name"]));
        let refuse = |path: &[&str], text: String| Err(FieldError { path: Field::new(path).steps(), text });
        if name.is_empty() {
            return refuse(&["metadata", "name"], "ExpansionTemplate has empty name field".to_owned());
        }
        if name.len() >= 64 {
            let text = "ExpansionTemplate name must be less than 64 characters".to_owned();
            return refuse(&["metadata", "name"], text);
        }
        let written = text(&spec["templateSource"]);
        if written.is_empty() {
            let text = format!("ExpansionTemplate {name} has empty source field");
            return refuse(&["spec", "templateSource"], text);
        }
        let kind = &spec["generatedGVK"];
        let generates = GroupVersionKind {
            group: text(&kind["group"]).to_owned(),
            version: text(&kind["version"]).to_owned(),
            kind: text(&kind["kind"]).to_owned(),
        };
        if generates == GroupVersionKind::default() {
            let text = format!("ExpansionTemplate {name} has empty generatedGVK field");
            return refuse(&["spec", "generatedGVK"], text);
        }
        let applies = |one: &Value| AppliesTo {
            groups: texts(&one["groups"]),
            versions: texts(&one["versions"]),
            kinds: texts(&one["kinds"]),
        };
        let applies_to: Vec<AppliesTo> = items(&spec["applyTo"]).map(applies).collect();
        if applies_to.is_empty() {
            return refuse(&["spec", "applyTo"], format!("ExpansionTemplate {name} must specify ApplyTo"));
        }
        let expansion = Expansion {
            name: name.into(),
            document: index,
            applies_to,
            source: written.split('.').map(|key| Step::Key(key.into())).collect(),
            written: written.to_owned(),
            generates,
            action: text(&spec["enforcementAction"]).to_owned(),
        };
        if expansion.applies(&expansion.generates) {
            let kind = &expansion.generates;
            let text = format!("ExpansionTemplate {name} generates GVK {kind}, but also applies to that same GVK");
            return refuse(&["spec", "generatedGVK"], text);
        }
        Ok(expansion)
    }

    /// Is it asked about objects of this kind?
    pub(super) fn applies(&self, kind: &GroupVersionKind) -> bool {
        let has = |list: &[String], wanted: &str| list.iter().any(|one| one == wanted);
        self.applies_to.iter().any(|one| {
            has(&one.groups, &kind.group) && has(&one.versions, &kind.version) && has(&one.kinds, &kind.kind)
        })
    }

    fn make(&self, owner: &Value, namespace: Option<&str>) -> Result<Value, String> {
        let name = text(&owner["metadata"]["name"]);
        let mut found = Some(owner);
        for step in &self.source {
            let Step::Key(key) = step else { break };
            found = match found {
                Some(Value::Object(fields)) => fields.get(&**key),
                None | Some(Value::Null) => None,
                Some(_) => return Err(self.no_map(name)),
            };
        }
        let Some(map) = found else {
            let source = podline_cel::quote(&self.written);
            return Err(format!(
                "error expanding resource {name}: could not find source field {source} in resource {name}"
            ));
        };
        let Value::Object(fields) = map else { return Err(self.no_map(name)) };
        let mut made = Value::Object(fields.clone());
        made["apiVersion"] = json!(self.generates.api_version());
        made["kind"] = json!(self.generates.kind);
        if !made["metadata"].is_object() {
            made["metadata"] = json!({});
        }
        let metadata = &mut made["metadata"];
        if let Some(namespace) = namespace {
            metadata["namespace"] = json!(namespace);
        }
        let kind = &self.generates.kind;
        let joint = if kind.is_empty() { "" } else { "-" };
        metadata["name"] = json!(format!("{name}{joint}{kind}").to_lowercase());
        own(metadata, owner);
        Ok(made)
    }

    fn no_map(&self, name: &str) -> String {
        let source = &self.written;
        format!(
            "error expanding resource {name}: could not extract source field from unstructured: .{source} is no map"
        )
    }
}

/// Says who owns an object, unless it says so.
fn own(metadata: &mut Value, owner: &Value) {
    let reference = json!({
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": "",
    });
    let same = |one: &Value| ["apiVersion", "kind", "name"].iter().all(|key| one[*key] == reference[*key]);
    if ["apiVersion", "kind", "name"].iter().any(|key| text(&reference[*key]).is_empty()) {
        return;
    }
    if !items(&metadata["ownerReferences"]).any(same) {
        let mut all: Vec<Value> = items(&metadata["ownerReferences"]).cloned().collect();
        all.push(reference);
        metadata["ownerReferences"] = Value::Array(all);
    }
}

/// Does a template close a cycle, if it is added to those that there are?
pub(super) fn closes_cycle(known: &[&Expansion], added: &Expansion) -> bool {
    let mut reached = vec![&added.generates];
    let mut seen = vec![false; known.len()];
    while let Some(kind) = reached.pop() {
        if added.applies(kind) {
            return true;
        }
        for (at, one) in known.iter().enumerate().filter(|(_, one)| one.applies(kind)) {
            if !std::mem::replace(&mut seen[at], true) {
                reached.push(&one.generates);
            }
        }
    }
    false
}

/// Everything that an object implies, what its own templates make first.
pub(super) fn expand<'e>(templates: &'e [Expansion], target: &Target<'_>) -> Result<Vec<Implied<'e>>, Failure<'e>> {
    let mut all: Vec<Implied<'e>> = Vec::new();
    // What is still to be expanded, by its place in `all`, and how deep it is. The object itself has no place.
    let mut open = vec![(None, 0)];
    while let Some((place, depth)) = open.pop() {
        let from: Option<&Implied<'_>> = place.map(|at: usize| &all[at]);
        let made = expand_one(templates, from, target, depth)?;
        if all.len() + made.len() > MOST {
            let Implied { by, source, .. } = &made[0];
            return Err(Failure { by, text: format!("more than {MOST} objects are implied"), path: source.clone() });
        }
        open.extend((all.len()..all.len() + made.len()).map(|at| (Some(at), depth + 1)));
        all.extend(made);
    }
    Ok(all)
}

/// What the object, or one that it implies, implies at once.
fn expand_one<'e>(
    templates: &'e [Expansion],
    from: Option<&Implied<'_>>,
    target: &Target<'_>,
    depth: usize,
) -> Result<Vec<Implied<'e>>, Failure<'e>> {
    let (object, prefix, kind) = match from {
        None => (target.object, &[][..], target.kind),
        Some(implied) => (&implied.object, &implied.source[..], &implied.by.generates),
    };
    let make = |by: &'e Expansion| {
        let source: Vec<Step> = prefix.iter().chain(&by.source).cloned().collect();
        let made = if depth < DEEPEST {
            by.make(object, target.namespace)
        } else {
            Err(format!("maximum recursion depth of {DEEPEST} reached"))
        };
        match made {
            Ok(object) => Ok(Implied { by, object, source }),
            Err(text) => Err(Failure { by, text, path: source }),
        }
    };
    templates.iter().filter(|one| one.applies(kind)).map(make).collect()
}

impl Implied<'_> {
    /// A field of it as one of the object that somebody sends.
    pub(super) fn blame(&self, violation: Violation) -> Violation {
        let keys: Vec<&str> = violation
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => &**key,
                Step::Index(_) => "",
            })
            .collect();
        match keys[..] {
            // These are the owner's, or nobody wrote them.
            ["metadata", "name" | "namespace", ..] => violation,
            ["apiVersion" | "kind"] | ["metadata", "ownerReferences", ..] => {
                Violation { path: self.source.clone(), found: true, ..violation }
            }
            _ => Violation { path: self.source.iter().chain(&violation.path).cloned().collect(), ..violation },
        }
    }
}
