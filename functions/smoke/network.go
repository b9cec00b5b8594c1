package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// auroraLimit leaves a cluster that has paused the time to come back, of which AWS says about 15 seconds, and 30 or more after a day.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
const auroraLimit = 40 * time.Second

// networkChecks are of what is reached by its own address.
func networkChecks(s *settings.Reader) (checks []check) {
	add := func(name string, limit time.Duration, run func(context.Context) error) {
		checks = append(checks, check{name: name, limit: limit, run: run})
	}
	for _, address := range s.List("AURORA_ENDPOINT") {
		add("aurora", auroraLimit, func(ctx context.Context) error { return checkPostgreSQL(ctx, address) })
	}
	for _, address := range s.List("VALKEY_ENDPOINT") {
		add("valkey", limit, func(ctx context.Context) error {
			return checkValkey(ctx, address, &tls.Config{MinVersion: tls.VersionTLS12})
		})
	}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // elsewhere is another answer
	}
	for _, host := range s.List("OPENSEARCH_ENDPOINT") {
		add("opensearch", limit, func(ctx context.Context) error { return checkOpenSearch(ctx, client, "https://"+host+"/") })
	}
	for _, issuer := range s.List("ISSUER") {
		add("issuer", limit, func(ctx context.Context) error { return checkIssuer(ctx, client, issuer) })
	}
	for _, address := range s.List("HEALTH_URLS") {
		add("health/"+hostAndPath(address), limit, func(ctx context.Context) error { return checkHealth(ctx, client, address) })
	}
	return checks
}

// checkPostgreSQL asks a PostgreSQL server whether it speaks TLS, which it answers before anybody logs in: S for yes, N for no
// (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL). Route, security groups and server are shown to be
// there by that. A login would show no more of them, and would have the function hold what opens the database.
func checkPostgreSQL(ctx context.Context, address string) error {
	conn, err := dial(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	const sslRequest = 80877103
	request := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 8), sslRequest)
	if _, err := conn.Write(request); err != nil {
		return err
	}
	var answer [1]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return fmt.Errorf("reading the answer to SSLRequest: %w", err)
	}
	if answer[0] != 'S' {
		return fmt.Errorf("the answer to SSLRequest must be 'S', got %q", answer[0])
	}
	return nil
}

// checkValkey shakes hands with a Valkey server, whose certificate must be good, and sends PING. Any answer in its protocol will do,
// -NOAUTH included: to log in takes a grant that the function has no use for. https://valkey.io/topics/protocol/
func checkValkey(ctx context.Context, address string, config *tls.Config) error {
	raw, err := dial(ctx, address)
	if err != nil {
		return err
	}
	defer raw.Close()
	config = config.Clone()
	if config.ServerName, _, err = net.SplitHostPort(address); err != nil {
		return err
	}
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS: %w", err)
	}
	if _, err := io.WriteString(conn, "*1\r\n$4\r\nPING\r\n"); err != nil {
		return err
	}
	answer, err := bufio.NewReader(io.LimitReader(conn, maxAnswer)).ReadString('\n')
	if err != nil {
		return fmt.Errorf("reading the answer to PING: %w", err)
	}
	if !strings.HasPrefix(answer, "+") && !strings.HasPrefix(answer, "-") {
		return fmt.Errorf("the answer to PING must begin with + or -, got %q", answer[0])
	}
	return nil
}

// maxAnswer is how many bytes are read of any answer.
const maxAnswer = 64 << 10

// checkOpenSearch wants any answer of the domain itself: who may read what in it is not the function's to know, so 401 and 403 are as
// good as 200.
func checkOpenSearch(ctx context.Context, client *http.Client, address string) error {
	status, _, err := get(ctx, client, address)
	if err == nil && status >= http.StatusInternalServerError {
		return fmt.Errorf("status must be below 500, got %d", status)
	}
	return err
}

// checkIssuer wants the keys that access tokens are checked with.
func checkIssuer(ctx context.Context, client *http.Client, issuer string) error {
	status, body, err := get(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/jwks.json")
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("status must be 200, got %d", status)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return fmt.Errorf("reading the key set: %w", err)
	}
	if len(set.Keys) == 0 {
		return errors.New("the key set must have keys, got none")
	}
	return nil
}

func checkHealth(ctx context.Context, client *http.Client, address string) error {
	status, _, err := get(ctx, client, address)
	if err == nil && status != http.StatusOK {
		return fmt.Errorf("status must be 200, got %d", status)
	}
	return err
}

func get(ctx context.Context, client *http.Client, address string) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return response.StatusCode, body, err
}

// dial connects, and has whatever is read and written then end with the context too.
func dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// hostAndPath is what names a URL: the rest of it may be a secret.
func hostAndPath(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "unreadable"
	}
	return parsed.Host + parsed.Path
}
