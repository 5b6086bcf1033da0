//! `podline check`: the main job.

mod empty;
mod exempt;
mod judge;
mod overlays;
mod policies;
mod reporter;
mod stream;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use judge::{FileOutcome, Judge, Judged, MOST_HELD};
use reporter::Reporter;

use super::Status;
use super::accepted::{AcceptedFiles, leave_out_written};
use super::charts::Charts;
use super::fix::Fixer;
use super::idle::{self, Facts};
use super::outputs::{self, Outputs, render};
use super::problems::tell;
use super::progress::Progress;
use super::read::{Found, find_in, paths};
use super::rule_filter::RuleFilter;
use super::terminal::{complain, hint};
use crate::cli::{self, Check};
use crate::config::deny::{self, Deny};
use crate::config::settings as configuration;
use crate::finding::ReportEntry;
use crate::lint::{Options, is_judged, is_rule_judged};
use crate::problem::{About, Problem};
use crate::report::format::{Run, Settings};
use crate::report::summary::Summary;
use crate::rules::{Catalogue, Families, Family, RuleId};
use crate::session::{Ask, Basis, Configurations, Session, loosening};
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::source::path::normal;
use crate::verdict::FileReport;
use crate::waiver::terms::Terms;

/// Files are judged this many at a time, so that memory is bounded by their reports and output begins early.
const BATCH: usize = 512;

/// What is said of a file that is not judged itself.
pub(super) type Said = (SourceFile, FileReport);

/// Judges files and reports what was found.
pub(super) fn run(options: &Check) -> Status {
    run_saying(options, &[])
}

/// The same, and says something else besides.
pub(super) fn run_saying(options: &Check, more: &[Said]) -> Status {
    let settings = outputs::settings(&options.reports);
    let (filter, mut outputs, charts) = match usage(options, &settings) {
        Ok(usable) => usable,
        Err(problem) => {
            complain(&problem.to_string());
            return Status::Failed;
        }
    };
    if options.verbose {
        options.notes.iter().for_each(|note| hint(note));
    }
    let Found { mut inputs, problems, failure, passed_over, mut status, .. } =
        find_in(&options.input, &paths(&options.input));
    let mut ask = Ask::from(options);
    let (configurations, mut found) = Configurations::find(&ask, &mut inputs);
    found.extend(loosening::by_ignore_files(&ask, &passed_over));
    status = status.max(tell(&found));
    let mut failure = failure.or_else(|| first_error(&found));
    let besides = configurations.all().flat_map(|settings| &settings.loaded.outputs);
    if let Err(problem) = outputs.configure(besides, options, &settings) {
        tell(std::slice::from_ref(&problem));
        return give_up(outputs, failure.or_else(|| first_error(&[problem])).as_deref());
    }
    let own = outputs.leave_out_own(&mut inputs);
    if let Err(problem) = own.and_then(|()| leave_out_written(options, &configurations, &mut inputs)) {
        complain(&problem.to_string());
        return Status::Failed;
    }
    ask.level_survey = outputs.has_page();
    ask.without_fingerprints = !outputs.has_fingerprints();
    let session = match Session::open(&ask, configurations, inputs) {
        // Without what was accepted, everything would look new.
        Ok((session, found)) if !found.iter().any(|one| one.about == About::Accepted && one.is_error()) => {
            status = status.max(tell(&found));
            failure = failure.or_else(|| first_error(&found));
            session
        }
        Ok((_, found)) | Err(found) => {
            tell(&found);
            return give_up(outputs, failure.or_else(|| first_error(&found)).as_deref());
        }
    };
    let rules = session.rules();
    if let Err(error) = filter.check(&rules, &session.refused_rules()) {
        complain(&error.to_string());
        return Status::Failed;
    }
    tell_idle_options(options, &outputs, &session);
    session.count_work(options.policy_steps);
    let inputs = &session.inputs;
    let mut accepted = AcceptedFiles::new(options, &session);
    let fixer = Fixer::new(&options.repair);
    let manifests = fixer.takes_stdout(inputs).then(|| outputs.divert());
    let offers = outputs.has_edits();
    let progress = Progress::new(inputs.len());
    let mut reporter = Reporter::new(options, &progress, outputs, session.judged_by());
    reporter.manifests = manifests;
    reporter.summary = summary_of(&session, &filter, &rules);
    reporter.summary.asks_privileged = options.input.gives("level");
    reporter.rules = rules;
    reporter.by_namespace = session.admission.is_some();
    reporter.failure = failure;
    let configured = configured_deny(session.bases().map(|basis| &basis.settings));
    reporter.denied = denied(options, &configured);
    reporter.cannot_read(&problems);
    reporter.passed_over(&passed_over);
    reporter.passed_over(&session.excluded);
    // Charts, repairs and accepted findings need a file as a whole.
    let streams = charts.is_none() && fixer.is_off() && accepted.are_idle() && reporter.takes_streams();
    let strictest = session.fail_on();
    let judge =
        Judge { filter, session: &session, charts, fixer, offers, streams, strictest, undecided: Mutex::default() };
    let of_namespaces = Options { admission: session.admission.clone(), ..Options::default() };
    for input in &session.others {
        match judge.namespaces(input, &of_namespaces, &reporter.outputs.requests()) {
            FileOutcome::Done((report, rendered, _)) => reporter.take_policy(&input.display, &report, rendered),
            FileOutcome::Failed(problem) => status = status.max(reporter.fail(problem.to_string())),
            FileOutcome::Passed | FileOutcome::Unusable | FileOutcome::Later => {}
        }
    }
    status = status.max(take_all(inputs, &judge, &mut reporter, &mut accepted));
    progress.finish();
    if let Some(charts) = &judge.charts {
        tell_missing(charts);
    }
    policies::report_undecided(&judge, &mut reporter);
    policies::report_refused(&judge, &mut reporter, &mut accepted);
    let was_judged = |rule: RuleId| judge.filter.keeps_rule(rule) && session.judges_by(rule);
    let more = more.iter().map(|(file, report)| (file, report.findings.clone()));
    let said = accepted.gone(was_judged).into_iter().chain(waivers_of(&session, &options.input)).chain(more);
    said.for_each(|(file, findings)| take_besides(&judge, &mut reporter, file, findings));
    status = status.max(accepted.write(status, was_judged));
    status = status.max(reporter.close(status));
    if !options.quiet {
        policies::tell_idle(&session, &reporter.summary, options.verbose);
        policies::tell_rights(&session, options.verbose);
    }
    status = status.max(std::mem::take(&mut reporter.fix_counts).close(&options.repair, options.quiet));
    let failing = reporter.summary.failing > 0;
    let failing = is_denied(options, &configured, &reporter.summary) || failing;
    status.max(if failing { Status::Findings } else { Status::Clean })
}

