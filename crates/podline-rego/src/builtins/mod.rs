//! The built-in functions of OPA 1.17.
//!
//! Source: `v1/ast/builtins.go` for what they take and give, `v1/topdown/` for what they do.

mod arithmetic;
mod bytes;
mod case;
mod collections;
mod encoding;
mod glob;
mod identifiers;
mod intersect;
mod json;
mod json_schema;
mod jwt;
mod kinds;
mod net;
mod objects;
mod operands;
mod parse_module;
mod patch;
mod regex;
mod replacer;
mod sprintf;
mod strings;
mod table;
mod template;
#[cfg(test)]
mod testing;
mod time;
mod units;
mod x509;
mod yaml;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::context::{Context, Failure, Outcome};
use crate::types::{Function, read_function};
use crate::value::Value;

/// A built-in function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its full name: `json.marshal`.
    pub name: &'static str,
    /// The operator that stands for it: `+`.
    pub infix: Option<&'static str>,
    /// Is it refused in Rego v1?
    pub deprecated: bool,
    /// Does it give several results, one after the other?
    pub relation: bool,
    signature: &'static str,
    answer: Answer,
}

/// How a call is answered.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Function(fn(&[Value], &Context<'_>) -> Outcome),
    /// As [`Answer::Function`], but each element of the array is a result.
    Relation(fn(&[Value], &Context<'_>) -> Outcome),
    /// By who evaluates the language.
    Language,
    /// By what no file says.
    Undecided,
}

impl Builtin {
    const fn new(name: &'static str, signature: &'static str, answer: Answer) -> Builtin {
        let relation = matches!(answer, Answer::Relation(_));
        Builtin { name, infix: None, deprecated: false, relation, signature, answer }
    }

    const fn old(name: &'static str, signature: &'static str, answer: Answer) -> Builtin {
        Builtin { deprecated: true, ..Builtin::new(name, signature, answer) }
    }

    const fn infix(name: &'static str, infix: &'static str, signature: &'static str, answer: Answer) -> Builtin {
        Builtin { infix: Some(infix), ..Builtin::new(name, signature, answer) }
    }

    /// What it takes and gives.
    pub fn signature(&self) -> &'static Function {
        static READ: OnceLock<HashMap<&'static str, Function>> = OnceLock::new();
        static NONE: OnceLock<Function> = OnceLock::new();
        let read = READ.get_or_init(|| {
            let all = table::TABLE.iter().chain([&EXTERNAL_DATA]);
            all.filter_map(|builtin| Some((builtin.name, read_function(builtin.signature)?))).collect()
        });
        read.get(self.name).unwrap_or_else(|| NONE.get_or_init(Function::default))
    }

    /// Must the evaluator answer it itself: `:=`, the metadata of rules?
    pub fn is_of_language(&self) -> bool {
        matches!(self.answer, Answer::Language)
    }

    /// Calls it. A relation gives an array of its results.
    ///
    /// # Errors
    /// A failure leaves undefined what calls it; a halt ends the evaluation.
    pub fn call(&self, operands: &[Value], context: &Context<'_>) -> Outcome {
        // Most look at no more than the surface; what is of great weight in little memory must still not be walked.
        let weight = operands.iter().map(Value::weight).fold(0, usize::saturating_add);
        context.budget.steps(1 + weight / 64)?;
        match self.answer {
            Answer::Function(function) | Answer::Relation(function) => function(operands, context),
            Answer::Language | Answer::Undecided => Err(Failure::undecided(self.name)),
        }
    }
}

/// What Gatekeeper adds in clusters: the answers of providers.
pub static EXTERNAL_DATA: Builtin = Builtin::new("external_data", "(any) => any", Answer::Undecided);

/// The built-in of a name, if OPA has one.
pub fn find(name: &str) -> Option<&'static Builtin> {
    let at = table::TABLE.binary_search_by(|builtin| builtin.name.cmp(name)).ok()?;
    table::TABLE.get(at)
}

/// The built-in that an operator stands for.
pub fn find_infix(operator: &str) -> Option<&'static Builtin> {
    table::TABLE.iter().find(|builtin| builtin.infix == Some(operator))
}

/// All of them, by name.
pub fn all() -> &'static [Builtin] {
    table::TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_each_signature_is_one() {
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(all().len(), 205);
        for builtin in all().iter().chain([&EXTERNAL_DATA]) {
            assert!(read_function(builtin.signature).is_some(), "{}: {}", builtin.name, builtin.signature);
        }
    }

    #[test]
    fn names_and_operators_are_found() {
        assert_eq!(find("count").map(|builtin| builtin.signature().arguments.len()), Some(1));
        assert_eq!(find_infix("+").map(|builtin| builtin.name), Some("plus"));
        assert!(find("nope").is_none() && find("re_match").is_some_and(|builtin| builtin.deprecated));
        assert!(find("walk").is_some_and(|builtin| builtin.relation));
    }
}
