package authhttp

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"
)

// mailbox is the folder that mails are written to in development. A mail that
// was opened has an empty file beside it, with readMark after its name.
type mailbox struct{ dir string }

const readMark = ".read"

// entry is a mail in the list.
type entry struct {
	Name, Subject, To, Date string
	Unread                  bool
}

// letter is a mail as its own page shows it.
type letter struct {
	entry
	From    string
	Headers []string
	HTML    string
	Text    []passage
}

// passage is a part of a text: an address of the web, or what is between two.
type passage struct {
	Words  string
	IsLink bool
}

// list returns the mails, those first that nobody has opened, and otherwise the
// newest first.
func (m mailbox) list() ([]entry, error) {
	names, err := filepath.Glob(filepath.Join(m.dir, "*.eml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	var unread, read []entry
	for _, name := range names {
		message, err := mail.EMLToMsgFromFile(name)
		if err != nil {
			continue // Being deleted, or not a mail of ours.
		}
		e := newEntry(filepath.Base(name), message)
		if _, err := os.Stat(name + readMark); err == nil {
			read = append(read, e)
			continue
		}
		e.Unread = true
		unread = append(unread, e)
	}
	return append(unread, read...), nil
}

func newEntry(name string, message *mail.Msg) entry {
	return entry{
		Name:    name,
		Subject: strings.Join(message.GetGenHeader(mail.HeaderSubject), " "),
		To:      strings.Trim(strings.Join(message.GetToString(), ", "), "<>"),
		Date:    strings.Join(message.GetGenHeader(mail.HeaderDate), " "),
	}
}

// open returns a mail, and marks it as read. No name leads out of the folder.
func (m mailbox) open(name string) (letter, error) {
	root, err := os.OpenRoot(m.dir)
	if err != nil {
		return letter{}, err
	}
	defer root.Close()
	if filepath.Ext(name) != ".eml" {
		return letter{}, fs.ErrNotExist
	}
	raw, err := root.ReadFile(name)
	if err != nil {
		return letter{}, fs.ErrNotExist
	}
	opened, err := parseLetter(name, raw)
	if err != nil {
		return letter{}, err
	}
	return opened, root.WriteFile(name+readMark, nil, 0o600)
}

func parseLetter(name string, raw []byte) (letter, error) {
	message, err := mail.EMLToMsgFromReader(bytes.NewReader(raw))
	if err != nil {
		return letter{}, err
	}
	l := letter{entry: newEntry(name, message), From: strings.Join(message.GetFromString(), ", ")}
	if l.Headers, err = headersOf(raw); err != nil {
		return letter{}, err
	}
	for _, part := range message.GetParts() {
		content, err := part.GetContent()
		if err != nil {
			return letter{}, err
		}
		switch part.GetContentType() {
		case mail.TypeTextHTML:
			l.HTML = inNewTabs(string(content))
		case mail.TypeTextPlain:
			l.Text = passages(string(content))
		}
	}
	if l.HTML == "" && l.Text == nil {
		return letter{}, errors.New("the mail has neither HTML nor text")
	}
	return l, nil
}

// headersOf returns the lines of a mail's header, by name.
func headersOf(raw []byte) ([]string, error) {
	message, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(message.Header)) {
		for _, value := range message.Header[name] {
			if decoded, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
				value = decoded
			}
			lines = append(lines, name+": "+value)
		}
	}
	return lines, nil
}

// inNewTabs has the links of a mail open outside the frame that it is shown in.
func inNewTabs(html string) string {
	const base = `<base target="_blank">`
	if strings.Contains(html, "<head>") {
		return strings.Replace(html, "<head>", "<head>"+base, 1)
	}
	return base + html
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

// passages parts a text at its addresses.
func passages(text string) []passage {
	var parts []passage
	end := 0
	for _, found := range webAddress.FindAllStringIndex(text, -1) {
		parts = append(parts, passage{Words: text[end:found[0]]}, passage{Words: text[found[0]:found[1]], IsLink: true})
		end = found[1]
	}
	return append(parts, passage{Words: text[end:]})
}
