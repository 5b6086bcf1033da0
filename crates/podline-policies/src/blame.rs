//! From what an expression read to the fields of the object.

use std::collections::HashSet;

use podline_cel::Read;

use crate::judgement::{Step, Violation};

/// The fields of the object that an expression read: those that decided, or all if it depends on none of them; and behind
/// these, for which something was passed over. What it reads of the request and of the namespace comes from fields of the
/// object too.
pub(crate) fn violations(reads: &[Read]) -> Vec<Violation> {
    let fields: Vec<Violation> = reads.iter().filter_map(field).collect();
    let any = fields.iter().any(|field| field.decided);
    // The last time that a field was read counts.
    let mut seen = HashSet::new();
    let mut found: Vec<Violation> =
        fields.iter().rev().filter(|field| (field.decided || !any) && seen.insert(&field.path)).cloned().collect();
    found.reverse();
    if any {
        found.extend(fields.iter().filter(|field| field.passed_over && seen.insert(&field.path)).cloned());
    } else {
        for field in &mut found {
            field.passed_over = false;
        }
    }
    found.extend(reads.iter().filter_map(label_of_namespace));
    found
}

/// A label of the Namespace that an expression read. It is no field of the object, so it is not to blame: but whether it is
/// known decides whether the outcome is.
fn label_of_namespace(read: &Read) -> Option<Violation> {
    match &read.path.steps[..] {
        [metadata @ Step::Key(first), labels @ Step::Key(second), label]
            if &*read.path.root == "namespaceObject" && &**first == "metadata" && &**second == "labels" =>
        {
            let path = vec![Step::Key("namespaceObject".into()), metadata.clone(), labels.clone(), label.clone()];
            Some(Violation { path, found: read.found, decided: false, passed_over: true })
        }
        _ => None,
    }
}

/// The field of the object behind what was read.
fn field(read: &Read) -> Option<Violation> {
    let keys: Vec<&str> = read
        .path
        .steps
        .iter()
        .map(|step| match step {
            Step::Key(key) => &**key,
            Step::Index(_) => "",
        })
        .collect();
    let path = match (&*read.path.root, &keys[..]) {
        ("object", _) => read.path.steps.clone(),
        ("request", ["namespace", ..]) | ("namespaceObject", _) => path(&["metadata", "namespace"]),
        ("request", ["name", ..]) => path(&["metadata", "name"]),
        ("request", ["kind" | "requestKind", "kind", ..] | ["resource" | "requestResource", "resource", ..]) => {
            path(&["kind"])
        }
        ("request", ["kind" | "requestKind" | "resource" | "requestResource", ..]) => path(&["apiVersion"]),
        _ => return None,
    };
    Some(Violation {
        path,
        found: read.found || &*read.path.root != "object",
        decided: read.decided,
        passed_over: read.passed_over,
    })
}

fn path(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).into())).collect()
}
