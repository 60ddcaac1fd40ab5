# Thin: each target is a line or two. PORT=, DATA=, RESET=1 and every other setting go through the environment.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := demo
.PHONY: demo test check fuzz pictures guide-pictures bench bench-uploads faults clean

.venv/portal: pyproject.toml
	$(PYTHON) -m venv .venv && $(BIN)/pip install -q -e . && touch $@

.venv/tests: pyproject.toml
	$(PYTHON) -m venv .venv && $(BIN)/pip install -q -e '.[test,s3,redis]' && touch $@ .venv/portal

demo: .venv/portal
	@$(BIN)/portal demo

# Everything on SQLite, then on PostgreSQL what touches the database, then the browser against a served instance.
test: .venv/tests
	$(BIN)/python -m pytest --ignore=tests/browser -n 2
	$(BIN)/python -m pytest --ignore=tests/browser -n 2 --database=postgresql \
		--ignore=tests/domain --ignore=tests/documents --ignore=tests/storage --ignore=tests/permissions
	$(BIN)/python -m pytest tests/browser

check: .venv/tests
	$(BIN)/ruff check portal tests && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/portal messages --check

fuzz: .venv/tests
	FUZZ=deep $(BIN)/python -m pytest tests/hostile -n 2
	FUZZ=deep $(BIN)/python -m pytest tests/hostile -n 2 --database=postgresql

pictures: .venv/tests
	$(BIN)/python -m tests.browser.pictures

guide-pictures: .venv/tests
	$(BIN)/python -m tests.browser.guide

bench: .venv/tests
	$(BIN)/python -m tests.benchmarks

bench-uploads: .venv/tests
	$(BIN)/python -m tests.benchmarks.uploads

faults: .venv/tests
	$(BIN)/python -m tests.faults

clean:
	rm -rf .venv instance dist
