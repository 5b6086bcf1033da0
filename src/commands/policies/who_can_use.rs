//! `podline policies --who-can-use`: who may use a PodSecurityPolicy, and by which binding.

use std::fmt::Write as _;

use podline_policies::rbac::{Binding, Subject};
use serde::Serialize;

use crate::cli::PoliciesFormat;
use crate::commands::Status;
use crate::commands::terminal::{Output, complain};
use crate::engine::Document;
use crate::local::psp::rights::permission;
use crate::manifest::suggest::nearest;
use crate::report::escape::escape;
use crate::report::json::to_json;
use crate::session::Session;
use crate::session::rights::Roles;
use crate::verdict::ToldPolicy;

/// Lists who may use a policy.
pub(super) fn list(session: &Session, policy: &str, format: PoliciesFormat) -> Status {
    let told = session.told();
    let Some(known) = told.iter().find(|one| one.name == policy) else {
        let near = nearest(policy, told.iter().map(|one| one.name.as_str()));
        let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        complain(&format!("no PodSecurityPolicy {policy:?} is among the policies{near}"));
        return Status::Failed;
    };
    let is_of = |policies: &[ToldPolicy]| policies.iter().any(|one| one.name == policy);
    let roles = session.roles().find(|(_, basis)| is_of(&basis.options.policies.told())).map(|(roles, _)| roles);
    let answer = Answer {
        policy,
        invalid: &known.invalid,
        unusable: known.unusable.as_deref(),
        subjects: roles.map(|roles| subjects(roles, policy)),
    };
    let text = match format {
        PoliciesFormat::Human => human(&answer),
        PoliciesFormat::Json => format!("{}\n", to_json(&answer)),
    };
    let mut output = Output::new();
    output.write(text.as_bytes());
    output.status()
}

/// Who may use a policy. Texts are raw.
#[derive(Serialize)]
struct Answer<'a> {
    policy: &'a str,
    /// Why the API server refuses it.
    invalid: &'a [String],
    /// Why admission passes over it.
    unusable: Option<&'a str>,
    /// `None` where all may use it, since no roles were given.
    subjects: Option<Vec<Row<'a>>>,
}

/// Somebody who may use it.
#[derive(Serialize)]
struct Row<'a> {
    subject: SubjectRow<'a>,
    /// Where; `None` is everywhere.
    namespace: Option<&'a str>,
    binding: BindingRow<'a>,
    role: RoleRow<'a>,
}

#[derive(Serialize)]
struct SubjectRow<'a> {
    kind: &'static str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct BindingRow<'a> {
    kind: &'static str,
    name: &'a str,
    /// `None` for what the API server writes itself.
    file: Option<&'a str>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct RoleRow<'a> {
    kind: &'static str,
    name: &'a str,
}

fn subjects<'a>(roles: &'a Roles, policy: &str) -> Vec<Row<'a>> {
    let bindings = roles.rbac.grants(&permission(policy)).into_iter();
    let rows = bindings.flat_map(|binding| {
        let document = binding.document.and_then(|number| roles.documents.get(number));
        binding.subjects.iter().map(move |subject| row(binding, document.map(|one| &**one), subject))
    });
    rows.collect()
}

fn row<'a>(binding: &'a Binding, document: Option<&'a Document>, subject: &'a Subject) -> Row<'a> {
    let (kind, namespace, name) = match subject {
        Subject::User(name) => ("User", None, name),
        Subject::Group(name) => ("Group", None, name),
        Subject::ServiceAccount { namespace, name } => ("ServiceAccount", Some(namespace.as_str()), name),
    };
    let of_binding = if binding.namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
    Row {
        subject: SubjectRow { kind, namespace, name },
        namespace: binding.namespace.as_deref(),
        binding: BindingRow {
            kind: of_binding,
            name: &binding.name,
            file: document.map(|document| document.file.name()),
            line: document.map(Document::line),
        },
        role: RoleRow { kind: binding.role.kind.name(), name: &binding.role.name },
    }
}

fn human(answer: &Answer<'_>) -> String {
    let policy = escape(answer.policy);
    let mut text = match &answer.subjects {
        None => format!("{policy}: every pod, since no roles and bindings were given that decide (--cluster)\n"),
        Some(rows) if rows.is_empty() => format!("{policy}: nobody\n"),
        Some(rows) => {
            let lines = rows.iter().fold(String::new(), |text, row| text + "  " + &line(row) + "\n");
            format!("{policy} may be used by\n{lines}")
        }
    };
    let wrong = answer.invalid.iter().map(String::as_str).chain(answer.unusable);
    for why in wrong {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  but it admits nothing: {}", escape(why));
    }
    text
}

/// `ServiceAccount shop/web in the namespace shop: RoleBinding b, ClusterRole r (rbac.yaml:9)`
fn line(row: &Row<'_>) -> String {
    let Row { subject, namespace, binding, role } = row;
    let of = subject.namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let place = namespace.map_or("everywhere".to_owned(), |namespace| format!("in the namespace {namespace}"));
    let file = match (binding.file, binding.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => "written by the API server".to_owned(),
    };
    let text = format!(
        "{} {of}{} {place}: {} {}, {} {} ({file})",
        subject.kind, subject.name, binding.kind, binding.name, role.kind, role.name
    );
    escape(&text).into_owned()
}
