package compute

import (
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// RealtimeExecutionStatements is what the role must be allowed that ECS starts tasks with, beside reading the service's secrets. It
// needs no key: Amazon ECR decrypts images by a grant of its own, which it is given with the repository
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
func RealtimeExecutionStatements(cfg Config) []iam.Statement {
	return []iam.Statement{{
		Sid:       "LogInToRegistry",
		Actions:   []string{"ecr:GetAuthorizationToken"},
		Resources: []string{"*"},
		Reason:    "ECS logs in before it pulls the image; the call knows no resource finer than *",
	}, {
		Sid:       "PullImage",
		Actions:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		Resources: []string{cfg.arn("ecr", "repository/"+cfg.Label.Fit(naming.Repository, realtime))},
		Reason:    "ECS pulls the service's image",
	}, {
		Sid:       "OwnLog",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{cfg.arn("logs", "log-group:"+cfg.Label.Path(realtime, "service")+":log-stream:*")},
		Reason:    "ECS writes what the service prints",
	}}
}

// RealtimeStatements is what the role must be allowed that the service acts as, beside its stores: to take what has been finished for
// its writers, and to trace what it does.
func RealtimeStatements(cfg Config) []iam.Statement {
	return append(cfg.receive("Notifications", notifications), cfg.trace())
}
