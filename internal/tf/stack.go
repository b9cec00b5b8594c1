package tf

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// stack is a Terraform stack whose resources have plain addresses.
type stack struct {
	cdktf.TerraformStack
}

// NewStack makes a stack whose resource addresses are its construct paths: dev/networking/vpc is aws_vpc.networking_vpc, not
// cdktf's aws_vpc.networking_vpc_3F1A9C07, so that a plan reads like the code. Construct ids hold no underscore, so two paths
// never make one address.
func NewStack(app cdktf.App, id string) cdktf.TerraformStack {
	s := &stack{}
	cdktf.NewTerraformStack_Override(s, app, String(id))
	return s
}

// AllocateLogicalId is called by the bindings, once for each element.
//
//nolint:revive // the name is theirs
func (s *stack) AllocateLogicalId(element any) *string {
	path := *element.(constructs.Construct).ToString()
	_, within, _ := strings.Cut(path, "/")
	return String(strings.ReplaceAll(within, "/", "_"))
}
