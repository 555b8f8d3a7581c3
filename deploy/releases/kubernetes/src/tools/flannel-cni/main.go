// A CNI plugin that lets other plugins use the subnet that flannel leased for this node. Flannel writes that lease
// to a file some time after the node has registered; this plugin reads the file whenever a pod comes or goes, so
// that the network's configuration can lie on the node from its first second and never needs to be rewritten.
//
// It takes "delegate" (the configuration of the plugin that does the work, for example ptp), adds the node's subnet
// as host-local addresses and flannel's MTU, and runs it in its own place.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const leaseDeadline = 10 * time.Second

type config struct {
	CNIVersion string                     `json:"cniVersion"`
	Name       string                     `json:"name"`
	SubnetFile string                     `json:"subnetFile"`
	DataDir    string                     `json:"dataDir"`
	Delegate   map[string]any             `json:"delegate"`
	Runtime    map[string]json.RawMessage `json:"runtimeConfig,omitempty"`
	Previous   json.RawMessage            `json:"prevResult,omitempty"`
}

type lease struct {
	network, subnet string
	mtu             int
}

func main() {
	if err := run(); err != nil {
		report(err)
		os.Exit(1)
	}
}

func report(err error) {
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"cniVersion": "1.0.0", "code": 100, "msg": err.Error()})
}

func run() error {
	command := os.Getenv("CNI_COMMAND")
	if command == "VERSION" {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{
			"cniVersion": "1.0.0", "supportedVersions": []string{"0.3.1", "0.4.0", "1.0.0"},
		})
	}
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var given config
	if err := json.Unmarshal(input, &given); err != nil {
		return fmt.Errorf("the network's configuration: %w", err)
	}
	deadline := time.Now()
	if command == "ADD" {
		deadline = deadline.Add(leaseDeadline)
	}
	leased, err := awaitLease(given.SubnetFile, deadline)
	if err != nil && command == "DEL" {
		// Without a lease nothing was ever given to a pod; what is left to free is known by the pod's id alone.
		leased, err = lease{subnet: "0.0.0.0/0"}, nil
	}
	if err != nil {
		return err
	}
	return delegate(given, leased)
}

func awaitLease(file string, deadline time.Time) (lease, error) {
	for {
		found, err := readLease(file)
		if err == nil || time.Now().After(deadline) {
			return found, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func readLease(file string) (lease, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return lease{}, fmt.Errorf("flannel has no subnet for this node yet: %w", err)
	}
	var found lease
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch key {
		case "FLANNEL_NETWORK":
			found.network = value
		case "FLANNEL_SUBNET":
			found.subnet = value
		case "FLANNEL_MTU":
			if found.mtu, err = strconv.Atoi(value); err != nil {
				return lease{}, fmt.Errorf("%s: FLANNEL_MTU: %w", file, err)
			}
		}
	}
	if found.subnet == "" || found.mtu == 0 {
		return lease{}, fmt.Errorf("%s lacks FLANNEL_SUBNET or FLANNEL_MTU", file)
	}
	return found, nil
}

func delegate(given config, leased lease) error {
	plugin, _ := given.Delegate["type"].(string)
	if plugin == "" || plugin != filepath.Base(plugin) {
		return fmt.Errorf("delegate.type %q is not the name of a plugin", plugin)
	}
	given.Delegate["cniVersion"], given.Delegate["name"] = given.CNIVersion, given.Name
	given.Delegate["mtu"] = leased.mtu
	given.Delegate["ipam"] = map[string]any{
		"type":    "host-local",
		"dataDir": given.DataDir,
		"ranges":  [][]map[string]string{{{"subnet": networkOf(leased.subnet)}}},
		"routes":  []map[string]string{{"dst": "0.0.0.0/0"}},
	}
	if given.Runtime != nil {
		given.Delegate["runtimeConfig"] = given.Runtime
	}
	if given.Previous != nil {
		given.Delegate["prevResult"] = given.Previous
	}
	input, err := json.Marshal(given.Delegate)
	if err != nil {
		return err
	}
	for _, folder := range filepath.SplitList(os.Getenv("CNI_PATH")) {
		program := filepath.Join(folder, plugin)
		if _, err := os.Stat(program); err != nil {
			continue
		}
		child := exec.Command(program)
		child.Stdin, child.Stdout, child.Stderr = bytes.NewReader(input), os.Stdout, os.Stderr
		if err := child.Run(); err != nil {
			// The plugin has told its error on standard output, as CNI wants it.
			os.Exit(1)
		}
		return nil
	}
	return fmt.Errorf("plugin %s is not in CNI_PATH %s", plugin, os.Getenv("CNI_PATH"))
}

// networkOf turns flannel's gateway address with its prefix length (10.200.3.1/24) into the network that host-local wants.
func networkOf(gateway string) string {
	address, bits, _ := strings.Cut(gateway, "/")
	octets := strings.Split(address, ".")
	if len(octets) == 4 && bits == "24" {
		octets[3] = "0"
	}
	return strings.Join(octets, ".") + "/" + bits
}
