// Package evolve decides what becomes of a project that forge made.
//
//	base, current, next → *Update → []txn.Change
//
// NewUpdate (update.go) compares what forge wrote (base), what is there now
// (current), and what forge would write for the same or for other answers
// (next): compare.go decides for each file, and fold.go for those that forge
// itself has joined or split. Package merge merges the text of one file, package
// moves finds files that forge or the user has moved, and package takeover what
// earlier forges remembered nowhere. Update.Changes turns the outcomes into
// changes, and what the project remembers with them (remember.go). Resolve ends
// an update with conflicts, and Examine reports how a project is. Nothing here
// writes; package txn does.
package evolve
