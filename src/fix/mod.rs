//! Fixes findings, by edits of the text.
//!
//! The judges say what should change ([`Repair`]). Here the changes of a file are brought together, made into edits, and
//! proved: the new text is read again, and must mean what the old one meant and the changes, nothing else, with every
//! comment still there and every other document the same bytes.

mod document;
pub mod kustomize;
pub mod unified;
mod value;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

pub use crate::finding::{Change, Edit, Fix, Repair};
use crate::finding::{Location, ReportEntry};
use crate::lint::{Options, lint};
use crate::source::file::{Encoding, SourceFile};
use crate::source::span::Span;
use crate::verdict::{FileReport, TemplateReport};
use crate::yaml::edit::TextEdit;
use crate::yaml::split::{Piece, split};
use document::{Document, FixedDocument};

/// Which repairs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repairs {
    /// Those that are safe: what ran before runs after.
    Safe,
    /// Those too that change or take away what somebody wrote.
    All,
}

impl Repairs {
    /// Whether they include the repair of a finding. What is waived is left as it is.
    pub fn include(self, finding: &ReportEntry) -> bool {
        let is_wanted = |repair: &Repair| repair.safe && !repair.shared || self == Repairs::All;
        finding.waived.is_none() && finding.object.is_some() && finding.repair.as_deref().is_some_and(is_wanted)
    }
}

/// A file after its repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The new text.
    pub text: String,
    /// The findings that were fixed, as indices of those that were given.
    pub findings: Vec<usize>,
    /// The edits of the old text, in its order.
    pub edits: Vec<TextEdit>,
}

/// Why a file is not fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not written in a way in which podline edits.
    Encoding(&'static str),
    /// The new text did not mean what it should, in this document: a mistake of podline's.
    Meaning(usize, &'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Encoding(message) => f.write_str(message),
            Fault::Meaning(document, message) => write!(
                f,
                "document {document}: {message}; nothing was written. This is a bug in podline: please report it"
            ),
        }
    }
}

const ODD_LINES: &str = "a line begins behind a character that ends lines in YAML and not in editors (U+0085, U+2028, \
                         U+2029 or a lone carriage return), so podline does not edit the file";

/// Fixes the findings of a file, as far as `repairs` go. A finding whose place cannot be edited is left.
///
/// # Errors
/// The file is in an encoding that is not edited, or the proof of the new text failed.
pub fn apply(file: &SourceFile, findings: &[ReportEntry], repairs: Repairs) -> Result<Fixed, Fault> {
    is_editable(file)?;
    let pieces = split(file);
    let mut fixed = Fixed { text: String::new(), findings: Vec::new(), edits: Vec::new() };
    let mut meanings = BTreeMap::new();
    for (index, findings) in by_document(findings, |finding| repairs.include(finding)) {
        let Some(document) = pieces.get(index).and_then(|piece| Document::read(file, piece)) else { continue };
        if document.has_odd_lines() {
            return Err(Fault::Encoding(ODD_LINES));
        }
        let Some(FixedDocument { meaning, findings, edits }) = document.fix(&findings) else { continue };
        fixed.findings.extend(findings);
        fixed.edits.extend(edits);
        meanings.insert(index, meaning);
    }
    fixed.findings.sort_unstable();
    fixed.text = edited(file.text(), &fixed.edits);
    let new = SourceFile::new(file.name(), fixed.text.clone().into_bytes());
    let new = new.map_err(|_| Fault::Encoding("the fixed file would be too large"))?;
    let new_pieces = split(&new);
    if new_pieces.len() != pieces.len() {
        return Err(Fault::Meaning(0, "the number of documents changed"));
    }
    for (index, (old, piece)) in pieces.iter().zip(&new_pieces).enumerate() {
        match meanings.get(&index) {
            Some(meaning) => document::prove((file, old), (&new, piece), meaning),
            None if is_same((file, old), (&new, piece)) => Ok(()),
            None => Err("another document changed"),
        }
        .map_err(|message| Fault::Meaning(index, message))?;
    }
    Ok(fixed)
}

