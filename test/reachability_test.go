package test

import (
	"bytes"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/envs"
)

// internet is the peer that is no security group.
const internet = "internet"

// rule is one rule of a security group, in either direction.
type rule struct {
	address  string
	group    string // whose rule it is
	peer     string // the other side: a group, or a range
	from, to int
	why      string
}

// connection is what two rules, or one where the internet is a peer, let through.
type connection struct {
	From, To string
	Ports    string
	Why      string
}

// peerName is a security group's construct path: "aurora", or "compute/worker" outside of constructs/networking.
func peerName(address string) string {
	name := strings.TrimPrefix(address, "aws_security_group.")
	return strings.ReplaceAll(strings.TrimPrefix(name, "networking_"), "_", "/")
}

// rulesOf are the template's rules of a direction. A rule for all protocols is one for all ports.
func rulesOf(t *testing.T, tpl template, direction string) []rule {
	t.Helper()
	var rules []rule
	for _, r := range tpl.all("aws_vpc_security_group_" + direction + "_rule") {
		found := rule{address: r.Address, group: reference(r.get("security_group_id")), to: 65535, why: fmt.Sprint(r.get("description"))}
		if first, ok := r.get("from_port").(float64); ok {
			found.from = int(first)
		}
		if last, ok := r.get("to_port").(float64); ok {
			found.to = int(last)
		}
		for _, side := range []string{"cidr_ipv4", "cidr_ipv6", "prefix_list_id"} {
			if value, ok := r.get(side).(string); ok {
				found.peer = value
			}
		}
		if group := reference(r.get("referenced_security_group_id")); group != "" {
			found.peer = group
		}
		if found.group == "" || found.peer == "" {
			t.Errorf("%s: %s: want a group and another side\n%s", tpl.name, r.Address, r)
		}
		rules = append(rules, found)
	}
	return rules
}

// covers says whether the rule's other side may be peer. What is no group is a range, and taken to be everywhere: a matrix that
// says too much is looked into, one that says too little is believed.
func (r rule) covers(peer string) bool {
	return r.peer == peer || !strings.HasPrefix(r.peer, "aws_security_group.")
}

// connections are all that the security groups let through, sorted, and the rules that take part in none of them.
func connections(t *testing.T, tpl template) (list []connection, idle []string) {
	t.Helper()
	ingress, egress := rulesOf(t, tpl, "ingress"), rulesOf(t, tpl, "egress")
	found, used := map[connection]bool{}, map[string]bool{}
	for _, in := range ingress {
		if in.covers(internet) {
			found[connection{internet, peerName(in.group), ports(in.from, in.to), in.why}] = true
			used[in.address] = true
		}
	}
	for _, out := range egress {
		if out.covers(internet) {
			found[connection{peerName(out.group), internet, ports(out.from, out.to), out.why}] = true
			used[out.address] = true
		}
		for _, in := range ingress {
			first, last := max(out.from, in.from), min(out.to, in.to)
			if out.covers(in.group) && in.covers(out.group) && first <= last {
				why := in.why
				if in.peer != out.group {
					why = "Not meant, but not refused: the one may call anybody, and the other is open to anybody"
				}
				found[connection{peerName(out.group), peerName(in.group), ports(first, last), why}] = true
				used[in.address], used[out.address] = true, true
			}
		}
	}
	for _, r := range slices.Concat(ingress, egress) {
		if !used[r.address] {
			idle = append(idle, r.address)
		}
	}
	list = slices.SortedFunc(maps.Keys(found), func(a, b connection) int {
		return strings.Compare(a.To+" "+a.From+" "+a.Ports, b.To+" "+b.From+" "+b.Ports)
	})
	return list, idle
}

func ports(first, last int) string {
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

// Who can open a connection to whom. A change here is a change of what an intruder can reach: made on purpose, and read twice.
func TestWhoReachesWhom(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		want := map[string][]string{
			"load-balancer": {"functions 443", "internet 443", "realtime 443"},
			"realtime":      {"load-balancer 8080"},
			"aurora":        {"functions 5432", "realtime 5432"},
			"valkey":        {"functions 6379", "realtime 6379"},
			"opensearch":    {"functions 443"},
			"internet":      {"functions 443", "realtime 443"},
		}
		if env.Networking.InterfaceEndpoints {
			want["endpoints"] = []string{"functions 443", "realtime 443"}
		}
		list, idle := connections(t, tpl)
		got := map[string][]string{}
		for _, c := range list {
			got[c.To] = append(got[c.To], c.From+" "+c.Ports)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: who reaches whom (-want +got):\n%s", tpl.name, diff)
		}
		if len(idle) > 0 {
			t.Errorf("%s: rules that let nothing through, for want of one on the other side: %v", tpl.name, idle)
		}
	})
}

