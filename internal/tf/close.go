package tf

import (
	"bufio"
	"io"
	"os"
	"regexp"

	"github.com/aws/jsii-runtime-go"
)

// falseAlarm is what jsii says at many an orderly end: two of its goroutines wait for the Node process, and the one that comes
// second has nothing to wait for any more.
var falseAlarm = regexp.MustCompile(`Runtime process exited abnormally: wait\w*: no child processes`)

// Close ends the Node process behind the bindings. It is the last that a program does: what that process says at its end goes to
// standard error, jsii's false alarm excepted, and after that nothing does.
func Close() {
	stderr := os.Stderr
	if r, w, err := os.Pipe(); err == nil {
		os.Stderr = w
		passed := make(chan struct{})
		go func() {
			defer close(passed)
			passOn(stderr, r)
		}()
		defer func() {
			_ = w.Close()
			<-passed
		}()
	}
	jsii.Close()
	endFastStart()
}

// passOn copies line by line what is no false alarm.
func passOn(to io.Writer, from io.Reader) {
	for in := bufio.NewReader(from); ; {
		line, err := in.ReadString('\n')
		if _, failed := io.WriteString(to, falseAlarm.ReplaceAllString(line, "")); failed != nil || err != nil {
			return
		}
	}
}
