// Package resourcetest has resources for tests.
package resourcetest

import (
	"fmt"
	"testing"

	"github.com/forge-go/forge/generator/project"
	"github.com/forge-go/forge/generator/resource"
)

// Some returns notes and tasks that their owners see, and articles that everybody
// reads; in a project without accounts, all are everybody's. Together, they have
// fields of all types.
func Some(t testing.TB, accounts bool) []project.Resource {
	t.Helper()
	var there []*resource.Resource
	var all []project.Resource
	for i, asked := range []resource.Asked{
		{Name: "note", Specs: []string{"title:string(120)", "body:text?", "done:bool=false", "due:date?"}, Unique: []string{"title"}, Index: []string{"due"}},
		{Name: "task", Specs: []string{"title:string", "note:ref", "parent:ref(task)?", "state:enum(open,done)=open", "at:time?", "price:decimal", "count:int"}, Index: []string{"count"}},
		{Name: "article", Read: resource.Public, Specs: []string{"slug:string", "text:text"}, Unique: []string{"slug"}},
	} {
		if !accounts {
			asked.Owner, asked.Read = resource.None, ""
		}
		r, err := resource.Parse(asked, accounts)
		if err == nil {
			err = r.Link(there)
		}
		if err != nil {
			t.Fatal(err)
		}
		r.Migration = fmt.Sprintf("2026010100000%d_%s", i, r.MigrationTitle())
		there, all = append(there, r), append(all, r.Answer())
	}
	return all
}
