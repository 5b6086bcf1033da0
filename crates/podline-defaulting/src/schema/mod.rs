//! The shape of the built-in kinds: which fields they have, what each holds, and when it is left out.
//!
//! The table is written by `tools/schema` from the Go types of k8s.io/api.

mod table;

pub(crate) use table::{METRIC_SPEC_V1, OBJECT_META, TYPES};

/// A Go struct of the API.
pub struct Type {
    /// The defaults that it has wherever it stands.
    pub(crate) defaults: Defaults,
    /// The names of its fields, in their order.
    pub names: &'static [&'static str],
    /// What stands in each.
    pub fields: &'static [Field],
}

impl Type {
    /// The fields that the server keeps, with their names.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&'static str, &'static Field)> {
        self.names.iter().copied().zip(self.fields).filter(|(_, field)| !field.unkept)
    }
}

/// A field of a struct.
pub struct Field {
    /// What it holds.
    pub kind: Kind,
    /// Whether absent and empty differ.
    pub(crate) pointer: bool,
    /// Whether the field is left out when it is empty; for a pointer, when it is absent.
    pub(crate) omit: bool,
    /// Whether the type has the field, and the server never keeps it.
    unkept: bool,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A boolean.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A string.
    String,
    /// Bytes, in base64.
    Bytes,
    /// A resource quantity.
    Quantity,
    /// An integer of 32 bits, or a string.
    IntOrString,
    /// A timestamp.
    Time,
    /// A timestamp with microseconds.
    MicroTime,
    /// Any JSON.
    Any,
    /// A struct, by its place among all of them: [`structure`].
    Struct(usize),
    /// A list.
    List(&'static Kind),
    /// A map from strings.
    Map(&'static Kind),
}

/// The struct at a place that a [`Kind`] names.
pub fn structure(place: usize) -> &'static Type {
    &TYPES[place]
}

/// The types that have defaults of their own, wherever they stand. The names are those of the Go types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defaults {
    None,
    AzureDiskVolumeSource,
    ConfigMapVolumeSource,
    Container,
    ContainerPort,
    DownwardAPIVolumeSource,
    EphemeralContainer,
    FileKeySelector,
    GRPCAction,
    HTTPGetAction,
    HostPathVolumeSource,
    ISCSIPersistentVolumeSource,
    ISCSIVolumeSource,
    LimitRangeItem,
    NetworkPolicyPort,
    ObjectFieldSelector,
    PersistentVolumeClaimSpec,
    PodFailurePolicyOnPodConditionsPattern,
    PodSpec,
    Probe,
    ProjectedVolumeSource,
    RBDPersistentVolumeSource,
    RBDVolumeSource,
    ScaleIOPersistentVolumeSource,
    ScaleIOVolumeSource,
    SecretVolumeSource,
    ServiceAccountTokenProjection,
    Subject,
    Volume,
}

/// Whether a field is a pointer, and whether it is left out when it is empty.
#[derive(Clone, Copy)]
struct Shape {
    pointer: bool,
    omit: bool,
    unkept: bool,
}

const VALUE: Shape = Shape { pointer: false, omit: false, unkept: false };
const OMIT: Shape = Shape { pointer: false, omit: true, unkept: false };
const POINTER: Shape = Shape { pointer: true, omit: false, unkept: false };
const OMIT_POINTER: Shape = Shape { pointer: true, omit: true, unkept: false };
const UNKEPT: Shape = Shape { pointer: true, omit: true, unkept: true };

const fn field(kind: Kind, shape: Shape) -> Field {
    Field { kind, pointer: shape.pointer, omit: shape.omit, unkept: shape.unkept }
}

/// The type of a built-in kind, or `None` for all others.
pub(crate) fn type_of(api_version: &str, kind: &str) -> Option<&'static Type> {
    let row = table::KINDS.iter().find(|row| row.0 == api_version && row.1 == kind)?;
    Some(&TYPES[row.2])
}

/// The type of a built-in kind, of those too of which podline knows the fields alone.
pub fn fields_of(api_version: &str, kind: &str) -> Option<&'static Type> {
    let is_it = |row: &&(&str, &str, usize)| row.1 == kind && row.0 == api_version;
    let row = table::KINDS.iter().chain(table::OTHERS).find(is_it)?;
    Some(&TYPES[row.2])
}
