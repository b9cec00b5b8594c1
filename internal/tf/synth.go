// Package tf is the one place that knows jsii: pointers for the bindings, the boundary where their panics become errors, and the
// fast start of the Node process behind them.
package tf

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// Fault is what a panic of the bindings becomes: where in the tree of constructs it happened, where in our code, and what the
// bindings said.
type Fault struct {
	// Path is the construct path, environment first: "prod/networking/vpc".
	Path string
	// Source is the file and line of ours that made the call.
	Source string
	// Message is the bindings' own.
	Message string
}

// Error is one line: path, message, place in the code.
func (f *Fault) Error() string {
	return fmt.Sprintf("%s: %s (%s)", f.Path, f.Message, f.Source)
}

// Synth builds an application and writes it to outdir, or where the cdktf CLI asks when outdir is empty. A panic of the bindings
// comes back as a *Fault. Close must be called when the last synthesis is done.
func Synth(outdir string, build func(cdktf.App) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault(func() string { return "app" }, r)
		}
	}()
	fastStart()
	var config *cdktf.AppConfig
	if outdir != "" {
		config = &cdktf.AppConfig{Outdir: String(outdir)}
	}
	app := cdktf.NewApp(config)
	if err := build(app); err != nil {
		return err
	}
	app.Synth()
	return nil
}

// Within is deferred by whatever makes constructs under scope, so that a panic of the bindings on its way to Synth learns the
// path it came from:
//
//	defer tf.Within(scope, id)
func Within(scope constructs.Construct, id string) {
	if r := recover(); r != nil {
		panic(fault(func() string { return *scope.Node().Path() + "/" + id }, r))
	}
}

// fault makes a *Fault of what was recovered; one that was made deeper down stays as it is.
func fault(path func() string, recovered any) *Fault {
	if f, ok := recovered.(*Fault); ok {
		return f
	}
	return &Fault{Path: guarded(path), Source: source(), Message: strings.TrimSpace(fmt.Sprint(recovered))}
}

// guarded asks the bindings for a path; where they no longer answer, it says so rather than hide the first fault with a second.
func guarded(path func() string) (p string) {
	defer func() {
		if recover() != nil {
			p = "(the bindings no longer answer)"
		}
	}()
	return strings.TrimPrefix(path(), "/")
}

const module = "github.com/writersroom/infrastructure/"

// source is the innermost file and line of ours, outside this package, on the panicking stack.
func source() string {
	counters := make([]uintptr, 64)
	frames := runtime.CallersFrames(counters[:runtime.Callers(1, counters)])
	for {
		frame, more := frames.Next()
		function, ours := strings.CutPrefix(frame.Function, module)
		if pkg, _, _ := strings.Cut(function, "."); ours && pkg != "internal/tf" {
			return fmt.Sprintf("%s/%s:%d", pkg, filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "outside this module"
		}
	}
}
