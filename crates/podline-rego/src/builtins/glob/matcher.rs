//! The matchers of gobwas. They work on bytes, and count characters where gobwas does, right or wrong.
//!
//! Source: github.com/gobwas/glob v0.2.3, `match/`.

use crate::context::{Budget, Failure};

/// What a pattern is made of.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    /// Anything without these characters.
    Any(Vec<char>),
    AnyOf(Vec<Matcher>),
    Tree(Box<Tree>),
    Contains {
        needle: String,
        not: bool,
    },
    EveryOf(Vec<Matcher>),
    List {
        chars: Vec<char>,
        not: bool,
    },
    /// At most so many characters.
    Max(usize),
    /// At least so many characters.
    Min(usize),
    Nothing,
    Prefix(String),
    PrefixAny(String, Vec<char>),
    PrefixSuffix(String, String),
    Range {
        low: char,
        high: char,
        not: bool,
    },
    /// Matchers of known lengths, one after the other.
    Row {
        length: usize,
        matchers: Vec<Matcher>,
    },
    /// One character that is none of these.
    Single(Vec<char>),
    Suffix(String),
    SuffixAny(String, Vec<char>),
    Super,
    Text(String),
}

/// A matcher with what stands before and behind it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    /// Characters of all, of what stands before and of what stands behind, if they are known.
    lengths: [Option<usize>; 3],
}

impl Tree {
    pub(super) fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Tree {
        let side = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::length);
        let (before, behind) = (side(&left), side(&right));
        let all = [before, value.length(), behind].into_iter().sum();
        Tree { value, left, right, lengths: [all, before, behind] }
    }

    fn matches(&self, text: &[u8], budget: &Budget) -> Result<bool, Failure> {
        let [all, before, behind] = self.lengths;
        if all.is_some_and(|length| length > text.len()) {
            return Ok(false);
        }
        let mut offset = before.unwrap_or(0);
        let limit = match behind {
            Some(right) => text.len().saturating_sub(right),
            None => text.len(),
        };
        while offset < limit {
            let Some((index, lengths)) = self.value.find(&text[offset..limit], budget)? else { return Ok(false) };
            let start = offset + index;
            let left = match &self.left {
                Some(left) => left.matches(&text[..start], budget)?,
                None => start == 0,
            };
            for length in lengths.iter().rev().filter(|_| left) {
                let rest = text.get(start + length..).unwrap_or_default();
                let right = match &self.right {
                    Some(right) => right.matches(rest, budget)?,
                    None => rest.is_empty(),
                };
                if right {
                    return Ok(true);
                }
            }
            offset = start + decode(text.get(start..).unwrap_or_default()).1.max(1);
        }
        Ok(false)
    }
}

/// The first character and its bytes, as Go's `utf8.DecodeRune`.
fn decode(text: &[u8]) -> (char, usize) {
    if text.is_empty() {
        return (char::REPLACEMENT_CHARACTER, 0);
    }
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8()))
}

/// Each character, where it starts and where it ends.
fn chars(text: &[u8]) -> impl Iterator<Item = (usize, char, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (c, width) = decode(&text[at..]);
        let start = at;
        at += width;
        (width > 0).then_some((start, c, at))
    })
}

/// The bytes that Go's `utf8.RuneLen` counts.
fn width(c: char) -> usize {
    c.len_utf8()
}

