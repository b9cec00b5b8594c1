package networking

import (
	"net/netip"
	"strings"
	"testing"
)

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		cidr, zone            string
		private, data, public string
		privateIPv6           int
		publicIPv6            int
	}{
		{"10.30.0.0/16", "us-east-1a", "10.30.0.0/20", "10.30.128.0/20", "10.30.224.0/22", 0, 16},
		{"10.30.0.0/16", "us-east-1b", "10.30.16.0/20", "10.30.144.0/20", "10.30.228.0/22", 1, 17},
		{"10.30.0.0/16", "us-east-1f", "10.30.80.0/20", "10.30.208.0/20", "10.30.244.0/22", 5, 21},
		{"10.30.240.0/20", "us-east-1a", "10.30.240.0/24", "10.30.248.0/24", "10.30.254.0/26", 0, 16},
		{"10.30.240.0/20", "us-east-1f", "10.30.245.0/24", "10.30.253.0/24", "10.30.255.64/26", 5, 21},
	} {
		zones, err := layout(test.cidr, "us-east-1", []string{test.zone})
		if err != nil || len(zones) != 1 {
			t.Errorf("layout(%s, %s): want one zone, got %v, %v", test.cidr, test.zone, zones, err)
			continue
		}
		want := zone{
			name:        test.zone,
			letter:      test.zone[len(test.zone)-1:],
			private:     netip.MustParsePrefix(test.private),
			data:        netip.MustParsePrefix(test.data),
			public:      netip.MustParsePrefix(test.public),
			privateIPv6: test.privateIPv6,
			publicIPv6:  test.publicIPv6,
		}
		if zones[0] != want {
			t.Errorf("layout(%s, %s):\nwant %+v\n got %+v", test.cidr, test.zone, want, zones[0])
		}
	}
}

// A zone's subnets stay where they are, whatever becomes of the others.
func TestLayoutOfAZoneDependsOnItsLetterAlone(t *testing.T) {
	alone := map[string]zone{}
	for _, letter := range strings.Split(letters, "") {
		zones, err := layout("10.0.0.0/16", "us-east-1", []string{"us-east-1" + letter})
		if err != nil {
			t.Fatal(err)
		}
		alone[letter] = zones[0]
	}
	for _, names := range []string{"ab", "abc", "abcde", "bc", "ba", "fca", "abcdef"} {
		var list []string
		for _, letter := range strings.Split(names, "") {
			list = append(list, "us-east-1"+letter)
		}
		zones, err := layout("10.0.0.0/16", "us-east-1", list)
		if err != nil {
			t.Fatal(err)
		}
		for i, z := range zones {
			if z.name != list[i] {
				t.Errorf("zones %s: want %s in place %d, got %s", names, list[i], i, z.name)
			}
			if z != alone[z.letter] {
				t.Errorf("zones %s: zone %s moved:\nalone %+v\n here %+v", names, z.letter, alone[z.letter], z)
			}
		}
	}
}

// Subnets lie in the VPC, none in another, and the private tier's range holds the private ones and no other.
func TestLayoutIsDisjoint(t *testing.T) {
	for _, cidr := range []string{"10.0.0.0/16", "10.128.0.0/17", "172.16.64.0/18", "192.168.224.0/19", "10.255.240.0/20"} {
		vpc := netip.MustParsePrefix(cidr)
		zones, err := layout(cidr, "us-east-1", []string{
			"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f",
		})
		if err != nil {
			t.Fatal(err)
		}
		var all []netip.Prefix
		numbers := map[int]bool{}
		for _, z := range zones {
			all = append(all, z.private, z.data, z.public)
			numbers[z.privateIPv6], numbers[z.publicIPv6] = true, true
			tier := privateTier(vpc)
			if !tier.Contains(z.private.Addr()) || tier.Overlaps(z.data) || tier.Overlaps(z.public) {
				t.Errorf("%s: want of %s's subnets %s alone in the private tier %s, got data %s, public %s",
					cidr, z.name, z.private, tier, z.data, z.public)
			}
		}
		if len(numbers) != 2*len(zones) {
			t.Errorf("%s: want %d different IPv6 numbers, got %v", cidr, 2*len(zones), numbers)
		}
		for i, a := range all {
			if !vpc.Contains(a.Addr()) || a.Masked() != a {
				t.Errorf("%s: want a subnet of it, got %s", cidr, a)
			}
			for _, b := range all[:i] {
				if a.Overlaps(b) {
					t.Errorf("%s: %s and %s overlap", cidr, a, b)
				}
			}
		}
	}
}

func TestLayoutRefuses(t *testing.T) {
	for _, test := range []struct {
		cidr  string
		zones []string
		want  string
	}{
		{"10.0.0.0", []string{"us-east-1a"}, `cidr: netip.ParsePrefix("10.0.0.0"): no '/'`},
		{
			"10.0.0.0/16",
			[]string{"us-east-1a", "us-east-1g", "eu-west-1a", "us-east-1-bos-1a", "us-east-1"},
			`availabilityZones: must be of us-east-1a to us-east-1f, got "us-east-1g"; the VPC's layout has no part for another
availabilityZones: must be of us-east-1a to us-east-1f, got "eu-west-1a"; the VPC's layout has no part for another
availabilityZones: must be of us-east-1a to us-east-1f, got "us-east-1-bos-1a"; the VPC's layout has no part for another
availabilityZones: must be of us-east-1a to us-east-1f, got "us-east-1"; the VPC's layout has no part for another`,
		},
	} {
		_, err := layout(test.cidr, "us-east-1", test.zones)
		if err == nil || err.Error() != test.want {
			t.Errorf("layout(%s, %v):\nwant %s\n got %v", test.cidr, test.zones, test.want, err)
		}
	}
}
