//! Where reports are written: standard output and files.

use std::env;
use std::path::{Path, PathBuf};

use super::Status;
use super::progress::Progress;
use super::terminal::{Output, complain, hint, use_color};
use super::{atomic, terminal};
use crate::cli::{self, Check, Color, Format};
use crate::report::format::{Checked, Finished, PolicyReportApi, Report, Run, Settings};
use crate::report::{concise, github, gitlab, html, human, json, junit, markdown, policy_report, sarif};
use crate::source::confine::Given;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::source::repository::Paths;
use crate::verdict::FileReport;

/// All reports of a run.
pub(super) struct Outputs<'a> {
    stdout: Output,
    sinks: Vec<Sink<'a>>,
}

/// One report.
struct Sink<'a> {
    format: Format,
    /// The file; `None` is standard output.
    file: Option<PathBuf>,
    form: Form<'a>,
    /// What waits to be written to the file.
    text: String,
}

/// How a report comes to be.
enum Form<'a> {
    /// In blocks, with the lines they are about.
    Human(Human),
    /// Line by line.
    Concise,
    /// As a page that shows the lines too.
    Page(html::Page),
    /// As a whole, at the end.
    Whole(Box<dyn Report + 'a>),
}

/// A report for people as it grows.
struct Human {
    style: human::Style,
    /// How many blocks may still be shown.
    blocks_left: usize,
    /// Findings in blocks that were not shown.
    left_out: usize,
}

/// What a report for people needs to be rendered of a file, while its text is at hand.
pub(super) enum Wish {
    /// At most so many blocks.
    Blocks(human::Style, usize),
    /// Its part of a page.
    Page,
}

/// The answer to a wish.
pub(super) enum Rendered {
    Blocks(human::Blocks),
    Page(html::Part),
}

/// Renders what is wished of a file.
pub(super) fn render(file: &SourceFile, report: &FileReport, wishes: &[Wish]) -> Vec<Rendered> {
    let render = |wish: &Wish| match *wish {
        Wish::Blocks(style, limit) => Rendered::Blocks(human::render(file, report, style, limit)),
        Wish::Page => Rendered::Page(html::part(file, report)),
    };
    wishes.iter().map(render).collect()
}

impl<'a> Outputs<'a> {
    /// The reports that were asked for.
    ///
    /// # Errors
    /// A message for the user if two of them want the same place.
    pub fn new(options: &Check, settings: &'a Settings) -> Result<Self, String> {
        let outputs = &options.reports.output;
        let mut targets: Vec<(Format, Option<PathBuf>)> = Vec::new();
        let takes_stdout = outputs.iter().filter(|output| output.file.is_none()).count();
        match options.format {
            Some(_) if takes_stdout > 0 => {
                return Err("--format and an --output to - both write to standard output".into());
            }
            None if takes_stdout > 1 => return Err("two reports go to standard output".into()),
            None if takes_stdout > 0 => {}
            format => targets.push((format.unwrap_or(Format::Human), None)),
        }
        targets.extend(outputs.iter().map(|output| (output.format, output.file.clone())));
        let mut reports = Self { stdout: Output::new(), sinks: Vec::new() };
        targets.into_iter().try_for_each(|(format, file)| reports.push(format, file, options, settings))?;
        Ok(reports)
    }

