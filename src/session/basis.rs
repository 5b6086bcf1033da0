//! What the files of one configuration are judged by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use podline_policies::rbac;

use super::accepted::{self, AcceptedFile};
use super::ask::{Ask, Decides};
use super::engines::{not_judged, refusal, unknown_field};
use super::policies::{self, PoliciesRead};
use super::read::Named;
use super::rights::Roles;
use crate::config::scope::{Scope, Scopes};
use crate::config::settings::Settings;
use crate::engine::{Brought, Loaded, Refused};
use crate::finding::FailOn;
use crate::lint::{Options, Surveying};
use crate::local::policies::LocalPolicies;
use crate::pod_security::{NEWEST_KNOWN, Version};
use crate::problem::{About, Problem, Spot};
use crate::rules::{Catalogue, RuleId, RuleSelector, id};
use crate::source::path::normal;
use crate::waiver::configured::Waivers;
use crate::waiver::date::{Date, seconds_since_1970};
use crate::waiver::policy::WaiverPolicy;

/// What the files of a configuration are judged by.
pub struct Basis {
    /// Which one it is of those of a session.
    pub number: usize,
    /// The configuration.
    pub settings: Settings,
    /// What it means, below what is asked for, with its policies. How namespaces decide is added by who knows them.
    pub options: Options,
    /// From which severity on findings make the run fail.
    pub fail_on: FailOn,
    /// What was accepted.
    pub accepted: Vec<Arc<AcceptedFile>>,
    /// The policies of engines.
    pub loaded: Arc<Loaded>,
    /// Whether policies were given, of whatever kind, and whatever became of them.
    pub are_policies_given: bool,
    /// What is wrong with policies that only a directory around them has brought: each has a place.
    pub refused: Vec<Problem>,
    /// The files of such directories in which there is no policy.
    pub without: Vec<String>,
    /// What was named for its policies, and holds none: an error unless policies stand elsewhere.
    contexts: Vec<Problem>,
    /// Whether there are policies, of whatever kind, or what was meant to be some.
    is_policy_there: bool,
    /// The roles and bindings among the policies.
    pub brought_roles: Vec<Brought>,
    /// The roles and bindings that decide who may use PodSecurityPolicies, if any do.
    pub roles: Option<Roles>,
    /// Policies that have ended, or end soon.
    ends: Vec<Remark>,
    /// What is odd about roles and bindings.
    pub remarks: Vec<Remark>,
    /// The files that policies and accepted findings were read from.
    pub files: Vec<PathBuf>,
}

/// What is odd about a document that is not judged itself.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The rule.
    pub rule: RuleId,
    /// Where it stands, and what it is.
    pub problem: Problem,
    /// What to do about it.
    pub advice: String,
}

/// What is asked for besides all configurations, read once.
#[derive(Default)]
pub struct AskedFiles {
    policies: LocalPolicies,
    brought: Vec<Brought>,
    loaded: Arc<Loaded>,
    are_policies_given: bool,
    refused: Vec<Problem>,
    without: Vec<String>,
    contexts: Vec<Problem>,
    is_policy_there: bool,
    ends: Vec<Remark>,
    accepted: Vec<Arc<AcceptedFile>>,
}

impl AskedFiles {
    /// Reads the files that are asked for.
    pub fn read(ask: &Ask) -> (Self, Vec<Problem>) {
        let (mut given, mut problems) = (Self::default(), Vec::new());
        let written = ask.written.as_deref();
        // An empty PODLINE_POLICY names none.
        let is_named = |path: &&PathBuf| !path.as_os_str().is_empty();
        for path in ask.accepted.iter().filter(is_named) {
            if given.accepted.iter().any(|known| known.path == normal(path)) || accepted::is_new(path, written) {
                continue;
            }
            match AcceptedFile::read(path, Named::AsFile) {
                Ok(file) => given.accepted.push(Arc::new(file)),
                Err(problem) => problems.push(problem),
            }
        }
        let files: Vec<&Path> = ask.policies.iter().filter(is_named).map(PathBuf::as_path).collect();
        let read = policies::of_files(&files, &ask.around, ask.psp_mode, today(ask));
        given.is_policy_there = read.is_policy_there();
        given.policies = read.policies;
        given.loaded = Arc::new(Loaded::new(read.brought.clone(), now(ask)));
        given.brought = read.brought;
        given.are_policies_given = !files.is_empty();
        given.refused = read.refused;
        tell_refused(&given.loaded, &mut problems, &mut given.refused);
        given.without = read.without;
        given.ends = read.ends;
        given.contexts.extend(read.contexts.into_iter().filter_map(|context| context.note(&given.loaded)));
        problems.extend(read.problems);
        (given, problems)
    }
}

