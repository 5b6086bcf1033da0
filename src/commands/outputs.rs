//! Where reports are written: standard output and files.

mod environment;
mod people;

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Status;
use super::atomic;
use super::progress::Progress;
use super::terminal::{Output, complain, hint, use_color};
use crate::cli::{self, Check, Color, Format};
use crate::lint::{Options, lint};
use crate::problem::{About, Problem, Spot};
use crate::report::format::{Checked, Finished, Report, Run, Settings};
use crate::report::{concise, github, gitlab, html, human, json, junit, markdown, policy_report, sarif};
use crate::session::read;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::FileReport;
pub(super) use environment::settings;
use people::Human;

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

/// What a report for people needs to be rendered of a file, while its text is at hand.
pub(super) enum RenderRequest {
    /// So many blocks of each urgency.
    Blocks(human::Style, human::Limits),
    /// Its part of a page.
    Page,
}

/// The answer to a request.
pub(super) enum Rendered {
    Blocks(human::Blocks),
    Page(html::Part),
}

/// Renders what is asked for of a file.
pub(super) fn render(file: &SourceFile, report: &FileReport, requests: &[RenderRequest]) -> Vec<Rendered> {
    let render = |request: &RenderRequest| match request {
        RenderRequest::Blocks(style, limits) => Rendered::Blocks(human::render(file, report, *style, limits)),
        RenderRequest::Page => Rendered::Page(html::part(file, report)),
    };
    requests.iter().map(render).collect()
}

/// Two reports go to one file.
#[derive(Debug)]
struct SamePlace(PathBuf);

impl fmt::Display for SamePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two reports go to the file {}", self.0.display())
    }
}

/// What is wrong with the options taken together.
fn usage(message: impl Into<String>) -> Problem {
    Problem::new(About::Input, message)
}

/// The formats of the reports that were asked for, and where each goes: `None` is standard output.
///
/// # Errors
/// Two of them go to standard output, or to one file.
pub(super) fn targets(options: &Check) -> Result<Vec<(Format, Option<PathBuf>)>, Problem> {
    let outputs = &options.reports.output;
    let mut targets: Vec<(Format, Option<PathBuf>)> = Vec::new();
    let takes_stdout = outputs.iter().filter(|output| output.file.is_none()).count();
    match options.format {
        Some(_) if takes_stdout > 0 => {
            return Err(usage("--format and an --output to - both write to standard output"));
        }
        None if takes_stdout > 1 => return Err(usage("two reports go to standard output")),
        None if takes_stdout > 0 => {}
        format => targets.push((format.unwrap_or(Format::Human), None)),
    }
    targets.extend(outputs.iter().map(|output| (output.format, output.file.clone())));
    let mut places = HashSet::new();
    let taken =
        targets.iter().filter_map(|(_, file)| file.as_deref().map(same)).find(|place| !places.insert(place.clone()));
    taken.map_or(Ok(targets), |place| Err(usage(SamePlace(place).to_string())))
}

impl<'a> Outputs<'a> {
    /// The reports that were asked for.
    ///
    /// # Errors
    /// Two of them want the same place.
    pub fn new(options: &Check, settings: &'a Settings) -> Result<Self, Problem> {
        let targets = targets(options)?;
        let mut reports = Self { stdout: Output::new(), sinks: Vec::new() };
        let mut push = |(format, file)| reports.push(format, file, options, settings);
        targets.into_iter().try_for_each(|target| push(target).map_err(|same| usage(same.to_string())))?;
        Ok(reports)
    }

