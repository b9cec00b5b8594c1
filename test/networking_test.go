package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// inNetworking are the resources of a type that constructs/networking made, by construct id.
func inNetworking(tpl template, kind string) map[string]resource {
	found := map[string]resource{}
	for _, r := range tpl.all(kind) {
		if id, ok := strings.CutPrefix(r.Address, kind+".networking_"); ok {
			found[id] = r
		}
	}
	return found
}

// reference is the address in "${aws_vpc.networking_vpc.id}", or nothing where the value is no reference to an id.
func reference(value any) string {
	text, _ := value.(string)
	address, isID := strings.CutSuffix(strings.TrimPrefix(text, "${"), ".id}")
	if !isID || !strings.HasPrefix(text, "${") {
		return ""
	}
	return address
}

// references are the addresses in a list of references.
func references(value any) []string {
	var found []string
	list, _ := value.([]any)
	for _, v := range list {
		found = append(found, reference(v))
	}
	return found
}

// letter is the end of a subnet's id: the letter of its availability zone.
func letter(id string) string { return id[strings.LastIndex(id, "-")+1:] }

func TestNetworkingHasTheSizeOfItsEnvironment(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"dev": {
			"aws_vpc": 1, "aws_subnet": 6, "aws_internet_gateway": 1, "aws_egress_only_internet_gateway": 1,
			"aws_nat_gateway": 1, "aws_eip": 1, "aws_route_table": 4, "aws_vpc_endpoint": 2, "aws_security_group": 6, "aws_flow_log": 1,
		},
		"staging": {
			"aws_vpc": 1, "aws_subnet": 6, "aws_internet_gateway": 1, "aws_egress_only_internet_gateway": 1,
			"aws_nat_gateway": 1, "aws_eip": 1, "aws_route_table": 4, "aws_vpc_endpoint": 2, "aws_security_group": 6, "aws_flow_log": 1,
		},
		"prod": {
			"aws_vpc": 1, "aws_subnet": 9, "aws_internet_gateway": 1, "aws_egress_only_internet_gateway": 1,
			"aws_nat_gateway": 3, "aws_eip": 3, "aws_route_table": 5, "aws_vpc_endpoint": 12, "aws_security_group": 7, "aws_flow_log": 1,
		},
	} {
		for kind, count := range want {
			if got := inNetworking(stack(t, name), kind); len(got) != count {
				t.Errorf("%s: want %d %s, got %d: %v", name, count, kind, len(got), slices.Sorted(maps.Keys(got)))
			}
		}
	}
}

func TestVPCResolvesNamesAndHasIPv6(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		vpc := tpl.one(t, "aws_vpc", "networking_vpc")
		vpc.want(t, "cidr_block", env.Networking.CIDR)
		vpc.want(t, "enable_dns_support", true)
		vpc.want(t, "enable_dns_hostnames", true)
		vpc.want(t, "assign_generated_ipv6_cidr_block", true)
		vpc.want(t, "tags.Name", "writersroom-"+env.Name+"-vpc")
	})
}

// EC2.2: what AWS puts into a new VPC lets nothing through, and a rule that is added by hand shows in the next plan.
func TestDefaultsOfTheVPCAreEmptied(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		group := tpl.one(t, "aws_default_security_group", "networking_default-security-group")
		group.want(t, "vpc_id", "${aws_vpc.networking_vpc.id}")
		group.want(t, "ingress", []any{})
		group.want(t, "egress", []any{})
		acl := tpl.one(t, "aws_default_network_acl", "networking_default-network-acl")
		acl.want(t, "default_network_acl_id", "${aws_vpc.networking_vpc.default_network_acl_id}")
		acl.want(t, "ingress", []any{})
		acl.want(t, "egress", []any{})
		table := tpl.one(t, "aws_default_route_table", "networking_default-route-table")
		table.want(t, "default_route_table_id", "${aws_vpc.networking_vpc.default_route_table_id}")
		table.want(t, "route", []any{})
	})
}

