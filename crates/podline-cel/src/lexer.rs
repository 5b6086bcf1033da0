//! Tokens, as ANTLR's lexer finds them for cel-go's grammar: the longest match, else an error and one
//! character further.

use crate::issues::Collector;
use crate::source::Source;

/// The kinds of tokens, in the grammar's order (error texts list them in it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Eof,
    Equals,
    NotEquals,
    In,
    Less,
    LessEquals,
    GreaterEquals,
    Greater,
    And,
    Or,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    Dot,
    Comma,
    Minus,
    Exclamation,
    Question,
    Colon,
    Plus,
    Star,
    Slash,
    Percent,
    True,
    False,
    Null,
    Float,
    Int,
    Uint,
    String,
    Bytes,
    Identifier,
    Escaped,
}

/// How error texts name each kind.
pub(crate) const NAMES: [&str; 36] = [
    "<EOF>",
    "'=='",
    "'!='",
    "'in'",
    "'<'",
    "'<='",
    "'>='",
    "'>'",
    "'&&'",
    "'||'",
    "'['",
    "']'",
    "'{'",
    "'}'",
    "'('",
    "')'",
    "'.'",
    "','",
    "'-'",
    "'!'",
    "'?'",
    "':'",
    "'+'",
    "'*'",
    "'/'",
    "'%'",
    "'true'",
    "'false'",
    "'null'",
    "NUM_FLOAT",
    "NUM_INT",
    "NUM_UINT",
    "STRING",
    "BYTES",
    "IDENTIFIER",
    "ESC_IDENTIFIER",
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The tokens of an expression, the last one `Eof`.
pub(crate) struct Tokens {
    pub(crate) found: Vec<Token>,
    /// What is no token, from and to.
    unknown: Vec<(usize, usize)>,
}

impl Tokens {
    /// The text from one place to another, without what is no token.
    pub(crate) fn text(&self, source: &Source, first: usize, to: usize) -> String {
        let mut from = first;
        let mut text = String::new();
        for (start, end) in self.unknown.iter().filter(|(start, _)| (first..to).contains(start)) {
            text.push_str(&source.text(from, *start));
            from = *end;
        }
        text.push_str(&source.text(from, to.max(from)));
        text
    }
}

/// All tokens of `source`. What is no token is reported and left out.
pub(crate) fn tokens(source: &Source, issues: &mut Collector) -> Tokens {
    let chars = source.chars();
    let mut found = Vec::new();
    let mut unknown = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match next(chars, at) {
            Ok((kind, end)) => {
                if let Some(kind) = kind {
                    found.push(Token { kind, start: at, end });
                }
                at = end;
            }
            Err(failed) => {
                let text = source.text(at, failed + 1);
                unknown.push((at, failed + 1));
                issues.report(source.location(at), format!("Syntax error: token recognition error at: '{text}'"));
                at = failed + 1;
            }
        }
    }
    found.push(Token { kind: Kind::Eof, start: chars.len(), end: chars.len() });
    Tokens { found, unknown }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

/// The token at `at` with its end (no kind: blank or comment), or the place of the character that fits nothing.
fn next(chars: &[char], at: usize) -> Result<(Option<Kind>, usize), usize> {
    let c = chars[at];
    let second = chars.get(at + 1).copied();
    let double = |with: char, kind: Kind, single: Option<Kind>| {
        if second == Some(with) {
            Ok((Some(kind), at + 2))
        } else {
            single.map_or(Err(at + 1), |single| Ok((Some(single), at + 1)))
        }
    };
    let single = |kind: Kind| Ok((Some(kind), at + 1));
    match c {
        '\t' | ' ' | '\r' | '\n' | '\u{c}' => Ok((None, at + 1)),
        '=' => double('=', Kind::Equals, None),
        '!' => double('=', Kind::NotEquals, Some(Kind::Exclamation)),
        '<' => double('=', Kind::LessEquals, Some(Kind::Less)),
        '>' => double('=', Kind::GreaterEquals, Some(Kind::Greater)),
        '&' => double('&', Kind::And, None),
        '|' => double('|', Kind::Or, None),
        '/' if second == Some('/') => {
            let end = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| at + length);
            Ok((None, end))
        }
        '.' if second.is_some_and(|c| c.is_ascii_digit()) => Ok(number(chars, at)),
        '0'..='9' => Ok(number(chars, at)),
        '"' | '\'' => string(chars, at, false).map(|end| (Some(Kind::String), end)),
        '`' => escaped(chars, at),
        'a'..='z' | 'A'..='Z' | '_' => Ok(word(chars, at)),
        _ => match punctuation(c) {
            Some(kind) => single(kind),
            None => Err(at),
        },
    }
}

fn punctuation(c: char) -> Option<Kind> {
    Some(match c {
        '[' => Kind::LeftBracket,
        ']' => Kind::RightBracket,
        '{' => Kind::LeftBrace,
        '}' => Kind::RightBrace,
        '(' => Kind::LeftParen,
        ')' => Kind::RightParen,
        '.' => Kind::Dot,
        ',' => Kind::Comma,
        '-' => Kind::Minus,
        '?' => Kind::Question,
        ':' => Kind::Colon,
        '+' => Kind::Plus,
        '*' => Kind::Star,
        '/' => Kind::Slash,
        '%' => Kind::Percent,
        _ => return None,
    })
}

