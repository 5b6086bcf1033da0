//! What an engine says about an object: plain data. It knows no engine, no file and no output.

use std::fmt;
use std::sync::Arc;

pub use podline_cel::Step;

/// What became of one rule of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The object does what the rule asks for.
    Pass,
    /// It does not.
    Fail,
    /// Only the cluster can tell.
    Undecided,
    /// An exception lets the object pass. Who gave it stands in the message.
    Exempt,
    /// The rule could not be evaluated.
    Error,
    /// The rule does not concern the object, for a reason that only its evaluation shows.
    Skip,
    /// It does not do what the rule asks for, and the policy says that this does not count.
    Warn,
}

impl Decision {
    /// The word of `report["evaluations"]`.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Pass => "pass",
            Decision::Fail => "fail",
            Decision::Undecided => "undecided",
            Decision::Exempt | Decision::Skip => "skip",
            Decision::Warn => "warn",
            Decision::Error => "error",
        }
    }
}

/// What a cluster does when a rule is not met. The modes of all engines map to these.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Actions(u8);

impl Actions {
    /// Nothing.
    pub const NONE: Actions = Actions(0);
    /// The object is refused.
    pub const DENY: Actions = Actions(1);
    /// Whoever sends the object is warned.
    pub const WARN: Actions = Actions(2);
    /// The audit log says so.
    pub const AUDIT: Actions = Actions(4);

    /// Both.
    #[must_use]
    pub const fn with(self, other: Actions) -> Actions {
        Actions(self.0 | other.0)
    }

    /// Is all of `other` done?
    pub const fn contains(self, other: Actions) -> bool {
        self.0 & other.0 == other.0
    }

    /// Is nothing done?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names as in `validationActions`, always in this order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [(Actions::DENY, "Deny"), (Actions::WARN, "Warn"), (Actions::AUDIT, "Audit")]
            .into_iter()
            .filter(move |(action, _)| self.contains(*action))
            .map(|(_, name)| name)
    }
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Which rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The policy as a whole: match conditions, params, the cost budget.
    Whole,
    /// One of `validations`, by its index.
    Validation(usize),
    /// One that has a name: `auditAnnotations[key]`.
    Named(Arc<str>),
}

/// A field that the engine looked at, in the object that it judged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The way from the root of the object; of a label of its Namespace, from `namespaceObject`. If nothing stands there, where
    /// it would stand.
    pub path: Vec<Step>,
    /// Does something stand there?
    pub found: bool,
    /// Does the outcome depend on this field, or was it only looked at?
    pub decided: bool,
    /// Was something left out for what this field is? The outcome is not to be blamed on it, but might be another were the
    /// field otherwise.
    pub passed_over: bool,
}

impl Violation {
    /// Is it the field that these keys lead to?
    pub(crate) fn is_at(&self, keys: &[&str]) -> bool {
        self.path.len() == keys.len()
            && self.path.iter().zip(keys).all(|(step, key)| matches!(step, Step::Key(own) if **own == **key))
    }
}

/// A place in a policy document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Which of the documents that were loaded.
    pub document: usize,
    /// The way from its root.
    pub path: Vec<Step>,
}

/// What lets an object pass that a policy would judge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Exemption {
    /// One of the documents that were loaded: an exception.
    Document(usize),
    /// The Namespace of this name among what is judged.
    Namespace(Arc<str>),
}

/// A mutating policy that may change an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The name of the policy.
    pub policy: Arc<str>,
    /// The name of its binding, where there are any.
    pub binding: Option<Arc<str>>,
    /// Which document the policy is.
    pub document: usize,
    /// The fields that it writes, where its text says which. An element is [`ANY_ELEMENT`], or left out.
    pub writes: Option<Vec<Vec<Step>>>,
}

/// The index that stands for all elements of a list.
pub const ANY_ELEMENT: usize = usize::MAX;

/// One row of `report["evaluations"]`, without what the caller knows: file, document, kind and name of the object.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The name of the policy.
    pub policy: Arc<str>,
    /// The name of its binding.
    pub binding: Option<Arc<str>>,
    /// The param that it was evaluated with: `name` or `namespace/name`.
    pub param: Option<Arc<str>>,
    /// Which of its rules.
    pub rule: Rule,
    /// What became of it.
    pub decision: Decision,
    /// What the cluster does about it.
    pub actions: Actions,
    /// What the cluster says, byte for byte; for an audit annotation that is published, its value.
    pub message: String,
    /// The reason that the response has, where the engine has one.
    pub reason: Option<Arc<str>>,
    /// The `apiVersion` that the object was converted to, if the policy names another than its own. Paths are those of
    /// the converted object.
    pub converted: Option<Arc<str>>,
    /// The fields of the object that were read, in order; those that decided if any did. Empty for what passes, unless
    /// that was asked for.
    pub violations: Vec<Violation>,
    /// The expression in the policy, or the setting that is to blame.
    pub origin: Origin,
    /// What lets it pass.
    pub exempted_by: Vec<Exemption>,
}

impl Judgement {
    /// The field to point at: the last that decided. What only says which object this is (a name, `apiVersion`, and
    /// after these `kind`), or to which API groups a rule of it is for, comes last, since conditions on it choose what is
    /// checked and seldom are what is wrong; before it come annotations that are not there.
    pub fn blame(&self) -> Option<&Violation> {
        let to_blame = || self.violations.iter().filter(|violation| !violation.passed_over);
        let last = |is_it: fn(&Violation) -> bool| to_blame().rfind(|violation| is_it(violation));
        last(|one| !says_which_one(one) && !is_absent_annotation(one))
            .or_else(|| last(|one| !says_which_one(one)))
            .or_else(|| last(|one| !says_which_object(&one.path)))
            .or_else(|| last(|one| !is_whole(&one.path)))
            .or_else(|| last(|_| true))
            .or_else(|| self.violations.last())
    }
}

/// Does it say which object this is, or to which groups a rule of it is for?
fn says_which_one(violation: &Violation) -> bool {
    says_which_object(&violation.path) || says_which_groups(&violation.path)
}

/// In a rule of a role or a webhook: the groups of what it names by resources and verbs.
fn says_which_groups(path: &[Step]) -> bool {
    let is_key = |step: &Step, names: &[&str]| matches!(step, Step::Key(key) if names.contains(&&**key));
    path.windows(3).any(|steps| match steps {
        [rules, Step::Index(_), field] => is_key(rules, &["rules"]) && is_key(field, &["apiGroups", "apiVersions"]),
        _ => false,
    })
}

/// Is it an annotation that is not there? Where a field decides too, it is mostly what the field was before.
fn is_absent_annotation(violation: &Violation) -> bool {
    let [Step::Key(first), Step::Key(second), ..] = &violation.path[..] else { return false };
    !violation.found && &**first == "metadata" && &**second == "annotations"
}

/// Is it the object as a whole, or its kind?
fn is_whole(path: &[Step]) -> bool {
    match path {
        [] => true,
        [Step::Key(key)] => matches!(&**key, "kind" | "metadata"),
        _ => false,
    }
}

fn says_which_object(path: &[Step]) -> bool {
    let keys: Vec<&str> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => key,
            Step::Index(_) => "",
        })
        .collect();
    matches!(keys[..], [] | ["apiVersion" | "kind" | "metadata"] | ["metadata", "name" | "namespace"])
}
