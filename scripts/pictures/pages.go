//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// photograph runs the project and takes pictures of its pages: the start page,
// the mailbox of development, a mail, the documentation, and the page that the
// mail's link opens.
func photograph(ctx context.Context, project, folder string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	browser, err := findBrowser()
	if err != nil {
		return err
	}
	url, stop, err := serve(ctx, project)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	registration := `{"email": "user@example.com", "username": "johndoe", "password": "SecurePass123!"}`
	response, err := http.Post(url+"/api/v1/auth/register", "application/json", strings.NewReader(registration))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("registering: %s", response.Status)
	}
	mail, err := find(ctx, url+"/dev/mailbox", `href="(mailbox/[^"]+)"`)
	if err != nil {
		return err
	}
	link, err := find(ctx, url+"/dev/"+mail, `href="(http[^"]+/verify-email[^"]+)"`)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name, url string
		height    int
	}{
		{"start", url + "/", 1010}, {"docs", url + "/docs", 640}, {"mailbox", url + "/dev/mailbox", 260},
		{"mail", url + "/dev/" + mail, 760}, {"link", link, 420},
	} {
		if err := shoot(ctx, browser, p.url, filepath.Join(folder, p.name+".png"), p.height); err != nil {
			return err
		}
	}
	return nil
}

// photographAccount makes a project with all features, and takes a picture of the
// page on which developers try them.
func photographAccount(ctx context.Context, work, folder string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	browser, err := findBrowser()
	if err != nil {
		return err
	}
	project := filepath.Join(work, "features")
	if err := command(ctx, work, "./forge", "new", "example.com/myapi", "--with=all", "--yes", "--dir", project).Run(); err != nil {
		return fmt.Errorf("making a project with features: %w", err)
	}
	url, stop, err := serve(ctx, project)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return shoot(ctx, browser, url+"/dev/account", filepath.Join(folder, "account.png"), 1060)
}

// shoot takes a picture of a page.
func shoot(ctx context.Context, browser, url, file string, height int) error {
	shot := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		fmt.Sprintf("--window-size=900,%d", height), "--virtual-time-budget=20000", "--screenshot="+file, url)
	if text, err := shot.CombinedOutput(); err != nil {
		return fmt.Errorf("photographing %s: %w\n%s", filepath.Base(file), err, text)
	}
	return nil
}

func findBrowser() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("Chromium is missing: apt-get install chromium")
}

// find waits for a page that matches, and returns what the pattern's group is.
func find(ctx context.Context, url, pattern string) (string, error) {
	for {
		response, err := http.Get(url)
		if err != nil {
			return "", err
		}
		page, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return "", err
		}
		if match := regexp.MustCompile(pattern).FindSubmatch(page); match != nil {
			return html.UnescapeString(string(match[1])), nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("%s never had %s", url, pattern)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// serve builds and runs the project for development, on the port that its
// pages show.
func serve(ctx context.Context, project string) (url string, stop func() error, err error) {
	if err := command(ctx, project, "go", "build", "-trimpath", "-o", "service", "./cmd/myapi").Run(); err != nil {
		return "", nil, fmt.Errorf("building the service: %w", err)
	}
	if connection, err := net.Dial("tcp", "localhost:8000"); err == nil {
		return "", nil, errors.Join(errors.New("port 8000 is taken"), connection.Close())
	}
	cmd := command(ctx, project, "./service", "serve")
	cmd.Env = append(os.Environ(), "ENVIRONMENT=development", "PORT=8000")
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error { return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()) }
	for range 100 {
		if connection, err := net.Dial("tcp", "localhost:8000"); err == nil {
			return "http://localhost:8000", stop, connection.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", nil, errors.Join(errors.New("the service does not listen"), stop())
}
