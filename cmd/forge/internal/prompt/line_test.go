package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// lines is a line prompter that reads input and shows into the buffer.
func lines(input string) (Prompter, *bytes.Buffer) {
	shown := &bytes.Buffer{}
	return &liner{source: newSource(strings.NewReader(input)), out: shown}, shown
}

func fruit() Question {
	return Question{
		Message: "Fruit?", Help: "One a day.", Default: "apple",
		Options: []Option{{"apple", "red"}, {"apricot", ""}, {"banana", "long"}},
	}
}

func TestLineSelect(t *testing.T) {
	cases := []struct{ input, want, reason string }{
		{"\n", "apple", ""},
		{"3\n", "banana", ""},
		{"Banana\r\n", "banana", ""},
		{"ba\n", "banana", ""},
		{"\x1b[A2\x1b[200~\n", "apricot", ""},
		{"ap\napr\n", "apricot", `"ap" could be apple or apricot`},
		{"4\n0\n-1\n1\n", "apple", `"4" is not one of the choices`},
		{"cherry\nb\n", "banana", `"cherry" is not one of the choices; answer with a name or a number from 1 to 3`},
		{"2", "apricot", ""},
	}
	for _, c := range cases {
		p, shown := lines(c.input)
		got, err := p.Select(t.Context(), fruit())
		if err != nil || got != c.want || !strings.Contains(shown.String(), c.reason) {
			t.Errorf("%q: got %q, %v; want %q; shown:\n%s", c.input, got, err, c.want, shown)
		}
	}
}

func TestLineSelectShows(t *testing.T) {
	p, shown := lines("\n")
	q := fruit()
	q.Message = "Fruit\x1b[31m?"
	if _, err := p.Select(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	want := "Fruit [31m?\nOne a day.\n  1. apple - red\n  2. apricot\n  3. banana - long\nName or number [apple]: "
	if shown.String() != want {
		t.Errorf("shown:\n%s\nwant:\n%s", shown, want)
	}
}

func TestLineSelectWithoutDefault(t *testing.T) {
	p, shown := lines("\n2\n")
	q := fruit()
	q.Default = ""
	if got, err := p.Select(t.Context(), q); err != nil || got != "apricot" {
		t.Errorf("got %q, %v", got, err)
	}
	if !strings.Contains(shown.String(), "please choose one\nName or number: ") {
		t.Errorf("shown:\n%s", shown)
	}
}

func TestLineMultiSelect(t *testing.T) {
	cases := []struct {
		input string
		want  []string
	}{
		{"\n", []string{"apple", "banana"}},
		{"none\n", []string{}},
		{"3, 1\n", []string{"apple", "banana"}},
		{"ban apr ban\n", []string{"apricot", "banana"}},
		{",\nx\n1,ap\n2\n", []string{"apricot"}},
	}
	for _, c := range cases {
		p, shown := lines(c.input)
		q := fruit()
		q.Default = "banana, apple"
		got, err := p.MultiSelect(t.Context(), q)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, %v; want %q; shown:\n%s", c.input, got, err, c.want, shown)
		}
	}
}

func TestLineInput(t *testing.T) {
	p, shown := lines("bad\n  größe\x00 \n\n")
	q := Question{Message: "Name?", Default: "myapi", Validate: func(s string) error {
		if s == "bad" {
			return errors.New("that is \x1b[1mbad")
		}
		return nil
	}}
	for _, want := range []string{"größe", "myapi"} {
		if got, err := p.Input(t.Context(), q); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	if want := "Name? [myapi]: that is  [1mbad\nName? [myapi]: Name? [myapi]: "; shown.String() != want {
		t.Errorf("shown %q, want %q", shown, want)
	}
}

func TestLineConfirm(t *testing.T) {
	p, shown := lines("\n\nperhaps\nY\nno\n")
	for _, c := range []struct {
		preset string
		want   bool
	}{{"", false}, {"yes", true}, {"", true}, {"yes", false}} {
		got, err := p.Confirm(t.Context(), Question{Message: "Go?", Default: c.preset})
		if err != nil || got != c.want {
			t.Errorf("got %v, %v; want %v", got, err, c.want)
		}
	}
	if !strings.Contains(shown.String(), "\"perhaps\" is neither yes nor no\nGo? Yes or no [no]: ") {
		t.Errorf("shown:\n%s", shown)
	}
}

func TestLineEnd(t *testing.T) {
	p, shown := lines("nothing\n")
	if _, err := p.Select(t.Context(), fruit()); !errors.Is(err, ErrUnanswered) {
		t.Errorf("got %v", err)
	}
	if !strings.HasSuffix(shown.String(), ": \n") {
		t.Errorf("shown: %q", shown)
	}
	endless := &liner{source: newSource(endless{}), out: io.Discard}
	if _, err := endless.Input(t.Context(), Question{}); !errors.Is(err, ErrUnanswered) {
		t.Errorf("endless line: got %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A silent pipe does not keep a question waiting whose context ends.
func TestLineInterrupted(t *testing.T) {
	in, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	shown := cancelOnWrite{cancel}
	p := &liner{source: newSource(in), out: shown}
	if _, err := p.Input(ctx, Question{Message: "Name?"}); !errors.Is(err, ErrInterrupted) {
		t.Errorf("got %v", err)
	}
}

type cancelOnWrite struct{ cancel context.CancelFunc }

func (c cancelOnWrite) Write(p []byte) (int, error) {
	c.cancel()
	return len(p), nil
}

// A fault of the program is no missing answer.
func TestFaultyQuestions(t *testing.T) {
	unknown := fruit()
	unknown.Default = "cherry"
	p, _ := lines("1\n")
	drawn := &drawer{}
	for _, q := range []Question{{Message: "Empty?"}, unknown} {
		for _, p := range []Prompter{p, drawn} {
			_, err := p.Select(t.Context(), q)
			_, err2 := p.MultiSelect(t.Context(), q)
			for _, err := range []error{err, err2} {
				if err == nil || errors.Is(err, ErrUnanswered) || errors.Is(err, ErrInterrupted) {
					t.Errorf("%q: got %v", q.Message, err)
				}
			}
		}
	}
}

func TestSilent(t *testing.T) {
	p := Silent()
	_, err1 := p.Select(t.Context(), fruit())
	_, err2 := p.MultiSelect(t.Context(), fruit())
	_, err3 := p.Input(t.Context(), fruit())
	_, err4 := p.Confirm(t.Context(), fruit())
	for _, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, ErrUnanswered) {
			t.Errorf("got %v", err)
		}
	}
}
