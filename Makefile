# The commands of this project; plain `make` lists them.

# The first Python that is new enough and can make virtual environments; PYTHON=... overrules.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell \
	$(name) -c "import ensurepip, sys, venv; sys.version_info < (3, 11) or print('$(name)')" 2>/dev/null)))
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TO_RUN := .venv/ready-to-run
TO_TEST := .venv/ready-to-test

.PHONY: help run test storm soak check lint format types contracts tidy fmt lock clean
.DEFAULT_GOAL := help

# The tests of single modules reach every bar alone. Lines are counted nowhere else, for that makes
# programs twice as slow.
COUNTED = tests/unit
# These wait more than they work, so more of them run at once than there are cores.
WHOLE_BOTS = tests/hands tests/crash
# A long file that comes last would leave a core idle.
LONGEST = tests/clients tests/walls tests/browser tests/storm tests/flow
OTHERS = $(filter-out $(COUNTED) $(WHOLE_BOTS) $(LONGEST), \
	$(patsubst %/,%,$(wildcard tests/*/)) $(wildcard tests/test_*.py))

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

run: $(TO_RUN)  ## start the bot; options go into ARGS="..."
	@exec $(BIN)/python -c "$$IN_FOREGROUND" main.py $(ARGS)

test: $(TO_TEST)  ## run every test, then hold the coverage to its bars
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses=auto --dist=loadfile $(COUNTED)
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder \
		$(LONGEST) $(OTHERS)
	$(BIN)/python -m pytest --numprocesses=4 --dist=worksteal $(WHOLE_BOTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage json --quiet -o .coverage.json
	@$(BIN)/python -m tests.coverage_bars .coverage.json

storm: $(TO_TEST)  ## every storm that was ever lost, and today's fresh ones; STORM_SEEDS=20 for more
	$(BIN)/python -m pytest --quiet --numprocesses=auto --dist=worksteal tests/storm

soak: $(TO_TEST)  ## the long forms of tests: a day of candles, planted faults, millions of spoiled frames
	$(BIN)/python -m tests.soak.first_minute
	$(BIN)/python -m tests.soak.collector_day
	$(BIN)/python -m tests.soak.collector_day --traced --seed 2
	$(BIN)/python -m tests.soak.collector_day --account --seed 1
	$(BIN)/python -m tests.soak.account_storm 10000
	$(BIN)/python -m tests.soak.silent_account
	$(BIN)/python -m tests.soak.killed_trader
	$(BIN)/python -m tests.soak.hands_storm 300 1
	FULL_LENGTH=1 $(BIN)/python -m tests.soak.endless_strategy
	$(BIN)/python -m tests.soak.indicator_drift
	$(BIN)/python -m tests.soak.backtest_parity
	$(BIN)/python -m tests.soak.passing_over 200
	$(BIN)/python -m tests.storm.mutate --jobs 2
	PEERS=asked $(BIN)/python -m pytest --quiet --timeout=0 tests/independent
	HANDS=all $(BIN)/python -m pytest --quiet --numprocesses=auto tests/hands
	$(BIN)/python -m tests.fuzz.market_frames 1000000
	$(BIN)/python -m tests.fuzz.account_frames 250000
	FUZZED_ANSWERS=250000 $(BIN)/python -m pytest --quiet --timeout=0 tests/property/test_rest_answers.py

check: $(TO_TEST)  ## lint, format, types, architecture, house rules: what a push must pass
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync types contracts tidy lint format

lint:
	$(BIN)/ruff check

format:
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy src tests benchmarks main.py

contracts:
	$(BIN)/lint-imports --no-logo

tidy:
	$(BIN)/python -m pytest --quiet tests/test_tidy.py

fmt: $(TO_TEST)  ## format the code and repair what can be repaired safely
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url $(ARGS)
LOCKED_TO_RUN = $$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.txt | sort -u)

lock: $(TO_RUN)  ## write both requirements files anew; ARGS=--upgrade moves every version
	$(INSTALL) uv
	$(LOCK) --extra test --output-file requirements.txt
	$(LOCK) --extra test --extra dev -c requirements.txt $(LOCKED_TO_RUN) --output-file requirements-dev.txt

clean:  ## remove the virtual environment and every cache
	rm -rf .venv .coverage* .*_cache .hypothesis build src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TO_RUN): requirements.txt
	@test -n "$(PYTHON)" || { echo "noctule needs Python 3.11 or newer with its venv module;" \
		"on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

$(TO_TEST): requirements-dev.txt $(TO_RUN)
	$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

# Make counts Ctrl-C as a failure, however cleanly the bot stops. So on a terminal the bot takes
# the foreground for itself: the key reaches it alone, and its exit code is what make reports. It
# ignores Ctrl-Z there, of which the shell would not hear and could not wake it again.
define IN_FOREGROUND
import os, signal, sys
try:
    if os.tcgetpgrp(0) == os.getpgrp():
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
except OSError:
    pass
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
endef
export IN_FOREGROUND
