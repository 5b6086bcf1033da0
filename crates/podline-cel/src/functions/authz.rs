//! Kubernetes' authorizer. Who may do what, the embedder says.

use std::fmt;
use std::sync::Arc;

use super::text;
use crate::cost::{TRAVERSAL, size};
use crate::error::Error;
use crate::function::Library;
use crate::value::{Opaque, Traced, Value};

/// What an expression asks the authorizer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The service account that is asked about, as namespace and name; nothing for the user of the request.
    pub service_account: Option<(String, String)>,
    /// A path outside of the API's resources.
    pub path: Option<String>,
    /// The verb.
    pub verb: String,
    /// The API group.
    pub group: String,
    /// The resource.
    pub resource: String,
    /// The subresource.
    pub subresource: String,
    /// The namespace.
    pub namespace: String,
    /// The name of the object.
    pub name: String,
    /// The field selector as text.
    pub field_selector: String,
    /// The label selector as text.
    pub label_selector: String,
}

/// What the authorizer answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Is it allowed?
    pub allowed: bool,
    /// Why.
    pub reason: String,
    /// What went wrong, if something did.
    pub error: Option<String>,
}

/// Who answers.
pub type Authorizer = Arc<dyn Fn(&Request) -> Decision + Send + Sync>;

/// The value of the variable `authorizer`.
pub fn authorizer(answer: Authorizer) -> Value {
    Value::opaque(Check { kind: Kind::Authorizer, request: Request::default(), answer })
}

/// The value of the variable `authorizer.requestResource`.
pub fn request_resource(request: Request, answer: Authorizer) -> Value {
    Value::opaque(Check { kind: Kind::Resource, request, answer })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Authorizer,
    Path,
    Group,
    Resource,
}

#[derive(Clone)]
struct Check {
    kind: Kind,
    request: Request,
    answer: Authorizer,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({:?})", self.kind, self.request)
    }
}

impl Opaque for Check {
    fn type_name(&self) -> &str {
        match self.kind {
            Kind::Authorizer => "kubernetes.authorization.Authorizer",
            Kind::Path => "kubernetes.authorization.PathCheck",
            Kind::Group => "kubernetes.authorization.GroupCheck",
            Kind::Resource => "kubernetes.authorization.ResourceCheck",
        }
    }

    fn equals(&self, _: &Value) -> Option<bool> {
        None
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

impl Opaque for Decision {
    fn type_name(&self) -> &str {
        "kubernetes.authorization.Decision"
    }

    fn equals(&self, _: &Value) -> Option<bool> {
        None
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    const RESOURCE: &str = "kubernetes.authorization.ResourceCheck";
    const AUTHORIZER: &str = "kubernetes.authorization.Authorizer";
    let to_decision = |ty: &str| format!("kubernetes.authorization.{ty}.(string) -> kubernetes.authorization.Decision");
    let mut library = Library::new()
        .function(
            "path",
            "authorizer_path",
            &format!("{AUTHORIZER}.(string) -> kubernetes.authorization.PathCheck"),
            |_, args| {
                let path = text(args, 1)?.to_string();
                if path.trim().is_empty() {
                    return Err(Error::new("path must not be empty"));
                }
                with(args, Kind::Path, |request| request.path = Some(path))
            },
        )
        .function(
            "group",
            "authorizer_group",
            &format!("{AUTHORIZER}.(string) -> kubernetes.authorization.GroupCheck"),
            |_, args| {
                let group = text(args, 1)?.to_string();
                with(args, Kind::Group, |request| request.group = group)
            },
        )
        .function(
            "serviceAccount",
            "authorizer_serviceaccount",
            &format!("{AUTHORIZER}.(string, string) -> {AUTHORIZER}"),
            |_, args| {
                let account = (text(args, 1)?.to_string(), text(args, 2)?.to_string());
                with(args, Kind::Authorizer, |request| request.service_account = Some(account))
            },
        )
        .function(
            "resource",
            "groupcheck_resource",
            &format!("kubernetes.authorization.GroupCheck.(string) -> {RESOURCE}"),
            |_, args| {
                let resource = text(args, 1)?.to_string();
                if resource.trim().is_empty() {
                    return Err(Error::new("resource must not be empty"));
                }
                with(args, Kind::Resource, |request| request.resource = resource)
            },
        )
        .function("check", "pathcheck_check", &to_decision("PathCheck"), |_, args| decide(args))
        .function("check", "resourcecheck_check", &to_decision("ResourceCheck"), |_, args| decide(args))
        .costs(costs);
    let setters: [(&str, &str, fn(&mut Request, String)); 5] = [
        ("subresource", "resourcecheck_subresource", |request, text| request.subresource = text),
        ("namespace", "resourcecheck_namespace", |request, text| request.namespace = text),
        ("name", "resourcecheck_name", |request, text| request.name = text),
        ("fieldSelector", "authorizer_fieldselector", |request, text| request.field_selector = text),
        ("labelSelector", "authorizer_labelselector", |request, text| request.label_selector = text),
    ];
    for (function, overload, set) in setters {
        library =
            library.function(function, overload, &format!("{RESOURCE}.(string) -> {RESOURCE}"), move |_, args| {
                let value = text(args, 1)?.to_string();
                with(args, Kind::Resource, |request| set(request, value))
            });
    }
    let answers: [(&str, &str, fn(&Decision) -> Value); 4] = [
        ("allowed", "bool", |decision| Value::Bool(decision.allowed)),
        ("errored", "bool", |decision| Value::Bool(decision.error.is_some())),
        ("reason", "string", |decision| Value::string(decision.reason.as_str())),
        ("error", "string", |decision| Value::string(decision.error.clone().unwrap_or_default())),
    ];
    for (function, ty, answer) in answers {
        let signature = format!("kubernetes.authorization.Decision.() -> {ty}");
        library = library.function(function, &format!("decision_{function}"), &signature, move |_, args| {
            Ok(answer(args[0].value.downcast().ok_or_else(Error::no_overload)?))
        });
    }
    library
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as the server does
fn costs(function: &str, _: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    match function {
        "check" => Some(350_000),
        "serviceAccount" | "path" | "group" | "resource" | "subresource" | "namespace" | "name" | "allowed"
        | "reason" | "error" | "errored" => Some(1),
        "fieldSelector" | "labelSelector" => {
            // Parsing, and for every second character a requirement.
            let length = size(&args.get(1)?.value) as f64;
            Some(10 + (length * TRAVERSAL).ceil() as u64 + ((length * 0.5).ceil() * 50.0).ceil() as u64)
        }
        _ => None,
    }
}

fn check(args: &[Traced]) -> Result<&Check, Error> {
    args[0].value.downcast().ok_or_else(Error::no_overload)
}

fn with(args: &[Traced], kind: Kind, change: impl FnOnce(&mut Request)) -> Result<Value, Error> {
    let mut next = check(args)?.clone();
    next.kind = kind;
    change(&mut next.request);
    Ok(Value::opaque(next))
}

fn decide(args: &[Traced]) -> Result<Value, Error> {
    let check = check(args)?;
    let mut request = check.request.clone();
    request.verb = text(args, 1)?.to_string();
    Ok(Value::opaque((check.answer)(&request)))
}
