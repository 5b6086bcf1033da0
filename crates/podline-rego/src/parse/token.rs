//! The tokens of the language.
//!
//! Source: `v1/ast/internal/tokens/tokens.go`.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Illegal,
    End,
    Blank,
    Ident,
    Comment,
    Package,
    Import,
    As,
    Default,
    Else,
    Not,
    Some,
    With,
    Null,
    True,
    False,
    Number,
    String,
    /// A piece of a template string up to a `{`.
    TemplatePart,
    /// The last piece of a template string.
    TemplateEnd,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    Comma,
    Colon,
    Add,
    Sub,
    Mul,
    Quo,
    Rem,
    And,
    Or,
    Unify,
    Equal,
    Assign,
    In,
    Neq,
    Gt,
    Lt,
    Gte,
    Lte,
    Dot,
    Semicolon,
    Every,
    Contains,
    If,
}

impl Token {
    /// OPA's name for it, which is also the name of the built-in that an operator stands for.
    pub fn name(self) -> &'static str {
        match self {
            Token::Illegal => "illegal",
            Token::End => "eof",
            Token::Blank => "whitespace",
            Token::Ident => "identifier",
            Token::Comment => "comment",
            Token::Package => "package",
            Token::Import => "import",
            Token::As => "as",
            Token::Default => "default",
            Token::Else => "else",
            Token::Not => "not",
            Token::Some => "some",
            Token::With => "with",
            Token::Null => "null",
            Token::True => "true",
            Token::False => "false",
            Token::Number => "number",
            Token::String => "string",
            Token::TemplatePart => "template-string-part",
            Token::TemplateEnd => "template-string-end",
            Token::OpenBracket => "[",
            Token::CloseBracket => "]",
            Token::OpenBrace => "{",
            Token::CloseBrace => "}",
            Token::OpenParen => "(",
            Token::CloseParen => ")",
            Token::Comma => ",",
            Token::Colon => ":",
            Token::Add => "plus",
            Token::Sub => "minus",
            Token::Mul => "mul",
            Token::Quo => "div",
            Token::Rem => "rem",
            Token::And => "and",
            Token::Or => "or",
            Token::Unify => "eq",
            Token::Equal => "equal",
            Token::Assign => "assign",
            Token::In => "in",
            Token::Neq => "neq",
            Token::Gt => "gt",
            Token::Lt => "lt",
            Token::Gte => "gte",
            Token::Lte => "lte",
            Token::Dot => ".",
            Token::Semicolon => ";",
            Token::Every => "every",
            Token::Contains => "contains",
            Token::If => "if",
        }
    }

    /// Is it a keyword of every version?
    pub fn is_keyword(self) -> bool {
        use Token::{As, Default, Else, False, Import, Not, Null, Package, Some, True, With};
        matches!(self, Package | Import | As | Default | Else | Not | Some | With | Null | True | False)
    }

    /// Is it a word that version 0 imports?
    pub fn is_future_keyword(self) -> bool {
        matches!(self, Token::In | Token::Every | Token::Contains | Token::If | Token::Not)
    }
}

/// Which of the words that version 0 imports are keywords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each word is imported by itself")]
pub(super) struct Keywords {
    pub contains: bool,
    pub every: bool,
    pub if_: bool,
    pub in_: bool,
}

impl Keywords {
    pub const ALL: Keywords = Keywords { contains: true, every: true, if_: true, in_: true };

    /// Makes a word a keyword. Those who may say `every` may say `in`.
    pub fn add(&mut self, word: &str) {
        match word {
            "contains" => self.contains = true,
            "every" => (self.every, self.in_) = (true, true),
            "if" => self.if_ = true,
            "in" => self.in_ = true,
            _ => {}
        }
    }

    /// The token that a word is.
    pub fn token(self, word: &str) -> Token {
        match word {
            "package" => Token::Package,
            "import" => Token::Import,
            "as" => Token::As,
            "default" => Token::Default,
            "else" => Token::Else,
            "not" => Token::Not,
            "some" => Token::Some,
            "with" => Token::With,
            "null" => Token::Null,
            "true" => Token::True,
            "false" => Token::False,
            "contains" if self.contains => Token::Contains,
            "every" if self.every => Token::Every,
            "if" if self.if_ => Token::If,
            "in" if self.in_ => Token::In,
            _ => Token::Ident,
        }
    }
}
