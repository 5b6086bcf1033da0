//! Controllers that may serve an Ingress.
//!
//! Restricted fields: `spec.ingressClassName`, and the annotation `kubernetes.io/ingress.class` from before it.
//!
//! Allowed: a listed class. One must be named: what the default is, the cluster says.

use super::object::Ingress;
use super::refusal::Refusal;
use crate::rules::RuleId;
use crate::yaml::path::FieldPath;

const RULE: RuleId = RuleId::built_in("local/allowedIngressClasses");
const ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Judges an Ingress.
pub(super) fn judge(ingress: &Ingress, allowed: &[String]) -> Vec<Refusal> {
    let listed = allowed.join(", ");
    let field = FieldPath::of("spec.ingressClassName");
    let set = [
        (field.clone(), ingress.spec.ingress_class_name.as_ref()),
        (FieldPath::of("metadata.annotations").field(ANNOTATION), ingress.metadata.annotations.get(ANNOTATION)),
    ];
    if set.iter().all(|(_, class)| class.is_none()) {
        let message = format!("Ingress must set ingressClassName: allowed is {listed}");
        let refusal = Refusal::of_pod(RULE, String::new(), field.clone(), message);
        return vec![match allowed {
            [only] => refusal.mended_by(field, only.as_str()),
            _ => refusal,
        }];
    }
    let refusal = |(path, class): (FieldPath, Option<&String>)| {
        let class = class.filter(|class| !allowed.contains(class))?;
        let message = format!("Ingress must not be of the class {class}: allowed is {listed}");
        Some(Refusal::of_pod(RULE, String::new(), path, message))
    };
    set.into_iter().filter_map(refusal).collect()
}
