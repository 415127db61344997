package adopt

import (
	"cmp"

	"github.com/forge-go/forge/generator/adopt/notice"
)

// names returns the names of accounts: those of the flags, or else those from before.
func (r record) names(flags Flags) notice.Names {
	n := notice.Names{Mode: flags.Mode, TablePrefix: flags.TablePrefix, PathPrefix: flags.PathPrefix}
	if before := r.answers.Foreign; before != nil {
		n.TablePrefix = cmp.Or(n.TablePrefix, before.TablePrefix)
		n.PathPrefix = cmp.Or(n.PathPrefix, before.PathPrefix)
	}
	return n
}

// Taken returns what a cure would set accounts apart from, unless they have
// that prefix already.
func (s *Survey) Taken(cure notice.Cure) (notice.Notice, bool) {
	for _, n := range s.Notices {
		if n.Cure == cure && n.Grade != notice.Beside && s.Prefix(cure) == "" {
			return n, true
		}
	}
	return notice.Notice{}, false
}

// Prefix is what the names of tables, or the paths of routes, begin with.
func (s *Survey) Prefix(cure notice.Cure) string {
	if cure == notice.TablePrefix {
		return s.names.TablePrefix
	}
	return s.names.PathPrefix
}

// SetApart begins the names of the tables, or the paths of the routes, with a
// prefix, and looks again at what is in the way.
func (s *Survey) SetApart(cure notice.Cure, prefix string) {
	if cure == notice.TablePrefix {
		s.names.TablePrefix = prefix
	} else {
		s.names.PathPrefix = prefix
	}
	s.Notices = notice.Find(s.module, s.names)
}

// KeepDatabase grades what the module's tables are for accounts that have a
// database of their own: nothing that could be in their way.
func (s *Survey) KeepDatabase() {
	for i := range s.Notices {
		if s.Notices[i].Cure == notice.TablePrefix {
			s.Notices[i].Grade = notice.Beside
		}
	}
}
