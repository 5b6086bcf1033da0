//! Reading templates.

use super::unknown;
use crate::context::Failure;

/// The deepest nesting.
const DEEPEST: usize = 50;

/// A part of a template.
pub(super) enum Node {
    Text(String),
    Print(Expression),
    If { condition: Expression, then: Vec<Node>, otherwise: Vec<Node> },
    With { value: Expression, then: Vec<Node>, otherwise: Vec<Node> },
    Range { names: Vec<String>, over: Expression, then: Vec<Node>, otherwise: Vec<Node> },
}

/// What has a value.
pub(super) enum Expression {
    /// `$name.a.b`, from the dot where there is no name.
    Path {
        name: Option<String>,
        fields: Vec<String>,
    },
    Text(String),
    /// Its spelling.
    Number(String),
    Truth(bool),
    Call {
        function: String,
        operands: Vec<Expression>,
    },
}

fn fails<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::error(format!("template: {why}")))
}

/// Texts, and what stands between braces, without trimmed blanks.
fn pieces(template: &str) -> Result<Vec<(bool, String)>, Failure> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut trim = false;
    loop {
        let (text, action) = match rest.split_once("{{") {
            Some((text, action)) => (text, Some(action)),
            None => (rest, None),
        };
        let text = if trim { text.trim_start_matches(BLANKS) } else { text };
        let Some(action) = action else {
            pieces.push((false, text.to_owned()));
            return Ok(pieces);
        };
        let left = action.strip_prefix('-').filter(|rest| rest.starts_with(BLANKS));
        pieces.push((false, if left.is_some() { text.trim_end_matches(BLANKS) } else { text }.to_owned()));
        let action = left.unwrap_or(action);
        let end = end_of(action)?;
        let (inner, behind) = (&action[..end], &action[end + 2..]);
        let right = inner.strip_suffix('-').filter(|rest| rest.ends_with(BLANKS));
        trim = right.is_some();
        let inner = right.unwrap_or(inner).trim_matches(BLANKS);
        if !(inner.starts_with("/*") && inner.ends_with("*/")) {
            pieces.push((true, inner.to_owned()));
        }
        rest = behind;
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Where the braces close, outside of texts and comments.
fn end_of(action: &str) -> Result<usize, Failure> {
    let mut quoted = None;
    let mut escaped = false;
    if action.trim_start_matches(BLANKS).starts_with("/*") {
        let comment = action.find("*/").map_or(0, |at| at + 2);
        return action[comment..].find("}}").map(|at| at + comment).ok_or_else(|| Failure::error("unclosed comment"));
    }
    for (at, c) in action.char_indices() {
        match quoted {
            None if action[at..].starts_with("}}") => return Ok(at),
            None if matches!(c, '"' | '`' | '\'') => quoted = Some(c),
            Some(_) if escaped => escaped = false,
            Some('"' | '\'') if c == '\\' => escaped = true,
            Some(mark) if c == mark => quoted = None,
            None | Some(_) => {}
        }
    }
    fails("unclosed action")
}

/// Reads a template.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, Failure> {
    let pieces = pieces(template)?;
    let mut reader = Reader { pieces: pieces.into_iter(), depth: 0 };
    match reader.nodes()? {
        (nodes, None) => Ok(nodes),
        (_, Some(end)) => fails(&format!("unexpected {{{{{end}}}}}")),
    }
}

struct Reader {
    pieces: std::vec::IntoIter<(bool, String)>,
    depth: usize,
}

impl Reader {
    /// Up to the end, or up to an `else` or `end`, which is returned.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<String>), Failure> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(unknown());
        }
        let mut nodes = Vec::new();
        while let Some((action, text)) = self.pieces.next() {
            if !action {
                nodes.push(Node::Text(text));
                continue;
            }
            let (word, rest) = text.split_once(BLANKS).unwrap_or((&text, ""));
            match word {
                "end" | "else" => {
                    self.depth -= 1;
                    return Ok((nodes, Some(text)));
                }
                "if" | "with" | "range" => nodes.push(self.block(word, rest)?),
                "define" | "template" | "block" | "break" | "continue" => return Err(unknown()),
                _ => nodes.push(Node::Print(expression(&text)?)),
            }
        }
        self.depth -= 1;
        Ok((nodes, None))
    }

    fn block(&mut self, word: &str, head: &str) -> Result<Node, Failure> {
        let (then, end) = self.nodes()?;
        let otherwise = match end.as_deref() {
            Some("end") => Vec::new(),
            Some("else") => match self.nodes()? {
                (nodes, Some(end)) if end == "end" => nodes,
                _ => return fails("expected {{end}}"),
            },
            Some(other) => {
                let next = other.strip_prefix("else").map(|next| next.trim_start_matches(BLANKS)).unwrap_or_default();
                match next.split_once(BLANKS) {
                    Some((next, head)) if next == word && word != "range" => vec![self.block(next, head)?],
                    _ => return fails("unexpected {{else}}"),
                }
            }
            None => return fails("unexpected EOF"),
        };
        match word {
            "if" => Ok(Node::If { condition: expression(head)?, then, otherwise }),
            "with" => Ok(Node::With { value: expression(head)?, then, otherwise }),
            _ => {
                let (names, over) = head.split_once(":=").unwrap_or(("", head));
                let names: Vec<String> = names
                    .split(',')
                    .map(|name| name.trim_matches(BLANKS).to_owned())
                    .filter(|name| !name.is_empty())
                    .collect();
                let sound = |name: &String| name.starts_with('$') && name.len() > 1;
                if names.len() > 2 || !names.iter().all(sound) {
                    return Err(unknown());
                }
                Ok(Node::Range { names, over: expression(over)?, then, otherwise })
            }
        }
    }
}

