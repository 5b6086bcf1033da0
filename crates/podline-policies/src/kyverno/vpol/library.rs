//! Kyverno's own functions in CEL.
//!
//! Source: kyverno/sdk `extensions/cel/libs`. What asks a cluster, a registry or chance gives an error that says so,
//! and that [`need`] reads.

use std::fmt::Write as _;
use std::sync::Arc;

use podline_cel::{Context, Document, Error, Flavor, Library, Opaque, Timestamp, Traced, Type, Value, to_json};
use podline_jmespath::{Map, Runtime, image};

use crate::kyverno::fault::Need;

/// Errors that begin so are no errors of the expression.
const MARK: &str = "depends on ";

/// What an error asks for, if it is none.
pub(super) fn need(error: &Error) -> Option<Need> {
    // Variables put their names in front.
    let text = error.message().rsplit(" fails to evaluate: ").next().unwrap_or_default();
    let needs = [Need::Resource, Need::Http, Need::GlobalReference, Need::ImageRegistry, Need::Random, Need::User];
    needs.into_iter().find(|need| text.strip_prefix(MARK) == Some(need.text()))
}

/// The error that says so.
pub(super) fn unknown(need: Need) -> Error {
    Error::new(format!("{MARK}{}", need.text()))
}

type Outcome = Result<Value, Error>;

fn text(args: &[Traced], at: usize) -> Result<&str, Error> {
    args.get(at).and_then(|arg| arg.value.as_str()).ok_or_else(|| Error::new("no such overload"))
}

/// All libraries. `now` and the reader of YAML come from outside.
pub(super) fn libraries(now: (i64, u32), yaml: Yaml) -> Vec<Library> {
    vec![images(), users(), hashes(), documents(yaml), times(now), maps(), rounding(), asking()]
}

/// Reads YAML.
pub(super) type Yaml = Arc<podline_jmespath::ReadYaml>;

/// A reference of an image.
#[derive(Debug)]
struct Image {
    registry: String,
    repository: String,
    tag: String,
    digest: String,
}

impl Opaque for Image {
    #[allow(clippy::unnecessary_literal_bound)] // as the trait has it
    fn type_name(&self) -> &str {
        "kyverno.Image"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Image>().map(|other| {
            (&self.registry, &self.repository, &self.tag, &self.digest)
                == (&other.registry, &other.repository, &other.tag, &other.digest)
        })
    }
}

/// What is read of an image.
type Get = fn(&Image) -> String;

/// As go-containerregistry's `name.ParseReference` takes it apart.
fn parse_image(written: &str) -> Option<Image> {
    let named = written.split_once('/').is_some_and(|(first, _)| first.contains(['.', ':']) || first == "localhost");
    let full = if named { written.to_owned() } else { format!("index.docker.io/{written}") };
    let parsed = image::parse(&full).ok()?;
    let registry = if parsed.registry == "docker.io" { "index.docker.io".to_owned() } else { parsed.registry };
    let official = registry == "index.docker.io" && !parsed.path.contains('/');
    let repository = if official { format!("library/{}", parsed.path) } else { parsed.path };
    let tag = if parsed.digest.is_empty() { parsed.tag } else { String::new() };
    Some(Image { registry, repository, tag, digest: parsed.digest })
}

fn images() -> Library {
    let mut library = Library::new().type_name(Type::structure("kyverno.Image"));
    for name in ["image", "parseImageReference"] {
        library = library.function(name, &format!("{name}_string"), "(string) -> kyverno.Image", |_, args| {
            let written = text(args, 0)?;
            let parsed = parse_image(written);
            parsed.map(Value::opaque).ok_or_else(|| Error::new(format!("could not parse reference: {written}")))
        });
    }
    library = library.function("isImage", "isImage_string", "(string) -> bool", |_, args| {
        Ok(Value::Bool(parse_image(text(args, 0)?).is_some()))
    });
    let getters: [(&str, Get); 5] = [
        ("registry", |image| image.registry.clone()),
        ("repository", |image| image.repository.clone()),
        ("identifier", |image| if image.digest.is_empty() { image.tag.clone() } else { image.digest.clone() }),
        ("tag", |image| image.tag.clone()),
        ("digest", |image| image.digest.clone()),
    ];
    for (name, get) in getters {
        library = library.function(name, &format!("image_{name}"), "kyverno.Image.() -> string", move |_, args| {
            let image = args[0].value.downcast::<Image>().ok_or_else(|| Error::new("no such overload"))?;
            Ok(Value::string(get(image)))
        });
    }
    library.function("containsDigest", "image_containsDigest", "kyverno.Image.() -> bool", |_, args| {
        let image = args[0].value.downcast::<Image>().ok_or_else(|| Error::new("no such overload"))?;
        Ok(Value::Bool(!image.digest.is_empty()))
    })
}

