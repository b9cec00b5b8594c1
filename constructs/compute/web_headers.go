package compute

import (
	"strings"

	headers "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudfrontresponseheaderspolicy"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// twoYears is for how many seconds a browser calls the domain, and every name below it, over TLS alone. Browsers' own lists take
// no domain that promises less than one. https://hstspreload.org
const twoYears = 2 * 365 * 24 * 60 * 60

// permissionsPolicy takes from the page what writing needs none of, so that a script that was slipped in has none of it either.
const permissionsPolicy = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), serial=(), usb=()"

// addWebHeaders makes the policy of what every answer carries. What the bucket says itself does not count. Scripts of other origins
// read nothing, which is why it has no CORS headers.
func (b *builder) addWebHeaders() string {
	return *headers.NewCloudfrontResponseHeadersPolicy(b.scope, tf.String("web-headers"),
		&headers.CloudfrontResponseHeadersPolicyConfig{
			Name:    tf.String(b.Label.Fit(naming.HeadersPolicy, "web")),
			Comment: tf.String("What a browser may do with the web application in " + b.Label.Environment),
			SecurityHeadersConfig: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfig{
				ContentSecurityPolicy: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy{
					ContentSecurityPolicy: tf.String(b.contentSecurityPolicy()),
					Override:              tf.Bool(true),
				},
				StrictTransportSecurity: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity{
					AccessControlMaxAgeSec: tf.Number(twoYears),
					IncludeSubdomains:      tf.Bool(true),
					Preload:                tf.Bool(true),
					Override:               tf.Bool(true),
				},
				ContentTypeOptions: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions{Override: tf.Bool(true)},
				// For browsers that do not know frame-ancestors.
				FrameOptions: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions{
					FrameOption: tf.String("DENY"),
					Override:    tf.Bool(true),
				},
				// A document's address is nobody else's business.
				ReferrerPolicy: &headers.CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy{
					ReferrerPolicy: tf.String("same-origin"),
					Override:       tf.Bool(true),
				},
			},
			CustomHeadersConfig: &headers.CloudfrontResponseHeadersPolicyCustomHeadersConfig{
				Items: []*headers.CloudfrontResponseHeadersPolicyCustomHeadersConfigItems{{
					Header:   tf.String("Cross-Origin-Opener-Policy"),
					Value:    tf.String("same-origin"),
					Override: tf.Bool(true),
				}, {
					Header:   tf.String("Permissions-Policy"),
					Value:    tf.String(permissionsPolicy),
					Override: tf.Bool(true),
				}},
			},
		}).Id()
}

// contentSecurityPolicy lets the page load what it was delivered with, and call what writers work with: the API, the realtime
// service, the sign-in endpoints, Cognito for credentials, and with these the buckets. A bucket is named with its host, since S3's
// own would let a script send a manuscript to anybody's bucket.
func (c Config) contentSecurityPolicy() string {
	calls := []string{"'self'", c.APIURL(), c.RealtimeURL(), c.SignInURL, "https://" + c.endpoint("cognito-identity")}
	for _, bucket := range c.Buckets {
		calls = append(calls, "https://"+bucket+"."+c.endpoint("s3"))
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' blob: data:",
		"font-src 'self'",
		"manifest-src 'self'",
		"worker-src 'self'",
		"connect-src " + strings.Join(calls, " "),
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}
