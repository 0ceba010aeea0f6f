# Everything below works from a fresh clone with Python 3.11 to 3.13 and keeps to this folder.
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
READY := .venv/ready
UV := $(BIN)/uv --quiet --cache-dir .cache/uv
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test slow chain chain-slow bench goldens check format lock clean
.SILENT:
.DELETE_ON_ERROR:

help:
	echo "make setup    install into .venv what requirements.lock names"
	echo "make run      check and run the short straddle on its market"
	echo "make test     the fast tests (make slow: the slow ones)"
	echo "make chain    the tests on real contracts (make chain-slow: the slow ones); npm fetches what they need"
	echo "make bench    measure the engines and the numerics"
	echo "make check    style, types and the direction of imports (make format: mend the style)"
	echo "make goldens  write the expected outputs anew; read the diff before you commit it"
	echo "make lock     resolve the dependencies anew"

setup: $(READY)

# uv installs the lock in seconds; pip, slower, serves where uv cannot reach what pip is set up to reach.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "stratc needs Python 3.11 or later, and $(PYTHON) is none: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	echo "setting up .venv (once, and when requirements.lock or pyproject.toml change)"
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	pin=$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock); \
	  $(BIN)/python -m pip install --quiet --quiet "$$pin"
	$(UV) pip install --python $(BIN)/python --require-hashes --requirements requirements.lock 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/stratc run strategies/short_straddle

test: setup
	$(BIN)/pytest -n $(JOBS)

slow: setup
	$(BIN)/pytest -m "slow and not chain" -n $(JOBS)

chain: setup
	$(BIN)/python -m stratc.runtime.devnet.fetch
	$(BIN)/python -m stratc.runtime.devnet.fetch_bundler
	$(BIN)/pytest -m "chain and not slow" -n $(JOBS) --dist loadscope -rs

chain-slow: setup
	$(BIN)/python -m stratc.runtime.devnet.fetch
	$(BIN)/pytest -m "chain and slow" -n $(JOBS) -rs

bench: setup
	$(BIN)/python bench/run.py

goldens: setup
	$(BIN)/pytest --goldens
	git diff --stat

check: setup
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check . || { echo "some files are not formatted: make format" >&2; exit 1; }
	$(BIN)/mypy --no-error-summary
	out=$$($(BIN)/lint-imports --no-logo --cache-dir .cache/imports 2>&1) || { echo "$$out" >&2; exit 1; }

format: setup
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

# No index, header or annotation: the lock says what to install, each machine's set-up says from where.
lock: setup
	$(UV) pip compile --upgrade --universal --python-version 3.11 --fork-strategy fewest --all-extras --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .cache build dist *.egg-info src/*.egg-info
