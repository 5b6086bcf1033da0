//! Where files stand in their git repository: what a forge calls them.

use std::path::{Component, Path, PathBuf};

use super::STDIN;

/// How paths are written for those who know a repository and no working directory.
#[derive(Clone, Debug)]
pub struct Paths {
    working_directory: PathBuf,
    /// The root of the repository around the working directory.
    root: Option<PathBuf>,
    /// Stands in front of every path instead.
    prefix: Option<String>,
}

impl Paths {
    /// Paths as they are relative to `working_directory`; a `prefix` takes the place of the repository.
    pub fn new(working_directory: PathBuf, prefix: Option<String>) -> Self {
        let root = root_of(&working_directory);
        Self { working_directory, root, prefix }
    }

    /// A path relative to the root of the repository around the working directory, else to that of the file's own
    /// repository, else as it is. Standard input without a name stays so.
    pub fn rebase(&self, path: &str) -> String {
        if path == STDIN {
            return path.to_owned();
        }
        let absolute = without_dots(&self.working_directory.join(path));
        if let Some(prefix) = &self.prefix {
            let below = absolute.strip_prefix(&self.working_directory).map_or_else(|_| path.into(), slashed);
            return slashed(without_dots(&Path::new(prefix).join(below)));
        }
        let inside = self.root.as_ref().and_then(|root| absolute.strip_prefix(root).ok());
        if let Some(inside) = inside {
            return slashed(inside);
        }
        let own_root = absolute.parent().and_then(root_of);
        own_root.and_then(|root| absolute.strip_prefix(root).ok().map(slashed)).unwrap_or_else(|| path.to_owned())
    }
}

/// The nearest directory from here upwards that is the root of a repository.
pub fn root_of(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|ancestor| is_root(ancestor)).map(Path::to_path_buf)
}

/// Whether a directory holds `.git`: a directory, or a file in worktrees and submodules.
pub fn is_root(directory: &Path) -> bool {
    directory.join(".git").exists()
}

/// A path without `.` and, as far as there is something to leave, without `..`.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            Component::ParentDir if tidy.has_root() => {}
            other => tidy.push(other),
        }
    }
    tidy
}

/// A path with `/` between its parts.
fn slashed(path: impl AsRef<Path>) -> String {
    path.as_ref().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// A path as a relative URI, and an absolute one with its scheme.
pub fn to_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        // All that no part of a URI and no Markdown link takes for its own.
        if byte.is_ascii_alphanumeric() || b"-._~/+@=,".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            uri.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_path_is_rebased_to_the_repository_around_the_working_directory() {
        let scratch = tempfile::tempdir().expect("a directory");
        let root = scratch.path().join("repo");
        fs::create_dir_all(root.join(".git")).expect("a repository");
        fs::create_dir_all(root.join("deploy/sub")).expect("a directory");
        fs::write(root.join("deploy/sub/.git"), "gitdir: ../../.git/modules/sub").expect("a submodule");
        let from = |directory: &str, path: &str| Paths::new(root.join(directory), None).rebase(path);
        assert_eq!(from("", "deploy/a.yaml"), "deploy/a.yaml");
        assert_eq!(from("deploy", "a.yaml"), "deploy/a.yaml");
        assert_eq!(from("deploy", "../other/./a.yaml"), "other/a.yaml");
        assert_eq!(from("", "deploy/sub/a.yaml"), "deploy/sub/a.yaml");
        assert_eq!(from("deploy/sub", "a.yaml"), "a.yaml");
        assert_eq!(from("..", "repo/deploy/a.yaml"), "deploy/a.yaml");
        assert_eq!(from("deploy", root.join("b.yaml").to_str().expect("UTF-8")), "b.yaml");
        assert_eq!(from("deploy", "<stdin>"), "<stdin>");
    }

    #[test]
    fn outside_of_a_repository_a_path_stays_as_it_is() {
        let scratch = tempfile::tempdir().expect("a directory");
        let paths = Paths::new(scratch.path().to_path_buf(), None);
        assert_eq!(paths.rebase("deploy/a.yaml"), "deploy/a.yaml");
        assert_eq!(paths.rebase("../a.yaml"), "../a.yaml");
    }

    #[test]
    fn a_prefix_takes_the_place_of_the_repository() {
        let with = |prefix: &str, path: &str| Paths::new("/repo/deploy".into(), Some(prefix.to_owned())).rebase(path);
        assert_eq!(with("clusters/eu/", "a.yaml"), "clusters/eu/a.yaml");
        assert_eq!(with("clusters/eu", "./b/../a.yaml"), "clusters/eu/a.yaml");
        assert_eq!(with("clusters/eu", "/repo/deploy/a.yaml"), "clusters/eu/a.yaml");
        assert_eq!(with("", "a.yaml"), "a.yaml");
    }

    #[test]
    fn a_uri_encodes_all_that_could_mean_something() {
        assert_eq!(to_uri("a b/ü#?%[x](y):1.yaml"), "a%20b/%C3%BC%23%3F%25%5Bx%5D%28y%29%3A1.yaml");
        assert_eq!(to_uri("/tmp/a.yaml"), "file:///tmp/a.yaml");
        assert_eq!(to_uri("<stdin>"), "%3Cstdin%3E");
    }
}
