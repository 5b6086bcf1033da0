//! Stores of files, blocks and objects.

use super::{Container, Flags, NO_PARTS, Own, Parts, Pod, Volumes, partial, steps};
use crate::manifest::template::Row;

pub(super) const ROWS: &[Row] = &[
    steps("minio.min.io", "Tenant", MINIO_PODS, MINIO),
    // Host networking is asked for by `network.provider: host` too, and the directory of the host's that all daemons use
    // stands in `dataDirHostPath`.
    steps(
        "ceph.rook.io",
        "CephCluster",
        &[
            server!(
                "spec",
                [],
                [],
                &[Flags("network"), Own::HostNetwork("network.provider", "host"), Own::HostPath("dataDirHostPath"),]
            ),
            server!("spec.mgr", [], [], FLAGS),
            server!("spec.monitoring.exporter", [], [], FLAGS),
        ],
        ROOK,
    ),
    steps(
        "ceph.rook.io",
        "CephObjectStore",
        &[server!("spec.gateway", [], [], &[Flags(""), Volumes("additionalVolumeMounts[*].volumeSource")])],
        ROOK_OBJECT_STORE,
    ),
    steps(
        "ceph.rook.io",
        "CephNFS",
        &[
            server!("spec.server", [], [], FLAGS),
            server!(
                "spec.security",
                [],
                [],
                &[
                    Volumes("kerberos.configFiles.volumeSource"),
                    Volumes("kerberos.keytabFile.volumeSource"),
                    Volumes("sssd.sidecar.sssdConfigFile.volumeSource"),
                    Volumes("sssd.sidecar.additionalFiles[*].volumeSource"),
                ]
            ),
        ],
        ROOK_NFS,
    ),
    steps("ceph.rook.io", "CephNVMeOFGateway", &[server!("spec", [], [], FLAGS)], ROOK_NVME),
    steps(
        "csi.ceph.io",
        "Driver",
        &[
            server!("spec.controllerPlugin", [], [], &[Flags(""), Own::Privileged("privileged")]),
            server!("spec.nodePlugin", [], [], &[Volumes("volumes[*].volume")]),
        ],
        "ceph/ceph-csi-operator api/v1/driver_types.go (ControllerPluginSpec, NodePluginSpec)",
    ),
    // Pods of its master, workers and clients are on the host's network where nothing else is said.
    steps("data.fluid.io", "AlluxioRuntime", ALLUXIO_PODS, FLUID),
    steps("data.fluid.io", "JuiceFSRuntime", FLUID_PODS, FLUID),
    steps("data.fluid.io", "JindoRuntime", JINDO_PODS, FLUID),
    steps("data.fluid.io", "ThinRuntime", FLUID_PODS, FLUID),
    steps("data.fluid.io", "EFCRuntime", FLUID_PODS, FLUID),
    partial(
        "data.fluid.io",
        "CacheRuntimeClass",
        &["topology.master.template", "topology.worker.template", "topology.client.template"],
        "fluid-cloudnative/fluid api/v1alpha1/cacheruntimeclass_types.go (RuntimeTopology)",
    ),
];

const FLAGS: &[Own] = &[Flags("")];
const MINIO_PODS: &[Parts] = &[
    server!("spec.pools[*]", [], [], MINIO_OWN),
    server!("spec.kes", [], [], MINIO_OWN),
    server!(
        "spec",
        ["sideCars.containers[*]"],
        ["initContainers[*]"],
        &[Volumes("sideCars.volumes[*]"), Volumes("additionalVolumes[*]")]
    ),
];
const MINIO_OWN: &[Own] = &[Container("containerSecurityContext"), Pod("securityContext")];
const FLUID_PODS: &[Parts] = &[
    server!("spec.master", [], [], FLUID_OWN),
    server!("spec.jobMaster", [], [], FLUID_OWN),
    server!("spec.worker", [], [], FLUID_OWN),
    server!("spec.jobWorker", [], [], FLUID_OWN),
    server!("spec.fuse", [], [], FLUID_OWN),
    server!("spec.apiGateway", [], [], FLUID_OWN),
    server!("spec", [], [], FLUID_STORES),
];
const ALLUXIO_PODS: &[Parts] = &[
    server!("spec.master", [], [], FLUID_OWN),
    server!("spec.jobMaster", [], [], FLUID_OWN),
    server!("spec.worker", [], [], FLUID_OWN),
    server!("spec.jobWorker", [], [], FLUID_OWN),
    server!("spec.fuse", [], [], FLUID_OWN),
    server!("spec.apiGateway", [], [], FLUID_OWN),
    server!("spec", [], [], FLUID_STORES),
    server!("spec", [], [], &[Own::User("runAs.uid")]),
];
const JINDO_PODS: &[Parts] = &[
    server!("spec.fuse", [], [], FLUID_OWN),
    server!(
        "spec",
        [],
        [],
        &[
            Own::HostNetwork("networkmode", "HostNetwork"),
            Volumes("volumes[*]"),
            Volumes("tieredstore.levels[*].volumeSource"),
            Own::HostVolume("tieredstore.levels[*].volumeType", "hostPath"),
        ]
    ),
];
/// A tier of a store without a type of volume is on the host too.
const FLUID_STORES: &[Own] = &[
    Volumes("volumes[*]"),
    Volumes("tieredstore.levels[*].volumeSource"),
    Own::HostVolume("tieredstore.levels[*].volumeType", "hostPath"),
];
const FLUID_OWN: &[Own] = &[Own::HostNetwork("networkMode", "HostNetwork")];

const MINIO: &str = "minio/operator pkg/apis/minio.min.io/v2/types.go (TenantSpec, Pool, KESConfig)";
const ROOK: &str = "rook/rook pkg/apis/ceph.rook.io/v1/network.go (IsHost), types.go (NetworkSpec, MgrSpec, \
     CephExporterSpec), pkg/operator/ceph/controller/spec.go (DaemonVolumes)";
const ROOK_OBJECT_STORE: &str = "rook/rook pkg/apis/ceph.rook.io/v1/object.go (IsHostNetwork), types.go (GatewaySpec)";
const ROOK_NFS: &str = "rook/rook pkg/apis/ceph.rook.io/v1/nfs.go (IsHostNetwork), types.go (NFSSecuritySpec)";
const ROOK_NVME: &str = "rook/rook pkg/apis/ceph.rook.io/v1/nvmeof.go (IsHostNetwork)";
const FLUID: &str = "fluid-cloudnative/fluid api/v1alpha1/container_network.go (NetworkMode), common.go (Level, User)";
