package main

import (
	"fmt"
	"strings"

	"github.com/forge-go/forge/generator"
	"github.com/forge-go/forge/generator/adopt/notice"
	"github.com/forge-go/forge/generator/adopt/wire"
	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/shell"
)

const codeAsItWas = "Your code is as it was."

// byHand describes what is left to the user. became begins the text, with what was
// done to their files.
func (p foreignReport) byHand(became string) string {
	survey, plan := p.survey, p.plan
	if plan.Edit != nil {
		return ""
	}
	var text strings.Builder
	text.WriteString(became)
	if survey.Clash() != nil {
		fmt.Fprintf(&text, " Accounts need this to be out of their way:\n%s", clashes(survey.Notices))
		return text.String()
	}
	for i, lines := range plan.Lines {
		lead := " To add accounts to the program, add to"
		if i > 0 {
			lead = "or add to"
		}
		if lines.Of.Wraps() {
			lead = strings.Replace(lead, "add to", "change", 1)
		}
		fmt.Fprintf(&text, "%s %s (%s)\n  %5d  %s\n", lead, lines.File, lines.Of.Function, lines.Import.Number, lines.Import.Text)
		for _, change := range lines.Changed {
			fmt.Fprintf(&text, "  %5d  %s\n", change.Number, change.Text)
		}
	}
	switch {
	case len(plan.Lines) > 0:
		fmt.Fprintf(&text, "or let forge do it: %s\n", p.atFirstLine())
	case survey.Server != nil:
		fmt.Fprintf(&text, " Have the program pass on what begins with %[1]s/api/v1/auth and %[1]s/api/v1/users, as in\n%[2]s", plan.Foreign.PathPrefix, passedOn(plan.Foreign, survey.Server))
	case len(survey.Candidates) == 0, plan.Foreign.Handle == "none" && plan.Foreign.Router.Kind == project.Stdlib:
		fmt.Fprintf(&text, " Put accounts before the handler that the program serves, as in\n%s", inFront(plan.Foreign))
	default:
		fmt.Fprintf(&text, " Call accounts.Mount of %q with the program's router\n", plan.Foreign.AccountsImport())
	}
	return text.String()
}

// clashes lists what the program has and accounts need.
func clashes(notices []notice.Notice) string {
	var text strings.Builder
	var all []string
	for _, n := range notices {
		if n.Grade == notice.Clash {
			all = append(all, fmt.Sprintf("%s (%s)", n.Text, n.Position))
		}
	}
	writeDetails(&text, all)
	return text.String()
}

// inFront returns code that puts accounts in front of any handler.
func inFront(f generator.Foreign) string {
	return fmt.Sprintf(`  import %q

  accounts.Handler(handler) // in the place of handler
`, f.AccountsImport())
}

// passedOn shows how a server that knows no handlers of net/http calls accounts.
func passedOn(f generator.Foreign, server *notice.Server) string {
	return fmt.Sprintf(`  import %q
  import %q

  `+server.Call+` // a handler of the program's own kind
`, f.AccountsImport(), server.Adaptor, "accounts.Handler(http.NotFoundHandler())")
}

// left is the failure of a plan that leaves the line to the user, or nil.
func (p foreignReport) left() *failure {
	if p.plan.Edit != nil {
		return nil
	}
	hint := p.again + " --write-packages, then the lines above"
	switch {
	case p.survey.Clash() != nil && p.survey.Clash().Cure != "":
		hint = fmt.Sprintf("the same command with another --%s", p.survey.Clash().Cure)
	case p.survey.Clash() != nil:
		hint = p.again + " again, once that is out of the way"
	case len(p.plan.Why) > 0 && p.plan.Why[0].Cure != "":
		hint = p.plan.Why[0].Cure + p.again
	case len(p.plan.Lines) > 0:
		hint = p.atFirstLine()
	}
	if len(p.plan.Why) == 1 {
		return &failure{code: exitRefused, message: "the line is left to you, since " + p.plan.Why[0].Text, hint: hint}
	}
	return &failure{code: exitRefused, message: "the line is left to you, since", details: texts(p.plan.Why), hint: hint}
}

// texts lists the reasons without their cures.
func texts(reasons []wire.Reason) []string {
	var all []string
	for _, r := range reasons {
		all = append(all, r.Text)
	}
	return all
}

// atFirstLine is the command that adds the likeliest lines.
func (p foreignReport) atFirstLine() string {
	return fmt.Sprintf("%s --at=%s", p.again, shell.Quote(p.plan.Lines[0].Of.After.String()))
}
