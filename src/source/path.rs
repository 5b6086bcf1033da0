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