// docs/reachability.md is written from the rules that are deployed, not from what was meant.
func TestReachabilityDocument(t *testing.T) {
	bodies := map[string][]string{} // the same matrix is shown once
	for _, env := range environments(t) {
		body := reachability(t, stack(t, env.Name))
		bodies[body] = append(bodies[body], env.Name)
	}
	sections := map[string]string{}
	for body, names := range bodies {
		slices.Sort(names)
		sections[strings.Join(names, ", ")] = body
	}
	doc := "# Who can reach whom\n\n" +
		"Written by `make golden` from the synthesized security group rules and routes; the tests fail when it no longer says what\n" +
		"is deployed. A group of `constructs/networking` that is not among the columns can be reached by nobody. A cell is the TCP\n" +
		"port that the row may open a connection to in the column; an empty one is refused. Answers need no rule. Names are resolved\n" +
		"by the VPC's own resolver, which no security group filters.\n"
	for _, names := range slices.Sorted(maps.Keys(sections)) {
		doc += "\n## " + names + "\n" + sections[names]
	}

	file := filepath.Join(root, "docs", "reachability.md")
	if *update {
		if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with `make golden`", err)
	}
	if !bytes.Equal(want, []byte(doc)) {
		t.Errorf("%s differs (-document +synthesized); if that is meant, write it anew with `make golden`:\n%s",
			file, cmp.Diff(string(want), doc))
	}
}

// reachability is a template's part of the document.
func reachability(t *testing.T, tpl template) string {
	t.Helper()
	list, _ := connections(t, tpl)
	cells := map[[2]string][]string{}
	rows, columns := map[string]bool{}, map[string]bool{}
	for _, c := range list {
		rows[c.From], columns[c.To] = true, true
		if at := [2]string{c.From, c.To}; !slices.Contains(cells[at], c.Ports) {
			cells[at] = append(cells[at], c.Ports)
		}
	}

	var out strings.Builder
	to := slices.Sorted(maps.Keys(columns))
	fmt.Fprintf(&out, "\n| from \\ to | %s |\n|---|%s\n", strings.Join(to, " | "), strings.Repeat("---|", len(to)))
	for _, from := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&out, "| **%s** |", from)
		for _, column := range to {
			fmt.Fprintf(&out, " %s |", strings.Join(cells[[2]string{from, column}], ", "))
		}
		fmt.Fprintln(&out)
	}

	fmt.Fprint(&out, "\n| to | from | port | why |\n|---|---|---|---|\n")
	for _, c := range list {
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", c.To, c.From, c.Ports, c.Why)
	}

	fmt.Fprint(&out, "\n| subnets | to 0.0.0.0/0 | to ::/0 |\n|---|---|---|\n")
	for _, id := range slices.Sorted(maps.Keys(inNetworking(tpl, "aws_subnet"))) {
		routes := routesOf(t, tpl, tableOf(t, tpl, id))
		way := func(destination string) string {
			_, gateway, found := strings.Cut(routes[destination], ".networking_")
			if !found {
				return "no route"
			}
			return gateway
		}
		fmt.Fprintf(&out, "| %s | %s | %s |\n", id, way("0.0.0.0/0"), way("::/0"))
	}
	return out.String()
}

// entry is one entry of a network ACL.
type entry struct {
	number, first, last int
	protocol            string
	allow               bool
	cidr                netip.Prefix
	icmpType, icmpCode  int
}

