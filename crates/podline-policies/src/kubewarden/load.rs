//! From documents to an engine, and what Kubewarden would refuse: the schemas of its definitions, its own webhooks
//! (`api/policies/v1`), and the modules' opinion of their settings.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::answer::Module;
use super::conditions::Conditions;
use super::expression::Expression;
use super::modules::{self, NotLoaded};
use super::policy::{By, Group, Member, Policy};
use super::{Engine, FieldError, Loaded, NotJudged, Refusal, rules, schema};
use crate::field::{Errors, Field};
use crate::json::{entries, text};
use crate::judgement::Step;
use crate::names;

const GROUP: &str = "policies.kubewarden.io/";

/// The kinds that are read here, whether each is of a namespace, and whether it is a group.
const KINDS: [(&str, bool, bool); 4] = [
    ("ClusterAdmissionPolicy", false, false),
    ("AdmissionPolicy", true, false),
    ("ClusterAdmissionPolicyGroup", false, true),
    ("AdmissionPolicyGroup", true, true),
];

/// Is the document one of the kinds that [`load`] reads, in whatever version?
pub fn claims(document: &Value) -> bool {
    text(&document["apiVersion"]).starts_with(GROUP) && kind(document).is_some()
}

fn kind(document: &Value) -> Option<(&'static str, bool, bool)> {
    KINDS.into_iter().find(|(kind, _, _)| *kind == text(&document["kind"]))
}

/// Reads the policies among `documents`; documents of other kinds are passed over. Indices in the result are those of
/// `documents`. If a name comes twice the last document counts, as if they were applied.
pub fn load(documents: &[Value]) -> Loaded {
    let (mut sound, mut places) = (Vec::new(), HashMap::new());
    let (mut refused, mut unknown) = (Vec::new(), Vec::new());
    for (index, document) in documents.iter().enumerate() {
        let Some((kind, namespaced, group)) = kind(document).filter(|_| claims(document)) else { continue };
        let reader = Reader { document, index, kind, namespaced };
        unknown.extend(super::unknown::fields(document, namespaced, group).into_iter().map(|field| (index, field)));
        let read = match if group { reader.group() } else { reader.policy() } {
            Ok(policy) => Ok(policy),
            Err(Unusable::Unknown(why, path)) => Err(reader.not_judged(why, path)),
            Err(Unusable::Refused(errors)) => {
                refused.push(reader.refusal(errors));
                continue;
            }
        };
        let place = *places.entry((kind, reader.namespace(), reader.name())).or_insert(sound.len());
        if place < sound.len() {
            sound[place] = read;
        } else {
            sound.push(read);
        }
    }
    let (mut policies, mut not_judged) = (Vec::new(), Vec::new());
    for read in sound {
        match read {
            Ok(policy) => policies.push(policy),
            Err(why) => not_judged.push(why),
        }
    }
    Loaded { engine: Engine { policies }, refused, unknown, not_judged }
}

/// Why nothing is judged by a document.
enum Unusable {
    /// It is refused.
    Refused(Vec<FieldError>),
    /// podline does not know its module: the reason, and where it is named.
    Unknown(String, Vec<Step>),
}

impl From<Errors> for Unusable {
    fn from(errors: Errors) -> Unusable {
        Unusable::Refused(errors.into_vec())
    }
}

/// Reads one document.
struct Reader<'d> {
    document: &'d Value,
    index: usize,
    kind: &'static str,
    namespaced: bool,
}

