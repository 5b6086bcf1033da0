//! `podline check`: the main job.

mod judge;
mod reporter;
mod stream;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use judge::{Judge, Judged, MOST_HELD};
use reporter::Reporter;

use super::Status;
use super::baseline::{Baselines, leave_out_written};
use super::charts::Charts;
use super::fix::Mender;
use super::outputs::{self, Outputs, render};
use super::problems::tell;
use super::progress::Progress;
use super::read::{Found, find_in, paths};
use super::rule_filter::RuleFilter;
use super::terminal::{complain, hint};
use crate::cli::{self, Check};
use crate::config::deny::{self, Deny};
use crate::config::settings as configuration;
use crate::finding::Finding;
use crate::lint::Options;
use crate::problem::About;
use crate::report::format::Settings;
use crate::report::summary::Summary;
use crate::session::{Ask, Basis, Configurations, Session};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::FileReport;

/// Files are judged this many at a time, so that memory is bounded by their reports and output begins early.
const BATCH: usize = 512;

/// Judges files and reports what was found.
pub(super) fn run(options: &Check) -> Status {
    let settings = outputs::settings(&options.reports);
    let (filter, mut outputs, charts) = match usage(options, &settings) {
        Ok(usable) => usable,
        Err(message) => {
            complain(&message);
            return Status::Failed;
        }
    };
    if !options.quiet {
        options.hints.iter().for_each(|message| hint(message));
    }
    if options.verbose {
        options.notes.iter().for_each(|note| hint(note));
    }
    let Found { mut inputs, problems, passed_over, mut status } = find_in(&options.input, &paths(&options.input));
    let mut ask = Ask::from(options);
    let (configurations, found) = Configurations::find(&ask, &mut inputs);
    status = status.max(tell(&found));
    let besides = configurations.all().flat_map(|settings| &settings.loaded.config.outputs.0);
    let places = outputs.configure(besides, options, &settings);
    let own = places.and_then(|()| outputs.leave_out_own(&mut inputs));
    if let Err(message) = own.and_then(|()| leave_out_written(options, &configurations, &mut inputs)) {
        complain(&message);
        return Status::Failed;
    }
    ask.sweep = outputs.has_page();
    let session = match Session::open(&ask, configurations, inputs) {
        // Without what was accepted, everything would look new.
        Ok((session, found)) if !found.iter().any(|one| one.about == About::Accepted && one.is_error()) => {
            status = status.max(tell(&found));
            session
        }
        Ok((_, found)) | Err(found) => return tell(&found),
    };
    let inputs = &session.inputs;
    let mut baselines = Baselines::new(options, &session);
    let mender = Mender::new(&options.repair);
    let manifests = mender.takes_stdout(inputs).then(|| outputs.divert());
    let offers = outputs.has_edits();
    let progress = Progress::new(inputs.len());
    let mut reporter = Reporter::new(options, &progress, outputs, session.judged_by());
    reporter.manifests = manifests;
    reporter.summary.configuration = session.configuration_files();
    reporter.by_namespace = session.admission.is_some();
    reporter.summary.policies = session.told();
    reporter.cannot_read(&problems);
    reporter.passed_over(&passed_over);
    // Charts, repairs and baselines need a file as a whole.
    let streams = charts.is_none() && mender.is_off() && baselines.are_idle() && reporter.takes_streams();
    let judge = Judge { filter, session: &session, charts, mender, offers, streams };
    let of_namespaces = Options { admission: session.admission.clone(), ..Options::default() };
    for input in &session.others {
        let judged = judge.namespaces(input, &of_namespaces, &reporter.outputs.wishes());
        status = status.max(reporter.take(std::slice::from_ref(input), vec![judged], &judge));
    }
    status = status.max(take_all(inputs, &judge, &mut reporter, &mut baselines));
    progress.finish();
    if let Some(charts) = &judge.charts {
        tell_missing(charts);
    }
    let was_judged = |rule: &str| judge.filter.keeps_rule(rule) && session.judges_by(rule);
    let said = baselines.gone(was_judged).into_iter().chain(waivers_of(&session, &options.input));
    for (file, findings) in said {
        let mut report = FileReport { findings, ..FileReport::default() };
        report.findings.retain(|finding| judge.filter.keeps(finding));
        let rendered = render(file, &report, &reporter.outputs.wishes());
        reporter.take_policy(file.name(), &report, rendered);
    }
    status = status.max(baselines.write(status, was_judged));
    status = status.max(reporter.close(status));
    status = status.max(std::mem::take(&mut reporter.tally).close(&options.repair, options.quiet));
    let failing = options.fail_on.severity().is_some_and(|severity| reporter.summary.at_least(severity) > 0);
    let failing = failing || is_denied(options, session.bases().map(|basis| &basis.settings), &reporter.summary);
    status.max(if failing { Status::Findings } else { Status::Clean })
}

