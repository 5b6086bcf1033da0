//! The page as a whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use pulldown_cmark::{Options, Parser};
use sha2::{Digest, Sha256};

use super::map::{counts, map};
use super::{ByRule, Object, Page};
use crate::report::escape::escape;
use crate::report::format::Run;
use crate::rules::{self, Catalogue};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A red cross on the line, so that the browser asks nobody for a picture.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 12h14M8 2v7M8 9l-3-3M8 9l3-3' stroke='%23c33' stroke-width='2' fill='none'/%3E%3C/svg%3E";

/// Renders the page.
pub fn render(page: &Page, run: &Run<'_>) -> String {
    let Run { summary, judged_by, rules: catalogue, .. } = *run;
    let found = counts(summary.into()).unwrap_or_else(|| "no findings".to_owned());
    let found = run.headline(&found, str::to_owned);
    let rules = page.by_rule();
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "podline: " (found) }
                link rel="icon" href=(ICON);
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "Skip to the findings" }
                header {
                    h1 { "podline " span.found { (found) } }
                    p { (summary.closing_line(judged_by)) }
                    nav aria-label="Parts of the page" {
                        a href="#map" { "Map" } " " a href="#rules" { "Rules" } " " a href="#findings" { "Findings" } " " a href="#pages" { "Pages of the rules" } " " a href="#rest" { "Not judged" }
                    }
                }
                main {
                    (map(&page.objects))
                    (by_rule(&rules, catalogue))
                    (findings(page, &rules))
                    (pages(&rules, catalogue))
                    (rest(page))
                }
                footer { p { "podline " (env!("CARGO_PKG_VERSION")) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    document.into_string() + "\n"
}

/// Nothing is loaded from anywhere, nothing is sent anywhere, and only the style and script of this page count.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn by_rule(rules: &ByRule, catalogue: &Catalogue) -> Markup {
    let mut rules: Vec<_> = rules.iter().collect();
    rules.sort_by_key(|(id, (findings, _))| (std::cmp::Reverse(*findings), **id));
    html! {
        section #rules aria-labelledby="rules-title" {
            h2 #rules-title { "Findings by rule" }
            @if rules.is_empty() { p { "No findings." } } @else {
                div.scroll { table {
                    caption { "Findings by rule" }
                    thead { tr { th scope="col" { "Rule" } th scope="col" { "Title" } th.number scope="col" { "Findings" } th.number scope="col" { "Objects" } } }
                    tbody {
                        @for (id, (findings, objects)) in &rules { tr {
                            th scope="row" { a href={ "#rule=" (id) } { (id) } }
                            td { a href={ "#rule-" (id) } { (catalogue.get(**id).map_or("", |rule| &rule.title)) } }
                            td.number { (findings) }
                            td.number { (objects) }
                        } }
                    }
                } }
            }
        }
    }
}

fn findings(page: &Page, rules: &ByRule) -> Markup {
    let mut objects: Vec<&Object> = page.objects.iter().filter(|object| !object.findings.is_empty()).collect();
    objects.sort_by_key(|object| object.urgency);
    html! {
        section #findings tabindex="-1" aria-labelledby="findings-title" {
            h2 #findings-title { "Findings" }
            (filter(page, rules))
            p #count role="status" {}
            div #groups {
                @for object in objects { (group(object)) }
            }
        }
    }
}

/// The filter. It is shown once the script is there that makes it work.
fn filter(page: &Page, rules: &ByRule) -> Markup {
    let mut namespaces: Vec<&str> = page.objects.iter().filter_map(|object| object.namespace.as_deref()).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    html! {
        form #filter role="search" hidden {
            label { "Filter " input type="search" name="text" placeholder="text of a finding" autocomplete="off" spellcheck="false"; }
            label { "Rule " select name="rule" {
                option value="" { "all" }
                @for id in rules.keys() { option value=(id) { (id) } }
            } }
            label { "Namespace " select name="namespace" {
                option value="" { "all" }
                @for name in namespaces { option value=(name) { (name) } }
            } }
            label { "Severity " select name="severity" {
                option value="" { "all" }
                @for name in ["error", "warning", "note", "waived", "accepted"] { option value=(name) { (name) } }
            } }
            label { "Group by " select name="group" {
                option value="" { "workload" }
                option value="rule" { "rule" }
            } }
            button type="reset" { "Clear" }
            p.keys { kbd { "/" } " filter " kbd { "j" } " next " kbd { "k" } " previous finding. The address of this page keeps what is chosen." }
        }
    }
}

fn group(object: &Object) -> Markup {
    html! {
        section.group id=(object.id) tabindex="-1" data-namespace=[object.namespace.as_deref()] {
            h3 { (object.title) " " span.size { (object.file) ":" (object.line) } }
            @for (_, _, finding) in &object.findings { (finding) }
        }
    }
}

/// The pages of the rules that something violates.
fn pages(rules: &ByRule, catalogue: &Catalogue) -> Markup {
    html! {
        section #pages aria-labelledby="pages-title" {
            h2 #pages-title { "Pages of the rules" }
            @for rule in rules.keys().filter_map(|id| catalogue.get(*id)) {
                details.page id={ "rule-" (rule.id) } tabindex="-1" {
                    summary { code { (rule.id) } " " (escape(&rule.title)) }
                    // What a policy says of itself is anybody's text.
                    @if rule.id.family().is_loaded() {
                        pre { (escape_lines(&rule.page)) }
                    } @else {
                        (PreEscaped(from_markdown(&rule.page)))
                    }
                    @if let Some(url) = rules::help_url(rule.id) {
                        p { a href=(url) rel="noreferrer noopener" target="_blank" { "What Kubernetes says of it" } }
                    }
                }
            }
        }
    }
}

/// A text of several lines, each escaped.
fn escape_lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

/// A rule's page without its heading. The pages are podline's own and need no escaping.
fn from_markdown(page: &str) -> String {
    let body = page.split_once("\n\n").map_or("", |(_, body)| body);
    let mut text = String::new();
    pulldown_cmark::html::push_html(&mut text, Parser::new_ext(body, Options::ENABLE_TABLES));
    // Below the heading of the section.
    text.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
}

fn rest(page: &Page) -> Markup {
    html! {
        section #rest aria-labelledby="rest-title" {
            h2 #rest-title { "Not judged" }
            @if page.unreadable.is_empty() && page.skipped.is_empty() { p { "Nothing was skipped." } }
            @if !page.unreadable.is_empty() {
                h3 { "Could not be read" }
                ul { @for message in &page.unreadable { li { (message) } } }
            }
            @if !page.skipped.is_empty() {
                details {
                    summary { "Passed over: " (page.skipped.len()) }
                    ul { @for (file, skipped) in &page.skipped { li {
                        (file) @if let Some(document) = skipped.document { " document " (document) }
                        ": " (skipped.reason.as_str()) " (" (escape(&skipped.detail)) ")"
                    } } }
                }
            }
        }
    }
}
