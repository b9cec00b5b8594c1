package compute

import (
	_ "embed"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudfrontcachepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudfrontdistribution"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudfrontfunction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudfrontoriginaccesscontrol"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// webAssets is where the build puts the files that have a hash of their content in their name.
	webAssets = "/assets/*"
	// webPageSeconds is how long CloudFront keeps what has no such name, index.html above all: the longest that a release which
	// nobody invalidates stays unseen.
	webPageSeconds = 60
	// cachingOptimized is AWS's own policy for what never changes: a year, or what the file's Cache-Control says, compressed.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	// webOrigin is what the distribution calls the bucket.
	webOrigin = "assets"
)

// webRoutes answers the application's own paths with its one page.
//
//go:embed web_routes.js
var webRoutes string

// Web is the delivery of the web application.
type Web struct {
	// DistributionID is what a release invalidates.
	DistributionID, DistributionARN string
	// URL is where it is: https://<domain>.
	URL        string
	WebACLName string
	// AccessLogGroupName holds a line for every request, in us-east-1.
	AccessLogGroupName string
}

// addWeb delivers the files of the assets bucket under the domain itself.
func (b *builder) addWeb(c *Compute) {
	firewallARN, firewallName := b.addFirewall("web", "CLOUDFRONT", b.GlobalProvider)
	distribution := b.addDistribution(firewallARN)
	b.addName("web-name", b.Domain, *distribution.DomainName(), *distribution.HostedZoneId())
	c.Web = Web{
		DistributionID:     *distribution.Id(),
		DistributionARN:    *distribution.Arn(),
		URL:                "https://" + b.Domain,
		WebACLName:         firewallName,
		AccessLogGroupName: b.addWebLog(*distribution.Arn()),
	}
}

