# Two commands for newcomers: `make run` and `make test`. Both set up everything they need.
# They need Python 3.11+, make and the package registries; Node comes from a wheel when there is none.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE := 1

# Babel reads zh_CN as zh_Hans_CN, and looks for its catalogue under that name.
CATALOGUE := portal/translations/zh_Hans_CN/LC_MESSAGES/messages
STYLES := $(shell find static -path static/build -prune -o -type f -print)

.PHONY: run test serve check lint types contracts translations format lock assets bench screens clean messages

run: $(VENV)/.runtime assets $(CATALOGUE).mo ## the demo brand in your browser
	@PORTAL_DEMO=1 flask --app wsgi db upgrade
	@PORTAL_DEMO=1 flask --app wsgi demo load --if-empty
	@PORTAL_DEMO=1 exec flask --app wsgi serve

serve: $(VENV)/.runtime assets $(CATALOGUE).mo ## your own portal, configured by PORTAL_… (see README)
	@flask --app wsgi db upgrade
	@exec flask --app wsgi serve

test: $(VENV)/.development assets $(CATALOGUE).mo ## all tests, on both databases and in a real browser
	@python -m tests.browser.chromium
	python -m pytest -n 2 --dist worksteal

check: lint types contracts translations test ## everything the gate asks for

lint: $(VENV)/.development
	ruff format --check .
	ruff check .

types: $(VENV)/.development
	mypy

contracts: $(VENV)/.development
	lint-imports --no-cache

translations: $(VENV)/.development
	python -m tests.translations

messages: $(VENV)/.development ## refresh the catalogue after changing texts
	python -m tests.translations --update

format: $(VENV)/.development
	ruff check --fix .
	ruff format .

bench: $(VENV)/.development assets $(CATALOGUE).mo ## figures and ratios as one JSON object
	@python -m bench

screens: $(VENV)/.development assets $(CATALOGUE).mo ## every page as pictures, into screens/
	@python -m tests.browser.chromium
	python -m tests.browser.screens

lock: ## refresh the pinned versions
	$(BIN)/pip install --quiet uv
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet --extra dev -o requirements-dev.lock
	uv pip compile requirements-node.in --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-node.lock
	npm install --package-lock-only

clean:
	rm -rf $(VENV) node_modules static/build var screens

# ------------------------------------------------------------------ set-up, step by step

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "The portal needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo 'installing what the portal needs …' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.development: requirements-dev.lock | $(BIN)/python
	@echo 'installing what tests and tools need …' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime

$(VENV)/.node: requirements-node.lock | $(BIN)/python
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
	@touch $@

node_modules/.installed: package-lock.json .npmrc | $(VENV)/.node
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	@touch $@

assets: static/build/manifest.json

static/build/manifest.json: node_modules/.installed $(STYLES)
	@node static/build.mjs >&2

$(CATALOGUE).mo: $(CATALOGUE).po | $(VENV)/.runtime
	@pybabel --quiet compile --domain messages --directory portal/translations
