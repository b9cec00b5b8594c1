package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/writersroom/infrastructure/functions/internal/rest"
)

const (
	// pageSize is how many entries one answer lists.
	pageSize = 50
	// queryLimit is how many items of an index are read at once. An index has what is not wanted among what is.
	queryLimit = 200
)

// listing is what a list is read from, newest first.
type listing struct {
	table, index string
	// hash and owner are the index's first key and its value: whose entries are listed.
	hash, owner string
	// keys are the other attributes that say where in the index an item is.
	keys []string
	// keep says whether an item of the index belongs in the list.
	keep func(item) bool
}

// page reads a part of a list, and the token of the next part, which is empty where there is none. A part is full unless it is
// the last.
func (a *api) page(ctx context.Context, list listing, token string) ([]item, string, error) {
	start, err := list.start(token)
	if err != nil {
		return nil, "", err
	}
	var kept []item
	for {
		output, err := a.items.Query(ctx, &dynamodb.QueryInput{
			TableName:                 aws.String(list.table),
			IndexName:                 aws.String(list.index),
			KeyConditionExpression:    aws.String("#hash = :owner"),
			ExpressionAttributeNames:  map[string]string{"#hash": list.hash},
			ExpressionAttributeValues: item{":owner": text(list.owner)},
			ExclusiveStartKey:         start,
			ScanIndexForward:          aws.Bool(false),
			Limit:                     aws.Int32(queryLimit),
		})
		if err != nil {
			return nil, "", err
		}
		for _, each := range output.Items {
			if !list.keep(each) {
				continue
			}
			if len(kept) == pageSize { // there is one more, so there is a next part
				return kept, list.token(kept[pageSize-1]), nil
			}
			kept = append(kept, each)
		}
		if start = output.LastEvaluatedKey; len(start) == 0 {
			return kept, "", nil
		}
	}
}

// token is where in the index an item is, for a caller to hand back. It does not say whose the list is: that is always asked of
// who is calling, so that a token of one's own making leads nowhere but to another place in one's own list.
func (l listing) token(last item) string {
	position := map[string]string{}
	for _, name := range l.keys {
		position[name] = textOf(last[name])
	}
	encoded, _ := json.Marshal(position) // strings cannot fail
	return base64.RawURLEncoding.EncodeToString(encoded)
}

// start is the key that a token stands for, after which the next part begins.
func (l listing) start(token string) (item, error) {
	if token == "" {
		return nil, nil
	}
	fault := rest.Invalid("nextToken: is not one that was given out")
	decoded, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, fault
	}
	var position map[string]string
	if err := json.Unmarshal(decoded, &position); err != nil {
		return nil, fault
	}
	if !slices.Equal(slices.Sorted(maps.Keys(position)), slices.Sorted(slices.Values(l.keys))) {
		return nil, fault
	}
	key := item{l.hash: text(l.owner)}
	for name, value := range position {
		if value == "" {
			return nil, fault // DynamoDB has no key that is empty
		}
		key[name] = text(value)
	}
	return key, nil
}