func TestSubnetsShareTheVPC(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		subnets := inNetworking(tpl, "aws_subnet")
		var want []string
		for _, zone := range env.Zones() {
			for _, tier := range []string{"public", "private", "data"} {
				id := tier + "-" + zone[len(zone)-1:]
				want = append(want, id)
				tpl.one(t, "aws_subnet", "networking_"+id).want(t, "availability_zone", zone)
			}
		}
		slices.Sort(want)
		if got := slices.Sorted(maps.Keys(subnets)); !slices.Equal(got, want) {
			t.Errorf("%s: want subnets %v, got %v", tpl.name, want, got)
		}

		vpc := netip.MustParsePrefix(env.Networking.CIDR)
		ranges, ipv6 := map[string]netip.Prefix{}, map[string]string{}
		for id, r := range subnets {
			r.want(t, "vpc_id", "${aws_vpc.networking_vpc.id}")
			r.want(t, "map_public_ip_on_launch", false) // EC2.15
			r.want(t, "assign_ipv6_address_on_creation", false)
			cidr, err := netip.ParsePrefix(fmt.Sprint(r.get("cidr_block")))
			if err != nil || !vpc.Contains(cidr.Addr()) || cidr.Bits() < vpc.Bits() {
				t.Errorf("%s: %s: want a range within %s, got %v\n%s", tpl.name, r.Address, vpc, r.get("cidr_block"), r)
			}
			for other, taken := range ranges {
				if taken.Overlaps(cidr) {
					t.Errorf("%s: %s: %s overlaps %s of %s", tpl.name, r.Address, cidr, taken, other)
				}
			}
			ranges[id] = cidr

			block, _ := r.get("ipv6_cidr_block").(string)
			switch {
			case strings.HasPrefix(id, "data-"):
				r.want(t, "ipv6_cidr_block", nil)
			case !strings.HasPrefix(block, "${cidrsubnet(aws_vpc.networking_vpc.ipv6_cidr_block, 8, "):
				t.Errorf("%s: %s: want a part of the VPC's IPv6 block, got %q\n%s", tpl.name, r.Address, block, r)
			case ipv6[block] != "":
				t.Errorf("%s: %s: has the IPv6 range of %s: %s", tpl.name, r.Address, ipv6[block], block)
			default:
				ipv6[block] = id
			}
		}
	})
}

// routesOf are the ways out of a route table: destination to the address of the gateway.
func routesOf(t *testing.T, tpl template, table string) map[string]string {
	t.Helper()
	routes := map[string]string{}
	for _, r := range tpl.all("aws_route") {
		if reference(r.get("route_table_id")) != table {
			continue
		}
		destination := r.get("destination_cidr_block")
		if destination == nil {
			destination = r.get("destination_ipv6_cidr_block")
		}
		for key, value := range r.Body {
			if strings.HasSuffix(key, "_gateway_id") || key == "gateway_id" {
				routes[fmt.Sprint(destination)] = reference(value)
			}
		}
		if routes[fmt.Sprint(destination)] == "" {
			t.Errorf("%s: %s: leads to no gateway\n%s", tpl.name, r.Address, r)
		}
	}
	return routes
}

// tableOf is the route table that a subnet is given, which must be one.
func tableOf(t *testing.T, tpl template, subnet string) string {
	t.Helper()
	var tables []string
	for _, r := range tpl.all("aws_route_table_association") {
		if reference(r.get("subnet_id")) == "aws_subnet.networking_"+subnet {
			tables = append(tables, reference(r.get("route_table_id")))
		}
	}
	if len(tables) != 1 {
		t.Fatalf("%s: want one route table for subnet %s, got %v", tpl.name, subnet, tables)
	}
	return tables[0]
}

