//! Paths as the command line and the configuration compare them.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// An absolute path without `.` and, as far as the names tell, without `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
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
pub fn read_regular(path: &Path) -> std::io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    std::fs::read(path)
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
}
