//! The module for images.

use super::{answer, blamed, deployment, pod, refusal};

fn image(image: &str) -> String {
    pod(&format!("containers: [{{name: a, image: '{image}'}}]"))
}

fn says(settings: &str, of: &str) -> String {
    answer("trusted-repos", settings, &image(of)).replace("fail not allowed, reported errors: ", "")
}

#[test]
fn registries_are_compared_in_lower_case_with_docker_hub_filled_in() {
    let allow = "{registries: {allow: [ghcr.io, 'docker.io']}}";
    assert_eq!(says(allow, "GHCR.io/a/b:1"), "pass");
    assert_eq!(says(allow, "nginx"), "pass");
    assert_eq!(says(allow, "quay.io/a/b"), "registries not allowed: quay.io");
    let reject = "{registries: {reject: ['*.example.com']}}";
    assert_eq!(says(reject, "evil.example.com/a"), "registries not allowed: evil.example.com");
    assert_eq!(says(reject, "example.com/a"), "pass");
}

#[test]
fn a_tag_that_is_not_written_is_latest_also_beside_a_digest() {
    let settings = "{tags: {reject: [latest, '*-rc?']}}";
    assert_eq!(says(settings, "nginx"), "tags not allowed: latest");
    assert_eq!(says(settings, &format!("nginx@sha256:{}", "ab".repeat(32))), "tags not allowed: latest");
    assert_eq!(says(settings, "nginx:1-rc1"), "tags not allowed: 1-rc1");
    assert_eq!(says(settings, "nginx:1-rc10"), "pass");
}

#[test]
fn an_entry_without_tag_matches_any_tag() {
    let settings = "{images: {allow: [nginx, 'quay.io/a/b', 'ghcr.io/c:1']}}";
    for fine in ["nginx", "nginx:1", "docker.io/library/nginx:2", "quay.io/a/b:3", "ghcr.io/c:1"] {
        assert_eq!(says(settings, fine), "pass", "{fine}");
    }
    assert_eq!(says(settings, "ghcr.io/c:2"), "images not allowed: ghcr.io/c:2");
    assert_eq!(says("{images: {reject: ['nginx']}}", "nginx:1"), "images not allowed: nginx:1", "as it is written");
}

#[test]
fn a_pattern_without_tag_matches_the_name() {
    let settings = "{images: {reject: ['ghcr.io/team/*']}}";
    assert_eq!(says(settings, "ghcr.io/team/app:1"), "images not allowed: ghcr.io/team/app:1");
    assert_eq!(says("{images: {reject: ['library/*']}}", "nginx"), "images not allowed: nginx");
    assert_eq!(says("{images: {reject: ['*/nginx:1*']}}", "nginx:1.2"), "images not allowed: nginx:1.2");
    assert_eq!(says("{images: {reject: ['*/nginx:1*']}}", "nginx:2"), "pass");
}

#[test]
fn what_is_no_reference_is_let_through() {
    assert_eq!(says("{registries: {allow: [ghcr.io]}}", "Not An Image"), "pass");
}

#[test]
fn all_containers_are_looked_at_and_each_reason_is_told_once() {
    let settings = "{registries: {allow: [ghcr.io]}, tags: {reject: [latest]}}";
    let object = deployment(
        "initContainers: [{name: i, image: quay.io/b}], containers: [{name: a, image: nginx}, {name: c, image: 'ghcr.io/x:1'}]",
    );
    let text =
        "fail not allowed, reported errors: registries not allowed: docker.io, quay.io; tags not allowed: latest";
    assert_eq!(answer("trusted-repos", settings, &object), text);
    let paths = ["spec.template.spec.initContainers[0].image", "spec.template.spec.containers[0].image"];
    assert_eq!(blamed("trusted-repos", settings, &object), paths);
}

#[test]
fn init_containers_are_not_seen_if_one_has_no_image() {
    let object =
        pod("initContainers: [{name: i, image: nginx}, {name: j}], containers: [{name: a, image: 'ghcr.io/x:1'}]");
    assert_eq!(answer("trusted-repos", "{registries: {allow: [ghcr.io]}}", &object), "pass");
}

#[test]
fn lists_allow_or_reject_and_tags_are_tags() {
    let why = |settings: &str| refusal("trusted-repos", settings);
    let text =
        "only one of registries allow or reject can be provided, only one of images allow or reject can be provided";
    assert_eq!(why("{registries: {allow: [a], reject: [b]}, images: {allow: [a], reject: [b]}}"), text);
    let text = "tags [\"in valid\"] are invalid, they must be valid OCI tags or wildcard patterns";
    assert_eq!(why("{tags: {reject: ['in valid', fine]}}"), text);
    assert!(why("{images: {allow: ['UP']}}").contains("invalid reference format"));
}
