//! Two revisions of the repository around the working directory, or one of them and what is checked out.

use std::path::{Path, PathBuf};

use super::{Role, Side, Tree, tree};
use crate::cli::{Check, Git};
use crate::commands::Status;
use crate::commands::check::Said;
use crate::commands::config_from::{Deciding, Laid, changed};
use crate::commands::revision::{Revision, enter};
use crate::commands::rule_filter::RuleFilter;
use crate::commands::terminal::{hint, working_directory};
use crate::report::summary::count;
use crate::source::git::{EntryKind, GitError, Repository};
use crate::source::path::{normal, way};

/// What of the repository is compared.
struct Scope {
    /// The root of the repository, by its real name.
    root: PathBuf,
    /// The way from there to the working directory.
    below: PathBuf,
    /// The paths that were given: as they are shown, and from the root.
    paths: Vec<(PathBuf, PathBuf)>,
}

/// What both sides have besides files.
struct Sides {
    base: Revision,
    /// None of what is checked out.
    head: Option<Revision>,
    /// The head with what decides as the base has it, if that is not the same: a change must not open the gate that it
    /// goes through.
    laid: Option<Laid>,
    /// What the head changes in that.
    changed: Vec<Said>,
    /// The paths of other repositories.
    submodules: Vec<PathBuf>,
}

/// Reads both sides.
///
/// # Errors
/// A revision is none, or cannot be read.
pub(super) fn read(base: &str, git: &Git, options: &Check, filter: &RuleFilter) -> Result<[(Side, Status); 2], String> {
    let repository = Repository::around(&working_directory()).map_err(|error| error.to_string())?;
    if repository.root.is_none() && git.head.is_none() {
        return Err("a bare repository has nothing checked out: name the other revision with --head".to_owned());
    }
    let scope = Scope::new(&repository, &options.input.paths)?;
    let sides = Sides::new(&repository, base, git, &scope).map_err(|error| error.to_string())?;
    sides.tell();
    let has = |revision: Option<&Revision>, path: &Path| match revision {
        Some(revision) => path.as_os_str().is_empty() || revision.snapshot.holds(path),
        None => scope.root.join(path).symlink_metadata().is_ok(),
    };
    let both = [Some(&sides.base), sides.head.as_ref()];
    if let Some((shown, _)) = scope.paths.iter().find(|(_, path)| !both.iter().any(|side| has(*side, path))) {
        return Err(format!("{}: neither revision has it", shown.display()));
    }
    let options = scope.anchored(options);
    let side = |revision: Option<&Revision>, role: Role| {
        let there = scope.paths.iter().filter(|(_, path)| has(revision, path)).map(|(shown, _)| shown.clone());
        scope.read(sides.root(role), there.collect(), &sides.submodules, (&options, filter, role))
    };
    let mut read = [side(Some(&sides.base), Role::Base)?, side(sides.head.as_ref(), Role::Head)?];
    let is_nothing = |(side, status): &(Side, Status)| side.files.is_empty() && *status == Status::Clean;
    if read.iter().all(is_nothing) {
        return Err("no file to read in either revision: no *.yaml, *.yml or *.json in the paths given".to_owned());
    }
    read[1].0.say(sides.changed, filter);
    Ok(read)
}

impl Scope {
    fn new(repository: &Repository, given: &[PathBuf]) -> Result<Self, String> {
        let here = working_directory();
        let root = repository.root.clone().unwrap_or_else(|| here.clone());
        let below = here.strip_prefix(&root).map(Path::to_path_buf).unwrap_or_default();
        let here_alone = [PathBuf::from(".")];
        let given = if given.is_empty() { &here_alone[..] } else { given };
        let paths = given.iter().map(|path| {
            let name = path.display();
            if path == Path::new("-") {
                return Err("standard input is of no revision: --git takes paths of the repository".to_owned());
            }
            let absolute = normal(&here.join(path));
            let Ok(from_root) = absolute.strip_prefix(&root) else {
                return Err(format!("{name} is outside of the repository {}", root.display()));
            };
            let shown = if path.is_absolute() { PathBuf::from(way(&here, &absolute)) } else { path.clone() };
            let shown = if shown.as_os_str().is_empty() { here_alone[0].clone() } else { shown };
            Ok((shown, from_root.to_path_buf()))
        });
        let paths = paths.collect::<Result<_, String>>()?;
        Ok(Self { root, below, paths })
    }

