//! The tree of an expression.

use std::sync::Arc;

use crate::value::Value;

/// A node. Names are those of the grammar.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Comparison {
        operator: Comparator,
        left: Box<Node>,
        right: Box<Node>,
    },
    Current,
    Reference(Box<Node>),
    Call {
        name: String,
        arguments: Vec<Node>,
    },
    /// What is called is no name. The original says so only when it is evaluated.
    BadCall,
    Field(Arc<str>),
    FilterProjection {
        left: Box<Node>,
        right: Box<Node>,
        condition: Box<Node>,
    },
    Flatten(Box<Node>),
    Index(i64),
    Literal(Value),
    MultiSelectHash(Vec<(Arc<str>, Node)>),
    MultiSelectList(Vec<Node>),
    Or(Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Pipe(Box<Node>, Box<Node>),
    Projection {
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `a.b`, `a[0]`
    Sub(Box<Node>, Box<Node>),
    Slice([Option<i64>; 3]),
    ValueProjection {
        left: Box<Node>,
        right: Box<Node>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}
