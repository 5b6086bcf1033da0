//! The language: what is null, what is an error, and what the parser takes.

mod support;

use podline_jmespath::Error;
use support::{failed, found, search};

#[test]
fn a_missing_key_is_an_error_at_the_top() {
    assert_eq!(search("nope"), Err(Error::NotFound("nope".to_owned())));
    assert_eq!(failed("labels.nope"), "Unknown key \"nope\" in path");
    assert_eq!(failed("labels.app && nope"), "Unknown key \"nope\" in path");
}

#[test]
fn operators_take_a_missing_key_for_null() {
    for expression in
        ["nope == `null`", "!nope", "nope || `true`", "not_null(nope, `true`)", "nope | `true`", "[nope][0] == `null`"]
    {
        assert_eq!(found(expression), "true", "{expression}");
    }
    assert_eq!(found("containers[].ports[].port"), "[80,443]");
    assert_eq!(found("containers[*].ports"), "[[{\"port\":80},{\"port\":443}]]");
    assert_eq!(found("nope[]"), "null");
    assert_eq!(found("nope | @"), "null");
    assert_eq!(found("{a: nope}"), "{\"a\":null}");
}

#[test]
fn an_index_out_of_range_and_a_field_of_no_object_are_null() {
    assert_eq!(found("containers[5]"), "null");
    assert_eq!(found("containers[-1].name"), "\"log\"");
    assert_eq!(found("name.first"), "null");
}

#[test]
fn filters_keep_what_holds() {
    assert_eq!(found("containers[?ports].name"), "[\"main\"]");
    assert_eq!(found("containers[?name != 'main'].image | [0]"), "\"fluent-bit\"");
    assert_eq!(found("containers[?contains(name, 'o')].name"), "[\"log\"]");
}

#[test]
fn slices_go_both_ways() {
    assert_eq!(found("`[1,2,3,4]`[1:3]"), "[2,3]");
    assert_eq!(found("`[1,2,3,4]`[::-2]"), "[4,2]");
    assert_eq!(failed("`[1]`[::0]"), "Invalid slice, step cannot be 0");
}

#[test]
fn only_numbers_are_ordered() {
    assert_eq!(found("replicas > `2`"), "true");
    assert_eq!(found("name > 'a'"), "null");
}

#[test]
fn what_compare_returns_is_no_number() {
    assert_eq!(found("compare('a', 'b')"), "-1");
    assert_eq!(found("compare('a', 'b') == `-1`"), "false");
    assert_eq!(found("compare('a', 'b') < `0`"), "null");
}

#[test]
fn what_items_returns_is_projected_but_no_array() {
    assert_eq!(found("items(labels, 'k', 'v')[].v"), "[\"web\",\"front\"]");
    assert_eq!(found("length(items(labels, 'k', 'v'))"), "2");
    assert_eq!(failed("type(items(labels, 'k', 'v'))"), "unknown type");
}

#[test]
fn commas_between_arguments_may_be_missing() {
    assert_eq!(found("starts_with(name 'w')"), "true");
}

#[test]
fn calls_are_checked() {
    assert_eq!(failed("nope('a')"), "unknown function: nope");
    assert_eq!(failed("to_upper()"), "incorrect number of args");
    assert_eq!(failed("to_upper(`1`)"), "Invalid type for: 1, expected: []jmespath.JpType{\"string\"}");
}

#[test]
fn what_is_no_expression_is_refused() {
    for text in ["", "a.", "a[", "'a", "a b", "a ~", "\"a\"(b)", "a = b", "[?a", "{a: b", "{}"] {
        assert!(matches!(search(text), Err(Error::Failed(_))), "{text}");
    }
}
