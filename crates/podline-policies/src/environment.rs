//! What the expressions of policies may name: `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go` and
//! `composition.go`.

use std::sync::LazyLock;

use podline_cel::{CompileError, Env, EnvBuilder, Program, Type, Version, environment};

/// The type of `variables`.
pub(super) const VARIABLES: &str = "kubernetes.variables";

/// The environments of a policy. Expressions that give messages have no `authorizer`.
pub(crate) struct Environments {
    full: Env,
    messages: Env,
    variables: Vec<(String, Type)>,
}

/// Why an expression is refused.
pub(crate) enum Refused {
    /// `Invalid value: "EXPRESSION": …`
    Invalid(String),
    /// `Internal error: …`
    Internal(String),
}

static BASE: LazyLock<[Env; 4]> =
    LazyLock::new(|| [base(false, false), base(false, true), base(true, false), base(true, true)]);

/// The same two without params for [`Evaluator::Embedded`].
static EMBEDDED: LazyLock<[Env; 2]> =
    LazyLock::new(|| [0, 1].map(|at: usize| BASE[at].extend().lenient_optionals().build()));

/// Who evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evaluator {
    /// The API server.
    Server,
    /// An engine that brings an older copy of the server's code, and knows no params.
    Embedded,
}

impl Environments {
    /// The environments of expressions that see `params` or not, without `variables`.
    pub(crate) fn new(params: bool, evaluator: Evaluator) -> Environments {
        let (messages, full) = match (evaluator, params) {
            (Evaluator::Embedded, _) => (&EMBEDDED[0], &EMBEDDED[1]),
            (Evaluator::Server, false) => (&BASE[0], &BASE[1]),
            (Evaluator::Server, true) => (&BASE[2], &BASE[3]),
        };
        Environments { full: full.clone(), messages: messages.clone(), variables: Vec::new() }
    }

    /// Declares `variables`, none of them yet.
    pub(crate) fn with_variables(self) -> Environments {
        let declare = |env: &Env| env.extend().variable("variables", Type::structure(VARIABLES)).build();
        let declared = Environments { full: declare(&self.full), messages: declare(&self.messages), ..self };
        declared.declared()
    }

    /// Declares one variable by the type that its expression has; one that does not compile can be anything.
    pub(crate) fn variable(mut self, name: &str, program: Option<&Program>) -> Environments {
        self.variables.retain(|(known, _)| known != name);
        let ty = program.map_or(Type::Dyn, |program| declared_type(program.output_type()));
        self.variables.push((name.to_owned(), ty));
        self.declared()
    }

    fn declared(self) -> Environments {
        let declare = |env: &Env| env.extend().structure(VARIABLES, self.variables.iter().cloned()).build();
        Environments { full: declare(&self.full), messages: declare(&self.messages), ..self }
    }

    /// Compiles an expression that must have one of the types; any if there are none.
    ///
    /// # Errors
    /// What the server says of it, behind the field and the value.
    pub(crate) fn compile(&self, text: &str, types: &[Type]) -> Result<Program, Refused> {
        compile(&self.full, text, types)
    }

    /// Compiles an expression that has no `authorizer`, and must have one of the types; any if there are none.
    ///
    /// # Errors
    /// As [`Environments::compile`].
    pub(crate) fn compile_plain(&self, text: &str, types: &[Type]) -> Result<Program, Refused> {
        compile(&self.messages, text, types)
    }

    /// Compiles an expression that gives a message.
    ///
    /// # Errors
    /// As [`Environments::compile`].
    pub(crate) fn compile_message(&self, text: &str) -> Result<Program, Refused> {
        compile(&self.messages, text, &[Type::String])
    }
}

fn compile(env: &Env, text: &str, types: &[Type]) -> Result<Program, Refused> {
    let (found, result) = match env.compile(text) {
        Ok(program) => (program.output_type().clone(), Ok(program)),
        Err(CompileError::Program { message, output_type }) => {
            (output_type, Err(Refused::Internal(format!("program instantiation failed: {message}"))))
        }
        Err(error) => return Err(Refused::Invalid(format!("compilation failed: {error}"))),
    };
    // Types are looked at before constants are computed.
    if types.is_empty() || types.contains(&found) || found == Type::Error {
        return result;
    }
    let wanted: Vec<String> = types.iter().map(ToString::to_string).collect();
    Err(Refused::Invalid(match &wanted[..] {
        [one] => format!("must evaluate to {one} but got {found}"),
        several => format!("must evaluate to one of [{}] but got {found}", several.join(" ")),
    }))
}

