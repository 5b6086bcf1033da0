//! `disallow-service-loadbalancer` 1.0.14 and `disallow-service-nodeport` 1.0.0: two rules in Rego, which ask for no kind.

use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::Object;

/// The type that is refused.
struct Refused(&'static str);

#[allow(clippy::unnecessary_wraps, reason = "as modules are loaded")]
pub(super) fn load_load_balancer(_: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(Refused("LoadBalancer")))
}

#[allow(clippy::unnecessary_wraps, reason = "as modules are loaded")]
pub(super) fn load_node_port(_: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(Refused("NodePort")))
}

impl Module for Refused {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let field = object.root.at(&["spec", "type"]);
        if field.text() != Some(self.0) {
            return Answer::Accept;
        }
        Answer::refuse(format!("Service of type {} are not allowed", self.0), vec![field.blame()])
    }
}