    /// The options, with every file that they name as it is in the working directory, whatever revision is read.
    fn anchored(&self, options: &Check) -> Check {
        let here = self.root.join(&self.below);
        let mut options = options.clone();
        options.input.paths = self.paths.iter().map(|(shown, _)| shown.clone()).collect();
        let policies = options.policy.iter_mut().filter(|path| path.as_path() != Path::new("."));
        let files = options.config.config.iter_mut().chain(&mut options.admission.admission_config);
        for path in policies.chain(files).chain(&mut options.admission.cluster) {
            if !path.as_os_str().is_empty() {
                *path = here.join(&path);
            }
        }
        options
    }

    /// Reads some paths of a tree, or of what is checked out.
    fn read(
        &self,
        root: Option<&Path>,
        paths: Vec<PathBuf>,
        submodules: &[PathBuf],
        (options, filter, role): (&Check, &RuleFilter, Role),
    ) -> Result<(Side, Status), String> {
        let title = if role == Role::Base { "BASE" } else { "HEAD" };
        if paths.is_empty() {
            hint(&format!("{title} has nothing in the paths given"));
            return Ok((Side::default(), Status::Clean));
        }
        let entered = root.map(|root| enter(root, &self.below)).transpose();
        let _entered = entered.map_err(|error| format!("a copy of {title} cannot be entered: {error}"))?;
        let tree = Tree::revision(root.unwrap_or(&self.root), paths, title.to_owned(), submodules);
        Ok(tree::read(&tree, options, filter, role))
    }
}

impl Sides {
    fn new(repository: &Repository, name: &str, git: &Git, scope: &Scope) -> Result<Self, GitError> {
        let base = repository.resolve(name)?;
        let head = repository.resolve(git.head.as_deref().unwrap_or("HEAD"))?;
        let base = if git.no_merge_base { base } else { repository.merge_base(&base, &head)? };
        if repository.is_shallow()? {
            hint("the clone is shallow: where it is cut, an older commit may be taken for the merge base");
        }
        let base = Revision::of(repository, &base, &[])?;
        let mut submodules = base.snapshot.submodules.clone();
        let is_submodule = |kind| kind == EntryKind::Submodule;
        let of_head = repository.tree(&head)?.into_iter().filter(|entry| is_submodule(entry.kind));
        submodules.extend(of_head.map(|entry| entry.path));
        submodules.sort();
        submodules.dedup();
        let head = git.head.is_some().then(|| Revision::of(repository, &head, &[])).transpose()?;
        let root = head.as_ref().map_or(&scope.root, |head| &head.root);
        let mut deciding = Deciding::of(&base.root, &[]);
        let here = if head.is_some() { deciding.among(root) } else { deciding.among_work_tree(root) };
        let changed = changed(&deciding, &here, (root, &scope.below), name);
        let laid = (!changed.is_empty()).then(|| Laid::new(&deciding, root)).transpose()?;
        Ok(Self { base, head, laid, changed, submodules })
    }

    /// The tree in which a side is read, if that is not what is checked out.
    fn root(&self, role: Role) -> Option<&Path> {
        match (role, &self.laid, &self.head) {
            (Role::Base, ..) => Some(&self.base.root),
            (Role::Head, Some(laid), _) => Some(&laid.root),
            (Role::Head, None, head) => head.as_ref().map(|head| head.root.as_path()),
        }
    }

    /// Says what is not compared.
    fn tell(&self) {
        let names = |paths: &[PathBuf]| {
            let shown: Vec<String> = paths.iter().take(3).map(|path| path.display().to_string()).collect();
            shown.join(", ") + if paths.len() > 3 { " \u{2026}" } else { "" }
        };
        if !self.submodules.is_empty() {
            let (count, names) = (count(self.submodules.len(), "submodule"), names(&self.submodules));
            hint(&format!("not compared: {count} ({names})"));
        }
        let pointers = &self.base.snapshot.pointers;
        if !pointers.is_empty() {
            let (count, names) = (count(pointers.len(), "file"), names(pointers));
            hint(&format!("Git LFS keeps {count} of BASE elsewhere ({names}): what they hold counts as new"));
        }
    }
}