fn json_value(json: &serde_json::Value) -> Value {
    Document::new("json", json, Flavor::Dynamic).root()
}

fn users() -> Library {
    Library::new().function("parseServiceAccount", "parse_service_account", "(string) -> dyn", |_, args| {
        let account = text(args, 0)?.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
        let (namespace, name) = account.unwrap_or_default();
        Ok(json_value(&serde_json::json!({ "Name": name, "Namespace": namespace })))
    })
}

/// A function of JMESPath with one text.
fn computed(function: &'static str) -> impl Fn(&mut Context<'_>, &[Traced]) -> Outcome + Send + Sync + 'static {
    move |_, args| {
        let data = podline_jmespath::Value::object(Map::from_iter([("x".into(), text(args, 0)?.into())]));
        let budget = podline_jmespath::Budget::default();
        let runtime = Runtime { now: (0, 0), yaml: &|_| Err(String::new()), budget: &budget };
        let found = podline_jmespath::Expression::parse(&format!("{function}(x)"))
            .and_then(|expression| expression.search(&data, &runtime));
        match found.as_ref().map(podline_jmespath::Value::as_str) {
            Ok(Some(text)) => Ok(Value::string(text)),
            _ => Err(Error::new(format!("{function} failed"))),
        }
    }
}

fn hashes() -> Library {
    let mut library = Library::new();
    for function in ["sha1", "sha256", "md5"] {
        library = library.function(function, &format!("{function}_string"), "(string) -> string", computed(function));
        let name = format!("hash.{function}");
        library = library.function(&name, &format!("hash_{function}"), "(string) -> string", computed(function));
    }
    library
}

fn documents(yaml: Yaml) -> Library {
    Library::new()
        .function("json.unmarshal", "json_unmarshal_string", "(string) -> dyn", |_, args| {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(text(args, 0)?);
            parsed.map(|json| json_value(&json)).map_err(|error| Error::new(error.to_string()))
        })
        .function("json.marshal", "json_marshal_dyn", "(dyn) -> string", |context, args| {
            let json = to_json(&args[0].value, context)?;
            Ok(Value::string(podline_jmespath::text::json(&podline_jmespath::Value::from_typed_json(&json))))
        })
        .function("yaml.parse", "yaml_parse_string", "(string) -> dyn", move |_, args| {
            yaml(text(args, 0)?).map(|json| json_value(&json)).map_err(Error::new)
        })
}

fn moment(args: &[Traced], at: usize) -> Result<Timestamp, Error> {
    match args.get(at).map(|arg| &arg.value) {
        Some(Value::Timestamp(moment)) => Ok(*moment),
        _ => Err(Error::new("no such overload")),
    }
}

fn times(now: (i64, u32)) -> Library {
    Library::new()
        .function("time.now", "time_now", "() -> timestamp", move |_, _| {
            Ok(Value::Timestamp(Timestamp::at(now.0, now.1)))
        })
        .function("time.toCron", "time_to_cron", "(timestamp) -> string", |_, args| {
            let c = moment(args, 0)?.civil(0);
            Ok(Value::string(format!("{} {} {} {} {}", c.minute, c.hour, c.day, c.month, c.weekday)))
        })
        .function("time.truncate", "time_truncate", "(timestamp, duration) -> timestamp", |_, args| {
            const YEAR_ONE: i128 = 62_135_596_800;
            let at = moment(args, 0)?;
            let Some(Value::Duration(span)) = args.get(1).map(|arg| &arg.value) else {
                return Err(Error::new("no such overload"));
            };
            if *span <= 0 {
                return Ok(Value::Timestamp(at));
            }
            let nanos = (i128::from(at.seconds) + YEAR_ONE) * 1_000_000_000 + i128::from(at.nanos);
            let nanos = nanos - nanos.rem_euclid(i128::from(*span));
            let seconds = i64::try_from(nanos.div_euclid(1_000_000_000) - YEAR_ONE).unwrap_or(at.seconds);
            let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default();
            Ok(Value::Timestamp(Timestamp { seconds, nanos: rest, ..at }))
        })
}

