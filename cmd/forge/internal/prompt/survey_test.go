//go:build !windows

package prompt

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Each kind of question is answered by keys on every kind of terminal.
func TestDrawnAnswers(t *testing.T) {
	router := Question{Message: "Routers?", Options: databaseQuestion().Options, Default: "mysql"}
	name := Question{Message: "Name?", Default: "myapi", Help: "What it is called."}
	for _, kind := range kinds() {
		t.Run(kind.name, func(t *testing.T) {
			s := openScreen(t, kind)
			p := New(s.tty, s.tty, Look{})
			steps := []struct {
				keys string
				done func() <-chan outcome
				want any
			}{
				{"\r", func() <-chan outcome { return begin(t.Context(), p.Select, authQuestion()) }, "none"},
				{"\x1b[B\r", func() <-chan outcome { return begin(t.Context(), p.Select, authQuestion()) }, "basic"},
				{"\x1bOA\r", func() <-chan outcome { return begin(t.Context(), p.Select, authQuestion()) }, "complete"},
				{"comp\r", func() <-chan outcome { return begin(t.Context(), p.Select, authQuestion()) }, "complete"},
				{"?\x1b[1;5B\r", func() <-chan outcome { return begin(t.Context(), p.Select, authQuestion()) }, "basic"},
				{" \r", func() <-chan outcome { return begin(t.Context(), p.MultiSelect, router) }, []string{"sqlite", "mysql"}},
				{"\x1b[D\r", func() <-chan outcome { return begin(t.Context(), p.MultiSelect, router) }, []string{}},
				{"\r", func() <-chan outcome { return begin(t.Context(), p.Input, name) }, "myapi"},
				{"?\rshop\r", func() <-chan outcome { return begin(t.Context(), p.Input, name) }, "shop"},
				{"sho\x1b[D\x1b[DX\x1b[3~\x1b[Fp\r", func() <-chan outcome { return begin(t.Context(), p.Input, name) }, "sXop"},
				{"  größe 語\x7f \r", func() <-chan outcome { return begin(t.Context(), p.Input, name) }, "größe"},
				{strings.Repeat("x", 200) + "\r", func() <-chan outcome { return begin(t.Context(), p.Input, name) }, strings.Repeat("x", 200)},
				{"\r", func() <-chan outcome { return begin(t.Context(), p.Confirm, Question{Message: "Go?", Default: "yes"}) }, true},
				{"what\rn\r", func() <-chan outcome { return begin(t.Context(), p.Confirm, Question{Message: "Go?"}) }, false},
			}
			for _, step := range steps {
				done := step.done()
				s.send(step.keys)
				s.want(done, step.want)
			}
			s.assertRestored()
		})
	}
}

// A terminal that does not report its cursor costs a moment, once.
func TestMuteTerminalDelaysOnce(t *testing.T) {
	s := openScreen(t, mute())
	p := New(s.tty, s.tty, Look{})
	start := time.Now()
	for range 4 {
		done := begin(t.Context(), p.Input, Question{Message: "Name?"})
		s.send("x\r")
		s.want(done, "x")
	}
	if took := time.Since(start); took > 2*replyWait+time.Second {
		t.Errorf("four questions took %v", took)
	}
	if n := strings.Count(s.text(), cursorQuery); n != 1 {
		t.Errorf("%d cursor queries, want 1", n)
	}
}

// A report that comes after the time-out is no key and answers no later query.
func TestLateCursorReport(t *testing.T) {
	s := openScreen(t, mute())
	p := New(s.tty, s.tty, Look{})
	done := begin(t.Context(), p.Input, Question{Message: "Name?"})
	s.waitFor(cursorQuery, 1)
	s.send("ab")
	s.waitFor("ab", 1) // shown, so the prompt no longer waits for the report
	s.send("\x1b[7;9Rc\r")
	s.want(done, "abc")
}

