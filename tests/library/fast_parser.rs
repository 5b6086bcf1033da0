//! The reader of the common subset makes the very trees that libyaml-safer makes, or gives up.

use std::fs;
use std::path::Path;

use crate::support::{fixture, json_lines, shared};
use podline::source::file::SourceFile;
use podline::yaml::parse::{ParseError, parse_fast, parse_with_libyaml};
use podline::yaml::split::{Piece, split};
use podline::yaml::tree::Tree;

/// How many documents are mutated. `PODLINE_MUTATIONS` asks for another number.
const MUTATIONS: usize = 100_000;

/// What is compared: the tree, or what is wrong and where.
type Read<'t> = Result<Tree<'t>, ParseError>;

/// Reads every YAML document of a text both ways. Returns how many there are and how many the fast reader took.
fn compare(text: &str, what: &dyn Fn() -> String) -> (usize, usize) {
    let file = SourceFile::new("a.yaml", text.into()).expect("a small file");
    let (mut documents, mut taken) = (0, 0);
    for piece in split(&file) {
        let Piece::Yaml(span) = piece else { continue };
        documents += 1;
        let Some(fast) = parse_fast(&file, &piece) else { continue };
        taken += 1;
        let slow: Read<'_> = parse_with_libyaml(&file, span);
        assert!(fast == slow, "{}: {:?}\nfast: {fast:#?}\nlibyaml: {slow:#?}", what(), &file.text()[span.range()]);
    }
    (documents, taken)
}

/// A document that is read, and by the fast reader.
fn is_taken(text: &str) -> bool {
    let (documents, taken) = compare(text, &|| "a small document".to_owned());
    assert_eq!(documents, 1, "{text:?}");
    taken == 1
}

#[test]
fn what_manifests_are_made_of_is_taken() {
    for text in [
        "a: 1\nb:\n  c: x y\n  d:\n  - e\n  - f: g\n    h: i\nj:\n- k\n- - l\nm:\n",
        "---\n# Source: a.yaml\na: b # c\n\n\nlist:\n  - - x\n    - y\n  -\n    z: null\n  -\nlast:",
        "a: 'it''s' # c\n'b': \"x\\n\\t\\\"\\u00e9\\\\\"\n\"c\" : ''\n",
        "a: \"one\n  two\n\n  three\\\n    four \\\n\n  five\"\nb: 'x\n\n y '\n",
        "a: one\n  two\n\n\n  three # c\nb:\n  four\n  five\n",
        "a: |\n  x\n   y\n\n  z\n\n\nb: >-\n  x\n  y\n\n   z\n  w\n  \nc: |+2\n    x\n\nd: >+\n\ne: |-\n# end\n",
        "- |\n x\n-  a: b\n   c: d\n-   'e'\n",
        "a: {b: [c, 'd', \"e\"], f: {}, \"g\":h, i: [\n  j, # k\n  l\n]} # m\nn: []\n",
        "{a: b}\n",
        "[a, b,]",
        "a: [b:, c::, --d=fe80::]\ne: {f: g::, h:i: j:k, l: m:}\n",
        "# nothing\n",
        "---\n# nothing\n",
        "\u{e9}: \u{4f60}\u{597d} \u{1f389}\nb: http://x:80/#y\nc: a:b\nd: -1\n",
        "  a: b\n  c: d\n",
        "- a\n-\n  b\n",
    ] {
        assert!(is_taken(text), "{text:?}");
    }
}

#[test]
fn what_is_not_sure_is_left_to_libyaml() {
    for text in [
        "a: &b c\n",
        "a: *b\n",
        "a: !!str b\n",
        "? a\n",
        "%YAML 1.1\na: b\n",
        "--- #c\n%\n",
        "---#c\n",
        "a: b\n...\nc\n",
        "a:\tb\n",
        "a: b\tc\n",
        "a: b: c\n",
        "a: b\n c: d\n",
        "a:\n- b\nc\n",
        "a: b\r\nc: d\r\n",
        "a: \"\\/\"\n",
        "a: \"\\'\"\n",
        "a: \"b\n",
        "[a: b]\n",
        "{a, b: c}\n",
        "[a b\n c]\n",
        "a: [b\n",
        "a: [b] c\n",
        "a: 'b' c\n",
        "a: |-- \n  b\n",
        "a: |\n  b",
        "a: - b\n",
        "\u{feff}a: b\n",
        "a: b\u{85}\n",
        "text\n",
        "a: @b\n",
        "[a?b]\n",
        "{a: b ?c}\n",
        "[::]\n",
    ] {
        assert!(!is_taken(text), "{text:?}");
    }
}

#[test]
fn every_document_of_the_corpus_is_read_alike_and_nearly_all_fast() {
    let Some(corpus) = shared("corpus") else { return };
    let (mut documents, mut taken) = (0, 0);
    for (name, text) in texts(&corpus) {
        let (more, fast) = compare(&text, &|| name.clone());
        documents += more;
        taken += fast;
    }
    assert!(documents > 10_000, "only {documents} documents");
    assert!((documents - taken) * 50 < documents, "{} of {documents} take the slow path", documents - taken);
}

