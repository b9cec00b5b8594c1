# Reads every secret of an account, so that a test can look for their values where they must not be.
data "aws_secretsmanager_secrets" "all" {}

data "aws_secretsmanager_secret_version" "all" {
  for_each  = data.aws_secretsmanager_secrets.all.names
  secret_id = each.key
}

output "secrets" {
  value     = { for name, version in data.aws_secretsmanager_secret_version.all : name => version.secret_string }
  sensitive = true
}
