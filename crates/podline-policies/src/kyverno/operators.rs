//! Operators that stand in front of a pattern's text, and ranges.
//!
//! Source: kyverno `pkg/engine/operator/operator.go`.

/// The operator of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    MoreEqual,
    LessEqual,
    NotEqual,
    More,
    Less,
    InRange,
    NotInRange,
}

impl Sign {
    /// What Go's constants hold; for ranges it stands in the middle.
    pub(super) fn text(self) -> &'static str {
        match self {
            Sign::Equal => "",
            Sign::MoreEqual => ">=",
            Sign::LessEqual => "<=",
            Sign::NotEqual => "!",
            Sign::More => ">",
            Sign::Less => "<",
            Sign::InRange => "-",
            Sign::NotInRange => "!-",
        }
    }
}

/// The operator of a pattern; one of less than two characters has none.
pub(super) fn sign(pattern: &str) -> Sign {
    if pattern.len() < 2 {
        return Sign::Equal;
    }
    let written = [Sign::MoreEqual, Sign::LessEqual, Sign::More, Sign::Less, Sign::NotEqual];
    if let Some(sign) = written.into_iter().find(|sign| pattern.starts_with(sign.text())) {
        return sign;
    }
    if range(pattern, "!-").is_some() {
        return Sign::NotInRange;
    }
    if range(pattern, "-").is_some() { Sign::InRange } else { Sign::Equal }
}

/// Both ends of a range: `^([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)-([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)$`
pub(super) fn range<'p>(pattern: &'p str, between: &str) -> Option<(&'p str, &'p str)> {
    let left = end(pattern)?;
    let right = pattern[left..].strip_prefix(between)?;
    (end(right)? == right.len()).then_some((&pattern[..left], right))
}

/// How long the number with its unit is that stands in front.
fn end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first()?, b'-' | b'|' | b'+'));
    let whole = digits(at);
    if whole == 0 {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction > 0 {
            at += 1 + fraction;
        }
    }
    Some(at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count())
}
