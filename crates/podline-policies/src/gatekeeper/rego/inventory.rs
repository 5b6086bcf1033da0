//! Which other objects a template looks at.

use podline_rego::ast::{Module, Ref, Term};

use super::walk::each_ref;
use crate::matching::GroupVersionKind;

/// Objects that a reference may reach. What it leaves open is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    version: Option<String>,
    kind: Option<String>,
}

impl Wanted {
    pub(super) fn matches(&self, kind: &GroupVersionKind) -> bool {
        self.version.as_ref().is_none_or(|version| *version == kind.api_version())
            && self.kind.as_ref().is_none_or(|wanted| *wanted == kind.kind)
    }
}

/// What the references of a module reach.
pub(super) fn wanted(module: &Module) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    each_ref(module, true, &mut |path| {
        if let Some(wanted) = reached(path).filter(|wanted| !all.contains(wanted)) {
            all.push(wanted);
        }
    });
    all
}

/// `data.inventory.namespace[NAMESPACE][VERSION][KIND][NAME]`, `data.inventory.cluster[VERSION][KIND][NAME]`
fn reached(path: &Ref) -> Option<Wanted> {
    let text = |at: usize| path.get(at).and_then(Term::as_text).map(ToString::to_string);
    let root = path.first().and_then(Term::as_var)?;
    if &**root != "data" || text(1)? != "inventory" {
        return None;
    }
    let version = match text(2).as_deref() {
        Some("namespace") => 4,
        Some("cluster") => 3,
        _ => return Some(Wanted::default()),
    };
    Some(Wanted { version: text(version), kind: text(version + 1) })
}
