//! `podline init`: a commented configuration from what is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::atomic;
use super::problems::tell;
use super::read::find;
use super::schema::pretty;
use super::terminal::{complain, hint};
use crate::cli::Init;
use crate::config;
use crate::config::find::{NAME, SCHEMA};
use crate::lint::Options;
use crate::pod_security::{Level, NEWEST_KNOWN};
use crate::report::summary::count;
use crate::session::{JudgedFile, Session};
use crate::source::discover::Input;
use crate::verdict::{SkipReason, Verdict};

/// Writes `podline.yaml` and its schema into the working directory.
pub(super) fn run(options: &Init) -> Status {
    if !options.force && Path::new(NAME).exists() {
        complain(&format!("{NAME} exists; --force replaces it"));
        return Status::Failed;
    }
    let (inputs, status) = find(&options.input);
    if status != Status::Clean {
        return status;
    }
    let session = match Session::find(&options.into(), inputs) {
        Ok((session, found)) if tell(&found) == Status::Clean => session,
        Ok(_) => return Status::Failed,
        Err(found) => return tell(&found),
    };
    let survey = survey(&session);
    let text = configuration(&survey);
    let written = write(NAME, &text, options.force).and_then(|()| write(SCHEMA, &pretty(&config::schema()), true));
    if let Err(message) = written {
        complain(&message);
        return Status::Failed;
    }
    hint(&format!("wrote {NAME}, and {SCHEMA} for editors"));
    if let Some(accepted) = accepted(&survey) {
        hint(&accepted);
    }
    Status::Clean
}

fn write(name: &str, text: &str, replace: bool) -> Result<(), String> {
    let written = if replace {
        atomic::write(Path::new(name), &[text])
    } else {
        // Somebody else may have written it since it was looked for.
        let new = OpenOptions::new().write(true).create_new(true).open(name);
        new.and_then(|mut file| file.write_all(text.as_bytes()))
    };
    written.map_err(|error| format!("{name}: cannot be written: {error}"))
}

/// So many workloads of a namespace get waivers of their own, whatever the others need.
const FEW: usize = 5;

/// What was found.
#[derive(Debug, Default)]
struct Survey {
    templates: usize,
    /// How many templates each level allows.
    allowed: BTreeMap<Level, usize>,
    /// Namespaces with a template that the restricted level refuses.
    namespaces: BTreeMap<String, Namespace>,
    /// Whether Namespaces say by labels how their pods are to be judged.
    labelled: usize,
    /// Directories with files that are templates of Helm or another tool.
    unrendered: BTreeSet<String>,
}

/// A namespace, and what of it each level allows.
#[derive(Debug)]
struct Namespace {
    /// The strictest level that allows all of its templates.
    level: Level,
    /// How many templates it has.
    templates: usize,
    /// Those that baseline refuses, by kind and name, with the rules.
    above_baseline: BTreeMap<(String, String), BTreeSet<&'static str>>,
}

impl Default for Namespace {
    fn default() -> Self {
        Self { level: Level::Restricted, templates: 0, above_baseline: BTreeMap::new() }
    }
}

impl Namespace {
    /// The level for its entry. A few workloads that need more get waivers; where many and most of them do, the namespace
    /// is one that runs such things.
    fn proposed(&self) -> Level {
        let above = self.above_baseline.len();
        let few = above <= FEW || above * 2 <= self.templates;
        if self.level == Level::Privileged && few { Level::Baseline } else { self.level }
    }
}

