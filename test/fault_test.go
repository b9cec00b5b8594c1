package test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// TestPanicOfTheBindingsIsAFault makes the bindings panic, in the Go half of them and in the half behind it, and reads what a
// person would be told: the environment, the construct, the fault, and the line that made it.
func TestPanicOfTheBindingsIsAFault(t *testing.T) {
	var line int
	for name, tc := range map[string]struct {
		build   func(stack cdktf.TerraformStack)
		message string
	}{
		"two constructs with one id": {
			build: func(stack cdktf.TerraformStack) {
				vpc.NewVpc(stack, tf.String("vpc"), nil)
				line = nextLine()
				vpc.NewVpc(stack, tf.String("vpc"), nil)
			},
			message: "There is already a Construct with name 'vpc' in TerraformStack [dev]",
		},
		"a required argument is missing": {
			build: func(stack cdktf.TerraformStack) {
				line = nextLine()
				subnet.NewSubnet(stack, tf.String("public-a"), &subnet.SubnetConfig{})
			},
			message: "Field *string.VpcId is required, but has nil value",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := tf.Synth(t.TempDir(), func(app cdktf.App) error {
				stack := tf.NewStack(app, "dev")
				defer tf.Within(app, "dev")
				func() {
					defer tf.Within(stack, "networking")
					tc.build(stack)
				}()
				return nil
			})
			var got *tf.Fault
			if !errors.As(err, &got) {
				t.Fatalf("want a fault, got %v", err)
			}
			want := tf.Fault{Path: "dev/networking", Source: fmt.Sprintf("test/fault_test.go:%d", line), Message: tc.message}
			if *got != want {
				t.Errorf("want %+v\ngot  %+v", want, *got)
			}
		})
	}

	// The bindings are as good as before.
	if err := tf.Synth(t.TempDir(), func(app cdktf.App) error {
		tf.NewStack(app, "dev")
		return nil
	}); err != nil {
		t.Errorf("after a fault: %v", err)
	}
}

// nextLine is the number of the line after the one that calls it.
func nextLine() int {
	_, _, line, _ := runtime.Caller(1)
	return line + 1
}