fn search(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

/// Where the first of the separators, in their order, is found.
fn search_any(text: &[u8], separators: &[char]) -> Option<usize> {
    separators.iter().find_map(|separator| search(text, separator.encode_utf8(&mut [0; 4]).as_bytes()))
}

/// Where the last of the first separator that is there is found. Of those beyond ASCII gobwas finds the first.
fn search_any_backwards(text: &[u8], separators: &[char]) -> Option<usize> {
    separators.iter().find_map(|separator| {
        if separator.is_ascii() {
            memchr::memmem::rfind(text, separator.encode_utf8(&mut [0; 4]).as_bytes())
        } else {
            search(text, separator.encode_utf8(&mut [0; 4]).as_bytes())
        }
    })
}

/// Where each character starts, and the end.
fn starts(text: &[u8]) -> Vec<usize> {
    chars(text).map(|(start, _, _)| start).chain([text.len()]).collect()
}

/// Where a match starts, and the lengths that it may have.
type Found = Option<(usize, Vec<usize>)>;

impl Matcher {
    /// The number of characters, if it is the same for all that it matches.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Matcher::Tree(tree) => tree.lengths[0],
            Matcher::AnyOf(matchers) => {
                // Gobwas forgets those of unknown length that come before all others.
                let mut lengths = matchers.iter().map(Matcher::length).skip_while(Option::is_none);
                let first = lengths.next()??;
                lengths.all(|length| length == Some(first)).then_some(first)
            }
            Matcher::EveryOf(matchers) if matchers.is_empty() => Some(0),
            Matcher::List { .. } | Matcher::Range { .. } | Matcher::Single(_) => Some(1),
            Matcher::Nothing => Some(0),
            Matcher::Row { length, .. } => Some(*length),
            Matcher::Text(text) => Some(text.chars().count()),
            _ => None,
        }
    }

    /// Does it match the whole text?
    pub(super) fn matches(&self, text: &[u8], budget: &Budget) -> Result<bool, Failure> {
        budget.steps(1 + text.len() / 16)?;
        let one = |wanted: &dyn Fn(char) -> bool| {
            let (c, width) = decode(text);
            text.len() <= width && wanted(c)
        };
        Ok(match self {
            Matcher::Any(separators) => search_any(text, separators).is_none(),
            Matcher::AnyOf(matchers) => {
                for matcher in matchers {
                    if matcher.matches(text, budget)? {
                        return Ok(true);
                    }
                }
                false
            }
            Matcher::Tree(tree) => tree.matches(text, budget)?,
            Matcher::Contains { needle, not } => search(text, needle.as_bytes()).is_some() != *not,
            Matcher::EveryOf(matchers) => {
                for matcher in matchers {
                    if !matcher.matches(text, budget)? {
                        return Ok(false);
                    }
                }
                true
            }
            Matcher::List { chars, not } => one(&|c| chars.contains(&c) != *not),
            Matcher::Max(limit) => chars(text).count() <= *limit,
            // Also of none: gobwas looks at the limit behind the first character.
            Matcher::Min(limit) => chars(text).count() >= (*limit).max(1),
            Matcher::Nothing => text.is_empty(),
            Matcher::Prefix(prefix) => text.starts_with(prefix.as_bytes()),
            Matcher::PrefixAny(prefix, separators) => {
                text.strip_prefix(prefix.as_bytes()).is_some_and(|rest| search_any(rest, separators).is_none())
            }
            Matcher::PrefixSuffix(prefix, suffix) => {
                text.starts_with(prefix.as_bytes()) && text.ends_with(suffix.as_bytes())
            }
            Matcher::Range { low, high, not } => one(&|c| (*low..=*high).contains(&c) != *not),
            Matcher::Row { length, matchers } => {
                chars(text).take(length + 1).count() == *length && row_matches(matchers, text, budget)?
            }
            Matcher::Single(separators) => one(&|c| !separators.contains(&c)),
            Matcher::Suffix(suffix) => text.ends_with(suffix.as_bytes()),
            Matcher::SuffixAny(suffix, separators) => {
                text.strip_suffix(suffix.as_bytes()).is_some_and(|rest| search_any(rest, separators).is_none())
            }
            Matcher::Super => true,
            Matcher::Text(wanted) => text == wanted.as_bytes(),
        })
    }

    /// Where it matches first.
    fn find(&self, text: &[u8], budget: &Budget) -> Result<Found, Failure> {
        budget.steps(1 + text.len() / 4)?;
        let one = |wanted: &dyn Fn(char) -> bool| {
            chars(text).find(|(_, c, _)| wanted(*c)).map(|(start, c, _)| (start, vec![width(c)]))
        };
        Ok(match self {
            Matcher::Any(separators) => {
                let end = search_any(text, separators).unwrap_or(text.len());
                Some((0, starts(&text[..end])))
            }
            Matcher::AnyOf(matchers) => any_found(matchers, text, budget)?,
            // Gobwas has not got to it.
            Matcher::Tree(_) => None,
            Matcher::Contains { needle, not } => contains_found(text, needle.as_bytes(), *not),
            Matcher::EveryOf(matchers) => every_found(matchers, text, budget)?,
            Matcher::List { chars, not } => one(&|c| *not != chars.contains(&c)),
            Matcher::Max(limit) => {
                let ends = chars(text).take(*limit).map(|(start, c, _)| start + width(c));
                Some((0, std::iter::once(0).chain(ends).collect()))
            }
            Matcher::Min(limit) => {
                let ends: Vec<usize> =
                    chars(text).skip(limit.saturating_sub(1)).map(|(start, c, _)| start + width(c)).collect();
                (!ends.is_empty() && text.len() + 1 > *limit).then_some((0, ends))
            }
            Matcher::Nothing => Some((0, vec![0])),
            Matcher::Prefix(prefix) => prefix_found(text, prefix.as_bytes(), &[]),
            Matcher::PrefixAny(prefix, separators) => prefix_found(text, prefix.as_bytes(), separators),
            Matcher::PrefixSuffix(prefix, suffix) => between_found(text, prefix.as_bytes(), suffix.as_bytes()),
            Matcher::Range { low, high, not } => one(&|c| *not != (*low..=*high).contains(&c)),
            Matcher::Row { length, matchers } => {
                for (start, _, _) in chars(text).take_while(|(start, _, _)| text.len() - start >= *length) {
                    if row_matches(matchers, &text[start..], budget)? {
                        return Ok(Some((start, vec![*length])));
                    }
                }
                None
            }
            Matcher::Single(separators) => one(&|c| !separators.contains(&c)),
            Matcher::Suffix(suffix) => search(text, suffix.as_bytes()).map(|at| (0, vec![at + suffix.len()])),
            Matcher::SuffixAny(suffix, separators) => search(text, suffix.as_bytes()).map(|at| {
                let start = search_any_backwards(&text[..at], separators).map_or(0, |before| before + 1);
                (start, vec![at + suffix.len() - start])
            }),
            Matcher::Super => Some((0, starts(text))),
            Matcher::Text(wanted) => search(text, wanted.as_bytes()).map(|at| (at, vec![wanted.len()])),
        })
    }
}