/// Reports what there is to say of a file that is not judged itself: a configuration, accepted findings.
fn take_besides(judge: &Judge, reporter: &mut Reporter, file: &SourceFile, findings: Vec<ReportEntry>) {
    let mut report = FileReport { findings, fail_on: judge.strictest, ..FileReport::default() };
    report.findings.retain(|finding| judge.filter.keeps(finding));
    let rendered = render(file, &report, &reporter.outputs.requests());
    reporter.take_policy(file.name(), &report, rendered);
}

/// What is known of a run before anything is judged.
fn summary_of(session: &Session, filter: &RuleFilter, rules: &Catalogue) -> Summary {
    let used = session.used();
    let turns_off = |basis: &&Basis, rule| basis.options.scopes.turn_off(rule);
    let is_left = |rule: RuleId| filter.leaves(rule) && !used.iter().all(|basis| turns_off(basis, rule));
    let is_judged = |family| {
        let mut of_family = rules.all().filter(|rule| rule.id.is_of(family));
        of_family.any(|rule| is_left(rule.id) && used.iter().any(|basis| is_rule_judged(rule.id, &basis.options)))
    };
    let mut summary = Summary {
        configuration: session.configuration_files(),
        policies: session.told(),
        has_policies: session.are_policies_given(),
        hides_all: !rules.all().any(|rule| is_left(rule.id)),
        hidden: Families::of(Family::ALL.into_iter().filter(|family| !is_judged(*family))),
        ..Summary::default()
    };
    for basis in used {
        summary.add_cluster(basis.options.cluster);
    }
    summary.add_loaded(session.told_loaded());
    summary
}

/// Says of the options that were given which have nothing to do.
fn tell_idle_options(options: &Check, outputs: &Outputs, session: &Session) {
    if options.quiet {
        return;
    }
    let repair = &options.repair;
    let facts = Facts {
        formats: Some(outputs.formats()),
        repairs: Some(repair.fix || repair.diff || repair.fix_as.is_some()),
        ..Facts::of_input(&options.input)
    };
    idle::tell(&options.input, &facts.with(session));
}

/// The first error among some problems, as it was told.
fn first_error(problems: &[Problem]) -> Option<String> {
    problems.iter().find(|problem| problem.is_error()).map(ToString::to_string)
}

/// Writes reports that say why nothing could be checked.
fn give_up(mut outputs: Outputs, failure: Option<&str>) -> Status {
    let summary = Summary::default();
    let rules = Catalogue::of_podline();
    let run = Run {
        summary: &summary,
        judged_by: "",
        successful: false,
        failure,
        rules,
        compared: None,
        denied: &[],
        levels: &[],
    };
    outputs.finish(&run, |_| String::new());
    Status::Failed
}

