//! Twenty and some ways in which a person can have nothing judged, and what podline says of each.

use super::more_ways::MORE;
use super::{CONFIG_MAP, POD, VALUES};
use crate::support::command::{Scratch, podline, run};

/// A way to exit status 0 without anything judged: what is there, what is asked, and what podline says now.
pub(super) struct Way {
    pub name: &'static str,
    pub files: &'static [(&'static str, &'static str)],
    /// Those that begin with PODLINE_ are variables of the environment.
    pub arguments: &'static [&'static str],
    pub status: i32,
    /// On standard error, or on standard output.
    pub says: &'static str,
}

pub(super) const FORBIDDEN: &str =
    "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: [{name: c, image: a}]}}\n";
const NO_KIND: &str = "{apiVersion: apps/v1, metadata: {name: d}, spec: {template: {spec: {hostPID: true, containers: [{name: c, image: a}]}}}}\n";
const UPPER_CASE: &str = "{apiVersion: v1, Kind: Pod, metadata: {name: p}, spec: {hostPID: true}}\n";
const TEMPLATE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\nspec: {hostPID: true}\n";
const LOST_TEMPLATE: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {}, template: {spec: {hostPID: true, containers: [{name: c, image: a}]}}}\n";
const RELEASE: &str = "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {values: {hostPID: true}}}\n";
const ENCRYPTED: &str = "{apiVersion: 'ENC[AES256_GCM,data:a]', kind: 'ENC[AES256_GCM,data:b]', sops: {mac: a}}\n";
const UNKNOWN: &str = "{apiVersion: example.com/v1, kind: App, metadata: {name: a}, spec: {pod: {hostPID: true, containers: [{name: c, image: a}]}}}\n";
const MISSPELT: &str = "{apiVersion: v1, kind: pod, metadata: {name: p}, spec: {hostPID: true}}\n";
const HIDDEN_VERSION: &str =
    "{apiVersion: '${V}', kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: [{name: c, image: a}]}}\n";
const SPELT_AS_IN_GO: &str = "{apiVersion: example.com/v1, kind: App, metadata: {name: a}, spec: {HostPID: true}}\n";
const PRIVILEGED: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: \
                          {pod-security.kubernetes.io/enforce: privileged}}}\n";
const PATCH: &str = "patches: [{path: p.yaml}]\n";
const EXEMPT: &str = "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n\
                      exemptions: {namespaces: [default]}\n";

