//! Who may use which PodSecurityPolicies, in data and in a sentence.

use std::collections::BTreeSet;

/// Who may use which PodSecurityPolicies for the pods of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usable {
    /// Who creates the pods, if that is known.
    pub creator: Option<UsableBy>,
    /// The account that they run as.
    pub service_account: UsableBy,
    /// Whether it is one pod that somebody creates, and no controller.
    pub is_pod: bool,
}

/// What one user may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsableBy {
    /// The user; "" for nobody in particular.
    pub user: String,
    /// The policies, by name.
    pub policies: Vec<String>,
}

impl Usable {
    /// The policies that either may use.
    pub fn policies(&self) -> BTreeSet<&str> {
        let creator = self.creator.iter().flat_map(|creator| &creator.policies);
        creator.chain(&self.service_account.policies).map(String::as_str).collect()
    }

    /// Whose right it is that a policy is used: `since its service account … may use it`.
    pub fn right_to(&self, policy: &str) -> String {
        let may = |by: &UsableBy| by.policies.iter().any(|name| name == policy);
        let account = self.account();
        match (self.creator.as_ref().filter(|creator| may(creator)), may(&self.service_account)) {
            (Some(creator), true) => format!("since both {} and {account} may use it", self.creator(&creator.user)),
            (Some(creator), false) => format!("since {} may use it", self.creator(&creator.user)),
            (None, _) => format!("since {account} may use it"),
        }
    }

    /// What both may use: `… may use "a" and "b", … may use none`.
    pub fn said(&self) -> String {
        let account = self.account();
        let Some(creator) = &self.creator else {
            let (policies, of) = (list(&self.service_account.policies), if self.is_pod { "it" } else { "them" });
            return format!("{account} may use {policies}; who creates {of} is not known");
        };
        let who = self.creator(&creator.user);
        if self.policies().is_empty() {
            return format!("neither {who} nor {account} may use any PodSecurityPolicy");
        }
        let (creators, accounts) = (list(&creator.policies), list(&self.service_account.policies));
        format!("{who} may use {creators}, {account} may use {accounts}")
    }

    fn account(&self) -> String {
        let whose = if self.is_pod { "its" } else { "their" };
        format!("{whose} service account {}", self.service_account.user)
    }

    fn creator(&self, user: &str) -> String {
        match (user, self.is_pod) {
            ("", _) => "whoever creates it (--user names nobody)".to_owned(),
            (user, true) => format!("{user}, who creates the pod,"),
            (user, false) => format!("{user}, which creates the pods,"),
        }
    }
}

/// More names are counted.
const MANY: usize = 4;

/// `"a" and "b"`
fn list(policies: &[String]) -> String {
    let named: Vec<String> = policies.iter().take(MANY).map(|name| format!("{name:?}")).collect();
    match (named.as_slice(), policies.len().saturating_sub(MANY)) {
        ([], _) => "none".to_owned(),
        ([one], _) => one.clone(),
        (several, 0) => {
            let (last, first) = several.split_last().unwrap_or((&named[0], &[]));
            format!("{} and {last}", first.join(", "))
        }
        (several, more) => format!("{} and {more} more", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(user: &str, policies: &[&str]) -> UsableBy {
        UsableBy { user: user.to_owned(), policies: policies.iter().map(|&name| name.to_owned()).collect() }
    }

    #[test]
    fn a_sentence_says_whose_right_decides() {
        let usable =
            Usable { creator: Some(by("jeff", &["a"])), service_account: by("web", &["a", "b"]), is_pod: true };
        assert_eq!(
            usable.right_to("a"),
            "since both jeff, who creates the pod, and its service account web may use it"
        );
        assert_eq!(usable.right_to("b"), "since its service account web may use it");
        let said = "jeff, who creates the pod, may use \"a\", its service account web may use \"a\" and \"b\"";
        assert_eq!(usable.said(), said);
    }

    #[test]
    fn a_sentence_says_who_may_use_nothing() {
        let usable = Usable { creator: Some(by("rc", &[])), service_account: by("web", &[]), is_pod: false };
        let said = "neither rc, which creates the pods, nor their service account web may use any PodSecurityPolicy";
        assert_eq!(usable.said(), said);
        let unknown = Usable { creator: None, service_account: by("web", &[]), is_pod: false };
        assert_eq!(unknown.said(), "their service account web may use none; who creates them is not known");
        let many = by("web", &["a", "b", "c", "d", "e", "f"]);
        assert_eq!(list(&many.policies), "\"a\", \"b\", \"c\", \"d\" and 2 more");
    }
}
