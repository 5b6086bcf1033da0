//! What can stand at a place of a `podline.yaml`, and what it means.
//!
//! A text that is being written is seldom well-formed, so the place is found by the indentation of the lines around it,
//! and what may stand there by the JSON Schema of the configuration.

use std::sync::OnceLock;

use serde_json::Value;

use super::hover::page;
use crate::config;
use crate::rules::Catalogue;
use crate::source::span::Span;

/// A step on the way from the top of the configuration to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<'t> {
    Key(&'t str),
    Item,
}

/// A place in the text.
#[derive(Debug, Default)]
pub struct Place<'t> {
    path: Vec<Step<'t>>,
    /// The keys of the mapping that the place lies in, without the one on its own line.
    siblings: Vec<&'t str>,
    /// The key whose value the place lies in, on its own line.
    key: Option<&'t str>,
}

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The text.
    pub text: String,
    /// Whether it is a key, and a value follows.
    pub is_key: bool,
    /// In a word or two, what it is.
    pub detail: String,
    /// What it means.
    pub description: String,
}

/// A line of the configuration, taken apart.
struct Line<'t> {
    /// The columns of the dashes before the content.
    dashes: Vec<usize>,
    /// The column of the content.
    column: usize,
    content: &'t str,
}

impl<'t> Line<'t> {
    fn new(line: &'t str) -> Self {
        let (mut column, mut content, mut dashes) = (0, line, Vec::new());
        loop {
            let blank = content.len() - content.trim_start_matches(' ').len();
            (column, content) = (column + blank, &content[blank..]);
            match content.strip_prefix('-') {
                Some(rest) if rest.is_empty() || rest.starts_with(' ') => {
                    dashes.push(column);
                    (column, content) = (column + 1, rest);
                }
                _ => return Self { dashes, column, content: content.trim_end() },
            }
        }
    }

    /// The key that the line begins with.
    fn key(&self) -> Option<&'t str> {
        let end = self.content.find(": ").or_else(|| self.content.strip_suffix(':').map(str::len))?;
        let key = self.content[..end].trim();
        (!key.starts_with('#')).then(|| key.trim_matches(['"', '\'']))
    }

    fn says_something(&self) -> bool {
        !self.content.is_empty() && !self.content.starts_with('#') || !self.dashes.is_empty()
    }
}

impl<'t> Place<'t> {
    /// The place of an offset; `None` in a comment.
    pub fn of(text: &'t str, offset: usize) -> Option<Self> {
        let offset = text.floor_char_boundary(offset);
        let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[start..offset];
        if before.trim_start().starts_with('#') || before.contains(" #") {
            return None;
        }
        let own = Line::new(before);
        let mut place = Place { key: own.key(), ..Place::default() };
        let (mut limit, mut below_item) = (own.column, false);
        for &dash in own.dashes.iter().rev() {
            place.path.push(Step::Item);
            (limit, below_item) = (dash, true);
        }
        let mut collects = own.dashes.is_empty();
        for line in text[..start].lines().rev().map(Line::new).filter(Line::says_something) {
            if limit == 0 && !below_item && !collects {
                break;
            }
            let is_sibling = !below_item && line.column == limit;
            if is_sibling {
                place.siblings.extend(line.key().filter(|_| collects));
            } else if line.column < limit || below_item && line.column == limit && line.dashes.is_empty() {
                let Some(key) = line.key() else { continue };
                place.path.push(Step::Key(key));
                (limit, below_item, collects) = (line.column, false, false);
            } else {
                continue;
            }
            for &dash in line.dashes.iter().rev() {
                place.path.push(Step::Item);
                (limit, below_item, collects) = (dash, true, false);
            }
        }
        place.path.reverse();
        let siblings = text[offset..].lines().skip(1).map(Line::new).filter(Line::says_something);
        let siblings = siblings.take_while(|line| line.column >= own.column && line.dashes.is_empty());
        place.siblings.extend(siblings.filter(|line| line.column == own.column).filter_map(|line| line.key()));
        Some(place)
    }
}

