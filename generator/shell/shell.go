// Package shell quotes words of commands that people paste into a shell.
package shell

import (
	"strings"

	"github.com/forge-go/forge/generator/internal/lazyregexp"
)

var plainWord = lazyregexp.New(`^([\w@%+:,./-]*\w=)?[\w@%+:,./-]+$`)

// Quote quotes a word for any POSIX shell, and for zsh, if it needs quotes.
func Quote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return InQuotes(word)
}

// QuoteAll quotes words, and joins them with spaces.
func QuoteAll(words []string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, Quote(word))
	}
	return strings.Join(quoted, " ")
}

// InQuotes quotes a word even if it needs no quotes.
func InQuotes(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
