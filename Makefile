# `make demo` and `make test` are the two commands; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help demo test install format lint unit docs bench clean

help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: install ## set everything up and run the whole loop on real data
	@$(BIN)/python examples/demo.py

test: install lint ## set everything up, lint, and pass every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests

install: $(INSTALLED) ## create .venv with Treadle and everything it is developed with

$(INSTALLED): requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

format: install ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

lint: install ## style, strict types, floors of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: install ## the fast tests only
	$(BIN)/python -m pytest -n 2 tests/unit

docs: install ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

bench: install ## measure start-up and pipeline overhead
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/pipeline.py

clean: ## remove the environment and everything generated
	rm -rf $(VENV) build demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