func TestEveryTierHasItsWayOut(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		first := env.Zones()[0]
		for id := range inNetworking(tpl, "aws_subnet") {
			zone := letter(id)
			if env.Networking.NATGateways == 1 {
				zone = first[len(first)-1:]
			}
			var table string
			want := map[string]string{}
			switch {
			case strings.HasPrefix(id, "public-"):
				table = "aws_route_table.networking_public-routes"
				want["0.0.0.0/0"] = "aws_internet_gateway.networking_internet-gateway"
				want["::/0"] = "aws_internet_gateway.networking_internet-gateway"
			case strings.HasPrefix(id, "private-"):
				table = "aws_route_table.networking_" + id + "-routes"
				want["0.0.0.0/0"] = "aws_nat_gateway.networking_nat-" + zone
				want["::/0"] = "aws_egress_only_internet_gateway.networking_egress-only-internet-gateway"
			default: // data: no way out at all
				table = "aws_route_table.networking_data-routes"
			}
			if got := tableOf(t, tpl, id); got != table {
				t.Errorf("%s: subnet %s: want route table %s, got %s", tpl.name, id, table, got)
			} else if got := routesOf(t, tpl, table); !maps.Equal(got, want) {
				t.Errorf("%s: subnet %s: want routes %v, got %v", tpl.name, id, want, got)
			}
		}
		for _, table := range tpl.all("aws_route_table") {
			table.want(t, "route", nil) // a table's inline routes would take the place of those above
		}
	})
}

// A zone that fails takes no other zone's way out with it where every zone has its NAT gateway.
func TestNATGatewaysAreInTheirZone(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		gateways := inNetworking(tpl, "aws_nat_gateway")
		if len(gateways) != env.Networking.NATGateways {
			t.Errorf("%s: want %d NAT gateways, got %v", tpl.name, env.Networking.NATGateways, slices.Sorted(maps.Keys(gateways)))
		}
		for id, r := range gateways {
			r.want(t, "subnet_id", "${aws_subnet.networking_public-"+letter(id)+".id}")
			r.want(t, "allocation_id", "${aws_eip.networking_"+id+"-address.id}")
			r.want(t, "depends_on", []string{"aws_internet_gateway.networking_internet-gateway"})
			tpl.one(t, "aws_eip", "networking_"+id+"-address").want(t, "domain", "vpc")
		}
	})
}

func TestSecurityGroupsAreDescribedAndWithoutInlineRules(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for id, r := range inNetworking(tpl, "aws_security_group") {
			r.want(t, "vpc_id", "${aws_vpc.networking_vpc.id}")
			r.want(t, "name", "writersroom-"+tpl.name+"-"+id)
			if text, _ := r.get("description").(string); text == "" || text == "Managed by Terraform" {
				t.Errorf("%s: %s: want a description that says what has the group, got %q", tpl.name, r.Address, text)
			}
		}
		for _, r := range tpl.all("aws_security_group") {
			r.want(t, "ingress", nil) // inline rules and rules of their own undo one another
			r.want(t, "egress", nil)
		}
		if inline := tpl.all("aws_security_group_rule"); len(inline) > 0 {
			t.Errorf("%s: want rules as aws_vpc_security_group_{ingress,egress}_rule, got %v", tpl.name, inline)
		}
	})
}

// EC2.18, EC2.19, EC2.21: one named TCP port a rule, none of them for remote administration; from anywhere, HTTPS to the load
// balancer alone; to anywhere, HTTPS alone.
func TestSecurityGroupRulesAreNarrow(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for _, kind := range []string{"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"} {
			rules := tpl.all(kind)
			if len(rules) == 0 {
				t.Errorf("%s: no %s", tpl.name, kind)
			}
			for _, r := range rules {
				r.want(t, "ip_protocol", "tcp")
				r.want(t, "to_port", r.get("from_port"))
				for _, port := range []any{float64(22), float64(3389), nil} {
					if r.get("from_port") == port {
						t.Errorf("%s: %s: want a port that the platform listens on, got %v\n%s", tpl.name, r.Address, port, r)
					}
				}
				if why, _ := r.get("description").(string); len(why) < 10 {
					t.Errorf("%s: %s: want a description that says why, got %q", tpl.name, r.Address, why)
				}
				range4, range6 := r.get("cidr_ipv4"), r.get("cidr_ipv6")
				if range4 == nil && range6 == nil {
					if reference(r.get("referenced_security_group_id")) == "" {
						t.Errorf("%s: %s: want a security group or a range as the other side\n%s", tpl.name, r.Address, r)
					}
					continue
				}
				r.want(t, "from_port", 443)
				if strings.Contains(kind, "ingress") {
					r.want(t, "security_group_id", "${aws_security_group.networking_load-balancer.id}")
				}
			}
		}
	})
}

