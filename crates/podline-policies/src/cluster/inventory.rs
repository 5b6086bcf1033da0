//! Other objects of the input and of the cluster, as templates of Gatekeeper see them: gatekeeper `pkg/target/target.go`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use podline_rego::Value as RegoValue;
use serde_json::Value;

use crate::json::text;

/// What `data.inventory` holds.
#[derive(Default)]
pub(super) struct Inventory {
    objects: Tree,
    value: OnceLock<RegoValue>,
}

/// Objects by the keys that lead to them.
enum Tree {
    Object(RegoValue),
    Below(BTreeMap<String, Tree>),
}

impl Default for Tree {
    fn default() -> Tree {
        Tree::Below(BTreeMap::new())
    }
}

impl Tree {
    fn set(&mut self, path: &[&str], object: RegoValue) {
        let Some((first, rest)) = path.split_first() else {
            *self = Tree::Object(object);
            return;
        };
        // All paths below `namespace` are of one length, and so are those below `cluster`.
        if let Tree::Below(below) = self {
            below.entry((*first).to_owned()).or_default().set(rest, object);
        }
    }

    fn value(&self) -> RegoValue {
        match self {
            Tree::Object(object) => object.clone(),
            Tree::Below(below) => {
                RegoValue::object(below.iter().map(|(key, tree)| (RegoValue::text(key.as_str()), tree.value())))
            }
        }
    }
}

impl Inventory {
    /// Adds an object, or puts it where one of its name stands.
    pub(super) fn add(&mut self, object: &Value) {
        let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let metadata = &object["metadata"];
        let (namespace, name) = (text(&metadata["namespace"]), text(&metadata["name"]));
        let value = crate::rego::kept(object);
        if namespace.is_empty() {
            self.objects.set(&["cluster", version, kind, name], value);
        } else {
            self.objects.set(&["namespace", namespace, version, kind, name], value);
        }
        self.value = OnceLock::new();
    }

    /// All of it; nothing if nothing was added.
    pub(super) fn value(&self) -> Option<&RegoValue> {
        let is_empty = matches!(&self.objects, Tree::Below(below) if below.is_empty());
        (!is_empty).then(|| self.value.get_or_init(|| self.objects.value()))
    }
}
