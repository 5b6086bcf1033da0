//! The expression of a group: members as functions, `!`, `&&`, `||`, `==`, `!=`, parentheses and the constants.
//!
//! The controller checks it as CEL, a policy server runs it with the engine Rhai, from left to right and no further
//! than needed. What both take is what is read here.

/// Is an object let in?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Only the cluster or a registry can tell.
    Unknown,
}

/// A sound expression.
#[derive(Debug)]
pub(super) struct Expression(Node);

#[derive(Debug)]
enum Node {
    Constant(bool),
    /// By its index.
    Member(usize),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Equal(Box<Node>, Box<Node>),
    Different(Box<Node>, Box<Node>),
}

/// How deep an expression may be: what Rhai allows.
const DEEPEST: usize = 64;

impl Expression {
    /// Reads an expression over members of these names.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn parse(written: &str, members: &[&str]) -> Result<Expression, String> {
        let tokens = tokens(written)?;
        let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, members };
        let node = parser.or()?;
        match parser.tokens.get(parser.at) {
            Some(token) => Err(unexpected(token)),
            None => Ok(Expression(node)),
        }
    }

    /// Its value, by what the members say. They are asked lazily; one may be asked more than once.
    pub(super) fn evaluate(&self, ask: &mut impl FnMut(usize) -> Allowed) -> Allowed {
        self.0.evaluate(ask)
    }
}

impl Node {
    fn evaluate(&self, ask: &mut impl FnMut(usize) -> Allowed) -> Allowed {
        match self {
            Node::Constant(value) => of(*value),
            Node::Member(index) => ask(*index),
            Node::Not(inner) => not(inner.evaluate(ask)),
            Node::And(left, right) => match left.evaluate(ask) {
                Allowed::No => Allowed::No,
                left => and(left, right.evaluate(ask)),
            },
            Node::Or(left, right) => match left.evaluate(ask) {
                Allowed::Yes => Allowed::Yes,
                left => not(and(not(left), not(right.evaluate(ask)))),
            },
            Node::Equal(left, right) => equal(left.evaluate(ask), right.evaluate(ask)),
            Node::Different(left, right) => not(equal(left.evaluate(ask), right.evaluate(ask))),
        }
    }
}

fn of(value: bool) -> Allowed {
    if value { Allowed::Yes } else { Allowed::No }
}

fn not(value: Allowed) -> Allowed {
    match value {
        Allowed::Yes => Allowed::No,
        Allowed::No => Allowed::Yes,
        Allowed::Unknown => Allowed::Unknown,
    }
}

fn and(left: Allowed, right: Allowed) -> Allowed {
    match (left, right) {
        (Allowed::No, _) | (_, Allowed::No) => Allowed::No,
        (Allowed::Yes, Allowed::Yes) => Allowed::Yes,
        _ => Allowed::Unknown,
    }
}

fn equal(left: Allowed, right: Allowed) -> Allowed {
    if left == Allowed::Unknown || right == Allowed::Unknown { Allowed::Unknown } else { of(left == right) }
}

/// The next token of an expression.
fn tokens(written: &str) -> Result<Vec<&str>, String> {
    let mut tokens = Vec::new();
    let mut rest = written.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = if word(first) {
            rest.find(|c: char| !word(c)).unwrap_or(rest.len())
        } else {
            let known = ["&&", "||", "==", "!=", "!", "(", ")"];
            let token = known.into_iter().find(|token| rest.starts_with(token));
            token.ok_or_else(|| unexpected(&rest[..first.len_utf8()]))?.len()
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind.trim_start();
    }
    Ok(tokens)
}

fn unexpected(token: &str) -> String {
    format!("compilation failed: unexpected '{token}'")
}

struct Parser<'t> {
    tokens: &'t [&'t str],
    at: usize,
    depth: usize,
    members: &'t [&'t str],
}

