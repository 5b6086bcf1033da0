//! Options that have nothing to do in a run. Whoever gives one expects something of it, so that it is said; it is never
//! an error. What contradicts another option, or what a command does not take at all, is one: see `cli::given`.

use std::path::Path;

use super::terminal::hint;
use crate::cli::{self, Format};
use crate::session::Session;

/// What is known of a run. What is not known, or does not come up, is `None`: no option is idle for it.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
pub(super) struct Facts {
    /// Whether a directory is walked.
    pub walks: bool,
    /// Whether a file is named.
    pub names_files: bool,
    /// Whether standard input is read.
    pub reads_stdin: bool,
    /// Whether `--exclude` holds for what is named.
    pub is_forced: bool,
    /// Whether named files follow the rules of the walk.
    pub as_walked: bool,
    /// Whether `--exclude` names something.
    pub excludes: bool,
    /// The reports that are written.
    pub formats: Option<Vec<Format>>,
    /// Whether the answer is for people.
    pub is_for_people: Option<bool>,
    /// Whether something is to be fixed, or shown as fixed.
    pub repairs: Option<bool>,
    /// Whether namespaces decide for some file.
    pub admission: Option<bool>,
    /// Whether a policy asks what a Namespace says.
    pub asks_for_namespaces: Option<bool>,
    /// Whether policies of a cluster were loaded, or refused.
    pub has_policies: Option<bool>,
    /// Whether there are PodSecurityPolicies.
    pub has_psp: Option<bool>,
    /// Whether roles and bindings decide who may use PodSecurityPolicies.
    pub has_rights: Option<bool>,
    /// Whether a local policy asks who creates an object.
    pub asks_for_creators: Option<bool>,
    /// Whether some configuration is used.
    pub is_configured: Option<bool>,
}

impl Facts {
    /// What the options say that all commands have which read manifests.
    pub fn of_input(input: &cli::Input) -> Self {
        let is_stdin = |path: &&std::path::PathBuf| path.as_path() == Path::new("-");
        let (stdin, others): (Vec<_>, Vec<_>) = input.paths.iter().partition(is_stdin);
        Self {
            walks: input.paths.is_empty() || others.iter().any(|path| path.is_dir()),
            names_files: others.iter().any(|path| !path.is_dir()),
            reads_stdin: !stdin.is_empty(),
            is_forced: input.force_exclude || input.as_walked,
            as_walked: input.as_walked,
            excludes: input.exclude.iter().any(|glob| !glob.is_empty()),
            ..Self::default()
        }
    }

    /// The same, with what a session knows.
    pub fn with(self, session: &Session) -> Self {
        Self {
            admission: Some(session.admission.is_some()),
            asks_for_namespaces: Some(session.bases().any(|basis| basis.options.policies.needs_namespaces())),
            has_policies: Some(!session.told_loaded().is_empty()),
            has_psp: Some(!session.told().is_empty()),
            has_rights: Some(session.roles().next().is_some()),
            asks_for_creators: Some(session.bases().any(|basis| basis.options.policies.asks_for_creators())),
            is_configured: Some(!session.configuration_files().is_empty()),
            ..self
        }
    }

    fn writes_none_of(&self, formats: &[Format]) -> bool {
        self.formats.as_ref().is_some_and(|written| !written.iter().any(|format| formats.contains(format)))
    }
}

