//! Local extensions: what the Standards cannot say, in the words of PodSecurityPolicy, one file a control.
//!
//! Controls know neither files nor output. A control is given a [`pod::Pod`] and what a policy asks for, and answers with the
//! places that must change: in upstream's words where PodSecurityPolicy had the control, and in ours. [`psp`] puts the
//! controls together as PodSecurityPolicy did; [`policy`] as podline's own configuration does.
//! Source: `pkg/security/podsecuritypolicy` of Kubernetes 1.24.17.

mod allow_privilege_escalation;
mod allowed_csi_drivers;
mod allowed_flex_volumes;
mod allowed_host_paths;
mod allowed_ingress_classes;
mod allowed_ingress_hosts;
mod allowed_proc_mount_types;
mod allowed_registries;
mod app_armor;
mod capabilities;
pub mod error;
mod forbidden_image_tags;
mod fs_group;
mod go;
mod host_namespaces;
mod host_ports;
pub(crate) mod named;
pub mod namespaces;
pub(crate) mod object;
pub(crate) mod pod;
pub mod policies;
pub mod policy;
pub mod policy_file;
mod privileged;
pub mod psp;
pub(crate) mod range;
mod read_only_root_filesystem;
pub(crate) mod refusal;
mod require_image_digest;
mod required_env;
mod required_labels;
mod required_volumes;
mod run_as_group;
mod run_as_user;
mod runtime_class;
mod se_linux;
mod seccomp;
mod supplemental_groups;
mod sysctls;
mod volumes;
