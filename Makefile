PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# On Debian the package python3-venv brings what makes a virtual environment.

.PHONY: demo test cluster check lab constraints clean

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

# The tests of results that an engine makes, in an environment of its own.
cluster: $(VENV)-cluster/installed
	$(VENV)-cluster/bin/python -m pytest -n 0 -m cluster tests/system/test_cluster.py

$(VENV)-cluster/installed: pyproject.toml constraints-cluster.txt
	$(PYTHON) -m venv --clear $(VENV)-cluster
	$(VENV)-cluster/bin/python -m pip install --quiet --no-deps --require-hashes --requirement constraints-cluster.txt
	$(VENV)-cluster/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

PINS := uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --quiet

# Renew the pins: needs uv.
constraints:
	$(PINS) --extra notebooks --extra dev --output-file constraints.txt
	sed -E 's/ \\$$//; /^ +--hash=/d' constraints.txt > pins.txt
	$(PINS) --extra cluster --extra engine --constraint pins.txt --output-file constraints-cluster.txt
	rm pins.txt

clean:
	rm -rf $(VENV) $(VENV)-cluster demo build dist
