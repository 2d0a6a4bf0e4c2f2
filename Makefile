# `make run` on a fresh machine with Python 3.11 or newer does everything. `make help` lists the rest.

PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
PACKAGES := scraper_app keywords jobs serp tests
CODE := manage.py conftest.py $(PACKAGES) $(wildcard scripts)
WORKERS_OF_TESTS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run demo test lint format bench bench-jobs bench-parsers chaos corpus screenshots clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

run: .venv/installed ## everything, in the foreground; Ctrl-C stops it
	@exec $(BIN)/python manage.py up

demo: .venv/installed ## as run, in a data folder of its own, with an account and a sample list
	@DATA_DIR=$${DATA_DIR:-.data-demo} exec $(BIN)/python manage.py demo

test: .venv/installed-dev ## every test; ARGS="tests/jobs -k claim" chooses
	@sh scripts/ensure_system_parts.sh
	@exec $(BIN)/pytest -n $(WORKERS_OF_TESTS) $(ARGS)

lint: .venv/installed-dev ## style, types, who imports whom, migrations, templates
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	DATA_DIR=.data/test $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/djlint --profile=django --quiet --lint --ignore=H015 templates
	find $(CODE) -name '*.py' -not -path '*/migrations/*' -exec $(BIN)/django-upgrade --target-version 5.2 --check {} +

format: .venv/installed-dev ## mend what can be mended without thought
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench-parsers: .venv/installed-dev ## what reading a page costs, beside other tools; ATHANOR_CORPUS has the pages
	@exec $(BIN)/python -m scripts.bench_parsers $(ARGS)

bench: .venv/installed-dev ## the figures of docs/benchmarks.md
	@exec $(BIN)/python -m scripts.bench $(ARGS)

bench-jobs: .venv/installed-dev ## the job engine beside a raw loop and its peers; ARGS="--rounds 1 --without-peers" shortens
	@exec $(BIN)/python -m scripts.bench_jobs $(ARGS)

chaos: .venv/installed-dev ## kill everything that can be killed while 2,000 keywords run; ARGS="--seeds 20"
	@exec $(BIN)/python -m scripts.chaos $(ARGS)

corpus: .venv/installed ## parse the saved pages of ATHANOR_CORPUS and compare with the truth
	@exec $(BIN)/python -m serp.corpus $(ARGS)

screenshots: .venv/installed-dev ## every page, desktop and phone, into docs/screenshots
	@sh scripts/ensure_chromium.sh
	@exec $(BIN)/python scripts/screenshots.py $(ARGS)

clean: ## what can be made again; .data stays
	rm -rf .venv .data/test .data-demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it, or name it: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: python3-venv)."; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what requirements.txt names into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what requirements-dev.txt names into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
