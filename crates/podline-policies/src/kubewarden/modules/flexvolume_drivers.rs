//! `flexvolume-drivers-psp` 1.0.17.

use serde::Deserialize;
use serde_json::Value;

use crate::kubewarden::answer::{Answer, Module};
use crate::kubewarden::object::{Field, Object};
use crate::kubewarden::settings;

#[derive(Deserialize)]
struct Driver {
    driver: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    #[serde(rename = "allowedFlexVolumes")]
    allowed: Vec<Driver>,
}

pub(super) fn load(settings: &Value) -> Result<Box<dyn Module>, String> {
    Ok(Box::new(settings::read::<Settings>(settings)?))
}

impl Module for Settings {
    fn answer(&self, object: &Object<'_>) -> Answer {
        let Ok(spec) = object.pod() else { return Answer::Accept };
        let Some(spec) = spec else { return Answer::Error("invalid pod spec".to_owned()) };
        let wrong: Vec<Field<'_>> = spec
            .key("volumes")
            .items()
            .map(|volume| volume.key("flexVolume"))
            .filter(Field::exists)
            .map(|volume| volume.key("driver"))
            .filter(|driver| !self.allowed.iter().any(|known| Some(known.driver.as_str()) == driver.text()))
            .collect();
        if wrong.is_empty() {
            return Answer::Accept;
        }
        let message = "Pod has at least one invalid flex volume driver";
        Answer::refuse(message, wrong.iter().map(Field::blame).collect())
    }
}