// Keys typed before a question is drawn, or for two questions at once, count.
func TestTypedAhead(t *testing.T) {
	cases := []struct {
		keys           string
		mode, database string
	}{
		{"\r\r", "none", "mysql"},
		{"basic\rsqlite\r", "basic", "sqlite"},
		{"\x1b[B\r\x1b[A\r", "basic", "postgres"},
		{"\x1b[200~complete\rpostgres\r\x1b[201~", "complete", "postgres"},
	}
	for _, kind := range kinds() {
		for _, c := range cases {
			for _, early := range []bool{true, false} {
				t.Run(kind.name, func(t *testing.T) {
					s := openScreen(t, kind)
					p := New(s.tty, s.tty, Look{})
					if early {
						s.send(c.keys)
						s.waitFor("\n", strings.Count(c.keys, "\r")) // its echo: the terminal has it
					}
					mode := begin(t.Context(), p.Select, authQuestion())
					if !early {
						s.waitFor("\x1b[?25l", 1)
						s.send(c.keys)
					}
					s.want(mode, c.mode)
					s.want(begin(t.Context(), p.Select, databaseQuestion()), c.database)
					s.assertRestored()
				})
			}
		}
	}
}

// Keys around the cursor report of an Input reach the questions in order.
func TestTypedAheadAroundCursorReport(t *testing.T) {
	s := openScreen(t, usual())
	p := New(s.tty, s.tty, Look{})
	s.send("shopR\ry\rREST")
	s.waitFor("REST", 1)
	s.want(begin(t.Context(), p.Input, Question{Message: "Name?"}), "shopR")
	s.want(begin(t.Context(), p.Confirm, Question{Message: "Go?"}), true)
	done := begin(t.Context(), p.Input, Question{Message: "More?"})
	s.send("\r")
	s.want(done, "REST")
}

// What a terminal may send besides keys does not end or answer a question.
func TestStrayEscapes(t *testing.T) {
	for _, stray := range strays() {
		t.Run("", func(t *testing.T) {
			s := openScreen(t, usual())
			p := New(s.tty, s.tty, Look{})
			done := begin(t.Context(), p.Select, authQuestion())
			s.send(stray + "b" + stray + "asic\r")
			s.want(done, "basic")
			done = begin(t.Context(), p.MultiSelect, databaseQuestion())
			s.send(stray + "\x1b[B " + stray + "\r")
			s.want(done, []string{"postgres", "mysql"})
			done = begin(t.Context(), p.Input, Question{Message: "Name?"})
			s.send("sh" + stray + "op\r")
			s.want(done, "shop")
			s.assertRestored()
		})
	}
}

// Letters that match nothing leave a list that still answers to keys, but choose
// nothing: Enter is refused with what there is, until they are gone.
func TestFilterWithoutMatch(t *testing.T) {
	for _, kind := range kinds() {
		t.Run(kind.name, func(t *testing.T) {
			s := openScreen(t, kind)
			p := New(s.tty, s.tty, Look{})
			done := begin(t.Context(), p.Select, authQuestion())
			s.send("oauth\r")
			s.waitFor(`"oauth" matches none of these: none, basic, complete`, 1)
			s.send("baszz\x1b[B\r")
			s.waitFor(`"baszz" matches none of`, 1)
			s.send("zz\x7f\x7f\x1b[B\r") // taken back, so the list counts again
			s.want(done, "basic")

			many := begin(t.Context(), p.MultiSelect, databaseQuestion())
			s.send("zzz\x1b[A\x1b[A\r")
			s.waitFor(`"zzz" matches none of these: sqlite, postgres, mysql`, 1)
			s.send("zzz\x7f\x7f\x7f\r")
			s.want(many, []string{"mysql"})
			s.assertRestored()
		})
	}
}

// NO_COLOR takes the colours only: the list is still drawn, and answers to keys.
func TestDrawnWithoutColors(t *testing.T) {
	s := openScreen(t, usual())
	p := New(s.tty, s.tty, Look{Colorless: true})
	q := authQuestion()
	q.Validate = func(answer string) error {
		if answer == "none" {
			return errors.New("not that")
		}
		return nil
	}
	done := begin(t.Context(), p.Select, q)
	s.send("\r")
	s.waitFor("not that", 1)
	s.send("\x1b[B\r")
	s.want(done, "basic")
	if !strings.Contains(s.text(), "\x1b[2K") || regexp.MustCompile(`\x1b\[[0-9;]*[1-9][0-9;]*m`).MatchString(s.text()) {
		t.Errorf("shown: %q", s.text())
	}
	s.assertRestored()
}

