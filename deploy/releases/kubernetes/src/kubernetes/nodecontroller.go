package main

import (
	"context"
	"fmt"
	"net"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// newNodeControllerCommand makes the program that runs on each master and does for nodes what a cloud's controller
// would do: it approves their serving certificates (one master at a time) and keeps this master's routes to their pods.
func newNodeControllerCommand() *cobra.Command {
	var kubeconfig, identity string
	var nodeCIDRs []string
	command := &cobra.Command{
		Use:          "node-controller",
		Short:        "Approves the serving certificates of kubelets and routes from this master to their pods",
		SilenceUsage: true,
		RunE: func(_ *cobra.Command, _ []string) error {
			networks, err := parseNetworks(nodeCIDRs)
			if err != nil {
				return err
			}
			config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return fmt.Errorf("kubeconfig %s: %w", kubeconfig, err)
			}
			client, err := kubernetes.NewForConfig(config)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
			defer stop()
			go syncRoutes(ctx, client)
			(&approver{client: client, networks: networks}).runElected(ctx, identity)
			return nil
		},
	}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "how to reach the API server")
	command.Flags().StringVar(&identity, "identity", "", "name of this instance in the leader election")
	command.Flags().StringSliceVar(&nodeCIDRs, "node-cidr", nil, "networks in which nodes may claim addresses; none allows any")
	return command
}

func parseNetworks(cidrs []string) ([]*net.IPNet, error) {
	var networks []*net.IPNet
	for _, cidr := range cidrs {
		_, network, err := net.ParseCIDR(cidr)
		if err != nil {
			return nil, fmt.Errorf("--node-cidr %q: %w", cidr, err)
		}
		networks = append(networks, network)
	}
	return networks, nil
}
