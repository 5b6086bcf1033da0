//! The lines that set what a container lacks.

use crate::pod_security::{RequiredSetting, RequiredValue};

/// The lines that set it in a `securityContext`, in YAML of block style or as a member of a JSON object.
pub fn lines(setting: &RequiredSetting, is_json: bool) -> String {
    let value = value(setting.value, is_json);
    let Some((last, parents)) = setting.path.split_last() else { return value };
    if is_json {
        let inner = format!("\"{last}\": {value}");
        return parents.iter().rfold(inner, |inner, parent| format!("\"{parent}\": {{{inner}}}"));
    }
    let parents = parents.iter().enumerate().map(|(depth, parent)| format!("{:1$}{parent}:\n", "", 2 * depth));
    let indent = 2 * (setting.path.len() - 1);
    format!("{}{:indent$}{last}: {value}", parents.collect::<String>(), "")
}

fn value(value: RequiredValue, is_json: bool) -> String {
    let quoted = |text: &&str| format!("\"{text}\"");
    match value {
        RequiredValue::Bool(value) => value.to_string(),
        RequiredValue::Text(text) if is_json => quoted(&text),
        RequiredValue::Text(text) => text.to_owned(),
        RequiredValue::List(list) => format!("[{}]", list.iter().map(quoted).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod_security::checks;

    #[test]
    fn every_setting_is_written_as_yaml_and_as_json() {
        let settings = checks::ALL.iter().filter_map(|check| check.setting.as_ref());
        let written: Vec<_> = settings.map(|setting| (lines(setting, false), lines(setting, true))).collect();
        let expected = [
            ("allowPrivilegeEscalation: false", r#""allowPrivilegeEscalation": false"#),
            ("capabilities:\n  drop: [\"ALL\"]", r#""capabilities": {"drop": ["ALL"]}"#),
            ("runAsNonRoot: true", r#""runAsNonRoot": true"#),
            ("seccompProfile:\n  type: RuntimeDefault", r#""seccompProfile": {"type": "RuntimeDefault"}"#),
        ];
        assert_eq!(written, expected.map(|(yaml, json)| (yaml.to_owned(), json.to_owned())));
    }
}
