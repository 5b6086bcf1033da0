//! Where in a comment `# podline: ignore[rule, …] reason` a place is.

use crate::rules::{Catalogue, Rule};

/// The part of a comment in which a place lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// After the mark: what is to be done.
    Directive(&'a str),
    /// Between the brackets: the name of a rule, up to the place.
    Rule(&'a str),
}

/// The part that a place lies in. `before` is the line up to it.
pub fn part(before: &str) -> Option<Part<'_>> {
    let (line, directive) = before.rsplit_once("podline:")?;
    // Only a comment counts.
    if !line.trim_end().ends_with('#') {
        return None;
    }
    let directive = directive.trim_start();
    let Some(rest) = directive.strip_prefix("ignore") else {
        return "ignore".starts_with(directive).then_some(Part::Directive(directive));
    };
    let Some(rules) = rest.trim_start().strip_prefix('[') else {
        return rest.is_empty().then_some(Part::Directive(directive));
    };
    let name = rules.rsplit(',').next().unwrap_or(rules).trim_start();
    (!rules.contains(']') && !name.contains('=')).then_some(Part::Rule(name))
}

/// The rule that a comment names at a place: `before` is the line up to it, `after` the rest.
pub fn rule_at<'c>(before: &str, after: &str, catalogue: &'c Catalogue) -> Option<&'c Rule> {
    let Some(Part::Rule(start)) = part(before) else { return None };
    let end = after.split([',', ']', '=']).next().unwrap_or(after);
    catalogue.find(format!("{start}{end}").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_the_brackets() {
        assert_eq!(part("a: 1 # podline: ignore[priv"), Some(Part::Rule("priv")));
        assert_eq!(part("# podline:ignore[privileged, host"), Some(Part::Rule("host")));
        assert_eq!(part("# podline: ign"), Some(Part::Directive("ign")));
        for none in
            ["podline: ignore[", "# podline: ignore[a] why", "# ignore[", "# podline: ignore[a=", "# podline: x"]
        {
            assert_eq!(part(none), None, "{none}");
        }
    }

    #[test]
    fn a_name_is_found_from_any_place_in_it() {
        let rule = |before, after| rule_at(before, after, Catalogue::of_podline()).map(|rule: &Rule| rule.id.as_str());
        assert_eq!(rule("# podline: ignore[privi", "leged, x] y"), Some("pss/privileged"));
        assert_eq!(rule("# podline: ignore[x, ", "manifest/unknown-field]"), Some("manifest/unknown-field"));
        assert_eq!(rule("# podline: ignore[privileged] ", "privileged"), None);
    }
}