func TestEndpoints(t *testing.T) {
	interfaces := []string{
		"bedrock-runtime", "ecr.api", "ecr.dkr", "kms", "logs", "sagemaker.runtime", "secretsmanager", "ssm", "states", "sts",
	}
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		want := []string{"dynamodb", "s3"}
		if env.Networking.InterfaceEndpoints {
			want = append(want, interfaces...)
		}
		slices.Sort(want)
		var privateTables, privateSubnets []string
		for _, zone := range env.Zones() {
			privateSubnets = append(privateSubnets, "aws_subnet.networking_private-"+zone[len(zone)-1:])
			privateTables = append(privateTables, "aws_route_table.networking_private-"+zone[len(zone)-1:]+"-routes")
		}
		var got []string
		for _, r := range tpl.all("aws_vpc_endpoint") {
			service, ok := strings.CutPrefix(fmt.Sprint(r.get("service_name")), "com.amazonaws."+env.Region+".")
			if !ok {
				t.Errorf("%s: %s: want a service of %s\n%s", tpl.name, r.Address, env.Region, r)
			}
			got = append(got, service)
			r.want(t, "vpc_id", "${aws_vpc.networking_vpc.id}")
			if service == "s3" || service == "dynamodb" {
				r.want(t, "vpc_endpoint_type", "Gateway")
				if tables := references(r.get("route_table_ids")); !slices.Equal(tables, privateTables) {
					t.Errorf("%s: %s: want the private route tables %v and no other, got %v", tpl.name, r.Address, privateTables, tables)
				}
				continue
			}
			r.want(t, "vpc_endpoint_type", "Interface")
			r.want(t, "private_dns_enabled", true)
			r.want(t, "security_group_ids", []string{"${aws_security_group.networking_endpoints.id}"})
			if subnets := references(r.get("subnet_ids")); !slices.Equal(subnets, privateSubnets) {
				t.Errorf("%s: %s: want the private subnets %v, got %v", tpl.name, r.Address, privateSubnets, subnets)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: want endpoints %v, got %v", tpl.name, want, got)
		}
	})
}

func TestEndpointPoliciesAdmitTheAccountAlone(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		account := []string{env.Account}
		everyone := map[string][]string{"AWS": {"*"}}
		for _, r := range tpl.all("aws_vpc_endpoint") {
			text, _ := r.get("policy").(string)
			var got policyDocument
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Errorf("%s: %s: policy: %v\n%s", tpl.name, r.Address, err, r)
				continue
			}
			// Of the service's name, an IAM action's prefix is what stands before the dot or the hyphen.
			service := strings.TrimPrefix(fmt.Sprint(r.get("service_name")), "com.amazonaws."+env.Region+".")
			prefix := service[:strings.IndexAny(service+".", ".-")]
			ours := map[string][]string{"aws:PrincipalAccount": account, "aws:ResourceAccount": account}
			var want []policyStatement
			switch service {
			case "s3", "dynamodb":
				want = append(want, policyStatement{
					Sid: "OwnPrincipalsToOwnData", Effect: "Allow", Principal: everyone, Action: []string{prefix + ":*"},
					Resource: []string{"*"}, Condition: map[string]map[string][]string{"StringEquals": ours},
				})
			default:
				others := map[string]map[string][]string{"StringNotEquals": {"aws:PrincipalAccount": account}}
				want = append(want,
					policyStatement{
						Sid: "OwnPrincipals", Effect: "Allow", Principal: everyone, Action: []string{prefix + ":*"}, Resource: []string{"*"},
					},
					policyStatement{
						Sid: "NobodyElse", Effect: "Deny", Principal: everyone, Action: []string{"*"}, Resource: []string{"*"}, Condition: others,
					})
			}
			if service == "s3" { // where containers' images are
				want = append(want, policyStatement{
					Sid: "ImageLayers", Effect: "Allow", Principal: everyone, Action: []string{"s3:GetObject"},
					Resource: []string{"arn:aws:s3:::prod-" + env.Region + "-starport-layer-bucket/*"},
				})
			}
			if compact(got.Statement) != compact(want) {
				t.Errorf("%s: %s: policy:\nwant %s\n got %s", tpl.name, r.Address, compact(want), compact(got.Statement))
			}
		}
	})
}

