package stacks

import (
	"bytes"
	"fmt"
	"os"

	"github.com/writersroom/infrastructure/internal/emulator"
)

// leaveOut takes what cannot be applied on the emulator out of a stack that was written to the file. A stack without any of it is
// not touched.
func leaveOut(name, file string) error {
	config, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	rest, err := emulator.LeaveOut(config, emulator.Gaps())
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if bytes.Equal(rest, config) {
		return nil
	}
	return os.WriteFile(file, rest, 0o644) //nolint:gosec // the stack that cdktf has just written there
}