impl<'d> Reader<'d> {
    fn spec(&self) -> &'d Value {
        &self.document["spec"]
    }

    fn name(&self) -> &'d str {
        text(&self.document["metadata"]["name"])
    }

    fn namespace(&self) -> Option<&'d str> {
        let written = text(&self.document["metadata"]["namespace"]);
        self.namespaced.then_some(if written.is_empty() { "default" } else { written })
    }

    fn policy(&self) -> Result<Policy, Unusable> {
        self.check_version(&["v1", "v1alpha2"])?;
        let conditions = self.check(&schema::POLICY, |_| ())?;
        let spec = self.spec();
        let location = text(&spec["module"]);
        let name = modules::name(location);
        let module = load_module(location, &spec["settings"], &["spec"])?;
        let by = By::Module {
            name: name.to_owned(),
            module,
            mutates: spec["mutating"] == true,
            message: text(&spec["message"]).to_owned(),
            settings: if spec["settings"].is_null() { "module" } else { "settings" },
        };
        Ok(self.finish(conditions, by))
    }

    fn group(&self) -> Result<Policy, Unusable> {
        self.check_version(&["v1"])?;
        let spec = self.spec();
        let members: Vec<&str> = entries(&spec["policies"]).map(|(name, _)| name).collect();
        let mut expression = None;
        let conditions = self.check(&schema::GROUP, |errors| {
            check_members(spec, errors);
            schema::member_timeouts(spec, errors);
            expression = read_expression(spec, &members, errors);
            if text(&spec["message"]).is_empty() {
                errors.required(&Field::new(&["spec", "message"]), "must be non-empty");
            }
        })?;
        let (mut read, mut unknown) = (Vec::new(), None);
        for (name, member) in entries(&spec["policies"]) {
            let location = text(&member["module"]);
            match load_module(location, &member["settings"], &["spec", "policies", name]) {
                Ok(module) => {
                    let module_name = modules::name(location).to_owned();
                    read.push(Member { name: name.to_owned(), module_name, module });
                }
                // Refused settings of a later member matter more.
                Err(Unusable::Unknown(why, path)) => unknown = unknown.or(Some((why, path))),
                Err(refused) => return Err(refused),
            }
        }
        let expression = expression.ok_or_else(|| Unusable::Refused(Vec::new()))?;
        if let Some((why, path)) = unknown {
            return Err(Unusable::Unknown(why, path));
        }
        let message = text(&spec["message"]).to_owned();
        Ok(self.finish(conditions, By::Group(Group { members: read, expression, message })))
    }

    fn check_version(&self, served: &[&str]) -> Result<(), Unusable> {
        let version = text(&self.document["apiVersion"]);
        if version.strip_prefix(GROUP).is_some_and(|version| served.contains(&version)) {
            return Ok(());
        }
        let kind = self.kind;
        let text = format!("no matches for kind \"{kind}\" in version \"{version}\"");
        Err(Unusable::Refused(vec![FieldError { path: vec![Step::Key("apiVersion".into())], text }]))
    }

    /// Checks what all kinds have, first by the schema.
    fn check(&self, shape: &schema::Shape, more: impl FnOnce(&mut Errors)) -> Result<Conditions, Unusable> {
        let mut errors = Errors::default();
        self.check_name(&mut errors);
        shape.check(self.spec(), &mut errors);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        rules::check(self.spec(), self.namespaced, &mut errors);
        let conditions = Conditions::new(self.spec(), &mut errors);
        schema::timeouts(self.spec(), &mut errors);
        more(&mut errors);
        if errors.is_empty() { Ok(conditions) } else { Err(errors.into()) }
    }

    fn check_name(&self, errors: &mut Errors) {
        let field = Field::new(&["metadata", "name"]);
        if self.name().is_empty() {
            errors.required(&field, "name or generateName is required");
            return;
        }
        for wrong in names::subdomain(self.name()) {
            errors.invalid(&field, self.name(), &wrong);
        }
    }

    fn finish(&self, conditions: Conditions, by: By) -> Policy {
        Policy {
            kind: self.kind,
            name: self.name().into(),
            namespace: self.namespace().map(str::to_owned),
            document: self.index,
            monitors: self.spec()["mode"] == "monitor",
            rules: rules::webhook(self.spec(), self.namespace()),
            selects_namespaces: rules::selects_namespaces(self.spec(), self.namespace()),
            conditions,
            by,
        }
    }

    fn refusal(&self, errors: Vec<FieldError>) -> Refusal {
        let is_field = |error: &FieldError| error.text.starts_with("spec.") || error.text.starts_with("metadata.");
        let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
        let told = if texts.len() == 1 { texts[0].to_owned() } else { format!("[{}]", texts.join(", ")) };
        let text = if errors.iter().all(is_field) {
            let name = podline_cel::quote(self.name());
            format!("{}.policies.kubewarden.io {name} is invalid: {told}", self.kind)
        } else {
            told
        };
        let (kind, name) = (self.kind.to_owned(), self.name().to_owned());
        Refusal { document: self.index, kind, name, text, errors }
    }

    fn not_judged(&self, why: String, path: Vec<Step>) -> NotJudged {
        NotJudged {
            document: self.index,
            kind: self.kind.to_owned(),
            name: self.name().to_owned(),
            namespace: self.namespace().map(str::to_owned),
            why,
            path,
        }
    }
}

/// A module by where it comes from. `settings` that are not there are empty. `path` leads to what has both.
fn load_module(location: &str, settings: &Value, path: &[&str]) -> Result<Box<dyn Module>, Unusable> {
    let empty = Value::Object(Map::new());
    let settings = if settings.is_null() { &empty } else { settings };
    let within = |key| path.iter().copied().chain([key]).map(|key| Step::Key(key.into())).collect();
    let name = modules::name(location);
    modules::load(name, settings).map_err(|error| match error {
        NotLoaded::Refused(text) => Unusable::Refused(vec![FieldError { path: within("settings"), text }]),
        NotLoaded::Unknown(why) => Unusable::Unknown(why, within("module")),
    })
}

fn check_members(spec: &Value, errors: &mut Errors) {
    let field = Field::new(&["spec", "policies"]);
    if entries(&spec["policies"]).next().is_none() {
        errors.required(&field, "policy groups must have at least one policy member");
    }
    for (name, _) in entries(&spec["policies"]) {
        if !names::is_identifier(name) {
            errors.invalid(&field, name, "policy group member name is invalid");
        }
    }
}

fn read_expression(spec: &Value, members: &[&str], errors: &mut Errors) -> Option<Expression> {
    let (written, field) = (text(&spec["expression"]), Field::new(&["spec", "expression"]));
    if written.is_empty() {
        errors.required(&field, "must be non-empty");
        return None;
    }
    match Expression::parse(written, members) {
        Ok(expression) => Some(expression),
        Err(why) => {
            errors.invalid(&field, written, &why);
            None
        }
    }
}
