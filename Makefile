# make run, make test: each does its own set-up. `make help` lists all.
# A fresh machine needs Python 3.11 or newer with its venv module, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A stamp is newer than what it was installed from; so `make` installs again only when that changed.
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test quick check collected faults mutants bench requirements clean $(VENV)

# Python keeps what it compiles, whatever the environment says: each worker of the tests would compile all of them anew.
export PYTHONDONTWRITEBYTECODE :=

help: ## what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: $(RUNTIME) ## start everything with a small sample, show it, and say what to try next (KAFKA=1: topics, too)
	@$(BIN)/python -c '' 2>/dev/null || { echo "$(VENV) was made with a Python that you may not run;" \
	    "clone Antiphon into a folder of your own, or name another environment: make run VENV=…" >&2; exit 1; }
	@ANTIPHON_EMBEDDED_MAIL=$(or $(ANTIPHON_EMBEDDED_MAIL),1) $(if $(KAFKA),ANTIPHON_EMBEDDED_KAFKA=$(KAFKA)) \
	    $(BIN)/antiphon run

# (By worksteal: other ways of sharing them out run tests of the same name, such as the contract's, only once.
# tests.unsteady repeats the few that fail, and names those that then pass.)
test: $(DEV) ## set up, check style, types and floors, run all tests
	@$(MAKE) --no-print-directory --jobs=2 check collected
	$(BIN)/python -m tests.unsteady -n auto --maxprocesses=6 --dist worksteal

quick: $(DEV) ## the tests that need no server, in a minute or two
	$(BIN)/python -m pytest --quick -n auto --maxprocesses=6 --dist worksteal

check: $(DEV) ## style, types and floors only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Beside the checks, which take one processor: the tests are compiled once, and not by each worker. What cannot be
# collected is told by the run of the tests.
collected: $(DEV)
	@$(BIN)/python -m pytest --collect-only --quiet >/dev/null 2>&1 || true

faults: SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
faults: $(DEV) ## the fault tests in their long form, with another seed each time (SEED=… repeats one)
	@echo "seed $(SEED): make faults SEED=$(SEED) repeats this run"
	ANTIPHON_LONG=1 ANTIPHON_SEED=$(SEED) $(BIN)/python -m pytest -m faults --hypothesis-seed=$(SEED) --timeout=1800

mutants: SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
mutants: $(DEV) ## how many small faults in rules and commands the tests find, in a sample (SEED=… repeats one)
	@echo "seed $(SEED): make mutants SEED=$(SEED) repeats this run"
	$(BIN)/python -m tests.mutants --seed $(SEED)

bench: $(DEV) ## measure each path against its reference in the same run
	$(BIN)/python -m bench

requirements: $(DEV) ## pin anew what requirements/*.in ask for (needs uv; UPGRADE=--upgrade takes newer versions)
	cd requirements && for kind in runtime insight dev clients; do \
	    uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-emit-index-url --no-emit-find-links $$kind.in --output-file $$kind.txt || exit 1; \
	done

clean: ## remove what the above made; data (ANTIPHON_HOME) stays
	rm -rf $(VENV) *.egg-info build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(VENV): $(DEV)

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Antiphon needs Python 3.11 or newer; '$(PYTHON)' is not. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	    echo "'$(PYTHON)' has no venv module. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@[ -w . ] || { echo "$(CURDIR) cannot be written to, and the set-up makes $(VENV) in it;" \
	    "clone Antiphon into a folder of your own" >&2; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(VENV)/pyvenv.cfg requirements/runtime.txt pyproject.toml
	@echo "Installing what it runs on (requirements/runtime.txt): half a minute or so, at the first time only"
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@echo "Installing Antiphon itself"
	@$(PIP) install --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@echo "Installing what its checks and tests run on (requirements/dev.txt): a minute or so, at the first time only"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