fn survey(session: &Session) -> Survey {
    let mut survey = Survey::default();
    let judge = |input: &Input| {
        let JudgedFile { file, report } = session.judge(input).ok()??;
        let options = &session.basis(input)?.options;
        let restricted = session.report(input, &file, &Options { level: Level::Restricted, ..options.clone() });
        Some([report, restricted])
    };
    let judged = session.inputs.par_iter().filter(|input| !session.is_patch(input));
    let reports: Vec<_> = judged.filter_map(|input| Some((input, judge(input)?))).collect();
    for (input, [baseline, restricted]) in reports {
        survey.labelled += baseline.labelled_namespaces;
        if baseline.skipped.iter().any(|skipped| skipped.reason == SkipReason::Unrendered) {
            let directory = Path::new(&input.display).parent().unwrap_or(Path::new(""));
            survey.unrendered.insert(directory.to_string_lossy().into_owned());
        }
        let findings = &baseline.findings;
        for (baseline, restricted) in baseline.templates.iter().zip(&restricted.templates) {
            let passes = |verdicts: &[Verdict]| verdicts.iter().all(|verdict| verdict.allowed != Some(false));
            let level = match (passes(&baseline.verdicts), passes(&restricted.verdicts)) {
                (_, true) => Level::Restricted,
                (true, false) => Level::Baseline,
                (false, false) => Level::Privileged,
            };
            survey.templates += 1;
            for allowed in Level::ALL.into_iter().filter(|one| *one <= level) {
                *survey.allowed.entry(allowed).or_default() += 1;
            }
            let namespace = survey.namespaces.entry(baseline.effective_namespace.clone()).or_default();
            namespace.level = namespace.level.min(level);
            namespace.templates += 1;
            if level == Level::Privileged {
                let refused = findings.iter().filter(|finding| finding.object.as_ref() == Some(&baseline.object));
                let rules = refused.map(|finding| finding.rule).filter(|rule| rule.starts_with("pss/"));
                let object = &baseline.object;
                let name = if object.name.is_empty() {
                    format!("{}*", object.generate_name)
                } else {
                    globset::escape(&object.name)
                };
                namespace.above_baseline.entry((object.kind.clone(), name)).or_default().extend(rules);
            }
        }
    }
    survey.namespaces.retain(|_, namespace| namespace.level != Level::Restricted);
    survey
}

/// The text of the configuration.
fn configuration(survey: &Survey) -> String {
    let allowed = |level| survey.allowed.get(&level).copied().unwrap_or(0);
    let mut text = format!("# yaml-language-server: $schema={SCHEMA}\n");
    text.push_str("# What podline judges these manifests by. Every key is described by `podline schema config`.\n\n");
    let _ = write!(
        text,
        "# The level that pods must meet, where no entry of `namespaces` says otherwise: privileged, baseline or\n\
         # restricted. Of {} here, {} meet baseline and {} meet restricted.\n\
         level: restricted\n\n\
         # The cluster's version: what `latest` means there. Raise it when the cluster is raised.\n\
         kubernetes-version: v1.{NEWEST_KNOWN}\n\n",
        count(survey.templates, "pod template"),
        allowed(Level::Baseline),
        allowed(Level::Restricted),
    );
    if survey.labelled > 0 {
        let _ = write!(
            text,
            "# {} here says by labels how its pods are judged. To judge by these labels instead of by `level`:\n\
             # admission: true\n\n",
            count(survey.labelled, "Namespace"),
        );
    }
    text.push_str("# Files and directories to skip, as in .gitignore.\n");
    text.push_str(&exclude(survey));
    text.push_str("# What applies to which namespaces; the first entry that matches holds.\n");
    text.push_str(&namespaces(survey));
    text.push_str(&waivers(survey));
    text.push_str(
        "# What is accepted for now, as `podline check --write-accepted podline.accepted` writes it: only what comes\n\
         # after it is reported.\n# accepted: podline.accepted\n\n\
         # A configuration that this one extends, such as one for all repositories of an organization.\n\
         # extends: org/podline.base.yaml\n\n\
         # Other policies than the Standards: PodSecurityPolicies, or policies in their vocabulary.\n\
         # policies:\n#   - file: psp.yaml\n#   - name: images\n#     allowedRegistries: [registry.example.com]\n\n\
         # Objects of the cluster that are not checked themselves: Namespaces, for their labels and annotations.\n\
         # cluster: cluster/namespaces.yaml\n\n\
         # What fails a run although it is not a finding: unrendered, encrypted, policy, outside, special,\n\
         # unjudged, undecided, unknown-version, or all.\n# deny: [unrendered, unjudged]\n\n\
         # Reports to write in addition to the one on standard output.\n\
         # outputs: sarif=podline.sarif\n\n",
    );
    text.push_str(
        "# How much rules weigh: error, warning, note or off. `podline explain` lists them.\n\
         # rules:\n#   manifest/unknown-field: error\n\n\
         # Where custom resources that podline does not know keep their pod templates.\n\
         # templates:\n#   - apiVersion: example.com/v1\n#     kind: WebService\n#     path: spec.template\n",
    );
    text
}

fn exclude(survey: &Survey) -> String {
    let mut text = String::new();
    if !survey.unrendered.is_empty() {
        text.push_str("# Templates are skipped anyway; here they are not even read.\n");
    }
    let example = BTreeSet::from(["vendor".to_owned()]);
    let directories = if survey.unrendered.is_empty() { &example } else { &survey.unrendered };
    text.push_str("# exclude:\n");
    for directory in directories.iter().filter(|directory| !directory.is_empty()).take(20) {
        let _ = writeln!(text, "#   - {}/", quoted(directory));
    }
    text + "\n"
}

