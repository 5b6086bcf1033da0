package main

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
)

// batch is how many objects podline is given at a time.
const batch = 5000

// judged is an object and the pod in it.
type judged struct {
	text []byte
	meta *metav1.ObjectMeta
	spec *corev1.PodSpec
}

// versions are all policy versions up to the newest known, one that nobody knows yet, and latest.
func versions(newest int) []string {
	all := []string{"latest", "v1.9999"}
	for minor := range newest + 1 {
		all = append(all, fmt.Sprintf("v1.%d", minor))
	}
	return all
}

// comparePods judges n random objects by every level and version; returns how many verdicts differ.
func comparePods(podline string, seed uint64, n, newest int) (int, error) {
	g, evaluator := newGenerator(seed), newEvaluator()
	differences, compared := 0, 0
	for n > 0 {
		var text bytes.Buffer
		var objects []judged
		for range min(n, batch) {
			line := encode(g.workload(fmt.Sprintf("o%d", len(objects)), "default"))
			decoded, err := documents(line)
			if err != nil {
				return differences, fmt.Errorf("the generator made what cannot be decoded: %w", err)
			}
			meta, spec, err := podOf(decoded[0])
			if err != nil {
				return differences, err
			}
			if spec != nil {
				text.Write(line)
				objects = append(objects, judged{line, meta, spec})
			}
		}
		n -= min(n, batch)
		for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
			for _, version := range versions(newest) {
				found, err := check(podline, text.Bytes(), "--level", levelVersion(level, version))
				if err != nil {
					return differences, err
				}
				if found == nil || len(found.Templates) != len(objects) {
					return differences, fmt.Errorf("podline did not judge all of %d objects", len(objects))
				}
				expected := expectedDenials(func(one judged) []denial {
					return denials(evaluator, level, version, one.meta, one.spec)
				}, objects)
				for index, one := range objects {
					compared++
					verdict := found.Templates[index].Verdicts[0]
					allowed := verdict.Allowed != nil && *verdict.Allowed
					if !reflect.DeepEqual(verdict.denials(), expected[index]) || allowed != (len(expected[index]) == 0) {
						differences++
						show(differences, levelVersion(level, version), one.text, expected[index], verdict.denials())
					}
				}
			}
		}
		fmt.Printf("pods: %d verdicts compared, %d differences\n", compared, differences)
	}
	return differences, nil
}

// expectedDenials judges all objects with the real checks, on two threads.
func expectedDenials(judge func(judged) []denial, objects []judged) [][]denial {
	expected := make([][]denial, len(objects))
	var group sync.WaitGroup
	half := len(objects) / 2
	for _, part := range [][2]int{{0, half}, {half, len(objects)}} {
		group.Go(func() {
			for index := part[0]; index < part[1]; index++ {
				expected[index] = judge(objects[index])
			}
		})
	}
	group.Wait()
	return expected
}

// show prints the first differences.
func show(number int, what string, text []byte, expected, found any) {
	if number <= 10 {
		fmt.Printf("--- %s\n%s  real:    %q\n  podline: %q\n", what, text, expected, found)
	}
}
