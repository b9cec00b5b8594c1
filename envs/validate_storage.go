package envs

import (
	"math"
	"regexp"
	"slices"
)

var (
	cacheNodeForm  = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)
	searchNodeForm = regexp.MustCompile(`^[a-z0-9]+\.[a-z0-9]+\.search$`)

	// What OpenSearch offers and the platform cannot use.
	// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html
	searchNodeUnencrypted = regexp.MustCompile(`^(t2|m3)\.`)
	searchNodeWithDisk    = regexp.MustCompile(`^(i[a-z]*[0-9]|oi[0-9]|[a-z]+[0-9]+[a-z]*d\.)`)
	searchNodeBurstable   = regexp.MustCompile(`^t[0-9]`)
)

func (c *check) storage() {
	c.aurora()
	c.restorable()
	c.valkey()
	c.openSearch()
}

// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
func (c *check) aurora() {
	e, s := c.environment, c.environment.Storage
	const least, most = "storage.auroraMinAcu", "storage.auroraMaxAcu"
	c.productionCount("storage.auroraInstances", s.AuroraInstances, 1, 15, 2)
	leastHolds, mostHolds := c.capacity(least, s.AuroraMinACU, 0), c.capacity(most, s.AuroraMaxACU, 1)
	if leastHolds && e.Production() && s.AuroraMinACU < 1 {
		c.fault(least, "must be at least 1, got %v; production cannot lower it", s.AuroraMinACU)
	}
	if leastHolds && mostHolds && s.AuroraMaxACU < s.AuroraMinACU {
		c.fault(most, "must be at least auroraMinAcu, %v, got %v", s.AuroraMinACU, s.AuroraMaxACU)
	}
	c.between("storage.auroraAutoPauseSeconds", s.AuroraAutoPauseSeconds, 300, 24*60*60)
}

// capacity says whether a number of Aurora capacity units is one that Aurora takes.
func (c *check) capacity(path string, units, least float64) bool {
	const most = 256
	switch {
	case !(units >= least): // not a number is not at least anything
		c.fault(path, "must be at least %v, got %v", least, units)
	case units > most:
		c.fault(path, "must be at most %d, got %v", most, units)
	case units*2 != math.Trunc(units*2):
		c.fault(path, "must be a multiple of 0.5, got %v", units)
	default:
		return true
	}
	return false
}

// restorable is how far back what was lost or overwritten can be had again.
func (c *check) restorable() {
	s := c.environment.Storage
	const backup = "storage.backupRetentionDays"
	pointInTime := c.productionCount("storage.pointInTimeDays", s.PointInTimeDays, 1, 35, 35)
	if c.productionCount(backup, s.BackupRetentionDays, 1, 3650, 90) && pointInTime && s.BackupRetentionDays < s.PointInTimeDays {
		c.fault(backup, "must be at least pointInTimeDays, %d, got %d", s.PointInTimeDays, s.BackupRetentionDays)
	}
	c.productionCount("storage.oldVersionDays", s.OldVersionDays, 30, 3650, 90)
}

func (c *check) valkey() {
	s := c.environment.Storage
	if !cacheNodeForm.MatchString(s.ValkeyNodeType) {
		c.fault("storage.valkeyNodeType", "must be an ElastiCache node type such as cache.t4g.micro, got %s", quoted(s.ValkeyNodeType))
	}
	c.productionCount("storage.valkeyNodes", s.ValkeyNodes, 1, 6, 2)
}

func (c *check) openSearch() {
	e, s := c.environment, c.environment.Storage
	const dataNodes, masters = "storage.openSearchDataNodes", "storage.openSearchMasterNodes"

	const instanceType = "storage.openSearchInstanceType"
	c.searchNode(instanceType, s.OpenSearchInstanceType)
	if searchNodeForm.MatchString(s.OpenSearchInstanceType) && searchNodeWithDisk.MatchString(s.OpenSearchInstanceType) {
		c.fault(instanceType, "must be one that takes a volume, got %q, which has disks of its own", s.OpenSearchInstanceType)
	}
	if c.productionCount(dataNodes, s.OpenSearchDataNodes, 1, 80, 3) && e.Networking.AZCount >= 2 { // a wrong count is told already
		zones := min(e.Networking.AZCount, 3)
		if s.OpenSearchDataNodes > 1 && s.OpenSearchDataNodes%zones != 0 {
			c.fault(dataNodes, "must be 1 or a multiple of %d, the availability zones that they spread over, got %d", zones, s.OpenSearchDataNodes)
		}
	}
	switch {
	case !slices.Contains([]int{0, 3, 5}, s.OpenSearchMasterNodes):
		c.fault(masters, "must be 0, 3 or 5, got %d", s.OpenSearchMasterNodes)
	case e.Production() && s.OpenSearchMasterNodes < 3:
		c.fault(masters, "must be at least 3, got %d; production cannot lower it", s.OpenSearchMasterNodes)
	}
	c.searchNode("storage.openSearchMasterInstanceType", s.OpenSearchMasterInstanceType)
	c.between("storage.openSearchVolumeGib", s.OpenSearchVolumeGiB, 10, 3072)
}

// searchNode tells what is wrong with a node's size, whatever the node does.
func (c *check) searchNode(path, instanceType string) {
	switch {
	case !searchNodeForm.MatchString(instanceType):
		c.fault(path, "must be an OpenSearch instance type such as m7g.medium.search, got %s", quoted(instanceType))
	case searchNodeUnencrypted.MatchString(instanceType):
		c.fault(path, "must be one that encrypts what it stores, unlike t2 and m3, got %q", instanceType)
	case c.environment.Production() && searchNodeBurstable.MatchString(instanceType):
		c.fault(path, "must not be of t3, which slows down when its credits are used up, got %q; production cannot lower it", instanceType)
	}
}
