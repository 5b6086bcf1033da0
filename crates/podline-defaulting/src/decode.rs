//! Decoding: a manifest becomes what the Go types of its kind hold, and is written as they write it.
//!
//! Unknown fields are dropped, null is as if absent, empty values are left out or not as each field's tag says.
//! Types that have defaults wherever they stand get them here, the inner ones first, as `SetObjectDefaults_*` does.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Number, Value};

use crate::defaults;
use crate::error::{Error, Problem};
use crate::node::{Data, Map, Node};
use crate::place::{Place, Places, ROOT, Step};
use crate::quantity::Quantity;
use crate::schema::{Kind, TYPES, Type};
use crate::time;
use crate::unknown::{StandIns, Unknown};

/// Go's `base64.StdEncoding`, which does not look at the bits behind the last byte.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Go's zero value of a time, which is as if the field were absent.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// Writes bytes as Secrets do.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Reads a manifest of a built-in kind.
///
/// # Errors
/// The first value of the wrong sort.
pub(crate) fn decode(
    manifest: &Value,
    of: &Type,
    places: &mut Places,
    unknown: Option<Unknown<'_>>,
) -> Result<Map, Error> {
    let Value::Object(object) = manifest else { return Err(Error::new(&[], Problem::NoObject)) };
    Decoder { places, stand_ins: unknown.map(StandIns::new) }.structure(Some(object), of, ROOT)
}

/// Reads a map of texts or a struct that stands in a custom resource.
///
/// # Errors
/// The first value of the wrong sort.
pub(crate) fn decode_part(
    value: &Value,
    of: &Type,
    place: Place,
    places: &mut Places,
    unknown: Option<Unknown<'_>>,
) -> Result<Map, Error> {
    let mut decoder = Decoder { places, stand_ins: unknown.map(StandIns::new) };
    match value {
        Value::Object(object) => decoder.structure(Some(object), of, place),
        Value::Null => decoder.structure(None, of, place),
        _ => Err(decoder.error(place, Problem::WrongType("a map"))),
    }
}

/// JSON that no type describes. Whole floats are integers, as in Go's JSON.
pub(crate) fn raw(value: &Value) -> Value {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Array(list) => list.iter().map(raw).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), raw(value))).collect()),
        _ => value.clone(),
    }
}

/// A number without a fraction, in 64 bits.
fn whole(number: &Number) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if let Some(value) = number.as_i64() {
        return Some(value);
    }
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && (-LIMIT..LIMIT).contains(value))?;
    // A number above the signed 64 bits that is written as an integer stays out of range.
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
    (!number.is_u64()).then_some(value as i64)
}

struct Decoder<'p, 'u> {
    places: &'p mut Places,
    /// For what nobody knows, if there is any.
    stand_ins: Option<StandIns<'u>>,
}

impl Decoder<'_, '_> {
    fn error(&self, place: Place, problem: Problem) -> Error {
        Error::new(&self.places.path(place), problem)
    }

    /// Reads a struct; `None` is Go's zero value.
    fn structure(
        &mut self,
        object: Option<&serde_json::Map<String, Value>>,
        of: &Type,
        place: Place,
    ) -> Result<Map, Error> {
        let mut map = Map::with_capacity(object.map_or(0, serde_json::Map::len));
        for (name, field) in of.kept() {
            let value = object.and_then(|object| object.get(name)).filter(|value| !value.is_null());
            let node = match value {
                Some(value) => self.value(value, field.kind, place, Step::Key(name))?,
                None if field.pointer => Node::new(Data::Null),
                None => Node::new(self.zero(field.kind)?),
            };
            let is_left_out = field.omit && if field.pointer { value.is_none() } else { node.data.is_empty() };
            if !is_left_out {
                map.insert(name, node);
            }
        }
        defaults::of_type(of.defaults, &mut map);
        Ok(map)
    }

    /// What an absent or null value is where no pointer can be nil.
    fn zero(&mut self, kind: Kind) -> Result<Data, Error> {
        Ok(match kind {
            Kind::Bool => false.into(),
            Kind::Int32 | Kind::Int64 | Kind::IntOrString => 0.into(),
            Kind::String => "".into(),
            Kind::Quantity => "0".into(),
            Kind::Bytes | Kind::Time | Kind::MicroTime | Kind::Any | Kind::List(_) | Kind::Map(_) => Data::Null,
            Kind::Struct(of) => Data::Map(self.structure(None, &TYPES[of], ROOT)?),
        })
    }

