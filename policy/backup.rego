# https://docs.aws.amazon.com/securityhub/latest/userguide/backup-controls.html
package writersroom.controls.backup

import data.writersroom.terraform as tf

vaults := tf.resources("aws_backup_vault")

# A vault without a key encrypts what AWS Backup manages in full; of the rest it keeps copies that are as their sources are.
title["Backup.1"] := "backups are encrypted at rest"

subject["Backup.1"] contains address if some address, _ in vaults

fault["Backup.1"] contains {"address": address, "message": "must have a kms_key_arn"} if {
	some address, vault in vaults
	not tf.given(vault, "kms_key_arn")
}
