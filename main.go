// The infrastructure of The Writers Room: reads the environments, builds the functions and the stacks, synthesizes Terraform JSON for
// cdktf.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/archive"
	"github.com/writersroom/infrastructure/internal/tf"
	"github.com/writersroom/infrastructure/stacks"
)

func main() {
	err := run(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	tf.Close()
	if err != nil {
		os.Exit(1)
	}
}

// run synthesizes the stacks named, or all of them. It runs where cdktf.json lies.
func run(ctx context.Context, names []string) error {
	environments, err := envs.Load(os.DirFS("envs"))
	if err != nil {
		return err
	}
	if preview := os.Getenv("WRITERSROOM_PREVIEW"); preview != "" {
		if environments, err = envs.WithPreview(environments, preview); err != nil {
			return err
		}
	}
	target := stacks.Target{Endpoint: os.Getenv("AWS_ENDPOINT_URL")}
	if name := os.Getenv("WRITERSROOM_DECOMMISSION"); name != "" {
		if environments, err = stacks.Decommission(environments, name, target); err != nil {
			return err
		}
	}
	lock, err := os.ReadFile("terraform.lock.hcl")
	if err != nil {
		return err
	}
	platform := archive.Lambda
	if target.Emulated() {
		platform = archive.Host()
	}
	functions, err := archive.Build(ctx, ".", platform, os.Stderr)
	if err != nil {
		return err
	}
	app := stacks.Application{Environments: environments, Target: target, LockFile: lock, Functions: functions}
	return app.Synth(ctx, names...)
}
