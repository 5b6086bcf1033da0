//! From documents to an engine, and what Gatekeeper would refuse.

use std::collections::HashMap;
use std::sync::Arc;

use podline_rego::Host;
use serde_json::{Value, json};

use super::config::Exemptions;
use super::constraint::Constraint;
use super::expansion::{Expansion, closes_cycle};
use super::template::Template;
use super::{Engine, Loaded, NotJudged, Settings, shapes};
use crate::field::{Errors, Field, FieldError};
use crate::json::text;
use crate::judgement::Step;
use crate::refusal::Refusal;
use crate::schema;

/// The kinds of Gatekeeper's own groups that are read here; of constraints every kind is.
const KINDS: [(&str, &str); 9] = [
    ("templates", "ConstraintTemplate"),
    ("expansion", "ExpansionTemplate"),
    ("config", "Config"),
    ("syncset", "SyncSet"),
    ("mutations", "Assign"),
    ("mutations", "AssignImage"),
    ("mutations", "AssignMetadata"),
    ("mutations", "ModifySet"),
    ("externaldata", "Provider"),
];
const DOMAIN: &str = ".gatekeeper.sh";

/// What a document is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Template,
    Constraint,
    Expansion,
    Config,
    SyncSet,
    /// It changes objects.
    Mutator,
    /// It answers `external_data`.
    Provider,
}

fn kind(document: &Value) -> Option<Kind> {
    let (version, kind) = (text(&document["apiVersion"]), text(&document["kind"]));
    let group = version.split('/').next()?.strip_suffix(DOMAIN)?;
    if group == "constraints" {
        return Some(Kind::Constraint);
    }
    KINDS.contains(&(group, kind)).then_some(match kind {
        "ConstraintTemplate" => Kind::Template,
        "ExpansionTemplate" => Kind::Expansion,
        "Config" => Kind::Config,
        "SyncSet" => Kind::SyncSet,
        "Provider" => Kind::Provider,
        _ => Kind::Mutator,
    })
}

/// Is the document one that [`load`] reads, in whatever version?
pub fn claims(document: &Value) -> bool {
    kind(document).is_some()
}

/// Reads what Gatekeeper reads among `documents`, in any order; documents of other kinds are passed over. Indices in the
/// result are those of `documents`. If a name comes twice the last document counts, as if they were applied.
pub fn load(documents: &[Value], settings: Settings) -> Loaded {
    let host = Arc::new(Host { read_yaml: settings.yaml });
    let mut reader = Reader::default();
    let of = |wanted: &'static [Kind]| {
        let all = documents.iter().enumerate();
        all.filter(move |(_, document)| kind(document).is_some_and(|kind| wanted.contains(&kind)))
    };
    for (index, document) in of(&[Kind::Template]) {
        let read = Template::new(document, index, &host);
        let known = reader.templates.iter().position(|known| *known.name == *text(&document["metadata"]["name"]));
        reader.take(document, index, read, known, |reader| &mut reader.templates);
        reader.note_unknown(document, index, &shapes::TEMPLATE);
    }
    for (index, document) in of(&[Kind::Constraint]) {
        let read = Constraint::new(document, index, &reader.templates);
        let (kind, name) = (text(&document["kind"]), text(&document["metadata"]["name"]));
        let known = reader.constraints.get(&(kind.to_owned(), name.to_owned())).copied();
        let added = reader.all_constraints.len();
        if reader.take(document, index, read, known, |reader| &mut reader.all_constraints) && known.is_none() {
            reader.constraints.insert((kind.to_owned(), name.to_owned()), added);
        }
    }
    for (index, document) in of(&[Kind::Expansion]) {
        reader.expansion(document, index);
    }
    for (index, document) in of(&[Kind::Config, Kind::SyncSet]) {
        reader.settings(document, index);
    }
    for (index, document) in of(&[Kind::Mutator, Kind::Provider]) {
        reader.not_judged(document, index);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    templates: Vec<Template>,
    all_constraints: Vec<Constraint>,
    /// Where each stands, by kind and name.
    constraints: HashMap<(String, String), usize>,
    expansions: Vec<Expansion>,
    exemptions: Exemptions,
    refused: Vec<Refusal>,
    unknown: Vec<(usize, FieldError)>,
    not_judged: Vec<NotJudged>,
}

type ReadResult<T> = Result<T, (String, Vec<FieldError>)>;

impl Reader {
    /// Keeps what was read in the place of an earlier one of its name, or says why it is refused. Is it kept?
    fn take<T>(
        &mut self,
        document: &Value,
        index: usize,
        read: ReadResult<T>,
        known: Option<usize>,
        list: impl FnOnce(&mut Reader) -> &mut Vec<T>,
    ) -> bool {
        match read {
            Ok(read) => {
                let list = list(self);
                match known {
                    Some(at) => list[at] = read,
                    None => list.push(read),
                }
                true
            }
            Err(why) => {
                self.refused.push(refusal(document, index, why));
                false
            }
        }
    }

