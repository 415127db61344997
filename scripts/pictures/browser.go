//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
)

// photograph runs the project and takes pictures of its pages: the documentation,
// the mailbox of development, and the page that a mail's link opens.
func photograph(ctx context.Context, project, folder string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	url, stop, err := serve(ctx, project)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	ctx, closeBrowser, err := openBrowser(ctx)
	if err != nil {
		return err
	}
	defer closeBrowser()
	const register = "#operations-auth-register "
	for _, p := range []struct {
		name   string
		height int64
		steps  []chromedp.Action[chromedp.Void]
	}{
		{"docs", 640, []chromedp.Action[chromedp.Void]{
			chromedp.Navigate(url + "/docs"), chromedp.WaitVisible(register),
		}},
		{"", 0, []chromedp.Action[chromedp.Void]{ // the documented example
			chromedp.Click(register + ".opblock-summary-control"),
			chromedp.Click(register + ".try-out__btn"), chromedp.Click(register + ".execute"),
			chromedp.WaitVisible(chromedp.Search(`//table[contains(@class, "live-responses-table")]//td[contains(., "201")]`)),
		}},
		{"mailbox", 250, []chromedp.Action[chromedp.Void]{
			chromedp.Navigate(url + "/dev/mailbox"),
			chromedp.WaitVisible(chromedp.Search(`//a[contains(., "Verify your email")]`)),
		}},
		{"link", 400, []chromedp.Action[chromedp.Void]{
			chromedp.Click(chromedp.Search(`//a[contains(., "Verify your email")]`)),
			chromedp.Click(chromedp.Search(`//a[contains(., "Verify Email")]`)),
			chromedp.WaitVisible(chromedp.Search(`//h1[contains(., "johndoe")]`)),
		}},
	} {
		if p.name == "mailbox" {
			if err := mailArrives(ctx, project); err != nil {
				return err
			}
		}
		if err := chromedp.Do(ctx, p.steps...); err != nil {
			return fmt.Errorf("opening %s: %w", p.name, err)
		}
		if p.name == "" {
			continue
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(900, p.height)); err != nil {
			return fmt.Errorf("sizing %s: %w", p.name, err)
		}
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return fmt.Errorf("photographing %s: %w", p.name, err)
		}
		if png, err = quantise(png, 64); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, p.name+".png"), png, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func openBrowser(ctx context.Context) (context.Context, func(), error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.DisableGPU, chromedp.WindowSize(900, 640), chromedp.Flag("hide-scrollbars", true))
		allocator, stop := chromedp.NewExecAllocator(ctx, options...)
		page, closePage := chromedp.NewContext(allocator)
		return page, func() { closePage(); stop() }, nil
	}
	return nil, nil, errors.New("Chromium is missing: apt-get install chromium")
}

// serve builds and runs the project for development.
func serve(ctx context.Context, project string) (url string, stop func() error, err error) {
	if err := command(ctx, project, "go", "build", "-trimpath", "-o", "service", "./cmd/myapi").Run(); err != nil {
		return "", nil, fmt.Errorf("building the service: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, "./service", "serve")
	cmd.Dir = project
	cmd.Env = append(os.Environ(), "ENVIRONMENT=development", "PORT="+port)
	log, err := cmd.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "listening") {
			go func() {
				for lines.Scan() { // The service must not wait for a reader.
				}
			}()
			return "http://localhost:" + port, func() error {
				return errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait())
			}, nil
		}
	}
	return "", nil, fmt.Errorf("the service ended: %w", cmd.Wait())
}

// freePort is 8000, as pages of the service show it, where that is free.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:8000")
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

// mailArrives waits for the first mail.
func mailArrives(ctx context.Context, project string) error {
	for {
		names, err := filepath.Glob(filepath.Join(project, "var", "outbox", "*.eml"))
		if err != nil || len(names) > 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("no mail arrived")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
