//! What a repository may reach: nothing outside itself.
//!
//! A gate runs on other people's changes. What a change can bring (a symbolic link, a path in a configuration) must not
//! make podline read, show or write what lies elsewhere. What the command line names is read wherever it lies.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::path::{normal, read_regular};
use super::repository::root_of;

/// So many links on one way are a loop, for Linux too.
const MOST_LINKS: usize = 40;

/// The directories that a run was given: they are the roots where there is no repository.
#[derive(Debug, Default)]
pub struct Given {
    paths: Vec<PathBuf>,
    /// By their real names. Most runs need none.
    real: OnceLock<Vec<PathBuf>>,
}

/// What a repository may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its real name.
    path: PathBuf,
    is_repository: bool,
}

/// A path leads out of the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Where it leads, as far as that can be told without looking there.
    to: PathBuf,
    /// None where it leads into what git keeps for itself.
    root: Option<Root>,
}

impl Given {
    /// Takes the paths of a command line, or the folders of an editor. Files among them do not matter.
    pub fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { paths: paths.into_iter().collect(), real: OnceLock::new() }
    }

    /// The directories among what was given, and those in which given files stand: absolute, as the names tell it.
    pub fn directories(&self) -> Vec<PathBuf> {
        let directory = |path: &PathBuf| {
            let absolute = normal(path);
            if path.is_dir() { absolute } else { absolute.parent().map_or(absolute.clone(), Path::to_path_buf) }
        };
        self.paths.iter().map(directory).collect()
    }

    /// What the files in a directory may reach: the repository around it, else the outermost given directory around it,
    /// else the directory itself.
    pub fn root(&self, directory: &Path) -> Root {
        let real = real(directory);
        self.around(&real).unwrap_or(Root { path: real, is_repository: false })
    }

    /// The same; none where the directory, by its real name, lies in no repository and in nothing that was given.
    fn around(&self, directory: &Path) -> Option<Root> {
        if let Some(path) = root_of(directory) {
            return Some(Root { path, is_repository: true });
        }
        let given = self.real.get_or_init(|| self.paths.iter().map(|path| real(path)).collect());
        let around = given.iter().filter(|given| directory.starts_with(given));
        let path = around.min_by_key(|given| given.as_os_str().len())?.clone();
        Some(Root { path, is_repository: false })
    }
}

impl Root {
    /// The real name of what a path leads to, whether or not there is anything.
    ///
    /// # Errors
    /// It leads out of the root, or into the directory that git keeps for itself: what is there came with no commit, and
    /// may hold credentials.
    pub fn inside(&self, path: &Path) -> Result<PathBuf, Outside> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let real = fs::canonicalize(path).unwrap_or_else(|_| follow(path, |_| false));
        match real.strip_prefix(&self.path) {
            Ok(below) if is_of_git(below) => Err(Outside { to: real, root: None }),
            Ok(_) => Ok(real),
            Err(_) => {
                let leaves = |way: &Path| !way.starts_with(&self.path) && !self.path.starts_with(way);
                Err(Outside { to: normal(&follow(path, leaves)), root: Some(self.clone()) })
            }
        }
    }

    /// The first symbolic link that stands in the root, on the way to a path as its names tell it.
    pub fn link_on(&self, path: &Path) -> Option<PathBuf> {
        let is_ours =
            |way: &&Path| way.is_symlink() && way.parent().is_some_and(|home| real(home).starts_with(&self.path));
        path.ancestors().filter(is_ours).last().map(Path::to_path_buf)
    }

    /// Reads a regular file in the root, and no other.
    ///
    /// # Errors
    /// It cannot be read, is no regular file, or lies [`Outside`].
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_regular(&self.inside(path).map_err(io::Error::other)?)
    }
}

/// Whether a link on the way to a path leads out of the repository that the link stands in, or of the working directory:
/// then nothing must be written there. Links that stand elsewhere belong to the system, or to the user.
///
/// # Errors
/// Where the first such link leads.
pub fn check_writable(path: &Path) -> Result<(), Outside> {
    let here = Given::new([PathBuf::new()]);
    let mut way = PathBuf::new();
    for component in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        way.push(component);
        if !way.is_symlink() {
            continue;
        }
        let home = real(way.parent().unwrap_or(&way));
        if let Some(root) = here.around(&home) {
            root.inside(&way)?;
        }
    }
    Ok(())
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = self.to.display();
        match &self.root {
            None => write!(f, "leads to {to}, which is git's own"),
            Some(Root { path, is_repository: true }) => {
                write!(f, "leads to {to}, outside of the repository {}", path.display())
            }
            Some(Root { path, .. }) => write!(f, "leads to {to}, outside of {}", path.display()),
        }
    }
}

impl std::error::Error for Outside {}

/// A directory by its real name; "" is the working directory.
fn real(directory: &Path) -> PathBuf {
    let opened = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    fs::canonicalize(opened).unwrap_or_else(|_| normal(opened))
}

/// Whether a path from the root leads into `.git`, however the file system spells it.
fn is_of_git(below: &Path) -> bool {
    below.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
}

