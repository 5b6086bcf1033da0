//! What is done about an object that a constraint is not for: gatekeeper `pkg/util/enforcement_action.go`.

use serde_json::Value;

use crate::field::{Field, FieldError};
use crate::json::{items, text};
use crate::judgement::Actions;

const WEBHOOK: &str = "validation.gatekeeper.sh";
const AUDIT: &str = "audit.gatekeeper.sh";
const GATOR: &str = "gator.gatekeeper.sh";
const ADMISSION_POLICY: &str = "vap.k8s.io";
const EVERYWHERE: &str = "*";
const POINTS: [&str; 4] = [WEBHOOK, AUDIT, GATOR, ADMISSION_POLICY];

/// What a constraint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enforcement {
    /// This.
    Does(Actions),
    /// Nothing: its `enforcementAction` is `""`. That of an ExpansionTemplate counts in its place.
    Nothing,
    /// It is not even asked: none of its enforcement points is one of admission.
    Nowhere,
}

/// `deny`, `warn` or `dryrun`.
pub(super) fn action(word: &str) -> Option<Actions> {
    match word {
        "deny" => Some(Actions::DENY),
        "warn" => Some(Actions::WARN),
        "dryrun" => Some(Actions::AUDIT),
        _ => None,
    }
}

/// Reads `enforcementAction` and `scopedEnforcementActions` of a constraint's `spec`. `as_policy` says that a
/// ValidatingAdmissionPolicy is made of its template.
pub(super) fn enforcement(spec: &Value, as_policy: bool) -> Enforcement {
    match spec["enforcementAction"].as_str() {
        None => Enforcement::Does(Actions::DENY),
        Some("scoped") => {
            let counts = |point: &Value| match text(&point["name"]) {
                WEBHOOK | GATOR | EVERYWHERE => true,
                ADMISSION_POLICY => as_policy,
                _ => false,
            };
            let of = items(&spec["scopedEnforcementActions"]);
            let of = of.filter(|one| items(&one["enforcementPoints"]).any(counts));
            let strictest = of.filter_map(|one| action(text(&one["action"]))).min_by_key(|action| strictness(*action));
            strictest.map_or(Enforcement::Nowhere, Enforcement::Does)
        }
        Some(word) => action(word).map_or(Enforcement::Nothing, Enforcement::Does),
    }
}

fn strictness(action: Actions) -> usize {
    [Actions::DENY, Actions::WARN, Actions::AUDIT].iter().position(|one| *one == action).unwrap_or(3)
}

/// What the webhook refuses in it. What is no text is the schema's matter, and `""` is nobody's.
pub(super) fn check(document: &Value) -> Result<(), FieldError> {
    let spec = &document["spec"];
    let field = Field::new(&["spec", "enforcementAction"]);
    match spec["enforcementAction"].as_str() {
        None | Some("" | "deny" | "warn" | "dryrun") => Ok(()),
        Some("scoped") => check_scoped(spec),
        Some(word) => {
            let quoted = podline_cel::quote(word);
            let known = "[deny dryrun warn scoped]";
            let text = format!("unrecognized enforcementAction: {quoted} is not within the supported list {known}");
            Err(FieldError { path: field.steps(), text })
        }
    }
}

fn check_scoped(spec: &Value) -> Result<(), FieldError> {
    let field = Field::new(&["spec", "scopedEnforcementActions"]);
    let scoped = &spec["scopedEnforcementActions"];
    if spec.get("scopedEnforcementActions").is_none() {
        let text = "error fetching scopedEnforcementActions: scopedEnforcementActions is required".to_owned();
        return Err(FieldError { path: Field::new(&["spec", "enforcementAction"]).steps(), text });
    }
    let (mut points, mut actions) = (Vec::new(), Vec::new());
    let mut first = None;
    for (index, one) in items(scoped).enumerate() {
        let field = field.index(index);
        if action(text(&one["action"])).is_none() {
            actions.push(text(&one["action"]));
            first = first.or(Some(field.child("action")));
        }
        let named = items(&one["enforcementPoints"]);
        if named.len() == 0 {
            points.push("");
            first = first.or(Some(field.clone()));
        }
        for (at, point) in named.enumerate() {
            let name = text(&point["name"]);
            if !POINTS.contains(&name) && name != EVERYWHERE {
                points.push(name);
                first = first.or(Some(field.child("enforcementPoints").index(at).child("name")));
            }
        }
    }
    let mut texts = Vec::new();
    if !points.is_empty() {
        texts.push(format!(
            "unrecognized enforcement points: constraint will not be enforced for enforcement points [{}], \
             supported enforcement points are [{}]",
            points.join(" "),
            POINTS.join(" "),
        ));
    }
    if !actions.is_empty() {
        let listed = actions.join(" ");
        texts.push(format!(
            "unrecognized enforcementAction: [{listed}] is not within the supported list [deny dryrun warn]"
        ));
    }
    match first {
        None => Ok(()),
        Some(field) => Err(FieldError { path: field.steps(), text: texts.join("\n") }),
    }
}
