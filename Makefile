PYTHON ?= python3
VENV := .venv

.PHONY: test clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@

test: $(VENV)/installed
	$(VENV)/bin/python -m pytest

clean:
	rm -rf $(VENV)
