package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestMain makes this binary a stand-in for moto where a test says so: it answers with its identity (where TAKEN names a file, after it has
// found its port taken once), ends with a reason, or says nothing.
func TestMain(m *testing.M) {
	switch os.Getenv("STAND_IN") {
	case "":
		os.Exit(m.Run())
	case "answers":
		if once := os.Getenv("TAKEN"); once != "" {
			if _, err := os.Stat(once); err != nil {
				fmt.Fprintln(os.Stderr, "Address already in use", os.WriteFile(once, nil, 0o600))
				os.Exit(1)
			}
		}
		port := os.Args[len(os.Args)-1]
		err := http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/moto-api/identity" {
				fmt.Fprint(w, os.Getenv("WRITERSROOM_EMULATOR"))
			}
		}))
		fmt.Fprintln(os.Stderr, err)
	case "ends":
		fmt.Fprintf(os.Stderr, "Traceback\nextend.ShapeError: kms.py: moto has no such method any more\n\n")
	case "silent":
		select {}
	}
	os.Exit(3)
}

// standIn puts a python3 on the PATH, alone there, that has moto and runs this binary in moto's place.
func standIn(t *testing.T, behaviour string) (work string) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	fakes := onlyOnPath(t)
	python := filepath.Join(fakes, "python3")
	fake(t, python, fmt.Sprintf(`case "$2" in *probe.py) echo '{"python": "%s", "moto": "5.2.1", "missing": []}';; *) exec "%s" "$@";; esac`,
		python, binary))
	t.Setenv("STAND_IN", behaviour)
	return filepath.Join(t.TempDir(), ".work")
}

func up(t *testing.T, work string) *Emulator {
	t.Helper()
	e, err := Up(t.Context(), work, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Down(context.Background()) })
	return e
}

func TestUpAndDown(t *testing.T) {
	work := standIn(t, "answers")
	if _, err := Find(work); !errors.Is(err, ErrDown) {
		t.Fatalf("before Up: want ErrDown, got %v", err)
	}
	first := up(t, work)
	if found, err := Find(work); err != nil || *found != *first {
		t.Errorf("Find: want %+v, got %+v, %v", first, found, err)
	}

	var progress bytes.Buffer
	again, err := Up(t.Context(), work, Options{Progress: &progress})
	if err != nil || *again != *first {
		t.Errorf("a second Up: want %+v, got %+v, %v", first, again, err)
	}
	if want := fmt.Sprintf("the emulator is already up at %s (pid %d)\n", first.Endpoint, first.PID); progress.String() != want {
		t.Errorf("a second Up: want progress %q, got %q", want, progress.String())
	}

	for range 2 {
		if err := first.Down(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := Find(work); !errors.Is(err, ErrDown) {
			t.Fatalf("after Down: want ErrDown, got %v", err)
		}
	}
}

func TestManyUpAtOnceStartOne(t *testing.T) {
	work := standIn(t, "answers")
	var pids sync.Map
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			e, err := Up(t.Context(), work, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			pids.Store(e.PID, e)
		})
	}
	all.Wait()
	count := 0
	pids.Range(func(_, e any) bool {
		count++
		if err := e.(*Emulator).Down(context.Background()); err != nil {
			t.Error(err)
		}
		return true
	})
	if count != 1 {
		t.Errorf("want 1 process, got %d", count)
	}
}

// A record can outlive its process, and the process's number can become another's: here, this test's.
func TestStaleRecord(t *testing.T) {
	work := standIn(t, "answers")
	first := up(t, work)
	if err := syscall.Kill(first.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if !first.home.awaitEnd(t.Context()) {
		t.Fatal("the killed process still holds its lock")
	}
	stale := *first
	stale.PID = os.Getpid()
	if err := stale.save(); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(work); !errors.Is(err, ErrDown) {
		t.Errorf("Find: want ErrDown, got %v", err)
	}
	if err := stale.Down(t.Context()); err != nil {
		t.Errorf("Down: %v", err)
	}
	if second := up(t, work); second.PID == first.PID || second.PID == os.Getpid() {
		t.Errorf("Up: want a new process, got pid %d", second.PID)
	}
}

func TestDownLeavesALaterEmulatorAlone(t *testing.T) {
	work := standIn(t, "answers")
	first := up(t, work)
	if err := first.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := up(t, work)
	want := fmt.Sprintf("the emulator at %s has been stopped, and another one runs at %s", first.Endpoint, second.Endpoint)
	if err := first.Down(t.Context()); err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	if _, err := Find(work); err != nil {
		t.Error(err)
	}
}

func TestEndsAtStart(t *testing.T) {
	work := standIn(t, "ends")
	var progress bytes.Buffer
	_, err := Up(t.Context(), work, Options{Progress: &progress})
	want := "ended at its start (exit status 3): extend.ShapeError: kms.py: moto has no such method any more"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("want an error that ends in %q, got %v", want, err)
	}
	if !strings.Contains(progress.String(), "Traceback\n") {
		t.Errorf("want the log's tail in the progress, got %q", progress.String())
	}
	if _, err := Find(work); !errors.Is(err, ErrDown) {
		t.Errorf("Find: want ErrDown, got %v", err)
	}
}

// A free port may be somebody else's by the time moto asks for it.
func TestTakenPort(t *testing.T) {
	work := standIn(t, "answers")
	once := filepath.Join(t.TempDir(), "once")
	t.Setenv("TAKEN", once)
	up(t, work)
	if _, err := os.Stat(once); err != nil {
		t.Errorf("the first start was to end: %v", err)
	}
}

func TestInterruptedStartLeavesNoProcess(t *testing.T) {
	work := standIn(t, "silent")
	ctx, interrupt := context.WithCancelCause(t.Context())
	h := home(filepath.Join(work, "emulator"))
	go func() {
		for {
			if _, err := h.find(); err == nil {
				interrupt(errors.New("interrupted"))
				return
			}
		}
	}()
	_, err := Up(ctx, work, Options{})
	if err == nil || !strings.HasSuffix(err.Error(), ": interrupted") {
		t.Fatalf("want an error that ends in the interruption, got %v", err)
	}
	if !h.awaitEnd(t.Context()) {
		t.Error("the process goes on")
	}
}

func TestPortInUse(t *testing.T) {
	work := standIn(t, "answers")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	_, err = Up(t.Context(), work, Options{Port: port})
	if want := "address already in use; leave it out to take a free one"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("want an error that ends in %q, got %v", want, err)
	}
}

// TestExtend runs the tests of how moto's classes are extended, for which any Python will do.
func TestExtend(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not on the PATH")
	}
	cmd := exec.CommandContext(t.Context(), python, "-B", "-m", "unittest", "extend_test")
	cmd.Env = append(os.Environ(), "PYTHONPATH=moto")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
