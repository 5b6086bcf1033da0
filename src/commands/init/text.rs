//! The text of the configuration that `podline init` writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::survey::{Answers, Survey};
use crate::config::find::SCHEMA;
use crate::pod_security::{Level, NEWEST_KNOWN};
use crate::report::summary::count;
use crate::rules::RuleId;
use crate::waiver::date::Date;

/// The file of accepted findings.
pub(super) const ACCEPTED: &str = "podline.accepted";

/// So many days what cannot be read is left alone.
pub(super) const LEFT_ALONE: i32 = 90;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// Today, where all that is there is to be accepted.
    pub accept: Option<Date>,
    /// The cluster's version, if somebody knows.
    pub kubernetes_version: Option<u32>,
}

/// The text of the configuration.
pub(super) fn configuration(survey: &Survey, asked: &Asked) -> String {
    let mut text = format!("# yaml-language-server: $schema={SCHEMA}\n");
    text.push_str("# What podline judges these manifests by. Every key is described by `podline schema config`.\n\n");
    text.push_str(&standard(survey, asked));
    if survey.labelled > 0 {
        let _ = write!(
            text,
            "# {} here says by labels how its pods are judged. To judge by these labels instead of by `level`:\n\
             # admission: true\n\n",
            count(survey.labelled, "Namespace"),
        );
    }
    text.push_str("# Files and directories to skip, as in .gitignore.\n");
    text.push_str(&exclude(survey, asked));
    text.push_str("# What applies to which namespaces; the first entry that matches applies.\n");
    text.push_str(&namespaces(survey, asked));
    text.push_str(&waivers(survey, asked));
    let sign = if asked.accept.is_some() { "" } else { "# " };
    let _ = write!(
        text,
        "# What is accepted for now, as `podline check --write-accepted {ACCEPTED}` writes it: only what comes\n\
         # after it is reported.\n{sign}accepted: {ACCEPTED}\n\n"
    );
    text.push_str(
        "# Who may waive: in manifests (allow, deny, or globs for files), for how many days, and what nobody may.\n\
         # waiver-policy: {in-manifests: deny, until-within: 90, never: [privileged]}\n\n\
         # Whether configurations in the directories below may only tighten what this one says.\n\
         # floor: true\n\n\
         # A configuration that this one extends, such as one for all repositories of an organization; with\n\
         # @sha256:DIGEST behind its name only that very file.\n\
         # extends: org/podline.base.yaml\n\n\
         # Other policies than the Standards: PodSecurityPolicies, or policies in their vocabulary.\n\
         # policies:\n#   - file: psp.yaml\n#   - name: images\n#     allowedRegistries: [registry.example.com]\n\n\
         # Objects of the cluster that are not checked themselves: Namespaces, for their labels and annotations.\n\
         # cluster: cluster/namespaces.yaml\n\n\
         # What fails a run although it is not a finding: unrendered, patch, encrypted, policy, ignored, hidden,\n\
         # outside, special, unjudged, undecided, unknown-version, or all.\n# deny: [unrendered, unjudged]\n\n\
         # Reports to write in addition to the one on standard output.\n\
         # outputs: sarif=podline.sarif\n\n\
         # How much rules weigh: error, warning, note or off. `podline explain` lists them.\n\
         # rules:\n#   manifest/unknown-field: error\n\n\
         # Where custom resources that podline does not know keep their pod templates.\n\
         # templates:\n#   - apiVersion: example.com/v1\n#     kind: WebService\n#     path: spec.template\n",
    );
    text
}

/// The level, and the cluster's version, which nobody but its owner knows.
fn standard(survey: &Survey, asked: &Asked) -> String {
    let [baseline, restricted] = survey.answers.map(answers);
    let version = match asked.kubernetes_version {
        Some(minor) => format!("kubernetes-version: v1.{minor}"),
        None => format!("# kubernetes-version: v1.{NEWEST_KNOWN}"),
    };
    format!(
        "# The level that pods must meet, where no entry of `namespaces` says otherwise: privileged, baseline or\n\
         # restricted. Of {} here baseline {baseline}; restricted {restricted}.\n\
         level: restricted\n\n\
         # The cluster's version: what `latest` means there. Raise it when the cluster is raised.\n\
         {version}\n\n",
        count(survey.templates, "pod template"),
    )
}

