//! Which objects an entry of the configuration is for: `match:`, the same in `namespaces:`, `policies:` and `waivers:`.
//!
//! Knows the names of kinds and nothing else of manifests; what an object is called is handed in as a [`Target`].

pub mod globs;
mod mistake;
pub mod one_or_many;
pub mod selector;

use std::collections::BTreeMap;
use std::path::Path;

use globset::GlobSet;
use serde::{Deserialize, Serialize};

use crate::manifest::suggest::nearest;
use crate::manifest::template;
use crate::yaml::path::{FieldPath, Segment};
use globs::{FileGlobs, globs};
pub use mistake::{MatchFault, MatchMistake};
pub use one_or_many::OneOrMany;
use selector::Selector;

/// Which objects an entry is for. Everything that is given must hold; what is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", schemars(deny_unknown_fields))]
pub struct Match {
    /// Globs for the namespace that the object is created in.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub namespaces: OneOrMany<String>,
    /// A label selector, as kubectl reads it, for the labels of the object: app=web,tier in (front, back),!legacy. Values
    /// may be globs. Of several selectors, all must hold.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub labels: OneOrMany<String>,
    /// Globs for the service account that the pods run as. Not supported in waivers.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub service_accounts: OneOrMany<String>,
    /// Globs for the user who creates the object (--user); those after ! are left out. In policies alone.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub users: OneOrMany<String>,
    /// Globs for the groups of that user (--group), of which one must match; whoever is in one after ! is left out. In
    /// policies alone.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub groups: OneOrMany<String>,
    /// Globs for the kind of the object.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub kinds: OneOrMany<String>,
    /// Globs for the name of the object, or for its generateName.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub names: OneOrMany<String>,
    /// Globs, as in .gitignore, for the file that the object is in. Not supported in policies.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub paths: OneOrMany<String>,
}

/// The keys of [`Match`].
pub const KEYS: [&str; 8] = ["namespaces", "labels", "service-accounts", "users", "groups", "kinds", "names", "paths"];

impl Match {
    /// Whether it is for everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a key of an earlier podline is called now, if it is one.
pub fn renamed(path: &FieldPath) -> Option<&'static str> {
    let names = path.segments().iter().filter_map(|segment| match segment {
        Segment::Field(name) => Some(name.as_ref()),
        Segment::Index(_) => None,
    });
    let names: Vec<&str> = names.collect();
    Some(match names.as_slice() {
        ["baseline"] => "accepted",
        ["admission", "namespaces-from"] => "cluster",
        ["namespaces" | "waivers", "namespace"] | ["policies", "namespaces"] => "match.namespaces",
        ["namespaces", "selector"] | ["waivers" | "policies", "labels"] => "match.labels, a selector such as app=web",
        ["namespaces", "service-account"] | ["policies", "serviceAccounts"] => "match.service-accounts",
        ["namespaces", "path"] | ["waivers", "file"] => "match.paths",
        ["waivers", "kind"] => "match.kinds",
        ["waivers", "name"] => "match.names",
        _ => return None,
    })
}

/// The list that an entry is in. Not every list can tell all that a [`Match`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `namespaces:`
    Namespaces,
    /// `policies:`
    Policies,
    /// `waivers:`
    Waivers,
}

/// An object, as far as a [`Match`] asks about it.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The namespace that it is created in.
    pub namespace: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name, or its generateName where it has none.
    pub name: &'a str,
    /// The labels of its own metadata.
    pub labels: &'a BTreeMap<String, String>,
    /// The labels of its pods, where they count as well.
    pub pod_labels: Option<&'a BTreeMap<String, String>>,
    /// The account that its pods run as ("" is the default one); `None` for an object without pods.
    pub service_account: Option<&'a str>,
    /// Who creates it; "" is nobody in particular.
    pub user: &'a str,
    /// The groups of who creates it.
    pub groups: &'a [String],
}

/// A [`Match`] that is ready for use. The default one is for everything.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    namespaces: Option<GlobSet>,
    labels: Vec<Selector>,
    service_accounts: Option<GlobSet>,
    users: Option<Chosen>,
    groups: Option<Chosen>,
    kinds: Option<GlobSet>,
    names: Option<GlobSet>,
    paths: Option<FileGlobs>,
}

