//! From text to the tree.
//!
//! It follows OPA's parser step by step, since what is a rule, a comprehension or a call of something is found by
//! trying: `{a | b}` is a comprehension, `{a | b, c}` a set. What was read while trying is kept, so that no text is
//! read more than a few times.
//!
//! Source: `v1/ast/parser.go`, `v1/ast/parser_ext.go`, `v1/ast/rego_v1.go`.

mod body;
mod from_body;
mod head;
mod lexer;
mod literal;
mod module;
mod operators;
mod rule;
mod statement;
mod term;
#[cfg(test)]
mod tests;
mod token;

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::{Location, Module, Name, Term, Version};
use crate::error::{Code, Error};

use lexer::{Lexer, Mode};
use token::{Keywords, Token};

/// How deep terms and bodies can be nested. OPA allows a hundred thousand of its own steps.
pub(crate) const MAX_DEPTH: usize = 1000;

/// How often the tokens of a text may be read in all: speculation reads some twice.
const MAX_SCANS: usize = 64;

/// Reads a module of version 0 or 1. `file` is the name by which errors call it.
///
/// # Errors
/// What OPA says about a text that is no module; it is never empty.
pub fn parse(file: &str, text: &str, version: Version) -> Result<Module, Vec<Error>> {
    crate::stack::run(is_deep(text), || Parser::new(file, text, version).module())
        .unwrap_or_else(|| Err(vec![Error::no_room(file)]))
}

/// May the text be nested so deeply that a thread's stack does not do?
fn is_deep(text: &str) -> bool {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        deepest = deepest.max(depth);
    }
    deepest > crate::stack::SHALLOW
}

/// Where the parser stands. What is tried goes back to a copy.
#[derive(Clone)]
struct State<'t> {
    lexer: Lexer<'t>,
    token: Token,
    location: Location,
    /// The bytes of the token.
    start: usize,
    end: usize,
    skipped_line: bool,
    comments: usize,
    wildcards: usize,
    errors: Vec<Error>,
}

struct Parser<'t> {
    text: &'t str,
    file: Arc<str>,
    version: Version,
    keywords: Keywords,
    /// Is `not { … }` known?
    not_bodies: bool,
    state: State<'t>,
    /// Terms that were read while trying, by where they begin, and where the parser stood after them.
    known: HashMap<usize, (Option<Term>, State<'t>)>,
    /// How many comprehensions are being tried.
    trying: usize,
    annotated: bool,
    depth: usize,
    deepest: usize,
    /// How many tokens may still be read.
    scans: usize,
}

impl<'t> Parser<'t> {
    fn new(file: &str, text: &'t str, version: Version) -> Parser<'t> {
        let state = State {
            lexer: Lexer::new(text),
            token: Token::Illegal,
            location: Location::default(),
            start: 0,
            end: 0,
            skipped_line: false,
            comments: 0,
            wildcards: 0,
            errors: Vec::new(),
        };
        Parser {
            text,
            file: file.into(),
            version,
            keywords: if version == Version::V1 { Keywords::ALL } else { Keywords::default() },
            not_bodies: false,
            state,
            known: HashMap::new(),
            trying: 0,
            annotated: false,
            depth: 0,
            deepest: 0,
            scans: text.len().saturating_mul(MAX_SCANS).saturating_add(MAX_SCANS),
        }
    }

    fn token(&self) -> Token {
        self.state.token
    }

    fn location(&self) -> Location {
        self.state.location
    }

    /// The text of the token.
    fn lexeme(&self) -> &'t str {
        &self.text[self.state.start..self.state.end]
    }

    /// The next token that is no blank.
    fn scan(&mut self) {
        self.scan_in(true, Mode::Plain);
    }

    /// The next token, blanks included.
    fn scan_blank(&mut self) {
        self.scan_in(false, Mode::Plain);
    }

    fn scan_in(&mut self, skip_blanks: bool, mode: Mode) {
        if self.state.token != Token::Blank {
            self.state.skipped_line = false;
        }
        loop {
            if self.scans == 0 {
                self.state.token = Token::Illegal;
                return;
            }
            self.scans -= 1;
            let scanned = self.state.lexer.scan(mode, self.keywords);
            self.state.token = scanned.token;
            self.state.location = scanned.location;
            (self.state.start, self.state.end) = (scanned.start, scanned.end);
            if let Some(message) = scanned.error {
                self.error(scanned.location, message);
                self.state.token = Token::Illegal;
            }
            match self.state.token {
                Token::Blank => {
                    self.state.skipped_line |= self.lexeme() == "\n";
                    if !skip_blanks {
                        return;
                    }
                }
                Token::Comment => {
                    self.state.comments += 1;
                    let text = self.lexeme().trim_start_matches('#').trim_start();
                    self.annotated |= self.location().column == 1 && text.starts_with("METADATA");
                }
                _ => return,
            }
        }
    }

    fn save(&self) -> State<'t> {
        self.state.clone()
    }

    fn restore(&mut self, state: State<'t>) {
        self.state = state;
    }

    fn error(&mut self, location: Location, message: impl Into<String>) {
        let message = message.into();
        self.state.errors.push(Error { code: Code::Parse, file: self.file.clone(), location, message });
    }

    /// Says that the token does not belong here.
    fn illegal(&mut self, note: &str) {
        if self.token() == Token::Illegal {
            return self.error(self.location(), "illegal token");
        }
        let token = self.token();
        let what = if token.is_keyword() || token.is_future_keyword() { "keyword" } else { "token" };
        let colon = if note.is_empty() { "" } else { ": " };
        self.error(self.location(), format!("unexpected {} {what}{colon}{note}", token.name()));
    }

    /// Reads something one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.enter()?;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn enter(&mut self) -> Option<()> {
        if self.depth >= MAX_DEPTH {
            self.error(self.location(), "max parsing recursion depth exceeded");
            return None;
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        Some(())
    }

    /// A variable: the token's name, or for `_` one of its own.
    fn var(&mut self) -> Term {
        let location = self.location();
        let name = if self.lexeme() == "_" { self.wildcard() } else { self.lexeme().into() };
        Term::var(location, name)
    }

    fn wildcard(&mut self) -> Name {
        let name = format!("${}", self.state.wildcards);
        self.state.wildcards += 1;
        name.into()
    }

    /// Is the token a keyword that may be part of a reference?
    fn is_keyword_for_refs(&self) -> bool {
        let token = self.token();
        token.is_keyword() || matches!(token, Token::In | Token::Every | Token::Contains | Token::If)
    }

    /// Takes a keyword that begins a reference (`not.x`) for a name.
    fn keyword_as_name(&mut self) -> bool {
        if !self.is_keyword_for_refs() {
            return false;
        }
        let before = self.save();
        self.scan_blank();
        let reference = matches!(self.token(), Token::Dot | Token::OpenBracket);
        self.restore(before);
        if reference {
            self.state.token = Token::Ident;
        }
        reference
    }
}

/// Is the word a keyword of the version?
fn is_keyword(word: &str, version: Version) -> bool {
    const KEYWORDS: [&str; 11] =
        ["not", "package", "import", "as", "default", "else", "with", "null", "true", "false", "some"];
    KEYWORDS.contains(&word) || (version != Version::V0 && ["if", "contains", "in", "every"].contains(&word))
}
