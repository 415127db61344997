package resource

import (
	"strings"

	"github.com/forge-go/forge/generator/field"
)

// Package returns the name of the resource's package.
func (r Resource) Package() string { return strings.ReplaceAll(r.Name, "_", "") }

// Type and Types are its names in Go.
func (r Resource) Type() string { return field.GoName(r.Name) }

// Types is the plural of Type.
func (r Resource) Types() string { return field.GoName(r.Plural) }

// Dashed and Path are its names in paths and operation ids.
func (r Resource) Dashed() string { return strings.ReplaceAll(r.Name, "_", "-") }

// Path is the plural of Dashed.
func (r Resource) Path() string { return strings.ReplaceAll(r.Plural, "_", "-") }

// TableName is that of the table, with which those of indexes and constraints begin.
func (r Resource) TableName() string { return r.TablePrefix + r.Plural }

// Label and Labels are its names in a sentence.
func (r Resource) Label() string { return strings.ReplaceAll(r.Name, "_", " ") }

// Labels is the plural of Label.
func (r Resource) Labels() string { return strings.ReplaceAll(r.Plural, "_", " ") }

// Title is Label with a capital, to begin a sentence.
func (r Resource) Title() string { return strings.ToUpper(r.Name[:1]) + r.Label()[1:] }

// A is Label with the indefinite article.
func (r Resource) A() string {
	if strings.ContainsRune("aeiou", rune(r.Name[0])) && !strings.HasPrefix(r.Name, "uni") && !strings.HasPrefix(r.Name, "use") {
		return "an " + r.Label()
	}
	return "a " + r.Label()
}

// irregular maps words to plurals that follow no rule.
func irregular() map[string]string {
	return map[string]string{
		"person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice", "goose": "geese",
		"foot": "feet", "tooth": "teeth", "ox": "oxen", "leaf": "leaves", "life": "lives", "knife": "knives",
		"wife": "wives", "half": "halves", "shelf": "shelves", "wolf": "wolves", "loaf": "loaves", "thief": "thieves",
		"hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "analysis": "analyses", "basis": "bases",
		"crisis": "crises", "diagnosis": "diagnoses", "thesis": "theses", "criterion": "criteria", "quiz": "quizzes",
	}
}

// uncountable lists words without a plural, which the user has to choose.
func uncountable() []string {
	return strings.Fields("advice aircraft baggage cash data deer equipment feedback fish furniture hardware homework information knowledge luggage media money music news progress research rice series sheep software species traffic weather")
}

// pluralOf returns the plural of a name in snake case, whose last word changes, or
// an empty string for a word without one.
func pluralOf(name string) string {
	at := strings.LastIndexByte(name, '_') + 1
	head, word := name[:at], name[at:]
	for _, odd := range uncountable() {
		if word == odd {
			return ""
		}
	}
	if plural, ok := irregular()[word]; ok {
		return head + plural
	}
	switch last := word[len(word)-1]; {
	case strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"), last == 's', last == 'x', last == 'z':
		return head + word + "es"
	case last == 'y' && len(word) > 1 && !strings.ContainsRune("aeiou", rune(word[len(word)-2])):
		return head + word[:len(word)-1] + "ies"
	}
	return head + word + "s"
}

// NameOf returns the name that becomes this plural, or an empty string if no rule
// leads there.
func NameOf(plural string) string {
	at := strings.LastIndexByte(plural, '_') + 1
	head, word := plural[:at], plural[at:]
	for one, many := range irregular() {
		if many == word {
			return head + one
		}
	}
	for _, end := range [][2]string{{"ies", "y"}, {"es", ""}, {"s", ""}} {
		one, ok := strings.CutSuffix(word, end[0])
		if one += end[1]; ok && one != "" && pluralOf(head+one) == plural {
			return head + one
		}
	}
	return ""
}
