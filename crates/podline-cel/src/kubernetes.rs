//! The environments of the API server, by version.

use crate::env::{Env, EnvBuilder};
use crate::function::Library;
use crate::functions;
use crate::value::{Traced, Value};

/// Which libraries an expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// What a 1.37 server takes when a policy is created or changed: that of one version before.
    V1_36,
    /// What it takes of policies that are stored.
    V1_37,
}

/// The API server's environment without variables.
pub fn environment(version: Version) -> EnvBuilder {
    let mut libraries = vec![
        functions::urls(),
        functions::regexes(),
        functions::kubernetes_lists(),
        functions::authorization(),
        functions::optionals(),
        functions::quantities(),
        functions::strings(),
        functions::sets(),
        functions::ip(),
        functions::cidr(),
        functions::formats(),
        functions::two_variables(),
        functions::semvers(),
        functions::lists_extension(),
    ];
    if version >= Version::V1_37 {
        libraries.push(functions::includes());
    }
    libraries.push(Library::new().costs(equality));
    Env::builder(libraries)
}

/// Values of Kubernetes' own types are compared at a fixed cost.
fn equality(function: &str, _: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    match (function, args) {
        ("_==_", [Traced { value: Value::Opaque(left), .. }, _]) => left.equality_cost(),
        _ => None,
    }
}
