// Command forge writes Go web services.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
)

func main() {
	// A run lasts a tenth of a second and needs a few megabytes: tidying up would be
	// a tenth of its work.
	debug.SetGCPercent(400)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is forge as a function: it returns the exit code. With --json, a failure
// is on stdout too.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := &common{}
	root := newRoot(flags, stdin, stdout, stderr)
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return exitDone
	}
	f := failureOf(err)
	fmt.Fprint(stderr, f.text())
	if flags.json || slices.Contains(args, "--json") { // which parsing may not have come to
		if err := f.writeJSON(stdout); err != nil {
			fmt.Fprintf(stderr, "forge: writing the error: %v\n", err)
		}
	}
	return f.code
}
