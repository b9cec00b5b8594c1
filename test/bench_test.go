package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkSynth measures how long the application takes to synthesize dev, from its start to its end, all caches warm: as it is,
// without the fast start, and beside them Node as it loads cdktf and does nothing with it, which is the least that a synthesis
// could take. It takes the three in turns, so that a machine that slows down slows down all of them, and reports the medians and
// the first as a multiple of the others.
func BenchmarkSynth(b *testing.B) {
	app := buildApp(b)
	outdir := b.TempDir()
	runs := []struct {
		unit    string
		command func() *exec.Cmd
		took    []time.Duration
	}{
		{unit: "ms/synth", command: func() *exec.Cmd { return dev(app.command(b, outdir)) }},
		{unit: "ms/slow-synth", command: func() *exec.Cmd { return dev(app.command(b, outdir, "WRITERSROOM_FAST_START=off")) }},
		{unit: "ms/node-cdktf", command: loadCDKTF(b, app)},
	}
	for b.Loop() {
		for i := range runs {
			cmd := runs[i].command()
			start := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v: %v\n%s", cmd, err, out)
			}
			runs[i].took = append(runs[i].took, time.Since(start))
		}
	}
	var medians []float64
	for _, r := range runs {
		slices.Sort(r.took)
		medians = append(medians, float64(r.took[len(r.took)/2])/float64(time.Millisecond))
		b.ReportMetric(medians[len(medians)-1], r.unit)
	}
	b.ReportMetric(medians[0]/medians[1], "x-of-slow")
	b.ReportMetric(medians[0]/medians[2], "x-of-node-cdktf")
	b.ReportMetric(0, "ns/op") // the sum of the three, which says nothing
}

// dev is the application's command, told to synthesize dev alone.
func dev(cmd *exec.Cmd) *exec.Cmd {
	cmd.Args = append(cmd.Args, "dev")
	return cmd
}

// loadCDKTF is Node loading cdktf from where jsii extracts it, which a first synthesis sees to.
func loadCDKTF(b *testing.B, app app) func() *exec.Cmd {
	b.Helper()
	if out, err := dev(app.command(b, b.TempDir())).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "node_modules"), 0o700); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"cdktf", "constructs"} {
		extracted, err := filepath.Glob(filepath.Join(app.packages, name, "*", "*"))
		if err != nil || len(extracted) != 1 {
			b.Fatalf("want one %s in jsii's package cache, got %v, %v", name, extracted, err)
		}
		if err := os.Symlink(extracted[0], filepath.Join(dir, "node_modules", name)); err != nil {
			b.Fatal(err)
		}
	}
	return func() *exec.Cmd {
		cmd := exec.CommandContext(b.Context(), "node", "--preserve-symlinks", "-e", "require('cdktf')")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "NODE_OPTIONS=")
		return cmd
	}
}
