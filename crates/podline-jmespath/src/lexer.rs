//! Text into tokens.

use crate::error::Error;

/// A token, and what it says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Star,
    Dot,
    Filter,
    Flatten,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Or,
    Pipe,
    Number(String),
    Unquoted(String),
    Quoted(String),
    Comma,
    Colon,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    Json(String),
    Raw(String),
    Current,
    Reference,
    And,
    Not,
    /// A lone `=`.
    Unknown,
    End,
}

impl Token {
    /// How tightly it binds to what stands before it.
    pub fn power(&self) -> u8 {
        match self {
            Token::Pipe => 1,
            Token::Or => 2,
            Token::And => 3,
            Token::Equal | Token::Less | Token::LessEqual | Token::Greater | Token::GreaterEqual | Token::NotEqual => 5,
            Token::Flatten => 9,
            Token::Star => 20,
            Token::Filter => 21,
            Token::Dot => 40,
            Token::Not => 45,
            Token::LeftBrace => 50,
            Token::LeftBracket => 55,
            Token::LeftParen => 60,
            _ => 0,
        }
    }
}

/// All tokens of an expression; the last is [`Token::End`].
///
/// # Errors
/// What is no token.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Error> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(c) = lexer.next() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        tokens.push(lexer.token(c)?);
    }
    tokens.push(Token::End);
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn token(&mut self, c: char) -> Result<Token, Error> {
        Ok(match c {
            'a'..='z' | 'A'..='Z' | '_' => {
                Token::Unquoted(self.while_start(c, |c| c.is_ascii_alphanumeric() || c == '_').to_owned())
            }
            '-' | '0'..='9' => Token::Number(self.while_start(c, |c| c.is_ascii_digit()).to_owned()),
            '.' => Token::Dot,
            '*' => Token::Star,
            ',' => Token::Comma,
            ':' => Token::Colon,
            '{' => Token::LeftBrace,
            '}' => Token::RightBrace,
            ']' => Token::RightBracket,
            '(' => Token::LeftParen,
            ')' => Token::RightParen,
            '@' => Token::Current,
            '[' if self.eat('?') => Token::Filter,
            '[' if self.eat(']') => Token::Flatten,
            '[' => Token::LeftBracket,
            '"' => Token::Quoted(self.quoted()?),
            '\'' => Token::Raw(self.raw()?),
            '`' => Token::Json(self.until('`')?.replace("\\`", "`")),
            '|' => self.either('|', Token::Or, Token::Pipe),
            '<' => self.either('=', Token::LessEqual, Token::Less),
            '>' => self.either('=', Token::GreaterEqual, Token::Greater),
            '!' => self.either('=', Token::NotEqual, Token::Not),
            '=' => self.either('=', Token::Equal, Token::Unknown),
            '&' => self.either('&', Token::And, Token::Reference),
            _ => return Err(Error::new(format!("SyntaxError: Unknown char: {}", quote_rune(c)))),
        })
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn either(&mut self, second: char, both: Token, one: Token) -> Token {
        if self.eat(second) { both } else { one }
    }

    fn while_start(&mut self, first: char, wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at - first.len_utf8();
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
        &self.text[start..self.at]
    }

    /// What stands before an unescaped `end`.
    fn until(&mut self, end: char) -> Result<&'a str, Error> {
        let start = self.at;
        while let Some(c) = self.next() {
            if c == end {
                return Ok(&self.text[start..self.at - end.len_utf8()]);
            }
            if c == '\\' {
                self.next();
            }
        }
        Err(unclosed(end))
    }

    fn quoted(&mut self) -> Result<String, Error> {
        let text = self.until('"')?;
        serde_json::from_str(&format!("\"{text}\"")).map_err(|error| Error::new(error.to_string()))
    }

    /// In raw texts only `\'` is an escape.
    fn raw(&mut self) -> Result<String, Error> {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\'' => return Ok(text),
                '\\' if self.eat('\'') => text.push('\''),
                c => text.push(c),
            }
        }
        Err(unclosed('\''))
    }
}

fn unclosed(end: char) -> Error {
    Error::new(format!("SyntaxError: Unclosed delimiter: {end}"))
}

/// As Go's `strconv.QuoteRuneToASCII`.
fn quote_rune(c: char) -> String {
    match c {
        '\\' => "'\\\\'".to_owned(),
        ' '..='~' => format!("'{c}'"),
        c if u32::from(c) < 0x80 => format!("'\\x{:02x}'", u32::from(c)),
        c if u32::from(c) < 0x1_0000 => format!("'\\u{:04x}'", u32::from(c)),
        c => format!("'\\U{:08x}'", u32::from(c)),
    }
}
