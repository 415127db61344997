package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/forge-go/forge/generator/evolve"
	"github.com/forge-go/forge/generator/project"
)

// branches reads the project as it is on both branches, and where they began.
func (m gitMerge) branches(ctx context.Context) (b evolve.Branches, err error) {
	if b.Ours, err = readBranch(ctx, m.dir, m.ours); err != nil {
		return b, err
	}
	if b.Theirs, err = readBranch(ctx, m.dir, m.theirs); err != nil {
		return b, err
	}
	if m.base == "" {
		return b, nil
	}
	base, err := readBranch(ctx, m.dir, m.base)
	if errors.Is(err, fs.ErrNotExist) { // The project is younger than the branches.
		return b, nil
	}
	b.Base = &base
	return b, err
}

// readBranch reads the project as it is in a commit.
func readBranch(ctx context.Context, dir, commit string) (evolve.Branch, error) {
	files, err := readCommit(ctx, dir, commit)
	if err != nil {
		return evolve.Branch{}, err
	}
	p, err := project.Read(files)
	if err != nil {
		return evolve.Branch{}, fmt.Errorf("reading commit %.12s: %w", commit, err)
	}
	return evolve.Branch{Project: p, Files: files}, nil
}

// mostBlob bounds the files of a commit that are read, in bytes. Nothing that forge
// writes is nearly as large.
const mostBlob = 16 << 20

// readCommit reads the plain files below a folder as they are in a commit.
func readCommit(ctx context.Context, dir, commit string) (fs.FS, error) {
	list, err := askGit(ctx, dir, "ls-tree", "-r", "-l", "-z", commit)
	if err != nil {
		return nil, fmt.Errorf("listing commit %.12s: %w", commit, err)
	}
	archive := &txtar.Archive{}
	var ids strings.Builder
	for entry := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		words := strings.Fields(about) // mode, type, id, size
		if len(words) != 4 || !strings.HasPrefix(words[0], "100") {
			continue // A link, or another repository.
		}
		if size, err := strconv.Atoi(words[3]); err != nil || size > mostBlob {
			continue
		}
		archive.Files = append(archive.Files, txtar.File{Name: name})
		fmt.Fprintln(&ids, words[2])
	}
	contents, err := gitWith(ctx, dir, ids.String(), "cat-file", "--batch")
	if err != nil {
		return nil, fmt.Errorf("reading commit %.12s: %w", commit, err)
	}
	reader := bufio.NewReader(bytes.NewReader(contents))
	for i := range archive.Files {
		if archive.Files[i].Data, err = readBlob(reader); err != nil {
			return nil, fmt.Errorf("reading %s of commit %.12s: %w", archive.Files[i].Name, commit, err)
		}
	}
	return txtar.FS(archive)
}

// readBlob reads one answer of git cat-file --batch.
func readBlob(from *bufio.Reader) ([]byte, error) {
	header, err := from.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(header) // id, type, size
	if len(words) != 3 {
		return nil, fmt.Errorf("git said %q", strings.TrimSpace(header))
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, err
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(from, content); err != nil {
		return nil, err
	}
	return content[:size], nil
}
