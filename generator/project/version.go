package project

import (
	"fmt"

	"golang.org/x/mod/semver"
)

// NewerError reports a project that a newer forge wrote than the one at work,
// which would take out again what that one has mended.
type NewerError struct{ Wrote, Have string }

func (e *NewerError) Error() string {
	if !semver.IsValid(e.Wrote) {
		return fmt.Sprintf("the project was written by a forge without a version (%s), which counts as newer than this one, %s", e.Wrote, e.Have)
	}
	return fmt.Sprintf("the project was written by forge %s, and this is %s: the project needs %s or newer", e.Wrote, e.Have, e.Wrote)
}

// CheckVersion returns a *NewerError when the manifest is from a newer forge
// than version. A build without a version counts as the newest.
func (m Manifest) CheckVersion(version string) error {
	switch wrote := m.Forge; {
	case !semver.IsValid(version):
		return nil
	case !semver.IsValid(wrote), semver.Compare(wrote, version) > 0:
		return &NewerError{Wrote: wrote, Have: version}
	}
	return nil
}