/// The type that a variable is declared with. What is no scalar, list or map can be anything.
fn declared_type(ty: &Type) -> Type {
    match ty {
        Type::Null
        | Type::Bool
        | Type::Int
        | Type::Uint
        | Type::Double
        | Type::String
        | Type::Bytes
        | Type::Duration
        | Type::Timestamp => ty.clone(),
        Type::List(element) => Type::list(declared_type(element)),
        Type::Map(key, value) => Type::map(declared_type(key), declared_type(value)),
        _ => Type::Dyn,
    }
}

/// A server takes new policies by the libraries of one version before its own.
fn base(params: bool, authorizer: bool) -> Env {
    let mut builder = environment(Version::V1_36)
        .variable("object", Type::Dyn)
        .variable("oldObject", Type::Dyn)
        .variable("request", Type::structure("kubernetes.AdmissionRequest"))
        .variable("namespaceObject", Type::structure("kubernetes.Namespace"));
    let condition = fields(&[
        ("status", Type::String),
        ("type", Type::String),
        ("lastTransitionTime", Type::Timestamp),
        ("message", Type::String),
        ("reason", Type::String),
    ]);
    builder = request_types(builder, &[]).structure("kubernetes.NamespaceCondition", condition);
    builder = namespace_types(builder, Type::list(Type::structure("kubernetes.NamespaceCondition")));
    if params {
        builder = builder.variable("params", Type::Dyn);
    }
    if authorizer {
        builder = builder
            .variable("authorizer", Type::structure("kubernetes.authorization.Authorizer"))
            .variable("authorizer.requestResource", Type::structure("kubernetes.authorization.ResourceCheck"));
    }
    builder.build()
}

pub(crate) fn fields(all: &[(&str, Type)]) -> Vec<(String, Type)> {
    all.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect()
}

/// The types of `request`, which may have more fields.
pub(crate) fn request_types(builder: EnvBuilder, more: &[(&str, Type)]) -> EnvBuilder {
    let string = || Type::String;
    let structure = Type::structure;
    let kind = structure("kubernetes.GroupVersionKind");
    let resource = structure("kubernetes.GroupVersionResource");
    let request = [
        ("kind", kind.clone()),
        ("resource", resource.clone()),
        ("subResource", string()),
        ("requestKind", kind),
        ("requestResource", resource),
        ("requestSubResource", string()),
        ("name", string()),
        ("namespace", string()),
        ("operation", string()),
        ("userInfo", structure("kubernetes.UserInfo")),
        ("dryRun", Type::Bool),
        ("options", Type::Dyn),
    ];
    let user = [
        ("username", string()),
        ("uid", string()),
        ("groups", Type::list(string())),
        ("extra", Type::map(string(), Type::list(string()))),
    ];
    builder
        .structure(
            "kubernetes.GroupVersionKind",
            fields(&[("group", string()), ("version", string()), ("kind", string())]),
        )
        .structure(
            "kubernetes.GroupVersionResource",
            fields(&[("group", string()), ("version", string()), ("resource", string())]),
        )
        .structure("kubernetes.UserInfo", fields(&user))
        .structure("kubernetes.AdmissionRequest", [fields(&request), fields(more)].concat())
}

/// The types of `namespaceObject`, by that of its conditions.
pub(crate) fn namespace_types(builder: EnvBuilder, conditions: Type) -> EnvBuilder {
    let string = || Type::String;
    let strings = || Type::map(string(), string());
    let metadata = [
        ("name", string()),
        ("generateName", string()),
        ("namespace", string()),
        ("labels", strings()),
        ("annotations", strings()),
        ("UID", string()),
        ("creationTimestamp", Type::Timestamp),
        ("deletionGracePeriodSeconds", Type::Int),
        ("deletionTimestamp", Type::Timestamp),
        ("generation", Type::Int),
        ("resourceVersion", string()),
        ("finalizers", Type::list(string())),
    ];
    let namespace = [
        ("metadata", Type::structure("kubernetes.NamespaceMetadata")),
        ("spec", Type::structure("kubernetes.NamespaceSpec")),
        ("status", Type::structure("kubernetes.NamespaceStatus")),
    ];
    builder
        .structure("kubernetes.NamespaceSpec", fields(&[("finalizers", Type::list(string()))]))
        .structure("kubernetes.NamespaceStatus", fields(&[("conditions", conditions), ("phase", string())]))
        .structure("kubernetes.NamespaceMetadata", fields(&metadata))
        .structure("kubernetes.Namespace", fields(&namespace))
}
