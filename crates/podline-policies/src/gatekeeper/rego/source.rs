//! From the texts of a template to what can be evaluated: frameworks `pkg/client/drivers/rego/{compilers,rego}.go`.

use podline_rego::ast::{Location, Module, Version};
use podline_rego::compile::{Options, compile as compile_modules};
use podline_rego::{Error, Policy, parse};
use serde_json::Value;

use super::inventory::{Wanted, wanted};
use super::rewrite::{Disallowed, Source, rewrite};
use super::walk::each_call;
use crate::field::{Field, FieldError};
use crate::json::{items, text};

/// The package of a template's module, whatever it is called, and the name by which errors call it.
pub(super) const MODULE: &str = "template";
/// The rule that is asked.
pub(super) const RULE: &str = "violation";
/// How the template is asked upstream: this says which types the rule may have.
const HOOK: &str = r#"package hooks

violation[response] {
  key := input.constraints[_]
  inp := {
    "review": input.review,
    "parameters": data.constraints[key.kind][key.name],
  }

  data.template.violation[r] with input as inp
  response := {
    "key": key,
    "details": object.get(r, "details", {}),
    "msg": r.msg,
  }
}
"#;
const HOOK_FILE: &str = "hooks.hooks_builtin";
/// Why it is not known what a function answers, or not always.
fn unknowable(name: &str) -> Option<&'static str> {
    Some(match name {
        "external_data" => "it asks providers of external data: what depends on their answers stays undecided",
        "time.now_ns" => "it asks for the time: what depends on it stays undecided",
        "rand.intn" | "uuid.rfc4122" => "it asks for chance: what depends on it stays undecided",
        "net.lookup_ip_addr" => "it asks the network: what depends on its answers stays undecided",
        "providers.aws.sign_req" => "podline does not sign requests: what depends on that stays undecided",
        "crypto.parse_private_keys" => KEYS,
        "io.jwt.decode_verify" | "io.jwt.encode_sign" | "io.jwt.encode_sign_raw" => TOKENS,
        "io.jwt.verify_hs256" | "io.jwt.verify_hs384" | "io.jwt.verify_hs512" => return None,
        _ if name.starts_with("io.jwt.verify_") => TOKENS,
        _ if name.starts_with("crypto.x509.") => KEYS,
        _ if name.starts_with("graphql.") => "podline does not read GraphQL: what depends on it stays undecided",
        _ => return None,
    })
}

const KEYS: &str = "podline reads no certificates and keys: what depends on one stays undecided";
const TOKENS: &str = "podline knows no public and private keys of tokens: what depends on one stays undecided";

/// A template's code, ready to be asked.
pub(super) struct Compiled {
    pub(super) policy: Policy,
    pub(super) wanted: Vec<Wanted>,
    pub(super) unknowable: Vec<&'static str>,
    /// The line of its own module on which the rule for violations begins, if there is one such rule.
    pub(super) violation: Option<usize>,
}

/// Reads the texts in `source`, which stands at `field`.
///
/// # Errors
/// What Gatekeeper refuses.
pub(super) fn compile(source: &Value, field: &Field) -> Result<Compiled, FieldError> {
    let texts = texts(source, field)?;
    let mut entry = texts.entry()?;
    let mut libraries = texts.libraries()?;
    rewrite(&mut libraries, &mut entry).map_err(|Disallowed { module, row, why }| FieldError {
        path: texts.field_of(module).line(row).steps(),
        text: format!("invalid ConstraintTemplate: {why}"),
    })?;
    let (mut unsure, mut reached) = (Vec::new(), Vec::new());
    let mut violations = entry.module.rules.iter().filter(|rule| &*rule.head.name == RULE);
    let violation = violations
        .next()
        .filter(|_| violations.next().is_none())
        .and_then(|rule| usize::try_from(rule.location.row).ok());
    let mut modules: Vec<Module> = libraries.into_iter().chain([entry]).map(|source| source.module).collect();
    for module in &modules {
        reached.extend(wanted(module));
        each_call(module, &mut |name| {
            unsure.extend(unknowable(name).filter(|why| !unsure.contains(why)));
        });
    }
    // It is a constant, and sound.
    modules.extend(parse(HOOK_FILE, HOOK, Version::V0));
    let options = Options { disabled: ["http.send".to_owned()].into(), external_data: true };
    let program = compile_modules(modules, &options).map_err(|errors| {
        let text = format!("unable to compile modules: {}", listed(&errors));
        FieldError { path: texts.field_of_first(&errors).steps(), text }
    })?;
    let policy = Policy::new(program).map_err(|text| FieldError { path: field.steps(), text })?;
    Ok(Compiled { policy, wanted: reached, unknowable: unsure, violation })
}

