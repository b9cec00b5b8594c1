package bootstrap

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestSummary(t *testing.T) {
	change := func(address string, actions ...tfjson.Action) *tfjson.ResourceChange {
		return &tfjson.ResourceChange{Address: address, Change: &tfjson.Change{Actions: actions}}
	}
	plan := &tfjson.Plan{
		ResourceChanges: []*tfjson.ResourceChange{
			change("a.same", tfjson.ActionNoop),
			change("a.looked-up", tfjson.ActionRead),
			change("a.new", tfjson.ActionCreate),
			change("a.changed", tfjson.ActionUpdate),
			change("a.gone", tfjson.ActionDelete),
			change("a.replaced", tfjson.ActionDelete, tfjson.ActionCreate),
			change("a.replaced-first", tfjson.ActionCreate, tfjson.ActionDelete),
			change("a.forgotten", tfjson.ActionForget),
		},
		OutputChanges: map[string]*tfjson.Change{
			"same": {Actions: tfjson.Actions{tfjson.ActionNoop}},
			"new":  {Actions: tfjson.Actions{tfjson.ActionCreate}},
		},
	}
	changes, destroyed := summary(plan)
	wantChanges := []string{
		"create a.new", "update a.changed", "delete a.gone", "delete and create a.replaced", "create and delete a.replaced-first",
		"forget a.forgotten", "create output new",
	}
	wantDestroyed := []string{
		"delete a.gone", "delete and create a.replaced", "create and delete a.replaced-first", "forget a.forgotten",
	}
	if !slices.Equal(changes, wantChanges) {
		t.Errorf("changes: want %q, got %q", wantChanges, changes)
	}
	if !slices.Equal(destroyed, wantDestroyed) {
		t.Errorf("destroyed: want %q, got %q", wantDestroyed, destroyed)
	}
	if changes, destroyed := summary(nil); changes != nil || destroyed != nil {
		t.Errorf("of no plan: want nothing, got %q and %q", changes, destroyed)
	}
}

func TestHeadlines(t *testing.T) {
	output := `Terraform will perform the following actions:
      + id     = "Creation complete"
aws_kms_key.state_key: Creating...
aws_kms_key.state_key: Still creating... [10s elapsed]
aws_kms_key.state_key: Creation complete after 12s [id=1234]
aws_s3_bucket.state_bucket: Importing... [id=the-bucket]
aws_s3_bucket.state_bucket: Import complete [id=the-bucket]
aws_s3_bucket.state_bucket: Modifying... [id=the-bucket]
aws_s3_bucket.state_bucket: Modifications complete after 1s [id=the-bucket]

Apply complete! Resources: 1 imported, 1 added, 1 changed, 0 destroyed.
`
	want := `  aws_kms_key.state_key: Still creating... [10s elapsed]
  aws_kms_key.state_key: Creation complete after 12s
  aws_s3_bucket.state_bucket: Import complete
  aws_s3_bucket.state_bucket: Modifications complete after 1s
`
	for _, size := range []int{1, 7, len(output)} {
		var got bytes.Buffer
		h := &headlines{to: &got}
		for rest := output; rest != ""; {
			n := min(size, len(rest))
			if _, err := io.WriteString(h, rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if got.String() != want {
			t.Errorf("written in pieces of %d: want\n%s\ngot\n%s", size, want, got.String())
		}
	}
}

// A local state that a killed run left is kept until the state is in the bucket, however often a run is killed.
func TestKilledRunsStatesAreSetAside(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if err := os.WriteFile(workspace{dir: dir}.file(stateFile), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := openWorkspace(dir, stack{}, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		w.close()
	}
	w, err := openWorkspace(dir, stack{}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	files := func() string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), stateFile) {
				names = append(names, entry.Name())
			}
		}
		return strings.Join(names, " ")
	}
	if got, want := files(), "terraform.tfstate.killed-1 terraform.tfstate.killed-2"; got != want {
		t.Errorf("before the state is in the bucket: want %q, got %q", want, got)
	}
	if err := w.discardLocalState(); err != nil {
		t.Fatal(err)
	}
	if got := files(); got != "" {
		t.Errorf("after: want none, got %q", got)
	}
}

func TestOneRunAtATime(t *testing.T) {
	dir := t.TempDir()
	first, err := openWorkspace(dir, stack{Account: "333333333333"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	_, err = openWorkspace(dir, stack{Account: "333333333333"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "account 333333333333: another bootstrap is working in "+dir) {
		t.Errorf("a second run: want it refused with the folder, got %v", err)
	}
	first.close()
	again, err := openWorkspace(dir, stack{Account: "333333333333"}, io.Discard)
	if err != nil {
		t.Fatalf("after the first run has ended: %v", err)
	}
	again.close()
}

func TestFailedKeepsTheCause(t *testing.T) {
	cause := errors.Join(errors.New(""), os.ErrPermission)
	err := workspace{dir: ".work/bootstrap/1"}.failed("apply", cause)
	if want := "terraform apply: permission denied\nall of its output is in .work/bootstrap/1/terraform.log"; err.Error() != want {
		t.Errorf("want %q, got %q", want, err)
	}
	if !errors.Is(err, os.ErrPermission) {
		t.Error("the cause is lost")
	}
	if err := (workspace{}).failed("apply", nil); err != nil {
		t.Errorf("of no failure: want none, got %v", err)
	}
}