/// What can be written at an offset.
pub fn suggest(text: &str, offset: usize, catalogue: &Catalogue) -> Vec<Suggestion> {
    let Some(place) = Place::of(text, offset) else { return Vec::new() };
    let mut here = at(&place.path);
    let mut steps = place.path.clone();
    if let Some(key) = place.key {
        steps.push(Step::Key(key));
        here = step(&here, &Step::Key(key));
        here.extend(step(&here, &Step::Item));
    }
    let mut found = Vec::new();
    if place.key.is_none() {
        for schema in &here {
            found.extend(keys(schema).into_iter().filter(|key| !place.siblings.contains(&key.text.as_str())));
        }
    }
    // Rules are the keys of one mapping, and the elements of lists elsewhere.
    let names_rules = steps.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(*key) } else { None });
    if names_rules == Some("rules") && (place.key.is_none() || here.iter().any(|schema| is_list(schema))) {
        let is_key = here.iter().any(|schema| schema.get("additionalProperties").is_some_and(Value::is_object));
        found.extend(rule_names(is_key, catalogue).filter(|rule| !place.siblings.contains(&rule.text.as_str())));
    } else {
        found.extend(here.iter().flat_map(|schema| values(schema)));
    }
    let mut texts = std::collections::HashSet::new();
    found.retain(|one| texts.insert(one.text.clone()));
    found
}

/// What the key or the rule at an offset means, and where it stands.
pub fn describe(text: &str, offset: usize, catalogue: &Catalogue) -> Option<(Span, String)> {
    let offset = text.floor_char_boundary(offset);
    let is_part = |c: char| c.is_alphanumeric() || "-_/*.".contains(c);
    let start =
        text[..offset].rfind(|c| !is_part(c)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[offset..].find(|c| !is_part(c)).map_or(text.len(), |length| offset + length);
    let word = &text[start..end];
    let place = Place::of(text, start).filter(|_| !word.is_empty())?;
    let span = Span::new(start, end);
    if text[end..].trim_start_matches(['"', '\'']).starts_with(':') && place.key.is_none() {
        let schemas = properties(&at(&place.path), word);
        if let Some(text) = schemas.iter().find_map(|schema| schema.get("description")).and_then(Value::as_str) {
            return Some((span, format!("**{word}**\n\n{text}")));
        }
    }
    let is_rule = place.key == Some("rules") || place.path.contains(&Step::Key("rules"));
    catalogue.find(word).filter(|_| is_rule).map(|rule| (span, page(rule)))
}

/// The schema of the configuration.
fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| config::schema().to_value())
}

