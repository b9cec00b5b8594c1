// Package plan makes the plan of a synthesized stack for those who want to read it before anything is applied.
package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// JSON is the plan of the stack in that folder against its state, as `terraform show -json` writes it. It holds values that Terraform
// hides from people: it is not to be printed or kept. Credentials are those of the caller.
//
// Terraform is initialized in the stack's own folder, as cdktf does. No lock is taken, which a kill would leave behind, and nothing
// but the provider stays in the folder.
func JSON(ctx context.Context, stack string) (_ []byte, err error) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		return nil, fmt.Errorf("%w; install Terraform: https://developer.hashicorp.com/terraform/install", err)
	}
	terraform, err := tfexec.NewTerraform(stack, path)
	if err != nil {
		return nil, err
	}
	if err := terraform.Init(ctx, tfexec.Reconfigure(true)); err != nil {
		return nil, failed("init", err)
	}
	private, err := os.MkdirTemp("", "writersroom-plan-*") // nobody else's to read
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(private)) }()
	file := filepath.Join(private, "plan")
	if _, err := terraform.Plan(ctx, tfexec.Out(file), tfexec.Lock(false)); err != nil {
		return nil, failed("plan", err)
	}
	var shown bytes.Buffer
	terraform.SetStdout(&shown)
	if _, err := terraform.ShowPlanFile(ctx, file); err != nil {
		return nil, failed("show", err)
	}
	return shown.Bytes(), nil
}

// failed is an error of Terraform's without the blank lines around it.
func failed(command string, err error) error {
	return fmt.Errorf("terraform %s: %s", command, strings.TrimSpace(err.Error()))
}
