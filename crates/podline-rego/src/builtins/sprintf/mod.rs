//! `sprintf`: Go's `fmt.Sprintf`, with its own ways to complain in the text.
//!
//! Source: `builtinSprintf` in `v1/topdown/strings.go`; Go's `fmt/print.go` and `fmt/format.go`.

mod floats;
mod print;

use num_bigint::BigInt;

use super::json::pay;
use super::operands::{array, found, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;
use print::Printer;

/// The largest width or precision.
const LARGEST: usize = 1_000_000;

/// An argument, as OPA gives it to Go.
enum Argument {
    Int(i64),
    Big(BigInt),
    Float(f64),
    Text(String),
}

impl Argument {
    fn new(value: &Value) -> Argument {
        match value {
            Value::String(text) => Argument::Text(text.to_string()),
            Value::Number(number) => {
                let spelling = number.spelling();
                match (number.as_i64(), spelling.parse(), number.as_f64()) {
                    (Some(number), _, _) => Argument::Int(number),
                    (None, Ok(number), _) => Argument::Big(number),
                    (None, Err(_), Some(number)) => Argument::Float(number),
                    (None, Err(_), None) => Argument::Text(spelling.into_owned()),
                }
            }
            other => Argument::Text(other.to_string()),
        }
    }

    /// The name of its type in Go.
    fn type_name(&self) -> &'static str {
        match self {
            Argument::Int(_) => "int",
            Argument::Big(_) => "*big.Int",
            Argument::Float(_) => "float64",
            Argument::Text(_) => "string",
        }
    }
}

/// What stands between `%` and the verb.
#[expect(clippy::struct_excessive_bools, reason = "the flags of Go's fmt")]
#[derive(Clone, Copy, Default)]
struct Flags {
    width: Option<usize>,
    precision: Option<usize>,
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    /// `%#v`
    sharp_v: bool,
    /// `%+v`
    plus_v: bool,
}

pub(super) fn sprintf(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (format, values) = (text(operands, 0)?, array(operands, 1)?);
    values.iter().try_for_each(|value| pay(value, context))?;
    let arguments: Vec<Argument> = values.iter().map(Argument::new).collect();
    let size = |argument: &Argument| match argument {
        Argument::Text(text) => text.len(),
        _ => 32,
    };
    context.budget.bytes(format.len() + arguments.iter().map(size).sum::<usize>())?;
    let mut reader = Reader {
        format,
        at: 0,
        arguments: &arguments,
        argument: 0,
        after_index: false,
        good_index: true,
        reordered: false,
        printer: Printer::new(context),
    };
    reader.run()?;
    found(reader.printer.out)
}

