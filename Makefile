# make up     brings up a small real cloud         make up ARGS="--port 9774 --front-end pecan"
# make compare   measures both front ends         make compare ARGS="--quick"
# make test   lints and runs every test            make test ARGS="-k servers"
.DELETE_ON_ERROR:
.PHONY: up down destroy test lint system docs samples clean compare

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

# What a run needs is installed once, and again when the list of it changes.
up: $(VENV)/.standalone
	@$(BIN)/computeapi up $(ARGS)

down destroy: $(VENV)/.standalone
	@$(BIN)/computeapi $@ $(ARGS)

test: $(VENV)/.test lint
	$(BIN)/pytest $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# In full, which also installs Nova, once, into a cache of its own; or --quick.
compare: $(VENV)/.test
	$(BIN)/python -m bench.compare $(ARGS)

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W -b html doc/source doc/build/html

# The two samples in etc/ are generated from the options and the policies.
samples: $(VENV)/.test
	$(BIN)/oslo-config-generator --namespace computeapi --output-file etc/computeapi.conf.sample
	$(BIN)/oslopolicy-sample-generator --namespace computeapi --output-file etc/policy.yaml.sample

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.system-%: bindep.txt tools/system-packages $(VENV)/bin/python
	@tools/system-packages $*
	@touch $@

$(VENV)/.standalone: setup.cfg $(VENV)/.system-up
	@tools/install $(BIN) falcon,pecan,standalone libvirt
	@touch $@

$(VENV)/.test: setup.cfg $(VENV)/.system-test
	@tools/install $(BIN) falcon,pecan,standalone,postgresql,cluster,test,bench libvirt
	@touch $@ $(VENV)/.standalone

$(VENV)/.docs: setup.cfg $(VENV)/bin/python
	@tools/install $(BIN) falcon,pecan,docs
	@touch $@

clean:
	rm -rf $(VENV) doc/build build dist *.egg-info
