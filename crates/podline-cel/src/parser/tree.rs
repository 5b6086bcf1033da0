//! What the grammar finds, before macros are expanded. Parts that a syntax error swallowed are `Error`.

#![allow(clippy::vec_box)] // they are boxed on their way here

use crate::lexer::Token;

pub(crate) enum Tree {
    Error,
    Ternary {
        condition: Box<Tree>,
        op: Token,
        yes: Box<Tree>,
        no: Box<Tree>,
    },
    Logic {
        and: bool,
        terms: Vec<Box<Tree>>,
        ops: Vec<Token>,
    },
    Binary {
        op: Token,
        left: Box<Tree>,
        right: Box<Tree>,
    },
    /// `!` or `-`, `count` times.
    Unary {
        op: Token,
        count: usize,
        operand: Box<Tree>,
    },
    /// The name, or where it should be.
    Select {
        dot: Token,
        optional: bool,
        name: Result<Token, Option<Token>>,
        operand: Box<Tree>,
    },
    MemberCall {
        name: Token,
        open: Token,
        target: Box<Tree>,
        args: Vec<Box<Tree>>,
    },
    Index {
        open: Token,
        optional: bool,
        target: Box<Tree>,
        index: Box<Tree>,
    },
    Ident {
        dot: Option<Token>,
        name: Token,
    },
    Call {
        dot: Option<Token>,
        name: Token,
        open: Token,
        args: Vec<Box<Tree>>,
    },
    List {
        open: Token,
        elements: Vec<(bool, Box<Tree>)>,
    },
    Map {
        open: Token,
        entries: Vec<MapEntry>,
    },
    Struct {
        dot: Option<Token>,
        names: Vec<Token>,
        open: Token,
        fields: Vec<FieldEntry>,
    },
    Literal {
        sign: Option<Token>,
        token: Token,
    },
}

pub(crate) struct MapEntry {
    pub(crate) optional: bool,
    pub(crate) key: Box<Tree>,
    pub(crate) colon: Token,
    pub(crate) value: Box<Tree>,
}

pub(crate) struct FieldEntry {
    pub(crate) colon: Token,
    pub(crate) value: Box<Tree>,
}
