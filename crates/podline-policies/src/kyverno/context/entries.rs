//! The entries of a context: variables and ConfigMaps.

use podline_jmespath::{Map, Value, text};

use super::{Context, MAX_SIZE};
use crate::kyverno::fault::{Fault, Need};
use crate::kyverno::rule::{Entry, Source};
use crate::kyverno::variables::substitute;

impl<'a> Context<'a> {
    pub(super) fn load_entry(&mut self, entry: &'a Entry, namespace: &'a str) -> Result<(), Fault> {
        let value = match &entry.source {
            Source::Needs(need) => return Err(Fault::Unknown(*need)),
            Source::ConfigMap { name, namespace: written } => {
                self.config_map(entry, (name, written), namespace).map_err(|fault| {
                    fault.within(&format!("failed to retrieve config map for context entry {}", entry.name))
                })?
            }
            Source::Variable { value, path, default } => {
                self.variable(entry, value.as_ref(), path.as_deref(), default.as_ref())?
            }
        };
        let bytes = text::json(&value).len();
        if self.size + bytes > MAX_SIZE {
            let size = self.size + bytes;
            return Err(Fault::Text(format!(
                "context size limit exceeded: {size} bytes exceeds limit of {MAX_SIZE} bytes"
            )));
        }
        self.size += bytes;
        self.root.insert(entry.name.clone(), value);
        Ok(())
    }

    fn variable(
        &mut self,
        entry: &Entry,
        value: Option<&Value>,
        path: Option<&str>,
        default: Option<&Value>,
    ) -> Result<Value, Fault> {
        let name = &entry.name;
        let substituted = |written: &Value| {
            let written = text::format(written);
            move |why: &str| format!("failed to substitute variables in context entry {name} {written}: {why}")
        };
        let path = match path {
            Some(path) => {
                let written = Value::text(path);
                let found = substitute(self, &written).map_err(|fault| fault.wrap(substituted(&written)))?;
                let Value::String(found) = found else {
                    return Err(Fault::Text(format!("jmespath value must be a string {name} {path}: <nil>")));
                };
                Some(found)
            }
            None => None,
        };
        let default = match default {
            Some(default) => Some(substitute(self, default).map_err(|fault| fault.wrap(substituted(default)))?),
            None => None,
        };
        let default = default.filter(|default| !default.is_null());
        let failed = |path: &str| {
            let path = path.to_owned();
            move |why: &str| format!("failed to apply jmespath {path} to variable <nil>: {why}")
        };
        let output = match (value, path) {
            (Some(value), None) => Some(substitute(self, value).map_err(|fault| fault.wrap(substituted(value)))?),
            (Some(value), Some(path)) => {
                let value = substitute(self, value).map_err(|fault| fault.wrap(substituted(value)))?;
                match self.apply(&path, &value) {
                    Err(Fault::Text(_)) if default.is_some() => default,
                    other => Some(other.map_err(|fault| fault.wrap(failed(&path)))?),
                }
            }
            (None, Some(path)) => match self.query(&path) {
                Ok(Value::Null) => default,
                Err(Fault::Text(_)) if default.is_some() => default,
                other => Some(other.map_err(|fault| fault.wrap(failed(&path)))?),
            },
            (None, None) => default,
        };
        let output = output.filter(|output| !output.is_null()).ok_or_else(|| {
            Fault::Text(format!("failed to add context entry for variable {name} since it evaluated to nil"))
        })?;
        Ok(plain(&output))
    }

    fn apply(&self, path: &str, value: &Value) -> Result<Value, Fault> {
        let parsed = self
            .parse(path)
            .map_err(|fault| fault.wrap(|why| format!("failed to compile JMESPath: {path}, error: {why}")))?;
        self.search(&parsed, value)
    }

    fn config_map(&mut self, entry: &Entry, (name, namespace): (&str, &str), own: &str) -> Result<Value, Fault> {
        let mut text_of = |written: &str, field: &str| {
            let prefix =
                format!("failed to substitute variables in context {} configMap.{field} {written}", entry.name);
            match substitute(self, &Value::text(written)).map_err(|fault| fault.within(&prefix))? {
                Value::String(found) => Ok(found.to_string()),
                _ => Err(Fault::Text(format!("{prefix}: expected string"))),
            }
        };
        let (name, mut namespace) = (text_of(name, "name")?, text_of(namespace, "namespace")?);
        if namespace.is_empty() {
            namespace = if own.is_empty() { "default".to_owned() } else { own.to_owned() };
        }
        if !own.is_empty() && namespace != own {
            let (entry, namespace, own) = (&entry.name, podline_cel::quote(&namespace), podline_cel::quote(own));
            return Err(Fault::Text(format!(
                "context entry {entry}: configMap namespace {namespace} is different from policy namespace {own}"
            )));
        }
        let found = self.environment.cluster.config_map(&namespace, &name).ok_or(Fault::Unknown(Need::ConfigMap))?;
        let mut metadata = Value::from_json(&found.object()["metadata"]).as_object().cloned().unwrap_or_default();
        metadata.entry("creationTimestamp".into()).or_insert(Value::Null);
        let data = Value::from_json(&found.object()["data"]);
        Ok(Value::object(Map::from_iter([("data".into(), data), ("metadata".into(), Value::object(metadata))])))
    }
}

/// What a value is after it was written as JSON and read again.
fn plain(value: &Value) -> Value {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "as JSON is read")]
        Value::Int(number) => Value::Number(*number as f64),
        Value::Array(items) | Value::Maps(items) => Value::array(items.iter().map(plain).collect()),
        Value::Object(entries) => {
            Value::object(entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        other => other.clone(),
    }
}
