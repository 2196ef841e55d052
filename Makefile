# What a maintainer runs. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
REQUIREMENTS := infra/requirements
.DEFAULT_GOAL := help
# Creates an environment, or names the Python that is missing.
MAKE_ENVIRONMENT = @command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "$(PYTHON) is not here: install Python 3.11 or newer, or run 'make PYTHON=/path/to/python3'." >&2; exit 1; }; \
  "$(PYTHON)" infra/dev/environment.py

.PHONY: help env install uninstall demo demo-reset build check test test-long quick lint bench lock clean pictures test-tools

help: ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: .venv/.made .venv-cloud/.made build/npm/.made ## Make the Python environments, locked and hashed

install: env ## Put the `alumni` command on the PATH, in ~/.local/bin
	@$(BIN)/python -m infra.dev.launcher install

uninstall: env ## Undo `make install`
	@$(BIN)/python -m infra.dev.launcher uninstall

# An environment is created again when its lock changes; its stamp is written last, so an interrupted one is too.
.venv/.made: $(REQUIREMENTS)/dev.txt pyproject.toml
	$(MAKE_ENVIRONMENT) .venv $(REQUIREMENTS)/dev.txt --with-project

.venv-%/.made: $(REQUIREMENTS)/%.txt
	$(MAKE_ENVIRONMENT) .venv-$* $<

demo: env ## Run the whole network here: site :8000, inbox :8025 (others: ARGS='--port-site 8001')
	@$(BIN)/alumni local $(ARGS)

demo-reset: env ## Forget what the demo stored
	@$(BIN)/alumni local --reset $(ARGS)

build: env ## Build the site into build/site
	@$(BIN)/alumni build

check: env ## Check every item that HR wrote
	@$(BIN)/alumni check

test: env .venv-checkov/.made test-tools build/lighthouse/.made build/readers/.made ## Run every test, the browser's on the running stack too
	@$(BIN)/pytest -n 2 --dist loadscope

test-long: env ## Longer crash runs and more random examples: some 15 minutes, not in CI
	@echo "Ten minutes of crashes, 200 runs of killed processes, 500 examples of each random test."
	@$(BIN)/pytest -n 2 --dist loadscope --long tests/functions tests/site

quick: env ## Rules, the site, and the handlers of what changed since main: under a minute
	@$(BIN)/python -m infra.dev.quick

pictures: env test-tools ## Take the pictures in the docs again, after a change of their pages
	@mkdir -p docs/pictures
	@DOCS_PICTURES=1 $(BIN)/pytest -n 0 tests/e2e/test_docs_pictures.py

test-tools: ## Install Chromium, SpamAssassin and npm for the tests, where the system lets us
	@sh infra/dev/test-tools.sh

# What the door's page loads of others. Without npm the site works, but iPhones can't scan tickets.
build/npm/.made: site/npm/package.json site/npm/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@if command -v npm >/dev/null 2>&1; then cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --silent && touch .made; \
	  else echo "npm is not here: iPhones won't be able to scan tickets at the door."; fi

LIGHTHOUSE := $(addprefix infra/dev/lighthouse/,package.json package-lock.json scores.mjs)
build/lighthouse/.made: $(LIGHTHOUSE) | test-tools
	@mkdir -p $(@D) && cp $(LIGHTHOUSE) $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --silent && touch .made

READERS := $(addprefix infra/dev/readers/,package.json package-lock.json calendars.mjs)
build/readers/.made: $(READERS) | test-tools
	@mkdir -p $(@D) && cp $(READERS) $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --silent && touch .made

lint: env .venv-checkov/.made ## ruff, mypy, cfn-lint, checkov, parliament, workflows, templates, lock files
	@$(BIN)/python -m infra.dev.lint

bench: env .venv-awscli/.made ## Measure, side by side with peers; writes build/bench.json
	@$(BIN)/python -m infra.dev.bench

lock: env ## Renew the lock files (needs the package index)
	@$(BIN)/python -m infra.dev.lint.locks --renew

clean: ## Remove environments and everything built
	@rm -rf .venv .venv-* build
