// since writes src/manifest/since/table.rs: which fields of the workload kinds, and which kinds, came with which
// Kubernetes. It reads the types of every release of k8s.io/api.
//
//	cd tools/since && go run . > ../../src/manifest/since/table.rs && cargo fmt
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// roots are the kinds that podline decodes whole.
var roots = [][2]string{
	{"core/v1", "Pod"}, {"core/v1", "PodTemplate"}, {"core/v1", "ReplicationController"}, {"apps/v1", "ReplicaSet"},
	{"apps/v1", "Deployment"}, {"apps/v1", "StatefulSet"}, {"apps/v1", "DaemonSet"}, {"batch/v1", "Job"}, {"batch/v1", "CronJob"},
}

func main() {
	oldest := flag.Int("oldest", 20, "the oldest minor version to tell apart")
	newest := flag.Int("newest", 37, "the newest minor version")
	flag.Parse()
	var releases []*release
	for minor := *oldest; minor <= *newest; minor++ {
		releases = append(releases, read(minor))
	}
	table := table{nodes: []string{""}, known: map[string]int{"": 0}, releases: releases}
	var below []string
	for _, root := range roots {
		ref := ref{root[0], root[1]}
		refs := make([]ref_, len(releases))
		for i, release := range releases {
			_, exists := release.structs[ref]
			refs[i] = ref_{ref, exists}
		}
		group := releases[len(releases)-1].groups[path.Dir(root[0])]
		below = append(below, fmt.Sprintf("(%q, %q, %d)", group, root[1], table.node(refs)))
	}
	fmt.Println("//! Written by `tools/since` from the types of k8s.io/api: do not edit.")
	fmt.Println()
	fmt.Printf("/// Releases before v1.%d are not told apart.\npub const OLDEST: u32 = %d;\n\n", *oldest, *oldest)
	fmt.Println("/// `(group, kind, the node of its fields)`")
	fmt.Printf("pub const ROOTS: &[(&str, &str, usize)] = &[%s];\n\n", strings.Join(below, ", "))
	fmt.Println("/// `(field, the release that brought it, the node of the fields below it)`: 0 is a field that was always there, and a")
	fmt.Println("/// node without fields. Fields that neither came later nor have such fields below them are left out.")
	fmt.Println("pub const NODES: &[&[(&str, u32, usize)]] = &[")
	for _, node := range table.nodes {
		fmt.Printf("&[%s],\n", node)
	}
	fmt.Println("];\n\n/// `(group, version, kind, the release that brought it)`")
	fmt.Printf("pub const KINDS: &[(&str, &str, &str, u32)] = &[%s];\n", strings.Join(kinds(releases), ", "))
}

// ref names a type of a release; ref_ also says whether there is one.
type ref struct{ folder, name string }

type ref_ struct {
	ref
	exists bool
}

// table gathers the nodes, each once.
type table struct {
	nodes    []string
	known    map[string]int
	releases []*release
}

// node is the number of the node for a type, which the releases may call by different names.
func (t *table) node(refs []ref_) int {
	last := len(t.releases) - 1
	var lines []string
	for _, field := range t.releases[last].fields(refs[last].ref) {
		// Where the newest run of releases that have it begins.
		since, below := last, make([]ref_, len(refs))
		for i := last; i >= 0 && refs[i].exists; i-- {
			j := slices.IndexFunc(t.releases[i].fields(refs[i].ref), func(old member) bool { return old.name == field.name })
			if j < 0 {
				break
			}
			since, below[i] = i, ref_{t.releases[i].fields(refs[i].ref)[j].of, true}
		}
		minor, child := 0, 0
		// Before its parent was there nothing needs to be said of it.
		if since > 0 && refs[since-1].exists {
			minor = t.releases[since].minor
		}
		if t.releases[last].isStruct(field.of) {
			child = t.node(below)
		}
		if minor != 0 || child != 0 {
			lines = append(lines, fmt.Sprintf("(%q, %d, %d)", field.name, minor, child))
		}
	}
	slices.Sort(lines)
	text := strings.Join(lines, ", ")
	if _, ok := t.known[text]; !ok {
		t.known[text] = len(t.nodes)
		t.nodes = append(t.nodes, text)
	}
	return t.known[text]
}

// kinds are those that the oldest release does not have.
func kinds(releases []*release) []string {
	var lines []string
	last := len(releases) - 1
	for kind := range releases[last].kinds {
		since := last
		for since > 0 && releases[since-1].kinds[kind] {
			since--
		}
		if since > 0 {
			lines = append(lines, fmt.Sprintf("(%q, %q, %q, %d)", kind[0], kind[1], kind[2], releases[since].minor))
		}
	}
	slices.Sort(lines)
	return lines
}

// download fetches a module and tells its folder.
func download(module string, minor int) string {
	version := fmt.Sprintf("%s@v0.%d.0", module, minor)
	output, err := exec.Command("go", "mod", "download", "-json", version).Output()
	found := struct{ Dir string }{}
	if err == nil {
		err = json.Unmarshal(output, &found)
	}
	must(err, version)
	return filepath.Clean(found.Dir)
}

func must(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "since: %s: %v\n", what, err)
		os.Exit(2)
	}
}
