package project

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/tools/txtar"
)

// A base is a txtar archive in the format of gzip. txtar can't hold every file: it adds a
// missing final line end and takes a line "-- name --" for the next file. A
// file that txtar would change is kept as one line of standard base64 under
// its path followed by encodedSuffix; no path in a project contains that.
const (
	encodedSuffix = ";base64"
	baseComment   = "What forge wrote. Files named *" + encodedSuffix + " are base64, since txtar would change them.\n"
)

// EncodeBase keeps files byte for byte, except for secret ones, which it
// leaves out. The same files result in the same bytes.
func EncodeBase(files []File) ([]byte, error) {
	texts, size := [][]byte{[]byte(baseComment)}, 0
	for _, f := range files {
		if f.Class != Secret {
			texts = append(texts, encodeFile(f))
		}
	}
	for _, text := range texts {
		size += len(text)
	}
	var out bytes.Buffer
	out.Grow(size + size/1000 + 100)
	// Its header has no name and no time. Nothing is compressed, which takes longer than
	// all else that a command does; and git stores only what differs between two bases.
	zip, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return nil, fmt.Errorf("packing the base: %w", err)
	}
	for _, text := range texts {
		if _, err := zip.Write(text); err != nil {
			return nil, fmt.Errorf("packing the base: %w", err)
		}
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("packing the base: %w", err)
	}
	return out.Bytes(), nil
}

// mostBase bounds the memory that a base may take; what forge writes is about
// a megabyte.
const mostBase = 64 << 20

// DecodeBase returns the content of each file in a base, by path. Like a
// manifest, it may come from anywhere.
func DecodeBase(encoded []byte) (map[string][]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("unpacking the base: %w", err)
	}
	var text bytes.Buffer
	text.Grow(len(encoded) + bytes.MinRead)
	if _, err := text.ReadFrom(io.LimitReader(zip, mostBase+1)); err != nil {
		return nil, fmt.Errorf("unpacking the base: %w", err)
	}
	if text.Len() > mostBase {
		return nil, fmt.Errorf("unpacking the base: it is larger than %d MiB", mostBase>>20)
	}
	contents := make(map[string][]byte)
	var paths []string
	for _, f := range txtar.Parse(text.Bytes()).Files {
		path, isEncoded := strings.CutSuffix(f.Name, encodedSuffix)
		content := f.Data
		if isEncoded {
			if content, err = base64.StdEncoding.DecodeString(strings.TrimSuffix(string(f.Data), "\n")); err != nil {
				return nil, fmt.Errorf("unpacking %s from the base: %w", path, err)
			}
		}
		contents[path] = content
		paths = append(paths, path)
	}
	if err := checkPaths(paths); err != nil {
		return nil, fmt.Errorf("unpacking the base: %w", err)
	}
	return contents, nil
}

// encodeFile returns a file as it stands in the archive.
func encodeFile(f File) []byte {
	if text := format(f.Path, f.Content); survives(text, f) {
		return text
	}
	return format(f.Path+encodedSuffix, []byte(base64.StdEncoding.EncodeToString(f.Content)+"\n"))
}

func format(name string, content []byte) []byte {
	return txtar.Format(&txtar.Archive{Files: []txtar.File{{Name: name, Data: content}}})
}

// survives reports whether txtar returns a file as it was.
func survives(text []byte, f File) bool {
	parsed := txtar.Parse(text)
	return len(parsed.Files) == 1 && parsed.Files[0].Name == f.Path && bytes.Equal(parsed.Files[0].Data, f.Content)
}
