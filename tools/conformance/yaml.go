package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// A read document: its value, or that there is none.
type read struct {
	value any
	err   string
}

// compareDocuments compares how n random texts are read, or as many as the time allows if that is more; returns how many
// differ otherwise than documented.
func compareDocuments(podline string, seed uint64, n int, atLeast time.Duration) (int, error) {
	generator := documentGenerator{newGenerator(seed)}
	differences, known, total := 0, map[string]int{}, 0
	for end := time.Now().Add(atLeast); total < n || time.Now().Before(end); {
		texts := make([][]byte, batch)
		for i := range texts {
			texts[i] = generator.text()
		}
		found, err := inspect(podline, texts)
		if err != nil {
			return differences, err
		}
		for i, text := range texts {
			want := kubectlReads(text)
			if reason := difference(want, found[i]); reason != "" {
				if name := documented(text, want, found[i]); name != "" {
					known[name]++
					continue
				}
				if differences++; differences <= 10 {
					text = shrink(podline, text)
					found, _ := inspect(podline, [][]byte{text})
					fmt.Printf("%q: %s\n", text, difference(kubectlReads(text), found[0]))
				}
			}
		}
		total += len(texts)
	}
	fmt.Printf("documents: %d texts, %d differences; documented: %v\n", total, differences, known)
	return differences, nil
}

// kubectlReads reads every document of a text as kubectl does, which ends at the first error; of UTF-16 the first one,
// which is all that podline reads.
func kubectlReads(text []byte) []read {
	if isUTF16(text) {
		// As FileVisitor does in k8s.io/cli-runtime/pkg/resource/visitor.go. What is not valid is replaced.
		text, _, _ = transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), text)
		documents := kubectlReads(text)
		return documents[:min(1, len(documents))]
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	documents := []read{}
	for {
		extension := runtime.RawExtension{}
		if err := decoder.Decode(&extension); errors.Is(err, io.EOF) {
			return documents
		} else if err != nil {
			return append(documents, read{err: err.Error()})
		}
		document := read{}
		if err := decodeJSON(extension.Raw, &document.value); err != nil {
			document.err = err.Error()
		}
		documents = append(documents, document)
	}
}

func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))
}

func decodeJSON(text []byte, into any) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// inspect lets podline read texts.
func inspect(podline string, texts [][]byte) ([][]read, error) {
	directory, err := os.MkdirTemp("", "podline-documents-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	for i, text := range texts {
		if err := os.WriteFile(filepath.Join(directory, fmt.Sprintf("%d.yaml", i)), text, 0o600); err != nil {
			return nil, err
		}
	}
	command := exec.Command(podline, "inspect", directory)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	var status *exec.ExitError
	if err != nil && (!errors.As(err, &status) || status.ExitCode() != 1) {
		return nil, fmt.Errorf("%w: %s", err, complaints.String())
	}
	found := make([][]read, len(texts))
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		line := struct {
			File  string          `json:"file"`
			JSON  json.RawMessage `json:"json"`
			Error string          `json:"error"`
		}{}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("%w: %s", err, lines.Bytes())
		}
		index, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(line.File), ".yaml"))
		if err != nil {
			return nil, err
		}
		document := read{err: line.Error}
		if err := decodeJSON(line.JSON, &document.value); err != nil {
			return nil, fmt.Errorf("%w: %s", err, lines.Bytes())
		}
		found[index] = append(found[index], document)
	}
	return found, lines.Err()
}

// difference says how podline reads a text otherwise, if it does. Behind kubectl's first error it may read on.
func difference(want, found []read) string {
	for i, document := range want {
		if strings.Contains(document.err, "document separator") {
			// kubectl also loses the document before it.
			for _, other := range found[min(i, len(found)):] {
				if other.err != "" {
					return ""
				}
			}
			return "no error, want: " + document.err
		}
		if i >= len(found) {
			return fmt.Sprintf("document %d is missing, want %v", i, document)
		}
		switch {
		case document.err != "" && found[i].err != "":
			return ""
		case document.err != "":
			return fmt.Sprintf("document %d is read as %v, want the error %s", i, found[i].value, document.err)
		case found[i].err != "":
			return fmt.Sprintf("document %d has the error %s, want %v", i, found[i].err, document.value)
		case !same(document.value, found[i].value):
			return fmt.Sprintf("document %d is read as %#v, want %#v", i, found[i].value, document.value)
		}
	}
	if len(found) > len(want) {
		return fmt.Sprintf("%d documents, want %d", len(found), len(want))
	}
	return ""
}

// same compares values; 1 and 1.0 are the same number.
func same(one, other any) bool {
	switch one := one.(type) {
	case json.Number:
		other, ok := other.(json.Number)
		if !ok {
			return false
		}
		first, err := one.Float64()
		second, otherErr := other.Float64()
		return one == other || err == nil && otherErr == nil && first == second
	case []any:
		other, ok := other.([]any)
		if !ok || len(one) != len(other) {
			return false
		}
		for i := range one {
			if !same(one[i], other[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		other, ok := other.(map[string]any)
		if !ok || len(one) != len(other) {
			return false
		}
		for key := range one {
			value, ok := other[key]
			if !ok || !same(one[key], value) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(one, other)
}

// documented names a difference that podline's README tells of.
func documented(text []byte, want, found []read) string {
	// The decoder walks maps in random order: another reading may be podline's. Of a small map the order that is needed
	// comes up once in eight times, so that 400 readings without it are no accident.
	for range 400 {
		if difference(kubectlReads(text), found) == "" {
			return "keys that JSON holds equal"
		}
	}
	if isUTF16(text) && strings.Contains(want[0].err, "document separator") {
		return "documents in UTF-16"
	}
	at := 0
	for at < min(len(want), len(found)) && same(want[at].value, found[at].value) && want[at].err == "" && found[at].err == "" {
		at++
	}
	if at >= min(len(want), len(found)) || want[at].err != "" || found[at].err == "" {
		return ""
	}
	switch found[at].err {
	case "null cannot be a key", "infinity and not-a-number have no place in JSON":
		return "what JSON cannot hold, overwritten"
	}
	if isUTF16(text) && len(text)%2 == 1 {
		return "half a character in UTF-16"
	}
	// What the decoder reads of a collection in brackets is the whole document to it.
	for end := len(text) - 1; end > 0; end-- {
		if (text[end] == ']' || text[end] == '}') && len(bytes.TrimSpace(text[end+1:])) > 0 {
			if difference(want[:at+1], kubectlReads(text[:end+1])) == "" {
				return "text behind a flow collection that is the document"
			}
		}
	}
	return ""
}

// shrink takes out of a text what is not needed for a difference that is not documented.
func shrink(podline string, text []byte) []byte {
	for size := len(text) / 2; size > 0; {
		shorter := [][]byte{}
		for at := 0; at+size <= len(text); at += size {
			shorter = append(shorter, append(append([]byte{}, text[:at]...), text[at+size:]...))
		}
		found, err := inspect(podline, shorter)
		if err != nil {
			return text
		}
		better := -1
		for i, candidate := range shorter {
			want := kubectlReads(candidate)
			if difference(want, found[i]) != "" && documented(candidate, want, found[i]) == "" {
				better = i
				break
			}
		}
		if better >= 0 {
			text = shorter[better]
			size = min(size, len(text)/2+len(text)%2)
		} else {
			size /= 2
		}
	}
	return text
}
