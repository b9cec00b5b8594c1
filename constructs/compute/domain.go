package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificate"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/acmcertificatevalidation"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53record"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route53zone"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addDomain makes the hosted zone and the certificates. The first deployment waits at a certificate until the parent of the domain has
// delegated to the zone's name servers: docs/getting-started.md.
func (b *builder) addDomain(c *Compute) {
	zone := route53zone.NewRoute53Zone(b.scope, tf.String("zone"), &route53zone.Route53ZoneConfig{
		Name:         tf.String(b.Domain),
		Comment:      tf.String("The Writers Room, " + b.Label.Environment),
		ForceDestroy: tf.Bool(false),
		Lifecycle:    tf.Retained(b.Retain), // a zone made anew has other name servers
	})
	tf.Waive(zone, tf.Waiver{
		Control: "Route53.2",
		Reason: "queries come from resolvers and say little of who asked. What reaches the names is logged where they lead: by CloudFront, " +
			"API Gateway, the load balancer and their firewalls",
		Expires: "2027-11-30",
	})
	b.zoneID = *zone.ZoneId()
	b.addIssuers()
	c.ZoneID = b.zoneID
	c.NameServers = `${join(" ", aws_route53_zone.` + *zone.FriendlyUniqueId() + ".name_servers)}"

	certificate := b.addCertificate("certificate", nil)
	proof := b.addProof(certificate)
	b.certificateARN = b.validated("certificate-validation", certificate, proof, nil)
	c.CertificateARN = b.certificateARN
	b.webCertificateARN = b.certificateARN
	if b.GlobalProvider != nil {
		// CloudFront takes certificates of us-east-1 alone. The proof is the same: it is the account's for the domain, in any region.
		web := b.addCertificate("web-certificate", b.GlobalProvider)
		b.webCertificateARN = b.validated("web-certificate-validation", web, proof, b.GlobalProvider)
	}
}

// addCertificate makes a certificate for the domain and every name right below it.
func (b *builder) addCertificate(id string, in cdktf.TerraformProvider) acmcertificate.AcmCertificate {
	return acmcertificate.NewAcmCertificate(b.scope, tf.String(id), &acmcertificate.AcmCertificateConfig{
		DomainName:              tf.String(b.Domain),
		SubjectAlternativeNames: tf.Strings("*." + b.Domain),
		ValidationMethod:        tf.String("DNS"),
		KeyAlgorithm:            tf.String("RSA_2048"), // which API Gateway, CloudFront and load balancers all take
		Provider:                in,
		Lifecycle:               &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
	})
}

// addProof makes the record by which ACM sees that the domain is ours. A domain and its wildcard have the same.
func (b *builder) addProof(certificate acmcertificate.AcmCertificate) route53record.Route53Record {
	option := func(attribute string) *string {
		return tf.String("${tolist(aws_acm_certificate." + *certificate.FriendlyUniqueId() + ".domain_validation_options)[0]." + attribute + "}")
	}
	return route53record.NewRoute53Record(b.scope, tf.String("certificate-proof"), &route53record.Route53RecordConfig{
		ZoneId:  tf.String(b.zoneID),
		Name:    option("resource_record_name"),
		Type:    option("resource_record_type"),
		Records: &[]*string{option("resource_record_value")},
		Ttl:     tf.Number(300),
	})
}

// addIssuers lets Amazon alone issue certificates for the domain and all names below it, whatever the domain's parent lets others.
// https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
func (b *builder) addIssuers() {
	var records []*string
	for _, issuer := range []string{"amazon.com", "amazonaws.com", "amazontrust.com", "awstrust.com"} {
		records = append(records, tf.String(`0 issue "`+issuer+`"`))
	}
	route53record.NewRoute53Record(b.scope, tf.String("certificate-issuers"), &route53record.Route53RecordConfig{
		ZoneId:  tf.String(b.zoneID),
		Name:    tf.String(b.Domain),
		Type:    tf.String("CAA"),
		Records: &records,
		Ttl:     tf.Number(3600),
	})
}

// validated is a certificate's ARN once it is valid.
func (b *builder) validated(id string, certificate acmcertificate.AcmCertificate, proof route53record.Route53Record,
	in cdktf.TerraformProvider,
) string {
	return *acmcertificatevalidation.NewAcmCertificateValidation(b.scope, tf.String(id),
		&acmcertificatevalidation.AcmCertificateValidationConfig{
			CertificateArn:        certificate.Arn(),
			ValidationRecordFqdns: &[]*string{proof.Fqdn()},
			Provider:              in,
		}).CertificateArn()
}

// addName has a name of the domain lead to a resource of AWS's that has a DNS name of its own, over IPv4 and IPv6.
func (b *builder) addName(id, name, target, targetZoneID string) {
	for _, record := range []struct{ suffix, kind string }{{"-ipv4", "A"}, {"-ipv6", "AAAA"}} {
		route53record.NewRoute53Record(b.scope, tf.String(id+record.suffix), &route53record.Route53RecordConfig{
			ZoneId: tf.String(b.zoneID),
			Name:   tf.String(name),
			Type:   tf.String(record.kind),
			Alias: &route53record.Route53RecordAlias{
				Name:                 tf.String(target),
				ZoneId:               tf.String(targetZoneID),
				EvaluateTargetHealth: tf.Bool(false),
			},
		})
	}
}
