package envs

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/writersroom/infrastructure/internal/naming"
)

// Validate says whether the environments can be deployed, each by itself and all beside one another. Every fault is told, in the
// order of environments and fields: the environment, the field's path, the rule, the value, and the mend where it is not obvious.
// What Production environments demand, no overlay can switch off.
func Validate(environments []Environment) error {
	var all []error
	for _, e := range environments {
		c := check{environment: e}
		c.general()
		c.networking()
		c.identity()
		c.monitoring()
		c.storage()
		c.ai()
		c.compute()
		all = append(all, c.faults...)
	}
	for i, e := range environments {
		c := check{environment: e}
		for _, earlier := range environments[:i] {
			c.beside(earlier)
		}
		all = append(all, c.faults...)
	}
	return errors.Join(all...)
}

// check gathers what is wrong with one environment.
type check struct {
	environment Environment
	faults      []error
}

// fault adds one fault of the field at path.
func (c *check) fault(path, format string, args ...any) {
	name := c.environment.Name
	if name == "" {
		name = `""`
	}
	c.faults = append(c.faults, errors.New(name+": "+path+": "+fmt.Sprintf(format, args...)))
}

func (c *check) between(path string, value, least, most int) bool {
	switch {
	case value < least:
		c.fault(path, "must be at least %d, got %d", least, value)
	case value > most:
		c.fault(path, "must be at most %d, got %d", most, value)
	default:
		return true
	}
	return false
}

// productionCount is between, with a higher least in production.
func (c *check) productionCount(path string, value, least, most, production int) bool {
	if !c.between(path, value, least, most) {
		return false
	}
	if c.environment.Production() && value < production {
		c.fault(path, "must be at least %d, got %d; production cannot lower it", production, value)
		return false
	}
	return true
}

// quoted is text as a fault shows it; an overlay that leaves a field out has none.
func quoted(text string) string {
	if text == "" {
		return "none"
	}
	return strconv.Quote(text)
}

