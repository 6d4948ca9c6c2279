# What a person does here. Each target sets up .venv by itself; see deploy/setup.sh.
.PHONY: help setup run test check demo faults bench lock clean
.DEFAULT_GOAL := help

# Resolved when used: as root, .venv is a link out of a checkout that the service user may not be able to enter.
BIN = $$(readlink -f .venv)/bin

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST) | expand -t 14

setup:
	@sh deploy/setup.sh

run: setup  ## the platform on 127.0.0.1:8000 with an embedded PostgreSQL and five federations; Ctrl-C stops it
	@exec $(BIN)/thidua run

test: setup  ## the whole suite
	@$(BIN)/python -m pytest

check: setup  ## ruff, mypy, import contracts, the rules of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/rules

demo: setup  ## five campaigns from launch to decision on a throw-away database, checked
	@exec $(BIN)/thidua demo

faults: setup  ## kill -9 under load, by hand: what is lost (nothing), and a control that loses; one to three minutes
	@exec $(BIN)/python -m benchmarks.faults

bench: setup  ## our store beside others, in one run; QUICK=1: under three minutes, ONLY=appends,web: some of it
	@PYTHONPATH=src exec $(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(WRITE),--write)

lock:  ## resolve deploy/requirements.in anew into deploy/requirements.lock
	@sh deploy/lock.sh

clean:  ## remove .venv and what the tools left; the data folder stays
	rm -rf build src/thidua.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests deploy -name __pycache__ -type d -prune -exec rm -rf {} +
	if [ -L .venv ]; then rm -rf "$$(readlink .venv)"; fi
	rm -rf .venv
