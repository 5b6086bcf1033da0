//! What applies to an object by its namespace, labels, service account and file.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::selector::Selector;
use super::severities::{Severities, Weight};
use crate::pod_security::{Level, Version};
use crate::source::path::normal;

/// What an object is chosen by.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The namespace that it is created in.
    pub namespace: &'a str,
    /// The labels of its own metadata.
    pub labels: &'a BTreeMap<String, String>,
    /// The account that its pods run as; `None` for an object without pods.
    pub service_account: Option<&'a str>,
}

/// One entry of `namespaces:` in the configuration.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Where it stands: `podline.yaml:14`.
    pub place: String,
    /// Namespaces that it is for; `None` for all.
    pub namespaces: Option<GlobSet>,
    /// Objects that it is for.
    pub selector: Selector,
    /// Service accounts that it is for; `None` for all.
    pub service_accounts: Option<GlobSet>,
    /// Files that it is for; `None` for all.
    pub files: Option<FileGlobs>,
    /// The level that it sets.
    pub level: Option<Level>,
    /// The version that it sets.
    pub version: Option<Version>,
    /// The weights of rules that it sets.
    pub severities: Severities,
}

impl Scope {
    fn is_for(&self, subject: Subject<'_>) -> bool {
        let matches = |globs: &Option<GlobSet>, text: &str| globs.as_ref().is_none_or(|globs| globs.is_match(text));
        let account = |account: &str| if account.is_empty() { "default".to_owned() } else { account.to_owned() };
        matches(&self.namespaces, subject.namespace)
            && self.selector.matches(subject.labels)
            && match (subject.service_account, &self.service_accounts) {
                (Some(name), accounts) => matches(accounts, &account(name)),
                (None, accounts) => accounts.is_none(),
            }
    }

    /// Whether it says at which level or version to judge.
    pub fn sets_level(&self) -> bool {
        self.level.is_some() || self.version.is_some()
    }

    fn names_objects(&self) -> bool {
        self.namespaces.is_some() || self.service_accounts.is_some() || self.selector != Selector::default()
    }
}

/// The entries of a configuration, and the weights for what none of them sets.
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// In order: the first that matches holds.
    pub scopes: Vec<Scope>,
    /// The weights for all.
    pub severities: Severities,
}

/// The entries that are for one file.
#[derive(Clone, Debug)]
pub struct FileScopes<'a> {
    scopes: Vec<&'a Scope>,
    severities: &'a Severities,
}

impl Scopes {
    /// Whether nothing is configured.
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.severities.is_empty()
    }

    /// The entries that are for a file. `name` is its path as reports show it.
    pub fn of_file(&self, name: &str) -> FileScopes<'_> {
        let is_for = |scope: &&Scope| scope.files.as_ref().is_none_or(|files| files.contain(Path::new(name)));
        FileScopes { scopes: self.scopes.iter().filter(is_for).collect(), severities: &self.severities }
    }
}

impl<'a> FileScopes<'a> {
    /// The entry for an object: the first that matches.
    pub fn of_object(&self, subject: Subject<'_>) -> Option<&'a Scope> {
        self.scopes.iter().find(|scope| scope.is_for(subject)).copied()
    }

    /// The entry for what belongs to no object: the first that asks for nothing but the file.
    pub fn of_document(&self) -> Option<&'a Scope> {
        self.scopes.iter().find(|scope| !scope.names_objects()).copied()
    }

    /// The weight of a rule: the entry's, else the one for all.
    pub fn weight(&self, scope: Option<&Scope>, rule: &str) -> Option<Weight> {
        scope.and_then(|scope| scope.severities.of(rule)).or_else(|| self.severities.of(rule))
    }

    /// Whether no rule has a configured weight.
    pub fn weighs_nothing(&self) -> bool {
        self.severities.is_empty() && self.scopes.iter().all(|scope| scope.severities.is_empty())
    }
}

/// Globs for names.
///
/// # Errors
/// The glob, and what is wrong with it.
pub fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).build();
        set.add(glob.map_err(|error| format!("{pattern:?} is no glob: {}", error.kind()))?);
    }
    set.build().map_err(|error| error.to_string())
}

/// Globs for files, as in a `.gitignore`: what has no slash matches at any depth, and a directory all that is in it.
#[derive(Clone, Debug)]
pub struct FileGlobs(Gitignore);

impl FileGlobs {
    /// Globs that are relative to `base`, an absolute path.
    ///
    /// # Errors
    /// The glob, and what is wrong with it.
    pub fn new(base: &Path, patterns: &[String]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new(base);
        // In a .gitignore a lone `[` stands for itself. In a configuration it is a slip.
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let line = pattern.strip_prefix("./").unwrap_or(pattern);
            if line.trim().is_empty() || line.starts_with(['!', '#']) {
                return Err(format!("{pattern:?} is no glob for files"));
            }
            builder.add_line(None, line).map_err(|error| match error {
                ignore::Error::Glob { err, .. } => format!("{pattern:?} is no glob: {err}"),
                error => format!("{pattern:?} is no glob: {error}"),
            })?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Whether a file is matched, or a directory that it lies in. A file outside the base never is.
    pub fn contain(&self, path: &Path) -> bool {
        let path = normal(path);
        path.starts_with(self.0.path()) && self.0.matched_path_or_any_parents(&path, false).is_ignore()
    }
}