// entriesOf are an ACL's entries in the order in which they are asked.
func entriesOf(t *testing.T, acl resource, direction string) []entry {
	t.Helper()
	raw, _ := acl.get(direction).([]any)
	if len(raw) == 0 || len(raw) > 20 {
		t.Errorf("%s: %s: want 1 to 20 %s entries, AWS's quota, got %d", acl.stack, acl.Address, direction, len(raw))
	}
	var entries []entry
	for _, value := range raw {
		number := func(key string) int { n, _ := dig(value, key).(float64); return int(n) }
		cidr := fmt.Sprint(dig(value, "cidr_block"))
		if cidr == "${null}" {
			cidr = fmt.Sprint(dig(value, "ipv6_cidr_block"))
		}
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			t.Fatalf("%s: %s: %v in %s", acl.stack, acl.Address, err, compact(value))
		}
		entries = append(entries, entry{
			number: number("rule_no"), first: number("from_port"), last: number("to_port"),
			protocol: fmt.Sprint(dig(value, "protocol")), allow: dig(value, "action") == "allow", cidr: prefix,
			icmpType: number("icmp_type"), icmpCode: number("icmp_code"),
		})
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.number - b.number })
	return entries
}

// packet is a TCP packet on its way through a tier's ACL: in from, or out to, the remote address, to the destination's port.
type packet struct {
	tier, direction string
	remote          netip.Addr
	port            int
}

func (p packet) passes(t *testing.T, tpl template) bool {
	t.Helper()
	for _, e := range entriesOf(t, tpl.one(t, "aws_network_acl", "networking_"+p.tier+"-acl"), p.direction) {
		if (e.protocol == "6" || e.protocol == "-1") && e.first <= p.port && p.port <= e.last && e.cidr.Contains(p.remote) {
			return e.allow
		}
	}
	return false
}

// side is where a connection begins or ends: a tier and an address in it. The internet has no tier, and no ACL.
type side struct {
	tier    string
	address netip.Addr
}

// connect is every packet of a connection from one side to a port of the other: the call, and the answer to the caller's port.
// An ACL is stateless, so all of them have to pass.
func connect(from, to side, port, callersPort int) []packet {
	return slices.DeleteFunc([]packet{
		{from.tier, "egress", to.address, port},
		{to.tier, "ingress", from.address, port},
		{to.tier, "egress", from.address, callersPort},
		{from.tier, "ingress", to.address, callersPort},
	}, func(p packet) bool { return p.tier == internet })
}

// sides are an address in the last zone's subnet of each tier, and on the internet over IPv4 and IPv6.
func sides(t *testing.T, env envs.Environment, tpl template) map[string]side {
	t.Helper()
	found := map[string]side{
		"internet":      {internet, netip.MustParseAddr("203.0.113.7")},
		"internet-ipv6": {internet, netip.MustParseAddr("2001:db8::7")},
		"private-ipv6":  {"private", netip.MustParseAddr("2001:db8:1::7")}, // the VPC's block is not known before it is made
		"public-ipv6":   {"public", netip.MustParseAddr("2001:db8:1:10::7")},
	}
	zones := env.Zones()
	last := zones[len(zones)-1]
	for _, tier := range []string{"public", "private", "data"} {
		subnet := tpl.one(t, "aws_subnet", "networking_"+tier+"-"+last[len(last)-1:])
		found[tier] = side{tier, netip.MustParsePrefix(fmt.Sprint(subnet.get("cidr_block"))).Addr().Next()}
	}
	return found
}

func TestNetworkACLsCoverEverySubnet(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		acls := map[string][]string{}
		for id, acl := range inNetworking(tpl, "aws_network_acl") {
			for _, subnet := range references(acl.get("subnet_ids")) {
				name := strings.TrimPrefix(subnet, "aws_subnet.networking_")
				acls[name] = append(acls[name], id)
			}
		}
		for id := range inNetworking(tpl, "aws_subnet") {
			want := []string{id[:strings.LastIndex(id, "-")] + "-acl"}
			if !slices.Equal(acls[id], want) {
				t.Errorf("%s: subnet %s: want network ACL %v, got %v", tpl.name, id, want, acls[id])
			}
		}
	})
}