#[test]
fn every_document_of_the_fixtures_is_read_alike() {
    for (name, text) in texts(&fixture("")) {
        compare(&text, &|| name.clone());
    }
    for vector in json_lines(&fixture("vectors/kubernetes-yaml.jsonl")) {
        let input = vector["input"].as_str().expect("an input");
        compare(input, &|| input.to_owned());
    }
}

#[test]
fn a_hundred_thousand_mutated_documents_are_read_alike() {
    let count = std::env::var("PODLINE_MUTATIONS").map_or(MUTATIONS, |count| count.parse().expect("a number"));
    let seeds = seeds();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut documents, mut taken) = (0, 0);
    for number in 0..count {
        let text = mutated(&seeds, &mut random);
        let (more, fast) = compare(&text, &|| format!("mutation {number}"));
        documents += more;
        taken += fast;
    }
    assert!(taken * 5 > documents, "only {taken} of {documents} were compared: the mutations break too much");
}

/// The YAML files below a directory.
fn texts(directory: &Path) -> impl Iterator<Item = (String, String)> {
    let files = ignore::WalkBuilder::new(directory).standard_filters(false).sort_by_file_path(Ord::cmp).build();
    files.filter_map(|entry| {
        let path = entry.expect("an entry").into_path();
        let is_yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        let text = is_yaml.then(|| fs::read(&path).expect("a file"))?;
        Some((path.display().to_string(), String::from_utf8(text).ok()?))
    })
}

/// Pieces of real documents, a few lines each, and the odd ones of the vectors.
fn seeds() -> Vec<String> {
    let directory = shared("corpus").unwrap_or_else(|| fixture(""));
    let mut seeds = Vec::new();
    for (index, (_, text)) in texts(&directory).enumerate() {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        // Another part of each file, so that all depths of documents occur.
        let start = (index * 37) % lines.len().max(1);
        for window in lines[start..].chunks(12).take(3) {
            seeds.push(window.concat());
        }
    }
    for vector in json_lines(&fixture("vectors/kubernetes-yaml.jsonl")) {
        seeds.extend(vector["input"].as_str().map(str::to_owned));
    }
    seeds.retain(|seed| seed.len() < 2000);
    seeds
}

/// What YAML is made of, to be put anywhere.
const TOKENS: [&str; 68] = [
    ":", ": ", ":\n", "-", "- ", "-\n", "- - ", "#", " #", " # c\n", "\n", "\n\n", " ", "  ", "   ", "\n ", "\n  ",
    "\n    ", "\t", "'", "''", "\"", "\\", "\\n", "\\\n", "\\x41", "\\u00e9", "[", "]", "[]", "{", "}", "{}", ",",
    ", ", "|", "|\n", ">", "|-\n", "|+\n", ">-\n", "|2\n", ">1-\n", "&a ", "*a", "!", "? ", "@", "%", "~", "null",
    "<<: ", "---\n", "...\n", "\r\n", "\u{e9}", "\u{feff}", "\u{2028}", "k: v\n", ".inf", ":]", "::,", "?", "a?b",
    "[a:, ", "!!str, ", "!a[", "\r\r\n",
];

/// A seed with a few changes, none of which needs to make sense.
fn mutated(seeds: &[String], random: &mut Random) -> String {
    let mut text = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(5) {
        let at = |random: &mut Random, text: &str| text.floor_char_boundary(random.below(text.len() + 1));
        let (one, other) = (at(random, &text), at(random, &text));
        let (start, end) = (one.min(other), one.max(other));
        match random.below(9) {
            0..=3 => text.insert_str(start, TOKENS[random.below(TOKENS.len())]),
            4 => {
                let end = text.ceil_char_boundary((start + random.below(4)).min(text.len()));
                text.replace_range(start..end, "");
            }
            5 => {
                let end = text.ceil_char_boundary((start + 1).min(text.len()));
                text.replace_range(start..end, TOKENS[random.below(TOKENS.len())]);
            }
            6 => change_line(&mut text, start, random),
            7 => {
                let part = text[start..end.min(text.ceil_char_boundary((start + 40).min(text.len())))].to_owned();
                text.insert_str(other.min(start), &part);
            }
            _ => text.truncate(end),
        }
    }
    text
}

/// Indents a line otherwise, says it twice, or takes it out.
fn change_line(text: &mut String, at: usize, random: &mut Random) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end + 1);
    match random.below(4) {
        0 => text.insert_str(start, &" ".repeat(1 + random.below(3))),
        1 => {
            let blanks = text[start..end].bytes().take_while(|&byte| byte == b' ').count();
            text.replace_range(start..start + random.below(blanks + 1), "");
        }
        2 => {
            let line = text[start..end].to_owned();
            text.insert_str(start, &line);
        }
        _ => text.replace_range(start..end, ""),
    }
}

/// A generator of numbers that gives the same ones everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let limit = u64::try_from(limit.max(1)).expect("small");
        usize::try_from((mixed ^ (mixed >> 31)) % limit).expect("small")
    }
}