/// The texts of a template.
struct Texts<'s> {
    rego: &'s str,
    libraries: Vec<&'s str>,
    version: Version,
    field: &'s Field,
}

/// What is decoded: frameworks `pkg/client/drivers/rego/schema`.
fn texts<'s>(source: &'s Value, field: &'s Field) -> Result<Texts<'s>, FieldError> {
    let refuse = |field: Field, text: &str| Err(FieldError { path: field.steps(), text: text.to_owned() });
    if !source.is_object() {
        return refuse(field.clone(), "could not recognize the type");
    }
    for (key, wanted) in [("rego", "Rego source"), ("version", "Rego version")] {
        if source.get(key).is_some_and(|value| !value.is_string()) {
            let text = format!(".{key} accessor error: {} is no string: while extracting {wanted}", source[key]);
            return refuse(field.child(key), &text);
        }
    }
    if source.get("rego").is_none() {
        return refuse(field.clone(), "rego source missing required field: rego");
    }
    let are_texts = |list: &Value| list.is_array() && items(list).all(Value::is_string);
    if source.get("libs").is_some_and(|list| !are_texts(list)) {
        let text = ".libs accessor error: it is no list of strings: while extracting Rego libs";
        return refuse(field.child("libs"), text);
    }
    Ok(Texts {
        rego: text(&source["rego"]),
        libraries: items(&source["libs"]).map(text).collect(),
        version: if source["version"] == "v1" { Version::V1 } else { Version::V0 },
        field,
    })
}

impl Texts<'_> {
    /// The template's own module.
    fn entry(&self) -> Result<Source, FieldError> {
        let field = self.field.child("rego");
        let mut module = parsed(MODULE, self.rego, self.version, &field)?;
        module.package.path = vec![MODULE.into()];
        if !module.rules.iter().any(|rule| &*rule.head.name == RULE) {
            let why = format!("invalid rego: invalid module: missing required rules: [{RULE}]");
            return Err(FieldError { path: field.steps(), text: format!("invalid ConstraintTemplate: {why}") });
        }
        Ok(Source { file: MODULE.to_owned(), module })
    }

    fn libraries(&self) -> Result<Vec<Source>, FieldError> {
        let read = |(at, text): (usize, &&str)| {
            let file = format!("libs[\"lib_{at}\"]");
            let module = parsed(&file, text, self.version, &self.field_of(at))?;
            Ok(Source { file, module })
        };
        self.libraries.iter().enumerate().map(read).collect()
    }

    /// Where a library stands; beyond them the template's own module.
    fn field_of(&self, at: usize) -> Field {
        if at < self.libraries.len() { self.field.child("libs").index(at) } else { self.field.child("rego") }
    }

    /// The line that the error is about which is listed first.
    fn field_of_first(&self, errors: &[Error]) -> Field {
        let Some(first) = errors.iter().min_by_key(|error| listing(error)) else { return self.field.clone() };
        // What does not fit how the template is asked is its own fault.
        let of_module = field_of(&first.file, self.field).map(|field| field.line(first.location.row));
        of_module.unwrap_or_else(|| self.field.child("rego"))
    }
}

/// Where the module stands that errors call so, in a source.
pub(super) fn field_of(file: &str, source: &Field) -> Option<Field> {
    if file == MODULE {
        return Some(source.child("rego"));
    }
    let library = file.strip_prefix("libs[\"lib_")?.strip_suffix("\"]")?;
    Some(source.child("libs").index(library.parse().ok()?))
}

fn parsed(file: &str, text: &str, version: Version, field: &Field) -> Result<Module, FieldError> {
    parse(file, text, version).map_err(|errors| {
        let whole = match &errors[..] {
            [one] if one.message == "empty module" => format!("{file}:0: {}: {}", one.code.as_str(), one.message),
            _ => listed(&errors),
        };
        let row = errors.iter().min_by_key(|error| listing(error)).map_or(0, |first| first.location.row);
        FieldError { path: field.line(row).steps(), text: format!("invalid ConstraintTemplate: {whole}") }
    })
}

/// What errors are sorted by.
fn listing(error: &Error) -> (&str, Location) {
    (&error.file, error.location)
}

/// As OPA lists errors, from the first line to the last.
fn listed(errors: &[Error]) -> String {
    if let [one] = errors {
        return format!("1 error occurred: {one}");
    }
    let mut sorted: Vec<&Error> = errors.iter().collect();
    sorted.sort_by_key(|error| listing(error));
    let texts: Vec<String> = sorted.iter().map(ToString::to_string).collect();
    format!("{} errors occurred:\n{}", sorted.len(), texts.join("\n"))
}
