package compute

import (
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrlifecyclepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepository"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrrepositorypolicy"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// imagesKept is how many releases one can go back to.
	imagesKept = 30
	// untaggedImageDays is how long an image is kept that no tag names: one pushed by halves, or a part of none that is tagged.
	untaggedImageDays = 7
)

// addRepository makes the repository of the service's images. A tag names one image for ever: what was tried is what runs.
func (b *builder) addRepository() (ecrrepository.EcrRepository, error) {
	access, err := b.repositoryPolicy().RepositoryJSON()
	if err != nil {
		return nil, fmt.Errorf("realtime repository: %w", err)
	}
	expiry, err := imageLifecycle()
	if err != nil {
		return nil, fmt.Errorf("realtime repository: %w", err)
	}
	repository := ecrrepository.NewEcrRepository(b.scope, tf.String("realtime-repository"), &ecrrepository.EcrRepositoryConfig{
		Name:                       tf.String(b.Label.Fit(naming.Repository, realtime)),
		ImageTagMutability:         tf.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecrrepository.EcrRepositoryImageScanningConfiguration{ScanOnPush: tf.Bool(true)},
		EncryptionConfiguration: &[]*ecrrepository.EcrRepositoryEncryptionConfiguration{{
			EncryptionType: tf.String("KMS"),
			KmsKey:         tf.String(b.DataKeyARN),
		}},
		ForceDelete: tf.Bool(!b.Retain),
		Lifecycle:   tf.Retained(b.Retain),
	})
	policy := ecrrepositorypolicy.NewEcrRepositoryPolicy(b.scope, tf.String("realtime-repository-policy"),
		&ecrrepositorypolicy.EcrRepositoryPolicyConfig{Repository: repository.Name(), Policy: tf.String(access)})
	tf.Waive(policy, tf.Waiver{
		Control: "trivy:AVD-AWS-0032",
		Reason:  "the statement about everybody is a Deny, which the check takes for an Allow; nothing in the policy allows",
		Expires: "2027-11-30",
	})
	ecrlifecyclepolicy.NewEcrLifecyclePolicy(b.scope, tf.String("realtime-repository-lifecycle"),
		&ecrlifecyclepolicy.EcrLifecyclePolicyConfig{Repository: repository.Name(), Policy: tf.String(expiry)})
	return repository, nil
}

// repositoryPolicy keeps other accounts out, whatever is granted to them later.
func (c Config) repositoryPolicy() iam.Policy {
	return iam.Policy{{
		Sid:        "OnlyThisAccount",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"ecr:*"},
		Conditions: []iam.Condition{
			{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: []string{c.Account}},
			{Test: "Bool", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
		},
		Reason: "no statement added later opens the repository to another account; AWS's own services, which scan, are of none",
	}}
}

// imageLifecycle renders what deletes old images, in the form of
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func imageLifecycle() (string, error) {
	type selection struct {
		TagStatus      string   `json:"tagStatus"`
		TagPatternList []string `json:"tagPatternList,omitempty"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit,omitempty"`
		CountNumber    int      `json:"countNumber"`
	}
	type rule struct {
		Priority    int               `json:"rulePriority"`
		Description string            `json:"description"`
		Selection   selection         `json:"selection"`
		Action      map[string]string `json:"action"`
	}
	expire := map[string]string{"type": "expire"}
	out, err := json.Marshal(map[string][]rule{"rules": {{
		Priority:    1,
		Description: "Images that no tag names",
		Selection:   selection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedImageDays},
		Action:      expire,
	}, {
		Priority:    2,
		Description: "Releases beyond the latest",
		Selection: selection{
			TagStatus: "tagged", TagPatternList: []string{"*"}, CountType: "imageCountMoreThan", CountNumber: imagesKept,
		},
		Action: expire,
	}}})
	return string(out), err
}
