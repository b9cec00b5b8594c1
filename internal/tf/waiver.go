package tf

import "github.com/hashicorp/terraform-cdk-go/cdktf"

// Governance is the Terraform variable by which a stack tells the rules in policy/ what they cannot see in its resources. A plan
// carries a variable's default along, as it does no comment, so that the rules judge JSON and plan alike, whoever runs them. Nothing
// reads it, and no value given from outside counts.
const Governance = "governance"

// Waiver lets one resource off one control until a date.
type Waiver struct {
	// Control is the id of the rule: "S3.9", or the scanner and its id: "trivy:AVD-AWS-0089".
	Control string
	// Reason says why the control does not serve here, and what stands in for it.
	Reason string
	// Expires is the last day of the waiver, 2006-01-02. It is looked at anew then, and not merely prolonged.
	Expires string
}

// Declare says to the rules what holds of a whole stack: whether its stores are retained, and for how many days its logs are kept.
func Declare(stack cdktf.TerraformStack, retained bool, logRetentionDays int) {
	stack.AddOverride(String("variable."+Governance), map[string]any{
		"description": "What the rules in policy/ are to know of this stack; nothing else reads it.",
		"default":     map[string]any{"retained": retained, "logRetentionDays": logRetentionDays},
	})
}

// Waive lets a resource of a stack that was declared off the controls. A waiver that no rule has a use for, and one that has expired,
// fail the check. It is called once for a resource.
func Waive(resource cdktf.TerraformResource, waivers ...Waiver) {
	all := make([]map[string]string, 0, len(waivers))
	for _, w := range waivers {
		all = append(all, map[string]string{"control": w.Control, "reason": w.Reason, "expires": w.Expires})
	}
	// The dots nest: a resource's type, then its name.
	address := *resource.TerraformResourceType() + "." + *resource.FriendlyUniqueId()
	resource.CdktfStack().AddOverride(String("variable."+Governance+".default.waivers."+address), all)
}
