package bootstrap

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

func TestHeldLock(t *testing.T) {
	held, err := parseLock([]byte(`{"ID":"7d0c","Operation":"OperationTypeApply","Info":"","Who":"ada@laptop","Version":"1.11.4",` +
		`"Created":"2026-03-01T12:30:00.123456Z","Path":"the-bucket/account/terraform.tfstate"}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := "by ada@laptop since 2026-03-01 12:30:00 UTC, for OperationTypeApply"; held.String() != want {
		t.Errorf("want %q, got %q", want, held)
	}
	if held.ID != "7d0c" {
		t.Errorf("id: want 7d0c, got %q", held.ID)
	}
	if _, err := parseLock([]byte("locked!")); err == nil || !strings.Contains(err.Error(), "locked!") {
		t.Errorf("what is no lock of Terraform's: want it shown, got %v", err)
	}
}

func TestFoundTellsAbsenceFromFailure(t *testing.T) {
	api := func(code string) error { return fmt.Errorf("operation: %w", &smithy.GenericAPIError{Code: code}) }
	for _, tc := range []struct {
		err           error
		found, failed bool
	}{
		{nil, true, false},
		{api("NotFound"), false, false},
		{api("NoSuchBucket"), false, false},
		{api("NoSuchKey"), false, false},
		{api("NotFoundException"), false, false},
		{api("ResourceNotFoundException"), false, false},
		{api("Forbidden"), false, true},
		{api("AccessDeniedException"), false, true},
		{errors.New("no route to host"), false, true},
	} {
		found, err := found(tc.err, "looking")
		if found != tc.found || (err != nil) != tc.failed {
			t.Errorf("%v: want %v and a failure %v, got %v and %v", tc.err, tc.found, tc.failed, found, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "looking: ") {
			t.Errorf("%v: want what was being done, got %v", tc.err, err)
		}
	}
}
