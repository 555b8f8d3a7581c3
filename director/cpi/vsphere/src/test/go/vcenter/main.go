// A vCenter to test against: govmomi's simulator, and before it a proxy that counts, records, cuts, delays and expires.
// It says on one line of standard output where it is, and ends when its standard input does.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"

	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	model := simulator.VPX()
	model.Host = 0
	model.Machine = 0
	flag.IntVar(&model.Cluster, "clusters", 2, "clusters of the data center")
	flag.IntVar(&model.ClusterHost, "hosts", 3, "hosts of each cluster")
	flag.IntVar(&model.Datastore, "datastores", 3, "datastores, each on every host")
	flag.IntVar(&model.Pool, "pools", 1, "resource pools of each cluster")
	flag.IntVar(&model.Portgroup, "portgroups", 2, "distributed port groups")
	flag.IntVar(&model.OpaqueNetwork, "opaque", 1, "opaque networks")
	flag.IntVar(&model.Pod, "pods", 1, "datastore clusters")
	flag.IntVar(&model.DelayConfig.Delay, "delay", 0, "milliseconds that every call takes")
	taskDelay := flag.Int("task-delay", 0, "milliseconds that every task takes")
	user := flag.String("user", "slipway@vsphere.local", "who may log in")
	password := flag.String("password", "secret-of-the-vcenter", "with which password")
	flag.Parse()
	log.SetOutput(os.Stderr)

	must(model.Create())
	simulator.TaskDelay.Delay = *taskDelay
	certificate, ca := certificate()
	service := model.Service
	service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	service.RegisterEndpoints = true
	service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(*user, *password)}
	server := service.NewServer()

	ctx := context.Background()
	admin, err := govmomi.NewClient(ctx, server.URL, true)
	must(err)
	center := &vcenter{ctx: ctx, service: service, admin: admin, proxy: newProxy(server.URL)}
	must(center.fillPods())
	service.Context.Map.Handler = center.failTasks

	listener := listen()
	front := &http.Server{Handler: center.proxy, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	front.ErrorLog = log.New(io.Discard, "", 0)
	go func() { must(front.ServeTLS(listener, "", "")) }()
	control := listen()
	go func() { must(http.Serve(control, center.control())) }()

	must(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"host":     listener.Addr().String(),
		"control":  "http://" + control.Addr().String(),
		"direct":   server.URL.Host,
		"ca":       ca,
		"user":     *user,
		"password": *password,
	}))
	_, _ = io.Copy(io.Discard, os.Stdin)
	model.Remove()
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	return listener
}

// certificate is made anew for each run, so that no key lies in the repository.
func certificate() (tls.Certificate, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "simulated vCenter"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(48 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:           []net.IP{net.ParseIP("127.0.0.1")},
		DNSNames:              []string{"localhost"},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(err)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, text
}

type vcenter struct {
	ctx     context.Context
	service *simulator.Service
	admin   *govmomi.Client
	proxy   *proxy
	tasks   taskFaults
}

// control is what tests ask for beside the API of a vCenter.
func (v *vcenter) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) { v.answer(w, v.addFault(r.Body)) })
	mux.HandleFunc("POST /task-faults", func(w http.ResponseWriter, r *http.Request) { v.answer(w, v.tasks.add(r.Body)) })
	mux.HandleFunc("POST /network", func(w http.ResponseWriter, r *http.Request) { v.answer(w, v.addNetworkRule(r.Body)) })
	mux.HandleFunc("POST /actions", func(w http.ResponseWriter, r *http.Request) { v.answer(w, v.act(r.Body)) })
	mux.HandleFunc("DELETE /rules", func(w http.ResponseWriter, r *http.Request) {
		v.service.ClearFaultRules()
		v.tasks.clear()
		v.proxy.clear()
	})
	mux.HandleFunc("DELETE /calls", func(w http.ResponseWriter, r *http.Request) { v.proxy.forget() })
	mux.HandleFunc("GET /calls", func(w http.ResponseWriter, r *http.Request) { v.show(w, v.proxy.counted()) })
	mux.HandleFunc("GET /recorded/{method}", func(w http.ResponseWriter, r *http.Request) {
		v.show(w, v.proxy.recorded(r.PathValue("method")))
	})
	mux.HandleFunc("GET /inventory", func(w http.ResponseWriter, r *http.Request) {
		inventory, err := v.inventory()
		if err != nil {
			v.answer(w, err)
			return
		}
		v.show(w, inventory)
	})
	return mux
}

// addFault has a method answer with a fault; the simulator counts, skips and delays.
func (v *vcenter) addFault(body io.Reader) error {
	var asked struct {
		Method, Fault        string
		Skip, Count, DelayMs int
	}
	if err := json.NewDecoder(body).Decode(&asked); err != nil {
		return err
	}
	rule := &simulator.FaultInjectionRule{
		MethodName: asked.Method, ObjectType: "*", ObjectName: "*", Probability: 1, Enabled: true,
		SkipCount: asked.Skip, MaxCount: asked.Count, Delay: asked.DelayMs, Message: "told to fail",
	}
	kinds := map[string]simulator.FaultType{
		"Generic": simulator.FaultTypeGeneric, "NotAuthenticated": simulator.FaultTypeNotAuthenticated,
		"NoPermission": simulator.FaultTypeNoPermission, "InvalidArgument": simulator.FaultTypeInvalidArgument,
		"MethodNotFound":        simulator.FaultTypeMethodNotFound,
		"ManagedObjectNotFound": simulator.FaultTypeManagedObjectNotFound,
		"InvalidState":          simulator.FaultTypeInvalidState, "ResourceInUse": simulator.FaultTypeResourceInUse,
		"InsufficientResourcesFault": simulator.FaultTypeInsufficientResourcesFault,
		"NetworkFailure":             simulator.FaultTypeNetworkFailure, "Timeout": simulator.FaultTypeTimeout,
	}
	kind, ok := kinds[asked.Fault]
	if !ok {
		fault, err := faultNamed(asked.Fault)
		if err != nil {
			return err
		}
		kind, rule.Fault = simulator.FaultTypeCustom, fault
	}
	rule.FaultType = kind
	v.service.AddFaultRule(rule)
	return nil
}

// faultNamed are faults of vCenter beside those that the simulator knows by itself.
func faultNamed(name string) (types.BaseMethodFault, error) {
	switch name {
	case "TaskInProgress":
		return &types.TaskInProgress{}, nil
	case "NoDiskSpace":
		return &types.NoDiskSpace{Datastore: "LocalDS_0"}, nil
	case "HostNotConnected":
		return &types.HostNotConnected{}, nil
	case "FileLocked":
		return &types.FileLocked{}, nil
	case "DuplicateName":
		return &types.DuplicateName{Name: "injected"}, nil
	case "SystemError":
		return &types.SystemErrorFault{Reason: "told to fail"}, nil
	}
	return nil, fmt.Errorf("fault %q: expected a fault that this vCenter knows", name)
}

func (v *vcenter) answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (v *vcenter) show(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	must(json.NewEncoder(w).Encode(value))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
