//! Judges Kubernetes objects by the cluster's own policies, exactly as the API server 1.37 does.
//!
//! It knows no file, no output and no configuration: policies and objects come in as JSON, judgements go out as plain
//! data with paths. Which file a document came from, at which line a path stands, and what becomes of a judgement, is
//! the caller's.
//!
//! # How it is used
//! Once a run:
//! 1. Read all policy documents in order. Those that [`vap::claims`] go to [`vap::load`], which compiles every
//!    expression; those that [`kubewarden::claims`] go to [`kubewarden::load`], those that [`gatekeeper::claims`] to
//!    [`gatekeeper::load`]. A [`Refusal`] is what the API server or the engine itself would refuse: the document's index,
//!    the whole text, and each field with its path.
//! 2. Put what policies refer to into a [`Cluster`]: definitions of custom resources first, then Namespaces and params,
//!    each *as the API server stores it*. Params come from policy files and from what is given as the cluster, never
//!    from what is judged. Where a policy looks at other objects ([`Engine::wants`]), those of the input and of the
//!    cluster go into [`Cluster::add_to_inventory`] first.
//!
//! For each object:
//!
//! 3. Ask [`Engine::accepts`] with the [`Subject`]: kind, name, namespace. Most objects concern no policy, and need not
//!    be completed.
//! 4. Complete the object as the server would ([`Cluster::complete`] does what the schema of a custom resource does),
//!    and ask [`Engine::judge`] about it; then the same about the pod that its controller would make, with the
//!    controller's user.
//!
//! Both are asked of each engine. Each [`Judgement`] is a row of `report["evaluations"]`. [`Judgement::blame`] is the
//! field to point at, as a path of the object that was judged: where the value is a default, the caller knows the place
//! in which it belongs (and where the object was converted, [`Judgement::converted`] says to which version).
//! [`Judgement::origin`] is the expression in the policy document.
//!
//! ```
//! use podline_policies::{Cluster, Decision, Engine, GroupVersionKind, Meter, Operation, Review, Subject, User, vap};
//! use serde_json::json;
//!
//! let rule = json!({ "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["deployments"] });
//! let documents = [
//!     json!({
//!         "apiVersion": "admissionregistration.k8s.io/v1",
//!         "kind": "ValidatingAdmissionPolicy",
//!         "metadata": { "name": "small" },
//!         "spec": {
//!             "matchConstraints": { "resourceRules": [rule] },
//!             "validations": [{ "expression": "object.spec.replicas <= 5", "message": "too many replicas" }],
//!         },
//!     }),
//!     json!({
//!         "apiVersion": "admissionregistration.k8s.io/v1",
//!         "kind": "ValidatingAdmissionPolicyBinding",
//!         "metadata": { "name": "everywhere" },
//!         "spec": { "policyName": "small", "validationActions": ["Deny"] },
//!     }),
//! ];
//! let loaded = vap::load(&documents);
//! assert!(loaded.refused.is_empty());
//!
//! let mut cluster = Cluster::new();
//! cluster.add(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "shop" } }));
//!
//! let resource = cluster.resource(&GroupVersionKind::new("apps/v1", "Deployment"));
//! let subject = Subject { resource: &resource, name: "web", namespace: Some("shop") };
//! assert!(loaded.engine.accepts(&subject, &cluster));
//!
//! // What stands here comes from the crate podline-defaulting.
//! let object = json!({
//!     "apiVersion": "apps/v1",
//!     "kind": "Deployment",
//!     "metadata": { "name": "web", "namespace": "shop" },
//!     "spec": { "replicas": 7 },
//! });
//! let review = Review {
//!     subject,
//!     object: &object,
//!     user: &User::named("alice"),
//!     operation: Operation::Create,
//!     cluster: &cluster,
//!     convert: &|_| None,
//!     meter: &Meter::default(),
//! };
//! let row = &loaded.engine.judge(&review)[0];
//! assert_eq!((row.decision, row.message.as_str()), (Decision::Fail, "too many replicas"));
//! assert_eq!(row.actions.names().collect::<Vec<_>>(), ["Deny"]);
//! assert_eq!(format!("{:?}", row.blame().unwrap().path), r#"[Key("spec"), Key("replicas")]"#);
//! assert_eq!((row.origin.document, row.origin.path.len()), (0, 4));
//! ```
//!
//! # Threads
//! Engines and clusters are read only and shared: objects can be judged in parallel, and the rows of each come in the
//! order of the policy documents.
//!
//! # Limits
//! An expression, and all expressions of a policy, have the server's cost budgets, and limits of memory and work that
//! the server lacks. What meets one is an error under the policy's `failurePolicy`. No limit looks at the clock. What
//! policies use over many objects is counted by [`Meter`], for whoever judges them to stop.
//!
//! # What differs from the server
//! - Text that Go's libraries write into errors is similar, not equal; see `podline_cel`.
//! - Of several params that a selector takes, and of several policies, the order is that of the documents. In the
//!   server it is chance.
//! - What depends on the cluster's authorizer, or on a conversion by a webhook, is [`Decision::Undecided`].
//! - Kyverno's policies ([`kyverno`]) are answered as its admission webhook answers them, see there.
//! - Gatekeeper's constraints ([`gatekeeper`]) are answered as its admission webhook answers them, see there.
//! - A MutatingAdmissionPolicy is read and matched ([`vap::Engine::mutations`]); what it would change is not computed, and
//!   its expressions are not compiled.
#![forbid(unsafe_code)]

mod blame;
mod cluster;
mod doubts;
mod engine;
mod environment;
mod field;
pub mod gatekeeper;
mod json;
mod judgement;
pub mod kubewarden;
pub mod kyverno;
mod matching;
mod meter;
mod names;
mod refusal;
mod rego;
mod schema;
mod shape;
mod validate;
pub mod vap;
mod writes;

pub use cluster::{Cluster, Stored, rbac};
pub use doubts::Unknown;
pub use engine::{Convert, Engine, Operation, Review, Subject, User};
pub use field::FieldError;
pub use judgement::{ANY_ELEMENT, Actions, Decision, Exemption, Judgement, Mutation, Origin, Rule, Step, Violation};
pub use matching::{
    Candidate, GroupVersionKind, LabelSelector, MatchResources, Resource, ResourceRule, is_built_in, plural,
};
pub use meter::{IsClosed, MOST_STEPS, Meter};
pub use refusal::Refusal;
