# make up     brings up a small real cloud         make up ARGS="--port 9774 --front-end pecan"
# make compare   measures both front ends         make compare ARGS="--quick"
# make test   lints and runs every test            make test ARGS="-k servers"
.DELETE_ON_ERROR:
.PHONY: up down destroy test conformance lint system docs samples clean compare constraints

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

# What a run needs is installed once, and again when the list of it changes.
up: $(VENV)/.standalone
	@$(BIN)/computeapi up $(ARGS)

down destroy: $(VENV)/.standalone
	@$(BIN)/computeapi $@ $(ARGS)

# Tests that wait for guests and services leave a core to the others, and run beside them.
WAITING := tests/functional tests/faults tests/virt
WAITING_LOG := build/waiting-tests.log

# The whole suite also holds the floor of the coverage; a part of it cannot.
test: $(VENV)/.test lint
ifeq ($(strip $(ARGS)),)
	$(BIN)/coverage erase
	@mkdir -p build
	@echo "$(WAITING): running beside the others, shown at their end ($(WAITING_LOG))"
	@$(BIN)/coverage run -m pytest $(WAITING) > $(WAITING_LOG) 2>&1 & waiting=$$!; \
		$(BIN)/coverage run -m pytest $(WAITING:%=--ignore=%); others=$$?; \
		wait $$waiting; waited=$$?; cat $(WAITING_LOG); \
		exit $$(( others > waited ? others : waited ))
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
else
	$(BIN)/pytest $(ARGS)
endif

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# In full, which also installs Nova, once, into a cache of its own; or --quick.
compare: $(VENV)/.test
	$(BIN)/python -m bench.compare $(ARGS)

# Against Nova's own schemas; installs Nova, once, into a cache of its own.
conformance: $(VENV)/.test
	$(BIN)/python -m conformance $(ARGS)

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W -b html doc/source doc/build/html

# The two samples in etc/ are generated from the options and the policies.
samples: $(VENV)/.test
	$(BIN)/oslo-config-generator --namespace computeapi --namespace oslo.log \
		--output-file etc/computeapi.conf.sample
	$(BIN)/oslopolicy-sample-generator --namespace computeapi --output-file etc/policy.yaml.sample

# Versions of Python packages are raised by `make constraints`, and by nothing else.
INSTALLED_BY := setup.cfg constraints.txt bindep.txt tools/install.py tools/system-packages

$(VENV)/.standalone: $(INSTALLED_BY)
	@$(PYTHON) tools/install.py $(VENV) up falcon,pecan,console,standalone libvirt \
		$(if $(filter --image% fake --driver=fake,$(ARGS)),,--image)
	@touch $@

$(VENV)/.test: $(INSTALLED_BY)
	@$(PYTHON) tools/install.py $(VENV) test \
		falcon,pecan,console,standalone,postgresql,cluster,test,bench,clients libvirt
	@touch $@ $(VENV)/.standalone

$(VENV)/.docs: $(INSTALLED_BY)
	@$(PYTHON) tools/install.py $(VENV) docs falcon,pecan,docs
	@touch $@

# For all Pythons that computeapi supports, from setup.cfg.
constraints: $(VENV)/.test
	printf 'setuptools\nuv\n' | $(BIN)/uv pip compile --quiet --upgrade --universal \
		--python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command 'make constraints' --output-file constraints.txt setup.cfg -

clean:
	rm -rf $(VENV) doc/build build dist *.egg-info
