//! Values that nobody knows yet: placeholders that a tool fills in, and what SOPS has encrypted. What stands beside them
//! in clear is judged.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::document::{Judge, Outcome};
use crate::finding::Finding;
use crate::manifest::object::Object;
use crate::manifest::parts::Parts;
use crate::manifest::template::{Row, name_of_step, rows};
use crate::manifest::typed::Template;
use crate::pod_security::Level;
use crate::rules::id;
use crate::verdict::{SkipReason, Skipped};
use crate::yaml::de::{Problem, ProblemKind};
use crate::yaml::locate::walk_to;
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

    /// What it is, in words.
    pub fn as_str(self) -> &'static str {
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

/// So long is a text that is searched without preparing anything.
const SHORT: usize = 32;

/// Whether a text holds a placeholder, or is encrypted.
pub(super) fn holds_hidden(text: &str) -> Option<Hidden> {
    static FINDERS: LazyLock<[[Finder<'static>; 2]; 3]> =
        LazyLock::new(|| [MARKS[0], MARKS[1], MARKS[2]].map(|(open, close)| [open, close].map(Finder::new)));
    let bytes = text.as_bytes();
    // Nearly all texts have nothing that one begins with. A search costs more than a look at each byte of a short one.
    let begins = |byte: &u8| matches!(byte, b'$' | b'{' | b'<');
    let may_begin = if bytes.len() <= SHORT {
        bytes.iter().any(begins)
    } else {
        memchr::memchr3(b'$', b'{', b'<', bytes).is_some()
    };
    if !may_begin {
        return text.trim_start().starts_with(ENCRYPTED).then_some(Hidden::Encrypted);
    }
    let holds =
        |[open, close]: &[Finder<'static>; 2]| open.find(bytes).is_some_and(|at| close.find(&bytes[at..]).is_some());
    hidden(text).or_else(|| FINDERS.iter().any(holds).then_some(Hidden::Placeholder))
}

/// Whether a text holds a placeholder, of whatever tool, so that it may become a value of another type.
pub(super) fn may_become_another(text: &str) -> bool {
    holds_hidden(text).is_some() || text.find("$(").is_some_and(|at| text[at..].contains(')'))
}

/// Whether a text holds a placeholder, or is encrypted, so that nobody knows what it will be.
pub fn is_unfilled(text: &str) -> bool {
    holds_hidden(text).is_some()
}

/// Whether a part of a text may hold any: most hold none, and are not searched.
fn may_hold(text: &str) -> bool {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(ENCRYPTED));
    let bytes = text.as_bytes();
    let is_open = |at: usize| matches!(bytes.get(at + 1), Some(b'{' | b'(' | b'%'));
    memchr::memchr3_iter(b'$', b'{', b'<', bytes).any(|at| is_open(at) && (bytes[at] != b'{' || bytes[at + 1] == b'{'))
        || FINDER.find(bytes).is_some()
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

/// Values that nobody knows, with those that are of a wrong type until they are filled in: a `$(X)` in a text is no
/// placeholder, but in a number it is.
pub(super) fn with_open(mut unfilled: Vec<Unfilled>, open: Vec<Problem>) -> Vec<Unfilled> {
    if open.is_empty() {
        return unfilled;
    }
    let known: HashSet<NodeId> = unfilled.iter().map(|one| one.node).collect();
    let is_new =
        |problem: &Problem| matches!(problem.kind, ProblemKind::WrongType { .. }) && !known.contains(&problem.node);
    unfilled.extend(open.into_iter().filter(is_new).map(Unfilled::of));
    unfilled
}

/// The values of an object that nobody knows, by where they stand.
pub(super) struct UnknownFields<'u> {
    values: HashMap<&'u [Segment], &'u Unfilled>,
    /// The lists that they are elements of: who looks at one as a whole looks at them.
    lists: HashMap<&'u [Segment], &'u Unfilled>,
}

impl<'u> UnknownFields<'u> {
    pub fn of(unfilled: &'u [Unfilled]) -> Self {
        let list = |one: &'u Unfilled| match one.path.segments().split_last() {
            Some((Segment::Index(_), list)) => Some((list, one)),
            _ => None,
        };
        Self {
            values: unfilled.iter().map(|one| (one.path.segments(), one)).collect(),
            lists: unfilled.iter().filter_map(list).collect(),
        }
    }

    /// Whether all is known.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The unknown value that a field is, that it lies in, or that is an element of it.
    pub fn find(&self, path: &FieldPath) -> Option<&'u Unfilled> {
        let path = path.segments();
        let around = (0..=path.len()).find_map(|length| self.values.get(&path[..length]));
        around.or_else(|| self.lists.get(path)).copied()
    }
}

