//! From the text of a document to what is to be said about it: the work that is done off the main loop.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lsp_types::Diagnostic;
use ropey::Rope;

use super::basis::{DocumentBasis, Others};
use super::diagnostics::{Diagnostics, made_elsewhere};
use super::problems::{self, Mistakes};
use super::text::Encoding;
use super::unsaved::{Described, Unsaved};
use super::workspace::{Configuration, Treatment, Workspace};
use crate::config::find::{NAME, is_name};
use crate::config::load::shown;
use crate::manifest::kustomization::NAMES;
use crate::rules::Catalogue;
use crate::source::file::{SourceFile, TooLarge};
use crate::source::path::normal;
use crate::verdict::FileReport;

/// A document as it is at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// The URI under which the client knows it.
    pub uri: lsp_types::Uri,
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// What the client says it is written in.
    pub language: String,
    /// The client's number of the version.
    pub version: i32,
    /// Our number of this text in these surroundings: never the same for two.
    pub revision: u64,
    /// The text.
    pub text: Rope,
}

impl Snapshot {
    /// Whether it is a configuration of podline.
    pub fn is_configuration(&self) -> bool {
        self.path.as_ref().and_then(|path| path.file_name()).is_some_and(is_name)
    }
}

/// What is to be said about a document.
pub struct Analysis {
    /// The document.
    pub snapshot: Snapshot,
    /// Its text, as it was judged.
    pub file: SourceFile,
    /// What was found.
    pub report: FileReport,
    /// The configuration that it was judged by, if it was.
    pub configuration: Option<Arc<Configuration>>,
    /// The open documents among which it was judged.
    pub unsaved: Arc<Unsaved>,
    /// What it says of namespaces itself; nothing if it is no manifest.
    pub described: Option<Arc<Described>>,
    /// Why it was left in peace, or in part.
    pub left: Vec<String>,
    /// The diagnostics for it.
    pub diagnostics: Vec<Diagnostic>,
    /// What is wrong with configuration files, as diagnostics for those.
    pub mistakes: Vec<(PathBuf, Vec<Diagnostic>)>,
}

/// Judges a document. `abandoned` is set when nobody wants the result any more.
///
/// # Errors
/// The text is too large.
pub fn judge(
    snapshot: Snapshot,
    workspace: &Workspace,
    encoding: Encoding,
    abandoned: &Arc<AtomicBool>,
) -> Result<Analysis, TooLarge> {
    let name = snapshot.path.as_ref().map_or_else(|| "untitled".to_owned(), |path| shown(path));
    let text = snapshot.text.to_string().into_bytes();
    let file = SourceFile::new(name, text)?;
    let mut analysis = Analysis {
        snapshot,
        file,
        report: FileReport::default(),
        configuration: None,
        unsaved: workspace.unsaved(),
        described: None,
        left: Vec::new(),
        diagnostics: Vec::new(),
        mistakes: Vec::new(),
    };
    if let Some(path) = analysis.snapshot.path.clone().filter(|_| analysis.snapshot.is_configuration()) {
        let text = analysis.file.text().as_bytes().to_vec();
        // The name by which the rest of the configuration knows it.
        let found = workspace.mistakes(&path, SourceFile::new(shown(&path), text)?);
        analysis.take_mistakes(found, encoding);
        return Ok(analysis);
    }
    if analysis.snapshot.language == "helm" {
        analysis.left.push("a Helm template, not its result".to_owned());
        return Ok(analysis);
    }
    match workspace.treat(analysis.snapshot.path.as_deref()) {
        Treatment::Leave(why) => analysis.left.push(why),
        Treatment::Judge(configuration) => analysis.judge(&configuration, workspace, encoding, abandoned),
    }
    analysis.confine(workspace, encoding);
    Ok(analysis)
}

impl Analysis {
    /// What the text is judged by, if it is.
    pub fn basis(&self) -> Option<&DocumentBasis> {
        self.configuration.as_ref().and_then(|configuration| configuration.basis.as_ref())
    }

    /// The rules that there are.
    pub fn rules(&self) -> &Catalogue {
        self.basis().map_or(Catalogue::of_podline(), |basis| &basis.options().rules)
    }

    /// Whether what is said of namespaces elsewhere changes what is found here.
    pub fn asks_for_namespaces(&self) -> bool {
        self.basis().is_some_and(DocumentBasis::asks_for_namespaces)
    }

    fn judge(
        &mut self,
        configuration: &Arc<Configuration>,
        workspace: &Workspace,
        encoding: Encoding,
        abandoned: &Arc<AtomicBool>,
    ) {
        self.configuration = Some(Arc::clone(configuration));
        let problems = &configuration.problems;
        let mistakes = problems::with_said(problems::by_file(problems), configuration.basis.as_ref());
        self.take_mistakes(mistakes, encoding);
        let name = problems::name_of(configuration.path.as_deref());
        let unjudged = problems::unjudged(problems, configuration.basis.is_some(), &name, encoding);
        let Some(basis) = &configuration.basis else {
            self.left.push(format!("{NAME} cannot be used"));
            self.diagnostics.extend(unjudged);
            return;
        };
        let path = self.snapshot.path.as_deref();
        let patches = path.and_then(|path| workspace.patches(path));
        let others = Others { unsaved: &self.unsaved, patches: patches.as_deref(), abandoned };
        self.report = basis.lint(path, &self.file, &others);
        self.described = Some(Arc::new(Described::of(&self.file, basis.options())));
        for skipped in &self.report.skipped {
            let document = skipped.document.map(|document| format!("document {document}: ")).unwrap_or_default();
            self.left.push(format!("{document}{} ({})", skipped.detail, skipped.reason.as_str()));
        }
        let diagnostics = Diagnostics { text: &self.snapshot.text, encoding, uri: Some(&self.snapshot.uri) };
        self.diagnostics = diagnostics.of(&self.report.findings);
        self.diagnostics.extend(self.report.templates.iter().flat_map(made_elsewhere));
        self.diagnostics.extend(unjudged);
    }

    /// Adds what is wrong with a kustomization.
    fn confine(&mut self, workspace: &Workspace, encoding: Encoding) {
        let is_one = |path: &&PathBuf| path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
        let Some(path) = self.snapshot.path.as_ref().filter(is_one) else { return };
        let findings = workspace.mistakes_in_kustomization(path, &self.file);
        let diagnostics = Diagnostics { text: &self.snapshot.text, encoding, uri: Some(&self.snapshot.uri) };
        self.diagnostics.extend(diagnostics.of(&findings));
        self.report.findings.extend(findings);
    }

    /// Takes what is wrong with configuration files. Only what is wrong with the document itself is found in it.
    fn take_mistakes(&mut self, mistakes: Mistakes, encoding: Encoding) {
        let own = self.snapshot.path.as_ref().filter(|_| self.snapshot.is_configuration()).map(|path| normal(path));
        for (path, file, findings) in mistakes {
            let text = Rope::from_str(file.text());
            let diagnostics = Diagnostics { text: &text, encoding, uri: None }.of(&findings);
            if own.as_ref() == Some(&path) {
                self.diagnostics.extend(diagnostics);
                self.report.findings.extend(findings);
            } else {
                self.mistakes.push((path, diagnostics));
            }
        }
    }
}