fn namespaces(survey: &Survey) -> String {
    if survey.namespaces.is_empty() {
        return "# namespaces:\n#   - match: {namespaces: kube-system}\n#     level: privileged\n\n".to_owned();
    }
    let mut text =
        "# These do not meet restricted yet. Remove an entry to see what stands in the way.\nnamespaces:\n".to_owned();
    for (name, namespace) in &survey.namespaces {
        let level = namespace.proposed();
        let _ = write!(text, "  - match: {{namespaces: {}}}\n    level: {level}\n", quoted(name));
    }
    text + "\n"
}

/// What the configuration lets pass that the restricted level refuses, so that nobody takes a clean check for more.
fn accepted(survey: &Survey) -> Option<String> {
    let lowered = |level| survey.namespaces.values().filter(|one| one.proposed() == level).count();
    let waived: usize = exceptions(survey).count();
    let parts: Vec<_> = [
        (lowered(Level::Baseline), "namespace at baseline", "namespaces at baseline"),
        (lowered(Level::Privileged), "namespace at privileged", "namespaces at privileged"),
        (waived, "workload above baseline by a waiver", "workloads above baseline by waivers"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }))
    .collect();
    (!parts.is_empty())
        .then(|| format!("it accepts what is there today: {}; read it before you rely on it", parts.join(", ")))
}

/// The workloads that need more than is proposed for their namespace, each with the rules that it violates.
fn exceptions(survey: &Survey) -> impl Iterator<Item = (&String, (&(String, String), &BTreeSet<&'static str>))> {
    let proposed = survey.namespaces.iter().filter(|(_, namespace)| namespace.proposed() != namespace.level);
    proposed.flat_map(|(name, one)| one.above_baseline.iter().map(move |workload| (name, workload)))
}

/// Waivers for single workloads that need more than the level of their namespace.
fn waivers(survey: &Survey) -> String {
    let mut text =
        "# What is accepted although a rule forbids it: which rules, for which objects, why, and until when. In a manifest a\n\
         # comment says the same: `# podline: ignore[hostNamespaces] it reads the node (until=2027-03-31)`.\n"
            .to_owned();
    let mut exceptions = exceptions(survey).peekable();
    if exceptions.peek().is_none() {
        text.push_str(
            "# waivers:\n#   - rules: [hostNamespaces]\n#     match: {kinds: DaemonSet, namespaces: monitoring}\n#     reason: \
             it reads the node\n#     until: 2027-03-31\n\n",
        );
        return text;
    }
    text.push_str("# These workloads need more than baseline: say why, or fix them.\nwaivers:\n");
    for (namespace, ((kind, name), rules)) in exceptions {
        let rules: Vec<&str> = rules.iter().map(|rule| rule.trim_start_matches("pss/")).collect();
        let _ = write!(
            text,
            "  - rules: [{}]\n    match: {{kinds: {}, namespaces: {}, names: {}}}\n    reason: found by podline init; say \
             why it must, or fix it\n",
            rules.join(", "),
            quoted(&globset::escape(kind)),
            quoted(&globset::escape(namespace)),
            quoted(name),
        );
    }
    text + "\n"
}

/// A text as YAML: bare where that is safe, else in double quotes.
fn quoted(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.');
    // What YAML 1.1 reads as something else than a string.
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    let is_bare = !is_word && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_plain);
    if is_bare { text.to_owned() } else { crate::report::json::to_json(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::file::SourceFile;

    #[test]
    fn what_is_written_can_be_read() {
        let one = |level, templates| Namespace {
            level,
            templates,
            above_baseline: BTreeMap::from([(("Pod".to_owned(), "on".to_owned()), BTreeSet::from(["pss/privileged"]))]),
        };
        let namespaces =
            BTreeMap::from([("web".to_owned(), one(Level::Baseline, 1)), ("no".to_owned(), one(Level::Privileged, 2))]);
        let survey = Survey { templates: 2, namespaces, labelled: 1, ..Survey::default() };
        let text = configuration(&survey);
        let read = config::read::read(&SourceFile::new(NAME, text.into_bytes()).expect("a small file"));
        assert_eq!(read.mistakes, []);
        assert_eq!((read.config.namespaces.len(), read.config.waivers.len()), (2, 1));
        assert_eq!(read.config.waivers[0].objects.names.0, ["on"]);
    }
}
