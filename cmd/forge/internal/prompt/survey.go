package prompt

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"
)

// drawer asks with survey.
type drawer struct {
	in, out   *os.File
	colorless bool
	keys      *keyboard
}

func (d *drawer) Select(ctx context.Context, q Question) (string, error) {
	chosen, err := q.defaults()
	if err != nil {
		return "", err
	}
	labels := labels(q.Options)
	prompt := &survey.Select{
		Message: printable(q.Message), Help: d.help(q),
		Options: labels, Description: d.describe(q.Options, pointer), Filter: narrow(labels),
	}
	if len(chosen) > 0 {
		prompt.Default = chosen[0]
	}
	value := func(answer any) string {
		return q.Options[answer.(survey.OptionAnswer).Index].Value
	}
	var typed string // before the last key
	pressed := func() { typed = strings.TrimSpace(prompt.FilterMessage) }
	answer, err := d.ask(ctx, prompt, pressed, func(answer any) error {
		return cmp.Or(matched(typed, labels), q.check(value(answer)))
	})
	if err != nil {
		return "", err
	}
	return value(answer), nil
}

func (d *drawer) MultiSelect(ctx context.Context, q Question) ([]string, error) {
	chosen, err := q.defaults()
	if err != nil {
		return nil, err
	}
	labels := labels(q.Options)
	prompt := &survey.MultiSelect{
		Message: printable(q.Message), Help: d.help(q), Default: chosen,
		Options: labels, Description: d.describe(q.Options, box), Filter: narrow(labels),
	}
	values := func(answer any) []string {
		var indices []int
		for _, a := range answer.([]survey.OptionAnswer) {
			indices = append(indices, a.Index)
		}
		return q.values(indices)
	}
	var typed string // before the last key
	pressed := func() { typed = strings.TrimSpace(prompt.FilterMessage) }
	answer, err := d.ask(ctx, prompt, pressed, func(answer any) error {
		return cmp.Or(matched(typed, labels), q.check(strings.Join(values(answer), ",")))
	})
	if err != nil {
		return nil, err
	}
	return values(answer), nil
}

func (d *drawer) Input(ctx context.Context, q Question) (string, error) {
	prompt := &survey.Input{
		Message: printable(q.Message), Help: d.help(q), Default: printable(q.Default),
	}
	answer, err := d.ask(ctx, prompt, func() {}, func(answer any) error {
		return q.check(strings.TrimSpace(answer.(string)))
	})
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(answer.(string)), nil
}

func (d *drawer) Confirm(ctx context.Context, q Question) (bool, error) {
	prompt := &survey.Confirm{
		Message: printable(q.Message), Help: d.help(q), Default: q.Default == "yes",
	}
	answer, err := d.ask(ctx, prompt, func() {}, func(any) error { return nil })
	if err != nil {
		return false, err
	}
	return answer.(bool), nil
}

// ask runs one survey prompt and returns the answer that check accepts; pressed
// is called before survey sees a key. The terminal is restored however it
// ends, even by a panic of check.
func (d *drawer) ask(ctx context.Context, prompt survey.Prompt, pressed func(), check survey.Validator) (any, error) {
	if ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	dialog := &dialog{ctx: ctx, in: d.in, out: d.out, colorless: d.colorless, keys: d.keys, pressed: pressed}
	restore, err := dialog.open()
	if err != nil {
		return nil, unanswered(err)
	}
	defer restore()
	keep := &answer{}
	showRefusals()
	err = await(ctx, func() error {
		return survey.AskOne(&erasing{prompt: prompt, columns: d.columns()}, keep,
			survey.WithStdio(input{dialog}, output{dialog}, output{dialog}),
			survey.WithPageSize(dialog.page()),
			survey.WithValidator(check))
	})
	if err == nil {
		return keep.value, nil
	}
	if !errors.Is(err, terminal.InterruptErr) {
		// survey ends the line of the question only in the cases it knows.
		_, _ = io.WriteString(d.out, "\r\n")
	}
	if errors.Is(err, terminal.InterruptErr) || ctx.Err() != nil {
		return nil, ErrInterrupted
	}
	return nil, unanswered(err)
}

