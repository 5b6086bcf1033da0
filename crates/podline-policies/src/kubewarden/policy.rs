//! A policy, ready to be asked.

use std::sync::Arc;

use super::Summary;
use super::answer::Module;
use super::conditions::Conditions;
use super::expression::Expression;
use crate::judgement::{Actions, Step};
use crate::matching::MatchResources;

/// A policy or a group of them.
pub(super) struct Policy {
    pub(super) kind: &'static str,
    pub(super) name: Arc<str>,
    pub(super) namespace: Option<String>,
    /// Which of the documents it is.
    pub(super) document: usize,
    /// Does it only log?
    pub(super) monitors: bool,
    pub(super) rules: MatchResources,
    /// Does it select namespaces itself, rather than leave out that of Kubewarden alone?
    pub(super) selects_namespaces: bool,
    pub(super) conditions: Conditions,
    pub(super) by: By,
}

/// What a policy judges by.
pub(super) enum By {
    /// A module.
    Module {
        name: String,
        module: Box<dyn Module>,
        /// May it change objects?
        mutates: bool,
        /// What replaces the text of a refusal; empty if nothing does.
        message: String,
        /// Where its settings stand in the document.
        settings: &'static str,
    },
    /// Several of them.
    Group(Group),
}

/// The members of a group and what is made of their answers.
pub(super) struct Group {
    pub(super) members: Vec<Member>,
    pub(super) expression: Expression,
    /// The text of a refusal.
    pub(super) message: String,
}

/// A member of a group.
pub(super) struct Member {
    /// What the expression calls it.
    pub(super) name: String,
    /// The name of its module.
    pub(super) module_name: String,
    pub(super) module: Box<dyn Module>,
}

impl Policy {
    /// What happens to what it refuses. Kubewarden's `protect` denies, its `monitor` logs.
    pub(super) fn actions(&self) -> Actions {
        if self.monitors { Actions::AUDIT } else { Actions::DENY }
    }

    /// The name of the policy in a policy server.
    pub(super) fn id(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("namespaced-{namespace}-{}", self.name),
            None => format!("clusterwide-{}", self.name),
        }
    }

    pub(super) fn summary(&self) -> Summary<'_> {
        let modules = match &self.by {
            By::Module { name, .. } => vec![name.as_str()],
            By::Group(group) => group.members.iter().map(|member| member.module_name.as_str()).collect(),
        };
        Summary {
            kind: self.kind,
            name: &self.name,
            namespace: self.namespace.as_deref(),
            document: self.document,
            actions: self.actions(),
            modules,
            unknowable: self.unknowable(),
            resources: self.rules.rules().iter().map(|rule| (rule.groups(), rule.resources())).collect(),
        }
    }

    fn unknowable(&self) -> Vec<(&'static str, Vec<Step>)> {
        let path = |keys: &[&str]| keys.iter().map(|key| Step::Key((*key).into())).collect();
        match &self.by {
            By::Module { module, .. } => {
                module.unknowable().map(|why| (why, path(&["spec", "module"]))).into_iter().collect()
            }
            By::Group(group) => {
                let of = |member: &Member| {
                    let why = member.module.unknowable()?;
                    Some((why, path(&["spec", "policies", &member.name, "module"])))
                };
                group.members.iter().filter_map(of).collect()
            }
        }
    }
}
