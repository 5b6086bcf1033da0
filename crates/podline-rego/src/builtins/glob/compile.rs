//! From patterns to matchers, with the shortcuts of gobwas, which change what is matched in places.
//!
//! Source: github.com/gobwas/glob v0.2.3, `compiler/compiler.go`.

use super::matcher::{Matcher, Tree};
use super::syntax::Node;

/// The matcher of a pattern.
pub(super) fn compile(node: &Node, separators: &[char]) -> Matcher {
    let matcher = match node {
        Node::AnyOf(patterns) => {
            if let Some(smaller) = factor(patterns) {
                return compile(&smaller, separators);
            }
            Matcher::AnyOf(all(patterns, separators))
        }
        Node::Pattern(parts) if parts.is_empty() => Matcher::Nothing,
        Node::Pattern(parts) => join(&minimize(all(parts, separators))),
        Node::Any => Matcher::Any(separators.to_vec()),
        Node::Super => Matcher::Super,
        Node::Single => Matcher::Single(separators.to_vec()),
        Node::Nothing => Matcher::Nothing,
        Node::List { chars, not } => Matcher::List { chars: chars.clone(), not: *not },
        Node::Range { low, high, not } => Matcher::Range { low: *low, high: *high, not: *not },
        Node::Text(text) => Matcher::Text(text.clone()),
    };
    shorten(matcher)
}

fn all(nodes: &[Node], separators: &[char]) -> Vec<Matcher> {
    nodes.iter().map(|node| shorten(compile(node, separators))).collect()
}

/// A simpler matcher, where there is one.
fn shorten(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::Any(separators) if separators.is_empty() => Matcher::Super,
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => matchers.swap_remove(0),
        Matcher::List { chars, not: false } if chars.len() == 1 => Matcher::Text(chars.into_iter().collect()),
        Matcher::Tree(tree) => shorten_tree(*tree),
        other => other,
    }
}