/// Whether a file can be edited.
///
/// # Errors
/// It is UTF-16, or not valid in its encoding.
pub fn is_editable(file: &SourceFile) -> Result<(), Fault> {
    if file.encoding() == Encoding::Utf16 {
        return Err(Fault::Encoding("the file is UTF-16, which podline does not edit; save it as UTF-8 first"));
    }
    if file.first_invalid(Span::new(0, file.text().len())).is_some() {
        return Err(Fault::Encoding("the file is not valid UTF-8, so podline does not edit it"));
    }
    Ok(())
}

/// Fills in the edits that fix each finding alone, for reports that carry them. Findings that cannot be fixed alone
/// get none, and count as not fixable from then on.
pub fn offer(file: &SourceFile, findings: &mut [ReportEntry]) {
    if findings.iter().any(|finding| finding.is_fixable()) {
        offer_in(file, &split(file), findings);
    }
}

/// As [`offer`], for a file of which the documents are known.
pub fn offer_in(file: &SourceFile, pieces: &[Piece], findings: &mut [ReportEntry]) {
    let pieces = if is_editable(file).is_ok() { pieces } else { &[] };
    let mut fixes = Vec::new();
    for (index, findings) in by_document(findings, |finding| finding.is_fixable()) {
        let document = pieces.get(index).and_then(|piece| Document::read(file, piece));
        let document = document.filter(|document| !document.has_odd_lines());
        let editor = document.as_ref().map(Document::editor);
        let free: HashSet<usize> = document.iter().flat_map(|one| one.free(&findings)).map(|(at, _)| at).collect();
        for (at, finding) in findings {
            let document = document.as_ref().filter(|_| free.contains(&at));
            let edits = document.as_ref().zip(editor.as_ref()).and_then(|(one, editor)| one.edits(editor, finding));
            fixes.push((at, edits.map(|edits| edits.into_iter().map(|edit| placed(file, edit)).collect())));
        }
    }
    for (at, edits) in fixes {
        let finding = &mut findings[at];
        let safe = finding.repair.as_ref().is_some_and(|repair| repair.safe);
        match edits {
            Some(edits) => finding.fix = Some(Fix { safe, edits }),
            None => finding.forget_repair(),
        }
    }
}

/// Notes which findings are fixed only together with others: what aliases share changes if all that share it want the same.
pub fn announce(file: &SourceFile, findings: &mut [ReportEntry]) {
    if findings.iter().any(needs_others) {
        announce_in(file, &split(file), findings);
    }
}

/// As [`announce`], for a file of which the documents are known.
pub fn announce_in(file: &SourceFile, pieces: &[Piece], findings: &mut [ReportEntry]) {
    if !findings.iter().any(needs_others) || is_editable(file).is_err() {
        return;
    }
    let mut fixed = Vec::new();
    for (index, of_document) in by_document(findings, |finding| Repairs::All.include(finding)) {
        if !of_document.iter().any(|(_, finding)| needs_others(finding)) {
            continue;
        }
        let document = pieces.get(index).and_then(|piece| Document::read(file, piece));
        let document = document.filter(|document| !document.has_odd_lines());
        fixed.extend(document.and_then(|document| document.fix(&of_document)).into_iter().flat_map(|one| one.findings));
    }
    for at in fixed {
        findings[at].fixed_with_others = needs_others(&findings[at]);
    }
}

fn needs_others(finding: &ReportEntry) -> bool {
    finding.waived.is_none() && finding.repair.as_ref().is_some_and(|repair| repair.shared)
}

/// Fixes all that can be fixed in a text, and checks what must hold of every repair: for fuzzing and for tests.
///
/// Returns the new text; `None` for one that podline does not edit.
///
/// # Errors
/// What did not hold.
pub fn check_one(bytes: &[u8], options: &Options) -> Result<Option<String>, Broken> {
    let Ok(file) = SourceFile::new("fixed.yaml", bytes.to_vec()) else { return Ok(None) };
    let before = lint(&file, true, options);
    let mut text = None;
    for repairs in [Repairs::Safe, Repairs::All] {
        let fixed = match apply(&file, &before.findings, repairs) {
            Err(Fault::Encoding(_)) => return Ok(None),
            fixed => fixed.map_err(Broken::Fault)?,
        };
        if fixed.findings.is_empty() != (fixed.text == file.text()) {
            return Err(Broken::Unasked);
        }
        let new = SourceFile::new("fixed.yaml", fixed.text.clone().into_bytes()).map_err(|_| Broken::TooLarge)?;
        let after = lint(&new, true, options);
        is_no_worse(&before, &after).map_err(Broken::Worse)?;
        let again = apply(&new, &after.findings, repairs).map_err(Broken::Fault)?;
        if again.text != fixed.text {
            return Err(Broken::Unstable);
        }
        text = Some(fixed.text);
    }
    Ok(text)
}

