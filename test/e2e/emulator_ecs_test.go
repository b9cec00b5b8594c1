package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestECS: a service and its autoscaling can be made, changed in place and destroyed, the plans between are empty; a deployment whose
// image is not there is rolled back to the tasks that there were, from where it can be undone; a protected load balancer stays.
func TestECS(t *testing.T) {
	inTurn(t)
	p := configured(t, "ecs.tf")
	p.changes(t)
	p.refuses(t, "ECS rolled the service back", "apply", "-var=changed=true", "-var=missing=true")
	p.converges(t, "-var=changed=true")

	p.protectsLoadBalancers(t, strings.Fields(p.stdout(t, "terraform", "output", "-raw", "subnets")))
	p.destroys(t)
}

// protectsLoadBalancers makes a load balancer, which the provider would wait for by the minute, and deletes it once it may.
func (c configuration) protectsLoadBalancers(t *testing.T, subnets []string) {
	t.Helper()
	balancing := func(action string, form url.Values) (status int, answer string) {
		t.Helper()
		form.Set("Action", action)
		form.Set("Version", "2015-12-01")
		return c.query(t, "elasticloadbalancing", form)
	}
	status, answer := balancing("CreateLoadBalancer", url.Values{
		"Name": {"writersroom-dev-realtime"}, "Subnets.member.1": subnets[:1], "Subnets.member.2": subnets[1:],
	})
	arn := regexp.MustCompile(`<LoadBalancerArn>(.+?)</LoadBalancerArn>`).FindStringSubmatch(answer)
	if status != http.StatusOK || arn == nil {
		t.Fatalf("CreateLoadBalancer: %d\n%s", status, answer)
	}
	for _, step := range []struct {
		protected string
		status    int
	}{{"true", http.StatusBadRequest}, {"false", http.StatusOK}} {
		if status, answer := balancing("ModifyLoadBalancerAttributes", url.Values{
			"LoadBalancerArn": arn[1:], "Attributes.member.1.Key": {"deletion_protection.enabled"}, "Attributes.member.1.Value": {step.protected},
		}); status != http.StatusOK {
			t.Fatalf("ModifyLoadBalancerAttributes: %d\n%s", status, answer)
		}
		if status, answer := balancing("DeleteLoadBalancer", url.Values{"LoadBalancerArn": arn[1:]}); status != step.status {
			t.Errorf("DeleteLoadBalancer with deletion protection %s: want %d, got %d\n%s", step.protected, step.status, status, answer)
		}
	}
}
