// conformance compares podline with the real Pod Security admission code: on random pods by every level and version, on
// random admissions, and on random creations in a live cluster, under random policies too; and with kubectl's decoder on random texts. See README.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	podline := flag.String("podline", "../../target/release/podline", "the program to compare")
	pods := flag.Int("pods", 2000, "how many random objects to judge by every level and version")
	admissions := flag.Int("admissions", 2000, "how many random creations to compare")
	documents := flag.Int("documents", 10000, "how many random texts to read")
	minutes := flag.Float64("minutes", 0, "read texts for so long, if that makes more of them")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "the same seed makes the same objects")
	newest := flag.Int("newest", 37, "the newest minor version to judge by")
	regenerate := flag.String("regenerate", "", "a folder of vectors, whose answers are written anew")
	kubeconfig := flag.String("kubeconfig", "", "compare with this live cluster instead")
	live := flag.Int("live", 1000, "how many random creations to compare with it")
	policies := flag.Int("policies", 0, "how many random ValidatingAdmissionPolicies to make there, and to compare the answers of")
	as := flag.String("as", "", "the user to impersonate there")
	admissionConfig := flag.String("admission-config", "", "the admission configuration that its API server runs with")
	version := flag.String("kubernetes-version", "", "its version, such as v1.33, if it is not the newest")
	keep := flag.Bool("keep-namespaces", false, "do not delete the namespaces made there")
	flag.Parse()
	if *regenerate != "" {
		exit(0, regenerateVectors(*regenerate))
	}
	fmt.Printf("seed %d\n", *seed)
	if *kubeconfig != "" {
		exit(compareLive(*podline, *kubeconfig, *as, *admissionConfig, *version, *seed, *live, *policies, *keep))
	}
	inDocuments, err := compareDocuments(*podline, *seed, *documents, time.Duration(*minutes*float64(time.Minute)))
	if err != nil {
		exit(inDocuments, err)
	}
	inAdmissions, err := compareAdmissions(*podline, *seed, *admissions)
	if err != nil {
		exit(inDocuments+inAdmissions, err)
	}
	inPods, err := comparePods(*podline, *seed, *pods, *newest)
	exit(inDocuments+inAdmissions+inPods, err)
}

// exit ends with 0 if nothing differs, 1 if something does, and 2 if it could not be compared.
func exit(differences int, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if differences > 0 {
		os.Exit(1)
	}
	os.Exit(0)
}
