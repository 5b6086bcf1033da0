//! The rules for lists, maps and structs.

#![allow(clippy::vec_box)] // see `Parsed`

use super::grammar::{COMMA, EXPR_FIRST, NAME, OPTIONAL_FIRST, Parsed, error};
use super::recover::{EPSILON, Recovering, Rule, set};
use super::tree::{FieldEntry, MapEntry, Tree};
use crate::lexer::{Kind, Token};

impl Recovering<'_> {
    /// `[?]` before an expression.
    fn optional(&mut self) -> Parsed<(bool, Box<Tree>)> {
        self.rule(Rule::Other, (false, error()), |p, (optional, tree)| {
            p.sync(OPTIONAL_FIRST)?;
            *optional = p.kind(0) == Kind::Question;
            if *optional {
                p.take(Kind::Question, EXPR_FIRST)?;
            }
            *tree = p.within(EPSILON, Self::expr)?;
            Ok(())
        })
    }

    pub(super) fn list(&mut self, tree: &mut Box<Tree>) -> Parsed<()> {
        let close = set(&[Kind::RightBracket]);
        let open = self.take(Kind::LeftBracket, OPTIONAL_FIRST | COMMA | close)?;
        **tree = Tree::List { open, elements: Vec::new() };
        self.sync(OPTIONAL_FIRST | COMMA | close)?;
        if self.is(0, OPTIONAL_FIRST) {
            let found = self.within(COMMA | close, |p| {
                p.rule(Rule::Other, Vec::new(), |p, elements| {
                    elements.push(p.within(COMMA | EPSILON, Self::optional)?);
                    while p.kind(0) == Kind::Comma && p.is(1, OPTIONAL_FIRST) {
                        p.take(Kind::Comma, OPTIONAL_FIRST)?;
                        elements.push(p.within(COMMA | EPSILON, Self::optional)?);
                    }
                    Ok(())
                })
            })?;
            **tree = Tree::List { open, elements: found };
        }
        self.close(Kind::RightBracket)
    }

    /// A comma that may stand before the end, and the end.
    fn close(&mut self, end: Kind) -> Parsed<()> {
        self.sync(COMMA | set(&[end]))?;
        if self.kind(0) == Kind::Comma {
            self.take(Kind::Comma, set(&[end]))?;
        }
        self.take(end, EPSILON)?;
        Ok(())
    }

    pub(super) fn map(&mut self, tree: &mut Box<Tree>) -> Parsed<()> {
        let close = set(&[Kind::RightBrace]);
        let open = self.take(Kind::LeftBrace, OPTIONAL_FIRST | COMMA | close)?;
        **tree = Tree::Map { open, entries: Vec::new() };
        self.sync(OPTIONAL_FIRST | COMMA | close)?;
        if self.is(0, OPTIONAL_FIRST) {
            let found = self.within(COMMA | close, |p| {
                p.rule(Rule::Other, Vec::new(), |p, entries| {
                    loop {
                        let (optional, key) = p.within(set(&[Kind::Colon]), Self::optional)?;
                        let colon = p.take(Kind::Colon, EXPR_FIRST)?;
                        let value = p.within(COMMA | EPSILON, Self::expr)?;
                        entries.push(MapEntry { optional, key, colon, value });
                        if p.kind(0) != Kind::Comma || !p.is(1, OPTIONAL_FIRST) {
                            return Ok(());
                        }
                        p.take(Kind::Comma, OPTIONAL_FIRST)?;
                    }
                })
            })?;
            **tree = Tree::Map { open, entries: found };
        }
        self.close(Kind::RightBrace)
    }

    pub(super) fn structure(&mut self, dot: Option<Token>, tree: &mut Box<Tree>) -> Parsed<()> {
        let mut names = vec![self.take(Kind::Identifier, EPSILON)?];
        while self.kind(0) == Kind::Dot {
            self.take(Kind::Dot, NAME)?;
            names.push(self.take(Kind::Identifier, EPSILON)?);
        }
        let first = NAME | set(&[Kind::Question]);
        let close = set(&[Kind::RightBrace]);
        let open = self.take(Kind::LeftBrace, first | COMMA | close)?;
        let mut fields = Vec::new();
        self.sync(first | COMMA | close)?;
        if self.is(0, first) {
            fields = self.within(COMMA | close, |p| {
                p.rule(Rule::Other, Vec::new(), |p, fields| {
                    loop {
                        p.field(fields)?;
                        if p.kind(0) != Kind::Comma || !p.is(1, first) {
                            return Ok(());
                        }
                        p.take(Kind::Comma, first)?;
                    }
                })
            })?;
        }
        **tree = Tree::Struct { dot, names, open, fields };
        self.close(Kind::RightBrace)
    }

    fn field(&mut self, fields: &mut Vec<FieldEntry>) -> Parsed<()> {
        if self.kind(0) == Kind::Question {
            self.take(Kind::Question, NAME)?;
        }
        self.within(set(&[Kind::Colon]), Self::name)?;
        let colon = self.take(Kind::Colon, EXPR_FIRST)?;
        let value = self.within(COMMA | EPSILON, Self::expr)?;
        fields.push(FieldEntry { colon, value });
        Ok(())
    }
}
