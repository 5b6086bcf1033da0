//! Files of policies: PodSecurityPolicy manifests, `policies:` as the configuration holds them, and the objects that
//! loaded engines read or their policies refer to.

use std::sync::Arc;

use podline_policies::rbac;
use serde::Deserialize;

use crate::engine::Document;
use crate::engine::language;
use crate::engine::loaded::may_be_referred_to;
use crate::local::policy::LocalPolicy;
use crate::local::psp::{PodSecurityPolicy, Policy};
use crate::manifest::formats::RULES;
use crate::manifest::object::{self, Object};
use crate::manifest::suggest::nearest;
use crate::matching::renamed;
use crate::problem::{About, Problem, Spot};
use crate::source::file::{Encoding, SourceFile};
use crate::source::span::Span;
use crate::yaml::de::{self, ProblemKind, Rules};
use crate::yaml::locate::Locator;
use crate::yaml::parse::{ParseError, parse};
use crate::yaml::path::FieldPath;
use crate::yaml::split::{Piece, split};
use crate::yaml::tree::{NodeId, Tree};

/// A document with local policies.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entries {
    policies: Vec<LocalPolicy>,
}

/// What decoding has to know of the types of entries.
const ENTRY_RULES: &Rules = &Rules { lists: &["OneOrMany"], ..*RULES };

/// What a file of policies holds.
#[derive(Clone, Debug, Default)]
pub struct PolicyFile {
    /// Its PodSecurityPolicies, those that do not count included.
    pub psp: Vec<Policy>,
    /// Its entries of `policies:`, each with its place.
    pub local: Vec<(LocalPolicy, Spot)>,
    /// Its other objects: those that engines read, and what policies may refer to.
    pub documents: Vec<Arc<Document>>,
    /// What is worth knowing about it, and then what keeps podline from judging as the file says.
    pub problems: Vec<Problem>,
}

/// What a file stands among.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Among {
    /// It was named as one of policies.
    Policies,
    /// It may hold anything.
    Others,
}

impl PolicyFile {
    /// Reads a file. Objects that have nothing to do with policies are passed over.
    pub fn read(file: &Arc<SourceFile>) -> Self {
        let mut read = Self::parts(file, Among::Policies);
        if !read.holds_policies() && !read.holds_roles() && !read.problems.iter().any(Problem::is_error) {
            let engines = language::engines();
            let message = format!("holds no policy (podline reads policies:, PodSecurityPolicy, {engines})");
            read.problems.push(Problem::in_file(About::Policies, file.name(), message));
        }
        read
    }

    /// Reads a file of a directory, which may hold whatever stands beside policies: of what is not theirs nothing is
    /// said.
    pub fn read_among_others(file: &Arc<SourceFile>) -> Self {
        Self::parts(file, Among::Others)
    }

    /// Whether it holds something to judge by, or that policies may refer to.
    pub fn holds_policies(&self) -> bool {
        let matters = |one: &Arc<Document>| {
            language::of(&one.api_version, &one.kind).is_some() || may_be_referred_to(&one.api_version, &one.kind)
        };
        !self.psp.is_empty() || !self.local.is_empty() || self.documents.iter().any(matters)
    }

    /// Whether it holds roles or bindings, which may say who may use a PodSecurityPolicy.
    pub fn holds_roles(&self) -> bool {
        self.documents.iter().any(|one| rbac::claims(&one.api_version))
    }

    fn parts(file: &Arc<SourceFile>, among: Among) -> Self {
        let mut read = Self::default();
        for (index, piece) in split(file).iter().enumerate() {
            match parse(file, piece) {
                Ok(tree) => read.document(file, &tree, (index, piece), among),
                Err(error) => read.unreadable(file, error, &file.text()[piece.span().range()], among),
            }
        }
        read.problems.sort_by_key(Problem::is_error);
        read
    }

    /// Says what cannot be read, as far as it is about policies.
    fn unreadable(&mut self, file: &Arc<SourceFile>, error: ParseError, text: &str, among: Among) {
        // A broken policy must be told from a broken file of something else.
        let is_of_policies = language::is_about_policies(text) || text.contains("PodSecurityPolicy");
        if among == Among::Policies || is_of_policies && !text.contains("{{") {
            self.error(file, error.span, error.message);
        } else if is_of_policies {
            self.note(file, error.span, "not read: this looks like a template that was not rendered");
        }
    }

