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

// A base is a gzipped txtar archive. txtar can't hold every file: it adds a
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
	archive := &txtar.Archive{Comment: []byte(baseComment)}
	for _, f := range files {
		if f.Class == Secret {
			continue
		}
		archive.Files = append(archive.Files, encodeFile(f))
	}
	var out bytes.Buffer
	// Its header has no name and no time. Speed, since somebody waits for it.
	zip, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("packing the base: %w", err)
	}
	if _, err := zip.Write(txtar.Format(archive)); err != nil {
		return nil, fmt.Errorf("packing the base: %w", err)
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
	text, err := io.ReadAll(io.LimitReader(zip, mostBase+1))
	if err != nil {
		return nil, fmt.Errorf("unpacking the base: %w", err)
	}
	if len(text) > mostBase {
		return nil, fmt.Errorf("unpacking the base: it is larger than %d MiB", mostBase>>20)
	}
	contents := make(map[string][]byte)
	var paths []string
	for _, f := range txtar.Parse(text).Files {
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

func encodeFile(f File) txtar.File {
	plain := txtar.File{Name: f.Path, Data: f.Content}
	if survives(plain) {
		return plain
	}
	return txtar.File{
		Name: f.Path + encodedSuffix,
		Data: []byte(base64.StdEncoding.EncodeToString(f.Content) + "\n"),
	}
}

// survives reports whether txtar returns a file as it was.
func survives(f txtar.File) bool {
	parsed := txtar.Parse(txtar.Format(&txtar.Archive{Files: []txtar.File{f}}))
	return len(parsed.Files) == 1 && parsed.Files[0].Name == f.Name && bytes.Equal(parsed.Files[0].Data, f.Data)
}
