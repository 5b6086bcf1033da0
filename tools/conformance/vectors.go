package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podVector is a line of pod-security.jsonl.gz: an object, and the checks that refuse its pod by level and version.
type podVector struct {
	Name     string          `json:"name"`
	Manifest string          `json:"manifest"`
	Object   json.RawMessage `json:"object"`
	Error    *string         `json:"error"`
	// Why there is nothing to judge.
	Skipped  *string                   `json:"skipped,omitempty"`
	Results  [][]denial                `json:"results"`
	Verdicts map[string]map[string]int `json:"verdicts"`
}

// regenerateVectors judges the inputs of the vectors in a folder anew, and writes what the real code says of them.
func regenerateVectors(folder string) error {
	if err := regenerateAdmissions(folder); err != nil {
		return err
	}
	evaluator := newEvaluator()
	return rewrite(filepath.Join(folder, "pod-security.jsonl.gz"), func(line []byte) ([]byte, error) {
		vector := podVector{}
		if err := json.Unmarshal(line, &vector); err != nil {
			return nil, err
		}
		vector.judge(evaluator)
		return marshal(vector)
	})
}

// judge fills in what the real code says.
func (v *podVector) judge(evaluator policy.Evaluator) {
	verdicts := v.Verdicts
	v.Error, v.Results, v.Verdicts = nil, [][]denial{}, map[string]map[string]int{}
	objects, err := documents([]byte(v.Manifest))
	var meta *metav1.ObjectMeta
	var spec *corev1.PodSpec
	if err == nil && len(objects) > 0 {
		meta, spec, err = podOf(objects[0])
	}
	if err != nil {
		text := err.Error()
		v.Error = &text
		return
	}
	if spec == nil {
		return
	}
	known := map[string]int{}
	for level, byVersion := range verdicts {
		v.Verdicts[level] = map[string]int{}
		for version := range byVersion {
			v.Verdicts[level][version] = -1
		}
	}
	// Results are numbered in the order of these.
	for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
		for _, version := range append(versions(99)[2:], "latest") {
			if _, asked := v.Verdicts[string(level)][version]; !asked {
				continue
			}
			found := denials(evaluator, level, version, meta, spec)
			key := fmt.Sprintf("%q", found)
			index, ok := known[key]
			if !ok {
				index = len(v.Results)
				known[key] = index
				v.Results = append(v.Results, found)
			}
			v.Verdicts[string(level)][version] = index
		}
	}
}

// rewrite passes every line of a packed file through a function.
func rewrite(path string, change func([]byte) ([]byte, error)) error {
	packed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	var result bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&result, gzip.BestCompression)
	lines := bufio.NewScanner(reader)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		line, err := change(lines.Bytes())
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if _, err := writer.Write(line); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, result.Bytes(), 0o644)
}

// marshal writes one line without the escapes that Go makes for HTML.
func marshal(value any) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return line.Bytes(), err
}
