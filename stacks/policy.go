package stacks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/writersroom/infrastructure/internal/policy"
)

// refusedFile is where the JSON of a stack that breaks a rule is left to read. Terraform and cdktf do not know the name, so that
// nothing applies it.
const refusedFile = "refused.json"

// loadRules compiles the rules in policy/ while the stacks are synthesized, which is mostly waiting for Node.
func loadRules(ctx context.Context) func() (policy.Rules, error) {
	rules := sync.OnceValues(func() (policy.Rules, error) { return policy.Load(ctx) })
	go func() { _, _ = rules() }()
	return rules
}

// judge holds the stacks that were written against the rules, and takes those away that break one.
func judge(ctx context.Context, rules policy.Rules, stacks string, names []string) error {
	var faults []error
	for _, name := range names {
		file, refused := filepath.Join(stacks, name, "cdk.tf.json"), filepath.Join(stacks, name, refusedFile)
		config, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.Remove(refused); err != nil && !errors.Is(err, fs.ErrNotExist) { // of an earlier synthesis
			return err
		}
		verdict, err := rules.Judge(ctx, config)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if broken := verdict.Err(name); broken != nil {
			told := fmt.Errorf("%s: must not be applied, and is in %s: %s", name, refused, policy.Mend)
			faults = append(faults, broken, told, os.Rename(file, refused))
		}
	}
	return errors.Join(faults...)
}
