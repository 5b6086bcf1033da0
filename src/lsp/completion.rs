//! What can be written at a place: rules in waivers, keys and values in `podline.yaml`.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind,
    Position, Range, TextEdit,
};

use super::client::Client;
use super::config_text;
use super::judge::Snapshot;
use super::waiver_comment::{Part, part};
use crate::rules::{Catalogue, Rule};

/// What can be written at a place of a document.
pub fn complete(
    snapshot: &Snapshot,
    position: Position,
    catalogue: &Catalogue,
    client: &Client,
) -> Vec<CompletionItem> {
    let encoding = client.encoding;
    let offset = encoding.offset(&snapshot.text, position);
    let at = snapshot.text.byte_to_char(offset);
    let start = snapshot.text.line_to_char(snapshot.text.char_to_line(at));
    let before = snapshot.text.slice(start..at).to_string();
    // A word is replaced as a whole: editors differ in what they take `pss/` and `run-as` for.
    let range = |word: &str| Range { start: encoding.position(&snapshot.text, offset - word.len()), end: position };
    match part(&before) {
        Some(Part::Rule(word)) => rule_names(range(word), catalogue, client),
        Some(Part::Directive(word)) => vec![directive(range(word), client)],
        None if snapshot.is_configuration() => {
            let is_part = |c: char| c.is_alphanumeric() || "-_/*.".contains(c);
            let word = before
                .rfind(|c| !is_part(c))
                .map_or(before.as_str(), |at| before[at..].trim_start_matches(|c| !is_part(c)));
            let suggestions = config_text::suggest(&snapshot.text.to_string(), offset, catalogue);
            suggestions.into_iter().map(|suggestion| configured(suggestion, range(word), client)).collect()
        }
        None => Vec::new(),
    }
}

fn rule_names(range: Range, catalogue: &Catalogue, client: &Client) -> Vec<CompletionItem> {
    // What podline says about its own configuration cannot be waived.
    let rules = catalogue.all().filter(|rule| !rule.id.is_policy());
    let one = |rule: &Rule| CompletionItem {
        kind: Some(CompletionItemKind::VALUE),
        detail: Some(rule.title.to_string()),
        documentation: Some(page(&rule.summary, client)),
        ..item(catalogue.short(rule.id), range)
    };
    rules.map(one).collect()
}

fn directive(range: Range, client: &Client) -> CompletionItem {
    let (text, format) = if client.has_snippets {
        ("ignore[$1] $0", InsertTextFormat::SNIPPET)
    } else {
        ("ignore[", InsertTextFormat::PLAIN_TEXT)
    };
    CompletionItem {
        label: "ignore[rule] reason".to_owned(),
        filter_text: Some("ignore".to_owned()),
        kind: Some(CompletionItemKind::KEYWORD),
        insert_text_format: Some(format),
        documentation: Some(page("Accepts what a rule finds in the field on this line, or below this line.", client)),
        ..item(text, range)
    }
}

fn configured(suggestion: config_text::Suggestion, range: Range, client: &Client) -> CompletionItem {
    let config_text::Suggestion { text, is_key, detail, description } = suggestion;
    let written = if is_key { format!("{text}: ") } else { text.clone() };
    CompletionItem {
        label: text.clone(),
        filter_text: Some(text),
        kind: Some(if is_key { CompletionItemKind::PROPERTY } else { CompletionItemKind::VALUE }),
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        documentation: Some(description).filter(|text| !text.is_empty()).map(|text| page(&text, client)),
        ..item(&written, range)
    }
}

fn item(text: &str, range: Range) -> CompletionItem {
    CompletionItem {
        label: text.to_owned(),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: text.to_owned() })),
        ..CompletionItem::default()
    }
}

fn page(text: &str, client: &Client) -> Documentation {
    let kind = if client.documents_in_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Documentation::MarkupContent(MarkupContent { kind, value: text.to_owned() })
}
