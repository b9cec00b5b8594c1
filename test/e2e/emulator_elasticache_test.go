package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// TestElastiCache: a replication group and what belongs to it can be made, changed and destroyed, the plans between are empty, and
// what is in use or would let anybody in is refused, as on AWS.
func TestElastiCache(t *testing.T) {
	inTurn(t)
	p := configured(t, "elasticache.tf")
	p.changes(t)
	for _, tc := range []struct{ call, name, value, want string }{
		{"DeleteUserGroup", "UserGroupId", "users", "is associated with a replication group"},
		{"DeleteCacheParameterGroup", "CacheParameterGroupName", "parameters", "still members of this parameter group"},
		{"DeleteCacheSubnetGroup", "CacheSubnetGroupName", "subnets", "in use"},
	} {
		if _, out := p.query(t, "elasticache", url.Values{"Action": {tc.call}, tc.name: {tc.value}}); !strings.Contains(out, tc.want) {
			t.Errorf("%s: want it refused with %q, got\n%s", tc.call, tc.want, out)
		}
	}
	for refused, want := range map[string]string{
		"misnamed":  "User Id and User name must be same for authentication type: iam",
		"open":      "User group needs to contain a user with the user name default",
		"stranger":  "User nobody not found",
		"cleartext": "requires encryption-in-transit",
	} {
		p.refuses(t, want, "apply", "-var=changed=true", "-var=refused="+refused)
	}
	p.destroys(t, "-var=changed=true")
}
