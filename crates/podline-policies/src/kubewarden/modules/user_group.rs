//! `user-group-psp` 1.1.6.

use serde::Deserialize;
use serde_json::Value;

use crate::judgement::Violation;
use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, containers, security};
use crate::kubewarden::settings::{self, Range, in_ranges};

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
enum Rule {
    MustRunAs,
    MayRunAs,
    #[default]
    RunAsAny,
    MustRunAsNonRoot,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Strategy {
    rule: Rule,
    ranges: Vec<Range>,
    overwrite: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    run_as_user: Strategy,
    run_as_group: Strategy,
    supplemental_groups: Strategy,
    validate_container_image_configuration: bool,
    validate_only: bool,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    let settings: Settings = settings::read(settings)?;
    settings.check()?;
    Ok(Box::new(settings))
}

impl Settings {
    fn check(&self) -> Result<(), String> {
        self.run_as_user.check_user()?;
        self.run_as_group.check_group("Invalid run_as_group settings")?;
        self.supplemental_groups.check_group("Invalid supplemental_groups settings")?;
        let overwrites =
            self.run_as_user.overwrite || self.run_as_group.overwrite || self.supplemental_groups.overwrite;
        if self.validate_only && overwrites {
            return Err("validate_only cannot be true when overwrite is true".to_owned());
        }
        Ok(())
    }
}

impl Strategy {
    fn check_user(&self) -> Result<(), String> {
        let prefix = "Invalid run_as_user settings";
        match self.rule {
            Rule::RunAsAny | Rule::MustRunAsNonRoot if self.overwrite => {
                Err(format!("Cannot set overwrite field with {:?}", self.rule))
            }
            Rule::RunAsAny | Rule::MustRunAsNonRoot => Ok(()),
            Rule::MustRunAs if self.ranges.is_empty() => Err(format!("{prefix}: Missing user ID range")),
            Rule::MustRunAs => self.check_ranges(prefix),
            Rule::MayRunAs => Err(format!("{prefix}: invalid rule.")),
        }
    }

    fn check_group(&self, prefix: &str) -> Result<(), String> {
        match self.rule {
            Rule::MayRunAs | Rule::RunAsAny if self.overwrite => {
                Err(format!("Cannot set overwrite field with {:?}", self.rule))
            }
            Rule::RunAsAny => Ok(()),
            Rule::MustRunAsNonRoot => Err(format!("{prefix}: Invalid rule.")),
            Rule::MustRunAs | Rule::MayRunAs if self.ranges.is_empty() => Err(format!("{prefix}: missing ID range")),
            Rule::MustRunAs | Rule::MayRunAs => self.check_ranges(prefix),
        }
    }

    fn check_ranges(&self, prefix: &str) -> Result<(), String> {
        let wrong = self.ranges.iter().filter(|range| !range.is_valid());
        let wrong: Vec<String> =
            wrong.map(|range| format!("IDRange {{ min: {}, max: {} }}", range.min, range.max)).collect();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(format!("{prefix}: Invalid ID range: [{}]", wrong.join(", ")))
    }
}

/// A field that a rule sets.
struct Set {
    field: Violation,
    /// Does it have another value then? The policy server compares the objects, so what stays the same is no change.
    changes: bool,
}

/// What one rule makes of one securityContext: nothing, a field that it sets, or a refusal.
type Enforced = Result<Option<Set>, (&'static str, Violation)>;

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let spec = match object.pod_spec() {
            Ok(Some(spec)) => spec,
            Ok(None) => return Answer::Accept,
            Err(()) => return Answer::unreadable(object, "Cannot parse validation request"),
        };
        let containers = containers(&spec, &["initContainers", "containers"]);
        if self.validate_container_image_configuration && !containers.is_empty() {
            return Answer::Undecided("only the registry can tell which user the images run as".to_owned());
        }
        match self.enforce(&spec, &containers) {
            Err((message, blame)) => Answer::refuse(message, vec![blame]),
            Ok(set) => Answer::mutate(set.into_iter().filter(|set| set.changes).map(|set| set.field).collect()),
        }
    }
}