    /// Adds the reports that configurations ask for besides.
    ///
    /// # Errors
    /// A message for the user if one of them is none, or wants the place of another.
    pub fn configure<'t>(
        &mut self,
        outputs: impl Iterator<Item = &'t String>,
        options: &Check,
        settings: &'a Settings,
    ) -> Result<(), String> {
        let root = Given::default().root(&terminal::working_directory());
        for output in outputs {
            let cli::Output { format, file } =
                cli::parse_output(output).map_err(|message| format!("outputs: {output:?}: {message}"))?;
            // A repository that somebody only checks must not write elsewhere, or over what was written by hand.
            let is_by_hand =
                |file: &PathBuf| matches!(file.extension().and_then(|end| end.to_str()), Some("yaml" | "yml"));
            let leads_out = |file: &PathBuf| file.is_symlink() || root.inside(file).is_err();
            if let Some(file) = file.as_ref().filter(|file| leads_out(file) || is_by_hand(file)) {
                return Err(format!(
                    "outputs: {} is outside the repository, or is not a place for a report",
                    file.display()
                ));
            }
            // Several configurations may extend the one that says it.
            if self.sinks.iter().any(|sink| sink.format == format && sink.file.is_some() && sink.file == file) {
                continue;
            }
            if file.is_none() && self.sinks.iter().any(|sink| sink.file.is_none()) {
                return Err(format!("outputs: {output:?}: standard output has another report already"));
            }
            self.push(format, file, options, settings)?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        format: Format,
        file: Option<PathBuf>,
        options: &Check,
        settings: &'a Settings,
    ) -> Result<(), String> {
        let place = file.as_deref().map(same);
        if place.is_some() && self.sinks.iter().any(|sink| sink.file.as_deref().map(same) == place) {
            return Err(format!("two reports go to the file {}", place.unwrap_or_default().display()));
        }
        let form = form(format, file.is_none(), options, settings);
        self.sinks.push(Sink { format, file, form, text: String::new() });
        Ok(())
    }

    /// Sends what belongs on standard output to standard error, and hands over standard output.
    pub fn divert(&mut self) -> Output {
        std::mem::replace(&mut self.stdout, Output::to_stderr())
    }

    /// Whether a report shows which levels every workload would pass.
    pub fn has_page(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Page(_)))
    }

    /// Whether a report may show counts by rule and by object.
    pub fn has_tables(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Human(_)))
    }

    /// Whether a report carries the edits that mend findings.
    pub fn has_edits(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Whole(_)))
    }

    /// Whether every report takes a file part by part.
    pub fn take_parts(&self) -> bool {
        self.sinks.iter().all(|sink| match &sink.form {
            Form::Human(_) | Form::Concise => true,
            Form::Page(_) => false,
            Form::Whole(report) => report.takes_parts(),
        })
    }

    /// Takes from the files to read those that a walk met and that a report replaces: they are of an earlier run.
    ///
    /// # Errors
    /// A message for the user if the command line names one of them.
    pub fn leave_out_own(&self, inputs: &mut Vec<Input>) -> Result<(), String> {
        let files: Vec<PathBuf> = self.sinks.iter().filter_map(|sink| sink.file.as_deref()).map(same).collect();
        // Most runs write none, and need no path compared.
        if files.is_empty() {
            return Ok(());
        }
        let is_own = |input: &Input| matches!(&input.source, Source::File(path) if files.contains(&same(path)));
        if let Some(named) = inputs.iter().find(|input| input.named && is_own(input)) {
            return Err(format!("a report would overwrite {}, which is to be read", named.display));
        }
        let found = inputs.len();
        inputs.retain(|input| !is_own(input));
        if inputs.is_empty() && found > 0 {
            Err("no file to read but reports of an earlier run".to_owned())
        } else {
            Ok(())
        }
    }

    /// What the reports for people wish to be rendered of each file.
    pub fn wishes(&self) -> Vec<Wish> {
        let humans = self.sinks.iter().filter_map(|sink| match &sink.form {
            Form::Human(human) => Some(Wish::Blocks(human.style, human.blocks_left)),
            Form::Page(_) => Some(Wish::Page),
            _ => None,
        });
        humans.collect()
    }

    /// Shows a file in the reports that grow; `rendered` are the answers to the wishes, in their order.
    pub fn show(&mut self, name: &str, report: &FileReport, rendered: Vec<Rendered>, progress: &Progress) {
        let mut rendered = rendered.into_iter();
        for sink in &mut self.sinks {
            let text = match &mut sink.form {
                Form::Human(human) => match rendered.next() {
                    Some(Rendered::Blocks(blocks)) => human.take(&blocks),
                    _ => continue,
                },
                Form::Page(page) => {
                    if let Some(Rendered::Page(part)) = rendered.next() {
                        page.add(part);
                    }
                    continue;
                }
                Form::Concise => concise::render(name, report),
                Form::Whole(_) => continue,
            };
            match sink.file {
                None => progress.pause(|| self.stdout.write(text.as_bytes())),
                Some(_) => sink.text.push_str(&text),
            }
        }
    }

    /// Adds files to the reports that are written at the end.
    pub fn add(&mut self, files: &[Checked<'_>]) {
        for sink in &mut self.sinks {
            match &mut sink.form {
                Form::Whole(report) => report.add(files),
                Form::Page(page) => {
                    files.iter().filter_map(|file| file.outcome.err()).for_each(|why| page.cannot_read(why));
                }
                Form::Human(_) | Form::Concise => {}
            }
        }
    }

    /// Writes what is left. `last` gives the last words of a report for people, which did not show so many findings.
    pub fn finish(&mut self, run: &Run<'_>, last: impl Fn(usize) -> String) -> Status {
        let mut status = Status::Clean;
        for sink in self.sinks.drain(..) {
            let finished: Finished = match sink.form {
                Form::Human(human) => (sink.text + &last(human.left_out)).into(),
                Form::Concise => sink.text.into(),
                Form::Page(page) => page.finish(run.summary, run.judged_by).into(),
                Form::Whole(report) => report.finish(run),
            };
            for remark in &finished.remarks {
                hint(remark);
            }
            let Some(file) = sink.file else {
                for part in &finished.parts {
                    self.stdout.write(part.as_bytes());
                }
                continue;
            };
            if let Err(error) = atomic::write(&file, &finished.parts) {
                complain(&format!("{}: cannot be written: {error}", file.display()));
                status = Status::Failed;
            }
        }
        status.max(self.stdout.status())
    }
}

