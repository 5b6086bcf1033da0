//! The rules of cel-go's grammar (`CEL.g4`), one function each.

#![allow(clippy::vec_box, clippy::unnecessary_box_returns)] // see `Parsed`

use super::recover::{EPSILON, Recovering, Rule, Set, Stop, set};
use super::tree::Tree;
use crate::issues::Collector;
use crate::lexer::{Kind, Token, Tokens};
use crate::source::Source;

pub(super) const MEMBER_FIRST: Set = set(&[
    Kind::LeftBracket,
    Kind::LeftBrace,
    Kind::LeftParen,
    Kind::Dot,
    Kind::Minus,
    Kind::True,
    Kind::False,
    Kind::Null,
    Kind::Float,
    Kind::Int,
    Kind::Uint,
    Kind::String,
    Kind::Bytes,
    Kind::Identifier,
]);
pub(super) const EXPR_FIRST: Set = MEMBER_FIRST | set(&[Kind::Exclamation]);
pub(super) const OPTIONAL_FIRST: Set = EXPR_FIRST | set(&[Kind::Question]);
const RELATIONS: Set =
    set(&[Kind::Equals, Kind::NotEquals, Kind::In, Kind::Less, Kind::LessEquals, Kind::GreaterEquals, Kind::Greater]);
const FACTORS: Set = set(&[Kind::Star, Kind::Slash, Kind::Percent]);
const SUMMANDS: Set = set(&[Kind::Plus, Kind::Minus]);
const MEMBERS: Set = set(&[Kind::Dot, Kind::LeftBracket]) | EPSILON;
pub(super) const NAME: Set = set(&[Kind::Identifier, Kind::Escaped]);
pub(super) const COMMA: Set = set(&[Kind::Comma]);

/// Reads all tokens. Nothing comes back if a limit was met.
pub(super) fn read(source: &Source, tokens: &Tokens, issues: &mut Collector) -> Option<Box<Tree>> {
    let mut parser = Recovering::new(source, tokens, issues);
    parser.start().ok()
}

/// Trees are boxed: they pass through many frames, and the deepest expression must fit the stack of a thread.
pub(super) type Parsed<T = Box<Tree>> = Result<T, Stop>;

pub(super) fn error() -> Box<Tree> {
    Box::new(Tree::Error)
}