    fn value(&mut self, value: &Value, kind: Kind, parent: Place, step: Step<'_>) -> Result<Node, Error> {
        let place = self.places.below(parent, step);
        let wrong = |wanted| Problem::WrongType(wanted);
        let data = match (kind, value) {
            (_, Value::Null) => Ok(self.zero(kind)?),
            (Kind::Any, value) => Ok(Data::Raw(raw(value))),
            (Kind::Struct(of), Value::Object(object)) => {
                Ok(Data::Map(self.structure(Some(object), &TYPES[of], place)?))
            }
            (Kind::Map(of), Value::Object(object)) => {
                let mut map = Map::with_capacity(object.len());
                for (key, value) in object {
                    let mut node = self.value(value, *of, place, Step::Key(key))?;
                    if matches!(of, Kind::Quantity) {
                        round_up(&mut node.data);
                    }
                    map.insert(key.clone(), node);
                }
                Ok(Data::Map(map))
            }
            (Kind::List(of), Value::Array(items)) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| self.value(item, *of, place, Step::Index(index)));
                Ok(Data::List(items.collect::<Result<_, Error>>()?))
            }
            (Kind::Struct(_) | Kind::Map(_), _) => Err(wrong("a map")),
            (Kind::List(_), _) => Err(wrong("a list")),
            (kind, value) => self.scalar(kind, value, place),
        };
        Ok(Node { place, data: data.map_err(|problem| self.error(place, problem))? })
    }
}

impl Decoder<'_, '_> {
    /// Reads a value that holds no others; of what nobody knows, one that stands for it.
    fn scalar(&mut self, kind: Kind, value: &Value, place: Place) -> Result<Data, Problem> {
        let read = scalar(kind, value);
        let (Some(stand_ins), Value::String(text)) = (&mut self.stand_ins, value) else { return read };
        let is_asked = read.is_err() || stand_ins.unknown.otherwise;
        let path = if is_asked { self.places.path(place) } else { Vec::new() };
        if !is_asked || !(stand_ins.unknown.is)(&path) {
            return read;
        }
        if matches!((kind, path.last()), (Kind::Int32, Some(Step::Key("priority")))) {
            // Any other would be refused without a class.
            return Ok(0.into());
        }
        stand_ins.make(kind, text).map_or(read, Ok)
    }
}

/// Reads a value that holds no others.
fn scalar(kind: Kind, value: &Value) -> Result<Data, Problem> {
    match (kind, value) {
        (Kind::Bool, Value::Bool(value)) => Ok(Data::Bool(*value)),
        (Kind::Bool, _) => Err(Problem::WrongType("true or false")),
        (Kind::String | Kind::IntOrString, Value::String(text)) => Ok(Data::from(text.clone())),
        (Kind::String, _) => Err(Problem::WrongType("a string")),
        (Kind::Int64, Value::Number(number)) => whole(number).map(Data::Int).ok_or(Problem::OutOfRange),
        (Kind::Int32 | Kind::IntOrString, Value::Number(number)) => {
            let value = whole(number).and_then(|value| i32::try_from(value).ok());
            value.map(|value| Data::Int(value.into())).ok_or(Problem::OutOfRange)
        }
        (Kind::IntOrString, _) => Err(Problem::WrongType("an integer or a string")),
        (Kind::Bytes, Value::String(text)) => {
            // Go reads over line breaks.
            let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
            let bytes = BASE64.decode(text).map_err(|_| Problem::Base64)?;
            Ok(to_base64(&bytes).into())
        }
        (Kind::Bytes, _) => Err(Problem::WrongType("a string in base64")),
        (Kind::Time | Kind::MicroTime, Value::String(text)) => match time::in_utc(text) {
            Some(zero) if zero == ZERO_TIME => Ok(Data::Null),
            Some(time) => Ok(time.into()),
            None => Err(Problem::Time),
        },
        (Kind::Time | Kind::MicroTime, _) => Err(Problem::WrongType("a timestamp")),
        (Kind::Quantity, Value::String(text)) => quantity(text),
        (Kind::Quantity, Value::Number(number)) => quantity(&plain(number)),
        (Kind::Quantity, _) => Err(Problem::WrongType("a quantity")),
        (_, _) => Err(Problem::WrongType("an integer")),
    }
}

fn quantity(text: &str) -> Result<Data, Problem> {
    Quantity::parse(text).map(|quantity| quantity.write().into()).ok_or(Problem::Quantity)
}

/// Rounds an entry of a resource list up to thousandths, as `SetDefaults_ResourceList` does.
fn round_up(data: &mut Data) {
    if let Data::String(text) = data
        && let Some(mut quantity) = Quantity::parse(text)
        && quantity.round_to_milli()
    {
        *data = quantity.write().into();
    }
}

/// A number as Go writes it into JSON.
fn plain(number: &Number) -> String {
    match whole(number) {
        Some(value) => value.to_string(),
        None => number.to_string(),
    }
}

/// Go's zero value of a field that is a struct, as it is written. `None` where the type has no such field.
pub(crate) fn empty_field(of: &Type, name: &str) -> Option<Map> {
    let (_, field) = of.kept().find(|(known, _)| *known == name)?;
    let Kind::Struct(of) = field.kind else { return None };
    Decoder { places: &mut Places::default(), stand_ins: None }.structure(None, &TYPES[of], ROOT).ok()
}
