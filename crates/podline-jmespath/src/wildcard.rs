//! Kyverno's wildcards: `*` for any run, `?` for exactly one character, and no escapes.
//!
//! The original tries every way to match, which takes exponential time. This one goes back to the last `*` only.

/// Does the whole text match? An empty pattern matches the empty text alone.
pub fn matches(pattern: &str, text: &str) -> bool {
    if !contains(pattern) {
        return pattern == text;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Does it hold a wildcard?
pub fn contains(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}
