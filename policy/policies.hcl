# The policy set of HCP Terraform (kind: OPA): https://developer.hashicorp.com/terraform/cloud-docs/workspaces/policy-enforcement/manage-policy-sets/opa-vcs
policy "writersroom" {
  description       = "No stack breaks a rule without a waiver that holds"
  query             = "data.main.deny"
  enforcement_level = "mandatory"
}
