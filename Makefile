# Everything a developer runs. It needs Go, make, git and gcc (for the race detector); tests that
# want redis-server, Chromium or promtool say so where they are missing.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 20s
PACKAGES ?= ./...

.DEFAULT_GOAL := help
.PHONY: help demo build release vulncheck test race fuzz bench bench-mail bench-match eval lint generate clean bench-hook bench-state nightly soak

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## Try it: everything embedded, sample postings, a page for the mails (127.0.0.1:8080)
	bin/jobalertd demo

build: ## Build bin/jobalertd, one static file
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/jobalertd ./cmd/jobalertd

release: bin/cyclonedx-gomod bin/go-licenses ## Build bin/release: programs for Linux and macOS, checksums, SBOM, licences
	.ci/release '$(VERSION)'

vulncheck: bin/govulncheck ## Ask vuln.go.dev whether the program calls anything with a known fault
	bin/govulncheck ./cmd/jobalertd

test: ## Run all tests (PACKAGES=./mailer/... for some, TESTFLAGS=-v to see each)
	go test $(TESTFLAGS) $(PACKAGES)

race: ## Run all tests under the race detector
	go test -race $(TESTFLAGS) $(PACKAGES)

NIGHTLY_SEEDS ?= 10000
NIGHTLY_YEARS  ?= 5
NIGHTLY_ROUNDS ?= 200

nightly: ## Play 10,000 seeded stories under faults and 5 years, and kill processes in 200 rounds
	go test -count=1 -v -timeout 6h -run 'TestDaysWithFaults|TestAYear' ./cmd/internal/app -args -sim.seeds $(NIGHTLY_SEEDS) -sim.years $(NIGHTLY_YEARS)
	go test -count=1 -timeout 2h -v -run TestKillingDaemonsAndRedisAtRandomLosesNothing ./cmd/jobalertd -args -kill.rounds $(NIGHTLY_ROUNDS)

SOAK ?= 1h

soak: ## Keep two replicas under mixed load and faults for an hour; fail if memory grows or a promise breaks (SOAK=60s)
	go test -count=1 -timeout 25h -v -run '^TestSoak$$' ./cmd/jobalertd -args -soak $(SOAK)

fuzz: ## Run every fuzz target for FUZZTIME each (20s)
	.ci/fuzz '$(FUZZTIME)' $(PACKAGES)

bench: ## Run all benchmarks
	go test -run '^$$' -bench . -benchmem $(PACKAGES)

eval: ## Measure how well postings are read, on the labelled ones in ../shared/data
	go test -count=1 -run TestEval -v ./alerts/normalize

MAILS ?= 4000

# smtp-sink and smtp-source of the Debian package postfix take part where they are on PATH.
bench-mail: ## Compare the way from Redis to a relay with go-mail and smtp-source (MAILS=1000 for fewer)
	go test -count=1 -timeout 1h -run '^TestBenchMail$$' -v ./cmd/internal/app -args -mails $(MAILS)

FILTERS ?= 10000,100000,1000000

# The roaring bitmaps it is compared with are added to a copy of go.mod, so that the product does not
# depend on them.
bench-match: ## Compare the matching index with the oracle and with roaring bitmaps (FILTERS=10000 for fewer)
	@mkdir -p bin && cp go.mod bin/bench.mod && cp go.sum bin/bench.sum
	go get -modfile=bin/bench.mod github.com/RoaringBitmap/roaring/v2@v2.30.0
	go test -modfile=bin/bench.mod -overlay alerts/match/testdata/overlay.json -count=1 -timeout 1h \
		-run '^TestBench$$' -v ./alerts/match -args -filters $(FILTERS)

SIGNUPS ?= 20000

bench-hook: ## Compare the signup hook with a bare SET, 64 clients, durable Redis; and who is known with who is not (SIGNUPS=1000 for fewer)
	go test -run '^$$' -bench '^Benchmark(Hook|Timing)$$' -benchtime $(SIGNUPS)x -timeout 1h ./cmd/internal/app
	go test -run '^$$' -bench '^BenchmarkHookByWrk$$' -benchtime 1x -timeout 1h ./cmd/internal/app

SUBSCRIBERS ?= 100000

bench-state: ## Measure the store: load, bytes each, restart, the run of eight o'clock (SUBSCRIBERS=1000000)
	go test -count=1 -timeout 2h -run '^TestBenchState$$' -v ./cmd/internal/app -args -subscribers $(SUBSCRIBERS)

lint: bin/staticcheck ## Check the format, go vet, staticcheck, the files under deploy/
	@unformatted=$$(gofmt -l alerts cmd mailer subscribers); \
	if [ -n "$$unformatted" ]; then echo "gofmt -w would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	bin/staticcheck ./...
	cd .tools && go test ./...

generate: ## Write the generated files under deploy/ anew
	go test ./cmd/internal/config ./cmd/internal/dashboards -run TestTheFilesUnderDeployAreUpToDate -update

clean: ## Remove what was built
	rm -rf bin

# Tools are pinned in a module of their own, so that the product does not depend on them.
bin/staticcheck bin/govulncheck bin/cyclonedx-gomod bin/go-licenses: .tools/go.mod .tools/go.sum
	cd .tools && go build -o ../bin/ $$(go list -f '{{.ImportPath}}' tool | grep '/$(@F)$$')