// EC2.6: everything is recorded, encrypted with the logs' key, and kept as long as the environment keeps logs.
func TestFlowLogRecordsEverything(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		log := tpl.one(t, "aws_flow_log", "networking_flow-log")
		log.want(t, "vpc_id", "${aws_vpc.networking_vpc.id}")
		log.want(t, "traffic_type", "ALL")
		log.want(t, "max_aggregation_interval", 60)
		log.want(t, "log_destination_type", "cloud-watch-logs")
		log.want(t, "log_destination", "${aws_cloudwatch_log_group.networking_flow-log-group.arn}")
		writer := flowLogWriter(t, env, tpl)
		if role, _ := log.get("iam_role_arn").(string); !strings.Contains(role, writer.Address+".") {
			t.Errorf("%s: %s: iam_role_arn: want the role of %s, got %q\n%s", tpl.name, log.Address, writer.Address, role, log)
		}
		fields := strings.Fields(fmt.Sprint(log.get("log_format")))
		for _, field := range []string{
			"version", "srcaddr", "dstaddr", "dstport", "action", "log-status", "subnet-id", "pkt-srcaddr", "pkt-dstaddr",
			"flow-direction", "reject-reason",
		} {
			if !slices.Contains(fields, "$${"+field+"}") {
				t.Errorf("%s: %s: log_format: want the field $${%s}, got %v", tpl.name, log.Address, field, fields)
			}
		}

		group := tpl.one(t, "aws_cloudwatch_log_group", "networking_flow-log-group")
		group.want(t, "name", "/writersroom/"+env.Name+"/networking/flow-log")
		group.want(t, "retention_in_days", env.LogRetentionDays)
		if key, _ := group.get("kms_key_id").(string); !strings.HasPrefix(key, "${aws_kms_key.") {
			t.Errorf("%s: %s: want the logs' key, got %q\n%s", tpl.name, group.Address, key, group)
		}
	})
}

// flowLogWriter is the policy that says what FlowLogStatements does, of which there must be one.
func flowLogWriter(t *testing.T, env envs.Environment, tpl template) resource {
	t.Helper()
	label := naming.Label{Environment: env.Name, Account: env.Account}
	want, err := iam.Policy(networking.FlowLogStatements(label, env.Partition, env.Region)).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var found []resource
	for _, r := range tpl.all("aws_iam_role_policy") {
		if r.get("policy") == want {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s: want one role policy of %s, got %v", tpl.name, want, found)
	}
	return found[0]
}

func TestFlowLogStatements(t *testing.T) {
	label := naming.Label{Environment: "prod", Account: "333333333333"}
	got, err := iam.Policy(networking.FlowLogStatements(label, "aws", "us-east-1")).JSON()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"WriteFlowLog","Effect":"Allow","Action":["logs:CreateLogStream","logs:DescribeLogStreams","logs:PutLogEvents"],` +
		`"Resource":["arn:aws:logs:us-east-1:333333333333:log-group:/writersroom/prod/networking/flow-log:*"]},` +
		`{"Sid":"FindFlowLogGroup","Effect":"Allow","Action":["logs:DescribeLogGroups"],` +
		`"Resource":["*"],"Condition":{"StringEquals":{"aws:RequestedRegion":["us-east-1"]}}}]}`
	if got != want {
		t.Errorf("want %s\n got %s", want, got)
	}
}
