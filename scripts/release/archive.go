package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"time"
)

// pack puts files into one folder of an archive: a zip for Windows, a tar.gz
// elsewhere. Names, times and owners depend on nothing but the arguments.
func pack(t target, folder string, at time.Time, files []file) ([]byte, error) {
	var out bytes.Buffer
	write := packTar
	if t.os == "windows" {
		write = packZip
	}
	if err := write(&out, folder, at, files); err != nil {
		return nil, fmt.Errorf("packing %s: %w", folder, err)
	}
	return out.Bytes(), nil
}

func packTar(out *bytes.Buffer, folder string, at time.Time, files []file) error {
	zipped, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(zipped)
	for _, f := range files {
		header := &tar.Header{Name: folder + "/" + f.name, Mode: f.mode, Size: int64(len(f.content)), ModTime: at, Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(f.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return zipped.Close()
}

func packZip(out *bytes.Buffer, folder string, at time.Time, files []file) error {
	archive := zip.NewWriter(out)
	for _, f := range files {
		header := &zip.FileHeader{Name: folder + "/" + f.name, Method: zip.Deflate, Modified: at}
		header.SetMode(fs.FileMode(f.mode))
		w, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.content); err != nil {
			return err
		}
	}
	return archive.Close()
}