fn run(chars: &[char], from: usize, accept: impl Fn(char) -> bool) -> usize {
    from + chars[from.min(chars.len())..].iter().take_while(|c| accept(**c)).count()
}

fn number(chars: &[char], at: usize) -> (Option<Kind>, usize) {
    let digits = |from| run(chars, from, |c| c.is_ascii_digit());
    let is = |index: usize, wanted: &[char]| chars.get(index).is_some_and(|c| wanted.contains(c));
    let exponent = |from: usize| {
        if !is(from, &['e', 'E']) {
            return None;
        }
        let sign = from + 1 + usize::from(is(from + 1, &['+', '-']));
        Some(digits(sign)).filter(|end| *end > sign)
    };
    if chars[at] == '0' && is(at + 1, &['x']) {
        let end = run(chars, at + 2, |c| c.is_ascii_hexdigit());
        if end > at + 2 {
            return if is(end, &['u', 'U']) { (Some(Kind::Uint), end + 1) } else { (Some(Kind::Int), end) };
        }
    }
    let whole = digits(at);
    if is(whole, &['.']) && digits(whole + 1) > whole + 1 {
        let fraction = digits(whole + 1);
        return (Some(Kind::Float), exponent(fraction).unwrap_or(fraction));
    }
    if let Some(end) = exponent(whole) {
        return (Some(Kind::Float), end);
    }
    if is(whole, &['u', 'U']) { (Some(Kind::Uint), whole + 1) } else { (Some(Kind::Int), whole) }
}

fn word(chars: &[char], at: usize) -> (Option<Kind>, usize) {
    let end = run(chars, at, |c| c.is_ascii_alphanumeric() || c == '_');
    let text: String = chars[at..end].iter().collect();
    let quoted = |from: usize, raw: bool| {
        chars.get(from).is_some_and(|c| matches!(c, '"' | '\'')).then(|| string(chars, from, raw).ok()).flatten()
    };
    let literal = match text.as_str() {
        "r" | "R" => quoted(end, true).map(|end| (Some(Kind::String), end)),
        "b" | "B" => quoted(end, false).map(|end| (Some(Kind::Bytes), end)),
        "br" | "bR" | "Br" | "BR" => quoted(end, true).map(|end| (Some(Kind::Bytes), end)),
        _ => None,
    };
    literal.unwrap_or_else(|| {
        let kind = match text.as_str() {
            "in" => Kind::In,
            "true" => Kind::True,
            "false" => Kind::False,
            "null" => Kind::Null,
            _ => Kind::Identifier,
        };
        (Some(kind), end)
    })
}

fn escaped(chars: &[char], at: usize) -> Result<(Option<Kind>, usize), usize> {
    let end = run(chars, at + 1, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ' '));
    if end > at + 1 && chars.get(end) == Some(&'`') { Ok((Some(Kind::Escaped), end + 1)) } else { Err(end) }
}

/// The end of the string whose first quote is at `open`, or where it fails.
fn string(chars: &[char], open: usize, raw: bool) -> Result<usize, usize> {
    let quote = chars[open];
    let triple = chars.get(open + 1) == Some(&quote) && chars.get(open + 2) == Some(&quote);
    if triple {
        // `''` alone is a string too: the longest match decides.
        return Ok(triple_quoted(chars, open, quote, raw).unwrap_or(open + 2));
    }
    let mut at = open + 1;
    loop {
        match chars.get(at) {
            Some(c) if *c == quote => return Ok(at + 1),
            Some('\n' | '\r') | None => return Err(at),
            Some('\\') if !raw => at = escape_sequence(chars, at)?,
            Some(_) => at += 1,
        }
    }
}

fn triple_quoted(chars: &[char], open: usize, quote: char, raw: bool) -> Option<usize> {
    let mut at = open + 3;
    loop {
        match chars.get(at)? {
            c if *c == quote && chars.get(at + 1) == Some(&quote) && chars.get(at + 2) == Some(&quote) => {
                return Some(at + 3);
            }
            '\\' if !raw => at = escape_sequence(chars, at).ok()?,
            _ => at += 1,
        }
    }
}

/// The end of the escape sequence at the backslash `at`, or where it fails.
fn escape_sequence(chars: &[char], at: usize) -> Result<usize, usize> {
    let fixed = |count: usize, accept: fn(char) -> bool| {
        let end = run(chars, at + 2, accept).min(at + 2 + count);
        if end == at + 2 + count { Ok(end) } else { Err(end) }
    };
    let hexadecimal = |c: char| c.is_ascii_hexdigit();
    match chars.get(at + 1) {
        Some('a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'' | '\\' | '?' | '`') => Ok(at + 2),
        Some('x' | 'X') => fixed(2, hexadecimal),
        Some('u') => fixed(4, hexadecimal),
        Some('U') => fixed(8, hexadecimal),
        Some('0'..='3') => fixed(2, |c| matches!(c, '0'..='7')),
        _ => Err(at + 1),
    }
}
