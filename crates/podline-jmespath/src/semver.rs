//! Semantic versions, strictly: `1.2.3-rc.1+build`.
//!
//! Source: blang/semver v4 `Parse` and `Compare`.

use std::cmp::Ordering;

/// A version. Its build does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    pre: Vec<Pre>,
}

/// Numbers come before texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    Number(u64),
    Text(String),
}

impl Version {
    /// Reads a version.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = text.splitn(3, '.');
        let major = number(parts.next()?)?;
        let minor = number(parts.next()?)?;
        let rest = parts.next()?;
        let (rest, build) = match rest.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (rest, None),
        };
        let (patch, pre) = match rest.split_once('-') {
            Some((patch, pre)) => (patch, Some(pre)),
            None => (rest, None),
        };
        let sound =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if build.is_some_and(|build| !build.split('.').all(sound)) {
            return None;
        }
        let pre: Option<Vec<Pre>> = match pre {
            None => Some(Vec::new()),
            Some(pre) => pre.split('.').map(|part| if sound(part) { pre_of(part) } else { None }).collect(),
        };
        Some(Version { numbers: [major, minor, number(patch)?], pre: pre? })
    }

    /// Which comes first.
    pub fn compare(&self, other: &Version) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.pre.cmp(&other.pre),
        })
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

fn pre_of(text: &str) -> Option<Pre> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(text).map(Pre::Number);
    }
    Some(Pre::Text(text.to_owned()))
}
