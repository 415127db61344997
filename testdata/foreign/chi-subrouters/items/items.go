package items

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"
)

type Handler struct{ DB *sqlx.DB }

func (h Handler) Routes() chi.Router {
	r := chi.NewRouter()
	r.Get("/", h.list)
	r.Get("/{id}", h.list)
	return r
}

func (h Handler) list(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, chi.URLParam(r, "id"))
}