/// `listObjToMap(keys, values, keyField, valueField)`
fn maps() -> Library {
    Library::new().function(
        "listObjToMap",
        "list_obj_to_map",
        "(list(dyn), list(dyn), string, string) -> dyn",
        |context, args| {
            let lists = [to_json(&args[0].value, context)?, to_json(&args[1].value, context)?];
            let (key, value) = (text(args, 2)?, text(args, 3)?);
            let [keys, values] = lists.map(|list| list.as_array().cloned().unwrap_or_default());
            if keys.len() != values.len() {
                return Err(Error::new("lists must be of the same length"));
            }
            let mut map = serde_json::Map::new();
            for (one, other) in keys.iter().zip(&values) {
                let name = one[key].as_str().ok_or_else(|| Error::new(format!("no such key: {key}")))?;
                map.insert(name.to_owned(), other[value].clone());
            }
            Ok(json_value(&serde_json::Value::Object(map)))
        },
    )
}

fn rounding() -> Library {
    Library::new().function("math.round", "math_round_double_int", "(double, int) -> double", |_, args| {
        match (&args[0].value, &args[1].value) {
            (Value::Double(number), Value::Int(places)) => {
                let shift = 10f64.powi(i32::try_from(*places).unwrap_or(i32::MAX));
                Ok(Value::Double((number * shift).round() / shift))
            }
            _ => Err(Error::new("no such overload")),
        }
    })
}

/// The functions that ask for what no file says, each with the numbers of its arguments. Since 1.18 all of them begin with
/// a small letter too.
pub(crate) const ASKING: [(&str, &[usize], Need); 20] = [
    ("resource.Get", &[2, 3, 4], Need::Resource),
    ("resource.get", &[2, 3, 4], Need::Resource),
    ("resource.List", &[1, 2, 3, 4], Need::Resource),
    ("resource.list", &[1, 2, 3, 4], Need::Resource),
    ("resource.Post", &[3, 4], Need::Resource),
    ("resource.post", &[3, 4], Need::Resource),
    ("resource.ToGVR", &[2], Need::Resource),
    ("resource.toGVR", &[2], Need::Resource),
    ("http.Get", &[1, 2], Need::Http),
    ("http.get", &[1, 2], Need::Http),
    ("http.Post", &[2, 3], Need::Http),
    ("http.post", &[2, 3], Need::Http),
    ("http.Client", &[1], Need::Http),
    ("http.client", &[1], Need::Http),
    ("globalContext.Get", &[1, 2], Need::GlobalReference),
    ("globalContext.get", &[1, 2], Need::GlobalReference),
    ("image.GetMetadata", &[1], Need::ImageRegistry),
    ("image.getMetadata", &[1], Need::ImageRegistry),
    ("random", &[0, 1], Need::Random),
    ("random.random", &[0, 1], Need::Random),
];

/// What a client of `http.Client` is asked for, with the numbers of its arguments.
const OF_CLIENT: [(&str, &[usize]); 4] = [("Get", &[1, 2]), ("get", &[1, 2]), ("Post", &[2, 3]), ("post", &[2, 3])];

/// What no file says.
fn asking() -> Library {
    let mut library = Library::new();
    for (name, counts, need) in ASKING {
        for count in counts {
            let mut id = name.replace('.', "_");
            let _ = write!(id, "_{count}");
            let result = if name.ends_with("lient") { "kyverno.HttpClient" } else { "dyn" };
            let signature = format!("({}) -> {result}", vec!["dyn"; *count].join(", "));
            library = library.function(name, &id, &signature, move |_, _| Err(unknown(need)));
        }
    }
    for (name, counts) in OF_CLIENT {
        for count in counts {
            let signature = format!("kyverno.HttpClient.({}) -> dyn", vec!["dyn"; *count].join(", "));
            let id = format!("http_client_{name}_{count}");
            library = library.function(name, &id, &signature, |_, _| Err(unknown(Need::Http)));
        }
    }
    library
}
