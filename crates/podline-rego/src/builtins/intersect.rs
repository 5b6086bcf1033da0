//! `regex.globs_match`: is there a text that two simple patterns both match?
//!
//! Source: github.com/yashtewari/glob-intersection v0.2.0, with its slips.

use std::collections::BTreeSet;

use super::operands::{found, text};
use crate::context::{Budget, Context, Failure, Outcome};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    None,
    Plus,
    Star,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Character(char),
    Dot,
    Set(BTreeSet<char>),
}

#[derive(PartialEq, Eq)]
struct Token {
    kind: Kind,
    flag: Flag,
}

/// The most characters of a set.
const LARGEST_SET: u32 = 100_000;

fn invalid(text: &str) -> Failure {
    Failure::error(format!("input:{text}, the input provided is invalid"))
}

/// The next character, and whether a backslash stands before it.
fn next(chars: &[char], at: &mut usize) -> Option<(char, bool)> {
    let escaped = chars.get(*at) == Some(&'\\');
    *at += usize::from(escaped);
    let c = *chars.get(*at)?;
    *at += 1;
    Some((c, escaped))
}

fn tokens(text: &str, budget: &Budget) -> Result<Vec<Token>, Failure> {
    let chars: Vec<char> = text.chars().collect();
    budget.bytes(chars.len().saturating_mul(32))?;
    let mut all: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (c, escaped) = next(&chars, &mut at).ok_or_else(|| invalid(text))?;
        let kind = match (c, escaped) {
            ('.', false) => Kind::Dot,
            ('[', false) => Kind::Set(set(&chars, &mut at, budget).ok_or_else(|| invalid(text))??),
            (']' | '+' | '*', false) => return Err(invalid(text)),
            (c, _) => Kind::Character(c),
        };
        let flag = match chars.get(at) {
            Some('+') => Flag::Plus,
            Some('*') => Flag::Star,
            // A backslash at the end is found out here.
            Some('\\') if at + 1 == chars.len() => return Err(invalid(text)),
            _ => Flag::None,
        };
        at += usize::from(flag != Flag::None);
        all.push(Token { kind, flag });
    }
    Ok(simplify(all))
}

/// Behind the `[`; nothing where it is no set.
fn set(chars: &[char], at: &mut usize, budget: &Budget) -> Option<Result<BTreeSet<char>, Failure>> {
    let mut set = BTreeSet::new();
    let mut before = None;
    loop {
        let (c, escaped) = next(chars, at)?;
        match (c, escaped) {
            (']', false) => return Some(Ok(set)),
            ('-', false) => {
                let low = before.take()?;
                if *at >= chars.len().saturating_sub(1) {
                    return None;
                }
                let (high, escaped) = next(chars, at)?;
                if high < low || (!escaped && matches!(high, ']' | '-')) {
                    return None;
                }
                let size = (u32::from(high) - u32::from(low)).min(LARGEST_SET);
                if let Err(failure) = budget.bytes(size as usize * 8) {
                    return Some(Err(failure));
                }
                set.extend(low..=high);
            }
            (c, _) => {
                set.insert(c);
                before = Some(c);
            }
        }
    }
}

/// Of equal neighbours with flags one is left.
fn simplify(tokens: Vec<Token>) -> Vec<Token> {
    let mut simple: Vec<Token> = Vec::new();
    for token in tokens {
        if let Some(last) = simple.last_mut()
            && last.flag != Flag::None
            && token.flag != Flag::None
            && last.kind == token.kind
        {
            if token.flag == Flag::Plus {
                last.flag = Flag::Plus;
            }
            continue;
        }
        simple.push(token);
    }
    simple
}

fn meet(a: &Token, b: &Token) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Character(a), Kind::Character(b)) => a == b,
        (Kind::Character(c), Kind::Set(set)) | (Kind::Set(set), Kind::Character(c)) => set.contains(c),
        (Kind::Set(a), Kind::Set(b)) => a.intersection(b).next().is_some(),
        (Kind::Dot, _) | (_, Kind::Dot) => true,
    }
}

pub(super) fn globs_match(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (first, second) = (tokens(text(operands, 0)?, context.budget)?, tokens(text(operands, 1)?, context.budget)?);
    match trim(&first, &second) {
        Some((first, second)) => found(normal(first, second, context.budget)?),
        None => found(false),
    }
}

/// Without what is plain at both ends, but for one token each; nothing where that differs.
fn trim<'t>(first: &'t [Token], second: &'t [Token]) -> Option<(&'t [Token], &'t [Token])> {
    let plain = |token: Option<&Token>| token.is_some_and(|token| token.flag == Flag::None);
    let mut left = 0;
    while plain(first.get(left)) && plain(second.get(left)) {
        if !meet(&first[left], &second[left]) {
            return None;
        }
        left += 1;
    }
    let left = left.saturating_sub(1);
    let (mut a, mut b) = (first.len(), second.len());
    while a > left && b > left && plain(first.get(a - 1)) && plain(second.get(b - 1)) {
        if !meet(&first[a - 1], &second[b - 1]) {
            return None;
        }
        (a, b) = (a - 1, b - 1);
    }
    if a < first.len() {
        (a, b) = (a + 1, b + 1);
    }
    Some((&first[left..a], &second[left..b]))
}

fn normal(first: &[Token], second: &[Token], budget: &Budget) -> Result<bool, Failure> {
    for (at, (a, b)) in first.iter().zip(second).enumerate() {
        budget.steps(1)?;
        if a.flag != Flag::None || b.flag != Flag::None {
            return special(&first[at..], &second[at..], budget);
        }
        if !meet(a, b) {
            return Ok(false);
        }
    }
    Ok(first.len() == second.len())
}

/// One of the two starts with a flag.
fn special(first: &[Token], second: &[Token], budget: &Budget) -> Result<bool, Failure> {
    let (flagged, other) = if first[0].flag == Flag::None { (second, first) } else { (first, second) };
    if flagged[0].flag == Flag::Star {
        return star(flagged, other, budget);
    }
    if !meet(&flagged[0], &other[0]) {
        return Ok(false);
    }
    if star(flagged, &other[1..], budget)? {
        return Ok(true);
    }
    if other[0].flag == Flag::None { Ok(false) } else { normal(&flagged[1..], other, budget) }
}

fn star(starred: &[Token], other: &[Token], budget: &Budget) -> Result<bool, Failure> {
    let next = starred.get(1);
    for (at, token) in other.iter().enumerate() {
        budget.steps(4)?;
        if next.is_some_and(|next| meet(token, next)) && normal(&starred[1..], &other[at..], budget)? {
            return Ok(true);
        }
        if !meet(token, &starred[0]) {
            return Ok(false);
        }
    }
    Ok(next.is_none())
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    /// Each is what OPA 1.17.1 answers.
    #[test]
    fn patterns_meet_where_a_text_fits_both() {
        for (name, operands, result) in [
            ("regex.globs_match", r#"["a.*b", "ab+"]"#, "true"),
            ("regex.globs_match", r#"["[a-c]", "d"]"#, "false"),
            ("regex.globs_match", r#"["a*", "b"]"#, "false"),
            ("regex.globs_match", r#"["]", "a"]"#, "undefined"),
        ] {
            assert_eq!(call(name, operands), result, "{name} {operands}");
        }
    }
}
