//! What the types of the configuration cannot say of its values.

use std::path::PathBuf;

use super::{Reader, mistake};
use crate::config::severities::Severities;
use crate::config::{Config, NamespaceEntry, SeveritySetting, WaiverPolicySetting, deny, template};
use crate::local::error::LocalPolicyError;
use crate::local::policies::LocalPolicies;
use crate::local::policy::LocalPolicy;
use crate::matching::globs::FileGlobs;
use crate::matching::{self, Match, MatchMistake, Matcher, Section};
use crate::rules::{Catalogue, RuleSelector};
use crate::source::span::Span;
use crate::waiver::configured::{ConfiguredWaiver, WaiverEntry, WaiverMistake, Waivers};
use crate::waiver::date::Date;
use crate::waiver::rule_pattern::RulePattern;
use crate::yaml::path::FieldPath;
use crate::yaml::tree::{Kind, NodeId};

impl Reader<'_, '_> {
    /// Checks what the types cannot.
    pub(super) fn check(&mut self, config: &Config) {
        if config.level.is_some() && config.admission.is_some() {
            let message = "level and admission exclude each other: admission judges by the labels of the namespaces";
            self.at(&FieldPath::of("admission"), message);
        }
        self.check_rules(&FieldPath::ROOT, &config.rules);
        self.check_files(&FieldPath::of("exclude"), &config.exclude.0);
        if let Some(ignored) = self.tree.ignored() {
            let message = "a configuration is one document: what follows its end is not read";
            self.mistakes.push(mistake(self.file, ignored, message));
        }
        self.check_empty("namespaces", &["match"]);
        self.check_empty("waivers", &["match", "policy", "source", "image", "container", "until"]);
        self.check_empty("policies", &["match"]);
        for (index, entry) in config.namespaces.iter().enumerate() {
            self.check_entry(&FieldPath::of("namespaces").index(index), entry);
        }
        for (index, custom) in config.templates.iter().enumerate() {
            if let Err(mistake) = template::check(custom) {
                self.at(&FieldPath::of("templates").index(index).field(mistake.key()), mistake.to_string());
            }
        }
        self.check_waivers(&config.waivers);
        if let Some(policy) = &config.waiver_policy {
            self.check_waiver_policy(policy);
        }
        for (index, policy) in config.policies.iter().enumerate() {
            self.check_policy(&FieldPath::of("policies").index(index), policy);
        }
        for (index, name) in config.deny.0.iter().enumerate() {
            if let Err(unknown) = deny::parse(&name.0) {
                self.at(&FieldPath::of("deny").index(index), format!("deny: {unknown}"));
            }
        }
        for (index, output) in config.outputs.0.iter().enumerate() {
            if output.split_once('=').is_none_or(|(format, file)| format.is_empty() || file.is_empty()) {
                let message = format!("{output:?} is not FORMAT=FILE, such as json=podline.json");
                self.at(&FieldPath::of("outputs").index(index), message);
            }
        }
    }

