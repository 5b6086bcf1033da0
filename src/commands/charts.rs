//! `--source-root`: from what `helm template` says above a document to the template on disk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::finding::{Origin, ReportEntry};
use crate::manifest::chart::{Chart, NAME, chart};
use crate::source::confine::{Given, Root};
use crate::source::file::SourceFile;
use crate::source::rendered::{Rendered, Template};
use crate::source::repository::without_dots;
use crate::verdict::FileReport;
use crate::yaml::{parse, split};

/// The charts below a directory, packed ones left alone.
pub(super) struct Charts {
    /// Nothing outside of it is read.
    root: Root,
    /// By the path of the directory.
    by_path: BTreeMap<PathBuf, Chart>,
    /// The charts of each name, the least nested first.
    by_name: HashMap<String, Vec<PathBuf>>,
    /// What a comment led to.
    found: Mutex<HashMap<String, Option<Arc<ChartTemplate>>>>,
}

/// A template and the path that it is shown by.
struct ChartTemplate {
    file: Arc<str>,
    template: Template,
}

impl Charts {
    /// Finds the charts below a directory.
    ///
    /// # Errors
    /// Those of reading the directory itself.
    pub fn find(root: &Path) -> io::Result<Self> {
        fs::read_dir(root)?;
        let confined = Given::new([root.to_owned()]).root(root);
        let mut charts = BTreeMap::new();
        // What git ignores counts too: that is where `helm dependency update` puts subcharts.
        let walk = ignore::WalkBuilder::new(root).standard_filters(false).hidden(true).build();
        for entry in walk.filter_map(Result::ok).filter(|entry| entry.file_name() == NAME) {
            let directory = entry.path().parent().map(without_dots);
            charts.extend(directory.zip(read(entry.path(), &confined)));
        }
        let mut by_name: HashMap<String, Vec<PathBuf>> = HashMap::new();
        for (directory, chart) in &charts {
            by_name.entry(chart.name.clone()).or_default().push(directory.clone());
        }
        // Stable: those of the same depth stay in the order of their names.
        for directories in by_name.values_mut() {
            directories.sort_by_key(|path| path.components().count());
        }
        Ok(Self { root: confined, by_path: charts, by_name, found: Mutex::default() })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// Whether no document was said to come from a template.
    pub fn is_unused(&self) -> bool {
        self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).is_empty()
    }

    /// Says of the findings and templates of a file where in the charts they come from.
    pub fn trace(&self, file: &SourceFile, report: &mut FileReport) {
        if report.sources.is_empty() {
            return;
        }
        let templates: HashMap<usize, Arc<ChartTemplate>> =
            report.sources.iter().filter_map(|(document, source)| Some((*document, self.template(source)?))).collect();
        for finding in &mut report.findings {
            let document = finding.object.as_ref().map(|object| object.document);
            if let Some(template) = document.and_then(|document| templates.get(&document)) {
                let line = &file.text()[file.line_span(finding.location.start.line).range()];
                finding.origin = Some(Box::new(origin(template, pointed_at(file, finding), line)));
            }
        }
        for one in &mut report.templates {
            if let Some(template) = templates.get(&one.object.document) {
                let line = &file.text()[file.line_span(one.line).range()];
                let key = line.trim().trim_end_matches(':');
                let start = line.len() - line.trim_start().len();
                let rendered = Rendered { line, range: (start, start + key.len()), key };
                let rendered = Some(rendered).filter(|_| line.trim().ends_with(':'));
                one.origin = Some(Box::new(origin(template, rendered, line)));
            }
        }
    }

    /// The sources that lead to no template, of those that were asked for.
    pub fn missing(&self) -> BTreeSet<String> {
        let found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.iter().filter(|(_, template)| template.is_none()).map(|(source, _)| source.clone()).collect()
    }

