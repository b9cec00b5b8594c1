package emulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/writersroom/infrastructure/internal/flock"
)

// lock makes commands that start or stop the emulator take turns. It is let go of by unlock, and by the end of this process.
func (h home) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(string(h), 0o755); err != nil {
		return nil, err
	}
	file, err := flock.Hold(ctx, filepath.Join(string(h), "commands"))
	if err != nil {
		return nil, err
	}
	return func() { file.Close() }, nil
}

// ended says whether no emulator's process holds its lock.
func (h home) ended() (bool, error) {
	file, err := os.Open(h.alive())
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("locking %s: %w", h.alive(), err)
	}
	return true, nil
}

// awaitEnd waits for the emulator's process to end, and says whether it did in time.
func (h home) awaitEnd(ctx context.Context) bool {
	deadline := time.After(stopTimeout)
	for {
		if ended, err := h.ended(); err == nil && ended {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-deadline:
			return false
		case <-time.After(pollInterval):
		}
	}
}