// addDistribution makes the distribution, which alone can read the bucket.
func (b *builder) addDistribution(firewallARN string) cloudfrontdistribution.CloudfrontDistribution {
	access := cloudfrontoriginaccesscontrol.NewCloudfrontOriginAccessControl(b.scope, tf.String("web-origin-access"),
		&cloudfrontoriginaccesscontrol.CloudfrontOriginAccessControlConfig{
			Name:                          tf.String(b.Label.Fit(naming.OriginAccess, "web")),
			Description:                   tf.String("Signs what CloudFront asks of the assets bucket in " + b.Label.Environment),
			OriginAccessControlOriginType: tf.String("s3"),
			SigningBehavior:               tf.String("always"),
			SigningProtocol:               tf.String("sigv4"),
		})
	routes := cloudfrontfunction.NewCloudfrontFunction(b.scope, tf.String("web-routes"), &cloudfrontfunction.CloudfrontFunctionConfig{
		Name:    tf.String(b.Label.Fit(naming.EdgeFunction, "web-routes")),
		Comment: tf.String("Answers the application's own paths with its one page in " + b.Label.Environment),
		Runtime: tf.String("cloudfront-js-2.0"),
		Code:    tf.String(webRoutes),
		Publish: tf.Bool(true),
	})
	headers := b.addWebHeaders()
	methods := tf.Strings("GET", "HEAD", "OPTIONS")
	cached := tf.Strings("GET", "HEAD")
	distribution := cloudfrontdistribution.NewCloudfrontDistribution(b.scope, tf.String("web-distribution"),
		&cloudfrontdistribution.CloudfrontDistributionConfig{
			Comment:           tf.String("The Writers Room, " + b.Label.Environment),
			Enabled:           tf.Bool(true),
			Aliases:           tf.Strings(b.Domain),
			DefaultRootObject: tf.String("index.html"),
			HttpVersion:       tf.String("http2and3"),
			IsIpv6Enabled:     tf.Bool(true),
			// North America and Europe. Writers elsewhere are served from there: the application is loaded once and then cached.
			PriceClass: tf.String("PriceClass_100"),
			WebAclId:   tf.String(firewallARN),
			Origin: []*cloudfrontdistribution.CloudfrontDistributionOrigin{{
				OriginId:              tf.String(webOrigin),
				DomainName:            tf.String(b.AssetsBucketDomain),
				OriginAccessControlId: access.Id(),
			}},
			DefaultCacheBehavior: &cloudfrontdistribution.CloudfrontDistributionDefaultCacheBehavior{
				TargetOriginId:          tf.String(webOrigin),
				ViewerProtocolPolicy:    tf.String("redirect-to-https"),
				AllowedMethods:          methods,
				CachedMethods:           cached,
				Compress:                tf.Bool(true),
				CachePolicyId:           tf.String(b.addPageCache()),
				ResponseHeadersPolicyId: tf.String(headers),
				FunctionAssociation: []*cloudfrontdistribution.CloudfrontDistributionDefaultCacheBehaviorFunctionAssociation{{
					EventType:   tf.String("viewer-request"),
					FunctionArn: routes.Arn(),
				}},
			},
			// The function has no say here, so that a missing file of an earlier release is missing.
			OrderedCacheBehavior: []*cloudfrontdistribution.CloudfrontDistributionOrderedCacheBehavior{{
				PathPattern:             tf.String(webAssets),
				TargetOriginId:          tf.String(webOrigin),
				ViewerProtocolPolicy:    tf.String("https-only"), // nobody types these addresses
				AllowedMethods:          methods,
				CachedMethods:           cached,
				Compress:                tf.Bool(true),
				CachePolicyId:           tf.String(cachingOptimized),
				ResponseHeadersPolicyId: tf.String(headers),
			}},
			Restrictions: &cloudfrontdistribution.CloudfrontDistributionRestrictions{
				GeoRestriction: &cloudfrontdistribution.CloudfrontDistributionRestrictionsGeoRestriction{
					RestrictionType: tf.String("none"),
				},
			},
			ViewerCertificate: &cloudfrontdistribution.CloudfrontDistributionViewerCertificate{
				AcmCertificateArn:      tf.String(b.webCertificateARN),
				MinimumProtocolVersion: tf.String("TLSv1.2_2021"),
				SslSupportMethod:       tf.String("sni-only"),
			},
			// What is applied is everywhere when the smoke tests begin.
			WaitForDeployment: tf.Bool(true),
			Lifecycle:         tf.Retained(b.Retain),
		})
	tf.Waive(distribution, tf.Waiver{
		Control: "CloudFront.4",
		Reason: "a second bucket in the region would fail with the first, and without the region the application has no API to speak to; " +
			"until then edges answer with what they have",
		Expires: "2027-11-30",
	})
	return distribution
}

// addPageCache makes the policy for what keeps its name from release to release. Only the path tells one from another.
func (b *builder) addPageCache() string {
	return *cloudfrontcachepolicy.NewCloudfrontCachePolicy(b.scope, tf.String("web-page-cache"),
		&cloudfrontcachepolicy.CloudfrontCachePolicyConfig{
			Name:       tf.String(b.Label.Fit(naming.CachePolicy, "web-pages")),
			Comment:    tf.String("What a release changes under the same name in " + b.Label.Environment),
			MinTtl:     tf.Number(0),
			DefaultTtl: tf.Number(webPageSeconds),
			MaxTtl:     tf.Number(webPageSeconds),
			ParametersInCacheKeyAndForwardedToOrigin: &cloudfrontcachepolicy.CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin{
				CookiesConfig: &cloudfrontcachepolicy.CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig{
					CookieBehavior: tf.String("none"),
				},
				HeadersConfig: &cloudfrontcachepolicy.CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig{
					HeaderBehavior: tf.String("none"),
				},
				QueryStringsConfig: &cloudfrontcachepolicy.CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig{
					QueryStringBehavior: tf.String("none"),
				},
				EnableAcceptEncodingBrotli: tf.Bool(true),
				EnableAcceptEncodingGzip:   tf.Bool(true),
			},
		}).Id()
}