/// Judges and reports files, batch by batch.
fn take_all(inputs: &[Input], judge: &Judge, reporter: &mut Reporter, baselines: &mut Baselines) -> Status {
    let mut status = Status::Clean;
    let progress = reporter.progress;
    let mut ahead: Option<(&[Input], Vec<Judged>)> = None;
    let (mut rest, mut size) = (inputs, BATCH);
    while ahead.is_some() || !rest.is_empty() {
        let wishes = reporter.wishes(judge);
        let (batch, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        let held = AtomicU64::new(0);
        // While one batch is judged, what the one before gave is reported.
        let next = beside(
            || (!batch.is_empty()).then(|| (batch, judge.batch(batch, &wishes, baselines, progress, &held))),
            || {
                if let Some((batch, judged)) = ahead.take() {
                    status = status.max(reporter.take(batch, judged, judge));
                }
            },
        );
        ahead = next.flatten();
        // Of large files fewer are judged at a time, so that few are left for later.
        let fewest = 4 * rayon::current_num_threads();
        size = if held.into_inner() > MOST_HELD { (size / 4).max(fewest) } else { (2 * size).min(BATCH) };
    }
    status
}

/// What can be wrong with the options taken together.
fn usage<'a>(options: &Check, settings: &'a Settings) -> Result<(RuleFilter, Outputs<'a>, Option<Charts>), String> {
    let filter = RuleFilter::new(&options.select, &options.ignore)?;
    let outputs = Outputs::new(options, settings)?;
    let charts = options.source_root.as_deref().map(|root| {
        Charts::find(root).map_err(|error| format!("--source-root {}: cannot be read: {error}", root.display()))
    });
    Ok((filter, outputs, charts.transpose()?))
}

/// Says which templates the charts do not have.
fn tell_missing(charts: &Charts) {
    let missing = charts.missing();
    if charts.is_empty() {
        hint("--source-root: no Chart.yaml is there");
    } else if let Some(first) = missing.first() {
        let more = missing.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        hint(&format!("--source-root: no chart there has {first}{more}"));
    }
}

/// What there is to say of the waivers of each configuration file.
fn waivers_of<'s>(session: &'s Session, input: &cli::Input) -> Vec<(&'s SourceFile, Vec<Finding>)> {
    let mut said = Vec::new();
    for Basis { settings, options, .. } in session.bases().filter(|basis| !basis.settings.loaded.waivers.is_empty()) {
        // A hook that checks three files knows nothing of the others.
        let walks = |path: &PathBuf| path.is_dir() && settings.base.starts_with(normal(path));
        let covered = !input.as_walked && paths(input).iter().any(walks);
        for file in &settings.loaded.sources {
            said.push((&**file, options.waivers.findings(file, covered, options)));
        }
    }
    said
}

/// Whether something happened that `--deny`, or else these configurations, forbid; says so.
pub(super) fn is_denied<'s>(
    options: &Check,
    configured: impl IntoIterator<Item = &'s configuration::Settings>,
    summary: &Summary,
) -> bool {
    let given = options.deny.iter().flat_map(|denied| denied.0.iter().copied());
    let mut denied: Vec<Deny> = given.collect();
    if options.deny.is_empty() {
        let names = configured.into_iter().flat_map(|settings| &settings.loaded.config.deny.0);
        // What is no such name was found when the configuration was read.
        denied.extend(names.flat_map(|name| deny::parse(&name.0).unwrap_or_default()));
    }
    let found = summary.denied.iter().filter(|(what, _)| denied.contains(what));
    let found: Vec<String> = found.map(|(what, count)| format!("{count} {}", what.as_str())).collect();
    if !found.is_empty() {
        let by = if options.deny.is_empty() { "the configuration" } else { "--deny" };
        complain(&format!("{}: denied by {by} (-v lists what was skipped)", found.join(", ")));
    }
    !found.is_empty()
}

/// Does some work with all threads, and something else meanwhile here; with one thread one after the other.
fn beside<R: Send>(work: impl FnOnce() -> R + Send, here: impl FnOnce()) -> Option<R> {
    if rayon::current_num_threads() == 1 {
        here();
        return Some(work());
    }
    let mut result = None;
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| result = Some(work()));
        here();
    });
    result
}
