//! `trusted-repos` 2.1.4.

use std::collections::BTreeSet;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::reference::Reference;
use crate::kubewarden::settings;

/// A text, or a pattern with `*` and `?`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Pattern(String);

/// An image, or a pattern.
enum Image {
    Exact(Reference),
    Pattern(Pattern),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Registries {
    allow: Vec<Pattern>,
    reject: Vec<Pattern>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    reject: Vec<Pattern>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Images {
    allow: Vec<Image>,
    reject: Vec<Image>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    registries: Registries,
    tags: Tags,
    images: Images,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    settings.check()?;
    Ok(Box::new(settings))
}

impl<'de> Deserialize<'de> for Image {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Image, D::Error> {
        let written = Pattern::deserialize(deserializer)?;
        if written.is_pattern() {
            return Ok(Image::Pattern(written));
        }
        Reference::parse(&written.0).map(Image::Exact).map_err(D::Error::custom)
    }
}

impl Pattern {
    fn is_pattern(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    fn matches(&self, text: &str) -> bool {
        if self.is_pattern() { wildcards_match(&self.0, text) } else { self.0 == text }
    }
}

/// Does the text match, where `*` is any text and `?` any character? It goes back to the last `*` alone, so the time
/// is bounded by the product of the lengths.
fn wildcards_match(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut star, mut done) = (0, None, 0);
    while done < text.len() {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, done));
                at += 1;
            }
            (Some(c), _) if *c == '?' || *c == text[done] => {
                at += 1;
                done += 1;
            }
            (_, Some((start, taken))) => {
                star = Some((start, taken + 1));
                at = start + 1;
                done = taken + 1;
            }
            _ => return false,
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

impl Image {
    fn matches(&self, image: &Reference) -> bool {
        match self {
            Image::Exact(exact) => {
                exact == image
                    || [image.repository.clone(), image.name()]
                        .iter()
                        .any(|loose| Reference::parse(loose).is_ok_and(|loose| loose == *exact))
            }
            Image::Pattern(pattern) => {
                let names_no_tag = !pattern.0.contains([':', '@']);
                pattern.matches(&image.whole())
                    || (names_no_tag && (pattern.matches(&image.name()) || pattern.matches(&image.repository)))
            }
        }
    }
}

impl Settings {
    fn check(&self) -> Result<(), String> {
        let mut wrong = Vec::new();
        if !self.registries.allow.is_empty() && !self.registries.reject.is_empty() {
            wrong.push("only one of registries allow or reject can be provided".to_owned());
        }
        if !self.images.allow.is_empty() && !self.images.reject.is_empty() {
            wrong.push("only one of images allow or reject can be provided".to_owned());
        }
        let is_wrong = |tag: &&Pattern| !tag.is_pattern() && Reference::parse(&format!("hello:{}", tag.0)).is_err();
        let tags: BTreeSet<&str> = self.tags.reject.iter().filter(is_wrong).map(|tag| tag.0.as_str()).collect();
        if !tags.is_empty() {
            let tags: Vec<&str> = tags.into_iter().collect();
            wrong.push(format!("tags {tags:?} are invalid, they must be valid OCI tags or wildcard patterns"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join(", ")) }
    }

    /// Is the registry, the tag, the image refused?
    fn refuses(&self, image: &Reference) -> [bool; 3] {
        fn refused<T>(allow: &[T], reject: &[T], matches: impl Fn(&T) -> bool) -> bool {
            reject.iter().any(&matches) || (!allow.is_empty() && !allow.iter().any(&matches))
        }
        let tag = image.tag_or_latest();
        [
            refused(&self.registries.allow, &self.registries.reject, |known| known.matches(&image.registry)),
            refused(&[], &self.tags.reject, |known| known.matches(tag)),
            refused(&self.images.allow, &self.images.reject, |known| known.matches(image)),
        ]
    }
}

/// The images of a pod. Of init and ephemeral containers none is seen if one of them has no image.
fn images<'a>(spec: &Field<'a>) -> Vec<Field<'a>> {
    let mut all = Vec::new();
    for list in ["initContainers", "ephemeralContainers", "containers"] {
        let images: Vec<Field<'a>> = spec.key(list).items().map(|container| container.key("image")).collect();
        if list == "containers" || images.iter().all(Field::exists) {
            all.extend(images.into_iter().filter(Field::exists));
        }
    }
    all
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(Some(spec)) = object.pod_spec() else { return Answer::Accept };
        let mut refused: [BTreeSet<String>; 3] = Default::default();
        let mut blame = Vec::new();
        for field in images(&spec) {
            let written = field.text().unwrap_or_default();
            // What is no reference is let through.
            let Ok(image) = Reference::parse(written) else { continue };
            let wrong = self.refuses(&image);
            let told = [image.registry.clone(), image.tag_or_latest().to_owned(), written.to_owned()];
            for ((set, told), _) in refused.iter_mut().zip(told).zip(wrong).filter(|(_, wrong)| *wrong) {
                set.insert(told);
            }
            if wrong.contains(&true) {
                blame.push(field.blame());
            }
        }
        let texts: Vec<String> = ["registries", "tags", "images"]
            .iter()
            .zip(refused)
            .filter(|(_, refused)| !refused.is_empty())
            .map(|(what, refused)| {
                let refused: Vec<String> = refused.into_iter().collect();
                format!("{what} not allowed: {}", refused.join(", "))
            })
            .collect();
        if texts.is_empty() {
            return Answer::Accept;
        }
        Answer::refuse(format!("not allowed, reported errors: {}", texts.join("; ")), blame)
    }
}