    fn error(&mut self, file: &Arc<SourceFile>, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::at(About::Policies, file, span, message));
    }

    fn note(&mut self, file: &Arc<SourceFile>, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::at(About::Policies, file, span, message).as_note());
    }

    fn document(&mut self, file: &Arc<SourceFile>, tree: &Tree<'_>, place: (usize, &Piece), among: Among) {
        let Some(root) = tree.root().filter(|&root| !tree.is_null(root)) else { return };
        self.ignored(file, tree, among);
        if tree.get(root, "policies").is_some() && tree.get(root, "kind").is_none() {
            // Values of charts have `policies` too, among other keys.
            if among == Among::Policies || tree.pairs(root).count() == 1 {
                self.entries(file, tree, root);
            }
            return;
        }
        let found = object::objects(tree, root);
        for bad in found.bad_lists {
            self.error(file, tree.span(bad.node), "items takes a list, so nothing of it can be read");
        }
        for object in &found.objects {
            if is_psp(object) {
                self.psp(file, tree, object);
            } else if object.has_type() {
                self.documents.push(Arc::new(Document::new(file, tree, place, object)));
            }
        }
    }

    /// Says that a document ends before its text does: what follows is in force in no cluster.
    fn ignored(&mut self, file: &Arc<SourceFile>, tree: &Tree<'_>, among: Among) {
        let Some(span) = tree.ignored() else { return };
        let why = match file.encoding() {
            Encoding::Utf16 => "kubectl never reads this: of a file in UTF-16 it reads only the first document",
            Encoding::Utf8 => "kubectl never reads this: the document has ended before it",
        };
        // It may be only where that begins.
        let rest = &file.text()[span.range().start..];
        if among == Among::Policies || language::is_about_policies(rest) {
            self.error(file, span, why);
        }
    }

    /// Reads entries of `policies:`. With a mistake anywhere in them none is taken: a policy that says what podline does
    /// not understand must not judge as if it had said less.
    fn entries(&mut self, file: &Arc<SourceFile>, tree: &Tree<'_>, root: NodeId) {
        let (entries, problems) = de::decode::<Entries>(tree, Some(root), ENTRY_RULES);
        let is_whole = problems.is_empty();
        for de::Problem { node, path, kind } in problems {
            let message = match kind {
                ProblemKind::WrongType { expected, found } => format!("{path} takes {expected}, but holds {found}"),
                ProblemKind::UnknownField { known } => {
                    let name = path.segments().last().map(|last| FieldPath::new(vec![last.clone()]).to_string());
                    let near = name.and_then(|name| nearest(&name, known.iter().copied()));
                    let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                    let renamed = renamed(&path).map(|new| format!(": it was renamed to {new}"));
                    format!("unknown field \"{path}\"{}", renamed.unwrap_or(near))
                }
            };
            self.error(file, tree.span(node), message);
        }
        let locator = Locator::new(tree);
        for (index, entry) in entries.unwrap_or_default().policies.into_iter().enumerate() {
            let span = locator.locate(root, &FieldPath::of("policies").index(index)).span;
            if entry.name.is_empty() && entry.file.is_none() {
                self.error(file, span, "a policy needs a name, or a file");
                continue;
            }
            if is_whole {
                self.local.push((entry, Spot { file: Arc::clone(file), span }));
            }
        }
    }

    /// Reads a PodSecurityPolicy. One that cannot be decoded is as good as none.
    fn psp(&mut self, file: &Arc<SourceFile>, tree: &Tree<'_>, object: &Object) {
        let (policy, problems) = de::decode::<PodSecurityPolicy>(tree, Some(object.node), RULES);
        let mut is_readable = true;
        for de::Problem { node, path, kind } in problems {
            let span = tree.span(node);
            match kind {
                ProblemKind::WrongType { expected, found } => {
                    is_readable = false;
                    self.error(file, span, format!("{path} takes {expected}, but holds {found}"));
                }
                ProblemKind::UnknownField { .. } => {
                    self.note(file, span, format!("unknown field \"{path}\": Kubernetes ignores it"));
                }
            }
        }
        let locator = Locator::new(tree);
        let spot = Spot { file: Arc::clone(file), span: tree.span(object.node) };
        let Some(policy) = policy.filter(|_| is_readable).map(|policy| Policy::new(policy, &spot)) else { return };
        let name = format!("PodSecurityPolicy {:?}", policy.name());
        for error in &policy.invalid {
            let span = locator.locate(object.node, &error.field).span;
            self.error(file, span, format!("{name} is invalid: {error}"));
        }
        if let Some(error) = &policy.unusable {
            let span = locator.locate(object.node, &error.field).span;
            self.note(file, span, format!("{name} is stored, but admission ignores it: {error}"));
        }
        self.psp.push(policy);
    }
}

