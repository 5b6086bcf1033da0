//! The tool and its rules, as SARIF describes them.

use serde_json::json;
use serde_sarif::sarif;

use super::format::cut;
use super::sarif::properties;
use super::sarif_result::plain;
use crate::rules::{self, Catalogue, Rule};

/// GitHub shows so many characters of a description.
const LONGEST_DESCRIPTION: usize = 1024;

/// podline, with every rule of the catalogue in its order.
pub(super) fn driver(rules: &Catalogue) -> sarif::ToolComponent {
    let mut driver = sarif::ToolComponent::builder()
        .name("podline")
        .full_name(concat!("podline ", env!("CARGO_PKG_VERSION")))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .short_description(text(env!("CARGO_PKG_DESCRIPTION")))
        .rules(rules.all().map(rule).collect::<Vec<_>>())
        .notifications(vec![
            notification("could-not-check", "CouldNotCheck", "Something kept podline from its job."),
            notification("nothing-judged", "NothingJudged", "There was nothing to judge."),
            notification("unreadable", "UnreadableInput", "A path or file could not be read."),
            notification("skipped", "SkippedManifest", "A manifest was skipped, and not judged."),
            notification("limits", "GithubLimits", "There are more results than GitHub takes or shows."),
        ])
        .build();
    driver.information_uri = Some(information().to_owned());
    driver
}

/// Where to read more: the project's own page if it has one, else the Standards.
fn information() -> &'static str {
    let own = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
    let standards = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";
    own.into_iter().find(|page| !page.is_empty()).unwrap_or(standards)
}

fn notification(id: &str, name: &str, description: &str) -> sarif::ReportingDescriptor {
    let mut help = text(description);
    help.markdown = Some(description.to_owned());
    sarif::ReportingDescriptor::builder()
        .id(id)
        .name(name)
        .short_description(text(description))
        .full_description(text(description))
        .help(help)
        .build()
}

fn rule(rule: &Rule) -> sarif::ReportingDescriptor {
    // Policies of clusters say no more than their summary.
    let full = format!("{} {}", rule.summary, rule.reason());
    let full = full.trim_end();
    let mut help = text(&rule.page);
    help.markdown = Some(rule.page.to_string());
    let configuration = sarif::ReportingConfiguration::builder().level(json!(rule.severity().as_str())).build();
    let mut descriptor = sarif::ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(pascal_case(&rule.id))
        .short_description(text(cut(&rule.title, LONGEST_DESCRIPTION)))
        .full_description(text(cut(full, LONGEST_DESCRIPTION)))
        .help(help)
        .default_configuration(configuration)
        .properties(rule_properties(rule))
        .build();
    descriptor.help_uri = rules::help_url(rule.id).map(str::to_owned);
    descriptor
}

/// Tags, and how much the rule weighs for security; `security-severity` must be a string.
fn rule_properties(rule: &Rule) -> sarif::PropertyBag {
    let weight = rule.security_severity();
    let kind = if weight.is_some() { "security" } else { "correctness" };
    let tags = [kind, "kubernetes", rule.id.family().as_str()].map(str::to_owned).to_vec();
    properties(Some(tags), weight.map(|weight| ("security-severity", json!(weight))))
}

fn text(text: impl AsRef<str>) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder().text(plain(text.as_ref())).build()
}

/// `PssHostPorts` of `pss/hostPorts`.
fn pascal_case(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    words.filter(|word| !word.is_empty()).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_policies_follow_the_built_in_ones() {
        let rules = driver(&crate::rules::with_policies()).rules.unwrap_or_default();
        assert_eq!(rules.len(), rules::built_in().len() + 2);
        let last = rules.last().expect("a rule");
        assert_eq!((last.id.as_str(), last.name.as_deref()), ("vap/no-latest", Some("VapNoLatest")));
    }
}
