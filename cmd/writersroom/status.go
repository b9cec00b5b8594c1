package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/emulator"
	"github.com/writersroom/infrastructure/internal/naming"
)

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "say whether the emulator runs, and what is deployed to it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := environments()
			if err != nil {
				return err
			}
			e, err := emulator.Find(work)
			if errors.Is(err, emulator.ErrDown) {
				fmt.Fprintln(cmd.OutOrStdout(), err)
				return nil
			}
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintf(table, "endpoint\t%s\npid\t%d\nup for\t%s\nruns\t%s\nlog\t%s\n\n",
				e.Endpoint, e.PID, time.Since(e.Started).Round(time.Second), e.Moto, e.Log)
			fmt.Fprintln(table, "environment\taccount\tdeployed")
			ctx, cancel := context.WithTimeout(cmd.Context(), 30*time.Second) // an emulator that hangs is not waited for
			defer cancel()
			previews, err := deployedPreviews(ctx, e, all)
			if err != nil {
				return err
			}
			for _, env := range append(all, previews...) {
				deployed, err := deployment(ctx, e, env)
				if err != nil {
					return err
				}
				fmt.Fprintf(table, "%s\t%s\t%s\n", env.Name, env.Account, deployed)
			}
			return table.Flush()
		},
	}
}

// deployedPreviews are those that were deployed and are not among the environments. They live where dev does, whose bucket
// remembers them.
func deployedPreviews(ctx context.Context, e *emulator.Emulator, environments []envs.Environment) ([]envs.Environment, error) {
	dev := slices.IndexFunc(environments, func(env envs.Environment) bool { return env.Name == "dev" })
	if dev < 0 {
		return nil, nil
	}
	client, bucket, err := stateBucket(ctx, e, environments[dev])
	if err != nil {
		return nil, err
	}
	list, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("pr-")})
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing s3://%s on the emulator: %w", bucket, err)
	}
	var previews []envs.Environment
	for _, object := range list.Contents {
		name, _, _ := strings.Cut(*object.Key, "/")
		known := func(env envs.Environment) bool { return env.Name == name }
		if slices.ContainsFunc(environments, known) || slices.ContainsFunc(previews, known) {
			continue
		}
		env, err := environment(name)
		if err != nil {
			return nil, err
		}
		previews = append(previews, env)
	}
	return previews, nil
}

// stateBucket is the bucket that the state of an environment is in, and a client for it.
func stateBucket(ctx context.Context, e *emulator.Emulator, env envs.Environment) (*s3.Client, string, error) {
	cfg, err := e.Config(ctx, env.Account, env.Region)
	if err != nil {
		return nil, "", err
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = true
		o.DisableLogOutputChecksumValidationSkipped = true // Terraform uploads states without the checksum that the SDK would miss
	})
	return client, naming.OfAccount(env.Account).Unique(naming.Bucket, "state"), nil
}

// isMissing says whether S3 knows no such bucket or object.
func isMissing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && (answer.ErrorCode() == "NoSuchBucket" || answer.ErrorCode() == "NoSuchKey")
}

// deployment says what the state of an environment tells.
func deployment(ctx context.Context, e *emulator.Emulator, env envs.Environment) (string, error) {
	client, bucket, err := stateBucket(ctx, e, env)
	if err != nil {
		return "", err
	}
	key := env.StateKey()
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if isMissing(err) {
		return "no", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading s3://%s/%s on the emulator: %w", bucket, key, err)
	}
	defer out.Body.Close()
	var state struct {
		Serial    int
		Resources []struct {
			Mode      string
			Instances []json.RawMessage
		}
	}
	if err := json.NewDecoder(out.Body).Decode(&state); err != nil {
		return "", fmt.Errorf("s3://%s/%s on the emulator is no Terraform state: %w", bucket, key, err)
	}
	resources := 0
	for _, r := range state.Resources {
		if r.Mode == "managed" {
			resources += len(r.Instances)
		}
	}
	if resources == 0 {
		return fmt.Sprintf("no, destroyed (state's serial %d)", state.Serial), nil
	}
	return fmt.Sprintf("%s (state's serial %d)", count(resources, "resource"), state.Serial), nil
}