/// `allows 3, denies 1 and leaves 2 undecided`
fn answers(Answers { allowed, denied, undecided }: Answers) -> String {
    match undecided {
        0 => format!("allows {allowed} and denies {denied}"),
        _ => format!("allows {allowed}, denies {denied} and leaves {undecided} undecided"),
    }
}

fn exclude(survey: &Survey, asked: &Asked) -> String {
    let unreadable = if asked.accept.is_some() { &survey.unreadable } else { &BTreeSet::new() };
    let mut text = String::new();
    if !unreadable.is_empty() {
        text.push_str("# These cannot be opened: mend them, and take them out.\nexclude:\n");
        for file in unreadable {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  - {}", quoted(&pattern(file)));
        }
        return text + "\n";
    }
    if !survey.unrendered.is_empty() {
        text.push_str("# Templates are skipped anyway; here they are not even read.\n");
    }
    let example = BTreeSet::from(["vendor".to_owned()]);
    let directories = if survey.unrendered.is_empty() { &example } else { &survey.unrendered };
    text.push_str("# exclude:\n");
    for directory in directories.iter().filter(|directory| !directory.is_empty()).take(20) {
        let _ = writeln!(text, "#   - {}", quoted(&format!("{}/", pattern(directory))));
    }
    text + "\n"
}

/// A glob as in .gitignore for this path alone.
fn pattern(path: &str) -> String {
    let is_special = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | '!' | '#');
    let escaped = path.chars().fold(String::from("/"), |mut all, c| {
        if is_special(c) {
            all.push('\\');
        }
        all.push(c);
        all
    });
    match escaped.strip_suffix(' ') {
        // A blank at the end counts only so.
        Some(start) => format!("{start}\\ "),
        None => escaped,
    }
}

fn namespaces(survey: &Survey, asked: &Asked) -> String {
    if survey.namespaces.is_empty() || asked.accept.is_some() {
        return "# namespaces:\n#   - match: {namespaces: kube-system}\n#     level: privileged\n\n".to_owned();
    }
    let mut text =
        "# These do not meet restricted yet. Remove an entry to see what stands in the way.\nnamespaces:\n".to_owned();
    for (name, namespace) in &survey.namespaces {
        let level = namespace.proposed();
        let _ = write!(text, "  - match: {{namespaces: {}}}\n    level: {level}\n", quoted(&globset::escape(name)));
    }
    text + "\n"
}

