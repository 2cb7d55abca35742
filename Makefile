PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# On Debian the package python3-venv brings what makes a virtual environment.

.PHONY: demo test check lab constraints clean

demo: $(VENV)/installed
	@$(BIN)/partner-analytics demo --out demo

# The long proofs are sampled; .ci/run sets PARTNER_ANALYTICS_FULL and runs all of each. With bytecode each of the many
# processes starts in two thirds of the time.
test: $(VENV)/installed
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest

check: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(VENV)/installed
	$(BIN)/jupyter lab notebooks

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Renew the pins: needs uv.
constraints:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file constraints.txt

clean:
	rm -rf $(VENV) demo build dist