func TestDrawnValidation(t *testing.T) {
	s := openScreen(t, usual())
	p := New(s.tty, s.tty, Look{})
	refuse := func(bad string) func(string) error {
		return func(answer string) error {
			if answer == bad {
				return errors.New("not \x1b[31mthat")
			}
			return nil
		}
	}
	q := authQuestion()
	q.Validate = refuse("none")
	done := begin(t.Context(), p.Select, q)
	s.send("\r")
	s.waitFor("not  [31mthat", 1)
	s.send("\x1b[B\r")
	s.want(done, "basic")

	q = databaseQuestion()
	q.Validate = refuse("mysql")
	done = begin(t.Context(), p.MultiSelect, q)
	s.send("\r \r")
	s.want(done, []string{"sqlite", "mysql"})

	done = begin(t.Context(), p.Input, Question{Message: "Name?", Validate: refuse("x")})
	s.send(" x \r")
	s.waitFor("not  [31mthat", 3)
	s.send("y\r")
	s.want(done, "y")
}

// What was wrong with an answer goes once there is a right one, however many lines it
// took.
func TestRefusalsGo(t *testing.T) {
	for _, columns := range []uint16{80, 40} {
		s := openScreen(t, terminalKind{"drawing", columns, 24, truly})
		p := New(s.tty, s.tty, Look{})
		refuse := func(answer string) error {
			if answer == "x" || answer == "none" || answer == "mysql" {
				return errors.New("that can't be, for a reason that needs some words to be understood")
			}
			return nil
		}
		mode, databases := authQuestion(), databaseQuestion()
		mode.Validate, databases.Validate = refuse, refuse
		done := begin(t.Context(), p.Select, mode)
		s.waitFor("Which mode?", 1)
		s.send("\r")
		s.waitFor("that can't", 1)
		s.send("\r")
		s.waitFor("that can't", 2)
		s.send("\x1b[B\r")
		s.want(done, "basic")
		done = begin(t.Context(), p.MultiSelect, databases)
		s.waitFor("Which database?", 1)
		s.send("\r")
		s.waitFor("that can't", 3)
		s.send(" \r")
		s.want(done, []string{"sqlite", "mysql"})
		done = begin(t.Context(), p.Input, Question{Message: "Name?", Validate: refuse})
		s.waitFor("Name?", 1)
		s.send("x\r")
		s.waitFor("that can't", 4)
		s.send("y\r")
		s.want(done, "y")
		s.assertRestored()
		if got, want := s.drawnText(), "? Which mode? basic\n? Which database? sqlite, mysql\n? Name? y\n<end>"; got != want {
			t.Errorf("at %d columns, the screen shows:\n%s\nwant:\n%s", columns, got, want)
		}
	}
}

// On a narrow terminal, no word of an option, a help or a refusal is broken.
func TestWordsAreWhole(t *testing.T) {
	s := openScreen(t, terminalKind{"drawing", 40, 24, truly})
	p := New(s.tty, s.tty, Look{})
	words := "registration, log-in and log-out, one's profile and one's password"
	q := Question{
		Message: "Which?", Help: "It can be changed later with forge add auth.",
		Options:  []Option{{"basic", words}, {"complete", words}},
		Validate: func(string) error { return errors.New("none of these can be chosen here and now, unfortunately") },
	}
	shows := func(what, key string, lines ...string) {
		t.Helper()
		s.send(key)
		s.waitFor(what, 1)
		for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			if shown := s.drawnText(); strings.Contains(shown, strings.Join(lines, "\n")) {
				return
			} else if time.Now().After(deadline) {
				t.Fatalf("the screen shows:\n%s\nwant:\n%s", shown, strings.Join(lines, "\n"))
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	done := begin(ctx, p.Select, q)
	s.waitFor("profile", 2)
	shows("later", "?", "? It can be changed later with forge add", "auth.", "? Which?")
	shows("basic", "", "> basic - registration, log-in and", "log-out, one's profile and one's", "password", "  complete - registration, log-in and", "log-out, one's profile and one's", "password")
	shows("unfortunately", "\r", "X none of these can be chosen here and", "now, unfortunately")
	stop()
	s.wait(done)
	done = begin(t.Context(), p.MultiSelect, Question{Message: "Many?", Options: q.Options})
	shows("Many?", "", "> [ ]  basic - registration, log-in and", "log-out, one's profile and one's", "password", "  [ ]  complete - registration, log-in", "and log-out, one's profile and one's", "password")
	s.send("\r")
	s.want(done, []string{})
	s.assertRestored()
}
