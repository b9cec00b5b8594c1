package tf

import "github.com/hashicorp/terraform-cdk-go/cdktf"

// Retained is the lifecycle of what Terraform must refuse to destroy. Without retain it is none.
func Retained(retain bool) *cdktf.TerraformResourceLifecycle {
	if !retain {
		return nil
	}
	return &cdktf.TerraformResourceLifecycle{PreventDestroy: Bool(true)}
}
