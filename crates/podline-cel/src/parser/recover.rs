//! Errors and recovery as ANTLR's default strategy has them, so that the texts are those of cel-go.

use crate::issues::Collector;
use crate::lexer::{Kind, NAMES, Token, Tokens, escape};
use crate::source::{NOWHERE, Source};

/// How often a parser may recover, and how many tokens one recovery may skip.
const RECOVERIES: usize = 30;
const SKIPPED: usize = 256;
/// How deep each rule may nest.
const DEEPEST: u32 = 250;

/// A set of tokens; `EPSILON` says that the rule may end here.
pub(super) type Set = u64;
pub(super) const EPSILON: Set = 1 << 63;

pub(super) const fn set(kinds: &[Kind]) -> Set {
    let mut all = 0;
    let mut index = 0;
    while index < kinds.len() {
        all |= 1 << (kinds[index] as u8);
        index += 1;
    }
    all
}

/// Why a rule stops.
pub(super) enum Stop {
    /// A token that fits nothing; the rule reports it and recovers.
    Error(Error),
    /// Everything stops.
    Abort,
}

pub(super) enum Error {
    Mismatch {
        expected: Set,
    },
    /// No alternative fits the tokens from `start` to `end`.
    NoAlternative {
        start: usize,
        end: usize,
    },
}

/// The rules whose nesting is counted.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Expr,
    Or,
    And,
    Relation,
    Calc,
    Unary,
    Member,
    Primary,
    Other,
}

pub(super) struct Recovering<'a> {
    pub(super) source: &'a Source,
    all: &'a Tokens,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    issues: &'a mut Collector,
    /// An error was reported and no token matched since.
    silent: bool,
    /// Where the last recovery was, and the rules it was for.
    last: Option<(usize, u16)>,
    attempts: usize,
    /// What may follow each rule that is being read.
    pub(super) frames: Vec<Set>,
    depth: [u32; 9],
}

impl<'a> Recovering<'a> {
    pub(super) fn new(source: &'a Source, all: &'a Tokens, issues: &'a mut Collector) -> Self {
        Recovering {
            source,
            all,
            tokens: &all.found,
            at: 0,
            issues,
            silent: false,
            last: None,
            attempts: 0,
            frames: Vec::new(),
            depth: [0; 9],
        }
    }