impl Matcher {
    /// Reads globs and selectors. Globs for files are relative to `base`, an absolute path.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn new(wanted: &Match, section: Section, base: &Path) -> Result<Self, Vec<MatchMistake>> {
        let mut mistakes = Vec::new();
        refuse_unsupported(wanted, section, &mut mistakes);
        check_kinds(&wanted.kinds.0, &mut mistakes);
        let (users, groups) =
            (Chosen::new("users", &wanted.users, &mut mistakes), Chosen::new("groups", &wanted.groups, &mut mistakes));
        let mut names = |key, patterns: &[String]| {
            for (index, pattern) in patterns.iter().enumerate() {
                if let Err(error) = globs(std::slice::from_ref(pattern)) {
                    mistakes.push(MatchMistake { key, index, fault: MatchFault::Glob(error) });
                }
            }
            globs(patterns).ok().filter(|_| !patterns.is_empty())
        };
        let matcher = Self {
            users,
            groups,
            namespaces: names("namespaces", &wanted.namespaces.0),
            service_accounts: names("service-accounts", &wanted.service_accounts.0),
            kinds: names("kinds", &wanted.kinds.0),
            names: names("names", &wanted.names.0),
            labels: selectors(&wanted.labels.0, &mut mistakes),
            paths: files(&wanted.paths.0, base, &mut mistakes),
        };
        if mistakes.is_empty() { Ok(matcher) } else { Err(mistakes) }
    }

    /// Whether the file that an object is in is one of those asked for; `None` is no file, such as standard input.
    pub fn is_for_file(&self, path: Option<&Path>) -> bool {
        self.paths.as_ref().is_none_or(|paths| path.is_some_and(|path| paths.contain(path)))
    }

    /// Whether an object is one of those asked for, whatever its file.
    pub fn is_for(&self, subject: &Target<'_>) -> bool {
        let fits = |globs: &Option<GlobSet>, text: &str| globs.as_ref().is_none_or(|globs| globs.is_match(text));
        let account = subject.service_account.map(|name| if name.is_empty() { "default" } else { name });
        let bear = |labels: &BTreeMap<String, String>| self.labels.iter().all(|selector| selector.matches(labels));
        fits(&self.namespaces, subject.namespace)
            && fits(&self.kinds, subject.kind)
            && fits(&self.names, subject.name)
            && self.service_accounts.as_ref().is_none_or(|globs| account.is_some_and(|name| globs.is_match(name)))
            && self.users.as_ref().is_none_or(|users| users.holds(&[subject.user]))
            && self.groups.as_ref().is_none_or(|groups| groups.holds(subject.groups))
            && (bear(subject.labels) || subject.pod_labels.is_some_and(bear))
    }

    /// Whether it asks for more than a file.
    pub fn asks_for_objects(&self) -> bool {
        let globs = [&self.namespaces, &self.service_accounts, &self.kinds, &self.names];
        globs.into_iter().any(Option::is_some) || self.asks_for_labels() || self.asks_for_creators()
    }

    /// Whether it asks who creates an object.
    pub fn asks_for_creators(&self) -> bool {
        self.users.is_some() || self.groups.is_some()
    }

    /// Whether it asks for labels.
    pub fn asks_for_labels(&self) -> bool {
        !self.labels.is_empty()
    }
}

/// Names that are asked for, and names that are left out.
#[derive(Clone, Debug)]
struct Chosen {
    /// `None` is all.
    among: Option<GlobSet>,
    but: GlobSet,
}

impl Chosen {
    /// Reads globs, those after `!` as what is left out.
    fn new(key: &'static str, patterns: &OneOrMany<String>, mistakes: &mut Vec<MatchMistake>) -> Option<Self> {
        let (mut among, mut but) = (Vec::new(), Vec::new());
        for (index, pattern) in patterns.0.iter().enumerate() {
            let (list, glob) = match pattern.strip_prefix('!') {
                Some(glob) => (&mut but, glob),
                None => (&mut among, pattern.as_str()),
            };
            list.push(glob.to_owned());
            if let Err(error) = globs(std::slice::from_ref(&list[list.len() - 1])) {
                mistakes.push(MatchMistake { key, index, fault: MatchFault::Glob(error) });
            }
        }
        let is_given = !patterns.is_empty();
        let among = (!among.is_empty()).then(|| globs(&among));
        Some(Self { among: among.transpose().ok()?, but: globs(&but).ok()? }).filter(|_| is_given)
    }

    /// Whether one of these names is asked for, and none left out.
    fn holds(&self, names: &[impl AsRef<str>]) -> bool {
        let any = |globs: &GlobSet| names.iter().any(|name| globs.is_match(name.as_ref()));
        self.among.as_ref().is_none_or(any) && !any(&self.but)
    }
}

/// Notes the keys that this list cannot tell: an entry that asks for them would be for nothing, or for too much.
fn refuse_unsupported(wanted: &Match, section: Section, mistakes: &mut Vec<MatchMistake>) {
    let mut refuse = |key, values: &OneOrMany<String>, fault: MatchFault| {
        if !values.is_empty() {
            mistakes.push(MatchMistake { key, index: 0, fault });
        }
    };
    if section != Section::Policies {
        for (key, values) in [("users", &wanted.users), ("groups", &wanted.groups)] {
            refuse(key, values, MatchFault::CreatorsOutsidePolicies(key));
        }
    }
    match section {
        Section::Namespaces => {}
        Section::Policies => refuse("paths", &wanted.paths, MatchFault::PathsInPolicies),
        Section::Waivers => {
            refuse("service-accounts", &wanted.service_accounts, MatchFault::ServiceAccountsInWaivers);
        }
    }
}

