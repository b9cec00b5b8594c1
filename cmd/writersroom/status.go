package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
		Short: "say whether the emulator runs, what is deployed to it, and what of that it cannot hold",
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
			ctx, cancel := context.WithTimeout(cmd.Context(), 30*time.Second) // an emulator that hangs is not waited for
			defer cancel()
			deployments, err := deployments(ctx, e, all)
			if err != nil {
				return err
			}
			return report(cmd.OutOrStdout(), e, deployments)
		},
	}
}

// report writes the emulator, a row a stack, and then of each stack what its row leaves open.
func report(out io.Writer, e *emulator.Emulator, deployments []deployment) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "endpoint\t%s\npid\t%d\nup for\t%s\nruns\t%s\nlog\t%s\n\n",
		e.Endpoint, e.PID, time.Since(e.Started).Round(time.Second), e.Moto, e.Log)
	fmt.Fprintln(table, "stack\taccount\tdeployed")
	for _, d := range deployments {
		fmt.Fprintf(table, "%s\t%s\t%s\n", d.stack, d.account.ID, d.coverage())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, d := range deployments {
		fmt.Fprint(out, d.remarks())
	}
	return nil
}

// deployments are the stacks of every environment, every account, and every preview that was deployed.
func deployments(ctx context.Context, e *emulator.Emulator, environments []envs.Environment) ([]deployment, error) {
	previews, err := deployedPreviews(ctx, e, environments)
	if err != nil {
		return nil, err
	}
	var all []deployment
	for _, env := range append(environments, previews...) {
		all = append(all, deployment{stack: env.Name, account: envs.Accounts([]envs.Environment{env})[0], stateKey: env.StateKey()})
	}
	for _, account := range envs.Accounts(environments) {
		all = append(all, deployment{stack: account.Stack(), account: account, stateKey: account.StateKey()})
	}
	for i := range all {
		if err := all[i].readState(ctx, e); err != nil {
			return nil, err
		}
		if err := all[i].readStack(filepath.Join("cdktf.out", "stacks", all[i].stack, "cdk.tf.json")); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// deployedPreviews are those that were deployed and are not among the environments. They live where dev does, whose bucket
// remembers them.
func deployedPreviews(ctx context.Context, e *emulator.Emulator, environments []envs.Environment) ([]envs.Environment, error) {
	dev := slices.IndexFunc(environments, func(env envs.Environment) bool { return env.Name == "dev" })
	if dev < 0 {
		return nil, nil
	}
	client, bucket, err := stateBucket(ctx, e, envs.Accounts(environments[dev : dev+1])[0])
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

// stateBucket is the bucket that the states of an account are in, and a client for it.
func stateBucket(ctx context.Context, e *emulator.Emulator, account envs.Account) (*s3.Client, string, error) {
	cfg, err := e.Config(ctx, account.ID, account.Region)
	if err != nil {
		return nil, "", err
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = true
		o.DisableLogOutputChecksumValidationSkipped = true // Terraform uploads states without the checksum that the SDK would miss
	})
	return client, naming.OfAccount(account.ID).Unique(naming.Bucket, "state"), nil
}

// isMissing says whether S3 knows no such bucket or object.
func isMissing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && (answer.ErrorCode() == "NoSuchBucket" || answer.ErrorCode() == "NoSuchKey")
}

// deployment is a stack as the emulator holds it, beside the stack as it is on AWS.
type deployment struct {
	stack    string
	account  envs.Account
	stateKey string

	// serial is the state's, 0 where there is none; applied are the addresses in the state.
	serial  int
	applied []string
	// synthesized says that cdktf.out has the stack: what it holds, by address, and what it goes without on the emulator.
	synthesized bool
	held        []string
	left        []emulator.LeftOut
}

func (d *deployment) readState(ctx context.Context, e *emulator.Emulator) error {
	client, bucket, err := stateBucket(ctx, e, d.account)
	if err != nil {
		return err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &d.stateKey})
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading s3://%s/%s on the emulator: %w", bucket, d.stateKey, err)
	}
	defer out.Body.Close()
	var state struct {
		Serial    int
		Resources []struct {
			Mode, Type, Name string
			Instances        []json.RawMessage
		}
	}
	if err := json.NewDecoder(out.Body).Decode(&state); err != nil {
		return fmt.Errorf("s3://%s/%s on the emulator is no Terraform state: %w", bucket, d.stateKey, err)
	}
	d.serial = state.Serial
	for _, r := range state.Resources {
		if r.Mode == "managed" && len(r.Instances) > 0 {
			d.applied = append(d.applied, r.Type+"."+r.Name)
		}
	}
	return nil
}

// readStack reads what cdktf wrote. A stack that was synthesized for AWS since still has what the emulator goes without.
func (d *deployment) readStack(file string) error {
	config, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		config, err = emulator.LeaveOut(config, emulator.Gaps())
	}
	if err == nil {
		d.held, d.left, err = emulator.Resources(config)
	}
	if err != nil {
		return fmt.Errorf("%s: %w; make it anew with: cdktf synth", file, err)
	}
	d.synthesized = true
	return nil
}

// coverage says how many of the stack's resources are applied. The whole is the stack as it is on AWS.
func (d deployment) coverage() string {
	if len(d.applied) == 0 {
		if d.serial > 0 {
			return "no, destroyed"
		}
		return "no"
	}
	if !d.synthesized {
		return count(len(d.applied), "resource") + " (of how many is not known before cdktf synth)"
	}
	whole := len(d.held) + len(d.left)
	both := len(d.held) - len(without(d.held, d.applied))
	percent := 100 * both / max(whole, 1) // rounded down: 100 % is all of them, not nearly all
	return fmt.Sprintf("%d of %s (%d %%)", both, count(whole, "resource"), percent)
}

// remarks say which resources are not applied and why, and where the stack in cdktf.out is another than the one deployed.
func (d deployment) remarks() string {
	if len(d.applied) == 0 || !d.synthesized {
		return ""
	}
	var text strings.Builder
	if len(d.left) > 0 {
		fmt.Fprintf(&text, "\n%s, left out here and applied under Terraform's mock_provider instead (make synth):\n", d.stack)
		for _, l := range d.left {
			fmt.Fprintf(&text, "  %s\n    %s: %s\n", l.Address, l.Call, l.Why)
		}
	}
	missing, surplus := without(d.held, d.applied), without(d.applied, d.held)
	if len(missing)+len(surplus) > 0 {
		fmt.Fprintf(&text, "\n%s is deployed otherwise than it stands in cdktf.out:\n", d.stack)
		for _, address := range missing {
			fmt.Fprintf(&text, "  not applied yet: %s\n", address)
		}
		for _, address := range surplus {
			fmt.Fprintf(&text, "  no longer in cdktf.out: %s\n", address)
		}
	}
	return text.String()
}

// without are the addresses of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(address string) bool { return slices.Contains(b, address) })
}
