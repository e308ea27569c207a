# Two commands on a fresh machine: `make demo` and `make test`. Each installs all that it needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Each of the many processes of a test would compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check conformance bench test-slow torture run setup lock clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: .venv/.run ## play the whole procedure on sample data
	@$(BIN)/kinerja demo

run: .venv/.run ## run the office in this folder (made on the first run, with practice keys)
	@test -f kinerja.toml || $(BIN)/kinerja init . --practice
	@$(BIN)/kinerja run

test: .venv/.dev ## gates and the fast suite
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"

check: .venv/.dev ## ruff, mypy --strict, import contracts, templates as built
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python templates/build.py --check

conformance: .venv/.dev ## two outside judges (Java, Maven): the EU's DSS of signatures, veraPDF of PDF/A
	@$(BIN)/pytest -q tests/conformance/corpus.py
	@mvn -q -B -f tests/conformance compile exec:java -Dcorpus=$(CURDIR)/tests/conformance/target/corpus

bench: .venv/.dev ## ratios against peers, in .bench/latest.json
	@$(BIN)/python -m tests.bench

test-slow: .venv/.dev .venv/.node ## what takes minutes: kills, long runs
	@$(BIN)/pytest -n 2 -m slow

torture: .venv/.dev ## kill it hundreds of times at work, on both databases; about 40 minutes
	@TORTURE_ROUNDS=2 TORTURE_OFFICIALS=40 TORTURE_EVIDENCE=14 $(BIN)/pytest -s -m slow tests/torture

setup: .venv/.dev ## install everything, run nothing

lock: .venv/.dev ## resolve the dependencies anew into the hash-locked files
	@$(BIN)/uv pip compile pyproject.toml --extra build $(LOCK) -o requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --extra build --extra dev -c requirements.txt $(LOCK) \
		-o requirements-dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --quiet

.venv/.node: .venv/.dev tests/forms/corpus/node/package-lock.json
	@.ci/system-packages node
	@npm ci --ignore-scripts --silent --prefix tests/forms/corpus/node
	@touch $@

clean: ## remove what set-up and benchmarks made
	@rm -rf .venv .bench tests/forms/corpus/node/node_modules

.venv/.base: .ci/system-packages
	@.ci/system-packages office
	@$(PYTHON) -c 'import sqlite3, sys; v = sys.version_info; \
		sys.exit(not (3, 11) <= v < (3, 14) or v >= (3, 12) and sqlite3.sqlite_version_info < (3, 42))' \
		|| { echo "kinerja needs Python 3.11, or 3.12 to 3.13 with SQLite 3.42;" \
			"name one: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.base requirements.txt pyproject.toml
	@echo "Installing Python packages into .venv (hash-locked)"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@.ci/system-packages test
	@echo "Installing test packages into .venv (hash-locked)"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@
