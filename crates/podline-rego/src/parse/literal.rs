//! Numbers, texts and template strings.

use crate::ast::{ExprKind, TemplatePart, Term, TermKind};
use crate::json;
use crate::number::Number;
use crate::value::Value;

use super::Parser;
use super::lexer::Mode;
use super::token::Token;

/// The largest power of two that OPA reads.
const MAX_EXPONENT: f64 = 1e5;

impl Parser<'_> {
    /// `1`, `-1.5`, `.5`
    pub(super) fn number(&mut self) -> Option<Term> {
        let location = self.location();
        let mut text = String::new();
        if self.token() == Token::Sub {
            text.push('-');
            self.scan();
            if !matches!(self.token(), Token::Number | Token::Dot) {
                self.illegal("expected number");
                return None;
            }
        }
        let bare = self.token() == Token::Dot;
        if bare {
            text.push('.');
            self.scan();
            if self.token() != Token::Number {
                self.illegal("expected number");
                return None;
            }
        }
        let digits = self.lexeme();
        if !bare && has_leading_zero(digits) {
            self.illegal("expected number without leading zero");
            return None;
        }
        text.push_str(digits);
        if is_too_big(&text)? {
            self.error(self.location(), "number too big");
            return None;
        }
        Some(Term::new(location, TermKind::Number(Number::from_spelling(&text))))
    }

    /// A text in quotes or backquotes.
    pub(super) fn string(&mut self) -> Option<Term> {
        let location = self.location();
        let lexeme = self.lexeme();
        let inner = lexeme.get(1..lexeme.len().saturating_sub(1))?;
        if lexeme.starts_with('`') || !inner.contains('\\') {
            return Some(Term::text(location, inner));
        }
        let Some(text) = unescape(lexeme) else {
            self.error(location, format!("illegal string literal: {lexeme}"));
            return None;
        };
        Some(Term::text(location, text))
    }

    /// `$"a {b} c"`
    pub(super) fn template(&mut self) -> Option<Term> {
        let location = self.location();
        if self.version != crate::ast::Version::V1 {
            self.error(location, "template strings are not supported by current capabilities");
            return None;
        }
        let raw = self.lexeme().starts_with("$`");
        let mut parts = Vec::new();
        let mut opening = "$\"".len();
        loop {
            let text = self.template_text(opening, raw)?;
            if !text.is_empty() {
                parts.push(TemplatePart::Term(Term::text(self.location(), text)));
            }
            if self.token() == Token::TemplateEnd {
                return Some(Term::new(location, TermKind::Template(parts)));
            }
            parts.push(self.template_part()?);
            if self.token() != Token::CloseBrace {
                self.error(self.location(), "expected } to end template string expression");
                return None;
            }
            self.scan_in(false, if raw { Mode::RawTemplate } else { Mode::Template });
            opening = 0;
        }
    }

    /// The piece of text at which the parser stands, without what opens and closes it.
    fn template_text(&mut self, opening: usize, raw: bool) -> Option<String> {
        let lexeme = self.lexeme();
        let inner = lexeme.get(opening..lexeme.len().saturating_sub(1)).unwrap_or_default();
        if !inner.contains('\\') {
            return Some(inner.to_owned());
        }
        if raw {
            return Some(inner.replace("\\{", "{"));
        }
        let text = unescape(&format!("\"{}\"", without_escaped_braces(inner)));
        if text.is_none() {
            self.error(self.location(), format!("illegal template-string part: {lexeme}"));
        }
        text
    }

    fn template_part(&mut self) -> Option<TemplatePart> {
        let comments = self.state.comments;
        self.scan();
        let commented = self.state.comments != comments;
        let Some(expr) = self.literal() else {
            self.error(self.location(), "invalid template-string expression");
            return None;
        };
        let refused = match &expr.kind {
            _ if expr.negated => "negation ('not')",
            ExprKind::Call(terms) if is_sign(terms, "eq") => "unification ('=')",
            ExprKind::Call(terms) if is_sign(terms, "assign") => "assignment (':=')",
            ExprKind::Every(_) => "'every'",
            ExprKind::Some(_) => "'some'",
            ExprKind::Term(term) if !commented && is_scalar(term) => {
                return Some(TemplatePart::Term((**term).clone()));
            }
            _ => return Some(TemplatePart::Expr(expr)),
        };
        self.error(expr.location, format!("unexpected {refused} in template-string expression"));
        None
    }
}

fn is_scalar(term: &Term) -> bool {
    matches!(term.kind, TermKind::String(_) | TermKind::Number(_) | TermKind::Bool(_) | TermKind::Null)
}

fn is_sign(terms: &[Term], sign: &str) -> bool {
    let function = terms.first().and_then(Term::as_ref);
    function
        .is_some_and(|parts| matches!(parts.as_slice(), [only] if only.as_var().is_some_and(|name| &**name == sign)))
}

/// A text as JSON writes it.
fn unescape(text: &str) -> Option<String> {
    match json::read(text).ok()? {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// `\{` is a brace; other escapes stay.
fn without_escaped_braces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('{') => out.push('{'),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

/// `01`, but not `0`, `0.5` or `0e5`.
fn has_leading_zero(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'0'] | [b'0', b'.', ..] | [b'0', b'e' | b'E', _, ..] => false,
        digits => digits.first() == Some(&b'0'),
    }
}

/// Is the number beyond two to the power of a hundred thousand, or below its inverse? Nothing if it is no number.
fn is_too_big(text: &str) -> Option<bool> {
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(i32::MAX)),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let zeros = digits().take_while(|digit| *digit == b'0').count();
    let leading: String = digits().skip(zeros).take(17).map(char::from).collect();
    if leading.is_empty() {
        return Some(false);
    }
    let point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()? - i64::try_from(leading.len()).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "a bound does not have to be exact")]
    let power = (point + i64::from(exponent)) as f64;
    let log = leading.parse::<f64>().ok()?.log2() + power * std::f64::consts::LOG2_10;
    Some(log.floor() + 1.0 > MAX_EXPONENT || log.floor() + 1.0 < -MAX_EXPONENT)
}
