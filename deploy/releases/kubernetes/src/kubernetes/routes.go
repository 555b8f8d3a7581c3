package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// Routes that this program made carry this mark (a number of "ip route ... proto"), so that it removes only its own.
const routeProtocol = "157"

// syncRoutes keeps a route to each node's pods. Masters are no nodes, so no pod network reaches them of itself; the
// API server needs one for webhooks and aggregated APIs that run as pods.
func syncRoutes(ctx context.Context, client kubernetes.Interface) {
	factory := informers.NewSharedInformerFactory(client, 5*time.Minute)
	nodes := factory.Core().V1().Nodes()
	changed := make(chan struct{}, 1)
	signal := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	if _, err := nodes.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { signal() },
		UpdateFunc: func(any, any) { signal() },
		DeleteFunc: func(any) { signal() },
	}); err != nil {
		klog.ErrorS(err, "cannot watch nodes; there will be no routes to pods")
		return
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), nodes.Informer().HasSynced) {
		return
	}
	applied := map[string]string{}
	for {
		all, err := nodes.Lister().List(labels.Everything())
		if err == nil {
			applied, err = applyRoutes(ctx, applied, routesOf(all))
		}
		retry := make(<-chan time.Time)
		if err != nil {
			klog.ErrorS(err, "routes to pods are not up to date; will try again")
			retry = time.After(2 * time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-retry:
		}
	}
}

// routesOf maps the pod network of each node to the node's address.
func routesOf(nodes []*core.Node) map[string]string {
	routes := map[string]string{}
	for _, node := range nodes {
		_, network, err := net.ParseCIDR(node.Spec.PodCIDR)
		if err != nil {
			continue
		}
		for _, address := range node.Status.Addresses {
			if ip := net.ParseIP(address.Address); address.Type == core.NodeInternalIP && ip != nil {
				routes[network.String()] = ip.String()
				break
			}
		}
	}
	return routes
}

func applyRoutes(ctx context.Context, applied, wanted map[string]string) (map[string]string, error) {
	same := len(applied) == len(wanted) && len(applied) > 0
	for network, gateway := range wanted {
		same = same && applied[network] == gateway
	}
	if same {
		return applied, nil
	}
	present, err := ip(ctx, "-4", "route", "show", "proto", routeProtocol)
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(present, "\n") {
		network, _, _ := strings.Cut(line, " ")
		if _, keep := wanted[network]; network == "" || keep {
			continue
		}
		if _, err := ip(ctx, "-4", "route", "del", network, "proto", routeProtocol); err != nil {
			return nil, err
		}
		klog.InfoS("removed route", "pods", network)
	}
	for network, gateway := range wanted {
		if applied[network] == gateway {
			continue
		}
		if _, err := ip(ctx, "-4", "route", "replace", network, "via", gateway, "proto", routeProtocol); err != nil {
			return nil, err
		}
		klog.InfoS("route", "pods", network, "via", gateway)
	}
	return wanted, nil
}

func ip(ctx context.Context, arguments ...string) (string, error) {
	output, err := exec.CommandContext(ctx, "ip", arguments...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ip %s: %w: %s", strings.Join(arguments, " "), err, strings.TrimSpace(string(output)))
	}
	return string(output), nil
}