impl Parser<'_> {
    fn takes(&mut self, token: &str) -> bool {
        let found = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<Node, String> {
        let mut left = self.and()?;
        let mut operators = 0;
        while self.takes("||") {
            operators += 1;
            self.check_depth(operators)?;
            left = Node::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Node, String> {
        let mut left = self.equality()?;
        let mut operators = 0;
        while self.takes("&&") {
            operators += 1;
            self.check_depth(operators)?;
            left = Node::And(Box::new(left), Box::new(self.equality()?));
        }
        Ok(left)
    }

    fn equality(&mut self) -> Result<Node, String> {
        let mut left = self.unary()?;
        let mut operators = 0;
        loop {
            let node: fn(Box<Node>, Box<Node>) -> Node = if self.takes("==") {
                Node::Equal
            } else if self.takes("!=") {
                Node::Different
            } else {
                return Ok(left);
            };
            operators += 1;
            self.check_depth(operators)?;
            left = node(Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Node, String> {
        self.depth += 1;
        self.check_depth(0)?;
        let node = if self.takes("!") {
            Node::Not(Box::new(self.unary()?))
        } else if self.takes("(") {
            let inner = self.or()?;
            self.close()?;
            inner
        } else {
            self.operand()?
        };
        self.depth -= 1;
        Ok(node)
    }

    /// A constant, or the call of a member.
    fn operand(&mut self) -> Result<Node, String> {
        let Some(token) = self.tokens.get(self.at).copied() else {
            return Err("compilation failed: unexpected end".to_owned());
        };
        self.at += 1;
        match token {
            "true" => return Ok(Node::Constant(true)),
            "false" => return Ok(Node::Constant(false)),
            _ => {}
        }
        if !token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(unexpected(token));
        }
        let Some(index) = self.members.iter().position(|member| *member == token) else {
            return Err(format!("compilation failed: undeclared reference to '{token}' (in container '')"));
        };
        if !self.takes("(") {
            return Err(format!("compilation failed: undeclared reference to '{token}' (in container '')"));
        }
        self.close()?;
        Ok(Node::Member(index))
    }

    fn close(&mut self) -> Result<(), String> {
        if self.takes(")") {
            return Ok(());
        }
        Err(self
            .tokens
            .get(self.at)
            .map_or_else(|| "compilation failed: missing ')'".to_owned(), |token| unexpected(token)))
    }

    fn check_depth(&self, operators: usize) -> Result<(), String> {
        if self.depth + operators > DEEPEST {
            return Err("Expression exceeds maximum complexity".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, Expression};

    /// The value where `yes` accepts, `no` refuses and `who` cannot be told; and who was asked.
    fn value(written: &str) -> (Allowed, Vec<usize>) {
        let mut asked = Vec::new();
        let expression = Expression::parse(written, &["yes", "no", "who"]).expect("a sound expression");
        let value = expression.evaluate(&mut |member| {
            asked.push(member);
            [Allowed::Yes, Allowed::No, Allowed::Unknown][member]
        });
        (value, asked)
    }

    #[test]
    fn operators_bind_as_in_cel() {
        assert_eq!(value("yes() || no() && no()").0, Allowed::Yes);
        assert_eq!(value("(yes() || no()) && no()").0, Allowed::No);
        assert_eq!(value("!no() == yes()").0, Allowed::Yes);
        assert_eq!(value("yes() != no() && true").0, Allowed::Yes);
        assert_eq!(value("!!no()").0, Allowed::No);
    }

    #[test]
    fn members_are_asked_from_left_to_right_and_no_further_than_needed() {
        assert_eq!(value("yes() || no()").1, [0]);
        assert_eq!(value("no() && yes()").1, [1]);
        assert_eq!(value("no() || yes()").1, [1, 0]);
        assert_eq!(value("no() == yes()").1, [1, 0]);
    }

    #[test]
    fn what_cannot_be_told_stays_open_unless_another_decides() {
        assert_eq!(value("who() || yes()").0, Allowed::Yes);
        assert_eq!(value("who() && no()").0, Allowed::No);
        assert_eq!(value("who() || no()").0, Allowed::Unknown);
        assert_eq!(value("!who()").0, Allowed::Unknown);
        assert_eq!(value("who() == no()").0, Allowed::Unknown);
    }

    #[test]
    fn what_is_no_such_expression_is_refused() {
        for wrong in
            ["", "yes", "yes(", "yes()) ", "other()", "yes() and no()", "yes(1)", "1 == 1", "yes() ||", "é", "a.b()"]
        {
            assert!(Expression::parse(wrong, &["yes", "no", "who"]).is_err(), "{wrong}");
        }
        let deep = format!("{}yes(){}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(Expression::parse(&deep, &["yes"]).is_err());
        let long = vec!["yes()"; 10_000].join(" || ");
        assert!(Expression::parse(&long, &["yes"]).is_err());
    }
}