impl Settings {
    /// The fields that are set, or the first refusal.
    fn enforce(&self, spec: &Field<'_>, containers: &[Field<'_>]) -> Result<Vec<Set>, (&'static str, Violation)> {
        let mut set = Vec::new();
        for container in containers {
            set.extend(self.user(container)?);
            set.extend(self.group(container)?);
        }
        // Upstream looks at the context of the pod only if it changed a container.
        if !set.is_empty() {
            set.extend(self.user(spec)?);
            set.extend(self.group(spec)?);
        }
        set.extend(self.supplemental(spec)?);
        Ok(set)
    }

    fn user(&self, of: &Field<'_>) -> Enforced {
        match self.run_as_user.rule {
            Rule::MustRunAs => {
                let texts = ["User ID outside defined ranges", "Missing user ID"];
                self.must_run_as(&self.run_as_user, &security(of, "runAsUser"), texts)
            }
            Rule::MustRunAsNonRoot => {
                let (non_root, user) = (security(of, "runAsNonRoot"), security(of, "runAsUser"));
                if non_root.json == false {
                    return Err(("RunAsNonRoot should be set to true", non_root.blame()));
                }
                if user.int() == Some(0) {
                    return Err(("Invalid user ID: cannot run container with root ID (0)", user.blame()));
                }
                // It always sets the field: with `validate_only` that is refused, whatever stands there.
                if self.validate_only {
                    return Err(("RunAsNonRoot should be set to true", non_root.blame()));
                }
                Ok(Some(Set { field: non_root.blame(), changes: !non_root.is_true() }))
            }
            Rule::MayRunAs | Rule::RunAsAny => Ok(None),
        }
    }

    fn group(&self, of: &Field<'_>) -> Enforced {
        let field = security(of, "runAsGroup");
        let outside = "Group ID is outside defined ranges";
        match self.run_as_group.rule {
            Rule::MustRunAs => self.must_run_as(&self.run_as_group, &field, [outside, "Missing group ID"]),
            Rule::MayRunAs if field.int().is_some_and(|id| !in_ranges(&self.run_as_group.ranges, id)) => {
                Err((outside, field.blame()))
            }
            _ => Ok(None),
        }
    }

    /// An id that must be in the ranges. `validate_only` refuses good ids too: upstream falls through to it.
    fn must_run_as(&self, strategy: &Strategy, field: &Field<'_>, texts: [&'static str; 2]) -> Enforced {
        let id = field.int();
        if strategy.overwrite || (id.is_none() && !self.validate_only) {
            let first = strategy.ranges.first().map(|range| range.min);
            return Ok(Some(Set { field: field.blame(), changes: id != first }));
        }
        if id.is_some_and(|id| !in_ranges(&strategy.ranges, id)) {
            return Err((texts[0], field.blame()));
        }
        if self.validate_only { Err((texts[1], field.blame())) } else { Ok(None) }
    }

    fn supplemental(&self, spec: &Field<'_>) -> Enforced {
        let (strategy, field) = (&self.supplemental_groups, security(spec, "supplementalGroups"));
        if !matches!(strategy.rule, Rule::MustRunAs | Rule::MayRunAs) {
            return Ok(None);
        }
        let must = strategy.rule == Rule::MustRunAs;
        if must && (strategy.overwrite || (!field.exists() && !self.validate_only)) {
            let groups: Vec<_> = field.items().map(|id| id.int()).collect();
            let first = strategy.ranges.first().map(|range| range.min);
            return Ok(Some(Set { field: field.blame(), changes: groups != [first] }));
        }
        let outside = field.items().find(|id| id.int().is_some_and(|id| !in_ranges(&strategy.ranges, id)));
        if let Some(id) = outside {
            return Err(("Group ID is outside defined ranges", id.blame()));
        }
        if must && self.validate_only { Err(("Missing supplemental group ID", field.blame())) } else { Ok(None) }
    }
}
