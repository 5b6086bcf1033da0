//! `pod-ndots` 1.0.12: sets the option `ndots` of a pod's DNS.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object, name};
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct Settings {
    #[serde(default = "one")]
    ndots: u32, // of a module of 32 bits
}

fn one() -> u32 {
    1
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        if object.kind != "Pod" {
            return Answer::Accept;
        }
        let spec = match object.pod() {
            Ok(Some(spec)) => spec,
            Ok(None) => object.root.key("spec"),
            Err(error) => return Answer::Error(error),
        };
        let options = spec.at(&["dnsConfig", "options"]);
        let set: Vec<_> =
            options.items().filter(|option| name(option) == "ndots").map(|option| option.key("value")).collect();
        if set.is_empty() {
            return Answer::Mutate(vec![options.blame()]);
        }
        let wanted = self.ndots.to_string();
        let other = set.iter().filter(|value| value.text() != Some(wanted.as_str()));
        Answer::mutate(other.map(Field::blame).collect())
    }
}
