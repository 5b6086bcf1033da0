//! Nothing panics, and nothing is unbounded.

mod support;

use podline_jmespath::{Budget, Error, image, quantity::Quantity, semver::Version, wildcard};
use proptest::prelude::*;
use support::{search, search_with};

#[test]
fn deep_expressions_are_refused() {
    assert_eq!(search(&"(".repeat(10_000)), Err(Error::Budget));
    assert_eq!(search(&"!".repeat(10_000)), Err(Error::Budget));
    assert_eq!(search(&format!("a{}", ".a".repeat(10_000))), Err(Error::Budget));
    assert_eq!(search(&"[".repeat(10_000)), Err(Error::Budget));
}

#[test]
fn texts_grow_no_further_than_the_budget() {
    let doubling = "replace_all(@, '', @)";
    let expression = format!("'aaaaaaaaaaaaaaaa' | {}", [doubling; 8].join(" | "));
    assert_eq!(search_with(&expression, &Budget::new(100_000, 1 << 20)), Err(Error::Budget));
    let expression = format!("'aaaa' | {}", ["regex_replace_all('a', @, 'aaaaaaaaaaaaaaaa')"; 8].join(" | "));
    assert_eq!(search_with(&expression, &Budget::new(100_000, 1 << 20)), Err(Error::Budget));
}

#[test]
fn lists_grow_no_further_than_the_budget() {
    let expression = format!("containers | {}", ["[@, @, @, @][]"; 20].join(" | "));
    assert_eq!(search_with(&expression, &Budget::new(1 << 20, 1 << 24)), Err(Error::Budget));
}

#[test]
fn a_spent_budget_stays_spent() {
    let budget = Budget::new(1, 1 << 20);
    assert_eq!(search_with("name.a", &budget), Err(Error::Budget));
    assert_eq!(search_with("name", &budget), Err(Error::Budget));
}

#[test]
fn wildcards_take_no_exponential_time() {
    let pattern = "*a".repeat(50) + "b";
    assert!(!wildcard::matches(&pattern, &"a".repeat(5_000)));
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_none(text in "[a-z@.\\[\\]{}()*?:,'\"`|&!<>=0-9 -]{0,40}") {
        let _ = search(&text);
    }

    #[test]
    fn calls_of_any_text_do_not_panic(
        name in "time_parse|time_since|add|divide|multiply|modulo|semver_compare|regex_replace_all|truncate|replace|time_add|time_truncate|x509_decode|image_normalize|parse_json|split|round|is_external_url|time_utc|path_canonicalize",
        arguments in proptest::collection::vec("[ -&(-~é]{0,12}|[0-9]{1,20}[a-zA-Z]{0,2}", 0..4),
        numbers in proptest::bool::ANY,
    ) {
        let write = |text: &String| {
            if numbers && text.parse::<f64>().is_ok() { format!("`{text}`") } else { format!("'{text}'") }
        };
        let arguments: Vec<String> = arguments.iter().map(write).collect();
        let _ = search(&format!("{name}({})", arguments.join(",")));
    }

    #[test]
    fn readers_take_any_text(text in ".{0,30}") {
        let _ = image::parse(&text);
        let _ = Version::parse(&text);
        if let Some(quantity) = Quantity::parse(&text) {
            let _ = quantity.write();
        }
    }

    #[test]
    fn a_text_matches_itself_and_any_star(text in "[a-c]{0,8}") {
        prop_assert!(wildcard::matches(&text, &text));
        prop_assert!(wildcard::matches("*", &text));
    }
}

#[test]
fn what_holds_itself_twice_over_and_over_is_paid_for_as_often_as_it_is_held() {
    for twice in ["[@, @]", "{a: @, b: @}"] {
        let expression = format!("containers | {}", [twice; 40].join(" | "));
        assert_eq!(search_with(&expression, &Budget::default()), Err(Error::Budget));
    }
}