    pub(super) fn token(&self, ahead: usize) -> Token {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    pub(super) fn kind(&self, ahead: usize) -> Kind {
        self.token(ahead).kind
    }

    pub(super) fn is(&self, ahead: usize, kinds: Set) -> bool {
        kinds & set(&[self.kind(ahead)]) != 0
    }

    fn consume(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub(super) fn enter(&mut self, rule: Rule) -> Result<(), Stop> {
        let depth = &mut self.depth[rule as usize];
        *depth += 1;
        if *depth > DEEPEST {
            self.issues.report(NOWHERE, format!("expression recursion limit exceeded: {DEEPEST}"));
            return Err(Stop::Abort);
        }
        Ok(())
    }

    pub(super) fn leave(&mut self, rule: Rule, times: u32) {
        let depth = &mut self.depth[rule as usize];
        *depth = depth.saturating_sub(times);
    }

    /// All tokens that may come, if the rule at hand expects `local`.
    fn expected(&self, local: Set) -> Set {
        let mut all = local;
        for frame in self.frames.iter().rev() {
            if all & EPSILON == 0 {
                break;
            }
            all = (all & !EPSILON) | frame;
        }
        all & !EPSILON
    }

    /// Before an alternative is chosen: is the next token one of `local`?
    pub(super) fn sync(&mut self, local: Set) -> Result<(), Stop> {
        if self.silent || local & EPSILON != 0 || self.is(0, local) {
            return Ok(());
        }
        if self.delete_token(local) {
            return Ok(());
        }
        Err(Stop::Error(Error::Mismatch { expected: self.expected(local) }))
    }

    /// The same where a loop goes on: what does not fit is skipped.
    pub(super) fn sync_loop(&mut self, local: Set) -> Result<(), Stop> {
        if self.silent || local & EPSILON != 0 || self.is(0, local) {
            return Ok(());
        }
        let expected = self.expected(local);
        self.report_unwanted(expected);
        self.consume_until(expected | self.recovery_set())
    }

    /// Takes a token of the kind; `after` may come after it.
    pub(super) fn take(&mut self, kind: Kind, after: Set) -> Result<Token, Stop> {
        self.take_any(set(&[kind]), after)
    }

    pub(super) fn take_any(&mut self, kinds: Set, after: Set) -> Result<Token, Stop> {
        if self.is(0, kinds) {
            return Ok(self.matched());
        }
        self.attempt()?;
        if self.delete_token(kinds) {
            return Ok(self.matched());
        }
        let token = self.token(0);
        if self.is(0, self.expected(after)) {
            if !self.silent {
                self.silent = true;
                let wanted = names(self.expected(kinds));
                self.syntax_error(token, &format!("missing {wanted} at {}", self.quoted(token)));
            }
            return Ok(token);
        }
        Err(Stop::Error(Error::Mismatch { expected: self.expected(kinds) }))
    }

    fn matched(&mut self) -> Token {
        let token = self.token(0);
        self.silent = false;
        self.last = None;
        self.consume();
        token
    }

    /// Skips the next token if the one after it is expected.
    fn delete_token(&mut self, local: Set) -> bool {
        let expected = self.expected(local);
        if !self.is(1, expected) {
            return false;
        }
        self.report_unwanted(expected);
        self.consume();
        self.silent = false;
        self.last = None;
        true
    }

    fn report_unwanted(&mut self, expected: Set) {
        if self.silent {
            return;
        }
        self.silent = true;
        let token = self.token(0);
        self.syntax_error(token, &format!("extraneous input {} expecting {}", self.quoted(token), names(expected)));
    }

    /// What a rule does with its error: report it, and skip to what may follow.
    pub(super) fn recover(&mut self, error: &Error, rule: Rule) -> Result<(), Stop> {
        self.report(error);
        self.attempt()?;
        let place = 1 << (rule as u16);
        let mut places = place;
        if let Some((at, rules)) = self.last.filter(|(at, _)| *at == self.at) {
            if rules & place != 0 {
                self.consume();
            }
            places |= if at == self.at { rules } else { 0 };
        }
        self.last = Some((self.at, places));
        self.consume_until(self.recovery_set())
    }

    fn report(&mut self, error: &Error) {
        if self.silent {
            return;
        }
        self.silent = true;
        match error {
            Error::Mismatch { expected } => {
                let token = self.token(0);
                self.syntax_error(
                    token,
                    &format!("mismatched input {} expecting {}", self.quoted(token), names(*expected)),
                );
            }
            Error::NoAlternative { start, end } => {
                let (first, last) = (self.tokens[*start], self.tokens[*end]);
                let text = match first.kind {
                    Kind::Eof => "<EOF>".to_owned(),
                    _ => escape(&self.all.text(self.source, first.start, last.end)),
                };
                let reserved =
                    ["true", "false", "null"].iter().find(|word| text.chars().skip(1).collect::<String>() == **word);
                let message = match reserved {
                    Some(word) => format!("mismatched input '{word}' expecting IDENTIFIER"),
                    None => format!("no viable alternative at input '{text}'"),
                };
                self.syntax_error(last, &message);
            }
        }
    }

    fn attempt(&mut self) -> Result<(), Stop> {
        if self.attempts == RECOVERIES {
            let token = self.token(0);
            self.syntax_error(token, &format!("error recovery attempt limit exceeded: {RECOVERIES}"));
            return Err(Stop::Abort);
        }
        self.attempts += 1;
        Ok(())
    }

    fn recovery_set(&self) -> Set {
        self.frames.iter().fold(0, |all, frame| all | frame) & !EPSILON
    }

    fn consume_until(&mut self, kinds: Set) -> Result<(), Stop> {
        let mut skipped = 0;
        while self.kind(0) != Kind::Eof && !self.is(0, kinds) {
            if skipped >= SKIPPED {
                self.issues.report(NOWHERE, format!("error recovery token lookahead limit exceeded: {SKIPPED}"));
                return Err(Stop::Abort);
            }
            skipped += 1;
            self.consume();
        }
        Ok(())
    }

    fn syntax_error(&mut self, token: Token, message: &str) {
        self.issues.report(self.source.location(token.start), format!("Syntax error: {message}"));
    }

    fn quoted(&self, token: Token) -> String {
        if token.kind == Kind::Eof {
            return "'<EOF>'".to_owned();
        }
        format!("'{}'", escape(&self.source.text(token.start, token.end)))
    }
}

/// `':'`, or `{'[', '{', …}` in the grammar's order.
fn names(kinds: Set) -> String {
    let all: Vec<&str> =
        NAMES.iter().enumerate().filter(|(bit, _)| kinds & (1 << bit) != 0).map(|(_, name)| *name).collect();
    if all.len() == 1 { all[0].to_owned() } else { format!("{{{}}}", all.join(", ")) }
}
