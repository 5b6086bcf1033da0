//! Whatever settings and objects are written, modules answer.

use podline_policies::{Cluster, Engine as _, User, kubewarden};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::review_of;

const MODULES: [&str; 33] = [
    "allow-privilege-escalation-psp",
    "allowed-fsgroups-psp",
    "allowed-proc-mount-types-psp",
    "annotations",
    "apparmor-psp",
    "capabilities-psp",
    "disallow-service-loadbalancer",
    "disallow-service-nodeport",
    "environment-variable-policy",
    "flexvolume-drivers-psp",
    "host-namespaces-psp",
    "hostpaths-psp",
    "ingress",
    "labels",
    "persistentvolumeclaim-storageclass-policy",
    "pod-ndots",
    "pod-privileged",
    "pod-runtime",
    "priority-class-policy",
    "probes",
    "psa-label-enforcer",
    "readonly-root-filesystem-psp",
    "safe-annotations",
    "safe-labels",
    "seccomp-psp",
    "selinux-psp",
    "share-pid-namespace-policy",
    "sysctl-psp",
    "trusted-repos",
    "user-group-psp",
    "verify-image-signatures",
    "volumemounts",
    "volumes-psp",
];

/// The keys that settings and pods have, so that what is written is looked at.
const KEYS: &str = "rule|ranges|min|max|allow|reject|registries|images|tags|values|criteria|operator|liveness|\
                    readiness|enforce|periodSeconds|minimum|limit|level|user|overwrite|run_as_user|run_as_group|\
                    validate_only|allowedHostPaths|pathPrefix|readOnly|denied_labels|constrained_labels|\
                    allowedTypes|allowed_capabilities|profile_types|name|volumes|containers|initContainers|\
                    securityContext|seccompProfile|type|capabilities|add|volumeMounts|hostPath|path|image|env|\
                    sysctls|allowedUnsafeSysctls|forbiddenSysctls|seLinuxOptions|fsGroup|supplementalGroups";
const TEXTS: &str = "MustRunAs|MayRunAs|RunAsAny|MustRunAsNonRoot|containsAnyOf|doesNotContainOtherThan|anyNotIn|\
                     Localhost|RuntimeDefault|s0:c1,c2|nginx:1|a@sha256:00|[|*|net.*|/etc/|é|\u{0}";

fn word(list: &'static str) -> impl Strategy<Value = String> {
    proptest::sample::select(list.split('|').map(|word| word.trim().to_owned()).collect::<Vec<_>>())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_i64..3).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word(TEXTS).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(KEYS), inner), 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn policy(module: &str, settings: &Value) -> Value {
    json!({
        "apiVersion": "policies.kubewarden.io/v1",
        "kind": "ClusterAdmissionPolicy",
        "metadata": { "name": "p" },
        "spec": {
            "module": module,
            "mutating": false,
            "settings": settings,
            "rules": [{ "apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"] }],
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_module_takes_or_refuses_whatever_settings(settings in any_json(), spec in any_json(), kind in 0_usize..3) {
        let (version, kind) = [("v1", "Pod"), ("apps/v1", "Deployment"), ("v1", "Service")][kind];
        let spec = if kind == "Deployment" { json!({ "template": { "spec": spec } }) } else { spec };
        let object = json!({
            "apiVersion": version,
            "kind": kind,
            "metadata": { "name": "web", "labels": spec, "annotations": settings },
            "spec": spec,
        });
        for module in MODULES {
            let loaded = kubewarden::load(&[policy(module, &settings)]);
            prop_assert!(loaded.not_judged.is_empty(), "{} is known", module);
            let rows = review_of(&object, &Cluster::new(), &User::named("alice"), |review| loaded.engine.judge(review));
            prop_assert_eq!(rows.len() + loaded.refused.len(), 1);
        }
    }

    #[test]
    fn whatever_stands_in_a_spec_is_a_policy_or_refused(spec in any_json(), group in any::<bool>()) {
        let kind = if group { "AdmissionPolicyGroup" } else { "AdmissionPolicy" };
        let document = json!({
            "apiVersion": "policies.kubewarden.io/v1", "kind": kind, "metadata": { "name": "p" }, "spec": spec,
        });
        let loaded = kubewarden::load(&[document]);
        let sound = loaded.engine.summaries().count() + loaded.not_judged.len();
        prop_assert_eq!(sound + loaded.refused.len(), 1);
        prop_assert!(loaded.refused.iter().all(|refused| !refused.errors.is_empty() && !refused.text.is_empty()));
    }
}
