//! Why a rule could not be evaluated.

use podline_jmespath::Error;

/// What no file says, in the words of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Who sends the object.
    User,
    /// A call of the API server, or of a service.
    ApiCall,
    /// An image's registry.
    ImageRegistry,
    /// A GlobalContextEntry.
    GlobalReference,
    /// A ConfigMap that no file holds.
    ConfigMap,
    /// Chance.
    Random,
    /// The name service.
    NameService,
    /// Another object in the cluster.
    Resource,
    /// A request of HTTP.
    Http,
    /// The cluster's authorizer.
    Authorizer,
    /// Something else that the cluster knows.
    Cluster,
}

impl Need {
    /// A sentence's end: "depends on …".
    pub fn text(self) -> &'static str {
        match self {
            Need::User => "who sends the object",
            Need::ApiCall => "an API call",
            Need::ImageRegistry => "the image's registry",
            Need::GlobalReference => "a GlobalContextEntry",
            Need::ConfigMap => "a ConfigMap that was not given",
            Need::Random => "chance",
            Need::NameService => "the name service",
            Need::Resource => "other objects in the cluster",
            Need::Http => "an HTTP request",
            Need::Authorizer => "the cluster's authorizer",
            Need::Cluster => "the cluster",
        }
    }
}

/// Why something has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// In Kyverno's words.
    Text(String),
    /// Only the cluster can tell.
    Unknown(Need),
    /// It takes more than a policy may.
    Budget,
}

impl Fault {
    pub(super) fn new(text: impl Into<String>) -> Fault {
        Fault::Text(text.into())
    }

    /// The same with more around its text.
    pub(super) fn wrap(self, around: impl FnOnce(&str) -> String) -> Fault {
        match self {
            Fault::Text(text) => Fault::Text(around(&text)),
            other => other,
        }
    }

    /// `prefix: text`
    pub(super) fn within(self, prefix: &str) -> Fault {
        self.wrap(|text| format!("{prefix}: {text}"))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        match error {
            Error::Unknown(podline_jmespath::Need::Random) => Fault::Unknown(Need::Random),
            Error::Unknown(podline_jmespath::Need::NameService) => Fault::Unknown(Need::NameService),
            Error::Budget => Fault::Budget,
            error => Fault::Text(error.to_string()),
        }
    }
}
