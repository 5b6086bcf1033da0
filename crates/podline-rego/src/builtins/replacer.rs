//! Go's `strings.Replacer`: all pairs at once, in one pass.
//!
//! Source: Go's `strings/replace.go`.

use super::bytes::from_go;
use crate::context::{Budget, Failure};

/// The text with every old text replaced. At each place the first pair counts whose old text is there; an empty one is
/// found before each byte and at the end, but not directly behind another empty one.
pub(super) fn replace_all(text: &str, pairs: &[(&str, &str)], budget: &Budget) -> Result<String, Failure> {
    budget.bytes(text.len())?;
    budget.steps(text.len().saturating_mul(pairs.len()) / 16)?;
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let (mut at, mut after_empty) = (0, false);
    while at <= bytes.len() {
        let rest = &bytes[at..];
        let usable = |old: &str| rest.starts_with(old.as_bytes()) && !(after_empty && old.is_empty());
        let found = pairs.iter().find(|(old, _)| usable(old));
        after_empty = found.is_some_and(|(old, _)| old.is_empty());
        if let Some((old, new)) = found {
            budget.bytes(new.len())?;
            out.extend_from_slice(new.as_bytes());
            at += old.len();
        } else {
            out.extend(rest.first());
            at += 1;
        }
    }
    Ok(from_go(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_replaced_at_once_and_the_first_counts() {
        let replace = |text, pairs: &[(&str, &str)]| replace_all(text, pairs, &Budget::default()).expect("fits");
        assert_eq!(replace("abab", &[("", "-"), ("a", "b"), ("ab", "c")]), "-b-b-b-b-");
        assert_eq!(replace("aba", &[("a", "b"), ("b", "a")]), "bab");
        assert_eq!(replace("abc", &[("", "x")]), "xaxbxcx");
        assert_eq!(replace("aaa", &[("aa", "b")]), "ba");
    }

    #[test]
    fn the_budget_ends_what_grows_too_large() {
        let long = "x".repeat(1 << 20);
        let text = "a".repeat(1 << 10);
        assert!(replace_all(&text, &[("a", &long)], &Budget::default()).is_err());
    }
}
