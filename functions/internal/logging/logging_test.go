package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"
)

func TestALineIsWhatLambdaFiltersBy(t *testing.T) {
	var out bytes.Buffer
	From(Into(context.Background(), New(&out, "api"))).Warn("slow", "milliseconds", 12)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("not JSON: %v in %s", err, out.String())
	}
	if _, err := time.Parse(time.RFC3339, line["timestamp"].(string)); err != nil {
		t.Errorf("timestamp: %v", err)
	}
	delete(line, "timestamp")
	got, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"function":"api","level":"WARN","message":"slow","milliseconds":12}`; string(got) != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

func TestWhatIsNotToBeLoggedIsWithheld(t *testing.T) {
	var out bytes.Buffer
	New(&out, "api").With("Token", "eyJ").Info("saved", "text", "Call me Ishmael.", slog.Group("document", "title", "Moby-Dick"))
	for _, secret := range []string{"eyJ", "Ishmael", "Moby"} {
		if bytes.Contains(out.Bytes(), []byte(secret)) {
			t.Errorf("want %q withheld, got %s", secret, out.String())
		}
	}
}

func TestWithoutALoggerLinesGoToTheProgramsOwn(t *testing.T) {
	if got := From(context.Background()); got != slog.Default() {
		t.Errorf("want the default logger, got %v", got)
	}
}
