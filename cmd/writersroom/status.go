package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

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
			for _, env := range all {
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

// deployment says what the state of an environment tells, which is in its account's bucket.
func deployment(ctx context.Context, e *emulator.Emulator, env envs.Environment) (string, error) {
	cfg, err := e.Config(ctx, env.Account, env.Region)
	if err != nil {
		return "", err
	}
	bucket := naming.Label{Environment: "account", Account: env.Account}.Unique(naming.Bucket, "state")
	key := env.StateKey()
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = true
		o.DisableLogOutputChecksumValidationSkipped = true // Terraform uploads states without the checksum that the SDK would miss
	})
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	var answer smithy.APIError
	if errors.As(err, &answer) && (answer.ErrorCode() == "NoSuchBucket" || answer.ErrorCode() == "NoSuchKey") {
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