// The ACLs let through what the security groups do, there and back.
func TestNetworkACLsCarryTheConnections(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		at := sides(t, env, tpl)
		carried := func(what string, packets []packet) {
			t.Helper()
			for _, p := range packets {
				if !p.passes(t, tpl) {
					t.Errorf("%s: %s: want it let through, refused at %+v", tpl.name, what, p)
				}
			}
		}
		// Of the ports that a caller may have, Remote Desktop's is the one to which the internet cannot answer.
		for _, callersPort := range []int{1024, 3388, 3389, 3390, 49152, 65535} {
			carried("load balancer to realtime", connect(at["public"], at["private"], 8080, callersPort))
			carried("private to Aurora", connect(at["private"], at["data"], 5432, callersPort))
			carried("private to Valkey", connect(at["private"], at["data"], 6379, callersPort))
			carried("private to OpenSearch", connect(at["private"], at["data"], 443, callersPort))
			carried("private to endpoints", connect(at["private"], at["private"], 443, callersPort))
			carried("browser to load balancer", connect(at["internet"], at["public"], 443, callersPort))
			carried("browser to load balancer over IPv6", connect(at["internet-ipv6"], at["public-ipv6"], 443, callersPort))
			if callersPort == 3389 {
				continue
			}
			carried("private to internet over IPv6", connect(at["private-ipv6"], at["internet-ipv6"], 443, callersPort))
			// A NAT gateway changes the private side's address, and the packet passes the public tier's ACL twice.
			carried("private to internet", []packet{
				{"private", "egress", at["internet"].address, 443},
				{"public", "ingress", at["private"].address, 443},
				{"public", "egress", at["internet"].address, 443},
				{"public", "ingress", at["internet"].address, callersPort},
				{"public", "egress", at["private"].address, callersPort},
				{"private", "ingress", at["internet"].address, callersPort},
			})
		}
	})
}

// A router that has no room for a packet must be heard, or big answers vanish.
func TestNetworkACLsLetPathMTUDiscoveryThrough(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for tier, want := range map[string][]string{
			"public": {"1 3 4", "58 2 0"}, "private": {"1 3 4", "58 2 0"}, "data": {"1 3 4"},
		} {
			for _, direction := range []string{"ingress", "egress"} {
				var got []string
				for _, e := range entriesOf(t, tpl.one(t, "aws_network_acl", "networking_"+tier+"-acl"), direction) {
					if e.protocol != "6" && e.allow {
						got = append(got, fmt.Sprintf("%s %d %d", e.protocol, e.icmpType, e.icmpCode))
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %s ACL, %s: want protocol, type and code %q, got %q", tpl.name, tier, direction, want, got)
				}
			}
		}
	})
}

func TestNetworkACLsRefuse(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		at := sides(t, env, tpl)
		refused := map[string][]packet{
			"remote administration from the internet (EC2.21)": {
				{"public", "ingress", at["internet"].address, 22},
				{"public", "ingress", at["internet"].address, 3389},
				{"public", "ingress", at["internet-ipv6"].address, 22},
				{"public", "ingress", at["internet-ipv6"].address, 3389},
				{"private", "ingress", at["internet"].address, 22},
				{"private", "ingress", at["internet"].address, 3389},
				{"private", "ingress", at["internet-ipv6"].address, 22},
				{"private", "ingress", at["internet-ipv6"].address, 3389},
			},
			"plain HTTP": {
				{"public", "ingress", at["internet"].address, 80},
				{"private", "egress", at["internet"].address, 80},
			},
			"the private tier at the data's other ports": {
				{"data", "ingress", at["private"].address, 22},
				{"data", "ingress", at["private"].address, 80},
				{"data", "ingress", at["private"].address, 5433},
				{"data", "ingress", at["private"].address, 9200},
				{"data", "ingress", at["private"].address, 49152},
			},
			"data that leaves": {
				{"data", "egress", at["internet"].address, 443},
				{"data", "egress", at["internet"].address, 49152},
				{"data", "egress", at["internet-ipv6"].address, 443},
				{"data", "egress", at["public"].address, 49152},
				{"data", "egress", at["private"].address, 443},
			},
		}
		for _, stranger := range []string{"public", "data", "internet", "internet-ipv6", "private-ipv6"} {
			for _, port := range []int{443, 5432, 6379} {
				what := stranger + " at the data"
				refused[what] = append(refused[what], packet{"data", "ingress", at[stranger].address, port})
			}
		}
		for what, packets := range refused {
			for _, p := range packets {
				if p.passes(t, tpl) {
					t.Errorf("%s: %s: want it refused, let through at %+v", tpl.name, what, p)
				}
			}
		}
	})
}
