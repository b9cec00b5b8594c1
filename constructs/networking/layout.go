package networking

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// The VPC is divided into sixteen equal parts, and an availability zone's letter says which of them are its own:
//
//	parts 0 to 7, the first half    private subnets, a part for each letter
//	parts 8 to 13                   data subnets, a part for each letter
//	parts 14 and 15                 public subnets, a quarter of a part for each letter
//
// No subnet's place depends on how many zones there are or on their order, so a zone can be added or removed without moving
// another's. The private tier is one range, so a network ACL names it with one rule. Public subnets hold load balancers and NAT
// gateways alone and can be small. In a /16, a part has 4,096 addresses and a public subnet 1,024; in a /20, the smallest VPC, 256
// and 64, where a load balancer needs 32, eight of them free:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
const (
	partBits   = 4 // sixteen parts
	publicBits = 6 // a quarter of a part

	privatePart = 0
	dataPart    = 8
	publicPart  = 14 << (publicBits - partBits)

	letters = "abcdef" // of us-east-1, which has the most zones
)

// The IPv6 block that Amazon gives a VPC is a /56: 256 subnets of /64, of which private subnets have the first sixteen and
// public ones the next.
const (
	ipv6Bits    = 8
	privateIPv6 = 0
	publicIPv6  = 16
)

// zone is one availability zone's share of the VPC.
type zone struct {
	name                  string // us-east-1a
	letter                string // a
	public, private, data netip.Prefix
	// publicIPv6 and privateIPv6 number the zone's /64 blocks in the VPC's /56. Data subnets have none.
	publicIPv6, privateIPv6 int
}

// layout shares the VPC's range out to the zones, in the order given. It refuses a zone that it has no part for.
func layout(cidr, region string, names []string) ([]zone, error) {
	vpc, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil, fmt.Errorf("cidr: %w", err)
	}
	var zones []zone
	var faults []error
	for _, name := range names {
		letter, ofRegion := strings.CutPrefix(name, region)
		place := strings.Index(letters, letter)
		if !ofRegion || len(letter) != 1 || place < 0 {
			faults = append(faults, fmt.Errorf("availabilityZones: must be of %sa to %sf, got %q; "+
				"the VPC's layout has no part for another", region, region, name))
			continue
		}
		zones = append(zones, zone{
			name:        name,
			letter:      letter,
			private:     part(vpc, partBits, privatePart+place),
			data:        part(vpc, partBits, dataPart+place),
			public:      part(vpc, publicBits, publicPart+place),
			privateIPv6: privateIPv6 + place,
			publicIPv6:  publicIPv6 + place,
		})
	}
	return zones, errors.Join(faults...)
}

// privateTier is the half of the VPC that private subnets, and they alone, are in.
func privateTier(vpc netip.Prefix) netip.Prefix { return part(vpc, 1, 0) }

// part is the number-th of the 2^bits equal parts of an IPv4 range.
func part(whole netip.Prefix, bits, number int) netip.Prefix {
	size := whole.Bits() + bits
	first := whole.Addr().As4()
	offset := uint32(number) << (32 - size)
	for i := range first {
		first[i] |= byte(offset >> (24 - 8*i))
	}
	return netip.PrefixFrom(netip.AddrFrom4(first), size)
}
