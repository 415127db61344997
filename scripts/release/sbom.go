package main

import (
	"encoding/hex"
	"encoding/json"
	"runtime/debug"
	"time"
)

// bom is a CycloneDX 1.6 document: what a program was built from, as it says
// itself.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

func sbom(info *debug.BuildInfo, version string, at time.Time, sum [32]byte) ([]byte, error) {
	program := component{
		Type: "application", Ref: info.Main.Path, Name: "forge", Version: version,
		PURL:   "pkg:golang/" + info.Main.Path + "@" + version,
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	standard := component{
		Type: "library", Ref: "std", Name: "std", Version: info.GoVersion[len("go"):],
		PURL: "pkg:golang/std@" + info.GoVersion[len("go"):],
	}
	b := bom{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata:   metadata{Timestamp: at.Format(time.RFC3339), Component: program},
		Components: []component{standard},
	}
	needs := dependency{Ref: program.Ref, DependsOn: []string{standard.Ref}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		b.Components = append(b.Components, component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl})
		needs.DependsOn = append(needs.DependsOn, purl)
	}
	b.Dependencies = []dependency{needs}
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}