/// Each takes as many characters as it is long; of the last one gobwas takes the first byte only.
fn row_matches(matchers: &[Matcher], text: &[u8], budget: &Budget) -> Result<bool, Failure> {
    let mut at = 0;
    for matcher in matchers {
        let length = matcher.length().unwrap_or(0);
        let rest = &text[at..];
        // One that seems to have no length takes all that is left, and Go panics where nothing is.
        let most = if length == 0 { usize::MAX } else { length };
        let taken = chars(rest).take(most).map(|(start, _, _)| start).enumerate().last();
        let Some((count, last)) = taken else {
            return if length == 0 { Err(Failure::error("slice bounds out of range")) } else { Ok(false) };
        };
        if count + 1 < length || !matcher.matches(&rest[..=last], budget)? {
            return Ok(false);
        }
        at += last + 1;
    }
    Ok(true)
}

fn any_found(matchers: &[Matcher], text: &[u8], budget: &Budget) -> Result<Found, Failure> {
    let mut found: Found = None;
    for matcher in matchers {
        let Some((at, mut lengths)) = matcher.find(text, budget)? else { continue };
        match &mut found {
            Some((first, _)) if at > *first => {}
            Some((first, known)) if at == *first => {
                known.append(&mut lengths);
                known.sort_unstable();
                known.dedup();
            }
            _ => found = Some((at, lengths)),
        }
    }
    Ok(found)
}

/// Gobwas only has matchers here that start at once: what is left are the lengths that all allow.
fn every_found(matchers: &[Matcher], text: &[u8], budget: &Budget) -> Result<Found, Failure> {
    let mut common: Option<Vec<usize>> = None;
    for matcher in matchers {
        let Some((_, lengths)) = matcher.find(text, budget)? else { return Ok(None) };
        let left = match common {
            None => lengths,
            Some(common) => common.into_iter().filter(|length| lengths.binary_search(length).is_ok()).collect(),
        };
        if left.is_empty() {
            return Ok(None);
        }
        common = Some(left);
    }
    Ok(Some((0, common.unwrap_or_default())))
}

fn contains_found(text: &[u8], needle: &[u8], not: bool) -> Found {
    let at = search(text, needle);
    if not {
        return Some((0, starts(&text[..at.unwrap_or(text.len())])));
    }
    let end = at? + needle.len();
    Some((0, starts(&text[end..]).into_iter().map(|start| end + start).collect()))
}

fn prefix_found(text: &[u8], prefix: &[u8], separators: &[char]) -> Found {
    let at = search(text, prefix)?;
    let rest = &text[at + prefix.len()..];
    let rest = &rest[..search_any(rest, separators).unwrap_or(rest.len())];
    let ends = chars(rest).map(|(start, c, _)| prefix.len() + start + width(c));
    Some((at, std::iter::once(prefix.len()).chain(ends).collect()))
}

fn between_found(text: &[u8], prefix: &[u8], suffix: &[u8]) -> Found {
    let at = search(text, prefix)?;
    if suffix.is_empty() {
        return Some((at, vec![text.len() - at]));
    }
    let mut rest = &text[at..];
    let mut lengths = Vec::new();
    while let Some(last) = memchr::memmem::rfind(rest, suffix) {
        lengths.push(last + suffix.len());
        rest = &rest[..last];
    }
    lengths.reverse();
    (!lengths.is_empty()).then_some((at, lengths))
}