var (
	nameForm       = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	accountForm    = regexp.MustCompile(`^[0-9]{12}$`)
	repositoryForm = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}/[A-Za-z0-9._-]{1,100}$`)
	regionForm     = regexp.MustCompile(`^[a-z]{2}(-gov)?-(central|(north|south)?(east|west)|north|south)-[1-9]$`)
)

// retentions are the periods CloudWatch knows, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
func retentions() []int {
	return []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
}

func (c *check) general() {
	e := c.environment
	switch {
	case !nameForm.MatchString(e.Name):
		c.fault("name", "must be lower-case letters, digits and single hyphens, a letter first, got %s; rename the file", quoted(e.Name))
	case strings.HasPrefix(e.Name+"-", naming.AccountWide+"-"):
		c.fault("name", "must not be %s or begin with %[1]s-, which names what an AWS account holds once, got %q",
			naming.AccountWide, e.Name)
	case strings.HasPrefix(e.Name, "pr-") && !IsPreview(e.Name):
		c.fault("name", "must be pr- and a pull request's number of at most six digits when it begins with pr-, got %q", e.Name)
	case e.Name == previews || strings.HasSuffix(e.Name, "-plan"):
		c.fault("name", "must not be %s or end in -plan, by which GitHub's environments are told apart, got %q", previews, e.Name)
	}
	if len(e.Name) > naming.MaxEnvironment {
		c.fault("name", "must be at most %d characters, since it is part of every resource's name, got %q (%d)",
			naming.MaxEnvironment, e.Name, len(e.Name))
	}
	if !accountForm.MatchString(e.Account) {
		mend := ""
		if len(e.Account) > 0 && len(e.Account) < 12 {
			mend = "; put back any leading zero that was lost to a number without quotes"
		}
		c.fault("account", "must be twelve digits, got %s%s", quoted(e.Account), mend)
	}
	if !regionForm.MatchString(e.Region) {
		c.fault("region", "must be an AWS region such as us-east-1, got %s", quoted(e.Region))
	} else if partition := partitionOf(e.Region); e.Partition != partition {
		c.fault("partition", "must be %s, which %s belongs to, got %s", partition, e.Region, quoted(e.Partition))
	}
	switch {
	case !slices.Contains(retentions(), e.LogRetentionDays):
		c.fault("logRetentionDays", "must be a period that CloudWatch knows (%s), got %d", list(retentions()), e.LogRetentionDays)
	case e.Production() && e.LogRetentionDays < 365:
		c.fault("logRetentionDays", "must be at least 365, got %d; production cannot lower it", e.LogRetentionDays)
	}
	if !repositoryForm.MatchString(e.Repository) {
		c.fault("repository", "must be a GitHub repository, owner/name, got %s", quoted(e.Repository))
	}
	if e.Production() && !e.Retain {
		c.fault("retain", "must be true, got false; production cannot switch it off")
	}
}

// partitionOf knows the partitions whose service endpoints the platform is deployed to.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

func list(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

func (c *check) networking() {
	e, n := c.environment, c.environment.Networking
	c.cidr()
	if c.between("networking.azCount", n.AZCount, 2, 5) { // what must agree with a wrong count cannot be judged
		if len(n.AvailabilityZones) > 0 {
			c.zones()
		}
		switch {
		case e.Production() && n.NATGateways != n.AZCount:
			c.fault("networking.natGateways", "must be %d, one per availability zone, got %d; production cannot lower it",
				n.AZCount, n.NATGateways)
		case n.NATGateways != 1 && n.NATGateways != n.AZCount:
			c.fault("networking.natGateways", "must be 1, or %d, one per availability zone, got %d", n.AZCount, n.NATGateways)
		}
	}
	if e.Production() && !n.InterfaceEndpoints {
		c.fault("networking.interfaceEndpoints", "must be true, got false; production cannot switch it off")
	}
}

// privateRanges are RFC 1918's: https://www.rfc-editor.org/rfc/rfc1918#section-3
func privateRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"),
	}
}

func (c *check) cidr() {
	const path = "networking.cidr"
	text := c.environment.Networking.CIDR
	cidr, err := netip.ParsePrefix(text)
	if err != nil || !cidr.Addr().Is4() {
		c.fault(path, "must be an IPv4 range such as 10.0.0.0/16, got %s", quoted(text))
		return
	}
	if cidr != cidr.Masked() {
		c.fault(path, "must begin at its first address, got %q; write %s", text, cidr.Masked())
	}
	if cidr.Bits() < 16 || cidr.Bits() > 20 {
		c.fault(path, "must be a /16 to a /20, got %q", text)
	}
	within := func(outer netip.Prefix) bool { return outer.Bits() <= cidr.Bits() && outer.Contains(cidr.Addr()) }
	switch {
	case IsPreview(c.environment.Name):
		if !within(previewRange()) {
			c.fault(path, "must be within %s, where previews are, got %q", previewRange(), text)
		}
	case within(previewRange()):
		c.fault(path, "must not be within %s, where previews are, got %q", previewRange(), text)
	case !slices.ContainsFunc(privateRanges(), within):
		c.fault(path, "must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, got %q", text)
	}
}

func (c *check) zones() {
	const path = "networking.availabilityZones"
	e, zones := c.environment, c.environment.Networking.AvailabilityZones
	if len(zones) != e.Networking.AZCount {
		c.fault(path, "must name as many zones as azCount, %d, got %d", e.Networking.AZCount, len(zones))
	}
	for i, zone := range zones {
		letter, ofRegion := strings.CutPrefix(zone, e.Region)
		if !ofRegion || len(letter) != 1 || letter < "a" || letter > "f" { // the VPC's layout has parts for six letters
			c.fault(item(path, i), "must be a zone of %s, %[1]sa to %[1]sf, got %s", e.Region, quoted(zone))
		}
	}
	c.distinct(path, zones)
}

func item(path string, i int) string {
	return fmt.Sprintf("%s[%d]", path, i)
}

func (c *check) distinct(path string, values []string) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			c.fault(item(path, i), "must be listed once, got %q again", value)
		}
	}
}

func (c *check) identity() {
	e, id := c.environment, c.environment.Identity
	switch {
	case id.MFA != MFAOptional && id.MFA != MFARequired:
		c.fault("identity.mfa", "must be %q or %q, got %s", MFAOptional, MFARequired, quoted(id.MFA))
	case e.Production() && id.MFA != MFARequired:
		c.fault("identity.mfa", "must be %q, got %q; production cannot switch it off", MFARequired, id.MFA)
	}
	// Cognito's own least is 6.
	// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
	c.between("identity.passwordMinimumLength", id.PasswordMinimumLength, 12, 99)
	if len(id.CallbackURLs) == 0 {
		c.fault("identity.callbackUrls", "must have a URL that the sign-in page may send a writer back to, got none")
	}
	if c.urls("identity.callbackUrls", id.CallbackURLs) && len(id.CallbackURLs) > 0 {
		c.domain()
	}
	c.urls("identity.logoutUrls", id.LogoutURLs)
	// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
	c.between("identity.accessTokenMinutes", id.AccessTokenMinutes, 5, 24*60)
	c.between("identity.refreshTokenDays", id.RefreshTokenDays, 1, 3650)
	// https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
	const window = "identity.keyDeletionWindowDays"
	if c.between(window, id.KeyDeletionWindowDays, 7, 30) && e.Production() && id.KeyDeletionWindowDays < 30 {
		c.fault(window, "must be 30, got %d; production cannot lower it", id.KeyDeletionWindowDays)
	}
}

// urls says whether there is no fault.
func (c *check) urls(path string, urls []string) bool {
	before := len(c.faults)
	for i, raw := range urls {
		if rule := urlRule(raw, c.environment.Development()); rule != "" {
			c.fault(item(path, i), "%s, got %s", rule, quoted(raw))
		}
	}
	c.distinct(path, urls)
	return len(c.faults) == before
}

// urlRule is the rule that a callback or logout URL breaks, or "". Cognito takes http on these three hosts alone
// (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html).
func urlRule(raw string, development bool) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || !u.IsAbs() || u.Hostname() == "" || strings.ContainsFunc(raw, unicode.IsSpace):
		return "must be an absolute URL such as https://writersroom.example/auth/callback"
	case strings.Contains(raw, "*"):
		return "must be written out, without a wildcard"
	case strings.Contains(raw, "#"):
		return "must not have a fragment"
	case u.User != nil:
		return "must not have a user name"
	case isLocal(u.Hostname()) && !development:
		return "must not be on the developer's own machine outside dev and its previews"
	case u.Scheme == "https":
		return ""
	case development && u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname()):
		return ""
	case development:
		return "must be https, or http on localhost"
	}
	return "must be https"
}

// isLocal says whether a URL's host is the machine of whoever follows it.
func isLocal(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	address, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		err == nil && (address.Unmap().IsLoopback() || address.IsUnspecified())
}

// beside tells what an environment and an earlier one cannot both have. Distinct names make distinct state keys.
func (c *check) beside(other Environment) {
	e := c.environment
	if e.Name == other.Name {
		c.fault("name", "must be unique, got %q again", e.Name)
		return
	}
	if e.Account == other.Account && e.Account != "" {
		if strings.HasPrefix(e.Name, other.Name+"-") || strings.HasPrefix(other.Name, e.Name+"-") {
			c.fault("name", "must not continue the name of another environment in account %s, got %q beside %q; "+
				"their resources' names could be the same: take another account or name", e.Account, e.Name, other.Name)
		}
		if e.Region != other.Region {
			c.fault("region", "must be %s, as for %s, since both keep their state in account %s, got %s; take another account or region",
				quoted(other.Region), other.Name, e.Account, quoted(e.Region))
		}
	}
	if domain := e.Domain(); domain != "" && domain == other.Domain() {
		c.fault("identity.callbackUrls", "must not begin at %s, the domain of %s; take a domain of its own", domain, other.Name)
	}
	mine, err := netip.ParsePrefix(e.Networking.CIDR)
	theirs, otherErr := netip.ParsePrefix(other.Networking.CIDR)
	if err == nil && otherErr == nil && mine.Overlaps(theirs) {
		c.fault("networking.cidr", "must not overlap %s of %s, got %q; take a range of its own",
			other.Networking.CIDR, other.Name, e.Networking.CIDR)
	}
}
