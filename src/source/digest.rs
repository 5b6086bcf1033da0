//! Names of files with a digest: `policies/images.yaml@sha256:…`, as images are named.
//!
//! Whoever keeps copies of one file in many repositories says which text is meant: another one is not used.

use std::error::Error;
use std::fmt;

use sha2::{Digest as _, Sha256};

/// What stands between the name and the digest.
const MARK: &str = "@sha256:";

/// The hexadecimal digits of a digest.
const DIGITS: usize = 64;

/// A file as it is named, with the digest of its bytes if one is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned<'t> {
    /// The name without the digest.
    pub path: &'t str,
    digest: Option<&'t str>,
}

/// Why the bytes of a file are not those that were meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigestError {
    /// What is given is no digest.
    Malformed(String),
    /// They have another digest: the one that was meant, and theirs.
    Differs(String, String),
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(text) => {
                write!(f, "{text:?} is no digest: {DIGITS} hexadecimal digits follow {MARK}, as sha256sum prints them")
            }
            Self::Differs(meant, found) => {
                write!(
                    f,
                    "the file is not the one that was meant: its digest is sha256:{found}, and not sha256:{meant}"
                )
            }
        }
    }
}

impl Error for DigestError {}

impl<'t> Pinned<'t> {
    /// Reads a name.
    pub fn of(text: &'t str) -> Self {
        let (path, digest) = text.split_once(MARK).map_or((text, None), |(path, digest)| (path, Some(digest)));
        Self { path, digest }
    }

    /// Whether there is a digest.
    pub fn has_digest(&self) -> bool {
        self.digest.is_some()
    }

    /// Whether these bytes are those that are meant: any, where there is no digest.
    ///
    /// # Errors
    /// They are not, or the digest is none.
    pub fn check(&self, bytes: &[u8]) -> Result<(), DigestError> {
        let Some(digest) = self.digest else { return Ok(()) };
        if digest.len() != DIGITS || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(DigestError::Malformed(digest.to_owned()));
        }
        let meant = digest.to_ascii_lowercase();
        let found = Sha256::digest(bytes).iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        if meant == found { Ok(()) } else { Err(DigestError::Differs(meant, found)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_name_with_a_digest_means_just_these_bytes() {
        let name = format!("a/b.yaml@sha256:{OF_ABC}");
        let pinned = Pinned::of(&name);
        assert_eq!((pinned.path, pinned.has_digest()), ("a/b.yaml", true));
        assert_eq!(pinned.check(b"abc"), Ok(()));
        let said = pinned.check(b"abd").unwrap_err().to_string();
        assert!(said.contains(OF_ABC) && said.contains("sha256:a52d159f"), "{said}");
        assert_eq!(Pinned::of(&name.to_uppercase().replace("SHA256", "sha256")).check(b"abc"), Ok(()));
    }

    #[test]
    fn a_digest_that_is_none_is_no_name_of_any_bytes() {
        for text in
            ["a@sha256:", "a@sha256:12", &format!("a@sha256:{OF_ABC}0"), &format!("a@sha256:{}", "x".repeat(64))]
        {
            assert!(matches!(Pinned::of(text).check(b"abc"), Err(DigestError::Malformed(_))), "{text}");
        }
        assert_eq!(Pinned::of("a@b.yaml"), Pinned { path: "a@b.yaml", digest: None });
        assert_eq!(Pinned::of("a").check(b"any"), Ok(()));
    }
}
