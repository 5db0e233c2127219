# make up     brings up a small real cloud         make up ARGS="--port 9774 --front-end pecan"
#                                                   make up ARGS="--with network,volume", or all
# make compare   measures both front ends         make compare ARGS="--quick"
# make test   lints and runs every test, of the    make test ARGS="-k servers"
#             parts of a cloud one walk: the rest  make test-parts
.DELETE_ON_ERROR:
.PHONY: up down destroy test test-others test-processes test-clouds test-parts test-parts-all test-parts-added conformance lint system docs samples clean compare constraints

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

# The parts that ARGS name after --with; each is an extra of its own.
comma := ,
space := $() $()
ALL_PARTS := network volume orchestration dashboard
WITH := $(filter all $(ALL_PARTS),$(subst $(comma), ,$(subst =, ,$(ARGS))))
PARTS := $(if $(filter all,$(WITH)),$(ALL_PARTS),$(sort $(WITH)))

# What a run needs is installed once, and again when the list of it changes.
up: $(VENV)/.standalone $(PARTS:%=$(VENV)/.part-%)
	@$(BIN)/computeapi up $(ARGS)

down destroy: $(VENV)/.standalone
	@$(BIN)/computeapi $@ $(ARGS)

# Three groups of tests run beside each other, as two of them mostly wait: for guests and whole clouds, or for
# single processes of the service and one cloud. Coverage, which makes Python twice as slow, does not watch the
# clouds: what runs there, the other groups run as well. The tests of the comparison run none of the service.
PROCESSES := $(wildcard tests/functional/test_auth_token*.py tests/functional/test_serving*.py) \
	$(addprefix tests/functional/test_,console_proxy.py database.py messaging_rabbit.py migrating.py notifications_rabbit.py up.py) \
	$(addprefix tests/db/test_,hanging.py processes.py) \
	$(addprefix tests/unit/test_,cmd_log.py messaging_unix.py) tests/faults
CLOUDS := tests/functional bench/tests
# The parts of `up --with …`, each the real project: `make test-parts`. With all of them, the whole suite would
# take longer on two cores than a run of it may: `make test` has those of one walk through a cloud with all parts.
PART_TESTS := $(wildcard tests/functional/test_parts*.py tests/functional/test_up_network*.py)
PART_WALK := $(addprefix tests/functional/test_,parts_orchestration.py up_network.py)
# Those of a cloud that comes up without Neutron, which the storm then adds to it.
PARTS_ADDED := $(addprefix tests/functional/test_,parts.py parts_volumes.py parts_storm.py)
# Each Python that a test starts would compile the same modules again.
unexport PYTHONDONTWRITEBYTECODE

# The whole suite also holds the floor of the coverage; a part of it cannot.
test: $(VENV)/.test
ifeq ($(strip $(ARGS)),)
	$(BIN)/coverage erase
	@mkdir -p build
	@echo "Tests of clouds and of processes run beside the others, and are shown at their ends"
	@$(MAKE) --no-print-directory --keep-going --jobs=4 lint test-others test-processes test-clouds
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
else
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest $(ARGS)
endif

test-others: $(VENV)/.test
	@$(BIN)/coverage run -m pytest $(foreach path,$(PROCESSES) $(CLOUDS),--ignore=$(path))

test-processes: $(VENV)/.test
	@$(BIN)/coverage run -m pytest $(PROCESSES) > build/$@.log 2>&1; \
		status=$$?; cat build/$@.log; exit $$status

test-clouds: $(VENV)/.test
	@$(BIN)/pytest $(CLOUDS) $(patsubst %,--ignore=%,$(PROCESSES) $(filter-out $(PART_WALK),$(PART_TESTS))) > build/$@.log 2>&1; \
		status=$$?; cat build/$@.log; exit $$status

# Two clouds beside each other, as a test of one mostly waits.
test-parts: $(VENV)/.test
ifeq ($(strip $(ARGS)),)
	@mkdir -p build
	@echo "Tests of the cloud to which Neutron is added run beside the others, and are shown at their end"
	@$(MAKE) --no-print-directory --keep-going --jobs=2 test-parts-all test-parts-added
else
	$(BIN)/pytest $(PART_TESTS) $(ARGS)
endif

test-parts-all: $(VENV)/.test
	@$(BIN)/pytest --durations=10 $(filter-out $(PARTS_ADDED),$(PART_TESTS))

test-parts-added: $(VENV)/.test
	@$(BIN)/pytest --durations=10 $(PARTS_ADDED) > build/$@.log 2>&1; \
		status=$$?; cat build/$@.log; exit $$status

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

$(VENV)/.part-%: $(VENV)/.standalone
	@$(PYTHON) tools/install.py $(VENV) part-$* $*
	@touch $@

$(VENV)/.test: $(INSTALLED_BY)
	@$(PYTHON) tools/install.py $(VENV) test \
		falcon,pecan,console,standalone,$(subst $(space),$(comma),$(ALL_PARTS)),postgresql,cluster,test,bench,clients \
		libvirt
	@touch $@ $(VENV)/.standalone $(ALL_PARTS:%=$(VENV)/.part-%)

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
