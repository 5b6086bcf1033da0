//! Which objects a constraint concerns.

use super::{CLUSTER_ROLE, DEPLOYMENT, NAMESPACE, POD, concerns};

#[test]
fn no_field_matches_everything() {
    for object in [POD, NAMESPACE, CLUSTER_ROLE] {
        assert!(concerns("", "{}", object));
    }
}

#[test]
fn kinds_match_by_any_entry_and_never_by_version() {
    assert!(concerns("", "{kinds: [{apiGroups: [apps], kinds: [Deployment]}]}", DEPLOYMENT));
    assert!(concerns("", "{kinds: [{kinds: [Job]}, {kinds: [Deployment]}]}", DEPLOYMENT));
    assert!(concerns("", "{kinds: [{apiGroups: ['*']}]}", DEPLOYMENT));
    assert!(concerns("", "{kinds: [{kinds: []}]}", DEPLOYMENT));
    assert!(!concerns("", "{kinds: [{apiGroups: [''], kinds: [Deployment]}]}", DEPLOYMENT));
}

#[test]
fn namespaces_are_names_or_globs() {
    for matching in ["shop", "sho*", "*hop", "*o*"] {
        assert!(concerns("", &format!("{{namespaces: ['{matching}']}}"), POD), "{matching}");
        assert!(!concerns("", &format!("{{excludedNamespaces: ['{matching}']}}"), POD), "{matching}");
    }
    for other in ["sho", "hop", "*sho", "hop*"] {
        assert!(!concerns("", &format!("{{namespaces: ['{other}']}}"), POD), "{other}");
        assert!(concerns("", &format!("{{excludedNamespaces: ['{other}']}}"), POD), "{other}");
    }
}

#[test]
fn a_namespace_is_asked_for_its_own_name_and_what_is_in_none_passes() {
    assert!(concerns("", "{namespaces: [shop]}", NAMESPACE));
    assert!(!concerns("", "{namespaces: [other]}", NAMESPACE));
    assert!(concerns("", "{namespaces: [other], excludedNamespaces: ['*']}", CLUSTER_ROLE));
}

#[test]
fn namespaces_are_of_the_scope_of_the_cluster_and_unknown_scopes_say_nothing() {
    assert!(concerns("", "{scope: Cluster}", NAMESPACE));
    assert!(concerns("", "{scope: Namespaced}", POD));
    assert!(!concerns("", "{scope: Namespaced}", NAMESPACE));
    assert!(!concerns("", "{scope: Cluster}", POD));
    assert!(concerns("", "{scope: cluster}", POD));
}

#[test]
fn labels_select_the_object() {
    assert!(concerns("", "{labelSelector: {matchLabels: {app: web}}}", POD));
    assert!(!concerns("", "{labelSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}", POD));
    assert!(concerns("", "{labelSelector: {}}", CLUSTER_ROLE));
}

#[test]
fn labels_of_the_namespace_select_what_is_in_it_and_itself() {
    let matches = "{namespaceSelector: {matchLabels: {env: prod}}}";
    assert!(concerns(NAMESPACE, matches, POD));
    assert!(!concerns("", matches, POD));
    assert!(concerns("", matches, NAMESPACE));
    assert!(concerns("", matches, CLUSTER_ROLE));
}

#[test]
fn a_namespace_that_is_not_in_view_has_its_name_as_label() {
    assert!(concerns("", "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}", POD));
}

#[test]
fn names_are_globs_and_generated_names_match_those_that_end_openly() {
    let generated = "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: web-, namespace: shop}}";
    assert!(concerns("", "{name: 'web-*'}", POD));
    assert!(!concerns("", "{name: web}", POD));
    assert!(concerns("", "{name: 'web*'}", generated));
    assert!(!concerns("", "{name: web-}", generated));
    assert!(!concerns("", "{name: '*-'}", generated));
}

#[test]
fn what_is_sent_is_original() {
    assert!(concerns("", "{source: All}", POD));
    assert!(concerns("", "{source: Original}", POD));
    assert!(!concerns("", "{source: Generated}", POD));
}
