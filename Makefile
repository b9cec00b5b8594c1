# The front door: `make local` deploys an environment to the emulator, `make test` passes every test, `make` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The environment that local, destroy and diff are about.
ENV ?= dev

GOLANGCI_LINT_VERSION := v2.12.2
CONFTEST_VERSION := v0.71.1
WORK := $(CURDIR)/.work
BIN := $(WORK)/bin
export PATH := $(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
# Terraform downloads the provider once for all stacks, checked against the lock file. From then on it is taken from that copy alone,
# so that no network is needed; a Terraform configuration of your own (TF_CLI_CONFIG_FILE) goes before.
PLUGINS := $(WORK)/plugins
ifeq ($(origin TF_CLI_CONFIG_FILE)$(wildcard $(PLUGINS)/registry.terraform.io/hashicorp/aws/5.100.0),undefined)
export TF_PLUGIN_CACHE_DIR := $(PLUGINS)
else ifeq ($(origin TF_CLI_CONFIG_FILE),undefined)
export TF_CLI_CONFIG_FILE := $(WORK)/terraform.rc
endif
# The lock file is committed and nothing phones home.
export CDKTF_SKIP_PROVIDER_LOCK := true
export CHECKPOINT_DISABLE := 1
# The linter's cache speaks of files by their place, so that one that two checkouts share tells each of the other's.
export GOLANGCI_LINT_CACHE := $(WORK)/golangci-lint

GO_FILES := $(shell find . -name '*.go' -not -path './node_modules/*' -not -path './.work/*') go.mod go.sum
EMBEDDED := $(shell find internal policy -name '*.py' -o -name '*.js' -o -name '*.rego')

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: local
local: tools ## deploy ENV (dev) to a local emulator, then show that nothing is left to change
	@scripts/local.sh deploy $(ENV)

.PHONY: destroy
destroy: tools ## destroy ENV (dev) on the emulator, show that nothing of it is left
	@scripts/local.sh destroy $(ENV)

.PHONY: status
status: $(BIN)/writersroom ## what runs on the emulator
	@writersroom status

.PHONY: test
test: lint unit synth e2e ## every test

.PHONY: lint
lint: $(BIN)/golangci-lint ## go vet, golangci-lint and the formatters
	golangci-lint run
	cd test/scanner && golangci-lint run

.PHONY: unit
unit: ## the tests that need neither synthesis nor the emulator: seconds
	go test ./envs/... ./internal/... ./stacks/... ./constructs/... ./functions/... ./cmd/...

.PHONY: synth
synth: node_modules terraform plugins $(BIN)/conftest $(BIN)/scanner ## the tests of the synthesized stacks, read by the real provider
	go test -count=1 -timeout 20m ./test

# How many run at once is the tests' own to say. Terraform and the provider hold the schemas of all of AWS, and go through them at every
# garbage collection: with fewer of these a plan of dev takes a quarter less of the processor, and holds 1 GB where it was 0.6.
e2e: export GOGC = 400
.PHONY: e2e
e2e: tools $(BIN)/scanner ## the tests on the emulator
	go test -count=1 -timeout 30m -parallel 64 ./test/e2e

.PHONY: scan
scan: terraform plugins $(BIN)/scanner ## the synthesized stacks, and what must be found, against an outside scanner
	go test -count=1 ./test -run TestScan

.PHONY: scanner
scanner: $(BIN)/scanner ## build the outside scanner, which holds its checks

.PHONY: bench
bench: ## how long synthesis takes, as multiples measured on this machine
	go test ./test -run '^$$' -bench . -benchtime 5x

.PHONY: golden
golden: $(BIN)/conftest $(BIN)/scanner ## write the golden files anew, after a change that is meant
	go test ./test -update

.PHONY: tools
tools: node_modules terraform plugins $(BIN)/writersroom # the emulator's own requirements are met, or told, by `writersroom up`

node_modules: package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer from https://nodejs.org" >&2; exit 1; }
	npm ci --no-fund --no-audit --loglevel=error
	@touch node_modules

.PHONY: terraform
terraform:
	@command -v terraform >/dev/null || { echo "terraform is missing: install 1.11 or newer from https://developer.hashicorp.com/terraform/install" >&2; exit 1; }

.PHONY: plugins
plugins:
	@mkdir -p $(PLUGINS)
	@printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' '$(PLUGINS)' >$(WORK)/terraform.rc

$(BIN)/writersroom: $(GO_FILES) $(EMBEDDED)
	go build -o $@ ./cmd/writersroom

$(BIN)/golangci-lint: Makefile
	GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@touch $@

# A module of its own, so that what the scanner is made of is in no go.mod of ours.
$(BIN)/scanner: $(wildcard test/scanner/*)
	go -C test/scanner build -ldflags='-s -w' -o $@ .

$(BIN)/conftest: Makefile
	GOBIN=$(BIN) go install github.com/open-policy-agent/conftest@$(CONFTEST_VERSION)
	@touch $@
