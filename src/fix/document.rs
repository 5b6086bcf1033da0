//! The repairs of one document, together.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::edited;
use super::value::change;
use crate::finding::{Change, Repair, ReportEntry};
use crate::manifest::object::{Object, objects, objects_inside};
use crate::source::file::SourceFile;
use crate::source::span::Span;
use crate::yaml::edit::{Editor, TextEdit, Wanted, comments, has_odd_lines};
use crate::yaml::locate::Locator;
use crate::yaml::parse::parse;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::split::Piece;
use crate::yaml::tree::Tree;
use crate::yaml::value::to_value;

/// A document that is to be fixed.
pub(super) struct Document<'f> {
    piece: &'f Piece,
    tree: Tree<'f>,
    /// By the place in a list.
    objects: HashMap<Option<String>, Object>,
}

/// A document after its repair.
pub(super) struct FixedDocument {
    /// What it means.
    pub meaning: Value,
    /// The indices of the findings that were fixed.
    pub findings: Vec<usize>,
    pub edits: Vec<TextEdit>,
}

/// A finding with its index.
type Numbered<'f> = (usize, &'f ReportEntry);

impl<'f> Document<'f> {
    pub fn read(file: &'f SourceFile, piece: &'f Piece) -> Option<Self> {
        let tree = parse(file, piece).ok()?;
        let mut found = objects(&tree, tree.root()?).objects;
        let inner: Vec<Object> = found.iter().flat_map(|object| objects_inside(&tree, object)).collect();
        found.extend(inner);
        let objects = found.into_iter().map(|object| (object.item.clone(), object)).collect();
        Some(Self { piece, tree, objects })
    }

    /// Whether it has lines that are none where edits are made.
    pub fn has_odd_lines(&self) -> bool {
        matches!(self.piece, Piece::Yaml(_)) && has_odd_lines(&self.tree)
    }

    /// What edits the document. It keeps what it learns, so that one is enough for many findings.
    pub fn editor(&self) -> Editor<'_, 'f> {
        Editor::new(&self.tree, self.piece)
    }

    /// The edits that fix one finding alone.
    pub fn edits(&self, editor: &Editor<'_, '_>, finding: &ReportEntry) -> Option<Vec<TextEdit>> {
        let (object, repair) = self.repair(finding)?;
        editor.edits(&repair.wanted(object.node)).ok()
    }