    /// The template that a comment names, `shop/charts/cache/templates/web.yaml`: read once.
    fn template(&self, source: &str) -> Option<Arc<ChartTemplate>> {
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = found.get(source) {
            return known.clone();
        }
        let path = self.resolve(source);
        let template = path.and_then(|path| {
            let text = self.root.read(&path).ok()?;
            let file = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/").into();
            Some(Arc::new(ChartTemplate { file, template: Template::new(&String::from_utf8_lossy(&text)) }))
        });
        found.insert(source.to_owned(), template.clone());
        template
    }

    /// The file of a template. Nothing outside of a chart is looked at, whatever the comment says.
    fn resolve(&self, source: &str) -> Option<PathBuf> {
        if Path::new(source).components().any(|component| !matches!(component, Component::Normal(_))) {
            return None;
        }
        let (name, rest) = source.split_once('/')?;
        self.by_name.get(name)?.iter().find_map(|directory| self.below(directory, rest))
    }

    /// A template of a chart, or of one of its subcharts.
    fn below(&self, directory: &Path, rest: &str) -> Option<PathBuf> {
        let (mut directory, mut rest) = (directory.to_path_buf(), rest);
        while let Some((name, inner)) = rest.strip_prefix("charts/").and_then(|rest| rest.split_once('/')) {
            directory = self.subchart(&directory, name)?;
            rest = inner;
        }
        Some(directory.join(rest)).filter(|path| self.root.inside(path).is_ok_and(|real| real.is_file()))
    }

    /// The directory of a subchart by the name that its outer chart gives it.
    fn subchart(&self, outer: &Path, name: &str) -> Option<PathBuf> {
        let dependencies = &self.by_path.get(outer)?.dependencies;
        let by_alias = dependencies.iter().find(|one| one.alias.as_deref() == Some(name));
        let dependency = by_alias.or_else(|| dependencies.iter().find(|one| one.name == name));
        let name = dependency.map_or(name, |dependency| dependency.name.as_str());
        let all = self.by_name.get(name)?;
        let local = dependency.and_then(|one| one.repository.as_deref()?.strip_prefix("file://"));
        let local = local.map(|path| without_dots(&outer.join(path)));
        let inside = all.iter().find(|one| one.parent() == Some(&outer.join("charts")));
        // A chart of that name that stands elsewhere is a guess, and the only one there is.
        inside.or_else(|| all.iter().find(|one| Some(*one) == local.as_ref())).or(all.first()).cloned()
    }
}

/// What a finding points at, if the template may hold it: what is missing it does not hold.
fn pointed_at<'a>(file: &'a SourceFile, finding: &'a ReportEntry) -> Option<Rendered<'a>> {
    let is_missing = finding.value.is_none() && !finding.rule.starts_with("manifest/");
    if is_missing {
        return None;
    }
    let line = file.line_span(finding.location.start.line);
    let span = finding.location.span;
    let range = (span.start.checked_sub(line.start)? as usize, span.end.checked_sub(line.start)? as usize);
    let key = finding.path.last_name().unwrap_or_default();
    Some(Rendered { line: &file.text()[line.range()], range, key })
}

/// The place in a template: where the value stands if that is sure; else where it is likely, and at last the first line.
/// `line` is the line that the finding is shown at: what is missing is missing in its block.
fn origin(template: &ChartTemplate, rendered: Option<Rendered<'_>>, line: &str) -> Origin {
    let text = &template.template;
    let likely = |(start, end)| (start, end, false);
    let (start, end, exact) = rendered
        .and_then(|rendered| text.find(rendered))
        .map(|(start, end)| (start, end, true))
        .or_else(|| rendered.and_then(|rendered| text.find_field(rendered.key)))
        .or_else(|| text.find_line(line).map(likely))
        .unwrap_or_else(|| likely(text.first_line()));
    Origin { file: Arc::clone(&template.file), start, end, exact }
}

/// Reads a `Chart.yaml`; one that cannot be read makes no chart, for Helm either.
fn read(path: &Path, root: &Root) -> Option<Chart> {
    let file = SourceFile::new("", root.read(path).ok()?).ok()?;
    let pieces = split::split(&file);
    chart(&parse::parse(&file, pieces.first()?).ok()?)
}
