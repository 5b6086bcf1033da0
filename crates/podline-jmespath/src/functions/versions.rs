//! `semver_compare`: a version against a range of blang/semver (`>=1.2 <2.0.0 || 3.x`).
#![allow(clippy::case_sensitive_file_extension_comparisons)] // `.x` is no extension

use std::cmp::Ordering;

use super::{Call, Outcome};
use crate::error::Error;
use crate::semver::Version;

pub(super) fn semver_compare(call: &Call<'_>) -> Outcome {
    // A bad version is 0.0.0 to the original.
    let version = Version::parse(call.text(0)).unwrap_or_default();
    let range = range(call.text(1))?;
    Ok(range.iter().any(|all| all.iter().all(|bound| bound.holds(&version))).into())
}

struct Bound {
    operator: String,
    version: Version,
}

impl Bound {
    fn holds(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.operator.as_str() {
            ">" => order == Ordering::Greater,
            ">=" => order != Ordering::Less,
            "<" => order == Ordering::Less,
            "<=" => order != Ordering::Greater,
            "!" | "!=" => order != Ordering::Equal,
            _ => order == Ordering::Equal,
        }
    }
}

fn range(text: &str) -> Result<Vec<Vec<Bound>>, Error> {
    let parts = parts(text);
    let mut alternatives: Vec<Vec<Bound>> = vec![Vec::new()];
    for (at, part) in parts.iter().enumerate() {
        if part == "||" {
            if at == 0 {
                return Err(Error::new("First element in range is '||'"));
            }
            if at + 1 == parts.len() {
                return Err(Error::new("Last element in range is '||'"));
            }
            alternatives.push(Vec::new());
            continue;
        }
        for bound in expanded(part)? {
            if let Some(last) = alternatives.last_mut() {
                last.push(self::bound(&bound)?);
            }
        }
    }
    if parts.is_empty() {
        return Err(Error::new("Last element in range is '||'"));
    }
    Ok(alternatives)
}

/// Splits at blanks, but for those after an operator. Parts of one character are lost, as in the original.
fn parts(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let (mut parts, mut start, mut last) = (Vec::new(), 0, 0u8);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b' ' && !matches!(last, b'>' | b'<' | b'=') {
            if start + 1 < at {
                parts.push(&text[start..at]);
            }
            start = at + 1;
        } else if *byte != b' ' {
            last = *byte;
        }
    }
    if start + 1 < bytes.len() {
        parts.push(&text[start..]);
    }
    parts.into_iter().map(|part| part.replace(' ', "")).collect()
}

fn comparator(text: &str) -> Result<(&str, &str), Error> {
    let at = text
        .find(|c: char| c.is_ascii_digit())
        .ok_or_else(|| Error::new(format!("Could not get version from string: {}", podline_cel::quote(text))))?;
    Ok((text[..at].trim(), &text[at..]))
}

/// `1.x` as `>=1.0.0` and `<2.0.0`, and so on.
fn expanded(part: &str) -> Result<Vec<String>, Error> {
    if !part.contains('x') {
        return Ok(vec![part.to_owned()]);
    }
    let (operator, version) = comparator(part)?;
    let count = version.split('.').count();
    let wildcard = if version.ends_with(".x") || version == "x" { count } else { 0 };
    let flat = version.replacen(".x.x", ".x", 1).replacen(".x", ".0", 1);
    let flat = if flat.split('.').count() == 2 { format!("{flat}.0") } else { flat };
    let (before, operator, increment) = match operator {
        ">" => (None, ">=", true),
        ">=" => (None, ">=", false),
        "<" => (None, "<", false),
        "<=" => (None, "<", true),
        "" | "=" | "==" => (Some(format!(">={flat}")), "<", true),
        "!=" | "!" => (Some(format!("<{flat}")), ">=", true),
        _ => (None, "", false),
    };
    let result = match (increment, wildcard) {
        (false, _) => flat,
        (true, 2) => incremented(&flat, 0),
        (true, 3) => incremented(&flat, 1),
        (true, _) => String::new(),
    };
    Ok(before.into_iter().chain([format!("{operator}{result}")]).collect())
}

fn incremented(version: &str, part: usize) -> String {
    let parts = version.split('.').enumerate().map(|(at, text)| match text.parse::<i64>() {
        Ok(number) if at == part => number.wrapping_add(1).to_string(),
        _ => text.to_owned(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn bound(text: &str) -> Result<Bound, Error> {
    let bad = |why: String| Error::new(format!("Could not parse Range {}: {why}", podline_cel::quote(text)));
    let (operator, version) = comparator(text)?;
    if !matches!(operator, "" | "=" | "==" | ">" | ">=" | "<" | "<=" | "!" | "!=") {
        return Err(bad(format!("Could not parse comparator {}", podline_cel::quote(operator))));
    }
    let version = Version::parse(version)
        .ok_or_else(|| bad(format!("Could not parse version {}", podline_cel::quote(version))))?;
    Ok(Bound { operator: operator.to_owned(), version })
}
