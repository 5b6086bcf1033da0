//! Hidden directories that a walk does not enter. All others it does: manifests are kept in `.k8s`, `.tekton` and the
//! like too.

use std::ffi::OsStr;

/// What version control keeps for itself: none of it is part of a checkout, so nobody needs to hear of it.
const OF_VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr", ".sl", ".pijul"];

/// Directories of forges, editors and tools: settings, caches and what was downloaded.
const OF_TOOLS: &[&str] = &[
    // Forges, and what runs there.
    ".github",
    ".gitlab",
    ".gitea",
    ".forgejo",
    ".circleci",
    ".azuredevops",
    ".semaphore",
    // Editors.
    ".idea",
    ".vscode",
    ".vscode-test",
    ".vs",
    ".fleet",
    ".zed",
    ".settings",
    ".history",
    ".devcontainer",
    // What was downloaded, and caches.
    ".terraform",
    ".terragrunt-cache",
    ".cache",
    ".npm",
    ".yarn",
    ".pnpm-store",
    ".cargo",
    ".rustup",
    ".m2",
    ".gradle",
    ".ivy2",
    ".bundle",
    ".vagrant",
    ".direnv",
    ".devenv",
    ".devbox",
    // Python.
    ".venv",
    ".virtualenv",
    ".tox",
    ".nox",
    ".eggs",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    // The web.
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".angular",
    ".astro",
    ".parcel-cache",
    ".turbo",
    ".nx",
    ".docusaurus",
    // What the desktop keeps.
    ".trash",
    ".trashes",
    ".spotlight-v100",
    ".fseventsd",
];

/// Whether version control keeps this directory for itself.
pub(super) fn is_of_version_control(name: &OsStr) -> bool {
    is_one_of(name, OF_VERSION_CONTROL)
}

/// Whether a walk passes over a directory of this name.
pub(super) fn is_of_tools(name: &OsStr) -> bool {
    is_one_of(name, OF_TOOLS)
}

/// In any case: where the file system does not tell them apart, they are the same.
fn is_one_of(name: &OsStr, names: &[&str]) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") && names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_and_settings_are_known_in_any_case_and_nothing_else_is() {
        let is_left = |name: &str| is_of_tools(name.as_ref()) || is_of_version_control(name.as_ref());
        assert!([".git", ".GIT", ".github", ".venv", ".Trash"].into_iter().all(is_left));
        assert!(![".k8s", ".tekton", ".helm", ".kube", ".", "git", "github", ".gitx"].into_iter().any(is_left));
    }
}
