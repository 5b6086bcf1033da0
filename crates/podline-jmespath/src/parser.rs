//! Tokens into a tree: top-down operator precedence, as go-jmespath's parser does it, its liberties included (a comma
//! between arguments may be missing).

use std::sync::Arc;

use crate::ast::{Comparator, Node};
use crate::error::Error;
use crate::lexer::{Token, tokens};
use crate::value::Value;

/// The deepest nesting of an expression. The original has no limit.
const MAX_DEPTH: usize = 128;

/// Parses an expression.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Node, Error> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.expression(0)?;
    if *parser.current() != Token::End {
        return Err(syntax(&format!("Unexpected token at the end of the expression: {:?}", parser.current())));
    }
    Ok(node)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

fn syntax(text: &str) -> Error {
    Error::new(format!("SyntaxError: {text}"))
}

impl Parser {
    fn peek(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).unwrap_or(&Token::End)
    }

    fn current(&self) -> &Token {
        self.peek(0)
    }

    fn advance(&mut self) -> Token {
        let token = self.current().clone();
        self.at += 1;
        token
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), Error> {
        if self.current() == wanted {
            self.at += 1;
            return Ok(());
        }
        Err(syntax(&format!("Expected {wanted:?}, received: {:?}", self.current())))
    }

    fn expression(&mut self, power: u8) -> Result<Node, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::Budget);
        }
        let token = self.advance();
        let mut node = self.prefix(token)?;
        let mut links = 0;
        while power < self.current().power() {
            // A long chain is a deep tree too.
            links += 1;
            if links > MAX_DEPTH * 4 {
                return Err(Error::Budget);
            }
            let token = self.advance();
            node = self.infix(&token, node)?;
        }
        self.depth -= 1;
        Ok(node)
    }

    fn boxed(&mut self, power: u8) -> Result<Box<Node>, Error> {
        self.expression(power).map(Box::new)
    }

    fn prefix(&mut self, token: Token) -> Result<Node, Error> {
        Ok(match token {
            Token::Json(text) => {
                let json: serde_json::Value =
                    serde_json::from_str(&text).map_err(|error| Error::new(error.to_string()))?;
                Node::Literal(Value::from_json(&json))
            }
            Token::Raw(text) => Node::Literal(Value::from(text)),
            Token::Unquoted(name) => Node::Field(name.into()),
            Token::Quoted(name) => {
                if *self.current() == Token::LeftParen {
                    return Err(syntax("Can't have quoted identifier as function Name."));
                }
                Node::Field(name.into())
            }
            Token::Star => {
                let right = if *self.current() == Token::RightBracket {
                    Node::Current
                } else {
                    self.projected(Token::Star.power())?
                };
                Node::ValueProjection { left: Box::new(Node::Current), right: Box::new(right) }
            }
            Token::Filter => self.filter(Node::Current)?,
            Token::LeftBrace => self.hash()?,
            Token::Flatten => self.flatten(Node::Current)?,
            Token::LeftBracket => self.bracket()?,
            Token::Current => Node::Current,
            Token::Reference => Node::Reference(self.boxed(0)?),
            Token::Not => Node::Not(self.boxed(Token::Not.power())?),
            Token::LeftParen => {
                let node = self.expression(0)?;
                self.expect(&Token::RightParen)?;
                node
            }
            Token::End => return Err(syntax("Incomplete expression")),
            other => return Err(syntax(&format!("Invalid token: {other:?}"))),
        })
    }

    /// What begins with `[`.
    fn bracket(&mut self) -> Result<Node, Error> {
        match self.current() {
            Token::Number(_) | Token::Colon => {
                let index = self.index()?;
                self.project_slice(Node::Current, index)
            }
            Token::Star if *self.peek(1) == Token::RightBracket => {
                self.at += 2;
                let right = self.projected(Token::Star.power())?;
                Ok(Node::Projection { left: Box::new(Node::Current), right: Box::new(right) })
            }
            _ => self.list(),
        }
    }

    fn infix(&mut self, token: &Token, left: Node) -> Result<Node, Error> {
        let power = token.power();
        let boxed = Box::new(left);
        Ok(match token {
            Token::Dot if *self.current() == Token::Star => {
                self.at += 1;
                let right = self.projected(power)?;
                Node::ValueProjection { left: boxed, right: Box::new(right) }
            }
            Token::Dot => Node::Sub(boxed, Box::new(self.dotted(power)?)),
            Token::Pipe => Node::Pipe(boxed, self.boxed(power)?),
            Token::Or => Node::Or(boxed, self.boxed(power)?),
            Token::And => Node::And(boxed, self.boxed(power)?),
            Token::LeftParen => self.call(*boxed)?,
            Token::Filter => self.filter(*boxed)?,
            Token::Flatten => self.flatten(*boxed)?,
            Token::LeftBracket => {
                if matches!(self.current(), Token::Number(_) | Token::Colon) {
                    let index = self.index()?;
                    return self.project_slice(*boxed, index);
                }
                self.expect(&Token::Star)?;
                self.expect(&Token::RightBracket)?;
                let right = self.projected(Token::Star.power())?;
                Node::Projection { left: boxed, right: Box::new(right) }
            }
            other => {
                let operator = comparator(other)?;
                Node::Comparison { operator, left: boxed, right: self.boxed(power)? }
            }
        })
    }

    fn call(&mut self, callee: Node) -> Result<Node, Error> {
        let mut arguments = Vec::new();
        while *self.current() != Token::RightParen {
            arguments.push(self.expression(0)?);
            if *self.current() == Token::Comma {
                self.at += 1;
            }
        }
        self.at += 1;
        Ok(match callee {
            Node::Field(name) | Node::Literal(Value::String(name)) => Node::Call { name: name.to_string(), arguments },
            _ => Node::BadCall,
        })
    }

    fn index(&mut self) -> Result<Node, Error> {
        if *self.current() == Token::Colon || *self.peek(1) == Token::Colon {
            return self.slice();
        }
        let index = self.integer()?;
        self.expect(&Token::RightBracket)?;
        Ok(Node::Index(index))
    }

    fn integer(&mut self) -> Result<i64, Error> {
        match self.advance() {
            Token::Number(text) => text.parse().map_err(|_| {
                Error::new(format!("strconv.Atoi: parsing {}: invalid syntax", podline_cel::quote(&text)))
            }),
            _ => Err(syntax("Expected tColon or tNumber")),
        }
    }

    fn slice(&mut self) -> Result<Node, Error> {
        let mut parts = [None; 3];
        let mut at = 0;
        while *self.current() != Token::RightBracket && at < 3 {
            if *self.current() == Token::Colon {
                at += 1;
                self.at += 1;
            } else {
                parts[at] = Some(self.integer()?);
            }
        }
        self.expect(&Token::RightBracket)?;
        Ok(Node::Slice(parts))
    }

    fn project_slice(&mut self, left: Node, index: Node) -> Result<Node, Error> {
        let is_slice = matches!(index, Node::Slice(_));
        let indexed = Node::Sub(Box::new(left), Box::new(index));
        if !is_slice {
            return Ok(indexed);
        }
        let right = self.projected(Token::Star.power())?;
        Ok(Node::Projection { left: Box::new(indexed), right: Box::new(right) })
    }

    fn filter(&mut self, left: Node) -> Result<Node, Error> {
        let condition = self.boxed(0)?;
        self.expect(&Token::RightBracket)?;
        let right =
            if *self.current() == Token::Flatten { Node::Current } else { self.projected(Token::Filter.power())? };
        Ok(Node::FilterProjection { left: Box::new(left), right: Box::new(right), condition })
    }

    fn flatten(&mut self, left: Node) -> Result<Node, Error> {
        let left = Box::new(Node::Flatten(Box::new(left)));
        let right = self.projected(Token::Flatten.power())?;
        Ok(Node::Projection { left, right: Box::new(right) })
    }

    fn list(&mut self) -> Result<Node, Error> {
        let mut items = Vec::new();
        loop {
            items.push(self.expression(0)?);
            if *self.current() == Token::RightBracket {
                self.at += 1;
                return Ok(Node::MultiSelectList(items));
            }
            self.expect(&Token::Comma)?;
        }
    }

    fn hash(&mut self) -> Result<Node, Error> {
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        loop {
            let (Token::Unquoted(key) | Token::Quoted(key)) = self.advance() else {
                return Err(syntax("Expected tQuotedIdentifier or tUnquotedIdentifier"));
            };
            self.expect(&Token::Colon)?;
            let value = self.expression(0)?;
            entries.push((key.into(), value));
            match self.current() {
                Token::Comma => self.at += 1,
                Token::RightBrace => {
                    self.at += 1;
                    return Ok(Node::MultiSelectHash(entries));
                }
                _ => {}
            }
        }
    }

    fn dotted(&mut self, power: u8) -> Result<Node, Error> {
        match self.current() {
            Token::Quoted(_) | Token::Unquoted(_) | Token::Star => self.expression(power),
            Token::LeftBracket => {
                self.at += 1;
                self.list()
            }
            Token::LeftBrace => {
                self.at += 1;
                self.hash()
            }
            _ => Err(syntax("Expected identifier, lbracket, or lbrace")),
        }
    }

    /// What is applied to each element of a projection.
    fn projected(&mut self, power: u8) -> Result<Node, Error> {
        match self.current() {
            token if token.power() < 10 => Ok(Node::Current),
            Token::LeftBracket | Token::Filter => self.expression(power),
            Token::Dot => {
                self.at += 1;
                self.dotted(power)
            }
            _ => Err(syntax("Error")),
        }
    }
}

fn comparator(token: &Token) -> Result<Comparator, Error> {
    Ok(match token {
        Token::Equal => Comparator::Equal,
        Token::NotEqual => Comparator::NotEqual,
        Token::Less => Comparator::Less,
        Token::LessEqual => Comparator::LessEqual,
        Token::Greater => Comparator::Greater,
        Token::GreaterEqual => Comparator::GreaterEqual,
        other => return Err(syntax(&format!("Unexpected token: {other:?}"))),
    })
}
