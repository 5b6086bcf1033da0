//! The options of `podline policies`.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::{Config, Input, boolean};

pub(super) const EXAMPLES: &str = "\
Examples:
  podline policies --policy policies/ deploy/
  podline policies --policy . --format json
  podline policies --policy psp.yaml --cluster rbac.yaml --who-can-use privileged

PATH is what is judged: the list says how many objects of it each policy judges.
Exit status: 0 all can be decided, 1 something never will be, 2 something is refused, or podline could not do its job.";

/// Options of `podline policies`.
#[derive(Debug, Args)]
pub struct Policies {
    /// What is read.
    #[command(flatten)]
    pub input: Input,

    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: Config,

    /// Files and directories of policies: ValidatingAdmissionPolicies with their bindings and params, Kyverno's,
    /// Gatekeeper's and Kubewarden's;
    /// `.` takes those beside the manifests
    #[arg(long, env = "PODLINE_POLICY", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub policy: Vec<PathBuf>,

    /// Let policies judge what is written: without the defaults of the API server, and no pods that controllers would
    /// make
    #[arg(long, env = "PODLINE_AS_WRITTEN", hide_env = true, value_parser = boolean, num_args = 0, default_missing_value = "true", default_value = "false", action = ArgAction::Set)]
    pub as_written: bool,

    /// The namespace of objects that name none [default: default]
    #[arg(long, env = "PODLINE_NAMESPACE", hide_env = true, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Files and directories with objects of the cluster: Namespaces, params, definitions of resources, roles and bindings
    #[arg(long, env = "PODLINE_CLUSTER", hide_env = true, value_name = "PATH", value_delimiter = ',')]
    pub cluster: Vec<PathBuf>,

    /// List in their place who may use this PodSecurityPolicy: the users, groups and service accounts that roles and
    /// bindings of --cluster and of the files of policies give the verb `use`
    #[arg(long, value_name = "PSP")]
    pub who_can_use: Option<String>,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: PoliciesFormat,
}

/// How the list of policies is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PoliciesFormat {
    /// A paragraph each
    Human,
    /// An array of objects
    Json,
}
