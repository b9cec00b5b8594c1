// Package emulator runs an AWS on this machine: moto, taught by the extensions in the folder moto what it lacks. It listens on a
// loopback port and keeps all its state in memory, so that stopping it undoes every deployment.
package emulator

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/writersroom/infrastructure/internal/flock"
)

// ErrDown says that no emulator runs for a work folder.
var ErrDown = errors.New("the emulator is not running; start it with `writersroom up`")

// errPortTaken is returned where a port that was free was somebody else's by the time moto asked for it.
var errPortTaken = errors.New("its port is taken")

// Emulator is one that was started for a work folder and has not ended.
type Emulator struct {
	// Endpoint is what AWS_ENDPOINT_URL is to be: http://127.0.0.1:<port>.
	Endpoint string `json:"endpoint"`
	// PID is its process; of moto in a container, the docker client's.
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	// Log is the file that moto writes what it is asked to.
	Log string `json:"log"`
	// Moto says which moto it is: "moto 5.2.1 of /usr/bin/python3".
	Moto string `json:"moto"`
	// Container is the name of the container that it runs in; empty without one.
	Container string `json:"container,omitempty"`

	// ID is what it answers at /moto-api/identity.
	ID   string `json:"id"`
	home home
}

// Options are how an emulator is started.
type Options struct {
	// Port is where it listens on 127.0.0.1; 0 takes a free one.
	Port int
	// Progress is told, a line each, what takes time; nil tells nobody.
	Progress io.Writer
}

const (
	startTimeout  = time.Minute      // a cold machine imports moto in seconds
	startAttempts = 3                // each with another free port
	answerTimeout = 30 * time.Second // moto answers in milliseconds
	stopTimeout   = 10 * time.Second // and ends in milliseconds
	pollInterval  = 50 * time.Millisecond
)

// Up starts an emulator that goes on when this process ends, and waits until it answers. Where one runs for the work folder it
// returns that one, whatever its port. Of several at once, one starts it.
func Up(ctx context.Context, work string, options Options) (*Emulator, error) {
	if options.Progress == nil {
		options.Progress = io.Discard
	}
	h := home(filepath.Join(work, "emulator"))
	unlock, err := h.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()

	e, err := h.find()
	if err == nil {
		if err := e.answers(ctx, nil); err != nil {
			return nil, fmt.Errorf("%w; stop it with `writersroom down`", err)
		}
		fmt.Fprintf(options.Progress, "the emulator is already up at %s (pid %d)\n", e.Endpoint, e.PID)
		return e, nil
	}
	if !errors.Is(err, ErrDown) {
		return nil, err
	}
	if err := h.installExtensions(); err != nil {
		return nil, err
	}
	moto, err := finder{work: work, home: h, progress: options.Progress}.find(ctx)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		e, err := h.start(ctx, moto, options)
		if errors.Is(err, errPortTaken) && options.Port == 0 && attempt < startAttempts {
			continue
		}
		return e, err
	}
}

// Find returns the emulator that runs for the work folder, or ErrDown.
func Find(work string) (*Emulator, error) {
	return home(filepath.Join(work, "emulator")).find()
}

// Down ends the emulator, and returns when it has ended. It ends no other process: as long as the emulator lives it holds a lock,
// which no later process with the same number does.
func (e *Emulator) Down(ctx context.Context) error {
	unlock, err := e.home.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if now, err := e.home.find(); errors.Is(err, ErrDown) {
		return nil
	} else if err != nil {
		return err
	} else if now.ID != e.ID {
		return fmt.Errorf("the emulator at %s has been stopped, and another one runs at %s", e.Endpoint, now.Endpoint)
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(e.PID, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stopping the emulator (pid %d): %w", e.PID, err)
		}
		if e.home.awaitEnd(ctx) {
			e.removeContainer(ctx)
			return os.Remove(e.home.record())
		}
	}
	return fmt.Errorf("stopping the emulator (pid %d): it does not end; see %s", e.PID, e.Log)
}

// Reset empties the emulator of every account's resources and credentials.
func (e *Emulator) Reset(ctx context.Context) error {
	_, err := e.ask(ctx, http.MethodPost, "/moto-api/reset")
	return err
}

// home is the folder in which an emulator's extensions, record, log and locks are.
type home string

