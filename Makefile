# Two words do everything on a fresh machine with Python 3.11 or newer, make and a package registry:
#   make demo    the main job: simulate the first scenario and write its report
#   make test    lint, types, documentation and every test
PYTHON ?= python3
BIN := .venv/bin
SEARCHES ?= 200000

.PHONY: demo test lint types unit docs reference bench peers odd lock look clean

demo: .venv/ready
	$(BIN)/baserate simulate mobile-fortify --searches $(SEARCHES) --seed 7 --out demo
	$(BIN)/baserate disclose mobile-fortify --out demo
	$(BIN)/baserate report demo
	@echo "Open demo/report.html in a browser."

test: lint types docs unit

# The environment is the locked one, hashes checked; the package itself is installed from this folder.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev-ready: .venv/ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

lint: .venv/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev-ready
	$(BIN)/mypy

unit: .venv/dev-ready
	$(BIN)/pytest -q -n 2

docs: .venv/dev-ready
	$(BIN)/sphinx-build -q -W -b html docs docs/_build/html

# The pages and the part of the README that come from the code; a test holds them to it.
reference: .venv/dev-ready
	$(BIN)/python tools/reference.py

bench: .venv/ready
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

# Baserate beside the packages that can be installed, on the same data in the same run. They get an environment of
# their own: several of them hold others back.
peers: .venv/dev-ready
	$(PYTHON) -m venv .venv-peers && .venv-peers/bin/pip install --quiet -r benchmarks/peers.txt
	$(BIN)/python benchmarks/peers.py --peers .venv-peers/bin/python --rows 1000000 --rows 10000000 --rows 100000000

# Ten thousand bad or odd files of scores, and as many of logs and tables: no traceback, no silent drop.
odd: .venv/dev-ready
	$(BIN)/python -m tests.inputs.odd_files 10000
	$(BIN)/python -m tests.inputs.odd_logs 10000

# Draw the report and look at it: needs a Chromium on the machine, see CONTRIBUTING.md.
look: .venv/dev-ready
	$(BIN)/python tools/look.py demo/report.html look

COMPILE := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --extra charts --extra app --extra dp pyproject.toml

lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	$(COMPILE) --group build -o requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .venv-lock .venv-peers demo look docs/_build
