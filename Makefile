# Two commands: `make lab` shows the main job, `make test` checks everything it can.
PYTHON ?= python3
VENV   ?= .venv
GRAPH  ?= notebooks/science.kg
BIN    := $(VENV)/bin
LAB_ARGS ?=
# JupyterLab would otherwise ask its makers for news, updates and extensions.
QUIET  := --LabApp.news_url=None --LabApp.extension_manager=readonly \
  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

.PHONY: help lab ready test lint notebook bench bench-widgets clean

help:
	@echo "make lab    set up, read sample_data/ into a graph, open JupyterLab on it"
	@echo "make ready  the same without opening JupyterLab"
	@echo "make test   set up and run every test that this machine can run"
	@echo "make bench  print the figures of README and docs"
	@echo "make bench-widgets  set other graph widgets beside the Explorer, in an environment of its own"
	@echo "make clean  remove what was set up (graphs stay)"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Polymath needs Python 3.11 or later; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python has no venv; on Debian: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip

# The environment with what is needed to run, and with what is needed to test.
$(VENV)/.lab: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[build]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.lab

ready: $(VENV)/.lab
	$(BIN)/python -m widgets.build
	$(BIN)/kg ingest sample_data --graph $(GRAPH)

lab: ready
	$(BIN)/python -m jupyter lab --ServerApp.ip=127.0.0.1 \
	  --LabApp.default_url=/lab/tree/notebooks/01_first_graph.ipynb $(QUIET) \
	  $(if $(filter 0,$(shell id -u)),--allow-root) \
	  $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,--no-browser) $(LAB_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Two processes, each of one thread: threads that wait for each other on busy processors take ten times as long.
test: $(VENV)/.dev lint
	$(BIN)/python -m widgets.build
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

# Run the notebooks again, so that what they show is what the code does.
notebook: $(VENV)/.dev ready
	cd notebooks && ../$(BIN)/python -m jupyter nbconvert --to notebook --execute --inplace *.ipynb
	$(BIN)/python -m widgets.still notebooks/*.ipynb

bench: $(VENV)/.dev
	for b in ingest extraction sentences linking belief columns chinese swanson rephetio arxiv_links dataset_recommendation; do $(BIN)/python -m benchmarks.$$b || exit 1; done

# Other widgets come with extensions of JupyterLab, so they get an environment of their own.
$(VENV)-bench/.done: pyproject.toml
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --editable '.[bench,dev]'
	@touch $@

bench-widgets: $(VENV)-bench/.done
	$(VENV)-bench/bin/python -m widgets.build
	$(VENV)-bench/bin/python -m benchmarks.widgets

clean:
	rm -rf $(VENV) $(VENV)-bench widgets/node_modules widgets/static .mypy_cache .ruff_cache .pytest_cache .hypothesis
