# `make demo` and `make test` do all set-up themselves; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test check lint unit bench screens lock translations peers clean
SHELL := /bin/sh
bin := .venv/bin
python := $(bin)/python
workers ?= 3

# The environment is ours alone: an active one is neither used nor touched.
unexport VIRTUAL_ENV
unexport PYTHONPATH
unexport PYTHONHOME
# Without compiled modules each start of a program compiles them all.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## build .venv from the lock; says what of the system is missing
	@sh scripts/bootstrap.sh

demo: setup ## a bridge, a desktop and callers over real SIP; without a screen: pictures and a report
	@$(bin)/agent-desktop --demo $(ARGS)

run: setup ## the desktop; ARGS="--url bridge.example.org"
	@$(bin)/agent-desktop $(ARGS)

check: setup ## lint, types, import rules, translations, unit tests; under a minute
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint unit

lint:
	@$(bin)/ruff check .
	@$(bin)/ruff format --check --quiet .
	@$(bin)/mypy
	@$(bin)/lint-imports > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@$(python) scripts/translations.py check

unit:
	@FICHA_QUICK=1 QT_QPA_PLATFORM=offscreen $(bin)/pytest -q -n $(workers) --dist loadgroup tests/unit

test: setup ## every test but the benchmarks; those whose peer is not installed skip by name
	@QT_QPA_PLATFORM=offscreen $(bin)/pytest -q -n $(workers) --dist loadgroup --ignore=tests/bench tests $(ARGS)

bench: setup ## measure; ONLY=pop runs one, QUICK=1 a short form
	@QT_QPA_PLATFORM=offscreen $(python) -m tests.bench $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick)

screens: setup ## every screen to a picture, es/en, light/dark, in screens-output/
	@QT_QPA_PLATFORM=offscreen $(python) -m tests.helpers.screens screens-output $(ARGS)

translations: setup ## collect the texts and compile the languages
	@$(python) scripts/translations.py update
	@$(python) scripts/translations.py compile

lock: setup ## write requirements*.txt anew; ARGS=--upgrade for the newest versions
	@sh scripts/lock.sh $(ARGS)

peers: ## as root on Debian: install Asterisk, SIPp, baresip, PostgreSQL for the tests
	@sh scripts/peers.sh

clean: ## remove the environment and everything generated
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .lint-imports.log \
	    build dist demo-output bench-output screens-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
