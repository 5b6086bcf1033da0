//! `podline init`: a commented configuration from what is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use rayon::prelude::*;

use super::Status;
use super::patches::Patches;
use super::read::{find, read};
use super::schema::pretty;
use super::terminal::{complain, hint};
use crate::cli::Init;
use crate::lint::{Options, lint};
use crate::pod_security::{Level, NEWEST_KNOWN};
use crate::policy::config;
use crate::policy::config::find::{NAME, SCHEMA};
use crate::report::summary::count;
use crate::source::discover::Input;
use crate::verdict::{SkipReason, Verdict};

/// Writes `podline.yaml` and its schema into the working directory.
pub(super) fn run(options: &Init) -> Status {
    if !options.force && Path::new(NAME).exists() {
        complain(&format!("{NAME} is there already; --force replaces it"));
        return Status::Failed;
    }
    let (inputs, status) = find(&options.input);
    if status != Status::Clean {
        return status;
    }
    let text = configuration(&survey(&inputs));
    let written = write(NAME, &text, options.force).and_then(|()| write(SCHEMA, &pretty(&config::schema()), true));
    if let Err(message) = written {
        complain(&message);
        return Status::Failed;
    }
    hint(&format!("wrote {NAME}, and {SCHEMA} for editors"));
    Status::Clean
}

fn write(name: &str, text: &str, replace: bool) -> Result<(), String> {
    let mut options = OpenOptions::new();
    options.write(true);
    // Somebody else may have written it since it was looked for.
    let options = if replace { options.create(true).truncate(true) } else { options.create_new(true) };
    let written = options.open(name).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("{name}: cannot be written: {error}"))
}

/// What was found.
#[derive(Debug, Default)]
struct Survey {
    templates: usize,
    /// How many templates each level allows.
    allowed: BTreeMap<Level, usize>,
    /// Namespaces with a template that the restricted level refuses, and the strictest level that allows all of theirs.
    namespaces: BTreeMap<String, Level>,
    /// Whether Namespaces say by labels how their pods are to be judged.
    labelled: usize,
    /// Directories with files that are templates of Helm or another tool.
    unrendered: BTreeSet<String>,
}

fn survey(inputs: &[Input]) -> Survey {
    let patches = Patches::new(inputs);
    let mut survey = Survey::default();
    let judged = inputs.iter().filter(|input| !patches.contains(input)).collect::<Vec<_>>();
    let levels = [Level::Baseline, Level::Restricted];
    let reports: Vec<_> = judged
        .par_iter()
        .filter_map(|input| {
            let file = read(input).ok()?;
            Some((*input, levels.map(|level| lint(&file, input.named, &Options { level, ..Options::default() }))))
        })
        .collect();
    for (input, [baseline, restricted]) in reports {
        survey.labelled += baseline.labelled_namespaces;
        if baseline.skipped.iter().any(|skipped| skipped.reason == SkipReason::Unrendered) {
            let directory = Path::new(&input.display).parent().unwrap_or(Path::new(""));
            survey.unrendered.insert(directory.to_string_lossy().into_owned());
        }
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
            let namespace = survey.namespaces.entry(baseline.effective_namespace.clone()).or_insert(level);
            *namespace = (*namespace).min(level);
        }
    }
    survey.namespaces.retain(|_, level| *level != Level::Restricted);
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
    text.push_str("# Files and directories to pass over, as in .gitignore.\n");
    text.push_str(&exclude(survey));
    text.push_str("# What applies to which namespaces; the first entry that matches holds.\n");
    text.push_str(&namespaces(survey));
    text.push_str(
        "# How much rules weigh: error, warning, note or off. `podline rules` lists them.\n\
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
        return "# namespaces:\n#   - namespace: kube-system\n#     level: privileged\n\n".to_owned();
    }
    let mut text =
        "# These do not meet restricted yet. Remove an entry to see what stands in the way.\nnamespaces:\n".to_owned();
    for (namespace, level) in &survey.namespaces {
        let _ = write!(text, "  - namespace: {}\n    level: {level}\n", quoted(namespace));
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
        let namespaces = BTreeMap::from([("web".to_owned(), Level::Baseline), ("no".to_owned(), Level::Privileged)]);
        let survey = Survey { templates: 2, namespaces, labelled: 1, ..Survey::default() };
        let text = configuration(&survey);
        let read = config::read::read(&SourceFile::new(NAME, text.into_bytes()).expect("a small file"));
        assert_eq!(read.mistakes, []);
        assert_eq!(read.config.namespaces.len(), 2);
    }
}