impl Human {
    /// The blocks that may still be shown.
    fn take(&mut self, blocks: &human::Blocks) -> String {
        let shown = blocks.shown.len().min(self.blocks_left);
        self.blocks_left -= shown;
        self.left_out += blocks.left_out + blocks.findings[shown..].iter().sum::<usize>();
        blocks.shown[..shown].concat()
    }
}

fn form<'a>(format: Format, to_stdout: bool, options: &Check, settings: &'a Settings) -> Form<'a> {
    match format {
        Format::Human => {
            let color = if to_stdout { use_color(options.color) } else { options.color == Color::Always };
            let blocks_left = match options.max_findings {
                _ if options.statistics => 0,
                0 => usize::MAX,
                limit => limit,
            };
            Form::Human(Human { style: human::Style { color, verbose: options.verbose }, blocks_left, left_out: 0 })
        }
        Format::Concise => Form::Concise,
        Format::Html => Form::Page(html::Page::default()),
        Format::Json => Form::Whole(Box::new(json::Fragments::new(options.admission.is_on()))),
        Format::Sarif => Form::Whole(Box::new(sarif::Sarif::new(settings))),
        Format::Junit => Form::Whole(Box::new(junit::Junit::new(settings))),
        Format::Github => Form::Whole(Box::new(github::Github::new(settings))),
        Format::Gitlab => Form::Whole(Box::new(gitlab::Gitlab::new(settings))),
        Format::PolicyReport => Form::Whole(Box::new(policy_report::PolicyReport::new(settings))),
        Format::Markdown => Form::Whole(Box::new(markdown::Markdown::new(settings))),
    }
}

/// A path by which two of them can be seen to mean the same file.
fn same(path: &Path) -> PathBuf {
    let absolute = normal(path);
    absolute.canonicalize().unwrap_or_else(|_| {
        let directory = absolute.parent().and_then(|directory| directory.canonicalize().ok());
        directory.zip(absolute.file_name()).map(|(directory, name)| directory.join(name)).unwrap_or(absolute)
    })
}

/// What the command line and the environment say about reports.
pub(super) fn settings(options: &cli::Reports) -> Settings {
    Settings {
        paths: Paths::new(terminal::working_directory(), options.path_prefix.clone()),
        policy_report_api: match options.policy_report_api {
            cli::PolicyReportApi::WgPolicy => PolicyReportApi::WgPolicy,
            cli::PolicyReportApi::OpenReports => PolicyReportApi::OpenReports,
        },
        sarif_category: options.sarif_category.clone(),
        link_base: link_base(|name| env::var(name).ok()),
        time: time(),
    }
}

/// Where the forge that runs podline shows the files of the commit.
fn link_base(variable: impl Fn(&str) -> Option<String>) -> String {
    let harmless = |text: &String| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/%".contains(&byte))
    };
    let get = |name| variable(name).filter(harmless);
    let github = || {
        let (server, repository, commit) = (get("GITHUB_SERVER_URL")?, get("GITHUB_REPOSITORY")?, get("GITHUB_SHA")?);
        Some(format!("{server}/{repository}/blob/{commit}/"))
    };
    let gitlab = || Some(format!("{}/-/blob/{}/", get("CI_PROJECT_URL")?, get("CI_COMMIT_SHA")?));
    github().or_else(gitlab).unwrap_or_default()
}

/// `SOURCE_DATE_EPOCH`
fn time() -> Option<i64> {
    let text = env::var("SOURCE_DATE_EPOCH").ok().filter(|text| !text.is_empty())?;
    let time = text.parse().ok();
    if time.is_none() {
        hint(&format!("SOURCE_DATE_EPOCH is not a number of seconds, and is ignored: {text:?}"));
    }
    time
}

#[cfg(test)]
mod tests {
    use super::link_base;

    #[test]
    fn links_lead_to_the_forge_that_runs_podline() {
        let with = |variables: &[(&str, &str)]| {
            link_base(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_SHA", "0123abcd"),
        ];
        assert_eq!(with(&github), "https://github.com/acme/shop/blob/0123abcd/");
        let gitlab = [("CI_PROJECT_URL", "https://gitlab.example/acme/shop"), ("CI_COMMIT_SHA", "0123abcd")];
        assert_eq!(with(&gitlab), "https://gitlab.example/acme/shop/-/blob/0123abcd/");
        assert_eq!(with(&github[..2]), "");
        assert_eq!(with(&[github[0], github[1], ("GITHUB_SHA", "x) [y](z")]), "");
    }
}
