// Puts requests to the audit policy as the API server does, with the API server's own evaluator.
package audit

import (
	"os"
	"testing"

	"k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

var (
	node       = &user.DefaultInfo{Name: "system:node:worker-0", Groups: []string{"system:nodes", "system:authenticated"}}
	addon      = account("kube-system", "coredns")
	workload   = account("default", "web")
	manager    = &user.DefaultInfo{Name: "system:kube-controller-manager", Groups: []string{"system:authenticated"}}
	scheduler  = &user.DefaultInfo{Name: "system:kube-scheduler", Groups: []string{"system:authenticated"}}
	proxy      = &user.DefaultInfo{Name: "system:kube-proxy", Groups: []string{"system:authenticated"}}
	apiserver  = &user.DefaultInfo{Name: "system:apiserver", Groups: []string{"system:masters", "system:authenticated"}}
	admin      = &user.DefaultInfo{Name: "kubernetes-admin", Groups: []string{"system:masters", "system:authenticated"}}
	anonymous  = &user.DefaultInfo{Name: "system:anonymous", Groups: []string{"system:unauthenticated"}}
	everybody  = []*user.DefaultInfo{node, addon, workload, manager, scheduler, proxy, apiserver, admin, anonymous}
	theCluster = []*user.DefaultInfo{node, addon, manager, scheduler, proxy, apiserver}
)

func account(namespace, name string) *user.DefaultInfo {
	return &user.DefaultInfo{
		Name:   "system:serviceaccount:" + namespace + ":" + name,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
	}
}

func evaluator(t *testing.T) func(who *user.DefaultInfo, verb, group, resource, subresource string) audit.Level {
	t.Helper()
	loaded, err := policy.LoadPolicyFromFile(os.Getenv("AUDIT_POLICY"))
	if err != nil {
		t.Fatal(err)
	}
	evaluate := policy.NewPolicyRuleEvaluator(loaded)
	return func(who *user.DefaultInfo, verb, group, resource, subresource string) audit.Level {
		return evaluate.EvaluatePolicyRule(authorizer.AttributesRecord{
			User: who, Verb: verb, Namespace: "default", APIGroup: group, APIVersion: "v1",
			Resource: resource, Subresource: subresource, Name: "one", ResourceRequest: true,
		}).Level
	}
}

func TestNobodyTouchesASecretUnseenAndItsContentIsNeverWritten(t *testing.T) {
	level := evaluator(t)
	for _, who := range everybody {
		for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"} {
			if got := level(who, verb, "", "secrets", ""); got != audit.LevelMetadata {
				t.Errorf("%s may %s secrets at level %s", who.Name, verb, got)
			}
		}
	}
}

func TestWhoAsksForATokenIsToldAndTheTokenIsNot(t *testing.T) {
	level := evaluator(t)
	for _, who := range everybody {
		if got := level(who, "create", "", "serviceaccounts", "token"); got != audit.LevelRequest {
			t.Errorf("%s gets tokens at level %s", who.Name, got)
		}
		if got := level(who, "create", "authentication.k8s.io", "tokenreviews", ""); got != audit.LevelMetadata {
			t.Errorf("%s has tokens reviewed at level %s", who.Name, got)
		}
	}
}

func TestCommandsInPodsAreToldHoweverTheyAreSent(t *testing.T) {
	level := evaluator(t)
	for _, who := range everybody {
		for _, verb := range []string{"create", "get"} {
			for _, way := range []string{"exec", "attach", "portforward"} {
				if got := level(who, verb, "", "pods", way); got != audit.LevelRequest {
					t.Errorf("%s: %s of pods/%s at level %s", who.Name, verb, way, got)
				}
			}
		}
		if got := level(who, "get", "", "nodes", "proxy"); got != audit.LevelMetadata {
			t.Errorf("%s reaches kubelets at level %s", who.Name, got)
		}
	}
}

func TestChangesOfRightsAreToldWhole(t *testing.T) {
	level := evaluator(t)
	for _, who := range everybody {
		for resource, group := range map[string]string{
			"clusterrolebindings": "rbac.authorization.k8s.io", "roles": "rbac.authorization.k8s.io",
			"certificatesigningrequests": "certificates.k8s.io", "mutatingwebhookconfigurations": "admissionregistration.k8s.io",
		} {
			if got := level(who, "create", group, resource, ""); got != audit.LevelRequestResponse {
				t.Errorf("%s makes %s at level %s", who.Name, resource, got)
			}
		}
	}
}

func TestEveryChangeIsTold(t *testing.T) {
	level := evaluator(t)
	for _, who := range everybody {
		for _, verb := range []string{"create", "update", "patch", "delete"} {
			for resource, group := range map[string]string{"pods": "", "configmaps": "", "deployments": "apps", "nodes": ""} {
				if got := level(who, verb, group, resource, ""); got == audit.LevelNone {
					t.Errorf("%s may %s %s unseen", who.Name, verb, resource)
				}
			}
		}
	}
}

func TestWhatTheClusterLooksAtAllTheTimeIsLeftOutByName(t *testing.T) {
	level := evaluator(t)
	for _, who := range theCluster {
		for resource, group := range map[string]string{"pods": "", "nodes": "", "services": "", "endpointslices": "discovery.k8s.io"} {
			for _, verb := range []string{"get", "list", "watch"} {
				if got := level(who, verb, group, resource, ""); got != audit.LevelNone {
					t.Errorf("%s: %s of %s at level %s", who.Name, verb, resource, got)
				}
			}
		}
		for resource, group := range map[string]string{"configmaps": "", "serviceaccounts": "", "widgets": "example.com", "clusterroles": "rbac.authorization.k8s.io"} {
			if got := level(who, "list", group, resource, ""); got != audit.LevelMetadata {
				t.Errorf("%s: list of %s at level %s", who.Name, resource, got)
			}
		}
		if got := level(who, "update", "coordination.k8s.io", "leases", ""); got != audit.LevelNone {
			t.Errorf("%s: leases at level %s", who.Name, got)
		}
	}
	if got := level(node, "patch", "", "nodes", "status"); got != audit.LevelNone {
		t.Errorf("a node's status at level %s", got)
	}
	for _, who := range []*user.DefaultInfo{workload, admin, anonymous} {
		if got := level(who, "list", "", "pods", ""); got != audit.LevelMetadata {
			t.Errorf("%s lists pods at level %s", who.Name, got)
		}
	}
}
