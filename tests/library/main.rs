//! The library alone: what it reads, judges and repairs, as embedders build it.

#[path = "../support/mod.rs"]
mod support;

mod admission_vectors;
mod built_in_fields;
mod corpus;
mod documents;
mod fast_parser;
mod fix;
mod fix_corpus;
mod fix_kustomize;
mod fix_properties;
mod injected_containers;
mod inner_objects;
mod kubernetes_version;
mod kubernetes_yaml_vectors;
mod lists;
mod lost_settings;
mod misspelt_kinds;
mod own_settings;
mod pod_security_policy_vectors;
mod pod_security_vectors;
mod properties;
mod psp_rbac_vectors;
mod silence;
mod strays;
mod tekton;
mod unjudged_settings;
mod walls;