/// Follows the links on the way to a path as the system does, also where there is nothing at its end. Stops as soon as
/// the way so far is `far_enough`, and then leaves the rest as it is.
fn follow(path: &Path, far_enough: impl Fn(&Path) -> bool) -> PathBuf {
    let parts = |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
    let mut ahead: Vec<OsString> = parts(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let (mut way, mut links) = (PathBuf::new(), 0);
    while let Some(part) = ahead.pop() {
        match Path::new(&part).components().next() {
            Some(Component::ParentDir) => {
                way.pop();
            }
            Some(Component::Normal(name)) => {
                way.push(name);
                if far_enough(&way) {
                    break;
                }
                if let Some(target) = fs::read_link(&way).ok().filter(|_| links < MOST_LINKS) {
                    links += 1;
                    way.pop();
                    ahead.extend(parts(&target));
                }
            }
            // The root of the file system, from which the target of a link may start over.
            _ => way.push(part),
        }
    }
    way.extend(ahead.into_iter().rev());
    way
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A repository `repo` beside a directory `other`, in which there is a file `secret`.
    fn scratch() -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().expect("a directory");
        let top = scratch.path().canonicalize().expect("a directory");
        for directory in ["repo/.git", "repo/deep/down", "other", "repo-2"] {
            fs::create_dir_all(top.join(directory)).expect("a directory");
        }
        for file in ["repo/.git/config", "repo/deep/a", "other/secret", "repo-2/secret"] {
            fs::write(top.join(file), "x").expect("a file");
        }
        (scratch, top)
    }

    fn root(top: &Path) -> Root {
        Given::default().root(&top.join("repo/deep"))
    }

    #[test]
    fn what_lies_in_the_repository_is_inside_however_it_is_called() {
        let (_scratch, top) = scratch();
        let repo = top.join("repo");
        symlink("deep", repo.join("link")).expect("a link");
        symlink(&repo, top.join("other/back")).expect("a link");
        for path in ["deep/a", "deep/down/../a", "link/a", "link/down/../a", "../repo/deep/a", "../other/back/deep/a"] {
            assert_eq!(root(&top).inside(&repo.join(path)), Ok(repo.join("deep/a")), "{path}");
        }
        assert_eq!(root(&top).inside(&repo.join("deep/gone/x")), Ok(repo.join("deep/gone/x")));
        assert_eq!(root(&top).inside(&repo), Ok(repo.clone()));
    }

    #[test]
    fn what_lies_elsewhere_is_outside_and_is_not_looked_at() {
        let (_scratch, top) = scratch();
        let repo = top.join("repo");
        symlink("../other", repo.join("out")).expect("a link");
        symlink("out/secret", repo.join("chain")).expect("a link");
        symlink("../other/gone", repo.join("dangling")).expect("a link");
        symlink("secret", top.join("other/inner")).expect("a link");
        let cases = [
            ("../other/secret", "other/secret"),
            ("deep/../../other/secret", "other/secret"),
            ("out/secret", "other/secret"),
            ("chain", "other/secret"),
            ("dangling", "other/gone"),
            ("out/inner", "other/inner"),
            ("out/gone/x", "other/gone/x"),
            ("gone/../../other/x", "other/x"),
            ("../repo-2/secret", "repo-2/secret"),
            ("..", ""),
        ];
        for (path, to) in cases {
            let outside = root(&top).inside(&repo.join(path)).expect_err(path);
            assert_eq!(outside.to, normal(&top.join(to)), "{path}");
            assert!(
                outside.to_string().ends_with(&format!("outside of the repository {}", repo.display())),
                "{outside}"
            );
        }
        let outside = root(&top).inside(Path::new("/proc/self/environ")).expect_err("outside");
        assert_eq!(outside.to, Path::new("/proc/self/environ"), "which process that is nobody asks");
    }

    #[test]
    fn a_name_in_another_case_is_another_directory_unless_the_file_system_says_otherwise() {
        let (_scratch, top) = scratch();
        let is_same = top.join("REPO").exists();
        assert_eq!(root(&top).inside(&top.join("REPO/deep/a")).is_ok(), is_same);
    }

    #[test]
    fn what_git_keeps_is_outside_however_it_is_spelt() {
        let (_scratch, top) = scratch();
        for path in [".git/config", "deep/../.git/config", ".GIT/config", "deep/.Git/x", ".git"] {
            let outside = root(&top).inside(&top.join("repo").join(path)).expect_err(path);
            assert!(outside.to_string().ends_with("which is git's own"), "{outside}");
        }
    }

    #[test]
    fn a_loop_of_links_ends() {
        let (_scratch, top) = scratch();
        let repo = top.join("repo");
        symlink("b", repo.join("a")).expect("a link");
        symlink("a", repo.join("b")).expect("a link");
        assert!(root(&top).inside(&repo.join("a")).is_ok(), "it leads nowhere");
        assert!(root(&top).read(&repo.join("a")).is_err());
    }

    #[test]
    fn without_a_repository_the_outermost_given_directory_is_the_root() {
        let (_scratch, top) = scratch();
        let given = Given::new([top.join("other"), top.clone(), "-".into()]);
        assert_eq!(given.root(&top.join("other")), Root { path: top.clone(), is_repository: false });
        assert_eq!(given.root(&top.join("repo/deep")), Root { path: top.join("repo"), is_repository: true });
        assert_eq!(Given::default().root(&top.join("other")).path, top.join("other"));
    }

    #[test]
    fn nothing_is_written_through_a_link_that_leads_out_of_its_repository() {
        let (_scratch, top) = scratch();
        let repo = top.join("repo");
        symlink("../other", repo.join("out")).expect("a link");
        symlink("../../other/new", repo.join("deep/new")).expect("a link");
        symlink("deep", repo.join("in")).expect("a link");
        symlink(&repo, top.join("mine")).expect("a link");
        for path in ["out/secret", "out/gone/x", "deep/new", "in/new", "out"] {
            assert!(check_writable(&repo.join(path)).is_err(), "{path}");
        }
        for path in [repo.join("in/a"), repo.join("in/gone"), top.join("mine/deep/a"), top.join("other/secret")] {
            assert_eq!(check_writable(&path), Ok(()), "{}", path.display());
        }
        assert_eq!(check_writable(Path::new("/dev/stdout")), Ok(()));
    }
}
