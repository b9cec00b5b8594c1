package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// ticketLife is how long a ticket is good for: long enough to open a socket, too short to be of use to whoever finds it in a log
// of URLs.
const ticketLife = 60 * time.Second

// ticket is what the realtime service reads off the URL by which a browser opens a socket: browsers send no Authorization header
// there.
type ticket struct {
	Author     string `json:"sub"`
	DocumentID string `json:"documentId"`
	Expires    int64  `json:"exp"`
	Nonce      string `json:"nonce"`
}

// createTicket lets the author's browser into the realtime session of a document of theirs.
func (a *api) createTicket(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	var body struct {
		DocumentID string `json:"documentId"`
	}
	if err := request.Decode(&body); err != nil {
		return nil, err
	}
	if _, err := a.document(ctx, request.Author, body.DocumentID); err != nil {
		return nil, err
	}
	key, err := a.ticketKey.value(ctx)
	if err != nil {
		return nil, err
	}
	expires := a.now().Add(ticketLife).UTC().Truncate(time.Second)
	signed, err := sign(ticket{
		Author: request.Author, DocumentID: body.DocumentID, Expires: expires.Unix(), Nonce: rand.Text(),
	}, key)
	if err != nil {
		return nil, err
	}
	return &rest.Response{Status: http.StatusCreated, Body: map[string]string{
		"url": a.realtimeURL, "ticket": signed, "expiresAt": expires.Format(time.RFC3339),
	}}, nil
}

// sign makes of a ticket its payload and, after a dot, the payload's HMAC-SHA-256, both in base64url without padding.
func sign(t ticket, key string) (string, error) {
	payload, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	encoded := base64.RawURLEncoding.EncodeToString(payload)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(encoded))
	return encoded + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// secrets is what is used of Secrets Manager.
type secrets interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (
		*secretsmanager.GetSecretValueOutput, error)
}

// secretCached is how long a secret is used before it is fetched again, and so how long a change of it takes to be everywhere.
const secretCached = 5 * time.Minute

// secret is a secret's value, fetched when it is needed.
type secret struct {
	client secrets
	arn    string
	now    func() time.Time

	mu    sync.Mutex
	held  string
	until time.Time
}

func (s *secret) value(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != "" && s.now().Before(s.until) {
		return s.held, nil
	}
	output, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(s.arn)})
	if err != nil {
		return "", err
	}
	fetched := aws.ToString(output.SecretString)
	if fetched == "" {
		return "", fmt.Errorf("secret %s has no text; without one, anybody could sign tickets", s.arn)
	}
	s.held, s.until = fetched, s.now().Add(secretCached)
	return s.held, nil
}
