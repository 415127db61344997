package httpkit

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// ETag is the entity tag of a version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Versions are those that an If-Match header has the entity tags of, or nil
// where any will do: without the header, and for "*". Weak tags match nothing
// (RFC 9110 §13.1.1).
func Versions(ifMatch string) []int64 {
	if ifMatch == "" || strings.TrimSpace(ifMatch) == "*" {
		return nil
	}
	versions := []int64{}
	for tag := range strings.SplitSeq(ifMatch, ",") {
		tag = strings.TrimSpace(tag)
		version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
		if err == nil && tag == ETag(version) {
			versions = append(versions, version)
		}
	}
	return versions
}

// The orders of a list.
const (
	NewestFirst = "-id"
	OldestFirst = "id"
)

// Cursor names the row after which the next page of a list begins. It grants
// nothing: whose rows a list has is decided anew for every page.
func Cursor(sort string, id int64) string {
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64([]byte{sort[0]}, uint64(id)))
}

// After returns the id that a cursor names, or without one the id before the
// first page. It reports false for what Cursor does not make for that order.
func After(cursor, sort string) (int64, bool) {
	if cursor == "" && sort == OldestFirst {
		return 0, true
	}
	if cursor == "" {
		return math.MaxInt64, true
	}
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(decoded) != 9 || decoded[0] != sort[0] {
		return 0, false
	}
	id := int64(binary.BigEndian.Uint64(decoded[1:]))
	return id, id > 0
}
