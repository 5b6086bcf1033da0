//! What expressions may name.

use std::collections::HashMap;
use std::sync::Arc;

use crate::function::{CostFunction, Functions, Library};
use crate::issues::CompileError;
use crate::macros::Macros;
use crate::program::Program;
use crate::types::Type;

/// The variables, functions and types that expressions may use. Compile as many as you like with one.
///
/// Copies share everything: an environment is extended for each variable of a policy.
#[derive(Clone)]
pub struct Env {
    pub(crate) variables: Arc<HashMap<Arc<str>, Type>>,
    pub(crate) structures: Arc<HashMap<Arc<str>, Arc<HashMap<Arc<str>, Type>>>>,
    pub(crate) types: Arc<HashMap<Arc<str>, Type>>,
    /// Types that the checker of the API server knows and its interpreter does not.
    pub(crate) unbound_types: Arc<HashMap<Arc<str>, Type>>,
    pub(crate) functions: Arc<Functions>,
    pub(crate) macros: Arc<Macros>,
    /// Those asked first come last.
    pub(crate) costs: Arc<Vec<CostFunction>>,
    pub(crate) regex_arguments: Arc<Vec<Arc<str>>>,
    /// Does `orValue` take what is no optional value?
    pub(crate) lenient_optionals: bool,
}

/// Makes an [`Env`].
pub struct EnvBuilder {
    env: Env,
}

impl Env {
    /// An environment without variables: the language itself and what each of `libraries` brings.
    pub fn builder(libraries: impl IntoIterator<Item = Library>) -> EnvBuilder {
        let env = Env {
            variables: Arc::default(),
            structures: Arc::default(),
            types: Arc::default(),
            unbound_types: Arc::default(),
            functions: Arc::default(),
            macros: Arc::default(),
            costs: Arc::default(),
            regex_arguments: Arc::default(),
            lenient_optionals: false,
        };
        let mut builder = EnvBuilder { env };
        Arc::make_mut(&mut builder.env.macros).standard();
        for ty in [
            Type::Bool,
            Type::Bytes,
            Type::Double,
            Type::Duration,
            Type::Int,
            Type::list(Type::Dyn),
            Type::map(Type::Dyn, Type::Dyn),
            Type::Null,
            Type::String,
            Type::Timestamp,
            Type::Type(None),
            Type::Uint,
        ] {
            Arc::make_mut(&mut builder.env.types).insert(ty.name().into(), ty);
        }
        for (name, ty) in [("duration", Type::Duration), ("timestamp", Type::Timestamp)] {
            Arc::make_mut(&mut builder.env.unbound_types).insert(name.into(), ty);
        }
        builder = builder.library(&crate::functions::standard());
        libraries.into_iter().fold(builder, |builder, library| builder.library(&library))
    }

    /// An environment that has all of this one and can be given more.
    pub fn extend(&self) -> EnvBuilder {
        EnvBuilder { env: self.clone() }
    }

    /// Reads and checks an expression.
    ///
    /// # Errors
    /// What the API server would say if a policy with this expression were created.
    pub fn compile(&self, text: &str) -> Result<Program, CompileError> {
        Program::compile(self, text)
    }
}

impl EnvBuilder {
    /// Declares a variable. A name with dots (`authorizer.requestResource`) hides the field of that name.
    #[must_use]
    pub fn variable(mut self, name: &str, ty: Type) -> EnvBuilder {
        Arc::make_mut(&mut self.env.variables).insert(name.into(), ty);
        self
    }

    /// Has `x.orValue(y)` of what is no optional value give `x`, where only its evaluation shows that, as cel-go did before
    /// 0.28.
    #[must_use]
    pub fn lenient_optionals(mut self) -> EnvBuilder {
        self.env.lenient_optionals = true;
        self
    }

    /// Declares the fields of a type that [`Type::structure`] names. Other fields are refused.
    #[must_use]
    pub fn structure(mut self, name: &str, fields: impl IntoIterator<Item = (String, Type)>) -> EnvBuilder {
        let fields = fields.into_iter().map(|(field, ty)| (field.into(), ty)).collect();
        Arc::make_mut(&mut self.env.structures).insert(name.into(), Arc::new(fields));
        if !self.env.unbound_types.contains_key(name) {
            Arc::make_mut(&mut self.env.unbound_types).insert(name.into(), Type::structure(name));
        }
        self
    }

    /// Adds a library. Its overloads join functions that are there.
    #[must_use]
    pub fn library(mut self, library: &Library) -> EnvBuilder {
        Arc::make_mut(&mut self.env.functions).add(library);
        Arc::make_mut(&mut self.env.costs).extend(library.costs.iter().cloned());
        Arc::make_mut(&mut self.env.regex_arguments).extend(library.regex_arguments.iter().cloned());
        for ty in &library.types {
            Arc::make_mut(&mut self.env.types).insert(ty.name().into(), ty.clone());
        }
        for extend in &library.extend_macros {
            extend(Arc::make_mut(&mut self.env.macros));
        }
        self
    }

    /// The environment.
    pub fn build(self) -> Env {
        self.env
    }
}