/// A kind that is almost that of a built-in workload would never match. Any other may be a custom one.
fn check_kinds(kinds: &[String], mistakes: &mut Vec<MatchMistake>) {
    for (index, kind) in kinds.iter().enumerate() {
        let is_name = kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name || template::rows().any(|row| row.kind == kind) {
            continue;
        }
        let built_in = template::rows().filter(|row| row.is_built_in());
        if let Some(near) = nearest(kind, built_in.map(|row| row.kind)) {
            let fault = MatchFault::UnknownKind { kind: kind.clone(), near };
            mistakes.push(MatchMistake { key: "kinds", index, fault });
        }
    }
}

fn selectors(texts: &[String], mistakes: &mut Vec<MatchMistake>) -> Vec<Selector> {
    let mut selectors = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match Selector::parse(text) {
            Ok(selector) => selectors.push(selector),
            Err(error) => mistakes.push(MatchMistake { key: "labels", index, fault: MatchFault::Selector(error) }),
        }
    }
    selectors
}

fn files(patterns: &[String], base: &Path, mistakes: &mut Vec<MatchMistake>) -> Option<FileGlobs> {
    for (index, pattern) in patterns.iter().enumerate() {
        if let Err(error) = FileGlobs::new(base, std::slice::from_ref(pattern)) {
            mistakes.push(MatchMistake { key: "paths", index, fault: MatchFault::Glob(error) });
        }
    }
    FileGlobs::new(base, patterns).ok().filter(|_| !patterns.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(wanted: &Match, of: Section) -> Result<Matcher, Vec<(&'static str, usize)>> {
        let matcher = Matcher::new(wanted, of, Path::new("/repository"));
        matcher.map_err(|mistakes| mistakes.into_iter().map(|mistake| (mistake.key, mistake.index)).collect())
    }

    fn some(texts: &[&str]) -> OneOrMany<String> {
        OneOrMany(texts.iter().map(|&text| text.to_owned()).collect())
    }

    fn web<'a>(labels: &'a BTreeMap<String, String>, pod_labels: &'a BTreeMap<String, String>) -> Target<'a> {
        Target {
            namespace: "shop",
            kind: "Deployment",
            name: "web-1",
            labels,
            pod_labels: Some(pod_labels),
            service_account: Some(""),
            user: "",
            groups: &[],
        }
    }

    #[test]
    fn who_creates_an_object_is_chosen_by_users_and_groups_and_some_are_left_out() {
        let none = BTreeMap::new();
        let ops = ["ops".to_owned(), "system:authenticated".to_owned()];
        let is_for = |wanted: Match| {
            let subject = Target { user: "jeff", groups: &ops, ..web(&none, &none) };
            matcher(&wanted, Section::Policies).expect("a match").is_for(&subject)
        };
        assert!(is_for(Match { users: some(&["je*"]), groups: some(&["ops", "dev"]), ..Match::default() }));
        assert!(!is_for(Match { users: some(&["alice"]), ..Match::default() }));
        assert!(is_for(Match { groups: some(&["!system:masters"]), ..Match::default() }));
        assert!(!is_for(Match { groups: some(&["system:*", "!ops"]), ..Match::default() }));
        assert!(!is_for(Match { users: some(&["!jeff"]), ..Match::default() }));
    }

    #[test]
    fn everything_that_is_given_must_hold() {
        let (none, app) = (BTreeMap::new(), BTreeMap::from([("app".to_owned(), "web-1".to_owned())]));
        let is_for = |wanted: Match| matcher(&wanted, Section::Namespaces).expect("a match").is_for(&web(&none, &app));
        assert!(is_for(Match::default()));
        assert!(is_for(Match { namespaces: some(&["x", "sh*"]), kinds: some(&["Deployment"]), ..Match::default() }));
        assert!(!is_for(Match { namespaces: some(&["sh*"]), names: some(&["db"]), ..Match::default() }));
        assert!(is_for(Match { service_accounts: some(&["default"]), ..Match::default() }));
        assert!(is_for(Match { labels: some(&["app=web-*", "!legacy"]), ..Match::default() }));
        assert!(!is_for(Match { labels: some(&["app=web-*", "legacy"]), ..Match::default() }));
    }

    #[test]
    fn what_a_list_cannot_tell_is_refused() {
        let wanted =
            Match { users: some(&["me"]), service_accounts: some(&["x"]), paths: some(&["a/"]), ..Match::default() };
        let refused = |of| matcher(&wanted, of).map(|_| ());
        assert_eq!(refused(Section::Namespaces), Err(vec![("users", 0)]));
        assert_eq!(refused(Section::Policies), Err(vec![("paths", 0)]));
        assert_eq!(refused(Section::Waivers), Err(vec![("users", 0), ("service-accounts", 0)]));
    }

    #[test]
    fn every_mistake_is_found() {
        let wanted = Match {
            namespaces: some(&["a", "[a"]),
            labels: some(&["a b"]),
            kinds: some(&["Deploymnt"]),
            paths: some(&["!a"]),
            ..Match::default()
        };
        let mistakes = matcher(&wanted, Section::Waivers).map(|_| ());
        assert_eq!(mistakes, Err(vec![("kinds", 0), ("namespaces", 1), ("labels", 0), ("paths", 0)]));
    }
}