func (h home) record() string { return filepath.Join(string(h), "emulator.json") }
func (h home) log() string    { return filepath.Join(string(h), "moto.log") }

// alive is the lock that the emulator's process holds as long as it lives. The kernel takes it back whatever way the process ends,
// so that nothing on disk can be out of date.
func (h home) alive() string { return filepath.Join(string(h), "alive") }

func (h home) find() (*Emulator, error) {
	if free, err := h.ended(); err != nil {
		return nil, err
	} else if free {
		return nil, ErrDown
	}
	raw, err := os.ReadFile(h.record())
	if err != nil {
		return nil, fmt.Errorf("an emulator holds %s but left no record; end the process that has this file open: %w", h.alive(), err)
	}
	e := &Emulator{home: h}
	if err := json.Unmarshal(raw, e); err != nil {
		return nil, fmt.Errorf("%s: %w; end the process that has %s open", h.record(), err, h.alive())
	}
	return e, nil
}

// start runs moto and waits for its first answer. One that gives none is ended again.
func (h home) start(ctx context.Context, m moto, options Options) (*Emulator, error) {
	port, err := listenPort(ctx, options.Port)
	if err != nil {
		return nil, err
	}
	e := &Emulator{
		Endpoint:  "http://127.0.0.1:" + strconv.Itoa(port),
		Started:   time.Now().UTC().Truncate(time.Second),
		Log:       h.log(),
		Moto:      m.name,
		Container: m.container,
		ID:        rand.Text(),
		home:      h,
	}
	fmt.Fprintf(options.Progress, "starting %s at %s\n", e.Moto, e.Endpoint)
	log, err := os.Create(h.log())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	alive, err := flock.Hold(ctx, h.alive())
	if err != nil {
		return nil, err
	}
	defer alive.Close() // the process has its own
	argv := m.command(port, e.ID)
	cmd := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...) // it is to outlive this process
	cmd.Env = m.environ(e.ID)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{alive}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", e.Moto, err)
	}
	e.PID = cmd.Process.Pid
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	if err := e.save(); err != nil {
		_ = cmd.Process.Kill()
		return nil, err
	}
	if err := e.answers(ctx, exited); err != nil {
		_ = cmd.Process.Kill()
		e.removeContainer(ctx)
		_ = os.Remove(h.record())
		fmt.Fprint(options.Progress, tail(h.log(), 20))
		return nil, err
	}
	return e, nil
}

// save replaces the record as a whole, so that nobody reads half of it.
func (e *Emulator) save() error {
	raw, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	next := e.home.record() + ".next"
	if err := os.WriteFile(next, append(raw, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(next, e.home.record())
}

// answers waits until the emulator answers as itself, or its process sends how it exited.
func (e *Emulator) answers(ctx context.Context, exited <-chan error) error {
	deadline := time.After(startTimeout)
	for {
		if id, err := e.ask(ctx, http.MethodGet, "/moto-api/identity"); err == nil && string(id) == e.ID {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the emulator at %s: %w", e.Endpoint, context.Cause(ctx))
		case err := <-exited:
			said := tail(e.Log, 20)
			if strings.Contains(said, "Address already in use") {
				err = errPortTaken
			}
			return fmt.Errorf("%s ended at its start (%w): %s", e.Moto, err, lastLine(said))
		case <-deadline:
			return fmt.Errorf("the emulator (pid %d) gives no answer at %s; see %s", e.PID, e.Endpoint, e.Log)
		case <-time.After(pollInterval):
		}
	}
}

// ask calls one of moto's own addresses, as opposed to those of an AWS service.
func (e *Emulator) ask(ctx context.Context, method, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, e.Endpoint+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the emulator gives no answer: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the emulator's answer to %s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the emulator answers %s %s with %s; see %s", method, path, response.Status, e.Log)
	}
	return body, nil
}

// listenPort checks a port that was asked for, or takes a free one.
func listenPort(ctx context.Context, port int) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return 0, fmt.Errorf("port %d: %w; leave it out to take a free one", port, err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func tail(file string, lines int) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err.Error() + "\n"
	}
	all := strings.SplitAfter(strings.TrimRight(string(raw), "\n")+"\n", "\n")
	all = all[:len(all)-1]
	return strings.Join(all[max(0, len(all)-lines):], "")
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndex(text, "\n")+1:]
}