impl Basis {
    /// Puts a configuration below what is asked for, and reads what it refers to.
    pub fn new(ask: &Ask, settings: Settings, given: &AskedFiles) -> (Self, Vec<Problem>) {
        let mut files = Vec::new();
        let (accepted, mut problems) = accepted::of(&settings, &given.accepted, ask.written.as_deref(), &mut files);
        let read = policies::of_entries(&settings.loaded, ask.psp_mode, today(ask));
        let is_policy_there = given.is_policy_there || read.is_policy_there();
        let PoliciesRead {
            mut policies,
            brought,
            problems: more,
            mut refused,
            mut without,
            contexts,
            files: read,
            mut ends,
        } = read;
        problems.extend(more);
        files.extend(read);
        policies.extend(&given.policies);
        refused.extend(given.refused.iter().cloned());
        without.extend(given.without.iter().cloned());
        let all = brought.iter().chain(&given.brought);
        let brought_roles = all.filter(|one| rbac::claims(&one.document.api_version)).cloned().collect();
        let loaded = if brought.is_empty() {
            Arc::clone(&given.loaded)
        } else {
            let loaded = Arc::new(Loaded::new([brought, given.brought.clone()].concat(), now(ask)));
            tell_refused(&loaded, &mut problems, &mut refused);
            loaded
        };
        let own = contexts.into_iter().filter_map(|context| context.note(&loaded));
        let contexts = given.contexts.iter().cloned().chain(own).collect();
        let rules = Arc::new(Catalogue::new(loaded.rules()));
        let of_engines = Arc::clone(&loaded);
        let options = Options { policies: Arc::new(policies), loaded: of_engines, ..options(ask, &settings, rules) };
        ends.extend(given.ends.iter().cloned());
        // Its rules may still be named on the day after its last one, on which no run must break.
        let has_ended = ends.iter().any(|remark| remark.rule == id::ENDED);
        let unknown = unknown_rules(&settings, &options.rules, &loaded).into_iter();
        problems.extend(unknown.map(|problem| if has_ended { problem.as_note() } else { problem }));
        let are_policies_given = given.are_policies_given || !settings.loaded.policies.is_empty();
        let basis = Self {
            number: 0,
            fail_on: ask.fail_on.or(settings.fail_on).unwrap_or_default(),
            settings,
            options,
            accepted,
            loaded,
            are_policies_given,
            refused,
            without,
            contexts,
            is_policy_there,
            brought_roles,
            roles: None,
            ends,
            remarks: Vec::new(),
            files,
        };
        (basis, problems)
    }

    /// Why the policy of a rule is refused, if it is: by the whole name of the rule, or what follows the first slash.
    pub fn refusal_of(&self, name: &str) -> Option<Problem> {
        let is_it = |refused: &&Refused| {
            let rule = refused.rule();
            rule == *name || rule.short() == name
        };
        self.loaded.refused.iter().find(is_it).map(refusal)
    }

    /// What is to be said of files that are not judged themselves: policies that their systems refuse, as far as only a
    /// directory has brought them, those that end, and what is odd about roles and bindings. Each has a rule, and some what to do about it.
    pub fn said(&self) -> impl Iterator<Item = (RuleId, &Problem, Option<&str>)> {
        let refused = self.refused.iter().map(|problem| (id::REFUSED, problem, None));
        let remarks = self.ends.iter().chain(&self.remarks);
        let remarks = remarks.map(|remark| (remark.rule, &remark.problem, Some(remark.advice.as_str())));
        refused.chain(remarks)
    }

    /// `restricted:latest (v1.37)`
    pub(super) fn level(&self) -> String {
        let Options { level, version, kubernetes_version, .. } = &self.options;
        match version {
            Version::Latest => format!("{level}:latest (v1.{kubernetes_version})"),
            Version::Minor(_) => format!("{level}:{version}"),
        }
    }

