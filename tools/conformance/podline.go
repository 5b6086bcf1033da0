package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
)

// A report of podline, as far as it is compared.
type report struct {
	Templates   []template        `json:"templates"`
	Namespaces  []namespaceAnswer `json:"namespaces"`
	Evaluations []evaluation      `json:"evaluations"`
}

// An evaluation is what a validation of a policy says of an object, or of the pod that its controller makes.
type evaluation struct {
	Name    string   `json:"name"`
	As      *string  `json:"as"`
	Policy  string   `json:"policy"`
	Binding string   `json:"binding"`
	Result  string   `json:"result"`
	Actions []string `json:"actions"`
	Message string   `json:"message"`
}

type template struct {
	Kind      string    `json:"kind"`
	Name      string    `json:"name"`
	Namespace string    `json:"namespace"`
	Verdicts  []verdict `json:"verdicts"`
	Admission answer    `json:"admission"`
}

type verdict struct {
	Mode    string `json:"mode"`
	Allowed *bool  `json:"allowed"`
	Checks  []struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
		Detail string `json:"detail"`
	} `json:"checks"`
}

func (v verdict) denials() []denial {
	found := []denial{}
	for _, check := range v.Checks {
		found = append(found, denial{check.ID, check.Reason, check.Detail})
	}
	return found
}

// check runs `podline check` on one text. No report means that podline could not do its job.
func check(podline string, text []byte, arguments ...string) (*report, error) {
	// Findings are not compared, and would be most of the report.
	arguments = append([]string{"check", "--no-config", "--format", "json", "--ignore", "*"}, arguments...)
	command := exec.Command(podline, append(arguments, "-")...)
	command.Stdin = bytes.NewReader(text)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	if err := command.Run(); err != nil {
		var status *exec.ExitError
		if !errors.As(err, &status) {
			return nil, err
		}
		if status.ExitCode() == 2 {
			return nil, nil
		}
		if status.ExitCode() != 1 {
			return nil, fmt.Errorf("%v: %s", err, complaints.String())
		}
	}
	found := &report{}
	if err := json.Unmarshal(output.Bytes(), found); err != nil {
		return nil, fmt.Errorf("the report is no JSON: %w", err)
	}
	return found, nil
}
