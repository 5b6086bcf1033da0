//! The objects in files of policies, and of what is in view beside manifests: what each is, and where its fields stand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use podline_policies::Step;
use serde_json::Value;

use crate::finding::Location;
use crate::manifest::object::{self, Object};
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::yaml::lines::line;
use crate::yaml::locate::Locator;
use crate::yaml::parse::{ParseError, parse};
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{Kind, Tree};
use crate::yaml::value::to_value;

/// An object of a file, which is read again when somebody asks what is in it: most files hold more than matters.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Which document of it, from 0.
    pub index: usize,
    /// Its place in a list; `None` outside of lists.
    pub item: Option<String>,
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, as written.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub span: Span,
    piece: Piece,
    /// Fields that were looked up before.
    places: Mutex<HashMap<Vec<Step>, Place>>,
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
struct Place {
    location: Location,
    /// Whether its last step is a line of a text.
    is_line: bool,
}

impl Document {
    /// The objects of a file, those of lists taken out; and what cannot be read.
    pub fn all(file: &Arc<SourceFile>) -> (Vec<Self>, Vec<ParseError>) {
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        for (index, piece) in split(file).iter().enumerate() {
            let tree = match parse(file, piece) {
                Ok(tree) => tree,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let Some(root) = tree.root().filter(|&root| !tree.is_null(root)) else { continue };
            let objects = object::objects(&tree, root).objects;
            all.extend(objects.iter().map(|object| Self::new(file, &tree, (index, piece), object)));
        }
        (all, errors)
    }

    /// An object of a file, in the document that this piece is.
    pub fn new(file: &Arc<SourceFile>, tree: &Tree<'_>, (index, piece): (usize, &Piece), object: &Object) -> Self {
        Self {
            file: Arc::clone(file),
            index,
            item: object.item.clone(),
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            span: tree.span(object.node),
            piece: piece.clone(),
            places: Mutex::default(),
        }
    }

    /// The line on which it begins.
    pub fn line(&self) -> usize {
        self.file.position(self.span.start).line
    }

    /// What it says, as JSON; `None` where that is too much.
    pub fn value(&self) -> Option<Value> {
        let tree = parse(&self.file, &self.piece).ok()?;
        let object = self.find(&tree)?;
        let mut value = to_value(&tree, object.node)?;
        complete(&mut value, &object.api_version, &object.kind);
        Some(value)
    }

    /// Its text, without the separators around its document; of an element of a list that of the element.
    pub fn text(&self) -> &str {
        &self.file.text()[self.span.range()]
    }

    /// Where a field stands, or the nearest one around it that is there. In a text, an index is a line of it, from 0.
    pub fn locate(&self, path: &[Step]) -> Location {
        self.place(path).location
    }

    /// A field as people read it: `spec.x`, or `line 3 of spec.x`.
    pub fn name_of(&self, path: &[Step]) -> String {
        match path.split_last() {
            Some((Step::Index(line), text)) if self.place(path).is_line => {
                format!("line {} of {}", line + 1, field_path(text))
            }
            _ => field_path(path).to_string(),
        }
    }

    fn place(&self, path: &[Step]) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = places.get(path) {
            return *known;
        }
        let (span, is_line) = self.look(path).unwrap_or((self.span, false));
        let found = Place { location: Location::on_line(&self.file, span), is_line };
        places.insert(path.to_vec(), found);
        found
    }

    /// The span of a field, and whether it is a line of a text.
    fn look(&self, path: &[Step]) -> Option<(Span, bool)> {
        let tree = parse(&self.file, &self.piece).ok()?;
        let object = self.find(&tree)?;
        let locator = Locator::new(&tree);
        let located = locator.locate(object.node, &field_path(path));
        let Some((Step::Index(number), text)) = path.split_last() else { return Some((located.span, false)) };
        let node = tree.resolve(located.nearest);
        if located.value.is_some() || located.depth != text.len() || tree.kind(node) != Kind::Scalar {
            return Some((located.span, false));
        }
        let in_text = line(&tree, node, *number);
        Some((in_text.unwrap_or_else(|| locator.locate(object.node, &field_path(text)).span), true))
    }

    fn find(&self, tree: &Tree<'_>) -> Option<Object> {
        let objects = object::objects(tree, tree.root()?).objects;
        objects.into_iter().find(|object| object.item == self.item)
    }
}

/// A path of an engine as one of podline.
pub fn field_path(steps: &[Step]) -> FieldPath {
    let segment = |step: &Step| match step {
        Step::Key(key) => Segment::Field(key.to_string().into()),
        Step::Index(index) => Segment::Index(*index),
    };
    FieldPath::new(steps.iter().map(segment).collect())
}

/// Gives an element of a list the type that the list says.
pub(super) fn complete(value: &mut Value, api_version: &str, kind: &str) {
    if let Value::Object(map) = value {
        for (key, text) in [("apiVersion", api_version), ("kind", kind)] {
            if !map.contains_key(key) && !text.is_empty() {
                map.insert(key.to_owned(), text.into());
            }
        }
    }
}

/// The first document of a text, for functions of policies that read YAML.
pub(super) fn read_yaml(text: &str) -> Result<Value, String> {
    let file = Arc::new(SourceFile::new("", text.as_bytes().to_vec()).map_err(|error| error.to_string())?);
    let Some(piece) = split(&file).into_iter().next() else { return Ok(Value::Null) };
    let tree = parse(&file, &piece).map_err(|error| error.message)?;
    let Some(root) = tree.root() else { return Ok(Value::Null) };
    to_value(&tree, root).ok_or_else(|| "it is nested too deep, or too large".to_owned())
}
