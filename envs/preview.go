package envs

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// previewForm allows as many digits as naming.MaxEnvironment leaves room for.
var previewForm = regexp.MustCompile(`^pr-[1-9][0-9]{0,5}$`)

// previewRange is where every preview's VPC lies, and no other's: 1,024 ranges of a /20.
func previewRange() netip.Prefix { return netip.MustParsePrefix("100.64.0.0/10") }

// IsPreview says whether name is a preview's: pr- and the number of its pull request, such as pr-123.
func IsPreview(name string) bool {
	return previewForm.MatchString(name)
}

// WithPreview adds the preview called name to the environments, sorted by name, and validates them together. A preview has no file:
// it is dev under another name, in a range of its own (taken from 100.64.0.0/10 by its number modulo 1,024), called back at its own
// host below dev's (https://pr-123.dev.example), with nothing retained. It refuses a name that is no preview's, and environments
// without a dev.
func WithPreview(environments []Environment, name string) ([]Environment, error) {
	if !IsPreview(name) {
		return nil, fmt.Errorf("preview: name: must be pr- and a pull request's number of at most six digits, got %q", name)
	}
	at := slices.IndexFunc(environments, func(e Environment) bool { return e.Name == "dev" })
	if at < 0 {
		return nil, fmt.Errorf("preview: %s is made from dev, which is not among the environments; add envs/dev.yaml", name)
	}
	all := sortedByName(append(slices.Clone(environments), preview(environments[at], name)))
	if err := Validate(all); err != nil {
		return nil, err
	}
	return all, nil
}

func preview(dev Environment, name string) Environment {
	p := dev
	p.Name = name
	p.Retain = false
	p.Networking.CIDR = previewCIDR(name)
	p.Networking.AvailabilityZones = slices.Clone(dev.Networking.AvailabilityZones)
	p.Identity.CallbackURLs = previewURLs(dev.Identity.CallbackURLs, name)
	p.Identity.LogoutURLs = previewURLs(dev.Identity.LogoutURLs, name)
	p.Monitoring.AlertEmails = slices.Clone(dev.Monitoring.AlertEmails)
	return p
}

func previewCIDR(name string) string {
	number, _ := strconv.Atoi(strings.TrimPrefix(name, "pr-")) // previewForm has seen to it
	slot := number % 1024
	first := netip.AddrFrom4([4]byte{100, byte(64 + slot>>4), byte(slot << 4), 0})
	return netip.PrefixFrom(first, 20).String()
}

// previewURLs puts the preview's name before the host of every URL that is not on the developer's own machine.
func previewURLs(urls []string, name string) []string {
	out := slices.Clone(urls)
	for i, raw := range urls {
		u, err := url.Parse(raw)
		if err != nil || isLocal(u.Hostname()) {
			continue
		}
		u.Host = name + "." + u.Host
		out[i] = u.String()
	}
	return out
}