    /// Whether some objects are judged by another level than the others.
    pub(super) fn chooses_levels(&self) -> bool {
        self.options.scopes.scopes.iter().any(Scope::sets_level)
    }
}

/// What was named for its policies and holds only what they may refer to. That is an error where none of these has a
/// policy: nothing would be judged by what was asked for.
pub fn contexts<'b>(bases: impl Iterator<Item = &'b Basis> + Clone) -> Vec<Problem> {
    let is_policy_there = bases.clone().any(|basis| basis.is_policy_there);
    let all = bases.flat_map(|basis| &basis.contexts).cloned();
    all.map(|context| if is_policy_there { context.as_note() } else { context }).collect()
}

/// What policies take for the time: the beginning of a day that is asked for.
fn now(ask: &Ask) -> i64 {
    ask.today.map_or_else(seconds_since_1970, Date::begins)
}

fn today(ask: &Ask) -> Date {
    ask.today.unwrap_or_else(Date::today)
}

/// Sorts what is refused by whether its very file was named.
fn tell_refused(loaded: &Loaded, named: &mut Vec<Problem>, others: &mut Vec<Problem>) {
    named.extend(loaded.unknown.iter().map(unknown_field));
    named.extend(loaded.policies().flat_map(|policy| not_judged(policy)));
    for one in &loaded.refused {
        let told = if one.is_named { &mut *named } else { &mut *others };
        told.push(refusal(one));
    }
}

/// What a configuration means, below what is asked for, without the files that it refers to.
fn options(ask: &Ask, settings: &Settings, rules: Arc<Catalogue>) -> Options {
    let defaults = Options::default();
    let (level, version) = ask.level.or(settings.level).unwrap_or((defaults.level, defaults.version));
    let namespace = ask.namespace.clone().or_else(|| settings.loaded.config.namespace.clone());
    let scopes = Arc::clone(&settings.scopes);
    let today = ask.today.unwrap_or(defaults.today);
    let waiver_policy = Arc::new(WaiverPolicy { tracks: ask.tracks.clone(), ..settings.waiver_policy.clone() });
    let cluster = ask.kubernetes_version.or(settings.kubernetes_version).unwrap_or(defaults.cluster);
    Options {
        level,
        version,
        kubernetes_version: cluster.min(NEWEST_KNOWN),
        cluster,
        namespace: namespace.unwrap_or_else(|| defaults.namespace.clone()),
        today,
        waivers: Arc::new(waivers(settings, today, &rules).under(Arc::clone(&waiver_policy))),
        waiver_policy: Some(waiver_policy),
        // What is asked for holds for all.
        scopes: if ask.level.is_some() { Arc::new(without_levels(&scopes)) } else { scopes },
        templates: Arc::clone(&settings.templates),
        level_survey: match (ask.level_survey, ask.admission.decides) {
            (false, _) => Surveying::No,
            (true, Decides::OnlyExempts) => Surveying::Alone,
            (true, _) => Surveying::Beside,
        },
        fingerprints: !ask.without_fingerprints,
        rules,
        ..defaults
    }
}

/// The waivers of a configuration. Mistakes in them were found when it was read.
fn waivers(settings: &Settings, today: Date, rules: &Catalogue) -> Waivers {
    Waivers::new(settings.loaded.waivers.clone(), today, &rules.opened()).unwrap_or_default()
}

/// The rules that a configuration names, and that no policy has brought.
fn unknown_rules(settings: &Settings, rules: &Catalogue, loaded: &Loaded) -> Vec<Problem> {
    // A policy that is refused is told as that.
    let is_refused = |name: &str| {
        let meant = RuleSelector::parse(name, Catalogue::before_policies());
        meant.is_ok_and(|meant| loaded.refused.iter().any(|one| meant.is_about(one.rule())))
    };
    let problem = |(name, spot): &(String, Spot)| {
        let message = RuleSelector::parse(name, rules).err()?.to_string();
        (!is_refused(name)).then(|| Problem::at(About::Policies, &spot.file, spot.span, message))
    };
    settings.loaded.rules.iter().filter_map(problem).collect()
}

fn without_levels(scopes: &Scopes) -> Scopes {
    let mut scopes = scopes.clone();
    scopes.scopes.iter_mut().for_each(|scope| (scope.level, scope.version) = (None, None));
    scopes
}