impl Judge<'_, '_> {
    /// The values of an object that nobody knows.
    pub fn unfilled(&self, object: &Object) -> Vec<Unfilled> {
        let tree = self.tree;
        let mut found = Vec::new();
        if !may_hold(&tree.text()[tree.span(object.node).range()]) {
            return found;
        }
        let why = |node| (tree.kind(node) == Kind::Scalar).then(|| holds_hidden(tree.raw(node))).flatten();
        walk_to(
            tree,
            object.node,
            |node| why(node).is_some(),
            |_, node, path| {
                if let Some(why) = why(node) {
                    found.push(Unfilled { path: FieldPath::new(path.to_vec()), node, why });
                }
                true
            },
        );
        found
    }

    /// Why nothing can be said of an object: nobody knows its kind.
    pub fn is_hidden(&self, object: &Object) -> Option<Skipped> {
        let why = hidden(&object.kind).or_else(|| hidden(&object.api_version))?;
        let detail = format!("its kind is {}", why.as_str());
        Some(Skipped { document: Some(self.index), reason: why.reason(), detail })
    }

    /// An object whose apiVersion alone nobody knows, as the workload that its kind and fields can mean. Those of several
    /// groups are the same to us if their pods stand in the same place.
    pub fn with_api_version(&self, object: &Object) -> Option<Object> {
        holds_hidden(&object.api_version)?;
        let is_there = |path: &&'static str| {
            let plain = path.split('.').take_while(|key| !key.contains(['[', '*']));
            plain.filter(|key| !key.is_empty()).try_fold(object.node, |node, key| self.tree.get(node, key)).is_some()
        };
        let group = object.api_version.split_once('/').map(|(group, _)| group).filter(|group| hidden(group).is_none());
        let is_it = |row: &&Row| {
            row.kind == object.kind
                && row.removed.is_none()
                && group.is_none_or(|group| row.group == group)
                && row.paths.iter().any(is_there)
        };
        let mut rows = self.options.templates.iter().copied().chain(rows()).filter(is_it);
        let row = rows.next()?;
        let is_clear = rows.all(|other| other.group == row.group || other.paths == row.paths);
        is_clear.then(|| Object { api_version: row.api_version(), ..object.clone() })
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
            if is_whole || hides_container(template, &one.path) {
                let what = if is_whole { "its pod" } else { "a container" };
                self.pass_over(object, what, one, outcome);
                hides_all |= is_whole;
            } else if self.is_asked_about(&one.path) {
                outcome.push(self.unjudged_value(object, one));
            }
        }
        hides_all
    }

    /// Says of placeholders that stand for a pod template, or for what it stands in, and of which no template was made.
    pub fn tell_hidden_templates(
        &self,
        object: &Object,
        row: &Row,
        templates: &[Template],
        unfilled: &[Unfilled],
        outcome: &mut Outcome,
    ) {
        for one in unfilled {
            let path = one.path.segments();
            let is_told = |it: &Template| it.path.segments().starts_with(path) || hides_container(it, &one.path);
            let is_told = is_container(&one.path) || templates.iter().any(is_told);
            if path.is_empty() || is_told {
                continue;
            }
            if row.paths.iter().any(|pattern| leads_on(path, pattern)) {
                self.pass_over(object, "its pod", one, outcome);
            } else if row.decode.parts().iter().flat_map(Parts::ways).any(|pattern| leads_on(path, &pattern)) {
                self.pass_over(object, "a part of its pods", one, outcome);
            }
        }
    }

    fn pass_over(&self, object: &Object, what: &str, one: &Unfilled, outcome: &mut Outcome) {
        let detail = format!("{} {}: {what} ({}) is {}", object.kind, object.name, one.path, one.why.as_str());
        outcome.skipped.push(Skipped { document: Some(self.index), reason: one.why.reason(), detail });
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

    /// What is not known of a value, and its line.
    pub(super) fn unknown_value(&self, one: &Unfilled) -> (String, usize) {
        let span = self.tree.span(one.node);
        let text = self.tree.text()[span.range()].trim();
        let what = match one.why {
            Hidden::Placeholder => format!("is the placeholder {text}"),
            Hidden::Encrypted => "is encrypted".to_owned(),
        };
        (format!("{} {what}", one.path), self.file.position(span.start).line)
    }

    /// Why nobody knows a value: the placeholder as it is written.
    pub(super) fn why_unknown(&self, one: &Unfilled) -> String {
        match one.why {
            Hidden::Placeholder => self.tree.raw(one.node).trim().to_owned(),
            Hidden::Encrypted => "it is encrypted".to_owned(),
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
        let finding = self.finding(object, id::UNJUDGED_SETTINGS, span, message);
        finding.path(one.path.clone()).value(Some(text)).build()
    }
}

/// Whether a place is on the way to what a pattern such as `spec.nodeSets[*].podTemplate` leads to, or is it.
fn leads_on(path: &[Segment], pattern: &str) -> bool {
    let mut rest = path.iter().peekable();
    for step in pattern.split('.') {
        let name = name_of_step(step);
        match rest.next() {
            None => return true,
            Some(Segment::Field(field)) if name == "*" || field == name => {}
            Some(_) => return false,
        }
        for _ in 0..(step.len() - name.len()) / "[*]".len() {
            match rest.next() {
                None => return true,
                Some(Segment::Index(_)) => {}
                Some(Segment::Field(_)) => return false,
            }
        }
    }
    rest.peek().is_none()
}

/// Whether a field holds the containers of a template, or one of them.
pub(super) fn hides_container(template: &Template, path: &FieldPath) -> bool {
    let is_part = || template.places.iter().any(|(part, at)| at == path && is_container(part));
    is_container(path) || path.segments().starts_with(template.path.segments()) && is_part()
}

/// Whether a path is a list of containers, or one of them.
pub(super) fn is_container(path: &FieldPath) -> bool {
    ["containers", "initContainers"].iter().any(|list| is_element(path.segments(), list))
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
    fn what_stands_on_the_way_to_a_template_leads_on_to_it() {
        let leads = |path: &'static str, pattern| leads_on(FieldPath::of(path).segments(), pattern);
        for (path, pattern, expected) in [
            ("spec", "spec.template", true),
            ("spec.template", "spec.template", true),
            ("spec.template.spec", "spec.template", false),
            ("spec.other", "spec.template", false),
            ("spec.sets", "spec.sets[*].podTemplate", true),
            ("spec.workers", "spec.*.template", true),
        ] {
            assert_eq!(leads(path, pattern), expected, "{path} {pattern}");
        }
    }

    #[test]
    fn a_text_that_holds_none_is_told_by_its_marks() {
        assert!(["a: ${X}", "a: $(X)", "a: {{ x }}", "a: <% x %>"].into_iter().all(may_hold));
        assert!(!["a: {b: c}", "a: $b", "{", ""].into_iter().any(may_hold));
    }
}
