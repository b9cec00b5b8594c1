package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// timeForm is RFC 3339 in UTC, always as long, so that times sort as text.
const timeForm = "2006-01-02T15:04:05.000000000Z"

// finished is what the realtime service is told, which tells the browsers that its author has open.
type finished struct {
	Type     string `json:"type"`
	ExportID string `json:"exportId"`
	AuthorID string `json:"authorId"`
	Key      string `json:"key"`
}

// notify marks the job as succeeded and then tells of it: whoever hears of it finds the job so. Tried again, it may tell twice, which
// hurts no browser.
func (e *exporter) notify(ctx context.Context, x Export) (Export, error) {
	if x.Key == "" {
		return Export{}, invalid("export.key: must be set, got none")
	}
	_, err := e.tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(e.exportJobsTable),
		Key:       map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: x.ExportID}},
		// A job that failed has a reason; the workflow can be taken up again from where it failed.
		UpdateExpression:    aws.String("SET #status = :succeeded, #key = :key, #finishedAt = :now REMOVE #reason"),
		ConditionExpression: aws.String("#authorId = :author"),
		ExpressionAttributeNames: map[string]string{
			"#status": "status", "#key": "key", "#finishedAt": "finishedAt", "#reason": "reason", "#authorId": "authorId",
		},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":succeeded": &types.AttributeValueMemberS{Value: "succeeded"},
			":key":       &types.AttributeValueMemberS{Value: x.Key},
			":now":       &types.AttributeValueMemberS{Value: e.now().UTC().Format(timeForm)},
			":author":    &types.AttributeValueMemberS{Value: x.AuthorID},
		},
	})
	if unmet := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &unmet) {
		return Export{}, &NotFound{What: fmt.Sprintf("job %s of author %s", x.ExportID, x.AuthorID)}
	}
	if err != nil {
		return Export{}, fmt.Errorf("marking job %s as succeeded: %w", x.ExportID, err)
	}
	message, err := json.Marshal(finished{Type: "export.finished", ExportID: x.ExportID, AuthorID: x.AuthorID, Key: x.Key})
	if err != nil {
		return Export{}, fmt.Errorf("writing the notification of export %s: %w", x.ExportID, err)
	}
	_, err = e.queue.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl:    aws.String(e.notificationsQueueURL),
		MessageBody: aws.String(string(message)),
	})
	if err != nil {
		return Export{}, fmt.Errorf("telling of export %s: %w", x.ExportID, err)
	}
	return x, nil
}
