//! What the expressions of a ValidatingPolicy may name.
//!
//! Source: kyverno `pkg/cel/compiler/env.go`, `pkg/cel/policies/vpol/compiler/compiler.go`.

use podline_cel::{CompileError, Env, EnvBuilder, Program, Type, Version, environment, extensions};

use super::library::{Yaml, libraries};
use crate::environment::{fields, namespace_types, request_types};
use crate::field::Field;
use crate::judgement::Step;

/// The type of `variables`.
pub(super) const VARIABLES: &str = "kyverno.variables";

/// What is not known here: the policies that use it are not judged, rather than refused.
const MISSING: [&str; 10] = [
    "x509.",
    "gzip.",
    "transform.",
    "proto.",
    "regex.extract",
    "regex.extractAll",
    "math.bit",
    "math.is",
    "math.sign",
    "math.sqrt",
];

impl Refused {
    /// The same at a field of the policy.
    pub(super) fn at(self, field: &Field) -> Refused {
        match self {
            Refused::Invalid(text, _) => Refused::Invalid(text, field.steps()),
            other @ Refused::Missing(_) => other,
        }
    }
}

/// The environment, and the variables that are declared so far.
pub(super) struct Compiler {
    env: Env,
    variables: Vec<(String, Type)>,
}

/// Why an expression is not compiled.
pub(super) enum Refused {
    /// The cluster refuses it: the text, and the field of the policy that is to blame; none if nobody knows which.
    Invalid(String, Vec<Step>),
    /// podline does not know a function in it.
    Missing(String),
}

impl Compiler {
    pub(super) fn new(now: (i64, u32), yaml: Yaml) -> Compiler {
        let mut builder = environment(Version::V1_36);
        let mut brought = vec![
            extensions::bindings(),
            extensions::encoders(),
            extensions::math(),
            extensions::regex_replace(),
            extensions::lenient_or_value(),
        ];
        brought.extend(libraries(now, yaml));
        for library in &brought {
            builder = builder.library(library);
        }
        builder = types(builder)
            .variable("object", Type::Dyn)
            .variable("oldObject", Type::Dyn)
            .variable("request", Type::structure("kubernetes.AdmissionRequest"))
            .variable("namespaceObject", Type::structure("kubernetes.Namespace"))
            .variable("exceptions", Type::structure("libs.Exception"))
            .variable("variables", Type::structure(VARIABLES))
            .structure(VARIABLES, []);
        Compiler { env: builder.build(), variables: Vec::new() }
    }

    /// Declares a variable by the type of its expression.
    pub(super) fn variable(&mut self, name: &str, ty: &Type) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), ty.clone()));
        self.env = self.env.extend().structure(VARIABLES, self.variables.iter().cloned()).build();
    }

    /// Compiles an expression that must have this type; any if none is given.
    pub(super) fn compile(&self, text: &str, wanted: Option<&Type>) -> Result<Program, Refused> {
        let (found, program) = match self.env.compile(text) {
            Ok(program) => (program.output_type().clone(), Ok(program)),
            Err(CompileError::Program { message, output_type }) => {
                (output_type, Err(Refused::Invalid(message, Vec::new())))
            }
            Err(error) => {
                let missing = MISSING.iter().find(|name| mentions(text, name));
                return Err(match missing {
                    Some(name) => Refused::Missing((*name).trim_end_matches('.').to_owned()),
                    None => Refused::Invalid(error.to_string(), Vec::new()),
                });
            }
        };
        match wanted {
            Some(wanted) if *wanted != found && found != Type::Error => {
                Err(Refused::Invalid(format!("output is expected to be of type {wanted}"), Vec::new()))
            }
            _ => program,
        }
    }
}

/// Does the text name it, and not as a part of another name?
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.'))
}

fn types(builder: EnvBuilder) -> EnvBuilder {
    let lists = Type::list(Type::String);
    let builder = request_types(builder, &[("object", Type::Dyn), ("oldObject", Type::Dyn)]);
    namespace_types(builder, Type::Dyn)
        .structure("libs.Exception", fields(&[("allowedImages", lists.clone()), ("allowedValues", lists)]))
}