struct Reader<'f> {
    format: &'f str,
    at: usize,
    arguments: &'f [Argument],
    /// The argument that comes next.
    argument: usize,
    /// The last thing read was an index.
    after_index: bool,
    good_index: bool,
    /// Arguments were asked for by index.
    reordered: bool,
    printer: Printer<'f>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.as_bytes().get(self.at).copied()
    }

    fn run(&mut self) -> Result<(), Failure> {
        while self.at < self.format.len() {
            self.good_index = true;
            let rest = &self.format[self.at..];
            let plain = rest.find('%').unwrap_or(rest.len());
            self.printer.push(&rest[..plain])?;
            self.at += plain;
            if self.at < self.format.len() {
                self.at += 1;
                self.verb()?;
            }
        }
        self.extra()
    }

    /// From behind the `%`.
    fn verb(&mut self) -> Result<(), Failure> {
        self.flags();
        // Go goes straight on where a verb follows the flags.
        if !matches!(self.peek(), Some(b'a'..=b'z')) || self.argument >= self.arguments.len() {
            self.index();
            self.width()?;
            self.precision()?;
            if !self.after_index {
                self.index();
            }
        }
        let Some(verb) = self.format[self.at..].chars().next() else {
            return self.printer.push("%!(NOVERB)");
        };
        self.at += verb.len_utf8();
        if verb == '%' {
            return self.printer.push("%");
        }
        if !self.good_index {
            return self.printer.push(&format!("%!{verb}(BADINDEX)"));
        }
        let Some(argument) = self.arguments.get(self.argument) else {
            return self.printer.push(&format!("%!{verb}(MISSING)"));
        };
        if matches!(verb, 'v' | 'w') {
            let flags = &mut self.printer.flags;
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            flags.plus_v = std::mem::take(&mut flags.plus);
        }
        self.argument += 1;
        self.printer.print(argument, verb)
    }

    fn flags(&mut self) {
        let flags = &mut self.printer.flags;
        *flags = Flags::default();
        for byte in &self.format.as_bytes()[self.at..] {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    /// `[3]`: which argument comes next.
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let Some(end) = rest.find(']').filter(|_| rest.len() >= 3) else {
            self.at += 1;
            self.good_index = false;
            return;
        };
        let number = digits(&rest[1..end]).filter(|(_, length)| *length == end - 1);
        self.at += end + 1;
        // A number that is out of range still counts as one.
        self.after_index = number.is_some();
        match number.and_then(|(number, _)| number.checked_sub(1)).filter(|index| *index < self.arguments.len()) {
            Some(index) => self.argument = index,
            None => self.good_index = false,
        }
    }

    fn width(&mut self) -> Result<(), Failure> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            self.after_index = false;
            let Some(width) = self.argument_number() else { return self.printer.push("%!(BADWIDTH)") };
            let flags = &mut self.printer.flags;
            flags.width = usize::try_from(width.unsigned_abs()).ok();
            if width < 0 {
                flags.minus = true;
                flags.zero = false;
            }
            return Ok(());
        }
        self.printer.flags.width = self.number();
        // `%[3]2d`
        if self.after_index && self.printer.flags.width.is_some() {
            self.good_index = false;
        }
        Ok(())
    }

    fn precision(&mut self) -> Result<(), Failure> {
        // A point at the end is no precision.
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return Ok(());
        }
        self.at += 1;
        if self.after_index {
            self.good_index = false;
        }
        self.index();
        if self.peek() != Some(b'*') {
            self.printer.flags.precision = Some(self.number().unwrap_or(0));
            return Ok(());
        }
        self.at += 1;
        self.after_index = false;
        self.printer.flags.precision = self.argument_number().and_then(|number| usize::try_from(number).ok());
        match self.printer.flags.precision {
            Some(_) => Ok(()),
            None => self.printer.push("%!(BADPREC)"),
        }
    }

    /// The number that stands here. One that is too large swallows the rest of the text.
    fn number(&mut self) -> Option<usize> {
        if let Some((number, length)) = digits(&self.format[self.at..]) {
            self.at += length;
            (length > 0).then_some(number)
        } else {
            self.at = self.format.len();
            None
        }
    }

    /// The next argument, if it is an `int` that is not too large.
    fn argument_number(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.argument)?;
        self.argument += 1;
        match argument {
            Argument::Int(number) if number.unsigned_abs() <= LARGEST as u64 => Some(*number),
            _ => None,
        }
    }

    /// Names the arguments that are left over.
    fn extra(&mut self) -> Result<(), Failure> {
        if self.reordered || self.argument >= self.arguments.len() {
            return Ok(());
        }
        self.printer.flags = Flags::default();
        self.printer.push("%!(EXTRA ")?;
        for (at, argument) in self.arguments[self.argument..].iter().enumerate() {
            if at > 0 {
                self.printer.push(", ")?;
            }
            self.printer.push(&format!("{}=", argument.type_name()))?;
            self.printer.print(argument, 'v')?;
        }
        self.printer.push(")")
    }
}

/// The number at the start of a text, and its length. Nothing where it is too large; without digits it is 0.
fn digits(text: &str) -> Option<(usize, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut number = 0;
    for digit in text[..length].bytes() {
        if number > LARGEST {
            return None;
        }
        number = number * 10 + usize::from(digit - b'0');
    }
    Some((number, length))
}

#[cfg(test)]
mod tests;
