package emulator

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

var accountForm = regexp.MustCompile(`^[0-9]{12}$`)

// Config is for clients of the AWS SDK that are to act in an account on the emulator, as its administrator.
func (e *Emulator) Config(ctx context.Context, account, region string) (aws.Config, error) {
	credentials, err := e.credentials(ctx, account)
	if err != nil {
		return aws.Config{}, err
	}
	return aws.Config{BaseEndpoint: &e.Endpoint, Region: region, Credentials: static(credentials)}, nil
}

// Environ is the environment, as NAME=value, with which the AWS SDKs, Terraform and cdktf act in an account on the emulator. Set
// over this process's own it leaves none of that one's ways to AWS: credentials and endpoints in the environment go before those
// of a profile. The credentials end with the emulator.
func (e *Emulator) Environ(ctx context.Context, account, region string) ([]string, error) {
	credentials, err := e.credentials(ctx, account)
	if err != nil {
		return nil, err
	}
	environ := []string{
		"AWS_ENDPOINT_URL=" + e.Endpoint,
		"AWS_ACCESS_KEY_ID=" + credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + credentials.SessionToken,
		"AWS_REGION=" + region,
		"AWS_DEFAULT_REGION=" + region, // the AWS CLI's
		// Were it true, AWS_ENDPOINT_URL would count for nothing.
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false",
		// cdktf and Terraform would ask HashiCorp whether there is a newer version.
		"CHECKPOINT_DISABLE=1",
		// cdktf would look up the checksums of providers that terraform.lock.hcl holds already.
		"CDKTF_SKIP_PROVIDER_LOCK=true",
	}
	// An endpoint of one service goes before AWS_ENDPOINT_URL.
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_ENDPOINT_URL_") {
			environ = append(environ, name+"="+e.Endpoint)
		}
	}
	return environ, nil
}

// credentials are temporary ones of an account: moto knows by them whose resources a call is about. The default account's keys,
// which may be any, may assume every role of every account, whether it exists or not.
func (e *Emulator) credentials(ctx context.Context, account string) (aws.Credentials, error) {
	if !accountForm.MatchString(account) {
		return aws.Credentials{}, fmt.Errorf("account: must be twelve digits, got %q", account)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	client := sts.New(sts.Options{
		BaseEndpoint: &e.Endpoint,
		Region:       "us-east-1",
		Credentials:  static(aws.Credentials{AccessKeyID: "emulator", SecretAccessKey: "emulator"}),
	})
	out, err := client.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn:         aws.String("arn:aws:iam::" + account + ":role/emulator"),
		RoleSessionName: aws.String("emulator"),
		DurationSeconds: aws.Int32(int32((12 * time.Hour).Seconds())),
	})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("taking credentials of account %s on the emulator: %w", account, err)
	}
	return aws.Credentials{
		AccessKeyID:     aws.ToString(out.Credentials.AccessKeyId),
		SecretAccessKey: aws.ToString(out.Credentials.SecretAccessKey),
		SessionToken:    aws.ToString(out.Credentials.SessionToken),
	}, nil
}

func static(credentials aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil })
}