    /// Adds the reports that configurations ask for besides. That they may be written where they are to be was seen to
    /// when the configurations were read.
    ///
    /// # Errors
    /// One of them is none, or wants the place of another.
    pub fn configure<'t>(
        &mut self,
        outputs: impl Iterator<Item = &'t (String, Spot)>,
        options: &Check,
        settings: &'a Settings,
    ) -> Result<(), Problem> {
        for (output, spot) in outputs {
            let problem = |message: String| Problem::at(About::Configuration, &spot.file, spot.span, message);
            let cli::Output { format, file } =
                cli::parse_output(output).map_err(|error| problem(format!("{output:?}: {error}")))?;
            // Several configurations may extend the one that says it.
            if self.sinks.iter().any(|sink| sink.format == format && sink.file.is_some() && sink.file == file) {
                continue;
            }
            if file.is_none() && self.sinks.iter().any(|sink| sink.file.is_none()) {
                return Err(problem(format!("{output:?}: standard output has another report already")));
            }
            self.push(format, file, options, settings).map_err(|same| problem(same.to_string()))?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        format: Format,
        file: Option<PathBuf>,
        options: &Check,
        settings: &'a Settings,
    ) -> Result<(), SamePlace> {
        let place = file.as_deref().map(same);
        if place.is_some() && self.sinks.iter().any(|sink| sink.file.as_deref().map(same) == place) {
            return Err(SamePlace(place.unwrap_or_default()));
        }
        let form = form(format, file.is_none(), options, settings);
        self.sinks.push(Sink { format, file, form, text: String::new() });
        Ok(())
    }

    /// Sends what belongs on standard output to standard error, and hands over standard output.
    pub fn divert(&mut self) -> Output {
        std::mem::replace(&mut self.stdout, Output::to_stderr())
    }

    /// The formats of all reports.
    pub fn formats(&self) -> Vec<Format> {
        self.sinks.iter().map(|sink| sink.format).collect()
    }

    /// Whether a report shows which levels every workload would pass.
    pub fn has_page(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Page(_)))
    }

    /// Whether a report may show fingerprints: those for people do not.
    pub fn has_fingerprints(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Page(_) | Form::Whole(_)))
    }

    /// Whether a report may show counts by rule and by object.
    pub fn has_tables(&self) -> bool {
        self.sinks.iter().any(|sink| matches!(sink.form, Form::Human(_)))
    }

    /// Whether a report for people, which ends with a closing line, is on standard output.
    pub fn speaks(&self) -> bool {
        self.sinks.iter().any(|sink| sink.file.is_none() && matches!(sink.form, Form::Human(_)))
    }

    /// Whether a report carries the edits that fix findings.
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
    /// The command line names one of them, or one is a manifest: a change of the configuration could hide it.
    pub fn leave_out_own(&self, inputs: &mut Vec<Input>) -> Result<(), Problem> {
        let files: Vec<PathBuf> = self.sinks.iter().filter_map(|sink| sink.file.as_deref()).map(same).collect();
        // Most runs write none, and need no path compared.
        if files.is_empty() {
            return Ok(());
        }
        let is_own = |input: &Input| matches!(&input.source, Source::File(path) if files.contains(&same(path)));
        if let Some(named) = inputs.iter().find(|input| input.named && is_own(input)) {
            return Err(usage(format!("a report would overwrite {}, which is to be read", named.display)));
        }
        if let Some(manifest) = inputs.iter().find(|input| is_own(input) && holds_pods(input)) {
            let message =
                format!("a report would overwrite {}, which holds pods that are to be judged", manifest.display);
            return Err(usage(message));
        }
        let found = inputs.len();
        inputs.retain(|input| !is_own(input));
        if inputs.is_empty() && found > 0 {
            Err(usage("no file to read but reports of an earlier run"))
        } else {
            Ok(())
        }
    }

    /// What the reports for people ask to be rendered of each file.
    pub fn requests(&self) -> Vec<RenderRequest> {
        let humans = self.sinks.iter().filter_map(|sink| match &sink.form {
            Form::Human(human) => Some(RenderRequest::Blocks(human.style, human.limits())),
            Form::Page(_) => Some(RenderRequest::Page),
            _ => None,
        });
        humans.collect()
    }

    /// Shows a file in the reports that grow; `rendered` are the answers to the requests, in their order.
    pub fn show(&mut self, name: &str, report: &FileReport, rendered: Vec<Rendered>, progress: &Progress) {
        let mut rendered = rendered.into_iter();
        for sink in &mut self.sinks {
            let text = match &mut sink.form {
                Form::Human(human) => match rendered.next() {
                    Some(Rendered::Blocks(blocks)) => human.take(blocks),
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
                Form::Human(human) => {
                    let (blocks, left_out) = human.finish();
                    (sink.text + &blocks + &last(left_out)).into()
                }
                Form::Concise => sink.text.into(),
                Form::Page(page) => page.finish(run).into(),
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

fn form<'a>(format: Format, to_stdout: bool, options: &Check, settings: &'a Settings) -> Form<'a> {
    match format {
        Format::Human => {
            let color = if to_stdout { use_color(options.color) } else { options.color == Color::Always };
            let limit = match options.max_findings {
                _ if options.statistics => Some(0),
                0 => None,
                limit => Some(limit),
            };
            Form::Human(Human::new(human::Style { color, verbose: options.verbose }, limit))
        }
        Format::Concise => Form::Concise,
        Format::Html => Form::Page(html::Page::default()),
        _ => whole(format, options, settings).map_or(Form::Concise, Form::Whole),
    }
}

/// A report that is written as a whole; none of a format for people.
pub(super) fn whole<'a>(format: Format, options: &Check, settings: &'a Settings) -> Option<Box<dyn Report + 'a>> {
    Some(match format {
        Format::Human | Format::Concise | Format::Html => return None,
        Format::Json => {
            // An empty PODLINE_POLICY names none.
            let has_policies = options.policy.iter().any(|path| !path.as_os_str().is_empty());
            Box::new(json::Fragments::new(options.admission.is_on(), has_policies))
        }
        Format::Sarif => Box::new(sarif::Sarif::new(settings)),
        Format::Junit => Box::new(junit::Junit::new(settings)),
        Format::Github => Box::new(github::Github::new(settings)),
        Format::Gitlab => Box::new(gitlab::Gitlab::new(settings)),
        Format::PolicyReport => Box::new(policy_report::PolicyReport::new(settings)),
        Format::Markdown => Box::new(markdown::Markdown::new(settings)),
    })
}

/// A path by which two of them can be seen to mean the same file.
fn same(path: &Path) -> PathBuf {
    let absolute = normal(path);
    absolute.canonicalize().unwrap_or_else(|_| {
        let directory = absolute.parent().and_then(|directory| directory.canonicalize().ok());
        directory.zip(absolute.file_name()).map(|(directory, name)| directory.join(name)).unwrap_or(absolute)
    })
}

/// Whether a file holds pod templates, so that it is no report of an earlier run.
fn holds_pods(input: &Input) -> bool {
    read::read(input).is_ok_and(|file| !lint(&file, input, &Options::default()).templates.is_empty())
}
