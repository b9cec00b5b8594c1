// Package flock has processes of this machine take turns by a lock on a file, which the kernel takes back from a process that ends
// without giving it back.
package flock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// pollInterval is how long a process waits before it tries again: the kernel's own waiting cannot be called off.
const pollInterval = 50 * time.Millisecond

// Hold waits for the lock on the file at path, which it makes where there is none, and takes it. Closing the file lets go of it; a
// process that is given the file holds it too.
func Hold(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("waiting for the process that holds %s: %w", path, context.Cause(ctx)), file.Close())
		case <-time.After(pollInterval):
		}
	}
}
