# What moto lacks of what watches an account, and the emulator's extensions add, changes too.
variable "changed" {
  type    = bool
  default = false
}

variable "reason" {
  type    = string
  default = "nothing here uses it"
}

variable "second" {
  type    = bool
  default = false
}

resource "aws_iam_service_linked_role" "config" {
  aws_service_name = "config.amazonaws.com"
}

resource "aws_config_configuration_recorder" "recorder" {
  name     = "emulated"
  role_arn = aws_iam_service_linked_role.config.arn
  recording_mode {
    recording_frequency = "CONTINUOUS"
    dynamic "recording_mode_override" {
      for_each = var.changed ? ["DAILY"] : []
      content {
        recording_frequency = recording_mode_override.value
        resource_types      = ["AWS::EC2::NetworkInterface"]
      }
    }
  }
}

resource "aws_securityhub_account" "account" {
  enable_default_standards  = false
  auto_enable_controls      = !var.changed
  control_finding_generator = "SECURITY_CONTROL"
}

resource "aws_securityhub_standards_subscription" "fsbp" {
  standards_arn = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
  depends_on    = [aws_securityhub_account.account]
}

resource "aws_securityhub_standards_subscription" "cis" {
  standards_arn = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"
  depends_on    = [aws_securityhub_account.account]
}

resource "aws_securityhub_standards_control_association" "macie" {
  standards_arn       = aws_securityhub_standards_subscription.fsbp.standards_arn
  security_control_id = "Macie.1"
  association_status  = var.changed ? "ENABLED" : "DISABLED"
  updated_reason      = var.changed ? null : var.reason
  depends_on          = [aws_securityhub_standards_subscription.fsbp]
}

resource "aws_guardduty_detector" "detector" {
  enable = true
}

resource "aws_guardduty_detector_feature" "logins" {
  detector_id = aws_guardduty_detector.detector.id
  name        = "RDS_LOGIN_EVENTS"
  status      = "ENABLED"
}

resource "aws_guardduty_detector_feature" "functions" {
  detector_id = aws_guardduty_detector.detector.id
  name        = "LAMBDA_NETWORK_LOGS"
  status      = var.changed ? "DISABLED" : "ENABLED"
}

resource "aws_guardduty_detector_feature" "runtime" {
  detector_id = aws_guardduty_detector.detector.id
  name        = "RUNTIME_MONITORING"
  status      = "DISABLED"
  lifecycle {
    ignore_changes = [additional_configuration]
  }
}

resource "aws_accessanalyzer_analyzer" "outside" {
  analyzer_name = "emulated"
  tags          = var.changed ? { Changed = "yes" } : { Changed = "no", Gone = "soon" }
}

resource "aws_ebs_snapshot_block_public_access" "snapshots" {
  state = var.changed ? "block-new-sharing" : "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "images" {
  state = "block-new-sharing"
}

resource "aws_ec2_instance_metadata_defaults" "instances" {
  http_tokens                 = "required"
  http_put_response_hop_limit = var.changed ? 2 : null
}

resource "aws_ssm_service_setting" "documents" {
  setting_id    = "arn:aws:ssm:us-east-1:111111111111:servicesetting/ssm/documents/console/public-sharing-permission"
  setting_value = var.changed ? "Enable" : "Disable"
}

# A second analyzer of the account, which AWS would not make.
resource "aws_accessanalyzer_analyzer" "second" {
  count         = var.second ? 1 : 0
  analyzer_name = "second"
  depends_on    = [aws_accessanalyzer_analyzer.outside]
}