/// When an option is idle, and why.
enum Idle {
    /// It always means something.
    Never,
    /// In such runs.
    Where(fn(&Facts) -> bool, &'static str),
    /// In such runs, for one of several reasons.
    Because(fn(&Facts) -> Option<&'static str>),
}

use Format::{Github, Gitlab, Human, Json, Junit, Markdown, PolicyReport, Sarif};
use Idle::{Because, Never, Where};

const FOR_PEOPLE: Idle = Where(
    |run| run.writes_none_of(&[Human]) || run.is_for_people == Some(false),
    "no report is written in the format human",
);

const NOBODY_ASKS_WHO: Idle = Because(|run| {
    let asked = [run.admission, run.has_policies, run.has_rights, run.asks_for_creators];
    let is_idle = asked.into_iter().all(|is_asked| is_asked == Some(false));
    let why = match run.has_psp {
        Some(true) => "no role decides who may use the PodSecurityPolicies; give roles and bindings by --cluster",
        _ => "neither do namespaces decide nor policies of the cluster; add --admission or --policy",
    };
    is_idle.then_some(why)
});

const NOBODY_LOOKS_AT_THE_CLUSTER: Idle = Because(|run| {
    let asked = [run.admission, run.asks_for_namespaces, run.has_policies, run.has_rights];
    let is_idle = asked.into_iter().all(|is_asked| is_asked == Some(false));
    let why = match run.has_psp {
        Some(true) => {
            "no role in it lets anybody use a PodSecurityPolicy, and without one every policy may be used; in \
             --psp-mode admission none could be"
        }
        _ => "neither namespaces decide nor does a policy ask for them; add --admission",
    };
    is_idle.then_some(why)
});

/// Every option that a run may be given, by its id.
const OPTIONS: &[(&str, Idle)] = &[
    // What is read.
    (
        "exclude",
        Where(
            |run| !run.walks && !run.is_forced,
            "no directory is walked; --force-exclude applies it to what is named",
        ),
    ),
    ("force_exclude", Where(|run| !run.excludes && run.is_configured == Some(false), "nothing is excluded")),
    ("as_walked", Where(|run| !run.names_files, "no file is named")),
    (
        "no_ignore",
        Where(|run| !run.walks && !run.as_walked, "no directory is walked, and what is named is read anyway"),
    ),
    ("stdin_filename", Where(|run| !run.reads_stdin, "standard input (-) is not read")),
    ("threads", Never),
    ("defaulted", Never),
    // What is judged by what.
    ("level", Never),
    ("kubernetes_version", Never),
    ("namespace", Never),
    ("policy", Never),
    ("as_written", Where(|run| run.has_policies == Some(false), "no policy of a cluster's engines is loaded")),
    ("policy_steps", Where(|run| run.has_policies == Some(false), "no policy of a cluster's engines is loaded")),
    ("psp_mode", Where(|run| run.has_psp == Some(false), "there is no PodSecurityPolicy among the policies")),
    ("config", Never),
    ("no_config", Never),
    ("config_from", Never),
    ("admission", Never),
    ("admission_config", Never),
    ("user", NOBODY_ASKS_WHO),
    ("group", NOBODY_ASKS_WHO),
    ("cluster", NOBODY_LOOKS_AT_THE_CLUSTER),
    ("today", Never),
    // What is said.
    ("format", Never),
    ("output", Never),
    (
        "path_prefix",
        Where(
            |run| run.writes_none_of(&[Sarif, Github, Gitlab, Junit, Markdown, PolicyReport]),
            "no report is written that knows the repository",
        ),
    ),
    ("policy_report_api", Where(|run| run.writes_none_of(&[PolicyReport]), "no policy-report is written")),
    ("sarif_category", Where(|run| run.writes_none_of(&[Sarif]), "no report is written as sarif")),
    ("select", Never),
    ("ignore", Never),
    ("fail_on", Never),
    ("deny", Never),
    ("max_findings", FOR_PEOPLE),
    ("statistics", FOR_PEOPLE),
    ("color", FOR_PEOPLE),
    ("quiet", Never),
    (
        "verbose",
        Where(
            |run| {
                run.formats.as_ref().is_some_and(|written| written.iter().all(|format| *format == Json))
                    || run.is_for_people == Some(false)
            },
            "the report says all of it",
        ),
    ),
    ("accepted", Never),
    ("write_accepted", Never),
    // What source the findings are shown in: said when the run is over.
    ("source_root", Never),
    // Repairs.
    ("fix", Never),
    ("unsafe_fixes", Where(|run| run.repairs == Some(false), "add --fix, or --diff to see what it would change")),
    ("diff", Never),
    ("fix_as", Never),
    ("fix_dir", Never),
    // Of `podline levels`, `files`, `init`.
    ("require", Never),
    ("unproven", Never),
    ("accept", Never),
    ("who_can_use", Never),
    ("by", Never),
    ("since", Never),
    ("patch", Never),
    ("from", Never),
    ("to", Never),
    ("force", Never),
    // Of `podline diff`.
    ("git", Never),
    ("head", Never),
    ("no_merge_base", Never),
];

/// Says of the options that were given which have nothing to do.
pub(super) fn tell(input: &cli::Input, run: &Facts) {
    for (option, idle) in OPTIONS {
        let why = match idle {
            Never => None,
            Where(is_idle, why) => is_idle(run).then_some(*why),
            Because(why) => why(run),
        };
        if let Some(why) = why.filter(|_| input.gives(option)) {
            says(option, why);
        }
    }
}

/// Says that an option has nothing to do, and why.
pub(super) fn says(option: &str, why: &str) {
    hint(&format!("--{} does nothing here: {why}", option.replace('_', "-")));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn of_every_option_of_the_commands_that_read_manifests_it_is_decided_when_it_is_idle() {
        for command in cli::Cli::command().get_subcommands() {
            if command.get_arguments().all(|argument| argument.get_id() != "no_ignore") {
                continue;
            }
            for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
                let id = argument.get_id().as_str();
                assert_eq!(
                    OPTIONS.iter().filter(|(known, _)| *known == id).count(),
                    1,
                    "{id} of {}",
                    command.get_name()
                );
            }
        }
    }
}