    /// Whether entries say what they are for. A key without a value would not narrow them down at all, which is the
    /// opposite of what an empty list looks like.
    fn check_empty(&mut self, list: &'static str, keys: &[&'static str]) {
        let tree = self.tree;
        let Some(entries) = tree.root().and_then(|root| tree.get(root, list)) else { return };
        for (index, entry) in tree.children(tree.resolve(entries)).enumerate() {
            for &key in keys {
                let Some(value) = tree.get(entry, key) else { continue };
                let path = FieldPath::of(list).index(index).field(key);
                self.check_value(&path, value);
                if key == "match" {
                    for key in matching::KEYS {
                        if let Some(value) = tree.get(value, key) {
                            self.check_value(&path.field(key), value);
                        }
                    }
                }
            }
        }
    }

    fn check_value(&mut self, path: &FieldPath, value: NodeId) {
        let tree = self.tree;
        let is_collection = tree.kind(tree.resolve(value)) != Kind::Scalar;
        let is_empty = tree.is_null(value) || is_collection && tree.children(tree.resolve(value)).next().is_none();
        if is_empty && !self.is_said(path) {
            self.at_key(path, format!("{path} is empty: leave the key out for an entry without this condition"));
        }
    }

    fn check_waivers(&mut self, waivers: &[WaiverEntry]) {
        let nowhere = |entry: &WaiverEntry| ConfiguredWaiver {
            entry: entry.clone(),
            file: String::new(),
            line: 0,
            directory: PathBuf::new(),
            inherited: false,
            is_of_floor: false,
        };
        for (index, waiver) in waivers.iter().enumerate() {
            let at = FieldPath::of("waivers").index(index).field("rules");
            let mut named = Vec::new();
            self.each(&at, &waiver.rules.0, |at, name| named.push((self.span(at), name.to_owned())));
            for (span, name) in named {
                self.await_rule(RulePattern::name_of(&name), span);
            }
        }
        let mistakes =
            Waivers::new(waivers.iter().map(nowhere).collect(), Date::today(), Catalogue::before_policies()).err();
        for WaiverMistake { waiver, field, in_match, index, fault } in mistakes.unwrap_or_default() {
            let entry = FieldPath::of("waivers").index(waiver);
            let path = if in_match { entry.field("match").field(field) } else { entry.field(field) };
            self.at(&index.map_or(path.clone(), |index| path.index(index)), fault.to_string());
        }
    }

    fn check_waiver_policy(&mut self, policy: &WaiverPolicySetting) {
        let at = FieldPath::of("waiver-policy");
        let tree = self.tree;
        let value = tree.root().and_then(|root| tree.get(root, "waiver-policy"));
        for key in ["in-manifests", "until-within", "never"] {
            if let Some(value) = value.and_then(|value| tree.get(value, key)) {
                self.check_value(&at.field(key), value);
            }
        }
        let WaiverPolicySetting { in_manifests, until_within, never } = policy;
        match in_manifests.0.as_slice() {
            [word] if WaiverPolicySetting::WORDS.contains(&word.as_str()) => {}
            globs => {
                let mut found = Vec::new();
                self.each(&at.field("in-manifests"), globs, |at, glob| found.push((at.clone(), glob.to_owned())));
                for (at, glob) in found {
                    if WaiverPolicySetting::WORDS.contains(&glob.as_str()) {
                        self.at(
                            &at,
                            format!("{glob} stands alone: in-manifests takes allow, deny, or globs for files"),
                        );
                    } else if let Err(error) = FileGlobs::new(std::path::Path::new("/"), std::slice::from_ref(&glob)) {
                        self.at(&at, error.to_string());
                    }
                }
            }
        }
        if until_within.is_some_and(|days| !(1..=36_500).contains(&days)) {
            self.at(&at.field("until-within"), "until-within takes a number of days, from 1 to 36500");
        }
        let mut named = Vec::new();
        self.each(&at.field("never"), &never.0, |at, name| named.push((at.clone(), name.to_owned())));
        for (at, name) in named {
            if let Err(error) = RuleSelector::parse(&name, Catalogue::before_policies()) {
                self.at(&at, error.to_string());
            } else {
                let span = self.span(&at);
                self.await_rule(&name, span);
            }
        }
    }

    fn check_policy(&mut self, at: &FieldPath, policy: &LocalPolicy) {
        self.check_match(at, &policy.objects, Section::Policies);
        if let Some(Err(error)) = policy.until.as_deref().map(str::parse::<Date>) {
            self.at(&at.field("until"), error.to_string());
        }
        let policy = &LocalPolicy { objects: Match::default(), ..policy.clone() };
        if policy.name.is_empty() && policy.file.is_none() {
            self.at(at, "a policy needs a name, or a file");
        } else if policy.file.is_none()
            && let Err(error) = LocalPolicies::default().add(policy.clone())
            && !(error == LocalPolicyError::AsksNothing && self.wrong_within(at))
        {
            self.at(at, error.to_string());
        }
    }

    /// Whether something in an entry has been told to be of a wrong type, or misspelt: it may be what seems to be missing.
    fn wrong_within(&self, entry: &FieldPath) -> bool {
        self.wrong.iter().any(|wrong| wrong.segments().starts_with(entry.segments()))
    }

    fn check_entry(&mut self, at: &FieldPath, entry: &NamespaceEntry) {
        self.check_rules(at, &entry.rules);
        self.check_match(at, &entry.objects, Section::Namespaces);
        let names_version = entry.level.as_ref().is_some_and(|level| level.0.contains(':'));
        if names_version && entry.version.is_some() {
            self.at(&at.field("version"), "the level names a version already");
        }
    }

    fn check_match(&mut self, entry: &FieldPath, objects: &Match, section: Section) {
        // Any absolute base will do: only the globs are looked at.
        let mistakes = Matcher::new(objects, section, std::path::Path::new("/")).err();
        for MatchMistake { key, index, fault } in mistakes.unwrap_or_default() {
            self.at(&entry.field("match").field(key).index(index), fault.to_string());
        }
    }

    fn check_files(&mut self, at: &FieldPath, patterns: &[String]) {
        for (index, pattern) in patterns.iter().enumerate() {
            // Any absolute base will do: only the glob is looked at.
            if let Err(error) = FileGlobs::new(std::path::Path::new("/"), std::slice::from_ref(pattern)) {
                self.at(&at.index(index), error.to_string());
            }
        }
    }

    fn check_rules(&mut self, at: &FieldPath, weights: &std::collections::BTreeMap<String, SeveritySetting>) {
        let rules = Catalogue::before_policies();
        for (name, setting) in weights {
            let path = at.field("rules").field(name.clone());
            match Severities::new([(name.as_str(), setting.weight())], rules) {
                Err(error) => self.at_key(&path, error.to_string()),
                Ok(_) => self.await_rule(name, self.key_span(&path).unwrap_or_default()),
            }
        }
    }

    /// Notes a name that is a rule only if a policy brings it.
    fn await_rule(&mut self, name: &str, span: Span) {
        if RuleSelector::parse(name, Catalogue::of_podline()).is_err() {
            self.awaited.push((name.to_owned(), span));
        }
    }
}