fn expression(text: &str) -> Result<Expression, Failure> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let expression = call(&mut tokens, 0)?;
    if tokens.next().is_some() { Err(unknown()) } else { Ok(expression) }
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<String>>;

fn tokens(text: &str) -> Result<Vec<String>, Failure> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_matches(BLANKS);
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '(' | ')' => 1,
            '"' => {
                let quoted = rest[1..].char_indices().scan(false, |escaped, (at, c)| {
                    let ends = c == '"' && !*escaped;
                    *escaped = c == '\\' && !*escaped;
                    Some((at, ends))
                });
                let end = quoted.into_iter().find(|(_, ends)| *ends).map(|(at, _)| at + 2);
                end.ok_or_else(|| Failure::error("template: unterminated quoted string"))?
            }
            _ => rest.find(|c: char| BLANKS.contains(&c) || matches!(c, '(' | ')')).unwrap_or(rest.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start_matches(BLANKS);
    }
    if tokens.is_empty() { fails("missing value for command") } else { Ok(tokens) }
}

fn call(tokens: &mut Tokens, depth: usize) -> Result<Expression, Failure> {
    if depth > DEEPEST {
        return Err(unknown());
    }
    let Some(word) = tokens.peek().filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())) else {
        return operand(tokens, depth);
    };
    if !matches!(word.as_str(), "eq" | "ne" | "and" | "or" | "not" | "len") {
        return operand(tokens, depth);
    }
    let function = tokens.next().unwrap_or_default();
    let mut operands = Vec::new();
    while tokens.peek().is_some_and(|token| token != ")") {
        operands.push(operand(tokens, depth)?);
    }
    let least = if matches!(function.as_str(), "eq" | "ne") { 2 } else { 1 };
    let most = if matches!(function.as_str(), "not" | "len") { 1 } else { usize::MAX };
    if operands.len() < least || operands.len() > most {
        return fails("wrong number of args");
    }
    Ok(Expression::Call { function, operands })
}

fn operand(tokens: &mut Tokens, depth: usize) -> Result<Expression, Failure> {
    let token = tokens.next().unwrap_or_default();
    match token.chars().next() {
        Some('(') => {
            let inner = call(tokens, depth + 1)?;
            match tokens.next().as_deref() {
                Some(")") => Ok(inner),
                _ => fails("unclosed left paren"),
            }
        }
        // Go's escapes are those of JSON for the most part.
        Some('"') => match crate::json::read(&token) {
            Ok(text) => Ok(Expression::Text(text.as_str().unwrap_or_default().to_owned())),
            Err(_) => Err(unknown()),
        },
        Some('.' | '$') => path(&token),
        Some('0'..='9')
            if token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0')) =>
        {
            Ok(Expression::Number(token))
        }
        _ if token == "true" || token == "false" => Ok(Expression::Truth(token == "true")),
        _ => Err(unknown()),
    }
}

fn path(token: &str) -> Result<Expression, Failure> {
    let (name, fields) = if token.starts_with('$') {
        let end = token.find('.').unwrap_or(token.len());
        (Some(token[..end].to_owned()), &token[end..])
    } else {
        (None, token)
    };
    if fields == "." || fields.is_empty() {
        return Ok(Expression::Path { name, fields: Vec::new() });
    }
    let sound = |field: &str| {
        field.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && field.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    };
    let fields: Vec<String> = fields.split('.').skip(1).map(str::to_owned).collect();
    if fields.iter().all(|field| sound(field)) {
        return Ok(Expression::Path { name, fields });
    }
    // Letters beyond ASCII are allowed, others are not.
    if token.is_ascii() { fails("bad character") } else { Err(unknown()) }
}
