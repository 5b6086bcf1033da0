//! Kubernetes' named formats.

use super::text;
use crate::cost::{matching, size};
use crate::error::Error;
use crate::function::Library;
use crate::regex::Regex;
use crate::value::{Opaque, Traced, Value};

type Validate = fn(&str) -> Vec<String>;

/// A named format.
#[derive(Clone, Copy, Debug)]
struct Format {
    /// What expressions call it.
    function: &'static str,
    validate: Validate,
    /// What costs are computed with, whatever the real pattern is.
    pattern: u64,
}

const UUID: &str = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$";
const TIME: &str = "^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$";
const BASE64: &str = "^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$";
const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL_1035: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";
const NAME: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE: &str = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";

const FORMATS: [Format; 13] = [
    Format { function: "dns1123Label", validate: label, pattern: 30 },
    Format { function: "dns1123Subdomain", validate: subdomain, pattern: 60 },
    Format { function: "dns1035Label", validate: label_1035, pattern: 30 },
    Format { function: "qualifiedName", validate: qualified_name, pattern: 60 },
    Format { function: "dns1123LabelPrefix", validate: |text| label(&masked(text)), pattern: 30 },
    Format { function: "dns1123SubdomainPrefix", validate: |text| subdomain(&masked(text)), pattern: 60 },
    Format { function: "dns1035LabelPrefix", validate: |text| label_1035(&masked(text)), pattern: 30 },
    Format { function: "labelValue", validate: label_value, pattern: 40 },
    Format {
        function: "uri",
        validate: |text| super::go_url::parse_request_uri(text).err().into_iter().collect(),
        pattern: 1103,
    },
    Format {
        function: "uuid",
        validate: |text| unless(matches(UUID, text), "does not match the UUID format"),
        pattern: UUID.len() as u64,
    },
    Format { function: "byte", validate: |text| unless(matches(BASE64, text), "invalid base64"), pattern: 84 },
    Format { function: "date", validate: |text| unless(is_date(text), "invalid date"), pattern: TIME.len() as u64 },
    Format {
        function: "datetime",
        validate: |text| unless(is_date_time(text), "invalid datetime"),
        pattern: TIME.len() as u64,
    },
];

impl Opaque for Format {
    fn type_name(&self) -> &str {
        "kubernetes.NamedFormat"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Format>().map(|other| self.function == other.function)
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    const TYPE: &str = "kubernetes.NamedFormat";
    let mut library = Library::new()
        .function(
            "validate",
            "format-validate",
            &format!("{TYPE}.(string) -> optional_type(list(string))"),
            |_, args| {
                let format = args[0].value.downcast::<Format>().ok_or_else(Error::no_overload)?;
                let wrong = (format.validate)(text(args, 1)?);
                Ok(if wrong.is_empty() {
                    Value::Optional(None)
                } else {
                    Value::some(Value::list(wrong.into_iter().map(Value::string)))
                })
            },
        )
        .function("format.named", "format-named", &format!("(string) -> optional_type({TYPE})"), |_, args| {
            let name = text(args, 0)?;
            let found = FORMATS.iter().find(|format| format.function == &**name);
            Ok(found.map_or(Value::Optional(None), |format| Value::some(Value::opaque(*format))))
        })
        .costs(costs);
    for format in FORMATS {
        let name = format!("format.{}", format.function);
        library = library.function(&name, &name, &format!("() -> {TYPE}"), move |_, _| Ok(Value::opaque(format)));
    }
    library
}

fn costs(function: &str, _: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    match function {
        "validate" => {
            let format = args.first()?.value.downcast::<Format>()?;
            Some(matching(size(&args.get(1)?.value), format.pattern))
        }
        "format.named" => Some(1),
        _ => None,
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|regex| regex.is_match(text))
}

fn whole(pattern: &str, text: &str) -> bool {
    matches(&format!("^{pattern}$"), text)
}

fn unless(valid: bool, message: &str) -> Vec<String> {
    if valid { Vec::new() } else { vec![message.to_owned()] }
}

/// A name that the server will complete may end in a dash.
fn masked(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(_) if text.len() > 1 => {
            let mut end = text.len() - 2;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            format!("{}a", &text[..end])
        }
        _ => text.to_owned(),
    }
}

fn explain(message: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    format!("{message} (e.g. {}regex used for validation is '{pattern}')", examples.join(" or "))
}

fn too_long(text: &str, most: usize) -> Vec<String> {
    unless(text.len() <= most, &format!("must be no more than {most} bytes"))
}

fn label(text: &str) -> Vec<String> {
    const MESSAGE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
    let mut wrong = too_long(text, 63);
    if !whole(LABEL, text) {
        let dots = whole(SUBDOMAIN, text);
        wrong.push(if dots {
            "must not contain dots".to_owned()
        } else {
            explain(MESSAGE, LABEL, &["my-name", "123-abc"])
        });
    }
    wrong
}

fn subdomain(text: &str) -> Vec<String> {
    const MESSAGE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    let mut wrong = too_long(text, 253);
    if !whole(SUBDOMAIN, text) {
        wrong.push(explain(MESSAGE, SUBDOMAIN, &["example.com"]));
    }
    wrong
}

fn label_1035(text: &str) -> Vec<String> {
    const MESSAGE: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    let mut wrong = too_long(text, 63);
    if !whole(LABEL_1035, text) {
        wrong.push(explain(MESSAGE, LABEL_1035, &["my-name", "abc-123"]));
    }
    wrong
}

fn qualified_name(text: &str) -> Vec<String> {
    const MESSAGE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    const EXAMPLES: [&str; 3] = ["MyName", "my.name", "123-abc"];
    let mut wrong = Vec::new();
    let parts: Vec<&str> = text.split('/').collect();
    let name = match parts[..] {
        [name] => name,
        ["", name] => {
            wrong.push("prefix part must be non-empty".to_owned());
            name
        }
        [prefix, name] => {
            wrong.extend(subdomain(prefix).into_iter().map(|message| format!("prefix part {message}")));
            name
        }
        _ => {
            let message = explain(MESSAGE, NAME, &EXAMPLES);
            return vec![format!(
                "a valid label key {message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else {
        wrong.extend(too_long(name, 63).into_iter().map(|message| format!("name part {message}")));
    }
    if !whole(NAME, name) {
        wrong.push(format!("name part {}", explain(MESSAGE, NAME, &EXAMPLES)));
    }
    wrong
}

fn label_value(text: &str) -> Vec<String> {
    const MESSAGE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    let mut wrong = too_long(text, 63);
    if !whole(LABEL_VALUE, text) {
        wrong.push(explain(MESSAGE, LABEL_VALUE, &["MyValue", "my_value", "12345"]));
    }
    wrong
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && crate::time::Timestamp::parse(&format!("{text}T00:00:00Z")).is_some()
}

fn is_date_time(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut parts = text.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    let within = |range: std::ops::Range<usize>, most: &str| time.get(range).is_some_and(|part| part <= most);
    is_date(date) && matches(TIME, time) && within(0..2, "23") && within(3..5, "59") && within(6..8, "59")
}