impl Recovering<'_> {
    fn start(&mut self) -> Parsed {
        let tree = self.within(set(&[Kind::Eof]), Self::expr)?;
        match self.take(Kind::Eof, 0) {
            Err(Stop::Error(error)) => self.recover(&error, Rule::Other)?,
            Err(Stop::Abort) => return Err(Stop::Abort),
            Ok(_) => {}
        }
        Ok(tree)
    }

    /// Reads a rule after which `follow` may come.
    pub(super) fn within<T>(&mut self, follow: Set, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.frames.push(follow);
        let result = rule(self);
        self.frames.pop();
        result
    }

    /// Runs a rule's body; its error is reported and recovered from here, and what it has so far is kept.
    pub(super) fn rule<T>(
        &mut self,
        rule: Rule,
        mut result: T,
        body: impl FnOnce(&mut Self, &mut T) -> Parsed<()>,
    ) -> Parsed<T> {
        self.enter(rule)?;
        if let Err(stop) = body(self, &mut result) {
            match stop {
                Stop::Error(error) => self.recover(&error, rule)?,
                Stop::Abort => return Err(Stop::Abort),
            }
        }
        self.leave(rule, 1);
        Ok(result)
    }

    pub(super) fn expr(&mut self) -> Parsed {
        self.rule(Rule::Expr, error(), |p, tree| {
            *tree = p.within(set(&[Kind::Question]) | EPSILON, Self::or)?;
            if p.kind(0) == Kind::Question {
                let op = p.take(Kind::Question, EXPR_FIRST)?;
                let yes = p.within(set(&[Kind::Colon]), Self::or)?;
                let condition = std::mem::replace(tree, error());
                **tree = Tree::Ternary { condition, op, yes, no: error() };
                p.take(Kind::Colon, EXPR_FIRST)?;
                let otherwise = p.within(EPSILON, Self::expr)?;
                if let Tree::Ternary { no, .. } = &mut **tree {
                    *no = otherwise;
                }
            }
            Ok(())
        })
    }

    fn or(&mut self) -> Parsed {
        self.logic(Rule::Or, Kind::Or, Self::and)
    }

    fn and(&mut self) -> Parsed {
        self.logic(Rule::And, Kind::And, |p| p.relation(0))
    }

    fn logic(&mut self, rule: Rule, operator: Kind, operand: fn(&mut Self) -> Parsed) -> Parsed {
        let follow = set(&[operator]) | EPSILON;
        let (mut terms, ops) = self.rule(rule, (Vec::new(), Vec::new()), |p, (terms, ops)| {
            terms.push(p.within(follow, operand)?);
            while p.kind(0) == operator {
                ops.push(p.take(operator, EXPR_FIRST)?);
                terms.push(p.within(follow, operand)?);
            }
            Ok(())
        })?;
        if ops.is_empty() {
            return Ok(terms.pop().unwrap_or_else(error));
        }
        Ok(Box::new(Tree::Logic { and: matches!(rule, Rule::And), terms, ops }))
    }

    fn relation(&mut self, precedence: u8) -> Parsed {
        self.binary(Rule::Relation, precedence, &[(1, RELATIONS)], |p| p.calc(0), Self::relation)
    }

    fn calc(&mut self, precedence: u8) -> Parsed {
        self.binary(Rule::Calc, precedence, &[(2, FACTORS), (1, SUMMANDS)], Self::unary, Self::calc)
    }

    /// A rule that names itself on the left: operands, and operators of some precedence between them.
    fn binary(
        &mut self,
        rule: Rule,
        precedence: u8,
        operators: &[(u8, Set)],
        operand: fn(&mut Self) -> Parsed,
        itself: fn(&mut Self, u8) -> Parsed,
    ) -> Parsed {
        let follow = operators.iter().fold(EPSILON, |all, (_, kinds)| all | kinds);
        let mut pushed = 0;
        let tree = self.rule(rule, error(), |p, tree| {
            *tree = p.within(follow, operand)?;
            while let Some((binds, kinds)) =
                operators.iter().find(|(binds, kinds)| *binds >= precedence && p.is(0, *kinds))
            {
                p.enter(rule)?;
                pushed += 1;
                let op = p.take_any(*kinds, EXPR_FIRST)?;
                let right = p.within(follow, |p| itself(p, binds + 1))?;
                let left = std::mem::replace(tree, error());
                **tree = Tree::Binary { op, left, right };
            }
            Ok(())
        })?;
        self.leave(rule, pushed);
        Ok(tree)
    }

    fn unary(&mut self) -> Parsed {
        self.rule(Rule::Unary, error(), |p, tree| {
            p.sync(EXPR_FIRST)?;
            let operator = match p.kind(0) {
                Kind::Exclamation => Kind::Exclamation,
                Kind::Minus if p.negates()? => Kind::Minus,
                _ if !p.is(0, EXPR_FIRST) => return Err(p.no_alternative(0)),
                _ => {
                    *tree = p.within(EPSILON, Self::member)?;
                    return Ok(());
                }
            };
            let op = p.token(0);
            let mut count = 0;
            loop {
                p.take(operator, MEMBER_FIRST | set(&[operator]))?;
                count += 1;
                p.sync_loop(MEMBER_FIRST | set(&[operator]))?;
                let again = p.kind(0) == operator && (operator == Kind::Exclamation || p.follows_minus()?);
                if !again {
                    break;
                }
            }
            let operand = p.within(EPSILON, Self::member)?;
            **tree = Tree::Unary { op, count, operand };
            Ok(())
        })
    }

    /// Is the minus an operator, or part of a number?
    fn negates(&mut self) -> Parsed<bool> {
        self.follows_minus()?;
        Ok(!matches!(self.kind(1), Kind::Int | Kind::Float))
    }

    fn follows_minus(&mut self) -> Parsed<bool> {
        if self.is(1, MEMBER_FIRST) { Ok(true) } else { Err(self.no_alternative(1)) }
    }

    fn no_alternative(&self, ahead: usize) -> Stop {
        let end = (self.at + ahead).min(self.tokens.len() - 1);
        Stop::Error(super::recover::Error::NoAlternative { start: self.at, end })
    }

    fn member(&mut self) -> Parsed {
        let mut pushed = 0;
        let tree = self.rule(Rule::Member, error(), |p, tree| {
            *tree = p.within(MEMBERS, Self::primary)?;
            while matches!(p.kind(0), Kind::Dot | Kind::LeftBracket) {
                let call = p.kind(0) == Kind::Dot && p.calls()?;
                p.enter(Rule::Member)?;
                pushed += 1;
                let operand = std::mem::replace(tree, error());
                if p.kind(0) == Kind::LeftBracket {
                    p.index(operand, tree)?;
                } else if call {
                    p.member_call(operand, tree)?;
                } else {
                    p.select(operand, tree)?;
                }
            }
            Ok(())
        })?;
        self.leave(Rule::Member, pushed);
        Ok(tree)
    }

    /// Does a call follow the dot, or a field?
    fn calls(&mut self) -> Parsed<bool> {
        match self.kind(1) {
            Kind::Identifier => Ok(self.kind(2) == Kind::LeftParen),
            Kind::Question | Kind::Escaped => Ok(false),
            _ => Err(self.no_alternative(1)),
        }
    }

    fn select(&mut self, operand: Box<Tree>, tree: &mut Box<Tree>) -> Parsed<()> {
        let dot = self.take(Kind::Dot, NAME | set(&[Kind::Question]))?;
        let optional = self.kind(0) == Kind::Question;
        **tree = Tree::Select { dot, optional, name: Err(None), operand };
        if optional {
            self.take(Kind::Question, NAME)?;
        }
        let start = self.token(0);
        let found = self.within(MEMBERS, Self::name)?;
        if let Tree::Select { name, .. } = &mut **tree {
            *name = found.ok_or(Some(start));
        }
        Ok(())
    }

    pub(super) fn name(&mut self) -> Parsed<Option<Token>> {
        self.rule(Rule::Other, None, |p, name| {
            p.sync(NAME)?;
            if !p.is(0, NAME) {
                return Err(p.no_alternative(0));
            }
            *name = Some(p.take_any(NAME, EPSILON)?);
            Ok(())
        })
    }

    fn member_call(&mut self, target: Box<Tree>, tree: &mut Box<Tree>) -> Parsed<()> {
        self.take(Kind::Dot, NAME)?;
        let name = self.take(Kind::Identifier, set(&[Kind::LeftParen]))?;
        let open = self.take(Kind::LeftParen, EXPR_FIRST | set(&[Kind::RightParen]))?;
        **tree = Tree::MemberCall { name, open, target, args: Vec::new() };
        let found = self.arguments()?;
        if let Tree::MemberCall { args, .. } = &mut **tree {
            *args = found;
        }
        self.take(Kind::RightParen, MEMBERS)?;
        Ok(())
    }

    fn arguments(&mut self) -> Parsed<Vec<Box<Tree>>> {
        self.sync(EXPR_FIRST | set(&[Kind::RightParen]))?;
        if !self.is(0, EXPR_FIRST) {
            return Ok(Vec::new());
        }
        self.within(set(&[Kind::RightParen]), |p| {
            p.rule(Rule::Other, Vec::new(), |p, args| {
                args.push(p.within(COMMA | EPSILON, Self::expr)?);
                while p.kind(0) == Kind::Comma {
                    p.take(Kind::Comma, EXPR_FIRST)?;
                    args.push(p.within(COMMA | EPSILON, Self::expr)?);
                }
                Ok(())
            })
        })
    }

    fn index(&mut self, target: Box<Tree>, tree: &mut Box<Tree>) -> Parsed<()> {
        let open = self.take(Kind::LeftBracket, OPTIONAL_FIRST)?;
        **tree = Tree::Index { open, optional: false, target, index: error() };
        self.sync(OPTIONAL_FIRST)?;
        let question = self.kind(0) == Kind::Question;
        if question {
            self.take(Kind::Question, EXPR_FIRST)?;
        }
        let found = self.within(set(&[Kind::RightBracket]), Self::expr)?;
        if let Tree::Index { optional, index, .. } = &mut **tree {
            *optional = question;
            *index = found;
        }
        self.take(Kind::RightBracket, MEMBERS)?;
        Ok(())
    }

    fn primary(&mut self) -> Parsed {
        self.rule(Rule::Primary, error(), |p, tree| {
            p.sync(MEMBER_FIRST)?;
            match p.kind(0) {
                Kind::LeftParen => {
                    p.take(Kind::LeftParen, EXPR_FIRST)?;
                    *tree = p.within(set(&[Kind::RightParen]), Self::expr)?;
                    p.take(Kind::RightParen, EPSILON)?;
                }
                Kind::LeftBracket => p.list(tree)?,
                Kind::LeftBrace => p.map(tree)?,
                Kind::Dot | Kind::Identifier => p.identifier(tree)?,
                Kind::Minus if !matches!(p.kind(1), Kind::Int | Kind::Float) => return Err(p.no_alternative(1)),
                _ if !p.is(0, MEMBER_FIRST) => return Err(p.no_alternative(0)),
                _ => p.literal(tree)?,
            }
            Ok(())
        })
    }

    fn literal(&mut self, tree: &mut Box<Tree>) -> Parsed<()> {
        let sign = (self.kind(0) == Kind::Minus).then(|| self.token(0));
        if sign.is_some() {
            self.take(Kind::Minus, MEMBER_FIRST)?;
        }
        let literals =
            set(&[Kind::True, Kind::False, Kind::Null, Kind::Float, Kind::Int, Kind::Uint, Kind::String, Kind::Bytes]);
        let token = self.take_any(literals, EPSILON)?;
        **tree = Tree::Literal { sign, token };
        Ok(())
    }

    fn identifier(&mut self, tree: &mut Box<Tree>) -> Parsed<()> {
        let first = usize::from(self.kind(0) == Kind::Dot);
        if self.kind(first) != Kind::Identifier {
            return Err(self.no_alternative(first));
        }
        let mut ahead = first + 1;
        while self.kind(ahead) == Kind::Dot && self.kind(ahead + 1) == Kind::Identifier {
            ahead += 2;
        }
        let dot = if first == 1 { Some(self.take(Kind::Dot, NAME)?) } else { None };
        if self.kind(ahead - first) == Kind::LeftBrace {
            return self.structure(dot, tree);
        }
        let name = self.take(Kind::Identifier, EPSILON)?;
        if self.kind(0) != Kind::LeftParen {
            **tree = Tree::Ident { dot, name };
            return Ok(());
        }
        let open = self.take(Kind::LeftParen, EXPR_FIRST | set(&[Kind::RightParen]))?;
        **tree = Tree::Call { dot, name, open, args: Vec::new() };
        let found = self.arguments()?;
        if let Tree::Call { args, .. } = &mut **tree {
            *args = found;
        }
        self.take(Kind::RightParen, EPSILON)?;
        Ok(())
    }
}
