//! Kubernetes' semantic versions, version 1 of the library.

use std::cmp::Ordering;

use super::{Outcome, order, text};
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::value::{Opaque, Traced, Value};

const NAME: &str = "kubernetes.Semver";

/// A semantic version.
#[derive(Debug)]
struct Semver {
    numbers: [u64; 3],
    pre: Vec<Pre>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    /// Numbers come before text.
    Number(u64),
    Text(String),
}

impl Opaque for Semver {
    fn type_name(&self) -> &str {
        NAME
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Semver>().map(|other| self.compare(other).is_eq())
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

impl Semver {
    fn compare(&self, other: &Semver) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.pre.cmp(&other.pre),
        })
    }
}

/// The library.
pub fn library() -> Library {
    const PAIR: &str = "kubernetes.Semver.(kubernetes.Semver) -> bool";
    let mut library = Library::new()
        .function("semver", "string_to_semver", "(string) -> kubernetes.Semver", |_, args| make(text(args, 0)?, false))
        .function("semver", "string_bool_to_semver", "(string, bool) -> kubernetes.Semver", |_, args| {
            make(text(args, 0)?, flag(args)?)
        })
        .function("isSemver", "is_semver_string", "(string) -> bool", |_, args| {
            Ok(Value::Bool(make(text(args, 0)?, false).is_ok()))
        })
        .function("isSemver", "is_semver_string_bool", "(string, bool) -> bool", |_, args| {
            Ok(Value::Bool(make(text(args, 0)?, flag(args)?).is_ok()))
        });
    for (index, part) in ["major", "minor", "patch"].into_iter().enumerate() {
        library = library.function(part, &format!("semver_{part}"), "kubernetes.Semver.() -> int", move |_, args| {
            #[allow(clippy::cast_possible_wrap)] // as Go converts
            Ok(Value::Int(semver(args, 0)?.numbers[index] as i64))
        });
    }
    library
        .function("isGreaterThan", "semver_is_greater_than", PAIR, |_, args| Ok(Value::Bool(compared(args)?.is_gt())))
        .function("isLessThan", "semver_is_less_than", PAIR, |_, args| Ok(Value::Bool(compared(args)?.is_lt())))
        .function("compareTo", "semver_compare_to", "kubernetes.Semver.(kubernetes.Semver) -> int", |_, args| {
            Ok(order(compared(args)?))
        })
        .costs(|function, _, args, _| match function {
            "semver" | "isSemver" => Some(share(size(&args.first()?.value), TRAVERSAL)),
            "isGreaterThan" | "isLessThan" | "compareTo" | "major" | "minor" | "patch" => Some(1),
            _ => None,
        })
}

fn flag(args: &[Traced]) -> Result<bool, Error> {
    match args[1].value {
        Value::Bool(flag) => Ok(flag),
        _ => Err(Error::no_overload()),
    }
}

fn semver(args: &[Traced], index: usize) -> Result<&Semver, Error> {
    args[index].value.downcast().ok_or_else(Error::no_overload)
}

fn compared(args: &[Traced]) -> Result<Ordering, Error> {
    Ok(semver(args, 0)?.compare(semver(args, 1)?))
}

fn make(text: &str, normalize: bool) -> Outcome {
    let version = if normalize { parse(&normalized(text)?) } else { parse(text) };
    version.map(Value::opaque).map_err(Error::new)
}

/// Without a leading `v` and zeros, with all three numbers.
fn normalized(text: &str) -> Result<String, Error> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts: Vec<String> = text
        .splitn(3, '.')
        .map(|part| {
            if part.len() <= 1 {
                return part.to_owned();
            }
            let short = part.trim_start_matches('0');
            if short.starts_with(|c: char| c.is_ascii_digit()) { short.to_owned() } else { format!("0{short}") }
        })
        .collect();
    if parts.len() < 3 {
        if parts.last().is_some_and(|last| last.contains(['+', '-'])) {
            return Err(Error::new("short version cannot contain PreRelease/Build meta data"));
        }
        parts.resize(3, "0".to_owned());
    }
    Ok(parts.join("."))
}

fn parse(text: &str) -> Result<Semver, String> {
    if text.is_empty() {
        return Err("Version string empty".to_owned());
    }
    let parts: Vec<&str> = text.splitn(3, '.').collect();
    let [major, minor, rest] = parts[..] else {
        return Err("No Major.Minor.Patch elements found".to_owned());
    };
    let number = |what: &str, part: &str| -> Result<u64, String> {
        let quoted = crate::text::quote(part);
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            let what = what.to_ascii_lowercase();
            return Err(format!("Invalid character(s) found in {what} number {quoted}"));
        }
        if part.len() > 1 && part.starts_with('0') {
            return Err(format!("{what} number must not contain leading zeroes {quoted}"));
        }
        part.parse().map_err(|_| {
            let why = if part.is_empty() { "invalid syntax" } else { "value out of range" };
            format!("strconv.ParseUint: parsing {quoted}: {why}")
        })
    };
    let (major, minor) = (number("Major", major)?, number("Minor", minor)?);
    let (rest, build) = match rest.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (rest, None),
    };
    let (patch, pre) = match rest.split_once('-') {
        Some((patch, pre)) => (patch, Some(pre)),
        None => (rest, None),
    };
    let patch = number("Patch", patch)?;
    let pre = pre.map(|pre| pre.split('.').map(pre_release).collect()).transpose()?.unwrap_or_default();
    for part in build.into_iter().flat_map(|build| build.split('.')) {
        if part.is_empty() {
            return Err("Build meta data is empty".to_owned());
        }
        if !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(format!("Invalid character(s) found in build meta data {}", crate::text::quote(part)));
        }
    }
    Ok(Semver { numbers: [major, minor, patch], pre })
}

fn pre_release(part: &str) -> Result<Pre, String> {
    if part.is_empty() {
        return Err("Prerelease is empty".to_owned());
    }
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        if !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(format!("Invalid character(s) found in prerelease {}", crate::text::quote(part)));
        }
        return Ok(Pre::Text(part.to_owned()));
    }
    if part.len() > 1 && part.starts_with('0') {
        return Err(format!("Numeric PreRelease version must not contain leading zeroes {}", crate::text::quote(part)));
    }
    part.parse()
        .map(Pre::Number)
        .map_err(|_| format!("strconv.ParseUint: parsing {}: value out of range", crate::text::quote(part)))
}