/// What may stand at a path.
fn at(path: &[Step<'_>]) -> Vec<&'static Value> {
    path.iter().fold(alternatives(schema()), |schemas, next| step(&schemas, next))
}

fn step(schemas: &[&'static Value], step: &Step<'_>) -> Vec<&'static Value> {
    match step {
        Step::Item => schemas.iter().filter_map(|schema| schema.get("items")).flat_map(alternatives).collect(),
        Step::Key(key) => properties(schemas, key).into_iter().flat_map(alternatives).collect(),
    }
}

/// The schemas of a key, before references are followed: what they lead to describes itself, not the key.
fn properties(schemas: &[&'static Value], key: &str) -> Vec<&'static Value> {
    let one = |schema: &&'static Value| {
        let named = schema.get("properties").and_then(|properties| properties.get(key));
        named.or_else(|| schema.get("additionalProperties").filter(|any| any.is_object()))
    };
    schemas.iter().filter_map(one).collect()
}

/// What a schema stands for: references followed, and choices taken apart.
fn alternatives(schema: &'static Value) -> Vec<&'static Value> {
    let (mut open, mut found) = (vec![schema], Vec::new());
    // The schema is ours, and no reference in it leads back; the bound is for one that would.
    while let Some(next) = open.pop().filter(|_| found.len() < 100) {
        if let Some(name) = next.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#')) {
            open.extend(self::schema().pointer(name));
            continue;
        }
        let choices = ["anyOf", "oneOf"].into_iter().filter_map(|key| next.get(key).and_then(Value::as_array));
        let before = open.len();
        open.extend(choices.flatten());
        open[before..].reverse();
        found.push(next);
    }
    found
}

fn is_list(schema: &Value) -> bool {
    schema.get("items").is_some()
}

fn keys(schema: &'static Value) -> Vec<Suggestion> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let one = |(name, property): (&String, &Value)| Suggestion {
        text: name.clone(),
        is_key: true,
        detail: String::new(),
        description: property.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
    };
    properties.into_iter().flatten().map(one).collect()
}

fn values(schema: &'static Value) -> Vec<Suggestion> {
    let one = |text: String| Suggestion { text, is_key: false, detail: String::new(), description: String::new() };
    let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    // A bare off is read as false, and says more.
    let choices = choices.filter(|choice| **choice != Value::Bool(false)).chain(schema.get("const"));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut found: Vec<Suggestion> = choices.map(text).map(one).collect();
    let examples = schema.get("examples").and_then(Value::as_array).into_iter().flatten();
    found.extend(examples.map(text).map(one));
    if schema
        .get("type")
        .is_some_and(|kind| kind == "boolean" || kind.as_array().is_some_and(|all| all.contains(&"boolean".into())))
    {
        found.extend(["true", "false"].map(str::to_owned).map(one));
    }
    // A pattern that begins with a choice of words offers them.
    let pattern = schema.get("pattern").and_then(Value::as_str).and_then(|pattern| pattern.strip_prefix("^("));
    let words = pattern.and_then(|pattern| pattern.split_once(')')).map(|(words, _)| words.split('|'));
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    found.extend(words.into_iter().flatten().filter(is_word).map(str::to_owned).map(one));
    found
}

fn rule_names(is_key: bool, catalogue: &Catalogue) -> impl Iterator<Item = Suggestion> {
    let all = catalogue.all().map(move |rule| Suggestion {
        text: catalogue.short(rule.id).to_owned(),
        is_key,
        detail: rule.title.to_string(),
        description: rule.summary.to_string(),
    });
    let globs = ["pss/*", "manifest/*", "policy/*"].into_iter().map(move |glob| Suggestion {
        // An asterisk alone would be an alias, but not within a word.
        text: glob.to_owned(),
        is_key,
        detail: "all of them".to_owned(),
        description: String::new(),
    });
    all.chain(globs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is suggested where `|` stands.
    fn suggested(text: &str) -> Vec<String> {
        let offset = text.find('|').expect("a place");
        suggest(&text.replacen('|', "", 1), offset, Catalogue::of_podline()).into_iter().map(|one| one.text).collect()
    }

    fn has(text: &str, all: &[&str]) {
        let suggested = suggested(text);
        assert!(all.iter().all(|one| suggested.iter().any(|text| text == one)), "{text}: {suggested:?}");
    }

    #[test]
    fn keys_that_are_not_there_yet_are_suggested() {
        has("|", &["level", "namespaces", "rules", "exclude"]);
        let some = suggested("level: restricted\n|\nrules:\n  privileged: off\n");
        assert!(some.contains(&"exclude".to_owned()) && !some.contains(&"level".to_owned()), "{some:?}");
        assert!(!some.contains(&"rules".to_owned()) && !some.contains(&"privileged".to_owned()), "{some:?}");
    }

    #[test]
    fn keys_of_entries_are_suggested_at_any_indentation() {
        for text in [
            "namespaces:\n  - |",
            "namespaces:\n- |",
            "namespaces:\n  - level: baseline\n    |",
            "namespaces:\n- match: {namespaces: shop}\n  level: baseline\n- |",
            "namespaces:\n  - level: baseline\n    rules:\n      privileged: off\n    |\n",
        ] {
            has(text, &["match", "version"]);
        }
        assert!(!suggested("namespaces:\n  - level: baseline\n    |").contains(&"level".to_owned()));
        for list in ["namespaces", "policies", "waivers"] {
            has(&format!("{list}:\n  - match:\n      |"), &["namespaces", "labels", "kinds", "names"]);
        }
        has("admission:\n  |", &["config", "user"]);
    }

    #[test]
    fn values_follow_the_schema() {
        assert_eq!(suggested("level: |"), ["privileged", "baseline", "restricted"]);
        assert_eq!(suggested("rules:\n  privileged: |"), ["error", "warning", "note", "off", "annotation"]);
        assert_eq!(suggested("namespaces:\n  - match: {namespaces: a}\n    rules:\n      x: e|").len(), 5);
        has("admission: |", &["true"]);
        has("deny: |", &["unrendered", "unjudged", "all"]);
    }

    #[test]
    fn names_of_rules_are_suggested_where_they_belong() {
        has("rules:\n  |", &["privileged", "wrong-type", "pss/*"]);
        has("namespaces:\n  - version: latest\n    rules:\n      |", &["hostPorts"]);
        assert!(!suggested("rules:\n  privileged: off\n  |").contains(&"privileged".to_owned()));
    }

    #[test]
    fn in_a_comment_and_at_odd_places_nothing_is_suggested() {
        for text in ["# |", "level: x # |", "extends:\n  - |", "namespaces:\n  - a: b: - |"] {
            assert!(suggested(text).is_empty(), "{text}: {:?}", suggested(text));
        }
    }

    #[test]
    fn a_key_and_a_rule_are_described() {
        let described = |text: &str| {
            let offset = text.find('|').expect("a place");
            describe(&text.replacen('|', "", 1), offset, Catalogue::of_podline()).map(|(_, text)| text)
        };
        assert!(described("ex|clude: a").is_some_and(|text| text.contains("Globs")));
        assert!(described("rules:\n  privi|leged: off").is_some_and(|text| text.starts_with("# pss/privileged")));
        assert_eq!(described("namespace: privi|leged"), None);
        assert_eq!(described("# exc|lude: a"), None);
    }
}
