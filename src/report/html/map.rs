//! Namespaces and workloads against levels.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{Counts, Object, both};
use crate::report::summary::{count, uncounted};

/// With more workloads than this the namespaces are closed at first.
const MANY: usize = 200;

const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];

/// Every namespace with its workloads.
pub fn map(objects: &[Object]) -> Markup {
    let mut namespaces: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        if let Some(namespace) = &object.namespace {
            namespaces.entry(namespace).or_default().push(object);
        }
    }
    let workloads: usize = namespaces.values().map(Vec::len).sum();
    html! {
        section #map aria-labelledby="map-title" {
            h2 #map-title { "Namespaces and levels" }
            @if workloads == 0 { p { "No pod template was found." } }
            @for (name, workloads_here) in &namespaces { (namespace(name, workloads_here, workloads <= MANY)) }
        }
    }
}

fn namespace(name: &str, workloads: &[&Object], open: bool) -> Markup {
    let all = workloads.iter().fold([Some(true); 2], |all, one| [0, 1].map(|at| both(all[at], one.passes[at])));
    html! {
        details.namespace open[open] {
            summary {
                span.name { (name) }
                span.size { (count(workloads.len(), "workload")) }
                @for (at, passes) in all.into_iter().enumerate() {
                    @let passing = workloads.iter().filter(|one| one.passes[at] == Some(true)).count();
                    span class={ "cell " (class(passes)) } {
                        (sign(passes)) " " (LEVELS[at + 1]) " " (passing) " of " (workloads.len()) " pass"
                    }
                }
            }
            div.scroll { table {
                caption { "Workloads of " (name) }
                thead { tr {
                    th scope="col" { "Workload" }
                    @for level in LEVELS { th scope="col" { (level) } }
                    th scope="col" { "Findings" }
                } }
                tbody {
                    @for workload in workloads { tr {
                        th scope="row" {
                            @if workload.findings.is_empty() { (workload.title) }
                            @else { a href={ "#" (workload.id) } { (workload.title) } }
                        }
                        @for passes in cells(workload.passes) {
                            td class={ "cell " (class(passes)) } { (sign(passes)) " " (word(passes)) }
                        }
                        td.counts { (counts(workload.counts).as_deref().unwrap_or("none")) }
                    } }
                }
            } }
        }
    }
}

/// What is said at each level. No pod is refused at privileged.
fn cells([baseline, restricted]: [Option<bool>; 2]) -> [Option<bool>; 3] {
    [Some(true), baseline, restricted]
}

fn class(passes: Option<bool>) -> &'static str {
    match passes {
        Some(true) => "passes",
        Some(false) => "fails",
        None => "unknown",
    }
}

fn word(passes: Option<bool>) -> &'static str {
    match passes {
        None => "depends on the controller",
        passes => class(passes),
    }
}

fn sign(passes: Option<bool>) -> Markup {
    let sign = match passes {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "?",
    };
    html! { span aria-hidden="true" { (sign) } }
}

/// `2 errors, 1 note`; `None` of nothing.
pub fn counts(Counts { errors, warnings, notes, waived, accepted }: Counts) -> Option<String> {
    let named = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let mut text: Vec<String> =
        named.into_iter().filter(|&(number, _)| number > 0).map(|(number, what)| count(number, what)).collect();
    text.extend(Some(uncounted(waived, accepted)).filter(|uncounted| !uncounted.is_empty()));
    (!text.is_empty()).then(|| text.join(", "))
}
