//! From text to tokens.
//!
//! Source: `v1/ast/internal/scanner/scanner.go`. Blanks are tokens too: `f (x)` is no call.

use crate::ast::Location;

use super::token::{Keywords, Token};

/// What is read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A token.
    Plain,
    /// The next piece of a template string in quotes.
    Template,
    /// The next piece of a template string in backquotes.
    RawTemplate,
}

/// What was read.
pub(super) struct Scanned {
    pub token: Token,
    pub location: Location,
    /// The bytes of the token.
    pub start: usize,
    pub end: usize,
    pub error: Option<&'static str>,
}

/// Reads tokens. A copy continues from the same place.
#[derive(Clone, Copy)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    /// The byte at which the next character begins.
    at: usize,
    row: u32,
    column: u32,
    error: Option<&'static str>,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Lexer<'t> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut lexer = Lexer { text, at, row: 1, column: 0, error: None };
        lexer.arrive();
        lexer
    }

    fn peek(&self) -> Option<char> {
        let byte = *self.text.as_bytes().get(self.at)?;
        if byte.is_ascii() { Some(char::from(byte)) } else { self.text[self.at..].chars().next() }
    }

    /// Counts the character at which the lexer stands now.
    fn arrive(&mut self) {
        match self.peek() {
            Some('\n') => {
                self.row += 1;
                self.column = 0;
                return;
            }
            Some('\0') => self.fail("illegal null character"),
            Some('\u{feff}') if self.at > 0 => self.fail("illegal byte-order mark"),
            Some(_) => {}
            None => return,
        }
        self.column += 1;
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        self.arrive();
        Some(next)
    }

    fn skip(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
        self.at > start
    }

    fn fail(&mut self, message: &'static str) {
        self.error.get_or_insert(message);
    }

    /// Reads the next token.
    pub fn scan(&mut self, mode: Mode, keywords: Keywords) -> Scanned {
        let start = self.at;
        let location = Location { row: self.row, column: self.column, start: u32::try_from(start).unwrap_or(u32::MAX) };
        let token = match mode {
            Mode::Plain => self.plain(keywords),
            Mode::Template => self.template(),
            Mode::RawTemplate => self.raw_template(),
        };
        Scanned { token, location, start, end: self.at, error: self.error.take() }
    }

    fn plain(&mut self, keywords: Keywords) -> Token {
        let start = self.at;
        let Some(first) = self.next() else { return Token::End };
        match first {
            ' ' | '\t' | '\n' | '\r' => Token::Blank,
            'a'..='z' | 'A'..='Z' | '_' => {
                self.skip_while(|c| is_letter(c) || is_digit(c));
                keywords.token(&self.text[start..self.at])
            }
            '0'..='9' => self.number(),
            '#' => {
                self.skip_while(|c| c != '\n');
                Token::Comment
            }
            '"' => self.string(),
            '`' => {
                self.skip_while(|c| c != '`');
                if !self.skip('`') {
                    self.fail("non-terminated string");
                }
                Token::String
            }
            '$' if self.skip('"') => self.template(),
            '$' if self.skip('`') => self.raw_template(),
            _ => self.sign(first),
        }
    }

    fn sign(&mut self, first: char) -> Token {
        match first {
            '[' => Token::OpenBracket,
            ']' => Token::CloseBracket,
            '{' => Token::OpenBrace,
            '}' => Token::CloseBrace,
            '(' => Token::OpenParen,
            ')' => Token::CloseParen,
            ',' => Token::Comma,
            ':' if self.skip('=') => Token::Assign,
            ':' => Token::Colon,
            '+' => Token::Add,
            '-' => Token::Sub,
            '*' => Token::Mul,
            '/' => Token::Quo,
            '%' => Token::Rem,
            '&' => Token::And,
            '|' => Token::Or,
            '=' if self.skip('=') => Token::Equal,
            '=' => Token::Unify,
            '>' if self.skip('=') => Token::Gte,
            '>' => Token::Gt,
            '<' if self.skip('=') => Token::Lte,
            '<' => Token::Lt,
            '!' if self.skip('=') => Token::Neq,
            ';' => Token::Semicolon,
            '.' => Token::Dot,
            '!' => self.illegal("illegal ! character"),
            '$' => self.illegal("illegal $ character"),
            _ => Token::Illegal,
        }
    }

    fn illegal(&mut self, message: &'static str) -> Token {
        self.fail(message);
        Token::Illegal
    }

    fn number(&mut self) -> Token {
        let decimal = |c: char| c.is_ascii_digit();
        self.skip_while(decimal);
        if self.skip('.') && !self.skip_while(decimal) {
            self.fail("expected fraction");
        }
        if self.skip('e') || self.skip('E') {
            let _sign = self.skip('+') || self.skip('-');
            if !self.skip_while(decimal) {
                self.fail("expected exponent");
            }
        }
        if self.skip_while(is_letter) {
            self.fail("illegal number format");
            self.skip_while(|c| is_letter(c) || is_digit(c));
        }
        Token::Number
    }

    fn string(&mut self) -> Token {
        loop {
            match self.peek() {
                None | Some('\n') => {
                    self.fail("non-terminated string");
                    return Token::String;
                }
                Some('"') => {
                    self.next();
                    return Token::String;
                }
                Some('\\') => {
                    self.next();
                    self.escape();
                }
                Some(_) => {
                    self.next();
                }
            }
        }
    }

    /// What follows a backslash. Whether the digits of `\u` are some is seen when the text is read.
    fn escape(&mut self) {
        match self.peek() {
            Some('\\' | '"' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
                self.next();
            }
            Some('u') => (0..4).for_each(|_| {
                self.next();
            }),
            _ => self.fail("illegal escape sequence"),
        }
    }

    fn template(&mut self) -> Token {
        loop {
            match self.peek() {
                None | Some('\n') => {
                    self.fail("non-terminated string");
                    return Token::TemplatePart;
                }
                Some('\\') => {
                    self.next();
                    if !self.skip('{') {
                        self.escape();
                    }
                }
                Some(ended) => {
                    self.next();
                    match ended {
                        '"' => return Token::TemplateEnd,
                        '{' => return Token::TemplatePart,
                        _ => {}
                    }
                }
            }
        }
    }

    fn raw_template(&mut self) -> Token {
        loop {
            match self.next() {
                None => {
                    self.fail("non-terminated string");
                    return Token::TemplatePart;
                }
                Some('`') => return Token::TemplateEnd,
                Some('{') => return Token::TemplatePart,
                Some('\\') => {
                    self.skip('{');
                }
                Some(_) => {}
            }
        }
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric())
}
