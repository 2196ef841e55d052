# What a maintainer runs. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
REQUIREMENTS := infra/requirements
.DEFAULT_GOAL := help
.PHONY: help env demo demo-reset build check test lint bench lock clean chromium

help: ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: .venv/.made .venv-cloud/.made ## Make the Python environments, locked and hashed

# An environment is made anew when its lock changes; the stamp is written last, so a broken-off one is redone.
.venv/.made: $(REQUIREMENTS)/dev.txt pyproject.toml
	@$(PYTHON) infra/environment.py .venv $(REQUIREMENTS)/dev.txt --with-project

.venv-%/.made: $(REQUIREMENTS)/%.txt
	@$(PYTHON) infra/environment.py .venv-$* $<

demo: env ## Run the whole network on this machine: site :8000, mailbox :8025
	@$(BIN)/alumni local $(ARGS)

demo-reset: env ## Forget what the demo stored
	@$(BIN)/alumni local --reset $(ARGS)

build: env ## Build the site into build/site
	@$(BIN)/alumni build

check: env ## Check every item that HR wrote
	@$(BIN)/alumni check

test: env chromium ## Run every test, the browser's on the running stack too
	@$(BIN)/pytest

chromium:
	@sh infra/chromium.sh

lint: env .venv-checkov/.made ## ruff, mypy, cfn-lint, checkov, templates, lock files
	@$(BIN)/python -m infra.lint

bench: env .venv-awscli/.made ## Measure, side by side with peers; writes build/bench.json
	@$(BIN)/python -m infra.bench

lock: env ## Renew the lock files (needs the package index)
	@$(BIN)/python -m infra.lint.locks --renew

clean: ## Remove environments and everything built
	@rm -rf .venv .venv-* build
