// Package breach asks a list whether a password appeared in a data breach. The
// list never sees the password.
package breach

import (
	"context"
	"crypto/sha1" //nolint:gosec // The lists are of SHA-1, which protects nothing here.
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	timeout      = 2 * time.Second // of the whole request, its answer included
	maxAnswer    = 1 << 20         // in bytes; usual answers have 40 KiB
	prefixLength = 5               // of the hash, in hexadecimal digits
	hashLength   = 2 * sha1.Size
)

// List is a list with the interface of https://api.pwnedpasswords.com/range/.
type List struct {
	// URL is what the beginning of a hash is appended to.
	URL string
	// Transport sends the requests; http.DefaultTransport if nil.
	Transport http.RoundTripper
}

// Has reports whether the list has password. The first five digits of its SHA-1
// are all that leaves: the list answers with the rest of each hash that begins
// with them, and with padding, so that not even the length of the answer tells
// which password was meant. An error means that the list could not be asked; it
// names neither the URL nor the digits.
func (l List) Has(ctx context.Context, password string) (bool, error) {
	sum := sha1.Sum([]byte(password)) //nolint:gosec // See the import.
	hash := strings.ToUpper(hex.EncodeToString(sum[:]))
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(l.URL, "/")+"/"+hash[:prefixLength], nil)
	if err != nil {
		return false, withoutURL(err)
	}
	request.Header.Set("Add-Padding", "true")
	client := http.Client{Transport: l.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return false, withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return false, fmt.Errorf("the list answered with status %d", response.StatusCode)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	if len(answer) > maxAnswer {
		return false, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return contains(string(answer), hash[prefixLength:])
}

// contains looks for the rest of a hash in lines of rests and counts. Padding
// has the count 0.
func contains(answer, rest string) (bool, error) {
	for line := range strings.Lines(answer) {
		found, count, _ := strings.Cut(strings.TrimSpace(line), ":")
		times, err := strconv.Atoi(count)
		if err != nil || len(found) != hashLength-prefixLength {
			return false, errors.New("the answer is no list of hashes and counts")
		}
		if strings.EqualFold(found, rest) {
			return times > 0, nil
		}
	}
	return false, nil
}

// withoutURL returns the reason of an error of net/http, whose text has the URL.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
