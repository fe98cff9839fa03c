# Two commands matter: `make run` serves the site, `make test` passes all tests. Both set up what they need.

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint bench lock messages clean

ifeq ($(shell uname -s),Darwin)
# Where Homebrew keeps Pango; Python does not look there by itself.
PYTHON_ENV := DYLD_FALLBACK_LIBRARY_PATH=/opt/homebrew/lib:/usr/local/lib:/usr/lib
endif
# Python keeps what it compiled: each process of the site, and each one a test starts, is there two seconds sooner.
unexport PYTHONDONTWRITEBYTECODE
VENV_PYTHON := $(PYTHON_ENV) .venv/bin/python
COMPILE := UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock"

help:
	@echo "make run     set up everything and serve the site on http://localhost:8000 (PORT, DATABASE_URL, REDIS_URL)"
	@echo "make test    set up everything and run all checks and tests (TEST_DATA_DIR)"
	@echo "make setup   set up everything"
	@echo "make check   formatting, lint, types, order of imports, templates, migrations, compose"
	@echo "make bench   measure (ONLY=blocks|routes|import|history|pdf|people, QUICK=1)"
	@echo "make lock    write the lock files anew from pyproject.toml and package.json (UPGRADE=1)"
	@echo "make clean   remove what set-up made; the data in var/ stay"

setup:
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

run: setup
	@$(VENV_PYTHON) manage.py serve

test:
	@PYTHON="$(PYTHON)" sh scripts/setup.sh --tests
	@$(VENV_PYTHON) scripts/run_tests.py $(ARGS)

check: setup
	@$(VENV_PYTHON) scripts/check.py

bench:
	@PYTHON="$(PYTHON)" sh scripts/setup.sh --bench
	@ONLY="$(ONLY)" QUICK="$(QUICK)" $(VENV_PYTHON) -m tests.bench

lock: setup
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/development.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev --group bench -c requirements/development.txt -o requirements/bench.txt
	@echo uv | $(COMPILE) - -c requirements/development.txt -o requirements/uv.txt
	@PATH="$$PWD/.venv/bin:$$PATH" NODE_USE_SYSTEM_CA=1 npm install --package-lock-only --loglevel=error

messages: setup
	@$(VENV_PYTHON) manage.py makemessages --locale es --no-obsolete --no-location --no-wrap \
		--ignore=node_modules --ignore=.venv --ignore=var --ignore=tests

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find locale -name '*.mo' -delete
