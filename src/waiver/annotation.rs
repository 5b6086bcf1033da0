//! Waivers in annotations of an object's own metadata.
//!
//! Either the annotation names the rules, one waiver a line, or its key names one rule by its short name, since a key
//! holds one slash only (the group may stand before it with a dot):
//!
//! ```yaml
//! metadata:
//!   annotations:
//!     podline.dev/ignore: |
//!       hostNetwork, hostPorts=9100: the exporter reads the node (until=2027-03-31)
//!       local/privileged: it routes for the node (policy=team-*)
//!     podline.dev/ignore.hostPathVolumes: reads /proc and /sys
//!     podline.dev/ignore.manifest.unknown-field: for a controller of our own
//! ```

use super::error::WaiverError;
use super::terms::Terms;
use crate::manifest::suggest::nearest;
use crate::rules::Catalogue;

/// What the keys of podline's annotations begin with.
pub const PREFIX: &str = "podline.dev/";

/// Reads the waivers of an annotation; `None` if it is none of podline's.
pub fn parse(key: &str, value: &str, catalogue: &Catalogue) -> Option<Vec<Result<Terms, WaiverError>>> {
    let by_line = |line: &str| by_line(line, catalogue);
    let name = key.strip_prefix(PREFIX)?;
    if name == "ignore" {
        let lines: Vec<&str> = value.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        // An annotation without a word is a waiver without rules.
        return Some(if lines.is_empty() { vec![by_line("")] } else { lines.into_iter().map(by_line).collect() });
    }
    let Some(rule) = name.strip_prefix("ignore.") else {
        return Some(vec![Err(WaiverError::Annotation(key.to_owned(), nearest(name, ["ignore"])))]);
    };
    Some(vec![Terms::parse(&full_name(rule, catalogue), value, catalogue)])
}

/// `rule, rule: reason`
fn by_line(line: &str, catalogue: &Catalogue) -> Result<Terms, WaiverError> {
    let (rules, reason) = line.split_once(": ").ok_or(WaiverError::Line)?;
    Terms::parse(rules, reason, catalogue)
}

/// `manifest/unknown-field` for `manifest.unknown-field`; a short name as it is.
fn full_name(name: &str, catalogue: &Catalogue) -> String {
    let full = name.replacen('.', "/", 1);
    if catalogue.all().any(|rule| rule.id == *full) { full } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(key: &str, value: &str) -> Vec<String> {
        let show = |terms: Result<Terms, WaiverError>| match terms {
            Ok(terms) => format!("{:?}: {}", terms.rules_text(), terms.reason),
            Err(error) => format!("! {error}"),
        };
        parse(key, value, Catalogue::of_podline()).expect("an annotation of podline's").into_iter().map(show).collect()
    }

    #[test]
    fn the_value_names_the_rules_one_waiver_a_line() {
        let value = "privileged, hostPorts=80: it drives the disk\npss/*: for now (until=2027-03-31)\n";
        assert_eq!(
            parsed("podline.dev/ignore", value),
            ["\"privileged, hostPorts=80\": it drives the disk", "\"pss/*\": for now"]
        );
        assert_eq!(
            parsed("podline.dev/ignore", "privileged"),
            ["! a waiver must be written as \"rule, rule: reason (until=2027-03-31)\""]
        );
    }

    #[test]
    fn the_key_names_one_rule() {
        assert_eq!(parsed("podline.dev/ignore.capabilities_restricted", "why"), ["\"capabilities_restricted\": why"]);
        assert_eq!(parsed("podline.dev/ignore.manifest.unknown-field", "why"), ["\"manifest/unknown-field\": why"]);
        assert_eq!(parsed("podline.dev/ignore.privileged", " "), ["! a waiver must give a reason"]);
    }

    #[test]
    fn a_misspelt_annotation_of_podlines_is_an_error_and_others_are_not_read() {
        assert_eq!(
            parsed("podline.dev/ignored", "x"),
            ["! podline does not know the annotation \"podline.dev/ignored\"; did you mean podline.dev/ignore?"]
        );
        assert_eq!(parse("example.com/ignore", "x", Catalogue::of_podline()), None);
    }
}
