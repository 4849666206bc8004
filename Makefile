# Two commands do everything: `make ask Q="..."` and `make test`. Each makes what it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Twice quiet: errors are shown, and not the warning for a page parser's extra that its dependency has outgrown.
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
Q      ?= Why does Russia refuse a ceasefire?

.PHONY: ask test test-slow format gate clean

ask: export QUESTION := $(Q)
ask: $(VENV)/.installed  ## a cited answer, from nothing; that Parley abstains (3) is no error here
	@$(BIN)/parley ask -- "$$QUESTION" || [ $$? -eq 3 ]

test: $(VENV)/.installed-test  ## what CI runs: format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest
	$(MAKE) gate

test-slow: $(VENV)/.installed-test  ## the long runs: soak, kill and load tests
	$(BIN)/pytest -m slow --timeout 3000

gate: export PARLEY_HOME := $(CURDIR)/.parley
gate: $(VENV)/.installed-test  ## the shipped question set beside the committed baseline: a worse answer fails
	$(BIN)/parley ingest
	$(BIN)/parley eval run corpus/questions/corpus.jsonl --out runs/gate --again
	$(BIN)/parley eval compare benchmarks/baseline runs/gate --fail-on-regression contains_each=0.03 \
	  --fail-on-regression balanced_accuracy=0.03 --fail-on-regression Recall@5=0.02 --fail-under delivered=1

format: $(VENV)/.installed-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installing into $(VENV), once: some minutes, 2 GB, most of it torch, which exports the embedding model …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or later; say which: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing the test extras into $(VENV), once …" >&2
	@$(PIP) -e ".[test]"
	@touch $@

clean:
	rm -rf $(VENV) dist build
