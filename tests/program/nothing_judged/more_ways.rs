//! More ways in which a person can have nothing judged: rules, configurations, odd texts and odd files.

use super::ways::{FORBIDDEN, Way};
use super::{CONFIG_MAP, POD};

const UNKNOWN: &str = "{apiVersion: example.com/v1, kind: App, metadata: {name: a}, spec: {pod: {hostPID: true, containers: [{name: c, image: a}]}}}\n";

pub(super) const MORE: &[Way] = &[
    Way {
        name: "every rule of the Standards ignored",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--ignore=pss/*", "p.yaml"],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "every rule of the Standards ignored by the environment",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["PODLINE_IGNORE=pss/*", "-q", "p.yaml"],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "a rule selected that the level does not have",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--level=baseline", "--select=runAsNonRoot", "p.yaml"],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "rules of a family that nothing was loaded for",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["--select=local/*", "p.yaml"],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "the level that forbids nothing from the environment, in a quiet run",
        files: &[("p.yaml", FORBIDDEN)],
        arguments: &["PODLINE_LEVEL=privileged", "-q", "p.yaml"],
        status: 0,
        says: "nothing was judged: the only pod template is at the level privileged",
    },
    Way {
        name: "a configuration beside the manifest that turns all off",
        files: &[("d/p.yaml", FORBIDDEN), ("d/podline.yaml", "rules: {'pss/*': off}\n")],
        arguments: &["."],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "a path for which all is turned off",
        files: &[
            ("d/p.yaml", FORBIDDEN),
            ("podline.yaml", "namespaces: [{match: {paths: d/}, rules: {'pss/*': off}}]\n"),
        ],
        arguments: &["d"],
        status: 0,
        says: "nothing was judged: --select, --ignore or the configuration leave no rule that judges",
    },
    Way {
        name: "a configuration that extends one at privileged",
        files: &[("p.yaml", FORBIDDEN), ("podline.yaml", "extends: all.yml\n"), ("all.yml", "level: privileged\n")],
        arguments: &["p.yaml"],
        status: 0,
        says: "nothing was judged: the only pod template is at the level privileged",
    },
    Way {
        name: "a configuration that excludes everything",
        files: &[("p.yaml", FORBIDDEN), ("podline.yaml", "exclude: '*'\n")],
        arguments: &["."],
        status: 2,
        says: "no file to read: podline.yaml excludes all of them",
    },
    Way {
        name: "an ignore file that covers everything",
        files: &[("p.yaml", FORBIDDEN), (".podlineignore", "*\n")],
        arguments: &["."],
        status: 2,
        says: "no file to read: all that the paths given hold is left out (1 ignored)",
    },
    Way {
        name: "a policy without a control",
        files: &[("p.yaml", POD), ("podline.yaml", "policies: [{name: digests, match: {kinds: [Pod]}}]\n")],
        arguments: &["p.yaml"],
        status: 2,
        says: "a policy without a control asks nothing",
    },
    Way {
        name: "policies of which only the params were named",
        files: &[("p.yaml", POD), ("params/m.yaml", CONFIG_MAP)],
        arguments: &["--policy=params", "p.yaml"],
        status: 2,
        says: "params: no policy is there, only what policies may refer to",
    },
    Way {
        name: "a pod behind the end of its document",
        files: &[(
            "d/p.yaml",
            concat!(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n...\n",
                "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true}}\n"
            ),
        )],
        arguments: &["d"],
        status: 1,
        says: "manifest/ignored-content",
    },
    Way {
        name: "a pod between lines that only bare returns end",
        files: &[(
            "d/p.yaml",
            "apiVersion: v1\rkind: Pod\rmetadata: {name: p}\rspec: {hostPID: true, containers: [{name: c, image: a}]}\r",
        )],
        arguments: &["d"],
        status: 1,
        says: "pss/hostNamespaces",
    },
    Way {
        name: "a text in UTF-32",
        files: &[("d/p.yaml", "k\0\0\0i\0\0\0n\0\0\0d\0\0\0:\0\0\0 \0\0\0P\0\0\0")],
        arguments: &["d"],
        status: 1,
        says: "manifest/invalid-yaml",
    },
    Way {
        name: "a kind with a character that nobody sees",
        files: &[("d/p.yaml", "{apiVersion: v1, kind: \"Pod\u{200b}\", metadata: {name: p}, spec: {hostPID: true}}\n")],
        arguments: &["d"],
        status: 1,
        says: "no v1 Pod\\u{200b} is known to Kubernetes; did you mean Pod?",
    },
    Way {
        name: "a list whose objects are in item",
        files: &[(
            "d/l.yaml",
            "{apiVersion: v1, kind: List, item: [{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true}}]}\n",
        )],
        arguments: &["d"],
        status: 1,
        says: "a List has its objects in items, not in item",
    },
    Way {
        name: "a list without objects",
        files: &[("l.yaml", "{apiVersion: v1, kind: List, items: }\n")],
        arguments: &["l.yaml"],
        status: 0,
        says: "nothing was judged: no object that can be judged in 1 file",
    },
    Way {
        name: "a list with the spec of a pod beside its items",
        files: &[("p.yaml", "{apiVersion: v1, kind: List, items: [], spec: {hostPID: true, containers: []}}\n")],
        arguments: &["p.yaml"],
        status: 1,
        says: "unknown field \"spec\": kubectl reads items here, and drops this",
    },
    Way {
        name: "a patch that no kustomization lists, where patches are denied",
        files: &[("p.yaml", "{apiVersion: v1, kind: Pod, $patch: merge, metadata: {name: p}}\n")],
        arguments: &["--deny=patch", "."],
        status: 1,
        says: "1 patch: denied by --deny",
    },
    Way {
        name: "a pod that says that it is a patch",
        files: &[(
            "d/p.yaml",
            "{apiVersion: v1, kind: Pod, $patch: merge, metadata: {name: p}, spec: {hostPID: true}}\n",
        )],
        arguments: &["d"],
        status: 0,
        says: "nothing was judged: all that was found was skipped (1 patch)",
    },
    Way {
        name: "a pod that a test only asserts",
        files: &[
            ("d/chainsaw-test.yaml", "spec: {steps: [{try: [{assert: {file: p.yaml}}]}]}\n"),
            ("d/p.yaml", FORBIDDEN),
        ],
        arguments: &["d"],
        status: 0,
        says: "nothing was judged: all that was found was skipped (2 not-manifest)",
    },
    Way {
        name: "a file that pretends to be one of accepted findings",
        files: &[("d/a.yaml", "{\"podline\":\"accepted\",\nkind: Pod, apiVersion: v1, spec: {hostPID: true}}\n")],
        arguments: &["d"],
        status: 0,
        says: "nothing was judged: all that was found was skipped (1 not-manifest)",
    },
    Way {
        name: "an entry of templates that leads nowhere",
        files: &[
            ("d/f.yaml", UNKNOWN),
            ("podline.yaml", "templates: [{apiVersion: example.com/v1, kind: App, path: spec.nothing}]\n"),
        ],
        arguments: &["d"],
        status: 0,
        says: "hostPID: true was not judged",
    },
    Way {
        name: "an overlay whose list is misspelt",
        files: &[("d/kustomization.yaml", "resource: [p.txt]\n"), ("d/p.txt", FORBIDDEN)],
        arguments: &["d"],
        status: 0,
        says: "unknown field \"resource\": kustomize refuses the kustomization and builds nothing; did you mean resources?",
    },
    Way {
        name: "waivers for everything",
        files: &[("p.yaml", FORBIDDEN), ("podline.yaml", "waivers: [{rules: 'pss/*', reason: later}]\n")],
        arguments: &["p.yaml"],
        status: 0,
        says: "No findings; 5 waived.",
    },
];