/// Judges and reports files, batch by batch.
fn take_all(inputs: &[Input], judge: &Judge, reporter: &mut Reporter, accepted: &mut AcceptedFiles) -> Status {
    let mut status = Status::Clean;
    let progress = reporter.progress;
    let mut ahead: Option<(&[Input], Vec<Judged>)> = None;
    let (mut rest, mut size) = (inputs, BATCH);
    while ahead.is_some() || !rest.is_empty() {
        let requests = reporter.requests(judge);
        let batch = &rest[..size.min(rest.len())];
        let held = AtomicU64::new(0);
        let is_later = |judged: &Judged| matches!(judged, FileOutcome::Later);
        let waits =
            judge.session.has_engines() && ahead.as_ref().is_some_and(|(_, judged)| judged.iter().any(is_later));
        let take = |reporter: &mut Reporter, ahead: &mut Option<(&[Input], Vec<Judged>)>| {
            ahead.take().map_or(Status::Clean, |(batch, judged)| reporter.take(batch, judged, judge))
        };
        // What policies may use of a file is what those before it left.
        if waits {
            status = status.max(take(reporter, &mut ahead));
        }
        // While one batch is judged, what the one before gave is reported.
        let next = beside(
            || {
                let judged = (!batch.is_empty()).then(|| judge.batch(batch, &requests, accepted, progress, &held));
                judged.map(|judged| (&batch[..judged.len()], judged))
            },
            || status = status.max(take(reporter, &mut ahead)),
        );
        ahead = next.flatten();
        rest = &rest[ahead.as_ref().map_or(0, |(batch, _)| batch.len())..];
        // Of large files fewer are judged at a time, so that few are left for later.
        let fewest = 4 * rayon::current_num_threads();
        size = if held.into_inner() > MOST_HELD { (size / 4).max(fewest) } else { (2 * size).min(BATCH) };
    }
    status
}

/// What can be wrong with the options taken together.
fn usage<'a>(options: &Check, settings: &'a Settings) -> Result<(RuleFilter, Outputs<'a>, Option<Charts>), Problem> {
    if options.write_accepted.is_some() && !options.select.is_empty() {
        let message = "--write-accepted records all findings, and --select leaves some out: use one of them";
        return Err(Problem::new(About::Input, message));
    }
    let filter = RuleFilter::new(&options.select, &options.ignore, Catalogue::before_policies())
        .map_err(|error| Problem::new(About::Input, error.to_string()))?;
    let outputs = Outputs::new(options, settings)?;
    let charts = options.source_root.as_deref().map(|root| {
        let unreadable = |error| format!("--source-root {}: cannot be read: {error}", root.display());
        Charts::find(root).map_err(|error| Problem::new(About::Input, unreadable(error)))
    });
    Ok((filter, outputs, charts.transpose()?))
}

/// Says which templates the charts do not have.
fn tell_missing(charts: &Charts) {
    let missing = charts.missing();
    if charts.is_unused() {
        idle::says("source-root", "no document says from which template it was rendered");
    } else if charts.is_empty() {
        hint("--source-root: no Chart.yaml is there");
    } else if let Some(first) = missing.first() {
        let more = missing.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        hint(&format!("--source-root: no chart there has {first}{more}"));
    }
}

/// What there is to say of the waivers of each configuration file.
fn waivers_of<'s>(session: &'s Session, input: &cli::Input) -> Vec<(&'s SourceFile, Vec<ReportEntry>)> {
    let mut said = Vec::new();
    // A floor is part of other configurations too: what it says is said once, and used where any of them uses it.
    let used: HashSet<(&str, usize)> = session.bases().flat_map(|basis| basis.options.waivers.used()).collect();
    let mut told = HashSet::new();
    for Basis { settings, options, .. } in session.bases().filter(|basis| !basis.settings.loaded.waivers.is_empty()) {
        // A hook that checks three files knows nothing of the others.
        let walks = |path: &PathBuf| path.is_dir() && settings.base.starts_with(normal(path));
        let covered = !input.as_walked && paths(input).iter().any(walks);
        for file in &settings.loaded.sources {
            let may_be_unused =
                |line: usize, terms: &Terms| !used.contains(&(file.name(), line)) && is_judged(terms, options);
            let mut findings = options.waivers.findings(file, covered, may_be_unused);
            findings.retain(|one| told.insert((file.name(), one.location.start.line, one.rule, one.message.clone())));
            said.push((&**file, findings));
        }
    }
    said
}

/// What `deny:` of these configurations forbids.
pub(super) fn configured_deny<'s>(settings: impl IntoIterator<Item = &'s configuration::Settings>) -> Vec<Deny> {
    let names = settings.into_iter().flat_map(|settings| &settings.loaded.config.deny.0);
    // A name that stands for nothing was found when the configuration was read.
    names.flat_map(|name| deny::parse(&name.0).unwrap_or_default()).collect()
}

/// What `--deny` forbids, or else the configurations.
pub(super) fn denied(options: &Check, configured: &[Deny]) -> Vec<Deny> {
    let given = options.deny.iter().flat_map(|denied| denied.0.iter().copied());
    if options.deny.is_empty() { configured.to_vec() } else { given.collect() }
}

/// Whether something happened that `--deny` forbids, or else the configurations; says so.
pub(super) fn is_denied(options: &Check, configured: &[Deny], summary: &Summary) -> bool {
    let denied = denied(options, configured);
    let found = Deny::all().into_iter().filter(|what| denied.contains(what));
    let found = found.map(|what| (what, summary.denied(what))).filter(|(_, count)| *count > 0);
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
