//! Values that nobody knows yet: placeholders that a tool fills in, and what SOPS has encrypted. What stands beside them
//! in clear is judged.

use super::document::{Judge, Outcome};
use crate::finding::{Finding, Severity};
use crate::manifest::object::Object;
use crate::manifest::typed::Template;
use crate::pod_security::Level;
use crate::rules::id;
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::de::Problem;
use crate::yaml::locate::walk;
use crate::yaml::path::{FieldPath, Segment};
use crate::yaml::tree::{Kind, NodeId, Tree};

/// How a value that SOPS has encrypted begins.
const ENCRYPTED: &str = "ENC[AES256_GCM,";

/// How placeholders begin and end: of Flux and envsubst, Helm and Jinja, ERB, and Azure or workflow engines.
const MARKS: [(&str, &str); 4] = [("${", "}"), ("{{", "}}"), ("<%", "%>"), ("$(", ")")];

/// The lists of a pod whose elements are judged.
const LISTS: [&str; 4] = ["containers", "initContainers", "ephemeralContainers", "volumes"];

/// Other fields that checks read, wherever they stand in a pod.
const SETTINGS: [&str; 8] =
    ["hostNetwork", "hostPID", "hostIPC", "hostUsers", "hostPort", "hostPath", "securityContext", "os"];

/// What only restricted asks about.
const RESTRICTED: [&str; 4] = ["runAsNonRoot", "runAsUser", "allowPrivilegeEscalation", "drop"];

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// A tool fills it in.
    Placeholder,
    /// SOPS has encrypted it.
    Encrypted,
}

impl Hidden {
    /// What is skipped for it.
    pub fn reason(self) -> SkipReason {
        match self {
            Hidden::Placeholder => SkipReason::Unrendered,
            Hidden::Encrypted => SkipReason::Encrypted,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Hidden::Placeholder => "a placeholder",
            Hidden::Encrypted => "encrypted",
        }
    }
}

/// Whether all of a text is a placeholder, or encrypted. A text around a variable is a string that somebody wrote.
pub(super) fn hidden(text: &str) -> Option<Hidden> {
    let text = text.trim();
    if text.starts_with(ENCRYPTED) {
        return Some(Hidden::Encrypted);
    }
    let is_whole = |(open, close): &(&str, &str)| text.starts_with(open) && text.ends_with(close);
    MARKS.iter().any(is_whole).then_some(Hidden::Placeholder)
}

/// Whether a text holds a placeholder, or is encrypted.
fn holds_hidden(text: &str) -> Option<Hidden> {
    let holds =
        |(open, close): &(&str, &str)| text.find(open).is_some_and(|at| text[at..].contains(close)) && *open != "$(";
    hidden(text).or_else(|| MARKS.iter().any(holds).then_some(Hidden::Placeholder))
}

/// Whether a part of a text may hold any: most hold none, and are not searched.
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_open = |at: usize| matches!(bytes.get(at + 1), Some(b'{' | b'(' | b'%'));
    memchr::memchr3_iter(b'$', b'{', b'<', bytes).any(|at| is_open(at) && (bytes[at] != b'{' || bytes[at + 1] == b'{'))
        || memchr::memmem::find(bytes, ENCRYPTED.as_bytes()).is_some()
}

/// A value that nobody knows.
#[derive(Clone, Debug)]
pub(super) struct Unfilled {
    pub path: FieldPath,
    node: NodeId,
    why: Hidden,
}

impl Unfilled {
    /// The value that a problem is about: nobody knows what it will be.
    pub fn of(problem: Problem) -> Self {
        Self { path: problem.path, node: problem.node, why: Hidden::Placeholder }
    }
}

impl Judge<'_, '_> {
    /// The values of an object that nobody knows.
    pub fn unfilled(&self, object: &Object) -> Vec<Unfilled> {
        let tree = self.tree;
        let mut found = Vec::new();
        if may_hold(&tree.text()[tree.span(object.node).range()]) {
            walk(tree, object.node, |node, path| {
                let text = tree.raw(node);
                if let Some(why) = (tree.kind(node) == Kind::Scalar).then(|| holds_hidden(text)).flatten() {
                    found.push(Unfilled { path: FieldPath::new(path.to_vec()), node, why });
                }
            });
        }
        found
    }

    /// Why nothing can be said of an object: nobody knows its kind.
    pub fn is_hidden(&self, object: &Object) -> Option<Skipped> {
        let why = hidden(&object.kind).or_else(|| hidden(&object.api_version))?;
        let detail = format!("its kind is {}", why.as_str());
        Some(Skipped { document: Some(self.index), reason: why.reason(), detail })
    }

