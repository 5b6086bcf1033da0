//! Reads the signatures of built-ins as OPA writes them: `(x: number, set[any]) => boolean`.

use super::{Function, Type};

/// Reads a signature. Nothing where it is none.
pub fn read_function(text: &str) -> Option<Function> {
    let mut reader = Reader { rest: text };
    let mut function = Function::default();
    reader.expect("(")?;
    while !reader.skip(")") {
        let name = reader.name();
        let argument = Some(reader.read()?);
        if reader.skip("...") {
            function.variadic = argument;
        } else {
            function.arguments.push((name, argument));
        }
        reader.skip(", ");
    }
    reader.expect(" => ")?;
    if !reader.skip("???") {
        function.result = Some(reader.read()?);
    }
    reader.rest.is_empty().then_some(function)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn skip(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.skip(text).then_some(())
    }

    fn word(&mut self) -> &str {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// The name before a colon.
    fn name(&mut self) -> Option<String> {
        let before = self.rest;
        let name = self.word().to_owned();
        if self.skip(": ") {
            return Some(name);
        }
        self.rest = before;
        None
    }

    fn read(&mut self) -> Option<Type> {
        let word = self.word().to_owned();
        Some(match word.as_str() {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "number" => Type::Number,
            "string" => Type::String,
            "any" => Type::any_of(self.list()?),
            "array" => {
                let fixed = self.list()?.into_iter().map(Some).collect();
                let rest = if self.skip("[") { Some(self.closed()?) } else { None };
                Type::array(fixed, rest)
            }
            "set" => {
                self.expect("[")?;
                Type::set(Some(self.closed()?))
            }
            "object" => self.object()?,
            _ => return None,
        })
    }

    fn closed(&mut self) -> Option<Type> {
        let of = self.read()?;
        self.expect("]")?;
        Some(of)
    }

    fn list(&mut self) -> Option<Vec<Type>> {
        let mut types = Vec::new();
        if self.skip("<") {
            while !self.skip(">") {
                types.push(self.read()?);
                self.skip(", ");
            }
        }
        Some(types)
    }

    fn object(&mut self) -> Option<Type> {
        let mut fixed = Vec::new();
        if self.skip("<") {
            while !self.skip(">") {
                let key = self.name()?;
                fixed.push((key.into(), Some(self.read()?)));
                self.skip(", ");
            }
        }
        let mut rest = None;
        if self.skip("[") {
            let key = self.read()?;
            self.expect(": ")?;
            rest = Some((Some(key), Some(self.closed()?)));
        }
        Some(Type::object(fixed, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "(number) => number",
            "() => array[any]",
            "(any<null, array[string]>, set[any]) => array<boolean, array[object<desc: string, error: string>]>",
            "(object<op: string, path: any>[any: any]) => ???",
            "(any...) => boolean",
        ] {
            let function = read_function(text).expect(text);
            assert_eq!(Type::Function(function.into()).to_string(), text);
        }
        assert_eq!(read_function("(x: number) => z: number").map(|function| function.signature()), None);
        let named = read_function("(x: number, object: object[any: any]) => number").expect("a signature");
        assert_eq!(named.signature(), "(x: number, object: object[any: any])");
    }
}
