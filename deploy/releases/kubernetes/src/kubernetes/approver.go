package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	certificates "k8s.io/api/certificates/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const nodeUserPrefix = "system:node:"

// errAddressHeld marks a request that is put off, not denied: the holder may be a node that has just died.
var errAddressHeld = errors.New("the address is held by another live node")

// runElected keeps one approver at work in a cluster with several masters, and ends the process when leadership is lost.
func (a *approver) runElected(ctx context.Context, identity string) {
	lock := &resourcelock.LeaseLock{
		LeaseMeta:  meta.ObjectMeta{Namespace: "kube-system", Name: "node-controller"},
		Client:     a.client.CoordinationV1(),
		LockConfig: resourcelock.ResourceLockConfig{Identity: identity},
	}
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock:            lock,
		ReleaseOnCancel: true,
		LeaseDuration:   15 * time.Second,
		RenewDeadline:   10 * time.Second,
		RetryPeriod:     time.Second,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: a.run,
			OnStoppedLeading: func() {
				if ctx.Err() == nil {
					klog.Error("leadership was lost; ending so that the supervisor starts again")
					os.Exit(1)
				}
			},
		},
	})
}

// An approver decides on the serving certificates of kubelets. Kubernetes leaves these to the one who runs the
// cluster, since only they know which addresses a node may claim. Here a node may claim its own name and addresses
// inside the given networks, and never an address that another live node holds.
type approver struct {
	client   kubernetes.Interface
	networks []*net.IPNet
}

func (a *approver) run(ctx context.Context) {
	onlyServing := informers.WithTweakListOptions(func(options *meta.ListOptions) {
		options.FieldSelector = fields.OneTermEqualSelector("spec.signerName", certificates.KubeletServingSignerName).String()
	})
	factory := informers.NewSharedInformerFactoryWithOptions(a.client, 10*time.Minute, onlyServing)
	informer := factory.Certificates().V1().CertificateSigningRequests().Informer()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	defer queue.ShutDown()
	enqueue := func(object any) {
		if request, ok := object.(*certificates.CertificateSigningRequest); ok && isUndecided(request) {
			queue.Add(request.Name)
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: enqueue, UpdateFunc: func(_, now any) { enqueue(now) }}
	if _, err := informer.AddEventHandler(handler); err != nil {
		klog.ErrorS(err, "cannot watch certificate requests")
		os.Exit(1)
	}
	factory.Start(ctx.Done())
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	for {
		name, shutdown := queue.Get()
		if shutdown {
			return
		}
		if err := a.decide(ctx, name); err != nil {
			klog.ErrorS(err, "will try again", "request", name)
			queue.AddRateLimited(name)
		} else {
			queue.Forget(name)
		}
		queue.Done(name)
	}
}

func isUndecided(request *certificates.CertificateSigningRequest) bool {
	return len(request.Status.Conditions) == 0 && len(request.Status.Certificate) == 0
}

func (a *approver) decide(ctx context.Context, name string) error {
	requests := a.client.CertificatesV1().CertificateSigningRequests()
	request, err := requests.Get(ctx, name, meta.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if !isUndecided(request) || request.Spec.SignerName != certificates.KubeletServingSignerName {
		return nil
	}
	nodes, err := a.client.CoreV1().Nodes().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	condition := certificates.CertificateSigningRequestCondition{
		Type:           certificates.CertificateApproved,
		Status:         core.ConditionTrue,
		Reason:         "KubeletServingApproved",
		Message:        "the names and addresses are the node's own",
		LastUpdateTime: meta.Now(),
	}
	if refusal := refusalOf(request, nodes.Items, a.networks); errors.Is(refusal, errAddressHeld) {
		return refusal
	} else if refusal != nil {
		condition.Type, condition.Reason, condition.Message = certificates.CertificateDenied, "KubeletServingDenied", refusal.Error()
	}
	request.Status.Conditions = append(request.Status.Conditions, condition)
	if _, err := requests.UpdateApproval(ctx, name, request, meta.UpdateOptions{}); err != nil {
		return err
	}
	klog.InfoS("decided", "request", name, "requester", request.Spec.Username, "decision", condition.Type, "why", condition.Message)
	return nil
}

// refusalOf says why a request for a serving certificate must not be approved, or nil when it may be.
func refusalOf(request *certificates.CertificateSigningRequest, nodes []core.Node, networks []*net.IPNet) error {
	node, isNode := strings.CutPrefix(request.Spec.Username, nodeUserPrefix)
	if !isNode || !slices.Contains(request.Spec.Groups, "system:nodes") {
		return fmt.Errorf("%s is not a node", request.Spec.Username)
	}
	block, _ := pem.Decode(request.Spec.Request)
	if block == nil {
		return errors.New("the request is not PEM")
	}
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return fmt.Errorf("the request cannot be read: %w", err)
	}
	if csr.Subject.CommonName != request.Spec.Username {
		return fmt.Errorf("common name %q is not the requester's", csr.Subject.CommonName)
	}
	if len(csr.EmailAddresses) > 0 || len(csr.URIs) > 0 {
		return errors.New("mail addresses and URIs are not for nodes")
	}
	for _, name := range csr.DNSNames {
		if name != node {
			return fmt.Errorf("DNS name %q is not the node's name %q", name, node)
		}
	}
	for _, address := range csr.IPAddresses {
		if len(networks) > 0 && !slices.ContainsFunc(networks, func(n *net.IPNet) bool { return n.Contains(address) }) {
			return fmt.Errorf("address %s is outside the networks of nodes", address)
		}
		if holder := holderOf(address, nodes); holder != "" && holder != node {
			return fmt.Errorf("address %s is node %q's: %w", address, holder, errAddressHeld)
		}
	}
	return nil
}

// holderOf names the node that has an address and is alive. A dead node does not keep its address: an
// infrastructure gives it to the next VM, often before anybody has removed the old Node object.
func holderOf(address net.IP, nodes []core.Node) string {
	for _, node := range nodes {
		if !isReady(node) {
			continue
		}
		for _, held := range node.Status.Addresses {
			if held.Type == core.NodeInternalIP && address.Equal(net.ParseIP(held.Address)) {
				return node.Name
			}
		}
	}
	return ""
}

func isReady(node core.Node) bool {
	return slices.ContainsFunc(node.Status.Conditions, func(c core.NodeCondition) bool {
		return c.Type == core.NodeReady && c.Status == core.ConditionTrue
	})
}