    fn expansion(&mut self, document: &Value, index: usize) {
        let name = text(&document["metadata"]["name"]);
        let known = self.expansions.iter().position(|known| *known.name == *name);
        let read =
            check(document, "ExpansionTemplate.expansion.gatekeeper.sh", &["v1beta1", "v1alpha1"], &shapes::EXPANSION)
                .and_then(|()| Expansion::new(document, index).map_err(|error| (error.text.clone(), vec![error])))
                .and_then(|expansion| {
                    let others = self.expansions.iter().filter(|other| *other.name != *name);
                    if !closes_cycle(&others.collect::<Vec<_>>(), &expansion) {
                        return Ok(expansion);
                    }
                    let text = format!("error upserting template {name}: template forms expansion cycle");
                    let path = Field::new(&["spec", "generatedGVK"]).steps();
                    Err((text.clone(), vec![FieldError { path, text }]))
                });
        self.take(document, index, read, known, |reader| &mut reader.expansions);
        self.note_unknown(document, index, &shapes::EXPANSION);
    }

    fn settings(&mut self, document: &Value, index: usize) {
        let is_config = kind(document) == Some(Kind::Config);
        let (name, shape) = if is_config {
            ("Config.config.gatekeeper.sh", &*shapes::CONFIG)
        } else {
            ("SyncSet.syncset.gatekeeper.sh", &*shapes::SYNC_SET)
        };
        let read = check(document, name, &["v1alpha1"], shape).and_then(|()| {
            if is_config && document["metadata"]["name"] != "config" {
                let text = "config resource must have name 'config'".to_owned();
                let path = Field::new(&["metadata", "name"]).steps();
                return Err((text.clone(), vec![FieldError { path, text }]));
            }
            Ok(())
        });
        if let Err(why) = read {
            self.refused.push(refusal(document, index, why));
            return;
        }
        self.note_unknown(document, index, shape);
        let spec = &document["spec"];
        if is_config {
            self.exemptions.configure(spec);
        } else if spec["gvks"].is_array() {
            self.exemptions.sync_kinds(&spec["gvks"]);
        } else {
            self.exemptions.sync_kinds(&json!([]));
        }
    }

    fn not_judged(&mut self, document: &Value, index: usize) {
        let why = match kind(document) {
            Some(Kind::Provider) => "podline asks no provider: what depends on external data is undecided",
            _ => "podline applies no mutators: objects are judged as if it did not change them",
        };
        let (kind, name) = (text(&document["kind"]).to_owned(), text(&document["metadata"]["name"]).to_owned());
        self.not_judged.push(NotJudged { document: index, kind, name, why, path: vec![Step::Key("kind".into())] });
    }

    /// Notes the fields that the server drops.
    fn note_unknown(&mut self, document: &Value, index: usize, shape: &Value) {
        let unknown = schema::unknown(document, shape).into_iter();
        self.unknown.extend(unknown.map(|field| {
            (index, FieldError { path: field.steps(), text: format!("unknown field \"{}\"", field.text()) })
        }));
    }

    fn finish(mut self) -> Loaded {
        // What is refused has no unknown fields.
        self.unknown.retain(|(index, _)| self.refused.iter().all(|refused| refused.document != *index));
        self.unknown.sort_by_key(|(index, _)| *index);
        self.refused.sort_by_key(|refused| refused.document);
        let used = |at: usize| self.all_constraints.iter().any(|constraint| constraint.template == at);
        let idle = self.templates.iter().enumerate().filter(|(at, _)| !used(*at)).map(|(_, one)| one.document);
        let mut idle: Vec<usize> = idle.collect();
        idle.sort_unstable();
        let engine = Engine::new(self.templates, self.all_constraints, self.expansions, self.exemptions);
        Loaded { engine, refused: self.refused, unknown: self.unknown, not_judged: self.not_judged, idle }
    }
}

fn refusal(document: &Value, index: usize, (text, errors): (String, Vec<FieldError>)) -> Refusal {
    let (kind, name) = (crate::json::text(&document["kind"]), crate::json::text(&document["metadata"]["name"]));
    Refusal { document: index, kind: kind.to_owned(), name: name.to_owned(), text, errors }
}

/// What the server refuses in the version and the shape of a document.
fn check(document: &Value, name: &str, versions: &[&str], shape: &Value) -> ReadResult<()> {
    let (written, kind) = (text(&document["apiVersion"]), text(&document["kind"]));
    let version = written.rsplit('/').next().unwrap_or_default();
    if !versions.contains(&version) {
        let text = format!("no matches for kind \"{kind}\" in version \"{written}\"");
        let path = Field::new(&["apiVersion"]).steps();
        return Err((text.clone(), vec![FieldError { path, text }]));
    }
    let mut errors = Errors::default();
    schema::validate(document, shape, &Field::default(), &mut errors);
    shaped(name, document, errors)
}

/// The server's words for what is wrong with the shape of a document.
pub(super) fn shaped(name: &str, document: &Value, errors: Errors) -> ReadResult<()> {
    let errors = errors.into_vec();
    if errors.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
    let whole = match texts[..] {
        [one] => one.to_owned(),
        _ => format!("[{}]", texts.join(", ")),
    };
    let quoted = podline_cel::quote(text(&document["metadata"]["name"]));
    Err((format!("{name} {quoted} is invalid: {whole}"), errors))
}