const WAYS: &[Way] = &[
    Way {
        name: "an empty file",
        files: &[("a.yaml", "")],
        arguments: &["a.yaml"],
        status: 2,
        says: "a.yaml: the file is empty",
    },
    Way {
        name: "comments alone",
        files: &[("a.yaml", "# x\n---\n")],
        arguments: &["a.yaml"],
        status: 2,
        says: "a.yaml holds no object",
    },
    Way {
        name: "a values file",
        files: &[("values.yaml", VALUES)],
        arguments: &["values.yaml"],
        status: 2,
        says: "values.yaml holds no object",
    },
    Way {
        name: "an empty directory",
        files: &[("a/x.txt", "")],
        arguments: &["a"],
        status: 2,
        says: "no file to read",
    },
    Way {
        name: "a directory that is misspelt",
        files: &[("a.yaml", FORBIDDEN)],
        arguments: &["depoly"],
        status: 2,
        says: "depoly: no such file or directory",
    },
    Way {
        name: "files with another ending",
        files: &[("a/pod.yaml.tmpl", FORBIDDEN)],
        arguments: &["a"],
        status: 2,
        says: "no file to read",
    },
    Way {
        name: "objects without pods",
        files: &[("a/map.yaml", CONFIG_MAP)],
        arguments: &["a"],
        status: 0,
        says: "warning: nothing was judged: no pod template in 1 file with 1 object",
    },
    Way {
        name: "a directory of values",
        files: &[("a/values.yaml", VALUES)],
        arguments: &["a"],
        status: 0,
        says: "warning: nothing was judged: all that was found was skipped (1 not-manifest)",
    },
    Way {
        name: "an object without kind",
        files: &[("a/d.yaml", NO_KIND)],
        arguments: &["a"],
        status: 1,
        says: "manifest/missing-kind",
    },
    Way {
        name: "Kind for kind",
        files: &[("a/p.yaml", UPPER_CASE)],
        arguments: &["a"],
        status: 1,
        says: "write kind, not Kind",
    },
    Way {
        name: "pod for Pod",
        files: &[("a/p.yaml", MISSPELT)],
        arguments: &["a"],
        status: 1,
        says: "manifest/unknown-kind",
    },
    Way {
        name: "a template one level too high",
        files: &[("a/d.yaml", LOST_TEMPLATE)],
        arguments: &["a"],
        status: 1,
        says: "the containers at template.spec.containers are lost",
    },
    Way {
        name: "a chart that was not rendered",
        files: &[("a/t.yaml", TEMPLATE)],
        arguments: &["a"],
        status: 0,
        says: "warning: nothing was judged: all that was found was skipped (1 unrendered)",
    },
    Way {
        name: "a HelmRelease",
        files: &[("a/r.yaml", RELEASE)],
        arguments: &["a"],
        status: 0,
        says: "Skipped 1: 1 unrendered",
    },
    Way {
        name: "an encrypted file",
        files: &[("a/e.yaml", ENCRYPTED)],
        arguments: &["a"],
        status: 0,
        says: "warning: nothing was judged: all that was found was skipped (1 encrypted)",
    },
    Way {
        name: "a pod in an unknown kind",
        files: &[("a/u.yaml", UNKNOWN)],
        arguments: &["a"],
        status: 0,
        says: "manifest/unjudged-template",
    },
    Way {
        name: "a patch alone",
        files: &[("a/kustomization.yaml", PATCH), ("a/p.yaml", POD)],
        arguments: &["a"],
        status: 0,
        says: "1 patch",
    },
    Way {
        name: "an ignored directory",
        files: &[(".gitignore", "a/\n"), ("a/p.yaml", FORBIDDEN), ("m.yaml", CONFIG_MAP)],
        arguments: &["."],
        status: 0,
        says: "Skipped 1: 1 ignored",
    },
    Way {
        name: "a directory of tools",
        files: &[(".venv/p.yaml", FORBIDDEN), ("m.yaml", CONFIG_MAP)],
        arguments: &["."],
        status: 0,
        says: "Skipped 1: 1 hidden",
    },
    Way {
        name: "a hook that leaves all out",
        files: &[(".podlineignore", "p.yaml\n"), ("p.yaml", FORBIDDEN)],
        arguments: &["--as-walked", "p.yaml"],
        status: 0,
        says: "skipped p.yaml: ignored (by p.yaml in .podlineignore)",
    },
    Way {
        name: "a configuration with a mistake",
        files: &[("podline.yaml", "levle: x\n"), ("p.yaml", FORBIDDEN)],
        arguments: &["p.yaml"],
        status: 2,
        says: "unknown key levle",
    },
    Way {
        name: "a namespace that is exempt",
        files: &[("c.conf", EXEMPT), ("p.yaml", FORBIDDEN)],
        arguments: &["--admission-config=c.conf", "p.yaml"],
        status: 0,
        says: "warning: nothing was judged: the only pod template is exempt",
    },
    Way {
        name: "a namespace without labels",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--admission", "p.yaml"],
        status: 0,
        says: "policy/unknown-namespace",
    },
    Way {
        name: "the level that forbids nothing",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--level=privileged", "p.yaml"],
        status: 0,
        says: "Checked 1 file at privileged:latest",
    },
    Way {
        name: "every rule ignored",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--ignore=*", "p.yaml"],
        status: 0,
        says: "warning: nothing was judged: --select, --ignore or the configuration leave no rule",
    },
    Way {
        name: "an exclude that covers what is walked",
        files: &[("a/p.yaml", FORBIDDEN)],
        arguments: &["--exclude=a", "--force-exclude", "a"],
        status: 0,
        says: "warning: nothing was judged: all that was found was skipped (1 ignored)",
    },
    Way {
        name: "an object as a text",
        files: &[("a/p.yaml", "|\n  apiVersion: v1\n  kind: Pod\n  spec: {hostPID: true}\n")],
        arguments: &["a"],
        status: 1,
        says: "the document is a text in which an object stands",
    },
    Way {
        name: "an object in UTF-16 without a byte order mark",
        files: &[("a/p.yaml", "k\0i\0n\0d\0:\0 \0P\0o\0d\0\n\0")],
        arguments: &["a"],
        status: 1,
        says: "manifest/invalid-yaml",
    },
    Way {
        name: "a placeholder for the apiVersion",
        files: &[("a/p.yaml", HIDDEN_VERSION)],
        arguments: &["a"],
        status: 1,
        says: "pod must not set hostPID=true",
    },
    Way {
        name: "an overlay whose patch has another ending",
        files: &[("a/kustomization.yaml", "patches: [{path: p.patch}]\n"), ("a/p.patch", FORBIDDEN)],
        arguments: &["a"],
        status: 1,
        says: "a/p.patch",
    },
    Way {
        name: "an object of a kustomization in a file with another ending",
        files: &[("a/kustomization.yaml", "resources: [p.txt]\n"), ("a/p.txt", FORBIDDEN)],
        arguments: &["a"],
        status: 1,
        says: "a/p.txt",
    },
    Way {
        name: "a kustomization of a chart",
        files: &[("a/kustomization.yaml", "helmCharts: [{name: x}]\n")],
        arguments: &["a"],
        status: 0,
        says: "all that was found was skipped (1 unrendered)",
    },
    Way {
        name: "a namespace at privileged",
        files: &[("a/n.yaml", PRIVILEGED), ("a/p.yaml", FORBIDDEN)],
        arguments: &["--admission", "a"],
        status: 0,
        says: "nothing was judged: the only pod template is at the level privileged, which forbids nothing",
    },
    Way {
        name: "an unknown kind whose fields are spelt as in Go",
        files: &[("a/u.yaml", SPELT_AS_IN_GO)],
        arguments: &["a"],
        status: 0,
        says: "HostPID: true was not judged",
    },
];

#[test]
fn of_each_way_to_have_nothing_judged_podline_says_which_one_it_is() {
    for Way { name, files, arguments, status, says } in WAYS.iter().chain(MORE) {
        let scratch = Scratch::repository(files);
        let (variables, arguments): (Vec<&str>, Vec<&str>) =
            arguments.iter().partition(|one| one.starts_with("PODLINE_"));
        let mut command = podline(&[&["check"], arguments.as_slice()].concat());
        command.envs(variables.iter().filter_map(|one| one.split_once('=')));
        let run = run(command.current_dir(scratch.path("")));
        let said = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(run.status, *status, "{name}: {said}");
        assert!(said.contains(says), "{name}: {said}");
    }
}

#[test]
fn a_failed_command_before_a_pipe_is_no_clean_run() {
    for input in ["", "\n\n", "---\n# Source: a/templates/b.yaml\n", "Error: chart not found\n", VALUES] {
        let piped = run(podline(&["check", "-"]).write_stdin(input));
        assert_eq!(piped.status, 2, "{input:?}: {}", piped.stderr);
        assert!(piped.stderr.contains("standard input holds no object"), "{input:?}: {}", piped.stderr);
    }
}
