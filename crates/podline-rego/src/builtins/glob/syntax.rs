//! Patterns as gobwas reads them.
//!
//! Source: github.com/gobwas/glob v0.2.3, `syntax/lexer/lexer.go`, `syntax/ast/parser.go`.

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Nothing,
    Pattern(Vec<Node>),
    /// `[abc]`, `[!abc]`
    List {
        chars: Vec<char>,
        not: bool,
    },
    /// `[a-z]`, `[!a-z]`
    Range {
        low: char,
        high: char,
        not: bool,
    },
    Text(String),
    /// `*`
    Any,
    /// `**`
    Super,
    /// `?`
    Single,
    /// `{a,b}`: patterns.
    AnyOf(Vec<Node>),
}

/// The deepest nesting of braces.
const DEEPEST: usize = 100;

/// Reads a pattern.
///
/// # Errors
/// In gobwas' words, where it is none.
pub(super) fn parse(pattern: &str) -> Result<Node, String> {
    let mut reader = Reader { rest: pattern };
    let mut levels = Levels::default();
    while let Some(c) = reader.peek()? {
        match c {
            '{' => {
                reader.skip(c);
                levels.open()?;
            }
            ',' if levels.inside() => {
                reader.skip(c);
                levels.separate();
            }
            '}' if levels.inside() => {
                reader.skip(c);
                levels.close();
            }
            '[' => {
                reader.skip(c);
                let range = reader.range()?;
                levels.push(range);
            }
            '?' => {
                reader.skip(c);
                levels.push(Node::Single);
            }
            '*' => {
                reader.skip(c);
                let twice = reader.peek()? == Some('*');
                if twice {
                    reader.skip('*');
                }
                levels.push(if twice { Node::Super } else { Node::Any });
            }
            _ => {
                let breakers = if levels.inside() { "?*[{}," } else { "?*[{" };
                let text = reader.text(breakers)?;
                if !text.is_empty() {
                    levels.push(Node::Text(text));
                }
            }
        }
    }
    // Braces that are open at the end count as closed.
    while levels.inside() {
        levels.close();
    }
    Ok(Node::Pattern(levels.current))
}

/// The braces that are open: what stands before each, and the alternatives so far.
#[derive(Default)]
struct Levels {
    outer: Vec<(Vec<Node>, Vec<Node>)>,
    current: Vec<Node>,
}

impl Levels {
    fn inside(&self) -> bool {
        !self.outer.is_empty()
    }

    fn push(&mut self, node: Node) {
        self.current.push(node);
    }

    fn open(&mut self) -> Result<(), String> {
        if self.outer.len() >= DEEPEST {
            return Err("nested too deeply".to_owned());
        }
        self.outer.push((std::mem::take(&mut self.current), Vec::new()));
        Ok(())
    }

    fn separate(&mut self) {
        if let Some((_, alternatives)) = self.outer.last_mut() {
            alternatives.push(Node::Pattern(std::mem::take(&mut self.current)));
        }
    }

    fn close(&mut self) {
        self.separate();
        if let Some((before, alternatives)) = self.outer.pop() {
            self.current = before;
            self.current.push(Node::AnyOf(alternatives));
        }
    }
}

struct Reader<'p> {
    rest: &'p str,
}

impl Reader<'_> {
    /// The next character. A NUL ends the pattern; U+FFFD cannot be told from what is no UTF-8.
    fn peek(&self) -> Result<Option<char>, String> {
        match self.rest.chars().next() {
            Some(char::REPLACEMENT_CHARACTER) => Err("could not read rune".to_owned()),
            Some('\0') => Ok(None),
            other => Ok(other),
        }
    }

    fn skip(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
    }

    /// Up to a character that ends it; a backslash takes the meaning from the next.
    fn text(&mut self, breakers: &str) -> Result<String, String> {
        let mut text = String::new();
        let mut escaped = false;
        while let Some(c) = self.peek()? {
            if !escaped {
                if c == '\\' {
                    escaped = true;
                    self.skip(c);
                    continue;
                }
                if breakers.contains(c) {
                    break;
                }
            }
            escaped = false;
            text.push(c);
            self.skip(c);
        }
        Ok(text)
    }

    /// Behind the `[`.
    fn range(&mut self) -> Result<Node, String> {
        let unexpected = || "unexpected end of input".to_owned();
        let not = self.peek()? == Some('!');
        if not {
            self.skip('!');
        }
        let first = self.peek()?.ok_or_else(unexpected)?;
        let behind = Reader { rest: &self.rest[first.len_utf8()..] };
        if behind.peek()? == Some('-') {
            self.skip(first);
            self.skip('-');
            let high = self.peek()?.ok_or_else(unexpected)?;
            self.skip(high);
            self.end()?;
            if high < first {
                return Err(format!("hi character '{high}' should be greater than lo '{first}'"));
            }
            return Ok(Node::Range { low: first, high, not });
        }
        let chars = self.text("]")?;
        self.end()?;
        if chars.is_empty() {
            return Err("could not parse range".to_owned());
        }
        Ok(Node::List { chars: chars.chars().collect(), not })
    }

    fn end(&mut self) -> Result<(), String> {
        match self.peek()? {
            Some(']') => {
                self.skip(']');
                Ok(())
            }
            Some(_) => Err("expected close range character".to_owned()),
            None => Err("unexpected end of input".to_owned()),
        }
    }
}