// showRefusals makes survey show why an answer is refused, and no more, so that an
// empty refusal erases the one before.
var showRefusals = sync.OnceFunc(func() {
	survey.ErrorTemplate = `{{with .Error.Error}}{{color $.Icon.Format}}{{$.Icon.Text}} {{.}}{{color "reset"}}
{{end}}`
})

// erasing is a prompt of survey whose refusals go once an answer is accepted: survey
// would leave the last one above it.
type erasing struct {
	prompt  survey.Prompt
	columns int // of the terminal
	stdio   terminal.Stdio
	refused bool
}

// Prompt asks once.
func (e *erasing) Prompt(config *survey.PromptConfig) (any, error) { return e.prompt.Prompt(config) }

// WithStdio passes the terminal on to the prompt.
func (e *erasing) WithStdio(stdio terminal.Stdio) {
	e.stdio = stdio
	e.prompt.(interface{ WithStdio(terminal.Stdio) }).WithStdio(stdio)
}

// Error shows why an answer is refused.
func (e *erasing) Error(config *survey.PromptConfig, refusal error) error {
	e.refused = true
	return e.prompt.Error(config, errors.New(wrapped(refusal.Error(), len(sign), e.columns)))
}

// Cleanup shows the answer in place of the question.
func (e *erasing) Cleanup(config *survey.PromptConfig, answer any) error {
	if e.refused {
		if err := e.prompt.Error(config, errors.New("")); err != nil {
			return err
		}
		// A list is drawn where the cursor was saved last: below what is erased.
		cursor := terminal.Cursor{In: e.stdio.In, Out: e.stdio.Out}
		if err := cursor.Save(); err != nil {
			return err
		}
	}
	return e.prompt.Cleanup(config, answer)
}

// answer receives an answer as it is; survey's own copying goes by the names of
// types and fields.
type answer struct{ value any }

func (a *answer) WriteAnswer(_ string, value any) error {
	a.value = value
	return nil
}

// page is how many options are shown at a time: as many as leave room for the
// question, at most ten: survey says nothing of those that it does not show.
func (d *dialog) page() int {
	_, rows := d.size()
	return min(max(rows-2, 1), 10)
}

func labels(options []Option) []string {
	var labels []string
	for _, o := range options {
		labels = append(labels, printable(o.Value))
	}
	return labels
}

// What survey writes before a help and a refusal, and before the options of a Select
// and of a MultiSelect.
const (
	sign    = "? "
	pointer = "> "
	box     = "> [x]  "
)

func (d *drawer) help(q Question) string {
	return wrapped(printable(q.Help), len(sign), d.columns())
}

func (d *drawer) describe(options []Option, before string) func(string, int) string {
	return func(label string, i int) string {
		return wrapped(printable(options[i].Description), terminal.StringWidth(before+label+" - "), d.columns())
	}
}

// columns returns the width of the terminal; 0 if it has none.
func (d *drawer) columns() int {
	columns, _, err := term.GetSize(int(d.out.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// narrowest is the fewest columns in which words are kept whole: in fewer, the blanks
// would take too much of the screen.
const narrowest = 20

// wrapped fills the end of a line with blanks where the next word of a text would be
// broken. survey counts columns, so that its own way to break lines stays right. The
// text begins at a column.
func wrapped(text string, at, columns int) string {
	if columns < narrowest {
		return text
	}
	var out strings.Builder
	for i, word := range strings.Split(text, " ") {
		if i > 0 && at%columns > 0 {
			out.WriteByte(' ')
			at++
		}
		width, left := terminal.StringWidth(word), columns-at%columns
		if left < width && width <= columns {
			out.WriteString(strings.Repeat(" ", left))
			at += left
		}
		out.WriteString(word)
		at += width
	}
	return out.String()
}
