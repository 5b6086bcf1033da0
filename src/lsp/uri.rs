//! URIs of files.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;

/// The path that a `file:` URI names; `None` for any other URI.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    if !path.starts_with('/') {
        return None;
    }
    from_bytes(host, decode(path))
}

/// The URI of a file, given by an absolute path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut uri = String::from(if bytes.starts_with(b"\\\\") { "file:" } else { "file://" });
    if cfg!(windows) && !bytes.starts_with(b"\\\\") {
        uri.push('/');
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => {
                let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
                uri.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    Uri::from_str(&uri).ok()
}

/// The bytes that a part of a URI stands for. A `%` without two digits stands for itself.
fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let both = if byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        let (byte, width) = both.map_or((byte, 1), |(high, low)| (u8::try_from(high * 16 + low).unwrap_or(byte), 3));
        decoded.push(byte);
        at += width;
    }
    decoded
}

#[cfg(unix)]
fn from_bytes(host: &str, path: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    // No path holds a NUL; to the system it would end there.
    (is_here && !path.contains(&0)).then(|| std::ffi::OsString::from_vec(path).into())
}

#[cfg(not(unix))]
fn from_bytes(host: &str, path: Vec<u8>) -> Option<PathBuf> {
    let path = String::from_utf8(path).ok()?;
    let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
    match path.strip_prefix('/') {
        Some(drive) if is_here && drive.as_bytes().get(1) == Some(&b':') => Some(drive.replace('/', "\\").into()),
        _ if !is_here => Some(format!("\\\\{host}{}", path.replace('/', "\\")).into()),
        _ => Some(path.into()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_uri_name_each_other() {
        for path in ["/a/b.yaml", "/with space/é#?%.yaml", "/a%20b", "/"] {
            let uri = uri_of(Path::new(path)).expect("a URI");
            assert_eq!(path_of(uri.as_str()), Some(PathBuf::from(path)), "{uri:?}");
        }
        assert_eq!(uri_of(Path::new("/a b/é.yaml")).expect("a URI").as_str(), "file:///a%20b/%C3%A9.yaml");
    }

    #[test]
    fn only_a_file_of_this_machine_has_a_path() {
        assert_eq!(path_of("file://localhost/a"), Some("/a".into()));
        assert_eq!(path_of("FILE:/a%2"), Some("/a%2".into()));
        for other in ["untitled:Untitled-1", "git:/a", "file://elsewhere/a", "file:a", "file://x", "a", "file:///%00"] {
            assert_eq!(path_of(other), None, "{other}");
        }
    }
}
