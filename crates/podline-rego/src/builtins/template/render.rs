//! Rendering templates.

use super::parse::{Expression, Node};
use super::unknown;
use crate::context::{Context, Failure};
use crate::number::Number;
use crate::value::Value;

/// Renders a template with its variables.
pub(super) fn render(nodes: &[Node], variables: &Value, context: &Context<'_>) -> Result<String, Failure> {
    let mut renderer = Renderer { out: String::new(), context, names: vec![("$".to_owned(), variables.clone())] };
    renderer.nodes(nodes, variables)?;
    Ok(renderer.out)
}

struct Renderer<'r> {
    out: String,
    context: &'r Context<'r>,
    names: Vec<(String, Value)>,
}

/// What an expression has: numbers of the variables are texts to Go, those of the template are not.
enum Found {
    Nothing,
    Value(Value),
    Whole(String),
}

impl Found {
    fn new(value: Option<&Value>) -> Found {
        match value {
            None | Some(Value::Null) => Found::Nothing,
            Some(value) => Found::Value(value.clone()),
        }
    }

    fn is_true(&self) -> bool {
        match self {
            Found::Nothing => false,
            Found::Whole(number) => number != "0",
            Found::Value(Value::Bool(truth)) => *truth,
            Found::Value(Value::String(text)) => !text.is_empty(),
            Found::Value(Value::Array(items)) => !items.is_empty(),
            Found::Value(Value::Object(entries)) => !entries.is_empty(),
            Found::Value(_) => true,
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Found::Value(Value::String(text)) => Some(text.to_string()),
            Found::Value(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        }
    }
}

fn fails<T>(why: &str) -> Result<T, Failure> {
    Err(Failure::error(format!("template: {why}")))
}

impl Renderer<'_> {
    fn push(&mut self, text: &str) -> Result<(), Failure> {
        self.context.budget.bytes(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), Failure> {
        for node in nodes {
            self.context.budget.steps(2)?;
            match node {
                Node::Text(text) => self.push(text)?,
                Node::Print(expression) => {
                    let text = match self.value(expression, dot)? {
                        Found::Nothing => "<no value>".to_owned(),
                        Found::Whole(number) => number,
                        Found::Value(value) => {
                            super::super::json::pay(&value, self.context)?;
                            plain(&value)
                        }
                    };
                    self.push(&text)?;
                }
                Node::If { condition, then, otherwise } => {
                    let holds = self.value(condition, dot)?.is_true();
                    self.nodes(if holds { then } else { otherwise }, dot)?;
                }
                Node::With { value, then, otherwise } => match self.value(value, dot)? {
                    Found::Whole(_) => return Err(unknown()),
                    Found::Value(inner) if Found::Value(inner.clone()).is_true() => self.nodes(then, &inner)?,
                    _ => self.nodes(otherwise, dot)?,
                },
                Node::Range { names, over, then, otherwise } => self.range(names, over, (then, otherwise), dot)?,
            }
        }
        Ok(())
    }

    fn range(
        &mut self,
        names: &[String],
        over: &Expression,
        (then, otherwise): (&[Node], &[Node]),
        dot: &Value,
    ) -> Result<(), Failure> {
        let all: Vec<(Value, Value)> = match self.value(over, dot)? {
            Found::Nothing => Vec::new(),
            Found::Value(Value::Array(items)) => {
                items.iter().enumerate().map(|(at, item)| (at.into(), item.clone())).collect()
            }
            Found::Value(Value::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            Found::Value(_) => return fails("range can't iterate over this"),
            Found::Whole(_) => return Err(unknown()),
        };
        if all.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, value) in all {
            self.context.budget.steps(4)?;
            let before = self.names.len();
            match names {
                [value_name] => self.names.push((value_name.clone(), value.clone())),
                [key_name, value_name] => {
                    self.names.extend([(key_name.clone(), key), (value_name.clone(), value.clone())]);
                }
                _ => {}
            }
            self.nodes(then, &value)?;
            self.names.truncate(before);
        }
        Ok(())
    }

    fn value(&self, expression: &Expression, dot: &Value) -> Result<Found, Failure> {
        match expression {
            Expression::Text(text) => Ok(Found::Value(text.as_str().into())),
            Expression::Number(number) => Ok(Found::Whole(number.clone())),
            Expression::Truth(truth) => Ok(Found::Value((*truth).into())),
            Expression::Path { name, fields } => {
                let start = match name {
                    None => Some(dot),
                    Some(name) => self.names.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value),
                };
                let mut value = Some(start.ok_or_else(|| Failure::error("template: undefined variable"))?);
                for field in fields {
                    value = match value {
                        None | Some(Value::Null) => None,
                        Some(Value::Object(entries)) => entries.get_str(field),
                        Some(_) => return fails("can't evaluate field"),
                    };
                }
                Ok(Found::new(value))
            }
            Expression::Call { function, operands } => self.call(function, operands, dot),
        }
    }

    fn call(&self, function: &str, operands: &[Expression], dot: &Value) -> Result<Found, Failure> {
        let mut last = Found::Nothing;
        match function {
            "and" | "or" => {
                for operand in operands {
                    last = self.value(operand, dot)?;
                    if last.is_true() == (function == "or") {
                        break;
                    }
                }
                return Ok(last);
            }
            "not" => last = self.value(&operands[0], dot)?,
            _ => {}
        }
        let values = operands.iter().map(|operand| self.value(operand, dot)).collect::<Result<Vec<_>, _>>()?;
        match (function, &values[..]) {
            ("not", _) => Ok(Found::Value((!last.is_true()).into())),
            ("len", [Found::Value(value)]) => {
                let length = match value {
                    // In bytes, as Go counts.
                    Value::String(text) => text.len(),
                    Value::Number(number) => number.spelling().len(),
                    Value::Array(items) => items.len(),
                    Value::Object(entries) => entries.len(),
                    _ => return fails("len of this type"),
                };
                Ok(Found::Whole(length.to_string()))
            }
            ("eq", [first, others @ ..]) => equal(first, others).map(|same| Found::Value(same.into())),
            ("ne", [first, other]) => {
                equal(first, std::slice::from_ref(other)).map(|same| Found::Value((!same).into()))
            }
            _ => Err(unknown()),
        }
    }
}

/// Is the first equal to any of the others? Numbers of the variables are texts; those of the template are none.
fn equal(first: &Found, others: &[Found]) -> Result<bool, Failure> {
    let Some(text) = first.text() else { return Err(unknown()) };
    for other in others {
        match (other.text(), other) {
            (Some(other), _) if other == text => return Ok(true),
            (Some(_), _) => {}
            (None, Found::Whole(_) | Found::Value(Value::Bool(_))) => {
                return fails("incompatible types for comparison");
            }
            (None, _) => return Err(unknown()),
        }
    }
    Ok(false)
}

/// As Go's `%v` writes it.
fn plain(value: &Value) -> String {
    let list = |items: &[Value]| format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" "));
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => Number::to_string(number),
        Value::String(text) => text.to_string(),
        Value::Array(items) => list(items),
        Value::Set(items) => list(items.as_slice()),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}:{}", plain(key), plain(value)));
            format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
        }
    }
}
