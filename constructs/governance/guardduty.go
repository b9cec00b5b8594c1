package governance

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetector"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/guarddutydetectorfeature"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// guardDutyFeatures are all that GuardDuty can look at beyond the trail, flow logs and DNS, and whether it does. Each costs by what it
// looks at, so what there is nothing of costs nothing, and is watched from its first day should somebody make it.
func guardDutyFeatures() map[string]bool {
	return map[string]bool{
		"S3_DATA_EVENTS":         true, // who reads and deletes manuscripts
		"RDS_LOGIN_EVENTS":       true, // who signs in to Aurora
		"LAMBDA_NETWORK_LOGS":    true, // where functions connect to
		"EKS_AUDIT_LOGS":         true, // of no cluster
		"EBS_MALWARE_PROTECTION": true, // of no instance
		// Its agent brings an endpoint and a security group into each VPC, of which Terraform does not know: security_hub.go waives the
		// controls that ask for it.
		"RUNTIME_MONITORING": false,
	}
}

// addGuardDuty makes the account's detector. A feature that is not mentioned is as AWS has it on the day that the detector is made, so
// each is.
func (g *Governance) addGuardDuty() error {
	scope := constructs.NewConstruct(g.scope, tf.String("guardduty"))
	detector := guarddutydetector.NewGuarddutyDetector(scope, tf.String("detector"), &guarddutydetector.GuarddutyDetectorConfig{
		Enable: tf.Bool(true),
		// How soon it tells that a finding goes on; a new one it tells at once. Six hours, AWS's default, is a night's work.
		FindingPublishingFrequency: tf.String("FIFTEEN_MINUTES"),
		Lifecycle:                  tf.Retained(true),
	})
	features := guardDutyFeatures()
	for _, name := range slices.Sorted(maps.Keys(features)) {
		status := "DISABLED"
		if features[name] {
			status = "ENABLED"
		}
		id := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		guarddutydetectorfeature.NewGuarddutyDetectorFeature(scope, tf.String(id),
			&guarddutydetectorfeature.GuarddutyDetectorFeatureConfig{
				DetectorId: detector.Id(),
				Name:       tf.String(name),
				Status:     tf.String(status),
				Lifecycle: &cdktf.TerraformResourceLifecycle{
					PreventDestroy: tf.Bool(true),
					// AWS tells of runtime monitoring's agents, which nobody mentioned, and Terraform would replace the feature for it.
					IgnoreChanges: tf.Strings("additional_configuration"),
				},
			})
	}
	return nil
}
