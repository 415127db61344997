// Command main is a client in little: it logs in, refreshes, creates and reads
// pages.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	golang "example.com/client"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	api, err := golang.NewClientWithResponses(os.Getenv("API"))
	if err != nil {
		return err
	}
	login, err := api.LoginWithResponse(ctx, nil, golang.LoginRequest{Username: "gopher", Password: "SecurePass123!"})
	if err != nil || login.JSON200 == nil {
		return fmt.Errorf("logging in: %v, %+v", err, login.ApplicationproblemJSON401)
	}
	tokens, err := api.RefreshWithResponse(ctx, golang.RefreshRequest{RefreshToken: login.JSON200.RefreshToken})
	if err != nil || tokens.JSON200 == nil {
		return fmt.Errorf("refreshing: %v, %+v", err, tokens.ApplicationproblemJSON401)
	}
	authorize := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+tokens.JSON200.AccessToken)
		return nil
	}
	made := map[int64]bool{}
	for i := range 5 {
		note, err := api.CreateNoteWithResponse(ctx, golang.CreateNoteRequest{Title: fmt.Sprint("from Go ", i)}, authorize)
		if err != nil || note.JSON201 == nil {
			return fmt.Errorf("creating: %v, %s", err, note.Body)
		}
		made[note.JSON201.Id] = true
	}
	limit, pages := int64(2), golang.ListNotesParams{}
	pages.Limit = &limit
	for {
		page, err := api.ListNotesWithResponse(ctx, &pages, authorize)
		if err != nil || page.JSON200 == nil {
			return fmt.Errorf("listing: %v, %s", err, page.Body)
		}
		for _, note := range page.JSON200.Items {
			delete(made, note.Id)
		}
		if page.JSON200.NextCursor == nil {
			break
		}
		pages.Cursor = page.JSON200.NextCursor
	}
	if len(made) > 0 {
		return fmt.Errorf("on no page: %v", made)
	}
	return nil
}
