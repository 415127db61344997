.DEFAULT_GOAL := help
.PHONY: help demo build install test test-all check lint fmt bench generate modules golden changelog docs pictures foreign release extras rename clean

# One way of compiling: every step, and every test that compiles, finds in the
# cache what another has compiled.
export GOFLAGS := $(strip $(shell go env GOFLAGS) -trimpath)

# The mode and the port of the service that "make demo" runs.
AUTH := complete
PORT := 8000
DEMO := build/demo/myapi

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## make a complete service and run it: make demo [AUTH=none] [PORT=8001]
	@rm -rf $(DEMO)
	@build/forge new myapi --auth=$(AUTH) --yes --quiet --dir $(DEMO)
	@echo "forge has written a service to $(DEMO); compiling it (a minute or two the first time)"
	@cd $(DEMO) && go build ./...
	@cd $(DEMO) && PORT=$(PORT) $(MAKE) --no-print-directory run 2>&1 | { trap '' INT TERM; while IFS= read -r line; do \
		case $$line in *": PORT="*" make run") line="$${line%%: PORT=*}: make demo PORT=$$(($(PORT) + 1))" ;; esac; \
		printf '%s\n' "$$line"; \
		case $$line in *listening*http://*) up=1; $(ADDRESSES) ;; esac; \
	done; test -n "$$up"; } >&2

# What is printed when the service answers.
ADDRESSES = echo; echo "  Open http://localhost:$(PORT)/docs   (Ctrl-C stops the service)"; \
	echo "  The start page, http://localhost:$(PORT), shows what to try and where to change it"; \
	test $(AUTH) != complete || echo "  Mails are on http://localhost:$(PORT)/dev/mailbox"; echo

build: ## build build/forge
	@test -e build/forge || echo "compiling forge (half a minute the first time)"
	@CGO_ENABLED=0 go build -trimpath -o build/forge ./cmd/forge

install: ## install forge into Go's bin folder
	CGO_ENABLED=0 go install -trimpath ./cmd/forge

test: ## test forge and its three modes on SQLite; FLAGS=-v names each test
	@go run ./scripts/test -short $(FLAGS)

test-all: ## test on real servers, all routers and more; FORGE_REQUIRE_ALL=1 leaves nothing out
	@go run ./scripts/services -memory go run ./scripts/test $(FLAGS)

check: ## look for unformatted, unvetted and untidy files
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "unformatted: $$unformatted"; exit 1; }
	go vet ./...
	go mod tidy -diff

lint: check ## check, and golangci-lint where it is installed
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else echo "LEFT OUT: golangci-lint is not installed"; fi

fmt: ## format the code
	gofmt -w cmd generator scripts templates docs

bench: ## measure forge and the services it writes, and write BENCHMARKS.md
	go run ./scripts/services go run ./scripts/bench BENCHMARKS.md

release: ## build archives, packages, SBOMs and checksums into build/release
	@goreleaser=$$(command -v goreleaser || echo go run github.com/goreleaser/goreleaser/v2@v2.15.1); \
		git describe --exact-match --tags >/dev/null 2>&1 || snapshot=--snapshot; \
		$$goreleaser release --clean --skip=publish $$snapshot

extras: build ## make what archives hold beside the program: completions, manual pages
	@mkdir -p build/extras/completions build/extras/man
	@build/forge completion bash >build/extras/completions/forge.bash
	@build/forge completion zsh >build/extras/completions/_forge
	@build/forge completion fish >build/extras/completions/forge.fish
	@build/forge completion powershell >build/extras/completions/forge.ps1
	@go test ./cmd/forge -count=1 -run '^TestManPages$$' -man "$(CURDIR)/build/extras/man" >/dev/null

docs: ## make the pages a static site with a search, in build/docs
	@go run ./scripts/site build/docs
	@echo "build/docs/index.html; to search it, serve it: (cd build/docs && python3 -m http.server)"

pictures: ## make the pictures of README.md again (needs Chromium)
	go run ./scripts/pictures docs/pictures

foreign: ## try forge add auth on programs of required modules, or on MODULES="MODULE@VERSION ..."
	@go run ./scripts/foreign $(MODULES)

generate: modules golden changelog ## write all generated files anew

changelog: ## copy CHANGELOG.md to where forge upgrade reads it
	@cp CHANGELOG.md cmd/forge/changelog.md

modules: ## tidy and pin the modules of every combination (needs the network)
	go run ./scripts/modules

golden: ## write testdata/golden and testdata/matrix.golden
	go test ./generator -run '^Test(Golden|Matrix)' -update

# Imports are what begins a line; that a path is one, go mod edit checks.
rename: ## give forge another module path: make rename MODULE=example.com/you/forge
	@test -n "$(MODULE)" || { echo 'name it: make rename MODULE=example.com/you/forge' >&2; exit 2; }
	@old=$$(go list -m) && go mod edit -module "$(MODULE)" && \
		find cmd docs generator scripts templates -name testdata -prune -o -name '*.go' -exec \
		sed -i.before "s|^\(import \)\{0,1\}\([[:space:]]*[[:alnum:]_.]* *\"\)$$old\([/\"]\)|\1\2$(MODULE)\3|" {} +
	@find cmd docs generator scripts templates -name '*.go.before' -exec rm {} +
	@$(MAKE) --no-print-directory fmt
	@go mod tidy

clean: ## remove what was built
	rm -rf build
