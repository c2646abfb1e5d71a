# Unionhall: everything that is done by hand, by name. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
UNIONHALL := $(BIN)/unionhall
WORKERS ?= 2
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS)
# The demo has a home of its own: database, keys, secret, sessions and files never mix with real ones.
DEMO := var/demo
WITH_DEMO := UNIONHALL_HOME="$(CURDIR)/$(DEMO)" UNIONHALL_KEYS="$(CURDIR)/$(DEMO)/keys.toml" \
	DATABASE_URL="sqlite:///$(CURDIR)/$(DEMO)/unionhall.sqlite3"

##@ Try it

help: ## List what can be made
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: install $(DEMO)/accounts.txt ## Build a demo federation and serve it on 127.0.0.1:8000
	@$(WITH_DEMO) $(UNIONHALL) migrate --verbosity 0
	@$(WITH_DEMO) $(UNIONHALL) collectstatic --noinput --verbosity 0
	@cat $(DEMO)/accounts.txt
	@echo "Unionhall is at http://127.0.0.1:8000 (Ctrl-C ends it, make clean-demo forgets it)"
	@$(WITH_DEMO) $(UNIONHALL) serve

run: install ## Serve the database of DATABASE_URL (or the default one) on 127.0.0.1:8000
	@$(UNIONHALL) migrate --verbosity 0
	@$(UNIONHALL) collectstatic --noinput --verbosity 0
	@$(UNIONHALL) serve

clean-demo: ## Forget the demo federation
	rm -rf $(DEMO)

##@ Change it

setup: ## Install what is needed to work on Unionhall, into .venv and node_modules
	@$(PYTHON) scripts/setup --dev

tidy: setup ## Format Python and templates, and mend what the linter can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@git ls-files -z '*.html' | xargs -0 --no-run-if-empty $(BIN)/djade --target-version 5.2 || true

check: setup ## Format, lint, floors, types, migrations, documents, messages and the fast tests (about a minute)
	@$(MAKE) -j $(WORKERS) --output-sync=target static
	@$(MAKE) fast

messages: setup ## Bring the message catalogues to what the code says, and compile them
	@$(BIN)/python scripts/messages collect
	@$(BIN)/python scripts/messages compile

docs: setup ## Write the documents that are made from the code
	@$(UNIONHALL) docs

new-module: ## Begin a module: make new-module name=things [title=Things] [chinese=事物]
	@$(PYTHON) scripts/new-module $(name) $(if $(title),--title "$(title)") $(if $(chinese),--chinese "$(chinese)")

lock: ## Write the lock files anew (arguments="--upgrade" takes the newest)
	@scripts/lock $(arguments)

clean: ## Remove everything that was made: .venv, node_modules, caches, the demo
	rm -rf .venv node_modules unionhall/kernel/static/vendor static-root $(DEMO) htmlcov screenshots
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +

##@ Prove it

test: ## Install all that tests need, then run every check and every test, on SQLite, PostgreSQL and in a browser
	@$(PYTHON) scripts/setup --dev --system
	@$(MAKE) -j $(WORKERS) --output-sync=target static
	@echo "== The suite on PostgreSQL"
	@scripts/postgres --or-skip -- $(PYTEST) -m "not browser and not scale"
	@echo "== The suite on SQLite"
	@$(PYTEST) -m "not browser and not postgres"
	@echo "== The browser"
	@$(BIN)/pytest -m browser

fast: # the tests that are quick enough for every change
	@$(PYTEST) -q -m "not browser and not scale and not postgres"

test-pg: setup ## Run the suite on a throw-away PostgreSQL server
	@scripts/postgres -- $(PYTEST) -m "not browser"

story: setup ## Run the stories: what a union does, told step by step
	@$(BIN)/pytest tests/stories

browser: setup ## Drive the pages in a real Chromium
	@$(BIN)/pytest -m browser

bench: setup ## Measure Unionhall beside its peers and the physical limit
	@$(BIN)/python benchmarks

# The parts of `make check`; each can be made alone.
.PHONY: static format lint floors types migrations deploy documents templates security catalogues
static: types format lint floors migrations deploy documents templates security catalogues

format:
	@$(BIN)/ruff format --check .

lint:
	@$(BIN)/ruff check .

floors:
	@$(BIN)/lint-imports

types:
	@$(BIN)/mypy

migrations:
	@$(UNIONHALL) makemigrations --check --dry-run

deploy:
	@UNIONHALL_TLS=1 $(UNIONHALL) check --deploy --fail-level WARNING

documents:
	@$(UNIONHALL) docs --check

templates:
	@git ls-files -z '*.html' | xargs -0 --no-run-if-empty $(BIN)/djade --check --target-version 5.2

security:
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml unionhall scripts/*

catalogues:
	@$(BIN)/python scripts/messages check

# The parts of `make demo`.
.PHONY: install
install:
	@$(PYTHON) scripts/setup

# The accounts are written last: where they stand, the demo is whole.
$(DEMO)/accounts.txt:
	@rm -rf $(DEMO)
	@mkdir -p $(DEMO)
	@$(WITH_DEMO) $(UNIONHALL) keys create
	@$(WITH_DEMO) $(UNIONHALL) migrate --verbosity 0
	@$(WITH_DEMO) $(UNIONHALL) demo | tee $(DEMO)/accounts.part
	@mv $(DEMO)/accounts.part $@

.PHONY: help demo run clean-demo setup tidy check messages docs new-module lock clean test fast test-pg story browser bench
