// Package evolve decides what becomes of a project that forge made.
//
//	base, current, next → *Update → []txn.Change
//
// NewUpdate (update.go) compares what forge wrote (base), what is there now
// (current), and what forge would write for the same or for other answers
// (next): compare.go decides for each file, gomerge.go merges Go by its
// meaning, and moved.go finds files that the user moved. Files that forge itself
// moved, joined or split stand in the table of moves (moves.go); fold.go and
// join.go carry the user's changes of them along. Update.Changes turns
// the outcomes into changes, and what the project remembers with them
// (remember.go). Resolve ends an update with conflicts, and Examine reports
// how a project is. Nothing here writes; package txn does.
package evolve
