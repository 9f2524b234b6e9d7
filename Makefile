# The verbs of the project. Everything that runs writes under VIGIE_HOME (default: var/).
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The interpreter of the machine is used; none is fetched from elsewhere.
export UV_PYTHON_DOWNLOADS := never
# Unwritten bytecode would be compiled again at each start of each process.
unexport PYTHONDONTWRITEBYTECODE

UV := $(or $(shell command -v uv),.tools/bin/uv)
READY := .venv/.synced
VIGIE := .venv/bin/vigie
# Superset's pins contradict ours: its tests use an environment of its own, and are skipped without it.
SUPERSET := .tools/superset
export VIGIE_SUPERSET_VENV ?= $(patsubst %/.ready,%,$(abspath $(wildcard $(SUPERSET)/.ready)))

.PHONY: bundle wheel help run test quick test-superset up down desk install-service console superset lint demo demo-session soak year clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(READY) ## one whole night under Airflow (on a synthetic region when there is no drop folder)
	@test -d "$${VIGIE_HOME:-var}/depot" || $(VIGIE) demo
	@$(VIGIE) night

# In the order of the folders, those of the short tests last: no worker is left alone with a night at the end.
PYTEST := .venv/bin/pytest -n auto --dist loadfile --no-loadscope-reorder

test: $(READY) ## every test, offline; as root on Debian, brings first the packages that some need
	@bash .ci/bring-packages
	$(PYTEST)

quick: $(READY) ## the tests of small parts: no gate, no build, no night, no browser
	$(PYTEST) tests/unit tests/dags tests/supervision

test-superset: $(READY) $(SUPERSET)/.ready ## the dashboards on a real Superset, which it installs
	VIGIE_SUPERSET_VENV=$(abspath $(SUPERSET)) .venv/bin/pytest tests/bi

up: $(READY) ## Airflow stays up on 127.0.0.1:8080
	@$(VIGIE) up

down: $(READY) ## stops it
	@$(VIGIE) down

install-service: $(READY) ## a systemd service for a machine without containers (as root)
	@service/install

bundle: | $(UV) ## an archive in dist/ that installs without any network
	@UV="$(UV)" service/bundle

wheel: | $(UV) ## the Python package in dist/
	$(UV) build --quiet --wheel

desk: $(READY) ## the desk on 127.0.0.1:8090 (access links: vigie desk invite)
	@$(VIGIE) desk

console: $(READY) ## SQL on the published file
	@$(VIGIE) console

superset: | $(UV) ## Superset on 127.0.0.1:8088, reading the published file
	@PATH="$(abspath .tools/bin):$$PATH" bi/superset/local

demo: $(READY) ## a synthetic region in the drop folder
	@$(VIGIE) demo

demo-session: $(READY) ## in the synthetic region, after its night: a session of two months ago, and what moved since
	@$(VIGIE) session freeze "COPIL 2026-09" --known-on 2026-09-20
	@$(VIGIE) publish
	@$(VIGIE) export
	@$(VIGIE) site

# What is too long for a test; MINUTES scales it.
MINUTES := 20
soak: $(READY) ## kills, hostile files, a full disk, damage, for MINUTES=20 (benchmarks/soak)
	.venv/bin/python benchmarks/soak/run.py --minutes $(MINUTES)

year: $(READY) ## 365 nights one after the other, some hours (benchmarks/year)
	.venv/bin/python benchmarks/year/run.py

lint: $(READY) ## what every commit must pass
	.venv/bin/ruff check .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/sqlfluff lint --processes 0 dbt_project
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

clean: ## forgets the environment and the caches, never the data
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen
	@touch $@

$(SUPERSET)/.ready: bi/superset/requirements.txt | $(UV)
	$(UV) venv --quiet --clear --python '>=3.10,<3.13' $(SUPERSET)
	$(UV) pip install --quiet --python $(SUPERSET)/bin/python -r $<
	@touch $@

.tools/bin/uv:
	@bash .ci/bring-uv
