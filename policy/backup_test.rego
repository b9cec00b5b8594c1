package writersroom.controls.backup

cases["Backup.1"] := {
	"passes": [{"aws_backup_vault": {"v": {"name": "v", "kms_key_arn": "${aws_kms_key.k.arn}"}}}],
	"fails": [{"aws_backup_vault": {"v": {"name": "v"}}}],
}
