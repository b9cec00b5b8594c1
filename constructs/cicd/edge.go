package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// edge is what constructs/compute takes before the world: names, certificates, firewalls and CloudFront.
func (g grants) edge() []access {
	zones := []string{"arn:" + g.Partition + ":route53:::hostedzone/*"}
	certificates := g.atEdge("acm", "certificate/*")
	stages := "arn:" + g.Partition + ":apigateway:" + g.Region + "::/restapis/*/stages/*"
	return []access{{
		sid: "Firewalls",
		read: []string{
			"wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:GetWebACLForResource", "wafv2:ListTagsForResource",
		},
		write: []string{
			"wafv2:AssociateWebACL", "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL",
			"wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL",
		},
		on:     g.atEdge("wafv2", "global/webacl/"+g.label().Name("*"), "regional/webacl/"+g.label().Name("*")),
		reason: "a firewall carries the deployment's name",
	}, {
		sid:    "Firewalled",
		read:   []string{"wafv2:GetWebACLForResource"},
		write:  []string{"wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"},
		on:     append(g.named("elasticloadbalancing", "loadbalancer/app/"), stages),
		reason: "a firewall is put before APIs and load balancers",
	}, {
		sid:    "FirewallRules",
		write:  []string{"wafv2:CreateWebACL", "wafv2:UpdateWebACL"},
		on:     g.atEdge("wafv2", "*/managedruleset/*"),
		reason: "a firewall refers to rules that AWS keeps",
	}, {
		sid: "DistributionsNew",
		write: []string{
			"cloudfront:CreateCachePolicy", "cloudfront:CreateDistribution", "cloudfront:CreateFunction",
			"cloudfront:CreateOriginAccessControl", "cloudfront:CreateResponseHeadersPolicy",
		},
		on:     []string{"*"},
		reason: "CloudFront knows no resource for what is not there yet, nor its tags",
	}, {
		sid:    "DistributionsTagged",
		write:  []string{"cloudfront:TagResource"},
		on:     []string{g.global("cloudfront", "distribution/*")},
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "a new distribution becomes the deployment's, and none of another does",
	}, {
		sid: "Distributions",
		read: []string{
			"cloudfront:DescribeFunction", "cloudfront:GetDistribution", "cloudfront:GetFunction", "cloudfront:ListTagsForResource",
		},
		write: []string{
			"cloudfront:AllowVendedLogDeliveryForResource", "cloudfront:DeleteDistribution", "cloudfront:UntagResource",
			"cloudfront:UpdateDistribution",
		},
		on:     []string{g.global("cloudfront", "distribution/*"), g.global("cloudfront", "function/"+g.label().Name("*"))},
		reason: "AWS chooses the ids of distributions; the boundary denies those that carry another's tag",
	}, {
		sid:    "EdgeFunctions",
		write:  []string{"cloudfront:DeleteFunction", "cloudfront:PublishFunction", "cloudfront:UpdateFunction"},
		on:     []string{g.global("cloudfront", "function/"+g.label().Name("*"))},
		reason: "a function at the edge carries the deployment's name",
	}, {
		sid:  "EdgePolicies",
		read: []string{"cloudfront:GetCachePolicy", "cloudfront:GetOriginAccessControl", "cloudfront:GetResponseHeadersPolicy"},
		write: []string{
			"cloudfront:DeleteCachePolicy", "cloudfront:DeleteOriginAccessControl", "cloudfront:DeleteResponseHeadersPolicy",
			"cloudfront:UpdateCachePolicy", "cloudfront:UpdateOriginAccessControl", "cloudfront:UpdateResponseHeadersPolicy",
		},
		on: []string{
			g.global("cloudfront", "cache-policy/*"), g.global("cloudfront", "origin-access-control/*"),
			g.global("cloudfront", "response-headers-policy/*"),
		},
		reason: "AWS chooses these ids, and they carry no tags: environments of one account trust each other that far",
	}, {
		sid:    "CertificatesNew",
		write:  []string{"acm:RequestCertificate"},
		on:     []string{"*"},
		when:   []iam.Condition{g.tagging()},
		reason: "a certificate that is asked for says whose it is; there is no resource yet",
	}, {
		sid:    "CertificatesTagged",
		write:  []string{"acm:AddTagsToCertificate"},
		on:     certificates,
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "a new certificate becomes the deployment's, and none of another does",
	}, {
		sid:  "Certificates",
		read: []string{"acm:DescribeCertificate", "acm:ListTagsForCertificate"},
		write: []string{
			"acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate", "acm:UpdateCertificateOptions",
		},
		on:     certificates,
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of certificates; their tag says whose they are",
	}, {
		sid:    "ZonesNew",
		write:  []string{"route53:CreateHostedZone"},
		on:     []string{"*"},
		reason: "a zone without a delegation serves nobody; there is no resource yet",
	}, {
		sid:  "Zones",
		read: []string{"route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"},
		write: []string{
			"route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:GetChange", "route53:UpdateHostedZoneComment",
		},
		on:     append(zones, "arn:"+g.Partition+":route53:::change/*"),
		reason: "AWS chooses the ids of zones and heeds none of their tags; one that has records is not deleted",
	}, {
		sid:   "Records",
		write: []string{"route53:ChangeResourceRecordSets"},
		on:    zones,
		when: []iam.Condition{{
			Test: "ForAllValues:StringLike", Key: "route53:ChangeResourceRecordSetsNormalizedRecordNames", Values: g.domains(),
		}},
		reason: "the deployment's names, in whichever zone, and no others",
	}}
}