    /// Says of a template what nobody knows. Whether all of the pod is that, so that nothing of it can be judged.
    pub fn tell_unfilled(
        &self,
        object: &Object,
        template: &Template,
        unfilled: &[Unfilled],
        outcome: &mut Outcome,
    ) -> bool {
        let mut hides_all = false;
        for one in unfilled {
            let pod = template.locate(&FieldPath::of("spec"));
            let (path, pod) = (one.path.segments(), pod.segments());
            let is_whole = !path.is_empty() && (pod.starts_with(path) || template.path.segments().starts_with(path));
            let is_container = is_element(path, "containers") || is_element(path, "initContainers");
            if is_whole || is_container {
                let what = if is_whole { "its pod" } else { "a container" };
                let detail = format!("{} {}: {what} ({}) is {}", object.kind, object.name, one.path, one.why.as_str());
                outcome.skipped.push(Skipped { document: Some(self.index), reason: one.why.reason(), detail });
                hides_all |= is_whole;
            } else if self.is_asked_about(&one.path) {
                outcome.findings.push(self.unjudged_value(object, one));
            }
        }
        hides_all
    }

    /// Whether the level in force asks about a field.
    fn is_asked_about(&self, path: &FieldPath) -> bool {
        let is_restricted = || {
            let fields = path.segments().iter();
            let mut names =
                fields.filter_map(|segment| if let Segment::Field(name) = segment { Some(name) } else { None });
            names.any(|name| RESTRICTED.contains(&name.as_ref()))
        };
        match self.options.level {
            _ if self.options.admission.is_some() => true,
            Level::Privileged => false,
            Level::Baseline => !is_restricted(),
            Level::Restricted => true,
        }
    }

    fn unjudged_value(&self, object: &Object, one: &Unfilled) -> Finding {
        let span = self.tree.span(one.node);
        let text = &self.tree.text()[span.range()];
        let what = match one.why {
            Hidden::Placeholder => format!("is {}", text.trim()),
            Hidden::Encrypted => "is encrypted".to_owned(),
        };
        let message = format!("{} {what}: podline does not know its value, and has not judged it", one.path);
        let finding = self.finding(object, id::UNJUDGED_SETTINGS, Severity::Warning, span, message);
        Finding { path: one.path.to_string(), value: Some(text.to_owned()), ..finding }.bounded()
    }
}

/// Whether a path is a list of this name, or an element of it.
fn is_element(path: &[Segment], list: &str) -> bool {
    let is_list = |segment: &Segment| matches!(segment, Segment::Field(name) if name == list);
    match path {
        [.., end] if is_list(end) => true,
        [.., before, Segment::Index(_)] => is_list(before),
        _ => false,
    }
}

/// Whether a field is one that checks read.
pub(super) fn is_setting(path: &FieldPath) -> bool {
    let path = path.segments();
    let named = |segment: &Segment| matches!(segment, Segment::Field(name) if SETTINGS.contains(&name.as_ref()));
    let probe = |segment: &Segment| matches!(segment, Segment::Field(name) if name == "httpGet" || name == "tcpSocket");
    let is_host = matches!(path, [.., before, Segment::Field(last)] if last == "host" && probe(before));
    let annotation = |segment: &Segment| matches!(segment, Segment::Field(name) if name.contains("seccomp.security.") || name.contains("apparmor.security."));
    path.iter().any(named)
        || path.last().is_some_and(annotation)
        || is_host
        || LISTS.iter().any(|list| is_element(path, list))
}

/// Whether SOPS has written a document: it always adds a message authentication code.
pub(super) fn is_of_sops(tree: &Tree<'_>, root: NodeId) -> bool {
    tree.get(root, "sops").is_some_and(|sops| tree.get(sops, "mac").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_text_is_a_placeholder_or_none_of_it() {
        for text in ["${X}", "${X:=default}", "$(X)", "{{ .x }}", "<%= x %>", " ${{X}} "] {
            assert_eq!(hidden(text), Some(Hidden::Placeholder), "{text}");
        }
        assert_eq!(hidden("ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]"), Some(Hidden::Encrypted));
        for text in ["--host=$(POD_IP)", "$X", "a", ""] {
            assert_eq!(hidden(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_that_holds_none_is_told_by_its_marks() {
        assert!(["a: ${X}", "a: $(X)", "a: {{ x }}", "a: <% x %>"].into_iter().all(may_hold));
        assert!(!["a: {b: c}", "a: $b", "{", ""].into_iter().any(may_hold));
    }
}