/// What the configuration lets pass that the restricted level refuses, so that nobody takes a clean check for more.
pub(super) fn let_pass(survey: &Survey) -> Option<String> {
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
fn exceptions(survey: &Survey) -> impl Iterator<Item = (&String, (&(String, String), &BTreeSet<RuleId>))> {
    let proposed = survey.namespaces.iter().filter(|(_, namespace)| namespace.proposed() != namespace.level);
    proposed.flat_map(|(name, one)| one.above_baseline.iter().map(move |workload| (name, workload)))
}

/// Waivers: for what cannot be read if all is to be accepted, else for single workloads that need more than the level of
/// their namespace.
fn waivers(survey: &Survey, asked: &Asked) -> String {
    let mut text =
        "# What is accepted although a rule forbids it: which rules, for which objects, why, and until when. In a manifest a\n\
         # comment says the same: `# podline: ignore[hostNamespaces] it reads the node (until=2027-03-31)`.\n"
            .to_owned();
    let entries = match asked.accept {
        Some(today) => unjudged(survey, today),
        None => exceptional(survey),
    };
    text.push_str(entries.as_deref().unwrap_or(
        "# waivers:\n#   - rules: [hostNamespaces]\n#     match: {kinds: DaemonSet, namespaces: monitoring}\n#     reason: \
         it reads the node\n#     until: 2027-03-31\n",
    ));
    text + "\n"
}

fn exceptional(survey: &Survey) -> Option<String> {
    let mut text = "# These workloads need more than baseline: say why, or fix them.\nwaivers:\n".to_owned();
    let mut is_empty = true;
    for (namespace, ((kind, name), rules)) in exceptions(survey) {
        is_empty = false;
        let _ = write!(
            text,
            "  - rules: [{}]\n    match: {{kinds: {}, namespaces: {}, names: {}}}\n    reason: found by podline init; say \
             why it must, or fix it\n",
            names(rules),
            quoted(&globset::escape(kind)),
            quoted(&globset::escape(namespace)),
            quoted(name),
        );
    }
    (!is_empty).then_some(text)
}

/// A waiver for each file in which something cannot be judged: nobody knows what it holds, so it cannot stay so.
fn unjudged(survey: &Survey, today: Date) -> Option<String> {
    let mut text = "# Nobody knows what is in these: mend them before the waivers end.\nwaivers:\n".to_owned();
    let until = today.after(LEFT_ALONE);
    for (file, rules) in &survey.unjudged {
        let _ = write!(
            text,
            "  - rules: [{}]\n    match: {{paths: {}}}\n    reason: not readable when podline was adopted\n    until: {until}\n",
            rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>().join(", "),
            quoted(&pattern(file)),
        );
    }
    (!survey.unjudged.is_empty()).then_some(text)
}

fn names(rules: &BTreeSet<RuleId>) -> String {
    rules.iter().map(|rule| rule.as_str().trim_start_matches("pss/")).collect::<Vec<_>>().join(", ")
}

/// A text as YAML: bare where that is safe, else in double quotes.
fn quoted(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.');
    // What YAML 1.1 reads as something else than a string.
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    let begins = |c: char| c.is_ascii_alphabetic() || c == '/';
    let is_bare = !is_word && text.starts_with(begins) && text.bytes().all(is_plain);
    if is_bare { text.to_owned() } else { crate::report::json::to_json(text) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::survey::Namespace;
    use super::*;
    use crate::config::{self, find::NAME};
    use crate::matching::globs::FileGlobs;
    use crate::source::file::SourceFile;

    fn read(text: String) -> config::Config {
        let read = config::read::read(&SourceFile::new(NAME, text.into_bytes()).expect("a small file"));
        assert_eq!(read.mistakes, []);
        read.config
    }

    #[test]
    fn what_is_written_can_be_read() {
        let one = |level, templates| Namespace {
            level,
            templates,
            above_baseline: BTreeMap::from([(
                ("Pod".to_owned(), "on".to_owned()),
                BTreeSet::from([RuleId::built_in("pss/privileged")]),
            )]),
        };
        let namespaces =
            BTreeMap::from([("web".to_owned(), one(Level::Baseline, 1)), ("no".to_owned(), one(Level::Privileged, 2))]);
        let survey = Survey { templates: 2, namespaces, labelled: 1, ..Survey::default() };
        let config = read(configuration(&survey, &Asked::default()));
        assert_eq!((config.namespaces.len(), config.waivers.len()), (2, 1));
        assert_eq!(config.waivers[0].objects.names.0, ["on"]);
        assert!(config.kubernetes_version.is_none(), "nobody said which");
    }

    #[test]
    fn paths_are_quoted_so_that_each_means_itself_alone() {
        let paths = [
            "a b/c.yaml",
            "#x.yaml",
            "[a]*.yaml",
            "wei\"rd'.yaml",
            "on",
            "ends with ",
            "{a,b}.yaml",
            "!no.yaml",
            "ä: b.yaml",
        ];
        let rule = BTreeSet::from([RuleId::built_in("manifest/invalid-yaml")]);
        let unjudged = paths.into_iter().map(|path| (path.to_owned(), rule.clone())).collect();
        let unreadable = paths.into_iter().map(str::to_owned).collect();
        let survey = Survey { unjudged, unreadable, ..Survey::default() };
        let today = "2026-11-30".parse().expect("a day");
        let config = read(configuration(&survey, &Asked { accept: Some(today), kubernetes_version: Some(33) }));
        assert_eq!(config.waivers[0].until.as_deref(), Some("2027-02-28"));
        let lists = config.waivers.iter().map(|waiver| waiver.objects.paths.0[0].clone()).zip(config.exclude.0);
        for (index, (path, excluded)) in lists.enumerate() {
            assert_eq!(path, excluded);
            let globs = FileGlobs::new("/root".as_ref(), &[path]).expect("a glob");
            let meant: Vec<&str> =
                paths.into_iter().filter(|path| globs.contain(&std::path::Path::new("/root").join(path))).collect();
            assert_eq!(meant.len(), 1, "{index}: {meant:?}");
        }
    }

    #[test]
    fn what_nobody_knows_is_counted_apart() {
        let answers =
            [Answers { allowed: 3, denied: 1, undecided: 2 }, Answers { allowed: 0, denied: 6, undecided: 0 }];
        let text = configuration(&Survey { templates: 6, answers, ..Survey::default() }, &Asked::default());
        let told = "Of 6 pod templates here baseline allows 3, denies 1 and leaves 2 undecided; restricted allows 0 and denies 6.";
        assert!(text.contains(told), "{text}");
    }
}