    /// Fixes all of these findings that can be fixed together. `None` where that is none.
    pub fn fix(&self, findings: &[Numbered<'_>]) -> Option<FixedDocument> {
        let old = to_value(&self.tree, self.tree.root()?)?;
        let editor = self.editor();
        let findings = self.free(findings);
        let (shared, own): (Vec<Numbered>, Vec<Numbered>) =
            findings.iter().partition(|(_, finding)| is_shared(finding));
        let own = self.compatible(&editor, own);
        // What aliases share may change only if all that share it want the same. The proof tells.
        let all: Vec<Numbered> = own.iter().chain(&shared).copied().collect();
        let with_shared = if shared.is_empty() { None } else { self.fixed(&editor, &old, &all, true) };
        with_shared.or_else(|| self.fixed(&editor, &old, &own, false)).filter(|fixed| !fixed.findings.is_empty())
    }

    /// The findings whose repairs touch nothing else that is written, except where another of these findings asks for it
    /// too: what somebody accepted, or did not choose, is left as it is.
    pub fn free<'n>(&self, findings: &[Numbered<'n>]) -> Vec<Numbered<'n>> {
        let item = |finding: &'n ReportEntry| finding.object.as_ref().and_then(|object| object.item.as_deref());
        let asked: HashSet<(Option<&str>, &FieldPath)> =
            findings.iter().map(|(_, finding)| (item(finding), &finding.path)).collect();
        let locator = Locator::new(&self.tree);
        let is_free = |(_, finding): &&Numbered<'n>| {
            let Some((object, repair)) = self.repair(finding) else { return false };
            repair.changes.iter().all(|change| {
                let own = change.path.segments().iter().rev().find_map(|segment| match segment {
                    Segment::Field(name) => Some(name.as_ref()),
                    Segment::Index(_) => None,
                });
                // What a finding is about may be a part of what goes, or stand at the level of the pod.
                let is_own = |step: &Segment| matches!(step, Segment::Field(name) if own == Some(name));
                finding.path.segments().iter().any(is_own)
                    || asked.contains(&(item(finding), &change.path))
                    || locator.locate(object.node, &change.path).value.is_none()
            })
        };
        findings.iter().filter(is_free).copied().collect()
    }

    /// The findings that can be edited alone, and together with the others of their object.
    fn compatible<'n>(&self, editor: &Editor<'_, '_>, findings: Vec<Numbered<'n>>) -> Vec<Numbered<'n>> {
        if editor.edits(&self.wanted(&findings)).is_ok() {
            return findings;
        }
        let is_editable = |(_, finding): &Numbered| {
            self.repair(finding).is_some_and(|(object, repair)| editor.edits(&repair.wanted(object.node)).is_ok())
        };
        let mut objects: HashMap<Option<String>, Vec<Numbered>> = HashMap::new();
        for finding in findings.into_iter().filter(is_editable) {
            let item = finding.1.object.as_ref().and_then(|object| object.item.clone());
            objects.entry(item).or_default().push(finding);
        }
        objects.into_values().filter(|findings| editor.edits(&self.wanted(findings)).is_ok()).flatten().collect()
    }

    fn fixed(
        &self,
        editor: &Editor<'_, '_>,
        old: &Value,
        findings: &[Numbered<'_>],
        prove_it: bool,
    ) -> Option<FixedDocument> {
        let edits = editor.edits(&self.wanted(findings)).ok()?;
        let mut meaning = old.clone();
        change(&mut meaning, self.changes(findings));
        let fixed = FixedDocument { meaning, findings: findings.iter().map(|&(at, _)| at).collect(), edits };
        (!prove_it || self.holds(&fixed)).then_some(fixed)
    }

    /// Whether the edits do what they should, for a document alone.
    fn holds(&self, fixed: &FixedDocument) -> bool {
        let span = self.piece.span();
        let moved = |edit: &TextEdit| TextEdit {
            span: Span { start: edit.span.start - span.start, end: edit.span.end - span.start },
            text: edit.text.clone(),
        };
        let edits: Vec<TextEdit> = fixed.edits.iter().map(moved).collect();
        let text = edited(&self.tree.text()[span.range()], &edits);
        let Ok(file) = SourceFile::new("", text.into_bytes()) else { return false };
        let whole = Span::new(0, file.text().len());
        let piece = if matches!(self.piece, Piece::Json(_)) { Piece::Json(whole) } else { Piece::Yaml(whole) };
        let new = parse(&file, &piece);
        new.is_ok_and(|new| new.root().and_then(|root| to_value(&new, root)).as_ref() == Some(&fixed.meaning))
    }

    fn repair<'n>(&self, finding: &'n ReportEntry) -> Option<(&Object, &'n Repair)> {
        let object = self.objects.get(&finding.object.as_ref()?.item)?;
        Some((object, finding.repair.as_deref()?))
    }

    fn wanted<'n>(&self, findings: &[Numbered<'n>]) -> Vec<Wanted<'n>> {
        let repairs = findings.iter().filter_map(|(_, finding)| self.repair(finding));
        repairs.flat_map(|(object, repair)| repair.wanted(object.node)).collect()
    }

    fn changes<'n>(&'n self, findings: &'n [Numbered<'n>]) -> impl Iterator<Item = (&'n FieldPath, &'n Change)> {
        let repairs = findings.iter().filter_map(|(_, finding)| self.repair(finding));
        repairs.flat_map(|(object, repair)| repair.changes.iter().map(|change| (&object.path, change)))
    }
}

fn is_shared(finding: &ReportEntry) -> bool {
    finding.repair.as_ref().is_some_and(|repair| repair.shared)
}

/// Proves that a document means what it should, and that no comment of it is lost.
pub(super) fn prove(
    (old_file, old_piece): (&SourceFile, &Piece),
    (file, piece): (&SourceFile, &Piece),
    expected: &Value,
) -> Result<(), &'static str> {
    let (Ok(old), Ok(new)) = (parse(old_file, old_piece), parse(file, piece)) else {
        return Err("the fixed text cannot be read");
    };
    if new.root().and_then(|root| to_value(&new, root)).as_ref() != Some(expected) {
        return Err("the fixed text does not mean what it should");
    }
    if matches!(piece, Piece::Yaml(_))
        && comments(&old, old_piece.span().range()) != comments(&new, piece.span().range())
    {
        return Err("a comment would be lost");
    }
    Ok(())
}
