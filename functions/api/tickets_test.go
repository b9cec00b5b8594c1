package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (r *room) ticket(document string) answer {
	r.Helper()
	return r.call(call{author: "ann", method: "POST", resource: "/auth/tickets", body: fields{"documentId": document}})
}

func TestATicketIsSignedForTheAuthorAndTheDocument(t *testing.T) {
	r := newRoom(t)
	document := r.write("ann", emma())
	got := r.want(http.StatusCreated, r.ticket(document))
	if got.body["url"] != "wss://realtime.example" || got.body["expiresAt"] != "2026-03-01T12:01:00Z" {
		t.Errorf("want the address and a minute, got %s", got.text)
	}
	encoded, signature, _ := strings.Cut(got.body["ticket"].(string), ".")
	mac := hmac.New(sha256.New, []byte("the key"))
	mac.Write([]byte(encoded))
	if want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("signature: want %s, got %s", want, signature)
	}
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var read ticket
	if err := json.Unmarshal(payload, &read); err != nil {
		t.Fatal(err)
	}
	want := ticket{Author: "ann", DocumentID: document, Expires: 1772366460, Nonce: read.Nonce}
	if read != want || len(read.Nonce) < 20 {
		t.Errorf("want %+v with a nonce, got %+v", want, read)
	}
	if again := r.ticket(document).body["ticket"]; again == got.body["ticket"] {
		t.Error("want another ticket each time, got the same")
	}
	if strings.Contains(r.log.String(), encoded) {
		t.Errorf("want no ticket in the log, got %s", r.log.String())
	}
}

func TestTheKeyIsFetchedAnewAfterAWhile(t *testing.T) {
	r := newRoom(t)
	document := r.write("ann", emma())
	r.ticket(document)
	r.ticket(document)
	if r.vault.asked != 1 {
		t.Errorf("want the key fetched once, got %d times", r.vault.asked)
	}
	r.clock = r.clock.Add(secretCached)
	r.ticket(document)
	if r.vault.asked != 2 {
		t.Errorf("later: want it fetched again, got %d times in all", r.vault.asked)
	}
}

func TestWithoutAKeyNothingIsSigned(t *testing.T) {
	r := newRoom(t)
	r.vault.value = ""
	r.want(http.StatusInternalServerError, r.ticket(r.write("ann", emma())))
	r.vault.value = "the key"
	r.clock = r.clock.Add(time.Second)
	r.want(http.StatusCreated, r.ticket(r.write("ann", emma())))
}