fn shorten_tree(tree: Tree) -> Matcher {
    let left = tree.left.map(shorten);
    let right = tree.right.map(shorten);
    let Matcher::Text(text) = tree.value else {
        return Matcher::Tree(Box::new(Tree::new(tree.value, left, right)));
    };
    match (left, right) {
        (None, None) => Matcher::Text(text),
        (Some(Matcher::Super), Some(Matcher::Super)) => Matcher::Contains { needle: text, not: false },
        (Some(Matcher::Super), None) => Matcher::Suffix(text),
        (None, Some(Matcher::Super)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(text, suffix),
        (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix, text),
        (Some(Matcher::Any(separators)), None) => Matcher::SuffixAny(text, separators),
        (None, Some(Matcher::Any(separators))) => Matcher::PrefixAny(text, separators),
        (left, right) => Matcher::Tree(Box::new(Tree::new(Matcher::Text(text), left, right))),
    }
}

/// One matcher for several in a row.
fn join(matchers: &[Matcher]) -> Matcher {
    if let [one] = matchers {
        return one.clone();
    }
    if let Some(glued) = glue(matchers) {
        return glued;
    }
    // Around the longest of a known length.
    let longest = matchers.iter().enumerate().filter_map(|(at, matcher)| Some((matcher.length()?, at)));
    let Some((_, at)) = longest.max() else {
        return Matcher::Tree(Box::new(Tree::new(matchers[0].clone(), None, Some(join(&matchers[1..])))));
    };
    let side = |side: &[Matcher]| (!side.is_empty()).then(|| join(side));
    Matcher::Tree(Box::new(Tree::new(matchers[at].clone(), side(&matchers[..at]), side(&matchers[at + 1..]))))
}

fn glue(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() <= 1 {
        return None;
    }
    glue_every(matchers).or_else(|| {
        let length = matchers.iter().map(Matcher::length).sum::<Option<usize>>()?;
        Some(Matcher::Row { length, matchers: matchers.to_vec() })
    })
}

/// Of matchers that differ in the number of characters only.
fn glue_every(matchers: &[Matcher]) -> Option<Matcher> {
    let (mut any, mut everything, mut least) = (false, false, 0);
    let mut shared: Option<&[char]> = None;
    for matcher in matchers {
        let separators: &[char] = match matcher {
            Matcher::Super => {
                everything = true;
                &[]
            }
            Matcher::Any(separators) => {
                any = true;
                separators
            }
            Matcher::Single(chars) | Matcher::List { chars, not: true } => {
                least += 1;
                chars
            }
            _ => return None,
        };
        if **shared.get_or_insert(separators) != *separators {
            return None;
        }
    }
    let separators = shared.unwrap_or_default();
    if everything && !any && least == 0 {
        return Some(Matcher::Super);
    }
    if any && !everything && least == 0 {
        return Some(Matcher::Any(separators.to_vec()));
    }
    if (any || everything) && least > 0 && separators.is_empty() {
        return Some(Matcher::Min(least));
    }
    let mut every = Vec::new();
    if least > 0 {
        every.push(Matcher::Min(least));
        if !any && !everything {
            every.push(Matcher::Max(least));
        }
    }
    if !separators.is_empty() {
        // One after the other, as gobwas has it: not any of them.
        every.push(Matcher::Contains { needle: separators.iter().collect(), not: true });
    }
    Some(Matcher::EveryOf(every))
}

/// Glues what can be glued, the most first.
fn minimize(mut matchers: Vec<Matcher>) -> Vec<Matcher> {
    loop {
        let mut best: Option<(Matcher, usize, usize)> = None;
        for left in 0..matchers.len() {
            for right in (left + 1..=matchers.len()).rev() {
                let Some(glued) = glue(&matchers[left..right]) else { continue };
                let longer = |other: &Matcher| matches!((glued.length(), other.length()), (Some(a), Some(b)) if a > b);
                let better = best.as_ref().is_none_or(|(old, from, to)| to - from < right - left || longer(old));
                if better {
                    best = Some((glued, left, right));
                }
            }
        }
        let Some((glued, left, right)) = best else { return matchers };
        matchers.splice(left..right, [glued]);
    }
}

/// Takes what all alternatives have in common at their start and end out of the braces.
fn factor(patterns: &[Node]) -> Option<Node> {
    let parts: Vec<&[Node]> = patterns
        .iter()
        .map(|pattern| match pattern {
            Node::Pattern(parts) => Some(parts.as_slice()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (left, right) = common(&parts);
    if left == 0 && right == 0 {
        return None;
    }
    let shortest = shortest(&parts)?;
    let mut result = Vec::new();
    if left > 0 {
        result.push(Node::Pattern(shortest[..left].to_vec()));
    }
    let mut rest: Vec<Node> = Vec::new();
    for parts in &parts {
        let inner = &parts[left..parts.len() - right];
        let node = if inner.is_empty() { Node::Nothing } else { Node::Pattern(inner.to_vec()) };
        if !rest.contains(&node) {
            rest.push(node);
        }
    }
    match rest.len() {
        1 if rest[0] != Node::Nothing => result.append(&mut rest),
        0 | 1 => {}
        _ => result.push(Node::AnyOf(rest)),
    }
    if right > 0 {
        result.push(Node::Pattern(shortest[shortest.len() - right..].to_vec()));
    }
    Some(Node::Pattern(result))
}

fn shortest<'n>(all: &[&'n [Node]]) -> Option<&'n [Node]> {
    all.iter().min_by_key(|parts| parts.len()).copied()
}

/// How many parts all have in common at their start, and at their end.
fn common(all: &[&[Node]]) -> (usize, usize) {
    let (Some(tree), true) = (shortest(all), all.len() > 1) else { return (0, 0) };
    let skipped = all.iter().position(|parts| parts.len() == tree.len()).unwrap_or(0);
    let length = tree.len();
    let (mut left, mut right, mut stop_left, mut stop_right) = (0, 0, false, false);
    for at in 0..length {
        let from_end = length - 1 - at;
        if left + right >= length || (stop_left && stop_right) {
            break;
        }
        for (place, parts) in all.iter().enumerate() {
            if place == skipped || (stop_left && stop_right) {
                continue;
            }
            stop_left = stop_left || tree[at] != parts[at];
            stop_right = stop_right || (!stop_left && from_end <= at);
            stop_right = stop_right || tree[from_end] != parts[from_end + parts.len() - length];
        }
        left += usize::from(!stop_left);
        right += usize::from(!stop_right);
    }
    (left, right)
}
