package e2e

import "testing"

// TestGovernanceExtensions: what the extensions add of Config, Security Hub, GuardDuty, Access Analyzer and an account's own settings can
// be made, changed and destroyed, and the plans between are empty. A control that is switched off for no reason is refused, and so is a
// second analyzer.
func TestGovernanceExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "governance.tf")
	const control, analyzer = "-target=aws_securityhub_standards_control_association.macie", "-target=aws_accessanalyzer_analyzer.second"
	p.refuses(t, "UpdatedReason is required to disable a control", "apply", control, "-var=reason= ")
	p.refuses(t, "ServiceQuotaExceededException", "apply", analyzer, "-var=second=true")
	p.changes(t)
	p.destroys(t)
}
