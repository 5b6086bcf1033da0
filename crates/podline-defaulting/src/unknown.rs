//! What stands for values of a manifest that nobody knows yet, placeholders that a tool fills in.
//!
//! An object is completed twice, each time with other values in their place. What differs of the two objects follows from
//! what nobody knows.

use crate::node::Data;
use crate::place::Step;
use crate::schema::Kind;

/// The values of a manifest that nobody knows yet.
#[derive(Clone, Copy)]
pub struct Unknown<'a> {
    /// Tells whether a field of the manifest is one of them.
    pub is: &'a dyn Fn(&[Step<'_>]) -> bool,
    /// Whether other values are to stand for them than at first. At first texts stay what they are.
    pub otherwise: bool,
}

/// Values that stand for unknown ones.
pub(crate) struct StandIns<'a> {
    pub unknown: Unknown<'a>,
    count: u16,
}

impl<'a> StandIns<'a> {
    pub fn new(unknown: Unknown<'a>) -> Self {
        Self { unknown, count: 0 }
    }

    /// A value for a field of this kind in which a text stands; nothing where no single value can stand for it. Numbers and
    /// texts are told apart, so that no two values are equal because of this alone.
    pub fn make(&mut self, kind: Kind, text: &str) -> Option<Data> {
        let otherwise = self.unknown.otherwise;
        self.count = self.count.wrapping_add(1) % 10_000;
        Some(match kind {
            Kind::Bool => (!otherwise).into(),
            Kind::Int32 | Kind::Int64 => i64::from(self.count + if otherwise { 20_000 } else { 1 }).into(),
            // What has a tag as an image has none, and the other way round.
            Kind::String | Kind::IntOrString if text.contains(':') => format!("other{}", self.count).into(),
            Kind::String | Kind::IntOrString => format!("other{}:other", self.count).into(),
            Kind::Quantity => if otherwise { "2" } else { "1" }.into(),
            Kind::Bytes => if otherwise { "Mg==" } else { "MQ==" }.into(),
            Kind::Time => if otherwise { "2026-01-02T00:00:00Z" } else { "2026-01-01T00:00:00Z" }.into(),
            Kind::MicroTime if otherwise => "2026-01-02T00:00:00.000000Z".into(),
            Kind::MicroTime => "2026-01-01T00:00:00.000000Z".into(),
            Kind::Any | Kind::List(_) | Kind::Map(_) | Kind::Struct(_) => return None,
        })
    }
}
