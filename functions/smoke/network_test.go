package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serve accepts connections on 127.0.0.1, each of which answer deals with, and says where.
func serve(t *testing.T, config *tls.Config, answer func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if config != nil {
				conn = tls.Server(conn, config)
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// says answers a request of so many bytes.
func says(request int, answer string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.ReadFull(conn, make([]byte, request)); err == nil {
			_, _ = io.WriteString(conn, answer)
		}
	}
}

// hangs answers nothing for as long as the other side waits.
func hangs(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// refused is an address where nobody listens.
func refused(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// found runs a check within a generous limit, or a short one where it is to be waited for.
func found(limit time.Duration, run func(context.Context) error) string {
	return check{name: "it", limit: limit, run: run}.result(context.Background()).Error
}

// matches says whether an error is the one wanted; one that begins with … is told by its end.
func matches(want, got string) bool {
	if end, ok := strings.CutPrefix(want, "…"); ok {
		return strings.HasSuffix(got, end)
	}
	return got == want
}

const (
	generous = time.Minute
	brief    = 50 * time.Millisecond
)

func TestPostgreSQL(t *testing.T) {
	var request []byte
	asked := make(chan struct{})
	recording := func(conn net.Conn) {
		request = make([]byte, 8)
		_, _ = io.ReadFull(conn, request)
		close(asked)
		_, _ = io.WriteString(conn, "S")
	}
	for name, c := range map[string]struct {
		address string
		limit   time.Duration
		want    string
	}{
		"speaks TLS":        {serve(t, nil, recording), generous, ""},
		"speaks no TLS":     {serve(t, nil, says(8, "N")), generous, "the answer to SSLRequest must be 'S', got 'N'"},
		"hangs up":          {serve(t, nil, says(8, "")), generous, "reading the answer to SSLRequest: EOF"},
		"hangs":             {serve(t, nil, hangs), brief, "no answer within 50ms"},
		"nobody is there":   {refused(t), generous, "…connect: connection refused"},
		"is not an address": {"nowhere", generous, "dial tcp: address nowhere: missing port in address"},
	} {
		if got := found(c.limit, func(ctx context.Context) error { return checkPostgreSQL(ctx, c.address) }); !matches(c.want, got) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
	<-asked
	if want := "\x00\x00\x00\x08\x04\xd2\x16\x2f"; string(request) != want {
		t.Errorf("want the request %q, got %q", want, request)
	}
}

func TestValkey(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	certified := &tls.Config{Certificates: server.TLS.Certificates}
	trusting := &tls.Config{RootCAs: x509.NewCertPool()}
	trusting.RootCAs.AddCert(server.Certificate())
	const ping = len("*1\r\n$4\r\nPING\r\n")
	pongs := serve(t, certified, says(ping, "+PONG\r\n"))
	for name, c := range map[string]struct {
		address string
		config  *tls.Config
		limit   time.Duration
		want    string
	}{
		"is alive":             {pongs, trusting, generous, ""},
		"wants a login":        {serve(t, certified, says(ping, "-NOAUTH Authentication required.\r\n")), trusting, generous, ""},
		"speaks something":     {serve(t, certified, says(ping, "HTTP/1.1 400\r\n")), trusting, generous, "the answer to PING must begin with + or -, got 'H'"},
		"says nothing":         {serve(t, certified, says(ping, "")), trusting, generous, "reading the answer to PING: EOF"},
		"hangs":                {serve(t, certified, hangs), trusting, brief, "no answer within 50ms"},
		"hangs in a handshake": {serve(t, nil, hangs), trusting, brief, "no answer within 50ms"},
		"speaks no TLS":        {serve(t, nil, says(1, "+PONG\r\n")), trusting, generous, "TLS: tls: first record does not look like a TLS handshake"},
		"is somebody else": {
			pongs, &tls.Config{RootCAs: x509.NewCertPool()}, generous,
			"TLS: tls: failed to verify certificate: x509: certificate signed by unknown authority",
		},
		"nobody is there": {refused(t), trusting, generous, "…connect: connection refused"},
	} {
		if got := found(c.limit, func(ctx context.Context) error { return checkValkey(ctx, c.address, c.config) }); !matches(c.want, got) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
}

func TestHTTP(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pool/.well-known/jwks.json":
			_, _ = io.WriteString(w, `{"keys":[{"kid":"1"}]}`)
		case "/empty/.well-known/jwks.json":
			_, _ = io.WriteString(w, `{"keys":[]}`)
		case "/broken/.well-known/jwks.json":
			_, _ = io.WriteString(w, "<html>")
		case "/forbidden":
			w.WriteHeader(http.StatusForbidden)
		case "/fails":
			w.WriteHeader(http.StatusBadGateway)
		case "/elsewhere":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/hangs":
			<-r.Context().Done()
		case "/":
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, c := range []struct {
		name  string
		check func(context.Context, *http.Client, string) error
		url   string
		limit time.Duration
		want  string
	}{
		{"opensearch is well", checkOpenSearch, server.URL + "/", generous, ""},
		{"opensearch lets nobody in", checkOpenSearch, server.URL + "/forbidden", generous, ""},
		{"opensearch fails", checkOpenSearch, server.URL + "/fails", generous, "status must be below 500, got 502"},
		{"opensearch hangs", checkOpenSearch, server.URL + "/hangs", brief, "no answer within 50ms"},
		{"opensearch is not there", checkOpenSearch, "https://" + refused(t) + "/", generous, "…connect: connection refused"},
		{"issuer", checkIssuer, server.URL + "/pool", generous, ""},
		{"issuer with a slash", checkIssuer, server.URL + "/pool/", generous, ""},
		{"issuer without keys", checkIssuer, server.URL + "/empty", generous, "the key set must have keys, got none"},
		{"issuer without a key set", checkIssuer, server.URL + "/broken", generous, "reading the key set: invalid character '<' looking for beginning of value"},
		{"issuer that is none", checkIssuer, server.URL, generous, "status must be 200, got 404"},
		{"health", checkHealth, server.URL + "/", generous, ""},
		{"health is elsewhere", checkHealth, server.URL + "/elsewhere", generous, "status must be 200, got 302"},
		{"health fails, and its URL is told to nobody", checkHealth, "https://" + refused(t) + "/?token=secret", generous, "…connect: connection refused"},
	} {
		got := found(c.limit, func(ctx context.Context) error { return c.check(ctx, client, c.url) })
		if !matches(c.want, got) || strings.Contains(got, "secret") {
			t.Errorf("%s: want %q, got %q", c.name, c.want, got)
		}
	}
}