fn is_psp(object: &Object) -> bool {
    object.kind == "PodSecurityPolicy" && matches!(object.group(), "policy" | "extensions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PolicyFile {
        PolicyFile::read(&Arc::new(SourceFile::new("psp.yaml", text.as_bytes().to_vec()).unwrap()))
    }

    fn errors(read: &PolicyFile) -> Vec<String> {
        read.problems.iter().filter(|problem| problem.is_error()).map(Problem::to_string).collect()
    }

    fn hints(read: &PolicyFile) -> Vec<String> {
        read.problems.iter().filter(|problem| !problem.is_error()).map(Problem::to_string).collect()
    }

    const VALID: &str = "
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: a}
spec:
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
";

    #[test]
    fn policies_stand_alone_in_lists_and_among_other_objects() {
        let old = VALID.replace("policy/v1beta1", "extensions/v1beta1");
        let item = VALID.trim_start().replace('\n', "\n  ");
        let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}");
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n";
        let all = read(&format!("{VALID}---{old}---\n{role}---\n{list}"));
        assert_eq!((all.psp.len(), all.problems), (3, vec![]));
    }

    #[test]
    fn an_invalid_policy_is_told_at_its_field() {
        let text = VALID.replace("fsGroup: {rule: RunAsAny}", "fsGroup: {rule: Any}\n  hostPort: []");
        let read = read(&text.replace("seLinux: {rule: RunAsAny}", "seLinux: {rule: MustRunAs}"));
        let unsupported = "psp.yaml:8:19: PodSecurityPolicy \"a\" is invalid: spec.fsGroup.rule: Unsupported value: \"Any\": \
                           supported values: \"MayRunAs\", \"MustRunAs\", \"RunAsAny\"";
        assert_eq!(errors(&read), [unsupported]);
        assert_eq!(hints(&read), ["psp.yaml:9:3: unknown field \"spec.hostPort\": Kubernetes ignores it"]);
        assert!(!read.psp[0].is_usable());
    }

    #[test]
    fn an_unusable_policy_is_worth_a_hint() {
        let read = read(&VALID.replace("seLinux: {rule: RunAsAny}", "seLinux: {rule: MustRunAs}"));
        let hint = "psp.yaml:7:3: PodSecurityPolicy \"a\" is stored, but admission ignores it: MustRunAs requires \
                    SELinuxOptions";
        assert_eq!((errors(&read), hints(&read)), (vec![], vec![hint.to_owned()]));
    }

    #[test]
    fn entries_are_read_with_their_places() {
        let read = read("policies:\n- name: a\n  hostPID: true\n- name: b\n");
        assert_eq!((read.local.len(), &read.problems), (2, &vec![]));
        assert_eq!((read.local[0].0.host_pid, read.local[0].1.to_string().as_str()), (Some(true), "psp.yaml:2:3"));
    }

    #[test]
    fn a_mistake_in_one_entry_keeps_all_of_them_from_judging() {
        let read = read("policies:\n- name: a\n  hostPID: true\n  allowedHostPath: []\n- hostIPC: 1\n");
        assert!(read.local.is_empty());
        assert_eq!(
            errors(&read),
            [
                "psp.yaml:4:3: unknown field \"policies[0].allowedHostPath\"; did you mean allowedHostPaths?",
                "psp.yaml:5:12: policies[1].hostIPC takes a boolean, but holds an integer",
                "psp.yaml:5:3: a policy needs a name, or a file",
            ]
        );
    }

    #[test]
    fn a_file_without_policies_is_an_error() {
        assert_eq!(
            errors(&read("kind: Pod\napiVersion: v1\n")),
            [
                "psp.yaml: holds no policy (podline reads policies:, PodSecurityPolicy, ValidatingAdmissionPolicy, Kyverno, Gatekeeper, Kubewarden)"
            ]
        );
        assert_eq!(errors(&read("a: [\n")).len(), 1);
    }
}