/// What must hold of every repair and did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The repair itself failed.
    Fault(Fault),
    /// The new text is larger than podline reads.
    TooLarge,
    /// A verdict is worse than before.
    Worse(Worse),
    /// The text changed without a finding that was fixed, or the other way round.
    Unasked,
    /// A second run changes the text again.
    Unstable,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::TooLarge => f.write_str("the fixed file would be too large"),
            Self::Worse(worse) => worse.fmt(f),
            Self::Unasked => f.write_str("the text changed without a finding that was fixed, or the other way round"),
            Self::Unstable => f.write_str("a second run changes the text again"),
        }
    }
}

impl std::error::Error for Broken {}

/// What is worse than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// Another number of pod templates is judged.
    Templates,
    /// This check refuses a template that it did not refuse.
    Refused(&'static str),
}

impl fmt::Display for Worse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Templates => f.write_str("another number of pod templates is judged"),
            Self::Refused(check) => write!(f, "a template is refused by {check} that was not"),
        }
    }
}

impl std::error::Error for Worse {}

/// Whether no verdict is worse than before: no template is missing that a pod is made of as it stands, and no check refuses
/// that did not.
///
/// # Errors
/// What became worse.
pub fn is_no_worse(before: &FileReport, after: &FileReport) -> Result<(), Worse> {
    if before.refused != after.refused {
        return Err(Worse::Templates);
    }
    let mut left = after.templates.iter().peekable();
    for old in &before.templates {
        let Some(new) = left.next_if(|new| is_same_place(old, new)) else {
            // Where the controller makes the pod, nothing of it is written once its last setting is taken away.
            if old.complete {
                return Err(Worse::Templates);
            }
            continue;
        };
        for (old, new) in old.verdicts.iter().zip(&new.verdicts) {
            let mut refusing = new.checks.iter();
            if let Some(more) = refusing.find(|check| !old.checks.iter().any(|known| known.id == check.id)) {
                return Err(Worse::Refused(more.id));
            }
        }
    }
    if left.next().is_some() { Err(Worse::Templates) } else { Ok(()) }
}

/// Whether two templates stand at the same place of the same object.
fn is_same_place(old: &TemplateReport, new: &TemplateReport) -> bool {
    let (of_old, of_new) = (&old.object, &new.object);
    of_old.document == of_new.document && of_old.item == of_new.item && old.path == new.path
}

/// The findings that are chosen, with their indices, by document.
fn by_document(
    findings: &[ReportEntry],
    is_chosen: impl Fn(&ReportEntry) -> bool,
) -> BTreeMap<usize, Vec<(usize, &ReportEntry)>> {
    let mut documents: BTreeMap<usize, Vec<(usize, &ReportEntry)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_chosen(finding)) {
        if let Some(object) = &finding.object {
            documents.entry(object.document).or_default().push((at, finding));
        }
    }
    documents
}

fn is_same((old, before): (&SourceFile, &Piece), (new, after): (&SourceFile, &Piece)) -> bool {
    old.text()[before.span().range()] == new.text()[after.span().range()]
}

fn placed(file: &SourceFile, edit: TextEdit) -> Edit {
    let (start, end) = (file.position(edit.span.start), file.position(edit.span.end));
    Edit { location: Location { span: edit.span, start, end }, text: edit.text }
}

/// A text after edits that stand in its order and do not overlap.
pub(crate) fn edited(text: &str, edits: &[TextEdit]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        new.push_str(&text[at..range.start]);
        new.push_str(&edit.text);
        at = range.end;
    }
    new.push_str(&text[at..]);
    new
}
