//! Paths as the command line and the configuration compare them.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// An absolute path without `.` and, as far as the names tell, without `..`.
pub fn normal(path: &Path) -> PathBuf {
    // Most paths are normal but for where they begin, and taking them apart is dear.
    if cfg!(unix)
        && let Some(normal) = joined(path)
    {
        return normal;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if normal.file_name().is_some_and(|name| name != OsStr::new("..")) => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// A path of Unix that is normal behind the `../` with which it may begin, as an absolute one.
fn joined(path: &Path) -> Option<PathBuf> {
    let (mut up, mut rest) = (0, path);
    while let Ok(below) = rest.strip_prefix("..") {
        (up, rest) = (up + 1, below);
    }
    if !is_plain(rest.as_os_str().as_encoded_bytes()) {
        return None;
    }
    if rest.is_absolute() {
        return Some(rest.to_owned());
    }
    let mut begin = std::env::current_dir().ok()?;
    for _ in 0..up {
        begin.pop();
    }
    begin.push(rest);
    Some(begin)
}

/// The name of what a path leads to: as [`Path::file_name`], which takes the path apart from its end and is dear.
pub fn name_of(path: &Path) -> Option<&OsStr> {
    halves(path).map_or_else(|| path.file_name(), |(_, name)| Some(name))
}

/// The directory in which a path stands: as [`Path::parent`], and cheaper.
pub fn directory_of(path: &Path) -> Option<&Path> {
    halves(path).map_or_else(|| path.parent(), |(directory, _)| Some(directory.as_ref()))
}

/// The directory and the name of a path that is written as most are.
#[cfg(unix)]
fn halves(path: &Path) -> Option<(&OsStr, &OsStr)> {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = path.as_os_str().as_bytes();
    let slash = memchr::memrchr(b'/', bytes)?;
    let (directory, name) = (&bytes[..slash], &bytes[slash + 1..]);
    let is_odd = directory.is_empty() || directory.ends_with(b"/") || directory.ends_with(b"/.");
    let is_usual = !is_odd && !matches!(name, b"" | b"." | b"..");
    is_usual.then(|| (OsStr::from_bytes(directory), OsStr::from_bytes(name)))
}

/// Paths of other systems are for the standard library.
#[cfg(not(unix))]
fn halves(_: &Path) -> Option<(&OsStr, &OsStr)> {
    None
}

/// Whether a path of Unix has no part that is empty, or begins with a dot.
fn is_plain(path: &[u8]) -> bool {
    let is_odd = |pair: &[u8]| pair == b"//" || pair == b"/.";
    !path.is_empty() && !path.starts_with(b".") && !path.ends_with(b"/") && !path.windows(2).any(is_odd)
}

/// A path as people are shown it: relative to the working directory where it lies in it, with `/`. That itself is `.`.
pub fn shown(path: &Path) -> String {
    relative(path).to_string_lossy().replace('\\', "/")
}

/// A path relative to the working directory where it lies in it, else absolute. That itself is `.`.
pub fn relative(path: &Path) -> PathBuf {
    let path = normal(path);
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(&path);
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
}

/// The way from a directory to a file, with `/`; both are absolute.
pub fn way(directory: &Path, file: &Path) -> String {
    let (mut there, mut here) = (file.components().peekable(), directory.components().peekable());
    while there.peek().is_some() && there.peek() == here.peek() {
        there.next();
        here.next();
    }
    let up = here.map(|_| "..".to_owned());
    let down = there.map(|part| match part {
        Component::RootDir => String::new(),
        part => part.as_os_str().to_string_lossy().into_owned(),
    });
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Reads a file that is one: a pipe or a device might never end.
///
/// # Errors
/// It cannot be read, or is no regular file.
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(path)
}

/// So many bytes are read of a pipe that somebody names, and that is no input.
const MOST_OF_PIPE: u64 = 256 << 20;

/// What is wrong with something else than a file.
pub const NO_FILE: &str = "it is neither a regular file nor a pipe such as <(...), /dev/stdin and /dev/fd/N";

/// Whether to open a file could wait for ever: it is a pipe that is not open yet.
pub fn may_wait(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_pipe(&metadata)) && !is_open_already(path)
}

/// Reads a file that somebody names: one that is regular, or a pipe that is open already, as that of a process substitution
/// and standard input are. To open another pipe could wait for ever, and a device may never end.
///
/// # Errors
/// It cannot be read, or is none of these.
pub fn read_asked(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_file() {
        return fs::read(path);
    }
    if metadata.is_dir() || !is_pipe(&metadata) || !is_open_already(path) {
        return Err(io::Error::other(NO_FILE));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_OF_PIPE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_OF_PIPE {
        return Err(io::Error::other(format!("the pipe holds more than {} MiB", MOST_OF_PIPE >> 20)));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// Whether a path names something that this process has open.
fn is_open_already(path: &Path) -> bool {
    let path = normal(path);
    path == Path::new("/dev/stdin") || ["/dev/fd", "/proc/self/fd"].iter().any(|directory| path.starts_with(directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_file_does_not_depend_on_where_podline_runs() {
        assert_eq!(way(Path::new("/repo"), Path::new("/repo/deploy/web.yaml")), "deploy/web.yaml");
        assert_eq!(way(Path::new("/repo/policy"), Path::new("/repo/deploy/web.yaml")), "../deploy/web.yaml");
        assert_eq!(way(Path::new("/"), Path::new("/web.yaml")), "web.yaml");
    }

    #[test]
    fn the_name_and_the_directory_of_a_path_are_those_of_the_standard_library() {
        for path in
            ["a", "a/b", "a/b/", "a//b", "a/./b", "./b", "../b", "/b", "//b", "/", "", ".", "..", "a/..", "a/.", "a/ä"]
        {
            let path = Path::new(path);
            assert_eq!(name_of(path), path.file_name(), "{}", path.display());
            assert_eq!(directory_of(path), path.parent(), "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_taken_apart_only_where_it_must_be_and_comes_out_the_same() {
        let here = std::env::current_dir().expect("a directory");
        for (given, meant) in
            [("a/b.yaml", "a/b.yaml"), ("./a/b", "a/b"), ("a//b", "a/b"), ("a/./b/", "a/b"), ("a/../b", "b")]
        {
            assert_eq!(normal(Path::new(given)).as_os_str(), here.join(meant).as_os_str(), "{given}");
        }
        let parent = here.parent().unwrap_or(&here);
        for (given, meant) in [("../a/b", "a/b"), (".././a", "a"), ("../a/../b", "b"), ("..", "")] {
            let meant = if meant.is_empty() { parent.to_owned() } else { parent.join(meant) };
            assert_eq!(normal(Path::new(given)).as_os_str(), meant.as_os_str(), "{given}");
        }
        for (given, meant) in
            [("/a/b", "/a/b"), ("/a/.git/b", "/a/.git/b"), ("//a/b", "/a/b"), ("/a/b/..", "/a"), ("/", "/")]
        {
            assert_eq!(normal(Path::new(given)).as_os_str(), meant, "{given}");
        }
        assert_eq!(normal(Path::new("")).as_os_str(), "");
    }
}
