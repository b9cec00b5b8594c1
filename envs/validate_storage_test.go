package envs

import (
	"strings"
	"testing"
)

func stores(settings string) string {
	return account + callback + "storage: {" + settings + "}\n"
}

// changed is a production overlay with one of its lines changed.
func changed(from, to string) string {
	return strings.ReplaceAll(production("111111111111", "10.0.0.0/16"), from, to)
}

func TestValidateStorage(t *testing.T) {
	cacheNode := "qa: storage.valkeyNodeType: must be an ElastiCache node type such as cache.t4g.micro, got "
	searchNode := "must be an OpenSearch instance type such as m7g.medium.search, got "
	testRefusals(t, []refusal{
		{"Aurora instances: least", "qa.yaml", stores("auroraInstances: 0"), []string{"qa: storage.auroraInstances: must be at least 1, got 0"}},
		{"Aurora instances: most", "qa.yaml", stores("auroraInstances: 16"), []string{"qa: storage.auroraInstances: must be at most 15, got 16"}},
		{"capacity: least", "qa.yaml", stores("auroraMinAcu: -0.5, auroraMaxAcu: 0.5"), []string{
			"qa: storage.auroraMinAcu: must be at least 0, got -0.5",
			"qa: storage.auroraMaxAcu: must be at least 1, got 0.5",
		}},
		{"capacity: most", "qa.yaml", stores("auroraMinAcu: 256.5, auroraMaxAcu: 257"), []string{
			"qa: storage.auroraMinAcu: must be at most 256, got 256.5",
			"qa: storage.auroraMaxAcu: must be at most 256, got 257",
		}},
		{"capacity: halves", "qa.yaml", stores("auroraMinAcu: 0.7, auroraMaxAcu: 1.25"), []string{
			"qa: storage.auroraMinAcu: must be a multiple of 0.5, got 0.7",
			"qa: storage.auroraMaxAcu: must be a multiple of 0.5, got 1.25",
		}},
		{"capacity: no number", "qa.yaml", stores("auroraMinAcu: !!float nan, auroraMaxAcu: !!float inf"), []string{
			"qa: storage.auroraMinAcu: must be at least 0, got NaN",
			"qa: storage.auroraMaxAcu: must be at most 256, got +Inf",
		}},
		{"capacity: most below least", "qa.yaml", stores("auroraMinAcu: 8.5, auroraMaxAcu: 8"), []string{
			"qa: storage.auroraMaxAcu: must be at least auroraMinAcu, 8.5, got 8",
		}},
		{"capacity: production", "prod.yaml", changed("auroraMinAcu: 1", "auroraMinAcu: 0.5"), []string{
			"prod: storage.auroraMinAcu: must be at least 1, got 0.5; production cannot lower it",
		}},
		{"pause: least", "qa.yaml", stores("auroraAutoPauseSeconds: 299"), []string{"qa: storage.auroraAutoPauseSeconds: must be at least 300, got 299"}},
		{"pause: most", "qa.yaml", stores("auroraAutoPauseSeconds: 86401"), []string{
			"qa: storage.auroraAutoPauseSeconds: must be at most 86400, got 86401",
		}},

		{"point in time: least", "qa.yaml", stores("pointInTimeDays: 0"), []string{"qa: storage.pointInTimeDays: must be at least 1, got 0"}},
		{"point in time: most", "qa.yaml", stores("pointInTimeDays: 36"), []string{"qa: storage.pointInTimeDays: must be at most 35, got 36"}},
		{"point in time: production", "prod.yaml", changed("pointInTimeDays: 35", "pointInTimeDays: 34"), []string{
			"prod: storage.pointInTimeDays: must be at least 35, got 34; production cannot lower it",
		}},
		{"backup: least", "qa.yaml", stores("backupRetentionDays: 6"), []string{
			"qa: storage.backupRetentionDays: must be at least pointInTimeDays, 7, got 6",
		}},
		{"backup: none", "qa.yaml", stores("backupRetentionDays: 0"), []string{"qa: storage.backupRetentionDays: must be at least 1, got 0"}},
		{"backup: most", "qa.yaml", stores("backupRetentionDays: 3651"), []string{"qa: storage.backupRetentionDays: must be at most 3650, got 3651"}},
		{"old versions: least", "qa.yaml", stores("oldVersionDays: 29"), []string{"qa: storage.oldVersionDays: must be at least 30, got 29"}},
		{"old versions: most", "qa.yaml", stores("oldVersionDays: 3651"), []string{"qa: storage.oldVersionDays: must be at most 3650, got 3651"}},

		{"Valkey: no cache", "qa.yaml", stores("valkeyNodeType: t4g.micro"), []string{cacheNode + `"t4g.micro"`}},
		{"Valkey: no size", "qa.yaml", stores("valkeyNodeType: cache.t4g"), []string{cacheNode + `"cache.t4g"`}},
		{"Valkey: none", "qa.yaml", stores("valkeyNodeType: ''"), []string{cacheNode + "none"}},
		{"Valkey nodes: least", "qa.yaml", stores("valkeyNodes: 0"), []string{"qa: storage.valkeyNodes: must be at least 1, got 0"}},
		{"Valkey nodes: most", "qa.yaml", stores("valkeyNodes: 7"), []string{"qa: storage.valkeyNodes: must be at most 6, got 7"}},

		{
			"OpenSearch: form", "qa.yaml",
			stores("openSearchInstanceType: t3.small, openSearchMasterInstanceType: ''"),
			[]string{
				"qa: storage.openSearchInstanceType: " + searchNode + `"t3.small"`,
				"qa: storage.openSearchMasterInstanceType: " + searchNode + "none",
			},
		},
		{
			"OpenSearch: no encryption", "qa.yaml",
			stores("openSearchInstanceType: t2.small.search, openSearchMasterInstanceType: m3.large.search"),
			[]string{
				`qa: storage.openSearchInstanceType: must be one that encrypts what it stores, unlike t2 and m3, got "t2.small.search"`,
				`qa: storage.openSearchMasterInstanceType: must be one that encrypts what it stores, unlike t2 and m3, got "m3.large.search"`,
			},
		},
		{"OpenSearch: disks", "qa.yaml", stores("openSearchInstanceType: im4gn.large.search"), []string{
			`qa: storage.openSearchInstanceType: must be one that takes a volume, got "im4gn.large.search", which has disks of its own`,
		}},
		{"OpenSearch: disks beside the processor", "qa.yaml", stores("openSearchInstanceType: r6gd.large.search"), []string{
			`qa: storage.openSearchInstanceType: must be one that takes a volume, got "r6gd.large.search", which has disks of its own`,
		}},
		{
			"OpenSearch: production's masters", "prod.yaml",
			changed("openSearchMasterNodes: 3", "openSearchMasterNodes: 3\n  openSearchMasterInstanceType: t3.medium.search"),
			[]string{
				`prod: storage.openSearchMasterInstanceType: must not be of t3, which slows down when its credits are used up, ` +
					`got "t3.medium.search"; production cannot lower it`,
			},
		},
		{"data nodes: least", "qa.yaml", stores("openSearchDataNodes: 0"), []string{"qa: storage.openSearchDataNodes: must be at least 1, got 0"}},
		{"data nodes: most", "qa.yaml", stores("openSearchDataNodes: 82"), []string{"qa: storage.openSearchDataNodes: must be at most 80, got 82"}},
		{"data nodes: two zones", "qa.yaml", stores("openSearchDataNodes: 3"), []string{
			"qa: storage.openSearchDataNodes: must be 1 or a multiple of 2, the availability zones that they spread over, got 3",
		}},
		{"data nodes: three zones of five", "qa.yaml", stores("openSearchDataNodes: 5") + "networking: {azCount: 5}\n", []string{
			"qa: storage.openSearchDataNodes: must be 1 or a multiple of 3, the availability zones that they spread over, got 5",
		}},
		{"master nodes", "qa.yaml", stores("openSearchMasterNodes: 4"), []string{"qa: storage.openSearchMasterNodes: must be 0, 3 or 5, got 4"}},
		{"volume: least", "qa.yaml", stores("openSearchVolumeGib: 9"), []string{"qa: storage.openSearchVolumeGib: must be at least 10, got 9"}},
		{"volume: most", "qa.yaml", stores("openSearchVolumeGib: 3073"), []string{"qa: storage.openSearchVolumeGib: must be at most 3072, got 3073"}},
	})
}

func TestValidateAcceptsStorage(t *testing.T) {
	for name, text := range map[string]string{
		"the least": stores("auroraMinAcu: 0.5, auroraMaxAcu: 1, auroraAutoPauseSeconds: 300, pointInTimeDays: 1, backupRetentionDays: 1, " +
			"oldVersionDays: 30, openSearchVolumeGib: 10"),
		"the most": stores("auroraInstances: 15, auroraMinAcu: 256, auroraMaxAcu: 256, auroraAutoPauseSeconds: 86400, pointInTimeDays: 35, " +
			"backupRetentionDays: 3650, oldVersionDays: 3650, valkeyNodes: 6, openSearchDataNodes: 80, openSearchMasterNodes: 5, " +
			"openSearchVolumeGib: 3072"),
		"node types":     stores("valkeyNodeType: cache.r7g.12xlarge, openSearchInstanceType: or1.medium.search"),
		"over all zones": stores("openSearchDataNodes: 6") + "networking: {azCount: 5, natGateways: 5}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(overlays(map[string]string{"qa.yaml": text})); err != nil {
				t.Errorf("got:\n%v\nwant no fault in %q", err, text)
			}
		})
	}
}
